package dsl

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/internal/check"
	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/dsl/internal/syntax"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/table"
	"github.com/payproof/payproof/internal/fixed"
)

// Input is one name that a formula may use. Scale is its number of decimal
// places: a row's value may not be finer. Enum lists the members of a text; nil
// is any text. Names may have several words, parts are joined by a dot
// ("event.amount"), and the engine's slots are written as they are called:
// "quota(bookings)", "before(bookings)", "fx(event, pay)". With inputs "attained(bookings)" and
// "goal(bookings)" in its place, the attainment is that of these two, and there is no quota: as
// where an attainment stands in for one that may not be there.
type Input struct {
	Name     string
	Unit     Unit
	Scale    uint8
	Enum     []string
	Optional bool   // may be missing: must be used with ?? or `is missing`
	Doc      string // shown in messages and by editors
	// Below makes a hierarchy of Enum: for a member that others stand below, all of those, of
	// every level. `region in EMEA` asks for EMEA and all below it; `region == "EMEA"` for that
	// member alone.
	Below map[string][]string
	// Running marks a measure in a formula for each credit: it has no one value, and
	// is named only through before(m), after(m), or a table's own slices.
	Running bool
}

// Limits bound what a formula may cost. A zero field means the default.
type Limits struct {
	Bytes  int // of source, 8192
	Tokens int // 2000
	Depth  int // nesting of brackets, 64
	Nodes  int // of the compiled formula, 4000
}

// Func is a function that an embedder adds to the language. It has to be pure: the same
// arguments give the same result, whenever and however often it is called, and from any
// goroutine.
type Func struct {
	Name   string // as formulas call it
	Params []Unit // of the arguments, in order
	Result Unit
	Scale  uint8  // decimal places of the result
	Doc    string // for editors
	// Call gets the arguments in order. What it gives may not have more places than Scale: that
	// is an error of the row, as is the error that it returns.
	Call func(args []decimal.Decimal) (decimal.Decimal, error)
}

// Env declares what a formula may name and what it must give.
type Env struct {
	Inputs []Input                // what a formula may name
	Tables map[string]table.Table // by name
	Funcs  []Func                 // besides those of the language
	// On names the input, a date, that picks the version of a table which has several.
	On string
	// Pins say which currency a place has in every row: a literal 250 USD fits money[pay] only
	// where "pay" is pinned to USD.
	Pins map[string]string
	// Elsewhere are names that mean something, but not here, and what to do instead.
	Elsewhere map[string]string
	Want      *Unit // the unit the result must have; nil is any
	Limits    Limits
	Origin    source.Map // where the formula's text stands
}

func (e *Env) input(name string) int {
	return slices.IndexFunc(e.Inputs, func(in Input) bool { return in.Name == name })
}

// maxNodes is the default of Limits.Nodes.
const maxNodes = 4000

// scope is the env as the checker reads it.
func (e *Env) scope() check.Scope {
	s := check.Scope{
		Inputs: make([]check.Input, len(e.Inputs)), Tables: e.Tables, On: e.On, Pins: e.Pins, Elsewhere: e.Elsewhere,
		Want: e.Want, Nodes: e.Limits.Nodes,
	}
	if s.Nodes == 0 {
		s.Nodes = maxNodes
	}
	for i, in := range e.Inputs {
		s.Inputs[i] = check.Input{Name: in.Name, Unit: in.Unit, Scale: in.Scale, Enum: in.Enum, Below: in.Below, Optional: in.Optional, Running: in.Running}
	}
	for _, f := range e.Funcs {
		s.Funcs = append(s.Funcs, check.Func{Params: f.Params, Result: f.Result, Scale: f.Scale, Run: f.compiled()})
	}
	return s
}

// compiled wraps the function: coefficients go in and come out at the declared places.
func (f Func) compiled() *ir.Function {
	return &ir.Function{Name: f.Name, Call: func(args []ir.Number) (ir.Number, error) {
		with := make([]decimal.Decimal, len(args))
		for i, a := range args {
			with[i] = decimal.NewFromBigInt(a.Coef, -int32(a.Scale))
		}
		d, err := f.Call(with)
		if err != nil {
			return ir.Number{}, err
		}
		c, err := coefficient(d, f.Scale)
		if err != nil {
			return ir.Number{}, fmt.Errorf("%s gave a number that %w", f.Name, err)
		}
		return ir.Number{Coef: c, Scale: f.Scale}, nil
	}}
}

// coefficient64 is d × 10^scale where that is sure to fit.
func coefficient64(d decimal.Decimal, scale uint8) (int64, bool) {
	const most = 18
	shift := int(scale) + int(d.Exponent())
	if shift < 0 || shift > most || d.NumDigits()+shift > most {
		return 0, false
	}
	return d.CoefficientInt64() * fixed.Pow10Int64(shift), true
}

// coefficient is d × 10^scale. The error ends a sentence that begins with the number.
func coefficient(d decimal.Decimal, scale uint8) (*big.Int, error) {
	if e := d.Exponent(); e < -ir.MaxDigits || e > ir.MaxDigits || d.NumDigits() > ir.MaxDigits {
		return nil, fmt.Errorf("has over %d digits or places", ir.MaxDigits)
	}
	c, shift := d.Coefficient(), int(scale)+int(d.Exponent())
	if shift >= 0 {
		return c.Mul(c, fixed.Pow10Big(shift)), nil
	}
	if _, rest := c.QuoRem(c, fixed.Pow10Big(-shift), new(big.Int)); rest.Sign() != 0 {
		return nil, fmt.Errorf("is finer than %d decimal places", scale)
	}
	return c, nil
}

func (l Limits) syntax() syntax.Limits {
	return syntax.Limits{Bytes: l.Bytes, Tokens: l.Tokens, Depth: l.Depth}
}
