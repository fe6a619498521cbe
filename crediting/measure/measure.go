// Package measure folds credits, or events, into the numbers that plans look at: a sum,
// a count, the largest or the least, or how many values of a field are different,
// over a window of time, for a payee or for several people together.
//
// A measure is declared once for the company ("sum of bookings, quarter to date").
//
// Terms. An [Aggregate] is how items become a number. A window ([Reach], [Measure.Days])
// is the days that count when the measure is read on a day. A [Whose] is the people
// whose credits count. A [Reader] makes an [Item] of each credit or event that a measure
// counts. A [Series] is the items of one payee or group, in declared order, and a
// [Folder] moves over it: items come in at one end and leave at the other, so that
// nothing is folded twice. [Groups] hands out the series of groups.
//
// An average is not an aggregate: it cannot be built up from its parts, and nobody could
// say what it is over nothing. It is a quotient of two measures, a sum and a
// count, which a formula divides: safe_div(sold, deals, 0 USD per deal).
//
// Traps. Over nothing, every aggregate is 0, the largest and the least too. A measure of
// several people adds up what each of them is credited with: overlays count, and credit
// that was passed up counts again at each level, unless the measure says Direct. Who belongs
// to whom is asked for the incentive date of each credit, not for the day of reading.
package measure

import (
	"fmt"
	"strings"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/source"
)

// Aggregate is how items become a number.
type Aggregate uint8

// The aggregates.
const (
	Sum           Aggregate = iota // of amounts
	Count                          // of items
	CountDistinct                  // of different values of a field of the event
	Max                            // the largest amount
	Min                            // the least amount
	WeightedSum                    // of amounts, each times its weight
)

var aggregates = [...]string{"sum", "count", "count distinct", "max", "min", "weighted sum"}

// String is the word that plan files use.
func (a Aggregate) String() string { return aggregates[a] }

// Measure is a declared aggregate of the credits of one type, or of the events of
// one kind. It compares with ==, and can be a key.
type Measure struct {
	Name   string        // as formulas write it
	How    Aggregate     // the aggregate
	Of     string        // the credit type, the kind of event, or KIND.FIELD
	Field  string        // CountDistinct: the field of the event
	By     *Weights      // WeightedSum: the weights
	Base   string        // the measure that this is the value of, at the moment AsOf; empty: none
	Kind   string        // the kind of event that is folded; empty: credits are
	Value  string        // of events: the field that is the amount; empty where they are counted
	Where  *Filter       // what counts; nil: everything
	Direct bool          // of credits: without overlays and without what was passed up
	Whose  Whose         // the people whose credits or events count
	Reach  Reach         // which days the window covers
	Window calendar.Unit // the unit of the window; none where Reach has none
	N      int           // Rolling: how many of the unit
	ToDate bool          // also has a value before the window ends
	AsOf   calendar.Unit // a stock: read on the day before the unit begins; zero: on the day itself
	At     source.Span   // where it is declared
}

// Moves reports whether an item can change the measure on its own day, so that there is a
// before and an after. A stock does not move, nor what was last year.
func (m Measure) Moves() bool { return m.AsOf == 0 && m.Reach != LastYear }

// Counts reports whether the measure is a number of things, whatever they measure.
func (m Measure) Counts() bool { return m.How == Count || m.How == CountDistinct }

// Periodic reports whether the window is a period of the calendar, for which a quota
// can be stated.
func (m Measure) Periodic() bool { return m.Reach == This && m.AsOf == 0 }

// What is the part of the definition before the comma: "count distinct product of bookings".
func (m Measure) What() string {
	if m.Base != "" {
		return m.Base
	}
	what := m.How.String()
	if m.How == CountDistinct {
		what += " " + m.Field
	}
	what += " of " + m.Of
	if m.By != nil {
		what += " by " + m.By.Text
	}
	return what
}

// String is the definition on one line: what the one-line form of plan files says, and
// behind it what only a block can.
func (m Measure) String() string {
	text := fmt.Sprintf("%s, %s", m.What(), m.window())
	if m.Base != "" {
		return text
	}
	if !m.Whose.alone() {
		text += ", of " + m.Whose.String()
	}
	if m.Direct {
		text += ", direct"
	}
	if m.Where != nil {
		text += ", where " + strings.Join(strings.Fields(m.Where.Text), " ")
	}
	return text
}

// For is the measure of other people: what team(m) is of m.
func (m Measure) For(w Whose) Measure {
	w.Field = m.Whose.Field
	m.Whose = w
	return m
}
