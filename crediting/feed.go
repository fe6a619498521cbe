package crediting

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting/internal/columns"
	"github.com/payproof/payproof/crediting/internal/packed"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// Feed yields events, and can be read again: explaining and restating re-read
// it. An embedder backs it by its own database. It never grows a method: a new
// ability is a new optional interface.
//
// A feed that has a method UniqueIDs() bool, and says true, declares that no id comes twice, of whatever kind.
// Nothing is then kept to find repeats, which saves time and memory; an id that comes twice all the same is
// credited twice.
//
// One that has a method Apart() bool, and says true, may be read while other facts are, by another goroutine: it does
// not share a connection or a transaction with them.
//
// One that has a method AsOf(fact.Revision) Feed gives with it a feed without what became known later.
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
	Lines     []int32       // in place of Places: where each event stands in File, from 1
	File      string        // of Lines
	Withdrawn []bool        // entered in error, whatever the columns hold; nil is none
	Latest    fact.Revision // the highest at which one of them became known

	of   *blocks       // of a file: who reads it
	room *columns.Rows // and what holds it, when it was handed over
}

// Column holds one field. Ints are coefficients at the field's scale, day numbers,
// or numbers of enum members; Texts are keys. Has is nil when no value is missing.
type Column struct {
	Ints  []int64
	Texts []string
	Has   []bool
	// Codes number texts of Dictionary, for a feed that has one in place of Texts. The code
	// of a missing value means nothing.
	Codes      []uint32
	Dictionary []string // by code; a later batch of the same scan may have more behind them, never others
}

// check tells an embedder that a batch does not have the form of the schema.
func (b *Batch) check(s *Schema) error {
	if b == nil {
		return fmt.Errorf("feed of %s: a batch is nil; yield a batch or an error", s.Kind)
	}
	n := b.Len()
	fits := func(length int, absent bool) bool { return absent || length == n }
	if len(b.Columns) != len(s.Fields) || !fits(len(b.Revisions), b.Revisions == nil) || !fits(len(b.Places), b.Places == nil) || !fits(len(b.Lines), b.Lines == nil) || !fits(len(b.Withdrawn), b.Withdrawn == nil) {
		return fmt.Errorf("feed of %s: a batch of %d events has %d columns, %d revisions, %d places, %d lines and %d withdrawals; yield a column for each of the %d fields and a value for each event",
			s.Kind, n, len(b.Columns), len(b.Revisions), len(b.Places), len(b.Lines), len(b.Withdrawn), len(s.Fields))
	}
	for i := range b.Columns {
		if err := b.checkColumn(s, i); err != nil {
			return err
		}
	}
	return nil
}

// checkColumn is check of a field.
func (b *Batch) checkColumn(s *Schema, i int) error {
	c, f, n := &b.Columns[i], &s.Fields[i], b.Len()
	fits := func(length int, absent bool) bool { return absent || length == n }
	text := f.isText()
	coded := text && c.Codes != nil
	switch {
	case coded && c.Texts != nil:
		return fmt.Errorf("feed of %s: the column %s has texts and codes; yield one of them", s.Kind, f.Name)
	case !fits(len(c.Ints), c.Ints == nil && text), !fits(len(c.Texts), c.Texts == nil && (!text || coded)),
		!fits(len(c.Codes), !coded), !fits(len(c.Has), c.Has == nil):
		return fmt.Errorf("feed of %s: the column %s has not one value for each of %d events", s.Kind, f.Name, n)
	case f.Type == Enum || coded || i == s.Incentive && c.Has != nil:
		for k := range n {
			if b.withdrawn(k) {
				continue
			}
			there := c.Has == nil || c.Has[k]
			switch {
			case !there && i == s.Incentive:
				return fmt.Errorf("feed of %s: event=%s has no incentive date; fill in %s", s.Kind, b.IDs[k], f.Name)
			case !there:
			case f.Type == Enum && (c.Ints[k] < 0 || c.Ints[k] >= int64(len(f.Enum))):
				return fmt.Errorf("feed of %s: event=%s: %s is member %d of an enum of %d", s.Kind, b.IDs[k], f.Name, c.Ints[k], len(f.Enum))
			case coded && int64(c.Codes[k]) >= int64(len(c.Dictionary)):
				return fmt.Errorf("feed of %s: event=%s: %s is text %d of a dictionary of %d", s.Kind, b.IDs[k], f.Name, c.Codes[k], len(c.Dictionary))
			}
		}
	}
	return nil
}

