package measure

import (
	"math"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func TestATotalIsThatOfDecimals(t *testing.T) {
	number := rapid.OneOf(
		rapid.Int64Range(-1_000_000, 1_000_000),
		rapid.Int64(),
		rapid.SampledFrom([]int64{math.MaxInt64, math.MinInt64, 0, 999_999_999_999_999_999}),
	)
	rapid.Check(t, func(t *rapid.T) {
		var got total
		want := decimal.Zero
		for range rapid.IntRange(0, 8).Draw(t, "summands") {
			d := decimal.New(number.Draw(t, "coefficient"), rapid.Int32Range(-20, 3).Draw(t, "exponent"))
			if rapid.IntRange(0, 9).Draw(t, "huge") == 0 {
				d = d.Mul(decimal.New(1, 25))
			}
			if rapid.Bool().Draw(t, "less") {
				got.sub(d)
				want = want.Sub(d)
			} else {
				got.add(d)
				want = want.Add(d)
			}
			if v := got.value(); v.Exponent() != want.Exponent() || !v.Equal(want) {
				t.Fatalf("after %s: %s, want %s", d, v, want)
			}
		}
	})
}

func TestATotalAllocatesNothing(t *testing.T) {
	cents, fine := decimal.New(12_345, -2), decimal.New(-7, -5)
	var sum total
	if n := testing.AllocsPerRun(100, func() { sum.add(cents); sum.sub(fine) }); n != 0 {
		t.Errorf("%g allocations", n)
	}
}
