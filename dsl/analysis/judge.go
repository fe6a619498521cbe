package analysis

import (
	"math/big"
	"slices"

	"github.com/payproof/payproof/dsl/analysis/internal/piecewise"
	"github.com/payproof/payproof/dsl/analysis/internal/rat"
)

// Monotone reports whether more of x never gives less on the shape. Where it is so but for
// roundings inside of the formula, within is the most that they can take away; 0 is nothing.
// It is false where a part of the shape is not known. Where the formula has no value, there is
// nothing to compare.
func (s Shape) Monotone() (ok bool, within *big.Rat) {
	off, drift := rat.Zero(), rat.Zero()
	var last *piecewise.Cell
	for i := range s.f {
		c := &s.f[i]
		if c.Bad != nil && !c.Bad.Fault {
			return false, nil
		}
		if c.Bad != nil || !onGrid(*c, s.unit) {
			continue
		}
		if !c.IsPoint() && declines(*c) {
			return false, nil
		}
		off = rat.Max(off, c.Off)
		if last != nil {
			lost := rat.Sub(last.Is.At(last.To), c.Is.At(c.From))
			if lost.Cmp(rat.Add(last.Off, c.Off)) > 0 {
				return false, nil
			}
			if lost.Sign() > 0 {
				drift = rat.Add(drift, lost)
			}
		}
		last = c
	}
	return true, rat.Add(rat.Mul(rat.Int(2), off), drift)
}

// declines reports whether a stretch falls somewhere: a parabola does if it does at an end.
func declines(c piecewise.Cell) bool {
	end := func(x *big.Rat, side int) int {
		if x == nil {
			if s := c.Is.XX.Sign() * side; s != 0 {
				return s
			}
			return c.Is.X.Sign()
		}
		return rat.Add(c.Is.X, rat.Mul(rat.Int(2), rat.Mul(c.Is.XX, x))).Sign()
	}
	return end(c.From, -1) < 0 || end(c.To, 1) < 0
}

// places are the numbers of x between which the shape can change its way: the ends of each
// piece, the top of a parabola, and some beyond the last.
func (s Shape) places() []*big.Rat {
	var out []*big.Rat
	for _, c := range s.f {
		first, ok := firstOf(c, s.unit)
		if !ok {
			continue
		}
		last, _ := lastOf(c, s.unit)
		out = append(out, first, last)
		if c.To == nil {
			for _, by := range []int64{1, 1000, 1_000_000} {
				out = append(out, rat.Add(first, rat.Int(by)))
			}
			out = append(out, rat.Mul(rat.Abs(first), rat.Int(2)))
		}
		if c.From == nil {
			out = append(out, rat.Sub(last, rat.Int(1000)))
		}
		if c.Bad == nil && c.Is.XX.Sign() != 0 {
			top := rat.Neg(rat.Quo(c.Is.X, rat.Mul(rat.Int(2), c.Is.XX)))
			top = rat.Mul(rat.Floor(rat.Quo(top, s.unit), 0), s.unit)
			out = append(out, top, rat.Add(top, s.unit))
		}
	}
	return out
}

// ascending sorts numbers and drops repeats, what a domain does not hold, and what is no
// number of x.
func ascending(xs []*big.Rat, unit *big.Rat, has func(*big.Rat) bool) []*big.Rat {
	xs = slices.DeleteFunc(xs, func(x *big.Rat) bool { return !has(x) || !rat.Quo(x, unit).IsInt() })
	slices.SortFunc(xs, (*big.Rat).Cmp)
	return slices.CompactFunc(xs, func(a, b *big.Rat) bool { return a.Cmp(b) == 0 })
}
