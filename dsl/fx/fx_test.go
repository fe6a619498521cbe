package fx

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

var (
	usd  = money.MustCurrency("USD")
	eur  = money.MustCurrency("EUR")
	gbp  = money.MustCurrency("GBP")
	iqd  = money.MustCurrency("IQD")
	none money.Currency
	day0 = calendar.MustDate("2026-03-10")
)

func rate(from, to money.Currency, value string, day int, known fact.Revision) Rate {
	return Rate{Set: "spot", From: from, To: to, Value: decimal.RequireFromString(value), On: day0.AddDays(day), Known: known}
}

func mustTable(t interface{ Fatal(...any) }, rates ...Rate) *Table {
	table, err := NewTable(rates)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestConversionsAgreeWithPublishedExamples(t *testing.T) {
	table := mustTable(t,
		rate(usd, eur, "0.89", 0, 0),
		rate(usd, iqd, "1199", 0, 0),
		rate(gbp, usd, "1.22", 0, 0),
		Rate{Set: "quoted per USD", From: usd, To: eur, Value: decimal.RequireFromString("0.956803"), On: day0},
	)
	for _, c := range []struct {
		set      string
		from, to money.Currency
		amount   string
		want     string
		rounded  string
		exact    bool
	}{
		// dinero.js, convert.test.ts: the scale of the result is the sum of scales.
		{"spot", usd, eur, "5.00", "4.45", "4.45 EUR", true},
		{"spot", usd, iqd, "5.00", "5995", "5995.000 IQD", true},
		// https://docs.idynamics.es/en/commissions/settlements/currency.html
		{"spot", gbp, usd, "100", "122", "122.00 USD", true},
		// A published currency-exchange exercise: 81 EUR at 0.956803 EUR per USD.
		{"quoted per USD", eur, usd, "81", "84.6569251977679836", "84.66 USD", false},
	} {
		quote, err := table.Find(c.set, c.from, c.to, day0, 0, Policy{Inverse: true})
		if err != nil {
			t.Error(err)
			continue
		}
		got, exact, err := quote.Convert(money.MustParse(c.amount + " " + c.from.String()))
		if err != nil || got.Decimal().String() != c.want || exact != c.exact || got.RoundMinor(money.HalfEven).String() != c.rounded {
			t.Errorf("%s %s is %s (exact %t), %v; want %s, rounded %s", c.amount, c.from, got, exact, err, c.want, c.rounded)
		}
	}
}

func TestADirectRateIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := decimal.New(rapid.Int64Range(1, 1e12).Draw(t, "rate"), -int32(rapid.IntRange(0, 10).Draw(t, "rate places")))
		table := mustTable(t, Rate{Set: "spot", From: usd, To: eur, Value: value, On: day0})
		amount, err := money.FromDecimal(decimal.New(rapid.Int64().Draw(t, "amount"), -2), usd)
		if err != nil {
			t.Fatal(err)
		}
		quote, err := table.Find("spot", usd, eur, day0, 0, Policy{})
		if err != nil {
			t.Fatal(err)
		}
		got, exact, err := quote.Convert(amount)
		if err != nil || !exact || !got.Decimal().Equal(amount.Decimal().Mul(value)) || got.Currency() != eur {
			t.Fatalf("%s at %s is %s, exact %t, %v", amount, value, got, exact, err)
		}
	})
}

