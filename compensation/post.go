package compensation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/payproof/payproof/compensation/internal/earning"

	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// post makes entries and payouts of the lines of the periods asked for, and
// checks that they conserve money.
func (r *Run) post() error {
	r.lines = slices.DeleteFunc(r.lines, func(l earning.Line) bool { return !r.asked(l.PostedIn) })
	r.cuts = slices.DeleteFunc(r.cuts, func(c earning.Cut) bool { return !r.asked(c.PostedIn) })
	r.entries = slices.Grow(r.entries, len(r.lines)+len(r.cuts))
	for i := range r.lines {
		if err := r.earn(&r.lines[i]); err != nil {
			return err
		}
	}
	for i := range r.cuts {
		if err := r.cap(&r.cuts[i]); err != nil {
			return err
		}
	}
	if err := r.keepBack(); err != nil {
		return err
	}
	if err := r.pay(); err != nil {
		return err
	}
	ledger.Sort(r.entries)
	slices.SortFunc(r.payouts, comparePayouts)
	if bad := ledger.Conserve(slices.Values(r.entries)); len(bad) > 0 {
		return fmt.Errorf("the run does not conserve money, which is a fault of the engine: %w", bad[0])
	}
	return nil
}

func (r *Run) asked(p calendar.Period) bool { return slices.Contains(r.span.periods, p) }

func (r *Run) earn(l *earning.Line) error {
	e := ledger.Entry{
		Kind: ledger.Earned, Payee: l.Payee, Plan: l.Plan.ID, Component: l.Component.Name,
		EarnedFor: l.EarnedFor, PostedIn: l.PostedIn, Amount: l.Amount,
	}
	if l.Credit != nil {
		e.Event, e.Cause = l.Credit.Event.ID, "rule "+string(l.Credit.Rule)
	}
	if l.Of != nil {
		e.Kind, e.Cause = ledger.ClawedBack, fmt.Sprintf("reversal of %s, rule %s", l.Of.Credit.Event.ID, l.Credit.Rule)
	}
	if !l.Amount.IsZero() {
		r.entries = append(r.entries, e)
	}
	return r.add(l.Payee, l.Plan, l.Component.Name, l.PostedIn, l.Amount)
}

func (r *Run) cap(c *earning.Cut) error {
	r.entries = append(r.entries, ledger.Entry{
		Kind: ledger.Capped, Payee: c.Payee, Plan: c.Plan.ID, Component: c.Component, EarnedFor: c.PostedIn, PostedIn: c.PostedIn,
		Amount: c.Amount, Cause: c.Cap.String(),
	})
	return r.add(c.Payee, c.Plan, c.Component, c.PostedIn, c.Amount)
}

// payoutKey is what a payout's ID is made of.
type payoutKey struct {
	period    calendar.Period
	payee     fact.PayeeID
	plan      fact.PlanID
	component string
}

// add gathers an amount into its payout.
func (r *Run) add(payee fact.PayeeID, p *plan.Plan, component string, period calendar.Period, a money.Amount) error {
	k := payoutKey{period, payee, p.ID, component}
	at, ok := r.index[k]
	if !ok {
		if r.index == nil {
			r.index = map[payoutKey]int{}
		}
		at = len(r.payouts)
		r.index[k] = at
		id := payoutID(r.book.program.Calendar.Format(period), payee, p.ID, component)
		r.payouts = append(r.payouts, Payout{ID: id, Payee: payee, Plan: p.ID, Component: component, Period: period})
	}
	var err error
	r.payouts[at].Amount, err = r.payouts[at].Amount.Add(a)
	return err
}

// pay posts one Paid entry for each payee and pay period.
func (r *Run) pay() error {
	type key struct {
		payee  fact.PayeeID
		period calendar.Period
	}
	totals, keys := map[key]money.Amount{}, []key{}
	for _, p := range r.payouts {
		k := key{p.Payee, p.Period}
		sum, ok := totals[k]
		if !ok {
			keys = append(keys, k)
		}
		var err error
		if totals[k], err = sum.Add(p.Amount); err != nil {
			return err
		}
	}
	for _, k := range keys {
		if t := totals[k]; !t.IsZero() {
			r.entries = append(r.entries, ledger.Entry{Kind: ledger.Paid, Payee: k.payee, PostedIn: k.period, Amount: t})
		}
		if t := totals[k]; t.Sign() < 0 {
			path := "payee=" + string(k.payee) + " period=" + r.book.program.Calendar.Format(k.period)
			r.findings = append(r.findings, negative(path, t))
		}
	}
	r.findings = r.findings.Sorted()
	return nil
}

func comparePayouts(a, b Payout) int {
	if c := a.Period.Compare(b.Period); c != 0 {
		return c
	}
	if c := strings.Compare(string(a.Payee), string(b.Payee)); c != 0 {
		return c
	}
	if c := strings.Compare(string(a.Plan), string(b.Plan)); c != 0 {
		return c
	}
	return strings.Compare(a.Component, b.Component)
}
