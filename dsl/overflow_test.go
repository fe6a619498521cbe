package dsl

import (
	"math"
	"testing"
)

// Where numbers are just at the limit of 64 bits, a block must notice: these pairs have sums,
// differences and products at ±2^63 and one beside it.
func TestColumnsNoticeTheLastBit(t *testing.T) {
	e := Env{Inputs: []Input{{Name: "a", Unit: Counted}, {Name: "b"}, {Name: "c", Unit: Counted}}}
	pairs := [][2]int64{
		{-1 << 31, -1 << 32},
		{1 << 31, 1 << 32},
		{-1 << 31, 1 << 32},
		{1<<31 - 1, 1 << 32},
		{-1 << 62, -1 << 62},
		{-1 << 62, 1 << 62},
		{1 << 62, 1 << 62},
		{1 << 62, 1<<62 - 1},
		{math.MaxInt64, 1},
		{math.MinInt64, -1},
		{math.MinInt64, 0},
		{math.MinInt64, math.MinInt64},
		{-1 << 61, -1 << 61},
		{-1 << 61, 2},
		{-1 << 61, 4},
		{-1 << 61, -4},
	}
	for _, src := range []string{"a * b", "a + c", "a - c", "min(a, c)", "max(a, c) + c", "-a", "abs(a)", "a * 2", "a * -4", "a * 1.5 + c", "round(a, -1)", "mod(a, c)", "a * b > c ? a : c", "a > 5 ? a * 3 : c"} {
		f, ds := Compile(src, e)
		if f == nil {
			t.Fatal(src, ds)
		}
		for _, p := range pairs { // each alone in its block, so that no other widens it
			c := e.NewColumns(1)
			r := e.NewRow()
			for i, v := range []int64{p[0], p[1], p[1]} {
				r.SetInt(i, v)
				if err := c.SetInt(i, []int64{v}, nil); err != nil {
					t.Fatal(err)
				}
			}
			var out Results
			f.EvalColumns(c, &out)
			got := columnValues(f, &out)[0]
			if want, err := f.slowly(r); !same(want, got.Value, err, got.Err) {
				t.Errorf("%s of %d and %d: columns give %s (%v), slowly %s (%v)", src, p[0], p[1], got.Value, got.Err, want, err)
			}
		}
	}
}
