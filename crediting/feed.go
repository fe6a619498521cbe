package crediting

import (
	"context"
	"iter"

	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// Feed yields events, and can be read again: explaining and restating re-read
// it. An embedder backs it by its own database. It never grows a method: a new
// ability is a new optional interface.
type Feed interface {
	// Scan yields every event of the schema's kind, in any order and batching. A
	// batch is valid until the next is asked for.
	Scan(ctx context.Context, s *Schema) iter.Seq2[*Batch, error]
	// Find yields the events of the schema's kind with these ids.
	Find(ctx context.Context, s *Schema, ids ...fact.EventID) iter.Seq2[*Batch, error]
}

// Batch is a block of events in columns, in the order of the schema's fields.
// Every column has as many entries as IDs.
type Batch struct {
	IDs       []fact.EventID
	Revisions []uint64 // nil is all zero
	Columns   []Column
	Places    []source.Span // where each event stands; nil is nowhere
}

// Column holds one field. Ints are coefficients at the field's scale, day numbers,
// or numbers of enum members; Texts are keys. Has is nil when no value is missing.
type Column struct {
	Ints  []int64
	Texts []string
	Has   []bool
}

// newBatch is an empty batch for the schema.
func newBatch(s *Schema) *Batch { return &Batch{Columns: make([]Column, len(s.Fields))} }

// Len is the number of events.
func (b *Batch) Len() int { return len(b.IDs) }

func (b *Batch) reset() {
	b.IDs, b.Revisions, b.Places = b.IDs[:0], b.Revisions[:0], b.Places[:0]
	for i := range b.Columns {
		c := &b.Columns[i]
		c.Ints, c.Texts, c.Has = c.Ints[:0], c.Texts[:0], c.Has[:0]
	}
}

func (b *Batch) add(e Event) {
	b.IDs, b.Revisions, b.Places = append(b.IDs, e.ID), append(b.Revisions, e.Revision), append(b.Places, e.At)
	for i, c := range e.Cells {
		col := &b.Columns[i]
		col.Ints, col.Texts, col.Has = append(col.Ints, c.Int), append(col.Texts, c.Text), append(col.Has, c.Has)
	}
}

// event is the i-th event of the batch.
func (b *Batch) event(s *Schema, i int) Event {
	e := Event{ID: b.IDs[i], Cells: make([]Cell, len(s.Fields)), schema: s}
	if b.Revisions != nil {
		e.Revision = b.Revisions[i]
	}
	if b.Places != nil {
		e.At = b.Places[i]
	}
	for k := range s.Fields {
		col := b.Columns[k]
		c := Cell{Has: col.Has == nil || col.Has[i]}
		if c.Has && col.Ints != nil {
			c.Int = col.Ints[i]
		}
		if c.Has && col.Texts != nil {
			c.Text = col.Texts[i]
		}
		if s.Fields[k].Type == Enum && c.Has && c.Int >= 0 && int(c.Int) < len(s.Fields[k].Enum) {
			c.Text = s.Fields[k].Enum[c.Int]
		}
		e.Cells[k] = c
	}
	return e
}
