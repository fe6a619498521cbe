package compensation

import (
	"errors"
	"iter"
	"slices"
	"sync/atomic"

	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/compensation/internal/past"
	"github.com/payproof/payproof/compensation/internal/placing"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/compensation/terms"
	"github.com/payproof/payproof/crediting/people"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/quota"
)

// views are a book as facts let it be seen that came after pay periods were closed.
type views struct {
	head  ledger.Head
	of    *Book
	base  *Book // without what counts only from where it became known
	floor *Book // also without what only raises pay; nil: there is nothing of it
}

// lateness is what a book has of its views.
type lateness struct {
	views  atomic.Pointer[views] // of the root
	viewed *Book                 // what this is a view of; nil: it is none
}

// seen is the book as late facts let it be seen, and as it would be without those that only raise pay; nil where there are none.
func (b *Book) seen(books *past.Books) (base, floor *Book, err error) {
	if books == nil || !b.program.Late.Any(terms.GainsOnly) && !b.program.Late.Any(terms.FromKnown) {
		return b, nil, nil
	}
	root := b
	if b.root != nil {
		root = b.root
	}
	if v := root.views.Load(); v != nil && v.head == books.Head && v.of == b {
		return v.base, v.floor, nil
	}
	v := &views{head: books.Head, of: b, base: b}
	if base, changed, err := b.without(books, terms.FromKnown); err != nil {
		return nil, nil, err
	} else if changed {
		v.base = base
	}
	if floor, changed, err := v.base.without(books, terms.GainsOnly); err != nil {
		return nil, nil, err
	} else if changed {
		v.floor = floor
	}
	root.views.Store(v)
	return v.base, v.floor, nil
}

// without is the book in which facts, of the kinds of which late ones do something, count from the first pay period that was open
// when they became known.
func (b *Book) without(books *past.Books, what terms.Late) (out *Book, changed bool, err error) {
	out = b.clone()
	if out.viewed = b.viewed; out.viewed == nil {
		out.viewed = b
	}
	if out.root == nil {
		out.root = b
	}
	late := b.program.Late
	// clip leaves of a range what counts, and says whether that is anything.
	clip := func(s *fact.Stamp) bool {
		since, bad := books.Since(s.Known, b.program.Calendar)
		err = errors.Join(err, bad)
		if since.IsZero() || !s.Effective.From.Before(since) && !s.Effective.From.IsZero() {
			return true
		}
		changed = true
		if !s.Effective.To.IsZero() && !since.Before(s.Effective.To) {
			return false
		}
		s.Effective.From = since
		return true
	}
	if late.People == what {
		out.stated.people = clipped(b.stated.people, func(p *people.Payee) bool { return clip(&p.Stamp) })
		if out.people, err = people.NewDirectory(fact.Of(out.stated.people...)); err != nil {
			return nil, false, err
		}
	}
	if late.Assignments == what {
		out.stated.assignments = clipped(b.stated.assignments, func(a *Assignment) bool { return clip(&a.Stamp) })
		out.assignments = map[fact.PayeeID]fact.Timeline[Assignment]{}
		if err = out.openAssignments(fact.Of(out.stated.assignments...)); err != nil {
			return nil, false, err
		}
	}
	if late.Edges == what {
		if out.edges, err = fact.NewEdges(clipped(slices.Collect(b.edges.All()), func(e *fact.Edge) bool { return clip(&e.Stamp) })); err != nil {
			return nil, false, err
		}
	}
	if late.Quotas == what {
		all := clipped(b.quotas.All(), func(q *quota.Quota) bool {
			since, bad := books.Since(q.Known, b.program.Calendar)
			days, bad2 := b.program.Calendar.Range(q.Period)
			bad = errors.Join(bad, bad2)
			err = errors.Join(err, bad)
			over := bad == nil && !since.IsZero() && days.From.Before(since)
			changed = changed || over
			return !over
		})
		quotas, bad := quota.NewSet(b.program.Calendar, fact.Of(all...))
		out.quotas, err = quotas, errors.Join(err, bad)
	}
	return out, changed, err
}

// clipped are facts of which what counts is left.
func clipped[T any](all []T, keep func(*T) bool) []T {
	out := make([]T, 0, len(all))
	for _, v := range all {
		if keep(&v) {
			out = append(out, v)
		}
	}
	return out
}

// unnumbered warns of facts of which late ones should do something, where none says when it became known.
func (b *Book) unnumbered() (found source.Diagnostics) {
	if b.ledger == nil {
		return nil
	}
	numbered := map[string]bool{"quotas": slices.ContainsFunc(b.quotas.All(), func(q quota.Quota) bool { return q.Known != 0 })}
	for _, p := range b.stated.people {
		numbered["people"] = numbered["people"] || p.Stamp.Known != 0
	}
	for _, a := range b.stated.assignments {
		numbered["assignments"] = numbered["assignments"] || a.Stamp.Known != 0
	}
	for e := range b.edges.All() {
		numbered["edges"] = numbered["edges"] || e.Stamp.Known != 0
	}
	for kind, what := range b.program.Late.All() { // order: findings are sorted
		if what != terms.Restate && !numbered[kind] {
			found = append(found, source.Warnf("late-unnumbered", source.Span{File: kind}, "none of the %s says when it became known: late ones are restated, whatever `late:` says", kind).
				WithHint("give the lines of %s.csv a column known: a number that grows with every time of loading", kind))
		}
	}
	return found
}

