package dsl

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/payproof/payproof/internal/fixed"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// Row holds one value for every input of an [Env], in the order of its Inputs. It
// belongs to one goroutine, and carries the scratch space of evaluation so that
// evaluating costs no allocation. A value not set since the last Reset is missing.
type Row struct {
	inputs []Input
	coef   []int64
	wide   []*big.Int
	text   []string
	has    []bool
	run    run
}

// NewRow is an empty row for the inputs of e; every formula compiled against
// the same inputs can be evaluated over it.
func (e Env) NewRow() *Row {
	n := len(e.Inputs)
	return &Row{inputs: e.Inputs, coef: make([]int64, n), wide: make([]*big.Int, n), text: make([]string, n), has: make([]bool, n)}
}

// Reset makes every input missing.
func (r *Row) Reset() {
	clear(r.wide)
	clear(r.has)
}

// FitError says that a value does not fit its input: too many decimal places,
// too many digits, another currency, or not a member of the enum.
type FitError struct {
	Input, Value, Reason string // what would fit
}

// Error names the input, the value and what would fit.
func (e *FitError) Error() string { return fmt.Sprintf("%s = %s: %s", e.Input, e.Value, e.Reason) }

// maxDigits bounds every number that enters or leaves a formula.
const maxDigits = 38

// SetDecimal sets a number. The error is a *FitError.
func (r *Row) SetDecimal(i int, d decimal.Decimal) error {
	in := r.inputs[i]
	if e := d.Exponent(); e < -maxDigits || e > maxDigits || d.NumDigits() > maxDigits {
		return &FitError{in.Name, "a number", fmt.Sprintf("has over %d digits or places", maxDigits)}
	}
	c, shift := d.Coefficient(), int(in.Scale)+int(d.Exponent())
	if shift >= 0 {
		c.Mul(c, fixed.Pow10Big(shift))
	} else if _, rest := c.QuoRem(c, fixed.Pow10Big(-shift), new(big.Int)); rest.Sign() != 0 {
		return &FitError{in.Name, fact.DecimalText(d), fmt.Sprintf("is finer than %d decimal places", in.Scale)}
	}
	r.setBig(i, c)
	return nil
}

func (r *Row) setBig(i int, c *big.Int) {
	r.has[i], r.wide[i] = true, nil
	if r.coef[i] = c.Int64(); !c.IsInt64() {
		r.wide[i] = c
	}
}

// SetAmount sets an amount of money in the input's currency. An amount without
// a currency is zero and fits anywhere. The error is a *FitError.
func (r *Row) SetAmount(i int, a money.Amount) error {
	in := r.inputs[i]
	if c := a.Currency(); !c.IsZero() && c.String() != in.Unit.Currency {
		return &FitError{in.Name, a.String(), "is not in " + in.Unit.Currency}
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
	r.has[i], r.wide[i], r.coef[i] = true, nil, coefficient
}

// SetDate sets a date; no date is missing.
func (r *Row) SetDate(i int, d calendar.Date) {
	r.coef[i], r.wide[i], r.has[i] = int64(d.Ordinal()), nil, !d.IsZero()
}

// SetText sets a key or a member of an enum. The error is a *FitError.
func (r *Row) SetText(i int, s string) error {
	r.text[i], r.has[i], r.wide[i] = s, true, nil
	if enum := r.inputs[i].Enum; enum != nil {
		member := slices.Index(enum, s)
		if member < 0 {
			r.has[i] = false
			return &FitError{r.inputs[i].Name, fmt.Sprintf("%q", s), fmt.Sprintf("is none of %q", enum)}
		}
		r.coef[i] = int64(member)
	}
	return nil
}

// SetMember sets an enum by the number of its member.
func (r *Row) SetMember(i, member int) {
	r.SetInt(i, int64(member))
	r.text[i] = r.inputs[i].Enum[member]
}

// SetMissing makes an input missing.
func (r *Row) SetMissing(i int) { r.has[i], r.wide[i] = false, nil }
