package poly

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/analysis/internal/interval"
	"github.com/payproof/payproof/dsl/analysis/internal/rat"
)

// at is the value of s where its unknowns have values.
func (s Sum) at(values []*big.Rat) *big.Rat {
	out := rat.Zero()
	for _, t := range s.terms {
		p := t.by
		for _, id := range t.of {
			p = rat.Mul(p, values[id])
		}
		out = rat.Add(out, p)
	}
	return out
}

func anySum(r *rapid.T, depth int) Sum {
	if depth == 0 {
		if rapid.Bool().Draw(r, "unknown") {
			return Unknown(rapid.IntRange(0, 2).Draw(r, "id"))
		}
		return Const(rat.Int(rapid.Int64Range(-3, 3).Draw(r, "const")))
	}
	a, b := anySum(r, depth-1), anySum(r, depth-1)
	if rapid.Bool().Draw(r, "times") {
		if p, ok := a.Mul(b); ok {
			return p
		}
	}
	return a.Sub(b)
}

func TestSumsComputeLikeNumbers(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a, b := anySum(r, 2), anySum(r, 2)
		var values []*big.Rat
		var ranges []interval.Interval
		for range 3 {
			x := rat.Int(rapid.Int64Range(-4, 4).Draw(r, "x"))
			values = append(values, x)
			ranges = append(ranges, interval.Between(rat.Sub(x, rat.Int(rapid.Int64Range(0, 3).Draw(r, "down"))), rat.Add(x, rat.Int(rapid.Int64Range(0, 3).Draw(r, "up")))))
		}
		x, y := a.at(values), b.at(values)
		if got := a.Add(b).at(values); got.Cmp(rat.Add(x, y)) != 0 {
			r.Fatalf("sum %s", got)
		}
		if p, ok := a.Mul(b); ok && p.at(values).Cmp(rat.Mul(x, y)) != 0 {
			r.Fatalf("product %s", p.at(values))
		}
		if in := a.Range(func(id int) interval.Interval { return ranges[id] }); !in.Has(x) {
			r.Fatalf("%s is not in %s", rat.Text(x), in.Text())
		}
		if k, ok := a.Ratio(b); ok && rat.Mul(k, y).Cmp(x) != 0 {
			r.Fatalf("ratio %s", k)
		}
	})
}

func TestWhatCancelsIsSeen(t *testing.T) {
	x, y := Unknown(0), Unknown(1)
	if c, ok := x.Sub(x).Constant(); !ok || c.Sign() != 0 {
		t.Error("x − x is not 0")
	}
	twice, _ := x.Scale(rat.Int(3)).Mul(y)
	less, _ := x.Mul(y)
	positive := func(int) interval.Interval { return interval.From(rat.Zero()) }
	if got := twice.Sub(less).Range(positive); !got.NotNegative() {
		t.Errorf("3xy − xy is %s", got.Text())
	}
	// 1.5·x − x·y with y up to 1: factored by x it is never below 0.
	got := x.Scale(big.NewRat(3, 2)).Sub(less).Range(func(id int) interval.Interval {
		if id == 1 {
			return interval.Between(rat.Zero(), rat.Int(1))
		}
		return positive(id)
	})
	if !got.NotNegative() {
		t.Errorf("1.5x − xy is %s", got.Text())
	}
	square, _ := x.Mul(x)
	if slope := square.Slope(0); slope.Sub(x.Scale(rat.Int(2))).Small() && slope.at([]*big.Rat{rat.Int(3)}).Cmp(rat.Int(6)) != 0 {
		t.Error("the slope of x² is not 2x")
	}
	if got := square.Range(func(int) interval.Interval { return interval.Between(rat.Int(-1), rat.Int(1)) }); !got.NotNegative() {
		t.Errorf("x² is %s", got.Text())
	}
}
