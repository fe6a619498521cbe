// Package exact computes with numbers as they are: nothing is rounded before it becomes money.
package exact

import (
	"math"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/internal/fixed"
)

// Number is a number as it is. Most fit 64 bits, and take no memory of their own.
type Number struct {
	coef  int64
	scale uint8
	wide  *decimal.Decimal // in place of them; nil: they are the number
}

// mostDigits always fit 64 bits.
const mostDigits = 18

// Of is a value of a formula.
func Of(v dsl.Value) Number {
	if coef, scale, narrow := v.Int64(); narrow {
		return Number{coef: coef, scale: scale}
	}
	return From(v.Decimal())
}

// From is a decimal.
func From(d decimal.Decimal) Number { return Number{wide: &d} }

// Decimal is the number.
func (e Number) Decimal() decimal.Decimal {
	if e.wide != nil {
		return *e.wide
	}
	return decimal.New(e.coef, -int32(e.scale))
}

// Times is the product of two numbers, exact.
func (e Number) Times(o Number) Number {
	if e.wide == nil && o.wide == nil && int(e.scale)+int(o.scale) <= mostDigits {
		if product, ok := fixed.MulInt64(e.coef, o.coef); ok {
			return Number{coef: product, scale: e.scale + o.scale}
		}
	}
	return From(e.Decimal().Mul(o.Decimal()))
}

// Neg is the number with its sign turned.
func (e Number) Neg() Number {
	if e.wide != nil || e.coef == math.MinInt64 {
		return From(e.Decimal().Neg())
	}
	return Number{coef: -e.coef, scale: e.scale}
}

// IsZero reports whether it is nothing.
func (e Number) IsZero() bool {
	return e.wide == nil && e.coef == 0 || e.wide != nil && e.wide.IsZero()
}

// Plus is the sum of two numbers.
func (e Number) Plus(o Number) Number {
	switch {
	case e.IsZero():
		return o
	case o.IsZero():
		return e
	}
	if e.wide == nil && o.wide == nil {
		scale := max(e.scale, o.scale)
		x, ok := fixed.RescaleInt64(e.coef, int(e.scale), int(scale), fixed.HalfEven)
		y, also := fixed.RescaleInt64(o.coef, int(o.scale), int(scale), fixed.HalfEven)
		if sum, fits := fixed.AddInt64(x, y); ok && also && fits {
			return Number{coef: sum, scale: scale}
		}
	}
	return From(e.Decimal().Add(o.Decimal()))
}

// Units is the number rounded to whole units of so many decimal places; ok is false where they may not fit 64 bits.
func (e Number) Units(digits uint8, m money.Rounding) (n int64, ok bool) {
	if e.wide != nil {
		return 0, false
	}
	return fixed.RescaleInt64(e.coef, int(e.scale), int(digits), fixed.Mode(m))
}

// Amount is the number as money.
func (e Number) Amount(of money.Currency) (money.Amount, error) {
	if e.wide != nil {
		return money.FromDecimal(*e.wide, of)
	}
	return money.New(e.coef, e.scale, of)
}
