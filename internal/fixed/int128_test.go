package fixed_test

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/internal/fixed"
)

// edges are the values at which carries, signs and widths change.
func edges() []fixed.Int128 {
	var out []fixed.Int128
	for _, hi := range []int64{math.MinInt64, math.MinInt64 + 1, -2, -1, 0, 1, 2, math.MaxInt64} {
		for _, lo := range []uint64{0, 1, 2, 10, 1 << 32, math.MaxInt64, 1 << 63, 1<<63 + 1, math.MaxUint64} {
			out = append(out, fixed.Int128{Hi: hi, Lo: lo})
		}
	}
	return out
}

func anyInt128() *rapid.Generator[fixed.Int128] {
	return rapid.OneOf(
		rapid.SampledFrom(edges()),
		rapid.Map(rapid.Int64(), fixed.FromInt64),
		rapid.Custom(func(t *rapid.T) fixed.Int128 {
			hi := rapid.Int64().Draw(t, "hi") >> rapid.IntRange(0, 63).Draw(t, "shift")
			return fixed.Int128{Hi: hi, Lo: rapid.Uint64().Draw(t, "lo")}
		}),
	)
}

// same fails unless got is want, or want does not fit and ok says so.
func same(t *rapid.T, op string, got fixed.Int128, ok bool, want *big.Int) {
	t.Helper()
	_, fits := fixed.FromBig(want)
	switch {
	case ok != fits:
		t.Fatalf("%s: ok = %v, but %v fits = %v", op, ok, want, fits)
	case ok && got.Big().Cmp(want) != 0:
		t.Fatalf("%s = %v, want %v", op, got.Big(), want)
	case !ok && got != fixed.Int128{}:
		t.Fatalf("%s overflowed but gave %v", op, got.Big())
	}
}

func checkPair(t *rapid.T, a, b fixed.Int128) {
	x, y := a.Big(), b.Big()
	sum, ok := a.Add(b)
	same(t, "sum", sum, ok, new(big.Int).Add(x, y))
	diff, ok := a.Sub(b)
	same(t, "difference", diff, ok, new(big.Int).Sub(x, y))
	product, ok := a.Mul(b)
	same(t, "product", product, ok, new(big.Int).Mul(x, y))
	product, ok = a.MulInt64(int64(b.Lo))
	same(t, "narrow product", product, ok, new(big.Int).Mul(x, big.NewInt(int64(b.Lo))))
	narrow := fixed.MulWide(int64(a.Lo), int64(b.Lo))
	same(t, "int64s", narrow, true, new(big.Int).Mul(big.NewInt(int64(a.Lo)), big.NewInt(int64(b.Lo))))
	negative, ok := a.Neg()
	same(t, "negative", negative, ok, new(big.Int).Neg(x))
	if a.Cmp(b) != x.Cmp(y) || a.Sign() != x.Sign() || a.IsInt64() != x.IsInt64() || a.String() != x.String() {
		t.Fatalf("%v and %v compare or print unlike math/big", x, y)
	}
	quo, rem, ok := a.QuoRem(b)
	if y.Sign() == 0 {
		if ok {
			t.Fatal("division by zero is not reported")
		}
		return
	}
	wantQuo, wantRem := new(big.Int).QuoRem(x, y, new(big.Int))
	same(t, "quotient", quo, ok, wantQuo)
	if ok && rem.Big().Cmp(wantRem) != 0 {
		t.Fatalf("%v rem %v = %v, want %v", x, y, rem.Big(), wantRem)
	}
}

func TestInt128CalculatesLikeMathBig(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkPair(t, anyInt128().Draw(t, "a"), anyInt128().Draw(t, "b"))
	})
}

func TestInt128CalculatesLikeMathBigAtEveryEdge(t *testing.T) {
	all := edges()
	next := 0
	// One rapid case is enough: the pairs are enumerated, not drawn.
	rapid.Check(t, func(t *rapid.T) {
		for ; next < len(all); next++ {
			for _, b := range all {
				checkPair(t, all[next], b)
			}
		}
	})
}

func TestBigIntegersThatDoNotFitAreRefused(t *testing.T) {
	limit := new(big.Int).Lsh(big.NewInt(1), 127)
	below := new(big.Int).Neg(limit)
	cases := []struct {
		value *big.Int
		fits  bool
	}{
		{limit, false},
		{new(big.Int).Sub(limit, big.NewInt(1)), true},
		{below, true},
		{new(big.Int).Sub(below, big.NewInt(1)), false},
		{new(big.Int).Lsh(limit, 1000), false},
		{new(big.Int), true},
	}
	for _, c := range cases {
		got, ok := fixed.FromBig(c.value)
		if ok != c.fits || ok && got.Big().Cmp(c.value) != 0 {
			t.Errorf("FromBig(%v) = %v, %v, want fits = %v", c.value, got, ok, c.fits)
		}
	}
}

func TestPowersOfTen(t *testing.T) {
	for n := -1; n <= fixed.MaxDigits+1; n++ {
		want := fixed.Pow10Big(n)
		if n > fixed.MaxDigits {
			want = new(big.Int)
		}
		if got := fixed.Pow10(n); got.Big().Cmp(want) != 0 {
			t.Errorf("Pow10(%d) = %v, want %v", n, got, want)
		}
		if n > 18 {
			want = new(big.Int)
		}
		if got := fixed.Pow10Int64(n); got != want.Int64() {
			t.Errorf("Pow10Int64(%d) = %v, want %v", n, got, want)
		}
	}
}
