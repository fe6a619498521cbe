package dsl

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/internal/eval"
	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/dsl/money"
)

// Row holds one value for every input of an [Env], in the order of its Inputs. It
// belongs to one goroutine, and carries the scratch space of evaluation so that
// evaluating costs no allocation. A value not set since the last Reset is missing.
type Row struct {
	inputs []Input
	frame  *eval.Frame
	bound  map[string]money.Currency // by place; nil until Bind is called
}

// NewRow is an empty row for the inputs of e; every formula compiled against
// the same inputs can be evaluated over it.
func (e Env) NewRow() *Row {
	return &Row{inputs: e.Inputs, frame: eval.NewFrame(len(e.Inputs))}
}

// Reset makes every input missing.
func (r *Row) Reset() {
	clear(r.frame.Wide)
	clear(r.frame.Has)
}

// FitError says that a value does not fit its input: too many decimal places,
// too many digits, another currency, or not a member of the enum.
type FitError struct {
	Input, Value, Reason string // what would fit
}

// Error names the input, the value and what would fit.
func (e *FitError) Error() string { return fmt.Sprintf("%s = %s: %s", e.Input, e.Value, e.Reason) }

// Bind says which currency a place stands for in this row: the "event" of
// money[event]. It holds until it is bound anew.
func (r *Row) Bind(place string, c money.Currency) {
	if r.bound == nil {
		r.bound = map[string]money.Currency{}
	}
	r.bound[place] = c
}

// currency is the code of a unit's currency in this row.
func (r *Row) currency(u Unit) string {
	if c, ok := r.bound[u.Currency]; ok {
		return c.String()
	}
	return u.Currency
}

// SetDecimal sets a number. The error is a *FitError.
func (r *Row) SetDecimal(i int, d decimal.Decimal) error {
	in := r.inputs[i]
	if n, ok := coefficient64(d, in.Scale); ok {
		r.SetInt(i, n)
		return nil
	}
	c, err := coefficient(d, in.Scale)
	if err != nil {
		value := "a number"
		if e := d.Exponent(); e >= -ir.MaxDigits && e <= ir.MaxDigits {
			value = fact.DecimalText(d)
		}
		return &FitError{in.Name, value, err.Error()}
	}
	r.setBig(i, c)
	return nil
}

func (r *Row) setBig(i int, c *big.Int) {
	r.frame.Has[i], r.frame.Wide[i] = true, nil
	if r.frame.Coef[i] = c.Int64(); !c.IsInt64() {
		r.frame.Wide[i] = c
	}
}

// SetAmount sets an amount of money in the input's currency. An amount without
// a currency is zero and fits anywhere. The error is a *FitError.
func (r *Row) SetAmount(i int, a money.Amount) error {
	in := r.inputs[i]
	if c := a.Currency(); !c.IsZero() && c.String() != r.currency(in.Unit) {
		return &FitError{in.Name, a.String(), "is not in " + r.currency(in.Unit)}
	}
	if c, ok := a.Int64(in.Scale); ok {
		r.SetInt(i, c)
		return nil
	}
	return r.SetDecimal(i, a.Decimal())
}

// SetInt sets the coefficient at the input's own number of decimal places: the
// fastest way in for columns that are already scaled.
func (r *Row) SetInt(i int, coefficient int64) {
	r.frame.Has[i], r.frame.Wide[i], r.frame.Coef[i] = true, nil, coefficient
}

// SetDate sets a date; no date is missing.
func (r *Row) SetDate(i int, d calendar.Date) {
	r.frame.Coef[i], r.frame.Wide[i], r.frame.Has[i] = int64(d.Ordinal()), nil, !d.IsZero()
}

// SetText sets a key or a member of an enum. The error is a *FitError.
func (r *Row) SetText(i int, s string) error {
	r.frame.Text[i], r.frame.Has[i], r.frame.Wide[i] = s, true, nil
	if enum := r.inputs[i].Enum; enum != nil {
		member := slices.Index(enum, s)
		if member < 0 {
			r.frame.Has[i] = false
			return &FitError{r.inputs[i].Name, fmt.Sprintf("%q", s), fmt.Sprintf("is none of %q", enum)}
		}
		r.frame.Coef[i] = int64(member)
	}
	return nil
}

// SetMember sets an enum by the number of its member.
func (r *Row) SetMember(i, member int) {
	r.SetInt(i, int64(member))
	r.frame.Text[i] = r.inputs[i].Enum[member]
}

// Field is what an input was set to: a number's coefficient, or a member's number and its text. has
// is false where it is missing, or too large for 64 bits.
func (r *Row) Field(i int) (number int64, text string, has bool) {
	return r.frame.Coef[i], r.frame.Text[i], r.frame.Has[i] && r.frame.Wide[i] == nil
}

// SetMissing makes an input missing.
func (r *Row) SetMissing(i int) { r.frame.Has[i], r.frame.Wide[i] = false, nil }
