package fixed

import (
	"math"
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

// int64s draws whole numbers of every size and sign, and those at which widths change.
func int64s() *rapid.Generator[int64] {
	return rapid.OneOf(
		rapid.SampledFrom([]int64{math.MinInt64, math.MinInt64 + 1, -1 << 62, -2, -1, 0, 1, 2, 1 << 62, 1<<62 + 1, math.MaxInt64}),
		rapid.Custom(func(t *rapid.T) int64 { return rapid.Int64().Draw(t, "v") >> rapid.IntRange(0, 63).Draw(t, "shift") }),
	)
}

// checkQuotient holds a quotient against the exact one: what is given is right, and
// what is refused is half of an int64 or more.
func checkQuotient(fail func(string, ...any), a, b int64, factor uint64) {
	got, ok := DivScaledInt64(a, b, factor)
	if b == 0 {
		if ok {
			fail("%d ÷ 0 gives %d", a, got)
		}
		return
	}
	product := new(big.Int).Mul(big.NewInt(a), new(big.Int).SetUint64(factor))
	want := DivRound(product, big.NewInt(b), HalfEven)
	small := want.CmpAbs(new(big.Int).Lsh(big.NewInt(1), 62)) < 0
	switch {
	case ok && want.Cmp(big.NewInt(got)) != 0:
		fail("%d × %d ÷ %d = %d, exactly %v", a, factor, b, got, want)
	case small && !ok:
		fail("%d × %d ÷ %d = %v is refused", a, factor, b, want)
	case !ok && got != 0:
		fail("%d × %d ÷ %d is refused, but gives %d", a, factor, b, got)
	}
}

func TestScaledQuotientsAreExactOrRefused(t *testing.T) {
	for _, a := range []int64{math.MinInt64, -1 << 62, -15, -5, -3, -1, 0, 1, 3, 5, 15, 1 << 62, 1<<62 + 1, math.MaxInt64} {
		for _, b := range []int64{math.MinInt64, -10, -2, -1, 0, 1, 2, 10, math.MaxInt64} {
			for _, factor := range []uint64{1, 2, 3, 1e16, 1e18, math.MaxUint64} {
				checkQuotient(t.Errorf, a, b, factor)
			}
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		b := int64s().Draw(r, "b")
		a := int64s().Draw(r, "a")
		if rapid.Bool().Draw(r, "tie") { // an odd multiple of a half is rare by chance
			half, odd := b>>33, 2*rapid.Int64Range(-1000, 1000).Draw(r, "k")+1
			a, b = half*odd, 2*half
		}
		checkQuotient(r.Fatalf, a, b, uint64(Pow10Int64(rapid.IntRange(0, 18).Draw(r, "power"))))
	})
}

// The quotient rounds up to 2^64, which as 64 bits is 0.
func TestAQuotientThatRoundsUpToTheEndIsNoZero(t *testing.T) {
	// 24,036,155,139.09 ÷ 13,030,025.81 at 16 places is 1844.6744073709551616.
	if q, ok := DivScaledInt64(2403615513909, 1303002581, 1e16); ok {
		t.Errorf("2,403,615,513,909 × 10^16 ÷ 1,303,002,581 = %d", q)
	}
}

func TestSumsAndProductsOfInt64AtEveryEdge(t *testing.T) {
	edges := []int64{math.MinInt64, math.MinInt64 + 1, -1 << 32, -2, -1, 0, 1, 2, 1 << 31, 1 << 32, math.MaxInt64 - 1, math.MaxInt64}
	for _, a := range edges {
		for _, b := range edges {
			x, y := big.NewInt(a), big.NewInt(b)
			for _, c := range []struct {
				name string
				op   func(a, b int64) (int64, bool)
				want *big.Int
			}{{"+", AddInt64, new(big.Int).Add(x, y)}, {"−", SubInt64, new(big.Int).Sub(x, y)}, {"×", MulInt64, new(big.Int).Mul(x, y)}} {
				got, ok := c.op(a, b)
				if ok != c.want.IsInt64() || ok && got != c.want.Int64() {
					t.Errorf("%d %s %d: %d, %v; exactly %v", a, c.name, b, got, ok, c.want)
				}
			}
		}
	}
}

func TestQuotientsThatFitAreFound(t *testing.T) {
	if q, ok := DivScaledInt64(4_999_825, 30_000_000, 1e16); !ok || q != 1666608333333333 {
		t.Errorf("49,998.25 ÷ 300,000 = %d, %v", q, ok)
	}
}
