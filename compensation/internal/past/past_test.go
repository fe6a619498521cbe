package past

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/ledger/closing"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// read makes books of entries that are written "Kind month payee event earned-for cents", and of marks "Kind month".
func read(t *testing.T, lines ...string) *Books {
	t.Helper()
	store := ledger.Memory()
	for _, line := range lines {
		w := strings.Fields(line)
		kind, err := ledger.ParseKind(w[0])
		if err != nil {
			t.Fatal(err)
		}
		e := ledger.Entry{Kind: kind, PostedIn: month(w[1]), Actor: "ana"}
		if !kind.Mark() {
			e = ledger.Entry{Kind: kind, PostedIn: month(w[1]), Payee: fact.PayeeID(w[2]), Plan: "Rep", Component: "c", Event: fact.EventID(w[3]), EarnedFor: month(w[4]), Amount: cents(w[5])}
		}
		head, err := store.Head(t.Context())
		if err == nil {
			_, err = store.Append(t.Context(), head, []ledger.Entry{e})
		}
		if err != nil {
			t.Fatal(line, err)
		}
	}
	b, err := Read(t.Context(), store, calendar.Calendar{}, calendar.UnitMonth)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func month(n string) calendar.Period { return calendar.Month(2026, int(n[0]-'0')) }

func cents(text string) money.Amount {
	var n int64
	fmt.Sscan(text, &n)
	return money.FromMinor(n, money.MustCurrency("USD"))
}

func TestBooksKnowWhichPeriodIsOpen(t *testing.T) {
	for lines, want := range map[string]string{
		"":                      "none, none",
		"Approved 3":            "none, none",
		"Earned 2 ann d1 2 100": "2026-02, 2026-03",
		"Earned 2 ann d1 2 100|Closed 2|Closed 3":          "2026-02, 2026-04",
		"Closed 2|Closed 3|Approved 4":                     "2026-02, 2026-04",
		"Closed 2|Closed 3|Reopened 3":                     "2026-02, 2026-03",
		"Closed 2|Reopened 2":                              "2026-02, 2026-02",
		"Closed 2|Reopened 2|Approved 2":                   "2026-02, 2026-02",
		"Closed 2|Reopened 2|Earned 2 ann d1 2 1|Closed 2": "2026-02, 2026-03",
		"Closed 2|Disbursed 2":                             "2026-02, 2026-03",
	} {
		var all []string
		if lines != "" {
			all = strings.Split(lines, "|")
		}
		b := read(t, all...)
		text := func(p calendar.Period, ok bool) string {
			if !ok {
				return "none"
			}
			return calendar.Calendar{}.Format(p)
		}
		if got := text(b.First()) + ", " + text(b.Open()); got != want {
			t.Errorf("%s: first and open are %s, want %s", lines, got, want)
		}
	}
}

func TestBooksHoldEntriesByPayeeAndPeriod(t *testing.T) {
	b := read(t, "Earned 1 bo d1 1 5", "Earned 1 ann d1 1 1", "PriorPeriod 2 ann d1 1 2", "Earned 3 ann d2 3 4", "Closed 3")
	sum := func(all func(func(Posting) bool)) string {
		var out []string
		for p := range all {
			out = append(out, fmt.Sprintf("%s %s", p.Kind, p.Amount.Text()))
		}
		return strings.Join(out, ", ")
	}
	for got, want := range map[string]string{
		sum(b.Before("ann", month("3"))):      "Earned 0.01, PriorPeriod 0.02",
		sum(b.Before("ann", month("4"))):      "Earned 0.01, PriorPeriod 0.02, Earned 0.04",
		sum(b.In("ann", month("2"))):          "PriorPeriod 0.02",
		sum(b.In("nobody", month("2"))):       "",
		fmt.Sprint(b.Payees()):                "[ann bo]",
		b.Standing(month("3")).State.String(): "closed",
		b.Standing(month("9")).State.String(): "open",
		fmt.Sprint(len(b.Standings())):        "3",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestALedgerOfOtherPeriodsIsRefused(t *testing.T) {
	store := ledger.Memory()
	e := ledger.Entry{Kind: ledger.Earned, Payee: "ann", PostedIn: calendar.Quarter(2026, 1), Amount: cents("1")}
	if _, err := store.Append(t.Context(), ledger.Head{}, []ledger.Entry{e}); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(t.Context(), store, calendar.Calendar{}, calendar.UnitMonth); err == nil || !strings.Contains(err.Error(), "is it the ledger of this company?") {
		t.Error(err)
	}
	other, err := calendar.Parse("4-4-5 weeks from 2026-02-01")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Read(t.Context(), store, other, calendar.UnitQuarter); err == nil {
		t.Error("periods of another calendar are taken")
	}
}

func TestEachGroupHasItsKind(t *testing.T) {
	for kind, want := range map[ledger.Kind][2]ledger.Kind{
		ledger.Earned:         {ledger.PriorPeriod, ledger.PriorPeriod},
		ledger.ClawedBack:     {ledger.PriorPeriod, ledger.PriorPeriod},
		ledger.PriorPeriod:    {ledger.PriorPeriod, ledger.PriorPeriod},
		ledger.Capped:         {ledger.Capped, ledger.Capped},
		ledger.GuaranteeTopUp: {ledger.GuaranteeTopUp, ledger.GuaranteeTopUp},
		ledger.Held:           {ledger.Released, ledger.Held},
		ledger.Released:       {ledger.Released, ledger.Held},
		ledger.HoldCancelled:  {ledger.HoldCancelled, ledger.HoldCancelled},
		ledger.Adjusted:       {ledger.Adjusted, ledger.Adjusted},
	} {
		g := GroupOf(kind)
		if more, less := g.Kind(cents("1")), g.Kind(cents("-1")); more != want[0] || less != want[1] || g == Balances || g.String() == Balances.String() {
			t.Errorf("%s is %s: %s and %s", kind, g, more, less)
		}
	}
	for _, kind := range []ledger.Kind{ledger.DrawAdvanced, ledger.DrawRecovered, ledger.Reserved, ledger.CarriedForward, ledger.WrittenOff, ledger.Paid, ledger.Closed} {
		if GroupOf(kind) != Balances {
			t.Errorf("%s is derived again", kind)
		}
	}
}

// A difference is what is now less what was posted, whatever the order and however often a key is said; keys of no difference are left out.
func TestDifferencesAreSumsOfKeys(t *testing.T) {
	posting := rapid.Custom(func(t *rapid.T) Posting {
		kinds := []ledger.Kind{ledger.Earned, ledger.PriorPeriod, ledger.Capped, ledger.Held, ledger.Released, ledger.Paid}
		e := ledger.Entry{
			Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), Plan: "p", Component: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "component"),
			Event: fact.EventID(rapid.SampledFrom([]string{"", "d1", "d2"}).Draw(t, "event")), EarnedFor: calendar.Month(2026, rapid.IntRange(1, 2).Draw(t, "month")),
			Amount: money.FromMinor(rapid.Int64Range(-3, 3).Draw(t, "cents"), money.MustCurrency("USD")),
		}
		return PostingOf(&e)
	})
	rapid.Check(t, func(r *rapid.T) {
		now, posted := rapid.SliceOfN(posting, 0, 8).Draw(r, "now"), rapid.SliceOfN(posting, 0, 8).Draw(r, "posted")
		summed := rapid.Bool().Draw(r, "summed")
		got, err := Differences(slices.Values(now), slices.Values(posted), summed)
		if err != nil {
			r.Fatal(err)
		}
		want := map[Key]int64{}
		for i, all := range [][]Posting{now, posted} {
			for _, p := range all {
				if summed {
					p.Event = ""
				}
				n, _ := p.Amount.Int64(2)
				if p.Group != Balances {
					want[p.Key] += n * int64(1-2*i)
				}
			}
		}
		for i, d := range got {
			n, _ := d.Amount.Int64(2)
			back, err := d.Now.Sub(d.Posted)
			if n == 0 || n != want[d.Key] || err != nil || back != d.Amount {
				r.Fatalf("%+v, want %d", d, want[d.Key])
			}
			delete(want, d.Key)
			if i > 0 && got[i-1].Key.Compare(d.Key) >= 0 {
				r.Fatalf("%+v stands before %+v", got[i-1], d)
			}
		}
		for k, n := range want {
			if n != 0 {
				r.Fatalf("%+v is missing", k)
			}
		}
	})
}

func TestCurrenciesDoNotMix(t *testing.T) {
	one, other := Posting{Key: Key{Group: Earned}, Amount: cents("1")}, Posting{Key: Key{Group: Earned}, Amount: money.MustParse("1.00 EUR")}
	if _, err := Differences(slices.Values([]Posting{one, other}), slices.Values([]Posting(nil)), false); err == nil {
		t.Error("dollars and euros add up")
	}
	if _, err := Differences(slices.Values([]Posting{one}), slices.Values([]Posting{other}), false); err == nil {
		t.Error("euros are taken from dollars")
	}
}

func TestAMarkHasNoPayee(t *testing.T) {
	b := read(t, "Closed 1")
	if len(b.Payees()) != 0 || b.Standing(month("1")).State != closing.StateClosed {
		t.Error(b.Payees())
	}
}
