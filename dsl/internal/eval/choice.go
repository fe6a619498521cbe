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

// directBranch compares an input with a constant in place, as in most chains of ?:. It is nil
// where the condition is another.
func (c *compiler) directBranch(test *ir.Node, x, y fn) fn {
	if test.Op != ir.Compare || len(test.Args) != 2 || test.Args[0].Op != ir.Input || c.f.Shared(test) {
		return nil
	}
	most, ok := constantOf(test.Args[1])
	if !ok || most == math.MinInt64 {
		return nil
	}
	switch test.Cmp.Text {
	case "<", ">=":
		most--
	case "<=", ">":
	default:
		return nil
	}
	above := test.Cmp.Great // the condition holds above most, or else up to it
	i, id, inputID, traced := test.Args[0].Input, test.ID, test.Args[0].ID, c.traced
	return func(r *Frame) int64 {
		if !r.Has[i] || r.Wide[i] != nil {
			r.bad = true
			return 0
		}
		v := r.Coef[i]
		holds := (v > most) == above
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
