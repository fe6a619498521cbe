package fixed_test

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/internal/fixed"
)

// The rows are the tables that the standards print: IEEE 754 and the
// java.math.RoundingMode page (half-even, half-up, half-down, up, down, ceiling,
// floor), the General Decimal Arithmetic specification for the others by analogy.
// The values are tenths.
func TestEachModeSendsTiesAndOthersWhereItsNameSays(t *testing.T) {
	tenths := []int64{55, 25, 16, 11, 10, -10, -11, -16, -25, -55}
	want := map[fixed.Mode][]int64{
		fixed.HalfEven:    {6, 2, 2, 1, 1, -1, -1, -2, -2, -6},
		fixed.HalfUp:      {6, 3, 2, 1, 1, -1, -1, -2, -3, -6},
		fixed.HalfDown:    {5, 2, 2, 1, 1, -1, -1, -2, -2, -5},
		fixed.HalfOdd:     {5, 3, 2, 1, 1, -1, -1, -2, -3, -5},
		fixed.HalfCeiling: {6, 3, 2, 1, 1, -1, -1, -2, -2, -5},
		fixed.HalfFloor:   {5, 2, 2, 1, 1, -1, -1, -2, -3, -6},
		fixed.Up:          {6, 3, 2, 2, 1, -1, -2, -2, -3, -6},
		fixed.Down:        {5, 2, 1, 1, 1, -1, -1, -1, -2, -5},
		fixed.Ceiling:     {6, 3, 2, 2, 1, -1, -1, -1, -2, -5},
		fixed.Floor:       {5, 2, 1, 1, 1, -1, -2, -2, -3, -6},
	}
	for m := fixed.HalfEven; m <= fixed.Floor; m++ {
		for i, v := range tenths {
			for _, sign := range []int64{1, -1} {
				if got, ok := fixed.DivRoundInt64(sign*v, sign*10, m); !ok || got != want[m][i] {
					t.Errorf("mode %d: %d tenths rounds to %d, want %d", m, v, got, want[m][i])
				}
			}
		}
	}
}

// oracle rounds a rational by looking at both neighbours, on purpose unlike the code.
func oracle(num, den *big.Int, m fixed.Mode) *big.Int {
	value := new(big.Rat).SetFrac(num, den)
	floor := new(big.Int).Div(value.Num(), value.Denom()) // Euclidean: floor, since Denom > 0
	if value.IsInt() {
		return floor
	}
	ceiling := new(big.Int).Add(floor, big.NewInt(1))
	toFloor := new(big.Rat).Sub(value, new(big.Rat).SetInt(floor))
	side := toFloor.Cmp(big.NewRat(1, 2))
	positive := value.Sign() > 0
	inner, outer := floor, ceiling
	if !positive {
		inner, outer = ceiling, floor
	}
	even, odd := floor, ceiling
	if floor.Bit(0) == 1 {
		even, odd = ceiling, floor
	}
	nearest, tie := map[int]*big.Int{-1: floor, 1: ceiling}, map[fixed.Mode]*big.Int{
		fixed.HalfEven: even, fixed.HalfOdd: odd, fixed.HalfUp: outer, fixed.HalfDown: inner,
		fixed.HalfCeiling: ceiling, fixed.HalfFloor: floor,
	}
	switch {
	case m == fixed.Up:
		return outer
	case m == fixed.Down:
		return inner
	case m == fixed.Ceiling:
		return ceiling
	case m == fixed.Floor:
		return floor
	case side != 0:
		return nearest[side]
	}
	return tie[m]
}

func anyMode() *rapid.Generator[fixed.Mode] {
	return rapid.Map(rapid.IntRange(0, 9), func(n int) fixed.Mode { return fixed.Mode(n) })
}

func TestAllWidthsRoundLikeTheOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		den := anyInt128().Filter(func(v fixed.Int128) bool { return v.Sign() != 0 }).Draw(t, "den")
		num := anyInt128().Draw(t, "num")
		if rapid.Bool().Draw(t, "tie") {
			// An odd multiple of a half is rare by chance.
			if twice, ok := den.MulInt64(2*rapid.Int64Range(-20, 20).Draw(t, "k") + 1); ok {
				num, den = twice, mustDouble(den)
			}
		}
		if den.Sign() == 0 {
			return
		}
		m := anyMode().Draw(t, "mode")
		want := oracle(num.Big(), den.Big(), m)
		if got := fixed.DivRound(num.Big(), den.Big(), m); got.Cmp(want) != 0 {
			t.Fatalf("big: %v, want %v", got, want)
		}
		got, ok := num.DivRound(den, m)
		same(t, "int128", got, ok, want)
		if num.IsInt64() && den.IsInt64() {
			a, _ := num.Int64()
			b, _ := den.Int64()
			narrow, ok := fixed.DivRoundInt64(a, b, m)
			if ok != want.IsInt64() || ok && narrow != want.Int64() {
				t.Fatalf("int64: %v %v, want %v", narrow, ok, want)
			}
		}
	})
}

// mustDouble is 2v, or 0 when it does not fit.
func mustDouble(v fixed.Int128) fixed.Int128 {
	twice, _ := v.MulInt64(2)
	return twice
}

func TestDivisionByZeroIsReported(t *testing.T) {
	if _, ok := fixed.DivRoundInt64(1, 0, fixed.HalfEven); ok {
		t.Error("int64 says ok")
	}
	if _, ok := fixed.DivRoundInt64(math.MinInt64, -1, fixed.HalfEven); ok {
		t.Error("−2^63 ÷ −1 says ok")
	}
	if _, ok := fixed.FromInt64(1).DivRound(fixed.Int128{}, fixed.HalfEven); ok {
		t.Error("int128 says ok")
	}
	if got := fixed.DivRound(big.NewInt(1), new(big.Int), fixed.HalfEven); got != nil {
		t.Errorf("big gives %v, want nil", got)
	}
}

// At the ends and by one the quotient is nearest to what does not fit.
func TestInt64RoundsLikeTheOracleAtEveryEdge(t *testing.T) {
	edges := []int64{math.MinInt64, math.MinInt64 + 1, -3, -2, -1, 0, 1, 2, 3, math.MaxInt64 - 1, math.MaxInt64}
	for _, num := range edges {
		for _, den := range edges {
			for m := fixed.HalfEven; m <= fixed.Floor && den != 0; m++ {
				want := oracle(big.NewInt(num), big.NewInt(den), m)
				got, ok := fixed.DivRoundInt64(num, den, m)
				if ok != want.IsInt64() || ok && got != want.Int64() {
					t.Errorf("mode %d: %d ÷ %d = %d, %v; exactly %v", m, num, den, got, ok, want)
				}
			}
		}
	}
}

func TestRescalingIsTheSameInEveryWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coef := anyInt128().Draw(t, "coef")
		from := rapid.IntRange(-5, 45).Draw(t, "from")
		to := rapid.IntRange(-5, 45).Draw(t, "to")
		m := anyMode().Draw(t, "mode")
		want := oracle(
			new(big.Int).Mul(coef.Big(), fixed.Pow10Big(max(to-from, 0))),
			fixed.Pow10Big(max(from-to, 0)), m)
		if got := fixed.RescaleBig(coef.Big(), from, to, m); got.Cmp(want) != 0 {
			t.Fatalf("big: %v, want %v", got, want)
		}
		got, ok := fixed.RescaleInt128(coef, from, to, m)
		same(t, "int128", got, ok, want)
		if narrow, fits := coef.Int64(); fits {
			got, ok := fixed.RescaleInt64(narrow, from, to, m)
			if ok != want.IsInt64() || ok && got != want.Int64() {
				t.Fatalf("int64: %v %v, want %v", got, ok, want)
			}
		}
	})
}

