package crediting

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting/internal/columns"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/internal/fixed"
	"github.com/payproof/payproof/internal/mapped"
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
		known := []string{"count", "currency", "date", "key", "money", "number", "payee", "payees"}
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
	Currency bool     // a Key that is an ISO 4217 code: that of the money fields, which are converted
	States   string   // of a money field that is converted: this one holds what was stated
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
	Order     []string    // fields by which events of one incentive date are ordered, before their id; the same for all kinds
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
		case f.isText():
			if err := row.SetText(from+i, c.Text); err != nil {
				return err
			}
		default:
			row.SetInt(from+i, c.Int)
		}
	}
	return nil
}

// Cell reads a field from its text: a plain decimal, a day as 2026-03-31, a member
// of the enum, or a key. The error says what was expected; nothing is guessed.
func (f Field) Cell(text string) (Cell, error) {
	if text == "" {
		if f.Optional {
			return Cell{}, nil
		}
		return Cell{}, fmt.Errorf("%s is empty; fill it in, or declare it optional with a question mark", f.Name)
	}
	switch f.Type {
	case Date:
		d, err := calendar.ParseDate(text)
		if err != nil {
			return Cell{}, fmt.Errorf("%s: %w%s", f.Name, err, otherForm(text))
		}
		return Cell{Int: int64(d.Ordinal()), Has: true}, nil
	case Enum:
		i := slices.Index(f.Enum, text)
		if i < 0 {
			return Cell{}, fmt.Errorf("%s: %q is not one of %q; %s", f.Name, clip(text), f.Enum, source.DidYouMean(clip(text), f.Enum))
		}
		return Cell{Int: int64(i), Text: f.Enum[i], Has: true}, nil
	case PayeeList:
		return f.payees(text)
	case Key, Payee:
		key, err := fact.ParseKey(text)
		if f.Currency {
			if _, bad := money.ParseCurrency(text); bad != nil {
				return Cell{}, fmt.Errorf("%s: %s", f.Name, strings.TrimPrefix(bad.Error(), "money: "))
			}
		}
		if err != nil {
			return Cell{}, fmt.Errorf("%s: %w", f.Name, err)
		}
		return Cell{Text: key, Has: true}, nil
	}
	return f.number(text)
}

// payees reads a list, "ana; bob". It is kept in the order of the keys: who was entered first decides nothing.
func (f Field) payees(text string) (Cell, error) {
	var keys []string
	for part := range strings.SplitSeq(text, ";") {
		key, err := fact.ParseKey(strings.TrimSpace(part))
		if err != nil {
			return Cell{}, fmt.Errorf("%s: %w; write payees with a semicolon between them: ana; bob", f.Name, err)
		}
		keys = append(keys, key)
	}
	slices.Sort(keys)
	if len(slices.Compact(slices.Clone(keys))) < len(keys) {
		return Cell{}, fmt.Errorf("%s: %q names somebody twice; name each once", f.Name, clip(text))
	}
	return Cell{Text: strings.Join(keys, payeesBetween), Has: true}, nil
}

// payeesBetween stands between the payees of a list.
const payeesBetween = "; "

func (f Field) number(text string) (Cell, error) {
	coef, scale, err := fixed.Parse(text)
	if err != nil {
		return Cell{}, fmt.Errorf("%s: %w; write digits and a point, such as 1234.50%s", f.Name, err, otherNumber(text))
	}
	coef, scale = fixed.Strip(coef, scale)
	if scale > f.Scale {
		return Cell{}, fmt.Errorf("%s: %s has %d decimal places, the field holds %d; round it at the source", f.Name, text, scale, f.Scale)
	}
	wide, ok := fixed.RescaleInt128(coef, int(scale), int(f.Scale), fixed.HalfEven)
	n, fits := wide.Int64()
	if !ok || !fits {
		return Cell{}, fmt.Errorf("%s: %s is too large: at most 18 digits are held; check it at the source", f.Name, text)
	}
	return Cell{Int: n, Has: true}, nil
}

