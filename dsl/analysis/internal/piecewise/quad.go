// Package piecewise computes with functions of one number x that are made of pieces: on each a
// constant, a straight line or a parabola, in exact fractions.
//
// A [Func] covers its domain with [Cell]s, which are open stretches and single points in turn:
// so the value at a break, what comes before and what comes behind are three things, and an open
// edge differs from a closed one. A cell may be known but for an error, where a rounding inside
// of it is taken for no rounding; and it may be bad, where there is no value or none is known.
package piecewise

import (
	"math/big"

	"github.com/payproof/payproof/dsl/analysis/internal/rat"
)

// Quad is K + X·x + XX·x².
type Quad struct{ K, X, XX *big.Rat }

// Const is a constant.
func Const(k *big.Rat) Quad { return Quad{k, rat.Zero(), rat.Zero()} }

// Line is k + by·x.
func Line(k, by *big.Rat) Quad { return Quad{k, by, rat.Zero()} }

// At is the value at an x.
func (q Quad) At(x *big.Rat) *big.Rat {
	return rat.Add(q.K, rat.Mul(x, rat.Add(q.X, rat.Mul(x, q.XX))))
}

// Add is q + r.
func (q Quad) Add(r Quad) Quad {
	return Quad{rat.Add(q.K, r.K), rat.Add(q.X, r.X), rat.Add(q.XX, r.XX)}
}

// Scale is q times a number.
func (q Quad) Scale(by *big.Rat) Quad {
	return Quad{rat.Mul(q.K, by), rat.Mul(q.X, by), rat.Mul(q.XX, by)}
}

// Sub is q − r.
func (q Quad) Sub(r Quad) Quad { return q.Add(r.Scale(rat.Int(-1))) }

// Mul is q × r, and whether it is a parabola at most.
func (q Quad) Mul(r Quad) (Quad, bool) {
	cubic := rat.Add(rat.Mul(q.X, r.XX), rat.Mul(q.XX, r.X))
	if cubic.Sign() != 0 || q.XX.Sign() != 0 && r.XX.Sign() != 0 {
		return Quad{}, false
	}
	return Quad{
		rat.Mul(q.K, r.K), rat.Add(rat.Mul(q.K, r.X), rat.Mul(q.X, r.K)),
		rat.Add(rat.Mul(q.X, r.X), rat.Add(rat.Mul(q.K, r.XX), rat.Mul(q.XX, r.K))),
	}, true
}

// IsConst reports whether q does not depend on x.
func (q Quad) IsConst() bool { return q.X.Sign() == 0 && q.XX.Sign() == 0 }

// IsStraight reports whether q is a line.
func (q Quad) IsStraight() bool { return q.XX.Sign() == 0 }

// roots are where q is 0, ascending. exact is false where such an x is no fraction.
func (q Quad) roots() (at []*big.Rat, exact bool) {
	switch {
	case q.IsConst():
		return nil, true
	case q.IsStraight():
		return []*big.Rat{rat.Neg(rat.Quo(q.K, q.X))}, true
	}
	inner := rat.Sub(rat.Mul(q.X, q.X), rat.Mul(rat.Int(4), rat.Mul(q.K, q.XX)))
	if inner.Sign() < 0 {
		return nil, true
	}
	root, exact := rat.Root(inner)
	if !exact {
		return nil, false
	}
	double := rat.Mul(rat.Int(2), q.XX)
	a, b := rat.Quo(rat.Sub(rat.Neg(q.X), root), double), rat.Quo(rat.Add(rat.Neg(q.X), root), double)
	return []*big.Rat{rat.Min(a, b), rat.Max(a, b)}, true
}

// most bounds |q| where |x| is at most m.
func (q Quad) most(m *big.Rat) *big.Rat {
	return rat.Add(rat.Abs(q.K), rat.Mul(m, rat.Add(rat.Abs(q.X), rat.Mul(m, rat.Abs(q.XX)))))
}
