// Package poly computes with sums of products of unknowns, such as 3·a·b − 2·a + 5, so that what
// cancels is seen to cancel.
//
// An unknown is a number that its owner gives it. Sums are values: no function changes one. A
// sum that grows beyond what is useful is refused, and its owner makes an unknown of it.
package poly

import (
	"cmp"
	"math/big"
	"slices"

	"github.com/payproof/payproof/dsl/analysis/internal/interval"
	"github.com/payproof/payproof/dsl/analysis/internal/rat"
)

// maxTerms and maxDegree bound what is worth to be looked at.
const (
	maxTerms  = 40
	maxDegree = 4
)

// term is a factor and the unknowns that it stands before, in ascending order.
type term struct {
	by *big.Rat
	of []int
}

// Sum is a sum of products. The zero value is 0.
type Sum struct{ terms []term } // sorted by of, none with a factor of 0

// Const is a number.
func Const(x *big.Rat) Sum { return tidy([]term{{by: x}}) }

// Unknown is an unknown.
func Unknown(id int) Sum { return Sum{terms: []term{{by: rat.Int(1), of: []int{id}}}} }

func tidy(terms []term) Sum {
	slices.SortFunc(terms, func(a, b term) int { return cmp.Or(cmp.Compare(len(a.of), len(b.of)), slices.Compare(a.of, b.of)) })
	var out []term
	for _, t := range terms {
		if n := len(out); n > 0 && slices.Equal(out[n-1].of, t.of) {
			out[n-1].by = rat.Add(out[n-1].by, t.by)
		} else {
			out = append(out, t)
		}
	}
	return Sum{slices.DeleteFunc(out, func(t term) bool { return t.by.Sign() == 0 })}
}

// Add is s + t.
func (s Sum) Add(t Sum) Sum { return tidy(slices.Concat(s.terms, t.terms)) }

// Scale is s times a number.
func (s Sum) Scale(by *big.Rat) Sum {
	out := make([]term, len(s.terms))
	for i, t := range s.terms {
		out[i] = term{rat.Mul(t.by, by), t.of}
	}
	return tidy(out)
}

// Sub is s − t.
func (s Sum) Sub(t Sum) Sum { return s.Add(t.Scale(rat.Int(-1))) }

// Mul is s × t, and whether it is small enough to be of use.
func (s Sum) Mul(t Sum) (Sum, bool) {
	if len(s.terms)*len(t.terms) > maxTerms*2 {
		return Sum{}, false
	}
	var out []term
	for _, a := range s.terms {
		for _, b := range t.terms {
			of := slices.Concat(a.of, b.of)
			slices.Sort(of)
			if len(of) > maxDegree {
				return Sum{}, false
			}
			out = append(out, term{rat.Mul(a.by, b.by), of})
		}
	}
	made := tidy(out)
	return made, made.Small()
}

// Small reports whether the sum is small enough to be of use.
func (s Sum) Small() bool { return len(s.terms) <= maxTerms }

// Constant is the number that s is, when it has no unknowns.
func (s Sum) Constant() (*big.Rat, bool) {
	switch {
	case len(s.terms) == 0:
		return rat.Zero(), true
	case len(s.terms) == 1 && len(s.terms[0].of) == 0:
		return s.terms[0].by, true
	}
	return nil, false
}

// Unknowns are the unknowns of s in ascending order.
func (s Sum) Unknowns() []int {
	var out []int
	for _, t := range s.terms {
		out = append(out, t.of...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Straight is by and rest where s is by × the unknown + rest, both numbers.
func (s Sum) Straight() (id int, by, rest *big.Rat, ok bool) {
	rest = rat.Zero()
	for _, t := range s.terms {
		switch {
		case len(t.of) == 0:
			rest = t.by
		case len(t.of) == 1 && by == nil:
			id, by = t.of[0], t.by
		default:
			return 0, nil, nil, false
		}
	}
	return id, by, rest, by != nil
}

// Slope is how s changes with an unknown: its derivative.
func (s Sum) Slope(id int) Sum {
	var out []term
	for _, t := range s.terms {
		at := slices.Index(t.of, id)
		if at < 0 {
			continue
		}
		n := int64(0)
		for _, of := range t.of {
			if of == id {
				n++
			}
		}
		out = append(out, term{rat.Mul(t.by, rat.Int(n)), slices.Delete(slices.Clone(t.of), at, at+1)})
	}
	return tidy(out)
}

// Rename is s with unknowns put in the place of others.
func (s Sum) Rename(to func(id int) int) Sum {
	out := make([]term, len(s.terms))
	for i, t := range s.terms {
		of := make([]int, len(t.of))
		for k, id := range t.of {
			of[k] = to(id)
		}
		slices.Sort(of)
		out[i] = term{t.by, of}
	}
	return tidy(out)
}

// Range is what s may be where each unknown may be anything of its own range. It looks at the
// sum in several ways, and keeps what all of them say.
func (s Sum) Range(of func(id int) interval.Interval) interval.Interval {
	const few, many = 4, 12
	switch n := len(s.Unknowns()); {
	case n <= few:
		return s.within(of, maxDegree-1)
	case n <= many:
		return s.within(of, 1)
	}
	return s.within(of, 0)
}

func (s Sum) within(of func(id int) interval.Interval, depth int) interval.Interval {
	out := interval.Point(rat.Zero())
	for _, t := range s.terms {
		out = out.Add(t.within(of))
	}
	if depth == 0 || len(s.terms) < 2 {
		return out
	}
	for _, id := range s.Unknowns() {
		if with, rest := s.split(id); len(with.terms) > 1 {
			out = out.Intersect(with.within(of, depth-1).Mul(of(id)).Add(rest.within(of, depth-1)))
		}
	}
	return out
}

// within is the range of one product; an unknown that stands in it twice is a square.
func (t term) within(of func(id int) interval.Interval) interval.Interval {
	out := interval.Point(t.by)
	for i := 0; i < len(t.of); i++ {
		factor := of(t.of[i])
		if i+1 < len(t.of) && t.of[i+1] == t.of[i] {
			size := factor.Abs()
			factor = size.Mul(size)
			i++
		}
		out = out.Mul(factor)
	}
	return out
}

// split gives s as the unknown × with + rest.
func (s Sum) split(id int) (with, rest Sum) {
	for _, t := range s.terms {
		if at := slices.Index(t.of, id); at >= 0 {
			with.terms = append(with.terms, term{t.by, slices.Delete(slices.Clone(t.of), at, at+1)})
		} else {
			rest.terms = append(rest.terms, t)
		}
	}
	return tidy(with.terms), tidy(rest.terms)
}

// Ratio is k where s is k × t, for a t that is not 0.
func (s Sum) Ratio(t Sum) (*big.Rat, bool) {
	if len(s.terms) != len(t.terms) || len(t.terms) == 0 {
		return nil, false
	}
	k := rat.Quo(s.terms[0].by, t.terms[0].by)
	for i := range s.terms {
		if !slices.Equal(s.terms[i].of, t.terms[i].of) || s.terms[i].by.Cmp(rat.Mul(k, t.terms[i].by)) != 0 {
			return nil, false
		}
	}
	return k, true
}

// Shares are the factors that make a term of t out of the term of s with the same unknowns: what
// to try when something known about s may help with t.
func (s Sum) Shares(t Sum) (out []*big.Rat) {
	for _, a := range s.terms {
		for _, b := range t.terms {
			if len(a.of) > 0 && slices.Equal(a.of, b.of) {
				out = append(out, rat.Quo(b.by, a.by))
			}
		}
	}
	return out
}
