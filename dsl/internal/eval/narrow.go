package eval

import (
	"math"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/dsl/unit"
	"github.com/payproof/payproof/internal/fixed"
)

// fn computes one node over a row in int64, or marks the row as bad.
type fn func(r *Frame) int64

// compiler turns nodes into closures, each node once.
type compiler struct {
	f      *ir.Formula
	done   map[*ir.Node]fn
	traced bool
}

func newCompiler(f *ir.Formula, traced bool) *compiler {
	return &compiler{f: f, done: make(map[*ir.Node]fn, len(f.Uses)), traced: traced}
}

func (c *compiler) compile(n *ir.Node) fn {
	if f, ok := c.done[n]; ok {
		return f
	}
	f := c.plain(n)
	switch {
	case c.f.Shared(n):
		f = slotted(f, n.ID)
	case c.traced && n.Op != ir.Const:
		f = kept(f, n.ID)
	}
	if c.traced {
		f = texted(f, n)
	}
	c.done[n] = f
	return f
}

// slotted evaluates f once and remembers the value: what a shared part needs.
func slotted(f fn, id int) fn {
	return func(r *Frame) int64 {
		if r.have[id] == r.mark {
			return r.slots[id]
		}
		v := f(r)
		r.have[id], r.slots[id] = r.mark, v
		return v
	}
}

// kept remembers the value for whoever asks for the steps.
func kept(f fn, id int) fn {
	return func(r *Frame) int64 {
		v := f(r)
		r.have[id], r.slots[id] = r.mark, v
		return v
	}
}

// texted marks the texts that a node reads from the row itself as computed.
func texted(f fn, n *ir.Node) fn {
	for _, a := range n.Args {
		if n.Op != ir.TextIn && n.Op != ir.Grid || a.Op != ir.Input || a.Unit.Kind != unit.Text {
			continue
		}
		inner, id := f, a.ID
		f = func(r *Frame) int64 {
			r.have[id] = r.mark
			return inner(r)
		}
	}
	return f
}

func bad(r *Frame) int64 { r.bad = true; return 0 }

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func (c *compiler) plain(n *ir.Node) fn {
	switch n.Op {
	case ir.Const:
		return constant(n)
	case ir.Text:
		return func(*Frame) int64 { return 0 }
	case ir.Input:
		return input(n.Input)
	case ir.Missing:
		i := n.Input
		return func(r *Frame) int64 { return truth(!r.Has[i]) }
	case ir.TextIn:
		return textIn(n)
	case ir.Curve, ir.Slices, ir.Line, ir.Grid:
		return c.table(n)
	case ir.And, ir.Or, ir.Not, ir.Cond, ir.Coalesce, ir.Compare:
		return c.choice(n)
	case ir.Neg, ir.Abs, ir.Round, ir.Rescale, ir.Let:
		return c.single(n, c.compile(n.Args[0]))
	case ir.Call:
		return c.call(n)
	}
	f := c.arithmetic(n, c.compile(n.Args[0]), c.compile(n.Args[1]))
	if n.Unit.Kind == unit.Date {
		return dated(f)
	}
	return f
}

// dated marks a day outside of time as bad.
func dated(f fn) fn {
	return func(r *Frame) int64 {
		d := f(r)
		if d != int64(int32(d)) || calendar.FromOrdinal(int32(d)).IsZero() {
			r.bad = true
		}
		return d
	}
}

func constant(n *ir.Node) fn {
	if n.Slot > 0 {
		i := n.Slot - 1
		return func(r *Frame) int64 { return r.Literals[i] }
	}
	if !n.Value.IsInt64() {
		return bad
	}
	k := n.Value.Int64()
	return func(*Frame) int64 { return k }
}

func input(i int) fn {
	return func(r *Frame) int64 {
		if !r.Has[i] || r.Wide[i] != nil {
			r.bad = true
		}
		return r.Coef[i]
	}
}

func (c *compiler) single(n *ir.Node, x fn) fn {
	switch n.Op {
	case ir.Neg:
		return func(r *Frame) int64 {
			v := x(r)
			if v == -v && v != 0 {
				r.bad = true
			}
			return -v
		}
	case ir.Abs:
		return func(r *Frame) int64 {
			v := x(r)
			if v < 0 {
				if v = -v; v < 0 {
					r.bad = true
				}
			}
			return v
		}
	case ir.Rescale:
		return multiplyBy(x, int(n.Scale)-int(n.Args[0].Scale))
	case ir.Round:
		return rounding(n, x)
	}
	return x
}