// newBatch is an empty batch for the schema.
func newBatch(s *Schema) *Batch { return &Batch{Columns: make([]Column, len(s.Fields))} }

// Len is the number of events.
func (b *Batch) Len() int { return len(b.IDs) }

// withdrawn reports whether the i-th event is a withdrawal.
func (b *Batch) withdrawn(i int) bool { return b.Withdrawn != nil && b.Withdrawn[i] }

// Place is where the i-th event stands.
func (b *Batch) Place(i int) source.Span {
	switch {
	case b.Places != nil:
		return b.Places[i]
	case b.Lines != nil:
		return packed.Line(b.File, int(b.Lines[i]))
	}
	return source.Span{}
}

func (b *Batch) reset() {
	b.IDs, b.Revisions, b.Places, b.Withdrawn = b.IDs[:0], b.Revisions[:0], b.Places[:0], b.Withdrawn[:0]
	for i := range b.Columns {
		c := &b.Columns[i]
		c.Ints, c.Texts, c.Has = c.Ints[:0], c.Texts[:0], c.Has[:0]
	}
}

func (b *Batch) add(e Event) {
	b.IDs, b.Revisions, b.Places = append(b.IDs, e.ID), append(b.Revisions, e.Revision), append(b.Places, e.At)
	b.Withdrawn = append(b.Withdrawn, e.Withdrawn)
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
	e.At = b.Place(i)
	if e.Withdrawn = b.withdrawn(i); e.Withdrawn {
		return e
	}
	for k := range s.Fields {
		col := b.Columns[k]
		c := Cell{Has: col.Has == nil || col.Has[i]}
		if c.Has && col.Ints != nil {
			c.Int = col.Ints[i]
		}
		switch {
		case c.Has && col.Texts != nil:
			c.Text = col.Texts[i]
		case c.Has && col.Codes != nil:
			c.Text = col.Dictionary[col.Codes[i]]
		}
		if s.Fields[k].Type == Enum && c.Has && c.Int >= 0 && int(c.Int) < len(s.Fields[k].Enum) {
			c.Text = s.Fields[k].Enum[c.Int]
		}
		e.Cells[k] = c
	}
	return e
}

// Line is an event as an embedder has it: texts by field name, written as in a
// CSV file ("2026-03-31", "1234.50"). Kind is the kind of event; empty is the
// only one of the plan. At may say where it comes from.
type Line struct {
	Kind     string
	ID       fact.EventID      // unique among all events
	Revision uint64            // a correction has a higher one
	Fields   map[string]string // text by field name; an absent field is empty
	// Withdrawn says that the event was entered in error: its fields are not read, and its revision is
	// higher than that of the line it withdraws.
	Withdrawn bool
	// Known is when it became known; zero is from the outset.
	Known fact.Revision
	At    source.Span
}

// FromLines is a feed over lines that open yields anew for each reading, such as
// the rows of a query.
func FromLines(open func() iter.Seq2[Line, error]) Feed { return lineFeed{open: open} }

type lineFeed struct {
	open func() iter.Seq2[Line, error]
	asOf fact.Revision
}

