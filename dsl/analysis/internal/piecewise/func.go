package piecewise

import (
	"math/big"
	"slices"

	"github.com/payproof/payproof/dsl/analysis/internal/interval"
	"github.com/payproof/payproof/dsl/analysis/internal/rat"
)

// Bad says why there is no value, or none that is known.
type Bad struct {
	Part  int    // of the formula
	Fault bool   // the formula has no value here; else it has one that is not known
	Text  string // why
}

// Cell is a function on a single point, where From and To are one number, or on the open stretch
// between them. nil is no end.
type Cell struct {
	From, To *big.Rat
	Is       Quad
	Off      *big.Rat // the value differs from Is by at most this, where something was rounded
	Bad      *Bad     // nil: the value is known
}

// Func is a function on cells in ascending order, without gaps.
type Func []Cell

// IsPoint reports whether the cell is a single point.
func (c Cell) IsPoint() bool { return c.From != nil && c.To != nil && c.From.Cmp(c.To) == 0 }

// Inside is an x of the cell.
func (c Cell) Inside() *big.Rat {
	switch {
	case c.From == nil && c.To == nil:
		return rat.Zero()
	case c.From == nil:
		return rat.Sub(c.To, rat.Int(1))
	case c.To == nil:
		return rat.Add(c.From, rat.Int(1))
	}
	return rat.Mean(c.From, c.To)
}

// On is a function that is one thing on all of a domain.
func On(domain interval.Interval, is Quad) Func {
	var out Func
	cell := func(from, to *big.Rat) { out = append(out, Cell{From: from, To: to, Is: is, Off: rat.Zero()}) }
	low, high := domain.Low, domain.High
	switch {
	case domain.None:
		return nil
	case domain.IsPoint():
		cell(low.At, low.At)
		return out
	}
	if low.At != nil && !low.Open {
		cell(low.At, low.At)
	}
	cell(low.At, high.At)
	if high.At != nil && !high.Open {
		cell(high.At, high.At)
	}
	return out
}

// cut splits the cell at the points that lie inside of it.
func (c Cell) cut(points []*big.Rat) Func {
	if c.IsPoint() {
		return Func{c}
	}
	points = slices.Clone(points)
	slices.SortFunc(points, (*big.Rat).Cmp)
	var out Func
	rest := c
	for _, x := range points {
		if rest.From != nil && x.Cmp(rest.From) <= 0 || rest.To != nil && x.Cmp(rest.To) >= 0 {
			continue
		}
		before, at := rest, rest
		before.To, at.From, at.To, rest.From = x, x, x, x
		out = append(out, before, at)
	}
	return append(out, rest)
}

// breaks are the points between cells.
func (f Func) breaks() (out []*big.Rat) {
	for _, c := range f {
		if c.To != nil {
			out = append(out, c.To)
		}
	}
	return out
}

// align cuts two functions of one domain into the same cells.
func align(f, g Func) (Func, Func) {
	if len(f) == 1 && len(g) == 1 {
		return f, g
	}
	cut := func(f Func, at []*big.Rat) (out Func) {
		for _, c := range f {
			out = append(out, c.cut(at)...)
		}
		return out
	}
	atF, atG := f.breaks(), g.breaks()
	return cut(f, atG), cut(g, atF)
}

// Map makes each cell into cells.
func (f Func) Map(to func(Cell) Func) Func {
	var out Func
	for _, c := range f {
		if c.Bad != nil {
			out = append(out, c)
			continue
		}
		out = append(out, to(c)...)
	}
	return out.joined()
}

// Zip makes each two cells over the same x into cells. What is bad in either is bad.
func Zip(f, g Func, to func(a, b Cell) Func) Func {
	f, g = align(f, g)
	var out Func
	for i, a := range f {
		switch b := g[i]; {
		case a.Bad != nil:
			out = append(out, a)
		case b.Bad != nil:
			out = append(out, b)
		default:
			out = append(out, to(a, b)...)
		}
	}
	return out.joined()
}

// joined puts cells together that a point between them does not part.
func (f Func) joined() Func {
	var out Func
	for _, c := range f {
		n := len(out)
		if n >= 2 && out[n-1].IsPoint() && !out[n-2].IsPoint() && !c.IsPoint() && out[n-2].same(c) && out[n-1].fits(c) {
			out[n-2].To = c.To
			out = out[:n-1]
			continue
		}
		out = append(out, c)
	}
	return out
}

// same reports whether two stretches are one function.
func (c Cell) same(d Cell) bool {
	if c.Bad != nil || d.Bad != nil {
		return c.Bad == d.Bad
	}
	return c.Off.Cmp(d.Off) == 0 && c.Is.K.Cmp(d.Is.K) == 0 && c.Is.X.Cmp(d.Is.X) == 0 && c.Is.XX.Cmp(d.Is.XX) == 0
}

// fits reports whether a point lies on the function of a stretch.
func (c Cell) fits(d Cell) bool {
	if c.Bad != nil || d.Bad != nil {
		return c.Bad == d.Bad
	}
	return c.Is.At(c.From).Cmp(d.Is.At(c.From)) == 0 && c.Off.Cmp(d.Off) <= 0
}

// bad is the cell without a known value.
func (c Cell) bad(b Bad) Cell {
	c.Bad = &b
	return c
}

// with is the cell with another value.
func (c Cell) with(is Quad, off *big.Rat) Cell {
	if c.IsPoint() {
		is = Const(is.At(c.From))
	}
	c.Is, c.Off = is, off
	return c
}

// known reports whether the value is one number, without an error.
func (c Cell) known() bool { return c.Is.IsConst() && c.Off.Sign() == 0 }

// size bounds |value| on the cell.
func (c Cell) size() (*big.Rat, bool) {
	if c.Is.IsConst() {
		return rat.Add(rat.Abs(c.Is.K), c.Off), true
	}
	if c.From == nil || c.To == nil {
		return nil, false
	}
	return rat.Add(c.Is.most(rat.Max(rat.Abs(c.From), rat.Abs(c.To))), c.Off), true
}

// Over is f on the stretch of a cell, or at its point.
func (f Func) Over(c Cell) Func {
	ends := Func{c}.breaks()
	if c.From != nil {
		ends = append(ends, c.From)
	}
	var out Func
	for _, d := range f {
		for _, part := range d.cut(ends) {
			x := part.Inside()
			inside := !c.IsPoint() && (c.From == nil || x.Cmp(c.From) > 0) && (c.To == nil || x.Cmp(c.To) < 0)
			if inside || c.IsPoint() && part.IsPoint() && x.Cmp(c.From) == 0 {
				out = append(out, part)
			}
		}
	}
	return out
}
