package compensation

import (
	"fmt"
	"slices"

	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/compensation/internal/holding"
	"github.com/payproof/payproof/compensation/internal/paying"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/trace"
	"github.com/shopspring/decimal"
)

// balances reports whether a plan states how what is earned becomes what is paid, so that pay periods depend on those
// before them.
func (b *Book) balances() bool {
	return slices.ContainsFunc(b.program.Plans, func(p plan.Plan) bool { return p.Terms.Any() })
}

// balancedSince is the first day of which something may be owed, kept or carried on a later one: that of the fiscal year of
// the first event. What people were on before it is not known.
func (b *Book) balancedSince(day calendar.Date) (calendar.Date, error) {
	if !b.balances() {
		return day, nil
	}
	if first, _, ok := b.events.Span(); ok && first.Before(day) {
		day = first
	}
	year, err := b.program.Calendar.Range(b.program.Calendar.PeriodOf(calendar.UnitYear, day))
	return year.From, err
}

// paying takes a payee through all pay periods up to the last asked for.
func (r *Run) paying(payee fact.PayeeID, result *earning.Result, moves []holding.Move) ([]paying.Month, error) {
	f := paying.Facts{
		Rules: r.payRules(), Lines: result.Lines, Cuts: result.Cuts, Moves: moves,
		Segments: r.book.segments(payee, calendar.Range{}, r.request.AsOf), Since: r.span.since,
		Left: func(last calendar.Date) bool {
			_, before := r.book.people.At(payee, last, r.request.AsOf)
			_, after := r.book.people.At(payee, last.AddDays(1), r.request.AsOf)
			return !after && (before || r.had(payee, last))
		},
	}
	return f.Compute(slices.Collect(r.book.program.Calendar.Periods(earning.PayUnit, calendar.Range{From: r.span.horizon.From, To: r.span.days.To})))
}

// had reports whether a payee was there on some day up to one.
func (r *Run) had(payee fact.PayeeID, day calendar.Date) bool {
	for range r.book.people.History(payee, calendar.Range{To: day.AddDays(1)}, r.request.AsOf) {
		return true
	}
	return false
}

func (r *Run) payRules() paying.Rules {
	p := r.book.program
	return paying.Rules{Calendar: p.Calendar, Currency: p.Currency, Rounding: p.Rounding}
}

// balance posts what balances do in the pay periods asked for: all that comes before Paid.
func (d *desk) balance(payee fact.PayeeID, result *earning.Result) error {
	months, err := d.run.paying(payee, result, d.moves)
	if err != nil {
		return err
	}
	for i := range months {
		k, ok := d.run.asked(months[i].Period)
		if !ok {
			continue
		}
		d.owing(payee, &months[i], d.run.span.names[k])
		for _, p := range months[i].Postings {
			amount, err := money.FromDecimal(p.Amount, d.run.book.program.Currency)
			if err != nil {
				return fmt.Errorf("payee=%s: %s: %w", payee, p.Kind, err)
			}
			if p.Kind == ledger.Paid {
				d.paid[k] = amount
				continue
			}
			if d.lists {
				d.entries = append(d.entries, ledger.Entry{Kind: p.Kind, Payee: payee, PostedIn: months[i].Period, Amount: amount, Cause: p.Cause})
			} else if err := d.tally(p.Kind, k, amount); err != nil {
				return err
			}
			if p.Kind != ledger.WrittenOff { // it is no part of a payment
				err = d.add(k, payee, &plan.Plan{}, balanceOf(p.Kind), amount)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// owing says of who leaves what is owed.
func (d *desk) owing(payee fact.PayeeID, m *paying.Month, period string) {
	if !m.Leaves || m.After.Owed.IsZero() && !m.After.Carried.IsNegative() {
		return
	}
	d.out.warned = append(d.out.warned, source.Warnf("left-owing", source.Span{File: "payee=" + string(payee) + " period=" + period},
		"the payee leaves, and owes %s of draws and %s that were carried", fact.DecimalText(m.After.Owed), fact.DecimalText(decimal.Min(m.After.Carried, decimal.Zero).Neg())).
		WithHint("collect it, or say what happens to it with `on leaving:` of the draw and `leaving: {balance: write off}`"))
}

// balanceOf is what stands in place of a component for what moves a balance.
func balanceOf(k ledger.Kind) string {
	switch k {
	case ledger.GuaranteeTopUp:
		return "guarantee"
	case ledger.DrawAdvanced, ledger.DrawRecovered:
		return "draw"
	case ledger.Reserved, ledger.ReserveReleased, ledger.ReserveConsumed:
		return "reserve"
	}
	return "carried forward"
}

// afterPlans puts what balances do behind what plans pay, in the order in which it is posted.
func afterPlans(p Payout) int {
	if p.Plan != "" {
		return 0
	}
	return 1 + slices.Index([]string{"guarantee", "draw", "reserve"}, p.Component)&3
}

// balance is how what balances do in the pay period follows, for a payout of one.
func (e *explanation) balance(p Payout, add func(money.Amount, *trace.Node) error) error {
	for _, m := range e.months {
		if m.Period != e.period {
			continue
		}
		for _, posting := range m.Postings {
			if posting.Kind == ledger.Paid || posting.Kind == ledger.WrittenOff || balanceOf(posting.Kind) != p.Component {
				continue
			}
			amount, err := money.FromDecimal(posting.Amount, e.run.book.program.Currency)
			if err != nil {
				return err
			}
			n := &trace.Node{Op: trace.Balance, Label: posting.Cause, Value: amount.Text(), Unit: e.unit(), Detail: posting.Why.Rule}
			for _, t := range posting.Why.Terms {
				n.Args = append(n.Args, &trace.Node{Op: trace.Input, Label: t.Name, Value: fact.DecimalText(t.Value)})
			}
			if err := add(amount, n); err != nil {
				return err
			}
		}
	}
	return nil
}