func TestAHugeStepToACoarserScaleIsCheap(t *testing.T) {
	coef := big.NewInt(-7)
	if got := fixed.RescaleBig(coef, math.MaxInt32, 0, fixed.Floor); got.Int64() != -1 {
		t.Errorf("floor of a crumb below zero = %v, want -1", got)
	}
	if got := fixed.RescaleBig(coef, math.MaxInt32, 0, fixed.HalfUp); got.Sign() != 0 {
		t.Errorf("nearest to a crumb = %v, want 0", got)
	}
}

// Beyond 38 places nothing is left but a direction.
func TestAStepBeyondAllDigitsLeavesTheSign(t *testing.T) {
	for _, c := range []struct {
		coef int64
		m    fixed.Mode
		want int64
	}{{7, fixed.Floor, 0}, {-7, fixed.Floor, -1}, {7, fixed.Ceiling, 1}, {-7, fixed.Ceiling, 0}, {7, fixed.Up, 1}, {-7, fixed.Up, -1}, {-7, fixed.HalfEven, 0}, {0, fixed.Up, 0}} {
		for _, places := range []int{20, 38, 39, 40, 1000} {
			narrow, ok := fixed.RescaleInt64(c.coef, places, 0, c.m)
			wide, wideOK := fixed.RescaleInt128(fixed.FromInt64(c.coef), places, 0, c.m)
			if !ok || !wideOK || narrow != c.want || wide != fixed.FromInt64(c.want) {
				t.Errorf("%d at %d places by mode %d: %d and %v, want %d", c.coef, places, c.m, narrow, wide, c.want)
			}
		}
	}
}

// 38 places up or down are the most that some value survives.
func TestAStepOfAllDigitsKeepsWhatFits(t *testing.T) {
	for shift := 17; shift <= 40; shift++ { // 10^18 is the last power that fits
		want := fixed.Pow10Int64(shift)
		if got, ok := fixed.RescaleInt64(1, 0, shift, fixed.HalfEven); ok != (want != 0) || got != want {
			t.Errorf("1 at %d places = %d, %v", shift, got, ok)
		}
	}
	one, all := fixed.FromInt64(1), fixed.Pow10(fixed.MaxDigits)
	if got, ok := fixed.RescaleInt128(one, 0, fixed.MaxDigits, fixed.HalfEven); !ok || got != all {
		t.Errorf("1 at 38 places = %v, %v", got, ok)
	}
	if got, ok := fixed.RescaleInt128(one, 0, fixed.MaxDigits+1, fixed.HalfEven); ok {
		t.Errorf("1 at 39 places = %v", got)
	}
	if got, ok := fixed.RescaleInt128(all, fixed.MaxDigits, 0, fixed.HalfEven); !ok || got != one {
		t.Errorf("1.000… back at 0 places = %v, %v", got, ok)
	}
	if got, ok := fixed.RescaleInt128(all, fixed.MaxDigits+1, 0, fixed.Up); !ok || got != one {
		t.Errorf("0.1 rounded up = %v, %v", got, ok)
	}
}

func TestStrippingKeepsTheValueAndLeavesNoZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coef, scale := anyInt128().Draw(t, "coef"), rapid.Uint8Range(0, 38).Draw(t, "scale")
		if grown, ok := coef.Mul(fixed.Pow10(rapid.IntRange(0, 38).Draw(t, "zeros"))); ok {
			coef = grown
		}
		got, places := fixed.Strip(coef, scale)
		if back := fixed.RescaleBig(got.Big(), int(places), int(scale), fixed.HalfEven); back.Cmp(coef.Big()) != 0 {
			t.Fatalf("Strip(%v, %d) = %v, %d: another value", coef, scale, got, places)
		}
		_, rem, _ := got.QuoRem(fixed.FromInt64(10))
		if places > 0 && rem == (fixed.Int128{}) {
			t.Fatalf("Strip(%v, %d) = %v, %d: a zero is left", coef, scale, got, places)
		}
	})
}
