// Package fold adds credits up while events stream by: what each payee has of each type, by spans of days. It
// keeps no credits. Whoever wants to see them applies the rules again to the events that [Fold.Rows] names, by a
// [crediting.Applier], which is also the oracle that this package is tested against.
//
// An event whose credits are plain is credited by numbers: codes of dictionaries instead of texts, coefficients
// instead of decimals, and owners, teams and chains of managers looked up once. One that is not (a credit that comes
// up by several roll-ups, a part with more decimal places than its stream, a reversal, anything with a finding) is
// given to an Applier, and what it makes of the event is added up. So both give the same sums, and the plain way
// decides about speed alone.
//
// Terms. A stream is one sum for each payee. A span is a run of days between two cuts: the first days of pay
// periods, and the days on which a payee's plan changes. Sums are kept by span, so that a window can be asked for
// if its ends are cuts.
//
// Traps. A sum that does not fit, or has more decimal places than its stream, makes its payee [Fold.Unclear]: the
// payee's credits have to be looked at one by one.
package fold

import (
	"context"
	"errors"
	"maps"
	"runtime"
	"slices"
	"sync"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// Facts are what is credited and folded.
type Facts struct {
	Rules    *Rules            // compiled
	Events   *crediting.Events // of which those of Days are folded
	Edges    *fact.Edges
	AsOf     fact.Revision                   // what is known
	Payees   []fact.PayeeID                  // all that are known, in order
	Of       crediting.Payees                // what roll-ups ask of them
	Changes  []calendar.Date                 // the days on which somebody comes or goes, in order
	Days     calendar.Range                  // bounded
	Since    calendar.Date                   // warnings about events of days before are left out
	Asking   calendar.Range                  // of which credits are counted in Fold.Asked
	Cuts     []calendar.Date                 // the ends of windows, for everybody
	More     func(payee int) []calendar.Date // of one payee beside those; nil: none
	Measures []measure.Measure               // of a payee's own credits or events
	Types    []string                        // types of credit to add up beside them
	Workers  int                             // 0 is one for each processor
}

// workers is how many goroutines may work.
func (f *Facts) workers() int {
	if f.Workers > 0 {
		return f.Workers
	}
	return runtime.GOMAXPROCS(0)
}

// Fold is the sums of all payees. It is immutable and safe for concurrent use.
type Fold struct {
	facts      Facts
	layout     *layout
	sums       cells
	names      []*names
	unclear    []bool // by payee
	found      []finding
	known      *shared            // for the next one
	Uncredited []int              // the rows of events that were, or whose parts were, credited to nobody, in order
	Findings   source.Diagnostics // in order of their place
	Asked      Count              // of the days of Facts.Asking
}

// Count is how many events have a credit, and how many credits they have.
type Count struct{ Events, Credits int }

// ErrTooMany says that there are too many payees, streams and spans to keep a sum for each.
var ErrTooMany = errors.New("too many sums to keep")

// Over folds the events. The error is that of the context, or ErrTooMany.
func Over(ctx context.Context, f Facts) (*Fold, error) {
	l, err := newLayout(&f)
	if err != nil {
		return nil, err
	}
	out := &Fold{facts: f, layout: l, unclear: make([]bool, len(f.Payees))}
	for range l.fields {
		out.names = append(out.names, &names{of: map[string]uint32{}})
	}
	b := newBook(&f, l, out.names, false, nil)
	workers, err := each(ctx, b, func(w *worker) { w.sums = newCells(l) })
	if err != nil {
		return nil, err
	}
	out.known = b.share(workers[0].ways)
	for i, w := range workers {
		if i == 0 {
			out.sums = w.sums
		} else {
			out.sums.merge(l, &w.sums)
		}
		for p, is := range w.unclear {
			out.unclear[p] = out.unclear[p] || is
		}
		out.Uncredited = append(out.Uncredited, w.uncredited...)
		out.found = append(out.found, w.findings...)
		out.Asked.Events += w.asked.Events
		out.Asked.Credits += w.asked.Credits
	}
	out.sums.close(out.layout)
	for p, is := range out.sums.over {
		out.unclear[p] = out.unclear[p] || is
	}
	slices.Sort(out.Uncredited)
	out.list()
	return out, nil
}

// list makes Findings of what was found.
func (f *Fold) list() {
	f.Findings = nil
	for i := range f.found {
		f.Findings = append(f.Findings, f.found[i].Diagnostic)
	}
	f.Findings = f.Findings.Sorted()
}

// Unclear reports whether the sums of a payee, by place in Facts.Payees, cannot be relied on.
func (f *Fold) Unclear(payee int) bool { return f.unclear[payee] }

// Rows are the rows of the events that credit the payees for whom wanted is true, by payee, each in the order of
// the table. It goes through the events again that may credit them: through all, where that cannot be told.
func (f *Fold) Rows(ctx context.Context, wanted []bool) ([][]int, error) {
	if some, ok := f.mayCredit(wanted); ok && len(some) < f.facts.Events.Rows()/fewOf {
		w := newWorker(newBook(&f.facts, f.layout, nil, true, f.known))
		w.wanted, w.rows = wanted, make([][]int, len(wanted))
		for n, row := range some {
			if n%block == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			w.credit(row)
		}
		return w.rows, ctx.Err()
	}
	return f.allRows(ctx, wanted)
}

// fewOf is of how many events one is so few that they are looked at one by one.
const fewOf = 8

// mayCredit are the rows of events that may credit payees, in order; ok is false where that cannot be told.
func (f *Fold) mayCredit(wanted []bool) (rows []int, ok bool) {
	payees := map[string]bool{}
	for p, is := range wanted {
		if is {
			payees[string(f.facts.Payees[p])] = true
		}
	}
	for n := -1; n < len(payees); { // what credits those below them may be passed up, and then up again
		n = len(payees)
		for _, r := range f.facts.Rules.from.RollUps {
			for key := range f.facts.Edges.Below(r.Along, slices.Sorted(maps.Keys(payees))) { // order: a set
				payees[key] = true
			}
		}
	}
	known := map[string]map[string]bool{}
	s := search{payees: payees}
	s.keys = func(name string) map[string]bool {
		if known[name] == nil {
			known[name] = f.facts.Edges.Below(name, slices.Sorted(maps.Keys(payees)))
		}
		return known[name]
	}
	s.team = func(name string) bool {
		for p := range f.facts.Edges.Below("team", []string{name}) { // order: whether there is one
			if payees[p] {
				return true
			}
		}
		return false
	}
	b := newBook(&f.facts, f.layout, nil, true, f.known)
	w := newWorker(b)
	for at := range b.tables {
		some, ok := b.search(w, at, &s)
		if !ok {
			return nil, false
		}
		rows = append(rows, some...)
	}
	rows = append(rows, f.takers(rows)...)
	slices.Sort(rows)
	return slices.Compact(rows), true
}

func (f *Fold) allRows(ctx context.Context, wanted []bool) ([][]int, error) {
	book := newBook(&f.facts, f.layout, nil, false, f.known)
	workers, err := each(ctx, book, func(w *worker) { w.wanted, w.rows = wanted, make([][]int, len(wanted)) })
	if err != nil {
		return nil, err
	}
	out := make([][]int, len(wanted))
	for _, w := range workers {
		for p := range out {
			out[p] = append(out[p], w.rows[p]...)
		}
	}
	return out, nil
}

// block is how many events are credited between two looks at the context.
const block = 1 << 14

// each credits all events, a run of rows by each worker. The workers come back in the order of their rows.
func each(ctx context.Context, b *book, prepare func(*worker)) ([]*worker, error) {
	n, all := b.facts.workers(), b.facts.Events.Rows()
	if b.facts.Workers <= 0 {
		n = min(n, all/(block/4))
	}
	n = max(1, min(n, all))
	workers := make([]*worker, n)
	var wait sync.WaitGroup
	for i := range workers {
		w := newWorker(b)
		prepare(w)
		workers[i] = w
		from, to := all*i/n, all*(i+1)/n
		wait.Go(func() {
			for ; from < to && ctx.Err() == nil; from += block {
				w.rowsOf(from, min(from+block, to))
			}
			w.pour()
		})
	}
	wait.Wait()
	return workers, ctx.Err()
}

// shared is what one book after another has in common, as long as the rules, the payees and the layout are the same. It
// is immutable.
type shared struct {
	payees map[fact.PayeeID]int32
	tables map[*crediting.Table]*table // without who is found
	ways   [][][]way                   // by the kind of walk, and payee
	places *places
	runs   map[asked]*led
	turned Changed // edges that are not as they were when runs were found
}

// asked is by which edges, from the values of which field, the events of a kind are credited.
type asked struct {
	kind     *crediting.Schema
	on, name string
}

// led is where edges lead from the values of a field.
type led struct {
	table *crediting.Table
	field int
	*runs
}

// eachLeads is how many events there are for each value of a field, of which is kept where edges lead from them.
const eachLeads = 4

// leads keeps where edges lead that all events of a table asked for.
func (s *shared) leads(t *table) {
	for i := range t.terms {
		for k, f := range t.terms[i].who {
			to := &t.terms[i].to[k]
			key := asked{t.Schema, to.On, to.Name}
			if f.by == crediting.ByRole && f.plain && f.runs.ask == nil && s.runs[key] == nil && eachLeads*len(f.runs.first) < t.Len() {
				s.runs[key] = &led{t.Table, f.field, f.runs}
			}
		}
	}
}

// turn is what is shared after edges have changed.
func (s *shared) turn(changed Changed) *shared {
	out := *s
	out.turned = maps.Clone(s.turned)
	for name, keys := range changed { // order: sets
		if out.turned == nil {
			out.turned = Changed{}
		}
		all := maps.Clone(out.turned[name])
		if all == nil {
			all = map[string]bool{}
		}
		maps.Copy(all, keys)
		out.turned[name] = all
	}
	return &out
}

// lead is where edges lead from a value of a field, as it was found for all events; ok is false where that is not known.
func (b *book) lead(of asked, key string) (all []run, ok bool) {
	l := b.known.runs[of]
	if l == nil || b.known.turned[of.name][key] {
		return nil, false
	}
	code, ok := l.table.Code(l.field, key)
	if !ok {
		return nil, false
	}
	all = l.all[l.first[code]:l.first[code+1]]
	for i := range all {
		if all[i].who < 0 { // which is a crew of those
			return nil, false
		}
	}
	return all, true
}

// places are the rows of codes of fields by which edges find events, found when they are first asked for. They are safe
// for concurrent use.
type places struct {
	lock sync.Mutex
	of   map[placed]*byCode
}

type placed struct {
	table *crediting.Table
	field int
}

// byCode is the rows of a table in the order of their codes.
type byCode struct {
	first []int32 // by code, where its rows begin; one more at the end
	rows  []int32
}

// share is what another book may use of this one, of which a worker has found some ways.
func (b *book) share(ways [][][]way) *shared {
	out := &shared{payees: b.payees, tables: make(map[*crediting.Table]*table, len(b.tables)), ways: ways, places: &places{of: map[placed]*byCode{}}, runs: map[asked]*led{}}
	if b.known != nil {
		out.places, out.runs, out.turned = b.known.places, b.known.runs, b.known.turned
	}
	for _, t := range b.facts.Events.Tables() {
		if known := b.known.table(t); known != nil {
			out.tables[t] = known
		}
	}
	for _, t := range b.tables {
		if t != nil && out.tables[t.Table] == nil {
			if b.known == nil {
				out.leads(t)
			}
			bare := *t
			bare.terms = nil
			out.tables[t.Table] = &bare
		}
	}
	return out
}

func (s *shared) table(t *crediting.Table) *table {
	if s == nil {
		return nil
	}
	return s.tables[t]
}