func TestAnInverseIsRoundedHalfEvenAtSixteenPlaces(t *testing.T) {
	unit := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Exp(big.NewInt(10), big.NewInt(DivisionPlaces), nil))
	rapid.Check(t, func(t *rapid.T) {
		// Divisors of few digits over a small scale make ties come up.
		value := decimal.New(rapid.Int64Range(-1_000_000, 1_000_000).Draw(t, "value"), -int32(rapid.IntRange(0, 17).Draw(t, "places")))
		divisor := decimal.New(rapid.Int64Range(1, 64).Draw(t, "divisor"), -int32(rapid.IntRange(0, 3).Draw(t, "divisor places")))
		got, exact := divideHalfEven(value, divisor)
		truth := new(big.Rat).Quo(value.Rat(), divisor.Rat())
		off := new(big.Rat).Sub(got.Rat(), truth)
		steps := new(big.Rat).Quo(got.Rat(), unit)
		if !steps.IsInt() || exact != (off.Sign() == 0) {
			t.Fatalf("%s ÷ %s is %s, exact %t", value, divisor, got, exact)
		}
		distance := new(big.Rat).Abs(off.Mul(off, big.NewRat(2, 1)))
		if c := distance.Cmp(unit); c > 0 || c == 0 && steps.Num().Bit(0) == 1 {
			t.Fatalf("%s ÷ %s is %s, not the nearest even", value, divisor, got)
		}
	})
}

func TestFindTriesWhatThePolicyAllowsInOrder(t *testing.T) {
	table := mustTable(t,
		rate(usd, eur, "0.90", -2, 1),
		rate(eur, usd, "1.10", 0, 1),
		rate(usd, gbp, "0.75", 0, 1),
		rate(gbp, eur, "1.20", 0, 1),
		rate(iqd, usd, "0.0008", 0, 1),
		rate(eur, usd, "1.12", 0, 7),
		rate(usd, eur, "0.95", 1, 1),
	)
	for _, c := range []struct {
		name     string
		from, to money.Currency
		asOf     fact.Revision
		policy   Policy
		want     string
	}{
		{"a currency to itself", usd, usd, 0, Policy{}, "USD→USD on 2026-03-10 without a rate"},
		{"direct", gbp, eur, 0, Policy{}, "GBP→EUR on 2026-03-10 by spot GBP→EUR 2026-03-10 1.2"},
		{"an earlier day", usd, eur, 0, Policy{Missing: OnOrBefore{2}}, "USD→EUR on 2026-03-10 by spot USD→EUR 2026-03-08 0.9"},
		{"direct of an earlier day before inverse", usd, eur, 0, Policy{Missing: OnOrBefore{2}, Inverse: true, Cross: gbp}, "USD→EUR on 2026-03-10 by spot USD→EUR 2026-03-08 0.9"},
		{"inverse, corrected", usd, eur, 0, Policy{Inverse: true, Cross: gbp}, "USD→EUR on 2026-03-10 by ÷ spot EUR→USD 2026-03-10 1.12"},
		{"inverse, before the correction", usd, eur, 6, Policy{Missing: OnOrBefore{1}, Inverse: true}, "USD→EUR on 2026-03-10 by ÷ spot EUR→USD 2026-03-10 1.1"},
		{"through a third currency", usd, eur, 0, Policy{Cross: gbp}, "USD→EUR on 2026-03-10 by spot USD→GBP 2026-03-10 0.75, then spot GBP→EUR 2026-03-10 1.2"},
		{"through a third currency, inverse", eur, iqd, 0, Policy{Cross: usd, Inverse: true}, "EUR→IQD on 2026-03-10 by spot EUR→USD 2026-03-10 1.12, then ÷ spot IQD→USD 2026-03-10 0.0008"},
	} {
		quote, err := table.Find("spot", c.from, c.to, day0, c.asOf, c.policy)
		if err != nil || quote.String() != c.want {
			t.Errorf("%s: %s, %v; want %s", c.name, quote, err, c.want)
		}
	}
	quote, _ := table.Find("spot", usd, eur, day0, 0, Policy{Missing: OnOrBefore{3}})
	if quote.DaysBefore() != 2 {
		t.Errorf("the rate is %d days before", quote.DaysBefore())
	}
	crossed, _ := table.Find("spot", eur, iqd, day0, 0, Policy{Cross: usd, Inverse: true})
	if got, exact, err := crossed.Convert(money.MustParse("10.00 EUR")); err != nil || !exact || got.Decimal().String() != "14000" {
		t.Errorf("10 EUR are %s, exact %t, %v", got, exact, err)
	}
}

