// Package rat computes with exact fractions as values: every function gives a fresh number
// and changes none, so that a number can be shared without thought.
package rat

import (
	"math/big"

	"github.com/shopspring/decimal"
)

// Int is a whole number.
func Int(n int64) *big.Rat { return big.NewRat(n, 1) }

// Zero is 0.
func Zero() *big.Rat { return new(big.Rat) }

// Of is a decimal, exactly.
func Of(d decimal.Decimal) *big.Rat {
	c := d.Coefficient()
	if e := int64(d.Exponent()); e < 0 {
		return new(big.Rat).SetFrac(c, power(-e))
	} else if e > 0 {
		c.Mul(c, power(e))
	}
	return new(big.Rat).SetInt(c)
}

func power(n int64) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(n), nil) }

// Add is a + b.
func Add(a, b *big.Rat) *big.Rat { return new(big.Rat).Add(a, b) }

// Sub is a − b.
func Sub(a, b *big.Rat) *big.Rat { return new(big.Rat).Sub(a, b) }

// Mul is a × b.
func Mul(a, b *big.Rat) *big.Rat { return new(big.Rat).Mul(a, b) }

// Quo is a ÷ b, which is not 0.
func Quo(a, b *big.Rat) *big.Rat { return new(big.Rat).Quo(a, b) }

// Neg is −a.
func Neg(a *big.Rat) *big.Rat { return new(big.Rat).Neg(a) }

// Abs is |a|.
func Abs(a *big.Rat) *big.Rat { return new(big.Rat).Abs(a) }

// Max is the larger of two.
func Max(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) >= 0 {
		return a
	}
	return b
}

// Min is the smaller of two.
func Min(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) <= 0 {
		return a
	}
	return b
}

// Mean is the number halfway between two.
func Mean(a, b *big.Rat) *big.Rat { return Quo(Add(a, b), Int(2)) }

// Unit is the smallest step at a number of decimal places: 0.01 at 2, 100 at −2.
func Unit(places int) *big.Rat {
	if places < 0 {
		return new(big.Rat).SetInt(power(int64(-places)))
	}
	return new(big.Rat).SetFrac(big.NewInt(1), power(int64(places)))
}

// Floor is the largest number of a number of decimal places that is not above a.
func Floor(a *big.Rat, places int) *big.Rat {
	u := Unit(places)
	n := Quo(a, u)
	whole := new(big.Int)
	whole.Div(n.Num(), n.Denom()) // denominators are above zero: Div rounds down
	return Mul(new(big.Rat).SetInt(whole), u)
}

// Ceil is the smallest number of a number of decimal places that is not below a.
func Ceil(a *big.Rat, places int) *big.Rat { return Neg(Floor(Neg(a), places)) }

// Decimal is a as a decimal, and whether it has one of at most 38 places.
func Decimal(a *big.Rat) (decimal.Decimal, bool) {
	const most = 38
	places, exact := a.FloatPrec()
	if !exact || places > most {
		return decimal.Decimal{}, false
	}
	c := new(big.Int).Mul(a.Num(), power(int64(places)))
	return decimal.NewFromBigInt(c.Quo(c, a.Denom()), -int32(places)), true
}

// Root is the square root of a, when it is a fraction.
func Root(a *big.Rat) (*big.Rat, bool) {
	if a.Sign() < 0 {
		return nil, false
	}
	n, d := new(big.Int).Sqrt(a.Num()), new(big.Int).Sqrt(a.Denom())
	root := new(big.Rat).SetFrac(n, d)
	return root, Mul(root, root).Cmp(a) == 0
}

// Text is a as a person writes it: a decimal where it has one, else a fraction.
func Text(a *big.Rat) string {
	if places, exact := a.FloatPrec(); exact {
		return a.FloatString(places)
	}
	return a.RatString()
}
