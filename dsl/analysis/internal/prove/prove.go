package prove

import (
	"math/big"

	"github.com/payproof/payproof/dsl/analysis/internal/interval"
	"github.com/payproof/payproof/dsl/analysis/internal/model"
	"github.com/payproof/payproof/dsl/analysis/internal/poly"
	"github.com/payproof/payproof/dsl/analysis/internal/rat"
	"github.com/payproof/payproof/dsl/unit"
)

// quotientPlaces is what a division is rounded to.
const quotientPlaces = 16

// most bounds the work: past it, what a condition tells is not used any more.
const most = 4_000

// Result is what was shown of a formula.
type Result struct {
	In  interval.Interval // of its value
	Dir Direction         // in which it can go
	Why *Reason           // where Falls could not be excluded
	// What was seen of each part, over all places at which it is read.
	Ranges  []interval.Interval
	Reached []bool              // not only behind conditions that never hold
	Tiers   []map[int]bool      // of a table: the tiers that are reached
	Taken   [][2]bool           // of an if: its branches that are taken, the first when it holds
	Divisor []interval.Interval // what is divided by, or has to be above 0 because it is a quota
}

// prover looks at one formula.
type prover struct {
	model.Program
	q      *model.Question
	moving []bool
	same   []int // of each part, the first that is written alike
	work   int
	out    Result
}

// Formula looks at a formula. q.First may be −1: then nothing moves.
func Formula(p model.Program, q *model.Question) Result {
	w := &prover{Program: p, q: q, moving: model.Moving(p, q), same: alike(p)}
	w.out.Ranges, w.out.Reached, w.out.Tiers = make([]interval.Interval, len(p.Parts)), make([]bool, len(p.Parts)), make([]map[int]bool, len(p.Parts))
	w.out.Taken, w.out.Divisor = make([][2]bool, len(p.Parts)), make([]interval.Interval, len(p.Parts))
	for k := range p.Parts {
		w.out.Divisor[k] = interval.Nothing()
		w.out.Ranges[k], w.out.Tiers[k] = interval.Nothing(), map[int]bool{}
	}
	v := w.eval(newContext(nil), len(p.Parts)-1)
	w.out.In, w.out.Dir, w.out.Why = v.in, v.dir, v.why
	return w.out
}

// eval is what is known of a part in a context.
func (w *prover) eval(c *context, k int) value {
	if v, ok := c.done[k]; ok {
		return v
	}
	w.work++
	v := w.part(c, k)
	v.in = v.in.Intersect(c.bound(v.sum))
	if w.Parts[k].Unit == unit.BoolUnit {
		v.in = v.in.Intersect(interval.Between(rat.Zero(), rat.Int(1)))
	}
	if !w.moving[k] {
		v.dir, v.why = Still, nil
	}
	c.done[k] = v
	w.out.Reached[k], w.out.Ranges[k] = true, w.out.Ranges[k].Hull(v.in)
	return v
}

// args are the values of a part's arguments.
func (w *prover) args(c *context, k int) []value {
	out := make([]value, len(w.Parts[k].Args))
	for i, a := range w.Parts[k].Args {
		out[i] = w.eval(c, a)
	}
	return out
}

// opaque makes a part an unknown.
func (w *prover) opaque(c *context, k int, in interval.Interval, dir Direction, why *Reason) value {
	id := len(w.Inputs) + w.same[k]
	if !w.moving[k] {
		dir = Still
	}
	if w.Parts[k].Unit == unit.BoolUnit {
		in = in.Intersect(interval.Between(rat.Zero(), rat.Int(1)))
	}
	c.unknown[id] = unknown{in: in, dir: dir}
	if why == nil && dir&Falls != 0 {
		why = &Reason{Part: k, Text: "it can fall"}
	}
	return value{sum: poly.Unknown(id), in: c.rangeOf(id), dir: dir, why: why}
}

// number is a constant.
func number(x *big.Rat) value { return value{sum: poly.Const(x), in: interval.Point(x)} }

// whyFalls is the reason of the first value that may go in a direction.
func whyFalls(d Direction, vs ...value) *Reason {
	for _, v := range vs {
		if v.dir&d != 0 && v.why != nil {
			return v.why
		}
	}
	return nil
}

// arithmetic makes a value of a sum: how it goes is found from the sum itself.
func (w *prover) arithmetic(c *context, k int, s poly.Sum, args ...value) value {
	dir := w.direction(c, s)
	why := whyFalls(Falls, args...)
	if dir&Falls != 0 && why == nil {
		why = &Reason{Part: k, Text: sumReason(w.Parts[k].Op)}
	}
	return value{sum: s, in: c.bound(s), dir: dir, why: why}
}

