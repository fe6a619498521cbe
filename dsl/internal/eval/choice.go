package eval

import (
	"cmp"
	"math"

	"github.com/payproof/payproof/dsl/internal/ir"
)

// choice compiles what looks at one part before another: a part that is not
// reached is not computed, so its errors don't count.
func (c *compiler) choice(n *ir.Node) fn {
	if n.Op == ir.Coalesce {
		given, other, i := c.compile(n.Args[0]), c.compile(n.Args[1]), n.Input
		return func(r *Frame) int64 {
			if r.Has[i] {
				return given(r)
			}
			return other(r)
		}
	}
	if n.Op == ir.Cond {
		if f := c.chain(n); f != nil {
			return f
		}
	}
	x := c.compile(n.Args[0])
	switch n.Op {
	case ir.Not:
		return func(r *Frame) int64 { return 1 - x(r) }
	case ir.And:
		y := c.compile(n.Args[1])
		return func(r *Frame) int64 {
			if x(r) == 0 {
				return 0
			}
			return y(r)
		}
	case ir.Or:
		y := c.compile(n.Args[1])
		return func(r *Frame) int64 {
			if x(r) != 0 {
				return 1
			}
			return y(r)
		}
	case ir.Cond:
		return c.branch(n, x)
	}
	return c.comparison(n, x)
}

func (c *compiler) branch(n *ir.Node, test fn) fn {
	x, y := c.compile(n.Args[1]), c.compile(n.Args[2])
	if f := c.directBranch(n.Args[0], x, y); f != nil {
		return f
	}
	return func(r *Frame) int64 {
		t := test(r)
		if r.bad { // a wider program will choose
			return 0
		}
		if t != 0 {
			return x(r)
		}
		return y(r)
	}
}

// direct is a condition that compares an input with a constant: it holds for inputs above most,
// or else for those up to it.
type direct struct {
	input int
	most  int64
	above bool
}

func (c *compiler) direct(test *ir.Node) (d direct, ok bool) {
	if test.Op != ir.Compare || len(test.Args) != 2 || test.Args[0].Op != ir.Input || c.f.Shared(test) {
		return d, false
	}
	most, ok := constantOf(test.Args[1])
	if !ok || most == math.MinInt64 {
		return d, false
	}
	switch test.Cmp.Text {
	case "<", ">=":
		most--
	case "<=", ">":
	default:
		return d, false
	}
	return direct{test.Args[0].Input, most, test.Cmp.Great}, true
}

// directBranch compares an input with a constant in place. It is nil where the condition is another.
func (c *compiler) directBranch(test *ir.Node, x, y fn) fn {
	d, ok := c.direct(test)
	if !ok {
		return nil
	}
	id, inputID, traced := test.ID, test.Args[0].ID, c.traced
	return func(r *Frame) int64 {
		if !r.Has[d.input] || r.Wide[d.input] != nil {
			r.bad = true
			return 0
		}
		v := r.Coef[d.input]
		holds := (v > d.most) == d.above
		if traced {
			r.have[inputID], r.slots[inputID] = r.mark, v
			r.have[id], r.slots[id] = r.mark, truth(holds)
		}
		if holds {
			return x(r)
		}
		return y(r)
	}
}

// chain is a chain of ?: that compares one input with constants, as written-out tiers are: the input is
// looked at once. It is nil where n is no such chain of at least two.
func (c *compiler) chain(n *ir.Node) fn {
	type step struct {
		most  int64
		above bool
		then  fn
		// What is kept for whoever asks for the steps: the choice, its condition, and the input.
		choice, test, input int
	}
	var steps []step
	input, rest := 0, n
	for rest.Op == ir.Cond && (rest == n || !c.f.Shared(rest)) {
		d, ok := c.direct(rest.Args[0])
		if !ok || len(steps) > 0 && d.input != input {
			break
		}
		input = d.input
		test := rest.Args[0]
		steps, rest = append(steps, step{d.most, d.above, c.compile(rest.Args[1]), rest.ID, test.ID, test.Args[0].ID}), rest.Args[2]
	}
	if len(steps) < 2 {
		return nil
	}
	last := c.compile(rest)
	if c.traced {
		return func(r *Frame) int64 {
			if !r.Has[input] || r.Wide[input] != nil {
				r.bad = true
				return 0
			}
			v, then, at := r.Coef[input], last, 0
			for i := range steps {
				s := &steps[i]
				holds := (v > s.most) == s.above
				r.have[s.input], r.slots[s.input] = r.mark, v
				r.have[s.test], r.slots[s.test] = r.mark, truth(holds)
				if at = i; holds {
					then = s.then
					break
				}
			}
			out := then(r)
			for i := range steps[:at+1] {
				r.have[steps[i].choice], r.slots[steps[i].choice] = r.mark, out
			}
			return out
		}
	}
	return func(r *Frame) int64 {
		if !r.Has[input] || r.Wide[input] != nil {
			r.bad = true
			return 0
		}
		v := r.Coef[input]
		for i := range steps {
			if s := &steps[i]; (v > s.most) == s.above {
				return s.then(r)
			}
		}
		return last(r)
	}
}

func (c *compiler) comparison(n *ir.Node, x fn) fn {
	y, how := c.compile(n.Args[1]), n.Cmp
	if len(n.Args) == 3 {
		quota := c.compile(n.Args[2])
		return func(r *Frame) int64 { // an attainment: means nothing without a quota above zero
			if quota(r) <= 0 {
				r.bad = true
			}
			return truth(how.Holds(cmp.Compare(x(r), y(r))))
		}
	}
	if k := n.Args[1]; k.Op == ir.Const && k.Slot == 0 && k.Value.IsInt64() {
		limit := k.Value.Int64()
		return func(r *Frame) int64 { return truth(how.Holds(cmp.Compare(x(r), limit))) }
	}
	return func(r *Frame) int64 { return truth(how.Holds(cmp.Compare(x(r), y(r)))) }
}

func textIn(n *ir.Node) fn {
	i := n.Args[0].Input
	switch slots := n.Slots; {
	case len(slots) > 0 && n.Codes != nil:
		return func(r *Frame) int64 {
			if !r.Has[i] {
				r.bad = true
			}
			for _, k := range slots {
				if r.Coef[i] == r.Literals[k] {
					return 1
				}
			}
			return 0
		}
	case len(slots) > 0:
		return func(r *Frame) int64 {
			if !r.Has[i] {
				r.bad = true
			}
			for _, k := range slots {
				if r.Text[i] == r.Texts[k] {
					return 1
				}
			}
			return 0
		}
	case n.Codes != nil:
		codes := n.Codes
		return func(r *Frame) int64 {
			if !r.Has[i] {
				r.bad = true
			}
			v := r.Coef[i]
			for _, code := range codes {
				if v == code {
					return 1
				}
			}
			return 0
		}
	}
	texts := n.Texts
	return func(r *Frame) int64 {
		if !r.Has[i] {
			r.bad = true
		}
		for _, t := range texts {
			if r.Text[i] == t {
				return 1
			}
		}
		return 0
	}
}
