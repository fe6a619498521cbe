package eval

import (
	"encoding/binary"
	"math/bits"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/dsl/unit"
)

// Columns are the inputs of many rows, one slice for each input. An input that the formula
// does not read may be nil.
type Columns struct {
	Rows int
	Coef [][]int64  // coefficients, members of enums, numbers of dates
	Has  [][]bool   // nil: no row lacks the input
	Text [][]string // of texts that are no enums

	Literals []int64  // of a shared program, as a Frame has them
	Texts    []string // the same
}

// blockRows is the number of rows that are computed at a time: the registers of a usual
// formula stay in the nearest cache.
const blockRows = 512

// column computes a formula over blocks of rows, one node after the other. A row where a step
// does not fit, or a value is missing, is marked and redone alone; so is one where that
// happened in a branch that does not count.
type column struct {
	f     *ir.Formula
	order []*ir.Node
	steps []step
	reg   map[*ir.Node]int
}

// step computes a node's register for the rows of a block.
type step func(b *Scratch)

// Scratch is the working space of computing columns. The zero value is ready; it belongs to
// one goroutine and may be used for any number of formulas.
type Scratch struct {
	program *column
	cols    *Columns
	low, n  int // the rows of the block
	reg     [][]int64
	own     [][]int64 // the storage of registers that are computed
	width   []int     // by register: 1 + what bits gives; 0 is unknown
	bad     [blockRows]uint8
	frame   *Frame // for rows that are redone
	args    *Frame // for nodes that are computed row by row
}

func newColumn(f *ir.Formula) *column {
	c := &column{f: f, reg: map[*ir.Node]int{}}
	c.add(f.Root)
	return c
}

// add orders nodes so that arguments come first, and compiles each once.
func (c *column) add(n *ir.Node) int {
	if i, ok := c.reg[n]; ok {
		return i
	}
	x, pieces, straight := chain(n)
	parts := n.Args
	if straight {
		parts = []*ir.Node{x}
	}
	args := make([]int, len(parts))
	for i, a := range parts {
		args[i] = c.add(a)
	}
	at := len(c.order)
	c.reg[n], c.order = at, append(c.order, n)
	if straight {
		c.steps = append(c.steps, piecewise(pieces, at, args[0]))
		return at
	}
	s := c.step(n, at, args)
	if n.Unit.Kind == unit.Date && n.Op != ir.Input && n.Op != ir.Const {
		s = datedColumn(s, at)
	}
	c.steps = append(c.steps, s)
	return at
}

// Columns computes all rows. Values that fit go to out, at the places of the formula's root;
// for each other row, in order, other is called with its value or what is wrong, and out
// holds 0.
func (p *Program) Columns(cols *Columns, s *Scratch, out []int64, other func(row int, v Result, f *Fault)) {
	if p.narrow == nil { // no row is likely to stay in 64 bits: not worth trying
		s.prepare(nil, cols)
		for row := range cols.Rows {
			s.redo(p, row, out, other)
		}
		return
	}
	c := p.column()
	s.prepare(c, cols)
	for s.low = 0; s.low < cols.Rows; s.low += blockRows {
		s.n = min(blockRows, cols.Rows-s.low)
		clear(s.bad[:])
		clear(s.width)
		root := len(c.order) - 1
		s.reg[root] = out[s.low : s.low+s.n] // an input puts its own column here
		for _, step := range c.steps {
			step(s)
		}
		if c.order[root].Op == ir.Input || c.order[root].Op == ir.Const {
			copy(out[s.low:s.low+s.n], s.reg[root])
		}
		s.again(p, out, other)
	}
}

// again computes the marked rows of a block alone. Marks are read eight at a time.
func (s *Scratch) again(p *Program, out []int64, other func(int, Result, *Fault)) {
	for i := 0; i < s.n; i += 8 {
		if binary.LittleEndian.Uint64(s.bad[i:i+8]) == 0 {
			continue
		}
		for k := i; k < min(i+8, s.n); k++ {
			if s.bad[k] != 0 {
				s.redo(p, s.low+k, out, other)
			}
		}
	}
}

// prepare gives each node a register, and constants their value.
func (s *Scratch) prepare(c *column, cols *Columns) {
	if s.frame == nil || len(s.frame.Coef) != len(cols.Coef) {
		s.frame = NewFrame(len(cols.Coef))
	}
	s.cols = cols
	s.frame.Literals, s.frame.Texts = cols.Literals, cols.Texts
	if c == nil || s.program == c {
		return
	}
	s.program = c
	for len(s.own) < len(c.order) {
		s.own = append(s.own, make([]int64, blockRows))
	}
	s.reg = append(s.reg[:0], s.own[:len(c.order)]...)
	s.width = make([]int, len(c.order))
	for i, n := range c.order {
		if n.Op == ir.Const && n.Slot == 0 && n.Value.IsInt64() {
			for j := range s.own[i] {
				s.own[i][j] = n.Value.Int64()
			}
		}
	}
}

// bits bounds the magnitudes of a register in this block: none is above 2^bits. Where a step
// cannot overflow by that, no row has to be checked.
func (s *Scratch) bits(reg int) int {
	if s.width[reg] == 0 {
		var a, b, c, d uint64
		v := s.reg[reg][:s.n]
		for len(v) >= 4 {
			a |= uint64(v[0] ^ v[0]>>63)
			b |= uint64(v[1] ^ v[1]>>63)
			c |= uint64(v[2] ^ v[2]>>63)
			d |= uint64(v[3] ^ v[3]>>63)
			v = v[4:]
		}
		for _, last := range v {
			a |= uint64(last ^ last>>63)
		}
		s.width[reg] = 1 + bits.Len64(a|b|c|d)
	}
	return s.width[reg] - 1
}

// bounded says what bits would find out.
func (s *Scratch) bounded(reg, bits int) { s.width[reg] = 1 + bits }

// redo computes one row alone.
func (s *Scratch) redo(p *Program, row int, out []int64, other func(int, Result, *Fault)) {
	r := s.frame
	for i, col := range s.cols.Coef {
		has := s.cols.Has
		r.Has[i], r.Wide[i] = has == nil || has[i] == nil || has[i][row], nil
		if text := s.cols.Text; text != nil && text[i] != nil {
			r.Text[i] = text[i][row]
		} else if col == nil {
			r.Has[i] = false
		}
		if col != nil {
			r.Coef[i] = col[row]
		}
	}
	v, fault := p.Eval(r)
	if fault == nil && v.Wide == nil {
		out[row] = v.Coef
		return
	}
	out[row] = 0
	other(row, v, fault)
}

// datedColumn marks days outside of time as bad.
func datedColumn(s step, at int) step {
	return func(b *Scratch) {
		s(b)
		for i, d := range b.reg[at][:b.n] {
			if d != int64(int32(d)) || calendar.FromOrdinal(int32(d)).IsZero() {
				b.bad[i] = 1
			}
		}
	}
}

// flag is 1 for true.
func flag(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}
