package money

import (
	"iter"
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/internal/fixed"
)

// Neg is −a.
func (a Amount) Neg() Amount {
	coef, _ := a.coef().Neg()
	return amount(coef, a.scale, a.cur)
}

// Abs is a without its sign.
func (a Amount) Abs() Amount {
	if a.hi < 0 {
		return a.Neg()
	}
	return a
}

// Add is a + b, exactly. It is a *[CurrencyMismatchError] for two currencies, even
// when one amount is zero, and [ErrOverflow] beyond 38 digits. Amount{} adds to
// anything.
func (a Amount) Add(b Amount) (Amount, error) {
	if a.cur == b.cur { // as most are
		if sum, ok := a.narrow(b); ok {
			return sum, nil
		}
	}
	switch {
	case a.IsZero() && a.cur.IsZero():
		return b, nil
	case b.IsZero() && b.cur.IsZero():
		return a, nil
	case a.cur != b.cur:
		return Amount{}, &CurrencyMismatchError{a.cur, b.cur}
	}
	return a.plus(b)
}

// narrow is the sum of amounts of one currency that fit 64 bits, and ok whether it does.
func (a Amount) narrow(b Amount) (sum Amount, ok bool) {
	x, y, scale := int64(a.lo), int64(b.lo), a.scale
	if a.hi != x>>63 || b.hi != y>>63 {
		return sum, false
	}
	if a.scale != b.scale { // as of 12.50 and 12.34, which is finer
		okA, okB := true, true
		scale = max(a.scale, b.scale)
		x, okA = fixed.MulInt64(x, fixed.Pow10Int64(int(scale-a.scale)))
		y, okB = fixed.MulInt64(y, fixed.Pow10Int64(int(scale-b.scale)))
		if !okA || !okB || scale > fewDigits {
			return sum, false
		}
	}
	n, ok := fixed.AddInt64(x, y)
	if n == 0 {
		scale = 0
	}
	for scale > 0 && n%10 == 0 {
		n, scale = n/10, scale-1
	}
	return Amount{hi: n >> 63, lo: uint64(n), scale: scale, cur: a.cur}, ok
}

// Sub is a − b, with the errors of [Amount.Add].
func (a Amount) Sub(b Amount) (Amount, error) { return a.Add(b.Neg()) }

func (a Amount) plus(b Amount) (Amount, error) {
	scale := max(a.scale, b.scale)
	x, okA := fixed.RescaleInt128(a.coef(), int(a.scale), int(scale), fixed.HalfEven)
	y, okB := fixed.RescaleInt128(b.coef(), int(b.scale), int(scale), fixed.HalfEven)
	sum, ok := x.Add(y)
	if okA && okB && ok {
		return a.with(sum, scale)
	}
	// The terms may be wider than their sum.
	wide := fixed.RescaleBig(a.coef().Big(), int(a.scale), int(scale), fixed.HalfEven)
	wide.Add(wide, fixed.RescaleBig(b.coef().Big(), int(b.scale), int(scale), fixed.HalfEven))
	return a.withBig(wide, int(scale))
}

// with is another value in a's currency. Unlike build it lets a result be without
// currency when its operands were.
func (a Amount) with(coef fixed.Int128, scale uint8) (Amount, error) {
	coef, scale = fixed.Strip(coef, scale)
	if !inBounds(coef, scale) {
		return Amount{}, ErrOverflow
	}
	return amount(coef, scale, a.cur), nil
}

func (a Amount) withBig(coef *big.Int, scale int) (Amount, error) {
	narrow, places, err := narrowed(coef, scale)
	if err != nil {
		return Amount{}, err
	}
	return a.with(narrow, places)
}

// Cmp is −1, 0 or 1 as a is below, equal to or above b, and a
// *[CurrencyMismatchError] where [Amount.Add] would give one.
func (a Amount) Cmp(b Amount) (int, error) {
	if a.cur != b.cur && a != (Amount{}) && b != (Amount{}) {
		return 0, &CurrencyMismatchError{a.cur, b.cur}
	}
	if a.scale == b.scale {
		return a.coef().Cmp(b.coef()), nil
	}
	if a.cur == b.cur {
		if difference, ok := a.narrow(b.Neg()); ok {
			return difference.Sign(), nil
		}
	}
	scale := int(max(a.scale, b.scale))
	x := fixed.RescaleBig(a.coef().Big(), int(a.scale), scale, fixed.HalfEven)
	return x.Cmp(fixed.RescaleBig(b.coef().Big(), int(b.scale), scale, fixed.HalfEven)), nil
}

// Mul is a × factor, exactly: 12.50 USD × 0.333 is 4.1625 USD. It is [ErrOverflow]
// when factor or product have more than 38 digits or places.
func (a Amount) Mul(factor decimal.Decimal) (Amount, error) {
	coef, scale, err := bounded(factor)
	if err != nil {
		return Amount{}, err
	}
	if product, ok := a.coef().Mul(coef); ok {
		return a.with(product, a.scale+scale)
	}
	return a.withBig(new(big.Int).Mul(a.coef().Big(), coef.Big()), int(a.scale+scale))
}

// Div is a ÷ divisor rounded to places, −38 … 38. It is [ErrDivideByZero] or
// [ErrOverflow]. It is inexact unless result × divisor is a.
func (a Amount) Div(divisor decimal.Decimal, places int, m Rounding) (Amount, error) {
	coef, scale, err := bounded(divisor)
	switch {
	case err != nil:
		return Amount{}, err
	case coef.Sign() == 0:
		return Amount{}, ErrDivideByZero
	case places < -fixed.MaxDigits || places > fixed.MaxDigits:
		return Amount{}, ErrOverflow
	}
	num := fixed.RescaleBig(a.coef().Big(), 0, int(scale)+max(places, 0), fixed.HalfEven)
	den := fixed.RescaleBig(coef.Big(), 0, int(a.scale)+max(-places, 0), fixed.HalfEven)
	quo := fixed.DivRound(num, den, fixed.Mode(m))
	if places < 0 {
		quo = fixed.RescaleBig(quo, places, 0, fixed.HalfEven)
	}
	return a.withBig(quo, max(places, 0))
}

// Convert is a × rate in another currency, exactly: the places of amount and rate
// add up, and rounding is a step of its own. Rate is units of to for one of a's.
func (a Amount) Convert(rate decimal.Decimal, to Currency) (Amount, error) {
	product, err := a.Mul(rate)
	if err != nil {
		return Amount{}, err
	}
	return build(product.coef(), product.scale, to)
}

// Sum adds amounts, with the errors of [Amount.Add]. No amounts give Amount{}.
func Sum(amounts ...Amount) (Amount, error) { return SumSeq(slices.Values(amounts)) }

// SumSeq is [Sum] for a sequence.
func SumSeq(amounts iter.Seq[Amount]) (total Amount, err error) {
	for a := range amounts {
		if total, err = total.Add(a); err != nil {
			return Amount{}, err
		}
	}
	return total, nil
}
