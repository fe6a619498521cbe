package crediting

import (
	"context"
	"errors"
	"slices"

	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// Events are the events of a feed, in declared order, each once.
type Events struct {
	All      []*Event // in declared order
	Repeated int      // lines that said again what was known
	byID     map[fact.EventID]*Event
}

// maxFindings bounds how many findings of one code are kept; the rest is counted.
const maxFindings = 100

// Load reads all events of the kinds that the schemas describe. Repeats are
// dropped and counted; two contents for one id and revision are an error; of
// several revisions the highest counts. All findings are collected: the error is
// source.Diagnostics, at most 100 of each code, the same whatever the order of the
// lines.
func Load(ctx context.Context, feed Feed, schemas []*Schema) (*Events, error) {
	l := loader{events: map[fact.EventID]*Event{}, out: &Events{}}
	for _, s := range schemas {
		for b, err := range feed.Scan(ctx, s) {
			if err != nil {
				var ds source.Diagnostics
				if !errors.As(err, &ds) {
					return nil, err
				}
				l.found = append(l.found, ds...)
				continue
			}
			for i := range b.Len() {
				l.add(b.event(s, i))
			}
		}
	}
	if l.found.HasErrors() {
		return nil, atMost(l.found.Sorted(), maxFindings)
	}
	l.out.byID = l.events
	for _, e := range l.events { // order: sorted below
		l.out.All = append(l.out.All, e)
	}
	slices.SortFunc(l.out.All, (*Event).compare)
	return l.out, nil
}

type loader struct {
	events map[fact.EventID]*Event
	out    *Events
	found  source.Diagnostics
}

func (l *loader) add(e Event) {
	known, ok := l.events[e.ID]
	switch {
	case !ok:
		l.events[e.ID] = &e
	case known.schema != e.schema:
		l.conflict(known, &e, "id %s is a %s here and a %s there", e.ID, e.schema.Kind, known.schema.Kind)
	case known.Revision == e.Revision && known.same(&e):
		l.out.Repeated++
	case known.Revision == e.Revision:
		l.conflict(known, &e, "id %s comes twice with different content", e.ID)
	case known.Revision < e.Revision:
		l.events[e.ID] = &e
	}
}

func (l *loader) conflict(known, e *Event, format string, args ...any) {
	a, b := known, e
	if b.At.Compare(a.At) < 0 {
		a, b = b, a
	}
	at := b.At
	if at.IsZero() {
		at.File = "event=" + string(e.ID)
	}
	l.found = append(l.found, source.Errorf("event-conflict", at, format, args...).
		WithNote(a.At, "the other line").WithHint("a correction has a higher number in the column revision"))
}

// atMost keeps the first n findings of each code and says how many more there are.
func atMost(ds source.Diagnostics, n int) source.Diagnostics {
	count := map[string]int{}
	var out source.Diagnostics
	var codes []string
	for _, d := range ds {
		if count[d.Code]++; count[d.Code] <= n {
			out = append(out, d)
		} else if count[d.Code] == n+1 {
			codes = append(codes, d.Code)
		}
	}
	for _, c := range codes {
		out = append(out, source.Errorf(c, source.Span{}, "and %d more of this kind", count[c]-n))
	}
	return out
}

// Find is the event of an id.
func (e *Events) Find(id fact.EventID) (*Event, bool) {
	found, ok := e.byID[id]
	return found, ok
}
