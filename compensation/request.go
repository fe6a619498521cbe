package compensation

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/payproof/payproof/crediting"
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

// payUnit is the pay period.
const payUnit = calendar.UnitMonth

// span is what a run covers: the pay periods asked for, and the days from the
// beginning of the fiscal year of the first, which measures and caps look back to.
type span struct {
	periods []calendar.Period
	days    calendar.Range // of the periods asked for
	horizon calendar.Range // from the first day of their first fiscal year
}

func (b *Book) span(p calendar.Period) (span, error) {
	cal := b.program.Calendar
	var s span
	if p.IsZero() {
		all := b.events.All
		if len(all) == 0 {
			return s, fmt.Errorf("%w: there are no events; name a period", ErrNothing)
		}
		first, err := cal.Range(cal.PeriodOf(payUnit, all[0].Date()))
		last, err2 := cal.Range(cal.PeriodOf(payUnit, all[len(all)-1].Date()))
		if err := errors.Join(err, err2); err != nil {
			return s, err
		}
		s.days = calendar.Range{From: first.From, To: last.To}
	} else {
		days, err := cal.Range(p)
		if err != nil {
			return s, fmt.Errorf("the period %s: %w", p, err)
		}
		if p.Unit < payUnit {
			return s, fmt.Errorf("%w: %s is shorter than the pay period; ask for a month", ErrNothing, cal.Format(p))
		}
		s.days = days
	}
	s.periods = slices.Collect(cal.Periods(payUnit, s.days))
	if len(s.periods) == 0 {
		return s, ErrNothing
	}
	year, err := cal.Range(cal.PeriodOf(calendar.UnitYear, s.days.From))
	s.horizon = calendar.Range{From: year.From, To: s.days.To}
	return s, err
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
	results := make([]payeeResult, len(ids))
	if err := run.each(ctx, ids, func(i int) { results[i] = run.payee(ids[i], nil) }); err != nil {
		return nil, err
	}
	found := slices.Clone(credited.Findings)
	for i := range results {
		found = append(found, results[i].found...)
		run.lines = append(run.lines, results[i].lines...)
		run.cuts = append(run.cuts, results[i].cuts...)
	}
	if found = found.Sorted(); found.HasErrors() {
		return nil, found
	}
	run.findings = found
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
	return b.program.Rules.NewApplier(b.edges, b.people.Has, asOf).Apply(events)
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

// fault is a finding whose place is a path through the data.
func fault(path, code, hint, format string, args ...any) source.Diagnostic {
	d := source.Errorf(code, source.Span{File: path}, format, args...)
	d.Hint = hint
	return d
}
