package interval

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/analysis/internal/rat"
)

// anyInterval draws a range and a number of it.
func anyInterval(r *rapid.T, name string) (Interval, *big.Rat) {
	x := big.NewRat(rapid.Int64Range(-6, 6).Draw(r, name), rapid.Int64Range(1, 3).Draw(r, name+" over"))
	i := Interval{}
	if rapid.Bool().Draw(r, name+" low") {
		by := rapid.Int64Range(0, 4).Draw(r, name+" down")
		i.Low = End{At: rat.Sub(x, rat.Int(by)), Open: by > 0 && rapid.Bool().Draw(r, name+" open")}
	}
	if rapid.Bool().Draw(r, name+" high") {
		by := rapid.Int64Range(0, 4).Draw(r, name+" up")
		i.High = End{At: rat.Add(x, rat.Int(by)), Open: by > 0 && rapid.Bool().Draw(r, name+" open")}
	}
	return i, x
}

// What an operation gives for two numbers lies in what it gives for their ranges.
func TestEveryResultLiesInTheRange(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		i, x := anyInterval(r, "x")
		j, y := anyInterval(r, "y")
		check := func(op string, got Interval, v *big.Rat) {
			if !got.Has(v) {
				r.Fatalf("%s of %s (in %s) and %s (in %s) is %s, not in %s", op, rat.Text(x), i.Text(), rat.Text(y), j.Text(), rat.Text(v), got.Text())
			}
		}
		check("add", i.Add(j), rat.Add(x, y))
		check("sub", i.Sub(j), rat.Sub(x, y))
		check("mul", i.Mul(j), rat.Mul(x, y))
		check("min", i.Min(j), rat.Min(x, y))
		check("max", i.Max(j), rat.Max(x, y))
		check("abs", i.Abs(), rat.Abs(x))
		check("hull", i.Hull(j), x)
		check("round", i.Round(0), rat.Floor(x, 0))
		check("round", i.Round(0), rat.Ceil(x, 0))
		if y.Sign() != 0 {
			check("quo", i.Quo(j), rat.Quo(x, y))
		}
		if i.Negative() && x.Sign() >= 0 || i.Positive() && x.Sign() <= 0 || i.NotNegative() && x.Sign() < 0 || i.NotPositive() && x.Sign() > 0 {
			r.Fatalf("%s says something wrong about %s", i.Text(), rat.Text(x))
		}
		if got := i.Intersect(j); got.Has(x) != j.Has(x) {
			r.Fatalf("%s in both %s and %s: %v", rat.Text(x), i.Text(), j.Text(), got.Text())
		}
	})
}

func TestRangesInWords(t *testing.T) {
	zero, five := rat.Zero(), rat.Int(5)
	for _, c := range []struct {
		of   Interval
		want string
	}{
		{Everything(), "anything"},
		{Nothing(), "nothing"},
		{Point(five), "5"},
		{From(zero), "from 0"},
		{Above(zero), "above 0"},
		{UpTo(five), "up to 5"},
		{Below(five), "below 5"},
		{Between(zero, five), "from 0 up to 5"},
		{From(zero).Mul(Above(zero)), "from 0"},
		{Above(zero).Mul(Above(five)), "above 0"},
		{From(zero).Mul(Between(rat.Int(-1), five)), "anything"},
		{Point(zero).Mul(Everything()), "0"},
		{Point(five).Quo(Above(zero)), "above 0"},
	} {
		if got := c.of.Text(); got != c.want {
			t.Errorf("%+v is %q, want %q", c.of, got, c.want)
		}
	}
}
