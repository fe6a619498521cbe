package crediting

import (
	"context"
	"iter"

	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// Line is an event as an embedder has it: texts by field name, written as in a
// CSV file ("2026-03-31", "1234.50"). Kind is the kind of event; empty is the
// only one of the plan. At may say where it comes from.
type Line struct {
	Kind     string
	ID       fact.EventID      // unique among all events
	Revision uint64            // a correction has a higher one
	Fields   map[string]string // text by field name; an absent field is empty
	At       source.Span
}

// FromLines is a feed over lines that open yields anew for each reading, such as
// the rows of a query.
func FromLines(open func() iter.Seq2[Line, error]) Feed { return lineFeed{open} }

type lineFeed struct {
	open func() iter.Seq2[Line, error]
}

// batchSize is the number of events of one batch.
const batchSize = 1024

// Scan implements Feed.
func (f lineFeed) Scan(ctx context.Context, s *Schema) iter.Seq2[*Batch, error] {
	return f.scan(ctx, s, func(fact.EventID) bool { return true })
}

// Find implements Feed by scanning.
func (f lineFeed) Find(ctx context.Context, s *Schema, ids ...fact.EventID) iter.Seq2[*Batch, error] {
	return f.scan(ctx, s, oneOf(ids))
}

func (f lineFeed) scan(ctx context.Context, s *Schema, wanted func(fact.EventID) bool) iter.Seq2[*Batch, error] {
	return func(yield func(*Batch, error) bool) {
		b := newBatch(s)
		for l, err := range f.open() {
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if l.Kind != "" && l.Kind != s.Kind || !wanted(l.ID) {
				continue
			}
			e, ds := s.read(l)
			if len(ds) > 0 {
				if !yield(nil, ds) {
					return
				}
				continue
			}
			if b.add(e); b.Len() == batchSize {
				if !yield(b, nil) {
					return
				}
				b.reset()
			}
		}
		if b.Len() > 0 {
			yield(b, nil)
		}
	}
}

// read checks a line against the schema.
func (s *Schema) read(l Line) (Event, source.Diagnostics) {
	e := Event{ID: l.ID, Revision: l.Revision, Cells: make([]Cell, len(s.Fields)), At: l.At, schema: s}
	var ds source.Diagnostics
	path := func() source.Span {
		if l.At.IsZero() {
			return source.Span{File: "event=" + clip(string(l.ID))}
		}
		return l.At
	}
	if err := fact.CheckKey(string(l.ID)); err != nil {
		ds = append(ds, source.Errorf("event-id", path(), "id: %v", err))
	}
	for i, f := range s.Fields {
		c, err := f.Cell(l.Fields[f.Name])
		if err != nil {
			ds = append(ds, source.Errorf("event-field", path(), "event %s: %v", clip(string(l.ID)), err))
		}
		e.Cells[i] = c
	}
	for name := range l.Fields { // order: findings are sorted below
		if s.Index(name) < 0 {
			ds = append(ds, source.Errorf("event-field", path(), "event %s: unknown field %q", clip(string(l.ID)), clip(name)).
				WithHint("%s", source.DidYouMean(clip(name), s.Names())))
		}
	}
	return e, ds.Sorted()
}
