package dsl

import (
	"cmp"
	"math/big"

	"github.com/payproof/payproof/internal/fixed"
)

// run is the scratch space of one evaluation.
type run struct {
	mark  uint32   // number of the evaluation, so that slots need no clearing
	have  []uint32 // per node: the evaluation that filled its slot
	slots []int64  // per node: value of a shared part; when traced, of every part
	bad   bool     // the narrow path left int64 or met an error: the wide path decides
}

// evalFn computes one node over a row in int64.
type evalFn func(r *Row) int64

func (r *Row) begin(nodes int) {
	if len(r.run.have) < nodes {
		r.run.have, r.run.slots = make([]uint32, nodes), make([]int64, nodes)
		r.run.mark = 0
	}
	if r.run.mark++; r.run.mark == 0 {
		clear(r.run.have)
		r.run.mark = 1
	}
	r.run.bad = false
}

// compiler turns nodes into closures, each node once.
type compiler struct {
	uses   map[*node]int
	done   map[*node]evalFn
	traced bool
}

func countUses(n *node, uses map[*node]int) {
	if uses[n]++; uses[n] > 1 {
		return
	}
	for _, a := range n.args {
		countUses(a, uses)
	}
}

func (c *compiler) compile(n *node) evalFn {
	if f, ok := c.done[n]; ok {
		return f
	}
	f := c.plain(n)
	if c.traced || c.uses[n] > 1 && n.op != opConst && n.op != opInput {
		f = slotted(f, n.id)
	}
	c.done[n] = f
	return f
}

// slotted evaluates f once and remembers the value: what a shared part needs,
// and all that tracing needs.
func slotted(f evalFn, id int) evalFn {
	return func(r *Row) int64 {
		if r.run.have[id] == r.run.mark {
			return r.run.slots[id]
		}
		v := f(r)
		r.run.have[id], r.run.slots[id] = r.run.mark, v
		return v
	}
}

