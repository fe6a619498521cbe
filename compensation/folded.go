package compensation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/fold"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
)

// folds reports whether credits can be added up as they come: measures are of a payee's own credits or
// events, nothing is held, and no roll-up makes way for another rule. Others need all credits at hand.
func (b *Book) folds(s span) bool {
	if s.days.Empty() || b.events.Len() == 0 || len(b.holds) > 0 {
		return false
	}
	if slices.ContainsFunc(b.program.Rules.RollUps, func(r crediting.RollUp) bool { return r.Group != "" || len(r.Exclude) > 0 }) {
		return false
	}
	for _, m := range earning.Measures(b.program) {
		if !fold.Foldable(m) {
			return false
		}
	}
	return true
}

// fold computes a run from sums of credits; payees whose pay they do not decide, from their credits.
func (b *Book) fold(ctx context.Context, r Request, s span) (*Run, error) {
	ids := b.people.IDs()
	run := b.newRun(r, s)
	var err error
	if run.fold, err = fold.Over(ctx, run.folding(ids)); err != nil {
		return nil, err
	}
	if last := b.last.Load(); last != nil && last.fold != nil {
		run.fold.Recall(last.fold)
	}
	results := make([]settled, len(ids))
	err = run.compute(ctx, ids, func(i int) {
		job := run.job(ids[i], nil)
		job.Totals = totals{run.fold, i}
		if run.fold.Unclear(i) || b.adjustments.Bound(ids[i]) { // whether an event has come, sums do not say
			results[i].unclear = true
			return
		}
		results[i] = run.payee(job)
	})
	if err != nil {
		return nil, err
	}
	return run.settle(ctx, ids, results)
}

// settle computes payees from their credits whose sums do not decide what they earn, and posts all.
func (r *Run) settle(ctx context.Context, ids []fact.PayeeID, results []settled) (*Run, error) {
	faults, err := r.clear(ctx, ids, results)
	overrides, bad := r.override(ctx)
	if joined := errors.Join(err, bad); joined != nil {
		return nil, onlyOne([]error{err, bad}, joined)
	}
	r.results = results
	r.whole = sync.OnceValues(func() (*Run, error) {
		whole, err := r.book.list(context.WithoutCancel(ctx), r.request, r.span, nil)
		if err == nil && !slices.Equal(whole.payouts(), r.payouts()) {
			err = fmt.Errorf("credits that were listed give other payouts than those that were added up: a fault of the engine")
		}
		return whole, err
	})
	return r, r.finish(results, slices.Concat(r.fold.Findings, r.book.unused(), r.book.unnumbered(), r.book.placing().Expired(r.span.days, r.request.AsOf), r.span.told(r.book.program.Calendar), r.book.changedPlans(&r.span), faults, overrides))
}

// folding is what the credits of a run are added up from.
func (run *Run) folding(ids []fact.PayeeID) fold.Facts {
	b, r, s := run.book, run.request, run.span
	f := fold.Facts{
		Rules: b.rules, Events: b.events, Edges: b.edges, AsOf: r.AsOf, Payees: ids, Of: b.payees(r.AsOf), Days: s.reach, Since: s.own.From,
		Asking: s.days, Measures: earning.Measures(b.program), Workers: r.Workers,
	}
	if first, ok := b.first(); ok && f.Days.From.Before(first) {
		f.Days.From = first // nothing is before it
	}
	if f.Days.From.IsZero() || !f.Days.From.Before(f.Days.To) {
		f.Days.From = s.horizon.From
	}
	cal := b.program.Calendar
	for p := range cal.Periods(earning.PayUnit, f.Days) {
		if month, err := cal.Range(p); err == nil {
			f.Cuts = append(f.Cuts, month.From)
		}
	}
	for i := range b.program.Plans {
		for _, c := range b.program.Plans[i].Components {
			if c.Credit != "" && !slices.Contains(f.Types, c.Credit) {
				f.Types = append(f.Types, c.Credit)
			}
		}
	}
	f.Changes = b.people.Changes(f.Days, r.AsOf)
	f.More = func(payee int) (cuts []calendar.Date) {
		for _, s := range run.staff.Segments(ids[payee], f.Days) {
			cuts = append(cuts, s.Days.From, s.Days.To)
		}
		return cuts
	}
	return f
}

// clear computes payees from their credits whose sums do not decide what they earn.
func (r *Run) clear(ctx context.Context, ids []fact.PayeeID, results []settled) (faults source.Diagnostics, err error) {
	wanted, some := make([]bool, len(ids)), []int(nil)
	for i := range results {
		if wanted[i] = results[i].unclear; wanted[i] {
			some = append(some, i)
		}
	}
	if len(some) == 0 {
		return nil, nil
	}
	all, faults, err := r.listSome(ctx, wanted, "")
	if err != nil || all.groups == nil {
		return nil, err
	}
	return faults, r.compute(ctx, make([]fact.PayeeID, len(some)), func(k int) {
		results[some[k]] = r.payee(r.job(ids[some[k]], all))
	})
}

