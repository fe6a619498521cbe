package spec

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

const currentRate = "clawback: {of: [commission, flat], reversed by: refund, rate: current}\ncomponents:\n"

// Months that are computed one by one take back what the whole does, also where the rate is that of now, and the limit what was paid in another year.
func TestMonthsSumToTheWholeWithALimit(t *testing.T) {
	monthsSum(t, randomOf(t, strings.Replace(randomPlan, "components:\n", strings.Replace(currentRate, "current}", "current, limit: paid so far}", 1), 1)))
}

// At the rate of now, all that is taken of an event is what would be, up to what was paid for it: the limit is held against the entries of a plan that has
// none.
func TestAtTheRateOfNowNoMoreIsTakenThanWasPaid(t *testing.T) {
	free := randomOf(t, strings.Replace(randomPlan, "components:\n", currentRate, 1))
	limited := randomOf(t, strings.Replace(randomPlan, "components:\n", strings.Replace(currentRate, "current}", "current, limit: paid so far}", 1), 1))
	type key struct {
		payee     fact.PayeeID
		component string
		event     fact.EventID
	}
	rapid.Check(t, func(rt *rapid.T) {
		h := drawHistory(rt, lastYear)
		run := limited.run(rt, chunks{h.lines}, compensation.Request{})
		source := func(id fact.EventID) fact.EventID {
			if e, ok := run.Book().Events().Find(id); ok {
				return e.Source().ID
			}
			return ""
		}
		earned, asked, taken := map[key]decimal.Decimal{}, map[key]decimal.Decimal{}, map[key]decimal.Decimal{}
		add := func(to map[key]decimal.Decimal, e ledger.Entry) {
			k := key{e.Payee, e.Component, source(e.Event)}
			to[k] = to[k].Add(e.Amount.Decimal())
		}
		for e := range free.run(rt, chunks{h.lines}, compensation.Request{}).Entries() {
			if e.Kind == ledger.ClawedBack && (e.Component == "commission" || e.Component == "flat") {
				add(asked, e)
			}
		}
		for e := range run.Entries() {
			if e.Component != "commission" && e.Component != "flat" {
				continue
			}
			if e.Kind == ledger.ClawedBack {
				add(taken, e)
			} else {
				add(earned, e)
			}
		}
		for _, k := range slices.SortedFunc(maps.Keys(asked), func(a, b key) int { return strings.Compare(string(a.event)+a.component, string(b.event)+b.component) }) {
			most, want := earned[k], asked[k].Neg()
			switch {
			case most.Sign()*want.Sign() <= 0:
				want = decimal.Zero
			case want.Abs().GreaterThan(most.Abs()):
				want = most
			}
			if !taken[k].Neg().Equal(want) {
				rt.Fatalf("%+v: %s are taken of %s, want %s, without a limit %s", k, taken[k].Neg(), most, want, asked[k].Neg())
			}
		}
		for p := range run.Payouts() {
			if n, err := run.Explain(rt.Context(), p.ID); err != nil || n.Value != p.Amount.Text() {
				rt.Fatal(p.ID, n, err)
			}
		}
	})
}

