package compensation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/compensation/internal/exchange"
	"github.com/payproof/payproof/compensation/internal/holding"
	"github.com/payproof/payproof/compensation/ledger"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/trace"
)

// UnknownPayoutError says that a run has no such payout, and what it has.
type UnknownPayoutError struct {
	ID   string // what was asked for
	Hint string // what was probably meant
}

// Error names the ID and what was probably meant.
func (e *UnknownPayoutError) Error() string {
	return fmt.Sprintf("there is no payout %q; %s", e.ID, e.Hint)
}

// Explain gives the evaluated tree behind a payout, down to the events. The ID is a
// payout's ("2026-03/p007/Account Executive/commission"), or shorter: without the
// plan, or only period and payee for all that the payee is paid then. The payee is
// computed again with tracing on, by the same program; the values are equal.
func (r *Run) Explain(ctx context.Context, id string) (*trace.Node, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	parts := strings.Split(id, "/")
	chosen := slices.DeleteFunc(slices.Clone(r.payouts()), func(p Payout) bool { return !r.means(p, parts) })
	if len(chosen) == 0 {
		return nil, &UnknownPayoutError{id, r.didYouMean(parts)}
	}
	e := explanation{run: r, payee: chosen[0].Payee, period: chosen[0].Period}
	all, err := r.listOf(ctx, e.payee)
	if err != nil {
		return nil, err
	}
	job := r.job(e.payee, all)
	job.Explain = func(c *plan.Component, posted calendar.Period) bool {
		return posted == e.period && slices.ContainsFunc(chosen, func(p Payout) bool { return p.Component == c.Name })
	}
	if err := e.compute(job); err != nil {
		return nil, err
	}
	if e.period == r.span.chain[0] && len(e.again) > 0 { // once more, to explain what closed pay periods come to, too
		job.Explain = func(c *plan.Component, posted calendar.Period) bool {
			return (posted == e.period || r.span.closed(posted)) && slices.ContainsFunc(chosen, func(p Payout) bool { return p.Component == c.Name })
		}
		if err := e.compute(job); err != nil {
			return nil, err
		}
	}
	nodes := make([]*trace.Node, 0, len(chosen))
	for _, p := range chosen {
		n, err := e.payout(p)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
	}
	if len(parts) > 2 && len(nodes) == 1 {
		return nodes[0], nil
	}
	return e.together(nodes)
}

// compute computes the payee.
func (e *explanation) compute(job earning.Job) (err error) {
	if e.result = earning.Compute(job); e.result.Found.HasErrors() {
		return e.result.Found
	}
	if x := e.run.exchange(e.payee); x != nil {
		if found := x.Convert(e.result.Lines, e.result.Cuts); len(found) > 0 {
			return found
		}
	}
	if e.moves, _, err = e.run.holding(e.payee).Compute(e.result.Lines, e.result.Cuts); err == nil && e.run.span.kept {
		e.payment, err = e.run.paying(e.payee, &e.result, e.moves, false, job.Explain)
	}
	return err
}

// means reports whether an ID's parts name the payout: all of them, or without
// the plan, or only period and payee.
func (r *Run) means(p Payout, parts []string) bool {
	full := strings.Split(p.ID, "/")
	switch len(parts) {
	case 2:
		return parts[0] == full[0] && parts[1] == full[1]
	case 3:
		return parts[0] == full[0] && parts[1] == full[1] && parts[2] == full[3]
	}
	return slices.Equal(parts, full)
}

func (r *Run) didYouMean(parts []string) string {
	var ids, periods, payees []string
	for _, p := range r.payouts() {
		full := strings.Split(p.ID, "/")
		periods = append(periods, full[0])
		if full[0] == parts[0] {
			payees = append(payees, full[1])
			if len(parts) > 1 && full[1] == parts[1] {
				ids = append(ids, full[0]+"/"+full[1]+"/"+full[3])
			}
		}
	}
	switch {
	case len(ids) > 0:
		return "this payee and period have " + strings.Join(ids, ", ")
	case len(payees) > 0 && len(parts) > 1:
		return "payee " + parts[1] + " is paid nothing then; " + source.DidYouMean(parts[1], payees)
	}
	return "an ID is period/payee/component; periods of this run: " + strings.Join(slices.Compact(periods), ", ")
}

// explanation builds the trees of one payee and pay period.
type explanation struct {
	run    *Run
	payee  fact.PayeeID
	period calendar.Period
	result earning.Result
	moves  []holding.Move
	payment
}

// unit is that of what is paid, and stated that of what is earned.
func (e *explanation) unit() string { return e.run.book.PayCurrency(e.payee).String() }

func (e *explanation) stated() string { return e.run.book.program.Currency.String() }

