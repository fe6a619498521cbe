package piecewise

import (
	"math/big"

	"github.com/payproof/payproof/dsl/analysis/internal/rat"
	"github.com/payproof/payproof/internal/fixed"
)

// Why is the part of a formula that an operation stands for, for what it finds bad.
type Why int

// Neg is −f.
func Neg(f Func) Func {
	return f.Map(func(c Cell) Func { return Func{c.with(c.Is.Scale(rat.Int(-1)), c.Off)} })
}

// Add is f + g.
func Add(f, g Func) Func {
	return Zip(f, g, func(a, b Cell) Func { return Func{a.with(a.Is.Add(b.Is), rat.Add(a.Off, b.Off))} })
}

// Mul is f × g, where that is a parabola at most.
func Mul(f, g Func, w Why) Func {
	return Zip(f, g, func(a, b Cell) Func {
		is, ok := a.Is.Mul(b.Is)
		if !ok {
			return Func{a.bad(Bad{Part: int(w), Text: "a power above the second"})}
		}
		if a.Off.Sign() == 0 && b.Off.Sign() == 0 {
			return Func{a.with(is, rat.Zero())}
		}
		sizeA, okA := a.size()
		sizeB, okB := b.size()
		if !okA && b.Off.Sign() > 0 || !okB && a.Off.Sign() > 0 {
			return Func{a.bad(Bad{Part: int(w), Text: "a rounded number times one without end"})}
		}
		off := rat.Zero()
		if a.Off.Sign() > 0 {
			off = rat.Add(off, rat.Mul(a.Off, sizeB))
		}
		if b.Off.Sign() > 0 {
			off = rat.Add(off, rat.Mul(b.Off, sizeA))
		}
		return Func{a.with(is, off)}
	})
}

// Half is half a unit of the last place of a number of decimal places.
func Half(places int) *big.Rat { return rat.Quo(rat.Unit(places), rat.Int(2)) }

// Round is a number rounded to places, exactly.
func Round(x *big.Rat, places int, mode fixed.Mode) *big.Rat {
	u := rat.Unit(places)
	n := rat.Quo(x, u)
	return rat.Mul(new(big.Rat).SetInt(fixed.DivRound(n.Num(), n.Denom(), mode)), u)
}

// Rounded is f rounded: exactly where it is one number, else up to an error.
func Rounded(f Func, places int, mode fixed.Mode) Func {
	off := Half(places)
	switch mode {
	case fixed.HalfEven, fixed.HalfUp, fixed.HalfDown, fixed.HalfOdd:
	default:
		off = rat.Unit(places) // to one side, or a mode that is not known here
	}
	return f.Map(func(c Cell) Func {
		if c.known() {
			return Func{c.with(Const(Round(c.Is.K, places, mode)), rat.Zero())}
		}
		return Func{c.with(c.Is, rat.Add(c.Off, off))}
	})
}

// Div is f ÷ g rounded to 16 places, where g is one number. positive tells that g is a quota.
func Div(f, g Func, positive bool, w Why) Func {
	const places = 16
	return Rounded(Zip(f, g, func(a, b Cell) Func {
		switch {
		case !b.known():
			return Func{a.bad(Bad{Part: int(w), Text: "a division by what moves, or is rounded"})}
		case b.Is.K.Sign() == 0 || positive && b.Is.K.Sign() < 0:
			return Func{a.bad(Bad{Part: int(w), Fault: true, Text: "a division by " + rat.Text(b.Is.K)})}
		}
		by := rat.Quo(rat.Int(1), b.Is.K)
		return Func{a.with(a.Is.Scale(by), rat.Mul(a.Off, rat.Abs(by)))}
	}), places, fixed.HalfEven)
}

// splits cuts a cell where one of some functions is 0.
func (c Cell) splits(w Why, zeros ...Quad) Func {
	var at []*big.Rat
	for _, q := range zeros {
		roots, exact := q.roots()
		if !exact && !c.IsPoint() {
			return Func{c.bad(Bad{Part: int(w), Text: "a border at a number that is no fraction"})}
		}
		at = append(at, roots...)
	}
	return c.cut(at)
}