// sumReason is why a sum may fall whose parts do not.
func sumReason(op string) string {
	switch op {
	case "sub", "neg":
		return "what is taken away rises"
	case "mul":
		return "what it is multiplied with can be below 0"
	}
	return "it can fall"
}

// direction is how a sum goes, by the ranges of its unknowns: from a point to a later one,
// first the inputs go together, then each other unknown on its own, and no step may fall.
func (w *prover) direction(c *context, s poly.Sum) Direction {
	out, together := Still, poly.Sum{}
	for _, id := range s.Unknowns() {
		switch u := c.unknown[id]; {
		case u.dir == Still:
		case id < len(w.Inputs) && w.q.Rate[id] != nil:
			together = together.Add(s.Slope(id).Scale(w.q.Rate[id]))
		case u.dir == Either:
			return Either
		default:
			d := sign(c.box(s.Slope(id)))
			if u.dir == Falls {
				d = d.flip()
			}
			out |= d
		}
	}
	return out | sign(c.box(together))
}

// sign is how a value goes whose slope lies in a range.
func sign(slope interval.Interval) Direction {
	switch {
	case slope.IsPoint() && slope.Low.At.Sign() == 0:
		return Still
	case slope.NotNegative():
		return Rises
	case slope.NotPositive():
		return Falls
	}
	return Either
}

func (w *prover) part(c *context, k int) value {
	p := w.Parts[k]
	switch p.Op {
	case "const":
		return number(rat.Of(p.Value))
	case "input":
		return w.input(c, p.Input)
	case "text":
		return number(rat.Zero())
	case "if":
		return w.choose(c, k, p.Args[0], branch{part: p.Args[1]}, branch{part: p.Args[2]})
	case "and":
		return w.choose(c, k, p.Args[0], branch{part: p.Args[1]}, branch{fixed: true, value: 0})
	case "or":
		return w.choose(c, k, p.Args[0], branch{fixed: true, value: 1}, branch{part: p.Args[1]})
	case "missing":
		if w.q.Given[p.Input] || !w.Inputs[p.Input].Optional {
			return number(rat.Zero())
		}
		return w.opaque(c, k, interval.Everything(), Still, nil)
	case "coalesce":
		return w.coalesce(c, k)
	case "one of":
		return w.oneOf(c, k)
	case "curve", "slices", "line", "grid":
		return w.table(c, k)
	}
	return w.operation(c, k, w.args(c, k))
}

// input is the value of an input, which may be the sum of others.
func (w *prover) input(c *context, i int) value {
	if t := w.q.Ties[i]; t != nil && !t.Largest {
		s := poly.Sum{}
		for _, of := range t.Of {
			s = s.Add(w.input(c, of).sum)
		}
		return value{sum: s, in: c.bound(s), dir: w.direction(c, s)}
	}
	whole := w.q.Whole(i)
	dir := Still
	if w.q.Moves(i) {
		dir = Rises
	} else if whole.IsPoint() {
		return number(whole.Low.At)
	}
	c.unknown[i] = unknown{in: whole, dir: dir}
	return value{sum: poly.Unknown(i), in: c.rangeOf(i), dir: dir}
}

func (w *prover) coalesce(c *context, k int) value {
	p := w.Parts[k]
	in := w.eval(c, p.Args[0])
	if w.q.Given[p.Input] {
		return in
	}
	other := w.eval(c, p.Args[1])
	return w.opaque(c, k, in.in.Hull(other.in), in.dir|other.dir, whyFalls(Falls, in, other))
}

func (w *prover) oneOf(c *context, k int) value {
	p := w.Parts[k]
	i := w.Parts[p.Args[0]].Input
	w.out.Reached[p.Args[0]] = true
	if !w.q.Given[i] {
		return w.opaque(c, k, interval.Everything(), Still, nil)
	}
	for _, t := range p.Texts {
		if t == w.q.Text[i] {
			return number(rat.Int(1))
		}
	}
	return number(rat.Zero())
}

