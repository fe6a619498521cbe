package eval

import (
	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/dsl/unit"
	"github.com/payproof/payproof/internal/fixed"
)

// fn128 computes one node over a row in 128 bits, or marks the row as bad.
type fn128 func(r *Frame) fixed.Int128

// compiler128 turns nodes into closures over 128 bits, each node once. What is true or
// false, or a date, is computed in 64.
type compiler128 struct {
	f      *ir.Formula
	done   map[*ir.Node]fn128
	traced bool
}

func newCompiler128(f *ir.Formula, traced bool) *compiler128 {
	return &compiler128{f: f, done: make(map[*ir.Node]fn128, len(f.Uses)), traced: traced}
}

func (c *compiler128) compile(n *ir.Node) fn128 {
	if f, ok := c.done[n]; ok {
		return f
	}
	f := c.plain(n)
	switch id := n.ID; {
	case c.f.Shared(n):
		inner := f
		f = func(r *Frame) fixed.Int128 {
			if r.have[id] == r.mark {
				return r.mid[id]
			}
			v := inner(r)
			r.have[id], r.mid[id] = r.mark, v
			return v
		}
	case c.traced && n.Op != ir.Const:
		inner := f
		f = func(r *Frame) fixed.Int128 {
			v := inner(r)
			r.have[id], r.mid[id] = r.mark, v
			return v
		}
	}
	for _, a := range n.Args {
		if c.traced && (n.Op == ir.TextIn || n.Op == ir.Grid) && a.Op == ir.Input && a.Unit.Kind == unit.Text {
			inner, id := f, a.ID
			f = func(r *Frame) fixed.Int128 {
				r.have[id] = r.mark
				return inner(r)
			}
		}
	}
	c.done[n] = f
	return f
}

func bad128(r *Frame) fixed.Int128 { r.bad = true; return fixed.Int128{} }

// widened is a closure over 64 bits that cannot overflow.
func widened(f fn) fn128 {
	return func(r *Frame) fixed.Int128 { return fixed.FromInt64(f(r)) }
}

func (c *compiler128) plain(n *ir.Node) fn128 {
	switch n.Op {
	case ir.Const:
		return constant128(n)
	case ir.Text:
		return func(*Frame) fixed.Int128 { return fixed.Int128{} }
	case ir.Input:
		return input128(n.Input)
	case ir.Missing:
		i := n.Input
		return func(r *Frame) fixed.Int128 { return fixed.FromInt64(truth(!r.Has[i])) }
	case ir.TextIn:
		return widened(textIn(n))
	case ir.Curve, ir.Slices, ir.Line:
		return c.table(n)
	case ir.Grid:
		return c.grid(n)
	case ir.And, ir.Or, ir.Not, ir.Cond, ir.Coalesce, ir.Compare:
		return c.choice(n)
	case ir.Neg, ir.Abs, ir.Round, ir.Rescale, ir.Let:
		return c.single(n, c.compile(n.Args[0]))
	case ir.Call:
		return c.call(n)
	}
	x, y := c.compile(n.Args[0]), c.compile(n.Args[1])
	if n.Op == ir.AddMonths || n.Unit.Kind == unit.Date {
		return widened(dated((&compiler{}).arithmetic(n, narrowing(x), narrowing(y))))
	}
	return arithmetic128(n, x, y)
}

// narrowing marks rows whose value does not fit 64 bits.
func narrowing(f fn128) fn {
	return func(r *Frame) int64 {
		v, ok := f(r).Int64()
		if !ok {
			r.bad = true
		}
		return v
	}
}

func constant128(n *ir.Node) fn128 {
	if n.Slot > 0 {
		i := n.Slot - 1
		return func(r *Frame) fixed.Int128 { return fixed.FromInt64(r.Literals[i]) }
	}
	k, ok := fixed.FromBig(n.Value)
	if !ok {
		return bad128
	}
	return func(*Frame) fixed.Int128 { return k }
}

func input128(i int) fn128 {
	return func(r *Frame) fixed.Int128 {
		if !r.Has[i] {
			r.bad = true
		}
		if w := r.Wide[i]; w != nil {
			v, ok := fixed.FromBig(w)
			if !ok {
				r.bad = true
			}
			return v
		}
		return fixed.FromInt64(r.Coef[i])
	}
}

func (c *compiler128) single(n *ir.Node, x fn128) fn128 {
	switch n.Op {
	case ir.Neg:
		return func(r *Frame) fixed.Int128 {
			v, ok := x(r).Neg()
			if !ok {
				r.bad = true
			}
			return v
		}
	case ir.Abs:
		return func(r *Frame) fixed.Int128 {
			v := x(r)
			if v.Sign() >= 0 {
				return v
			}
			v, ok := v.Neg()
			if !ok {
				r.bad = true
			}
			return v
		}
	case ir.Rescale:
		return multiply128(x, fixed.Pow10(int(n.Scale)-int(n.Args[0].Scale)))
	case ir.Round:
		drop, back := int(n.Args[0].Scale)-int(n.Places), int(n.Scale)-int(n.Places)
		switch {
		case drop <= 0:
			return x
		case drop > fixed.MaxDigits || back > fixed.MaxDigits:
			return bad128
		}
		den, mode, factor := fixed.Pow10(drop), fixed.Mode(n.Mode), fixed.Pow10(back)
		return multiply128(func(r *Frame) fixed.Int128 {
			v, ok := x(r).DivRound(den, mode)
			if !ok {
				r.bad = true
			}
			return v
		}, factor)
	}
	return x
}

