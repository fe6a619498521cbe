package money

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/internal/fixed"
)

// Amount is an exact amount of money: coefficient ÷ 10^scale of a currency, with less
// than 10^38 as coefficient and at most 38 places. It is canonical, so == means same
// value and same currency. The zero value is zero of no currency, which adds to
// anything.
type Amount struct {
	hi    int64
	lo    uint64
	scale uint8
	cur   Currency
}

// New is coef ÷ 10^scale of cur. It is [ErrOverflow] for more than 38 places and
// [ErrNoCurrency] for a value other than zero without currency.
func New(coef int64, scale uint8, cur Currency) (Amount, error) {
	if coef != 0 && scale <= fewDigits && !cur.IsZero() { // as most are
		for scale > 0 && coef%10 == 0 {
			coef, scale = coef/10, scale-1
		}
		return Amount{hi: coef >> 63, lo: uint64(coef), scale: scale, cur: cur}, nil
	}
	return build(fixed.FromInt64(coef), scale, cur)
}

// FromMinor is a number of minor units: 1250 of USD is 12.50 USD, of JPY 1250 JPY.
// Without currency it counts whole units and will add to nothing.
func FromMinor(units int64, cur Currency) Amount {
	coef, scale := fixed.Strip(fixed.FromInt64(units), uint8(cur.Digits()))
	return amount(coef, scale, cur)
}

// FromBig is coef ÷ 10^scale of cur, with the errors of [New].
func FromBig(coef *big.Int, scale uint8, cur Currency) (Amount, error) {
	return buildBig(coef, int(scale), cur)
}

// FromDecimal is d of cur, with the errors of [New]. Digits and exponent are bounded
// before any arithmetic, so d may come from anywhere.
func FromDecimal(d decimal.Decimal, cur Currency) (Amount, error) {
	coef, scale, err := bounded(d)
	if err != nil {
		return Amount{}, err
	}
	return build(coef, scale, cur)
}

// Decimal is the value without its currency, exactly.
func (a Amount) Decimal() decimal.Decimal {
	return decimal.NewFromBigInt(a.coef().Big(), -int32(a.scale))
}

// Big is the value without its currency as coef ÷ 10^scale, with the smallest scale
// that holds it.
func (a Amount) Big() (coef *big.Int, scale uint8) { return a.coef().Big(), a.scale }

// Int64 is the coefficient at exactly that scale: 12.50 USD is 1250 at scale 2. It is
// false when the amount is finer or the coefficient does not fit.
func (a Amount) Int64(scale uint8) (coef int64, ok bool) {
	if scale < a.scale {
		return 0, false
	}
	if v, fits := a.coef().Int64(); fits {
		return fixed.RescaleInt64(v, int(a.scale), int(scale), fixed.HalfEven)
	}
	return 0, false
}

// Scale is the number of places that the value needs: 1 for 12.50 USD, 0 for 100 USD.
func (a Amount) Scale() uint8 { return a.scale }

// Currency is the amount's currency, zero for Amount{}.
func (a Amount) Currency() Currency { return a.cur }

// Sign is −1, 0 or 1.
func (a Amount) Sign() int { return a.coef().Sign() }

// IsZero reports a value of zero, in whatever currency.
func (a Amount) IsZero() bool { return a.hi == 0 && a.lo == 0 }

// IsMinor reports that the value is a whole number of minor units, which can be paid.
func (a Amount) IsMinor() bool { return int(a.scale) <= a.cur.Digits() }

// Equal is ==, for packages that compare by method.
func (a Amount) Equal(b Amount) bool { return a == b }

func (a Amount) coef() fixed.Int128 { return fixed.Int128{Hi: a.hi, Lo: a.lo} }

// amount trusts its arguments to be canonical and in bounds.
func amount(coef fixed.Int128, scale uint8, cur Currency) Amount {
	return Amount{hi: coef.Hi, lo: coef.Lo, scale: scale, cur: cur}
}

// build makes a canonical amount, or says why there is none.
func build(coef fixed.Int128, scale uint8, cur Currency) (Amount, error) {
	coef, scale = fixed.Strip(coef, scale)
	switch {
	case !inBounds(coef, scale):
		return Amount{}, ErrOverflow
	case cur.IsZero() && coef.Sign() != 0:
		return Amount{}, ErrNoCurrency
	}
	return amount(coef, scale, cur), nil
}

func inBounds(coef fixed.Int128, scale uint8) bool {
	if coef.IsInt64() {
		return scale <= fixed.MaxDigits
	}
	limit := fixed.Pow10(fixed.MaxDigits)
	below, _ := limit.Neg()
	return scale <= fixed.MaxDigits && coef.Cmp(limit) < 0 && coef.Cmp(below) > 0
}

// maxBits bounds what is looked at for trailing zeros: 10^308 has fewer bits. The
// zeros of a longer coefficient are not worth the time to drop.
const (
	maxBits  = 1024
	maxZeros = 308
)

// fewDigits always fit 64 bits.
const fewDigits = 18

func buildBig(coef *big.Int, scale int, cur Currency) (Amount, error) {
	narrow, places, err := narrowed(coef, scale)
	if err != nil {
		return Amount{}, err
	}
	return build(narrow, places, cur)
}

// narrowed drops trailing zeros of coef ÷ 10^scale until it is in bounds.
func narrowed(coef *big.Int, scale int) (fixed.Int128, uint8, error) {
	if coef.Sign() == 0 {
		return fixed.Int128{}, 0, nil
	}
	if coef.BitLen() > maxBits || scale > fixed.MaxDigits+maxZeros {
		return fixed.Int128{}, 0, ErrOverflow
	}
	if coef.IsInt64() && scale >= 0 && scale <= fixed.MaxDigits {
		narrow, places := fixed.Strip(fixed.FromInt64(coef.Int64()), uint8(scale))
		return narrow, places, nil
	}
	ten, rest := big.NewInt(10), new(big.Int)
	for quo := coef; scale > 0; scale-- {
		if quo, rest = new(big.Int).QuoRem(quo, ten, rest); rest.Sign() != 0 {
			break
		}
		coef = quo
	}
	narrow, ok := fixed.FromBig(coef)
	if !ok || scale > fixed.MaxDigits || !inBounds(narrow, uint8(scale)) {
		return fixed.Int128{}, 0, ErrOverflow
	}
	return narrow, uint8(scale), nil
}

// bounded takes a decimal apart without calculating with it: methods of a decimal
// with a huge exponent run for minutes.
func bounded(d decimal.Decimal) (coef fixed.Int128, scale uint8, err error) {
	exponent := int(d.Exponent())
	if exponent <= 0 && exponent >= -fixed.MaxDigits && d.NumDigits() <= fewDigits { // as most are
		coef, scale = fixed.Strip(fixed.FromInt64(d.CoefficientInt64()), uint8(-exponent))
		return coef, scale, nil
	}
	big := d.Coefficient()
	switch {
	case big.Sign() == 0:
		return fixed.Int128{}, 0, nil
	case exponent > fixed.MaxDigits:
		return fixed.Int128{}, 0, ErrOverflow
	case exponent <= 0:
		return narrowed(big, -exponent)
	case big.BitLen() > maxBits:
		return fixed.Int128{}, 0, ErrOverflow
	}
	return narrowed(big.Mul(big, fixed.Pow10Big(exponent)), 0)
}
