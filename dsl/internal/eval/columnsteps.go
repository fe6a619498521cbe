package eval

import (
	"cmp"
	"math"
	"math/bits"
	"slices"

	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/internal/fixed"
)

// step compiles a node: at is its register, args are those of its arguments.
func (c *column) step(n *ir.Node, at int, args []int) step {
	switch n.Op {
	case ir.Const:
		if n.Slot > 0 {
			return literalColumn(n.Slot-1, at)
		}
		if !n.Value.IsInt64() {
			return allBad
		}
		return func(b *Scratch) { b.reg[at] = b.own[at] }
	case ir.Text:
		return func(*Scratch) {}
	case ir.Input:
		return inputColumn(n.Input, at)
	case ir.Missing:
		return missingColumn(n.Input, at)
	case ir.TextIn:
		return textInColumn(n, at)
	case ir.Curve:
		return curveColumn(n, at, args)
	case ir.Let:
		return func(b *Scratch) { copy(b.reg[at][:b.n], b.reg[args[0]]) }
	case ir.Rescale:
		return rescaleColumn(int(n.Scale)-int(n.Args[0].Scale), at, args[0])
	case ir.Round:
		return roundColumn(n, at, args[0])
	case ir.Add, ir.Sub, ir.Mul, ir.Min, ir.Max:
		return binaryColumn(n, at, args)
	case ir.Compare:
		return compareColumn(n, at, args)
	case ir.Cond, ir.Coalesce, ir.And, ir.Or, ir.Not:
		return choiceColumn(n, at, args)
	}
	return c.rows(n, at, args)
}

func allBad(b *Scratch) {
	for i := range b.bad[:b.n] {
		b.bad[i] = 1
	}
}

func inputColumn(input, at int) step {
	return func(b *Scratch) {
		if b.cols.Coef[input] == nil {
			allBad(b)
			b.reg[at] = b.own[at]
			return
		}
		b.reg[at] = b.cols.Coef[input][b.low : b.low+b.n]
		if b.cols.Has == nil || b.cols.Has[input] == nil {
			return
		}
		for i, has := range b.cols.Has[input][b.low : b.low+b.n] {
			b.bad[i] |= 1 - flag(has)
		}
	}
}

func literalColumn(slot, at int) step {
	return func(b *Scratch) {
		for i := range b.reg[at][:b.n] {
			b.reg[at][i] = b.cols.Literals[slot]
		}
	}
}

func missingColumn(input, at int) step {
	return func(b *Scratch) {
		out := b.reg[at][:b.n]
		clear(out)
		if b.cols.Has == nil || b.cols.Has[input] == nil {
			return
		}
		for i, has := range b.cols.Has[input][b.low : b.low+b.n] {
			out[i] = int64(1 - flag(has))
		}
	}
}

// textInColumn compares members; texts that are no enums are compared row by row.
func textInColumn(n *ir.Node, at int) step {
	input := n.Args[0].Input
	if n.Codes == nil {
		return func(b *Scratch) {
			if b.cols.Text == nil || b.cols.Text[input] == nil {
				allBad(b)
				return
			}
			out, wanted := b.reg[at], n.Texts
			if len(n.Slots) > 0 {
				wanted = nil
				for _, slot := range n.Slots {
					wanted = append(wanted, b.cols.Texts[slot])
				}
			}
			for i, t := range b.cols.Text[input][b.low : b.low+b.n] {
				out[i] = truth(slices.Contains(wanted, t))
			}
		}
	}
	return func(b *Scratch) {
		if b.cols.Coef[input] == nil {
			allBad(b)
			return
		}
		out, codes := b.reg[at], n.Codes
		if len(n.Slots) > 0 {
			codes = nil
			for _, slot := range n.Slots {
				codes = append(codes, b.cols.Literals[slot])
			}
		}
		for i, v := range b.cols.Coef[input][b.low : b.low+b.n] {
			found := int64(0)
			for _, code := range codes {
				found |= truth(v == code)
			}
			out[i] = found
		}
	}
}

func rescaleColumn(places, at, x int) step {
	if places > 18 {
		return allBad
	}
	return timesColumn(fixed.Pow10Int64(places), at, x)
}

// timesColumn multiplies by a constant: what is farther from 0 than most overflows.
func timesColumn(k int64, at, x int) step {
	if k == 0 {
		return func(b *Scratch) { clear(b.reg[at][:b.n]) }
	}
	if k == math.MinInt64 {
		return allBad
	}
	most, own := math.MaxInt64/max(k, -k), bits.Len64(uint64(max(k, -k)))
	return func(b *Scratch) {
		in, out, bad := b.reg[x][:b.n], b.reg[at][:b.n], b.bad[:b.n]
		if all := b.bits(x) + own; all <= 63 {
			for i, v := range in {
				out[i] = v * k
			}
			b.bounded(at, all)
			return
		}
		for i, v := range in {
			out[i] = v * k
			bad[i] |= flag(v > most) | flag(v < -most)
		}
	}
}

func roundColumn(n *ir.Node, at, x int) step {
	drop, back := int(n.Args[0].Scale)-int(n.Places), int(n.Scale)-int(n.Places)
	switch {
	case drop <= 0:
		return func(b *Scratch) { copy(b.reg[at][:b.n], b.reg[x]) }
	case drop > 18 || back > 18:
		return allBad
	}
	den := fixed.NewDivisor(fixed.Pow10Int64(drop), fixed.Mode(n.Mode))
	divide := func(b *Scratch) { den.RoundAll(b.reg[at][:b.n], b.reg[x][:b.n]) }
	if back == 0 {
		return divide
	}
	times := timesColumn(fixed.Pow10Int64(back), at, at)
	return func(b *Scratch) { divide(b); times(b) }
}

