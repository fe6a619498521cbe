package crediting

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

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
	Cells    []Cell
	At       source.Span
	schema   *Schema
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
	case f.Type == Key, f.Type == Payee, f.Type == Enum:
		return c.Text
	}
	return fact.DecimalText(decimal.New(c.Int, -int32(f.Scale)))
}

// named is the cell of a field, empty where the event has no such field.
func (e *Event) named(field string) Cell {
	if i := e.schema.Index(field); i >= 0 {
		return e.Cells[i]
	}
	return Cell{}
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

// compare is the declared order: incentive date, then id; ids of digits compare
// as numbers.
func (e *Event) compare(o *Event) int {
	if c := e.Date().Compare(o.Date()); c != 0 {
		return c
	}
	return fact.CompareIDs(string(e.ID), string(o.ID))
}

// set sets an input to a field of the event, if it has one.
func (e *Event) set(row *dsl.Row, i int, field string) error {
	at := e.schema.Index(field)
	if at < 0 || !e.Cells[at].Has {
		return nil
	}
	c, f := e.Cells[at], e.schema.Fields[at]
	switch f.Type {
	case Enum, Key, Payee:
		return row.SetText(i, c.Text)
	case Date:
		row.SetInt(i, c.Int)
		return nil
	}
	return row.SetDecimal(i, decimal.New(c.Int, -int32(f.Scale)))
}
