package fixed

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestInt64OperationsAgreeWithBig(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a, b := rapid.Int64().Draw(r, "a"), rapid.Int64().Draw(r, "b")
		x, y := big.NewInt(a), big.NewInt(b)
		agree := func(name string, got int64, ok bool, want *big.Int) {
			if ok != want.IsInt64() || ok && got != want.Int64() {
				r.Fatalf("%s of %d and %d: %d, %v; exactly %s", name, a, b, got, ok, want)
			}
		}
		p, ok := MulInt64(a, b)
		agree("product", p, ok, new(big.Int).Mul(x, y))
		p, ok = AddInt64(a, b)
		agree("sum", p, ok, new(big.Int).Add(x, y))
		p, ok = SubInt64(a, b)
		agree("difference", p, ok, new(big.Int).Sub(x, y))
		factor := Pow10Int64(rapid.IntRange(0, 18).Draw(r, "power"))
		if q, ok := DivScaledInt64(a, b, uint64(factor)); ok {
			want := DivRound(new(big.Int).Mul(x, big.NewInt(factor)), y, HalfEven)
			agree("quotient", q, ok, want)
		}
	})
}

func TestQuotientsThatFitAreFound(t *testing.T) {
	if q, ok := DivScaledInt64(4_999_825, 30_000_000, 1e16); !ok || q != 1666608333333333 {
		t.Errorf("49,998.25 ÷ 300,000 = %d, %v", q, ok)
	}
}