// constantOf is the value of an argument that is a constant of 64 bits.
func constantOf(n *ir.Node) (int64, bool) {
	if n.Op != ir.Const || n.Slot > 0 || !n.Value.IsInt64() {
		return 0, false
	}
	return n.Value.Int64(), true
}

func compareColumn(n *ir.Node, at int, args []int) step {
	how := n.Cmp
	holds := [3]int64{truth(how.Less), truth(how.Equal), truth(how.Great)}
	compare := func(b *Scratch) {
		p, q, out := b.reg[args[0]][:b.n], b.reg[args[1]][:b.n], b.reg[at][:b.n]
		for i, v := range p {
			out[i] = holds[1+cmp.Compare(v, q[i])]
		}
	}
	switch how.Text {
	case "<":
		compare = func(b *Scratch) {
			p, q, out := b.reg[args[0]][:b.n], b.reg[args[1]][:b.n], b.reg[at][:b.n]
			for i, v := range p {
				out[i] = truth(v < q[i])
			}
		}
	case "<=":
		compare = func(b *Scratch) {
			p, q, out := b.reg[args[0]][:b.n], b.reg[args[1]][:b.n], b.reg[at][:b.n]
			for i, v := range p {
				out[i] = truth(v <= q[i])
			}
		}
	case ">=":
		compare = func(b *Scratch) {
			p, q, out := b.reg[args[0]][:b.n], b.reg[args[1]][:b.n], b.reg[at][:b.n]
			for i, v := range p {
				out[i] = truth(v >= q[i])
			}
		}
	}
	if len(args) < 3 {
		return compare
	}
	return func(b *Scratch) { // an attainment has a quota above zero
		compare(b)
		positiveColumn(b, args[2])
	}
}

func positiveColumn(b *Scratch, quota int) {
	bad := b.bad[:b.n]
	for i, q := range b.reg[quota][:b.n] {
		bad[i] |= flag(q <= 0)
	}
}

// choiceColumn computes every branch and chooses: a fault in a branch that does not count has
// marked the row, and redoing it finds that out.
func choiceColumn(n *ir.Node, at int, args []int) step {
	switch n.Op {
	case ir.Not:
		return func(b *Scratch) {
			out := b.reg[at][:b.n]
			for i, v := range b.reg[args[0]][:b.n] {
				out[i] = 1 - v
			}
		}
	case ir.And:
		return func(b *Scratch) {
			y, out := b.reg[args[1]][:b.n], b.reg[at][:b.n]
			for i, v := range b.reg[args[0]][:b.n] {
				out[i] = v & y[i]
			}
		}
	case ir.Or:
		return func(b *Scratch) {
			y, out := b.reg[args[1]][:b.n], b.reg[at][:b.n]
			for i, v := range b.reg[args[0]][:b.n] {
				out[i] = v | y[i]
			}
		}
	case ir.Coalesce: // a row without the input is marked
		return func(b *Scratch) { copy(b.reg[at][:b.n], b.reg[args[0]]) }
	}
	return func(b *Scratch) {
		x, y, out := b.reg[args[1]][:b.n], b.reg[args[2]][:b.n], b.reg[at][:b.n]
		for i, test := range b.reg[args[0]][:b.n] {
			out[i] = y[i] ^ (x[i]^y[i])&-test
		}
	}
}

// curveColumn reads a table: without a quota as straight pieces, with one amount by amount.
func curveColumn(n *ir.Node, at int, args []int) step {
	curve := n.Curve
	if pieces, ok := curve.Pieces(); ok && len(pieces) <= maxPieces {
		lines := make([]straight, len(pieces))
		for i, p := range pieces {
			lines[i] = straight{p.From, p.X, p.K}
		}
		return piecewise(lines, at, args[0])
	}
	return func(b *Scratch) {
		in, out, bad := b.reg[args[0]][:b.n], b.reg[at][:b.n], b.bad[:b.n]
		if len(args) > 1 {
			positiveColumn(b, args[1])
		}
		for i, v := range in {
			q := int64(1)
			if len(args) > 1 {
				q = b.reg[args[1]][i]
			}
			value, ok := curve.Int64(v, q)
			out[i] = value
			bad[i] |= 1 - flag(ok)
		}
	}
}

// rows computes a node with the closure of the program for single rows: the arguments
// go in as if they were inputs.
func (c *column) rows(n *ir.Node, at int, args []int) step {
	inner := *n
	inner.Args = make([]*ir.Node, len(args))
	for i, a := range n.Args {
		stand := *a
		if a.Op != ir.Text {
			stand.Op, stand.Input, stand.Args = ir.Input, i, nil
		}
		inner.Args[i] = &stand
	}
	if texts(n) {
		return allBad // its keys are texts: such rows are redone alone
	}
	do := newCompiler(ir.New(&inner, c.f.Nodes), false).plain(&inner)
	return func(b *Scratch) {
		r := b.arguments(len(args))
		for i := range b.n {
			for j, a := range args {
				r.Coef[j] = b.reg[a][i]
			}
			r.bad = false
			b.reg[at][i] = do(r)
			b.bad[i] |= flag(r.bad)
		}
	}
}

// arguments is a row of that many inputs that are there.
func (b *Scratch) arguments(n int) *Frame {
	if b.args == nil || len(b.args.Coef) < n {
		b.args = NewFrame(n)
		for i := range b.args.Has {
			b.args.Has[i] = true
		}
	}
	return b.args
}

// texts reports whether a grid has a key that is a text without an enum.
func texts(n *ir.Node) bool {
	for _, k := range n.Keys {
		if k.Text && k.Members == nil {
			return true
		}
	}
	return false
}
