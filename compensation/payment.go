package compensation

import (
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/compensation/internal/exchange"
	"github.com/payproof/payproof/compensation/internal/holding"
	"github.com/payproof/payproof/compensation/internal/past"
	"github.com/payproof/payproof/compensation/internal/paying"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting/hold"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
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
	floor  *floored          // where late facts may only raise it
}

// paying takes a payee through the pay periods that are open, up to the last asked for.
func (r *Run) paying(payee fact.PayeeID, result *earning.Result, moves []holding.Move, summed bool, explain func(*plan.Component, calendar.Period) bool) (p payment, err error) {
	f := r.facts(payee, result, moves)
	if r.span.books == nil {
		p.months, err = f.Compute(slices.Collect(r.book.program.Calendar.Periods(earning.PayUnit, calendar.Range{From: r.span.horizon.From, To: r.span.days.To})), paying.State{}, decimal.Zero)
		return p, err
	}
	now, state, err := r.past(payee, result, moves)
	if err != nil {
		return p, err
	}
	if now, p.floor, err = r.atLeast(payee, now, explain); err != nil {
		return p, err
	}
	if p.again, err = past.Differences(r.comparable(slices.Values(now)), r.comparable(r.span.books.Before(payee, r.span.chain[0])), summed); err != nil {
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

// facts are what payments of a payee follow from.
func (r *Run) facts(payee fact.PayeeID, result *earning.Result, moves []holding.Move) paying.Facts {
	f := r.staying(payee)
	f.Lines, f.Cuts, f.Moves, f.Adjusted = result.Lines, result.Cuts, moves, r.adjusted(payee, result)
	return f
}

// past is what closed pay periods of a payee come to now, and what guarantees of theirs leave.
func (r *Run) past(payee fact.PayeeID, result *earning.Result, moves []holding.Move) ([]past.Posting, paying.State, error) {
	var closed []calendar.Period
	for m := range r.book.program.Calendar.Periods(earning.PayUnit, calendar.Range{From: r.span.since, To: r.span.days.To}) {
		if r.span.closed(m) {
			closed = append(closed, m)
		}
	}
	tops, state, err := r.facts(payee, result, moves).Guaranteed(closed)
	if err != nil {
		return nil, state, err
	}
	now, err := r.derived(payee, result, moves, tops)
	return now, state, err
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

// paidOf is what a difference changes of the payment: what is cancelled or lost while it is held was never paid.
func paidOf(d *past.Difference) money.Amount {
	if d.Group == past.Cancelled || d.Group == past.Forfeited {
		return money.Amount{}
	}
	return d.Amount
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
	stated := func(c *earning.Conversion, in calendar.Period) {
		if c != nil && r.span.closed(in) {
			out[len(out)-1].Stated = c.Stated
		}
	}
	for i := range result.Lines {
		l := &result.Lines[i]
		var event fact.EventID
		if l.Credit != nil {
			event = l.Credit.Event.ID
		}
		add(ledger.Earned, l.Plan.ID, l.Component.Name, event, l.EarnedFor, l.PostedIn, l.Amount)
		stated(l.Converted, l.PostedIn)
		if c := l.Converted; c != nil && !c.Difference.IsZero() {
			add(ledger.FXDifference, l.Plan.ID, l.Component.Name, event, l.EarnedFor, l.PostedIn, c.Difference)
		}
	}
	for i := range result.Cuts {
		c := &result.Cuts[i]
		add(ledger.Capped, c.Plan.ID, c.Component, "", c.PostedIn, c.PostedIn, c.Amount)
		stated(c.Converted, c.PostedIn)
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
		a, bad := money.FromDecimal(t.Amount, r.book.PayCurrency(payee))
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

func (r *Run) payRules(payee fact.PayeeID) paying.Rules {
	p := r.book.program
	return paying.Rules{Calendar: p.Calendar, Currency: r.book.PayCurrency(payee), Rounding: p.Rounding}
}

// balance posts what balances do in the pay periods asked for: all that comes before Paid.
func (d *desk) balance(payee fact.PayeeID, result *earning.Result, summed bool) error {
	all, err := d.run.paying(payee, result, d.moves, summed, nil)
	if err != nil {
		return err
	}
	if err := d.restate(payee, all.again); err != nil {
		return err
	}
	if all.floor != nil {
		d.out.spared = all.floor.spared
	}
	months := all.months
	for i := range months {
		k, ok := d.run.span.place(months[i].Period)
		if !ok {
			continue
		}
		d.owing(payee, &months[i], d.run.span.names[k])
		for _, p := range months[i].Postings {
			amount, err := money.FromDecimal(p.Amount, d.currency)
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
			PostedIn: d.run.span.chain[0], Amount: of.Amount, PlanAmount: of.Stated, Cause: "comes to " + d.text(of.Now) + " now, and " + d.text(of.Posted) + " was posted",
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
	for _, a := range r.book.adjustments.Of(payee, r.request.AsOf) {
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
		a = money.FromMinor(0, d.currency)
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

// PayCurrency is the one in which a payee is paid: that of the company, unless people say otherwise.
func (b *Book) PayCurrency(payee fact.PayeeID) money.Currency {
	if c := b.people.Currency(payee); !c.IsZero() {
		return c
	}
	return b.program.Currency
}

// exchange converts what a payee earns into the currency of pay; nil: that is the company's.
func (r *Run) exchange(payee fact.PayeeID) *exchange.Desk {
	b := r.book
	to := b.PayCurrency(payee)
	if to == b.program.Currency {
		return nil
	}
	return &exchange.Desk{
		By: b.program.Exchange, Rates: b.rates, AsOf: r.request.AsOf, Calendar: b.program.Calendar, Rounding: b.program.Rounding, From: b.program.Currency, To: to,
		Idle: func(p calendar.Period) bool {
			return !r.span.kept && !b.keeps(hold.Payment) && p.Compare(r.span.chain[0]) < 0
		},
	}
}

// byCredit reports whether components of a payee's plans pay for each credit, of which every one is converted.
func byCredit(segments []earning.Segment) bool {
	return slices.ContainsFunc(segments, func(s earning.Segment) bool {
		return slices.ContainsFunc(s.Plan.Components, func(c plan.Component) bool { return c.Credit != "" })
	})
}
