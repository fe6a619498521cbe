// Package measure folds credits into the numbers that plans look at: the sum,
// the count, the largest, or the number of different values of a field, over a
// window of time.
//
// A measure is declared once for the company ("sum of bookings, quarter to date") and
// has a value for each payee and window. A window "to date" has a value after every
// credit; a whole window is known only at its end.
package measure

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/source"
)

// Aggregate is how credits become a number.
type Aggregate uint8

// The aggregates.
const (
	Sum           Aggregate = iota // of amounts
	Count                          // of credits
	CountDistinct                  // of different values of a field of the event
	Max                            // the largest amount
)

// String is the word that plan files use.
func (a Aggregate) String() string {
	return [...]string{"sum", "count", "count distinct", "max"}[a]
}

// Measure is a declared aggregate of the credits of one type.
type Measure struct {
	Name   string        // as formulas write it
	How    Aggregate     // the aggregate
	Of     string        // the credit type
	Field  string        // CountDistinct: the field of the event
	Window calendar.Unit // the length of the window
	ToDate bool          // also has a value before the window ends
	At     source.Span   // where it is declared
}

var windows = map[string]calendar.Unit{
	"week": calendar.UnitWeek, "month": calendar.UnitMonth, "quarter": calendar.UnitQuarter,
	"half": calendar.UnitHalf, "year": calendar.UnitYear,
}

// Parse reads a measure's definition: "sum of bookings, quarter to date",
// "count of deals, month", "count distinct product of bookings, quarter",
// "max of bookings, year".
func Parse(name, text string) (Measure, error) {
	what, window, ok := strings.Cut(text, ",")
	m := Measure{Name: name}
	if !ok {
		return m, fmt.Errorf("%q has no window; write `sum of bookings, quarter to date`", text)
	}
	if err := m.aggregate(strings.TrimSpace(what)); err != nil {
		return m, err
	}
	window, m.ToDate = strings.CutSuffix(strings.TrimSpace(window), " to date")
	unit, ok := windows[strings.TrimSpace(window)]
	if !ok {
		return m, fmt.Errorf("%q is not a window; write week, month, quarter, half or year, and `to date` behind it for the part up to a day", window)
	}
	m.Window = unit
	return m, nil
}

func (m *Measure) aggregate(text string) error {
	head, of, ok := strings.Cut(text, " of ")
	if m.Of = strings.TrimSpace(of); !ok || m.Of == "" {
		return fmt.Errorf("%q names no credit type; write `sum of bookings`", text)
	}
	head = strings.Join(strings.Fields(head), " ")
	field, distinct := strings.CutPrefix(head, "count distinct ")
	switch {
	case head == "sum":
		m.How = Sum
	case head == "count":
		m.How = Count
	case head == "max":
		m.How = Max
	case distinct:
		m.How, m.Field = CountDistinct, field
	default:
		return fmt.Errorf("%q is not an aggregate; write sum, count, count distinct FIELD, or max", head)
	}
	return nil
}

// String is the definition as a plan file writes it.
func (m Measure) String() string {
	what := m.How.String()
	if m.How == CountDistinct {
		what += " " + m.Field
	}
	window := m.Window.String()
	if m.ToDate {
		window += " to date"
	}
	return fmt.Sprintf("%s of %s, %s", what, m.Of, window)
}

// Folder accumulates the credits of one payee and window, given in declared
// order. The zero Folder of a measure is made by [Measure.Fold].
type Folder struct {
	m     Measure
	value decimal.Decimal
	sum   total // of a Sum, instead of value
	seen  map[string]bool
	any   bool
}

// Fold starts an empty window.
func (m Measure) Fold() *Folder { return &Folder{m: m} }

// Add takes a credit in, and reports whether it counts for the measure.
func (f *Folder) Add(c *crediting.Credit) bool {
	if c.Type != f.m.Of {
		return false
	}
	switch f.m.How {
	case Sum:
		f.sum.add(c.Amount)
	case Count:
		f.value = f.value.Add(decimal.New(1, 0))
	case Max:
		if !f.any || c.Amount.GreaterThan(f.value) {
			f.value = c.Amount
		}
	case CountDistinct:
		at := c.Event.Schema().Index(f.m.Field)
		if at < 0 {
			return false // another kind of event, without the field
		}
		if f.seen == nil {
			f.seen = map[string]bool{}
		}
		if v := c.Event.Show(at); !f.seen[v] {
			f.seen[v] = true
			f.value = f.value.Add(decimal.New(1, 0))
		}
	}
	f.any = true
	return true
}

// Value is the measure over what was added: 0 over nothing.
func (f *Folder) Value() decimal.Decimal {
	if f.m.How == Sum {
		return f.sum.value()
	}
	return f.value
}
