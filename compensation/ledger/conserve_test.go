package ledger

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// posting is "Kind amount" words in USD, posted for ana in a month of 2026.
func posting(t *testing.T, month int, words string) []Entry {
	t.Helper()
	var out []Entry
	fields := strings.Fields(words)
	for pair := range slices.Chunk(fields, 2) {
		kind, err := ParseKind(pair[0])
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, Entry{Kind: kind, Payee: "ana", PostedIn: calendar.Month(2026, month), Amount: money.MustParse(pair[1] + " USD")})
	}
	return out
}

// Each case is the whole story of one mechanism, a line per month, with the balances
// after it: held, reserve, draw owed, carried.
var conserveCases = []struct {
	name   string
	months []string
	want   string
}{
	{"capped", []string{"Earned 120 Capped -20 Paid 100"}, "0 0 0 0"},
	{"guarantee", []string{"Earned 120 GuaranteeTopUp 80 Paid 200"}, "0 0 0 0"},
	{"half on booking", []string{"Earned 100 Held -50 Paid 50"}, "50 0 0 0"},
	{"half on go-live", []string{"Earned 100 Held -50 Paid 50", "Released 50 Paid 50"}, "0 0 0 0"},
	{"re-held after a refund", []string{"Earned 100 Released 0 Paid 100", "Released -20 CarriedForward 20"}, "20 0 0 -20"},
	{"cancelled while held", []string{"Earned 100 Held -50 Paid 50", "HoldCancelled -50 ClawedBack -50 CarriedForward 50"}, "0 0 0 -50"},
	{"forfeited by a leaver", []string{"Earned 100 Held -100", "Forfeited -100"}, "0 0 0 0"},
	{"draw as a floor", []string{"Earned 300 DrawAdvanced 700 Paid 1000"}, "0 0 700 0"},
	{"draw recovered", []string{"Earned 300 DrawAdvanced 700 Paid 1000", "Earned 1500 DrawRecovered -500 Paid 1000"}, "0 0 200 0"},
	{"draw forgiven", []string{"DrawAdvanced 700 Paid 700", "DrawRecovered -700 CarriedForward 700 WrittenOff 700"}, "0 0 0 0"},
	{"draw invoiced and paid back", []string{"DrawAdvanced 700 Paid 700", "DrawRecovered -700 CarriedForward 700", "CarriedForward -700 Paid -700"}, "0 0 0 0"},
	{"reserve kept and released", []string{"Earned 100 Reserved -10 Paid 90", "ReserveReleased 10 Paid 10"}, "0 0 0 0"},
	{"reserve consumed", []string{"Earned 100 Reserved -10 Paid 90", "ClawedBack -30 ReserveConsumed 10 CarriedForward 20"}, "0 0 0 -20"},
	{"negative carried and met", []string{"ClawedBack -30 CarriedForward 30", "CarriedForward -30 Earned 100 Paid 70"}, "0 0 0 0"},
	{"below the minimum payment", []string{"Earned 3 CarriedForward -3"}, "0 0 0 3"},
	{"written off", []string{"ClawedBack -30 CarriedForward 30", "WrittenOff 30"}, "0 0 0 0"},
	{"prior period", []string{"PriorPeriod 200 Paid 200", "PriorPeriod -100 Adjusted 100"}, "0 0 0 0"},
	{"recovered at another rate", []string{"Earned 100 ClawedBack -40 FXDifference -1.37 Paid 58.63"}, "0 0 0 0"},
}

func TestMechanismsConserveMoney(t *testing.T) {
	for _, c := range conserveCases {
		var all []Entry
		for i, words := range c.months {
			all = append(all, posting(t, i+1, words)...)
		}
		for _, imbalance := range Conserve(slices.Values(all)) {
			t.Errorf("%s: %v", c.name, imbalance)
		}
		var b Balances
		for _, e := range all {
			var err error
			if b, err = b.Post(e); err != nil {
				t.Fatal(err)
			}
		}
		got := strings.Join([]string{b.Held.Decimal().String(), b.Reserve.Decimal().String(), b.DrawOwed.Decimal().String(), b.Carried.Decimal().String()}, " ")
		if got != c.want {
			t.Errorf("%s: balances are %s, want %s", c.name, got, c.want)
		}
	}
}

// The quick check of sides says what Conserve says.
func TestSidesAgreeWithConserve(t *testing.T) {
	kinds := slices.Collect(Kinds())
	rapid.Check(t, func(rt *rapid.T) {
		var entries []Entry
		var left money.Amount
		for range rapid.IntRange(1, 4).Draw(rt, "entries") {
			e := Entry{
				Kind: rapid.SampledFrom(kinds).Draw(rt, "kind"), Payee: "ana", PostedIn: calendar.Month(2026, 1),
				Amount: money.FromMinor(rapid.Int64Range(-1, 1).Draw(rt, "cents"), money.MustCurrency("USD")),
			}
			entries = append(entries, e)
			side := money.FromMinor(0, e.Amount.Currency())
			switch e.Kind.Side() {
			case 1:
				side = e.Amount
			case -1:
				side = e.Amount.Neg()
			}
			var err error
			if left, err = left.Add(side); err != nil {
				rt.Fatal(err)
			}
		}
		if found := Conserve(slices.Values(entries)); left.IsZero() != (len(found) == 0) {
			rt.Fatalf("%v: the sides leave %s, and Conserve says %v", entries, left, found)
		}
	})
}