func (w *prover) operation(c *context, k int, a []value) value {
	p := w.Parts[k]
	switch p.Op {
	case "let", "rescale":
		return a[0]
	case "neg":
		return w.arithmetic(c, k, a[0].sum.Scale(rat.Int(-1)), a...)
	case "add":
		return w.whole(c, k, a[0].sum.Add(a[1].sum), a)
	case "sub":
		return w.whole(c, k, a[0].sum.Sub(a[1].sum), a)
	case "mul":
		if s, ok := a[0].sum.Mul(a[1].sum); ok {
			v := w.arithmetic(c, k, s, a...)
			v.in = v.in.Intersect(a[0].in.Mul(a[1].in))
			return v
		}
		return w.opaque(c, k, a[0].in.Mul(a[1].in), turned(a[0].dir, a[1].in)|turned(a[1].dir, a[0].in), whyFalls(Falls, a...))
	case "div":
		return w.divide(c, k, a[0], a[1])
	case "min":
		return w.smaller(c, k, a[0], a[1], false)
	case "max":
		return w.smaller(c, k, a[0], a[1], true)
	case "abs":
		switch {
		case a[0].in.NotNegative():
			return a[0]
		case a[0].in.NotPositive():
			return w.arithmetic(c, k, a[0].sum.Scale(rat.Int(-1)), a...)
		}
		return w.opaque(c, k, a[0].in.Abs(), Either, &Reason{k, "its argument can be below 0 and above"})
	case "round":
		if p.Places >= int(w.Parts[p.Args[0]].Scale) {
			return a[0]
		}
		return w.opaque(c, k, a[0].in.Round(p.Places), a[0].dir, a[0].why)
	case "not":
		return w.arithmetic(c, k, poly.Const(rat.Int(1)).Sub(a[0].sum), a...)
	case "compare":
		return w.compare(c, k, a)
	case "months":
		return w.opaque(c, k, interval.Everything(), a[0].dir|a[1].dir, whyFalls(Falls, a...))
	case "mod":
		return w.opaque(c, k, remainder(a[1].in), Either, &Reason{k, "what is left of a division rises and falls"})
	}
	return w.opaque(c, k, interval.Everything(), Either, &Reason{k, "nothing is known about what it does"})
}

// whole is a sum, or an unknown where it would be too long.
func (w *prover) whole(c *context, k int, s poly.Sum, a []value) value {
	if s.Small() {
		return w.arithmetic(c, k, s, a...)
	}
	second := a[1]
	if w.Parts[k].Op == "sub" {
		second.in, second.dir = second.in.Neg(), second.dir.flip()
	}
	return w.opaque(c, k, a[0].in.Add(second.in), a[0].dir|second.dir, whyFalls(Falls, a...))
}

// turned is the direction of something times a factor in a range.
func turned(d Direction, factor interval.Interval) Direction {
	switch {
	case d == Still || factor.NotNegative():
		return d
	case factor.NotPositive():
		return d.flip()
	}
	return Either
}

// remainder is the range of what is left of whole multiples of a number in a range.
func remainder(of interval.Interval) interval.Interval {
	high := of.Abs().High
	if high.At != nil {
		high.Open = true
	}
	return interval.Interval{Low: interval.End{At: rat.Zero()}, High: high}
}

// divide is num ÷ den rounded to 16 places: an unknown of its own.
func (w *prover) divide(c *context, k int, num, den value) value {
	by := den.in
	w.divides(k, by)
	if w.Parts[k].Name != "" {
		by = by.Intersect(interval.Above(rat.Zero())) // a quota
	}
	in := num.in.Quo(by)
	if by.Positive() {
		in = in.Intersect(c.ratio(num, den))
	}
	dir := turned(num.dir, by) | turned(den.dir.flip(), num.in)
	if den.dir != Still && !by.NotNegative() && !by.NotPositive() {
		dir = Either
	}
	why := whyFalls(Falls, num, den)
	if why == nil {
		why = &Reason{k, "what it is divided by rises, or can be on either side of 0"}
	}
	return w.opaque(c, k, in.Round(quotientPlaces), dir, why)
}

// divides notes what a part divides by.
func (w *prover) divides(k int, by interval.Interval) {
	w.out.Divisor[k] = w.out.Divisor[k].Hull(by)
}

// smaller is min, or max.
func (w *prover) smaller(c *context, k int, a, b value, larger bool) value {
	difference := c.bound(a.sum.Sub(b.sum))
	if larger {
		difference = difference.Neg()
	}
	switch {
	case difference.NotPositive():
		return a
	case difference.NotNegative():
		return b
	}
	in := a.in.Min(b.in)
	if larger {
		in = a.in.Max(b.in)
	}
	c.extreme[len(w.Inputs)+w.same[k]] = extreme{a.sum, b.sum, larger}
	return w.opaque(c, k, in, a.dir|b.dir, whyFalls(Falls, a, b))
}
