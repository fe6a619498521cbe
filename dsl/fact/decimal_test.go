package fact

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func TestDecimalsHaveOneForm(t *testing.T) {
	for _, c := range []struct {
		in   decimal.Decimal
		want string
	}{
		{decimal.RequireFromString("0.500"), "0.5"},
		{decimal.RequireFromString("-100.0"), "-100"},
		{decimal.New(12, 2), "1200"},
		{decimal.New(0, -5), "0"},
		{decimal.New(1, -38), "0.00000000000000000000000000000000000001"},
		{decimal.New(1, 1_000_000_000), "1E1000000000"},
		{decimal.New(7, -39), "7E-39"},
	} {
		if got := DecimalText(c.in); got != c.want {
			t.Errorf("%dE%d is %s, want %s", c.in.CoefficientInt64(), c.in.Exponent(), got, c.want)
		}
	}
}

func TestTheCanonicalFormKeepsTheValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := decimal.New(rapid.Int64().Draw(t, "coefficient"), int32(rapid.IntRange(-18, 18).Draw(t, "exponent")))
		short, err := CanonicalDecimal(d)
		if err != nil || !short.Equal(d) || short.Exponent() > 0 {
			t.Fatalf("%s is %s, %v", d, short, err)
		}
		padded, err := CanonicalDecimal(decimal.NewFromBigInt(short.Shift(3).BigInt(), -3))
		if short.NumDigits() <= 35 && short.Exponent() == 0 && (err != nil || padded.Exponent() != 0 || padded.Coefficient().Cmp(short.Coefficient()) != 0) {
			t.Fatalf("%s with zeros is %s, %v", short, padded, err)
		}
	})
}

func TestATextIsThatOfTheCanonicalForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coefficient := decimal.New(rapid.Int64().Draw(t, "coefficient"), 0)
		if rapid.Bool().Draw(t, "wide") {
			coefficient = coefficient.Mul(decimal.New(rapid.Int64().Draw(t, "more"), 0))
		}
		d := decimal.NewFromBigInt(coefficient.BigInt(), int32(rapid.IntRange(-40, 40).Draw(t, "exponent")))
		short, err := CanonicalDecimal(d)
		if err != nil {
			return
		}
		if got, want := DecimalText(d), short.StringFixed(-short.Exponent()); got != want {
			t.Fatalf("%s is written %s", want, got)
		}
	})
}