func TestOneCentTooMuchInAnyEntryIsFoundUnlessABalanceExplainsIt(t *testing.T) {
	cent := money.MustParse("0.01 USD")
	for _, c := range conserveCases {
		entries := posting(t, 1, c.months[0])
		for i, e := range entries {
			spoilt := slices.Clone(entries)
			spoilt[i].Amount, _ = e.Amount.Add(cent)
			// A kind that is income and balance at once is a complete booking.
			effect := e.Kind.Effect()
			hidden := effect.Income && effect.Balance != 0
			if found := len(Conserve(slices.Values(spoilt))) == 1; found == hidden {
				t.Errorf("%s: a cent in %s: found is %t", c.name, e.Kind, found)
			}
		}
	}
}

func TestPayeesCurrenciesAndPeriodsDoNotHelpEachOther(t *testing.T) {
	lost := posting(t, 1, "Earned 100 Paid 99")
	for name, move := range map[string]func(*Entry){
		"payee":    func(e *Entry) { e.Payee = "bo" },
		"currency": func(e *Entry) { e.Amount = money.MustParse("1 EUR") },
		"period":   func(e *Entry) { e.PostedIn = e.PostedIn.Next() },
	} {
		gained := posting(t, 1, "Paid 1")
		move(&gained[0])
		if got := Conserve(slices.Values(slices.Concat(lost, gained))); len(got) != 2 {
			t.Errorf("another %s: got %v, want two imbalances", name, got)
		}
	}
}

func TestAnImbalanceSaysWhatIsWhere(t *testing.T) {
	got := Conserve(slices.Values(posting(t, 3, "Paid 60 Earned 100 Capped -20 Held -15.5 DrawAdvanced 10")))
	if len(got) != 1 {
		t.Fatalf("got %v", got)
	}
	want := `ledger: payee="ana" currency=USD period=2026-03: Earned 100.00 + Capped -20.00 = 80.00, ` +
		`but Paid 60.00 + Δheld 15.50 + Δreserve 0.00 − Δdraw owed 10.00 + Δcarried 0.00 differ from that by 14.50 USD: ` +
		`an entry is missing, doubled or of the wrong sign`
	if got[0].Error() != want {
		t.Errorf("got  %s\nwant %s", got[0].Error(), want)
	}
	kinds := []Kind{}
	for _, s := range got[0].Sums {
		kinds = append(kinds, s.Kind)
	}
	if !slices.Equal(kinds, []Kind{Earned, Capped, Held, DrawAdvanced, Paid}) {
		t.Errorf("sums are of %v", kinds)
	}
}

func TestSumsThatCannotBeAreReported(t *testing.T) {
	big := strings.Repeat("9", 38)
	for name, entries := range map[string][]Entry{
		"one kind":   posting(t, 1, "Earned "+big+" Earned "+big),
		"income":     posting(t, 1, "Earned "+big+" Adjusted "+big),
		"right side": posting(t, 1, "Paid "+big+" Held -"+big),
		"kind":       {{Kind: 99, Payee: "ana", Amount: money.MustParse("0 USD")}},
	} {
		got := Conserve(slices.Values(entries))
		if len(got) != 1 || got[0].Err == nil || !strings.Contains(got[0].Error(), `payee="ana"`) {
			t.Errorf("%s: got %v", name, got)
		}
		if name != "kind" && !errors.Is(got[0].Err, money.ErrOverflow) {
			t.Errorf("%s: got %v, want ErrOverflow", name, got[0].Err)
		}
	}
}

func TestPayingWhatIsLeftConservesMoneyInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := rapid.SliceOfN(anyPosting(), 1, 30).Draw(t, "entries")
		var paid []Entry
		for _, i := range Conserve(slices.Values(entries)) {
			paid = append(paid, Entry{Kind: Paid, Payee: i.Payee, PostedIn: i.PostedIn, Amount: i.Difference})
		}
		all := rapid.Permutation(slices.Concat(entries, paid)).Draw(t, "all")
		if left := Conserve(slices.Values(all)); left != nil {
			t.Fatalf("after paying the difference: %v", left)
		}
	})
}

func anyPosting() *rapid.Generator[Entry] {
	kinds := slices.Collect(Kinds())
	return rapid.Custom(func(t *rapid.T) Entry {
		return Entry{
			Kind:     rapid.SampledFrom(kinds).Draw(t, "kind"),
			Payee:    fact.PayeeID(rapid.SampledFrom([]string{"ana", "bo"}).Draw(t, "payee")),
			PostedIn: calendar.Month(2026, rapid.IntRange(1, 2).Draw(t, "month")),
			Amount: money.FromMinor(rapid.Int64Range(-1_000_000, 1_000_000).Draw(t, "amount"),
				money.MustCurrency(rapid.SampledFrom([]string{"USD", "JPY"}).Draw(t, "currency"))),
		}
	})
}
