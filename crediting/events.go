package crediting

import (
	"cmp"
	"iter"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/payproof/payproof/crediting/internal/declared"
	"github.com/payproof/payproof/crediting/internal/idset"
	"github.com/payproof/payproof/crediting/internal/packed"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// Events are the events of a feed, each once, in columns. They are immutable and safe for concurrent use.
// The zero value has none.
type Events struct {
	Repeated int // lines that said again what was known
	tables   []*Table
	ids      atomic.Pointer[idset.Set] // of the rows that were loaded first; nil where nobody has asked for unique ones
	late     map[string]int            // the rows of events that came later, and of those that were corrected later
	declared func() []int              // made when it is asked for
	days     func() calendar.Range
	// By row: the lines that withdrew events, and the events that take others back, or are taken back.
	withdrawn, linked map[int]*Event
	revised           map[int]bool // rows in whose place others stand, since they were corrected later
	reversals         []*Event     // in the order of what they take
}

// Table is the events of one kind, in columns. Nobody may change it. A row is the place of an event among all
// that were loaded, in the order in which they came.
type Table struct {
	Schema *Schema      // of the kind
	First  int          // the row of the first event
	rows   *packed.Rows // the fields of the schema, then revisions, then two of places
	places *packed.Places
	texts  [][]string // by field, those of its codes: of texts, and of enums
	index  []map[string]uint32
}

// Len is the number of events.
func (t *Table) Len() int { return t.rows.Len() }

// ID is that of the i-th event.
func (t *Table) ID(i int) fact.EventID { return fact.EventID(t.rows.ID(i)) }

// Misses reports whether an event of the table has no value of a field.
func (t *Table) Misses(field int) bool { return t.rows.Misses(field) }

// Dictionary is the texts of a field by their codes: of texts, and of the members of enums.
func (t *Table) Dictionary(field int) []string { return t.texts[field] }

// Read reads a field of the events from one place in the table up to before another: numbers, or the codes of texts
// and of members. The room of the column is used again.
func (t *Table) Read(field, from, to int, into *Column) {
	f, n := &t.Schema.Fields[field], to-from
	if f.isText() || f.Type == Enum {
		into.Codes, into.Dictionary = slices.Grow(into.Codes[:0], n)[:n], t.texts[field]
		packed.Read(t.rows, field, from, into.Codes)
	} else {
		into.Ints = slices.Grow(into.Ints[:0], n)[:n]
		packed.Read(t.rows, field, from, into.Ints)
	}
	if into.Has = into.Has[:0]; t.Misses(field) {
		into.Has = slices.Grow(into.Has, n)[:n]
	}
	if !t.rows.Has(field, from, into.Has) {
		into.Has = nil
	}
}

// day is the incentive date of the i-th event.
func (t *Table) day(i int) calendar.Date {
	day, _ := t.rows.Value(t.Schema.Incentive, i)
	return calendar.FromOrdinal(int32(day))
}

// isText reports whether values are kept by their codes.
func (f *Field) isText() bool { return f.Type == Key || f.Type == Payee || f.Type == PayeeList }

func newTable(s *Schema, first int) *Table {
	n := len(s.Fields)
	rows := packed.New(n + 3)
	t := &Table{Schema: s, First: first, rows: rows, places: packed.NewPlaces(rows, n+1, n+2), texts: make([][]string, n), index: make([]map[string]uint32, n)}
	for i, f := range s.Fields {
		if f.Type == Enum {
			t.texts[i] = f.Enum
		}
	}
	return t
}

// revision is that of the i-th event.
func (t *Table) revision(i int) uint64 {
	revision, _ := t.rows.Value(len(t.Schema.Fields), i)
	return uint64(revision)
}

// cell is a value of the i-th event.
func (t *Table) cell(field, i int) (c Cell) {
	c.Int, c.Has = t.rows.Value(field, i)
	if f := &t.Schema.Fields[field]; c.Has && (f.isText() || f.Type == Enum) {
		if c.Text = t.texts[field][c.Int]; f.Type != Enum {
			c.Int = 0
		}
	}
	return c
}

// Event is the i-th event of the table.
func (t *Table) Event(i int) *Event {
	e := &Event{ID: t.ID(i), Revision: t.revision(i), Cells: make([]Cell, len(t.Schema.Fields)), At: t.places.At(i), schema: t.Schema}
	for k := range e.Cells {
		e.Cells[k] = t.cell(k, i)
	}
	return e
}

// replace replaces events by others of their kind, by their places in the table.
func (t *Table) replace(events map[int]*Event) {
	var all []packed.Set
	for i, e := range events { // order: each is another row
		n := len(e.Cells)
		s := packed.Set{Row: i, Ints: make([]int64, n+3), Absent: make([]bool, n+3)}
		for k, c := range e.Cells {
			s.Ints[k], s.Absent[k] = c.Int, !c.Has
			if c.Has && t.Schema.Fields[k].isText() {
				s.Ints[k] = int64(t.code(k, c.Text))
			}
		}
		s.Ints[n] = int64(e.Revision)
		all = append(all, s)
		t.places.Set(i, e.At)
	}
	t.rows.Replace(all)
}

// code is that of a text of a field, which is kept if it is new.
func (t *Table) code(field int, text string) uint32 {
	if t.index[field] == nil {
		t.index[field] = map[string]uint32{}
	}
	code, ok := t.index[field][text]
	if !ok {
		code = uint32(len(t.texts[field]))
		t.texts[field], t.index[field][text] = append(t.texts[field], text), code
	}
	return code
}

// Code is that of a text or of an enum's member in a field; ok is false for one that no event has.
func (t *Table) Code(field int, text string) (code uint32, ok bool) {
	if t.Schema.Fields[field].Type == Enum {
		i := slices.Index(t.texts[field], text)
		return uint32(i), i >= 0
	}
	code, ok = t.index[field][text]
	return code, ok
}

// Tables are the events by their kind, in the order of the schemas.
func (e *Events) Tables() []*Table { return e.tables }

// Len is the number of events, without those that were withdrawn.
func (e *Events) Len() int { return e.Rows() - len(e.withdrawn) - len(e.revised) }

// gone reports whether a row is no event any more.
func (e *Events) gone(row int) bool { return e.withdrawn[row] != nil || e.revised[row] }

// Rows is the number of rows; that of an event which was withdrawn is one of them.
func (e *Events) Rows() int {
	if len(e.tables) == 0 {
		return 0
	}
	last := e.tables[len(e.tables)-1]
	return last.First + last.Len()
}

// Plain reports whether a row is an event that was not withdrawn, takes nothing back and is not taken back; is says
// whether it is an event at all.
func (e *Events) Plain(row int) (plain, is bool) {
	if len(e.withdrawn) == 0 && len(e.linked) == 0 && len(e.revised) == 0 {
		return true, true
	}
	return e.linked[row] == nil, !e.gone(row)
}

// keep makes the event of a row once and for all.
func (e *Events) keep(row int) *Event {
	if e.linked == nil {
		e.linked = map[int]*Event{}
	}
	e.linked[row] = e.Event(row) // which is what is there already, if something is
	return e.linked[row]
}

// takes reports whether the i-th event names one that it takes back.
func (t *Table) takes(i int) bool {
	if t.Schema.Reversal == "" {
		return false
	}
	return t.cell(t.Schema.Index(t.Schema.Reversal), i).Text != ""
}

// where is the table of a row, and the place in it.
func (e *Events) where(r int) (t *Table, i int) {
	for k := len(e.tables) - 1; ; k-- {
		if t = e.tables[k]; r >= t.First {
			return t, r - t.First
		}
	}
}

// Event makes the event of a row.
func (e *Events) Event(r int) *Event {
	if known := e.linked[r]; known != nil {
		return known
	}
	t, i := e.where(r)
	return t.Event(i)
}

// Date is the incentive date of a row.
func (e *Events) Date(r int) calendar.Date {
	t, i := e.where(r)
	return t.day(i)
}

// id is that of a row.
func (e *Events) id(r int) string {
	t, i := e.where(r)
	return t.rows.ID(i)
}

// Declared are all rows in declared order: incentive date, then id.
func (e *Events) Declared() []int {
	if e.declared == nil {
		return nil
	}
	return e.declared()
}

// All are the events in declared order, each made when it is asked for.
func (e *Events) All() iter.Seq[*Event] {
	return func(yield func(*Event) bool) {
		for _, r := range e.Declared() {
			if !yield(e.Event(r)) {
				return
			}
		}
	}
}

// close ends loading.
func (e *Events) close() {
	e.declared, e.days = sync.OnceValue(e.sort), sync.OnceValue(e.span)
}

// sort finds the declared order.
func (e *Events) sort() []int {
	all, ordered := make([]declared.Row, 0, e.Len()), false
	for _, t := range e.tables {
		ordered = ordered || len(t.Schema.Order) > 0
		for i, day := range t.rows.All(t.Schema.Incentive) {
			if !e.gone(t.First + i) {
				all = append(all, declared.Row{Day: int32(day), Row: int32(t.First + i), Takes: t.takes(i)})
			}
		}
	}
	if !ordered {
		return declared.Rows(all, nil, e.id)
	}
	return declared.Rows(all, func(a, b int) int { return e.Event(a).byFields(e.Event(b)) }, e.id)
}

// Span is the first and the last incentive date; ok is false where there are no events.
func (e *Events) Span() (first, last calendar.Date, ok bool) {
	if e.days == nil {
		return first, last, false
	}
	days := e.days()
	return days.From, days.To, !days.From.IsZero()
}

func (e *Events) span() (days calendar.Range) {
	least, most := int64(math.MaxInt64), int64(0)
	for _, t := range e.tables {
		if first, last, some := t.rows.Span(t.Schema.Incentive); some && len(e.withdrawn)+len(e.revised) == 0 {
			least, most = min(least, first), max(most, last)
			continue
		}
		for i, day := range t.rows.All(t.Schema.Incentive) {
			if (day < least || day > most) && !e.gone(t.First+i) {
				least, most = min(least, day), max(most, day)
			}
		}
	}
	if most == 0 { // there are none
		return days
	}
	return calendar.Range{From: calendar.FromOrdinal(int32(least)), To: calendar.FromOrdinal(int32(most))}
}

// textsOf has the ids of rows.
type textsOf struct{ *Events }

// Text implements idset.Texts.
func (e textsOf) Text(row int) string { return e.id(row) }

// Is implements idset.Texts.
func (e textsOf) Is(row int, id string) bool {
	t, i := e.where(row)
	return t.rows.Is(i, id)
}

// after puts what takes others back behind what does not.
func after(takes bool) int {
	if takes {
		return 1
	}
	return -1
}

// compare is the declared order: incentive date, what takes others back after them, the fields that the company names, then
// id; ids of digits compare as numbers.
func (e *Event) compare(o *Event) int {
	return cmp.Or(
		declared.OnDay(int32(e.Date().Ordinal()), int32(o.Date().Ordinal()), e.names() != "", o.names() != ""),
		e.byFields(o), fact.CompareIDs(string(e.ID), string(o.ID)),
	)
}

// byFields compares by the fields that the company names for the order of one day. An event without one of them comes first.
func (e *Event) byFields(o *Event) int {
	for _, name := range e.schema.Order {
		a, b := e.named(name), o.named(name)
		switch {
		case a.Has != b.Has:
			return after(a.Has)
		case a.Int != b.Int:
			return cmp.Compare(a.Int, b.Int)
		case a.Text != b.Text:
			return strings.Compare(a.Text, b.Text)
		}
	}
	return 0
}

// Find is the event of an id. One that was withdrawn is none.
func (e *Events) Find(id fact.EventID) (*Event, bool) {
	row, ok := e.Row(id)
	if !ok {
		return nil, false
	}
	return e.Event(row), true
}

// Row is the row of the event of an id; false: there is none, or it was withdrawn.
func (e *Events) Row(id fact.EventID) (row int, ok bool) {
	row, ok = e.row(id)
	return row, ok && e.withdrawn[row] == nil
}

// row is that of an id, also of one that was withdrawn.
func (e *Events) row(id fact.EventID) (row int, ok bool) {
	if row, ok = e.late[string(id)]; ok {
		return row, true
	}
	if ids := e.ids.Load(); ids != nil {
		return ids.Find(string(id), textsOf{e})
	}
	for _, t := range e.tables {
		for i := range t.Len() {
			if t.rows.Is(i, string(id)) {
				return t.First + i, true
			}
		}
	}
	return 0, false
}

// Linked reports whether an event takes another one back.
func (e *Events) Linked() bool { return len(e.linked) > 0 }

// Withdrawn is the line that withdrew the event of an id; false: it was not withdrawn.
func (e *Events) Withdrawn(id fact.EventID) (*Event, bool) {
	row, ok := e.row(id)
	if !ok || e.withdrawn[row] == nil {
		return nil, false
	}
	return e.withdrawn[row], true
}