// listSome is the credits of some payees; where it is only for one, others have no roll-ups.
func (r *Run) listSome(ctx context.Context, wanted []bool, only fact.PayeeID) (*listed, source.Diagnostics, error) {
	rows, err := r.fold.Rows(ctx, wanted)
	if err != nil {
		return nil, nil, err
	}
	some := slices.Concat(rows...)
	slices.Sort(some)
	b := r.book
	events := make([]*crediting.Event, 0, len(some))
	if some = slices.Compact(some); len(some) < b.events.Rows()/fewOf {
		for _, row := range some {
			events = append(events, b.events.Event(row))
		}
		slices.SortFunc(events, (*crediting.Event).Compare)
	} else {
		for _, row := range b.declared(some) {
			events = append(events, b.events.Event(row))
		}
	}
	all, faults := b.listing(events, r.span, r.request.AsOf, only)
	if all.groups == nil {
		return nil, nil, faults.Sorted()
	}
	return all, faults, nil
}

// declared puts rows, which are in order and each there once, into declared order.
func (b *Book) declared(rows []int) []int {
	if len(rows) < 2 {
		return rows
	}
	out := make([]int, 0, len(rows))
	for _, r := range b.events.Declared() {
		if _, is := slices.BinarySearch(rows, r); is {
			out = append(out, r)
		}
	}
	return out
}

// fewOf is of how many events one is so few that they are put in order without all others.
const fewOf = 16

// listOf is the credits of a payee, and of whoever shares an event; or all, where they are at hand.
func (r *Run) listOf(ctx context.Context, payee fact.PayeeID) (*listed, error) {
	if r.listed != nil {
		return r.listed, nil
	}
	wanted := make([]bool, len(r.book.people.IDs()))
	for i, id := range r.book.people.IDs() {
		wanted[i] = id == payee
	}
	only := payee
	if r.book.events.Linked() { // what is taken back is divided among all who had it
		only = ""
	}
	all, _, err := r.listSome(ctx, wanted, only)
	return all, err
}

// each credits the events of the run's periods among some rows, event by event, until do is false.
func (r *Run) each(rows []int, do func(*crediting.Crediting) bool) {
	apply := r.book.applier(r.request.AsOf)
	for _, row := range rows {
		if r.span.days.Contains(r.book.events.Date(row)) && !do(apply.Each(r.book.events.Event(row))) {
			return
		}
	}
}

// totals are a payee's.
type totals struct {
	of    *fold.Fold
	payee int
}

func (t totals) Total(nth int, days calendar.Range) (coef int64, scale uint8, ok bool) {
	sum, ok := t.of.Nth(t.payee, nth, days)
	return sum.Coef, sum.Scale, ok
}

func (t totals) Credits(typ string, days calendar.Range) (coef int64, scale uint8, n int, ok bool) {
	sum, n, ok := t.of.Credits(t.payee, typ, days)
	return sum.Coef, sum.Scale, n, ok
}

func (t totals) Number(days calendar.Range) (int, bool) { return t.of.Number(t.payee, days) }

// gather puts together what all payees, who are in order, are paid.
func (r *Run) gather(results []settled) error {
	entries, sums := 0, 0
	for i := range results {
		if results[i].err != nil {
			return results[i].err
		}
		entries, sums = entries+len(results[i].entries), sums+len(results[i].sums)
	}
	r.entries, r.sums = make([]ledger.Entry, 0, entries), make([]ledger.KindSum, 0, sums)
	for i := range results {
		r.entries = append(r.entries, results[i].entries...)
		r.sums = append(r.sums, results[i].sums...)
		r.findings = append(r.findings, results[i].warned...)
		r.left = append(r.left, results[i].left...)
		r.again = append(r.again, results[i].again...)
		r.spare(results[i].spared)
	}
	r.payouts = sync.OnceValue(func() []Payout { return byPeriod(results, r.span.periods) })
	if r.fold == nil { // otherwise results are kept, and who applies what comes late may not ask
		r.payouts()
	}
	r.findings = r.findings.Sorted()
	ledger.Sort(r.entries)
	return nil
}

// spare adds up what late facts do not take.
func (r *Run) spare(a money.Amount) {
	if a.IsZero() {
		return
	}
	at := slices.IndexFunc(r.spared, func(s money.Amount) bool { return s.Currency() == a.Currency() })
	if at < 0 {
		at = len(r.spared)
		r.spared = append(r.spared, money.FromMinor(0, a.Currency()))
	}
	if sum, err := r.spared[at].Add(a); err == nil { // otherwise no payment of it fits
		r.spared[at] = sum
	}
}

