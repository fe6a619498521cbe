package compensation

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/payproof/payproof/compensation/internal/exchange"
	"github.com/payproof/payproof/compensation/internal/relations"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/convert"
	"github.com/payproof/payproof/crediting/fold"
	"github.com/payproof/payproof/crediting/people"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/quota"
)

// Apply adds facts that came later: events, corrections and withdrawals of events, quotas, edges, and any others. It
// says whose pay they change, in which pay periods, and why, compared with the latest Run of the book; without
// one there is nothing to tell. Runs that were computed before keep their facts. The book is then as if it had
// been opened with all facts at once; with an error it stays as it was.
//
// What a run has added up is brought up to date: the cost is that of what changed. Where that cannot be told, as with
// people and assignments, everything is computed again.
func (b *Book) Apply(ctx context.Context, late Facts) ([]Change, error) {
	b.writing.Lock()
	defer b.writing.Unlock()
	was := b.now()
	next, d, err := was.with(ctx, late)
	if err != nil {
		return nil, err
	}
	if next.root = b; was.last.Load() == nil {
		b.latest.Store(next)
		return nil, nil
	}
	last := was.last.Load()
	next.last.Store(last)
	d.close()
	run, err := next.again(ctx, last, d)
	if err != nil {
		return nil, err
	}
	next.last.Store(run)
	b.latest.Store(next)
	return d.changes(last, run), nil
}

// Latest is the run that Apply has brought up to date. Before that it is the latest that Run has computed, if its credits
// were only added up: a book does not keep lists of credits for others. Otherwise it is nil.
func (b *Book) Latest() *Run {
	last := b.now().last.Load()
	if last == nil || last.whole == nil {
		return nil
	}
	return last
}

// remembered is what a book keeps of a run: all of it, or without lists of credits what changes are told against.
func (r *Run) remembered() *Run {
	if r.listed == nil {
		return r
	}
	return &Run{book: r.book, request: r.request, span: r.span, payouts: r.payouts}
}

// with is the book with facts that came later.
func (b *Book) with(ctx context.Context, late Facts) (*Book, *delta, error) {
	if late.Ledger != nil {
		return nil, nil, errors.New("a book keeps the ledger that it was opened with")
	}
	next := b.clone()
	d := &delta{edges: fold.Changed{}}
	for _, add := range []func() error{
		func() error { return next.addPeople(late.People, d) },
		func() error { return next.addEdges(late.Edges, d) },
		func() error { return next.addAssignments(late.Assignments, d) },
		func() error { return next.addQuotas(late.Quotas, d) },
		func() (err error) {
			if late.FX != nil && next.program.Conversion.Set != "" {
				return errors.New("events are converted by the rates that the book was opened with; open it anew with the later ones")
			}
			if late.FX != nil {
				next.rates, err = exchange.Read(after(next.stated.rates, late.FX, &next.stated.rates))
				d.rates(b.program.Exchange.Set != "", next.stated.rates[len(b.stated.rates):])
			}
			return err
		},
		func() error { return next.addAdjustments(late.Adjustments, d) },
		func() error { return next.addScores(late.Scores, d) },
		func() error { return next.addOverrides(late.Overrides, d) },
		func() error { return next.addEvents(ctx, b, late.Events, d) },
	} {
		if err := add(); err != nil {
			return nil, nil, err
		}
	}
	return next, d, nil
}

// after is values, and then those of a sequence, all of which are kept.
func after[T any](known []T, late iter.Seq2[T, error], in *[]T) iter.Seq2[T, error] {
	*in = slices.Clone(known)
	more := kept(late, in)
	return func(yield func(T, error) bool) {
		for _, v := range known {
			if !yield(v, nil) {
				return
			}
		}
		more(yield)
	}
}

func (b *Book) addPeople(late iter.Seq2[people.Payee, error], d *delta) (err error) {
	if late == nil {
		return nil
	}
	n := len(b.stated.people)
	if b.people, err = people.NewDirectory(after(b.stated.people, late, &b.stated.people)); err != nil {
		return fmt.Errorf("people: %w", err)
	}
	if err := b.payable(); err != nil {
		return err
	}
	for _, p := range b.stated.people[n:] {
		d.everything = true
		d.causes = append(d.causes, concern{Cause: Cause{"person", string(p.ID), "changed"}})
	}
	return nil
}