// payout is the sum of a component's lines and cuts.
func (e *explanation) payout(p Payout) (*trace.Node, error) {
	n := &trace.Node{Op: trace.Payout, Label: p.ID, Value: p.Amount.Text(), Unit: e.unit()}
	var total money.Amount
	add := func(a money.Amount, child *trace.Node) (err error) {
		n.Args = append(n.Args, child)
		total, err = total.Add(a)
		return err
	}
	for i := range e.result.Lines {
		l := &e.result.Lines[i]
		if l.PostedIn != e.period || l.Component.Name != p.Component || l.Plan.ID != p.Plan {
			continue
		}
		if err := add(l.Amount, e.line(l)); err != nil {
			return nil, err
		}
		if c := l.Converted; c != nil && !c.Difference.IsZero() {
			if err := add(c.Difference, exchange.Difference(l, e.run.book.program.Rounding)); err != nil {
				return nil, err
			}
		}
	}
	for i := range e.result.Cuts {
		c := &e.result.Cuts[i]
		if c.PostedIn != e.period || c.Component != p.Component || c.Plan.ID != p.Plan {
			continue
		}
		if err := add(c.Amount, e.cut(c)); err != nil {
			return nil, err
		}
	}
	for i := range e.moves {
		m := &e.moves[i]
		if m.PostedIn != e.period || m.Component != p.Component || m.Plan.ID != p.Plan {
			continue
		}
		if err := add(m.Paid(), e.move(m)); err != nil {
			return nil, err
		}
	}
	if e.period == e.run.span.chain[0] {
		if err := e.prior(p, add); err != nil {
			return nil, err
		}
	}
	if p.Plan == "" && p.Component == balanceOf(ledger.Adjusted) {
		if err := e.adjustments(add); err != nil {
			return nil, err
		}
	}
	if p.Plan == "" {
		if err := e.balance(p, add); err != nil {
			return nil, err
		}
	}
	if total.Text() != p.Amount.Text() {
		return nil, fmt.Errorf("the explanation of %s adds up to %s, not %s: a fault of the engine", p.ID, total, p.Amount)
	}
	return n, nil
}

// takenBack is what a reversal takes of an earning, which stands below it.
func (e *explanation) takenBack(l *earning.Line) *trace.Node {
	r := l.Credit.Event.Reversal()
	takes, whole := r.String(), r.Before.IsZero() && r.Last()
	if d := l.Credit.Release; d != nil { // what is held is taken first
		takes = fmt.Sprintf("%s of %s that count from %s", fact.DecimalText(l.Credit.Amount.Neg()), fact.DecimalText(d.Whole), d.Of)
		if whole = d.Before.IsZero() && l.Credit.Amount.Neg().Equal(d.Whole); !d.Before.IsZero() {
			takes += ", after " + fact.DecimalText(d.Before) + " before"
		}
		takes += " (" + r.String() + ", what is held first)"
	}
	part := &trace.Node{
		Op: trace.Prorated, Label: l.Component.Name, Value: l.Amount.Neg().Text(), Unit: e.stated(), Flags: trace.WasPart,
		Detail: fmt.Sprintf("%s, which earned %s in %s", takes, l.Of.Amount.Text(), e.run.book.program.Calendar.Format(l.Of.EarnedFor)),
		Args:   append([]*trace.Node{e.line(l.Of)}, l.Why.Args...),
	}
	if whole {
		part.Flags = 0
	}
	if l.Portion != "" {
		part.Value = l.Whole.Neg().Text()
		part = &trace.Node{Op: trace.Prorated, Label: "clawback", Value: l.Amount.Neg().Text(), Unit: e.stated(), Flags: trace.WasPart, Detail: l.Portion, Args: []*trace.Node{part}}
	}
	return &trace.Node{Op: trace.Neg, Label: "event " + string(l.Credit.Event.ID), Value: l.Amount.Text(), Unit: e.stated(), At: l.Component.At, Detail: "takes back", Args: []*trace.Node{part}}
}

