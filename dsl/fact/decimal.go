package fact

import (
	"fmt"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/internal/fixed"
)

// maxDigits bounds shares and rates before any arithmetic, since an exponent of a
// billion would be written out; it is the bound of money.
const maxDigits = 38

// CanonicalDecimal is a share or a rate in its shortest form, so that 0.50 and 0.5
// leave the same trace: no trailing zero after the point and no positive exponent.
// The error is a value of more than 38 digits, or 38 places.
//
// It looks at the coefficient and not at the text, which the decimal package's
// settings can change.
func CanonicalDecimal(d decimal.Decimal) (decimal.Decimal, error) {
	exponent := d.Exponent()
	if d.NumDigits() > maxDigits || exponent > maxDigits || exponent < -maxDigits {
		return d, fmt.Errorf("the number has more than %d digits; round it", maxDigits)
	}
	if exponent == 0 {
		return d, nil
	}
	coefficient, ten := d.Coefficient(), big.NewInt(10)
	for ; exponent > 0; exponent-- {
		coefficient.Mul(coefficient, ten)
	}
	for exponent < 0 {
		shorter, rest := new(big.Int).QuoRem(coefficient, ten, new(big.Int))
		if rest.Sign() != 0 {
			break
		}
		coefficient, exponent = shorter, exponent+1
	}
	return decimal.NewFromBigInt(coefficient, exponent), nil
}

// DecimalText is a share or a rate for messages and traces: its canonical form in
// plain digits, or digits and exponent if it is out of bounds.
func DecimalText(d decimal.Decimal) string {
	var room [48]byte
	return string(AppendDecimal(room[:0], d))
}

// AppendDecimal appends DecimalText.
func AppendDecimal(dst []byte, d decimal.Decimal) []byte {
	exponent, digits := d.Exponent(), d.NumDigits()
	switch {
	case digits > maxDigits || exponent > maxDigits || exponent < -maxDigits:
		return fmt.Appendf(dst, "%sE%d", d.Coefficient(), exponent)
	case exponent <= 0 && digits <= int64Digits: // as most are
		return fixed.Append(dst, fixed.FromInt64(d.CoefficientInt64()), uint8(-exponent), 0)
	}
	coefficient := d.Coefficient()
	if exponent > 0 {
		coefficient.Mul(coefficient, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(exponent)), nil))
	}
	return fixed.AppendBig(dst, coefficient, uint8(max(0, -exponent)), 0)
}

// int64Digits are how many digits fit in an int64, whichever they are.
const int64Digits = 18
