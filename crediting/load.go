package crediting

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

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
	u, ok := feed.(interface{ UniqueIDs() bool })
	l.out.unique = ok && u.UniqueIDs()
	for _, s := range schemas {
		l.table = newTable(s, l.out.Len())
		l.out.tables = append(l.out.tables, l.table)
		l.codes = make([]translation, len(s.Fields))
		for b, err := range feed.Scan(ctx, s) {
			if err != nil {
				var ds source.Diagnostics
				if !errors.As(err, &ds) {
					return nil, err
				}
				l.found = append(l.found, ds...)
				continue
			}
			if err := b.check(s); err != nil {
				return nil, err
			}
			l.batch(b)
		}
	}
	l.settle()
	if l.found.HasErrors() {
		return nil, l.found.Sorted().AtMost(maxFindings)
	}
	l.out.close()
	return l.out, nil
}

// loader keeps each different thing said about an id until all lines are read: what
// is compared with what must not depend on their order.
type loader struct {
	table  *Table
	codes  []translation // by field
	take   []int         // of a batch, those that are the first said about their id
	known  []known
	others map[version]*Event // what differs from the first, which is rare
	out    *Events
	found  source.Diagnostics
}

// translation translates those of a feed into those of a table.
type translation struct {
	of []uint32
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

// batch takes what is new in a batch, column by column, and then compares what is not.
func (l *loader) batch(b *Batch) {
	t, n := l.table, b.Len()
	l.known = l.known[:0]
	whole := true
	if l.out.unique {
		t.IDs = append(t.IDs, b.IDs...)
	} else {
		l.take = l.take[:0]
		for i, event := range b.IDs {
			row, isNew := l.out.ids.Add(string(event), l.out.id)
			if !isNew {
				l.known = append(l.known, known{i, row})
				continue
			}
			t.IDs = append(t.IDs, event)
			l.take = append(l.take, i)
		}
		whole = len(l.take) == n
	}
	l.columns(b, whole)
	for _, k := range l.known {
		e := b.event(t.Schema, k.at)
		l.again(&e, k.row)
	}
}

// columns appends the columns of the events to take: all of them, where the batch is taken whole.
func (l *loader) columns(b *Batch, whole bool) {
	t := l.table
	before := len(t.Columns[t.Schema.Incentive].Ints)
	if b.Revisions != nil && (t.Revisions != nil || slices.ContainsFunc(b.Revisions, func(r uint64) bool { return r != 0 })) {
		for len(t.Revisions) < before {
			t.Revisions = append(t.Revisions, 0)
		}
		t.Revisions = take(t.Revisions, b.Revisions, l.take, whole)
	} else if t.Revisions != nil {
		t.Revisions = append(t.Revisions, make([]uint64, len(t.IDs)-before)...)
	}
	for k := range t.Columns {
		l.column(k, &b.Columns[k], before, whole)
	}
	if b.Places == nil {
		return
	}
	for i, row := 0, before; row < len(t.IDs); i, row = i+1, row+1 {
		at := i
		if !whole {
			at = l.take[i]
		}
		t.setPlace(row, b.Places[at])
	}
}

// column appends one column to what stood there before.
func (l *loader) column(k int, from *Column, before int, whole bool) {
	v, f, now := &l.table.Columns[k], &l.table.Schema.Fields[k], len(l.table.IDs)
	if from.Has != nil && (v.Has != nil || slices.Contains(from.Has, false)) {
		if v.Has == nil {
			v.Has = all(before)
		}
		v.Has = take(v.Has, from.Has, l.take, whole)
	} else if v.Has != nil {
		v.Has = append(v.Has, all(now-before)...)
	}
	has := func(row int) bool { return v.Has == nil || v.Has[row] }
	if !f.isText() && f.Type != Enum {
		v.Ints = take(v.Ints, from.Ints, l.take, whole)
		if v.Has != nil {
			for row := before; row < now; row++ {
				if !v.Has[row] { // whatever the feed has there
					v.Ints[row] = 0
				}
			}
		}
		return
	}
	translate := &l.codes[k]
	if from.Codes != nil {
		for len(translate.of) < len(from.Dictionary) {
			translate.of = append(translate.of, l.table.code(k, from.Dictionary[len(translate.of)]))
		}
	}
	for i, row := 0, before; row < now; i, row = i+1, row+1 {
		at, code := i, uint32(0)
		if !whole {
			at = l.take[i]
		}
		switch {
		case !has(row):
		case f.Type == Enum:
			code = uint32(from.Ints[at])
		case from.Codes != nil:
			code = translate.of[from.Codes[at]]
		default:
			code = l.table.code(k, from.Texts[at])
		}
		v.Codes = append(v.Codes, code)
	}
}

// take appends some of what a batch has, or all.
func take[T any](to, from []T, some []int, whole bool) []T {
	if whole {
		return append(to, from...)
	}
	for _, i := range some {
		to = append(to, from[i])
	}
	return to
}

// again takes a line about an id that is known.
func (l *loader) again(e *Event, row int) {
	known := l.out.Event(row)
	if known.schema != e.schema || known.Revision != e.Revision || !known.same(e) {
		v := version{e.ID, e.Revision, e.schema, e.content()}
		other, ok := l.others[v]
		if !ok {
			l.others[v] = e
			return
		}
		l.out.Repeated++
		if e.At.Compare(other.At) < 0 {
			other.At = e.At
		}
		return
	}
	l.out.Repeated++
	if e.At.Compare(known.At) < 0 {
		t, i := l.out.where(row)
		t.setPlace(i, e.At)
	}
}

// settle leaves the highest revision of each id, and reports what contradicts.
func (l *loader) settle() {
	histories := map[fact.EventID][]*Event{}
	for v, e := range l.others { // order: each history is sorted below
		histories[v.id] = append(histories[v.id], e)
	}
	for id, history := range histories { // order: findings are sorted by Load
		row, _ := l.out.ids.Find(string(id), l.out.id)
		history = append(history, l.out.Event(row))
		slices.SortFunc(history, func(a, b *Event) int {
			return cmp.Or(cmp.Compare(a.Revision, b.Revision), a.At.Compare(b.At),
				strings.Compare(a.schema.Kind, b.schema.Kind), strings.Compare(a.content(), b.content()))
		})
		first := history[0] // of its revision
		for _, e := range history[1:] {
			switch {
			case e.schema != history[0].schema:
				l.conflict(history[0], e, "give one of them another id", "id %s is a %s here and a %s there", id, e.schema.Kind, history[0].schema.Kind)
			case e.Revision == first.Revision:
				l.conflict(first, e, "a correction has a higher number in the column revision", "id %s comes twice with different content", id)
			default:
				first = e
			}
		}
		if t, i := l.out.where(row); t.Schema == first.schema {
			t.set(i, first)
		}
	}
}

func (l *loader) conflict(known, e *Event, hint, format string, args ...any) {
	at := e.At
	if at.IsZero() {
		at.File = "event=" + string(e.ID)
	}
	l.found = append(l.found, source.Errorf("event-conflict", at, format, args...).
		WithNote(known.At, "the other line").WithHint("%s", hint))
}

// same reports whether two lines say the same.
func (e *Event) same(o *Event) bool {
	for i, c := range e.Cells {
		if c != o.Cells[i] {
			return false
		}
	}
	return true
}

// content is what the cells say, as a key for comparing.
func (e *Event) content() string {
	var b strings.Builder
	for _, c := range e.Cells {
		fmt.Fprintf(&b, "%t %d %q ", c.Has, c.Int, c.Text)
	}
	return b.String()
}
