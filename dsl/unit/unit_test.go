package unit

import "testing"

// Every unit has a name for messages and a shorter one for explanations, and only four
// combinations of money and count mean something.
func TestEveryUnitHasItsNames(t *testing.T) {
	for _, c := range []struct {
		unit         Unit
		long, short  string
		money, means bool
	}{
		{Unit{}, "ratio", "ratio", false, true},
		{Ratio, "ratio", "ratio", false, true},
		{Counted, "count", "count", false, true},
		{Money("USD"), "money[USD]", "USD", true, true},
		{Money("event"), "money[event]", "event", true, true},
		{MoneyPer("USD"), "money[USD] per count", "USD per count", false, true},
		{DateUnit, "date", "date", false, true},
		{DayCount, "days", "days", false, true},
		{TextUnit, "text", "text", false, true},
		{BoolUnit, "bool", "bool", false, true},
		{Unit{Money: 2}, "money^2 × count^0", "money^2 × count^0", false, false},
		{Unit{Money: 1, Count: 1}, "money^1 × count^1", "money^1 × count^1", false, false},
		{Unit{Money: -1, Count: 1}, "money^-1 × count^1", "money^-1 × count^1", false, false},
		{Unit{Money: 2, Count: -1}, "money^2 × count^-1", "money^2 × count^-1", false, false},
		{Unit{Count: -1}, "money^0 × count^-1", "money^0 × count^-1", false, false},
		{Unit{Count: 2}, "money^0 × count^2", "money^0 × count^2", false, false},
		{Unit{Kind: Date, Money: 1, Count: -1}, "date", "date", false, true},
		{Unit{Kind: Days, Money: 1}, "days", "days", false, true},
	} {
		if c.unit.String() != c.long || c.unit.Short() != c.short {
			t.Errorf("%+v is %q, in short %q; want %q, %q", c.unit, c.unit, c.unit.Short(), c.long, c.short)
		}
		if c.unit.IsMoney() != c.money || c.unit.Meaningful() != c.means {
			t.Errorf("%s: money %v, means something %v", c.unit, c.unit.IsMoney(), c.unit.Meaningful())
		}
	}
}

func TestUnitsCombineAsInPhysics(t *testing.T) {
	usd := Money("USD")
	for _, c := range []struct{ got, want Unit }{
		{usd.Times(Ratio), usd},
		{Ratio.Times(usd), usd},
		{usd.Over(Ratio), usd},
		{usd.Over(usd), Ratio},
		{usd.Over(Counted), MoneyPer("USD")},
		{MoneyPer("USD").Times(Counted), usd},
		{Counted.Times(MoneyPer("USD")), usd},
		{usd.Over(MoneyPer("USD")), Counted},
		{Counted.Over(Counted), Ratio},
		{usd.Times(usd), Unit{Money: 2, Currency: "USD"}},
		{Ratio.Over(usd), Unit{Money: -1, Currency: "USD"}},
		{MoneyPer("USD").Over(MoneyPer("USD")), Ratio},
	} {
		if c.got != c.want {
			t.Errorf("%s %+v, want %s", c.got, c.got, c.want)
		}
	}
}
