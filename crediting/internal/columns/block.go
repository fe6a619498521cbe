package columns

import "github.com/payproof/payproof/dsl/fact"

// Kind says how a column holds its values.
type Kind uint8

// The kinds.
const (
	Text   Kind = iota // codes of a dictionary
	Member             // numbers of a few texts
	Day                // ordinals of days
	Number             // coefficients at the scale of the column
)

// Value is what a cell says: a Text, or Int of the other kinds. Has tells whether it says
// anything.
type Value struct {
	Int  int64
	Text string
	Has  bool
}

// Column is how the cells of a column are read.
type Column struct {
	Kind     Kind
	Scale    uint8                                // of a Number
	Optional bool                                 // an empty cell is no value, not a fault
	Foreign  bool                                 // only Read knows how the cells are written
	Read     func(text string) (v Value, ok bool) // any cell; not ok is a fault
	Texts    *Dictionary                          // of Text
}

// Rows are some rows, in columns, that a block has read.
type Rows struct {
	IDs       []fact.EventID // when they are sealed
	Revisions []uint64       // when they are sealed; nil is all zero
	Lines     []int32        // of the file, from 1

	values    []values
	revisions []uint64
	revised   bool
	ids       []byte // one behind the other
	ends      []int  // of each
}

// values are what rows have in a column.
type values struct {
	ints  []int64
	codes []uint32
	has   []bool // where a value is missing; otherwise it holds nothing
	some  bool   // a value is missing
}

// Block reads rows. It is filled, sealed, read and cleared.
type Block struct {
	*Rows
	size    int
	columns []column
}

// column is how a column is read, and what is known of its cells.
type column struct {
	Column
	days  *days
	known Memo // of foreign cells, and of members: codes, or numbers
}

// NewBlock is a block for at most so many rows.
func NewBlock(columns, rows int) *Block {
	b := &Block{size: rows, columns: make([]column, columns)}
	b.Swap(nil)
	return b
}

// Swap gives the rows away, and goes on with others that nobody needs any more; nil is new ones.
func (b *Block) Swap(spare *Rows) *Rows {
	if spare == nil {
		spare = &Rows{values: make([]values, len(b.columns)), revisions: make([]uint64, b.size)}
	}
	rows := b.Rows
	b.Rows = spare
	for i := range b.columns {
		b.room(i)
	}
	b.Clear()
	return rows
}

// Set says how the i-th column is read from now on. Its kind and its dictionary stay.
func (b *Block) Set(i int, as Column) {
	c := &b.columns[i]
	c.Column, c.known = as, Memo{}
	if as.Kind == Day && c.days == nil {
		c.days = &days{}
	}
	b.room(i)
}

// room makes room for the values of a column, once it is known how it is read.
func (b *Block) room(i int) {
	c, v := &b.columns[i], &b.values[i]
	switch {
	case c.Read == nil:
	case c.Kind == Text && v.codes == nil:
		v.codes = make([]uint32, b.size)
	case c.Kind != Text && v.ints == nil:
		v.ints = make([]int64, b.size)
	}
}

// Len is the number of rows.
func (r *Rows) Len() int { return len(r.ends) }

// Full tells that there is no room for another row.
func (b *Block) Full() bool { return len(b.ends) == b.size }

// Room is how many rows more there is room for.
func (b *Block) Room() int { return b.size - len(b.ends) }

// Put adds a row whose values are known; texts are as Read gives them.
func (b *Block) Put(id fact.EventID, revision uint64, line int, value func(i int) Value) {
	n := len(b.ends)
	for i := range b.columns {
		c, v := &b.columns[i], value(i)
		code := uint32(0)
		if v.Has && c.Kind == Text {
			code = c.Texts.Code(v.Text)
		}
		b.values[i].put(n, v.Int, code, v.Has)
	}
	b.ids = append(b.ids, id...)
	b.end(revision, line)
}

func (b *Block) end(revision uint64, line int) {
	n := len(b.ends)
	b.revisions[n] = revision
	b.revised = b.revised || revision != 0
	b.ends, b.Lines = append(b.ends, len(b.ids)), append(b.Lines, int32(line))
}

// Last is the id of the last row; Drop takes the row away.
func (r *Rows) Last() fact.EventID { return fact.EventID(r.ids[r.start(len(r.ends)-1):]) }

// Drop takes the last row away.
func (r *Rows) Drop() {
	n := len(r.ends) - 1
	r.ids, r.ends, r.Lines = r.ids[:r.start(n)], r.ends[:n], r.Lines[:n]
}

// start is where the n-th id begins.
func (r *Rows) start(n int) int {
	if n == 0 {
		return 0
	}
	return r.ends[n-1]
}

// Seal makes the ids: parts of one text.
func (r *Rows) Seal() {
	text, from := string(r.ids), 0
	r.IDs = r.IDs[:0]
	for _, to := range r.ends {
		r.IDs = append(r.IDs, fact.EventID(text[from:to]))
		from = to
	}
	if r.Revisions = nil; r.revised {
		r.Revisions = r.revisions[:len(r.ends)]
	}
}

// Column is what the rows have in a column: numbers, or codes of its dictionary, and
// which of them there are; nil is all.
func (r *Rows) Column(i int) (ints []int64, codes []uint32, has []bool) {
	v, n := &r.values[i], len(r.ends)
	if v.some {
		has = v.has[:n]
	}
	if v.codes != nil {
		return nil, v.codes[:n], has
	}
	return v.ints[:n], nil, has
}

// Clear takes all rows away. What was read of columns is no longer valid; ids are.
func (r *Rows) Clear() {
	r.ids, r.ends, r.Lines, r.revised = r.ids[:0], r.ends[:0], r.Lines[:0], false
	for i := range r.values {
		r.values[i].some = false
	}
}

// put sets the n-th value; all before it are set.
func (v *values) put(n int, number int64, code uint32, has bool) {
	if v.codes != nil {
		v.codes[n] = code
	} else {
		v.ints[n] = number
	}
	if v.some || !has {
		v.tell(n, has)
	}
}

// tell notes whether the n-th value is there. As long as all are, nothing is noted.
func (v *values) tell(n int, has bool) {
	if !v.some {
		if v.has == nil {
			v.has = make([]bool, len(v.ints)+len(v.codes))
		}
		for i := range n {
			v.has[i] = true
		}
		v.some = true
	}
	v.has[n] = has
}
