package eval

import (
	"math/big"

	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/dsl/table"
	"github.com/payproof/payproof/internal/fixed"
)

// table compiles what is read from a rate table.
func (c *compiler) table(n *ir.Node) fn {
	if n.Op == ir.Grid {
		return c.grid(n)
	}
	x, rest := c.compile(n.Args[0]), n.Args[1:]
	before := fn(nil)
	if n.Op == ir.Slices {
		before, rest = c.compile(rest[0]), rest[1:]
	}
	quota := func(*Frame) int64 { return 1 }
	if len(rest) > 0 {
		quota = positive(c.compile(rest[0]))
	}
	switch {
	case n.Op == ir.Line:
		line := n.Line
		return func(r *Frame) int64 {
			v, ok := line.Int64(x(r), quota(r))
			if !ok {
				r.bad = true
			}
			return v
		}
	case before != nil:
		return between(n.Curve, x, before, quota)
	case len(rest) == 0:
		curve := n.Curve
		return func(r *Frame) int64 {
			v, ok := curve.Int64(x(r), 1)
			if !ok {
				r.bad = true
			}
			return v
		}
	}
	curve := n.Curve
	return func(r *Frame) int64 {
		v, ok := curve.Int64(x(r), quota(r))
		if !ok {
			r.bad = true
		}
		return v
	}
}

// positive marks rows whose quota is not above zero.
func positive(f fn) fn {
	return func(r *Frame) int64 {
		q := f(r)
		if q <= 0 {
			r.bad = true
		}
		return q
	}
}

// between is what lies between two amounts.
func between(curve *table.Curve, after, before, quota fn) fn {
	return func(r *Frame) int64 {
		q := quota(r)
		high, ok1 := curve.Int64(after(r), q)
		low, ok2 := curve.Int64(before(r), q)
		v, ok3 := fixed.SubInt64(high, low)
		if !ok1 || !ok2 || !ok3 {
			r.bad = true
		}
		return v
	}
}

// grid compiles a matrix or lookup: each key is a number, with or without its quota,
// or a text, which is looked up among the names of its axis.
func (c *compiler) grid(n *ir.Node) fn {
	grid := n.Grid
	var keys [table.MaxAxes]func(*Frame) table.Key[int64]
	at := 0
	for i, k := range n.Keys {
		arg := n.Args[at]
		at++
		switch {
		case k.Text:
			member := memberOf(n, i, arg)
			keys[i] = func(r *Frame) table.Key[int64] { return table.Key[int64]{X: int64(member(r))} }
		case k.Quota:
			x, quota := c.compile(arg), positive(c.compile(n.Args[at]))
			at++
			keys[i] = func(r *Frame) table.Key[int64] { return table.Key[int64]{X: x(r), Quota: quota(r)} }
		default:
			x := c.compile(arg)
			keys[i] = func(r *Frame) table.Key[int64] { return table.Key[int64]{X: x(r)} }
		}
	}
	count := len(n.Keys)
	return func(r *Frame) int64 {
		var with [table.MaxAxes]table.Key[int64]
		for i := range count {
			with[i] = keys[i](r)
		}
		if r.bad {
			return 0
		}
		v, ok := grid.Int64(with[:count])
		if !ok {
			r.bad = true
		}
		return v
	}
}

// memberOf finds the name that a text key has on its axis, -1 for none.
func memberOf(n *ir.Node, axis int, arg *ir.Node) func(*Frame) int {
	i, members := arg.Input, n.Keys[axis].Members
	if members != nil { // an enum: its members are known
		return func(r *Frame) int {
			if !r.Has[i] {
				r.bad = true
				return -1
			}
			return members[r.Coef[i]]
		}
	}
	grid := n.Grid
	return func(r *Frame) int {
		if !r.Has[i] {
			r.bad = true
			return -1
		}
		return grid.Member(axis, r.Text[i])
	}
}

// call compiles a function of the embedder's. It computes on decimals of any size; what
// it gives has to fit the places it is declared with.
func (c *compiler) call(n *ir.Node) fn {
	args := make([]fn, len(n.Args))
	for i, a := range n.Args {
		args[i] = c.compile(a)
	}
	return func(r *Frame) int64 {
		with := make([]ir.Number, len(args))
		for i, a := range args {
			with[i] = ir.Number{Coef: big.NewInt(a(r)), Scale: n.Args[i].Scale}
		}
		if r.bad {
			return 0
		}
		v, err := n.Func.Call(with)
		if err != nil || !v.Coef.IsInt64() {
			r.bad = true
			return 0
		}
		return v.Coef.Int64()
	}
}
