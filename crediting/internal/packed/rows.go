package packed

import (
	"iter"
	"slices"
)

// Rows are rows of numbers, each with an id.
type Rows struct {
	n       int // rows of blocks
	shift   int // a block has 1<<shift rows
	blocks  []block
	open    open
	missing []bool // by column: a value is missing in some row
}

// open is the block in the making.
type open struct {
	ids    []byte // one behind the other
	ends   []uint32
	done   int       // rows whose numbers are there
	ints   [][]int64 // by column, of as many rows as were needed so far
	absent [][]bool  // by column; nil: no value is missing
}

// block is a run of rows.
type block struct {
	ids     string
	ends    []uint32 // of ids; nil: each has so many bytes
	size    int
	columns []column
}

// Numbers of an open block: so many that they fit into the cache of a processor.
const (
	mostRows  = 13 // as a power of two
	leastRows = 8
	numbers   = 17
)

// New is no rows yet, of so many columns.
func New(columns int) *Rows {
	r := &Rows{shift: mostRows, missing: make([]bool, columns)}
	for r.shift > leastRows && columns<<r.shift > 1<<numbers {
		r.shift--
	}
	r.open.ints, r.open.absent = make([][]int64, columns), make([][]bool, columns)
	return r
}

// Len is the number of rows.
func (r *Rows) Len() int { return r.n + len(r.open.ends) }

// Room is how many rows can be added until their numbers have to be there.
func (r *Rows) Room() int { return 1<<r.shift - len(r.open.ends) }

// Add adds a row.
func (r *Rows) Add(id string) {
	r.open.ids = append(r.open.ids, id...)
	r.open.ends = append(r.open.ends, uint32(len(r.open.ids)))
}

// Ints are the numbers of a column for the rows that were added last, to be set.
func (r *Rows) Ints(column int) []int64 {
	ints, rows := r.open.ints[column], len(r.open.ends)
	if len(ints) < rows { // of few rows, room for few
		ints = make([]int64, min(1<<r.shift, max(rows, 2*len(ints))))
		copy(ints, r.open.ints[column])
		r.open.ints[column] = ints
	}
	return ints[r.open.done:rows]
}

// Absent is the same of what tells that a value is missing.
func (r *Rows) Absent(column int) []bool {
	if r.open.absent[column] == nil {
		r.open.absent[column] = make([]bool, 1<<r.shift)
	}
	r.missing[column] = true
	return r.open.absent[column][r.open.done:len(r.open.ends)]
}

// Done tells that the numbers of all rows are there.
func (r *Rows) Done() {
	if r.open.done = len(r.open.ends); r.Room() == 0 {
		r.pack()
	}
}

// Close ends adding.
func (r *Rows) Close() {
	if r.Done(); r.open.done > 0 {
		r.pack()
	}
	r.open = open{}
}

// pack makes a block of the open one.
func (r *Rows) pack() {
	o := &r.open
	b := block{ids: string(o.ids), columns: make([]column, len(o.ints)), size: int(o.ends[0])}
	for i, end := range o.ends {
		if int(end) != (i+1)*b.size {
			b.ends = slices.Clone(o.ends)
			break
		}
	}
	for k := range b.columns {
		var absent []bool
		if o.absent[k] != nil {
			absent = o.absent[k][:o.done]
		}
		if o.ints[k] != nil {
			b.columns[k] = packed(o.ints[k][:o.done], absent)
		}
		clear(absent)
	}
	r.n += o.done
	r.blocks = append(r.blocks, b)
	o.ids, o.ends, o.done = o.ids[:0], o.ends[:0], 0
}

// at is the block of a row, and the place in it; nil is the open one.
func (r *Rows) at(row int) (b *block, i int) {
	if row >= r.n {
		return nil, row - r.n
	}
	return &r.blocks[row>>r.shift], row & (1<<r.shift - 1)
}

// part is where the id of a row of a block stands.
func (b *block) part(i int) (from, to int) {
	if b.ends == nil {
		return i * b.size, (i + 1) * b.size
	}
	return part(b.ends, i)
}

func part(ends []uint32, i int) (from, to int) {
	if i > 0 {
		from = int(ends[i-1])
	}
	return from, int(ends[i])
}