// clip keeps a message short, whatever stands in the file.
func clip(text string) string {
	const most = 60
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

// otherForm points to the mapping of files where a date has the form of another
// system.
func otherForm(text string) string {
	if strings.ContainsAny(text, "/.") {
		return "; or say under `files:` how this export writes them, such as `dates: MM/DD/YYYY`"
	}
	return ""
}

// otherNumber does the same for a number with separators, a sign or a code.
func otherNumber(text string) string {
	if strings.ContainsAny(text, ",$€£'()") || strings.Contains(text, " ") {
		return ", or say under `files:` how this export writes them, such as `numbers: \"1,234.50\"`"
	}
	return ""
}

// set sets an input to a field of the event, if it has one.
func (e *Event) set(row *dsl.Row, i int, field string) error {
	at := e.schema.Index(field)
	if at < 0 || !e.Cells[at].Has {
		return nil
	}
	c, f := e.Cells[at], e.schema.Fields[at]
	switch f.Type {
	case Enum, Key, Payee, PayeeList:
		return row.SetText(i, c.Text)
	case Date:
		row.SetInt(i, c.Int)
		return nil
	}
	return row.SetDecimal(i, decimal.New(c.Int, -int32(f.Scale)))
}

// as is how files hold the field.
func (f Field) as() mapped.As {
	switch f.Type {
	case Money:
		return mapped.Money
	case Count, Numeric:
		return mapped.Number
	case Date:
		return mapped.Date
	}
	return mapped.Text
}

// kind is how columns hold the field.
func (f Field) kind() columns.Kind {
	switch f.Type {
	case Date:
		return columns.Day
	case Money, Count, Numeric:
		return columns.Number
	case Enum:
		return columns.Member
	}
	return columns.Text
}

// read checks a line against the schema.
func (s *Schema) read(l Line) (Event, source.Diagnostics) {
	e := Event{ID: l.ID, Revision: l.Revision, Cells: make([]Cell, len(s.Fields)), At: l.At, schema: s}
	var ds source.Diagnostics
	path := func() source.Span {
		if l.At.IsZero() {
			return source.Span{File: "event=" + clip(string(l.ID))}
		}
		return l.At
	}
	if err := fact.CheckKey(string(l.ID)); err != nil {
		ds = append(ds, source.Errorf("event-id", path(), "id: %v", err))
	}
	if e.Withdrawn = l.Withdrawn; e.Withdrawn {
		return e, ds
	}
	for i, f := range s.Fields {
		c, err := f.Cell(l.Fields[f.Name])
		if err != nil {
			ds = append(ds, source.Errorf("event-field", path(), "event %s: %v", clip(string(l.ID)), err))
		}
		e.Cells[i] = c
	}
	for name := range l.Fields { // order: findings are sorted below
		if s.Index(name) < 0 {
			ds = append(ds, source.Errorf("event-field", path(), "event %s: unknown field %q", clip(string(l.ID)), clip(name)).
				WithHint("%s", source.DidYouMean(clip(name), s.Names())))
		}
	}
	return e, ds.Sorted()
}

// reversible reports whether one event may take another back.
func (l *loader) reversible(e, o *Event) bool {
	switch {
	case o.Withdrawn:
		l.fail(e, "reversal-withdrawn", "withdraw the reversal as well: what was entered in error needs none", "it reverses the event %s, which was withdrawn", o.ID)
		l.note(o.At, "withdrawn here")
	case o == e:
		l.fail(e, "reversal-chain", "name the event that was reversed", "it reverses itself")
	case o.names() != "":
		l.fail(e, "reversal-chain", "if the reversal was entered in error, withdraw it; what is sold again is an event of its own", "it reverses the event %s, which is a reversal itself", o.ID)
		l.note(o.At, "the reversal")
	case e.Date().Before(o.Date()):
		l.fail(e, "reversal-early", "correct one of the dates: nothing is taken back before it was given", "it is of %s and reverses the event %s, which is of %s", e.Date(), o.ID, o.Date())
		l.note(o.At, "the event")
	default:
		return true
	}
	return false
}

// carries is the money of an event that was read in part.
func (e *Event) carries() (money.Amount, bool) {
	field := -1
	for i, f := range e.schema.Fields {
		if f.Type == Money && (field < 0 || f.Name == "amount") {
			field = i
		}
	}
	if field < 0 || !e.Cells[field].Has {
		return money.Amount{}, false
	}
	a, err := money.New(e.Cells[field].Int, e.schema.Fields[field].Scale, e.schema.Currency)
	return a, err == nil
}