// Extreme is the smaller of f and g, or the larger.
func Extreme(f, g Func, larger bool, w Why) Func {
	return Zip(f, g, func(a, b Cell) Func {
		d := a.Is.Sub(b.Is)
		var out Func
		for _, c := range a.splits(w, d) {
			if c.Bad == nil {
				is := a.Is
				if s := d.At(c.Inside()).Sign(); s > 0 && !larger || s < 0 && larger {
					is = b.Is
				}
				c = c.with(is, rat.Max(a.Off, b.Off))
			}
			out = append(out, c)
		}
		return out
	})
}

// Compare is 1 where a comparison of f and g holds, else 0; holds tells it by the sign of f − g.
// Where an error leaves it open, it is bad.
func Compare(f, g Func, holds func(sign int) bool, w Why) Func {
	return Zip(f, g, func(a, b Cell) Func {
		d, off := a.Is.Sub(b.Is), rat.Add(a.Off, b.Off)
		var out Func
		for _, c := range a.splits(w, d.Add(Const(off)), d.Sub(Const(off))) {
			if c.Bad == nil {
				at := d.At(c.Inside())
				if off.Sign() > 0 && rat.Abs(at).Cmp(off) <= 0 {
					c = c.bad(Bad{Part: int(w), Text: "a comparison within a rounding"})
				} else {
					c = c.with(truth(holds(at.Sign())), rat.Zero())
				}
			}
			out = append(out, c)
		}
		return out
	})
}

func truth(b bool) Quad {
	if b {
		return Const(rat.Int(1))
	}
	return Const(rat.Zero())
}

// If is then where the condition is 1, else other. What is bad in the branch that is not taken
// does not count.
func If(condition, then, other Func) Func {
	then, other = align(then, other)
	condition, then = align(condition, then)
	condition, other = align(condition, other)
	var out Func
	for i, c := range condition {
		switch {
		case c.Bad != nil:
			out = append(out, c)
		case c.Is.K.Sign() != 0:
			out = append(out, then[i])
		default:
			out = append(out, other[i])
		}
	}
	return out.joined()
}

// Step is a piece that holds while its key lies from an edge on: of the key the value is By ×
// key + Plus, off by Off.
type Step struct {
	From  *big.Rat // nil is below all edges
	Above bool     // the edge itself belongs to the piece below
	By    *big.Rat
	Plus  *big.Rat
	Off   *big.Rat
}

// Steps looks up f among pieces. Where f is known but for an error and lies at an edge at which
// the value jumps, it is bad.
func Steps(f Func, steps []Step, w Why) Func {
	steep := rat.Zero()
	for _, s := range steps {
		steep = rat.Max(steep, rat.Abs(s.By))
	}
	return f.Map(func(a Cell) Func {
		var zeros []Quad
		for i, s := range steps {
			if s.From == nil {
				continue
			}
			zeros = append(zeros, a.Is.Sub(Const(s.From)))
			if a.Off.Sign() > 0 && jumps(steps, i) {
				zeros = append(zeros, a.Is.Sub(Const(rat.Sub(s.From, a.Off))), a.Is.Sub(Const(rat.Add(s.From, a.Off))))
			}
		}
		var out Func
		for _, c := range a.splits(w, zeros...) {
			if c.Bad == nil {
				c = c.step(a, steps, steep, w)
			}
			out = append(out, c)
		}
		return out
	})
}

// step is the value of a cell within one piece.
func (c Cell) step(a Cell, steps []Step, steep *big.Rat, w Why) Cell {
	key, at := a.Is.At(c.Inside()), 0
	for i, s := range steps {
		if s.From == nil {
			continue
		}
		if a.Off.Sign() > 0 && rat.Abs(rat.Sub(key, s.From)).Cmp(a.Off) <= 0 && jumps(steps, i) {
			return c.bad(Bad{Part: int(w), Text: "an edge of a table within a rounding"})
		}
		if order := key.Cmp(s.From); order < 0 || order == 0 && s.Above {
			break
		}
		at = i
	}
	s := steps[at]
	off := rat.Add(rat.Mul(a.Off, steep), s.Off)
	is := a.Is.Scale(s.By).Add(Const(s.Plus))
	return c.with(is, off)
}

// jumps reports whether the value jumps where the i-th piece begins.
func jumps(steps []Step, i int) bool {
	if i == 0 {
		return false
	}
	s, before := steps[i], steps[i-1]
	return rat.Add(rat.Mul(rat.Sub(s.By, before.By), s.From), rat.Sub(s.Plus, before.Plus)).Sign() != 0
}