// AsOf is the feed without what became known later.
func (f lineFeed) AsOf(r fact.Revision) Feed {
	f.asOf = r
	return f
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
			if l.Kind != "" && l.Kind != s.Kind || !f.asOf.Sees(l.Known) || !wanted(l.ID) {
				continue
			}
			e, ds := s.read(l)
			if len(ds) > 0 {
				if !yield(nil, ds) {
					return
				}
				continue
			}
			b.Latest = max(b.Latest, l.Known)
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

// oneOf tells whether an id is wanted.
func oneOf(ids []fact.EventID) func(fact.EventID) bool {
	wanted := make(map[fact.EventID]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	return func(id fact.EventID) bool { return wanted[id] }
}

// Cell is one value of an event. Int is a coefficient at the field's scale, a day
// number, or the number of an enum's member; Text is a key, or the enum's member.
type Cell struct {
	Int  int64
	Text string
	Has  bool // false: the event has no value here
}

// Event is one line of something compensable that happened, checked against its
// schema. Cells are in the order of the schema's fields. At says where it was
// read; it never reaches a result.
type Event struct {
	ID       fact.EventID // unique among all events
	Revision uint64       // a correction has a higher one
	// Withdrawn says that it was entered in error: it is as if it had never been, and has no cells.
	Withdrawn bool
	Cells     []Cell
	At        source.Span
	schema    *Schema
	reversed  bool      // others take it back
	reversal  *Reversal // what it takes back, once that is known
}

// Schema is the kind of event this is.
func (e *Event) Schema() *Schema { return e.schema }

// field is a value of the event as the index of rules reads it.
func (e *Event) field(i int) (number int64, text string, has bool) {
	c := &e.Cells[i]
	return c.Int, c.Text, c.Has
}

// Date is the incentive date: it selects period, rules, owners and rates.
func (e *Event) Date() calendar.Date {
	return calendar.FromOrdinal(int32(e.Cells[e.schema.Incentive].Int))
}

// Show is a cell as text in canonical form, empty where the event has none.
func (e *Event) Show(i int) string {
	c, f := e.Cells[i], e.schema.Fields[i]
	switch {
	case !c.Has:
		return ""
	case f.Type == Date:
		return calendar.FromOrdinal(int32(c.Int)).String()
	case f.isText(), f.Type == Enum:
		return c.Text
	}
	return fact.DecimalText(decimal.New(c.Int, -int32(f.Scale)))
}

// same reports whether two lines say the same.
func (e *Event) same(o *Event) bool {
	if e.Withdrawn || o.Withdrawn {
		return e.Withdrawn == o.Withdrawn
	}
	for i, c := range e.Cells {
		if c != o.Cells[i] {
			return false
		}
	}
	return true
}

// content is what the cells say, as a key for comparing.
func (e *Event) content() string {
	if e.Withdrawn {
		return "withdrawn"
	}
	var b strings.Builder
	for _, c := range e.Cells {
		fmt.Fprintf(&b, "%t %d %q ", c.Has, c.Int, c.Text)
	}
	return b.String()
}

// Scan gives the events once more: a batch of a kind is of those that were not withdrawn and of the highest revision
// of each, then come the withdrawals.
func (e *Events) Scan(ctx context.Context, s *Schema) iter.Seq2[*Batch, error] {
	return func(yield func(*Batch, error) bool) {
		for _, t := range e.tables {
			for from := 0; t.Schema == s && from < t.Len(); from += batchSize {
				if err := ctx.Err(); err != nil || !yield(t.batch(from, min(from+batchSize, t.Len())), nil) {
					return
				}
			}
		}
		b := newBatch(s)
		for _, w := range e.withdrawn { // order: a set
			if w.schema == s {
				b.add(Event{ID: w.ID, Revision: w.Revision, Withdrawn: true, Cells: make([]Cell, len(s.Fields)), At: w.At})
			}
		}
		if b.Len() > 0 {
			yield(b, nil)
		}
	}
}

// batch is some events of the table.
func (t *Table) batch(from, to int) *Batch {
	b := newBatch(t.Schema)
	for i := from; i < to; i++ {
		b.IDs, b.Places = append(b.IDs, t.ID(i)), append(b.Places, t.places.At(i))
		b.Revisions = append(b.Revisions, t.revision(i))
	}
	for k := range b.Columns {
		c := &b.Columns[k]
		t.Read(k, from, to, c)
		if t.Schema.Fields[k].Type == Enum {
			for _, code := range c.Codes {
				c.Ints = append(c.Ints, int64(code))
			}
			c.Codes, c.Dictionary = nil, nil
		}
	}
	return b
}

// Corrected is how many events stand in other rows than at first.
func (e *Events) Corrected() int { return len(e.revised) }