// ID is the id of a row.
func (r *Rows) ID(row int) string {
	b, i := r.at(row)
	if b == nil {
		from, to := part(r.open.ends, i)
		return string(r.open.ids[from:to])
	}
	from, to := b.part(i)
	return b.ids[from:to]
}

// Is reports whether a row has that id.
func (r *Rows) Is(row int, id string) bool {
	b, i := r.at(row)
	if b == nil {
		from, to := part(r.open.ends, i)
		return string(r.open.ids[from:to]) == id
	}
	from, to := b.part(i)
	return b.ids[from:to] == id
}

// Misses reports whether a column misses a value in some row.
func (r *Rows) Misses(column int) bool { return r.missing[column] }

// Value is one number; has is false where it is missing.
func (r *Rows) Value(column, row int) (v int64, has bool) {
	b, i := r.at(row)
	switch {
	case b != nil:
		return b.columns[column].value(i)
	case r.open.absent[column] != nil && r.open.absent[column][i]:
		return 0, false
	case i >= len(r.open.ints[column]):
		return 0, true
	}
	return r.open.ints[column][i], true
}

// Span is the least and the greatest number of a column, where none is missing; ok is false for no rows. It is for rows
// that are closed.
func (r *Rows) Span(column int) (least, greatest int64, ok bool) {
	for i := range r.blocks {
		c := &r.blocks[i].columns[column]
		if i == 0 {
			least, greatest = c.base, c.most
		}
		least, greatest = min(least, c.base), max(greatest, c.most)
	}
	return least, greatest, len(r.blocks) > 0
}

// Number is what a column holds.
type Number interface{ int64 | uint32 }

// Read fills into with the numbers of a column from a row on. Those that are missing are any. It is for rows that are
// closed.
func Read[N Number](r *Rows, column, from int, into []N) {
	for len(into) > 0 {
		b, i := r.at(from)
		n := min(len(into), 1<<r.shift-i)
		expand(&b.columns[column], i, into[:n])
		from, into = from+n, into[n:]
	}
}

// Has fills into with whether a value is there, and reports whether one is missing; where none is, into is as it was.
// It is for rows that are closed.
func (r *Rows) Has(column, from int, into []bool) (missing bool) {
	if !r.missing[column] {
		return false
	}
	for at := from; at < from+len(into); {
		b, i := r.at(at)
		at += 1<<r.shift - i
		missing = missing || b.columns[column].absent != nil
	}
	for k := 0; missing && k < len(into); k++ {
		b, i := r.at(from + k)
		into[k] = !b.columns[column].isAbsent(i)
	}
	return missing
}

// Set is what a row holds from now on.
type Set struct {
	Row    int
	Ints   []int64 // by column
	Absent []bool  // by column: the value is missing
}

// Replace replaces the numbers of rows that are closed.
func (r *Rows) Replace(all []Set) {
	slices.SortStableFunc(all, func(a, b Set) int { return a.Row - b.Row })
	for len(all) > 0 {
		at := all[0].Row >> r.shift
		n := 1
		for n < len(all) && all[n].Row>>r.shift == at {
			n++
		}
		b := &r.blocks[at]
		rows := min(1<<r.shift, r.n-at<<r.shift)
		ints, absent := make([]int64, rows), make([]bool, rows)
		b.columns = slices.Clone(b.columns)
		for k := range b.columns {
			c := &b.columns[k]
			expand(c, 0, ints)
			for i := range absent {
				absent[i] = c.isAbsent(i)
			}
			for _, s := range all[:n] {
				i := s.Row & (1<<r.shift - 1)
				ints[i], absent[i] = s.Ints[k], s.Absent[k]
				r.missing[k] = r.missing[k] || s.Absent[k]
			}
			*c = packed(ints, absent)
		}
		all = all[n:]
	}
}

// All is the numbers of a column, where none is missing, each with its row. It is for rows that are closed.
func (r *Rows) All(column int) iter.Seq2[int, int64] {
	return func(yield func(int, int64) bool) {
		var room [1 << leastRows]int64
		for from := 0; from < r.n; from += len(room) {
			some := room[:min(len(room), r.n-from)]
			Read(r, column, from, some)
			for i, v := range some {
				if !yield(from+i, v) {
					return
				}
			}
		}
	}
}
