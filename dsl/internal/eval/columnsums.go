package eval

import (
	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/internal/fixed"
)

func binaryColumn(n *ir.Node, at int, args []int) step {
	x, y := args[0], args[1]
	if k, ok := constantOf(n.Args[1]); ok && n.Op == ir.Mul {
		return timesColumn(k, at, x)
	}
	if k, ok := constantOf(n.Args[0]); ok && n.Op == ir.Mul {
		return timesColumn(k, at, y)
	}
	switch n.Op {
	case ir.Add:
		return addColumn(at, x, y)
	case ir.Sub:
		return subColumn(at, x, y)
	case ir.Mul:
		return mulColumn(at, x, y)
	case ir.Min:
		return func(b *Scratch) {
			p, q, out := b.reg[x][:b.n], b.reg[y][:b.n], b.reg[at][:b.n]
			for i, v := range p {
				out[i] = min(v, q[i])
			}
			b.bounded(at, max(b.bits(x), b.bits(y)))
		}
	}
	return func(b *Scratch) {
		p, q, out := b.reg[x][:b.n], b.reg[y][:b.n], b.reg[at][:b.n]
		for i, v := range p {
			out[i] = max(v, q[i])
		}
		b.bounded(at, max(b.bits(x), b.bits(y)))
	}
}

// Magnitudes of up to 2^61 have a sum of up to 2^62, and the product of 2^p and 2^q is 2^(p+q):
// blocks of small numbers need no check for each row.

func addColumn(at, x, y int) step {
	return func(b *Scratch) {
		p, q, out, bad := b.reg[x][:b.n], b.reg[y][:b.n], b.reg[at][:b.n], b.bad[:b.n]
		if all := max(b.bits(x), b.bits(y)); all <= 61 {
			for i, v := range p {
				out[i] = v + q[i]
			}
			b.bounded(at, all+1)
			return
		}
		for i, v := range p {
			w := q[i]
			sum := v + w
			out[i] = sum
			bad[i] |= uint8(uint64((v^sum)&(w^sum)) >> 63)
		}
	}
}

func subColumn(at, x, y int) step {
	return func(b *Scratch) {
		p, q, out, bad := b.reg[x][:b.n], b.reg[y][:b.n], b.reg[at][:b.n], b.bad[:b.n]
		if all := max(b.bits(x), b.bits(y)); all <= 61 {
			for i, v := range p {
				out[i] = v - q[i]
			}
			b.bounded(at, all+1)
			return
		}
		for i, v := range p {
			w := q[i]
			difference := v - w
			out[i] = difference
			bad[i] |= uint8(uint64((v^w)&(v^difference)) >> 63)
		}
	}
}

func mulColumn(at, x, y int) step {
	return func(b *Scratch) {
		p, q, out, bad := b.reg[x][:b.n], b.reg[y][:b.n], b.reg[at][:b.n], b.bad[:b.n]
		if all := b.bits(x) + b.bits(y); all <= 62 {
			for i, v := range p {
				out[i] = v * q[i]
			}
			b.bounded(at, all)
			return
		}
		for i, v := range p {
			product, ok := fixed.MulInt64(v, q[i])
			out[i] = product
			bad[i] |= 1 - flag(ok)
		}
	}
}
