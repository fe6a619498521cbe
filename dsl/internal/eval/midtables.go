package eval

import (
	"math/big"

	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/dsl/table"
	"github.com/payproof/payproof/internal/fixed"
)

func (c *compiler128) table(n *ir.Node) fn128 {
	x, rest := c.compile(n.Args[0]), n.Args[1:]
	before := fn128(nil)
	if n.Op == ir.Slices {
		before, rest = c.compile(rest[0]), rest[1:]
	}
	quota := func(*Frame) fixed.Int128 { return fixed.FromInt64(1) }
	if len(rest) > 0 {
		quota = positive128(c.compile(rest[0]))
	}
	read := func(x, q fixed.Int128) (fixed.Int128, bool) { return n.Curve.Int128(x, q) }
	if n.Op == ir.Line {
		read = n.Line.Int128
	}
	if before == nil {
		return func(r *Frame) fixed.Int128 {
			v, ok := read(x(r), quota(r))
			if !ok {
				r.bad = true
			}
			return v
		}
	}
	return func(r *Frame) fixed.Int128 {
		q := quota(r)
		high, ok1 := read(x(r), q)
		low, ok2 := read(before(r), q)
		v, ok3 := high.Sub(low)
		if !ok1 || !ok2 || !ok3 {
			r.bad = true
		}
		return v
	}
}

func (c *compiler128) grid(n *ir.Node) fn128 {
	grid, count := n.Grid, len(n.Keys)
	var keys [table.MaxAxes]func(*Frame) table.Key[fixed.Int128]
	at := 0
	for i, k := range n.Keys {
		arg := n.Args[at]
		at++
		switch {
		case k.Text:
			member := memberOf(n, i, arg)
			keys[i] = func(r *Frame) table.Key[fixed.Int128] {
				return table.Key[fixed.Int128]{X: fixed.FromInt64(int64(member(r)))}
			}
		case k.Quota:
			x, quota := c.compile(arg), positive128(c.compile(n.Args[at]))
			at++
			keys[i] = func(r *Frame) table.Key[fixed.Int128] { return table.Key[fixed.Int128]{X: x(r), Quota: quota(r)} }
		default:
			x := c.compile(arg)
			keys[i] = func(r *Frame) table.Key[fixed.Int128] { return table.Key[fixed.Int128]{X: x(r)} }
		}
	}
	return func(r *Frame) fixed.Int128 {
		var with [table.MaxAxes]table.Key[fixed.Int128]
		for i := range count {
			with[i] = keys[i](r)
		}
		if r.bad {
			return fixed.Int128{}
		}
		v, ok := grid.Int128(with[:count])
		if !ok {
			r.bad = true
		}
		return v
	}
}

func (c *compiler128) call(n *ir.Node) fn128 {
	args := make([]fn128, len(n.Args))
	for i, a := range n.Args {
		args[i] = c.compile(a)
	}
	return func(r *Frame) fixed.Int128 {
		with := make([]ir.Number, len(args))
		for i, a := range args {
			with[i] = ir.Number{Coef: a(r).Big(), Scale: n.Args[i].Scale}
		}
		if r.bad {
			return fixed.Int128{}
		}
		return called128(r, n, with)
	}
}

func called128(r *Frame, n *ir.Node, with []ir.Number) fixed.Int128 {
	v, err := n.Func.Call(with)
	if err != nil {
		r.bad = true
		return fixed.Int128{}
	}
	out, ok := fixed.FromBig(new(big.Int).Set(v.Coef))
	if !ok {
		r.bad = true
	}
	return out
}
