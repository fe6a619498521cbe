package compensation

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/compensation/internal/past"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/fold"
	"github.com/payproof/payproof/crediting/hold"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// Request says what to compute. Period is a month, quarter, half or year of the
// company's calendar; the zero period is every pay period from the first event to the
// last. AsOf is what is known: zero is all. Workers bounds the goroutines; zero is GOMAXPROCS.
// Progress, when it is there, is told how many payees of how many are done; it
// may be called from several goroutines, in any order.
type Request struct {
	Period   calendar.Period
	AsOf     fact.Revision
	Workers  int
	Progress func(done, of int)
}

// ErrNothing says that a period has no pay period, or that there are no events
// to tell which period is meant.
var ErrNothing = errors.New("nothing to compute")

// maxFindings bounds how many findings of one code a run shows; the rest is
// counted.
const maxFindings = 100

// span is what a run covers: the pay periods asked for, the days from the beginning of the
// fiscal year of the first, which rounding and caps look back to, or of the first year of which pay is
// still held, and those that measures do.
type span struct {
	periods []calendar.Period
	days    calendar.Range    // of the periods asked for
	horizon calendar.Range    // from the first day of their first fiscal year
	reach   calendar.Range    // from the first day that a measure of the horizon looks back to
	clock   *earning.Clock    // of the years
	years   calendar.Range    // the whole fiscal years: a window that is still open must not look closed
	own     calendar.Range    // the horizon but for years that only what is still held looks back to
	since   calendar.Date     // the first day of which balances may be left
	kept    bool              // balances go from one pay period to the next
	books   *past.Books       // what the ledger holds; nil: the book has none
	first   calendar.Period   // that was ever closed
	skipped []calendar.Period // asked for, and closed
	chain   []calendar.Period // periods, and before them those that are open, too: balances begin with the first
	names   []string          // of the chain
}

func (b *Book) span(p calendar.Period, books *past.Books) (span, error) {
	cal := b.program.Calendar
	s := span{books: books, kept: books != nil || b.balances()}
	if p.IsZero() {
		from, to, ok := b.events.Span()
		if !ok {
			return s, fmt.Errorf("%w: there are no events; name a period", ErrNothing)
		}
		first, err := cal.Range(cal.PeriodOf(earning.PayUnit, from))
		last, err2 := cal.Range(cal.PeriodOf(earning.PayUnit, to))
		if err := errors.Join(err, err2); err != nil {
			return s, err
		}
		s.days = calendar.Range{From: first.From, To: last.To}
	} else {
		days, err := cal.Range(p)
		if err != nil {
			return s, fmt.Errorf("the period %s: %w", p, err)
		}
		if p.Unit < earning.PayUnit {
			return s, fmt.Errorf("%w: %s is shorter than the pay period; ask for a month", ErrNothing, cal.Format(p))
		}
		s.days = days
	}
	s.periods = slices.Collect(cal.Periods(earning.PayUnit, s.days))
	if len(s.periods) == 0 {
		return s, ErrNothing
	}
	if err := s.link(cal); err != nil {
		return s, err
	}
	year, err := cal.Range(cal.PeriodOf(calendar.UnitYear, s.days.From))
	last, err2 := cal.Range(cal.PeriodOf(calendar.UnitYear, s.days.To.AddDays(-1)))
	var err4 error
	s.since, err4 = b.balancedSince(&s)
	s.own = calendar.Range{From: earlier(year.From, s.since), To: s.days.To}
	since, err3 := cal.Range(cal.PeriodOf(calendar.UnitYear, earlier(s.own.From, b.heldSince(hold.Payment, year.From))))
	s.horizon = calendar.Range{From: since.From, To: s.days.To}
	s.reach = b.reach(b.origin(s.horizon))
	s.reach.From = b.heldSince(hold.Credit, s.reach.From)
	s.years = calendar.Range{From: since.From, To: last.To}
	s.clock = earning.NewClock(cal, s.years)
	return s, errors.Join(err, err2, err3, err4)
}

func earlier(a, b calendar.Date) calendar.Date {
	if b.Before(a) {
		return b
	}
	return a
}

// Run computes a period from the facts. It writes nothing. The error is
// source.Diagnostics where data or formulas are at fault, all of them at once, each with
// its path (payee, event, period); warnings are the run's Findings.
func (b *Book) Run(ctx context.Context, r Request) (*Run, error) {
	b = b.now()
	run, err := b.run(ctx, r)
	if err == nil {
		b.last.Store(run.remembered())
	}
	return run, err
}