func (b *Book) addEdges(late iter.Seq2[fact.Edge, error], d *delta) (err error) {
	if late == nil {
		return nil
	}
	var list []fact.Edge
	for e, err := range late {
		if err != nil {
			return err
		}
		list = append(list, e)
		if d.edges[e.Name] == nil {
			d.edges[e.Name] = map[string]bool{}
		}
		if d.edges[e.Name][e.From] = true; e.Name == "team" || e.Name == plan.ReliefEdge || b.program.Cuts() {
			d.everything = true
		}
	}
	if b.edges, err = b.edges.With(list); err != nil {
		return fmt.Errorf("edges: %w", err)
	}
	if err := relations.Check(relations.Facts{All: list, Edges: b.edges, Payee: b.people.Has, Program: b.program}).AtMost(maxFindings).Err(); err != nil {
		return err
	}
	for name, keys := range d.edges { // order: causes are sorted by close
		for key := range keys { // order: the same
			d.causes = append(d.causes, concern{Cause: Cause{"edge", name + " of " + key, "changed"}})
		}
	}
	return nil
}

func (b *Book) addAssignments(late iter.Seq2[Assignment, error], d *delta) error {
	if late == nil {
		return nil
	}
	n := len(b.stated.assignments)
	b.assignments = map[fact.PayeeID]fact.Timeline[Assignment]{}
	if err := b.openAssignments(after(b.stated.assignments, late, &b.stated.assignments)); err != nil {
		return err
	}
	for _, a := range b.stated.assignments[n:] {
		d.everything = true
		d.causes = append(d.causes, concern{Cause: Cause{"assignment", "of " + string(a.Payee), "changed"}})
	}
	return nil
}

func (b *Book) addQuotas(late iter.Seq2[quota.Quota, error], d *delta) (err error) {
	if late == nil {
		return nil
	}
	var more []quota.Quota
	var of []fact.PayeeID
	b.quotas, err = b.quotas.With(kept(late, &more))
	if err != nil {
		return err
	}
	for _, q := range more {
		of = append(of, q.Payee)
	}
	d.everything = d.everything || len(more) > 0 && b.program.Cuts() // it may cut a period
	if err := b.contradicted(b.quotas.Contradictions(of...)); err != nil {
		return err
	}
	for _, q := range more {
		c := Cause{"quota", fmt.Sprintf("of %s for %s of %s", q.Measure, b.program.Calendar.Format(q.Period), q.Payee), "changed"}
		d.causes = append(d.causes, concern{Cause: c, payee: q.Payee})
	}
	return nil
}

func (b *Book) addEvents(ctx context.Context, was *Book, late crediting.Feed, d *delta) (err error) {
	if late == nil {
		return nil
	}
	if b.program.Conversion.Set != "" {
		late = convert.Feed(late, b.program.Currency, b.rates, b.program.Conversion)
	}
	schemas := b.program.Rules.Schemas
	grown := len(was.events.Tables()) < mostTables+len(schemas)
	if feed := (joined{nil, late, d}); grown {
		b.events, err = was.events.With(ctx, feed, schemas)
	} else {
		d.everything, feed.known = true, was.events
		if b.events, err = crediting.Load(ctx, feed, schemas); err == nil {
			b.events.Repeated += was.events.Repeated
		}
	}
	if err != nil {
		return err
	}
	b.first = sync.OnceValues(func() (calendar.Date, bool) { return b.sinceThen(was) })
	b.openHolds()
	slices.Sort(d.events)
	d.events = slices.Compact(d.events)
	d.come, d.causes = slices.Grow(d.come, len(d.events)), slices.Grow(d.causes, len(d.events))
	grown = grown && b.events.Corrected() == was.events.Corrected()
	for _, id := range d.events {
		old, before := 0, false
		row, there := b.events.Row(id)
		if !there || !grown || row < was.events.Rows() { // otherwise it is a new one
			old, before = was.events.Row(id)
		}
		what := "came late"
		switch {
		case before && there && was.events.Event(old).Revision == b.events.Event(row).Revision:
			continue // said again
		case before && there:
			what = "was corrected"
		case before:
			what = "was withdrawn"
		case !there:
			continue
		}
		if before {
			d.gone = append(d.gone, old)
		}
		if there {
			d.come = append(d.come, row)
		}
		d.causes = append(d.causes, concern{Cause: Cause{"event", string(id), what}, event: id})
	}
	d.everything = d.everything || was.events.Linked() || b.events.Linked()
	return nil
}