func TestAMissingRateSaysWhatWouldHelp(t *testing.T) {
	table := mustTable(t,
		rate(usd, eur, "0.90", -2, 1),
		rate(eur, usd, "1.10", 0, 1),
		rate(usd, gbp, "0.75", 0, 1),
	)
	for _, c := range []struct {
		set      string
		from, to money.Currency
		asOf     fact.Revision
		policy   Policy
		want     string
	}{
		{"spot", usd, eur, 0, Policy{}, `no rate in set "spot" from USD to EUR on 2026-03-10; the nearest before is 0.9 of 2026-03-08, 2 days earlier; load the rate, or allow it with "missing day: on or before 2 days" (Policy.Missing.MaxDays), or allow the inverse of EUR to USD (Policy.Inverse)`},
		{"spot", usd, eur, 0, Policy{Missing: OnOrBefore{-5}, Cross: gbp}, `no rate in set "spot" from USD to EUR on 2026-03-10; the nearest before is 0.9 of 2026-03-08, 2 days earlier; the way through GBP lacks GBP to EUR; load the rate, or allow it with "missing day: on or before 2 days" (Policy.Missing.MaxDays), or allow the inverse of EUR to USD (Policy.Inverse)`},
		{"spot", eur, gbp, 0, Policy{Cross: iqd, Inverse: true, Missing: OnOrBefore{3}}, `no rate in set "spot" from EUR to GBP on 2026-03-10 or the 3 days before; load the rate`},
		{"spot", iqd, gbp, 0, Policy{Cross: usd}, `no rate in set "spot" from IQD to GBP on 2026-03-10; the way through USD lacks IQD to USD; load the rate`},
		{"plan rate", usd, gbp, 5, Policy{}, `no rate in set "plan rate" from USD to GBP on 2026-03-10, as of 5; load the rate`},
	} {
		_, err := table.Find(c.set, c.from, c.to, day0, c.asOf, c.policy)
		var typed *MissingRateError
		if !errors.As(err, &typed) || err.Error() != c.want {
			t.Errorf("got %v\nwant %s", err, c.want)
		}
	}
	var nothing *Table
	if _, err := nothing.Find("spot", usd, eur, day0, 0, Policy{}); err == nil {
		t.Error("a nil table has a rate")
	}
}

func TestFindAgreesWithItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rates []Rate
		seen := map[string]bool{}
		for i := range rapid.IntRange(0, 12).Draw(t, "rates") {
			r := rate(usd, eur, fmt.Sprint(i+1), rapid.IntRange(0, 6).Draw(t, "day"), fact.Revision(rapid.IntRange(0, 3).Draw(t, "known")))
			if key := fmt.Sprint(r.On, r.Known); !seen[key] {
				seen[key] = true
				rates = append(rates, r, r)
			}
		}
		table := mustTable(t, rapid.Permutation(rates).Draw(t, "order")...)
		on := day0.AddDays(rapid.IntRange(-1, 8).Draw(t, "on"))
		asOf := fact.Revision(rapid.IntRange(0, 4).Draw(t, "as of"))
		within := rapid.IntRange(0, 4).Draw(t, "max days")
		var want *Rate
		for i, r := range rates {
			if r.On.After(on) || on.Sub(r.On) > within || asOf != 0 && r.Known > asOf {
				continue
			}
			if want == nil || r.On.After(want.On) || r.On == want.On && r.Known > want.Known {
				want = &rates[i]
			}
		}
		quote, err := table.Find("spot", usd, eur, on, asOf, Policy{Missing: OnOrBefore{within}})
		switch {
		case (err == nil) != (want != nil):
			t.Fatalf("%v, want %v", err, want)
		case err == nil && !quote.Legs[0].Rate.Value.Equal(want.Value):
			t.Fatalf("%s, want %s", quote, want)
		}
	})
}

