package exact

import (
	"math/big"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/money"
)

// Sums of exact numbers, and what they are as money, are those of decimals, whatever fits 64 bits.
func TestExactNumbersAddUpAsDecimalsDo(t *testing.T) {
	usd := money.MustCurrency("USD")
	rapid.Check(t, func(rt *rapid.T) {
		var sum Number
		want := decimal.Zero
		for range rapid.IntRange(0, 6).Draw(rt, "numbers") {
			coef, scale := rapid.Int64().Draw(rt, "coefficient"), rapid.Uint8Range(0, 16).Draw(rt, "scale")
			one, d := Number{coef: coef, scale: scale}, decimal.New(coef, -int32(scale))
			if rapid.IntRange(0, 4).Draw(rt, "wide") == 0 {
				d = decimal.NewFromBigInt(new(big.Int).Mul(big.NewInt(coef), big.NewInt(1<<40)), -int32(scale))
				one = From(d)
			}
			if sum, want = sum.Plus(one), want.Add(d); !sum.Decimal().Equal(want) || sum.IsZero() != want.IsZero() {
				rt.Fatalf("%s, want %s", sum.Decimal(), want)
			}
		}
		total, other := money.FromDecimal(want, usd)
		if units, ok := sum.Units(2, money.HalfEven); ok {
			if rounded, err := total.Round(2, money.HalfEven); err != nil || rounded != money.FromMinor(units, usd) {
				rt.Fatalf("%s is %d cents, want %s (%v)", want, units, rounded, err)
			}
		}
		got, err := sum.Amount(usd)
		if got != total || err != other {
			rt.Fatalf("%s (%v), want %s (%v)", got, err, total, other)
		}
	})
}
