package analysis

import (
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/analysis/internal/interval"
	"github.com/payproof/payproof/dsl/analysis/internal/model"
	"github.com/payproof/payproof/dsl/analysis/internal/piecewise"
	"github.com/payproof/payproof/dsl/analysis/internal/rat"
	"github.com/payproof/payproof/dsl/analysis/internal/shape"
	"github.com/payproof/payproof/dsl/source"
)

// Shape is the exact function of x that a formula is when everything else stays where it is: its
// pieces in ascending order, open stretches and single points in turn.
//
// Divisions, roundings and interpolations inside of the formula are taken for exact; each piece
// says how far the formula may be off.
type Shape struct {
	Input  string // x
	Pieces []Piece
	f      piecewise.Func
	unit   *big.Rat
}

// Piece is a shape between From and To, which do not belong to it, or at the one point that both
// are. On it the value is K + Slope × x + Bend × x².
type Piece struct {
	From, To       *big.Rat // nil is no end
	K, Slope, Bend *big.Rat
	// Off is how much the formula may differ, because something in it was rounded.
	Off *big.Rat
	// Outside is not nil where the value is not known, or there is none; then the numbers
	// say nothing.
	Outside *Outside
}

// Outside says what a shape does not know.
type Outside struct {
	Span  source.Span // the part of the formula
	Text  string      // why
	Fault bool        // the formula has no value here: a division by zero, a quota of 0
}

// IsPoint reports whether the piece is one point.
func (p Piece) IsPoint() bool { return p.From != nil && p.To != nil && p.From.Cmp(p.To) == 0 }

// At is the value at an x of the piece, or its limit at an end.
func (p Piece) At(x *big.Rat) *big.Rat { return piecewise.Quad{K: p.K, X: p.Slope, XX: p.Bend}.At(x) }

// IsPlateau reports whether the value stays the same on a stretch.
func (p Piece) IsPlateau() bool {
	return p.Outside == nil && !p.IsPoint() && p.Slope.Sign() == 0 && p.Bend.Sign() == 0
}

// Break is a place where a shape jumps: the value there, what it is just before and just behind.
// nil is what the shape does not reach or know.
type Break struct{ At, Before, On, Behind *big.Rat }

// errNoMove is what a shape needs.
var errNoMove = errors.New("the question moves no input: a shape needs an x")

// ShapeOf is the shape of a formula along the first of the question's moves. Every other input
// that the formula reads has to be one number or text, to be tied, or to move with it; what is not
// is outside of the shape. The error says that the question does not fit the formula.
func ShapeOf(f *dsl.Formula, q Question) (Shape, error) {
	p, m, err := q.resolve(f)
	if err != nil {
		return Shape{}, err
	}
	if m.First < 0 {
		return Shape{}, errNoMove
	}
	return newShape(p, m), nil
}

func newShape(p model.Program, m *model.Question) Shape {
	s := Shape{Input: p.Inputs[m.First].Name, unit: p.Unit(m.First)}
	for _, c := range shape.Of(p, m) {
		if c.Bad != nil && !onGrid(c, s.unit) {
			continue // no row is there
		}
		s.f = append(s.f, c)
		piece := Piece{From: c.From, To: c.To, K: c.Is.K, Slope: c.Is.X, Bend: c.Is.XX, Off: c.Off}
		if b := c.Bad; b != nil {
			piece.Outside = &Outside{Span: p.Parts[b.Part].At, Text: b.Text, Fault: b.Fault}
		}
		s.Pieces = append(s.Pieces, piece)
	}
	return s
}

// onGrid reports whether a cell holds a number that x can be.
func onGrid(c piecewise.Cell, unit *big.Rat) bool {
	_, ok := firstOf(c, unit)
	return ok
}

// firstOf is the smallest number of the cell that x can be, or any where it has no smallest.
func firstOf(c piecewise.Cell, unit *big.Rat) (*big.Rat, bool) {
	switch {
	case c.From == nil && c.To == nil:
		return rat.Zero(), true
	case c.From == nil:
		return lastOf(c, unit)
	}
	x := rat.Mul(rat.Floor(rat.Quo(c.From, unit), 0), unit)
	if c.IsPoint() {
		return x, x.Cmp(c.From) == 0
	}
	x = rat.Add(x, unit)
	return x, c.To == nil || x.Cmp(c.To) < 0
}

// lastOf is the largest number of the cell that x can be, or any where it has no largest.
func lastOf(c piecewise.Cell, unit *big.Rat) (*big.Rat, bool) {
	if c.To == nil || c.IsPoint() {
		return firstOf(c, unit)
	}
	x := rat.Mul(rat.Ceil(rat.Quo(c.To, unit), 0), unit)
	x = rat.Sub(x, unit)
	return x, c.From == nil || x.Cmp(c.From) > 0
}

// Outside is the first piece that is not known, nil when all are.
func (s Shape) Outside() *Outside {
	for _, p := range s.Pieces {
		if p.Outside != nil && !p.Outside.Fault {
			return p.Outside
		}
	}
	return nil
}

// Jumps are the breaks at which the shape is not continuous.
func (s Shape) Jumps() []Break {
	var out []Break
	add := func(b Break) {
		first := b.On
		if first == nil {
			first = b.Before
		}
		if differs(b.Before, first) || differs(first, b.Behind) {
			out = append(out, b)
		}
	}
	for i, p := range s.Pieces {
		if p.Outside != nil {
			continue
		}
		switch {
		case p.IsPoint():
			b := Break{At: p.From, On: p.At(p.From)}
			if before, ok := s.known(i - 1); ok {
				b.Before = before.At(p.From)
			}
			if behind, ok := s.known(i + 1); ok {
				b.Behind = behind.At(p.From)
			}
			add(b)
		case i > 0 && !s.Pieces[i-1].IsPoint() && s.Pieces[i-1].Outside == nil && p.From != nil:
			add(Break{At: p.From, Before: s.Pieces[i-1].At(p.From), Behind: p.At(p.From)})
		}
	}
	return out
}

func differs(a, b *big.Rat) bool { return a != nil && b != nil && a.Cmp(b) != 0 }

func (s Shape) known(i int) (Piece, bool) {
	if i < 0 || i >= len(s.Pieces) || s.Pieces[i].Outside != nil {
		return Piece{}, false
	}
	return s.Pieces[i], true
}

// String is one line for each piece.
func (s Shape) String() string {
	var b strings.Builder
	for _, p := range s.Pieces {
		in := interval.Interval{Low: interval.End{At: p.From, Open: !p.IsPoint()}, High: interval.End{At: p.To, Open: !p.IsPoint()}}
		fmt.Fprintf(&b, "%s %s: ", s.Input, in.Text())
		switch {
		case p.Outside != nil:
			b.WriteString(p.Outside.Text)
		case p.IsPoint():
			b.WriteString(rat.Text(p.At(p.From)))
		default:
			b.WriteString(formula(p))
		}
		if p.Outside == nil && p.Off.Sign() > 0 {
			fmt.Fprintf(&b, ", within %s", rat.Text(p.Off))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// formula is a piece as a formula of x.
func formula(p Piece) string {
	terms := ""
	add := func(by *big.Rat, x string) {
		switch {
		case by.Sign() == 0:
			return
		case terms != "" && by.Sign() < 0:
			terms += " - " + rat.Text(rat.Neg(by)) + x
		case terms != "":
			terms += " + " + rat.Text(by) + x
		default:
			terms = rat.Text(by) + x
		}
	}
	add(p.K, "")
	add(p.Slope, " x")
	if add(p.Bend, " x²"); terms == "" {
		return "0"
	}
	return terms
}
