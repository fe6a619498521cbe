package mirror

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/internal/fixed"
)

func numbers(texts ...string) (out []decimal.Decimal) {
	for _, t := range texts {
		out = append(out, decimal.RequireFromString(t))
	}
	return out
}

func TestWhatIsTakenComesOfWhatIsLeft(t *testing.T) {
	type step struct{ taken, want []string }
	cases := []struct {
		parts []string
		all   string
		steps []step
	}{
		// Each third of a cent goes to who is listed first, and the last step takes what is left.
		{[]string{"33.34", "33.33", "33.33"}, "100", []step{{[]string{"10"}, []string{"3.34", "3.33", "3.33"}}, {[]string{"10.01"}, []string{"0.01", "0", "0"}}, {[]string{"100"}, []string{"29.99", "30", "30"}}}},
		// Half a cent goes to the even neighbour: 0.005 is nothing, 0.015 is 0.02.
		{[]string{"1"}, "200", []step{{[]string{"1"}, []string{"0"}}, {[]string{"3"}, []string{"0.02"}}, {[]string{"200"}, []string{"0.98"}}}},
		{[]string{"-1", "-2"}, "3", []step{{[]string{"1"}, []string{"-0.33", "-0.67"}}, {[]string{"3"}, []string{"-0.67", "-1.33"}}}},
		// Finer parts are taken as finely.
		{[]string{"0.125"}, "2", []step{{[]string{"1"}, []string{"0.062"}}, {[]string{"2"}, []string{"0.063"}}}},
		// With different signs each goes alone.
		{[]string{"5", "-3"}, "4", []step{{[]string{"1"}, []string{"1.25", "-0.75"}}, {[]string{"4"}, []string{"3.75", "-2.25"}}}},
		{[]string{"0", "0"}, "4", []step{{[]string{"1"}, []string{"0", "0"}}, {[]string{"4"}, []string{"0", "0"}}}},
		{nil, "4", []step{{[]string{"4"}, nil}}},
	}
	for _, c := range cases {
		p := Of(2, fixed.HalfEven, numbers(c.parts...)...)
		for _, s := range c.steps {
			got, err := p.Take(numbers(s.taken...)[0], numbers(c.all)[0])
			if err != nil || len(got) != len(s.want) {
				t.Fatal(c.parts, got, err)
			}
			for i, w := range numbers(s.want...) {
				if !got[i].Equal(w) {
					t.Errorf("%v after %v: part %d is %s, want %s", c.parts, s.taken, i, got[i], w)
				}
			}
		}
	}
}

// Steps sum to the parts, the parts of a step to its portion of the whole; no step gives back, and none takes twice.
func TestStepsSumToThePartsAndPartsToTheStep(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		sign := rapid.SampledFrom([]int64{-1, 1}).Draw(rt, "sign")
		var parts []decimal.Decimal
		whole := decimal.Zero
		for _, n := range rapid.SliceOfN(rapid.Int64Range(0, 5_000), 1, 6).Draw(rt, "parts") {
			parts = append(parts, decimal.New(sign*n, -2))
			whole = whole.Add(parts[len(parts)-1])
		}
		mode := rapid.SampledFrom([]fixed.Mode{fixed.HalfEven, fixed.HalfUp, fixed.Down, fixed.Ceiling}).Draw(rt, "mode")
		all := rapid.Int64Range(1, 1_000).Draw(rt, "all")
		p, taken := Of(2, mode, parts...), int64(0)
		sums := make([]decimal.Decimal, len(parts))
		before := decimal.Zero
		for taken < all {
			taken = rapid.Int64Range(taken+1, all).Draw(rt, "taken")
			got, err := p.Take(decimal.New(taken, 0), decimal.New(all, 0))
			if err != nil {
				rt.Fatal(err)
			}
			step := decimal.Zero
			for i := range got {
				if got[i].Sign()*int(sign) < 0 {
					rt.Fatalf("%s is given back of %s", got[i], parts[i])
				}
				sums[i], step = sums[i].Add(got[i]), step.Add(got[i])
			}
			upTo := Portion(whole, 2, decimal.New(taken, 0), decimal.New(all, 0), mode)
			if !step.Equal(upTo.Sub(before)) {
				rt.Fatalf("up to %d of %d a step is %s, want %s", taken, all, step, upTo.Sub(before))
			}
			before = upTo
		}
		for i := range parts {
			if !sums[i].Equal(parts[i]) {
				rt.Fatalf("of %s, %s was taken", parts[i], sums[i])
			}
		}
	})
}
