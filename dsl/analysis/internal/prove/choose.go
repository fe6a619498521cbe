package prove

import (
	"github.com/payproof/payproof/dsl/analysis/internal/interval"
	"github.com/payproof/payproof/dsl/analysis/internal/poly"
	"github.com/payproof/payproof/dsl/analysis/internal/rat"
)

// compare is 1 where a difference has the right sign, else 0.
func (w *prover) compare(c *context, k int, a []value) value {
	p := w.Parts[k]
	if len(a) == 3 {
		w.divides(k, a[2].in)
	}
	s := a[0].sum.Sub(a[1].sum)
	in := c.bound(s).Intersect(a[0].in.Sub(a[1].in))
	yes := in.Intersect(holds(p.Sign))
	no := in
	switch p.Sign {
	case "==":
		if !in.IsPoint() {
			break
		}
		no = interval.Nothing()
		if in.Low.At.Sign() != 0 {
			yes, no = no, in
		}
	case "!=":
		yes = in
		if no = in.Intersect(holds("==")); in.IsPoint() && !no.None {
			yes = interval.Nothing()
		}
	default:
		no = in.Intersect(holds(opposite(p.Sign)))
	}
	switch {
	case in.None: // an argument has no value here
		return w.opaque(c, k, interval.Everything(), Either, nil)
	case no.None:
		return number(rat.Int(1))
	case yes.None:
		return number(rat.Zero())
	}
	dir := w.direction(c, s)
	switch p.Sign {
	case "<", "<=":
		dir = dir.flip()
	case "==", "!=":
		if dir != Still {
			dir = Either
		}
	}
	return w.opaque(c, k, interval.Everything(), dir, &Reason{k, "the condition begins to hold, and ends"})
}

// holds is where a difference lies when a comparison holds.
func holds(sign string) interval.Interval {
	zero := rat.Zero()
	switch sign {
	case "==":
		return interval.Point(zero)
	case "<":
		return interval.Below(zero)
	case "<=":
		return interval.UpTo(zero)
	case ">":
		return interval.Above(zero)
	case ">=":
		return interval.From(zero)
	}
	return interval.Everything()
}

func opposite(sign string) string {
	return map[string]string{"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}[sign]
}

// branch is what a choice gives: a part, or a number.
type branch struct {
	part  int
	fixed bool
	value int64
}

func (w *prover) branch(c *context, b branch) value {
	if b.fixed {
		return number(rat.Int(b.value))
	}
	return w.eval(c, b.part)
}

// choose is what a choice gives. Where nothing moves across the switch, both branches count on
// their own; across it, the branch behind is compared with the one before.
func (w *prover) choose(c *context, k, condition int, then, other branch) value {
	test := w.eval(c, condition)
	always := test.in.Intersect(interval.Point(rat.Zero())).None
	never := test.in.Intersect(interval.Point(rat.Int(1))).None
	if always && never {
		return w.opaque(c, k, interval.Everything(), Either, nil)
	}
	yes, no := w.assume(c, condition, true), w.assume(c, condition, false)
	always, never = always || no.never && !yes.never, never || yes.never && !no.never
	w.out.Taken[k][0], w.out.Taken[k][1] = w.out.Taken[k][0] || !never, w.out.Taken[k][1] || !always
	switch {
	case always:
		return w.branch(c, then)
	case never:
		return w.branch(c, other)
	}
	a, b := w.branch(yes, then), w.branch(no, other)
	dir, why := a.dir|b.dir, whyFalls(Falls, a, b)
	if test.dir&Rises != 0 {
		dir |= w.across(no, yes, b, a)
	}
	if test.dir&Falls != 0 {
		dir |= w.across(yes, no, a, b)
	}
	if dir&Falls != 0 && why == nil {
		why = &Reason{k, "what is paid on one side of this condition can be less than on the other"}
	}
	return w.opaque(c, k, a.in.Hull(b.in), dir, why)
}

// across is how a value goes that is first one thing in a context, and then another in
// another. Unknowns that move have two values, and later inputs are not below earlier ones.
func (w *prover) across(from, to *context, before, after value) Direction {
	later := len(w.Inputs) + len(w.Parts)
	rename := func(id int) int {
		if w.still(id) {
			return id
		}
		return id + later
	}
	of := func(id int) interval.Interval {
		switch {
		case id >= later:
			return to.rangeOf(id - later)
		case w.still(id):
			return both(from, to, id)
		}
		return from.rangeOf(id)
	}
	facts := append([]fact{}, from.facts...)
	for _, f := range to.facts {
		facts = append(facts, fact{f.sum.Rename(rename), f.in})
	}
	first := poly.Sum{}
	for i, rate := range w.q.Rate {
		if rate == nil {
			continue
		}
		step := poly.Unknown(i + later).Sub(poly.Unknown(i)).Scale(rat.Quo(rat.Int(1), rate))
		facts = append(facts, fact{step, interval.From(rat.Zero())})
		if _, none := first.Constant(); none {
			first = step
		} else {
			facts = append(facts, fact{step.Sub(first), interval.Point(rat.Zero())})
		}
	}
	gain := after.sum.Rename(rename).Sub(before.sum)
	pair := func(id int) (extreme, bool) {
		if id < later {
			e, ok := from.extreme[id]
			if !ok && w.still(id) { // the same behind the switch
				e, ok = to.extreme[id]
			}
			return e, ok
		}
		e, ok := to.extreme[id-later]
		return extreme{e.a.Rename(rename), e.b.Rename(rename), e.larger}, ok
	}
	return sign(known{facts, of, pair}.bound(gain, mostExtremes).Intersect(after.in.Sub(before.in)))
}

// still reports whether an unknown has one value, whatever x is.
func (w *prover) still(id int) bool {
	if id < len(w.Inputs) {
		return !w.q.Moves(id)
	}
	return !w.moving[id-len(w.Inputs)]
}

// both is the range of an unknown that has one value in two contexts; it may be known in one
// of them alone.
func both(a, b *context, id int) interval.Interval {
	out := interval.Everything()
	for _, c := range []*context{a, b} {
		if _, ok := c.unknown[id]; ok {
			out = out.Intersect(c.rangeOf(id))
		}
	}
	return out
}

// assume is a context in which a condition holds, or does not.
func (w *prover) assume(c *context, k int, truth bool) *context {
	if w.work > most {
		return c
	}
	made := newContext(c)
	w.learn(c, made, k, truth)
	return made
}

func (w *prover) learn(c, made *context, k int, truth bool) {
	p := w.Parts[k]
	switch p.Op {
	case "not":
		w.learn(c, made, p.Args[0], !truth)
	case "let":
		w.learn(c, made, p.Args[0], truth)
	case "and", "or":
		if truth == (p.Op == "and") {
			w.learn(c, made, p.Args[0], truth)
			w.learn(c, made, p.Args[1], truth)
		}
	case "compare":
		sign := p.Sign
		if !truth {
			sign = opposite(sign)
		}
		if sign != "!=" {
			made.learn(w.eval(c, p.Args[0]).sum.Sub(w.eval(c, p.Args[1]).sum), holds(sign))
		}
		if len(p.Args) == 3 {
			made.learn(w.eval(c, p.Args[2]).sum, interval.Above(rat.Zero()))
		}
	default:
		is := rat.Zero()
		if truth {
			is = rat.Int(1)
		}
		made.learn(w.eval(c, k).sum, interval.Point(is))
	}
}