// byPeriod are the payouts of payees in order, by period.
func byPeriod(results []settled, periods []calendar.Period) []Payout {
	payouts := 0
	for i := range results {
		payouts += len(results[i].payouts)
	}
	out, next := make([]Payout, 0, payouts), make([]int, len(results))
	for _, period := range periods {
		for i := range results {
			rest := results[i].payouts[next[i]:]
			n := 0
			for n < len(rest) && rest[n].Period == period {
				n++
			}
			out, next[i] = append(out, rest[:n]...), next[i]+n
		}
	}
	return out
}

// Summary is what a run comes to.
type Summary struct {
	Events  int              // of the periods, with a credit
	Credits int              // of these events
	Totals  []ledger.KindSum // of the entries, by currency, that of the company first, and kind
}

// Summary adds the run up without listing it.
func (r *Run) Summary() (Summary, error) {
	var s Summary
	ours := r.book.program.Currency
	for _, sum := range r.sums {
		if sum.Amount.Currency().IsZero() { // a sum of nothing
			continue
		}
		at := slices.IndexFunc(s.Totals, func(t ledger.KindSum) bool {
			return t.Kind == sum.Kind && t.Amount.Currency() == sum.Amount.Currency()
		})
		if at < 0 {
			s.Totals = append(s.Totals, sum)
			continue
		}
		var err error
		if s.Totals[at].Amount, err = s.Totals[at].Amount.Add(sum.Amount); err != nil {
			return s, err
		}
	}
	slices.SortFunc(s.Totals, func(a, b ledger.KindSum) int {
		x, y := a.Amount.Currency(), b.Amount.Currency()
		if x != y && x == ours {
			return -1
		} else if x != y && y == ours {
			return 1
		}
		return cmp.Or(strings.Compare(x.String(), y.String()), cmp.Compare(a.Kind, b.Kind))
	})
	if r.fold != nil {
		s.Events, s.Credits = r.fold.Asked.Events, r.fold.Asked.Credits
		return s, nil
	}
	var last *crediting.Event
	for c := range r.Credits() {
		if s.Credits++; c.Event != last {
			s.Events, last = s.Events+1, c.Event
		}
	}
	return s, nil
}

// PathDifference is what a component of a plan has paid a payee, in the periods of a run, more than what is left is worth: where
// reversals take what was earned, and not what the measure falls by, that depends on the order in which things happened. Amount is in the
// company's currency.
type PathDifference struct {
	Payee     fact.PayeeID
	Plan      fact.PlanID
	Component string
	Amount    money.Amount
}

// PathDifferences are those of a run, by payee: a term of what conserves money (semantics, §8), so that what reversals left can be
// added up again. Finding them computes anew whoever had something taken back.
func (r *Run) PathDifferences() (out []PathDifference, err error) {
	if !r.book.events.Linked() {
		return nil, nil
	}
	whole, err := r.whole()
	if err != nil {
		return nil, err
	}
	for _, id := range r.book.people.IDs() {
		mine := whole.listed.credits[id]
		if mine == nil || !slices.ContainsFunc(mine.credits, func(c *crediting.Credit) bool { return c.Event.Reversal() != nil }) {
			continue
		}
		more, err := whole.pathOf(id)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// pathOf are the path differences of a payee.
func (r *Run) pathOf(id fact.PayeeID) (out []PathDifference, err error) {
	job := r.job(id, r.listed)
	add := func(result earning.Result, sign func(money.Amount) money.Amount) {
		err = errors.Join(err, result.Found.Only(source.Error).Err())
		for i := range result.Lines {
			l := &result.Lines[i]
			k, ok := r.span.place(l.PostedIn)
			windfall := l.Plan.Windfall != nil && l.Plan.Windfall.Covers(l.Component.Name) // which is paid, and counts, in parts
			if !ok || k < r.span.hidden() || l.Credit == nil || windfall || l.Plan.Clawback.Covers(l.Component.Name) && !l.Plan.Clawback.Whole() {
				continue
			}
			at := slices.IndexFunc(out, func(d PathDifference) bool { return d.Plan == l.Plan.ID && d.Component == l.Component.Name })
			if at < 0 {
				at = len(out)
				out = append(out, PathDifference{Payee: id, Plan: l.Plan.ID, Component: l.Component.Name})
			}
			sum, bad := out[at].Amount.Add(sign(l.Amount))
			out[at].Amount, err = sum, errors.Join(err, bad)
		}
	}
	add(earning.Compute(job), func(a money.Amount) money.Amount { return a })
	job.Path = true
	add(earning.Compute(job), money.Amount.Neg)
	return slices.DeleteFunc(out, func(d PathDifference) bool { return d.Amount.IsZero() }), err
}
