package eval

import (
	"math/big"
	"sync"

	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/dsl/unit"
	"github.com/payproof/payproof/internal/fixed"
)

// Program is a formula ready to be evaluated. It is immutable and safe for concurrent use.
type Program struct {
	f      *ir.Formula
	narrow fn                // nil: the formula is likely to leave int64
	mid    func() fn128      // compiled when first needed
	traced func() tracedPair // compiled when first asked to explain
	column func() *column    // compiled when first given columns
}

type tracedPair struct {
	narrow fn
	mid    fn128
}

// New compiles a graph.
func New(f *ir.Formula) *Program {
	p := &Program{f: f}
	if !likelyWide(f) {
		p.narrow = newCompiler(f, false).compile(f.Root)
	}
	p.mid = sync.OnceValue(func() fn128 { return newCompiler128(f, false).compile(f.Root) })
	p.traced = sync.OnceValue(func() tracedPair {
		return tracedPair{newCompiler(f, true).compile(f.Root), newCompiler128(f, true).compile(f.Root)}
	})
	p.column = sync.OnceValue(func() *column { return newColumn(f) })
	return p
}

// Eval computes a row. It allocates nothing while the result fits 64 bits.
func (p *Program) Eval(r *Frame) (Result, *Fault) {
	if p.narrow != nil {
		r.begin(p.f.Nodes)
		if v := p.narrow(r); !r.bad {
			return Result{Coef: v}, nil
		}
	}
	r.begin(p.f.Nodes)
	if v := p.mid()(r); !r.bad && inBounds(v) {
		return narrowed(v), nil
	}
	w := newWalk(p.f, r)
	return w.result()
}

// inBounds reports whether a result has at most 38 digits.
func inBounds(v fixed.Int128) bool {
	limit := fixed.Pow10(ir.MaxDigits)
	below, _ := limit.Neg()
	return v.Cmp(limit) < 0 && v.Cmp(below) > 0
}

func narrowed(v fixed.Int128) Result {
	if n, ok := v.Int64(); ok {
		return Result{Coef: n}
	}
	return Result{Coef: int64(v.Lo), Wide: v.Big()}
}

// Walk computes a row over integers of any size alone: the simple program that tests the
// others.
func (p *Program) Walk(r *Frame) (Result, *Fault) { return newWalk(p.f, r).result() }

// Trace computes a row and keeps the value of every part, until the frame is used again.
// The values are those of Eval.
func (p *Program) Trace(r *Frame) (Steps, Result, *Fault) {
	t := p.traced()
	if p.narrow != nil {
		r.begin(p.f.Nodes)
		if v := t.narrow(r); !r.bad {
			return Steps{frame: r}, Result{Coef: v}, nil
		}
	}
	r.begin(p.f.Nodes)
	if v := t.mid(r); !r.bad && inBounds(v) {
		return Steps{frame: r, mid: true}, narrowed(v), nil
	}
	w := newWalk(p.f, r)
	v, fault := w.result()
	return Steps{frame: r, walk: w}, v, fault
}

// Steps are the values of a formula's parts in one evaluation.
type Steps struct {
	frame *Frame
	mid   bool
	walk  *walk
}

// Value is what a part came out as, false where it was not computed: a road not taken.
func (s Steps) Value(n *ir.Node) (*big.Int, bool) {
	r := s.frame
	switch {
	case n.Op == ir.Const && n.Slot > 0:
		return big.NewInt(r.Literals[n.Slot-1]), true
	case n.Op == ir.Const:
		return n.Value, true
	case s.walk != nil:
		v, ok := s.walk.done[n]
		return v, ok
	case r.have[n.ID] != r.mark:
		return nil, false
	case s.mid:
		return r.mid[n.ID].Big(), true
	}
	return big.NewInt(r.slots[n.ID]), true
}

// likelyWide estimates whether the usual values of a formula need more than 64 bits
// somewhere: then the narrow program would be tried in vain. It decides about speed alone.
func likelyWide(f *ir.Formula) bool {
	digits := map[*ir.Node]int{}
	for n := range f.Uses { // order: whether any of them is wide
		if whole(n, digits)+int(n.Scale) > 18 {
			return true
		}
	}
	return false
}

// whole estimates the digits before the point: eight of an amount, one of a ratio, four
// of a count.
func whole(n *ir.Node, known map[*ir.Node]int) int {
	if d, ok := known[n]; ok {
		return d
	}
	known[n] = estimate(n, known)
	return known[n]
}

func estimate(n *ir.Node, known map[*ir.Node]int) int {
	of := func(i int) int { return whole(n.Args[i], known) }
	switch {
	case n.Op == ir.Const && n.Slot == 0:
		return max(1, len(n.Value.Text(10))-int(n.Scale))
	case n.Unit.Kind == unit.Bool || n.Unit.Kind == unit.Text:
		return 1
	case n.Op == ir.Mul && isRatio(n.Args[0]):
		return of(1)
	case n.Op == ir.Mul && isRatio(n.Args[1]):
		return of(0)
	case n.Op == ir.Mul:
		return of(0) + of(1)
	}
	switch {
	case n.Unit.Money > 0:
		return 8
	case n.Unit.Count > 0, n.Unit.Kind == unit.Date, n.Unit.Kind == unit.Days:
		return 4
	}
	return 1
}

func isRatio(n *ir.Node) bool { return n.Unit == unit.Ratio && (n.Op != ir.Const || n.Slot > 0) }