// sinceThen is the first day of an event, or an earlier one on which there was one before.
func (b *Book) sinceThen(was *Book) (first calendar.Date, ok bool) {
	before, now := was.events.Tables(), b.events.Tables()
	if len(now) < len(before) || len(before) > 0 && now[len(before)-1] != before[len(before)-1] { // all were loaded anew
		return b.since()
	}
	first, ok = was.first()
	for _, t := range now[len(before):] {
		var days crediting.Column
		t.Read(t.Schema.Incentive, 0, t.Len(), &days)
		for _, n := range days.Ints {
			if day := calendar.FromOrdinal(int32(n)); !ok || day.Before(first) {
				first, ok = day, true
			}
		}
	}
	return first, ok
}

// mostTables is how many tables of events that came later there are before all are loaded anew.
const mostTables = 40

// joined is the events that are known, where known is not nil, and then those that came later, whose ids are noted.
type joined struct {
	known *crediting.Events
	late  crediting.Feed
	delta *delta
}

// Scan implements crediting.Feed.
func (f joined) Scan(ctx context.Context, s *crediting.Schema) iter.Seq2[*crediting.Batch, error] {
	return func(yield func(*crediting.Batch, error) bool) {
		for b, err := range f.before(ctx, s) {
			if !yield(b, err) {
				return
			}
		}
		for b, err := range f.late.Scan(ctx, s) {
			if b != nil {
				f.delta.events = append(f.delta.events, b.IDs...)
			}
			if !yield(b, err) {
				return
			}
		}
	}
}

func (f joined) before(ctx context.Context, s *crediting.Schema) iter.Seq2[*crediting.Batch, error] {
	if f.known == nil {
		return fact.Of[*crediting.Batch]()
	}
	return f.known.Scan(ctx, s)
}

// Find implements crediting.Feed. Nobody asks.
func (f joined) Find(ctx context.Context, s *crediting.Schema, ids ...fact.EventID) iter.Seq2[*crediting.Batch, error] {
	return f.late.Find(ctx, s, ids...)
}

// again computes a run of the facts before for those now: from what changed, if that can be told.
func (b *Book) again(ctx context.Context, last *Run, d *delta) (*Run, error) {
	if d.everything || last.fold == nil || b.selects(last.span.books != nil) {
		d.everything = true
		return b.run(ctx, last.request)
	}
	s, err := b.span(last.request.Period, last.span.books)
	if err != nil {
		return nil, err
	}
	ids := b.people.IDs()
	run := b.newRun(last.request, s)
	now := run.folding(ids)
	d.begin(ids)
	update, ok, err := b.update(ctx, last, s, now, d)
	if err != nil || !ok {
		if d.everything = true; err != nil {
			return nil, err
		}
		return b.run(ctx, last.request)
	}
	run.fold = update
	for i := range d.causes {
		if at, is := slices.BinarySearch(ids, d.causes[i].payee); is {
			d.touch(at, i)
		}
	}
	results := slices.Clone(last.results)
	var some []int
	for i := range ids {
		if d.touched[i] && (update.Unclear(i) || b.adjustments.Bound(ids[i])) {
			results[i] = settled{unclear: true}
		} else if d.touched[i] {
			some = append(some, i)
		}
	}
	err = run.compute(ctx, make([]fact.PayeeID, len(some)), func(k int) {
		job := run.job(ids[some[k]], nil)
		job.Totals = totals{update, some[k]}
		results[some[k]] = run.payee(job)
	})
	if err != nil {
		return nil, err
	}
	return run.settle(ctx, ids, results)
}

// update brings the sums of a run up to date; ok is false where other days are covered now, or nobody can tell which
// events edges concern.
func (b *Book) update(ctx context.Context, last *Run, s span, now fold.Facts, d *delta) (*fold.Fold, bool, error) {
	if s.days != last.span.days || s.reach != last.span.reach || !last.fold.Fits(now) {
		return nil, false, nil
	}
	again, ok, err := last.fold.Affected(ctx, d.edges, b.edges)
	if err != nil || !ok {
		return nil, false, err
	}
	again = slices.DeleteFunc(again, func(row int) bool {
		e := last.book.events.Event(row)
		_, is := slices.BinarySearch(d.events, e.ID) // among gone or come, or withdrawn and there again
		if !is {
			d.concerned(e)
		}
		return is
	})
	var of fact.EventID // the event of the last credit
	var causes []int
	update, err := last.fold.Update(ctx, now, d.edges, d.gone, d.come, again, func(payee int, event fact.EventID) {
		if event != of {
			of, causes = event, d.ofEvent[event]
		}
		d.touch(payee, causes...)
	})
	return update, err == nil, err
}