// heldOf is the company with holds, and a plan that says what is taken back.
func heldOf(t *testing.T, clawback string) random {
	t.Helper()
	r := newHeld(t)
	r.fsys.(fstest.MapFS)["plans/rep.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(heldPlan[1:], "components:\n", clawback+"components:\n", 1))}
	var err error
	if r.program, err = plan.Load(r.fsys); err != nil {
		t.Fatal(err)
	}
	return r
}

// Of what is held the same is cancelled whatever the share is; of what is taken back without a share, it is taken, to the cent, and never more than what was
// released.
func TestAShareIsOfWhatWasPaid(t *testing.T) {
	all, part := newHeld(t), heldOf(t, "clawback: {reversed by: refund, share: 37.5%, limit: paid so far}\n")
	share, cent := decimal.New(375, -3), decimal.New(1, -2)
	rapid.Check(t, func(rt *rapid.T) {
		lines, _ := drawHeld(rt)
		run := part.run(rt, chunks{lines}, compensation.Request{})
		entry := func(e ledger.Entry) ledger.Entry {
			return ledger.Entry{Kind: e.Kind, Payee: e.Payee, Component: e.Component, Event: e.Event, EarnedFor: e.EarnedFor, PostedIn: e.PostedIn, Cause: e.Cause}
		}
		want, got := map[ledger.Entry]decimal.Decimal{}, map[ledger.Entry]decimal.Decimal{}
		parts := map[ledger.Entry]int64{}
		for e := range all.run(rt, chunks{lines}, compensation.Request{}).Entries() {
			if e.Kind == ledger.HoldCancelled || e.Kind == ledger.ClawedBack || e.Kind == ledger.Held || e.Kind == ledger.Released {
				want[entry(e)] = want[entry(e)].Add(e.Amount.Decimal())
				parts[entry(e)]++
			}
		}
		byMonth := map[calendar.Period][]ledger.Entry{}
		for e := range run.Entries() {
			byMonth[e.PostedIn] = append(byMonth[e.PostedIn], e)
			got[entry(e)] = got[entry(e)].Add(e.Amount.Decimal())
		}
		for e, amount := range want { // order: each is an error of its own
			off := decimal.Zero
			if e.Kind == ledger.ClawedBack {
				amount, off = amount.Mul(share), cent.Mul(decimal.New(parts[e], 0))
			}
			if got[e].Sub(amount).Abs().GreaterThan(off) {
				rt.Fatalf("%+v is %s, want %s", e, got[e], amount)
			}
		}
		if bad := ledger.Conserve(run.Entries()); len(bad) > 0 {
			rt.Fatal(bad[0])
		}
		for _, p := range run.Periods() {
			month := slices.Collect(part.run(rt, chunks{lines}, compensation.Request{Period: p}).Entries())
			if !slices.Equal(month, byMonth[p]) {
				rt.Fatalf("%v alone:\n%v\nwant\n%v", p, month, byMonth[p])
			}
		}
		for p := range run.Payouts() {
			if n, err := run.Explain(rt.Context(), p.ID); err != nil || n.Value != p.Amount.Text() {
				rt.Fatal(p.ID, n, err)
			}
		}
	})
}

// Months that are computed one by one take back the instalments that the whole does, and credits that are listed what those are that are added up.
func TestMonthsSumToTheWholeWithARecovery(t *testing.T) {
	for _, recovery := range []string{"in 2 instalments", "from future earnings"} {
		t.Run(recovery, func(t *testing.T) {
			monthsSum(t, randomOf(t, strings.Replace(randomPlan, "components:\n", "clawback: {reversed by: refund, recovery: "+recovery+"}\ncomponents:\n", 1)))
		})
	}
}

// Also in another currency nothing is held of what was cancelled whole, in however many parts, and what is taken back is no more than what was paid.
func TestInAnotherCurrencyNothingIsHeldOfWhatIsCancelled(t *testing.T) {
	part := heldOf(t, "clawback: {reversed by: refund, share: 37.5%, limit: paid so far}\n")
	rapid.Check(t, func(rt *rapid.T) {
		lines, reversed := drawHeld(rt)
		facts, err := folder.Facts(part.fsys, part.program)
		if err != nil {
			rt.Fatal(err)
		}
		facts.Events = chunks{lines}
		run := in(t, part.program, facts, decimal.New(int64(rapid.IntRange(1, 30_000).Draw(rt, "rate")), -4))
		for h := range run.Held() {
			if reversed[h.Event.ID] {
				rt.Fatalf("%s is held of %s, which is cancelled", h.Amount(), h.Event.ID)
			}
		}
		paid := map[string]decimal.Decimal{}
		for e := range run.Entries() {
			event, ok := run.Book().Events().Find(e.Event)
			if ok && (e.Kind == ledger.Released || e.Kind == ledger.ClawedBack) && e.Component != "orders" && e.Component != "override" {
				k := string(e.Payee) + e.Component + string(event.Source().ID)
				paid[k] = paid[k].Add(e.Amount.Decimal())
			}
		}
		for k, sum := range paid { // order: each is an error of its own
			if sum.IsNegative() && heldPay(run, k) {
				rt.Fatalf("%s: %s more is taken back than was paid", k, sum.Neg())
			}
		}
		if bad := ledger.Conserve(run.Entries()); len(bad) > 0 {
			rt.Fatal(bad[0])
		}
		for p := range run.Payouts() {
			if _, err := run.Explain(rt.Context(), p.ID); err != nil {
				rt.Fatal(err)
			}
		}
	})
}

// heldPay reports whether pay of an event was held: only then all that was paid of it was released.
func heldPay(run *compensation.Run, key string) bool {
	for e := range run.Entries() {
		if event, ok := run.Book().Events().Find(e.Event); ok && e.Kind == ledger.Held && string(e.Payee)+e.Component+string(event.Source().ID) == key {
			return true
		}
	}
	return false
}