func TestWrongRatesAreRefused(t *testing.T) {
	huge := rate(usd, eur, "1", 0, 0)
	huge.Value = decimal.New(1, 1_000_000_000)
	noDay := rate(usd, eur, "1", 0, 0)
	noDay.On = calendar.Date{}
	badSet := rate(usd, eur, "1", 0, 0)
	badSet.Set = "spot\u202e"
	for _, c := range []struct {
		rates []Rate
		want  string
	}{
		{[]Rate{rate(usd, eur, "0", 0, 0)}, `rate USD→EUR 2026-03-10 0 in set "spot": a rate is above 0`},
		{[]Rate{rate(usd, eur, "-0.9", 0, 0)}, "a rate is above 0"},
		{[]Rate{rate(usd, usd, "1", 0, 0)}, "no rate to itself"},
		{[]Rate{rate(usd, none, "1", 0, 0)}, "a currency is missing"},
		{[]Rate{huge}, "more than 38 digits"},
		{[]Rate{noDay}, "the date is missing"},
		{[]Rate{badSet}, `in set "spot\u202e": set: key "spot\u202e": has the bidirectional control`},
		{[]Rate{rate(usd, eur, "0.91", 0, 4), rate(usd, eur, "0.90", 0, 4)}, "two rates, known at 4, disagree: spot USD→EUR 2026-03-10 0.9 and spot USD→EUR 2026-03-10 0.91"},
	} {
		if _, err := NewTable(c.rates); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v\nwant … %s", err, c.want)
		}
	}
	if _, err := NewTable([]Rate{rate(usd, eur, "0.9", 0, 4), rate(usd, eur, "0.900", 0, 4)}); err != nil {
		t.Errorf("the same rate twice: %v", err)
	}
	_, err := NewTable(slices.Repeat([]Rate{rate(usd, eur, "0", 0, 0)}, 130))
	if strings.Count(err.Error(), "above 0") != 100 || !strings.HasSuffix(err.Error(), "and 30 more") {
		t.Errorf("errors are not counted: %.200v", err)
	}
	var wrong *ConflictError
	if _, err := NewTable([]Rate{rate(usd, eur, "1", 0, 0), rate(usd, eur, "2", 0, 0)}); !errors.As(err, &wrong) {
		t.Errorf("error: %v", err)
	}
}

func TestAnErrorOfTheSourceEndsReading(t *testing.T) {
	broken := errors.New("the connection is lost")
	_, err := Read(func(yield func(Rate, error) bool) { yield(Rate{}, broken) })
	if !errors.Is(err, broken) {
		t.Errorf("error: %v", err)
	}
}

func TestOnlyAmountsOfTheQuotesCurrencyAreConverted(t *testing.T) {
	quote, err := mustTable(t, rate(usd, eur, "0.9", 0, 0)).Find("spot", usd, eur, day0, 0, Policy{})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := quote.Convert(money.MustParse("1.00 GBP")); err == nil || !strings.Contains(err.Error(), "ask for a quote from GBP") {
		t.Errorf("error: %v", err)
	}
	if got, exact, err := quote.Convert(money.Amount{}); err != nil || !exact || got != money.MustParse("0 EUR") {
		t.Errorf("zero is %s, %t, %v", got, exact, err)
	}
	same, _ := (*Table)(nil).Find("spot", usd, usd, day0, 0, Policy{})
	if got, exact, err := same.Convert(money.MustParse("1.23 USD")); err != nil || !exact || got != money.MustParse("1.23 USD") {
		t.Errorf("1.23 USD is %s, %t, %v", got, exact, err)
	}
	most, _ := money.FromDecimal(decimal.RequireFromString(strings.Repeat("9", 38)), usd)
	if _, _, err := quote.Convert(most); err == nil || !strings.Contains(err.Error(), "spot USD→EUR") {
		t.Errorf("error: %v", err)
	}
}
