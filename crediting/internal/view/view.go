// Package view looks at some events of a table at a time, in columns that are read when they are asked for: so few
// that what is read of them stays in the cache of a processor, however many events and fields there are.
package view

import (
	"iter"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/internal/index"
)

// Rows is how many events are looked at together.
const Rows = 1 << 10

// View is some events of a table. It belongs to one goroutine.
type View struct {
	From, To int            // places in the table
	Columns  []index.Column // by field; of fields that nobody asked for they are of other events
	table    *crediting.Table
	room     []crediting.Column
	read     []uint // by field, for which look
	now      uint   // which look this is
}

// Of is a view of a table, at nothing yet.
func Of(t *crediting.Table) View {
	n := len(t.Schema.Fields)
	return View{table: t, Columns: make([]index.Column, n), room: make([]crediting.Column, n), read: make([]uint, n)}
}

// Look looks at the events from one place up to before another, and reads some fields.
func (v *View) Look(from, to int, fields []int) {
	v.From, v.To = from, to
	v.now++
	for _, f := range fields {
		v.Column(f)
	}
}

// Nth is which look this is.
func (v *View) Nth() uint { return v.now }

// Looks looks at all events, some at a time.
func (v *View) Looks(fields ...int) iter.Seq[*View] {
	return func(yield func(*View) bool) {
		for i, n := 0, v.table.Len(); i < n; i += Rows {
			if v.Look(i, min(i+Rows, n), fields); !yield(v) {
				return
			}
		}
	}
}

// Column is the values of a field, by place in the view.
func (v *View) Column(field int) *index.Column {
	if v.read[field] != v.now {
		v.readColumn(field)
	}
	return &v.Columns[field]
}

func (v *View) readColumn(field int) {
	c := &v.room[field]
	v.table.Read(field, v.From, v.To, c)
	v.Columns[field], v.read[field] = index.Column{Ints: c.Ints, Codes: c.Codes, Has: c.Has}, v.now
}

// Has reports whether an event of the view has a value of a field.
func (v *View) Has(field, k int) bool {
	c := v.Column(field)
	return c.Has == nil || c.Has[k]
}
