package crediting

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/payproof/payproof/crediting/internal/idset"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// maxFindings bounds how many findings of one code are kept; the rest is counted.
const maxFindings = 100

// Load reads all events of the kinds that the schemas describe. Repeats are
// dropped and counted; two contents for one id and revision are an error; of
// several revisions the highest counts. All findings are collected: the error is
// source.Diagnostics, at most 100 of each code, the same whatever the order of the
// lines.
func Load(ctx context.Context, feed Feed, schemas []*Schema) (*Events, error) {
	l := loader{others: map[version]*Event{}, out: &Events{}}
	if u, ok := feed.(interface{ UniqueIDs() bool }); !ok || !u.UniqueIDs() {
		l.out.ids.Store(&idset.Set{})
	}
	return l.load(ctx, feed, schemas)
}

// With is the events with more of them, as if Load had been given all: rows stay where they are, and those of what
// came later stand behind them. What is there is shared, so that a few more cost little.
func (e *Events) With(ctx context.Context, feed Feed, schemas []*Schema) (*Events, error) {
	if e.ids.Load() == nil { // unique, or there are none
		e.ids.Store(idset.Of(e.Rows(), textsOf{e}))
	}
	l := loader{others: map[version]*Event{}, first: e.Rows(), later: true, out: &Events{
		Repeated: e.Repeated, Latest: e.Latest, tables: slices.Clone(e.tables), late: make(map[string]int, len(e.late)+1<<10), withdrawn: maps.Clone(e.withdrawn), revised: maps.Clone(e.revised),
	}}
	l.out.ids.Store(e.ids.Load())
	maps.Copy(l.out.late, e.late)
	return l.load(ctx, feed, schemas)
}

func (l *loader) load(ctx context.Context, feed Feed, schemas []*Schema) (*Events, error) {
	for _, s := range schemas {
		l.begin(s)
		for b, err := range feed.Scan(ctx, s) {
			if err != nil {
				var ds source.Diagnostics
				if !errors.As(err, &ds) {
					return nil, err
				}
				l.found = append(l.found, ds...)
				continue
			}
			if _, ours := feed.(fileFeed); !ours { // which has read each value as the schema says
				if err := b.check(s); err != nil {
					return nil, err
				}
			}
			l.batch(b)
			l.out.Latest = max(l.out.Latest, b.Latest)
		}
		if l.table.rows.Close(); l.later && l.table.Len() == 0 {
			l.out.tables = l.out.tables[:len(l.out.tables)-1]
		}
	}
	l.settle()
	if !l.found.HasErrors() {
		l.link()
	}
	if l.found.HasErrors() {
		return nil, l.found.Sorted().AtMost(maxFindings)
	}
	l.out.close()
	return l.out, nil
}

// begin begins a table.
func (l *loader) begin(s *Schema) {
	l.table = newTable(s, l.out.Rows())
	l.out.tables = append(l.out.tables, l.table)
	l.codes = make([][]uint32, len(s.Fields))
}

// loader keeps each different thing said about an id until all lines are read: what
// is compared with what must not depend on their order.
type loader struct {
	table  *Table
	codes  [][]uint32 // by field, the codes of the table for those of the feed
	take   []int      // of a batch, those that are the first said about their id
	known  []known
	later  bool // there are events already, from which first is the first row behind them
	first  int
	undone []*Event           // withdrawals, whose columns hold nothing
	others map[version]*Event // what differs from the first, which is rare
	out    *Events
	found  source.Diagnostics
}

// known is an event of a batch whose id is known: it stands in that row.
type known struct {
	at  int
	row int
}

// version is one content said about an id.
type version struct {
	id       fact.EventID
	revision uint64
	kind     *Schema
	content  string
}

// batch takes what is new in a batch, as many at a time as the table has room for, and then compares what is not.
func (l *loader) batch(b *Batch) {
	l.known = l.known[:0]
	for from := 0; from < b.Len(); {
		from = l.part(b, from)
	}
	for _, k := range l.known {
		e := b.event(l.table.Schema, k.at)
		l.again(&e, k.row)
	}
}