func (b *Book) run(ctx context.Context, r Request) (*Run, error) {
	books, err := b.books(ctx)
	if err != nil {
		return nil, err
	}
	b, floor, err := b.seen(books)
	if err != nil {
		return nil, err
	}
	s, err := b.span(r.Period, books)
	if err != nil {
		return nil, err
	}
	if err := b.remembers(&s); err != nil {
		return nil, err
	}
	if floor != nil {
		without, _, err := floor.prepared(r, s)
		if err != nil {
			return nil, err
		}
		return b.list(ctx, r, s, without)
	}
	if b.folds(s) {
		run, err := b.fold(ctx, r, s)
		if !errors.Is(err, fold.ErrTooMany) {
			return run, err
		}
	}
	return b.list(ctx, r, s, nil)
}

// list computes a run with every credit at hand.
func (b *Book) list(ctx context.Context, r Request, s span, floor *Run) (*Run, error) {
	run, faults, err := b.prepared(r, s)
	if err != nil {
		return nil, err
	}
	all := run.listed
	run.floor = floor
	run.whole = func() (*Run, error) { return run, nil }
	ids := b.people.IDs()
	results := make([]settled, len(ids))
	if err := run.compute(ctx, ids, func(i int) { results[i] = run.payee(run.job(ids[i], all)) }); err != nil {
		return nil, err
	}
	overrides, err := run.override(ctx)
	if err != nil {
		return nil, err
	}
	return run, run.finish(results, slices.Concat(all.credited.Findings, b.unused(), b.unnumbered(), b.placing().Expired(s.days, r.AsOf), b.released(s.days), s.told(b.program.Calendar), b.changedPlans(&s), faults, overrides))
}

// finish puts together what all payees are paid.
func (r *Run) finish(results []settled, found source.Diagnostics) error {
	for i := range results {
		found = append(found, results[i].found...)
	}
	if found = found.Sorted(); found.HasErrors() {
		return found.AtMost(maxFindings)
	}
	r.findings = found.AtMost(maxFindings)
	return r.gather(results)
}

// listing credits events, and groups what comes of them. Where it is only for one payee, others have no roll-ups.
func (b *Book) listing(events []*crediting.Event, s span, asOf fact.Revision, only fact.PayeeID) (*listed, source.Diagnostics) {
	credited := b.credit(events, s.own, asOf, only)
	kept := b.hold(credited, s.days.To, asOf)
	groups, faults := b.groups(credited, events, asOf)
	return &listed{credited, kept, byPayee(credited.Credits), groups}, faults
}

// credit applies the rules to events. What measures look back to is credited, too, but its warnings
// were those of another year.
func (b *Book) credit(events []*crediting.Event, horizon calendar.Range, asOf fact.Revision, only fact.PayeeID) *crediting.Crediting {
	events = b.creditable(events)
	apply := func(events []*crediting.Event) *crediting.Crediting {
		apply := b.applier(asOf)
		if only != "" {
			apply.Only(only)
		}
		return apply.Apply(events)
	}
	first := slices.IndexFunc(events, func(e *crediting.Event) bool { return horizon.Contains(e.Date()) })
	if first < 0 {
		first = len(events)
	}
	now := apply(events[first:])
	if first == 0 {
		return now
	}
	past := apply(events[:first])
	return &crediting.Crediting{
		Credits: append(past.Credits, now.Credits...), Uncredited: append(past.Uncredited, now.Uncredited...),
		Findings: append(past.Findings.Only(source.Error), now.Findings...).Sorted(),
	}
}

// within are the events of some days, in declared order.
func (b *Book) within(days calendar.Range) (events []*crediting.Event) {
	for _, r := range b.events.Declared() {
		if days.Contains(b.events.Date(r)) {
			events = append(events, b.events.Event(r))
		}
	}
	return events
}

// payees is what roll-ups ask of payees: whether they are there on a date, and their personal values.
func (b *Book) payees(asOf fact.Revision) crediting.Payees {
	return crediting.Payees{
		There: func(p fact.PayeeID, on calendar.Date) bool {
			_, ok := b.people.At(p, on, asOf)
			return ok
		},
		Value: func(p fact.PayeeID, name string, on calendar.Date) (decimal.Decimal, bool) {
			a, ok := b.assignments[p].At(on, asOf)
			if !ok {
				return decimal.Decimal{}, false
			}
			if v, ok := b.overrides.At(p, a.Value.Plan, name, on, asOf); ok {
				return v, true
			}
			v, ok := a.Value.Personal[name]
			return v, ok
		},
	}
}

// applier applies the rules to the facts as known at asOf.
func (b *Book) applier(asOf fact.Revision) *crediting.Applier {
	return b.program.Rules.NewApplier(b.edges, b.people.Has, asOf).Knowing(b.payees(asOf))
}

// own is the credits of one payee, in declared order, and the place of each among all.
type own struct {
	credits []*crediting.Credit
	places  []int
}

