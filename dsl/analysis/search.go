package analysis

import (
	"math/big"
	"slices"

	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/analysis/internal/model"
	"github.com/payproof/payproof/dsl/analysis/internal/rat"
	"github.com/payproof/payproof/dsl/unit"
)

// fall is a point with two numbers of x, of which the larger gives less.
type fall struct {
	at       point
	from, to *big.Rat
	lost     *big.Rat
}

// search looks for falls by evaluating.
type search struct {
	*evaluator
	least *big.Rat // smaller falls are roundings
	tries int      // the most evaluations
	dice  dice
	marks []*big.Rat // numbers that stand in the formula and its tables
}

// dice is splitmix64: the same numbers for the same seed, everywhere.
type dice uint64

func (d *dice) next() uint64 {
	*d += 0x9e3779b97f4a7c15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (d *dice) below(n int) int { return int(d.next() % uint64(n)) }

// find looks at points until a fall is found or the tries are used up.
func (s *search) find() (fall, bool) {
	for n := 0; s.evaluator.tries < s.tries; n++ {
		pt := s.point(n)
		before := s.evaluator.tries
		if found := s.along(pt); len(found) > 0 {
			return s.simpler(largest(found)), true
		}
		if s.evaluator.tries == before || n > 0 && s.isFixed() && n > 40 {
			break // nothing can be tried
		}
	}
	return fall{}, false
}

// isFixed reports whether there is one point alone: everything that the formula reads, and that
// what it reads is made of, has one value for each x.
func (s *search) isFixed() bool {
	for _, i := range s.made() {
		if i != s.q.First && s.q.Ties[i] == nil && (!s.q.Given[i] || !s.IsText(i) && !s.q.Start[i].IsPoint()) {
			return false
		}
	}
	return true
}

func largest(found []fall) fall {
	return slices.MaxFunc(found, func(a, b fall) int { return a.lost.Cmp(b.lost) })
}

// along finds the falls at a point: from where a value begins to go down to where it ends.
func (s *search) along(pt point) []fall {
	domain := s.q.Whole(s.q.First)
	xs := newShape(s.Program, s.fixed(pt)).places()
	xs = append(xs, s.edges(pt)...)
	xs = ascending(xs, s.Unit(s.q.First), domain.Has)
	var out []fall
	var x0, top, x, v *big.Rat
	end := func() {
		if top != nil && v.Cmp(top) < 0 {
			if lost := rat.Sub(top, v); lost.Cmp(s.least) >= 0 {
				out = append(out, fall{pt, x0, x, lost})
			}
		}
	}
	for _, next := range xs {
		w, ok := s.value(pt, next)
		if !ok {
			continue
		}
		if v == nil || w.Cmp(v) >= 0 {
			end()
			x0, top = next, w
		}
		x, v = next, w
	}
	end()
	return out
}

// edges are the numbers in the formula, and their multiples of the point's values, with what
// lies beside them.
func (s *search) edges(pt point) []*big.Rat {
	step := s.Unit(s.q.First)
	var out []*big.Rat
	add := func(x *big.Rat) {
		x = rat.Mul(rat.Floor(rat.Quo(x, step), 0), step)
		out = append(out, rat.Sub(x, step), x, rat.Add(x, step))
	}
	for _, m := range s.marks {
		add(m)
	}
	for _, i := range s.used {
		if v := pt.values[i]; v != nil && i != s.q.First {
			add(v)
			for _, m := range s.marks {
				if m.Sign() != 0 && m.Cmp(rat.Int(10)) < 0 {
					add(rat.Mul(v, m))
				}
			}
		}
	}
	if x := s.q.Start[s.q.First]; x.Low.At != nil {
		add(x.Low.At)
	} else {
		add(rat.Int(-1000))
	}
	return out
}

// point is the n-th point to look at: first ordinary ones, then drawn ones.
func (s *search) point(n int) point {
	pt := point{values: make([]*big.Rat, len(s.Inputs)), texts: make([]string, len(s.Inputs))}
	for _, i := range s.reads() {
		switch {
		case i == s.q.First || s.q.Ties[i] != nil:
		case s.IsText(i):
			pt.texts[i] = s.text(i, n)
		case !s.q.Given[i] && s.Inputs[i].Optional && n%3 == 2:
		default:
			pt.values[i] = s.number(i, n)
		}
	}
	return pt
}

// made are the inputs that the formula reads, and those that they are made of.
func (s *search) made() []int {
	out := slices.Clone(s.used)
	for _, i := range s.used {
		if t := s.q.Ties[i]; t != nil {
			out = append(out, t.Of...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// reads are the inputs that have to be known for a row, also to see whether it counts.
func (s *search) reads() []int {
	out := s.made()
	for _, c := range s.q.Covers {
		out = append(out, c[0], c[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (s *search) text(i, n int) string {
	if s.q.Given[i] {
		return s.q.Text[i]
	}
	all := s.Inputs[i].Enum
	if all == nil {
		all = append(s.texts(i), "other")
	}
	if n < len(all) {
		return all[n]
	}
	return all[s.dice.below(len(all))]
}

// texts are those that a formula compares an input with, and those of its tables.
func (s *search) texts(i int) (out []string) {
	for _, p := range s.Parts {
		if p.Op == "one of" && s.Parts[p.Args[0]].Input == i {
			out = append(out, p.Texts...)
		}
		if p.Op != "grid" {
			continue
		}
		for _, a := range p.Table.Axes {
			out = append(out, a.Members...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// number is a value of an input within its range and places.
func (s *search) number(i, n int) *big.Rat {
	in, u := s.q.Start[i], s.Unit(i)
	usual := s.usual(i)
	var x *big.Rat
	switch {
	case in.IsPoint():
		return in.Low.At
	case n < len(usual):
		x = usual[n]
	case s.dice.below(3) > 0:
		choice := append(slices.Clone(usual), s.marks...)
		x = choice[s.dice.below(len(choice))]
	default:
		x = rat.Mul(rat.Int(int64(s.dice.next()>>(20+s.dice.below(40)))), u)
	}
	if in.Low.At == nil && n >= len(usual) && s.dice.below(3) == 0 {
		x = rat.Neg(x)
	}
	x = rat.Mul(rat.Floor(rat.Quo(x, u), 0), u)
	for _, other := range append([]*big.Rat{x}, usual...) {
		if in.Has(other) {
			return other
		}
	}
	switch {
	case in.Low.At != nil && !in.Low.Open:
		return in.Low.At
	case in.Low.At != nil:
		return rat.Add(rat.Mul(rat.Floor(rat.Quo(in.Low.At, u), 0), u), u)
	case in.High.At != nil:
		return rat.Sub(rat.Mul(rat.Ceil(rat.Quo(in.High.At, u), 0), u), u)
	}
	return x
}

// usual are ordinary values of an input, the most ordinary first.
func (s *search) usual(i int) []*big.Rat {
	texts := []string{"100000", "1000", "1", "10000", "50000", "40000", "0", "250000"}
	switch u := s.Inputs[i].Unit; {
	case u == dsl.Ratio:
		texts = []string{"1", "0.5", "0", "1.5", "2", "0.1", "0.05", "0.99"}
	case u == dsl.Counted || u.Kind == unit.Days:
		texts = []string{"1", "10", "0", "2", "3", "30", "100"}
	case u.Kind == unit.Date:
		texts = []string{"739000", "739100", "739365"}
	}
	var out []*big.Rat
	for _, t := range texts {
		x, _ := new(big.Rat).SetString(t)
		out = append(out, rat.Mul(rat.Floor(rat.Quo(x, s.Unit(i)), 0), s.Unit(i)))
	}
	return out
}

// simpler puts ordinary values in the place of odd ones, as long as it falls.
func (s *search) simpler(f fall) fall {
	for _, i := range s.reads() {
		if f.at.values[i] == nil || s.q.Start[i].IsPoint() {
			continue
		}
		for _, x := range s.usual(i) {
			if !s.q.Start[i].Has(x) || x.Sign() == 0 {
				continue
			}
			if x.Cmp(f.at.values[i]) == 0 {
				break
			}
			pt := f.at
			pt.values = slices.Clone(pt.values)
			pt.values[i] = x
			if found := s.along(pt); len(found) > 0 {
				f = largest(found)
				break
			}
		}
	}
	return f
}

// marks are the numbers that stand in a formula and its tables.
func marks(p model.Program) []*big.Rat {
	var out []*big.Rat
	for _, part := range p.Parts {
		if part.Op == "const" && part.Unit != dsl.BoolUnit {
			out = append(out, rat.Of(part.Value))
		}
		if part.Table == nil {
			continue
		}
		for _, t := range part.Table.Tiers {
			out = append(out, rat.Of(t.From))
		}
		for _, a := range part.Table.Axes {
			for _, e := range a.Edges {
				out = append(out, rat.Of(e))
			}
		}
	}
	slices.SortFunc(out, (*big.Rat).Cmp)
	out = slices.CompactFunc(out, func(a, b *big.Rat) bool { return a.Cmp(b) == 0 })
	const most = 60
	return out[:min(most, len(out))]
}