// part takes events of a batch from one on, column by column, and gives the first that it leaves.
func (l *loader) part(b *Batch, from int) (to int) {
	rows := l.table.rows
	to, l.take = from, l.take[:0]
	for ; to < b.Len() && rows.Room() > 0; to++ {
		event := b.IDs[to]
		if b.withdrawn(to) {
			e := b.event(l.table.Schema, to)
			l.undone = append(l.undone, &e)
			continue
		}
		if row, isNew := l.add(event); !isNew {
			l.known = append(l.known, known{to, row})
			continue
		}
		rows.Add(string(event))
		l.take = append(l.take, to)
	}
	if len(l.take) > 0 {
		l.columns(b)
	}
	return to
}

// add gives an id the next row, if it is new.
func (l *loader) add(id fact.EventID) (row int, isNew bool) {
	switch {
	case l.later:
		if row, known := l.out.row(id); known {
			return row, false
		}
		row = l.out.Rows()
		l.out.late[string(id)] = row
		return row, true
	case l.out.ids.Load() == nil: // unique
		return 0, true
	}
	return l.out.ids.Load().Add(string(id), textsOf{l.out})
}

// columns appends the columns of the events to take.
func (l *loader) columns(b *Batch) {
	t := l.table
	for k := range t.Schema.Fields {
		l.column(k, &b.Columns[k])
	}
	revisions := t.rows.Ints(len(t.Schema.Fields))
	for i, at := range l.take {
		if revisions[i] = 0; b.Revisions != nil {
			revisions[i] = int64(b.Revisions[at])
		}
	}
	if b.Lines != nil {
		t.places.AddLines(b.File, func(i int) int { return int(b.Lines[l.take[i]]) })
	} else {
		t.places.Add(func(i int) source.Span { return b.Place(l.take[i]) })
	}
	t.rows.Done()
}

// column appends one column to what stood there before.
func (l *loader) column(k int, from *Column) {
	f, to, take := &l.table.Schema.Fields[k], l.table.rows.Ints(k), l.take
	whole := take[len(take)-1]-take[0] == len(take)-1 // nothing between them is left out
	has := from.Has
	if has != nil {
		for i, at := range take {
			if !has[at] {
				l.table.rows.Absent(k)[i] = true
			}
		}
	}
	translate := &l.codes[k]
	for from.Codes != nil && f.isText() && len(*translate) < len(from.Dictionary) {
		*translate = append(*translate, l.table.code(k, from.Dictionary[len(*translate)]))
	}
	switch {
	case !f.isText() && whole:
		copy(to, from.Ints[take[0]:])
	case !f.isText():
		for i, at := range take {
			to[i] = from.Ints[at]
		}
	case from.Codes != nil && has == nil:
		for i, at := range take {
			to[i] = int64((*translate)[from.Codes[at]])
		}
	default:
		for i, at := range take {
			switch to[i] = 0; {
			case has != nil && !has[at]:
			case from.Codes != nil:
				to[i] = int64((*translate)[from.Codes[at]])
			default:
				to[i] = int64(l.table.code(k, from.Texts[at]))
			}
		}
	}
}

// again takes a line about an id that is known.
func (l *loader) again(e *Event, row int) {
	known := l.out.Event(row)
	if known.schema != e.schema || known.Revision != e.Revision || !known.same(e) {
		l.differs(e)
		return
	}
	l.out.Repeated++
	if e.At.Compare(known.At) < 0 {
		t, i := l.out.where(row)
		t.places.Set(i, e.At)
	}
}

// row is that of an id, or -1.
func (l *loader) row(id fact.EventID) int {
	if row, ok := l.out.row(id); ok {
		return row
	}
	return -1
}

// settle leaves the highest revision of each id, and reports what contradicts.
func (l *loader) settle() {
	for _, e := range l.undone {
		l.differs(e)
	}
	var revised []*Event
	replaced := map[*Table]map[int]*Event{}
	histories := map[fact.EventID][]*Event{}
	for v, e := range l.others { // order: each history is sorted below
		histories[v.id] = append(histories[v.id], e)
	}
	for id, history := range histories { // order: findings are sorted by Load
		row := l.row(id)
		if row >= 0 {
			history = append(l.unsaid(history, l.out.withdrawn[row]), l.out.Event(row))
		} else if len(history) == 1 {
			l.fail(history[0], "withdrawal-unknown", "load the line that is withdrawn as well, with a lower number in the column revision, or leave both out", "it is withdrawn, and nobody entered it")
			continue
		}
		slices.SortFunc(history, func(a, b *Event) int {
			return cmp.Or(cmp.Compare(a.Revision, b.Revision), a.At.Compare(b.At),
				strings.Compare(a.schema.Kind, b.schema.Kind), strings.Compare(a.content(), b.content()))
		})
		last := l.revise(history)
		switch {
		case row < 0:
		case last.Withdrawn:
			if l.out.withdrawn == nil {
				l.out.withdrawn = map[int]*Event{}
			}
			l.out.withdrawn[row] = last
		case l.later && row < l.first:
			revised = append(revised, last)
		default:
			delete(l.out.withdrawn, row)
			if t, i := l.out.where(row); t.Schema == last.schema {
				if replaced[t] == nil {
					replaced[t] = map[int]*Event{}
				}
				replaced[t][i] = last
			}
		}
	}
	for t, events := range replaced { // order: each is another table
		t.replace(events)
	}
	l.replace(revised)
}

