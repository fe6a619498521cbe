package compensation

import (
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/compensation/internal/holding"
	"github.com/payproof/payproof/compensation/internal/past"
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

// balances reports whether a plan states how what is earned becomes what is paid, or earns what is finer than can be paid, so
// that pay periods depend on those before them.
func (b *Book) balances() bool {
	finer := func(c plan.Component) bool { return c.Precision.Finer(b.program.Currency) }
	return slices.ContainsFunc(b.program.Plans, func(p plan.Plan) bool {
		return p.Terms.Any() || p.Clawback != nil && p.Clawback.Recovery.Later() || slices.ContainsFunc(p.Components, finer)
	})
}

// balancedSince is the first day of which something may be owed, kept or carried on a later one: that of the fiscal year of
// the first event. What people were on before it is not known.
func (b *Book) balancedSince(s *span) (calendar.Date, error) {
	begin, err := b.program.Calendar.Range(s.chain[0])
	if !s.kept || err != nil {
		return s.days.From, err
	}
	day := earlier(s.days.From, begin.From)
	if first, _, ok := b.events.Span(); ok {
		day = earlier(day, first)
	}
	year, err := b.program.Calendar.Range(b.program.Calendar.PeriodOf(calendar.UnitYear, day))
	return year.From, err
}

// payment is a payee on the way from what is earned to what is paid.
type payment struct {
	months []paying.Month
	again  []past.Difference // what closed pay periods come to now, less what is posted
}

// paying takes a payee through the pay periods that are open, up to the last asked for.
func (r *Run) paying(payee fact.PayeeID, result *earning.Result, moves []holding.Move, summed bool) (p payment, err error) {
	f := r.staying(payee)
	f.Lines, f.Cuts, f.Moves, f.Adjusted = result.Lines, result.Cuts, moves, r.adjusted(payee, result)
	cal := r.book.program.Calendar
	if r.span.books == nil {
		p.months, err = f.Compute(slices.Collect(cal.Periods(earning.PayUnit, calendar.Range{From: r.span.horizon.From, To: r.span.days.To})), paying.State{}, decimal.Zero)
		return p, err
	}
	var closed []calendar.Period
	for m := range cal.Periods(earning.PayUnit, calendar.Range{From: r.span.since, To: r.span.days.To}) {
		if r.span.closed(m) {
			closed = append(closed, m)
		}
	}
	tops, state, err := f.Guaranteed(closed)
	if err != nil {
		return p, err
	}
	if p.again, err = r.differences(payee, result, moves, tops, summed); err != nil {
		return p, err
	}
	more := decimal.Zero
	for i := range p.again {
		more = more.Add(paidOf(&p.again[i]).Decimal())
	}
	f.Again = p.again
	if state, err = f.Open(state, r.span.books.Before(payee, r.span.chain[0])); err == nil {
		p.months, err = f.Compute(r.span.chain, state, more)
	}
	return p, err
}

// alwaysSince is the day from which terms count that were always there: also where the facts of the first years are gone, it is that of
// the fiscal year in which the ledger begins.
func (r *Run) alwaysSince() calendar.Date {
	cal := r.book.program.Calendar
	if r.span.books == nil || r.span.first.IsZero() {
		return r.span.since
	}
	first, err := cal.Range(r.span.first)
	year, err2 := cal.Range(cal.PeriodOf(calendar.UnitYear, first.From))
	if err != nil || err2 != nil {
		return r.span.since
	}
	return earlier(r.span.since, year.From)
}

// missed reports whether what was entered by hand for a pay period is paid in none: it is over, and it is not compared with the
// ledger, which holds nothing of the kind.
func (r *Run) missed(payee fact.PayeeID, p calendar.Period) bool {
	if r.span.books == nil || p.Compare(r.span.chain[0]) >= 0 {
		return false
	}
	if days, err := r.book.program.Calendar.Range(p); err != nil || r.span.closed(p) && !days.From.Before(r.span.since) {
		return false
	}
	for e := range r.span.books.Before(payee, r.span.chain[0]) {
		if e.Kind == ledger.Adjusted && e.EarnedFor == p {
			return false
		}
	}
	return true
}

// paidOf is what a difference changes of the payment: what is cancelled or lost while it is held was never paid.
func paidOf(d *past.Difference) money.Amount {
	if d.Group == past.Cancelled || d.Group == past.Forfeited {
		return money.Amount{}
	}
	return d.Amount
}

// differences are what closed pay periods come to now, less what was posted of them.
func (r *Run) differences(payee fact.PayeeID, result *earning.Result, moves []holding.Move, tops []paying.TopUp, summed bool) ([]past.Difference, error) {
	now, err := r.derived(payee, result, moves, tops)
	if err != nil {
		return nil, err
	}
	return past.Differences(r.comparable(slices.Values(now)), r.comparable(r.span.books.Before(payee, r.span.chain[0])), summed)
}

// comparable leaves out what is earned for periods of which there are no facts any more.
func (r *Run) comparable(all iter.Seq[past.Posting]) iter.Seq[past.Posting] {
	return func(yield func(past.Posting) bool) {
		for p := range all {
			if days, err := r.book.program.Calendar.Range(p.EarnedFor); err == nil && !days.From.Before(r.span.since) && !yield(p) {
				return
			}
		}
	}
}

// derived is what closed pay periods come to now.
func (r *Run) derived(payee fact.PayeeID, result *earning.Result, moves []holding.Move, tops []paying.TopUp) (out []past.Posting, err error) {
	add := func(kind ledger.Kind, p fact.PlanID, component string, event fact.EventID, of, in calendar.Period, a money.Amount) {
		if r.span.closed(in) {
			out = append(out, past.PostingOf(&ledger.Entry{Kind: kind, Plan: p, Component: component, Event: event, EarnedFor: of, PostedIn: in, Amount: a}))
		}
	}
	for i := range result.Lines {
		l := &result.Lines[i]
		var event fact.EventID
		if l.Credit != nil {
			event = l.Credit.Event.ID
		}
		add(ledger.Earned, l.Plan.ID, l.Component.Name, event, l.EarnedFor, l.PostedIn, l.Amount)
	}
	for i := range result.Cuts {
		c := &result.Cuts[i]
		add(ledger.Capped, c.Plan.ID, c.Component, "", c.PostedIn, c.PostedIn, c.Amount)
	}
	for i := range moves {
		m := &moves[i]
		if m.Kind != ledger.HoldCancelled {
			add(m.Kind, m.Plan.ID, m.Component, m.Event.ID, m.EarnedFor, m.PostedIn, m.Amount)
			continue
		}
		add(m.Kind, m.Plan.ID, m.Component, m.By[0].ID, m.PostedIn, m.PostedIn, m.Amount)
		add(ledger.ClawedBack, m.Plan.ID, m.Component, m.By[0].ID, m.PostedIn, m.PostedIn, m.Paid())
	}
	for _, a := range r.adjusted(payee, result) {
		add(ledger.Adjusted, "", "", a.Event, a.Period, a.Period, a.Amount)
	}
	for _, t := range tops {
		a, bad := money.FromDecimal(t.Amount, r.book.program.Currency)
		err = errors.Join(err, bad)
		add(ledger.GuaranteeTopUp, "", "", "", t.Period, t.Period, a)
	}
	return out, err
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
func (d *desk) balance(payee fact.PayeeID, result *earning.Result, summed bool) error {
	all, err := d.run.paying(payee, result, d.moves, summed)
	if err != nil {
		return err
	}
	if err := d.restate(payee, all.again); err != nil {
		return err
	}
	months := all.months
	for i := range months {
		k, ok := d.run.span.place(months[i].Period)
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
				e := ledger.Entry{Kind: p.Kind, Payee: payee, PostedIn: months[i].Period, Amount: amount, Cause: p.Cause}
				switch {
				case p.Kind == ledger.GuaranteeTopUp:
					e.EarnedFor = e.PostedIn
				case !p.Of.IsZero():
					e.Plan, e.Component, e.EarnedFor = p.Plan, paying.Recovery, p.Of
				}
				d.entries = append(d.entries, e)
			} else if err := d.tally(p.Kind, k, amount); err != nil {
				return err
			}
			if p.Kind != ledger.WrittenOff { // it is no part of a payment
				err = d.add(k, payee, &plan.Plan{}, payoutOf(&p), amount)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// restate posts what closed pay periods come to now, less what is posted, to the first that is open. Differences that make up for
// each other are entries, and no payout: where credits were only added up, nobody sees them.
func (d *desk) restate(payee fact.PayeeID, all []past.Difference) (err error) {
	var sums []Payout
	for i := range all {
		of := &all[i]
		d.entries = append(d.entries, ledger.Entry{
			Kind: of.Group.Kind(of.Amount), Payee: payee, Plan: of.Plan, Component: of.Component, Event: of.Event, EarnedFor: of.EarnedFor,
			PostedIn: d.run.span.chain[0], Amount: of.Amount, Cause: "comes to " + d.text(of.Now) + " now, and " + d.text(of.Posted) + " was posted",
		})
		component := componentOf(of)
		d.out.again = append(d.out.again, Restated{payee, of.Plan, component, of.Event, of.EarnedFor, of.Group.String(), of.Posted, of.Now, of.Amount})
		at := slices.IndexFunc(sums, func(p Payout) bool { return p.Plan == of.Plan && p.Component == component })
		if at < 0 {
			at = len(sums)
			sums = append(sums, Payout{Plan: of.Plan, Component: component})
		}
		if sums[at].Amount, err = sums[at].Amount.Add(paidOf(of)); err != nil {
			return err
		}
	}
	for _, p := range sums {
		if !p.Amount.IsZero() {
			err = errors.Join(err, d.add(0, payee, &plan.Plan{ID: p.Plan}, p.Component, p.Amount))
		}
	}
	return err
}

// componentOf is the component of the payout that a difference is part of, or what stands in its place.
func componentOf(d *past.Difference) string {
	switch d.Group {
	case past.ToppedUp:
		return balanceOf(ledger.GuaranteeTopUp)
	case past.Adjusted:
		return balanceOf(ledger.Adjusted)
	}
	return d.Component
}

// adjusted is what was entered by hand for a payee. What stands in for an event is none once that earns something.
func (r *Run) adjusted(payee fact.PayeeID, result *earning.Result) (out []paying.Adjusted) {
	for _, a := range r.book.adjustments.Of(payee) {
		arrived := a.Event != "" && slices.ContainsFunc(result.Lines, func(l earning.Line) bool { return l.Credit != nil && l.Credit.Event.ID == a.Event })
		if !arrived {
			out = append(out, paying.Adjusted{Period: a.Period, Event: a.Event, Amount: a.Amount, Cause: a.Cause()})
		}
	}
	return out
}

// adjust posts what was entered by hand for the pay periods that are computed.
func (d *desk) adjust(payee fact.PayeeID, result *earning.Result) (err error) {
	for _, a := range d.run.adjusted(payee, result) {
		k, ok := d.run.span.place(a.Period)
		if !ok {
			continue
		}
		if d.lists {
			d.entries = append(d.entries, ledger.Entry{Kind: ledger.Adjusted, Payee: payee, Event: a.Event, EarnedFor: a.Period, PostedIn: a.Period, Amount: a.Amount, Cause: a.Cause})
		} else {
			err = errors.Join(err, d.tally(ledger.Adjusted, k, a.Amount))
		}
		err = errors.Join(err, d.add(k, payee, &plan.Plan{}, balanceOf(ledger.Adjusted), a.Amount))
	}
	return err
}

// text is an amount, also where it is zero of no currency.
func (d *desk) text(a money.Amount) string {
	if a.IsZero() {
		a = money.FromMinor(0, d.run.book.program.Currency)
	}
	return a.Text()
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

// payoutOf is what stands in place of a component for a posting.
func payoutOf(p *paying.Posting) string {
	if !p.Of.IsZero() {
		return paying.Recovery
	}
	return balanceOf(p.Kind)
}

// balanceOf is what stands in place of a component for what moves a balance.
func balanceOf(k ledger.Kind) string {
	switch k {
	case ledger.GuaranteeTopUp:
		return "guarantee"
	case ledger.Adjusted:
		return "adjustment"
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
	return 1 + slices.Index([]string{"guarantee", "adjustment", "draw", "reserve", paying.Recovery, "carried forward"}, p.Component)
}

// adjustments explain what was entered by hand.
func (e *explanation) adjustments(add func(money.Amount, *trace.Node) error) (err error) {
	for _, a := range e.run.adjusted(e.payee, &e.result) {
		if a.Period == e.period {
			err = errors.Join(err, add(a.Amount, &trace.Node{Op: trace.Input, Label: "adjustment", Value: a.Amount.Text(), Unit: e.unit(), Detail: a.Cause, Flags: trace.Overridden}))
		}
	}
	return err
}

// balance is how what balances do in the pay period follows, for a payout of one.
func (e *explanation) balance(p Payout, add func(money.Amount, *trace.Node) error) error {
	for _, m := range e.months {
		if m.Period != e.period {
			continue
		}
		for _, posting := range m.Postings {
			if posting.Kind == ledger.Paid || posting.Kind == ledger.WrittenOff || payoutOf(&posting) != p.Component {
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
