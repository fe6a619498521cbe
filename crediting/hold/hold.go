// Package hold says what is kept back of credit or of pay until something happens, how much of it
// is released by then, and divides held credit into what counts and what waits.
//
// Terms. A [Hold] has parts, each with what it waits for: an event of a kind that names the held
// event, or a date field of the held event itself. A [Fraction] is how much is released in all,
// as two numbers: paid ÷ owed is not divided before the money is. A [Step] is a day on which the
// fraction changes. Releases are cumulative: what is released on a day is the fraction of the
// whole, rounded once, less what was released before, so that the last release takes exactly
// what is left, and a refund holds again.
//
// Which event is released. The kind of event that releases names the held one by its id, in the
// key that is called like the held event's kind ("deal: key"), or in its only key.
//
// Traps. What comes before the held event itself, such as a payment in advance, counts from the
// held event's incentive date on. Payments come to a sum: more than the whole releases the whole,
// less than nothing releases nothing, and both are findings. Of a whole of zero nothing is owed,
// so that it is released at once.
package hold

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// What is held.
type What uint8

// The kinds of hold. The zero value is that of pay.
const (
	Payment What = iota // earned on the incentive date, and paid when it is released
	Credit              // counts only when it is released, whose date is the incentive date then
)

// String is the word that plan files use.
func (w What) String() string {
	if w == Credit {
		return "credit"
	}
	return "payment"
}

// Hold keeps something back until its parts are released. It is immutable.
type Hold struct {
	What  What
	Of    []string    // the kinds of event of which something is held
	Parts []Part      // their shares come to one
	At    source.Span // where it stands
}

// Part is a share of what is held, and what releases it: an event of a kind, or the day in a date
// field of the held event.
type Part struct {
	Share decimal.Decimal
	Kind  string      // a kind of event that names the held one; empty: Field
	Field string      // a date field of the held event
	By    string      // the field with how much is released by then, a number from 0 to 1 or a payment; empty: all
	At    source.Span // where Kind or Field stands
	ByAt  source.Span // where By does
}

// String is what it waits for, in a few words: "customer paid, by amount".
func (h *Hold) String() string {
	texts := make([]string, len(h.Parts))
	for i, p := range h.Parts {
		texts[i] = p.Kind + p.Field
		if p.By != "" {
			texts[i] += ", by " + p.By
		}
		if !p.Share.Equal(one) {
			texts[i] = fmt.Sprintf("%s%% on %s", fact.DecimalText(p.Share.Shift(2)), texts[i])
		}
	}
	return strings.Join(texts, ", ")
}

var one = decimal.New(1, 0)

// Naming is the place of the field by which events of a kind name events of another: the key that is
// called like that kind, or the only key. It is -1 where there is none.
func Naming(release, held *crediting.Schema) int {
	only := -1
	for i, f := range release.Fields {
		switch {
		case f.Type != crediting.Key:
		case f.Name == held.Kind:
			return i
		case only == -1:
			only = i
		default:
			only = -2
		}
	}
	return max(only, -1)
}

// whole is the place of the field that payments are measured against: amount, or else the first of
// money. It is -1 where there is none.
func whole(s *crediting.Schema) int {
	money := func(f crediting.Field) bool { return f.Type == crediting.Money }
	if i := s.Index("amount"); i >= 0 && money(s.Fields[i]) {
		return i
	}
	return slices.IndexFunc(s.Fields, money)
}

// Check lists what is wrong with a hold, given all kinds of event: each of its kinds must be able to be
// released by each part.
func (h *Hold) Check(schemas []*crediting.Schema) (ds source.Diagnostics) {
	for _, p := range h.Parts {
		of := kind(schemas, p.Kind)
		for _, name := range h.Of {
			held := kind(schemas, name)
			if held == nil || p.Kind != "" && of == nil {
				continue // which is found elsewhere
			}
			d, ok := p.check(held, of)
			if !ok {
				ds = append(ds, d)
				break
			}
		}
	}
	return ds
}

// check is what keeps a part from releasing anything of a kind of event.
func (p Part) check(held, release *crediting.Schema) (d source.Diagnostic, ok bool) {
	in := held
	if release == nil {
		if i := held.Index(p.Field); i < 0 || held.Fields[i].Type != crediting.Date {
			return source.Errorf("unknown-field", p.At, "%s has no date field %q, so that nothing of it would ever be released", held.Kind, p.Field).
				WithHint("add `%q: date?` to %s, or wait for a kind of event", p.Field, held.Kind), false
		}
	} else if in = release; Naming(release, held) < 0 {
		return source.Errorf("release-key", p.At, "%s has no key that says which %s it releases", release.Kind, held.Kind).
			WithHint("add the field `%s: key` to %q, with the id of the %s", held.Kind, release.Kind, held.Kind), false
	}
	if p.By == "" {
		return d, true
	}
	i := in.Index(p.By)
	switch {
	case i < 0:
		return source.Errorf("unknown-field", p.ByAt, "%s has no field %q", in.Kind, p.By).
			WithHint("%s", source.DidYouMean(p.By, in.Names())), false
	case in.Fields[i].Type == crediting.Numeric:
	case in.Fields[i].Type != crediting.Money:
		return source.Errorf("field-type", p.ByAt, "%s is neither a part nor a payment", p.By).
			WithHint("declare it as a number from 0 to 1, which is the part that is released by then, or as money, which is a payment"), false
	case whole(held) < 0:
		return source.Errorf("release-whole", p.ByAt, "%s is a payment, but %s has no field of money to compare it with", p.By, held.Kind).
			WithHint("add `amount: money` to %s, or say the part that is released as a number from 0 to 1", held.Kind), false
	}
	return d, true
}

func kind(schemas []*crediting.Schema, name string) *crediting.Schema {
	if i := slices.IndexFunc(schemas, func(s *crediting.Schema) bool { return s.Kind == name }); i >= 0 {
		return schemas[i]
	}
	return nil
}
