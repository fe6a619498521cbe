package hold

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/internal/fixed"
)

// Fraction is a part from 0 to 1, as numerator and denominator; the denominator is above zero. The
// zero value is nothing.
type Fraction struct{ num, den decimal.Decimal }

// fractionOf is num ÷ den, kept between nothing and all; beyond tells that it was not. Of nothing
// there is nothing to wait for: it is all.
func fractionOf(num, den decimal.Decimal) (f Fraction, beyond bool) {
	switch {
	case den.IsZero():
		return all, false
	case den.IsNegative():
		num, den = num.Neg(), den.Neg()
	}
	switch {
	case num.IsNegative():
		return Fraction{}, true
	case num.GreaterThan(den):
		return all, true
	}
	return Fraction{num, den}, false
}

var all = Fraction{one, one}

// Of is num ÷ den, kept between nothing and all.
func Of(num, den int64) Fraction {
	f, _ := fractionOf(decimal.New(num, 0), decimal.New(den, 0))
	return f
}

// plus is the sum, and times the product with a share.
func (f Fraction) plus(g Fraction) Fraction {
	switch {
	case f.IsZero():
		return g
	case g.IsZero():
		return f
	case f.den.Equal(g.den):
		return Fraction{f.num.Add(g.num), f.den}
	}
	return Fraction{f.num.Mul(g.den).Add(g.num.Mul(f.den)), f.den.Mul(g.den)}
}

func (f Fraction) times(share decimal.Decimal) Fraction {
	return Fraction{f.num.Mul(share), f.den}
}

// IsZero reports whether nothing is released.
func (f Fraction) IsZero() bool { return f.num.IsZero() }

// All reports whether everything is released.
func (f Fraction) All() bool { return !f.IsZero() && f.num.Equal(f.den) }

// Cmp is -1, 0 or +1 as f is less than, equal to or more than g.
func (f Fraction) Cmp(g Fraction) int {
	switch {
	case f.IsZero() || g.IsZero():
		return f.num.Cmp(g.num)
	}
	return f.num.Mul(g.den).Cmp(g.num.Mul(f.den))
}

// Of is the fraction of an amount, rounded once to decimal places. All of it is the amount as it is.
func (f Fraction) Of(amount decimal.Decimal, places int, mode money.Rounding) decimal.Decimal {
	if f.IsZero() {
		return decimal.Zero
	}
	if f.All() {
		return amount
	}
	product := amount.Mul(f.num)
	num, den := product.Coefficient(), f.den.Coefficient()
	// product = num × 10^e, den = den × 10^g: what is wanted is num ÷ den at the places.
	if shift := int(product.Exponent()) - int(f.den.Exponent()) + places; shift >= 0 {
		num.Mul(num, fixed.Pow10Big(shift))
	} else {
		den.Mul(den, fixed.Pow10Big(-shift))
	}
	return decimal.NewFromBigInt(fixed.DivRound(num, den, fixed.Mode(mode)), -int32(places))
}

// String is a percentage where that is a plain number, and the two numbers where they are a payment and what is
// owed: "30%", "30% (300 of 1000)", "100 of 300".
func (f Fraction) String() string {
	if f.IsZero() {
		return "0%"
	}
	pair := fact.DecimalText(f.num) + " of " + fact.DecimalText(f.den)
	percent, ok := f.percent()
	switch {
	case !ok:
		return pair
	case f.den.Equal(one):
		return percent
	}
	return percent + " (" + pair + ")"
}

func (f Fraction) percent() (text string, ok bool) {
	const places = 6
	num, den := f.num.Shift(2+places), f.den
	if e := min(num.Exponent(), den.Exponent()); e < 0 {
		num, den = num.Shift(-e), den.Shift(-e)
	}
	quo, rem := new(big.Int).QuoRem(num.BigInt(), den.BigInt(), new(big.Int))
	return fact.DecimalText(decimal.NewFromBigInt(quo, -places)) + "%", rem.Sign() == 0
}
