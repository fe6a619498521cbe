package crediting

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/internal/fixed"
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
	// Withdrawn says that it was entered in error: it is as if it had never been, and its cells say nothing.
	Withdrawn bool
	takes     bool      // it names an event that it takes back
	reversed  bool      // others take it back
	reversal  *Reversal // what it takes back, once that is known
	schema    *Schema
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
	case f.Type == Key, f.Type == Payee, f.Type == PayeeList, f.Type == Enum:
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
	if e.Withdrawn || o.Withdrawn {
		return e.Withdrawn == o.Withdrawn
	}
	for i, c := range e.Cells {
		if c != o.Cells[i] {
			return false
		}
	}
	return true
}

// content is what the cells say, as a key for comparing.
func (e *Event) content() string {
	if e.Withdrawn {
		return "withdrawn"
	}
	var b strings.Builder
	for _, c := range e.Cells {
		fmt.Fprintf(&b, "%t %d %q ", c.Has, c.Int, c.Text)
	}
	return b.String()
}

// compare is the declared order: incentive date, then id; ids of digits compare
// as numbers. On one day, what takes others back comes after them.
func (e *Event) compare(o *Event) int {
	if c := e.Date().Compare(o.Date()); c != 0 {
		return c
	}
	if e.takes != o.takes {
		if o.takes {
			return -1
		}
		return 1
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
	case Enum, Key, Payee, PayeeList:
		return row.SetText(i, c.Text)
	case Date:
		row.SetInt(i, c.Int)
		return nil
	}
	return row.SetDecimal(i, decimal.New(c.Int, -int32(f.Scale)))
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
