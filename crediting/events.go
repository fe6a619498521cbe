package crediting

import (
	"cmp"
	"iter"
	"math"
	"slices"
	"sync"

	"github.com/payproof/payproof/crediting/internal/columns"
	"github.com/payproof/payproof/crediting/internal/idset"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// Events are the events of a feed, each once, in columns. They are immutable and safe for concurrent use.
// The zero value has none.
type Events struct {
	Repeated int // lines that said again what was known
	tables   []*Table
	ids      *idset.Set     // of the rows that were loaded first, unless the feed declares its ids unique
	late     map[string]int // the rows of events that came later, and of those that were corrected later
	unique   bool
	declared func() []int // made when it is asked for
	days     func() calendar.Range
	// By row: the lines that withdrew events, and the events that take others back, or are taken back.
	withdrawn, linked map[int]*Event
	revised           map[int]bool // rows in whose place others stand, since they were corrected later
	reversals         []*Event     // in the order of what they take
}

// Table is the events of one kind, in columns. Nobody may change it. A row is the place of an event among all
// that were loaded, in the order in which they came.
type Table struct {
	Schema    *Schema             // of the kind
	First     int                 // the row of the first event
	IDs       []fact.EventID      // of the events
	Revisions []uint64            // nil: all are zero
	Columns   []Column            // of the schema's fields, in order: texts as Codes, and enums, whose members are the Dictionary
	index     []map[string]uint32 // of Dictionary, by field
	files     []string
	inFile    []uint16
	lines     []int32             // in the file; 0 is nowhere
	places    map[int]source.Span // of those that are more than a line of a file
}

// Len is the number of events.
func (t *Table) Len() int { return len(t.IDs) }

// Days are the incentive dates, as day numbers.
func (t *Table) Days() []int64 { return t.Columns[t.Schema.Incentive].Ints }

// isText reports whether values are kept by their codes.
func (f *Field) isText() bool { return f.Type == Key || f.Type == Payee || f.Type == PayeeList }

func newTable(s *Schema, first int) *Table {
	t := &Table{Schema: s, First: first, Columns: make([]Column, len(s.Fields)), index: make([]map[string]uint32, len(s.Fields))}
	for i, f := range s.Fields {
		if f.Type == Enum {
			t.Columns[i].Dictionary = f.Enum
		}
	}
	return t
}

// cell is a value of the i-th event.
func (v *Column) cell(i int) (c Cell) {
	if v.Has != nil && !v.Has[i] {
		return c
	}
	if v.Codes == nil {
		return Cell{Int: v.Ints[i], Has: true}
	}
	return Cell{Text: v.Dictionary[v.Codes[i]], Has: true}
}

// Event is the i-th event of the table.
func (t *Table) Event(i int) *Event {
	e := &Event{ID: t.IDs[i], Cells: make([]Cell, len(t.Columns)), At: t.place(i), schema: t.Schema}
	if t.Revisions != nil {
		e.Revision = t.Revisions[i]
	}
	for k := range t.Columns {
		e.Cells[k] = t.Columns[k].cell(i)
		if e.Cells[k].Has && t.Schema.Fields[k].Type == Enum {
			e.Cells[k].Int = int64(t.Columns[k].Codes[i])
		}
	}
	return e
}

func (t *Table) place(i int) source.Span {
	if i >= len(t.lines) || t.lines[i] == 0 {
		return t.places[i]
	}
	at := source.Pos{Line: int(t.lines[i]), Col: 1}
	return source.Span{File: t.files[t.inFile[i]], From: at, To: at}
}

// setPlace keeps where the i-th event stands.
func (t *Table) setPlace(i int, at source.Span) {
	if i < len(t.lines) {
		t.lines[i] = 0
	}
	delete(t.places, i)
	if at.IsZero() {
		return
	}
	line := source.Pos{Line: at.From.Line, Col: 1}
	simple := source.Span{File: at.File, From: line, To: line} == at && at.From.Line > 0 && int(int32(at.From.Line)) == at.From.Line
	file := len(t.files) - 1
	if simple && (file < 0 || t.files[file] != at.File) {
		if file = slices.Index(t.files, at.File); file < 0 && len(t.files) < 1<<16 {
			file = len(t.files)
			t.files = append(t.files, at.File)
		}
	}
	if !simple || file < 0 {
		if t.places == nil {
			t.places = map[int]source.Span{}
		}
		t.places[i] = at
		return
	}
	for len(t.lines) < len(t.IDs) {
		t.lines, t.inFile = append(t.lines, 0), append(t.inFile, 0)
	}
	t.lines[i], t.inFile[i] = int32(at.From.Line), uint16(file)
}

// set replaces the i-th event by another of its kind.
func (t *Table) set(i int, e *Event) {
	if e.Revision != 0 && t.Revisions == nil {
		t.Revisions = make([]uint64, len(t.IDs))
	}
	if t.Revisions != nil {
		t.Revisions[i] = e.Revision
	}
	for k, c := range e.Cells {
		v := &t.Columns[k]
		if !c.Has && v.Has == nil {
			v.Has = columns.True(len(t.IDs))
		}
		if v.Has != nil {
			v.Has[i] = c.Has
		}
		switch f := &t.Schema.Fields[k]; {
		case f.Type == Enum:
			v.Codes[i] = uint32(c.Int)
		case f.isText():
			v.Codes[i] = t.code(k, c.Text)
		default:
			v.Ints[i] = c.Int
		}
	}
	t.setPlace(i, e.At)
}

// code is that of a text of a column, which is kept if it is new.
func (t *Table) code(column int, text string) uint32 {
	if t.index[column] == nil {
		t.index[column] = map[string]uint32{}
	}
	code, ok := t.index[column][text]
	if !ok {
		v := &t.Columns[column]
		code = uint32(len(v.Dictionary))
		v.Dictionary, t.index[column][text] = append(v.Dictionary, text), code
	}
	return code
}

// Code is that of a text or of an enum's member in a column; ok is false for one that no event has.
func (t *Table) Code(column int, text string) (code uint32, ok bool) {
	if t.Schema.Fields[column].Type == Enum {
		i := slices.Index(t.Columns[column].Dictionary, text)
		return uint32(i), i >= 0
	}
	code, ok = t.index[column][text]
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
	return t.Columns[t.Schema.Index(t.Schema.Reversal)].cell(i).Text != ""
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
	return calendar.FromOrdinal(int32(t.Days()[i]))
}

func (e *Events) id(r int) string {
	t, i := e.where(r)
	return string(t.IDs[i])
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

// sort finds the declared order. Feeds are often in it already.
func (e *Events) sort() []int {
	type dated struct {
		day, row int32
		takes    bool
	}
	all := make([]dated, 0, e.Len())
	for _, t := range e.tables {
		for i, day := range t.Days() {
			if !e.gone(t.First + i) {
				all = append(all, dated{int32(day), int32(t.First + i), t.takes(i)})
			}
		}
	}
	order := func(a, b dated) int {
		if c := cmp.Compare(a.day, b.day); c != 0 {
			return c
		}
		if a.takes != b.takes {
			return after(a.takes)
		}
		return fact.CompareIDs(e.id(int(a.row)), e.id(int(b.row)))
	}
	if !slices.IsSortedFunc(all, order) {
		slices.SortFunc(all, order)
	}
	out := make([]int, len(all))
	for i, d := range all {
		out[i] = int(d.row)
	}
	return out
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
		for i, day := range t.Days() {
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

// after puts what takes others back behind what does not.
func after(takes bool) int {
	if takes {
		return 1
	}
	return -1
}

// compare is the declared order: incentive date, then id; ids of digits compare
// as numbers. On one day, what takes others back comes after them.
func (e *Event) compare(o *Event) int {
	if c := e.Date().Compare(o.Date()); c != 0 {
		return c
	}
	if takes := e.names() != ""; takes != (o.names() != "") {
		return after(takes)
	}
	return fact.CompareIDs(string(e.ID), string(o.ID))
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
	if !e.unique {
		return e.ids.Find(string(id), e.id)
	}
	for _, t := range e.tables {
		if i := slices.Index(t.IDs, id); i >= 0 {
			return t.First + i, true
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