func multiply128(x fn128, factor fixed.Int128) fn128 {
	if factor == fixed.FromInt64(1) {
		return x
	}
	return func(r *Frame) fixed.Int128 {
		v, ok := x(r).Mul(factor)
		if !ok {
			r.bad = true
		}
		return v
	}
}

func arithmetic128(n *ir.Node, x, y fn128) fn128 {
	var do func(a, b fixed.Int128) (fixed.Int128, bool)
	switch n.Op {
	case ir.Add:
		do = fixed.Int128.Add
	case ir.Sub:
		do = fixed.Int128.Sub
	case ir.Mul:
		do = fixed.Int128.Mul
	case ir.Mod:
		do = modulo128
	case ir.Min:
		return func(r *Frame) fixed.Int128 {
			a, b := x(r), y(r)
			if a.Cmp(b) <= 0 {
				return a
			}
			return b
		}
	case ir.Max:
		return func(r *Frame) fixed.Int128 {
			a, b := x(r), y(r)
			if a.Cmp(b) >= 0 {
				return a
			}
			return b
		}
	default:
		return divide128(n, x, y)
	}
	return func(r *Frame) fixed.Int128 {
		v, ok := do(x(r), y(r))
		if !ok {
			r.bad = true
		}
		return v
	}
}

func modulo128(a, b fixed.Int128) (fixed.Int128, bool) {
	_, rest, ok := a.QuoRem(b)
	if !ok || rest.Sign() >= 0 {
		return rest, ok
	}
	if b.Sign() < 0 {
		return rest.Sub(b)
	}
	return rest.Add(b)
}

func divide128(n *ir.Node, x, y fn128) fn128 {
	shift := ir.QuotientScale + int(n.Args[1].Scale) - int(n.Args[0].Scale)
	if shift < -fixed.MaxDigits || shift > fixed.MaxDigits {
		return bad128
	}
	up, down := fixed.Pow10(max(0, shift)), fixed.Pow10(max(0, -shift))
	small := uint64(0) // 10^shift where one division of 128 by 64 bits will do
	if 0 <= shift && shift <= 18 {
		small = uint64(fixed.Pow10Int64(shift))
	}
	attainment := n.Label != ""
	return func(r *Frame) fixed.Int128 {
		a, b := x(r), y(r)
		if attainment && b.Sign() < 0 {
			r.bad = true
		}
		if small > 0 && a.IsInt64() && b.IsInt64() {
			if q, ok := fixed.DivScaledInt64(int64(a.Lo), int64(b.Lo), small); ok {
				return fixed.FromInt64(q)
			}
		}
		num, ok1 := a.Mul(up)
		den, ok2 := b.Mul(down)
		q, ok3 := num.DivRound(den, fixed.HalfEven)
		if !ok1 || !ok2 || !ok3 {
			r.bad = true
		}
		return q
	}
}

func (c *compiler128) choice(n *ir.Node) fn128 {
	if n.Op == ir.Coalesce {
		given, other, i := c.compile(n.Args[0]), c.compile(n.Args[1]), n.Input
		return func(r *Frame) fixed.Int128 {
			if r.Has[i] {
				return given(r)
			}
			return other(r)
		}
	}
	x, zero := c.compile(n.Args[0]), fixed.Int128{}
	switch n.Op {
	case ir.Not:
		return func(r *Frame) fixed.Int128 { return fixed.FromInt64(truth(x(r) == zero)) }
	case ir.And:
		y := c.compile(n.Args[1])
		return func(r *Frame) fixed.Int128 {
			if x(r) == zero {
				return zero
			}
			return y(r)
		}
	case ir.Or:
		y := c.compile(n.Args[1])
		return func(r *Frame) fixed.Int128 {
			if x(r) != zero {
				return fixed.FromInt64(1)
			}
			return y(r)
		}
	case ir.Cond:
		y, other := c.compile(n.Args[1]), c.compile(n.Args[2])
		return func(r *Frame) fixed.Int128 {
			t := x(r)
			switch {
			case r.bad: // the walk will choose
				return zero
			case t != zero:
				return y(r)
			}
			return other(r)
		}
	}
	y, how := c.compile(n.Args[1]), n.Cmp
	if len(n.Args) < 3 {
		return func(r *Frame) fixed.Int128 { return fixed.FromInt64(truth(how.Holds(x(r).Cmp(y(r))))) }
	}
	quota := positive128(c.compile(n.Args[2]))
	return func(r *Frame) fixed.Int128 {
		quota(r)
		return fixed.FromInt64(truth(how.Holds(x(r).Cmp(y(r)))))
	}
}

func positive128(f fn128) fn128 {
	return func(r *Frame) fixed.Int128 {
		q := f(r)
		if q.Sign() <= 0 {
			r.bad = true
		}
		return q
	}
}
