package eval

import (
	"math"
	"math/big"

	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/internal/fixed"
)

// straight is the value x × amount + k for amounts from an edge on.
type straight struct{ from, x, k int64 }

// maxPieces is the most straight pieces that are told apart without a branch.
const maxPieces = 16

// piecewise computes a register of straight pieces: which one an amount lies in is the number of
// edges it has passed, counted without a branch. Amounts so large that a product might overflow
// are marked. The first piece has no edge.
func piecewise(pieces []straight, at, x int) step {
	limit := int64(math.MaxInt64 - 1) // the largest amount would pass the edges that are none
	for _, p := range pieces {
		if p.x == math.MinInt64 || p.k == math.MinInt64 {
			return allBad
		}
		if p.x != 0 {
			limit = min(limit, (math.MaxInt64-max(p.k, -p.k))/max(p.x, -p.x))
		}
	}
	var lines [maxPieces]struct{ x, k int64 }
	for i, p := range pieces {
		lines[i].x, lines[i].k = p.x, p.k
	}
	var edges [maxPieces]int64
	for i := range edges {
		edges[i] = math.MaxInt64 // which only a marked amount passes
	}
	for i, p := range pieces[1:] {
		edges[i] = p.from
	}
	if len(pieces) <= 5 {
		e0, e1, e2, e3 := edges[0], edges[1], edges[2], edges[3]
		return func(b *Scratch) {
			in, out, bad := b.reg[x][:b.n], b.reg[at][:b.n], b.bad[:b.n]
			for i, v := range in {
				piece := passed(v, e0) + passed(v, e1) + passed(v, e2) + passed(v, e3)
				line := &lines[piece&(maxPieces-1)]
				out[i] = line.x*v + line.k
				bad[i] |= flag(v > limit) | flag(v < -limit)
			}
		}
	}
	inner := edges[:len(pieces)-1]
	return func(b *Scratch) {
		in, out, bad := b.reg[x][:b.n], b.reg[at][:b.n], b.bad[:b.n]
		for i, v := range in {
			piece := 0
			for _, e := range inner {
				piece += passed(v, e)
			}
			line := &lines[piece&(maxPieces-1)]
			out[i] = line.x*v + line.k
			bad[i] |= flag(v > limit) | flag(v < -limit)
		}
	}
}

// passed is 1 for an amount at or past an edge.
func passed(v, edge int64) int {
	n := 0
	if v >= edge {
		n = 1
	}
	return n
}

// chain reads a choice like x <= 100 ? x * 5% : x <= 250 ? … : … as straight pieces of one
// amount. ok is false for any other.
func chain(n *ir.Node) (x *ir.Node, pieces []straight, ok bool) {
	if n.Op != ir.Cond {
		return nil, nil, false
	}
	c := chainReader{}
	c.read(n, math.MinInt64, math.MaxInt64)
	if c.bad || c.x == nil || len(c.pieces) == 0 || len(c.pieces) > maxPieces {
		return nil, nil, false
	}
	return c.x, c.pieces, true
}

type chainReader struct {
	x      *ir.Node
	pieces []straight
	bad    bool
}

// read adds the pieces of a node over the amounts from low to high, both included.
func (c *chainReader) read(n *ir.Node, low, high int64) {
	if c.bad || low > high {
		return
	}
	if n.Op != ir.Cond {
		slope, k, ok := c.line(n)
		if c.bad = c.bad || !ok || !slope.IsInt64() || !k.IsInt64() || len(c.pieces) > maxPieces; !c.bad {
			c.pieces = append(c.pieces, straight{low, slope.Int64(), k.Int64()})
		}
		return
	}
	test := n.Args[0]
	if test.Op != ir.Compare || len(test.Args) != 2 || !c.is(test.Args[0]) {
		c.bad = true
		return
	}
	limit, ok := constantOf(test.Args[1])
	if c.bad = !ok || limit == math.MinInt64 || limit == math.MaxInt64; c.bad {
		return
	}
	switch test.Cmp.Text {
	case "<":
		c.split(n.Args[1], n.Args[2], limit-1, low, high)
	case "<=":
		c.split(n.Args[1], n.Args[2], limit, low, high)
	case ">":
		c.split(n.Args[2], n.Args[1], limit, low, high)
	case ">=":
		c.split(n.Args[2], n.Args[1], limit-1, low, high)
	default:
		c.bad = true
	}
}

// split reads one node up to a limit, and another above it.
func (c *chainReader) split(below, above *ir.Node, limit, low, high int64) {
	c.read(below, low, min(high, limit))
	c.read(above, max(low, limit+1), high)
}

// is reports whether the node is the amount of the chain: the first that is compared.
func (c *chainReader) is(n *ir.Node) bool {
	if c.x == nil && n.Op != ir.Const {
		c.x = n
	}
	return c.x == n || c.x != nil && c.x.Op == ir.Input && n.Op == ir.Input && n.Input == c.x.Input
}

// line reads a node as slope × amount + k, exactly.
func (c *chainReader) line(n *ir.Node) (slope, k *big.Int, ok bool) {
	switch {
	case c.is(n):
		return big.NewInt(1), new(big.Int), true
	case n.Op == ir.Const && n.Slot == 0:
		return new(big.Int), n.Value, true
	case n.Op == ir.Rescale || n.Op == ir.Neg:
		slope, k, ok = c.line(n.Args[0])
		by := big.NewInt(-1)
		if n.Op == ir.Rescale {
			by = fixed.Pow10Big(int(n.Scale) - int(n.Args[0].Scale))
		}
		return times(slope, by), times(k, by), ok
	case n.Op == ir.Mul:
		return c.product(n.Args[0], n.Args[1])
	case n.Op == ir.Add || n.Op == ir.Sub:
		s1, k1, ok1 := c.line(n.Args[0])
		s2, k2, ok2 := c.line(n.Args[1])
		if !ok1 || !ok2 {
			return nil, nil, false
		}
		if n.Op == ir.Sub {
			return new(big.Int).Sub(s1, s2), new(big.Int).Sub(k1, k2), true
		}
		return new(big.Int).Add(s1, s2), new(big.Int).Add(k1, k2), true
	}
	return nil, nil, false
}

func (c *chainReader) product(a, b *ir.Node) (slope, k *big.Int, ok bool) {
	if a.Op == ir.Const {
		a, b = b, a
	}
	if b.Op != ir.Const || b.Slot > 0 {
		return nil, nil, false
	}
	slope, k, ok = c.line(a)
	return times(slope, b.Value), times(k, b.Value), ok
}

func times(a, b *big.Int) *big.Int {
	if a == nil {
		return nil
	}
	return new(big.Int).Mul(a, b)
}
