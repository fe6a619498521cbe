// Package prove shows what holds for all values of a formula's inputs: what its parts may be,
// and whether they can fall when some inputs rise.
//
// Each part is known as a sum of products of unknowns, as a range, and as a [Direction].
// Unknowns are inputs, and parts that are no sums: a table's value, a quotient, a choice. Under a
// condition the parts are looked at anew, with what the condition tells; between the branches of
// a choice the values on both sides of the switch are compared, the inputs that move by one name
// before it and by another behind it.
//
// All of it is sound: what is proved holds for every row on which the formula has a value,
// roundings included, because a rounding keeps the order. None of it is complete: "may fall" is
// said of what cannot be proved, and comes with the place where the proof ended.
package prove

import (
	"github.com/payproof/payproof/dsl/analysis/internal/interval"
	"github.com/payproof/payproof/dsl/analysis/internal/poly"
	"github.com/payproof/payproof/dsl/analysis/internal/rat"
)

// Direction is how a value may go when x rises: bits that say what cannot be excluded.
type Direction uint8

// The directions.
const (
	Still  Direction = 0
	Rises  Direction = 1
	Falls  Direction = 2
	Either           = Rises | Falls
)

// flip is the direction of the negative.
func (d Direction) flip() Direction { return d>>1&Rises | d<<1&Falls }

// Reason is where a proof ended, and why.
type Reason struct {
	Part int    // of the formula
	Text string // why
}

// value is what is known of a part in a context.
type value struct {
	sum poly.Sum
	in  interval.Interval
	dir Direction
	why *Reason // of Falls
}

// fact is something known in a context: the sum lies in the range.
type fact struct {
	sum poly.Sum
	in  interval.Interval
}

// unknown is what is known of an unknown in a context.
type unknown struct {
	in  interval.Interval
	dir Direction
}

// context is what is known at a place of the formula: everywhere, or under conditions.
type context struct {
	facts   []fact
	narrow  map[int]interval.Interval // what conditions say of unknowns
	unknown map[int]unknown
	extreme map[int]extreme // unknowns that are a min or max
	done    map[int]value
	never   bool // the conditions exclude each other
}

func newContext(from *context) *context {
	c := &context{narrow: map[int]interval.Interval{}, unknown: map[int]unknown{}, extreme: map[int]extreme{}, done: map[int]value{}}
	if from == nil {
		return c
	}
	c.facts = append(c.facts, from.facts...)
	for id, in := range from.narrow { // order: a copy
		c.narrow[id] = in
	}
	for id, u := range from.unknown { // order: a copy
		c.unknown[id] = u
	}
	for id, e := range from.extreme { // order: a copy
		c.extreme[id] = e
	}
	return c
}

// rangeOf is the range of an unknown.
func (c *context) rangeOf(id int) interval.Interval {
	in := c.unknown[id].in
	if n, ok := c.narrow[id]; ok {
		return in.Intersect(n)
	}
	return in
}

// box is the range of a sum by the ranges of its unknowns alone.
func (c *context) box(s poly.Sum) interval.Interval { return s.Range(c.rangeOf) }

// bound is the range of a sum by all that is known.
func (c *context) bound(s poly.Sum) interval.Interval {
	return known{c.facts, c.rangeOf, func(id int) (extreme, bool) {
		e, ok := c.extreme[id]
		return e, ok
	}}.bound(s, mostExtremes)
}

// known is all that is known of unknowns.
type known struct {
	facts   []fact
	of      func(id int) interval.Interval
	extreme func(id int) (extreme, bool)
}

// extreme is the smaller of two sums, or the larger.
type extreme struct {
	a, b   poly.Sum
	larger bool
}

// mostExtremes is how many of min and max are looked into for one bound.
const mostExtremes = 2

// mostFacts bounds the work of one bound.
const mostFacts = 12

// bound uses each fact about f for s: s is (s − k·f) + k·f, for the k that make a term vanish. And
// with a min or max it is itself the smaller or the larger of two sums.
func (n known) bound(s poly.Sum, depth int) interval.Interval {
	if c, ok := s.Constant(); ok {
		return interval.Point(c)
	}
	out := s.Range(n.of)
	for _, f := range n.facts[max(0, len(n.facts)-mostFacts):] { // the innermost conditions count most
		shares := f.sum.Shares(s)
		for _, k := range shares[:min(len(shares), mostFacts)] {
			out = out.Intersect(s.Sub(f.sum.Scale(k)).Range(n.of).Add(f.in.Scale(k)))
		}
	}
	for _, id := range s.Unknowns() {
		pair, ok := n.extreme(id)
		by, straight := s.Slope(id).Constant()
		if depth == 0 || !ok || !straight {
			continue
		}
		rest := s.Sub(poly.Unknown(id).Scale(by))
		a, b := rest.Add(pair.a.Scale(by)), rest.Add(pair.b.Scale(by))
		if !a.Small() || !b.Small() {
			continue
		}
		x, y := n.bound(a, depth-1), n.bound(b, depth-1)
		if pair.larger == (by.Sign() > 0) { // not below either of the two
			out = out.Intersect(x.Max(y))
		} else {
			out = out.Intersect(x.Min(y))
		}
	}
	return out
}

// learn takes in that a sum lies in a range.
func (c *context) learn(s poly.Sum, in interval.Interval) {
	if c.bound(s).Intersect(in).None {
		c.never = true
		return
	}
	c.facts = append(c.facts, fact{s, in})
	for _, id := range s.Unknowns() {
		by, ok := s.Slope(id).Constant()
		if !ok || by.Sign() == 0 {
			continue
		}
		rest := s.Sub(poly.Unknown(id).Scale(by))
		n := in.Sub(c.box(rest)).Scale(rat.Quo(rat.Int(1), by))
		if old, ok := c.narrow[id]; ok {
			n = n.Intersect(old)
		}
		c.narrow[id] = n
		c.never = c.never || c.rangeOf(id).None
	}
}

// ratio is the range of num ÷ den for a den above 0, also where both are known only together.
func (c *context) ratio(num, den value) interval.Interval {
	out := num.in.Quo(den.in.Intersect(interval.Above(rat.Zero())))
	for _, f := range c.facts {
		for _, s := range f.sum.Shares(num.sum) {
			if s.Sign() == 0 {
				continue
			}
			// s × f is num − k × den
			rest := num.sum.Sub(f.sum.Scale(s))
			k := rat.Zero()
			if zero, ok := rest.Constant(); !ok || zero.Sign() != 0 {
				if k, ok = rest.Ratio(den.sum); !ok {
					continue
				}
			}
			switch in := f.in.Scale(s); {
			case in.Positive():
				out = out.Intersect(interval.Above(k))
			case in.NotNegative():
				out = out.Intersect(interval.From(k))
			case in.Negative():
				out = out.Intersect(interval.Below(k))
			case in.NotPositive():
				out = out.Intersect(interval.UpTo(k))
			}
		}
	}
	return out
}