func (c *compiler) plain(n *node) evalFn {
	switch n.op {
	case opConst:
		return constant(n.value)
	case opText:
		return func(*Row) int64 { return 0 }
	case opInput:
		return input(n.input)
	case opMissing:
		i := n.input
		return func(r *Row) int64 { return truth(!r.has[i]) }
	case opTextIn:
		return c.textIn(n)
	case opMarginal, opTierRate:
		return c.lookup(n)
	case opAnd, opOr, opNot, opCond, opCoalesce, opCompare:
		return c.choice(n)
	case opNeg, opAbs, opRound, opRescale, opLet:
		return c.single(n, c.compile(n.args[0]))
	}
	return c.arithmetic(n, c.compile(n.args[0]), c.compile(n.args[1]))
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func constant(v *big.Int) evalFn {
	if !v.IsInt64() {
		return func(r *Row) int64 { r.run.bad = true; return 0 }
	}
	k := v.Int64()
	return func(*Row) int64 { return k }
}

func input(i int) evalFn {
	return func(r *Row) int64 {
		if !r.has[i] || r.wide[i] != nil {
			r.run.bad = true
		}
		return r.coef[i]
	}
}

func (c *compiler) single(n *node, x evalFn) evalFn {
	switch n.op {
	case opNeg:
		return func(r *Row) int64 {
			v := x(r)
			r.run.bad = r.run.bad || v == -v && v != 0
			return -v
		}
	case opAbs:
		return func(r *Row) int64 {
			v := x(r)
			if v < 0 {
				v = -v
				r.run.bad = r.run.bad || v < 0
			}
			return v
		}
	case opRescale:
		return multiplyBy(x, fixed.Pow10Big(int(n.scale)-int(n.args[0].scale)))
	case opRound:
		return rounding(n, x)
	}
	return x
}

// rounding drops digits below n.places; places below zero give zeros back.
func rounding(n *node, x evalFn) evalFn {
	drop, back := int(n.args[0].scale)-int(n.places), int(n.scale)-int(n.places)
	if drop <= 0 {
		return x
	}
	if drop > 18 {
		return func(r *Row) int64 { r.run.bad = true; return 0 }
	}
	den, factor, mode := fixed.Pow10Int64(drop), fixed.Pow10Int64(back), fixed.Mode(n.mode)
	return func(r *Row) int64 {
		v, ok := fixed.DivRoundInt64(x(r), den, mode)
		r.run.bad = r.run.bad || !ok
		if v, ok = fixed.MulInt64(v, factor); !ok {
			r.run.bad = true
		}
		return v
	}
}

func multiplyBy(x evalFn, factor *big.Int) evalFn {
	k, fits := factor.Int64(), factor.IsInt64()
	return func(r *Row) int64 {
		v, ok := fixed.MulInt64(x(r), k)
		r.run.bad = r.run.bad || !ok || !fits
		return v
	}
}

func (c *compiler) arithmetic(n *node, x, y evalFn) evalFn {
	switch n.op {
	case opAdd:
		return func(r *Row) int64 {
			s, ok := fixed.AddInt64(x(r), y(r))
			r.run.bad = r.run.bad || !ok
			return s
		}
	case opSub:
		return func(r *Row) int64 {
			s, ok := fixed.SubInt64(x(r), y(r))
			r.run.bad = r.run.bad || !ok
			return s
		}
	case opMul:
		return func(r *Row) int64 {
			p, ok := fixed.MulInt64(x(r), y(r))
			r.run.bad = r.run.bad || !ok
			return p
		}
	case opMin:
		return func(r *Row) int64 { return min(x(r), y(r)) }
	case opMax:
		return func(r *Row) int64 { return max(x(r), y(r)) }
	}
	return divide(n, x, y)
}

// divide works in 128 bits: cents × 10^16 never fits 64.
func divide(n *node, x, y evalFn) evalFn {
	shift := quotientScale + int(n.args[1].scale) - int(n.args[0].scale)
	if shift < 0 || shift > 18 {
		return func(r *Row) int64 { r.run.bad = true; return 0 }
	}
	factor := fixed.Pow10Big(shift).Uint64()
	return func(r *Row) int64 {
		a, b := x(r), y(r)
		q, ok := fixed.DivScaledInt64(a, b, factor)
		r.run.bad = r.run.bad || !ok
		return q
	}
}

// choice compiles what looks at one part before another: a part that is not
// reached is not computed, so its errors don't count.
func (c *compiler) choice(n *node) evalFn {
	x := evalFn(nil)
	if n.op != opCoalesce {
		x = c.compile(n.args[0])
	}
	switch n.op {
	case opNot:
		return func(r *Row) int64 { return 1 - x(r) }
	case opAnd:
		y := c.compile(n.args[1])
		return func(r *Row) int64 {
			if x(r) == 0 {
				return 0
			}
			return y(r)
		}
	case opOr:
		y := c.compile(n.args[1])
		return func(r *Row) int64 {
			if x(r) != 0 {
				return 1
			}
			return y(r)
		}
	case opCond:
		return c.branch(n, x)
	case opCoalesce:
		given, other, i := c.compile(n.args[0]), c.compile(n.args[1]), n.input
		return func(r *Row) int64 {
			if r.has[i] {
				return given(r)
			}
			return other(r)
		}
	}
	return c.compareFn(n, x)
}

func (c *compiler) branch(n *node, test evalFn) evalFn {
	x, y := c.compile(n.args[1]), c.compile(n.args[2])
	return func(r *Row) int64 {
		t := test(r)
		if r.run.bad { // the wide path will choose
			return 0
		}
		if t != 0 {
			return x(r)
		}
		return y(r)
	}
}

func (c *compiler) compareFn(n *node, x evalFn) evalFn {
	y, how := c.compile(n.args[1]), n.cmp
	if len(n.args) < 3 {
		return func(r *Row) int64 { return truth(how.holds(cmp.Compare(x(r), y(r)))) }
	}
	quota := c.compile(n.args[2])
	return func(r *Row) int64 { // an attainment: means nothing without a quota above zero
		r.run.bad = r.run.bad || quota(r) <= 0
		return truth(how.holds(cmp.Compare(x(r), y(r))))
	}
}

func (c *compiler) textIn(n *node) evalFn {
	in, i := c.compile(n.args[0]), n.args[0].input // in flags a missing value
	if n.codes != nil {
		codes := n.codes
		return func(r *Row) int64 {
			v := in(r)
			for _, code := range codes {
				if v == code {
					return 1
				}
			}
			return 0
		}
	}
	texts := n.texts
	return func(r *Row) int64 {
		in(r)
		for _, t := range texts {
			if r.text[i] == t {
				return 1
			}
		}
		return 0
	}
}

func (c *compiler) lookup(n *node) evalFn {
	w := n.walk
	x, rest := c.compile(n.args[0]), n.args[1:]
	before, quota := evalFn(nil), evalFn(func(*Row) int64 { return 0 })
	if n.sliced {
		before, rest = c.compile(rest[0]), rest[1:]
	}
	if len(rest) > 0 {
		inner := c.compile(rest[0])
		quota = func(r *Row) int64 {
			q := inner(r)
			r.run.bad = r.run.bad || q <= 0
			return q
		}
	}
	if n.op == opTierRate {
		return func(r *Row) int64 {
			tier, ok := w.Reached(x(r), quota(r))
			rate, fits := w.Rate(tier)
			r.run.bad = r.run.bad || !ok || !fits
			return rate
		}
	}
	return func(r *Row) int64 {
		q := quota(r)
		pay, ok := w.Marginal(x(r), q)
		if before != nil {
			earlier, fits := w.Marginal(before(r), q)
			difference := pay - earlier
			ok = ok && fits && (pay^earlier)&(pay^difference) >= 0
			pay = difference
		}
		r.run.bad = r.run.bad || !ok
		return pay
	}
}
