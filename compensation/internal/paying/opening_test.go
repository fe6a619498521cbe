package paying

import (
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/compensation/internal/past"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/compensation/terms"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/money"
)

// The balances that entries leave are those with which the last pay period ended: also which part of the reserve is due when.
func TestBalancesAreFoundAgainInTheEntries(t *testing.T) {
	of := rules(t)
	rapid.Check(t, func(r *rapid.T) {
		terms, back := anyTerms(r), anyRecovery(r)
		f := Facts{
			Rules: of, Segments: []earning.Segment{{Plan: &plan.Plan{ID: "p", Terms: *terms, Clawback: &clawback{Recovery: back}}, Days: calendar.Range{From: calendar.MustDate("2026-01-01")}}},
			Left: func(calendar.Date) bool { return false },
		}
		var s State
		var entries []past.Posting
		for i := range rapid.IntRange(1, 14).Draw(r, "months") {
			p, err := f.period(calendar.Month(2026, 1).Plus(i))
			if err != nil {
				r.Fatal(err)
			}
			p.Payable = decimal.New(int64(rapid.IntRange(-300_000, 300_000).Draw(r, "earned")), -2)
			p.Taken = anyTaken(r, p.Period, back)
			postings, err := s.Pay(of, p)
			if err != nil {
				r.Fatal(err)
			}
			for _, posting := range postings {
				a, err := money.FromDecimal(posting.Amount, usd)
				if err != nil {
					r.Fatal(err)
				}
				entries = append(entries, past.PostingOf(&ledger.Entry{Kind: posting.Kind, Plan: posting.Plan, Component: component(posting), EarnedFor: posting.Of, PostedIn: p.Period, Amount: a}))
			}
		}
		got, err := f.Open(State{}, slices.Values(entries))
		if err != nil {
			r.Fatal(err)
		}
		if !got.Owed.Equal(s.Owed) || !got.Carried.Equal(s.Carried) || !got.advanced.Equal(s.advanced) {
			r.Fatalf("owed %s, carried %s, advanced %s; want %s, %s, %s", got.Owed, got.Carried, got.advanced, s.Owed, s.Carried, s.advanced)
		}
		same := func(a, b Owing) bool {
			return a.Plan == b.Plan && a.Of == b.Of && a.Amount.Equal(b.Amount) && a.By.Parts == b.By.Parts && a.By.Earnings == b.By.Earnings && a.By.Share.Equal(b.By.Share)
		}
		if !slices.EqualFunc(got.Owing, s.Owing, same) {
			r.Fatalf("owing %v, want %v", got.Owing, s.Owing)
		}
		if !slices.EqualFunc(got.Reserve, s.Reserve, func(a, b Lot) bool { return a.Due == b.Due && a.Amount.Equal(b.Amount) }) {
			r.Fatalf("in reserve %v, want %v", got.Reserve, s.Reserve)
		}
	})
}

// What was kept under a plan that says nothing of reserves any more is due at once.
func TestAReserveWithoutTermsIsDueAtOnce(t *testing.T) {
	f := Facts{Rules: rules(t), Left: func(calendar.Date) bool { return false }}
	of := func(kind ledger.Kind, month int, amount string) past.Posting {
		return past.PostingOf(&ledger.Entry{Kind: kind, PostedIn: calendar.Month(2026, month), Amount: dollars(amount)})
	}
	got, err := f.Open(State{}, slices.Values([]past.Posting{of(ledger.Reserved, 2, "-30"), of(ledger.Reserved, 1, "-20"), of(ledger.ReserveConsumed, 2, "25"), of(ledger.Reserved, 1, "5"), of(ledger.Paid, 1, "99")}))
	if err != nil || len(got.Reserve) != 1 || !got.Reserve[0].Amount.Equal(share("20")) || got.Reserve[0].Due != calendar.MustDate("2026-02-28") {
		t.Errorf("%+v, %v", got.Reserve, err)
	}
}

// A guarantee that is derived again comes to what it did, and to what is earned now where that is another amount.
func TestAGuaranteeIsDerivedAgain(t *testing.T) {
	of := guarantee(func(*terms.Guarantee) {})
	p := &plan.Plan{ID: "p", Terms: *of}
	f := Facts{Rules: rules(t), Segments: []earning.Segment{{Plan: p, Days: calendar.Range{From: calendar.MustDate("2026-01-01")}}}, Left: func(calendar.Date) bool { return false }}
	for i, amount := range []string{"400", "1500", "1000"} {
		month := calendar.Month(2026, i+1)
		f.Lines = append(f.Lines, earning.Line{Plan: p, Component: &plan.Component{Name: "c"}, EarnedFor: month, PostedIn: month, Amount: dollars(amount)})
	}
	tops, _, err := f.Guaranteed([]calendar.Period{calendar.Month(2026, 1), calendar.Month(2026, 2), calendar.Month(2026, 3), calendar.Month(2026, 4)})
	if err != nil || len(tops) != 2 || tops[0].Period != calendar.Month(2026, 1) || !tops[0].Amount.Equal(share("600")) || tops[1].Period != calendar.Month(2026, 4) || !tops[1].Amount.Equal(share("1000")) {
		t.Errorf("%+v, %v", tops, err)
	}
}