// position is the highest number under which a fact of the book became known, or that as of which is asked.
func (b *Book) position(asOf fact.Revision) (last fact.Revision) {
	if asOf != 0 {
		return asOf
	}
	if b.viewed != nil {
		b = b.viewed
	}
	for _, p := range b.stated.people {
		last = max(last, p.Stamp.Known)
	}
	for _, a := range b.stated.assignments {
		last = max(last, a.Stamp.Known)
	}
	for _, a := range b.stated.adjustments {
		last = max(last, a.Known)
	}
	for _, r := range b.stated.rates {
		last = max(last, r.Known)
	}
	for e := range b.edges.All() {
		last = max(last, e.Stamp.Known)
	}
	for _, q := range b.quotas.All() {
		last = max(last, q.Known)
	}
	return last
}

// prepared is a run of which only the credits are listed: payees are computed as they are asked for.
func (b *Book) prepared(r Request, s span) (*Run, source.Diagnostics, error) {
	all, faults := b.listing(b.within(s.reach), s, r.AsOf, "")
	if all.groups == nil {
		return nil, nil, faults.Sorted()
	}
	run := b.newRun(r, s)
	run.listed, run.kept = all, all.kept
	return run, faults, nil
}

// floored is what the past of a payee comes to without facts that only raise pay, where that is more.
type floored struct {
	result earning.Result
	kept   func(past.Key) bool
	spared money.Amount
}

// atLeast takes of what closed pay periods of a payee come to now, and of what they do without late facts, what pays more.
func (r *Run) atLeast(payee fact.PayeeID, now []past.Posting, explain func(*plan.Component, calendar.Period) bool) ([]past.Posting, *floored, error) {
	if r.floor == nil {
		return now, nil, nil
	}
	job := r.floor.job(payee, r.floor.listed)
	job.Explain = explain
	f := &floored{result: earning.Compute(job)}
	if f.result.Found.HasErrors() {
		return nil, nil, f.result.Found
	}
	if x := r.floor.exchange(payee); x != nil {
		if found := x.Convert(f.result.Lines, f.result.Cuts); len(found) > 0 {
			return nil, nil, found
		}
	}
	without, _, err := r.floor.past(payee, &f.result, nil)
	if err != nil {
		return nil, nil, err
	}
	whole := slices.ContainsFunc(r.book.program.Plans, func(p plan.Plan) bool { return len(p.Caps) > 0 || p.Terms.Guarantee != nil })
	var out []past.Posting
	out, f.kept, f.spared, err = past.AtLeast(now, without, whole)
	return out, f, err
}

// Spared is what payees keep of closed pay periods although facts that came late would take it, by currency: the cost of `gains only`.
func (r *Run) Spared() []money.Amount { return slices.Clone(r.spared) }

// placing is who is on which plan.
func (b *Book) placing() placing.Facts {
	return placing.Facts{
		Program: b.program, People: b.people, Edges: b.edges, Quotas: b.quotas,
		Has: func(id fact.PayeeID) bool {
			_, is := b.assignments[id]
			return is
		},
		Assigned: func(id fact.PayeeID, days calendar.Range, asOf fact.Revision) iter.Seq2[calendar.Range, placing.Assigned] {
			return func(yield func(calendar.Range, placing.Assigned) bool) {
				for run, v := range b.assignments[id].Segments(days, asOf) {
					if !yield(run, placing.Assigned{Plan: v.Value.Plan, Personal: v.Value.Personal}) {
						return
					}
				}
			}
		},
	}
}

// segments are the payee's runs on plans within a range, in order.
func (b *Book) segments(id fact.PayeeID, within calendar.Range, asOf fact.Revision) []earning.Segment {
	return b.placing().Segments(id, within, asOf)
}

// had reports whether a payee was there on some day up to one.
func (r *Run) had(payee fact.PayeeID, day calendar.Date) bool {
	for range r.book.people.History(payee, calendar.Range{To: day.AddDays(1)}, r.request.AsOf) {
		return true
	}
	return false
}

// PlanDays are the days within a range on which a payee is on a plan, as far as is known.
func (b *Book) PlanDays(p fact.PayeeID, within calendar.Range) (out []calendar.Range) {
	for _, s := range b.now().segments(p, within, 0) {
		out = append(out, s.Days)
	}
	return out
}

// clone is a book with the same facts, for some of them to be others.
func (b *Book) clone() *Book {
	return &Book{
		program: b.program, people: b.people, edges: b.edges, assignments: b.assignments, quotas: b.quotas, rates: b.rates, events: b.events, ledger: b.ledger,
		holds: b.holds, releases: b.releases, adjustments: b.adjustments,
		rules: b.rules, forms: b.forms, stated: b.stated, first: b.first, root: b.root,
	}
}
