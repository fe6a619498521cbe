package crediting

import (
	"fmt"
	"slices"
	"strings"

	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
)

// FieldType is what a field of an event holds.
type FieldType uint8

// The field types.
const (
	Key       FieldType = iota // a name compared by bytes: an account
	Payee                      // a key that names a payee
	PayeeList                  // several, in any order: "ana; bob"
	Date                       // a civil day
	Money                      // an amount in the schema's currency
	Count                      // a whole number
	Numeric                    // a plain number with up to 6 decimal places
	Enum                       // one of a list of texts
)

var fieldTypeNames = map[string]FieldType{
	"key": Key, "payee": Payee, "payees": PayeeList, "date": Date, "money": Money, "count": Count, "number": Numeric,
}

// ParseFieldType reads a type as a plan file names it: "money", and "payee?"
// for a field that may be empty.
func ParseFieldType(text string) (t FieldType, optional bool, err error) {
	name, optional := strings.CutSuffix(strings.TrimSpace(text), "?")
	t, ok := fieldTypeNames[name]
	if !ok {
		known := []string{"count", "date", "key", "money", "number", "payee", "payees"}
		return 0, false, fmt.Errorf("%q is not a type of field; %s; a list in [ ] is an enum", text, source.DidYouMean(name, known))
	}
	return t, optional, nil
}

// Field is a column of an event. Scale is its number of decimal places.
type Field struct {
	Name     string    // as formulas write it
	Type     FieldType // what it holds
	Scale    uint8
	Enum     []string // the members of an Enum
	Optional bool     // may be empty
	// Below are, where the members are those of a dimension, for each all that stand below it.
	Below map[string][]string
}

// numericScale is the number of decimal places of a Numeric field.
const numericScale = 6

// Scale is the number of decimal places of a field of the type, where money is of a currency.
func (t FieldType) Scale(c money.Currency) uint8 {
	switch t {
	case Money:
		return uint8(max(0, c.Digits()))
	case Numeric:
		return numericScale
	}
	return 0
}

// Schema is a kind of event: its fields, in order. Incentive is the index of
// the date that selects period, rules and rates. Reversal is the field, of type Key, that names the
// event which is taken back, where it is filled in; empty: events of the kind take nothing back.
type Schema struct {
	Kind      string
	Currency  money.Currency
	Fields    []Field
	Incentive int
	Reversal  string
	At        source.Span // where it is declared
}

// Reverses reports whether all events of the kind take others back, so that no rule is asked for them.
func (s *Schema) Reverses() bool {
	i := s.Index(s.Reversal)
	return s.Reversal != "" && i >= 0 && !s.Fields[i].Optional
}

// Index is the position of a field, or -1.
func (s *Schema) Index(name string) int {
	return slices.IndexFunc(s.Fields, func(f Field) bool { return f.Name == name })
}

// Names are the names of the fields, in order.
func (s *Schema) Names() []string {
	out := make([]string, len(s.Fields))
	for i, f := range s.Fields {
		out[i] = f.Name
	}
	return out
}

// Check lists what is wrong with the schema.
func (s *Schema) Check() (ds source.Diagnostics) {
	if s.Incentive < 0 || s.Incentive >= len(s.Fields) || s.Fields[s.Incentive].Type != Date {
		ds = append(ds, source.Errorf("no-incentive-date", s.At, "event %q has no date: nothing says which period it belongs to", s.Kind).
			WithHint("add a field such as `closed: date`"))
	} else if s.Fields[s.Incentive].Optional {
		ds = append(ds, source.Errorf("no-incentive-date", s.At, "the incentive date %q of %q may be empty", s.Fields[s.Incentive].Name, s.Kind).
			WithHint("write `%s: date` without the question mark", s.Fields[s.Incentive].Name))
	}
	if i := s.Index(s.Reversal); s.Reversal != "" && (i < 0 || s.Fields[i].Type != Key) {
		ds = append(ds, source.Errorf("reversal-field", s.At, "%q is no key of %q that could name the event which is reversed", s.Reversal, s.Kind).
			WithHint("name a field such as `original: key`, or `original: key?` where some of the events reverse nothing"))
	}
	return ds
}

// Unit is what a field measures in formulas.
func (s *Schema) Unit(f Field) dsl.Unit {
	switch f.Type {
	case Date:
		return dsl.DateUnit
	case Money:
		return dsl.Money(s.Currency.String())
	case Count:
		return dsl.Counted
	case Numeric:
		return dsl.Ratio
	}
	return dsl.TextUnit
}

// Inputs declare the fields to formulas, each name behind prefix: "" in credit
// rules, "event." in plans.
func (s *Schema) Inputs(prefix string) []dsl.Input {
	out := make([]dsl.Input, len(s.Fields))
	for i, f := range s.Fields {
		out[i] = dsl.Input{Name: prefix + f.Name, Unit: s.Unit(f), Scale: f.Scale, Enum: f.Enum, Below: f.Below, Optional: f.Optional}
	}
	return out
}

// Fill sets inputs from, from+1, … of a row to the fields of an event.
func (s *Schema) Fill(row *dsl.Row, from int, e *Event) error {
	for i, f := range s.Fields {
		c := e.Cells[i]
		switch {
		case !c.Has:
			row.SetMissing(from + i)
		case f.Type == Enum:
			row.SetMember(from+i, int(c.Int))
		case f.Type == Key || f.Type == Payee || f.Type == PayeeList:
			if err := row.SetText(from+i, c.Text); err != nil {
				return err
			}
		default:
			row.SetInt(from+i, c.Int)
		}
	}
	return nil
}