func multiplyBy(x fn, places int) fn {
	if places > 18 {
		return bad
	}
	k := fixed.Pow10Int64(places)
	return func(r *Frame) int64 {
		v, ok := fixed.MulInt64(x(r), k)
		if !ok {
			r.bad = true
		}
		return v
	}
}

// rounding drops digits below n.Places; places below zero give zeros back.
func rounding(n *ir.Node, x fn) fn {
	drop, back := int(n.Args[0].Scale)-int(n.Places), int(n.Scale)-int(n.Places)
	if drop <= 0 {
		return x
	}
	if drop > 18 {
		return bad
	}
	den, factor := fixed.NewDivisor(fixed.Pow10Int64(drop), fixed.Mode(n.Mode)), fixed.Pow10Int64(back)
	if factor == 1 {
		return func(r *Frame) int64 { return den.Round(x(r)) }
	}
	return func(r *Frame) int64 {
		v, ok := fixed.MulInt64(den.Round(x(r)), factor)
		if !ok {
			r.bad = true
		}
		return v
	}
}

func (c *compiler) arithmetic(n *ir.Node, x, y fn) fn {
	switch n.Op {
	case ir.Add:
		if k, ok := constantOf(n.Args[1]); ok {
			return addConstant(x, k)
		}
		if k, ok := constantOf(n.Args[0]); ok {
			return addConstant(y, k)
		}
		return func(r *Frame) int64 {
			s, ok := fixed.AddInt64(x(r), y(r))
			if !ok {
				r.bad = true
			}
			return s
		}
	case ir.Sub:
		if k, ok := constantOf(n.Args[1]); ok && k != math.MinInt64 {
			return addConstant(x, -k)
		}
		return func(r *Frame) int64 {
			s, ok := fixed.SubInt64(x(r), y(r))
			if !ok {
				r.bad = true
			}
			return s
		}
	case ir.Mul:
		return multiply(n, x, y)
	case ir.Min:
		return func(r *Frame) int64 { return min(x(r), y(r)) }
	case ir.Max:
		return func(r *Frame) int64 { return max(x(r), y(r)) }
	case ir.Mod:
		return func(r *Frame) int64 {
			a, b := x(r), y(r)
			if b == 0 || b == -1<<63 {
				r.bad = true
				return 0
			}
			if b == -1 {
				return 0
			}
			m := a % b
			if m < 0 {
				m += max(b, -b)
			}
			return m
		}
	case ir.AddMonths:
		return func(r *Frame) int64 {
			d, months := x(r), y(r)
			if d != int64(int32(d)) || months != int64(int32(months)) {
				r.bad = true
				return 0
			}
			return int64(calendar.FromOrdinal(int32(d)).AddMonths(int(months)).Ordinal())
		}
	}
	return divide(n, x, y)
}

func addConstant(x fn, k int64) fn {
	return func(r *Frame) int64 {
		s, ok := fixed.AddInt64(x(r), k)
		if !ok {
			r.bad = true
		}
		return s
	}
}

func multiply(n *ir.Node, x, y fn) fn {
	if k := n.Args[1]; k.Op == ir.Const && k.Slot == 0 && k.Value.IsInt64() {
		by := k.Value.Int64()
		return func(r *Frame) int64 {
			p, ok := fixed.MulInt64(x(r), by)
			if !ok {
				r.bad = true
			}
			return p
		}
	}
	return func(r *Frame) int64 {
		p, ok := fixed.MulInt64(x(r), y(r))
		if !ok {
			r.bad = true
		}
		return p
	}
}

// divide works in 128 bits: cents × 10^16 never fits 64.
func divide(n *ir.Node, x, y fn) fn {
	shift := ir.QuotientScale + int(n.Args[1].Scale) - int(n.Args[0].Scale)
	if shift < 0 || shift > 18 {
		return bad
	}
	factor := uint64(fixed.Pow10Int64(shift))
	return func(r *Frame) int64 {
		a, b := x(r), y(r)
		q, ok := fixed.DivScaledInt64(a, b, factor)
		if !ok || n.Label != "" && b < 0 { // an attainment has a quota above zero
			r.bad = true
		}
		return q
	}
}
