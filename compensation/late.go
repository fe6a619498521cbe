package compensation

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync/atomic"

	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/compensation/internal/past"
	"github.com/payproof/payproof/compensation/internal/placing"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/override"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/compensation/terms"
	"github.com/payproof/payproof/crediting"
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

// selects reports whether late facts may let a book with a ledger be seen otherwise.
func (b *Book) selects(ledger bool) bool {
	return ledger && (b.program.Late.Any(terms.GainsOnly) || b.program.Late.Any(terms.FromKnown))
}

// seen is the book as late facts let it be seen, and as it would be without those that only raise pay; nil where there are none.
func (b *Book) seen(books *past.Books) (base, floor *Book, err error) {
	if !b.selects(books != nil) {
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
	for _, s := range b.stated.scores {
		last = max(last, s.Known)
	}
	for _, o := range b.stated.overrides {
		last = max(last, o.Stamp.Known)
	}
	for _, r := range b.stated.rates {
		last = max(last, r.Known)
	}
	last = max(last, b.events.Latest)
	for e := range b.edges.All() {
		last = max(last, e.Stamp.Known)
	}
	for _, q := range b.quotas.All() {
		last = max(last, q.Known)
	}
	return last
}

// AsOf are the facts without the events that became known after a revision; zero leaves nothing out. The others say themselves when they
// became known, for Request.AsOf. It is for feeds of events that can tell, as those of package crediting can; others are as they are.
func (f Facts) AsOf(r fact.Revision) Facts {
	if a, ok := f.Events.(interface {
		AsOf(fact.Revision) crediting.Feed
	}); ok && r != 0 {
		f.Events = a.AsOf(r)
	}
	return f
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
	out, f.kept, f.spared, err = past.AtLeast(now, without, r.together, whole)
	return out, f, err
}

// Spared is what payees keep of closed pay periods although facts that came late would take it, by currency: the cost of `gains only`.
func (r *Run) Spared() []money.Amount { return slices.Clone(r.spared) }

// placing is who is on which plan.
func (b *Book) placing() placing.Facts {
	return placing.Facts{
		Program: b.program, People: b.people, Edges: b.edges, Quotas: b.quotas, Overrides: b.overrides,
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
		holds: b.holds, releases: b.releases, adjustments: b.adjustments, scores: b.scores, overrides: b.overrides,
		rules: b.rules, forms: b.forms, stated: b.stated, first: b.first, root: b.root,
	}
}

// Overridden is what the overrides of a payee cost that are in force on some day of a run's pay periods: what the payee earns in these,
// after caps, less what it would be without them.
type Overridden struct {
	Payee     fact.PayeeID
	Overrides []override.Override
	Cost      money.Amount // in the currency of pay
	Unknown   bool         // without them the payee can't be computed, so that there is no Cost
}

// Overridden are the payees with overrides in force, in order.
func (r *Run) Overridden() iter.Seq[Overridden] { return slices.Values(r.overridden) }

// override computes payees with overrides once more as they are, and without them.
func (r *Run) override(ctx context.Context) (found source.Diagnostics, err error) {
	wanted := make([]bool, len(r.book.people.IDs()))
	for i, id := range r.book.people.IDs() {
		o := Overridden{Payee: id}
		for _, in := range r.book.overrides.Within(id, r.span.days, r.request.AsOf) {
			if !slices.ContainsFunc(o.Overrides, in.Is) { // another one may hold in the middle of its days
				o.Overrides = append(o.Overrides, in)
			}
		}
		if wanted[i] = len(o.Overrides) > 0; wanted[i] {
			r.overridden = append(r.overridden, o)
		}
	}
	if len(r.overridden) == 0 {
		return nil, nil
	}
	bare := r.book.clone()
	bare.overrides = nil
	without := bare.newRun(r.request, r.span)
	all := r.listed
	if all == nil {
		if all, _, err = r.listSome(ctx, wanted, ""); err != nil {
			return nil, err
		}
	}
	if without.listed = all; len(bare.program.Rules.RollUps) > 0 { // which may look at personal values
		if without, _, err = bare.prepared(r.request, r.span); err != nil {
			without = nil
		}
	}
	for i := range r.overridden {
		o := &r.overridden[i]
		if o.Unknown = all == nil || without == nil; !o.Unknown {
			now, ok := r.earned(o.Payee, all)
			then, also := without.earned(o.Payee, without.listed)
			if o.Unknown = !ok || !also; !o.Unknown {
				if o.Cost, err = now.Sub(then); err != nil {
					return nil, err
				}
			}
		}
		found = append(found, override.Findings(o.Overrides, o.Cost, o.Unknown)...)
	}
	return found, nil
}

// earned is what a payee earns in the run's pay periods, after caps; false where it can't be computed.
func (r *Run) earned(id fact.PayeeID, all *listed) (sum money.Amount, ok bool) {
	result := earning.Compute(r.job(id, all))
	if result.Found.HasErrors() {
		return sum, false
	}
	if x := r.exchange(id); x != nil && len(x.Convert(result.Lines, result.Cuts)) > 0 {
		return sum, false
	}
	sum = money.FromMinor(0, r.book.PayCurrency(id))
	var err error
	add := func(in calendar.Period, a money.Amount) {
		if !slices.Contains(r.span.periods, in) {
			return
		}
		more, bad := sum.Add(a)
		sum, err = more, errors.Join(err, bad)
	}
	for i := range result.Lines {
		add(result.Lines[i].PostedIn, result.Lines[i].Amount)
	}
	for i := range result.Cuts {
		add(result.Cuts[i].PostedIn, result.Cuts[i].Amount)
	}
	return sum, err == nil
}