// unsaid is a history with the withdrawal that is known already, once.
func (l *loader) unsaid(history []*Event, known *Event) []*Event {
	if known == nil {
		return history
	}
	history = slices.DeleteFunc(history, func(e *Event) bool {
		again := e.Withdrawn && e.Revision == known.Revision && e.schema == known.schema
		if again {
			l.out.Repeated++
		}
		return again
	})
	return append(history, known)
}

// replace lets events stand in the place of what was known of them before, in rows of their own.
func (l *loader) replace(revised []*Event) {
	slices.SortFunc(revised, func(a, b *Event) int {
		return cmp.Or(strings.Compare(a.schema.Kind, b.schema.Kind), strings.Compare(string(a.ID), string(b.ID)))
	})
	l.table = nil
	for _, e := range revised {
		row := l.row(e.ID)
		if t, _ := l.out.where(row); t.Schema != e.schema { // a conflict, which is reported
			continue
		}
		if l.table == nil || l.table.Schema != e.schema {
			if l.table != nil {
				l.table.rows.Close()
			}
			l.begin(e.schema)
		}
		if l.out.revised == nil {
			l.out.revised = map[int]bool{}
		}
		l.out.revised[row], l.out.late[string(e.ID)] = true, l.out.Rows()
		delete(l.out.withdrawn, row)
		b := newBatch(e.schema)
		b.add(*e)
		l.table.rows.Add(string(e.ID))
		l.take = append(l.take[:0], 0)
		l.columns(b)
	}
	if l.table != nil {
		l.table.rows.Close()
	}
}

// revise is the last of a history, which is sorted.
func (l *loader) revise(history []*Event) *Event {
	first := history[0] // of its revision
	if first.Withdrawn {
		l.fail(first, "withdrawal-revision", fmt.Sprintf("give the withdrawal a number above %d in the column revision", history[len(history)-1].Revision),
			"it is withdrawn by revision %d, and no line has a lower one", first.Revision)
	}
	for _, e := range history[1:] {
		switch {
		case e.schema != history[0].schema:
			l.conflict(history[0], e, "give one of them another id", "id %s is a %s here and a %s there", e.ID, e.schema.Kind, history[0].schema.Kind)
		case e.Revision == first.Revision && e.Withdrawn != first.Withdrawn:
			l.conflict(first, e, "give the withdrawal a higher number in the column revision", "id %s is withdrawn by revision %d, which it has already", e.ID, e.Revision)
			l.found[len(l.found)-1].Code = "withdrawal-revision"
		case e.Revision == first.Revision:
			l.conflict(first, e, "a correction has a higher number in the column revision", "id %s comes twice with different content", e.ID)
		default:
			first = e
		}
	}
	return first
}

// link finds what reversals take back, and reports those that can't.
func (l *loader) link() {
	of := map[*Event][]*Event{}
	var found []*Event
	for _, row := range l.out.takers() {
		e := l.out.keep(row)
		row = l.row(e.names())
		if row < 0 {
			l.fail(e, "reversal-unknown", "correct the id, load the event, or leave the field empty where nothing is reversed", "it reverses the event %s, which nobody entered", clip(string(e.names())))
			continue
		}
		o := l.out.withdrawn[row]
		if o == nil {
			o = l.out.keep(row)
		}
		if !l.reversible(e, o) {
			continue
		}
		if of[o] == nil {
			found = append(found, o)
		}
		of[o] = append(of[o], e)
	}
	for _, o := range found {
		l.takeBack(o, of[o])
	}
}