// line is the formula behind a line, and how its value was rounded where it was.
func (e *explanation) line(l *earning.Line) *trace.Node {
	if l.Converted != nil {
		stated := *l
		stated.Amount, stated.Whole, stated.Converted = l.Converted.Stated, l.Converted.Whole, nil
		return exchange.Explain(l.Amount, l.Converted, e.run.book.program.Rounding, e.line(&stated))
	}
	if l.Of != nil {
		return e.takenBack(l)
	}
	n := &trace.Node{Op: trace.Earning, Label: l.Component.Name, Value: l.Amount.Text(), Unit: e.stated(), At: l.Component.At, Args: l.Why.Args}
	if l.Credit != nil {
		n.Label = "event " + string(l.Credit.Event.ID)
	}
	if l.Component.Known != 0 { // several periods may be paid at once
		n.Label += " for " + e.run.book.program.Calendar.Format(l.EarnedFor)
	}
	if l.Why.Op == trace.Gate {
		n.Args = []*trace.Node{l.Why}
	}
	if l.Exact.Decimal().Equal(l.Amount.Decimal()) && l.Before.Exact.Decimal().Equal(l.Before.Posted.Decimal()) {
		return n
	}
	mode := e.run.book.program.Rounding
	n.Flags |= trace.Rounded
	n.Op, n.Detail = trace.Round, fmt.Sprintf("%s to the minor unit", mode)
	if p := l.Component.Precision; p.Stated {
		n.Detail = fmt.Sprintf("%s to %d places", mode, p.Places)
	}
	if !l.Before.Exact.IsZero() { // also a half cent rounds by the total's last digit, not by the line's
		n.Op = trace.Cumulative
		n.Detail = fmt.Sprintf("%s: the total so far, %s, less %s posted before", n.Detail,
			fact.DecimalText(l.Before.Exact.Plus(l.Exact).Decimal()), fact.DecimalText(l.Before.Posted.Decimal()))
	}
	return n
}

func (e *explanation) cut(c *earning.Cut) *trace.Node {
	if c.Converted != nil {
		stated := *c
		stated.Amount, stated.Converted = c.Converted.Stated, nil
		return exchange.Explain(c.Amount, c.Converted, e.run.book.program.Rounding, e.cut(&stated))
	}
	n := &trace.Node{
		Op: trace.Capped, Label: c.Component, Value: c.Amount.Text(), Unit: e.stated(), Text: c.Cap.String(), At: c.Cap.At, Flags: trace.WasCapped,
		Detail: fmt.Sprintf("earned together in the window so far %s, over the cap by %s", c.Gross, over(c.Over)),
	}
	if c.Cap.ProRata {
		n.Detail += fmt.Sprintf("; of that its part, by the %s that it earned, less what was taken before", over(c.Earned))
	}
	return n
}

// over is an amount, written out when it is nothing.
func over(a money.Amount) string {
	if a.IsZero() {
		return "nothing"
	}
	return a.String()
}

// together is everything that the payee is paid for the period.
func (e *explanation) together(nodes []*trace.Node) (*trace.Node, error) {
	var total money.Amount
	for _, p := range e.run.payouts() {
		if p.Payee == e.payee && p.Period == e.period && slices.ContainsFunc(nodes, func(n *trace.Node) bool { return n.Label == p.ID }) {
			var err error
			if total, err = total.Add(p.Amount); err != nil {
				return nil, err
			}
		}
	}
	period := e.run.book.program.Calendar.Format(e.period)
	name := e.run.book.people.Name(e.payee)
	return &trace.Node{Op: trace.Payout, Label: period + "/" + escape(string(e.payee)), Value: total.Text(), Unit: e.unit(), Detail: name, Args: nodes}, nil
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
			amount, err := money.FromDecimal(posting.Amount, e.run.book.PayCurrency(e.payee))
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

// UnknownError says that the facts have no such payee or event.
type UnknownError struct {
	What string // "payee" or "event"
	ID   string // what was asked for
	Hint string // what was probably meant
}

// Error names what is not known, and what was probably meant.
func (e *UnknownError) Error() string {
	return fmt.Sprintf("there is no %s %q; %s", e.What, e.ID, e.Hint)
}

// WhyNot says why a payee was, or was not, credited with an event: a node for each rule and
// roll-up, in their order, as [crediting.Applier.Why] describes them. Owners and other
// relationships are those of the event's date, as known at the run's AsOf. The error is an
// *UnknownError for a payee or an event that the facts don't have.
func (r *Run) WhyNot(ctx context.Context, p fact.PayeeID, e fact.EventID) ([]*trace.Node, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !r.book.people.Has(p) {
		var known []string
		for _, id := range r.book.people.IDs() {
			known = append(known, string(id))
		}
		return nil, &UnknownError{"payee", string(p), nearest(string(p), known, "payees are those of people.csv, by their key")}
	}
	event, ok := r.book.events.Find(e)
	if by, withdrawn := r.book.events.Withdrawn(e); withdrawn {
		return nil, &UnknownError{"event", string(e), fmt.Sprintf("its revision %d says that it was entered in error", by.Revision)}
	}
	if !ok {
		var known []string
		for _, t := range r.book.events.Tables() {
			for i := range t.Len() {
				known = append(known, string(t.ID(i)))
			}
		}
		return nil, &UnknownError{"event", string(e), nearest(string(e), known, "events are named by their id")}
	}
	nodes := r.book.applier(r.request.AsOf).Why(event, p)
	r.book.whyHeld(nodes, event, p, r.request.AsOf)
	return nodes, nil
}

// nearest is what was probably meant, or else a word of advice.
func nearest(id string, known []string, advice string) string {
	if near := source.Nearest(id, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return advice
}
