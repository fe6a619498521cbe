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

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
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

// span is what a run covers: the pay periods asked for, and the days from the
// beginning of the fiscal year of the first, which measures and caps look back to.
type span struct {
	periods []calendar.Period
	days    calendar.Range // of the periods asked for
	horizon calendar.Range // from the first day of their first fiscal year
	years   calendar.Range // the whole fiscal years: a window that is still open must not look closed
}

func (b *Book) span(p calendar.Period) (span, error) {
	cal := b.program.Calendar
	var s span
	if p.IsZero() {
		all := b.events.All
		if len(all) == 0 {
			return s, fmt.Errorf("%w: there are no events; name a period", ErrNothing)
		}
		first, err := cal.Range(cal.PeriodOf(earning.PayUnit, all[0].Date()))
		last, err2 := cal.Range(cal.PeriodOf(earning.PayUnit, all[len(all)-1].Date()))
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
	year, err := cal.Range(cal.PeriodOf(calendar.UnitYear, s.days.From))
	last, err2 := cal.Range(cal.PeriodOf(calendar.UnitYear, s.days.To.AddDays(-1)))
	s.horizon = calendar.Range{From: year.From, To: s.days.To}
	s.years = calendar.Range{From: year.From, To: last.To}
	return s, errors.Join(err, err2)
}

// Run computes a period from the facts. It writes nothing. The error is
// source.Diagnostics where data or formulas are at fault, all of them at once, each with
// its path (payee, event, period); warnings are the run's Findings.
func (b *Book) Run(ctx context.Context, r Request) (*Run, error) {
	s, err := b.span(r.Period)
	if err != nil {
		return nil, err
	}
	credited := b.credit(s, r.AsOf)
	run := &Run{book: b, request: r, span: s, credited: credited, credits: byPayee(credited.Credits)}
	ids := b.people.IDs()
	results := make([]earning.Result, len(ids))
	if err := run.each(ctx, ids, func(i int) { results[i] = earning.Compute(run.job(ids[i])) }); err != nil {
		return nil, err
	}
	found := append(slices.Clone(credited.Findings), b.unused()...)
	for i := range results {
		found = append(found, results[i].Found...)
		run.lines = append(run.lines, results[i].Lines...)
		run.cuts = append(run.cuts, results[i].Cuts...)
	}
	if found = found.Sorted(); found.HasErrors() {
		return nil, found.AtMost(maxFindings)
	}
	run.findings = found.AtMost(maxFindings)
	return run, run.post()
}

// credit applies the rules to the events of the horizon.
func (b *Book) credit(s span, asOf fact.Revision) *crediting.Crediting {
	var events []*crediting.Event
	for _, e := range b.events.All {
		if s.horizon.Contains(e.Date()) {
			events = append(events, e)
		}
	}
	return b.applier(asOf).Apply(events)
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
			v, ok := a.Value.Personal[name]
			return v, ok
		},
	}
}

// applier applies the rules to the facts as known at asOf.
func (b *Book) applier(asOf fact.Revision) *crediting.Applier {
	return b.program.Rules.NewApplier(b.edges, b.people.Has, asOf).Knowing(b.payees(asOf))
}

// byPayee groups credits, keeping their declared order.
func byPayee(credits []crediting.Credit) map[fact.PayeeID][]*crediting.Credit {
	out := map[fact.PayeeID][]*crediting.Credit{}
	for i := range credits {
		c := &credits[i]
		out[c.Payee] = append(out[c.Payee], c)
	}
	return out
}

// each calls do for every payee, on the request's workers. Results go to their own
// places, so that the number of workers never shows.
func (r *Run) each(ctx context.Context, ids []fact.PayeeID, do func(i int)) error {
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

// job is what computing one payee takes.
func (r *Run) job(id fact.PayeeID) earning.Job {
	around := func(days calendar.Range) []earning.Segment { return r.book.segments(id, days, r.request.AsOf) }
	return earning.Job{
		Program: r.book.program, Quotas: r.book.quotas, AsOf: r.request.AsOf, Payee: id, Segments: around(r.span.years), Around: around,
		Credits: r.credits[id], Horizon: r.span.horizon, Asked: r.span.days,
	}
}
