// Package prepay looks a run over before it is paid: for what is computed rightly, and probably wrong all the same.
//
//   - near-duplicate: events that say the same under different ids
//   - pay-unusual: somebody is paid far more than in any pay period before
//   - payee-without-plan: somebody is credited with events, and on no plan on their dates
//
// All are warnings: whoever approves the run decides. What is negative, and what was paid by hand without approval, a run finds
// itself.
package prepay

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
)

const (
	fewPeriods = 3   // of pay before anything can be unusual
	farAbove   = 5   // times the most before is unusual
	mostShown  = 100 // findings of a code
)

// Check looks a run over. History is what payees were paid before, see [Paid]; nil takes the earlier pay periods of the run alone. The
// error is the context's.
func Check(ctx context.Context, run *compensation.Run, history map[fact.PayeeID][]money.Amount) (source.Diagnostics, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	found := twice(run)
	found = append(found, unusual(run, history)...)
	found = append(found, onNoPlan(run)...)
	return found.Sorted().AtMost(mostShown), ctx.Err()
}

// Paid is what payees were paid in the pay periods of a ledger before one, in their order. The error is the store's.
func Paid(ctx context.Context, store ledger.Store, before calendar.Period) (map[fact.PayeeID][]money.Amount, error) {
	out := map[fact.PayeeID][]money.Amount{}
	last := map[fact.PayeeID]calendar.Period{}
	for e, err := range store.Scan(ctx, ledger.Head{}) {
		if err != nil {
			return nil, err
		}
		if e.Kind != ledger.Paid || e.PostedIn.Compare(before) >= 0 {
			continue
		}
		all := out[e.Payee]
		if n := len(all); n > 0 && last[e.Payee] == e.PostedIn { // a period that was reopened
			if sum, err := all[n-1].Add(e.Amount); err == nil {
				all[n-1] = sum
				continue
			}
		}
		out[e.Payee], last[e.Payee] = append(all, e.Amount), e.PostedIn
	}
	return out, nil
}

// days are those of the run.
func days(run *compensation.Run) calendar.Range {
	cal, periods := run.Book().Program().Calendar, run.Periods()
	first, err := cal.Range(periods[0])
	last, err2 := cal.Range(periods[len(periods)-1])
	if err != nil || err2 != nil { // they were computed
		return calendar.Range{}
	}
	return calendar.Range{From: first.From, To: last.To}
}

// twice finds events of the run's days that say the same: of kinds that carry money and name something, such as an account. Others,
// such as meetings, may well be the same.
func twice(run *compensation.Run) (found source.Diagnostics) {
	within := days(run)
	suspect := map[*crediting.Schema]bool{}
	for _, s := range run.Book().Program().Rules.Schemas {
		has := func(t crediting.FieldType) bool {
			return slices.ContainsFunc(s.Fields, func(f crediting.Field) bool { return f.Type == t && !f.Currency })
		}
		suspect[s] = has(crediting.Money) && has(crediting.Key)
	}
	first := map[string]*crediting.Event{}
	var text strings.Builder
	for e := range run.Book().Events().All() {
		if !suspect[e.Schema()] || !within.Contains(e.Date()) {
			continue
		}
		text.Reset()
		text.WriteString(e.Schema().Kind)
		for i := range e.Schema().Fields {
			text.WriteByte(0)
			text.WriteString(e.Show(i))
		}
		was := first[text.String()]
		if was == nil {
			first[text.String()] = e
			continue
		}
		one, other := was, e
		if other.ID < one.ID {
			one, other = other, one
		}
		found = append(found, source.Warnf("near-duplicate", at(other), "the event %s says the same as %s, but for its id", other.ID, one.ID).
			WithNote(at(one), "the other").WithHint("withdraw one of them, if it was entered twice"))
	}
	return found
}

func at(e *crediting.Event) source.Span {
	if e.At.IsZero() {
		return source.Span{File: "event=" + string(e.ID)}
	}
	return e.At
}

// unusual finds who is paid far more than ever before.
func unusual(run *compensation.Run, history map[fact.PayeeID][]money.Amount) (found source.Diagnostics) {
	cal := run.Book().Program().Calendar
	before := map[fact.PayeeID][]decimal.Decimal{}
	for payee, all := range history { // order: a map goes into a map
		for _, a := range all {
			before[payee] = append(before[payee], a.Decimal())
		}
	}
	paid := map[fact.PayeeID]decimal.Decimal{}
	var payees []fact.PayeeID
	settle := func(p calendar.Period) {
		for _, payee := range payees {
			now, was := paid[payee], before[payee]
			before[payee] = append(was, now)
			if len(was) < fewPeriods {
				continue
			}
			most := slices.MaxFunc(was, decimal.Decimal.Cmp)
			if most.IsPositive() && now.GreaterThan(most.Mul(decimal.New(farAbove, 0))) {
				place := source.Span{File: fmt.Sprintf("payee=%s period=%s", payee, cal.Format(p))}
				found = append(found, source.Warnf("pay-unusual", place, "%s is paid, and never more than %s in %d pay periods before", fact.DecimalText(now), fact.DecimalText(most), len(was)).
					WithHint("see why with `payproof explain`"))
			}
		}
		payees = payees[:0]
		clear(paid)
	}
	var period calendar.Period
	for p := range run.Payouts() {
		if p.Period != period && !period.IsZero() {
			settle(period)
		}
		if period = p.Period; !slices.Contains(payees[max(0, len(payees)-1):], p.Payee) { // payouts are by payee
			payees = append(payees, p.Payee)
		}
		paid[p.Payee] = paid[p.Payee].Add(p.Amount.Decimal())
	}
	if !period.IsZero() {
		settle(period)
	}
	return found
}

// onNoPlan finds who is credited, and on no plan on the day.
func onNoPlan(run *compensation.Run) (found source.Diagnostics) {
	type lost struct {
		events int
		first  fact.EventID
	}
	of := map[fact.PayeeID]*lost{}
	var payees []fact.PayeeID
	plans := map[fact.PayeeID][]calendar.Range{}
	within := days(run)
	for l := range run.Lines() {
		covered, known := plans[l.Payee]
		if !known {
			covered = run.Book().PlanDays(l.Payee, within)
			plans[l.Payee] = covered
		}
		if slices.ContainsFunc(covered, func(r calendar.Range) bool { return r.Contains(l.Date) }) {
			continue
		}
		if e, ok := run.Book().Events().Find(l.Event); ok && e.Reversal() != nil { // it is taken back by the plan that paid
			continue
		}
		if of[l.Payee] == nil {
			of[l.Payee] = &lost{first: l.Event}
			payees = append(payees, l.Payee)
		}
		of[l.Payee].events++
	}
	slices.Sort(payees)
	for _, p := range payees {
		n := of[p]
		found = append(found, source.Warnf("payee-without-plan", source.Span{File: "payee=" + string(p) + " event=" + string(n.first)}, "%s has credit, and is on no plan on that day: nothing is paid for it; %s in all", p, counted(n.events)).
			WithHint("put somebody on a plan by a role of people.csv, or in assignments.csv"))
	}
	return found
}

func counted(n int) string {
	if n == 1 {
		return "1 credit"
	}
	return fmt.Sprintf("%d credits", n)
}