// byPayee groups credits. They are counted first, so that each group has the room it needs.
func byPayee(credits []crediting.Credit) map[fact.PayeeID]*own {
	numbers, counts, of := map[fact.PayeeID]int32{}, []int{}, make([]int32, len(credits))
	for i := range credits {
		n, ok := numbers[credits[i].Payee]
		if !ok {
			n = int32(len(counts))
			numbers[credits[i].Payee], counts = n, append(counts, 0)
		}
		of[i] = n
		counts[n]++
	}
	groups := make([]own, len(counts))
	for n, count := range counts {
		groups[n] = own{make([]*crediting.Credit, 0, count), make([]int, 0, count)}
	}
	for i, n := range of {
		o := &groups[n]
		o.credits, o.places = append(o.credits, &credits[i]), append(o.places, i)
	}
	out := make(map[fact.PayeeID]*own, len(groups))
	for payee, n := range numbers { // order: each goes to its own place
		out[payee] = &groups[n]
	}
	return out
}

// compute calls do for every payee, on the request's workers. Results go to their own
// places, so that the number of workers never shows.
func (r *Run) compute(ctx context.Context, ids []fact.PayeeID, do func(i int)) error {
	workers := r.request.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var next, done atomic.Int64
	var wait sync.WaitGroup
	for range min(workers, max(1, len(ids))) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(ids) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				do(i)
				if n := int(done.Add(1)); r.request.Progress != nil {
					r.request.Progress(n, len(ids))
				}
			}
		})
	}
	wait.Wait()
	return ctx.Err()
}

// job is what computing one payee of some takes; all is nil where credits are only added up.
func (r *Run) job(id fact.PayeeID, all *listed) earning.Job {
	around := func(days calendar.Range) []earning.Segment { return r.staff.Segments(id, days) }
	job := earning.Job{
		Program: r.book.program, Quotas: r.book.quotas, AsOf: r.request.AsOf, Payee: id, Segments: around(r.span.years), Around: around,
		Horizon: r.span.horizon, Since: r.span.own.From, Asked: r.span.days, Forms: r.book.forms, Clock: r.span.clock,
		Relief: r.staff.Relief, Came: r.staff.Came, Scores: r.book.scores, Related: r.staff.Related, Pool: r.staff.Pool,
	}
	if all == nil {
		return job
	}
	job.Groups = all.groups
	if mine := all.credits[id]; mine != nil {
		job.Credits, job.Places = mine.credits, mine.places
	}
	return job
}

// reach is the days whose events a run has to know: those that it computes, and as far back
// as the longest window of any measure looks from the first of them.
func (b *Book) reach(horizon calendar.Range) calendar.Range {
	days := horizon
	if earning.Carries(b.program) {
		days.From = calendar.Date{}
		return days
	}
	for _, m := range earning.Measures(b.program) {
		if from := m.Days(b.program.Calendar, horizon.From, calendar.Date{}).From; from.Before(days.From) {
			days.From = from
		}
	}
	return days
}

// origin is some days, and before them the fiscal years of what reversals of these days take back: what
// that earned has to be computed once more.
func (b *Book) origin(days calendar.Range) calendar.Range {
	first, ok := b.events.Origin(days)
	if !ok || !first.Before(days.From) {
		return days
	}
	if year, err := b.program.Calendar.Range(b.program.Calendar.PeriodOf(calendar.UnitYear, first)); err == nil {
		days.From = year.From
	}
	return days
}

// groups gathers what measures fold for several people, and what they fold of events.
func (b *Book) groups(credited *crediting.Crediting, events []*crediting.Event, asOf fact.Revision) (*measure.Groups, source.Diagnostics) {
	used := earning.Measures(b.program)
	if found := b.nobody(used); len(found) > 0 {
		return nil, found
	}
	return measure.NewGroups(measure.Facts{
		Credits: credited.Credits, Events: events, Edges: b.edges, AsOf: asOf, Known: b.people.Has,
		Role: func(id fact.PayeeID, day calendar.Date) string {
			p, _ := b.people.At(id, day, asOf)
			return p.Role
		},
	}, used)
}

// nobody reports the measures of people who belong together by an edge or a role that
// nobody has: they would be zero in silence.
func (b *Book) nobody(used []measure.Measure) (found source.Diagnostics) {
	names := b.edges.Names()
	roles, _ := b.roles()
	for _, m := range used {
		if role := m.Whose.Role; role != "" && !slices.Contains(roles, role) {
			found = append(found, source.Errorf("unknown-role", m.At, "%s is of the role %s, but nobody has it", m.Name, role).
				WithHint("%s", source.DidYouMean(role, roles)))
		}
		if along := m.Whose.Along; along != "" && !slices.Contains(names, along) {
			found = append(found, source.Errorf("unknown-relationship", m.At, "%s is of people who belong together by the edge %s, but nobody has one", m.Name, along).
				WithHint("add them to edges.csv; %s", source.DidYouMean(along, names)))
		}
	}
	return found
}
