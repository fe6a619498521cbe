package columns

import (
	"strconv"

	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/internal/sheet"
)

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

// Block is some rows, in columns. It is filled, sealed, read and cleared.
type Block struct {
	IDs       []fact.EventID // when it is sealed
	Revisions []uint64       // when it is sealed; nil is all zero
	Lines     []int32        // of the file, from 1

	size      int
	columns   []column
	revisions []uint64
	revised   bool
	ids       []byte // one behind the other
	ends      []int  // of each
}

// NewBlock is a block for at most so many rows.
func NewBlock(columns, rows int) *Block {
	b := &Block{size: rows, columns: make([]column, columns), revisions: make([]uint64, rows)}
	for i := range b.columns {
		b.columns[i].has = make([]bool, rows)
	}
	return b
}

// Set says how the i-th column is read from now on. Its kind and its dictionary stay.
func (b *Block) Set(i int, as Column) {
	c := &b.columns[i]
	c.Column, c.known = as, Memo{}
	switch {
	case as.Kind == Text && c.codes == nil:
		c.codes = make([]uint32, b.size)
	case as.Kind != Text && c.ints == nil:
		c.ints = make([]int64, b.size)
	}
	if as.Kind == Day && c.days == nil {
		c.days = &days{}
	}
}

// Len is the number of rows.
func (b *Block) Len() int { return len(b.ends) }

// Full tells that there is no room for another row.
func (b *Block) Full() bool { return len(b.ends) == b.size }

// Take adds a row: its id, a cell for each column, and its revision. False is a row that is not
// taken, since some cell needs a closer look.
func (b *Block) Take(cells *sheet.Cells, line int) bool {
	n := len(b.ends)
	revision, ok := count(cells.At(len(b.columns) + 1))
	if !ok {
		return false
	}
	for i := range b.columns {
		if !b.columns[i].take(n, cells.At(i+1)) {
			return false
		}
	}
	id := cells.At(0)
	if !plainKey(id) || len(id) > fact.MaxKeyBytes {
		key, err := fact.ParseKey(string(id))
		if err != nil {
			return false
		}
		id = []byte(key)
	}
	b.ids = append(b.ids, id...)
	b.end(revision, line)
	return true
}

// Put adds a row whose values are known; texts are as Read gives them.
func (b *Block) Put(id fact.EventID, revision uint64, line int, value func(i int) Value) {
	n := len(b.ends)
	for i := range b.columns {
		c, v := &b.columns[i], value(i)
		code := uint32(0)
		if v.Has && c.Kind == Text {
			code = c.Texts.Code(v.Text)
		}
		c.put(n, v.Int, code, v.Has)
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
func (b *Block) Last() fact.EventID { return fact.EventID(b.ids[b.start(len(b.ends)-1):]) }

// Drop takes the last row away.
func (b *Block) Drop() {
	n := len(b.ends) - 1
	b.ids, b.ends, b.Lines = b.ids[:b.start(n)], b.ends[:n], b.Lines[:n]
}

// start is where the n-th id begins.
func (b *Block) start(n int) int {
	if n == 0 {
		return 0
	}
	return b.ends[n-1]
}

// Seal makes the ids: parts of one text.
func (b *Block) Seal() {
	text, from := string(b.ids), 0
	b.IDs = b.IDs[:0]
	for _, to := range b.ends {
		b.IDs = append(b.IDs, fact.EventID(text[from:to]))
		from = to
	}
	if b.Revisions = nil; b.revised {
		b.Revisions = b.revisions[:len(b.ends)]
	}
}

// Column is what the rows have in a column: numbers, or codes of its dictionary, and
// which of them there are; nil is all.
func (b *Block) Column(i int) (ints []int64, codes []uint32, has []bool) {
	c, n := &b.columns[i], len(b.ends)
	if c.missing {
		has = c.has[:n]
	}
	if c.Kind == Text {
		return nil, c.codes[:n], has
	}
	return c.ints[:n], nil, has
}

// Clear takes all rows away. What was read of columns is no longer valid; ids are.
func (b *Block) Clear() {
	b.ids, b.ends, b.Lines, b.revised = b.ids[:0], b.ends[:0], b.Lines[:0], false
	for i := range b.columns {
		b.columns[i].missing = false
	}
}

// count is a whole number from 0 on; an empty text is 0.
func count(b []byte) (uint64, bool) {
	if len(b) == 0 {
		return 0, true
	}
	n, err := strconv.ParseUint(string(b), 10, 64)
	return n, err == nil
}

// column is a column that is being filled.
type column struct {
	Column
	ints    []int64
	codes   []uint32
	has     []bool
	missing bool // some of has may be false
	days    *days
	known   Memo // of foreign cells, and of members: codes, or numbers
}

func (c *column) put(n int, number int64, code uint32, has bool) {
	if c.Kind == Text {
		c.codes[n] = code
	} else {
		c.ints[n] = number
	}
	c.has[n] = has
	c.missing = c.missing || !has
}

// take reads the n-th cell.
func (c *column) take(n int, cell []byte) bool {
	switch {
	case c.Foreign:
		return c.foreign(n, cell)
	case len(cell) == 0 && !c.Optional:
		return false
	case len(cell) == 0:
		c.put(n, 0, 0, false)
		return true
	}
	number, code, ok := int64(0), uint32(0), false
	switch c.Kind {
	case Text:
		code, ok = c.Texts.code(cell, c.Read)
		c.codes[n], c.has[n] = code, true
		return ok
	case Member:
		if code, ok = c.known.Get(cell); !ok {
			return c.foreign(n, cell)
		}
		number = int64(code)
	case Day:
		number, ok = c.days.read(cell)
	case Number:
		if number, ok = decimal(cell, c.Scale); !ok {
			return c.foreign(n, cell)
		}
	}
	c.ints[n], c.has[n] = number, true
	return ok
}

// mostKnown bounds what is remembered of foreign cells.
const mostKnown = 1 << 14

// foreign reads the n-th cell by Read, unless its bytes are known.
func (c *column) foreign(n int, cell []byte) bool {
	if code, ok := c.lookUp(cell); ok {
		c.put(n, int64(code), code, true)
		return true
	}
	v, ok := c.Read(string(cell))
	if !ok {
		return false
	}
	code := uint32(v.Int)
	if v.Has && c.Kind == Text {
		code = c.Texts.Code(v.Text)
	}
	if v.Has && len(cell) > 0 && c.Kind != Number && c.known.Len() < mostKnown {
		c.known.Set(cell, code)
	}
	c.put(n, v.Int, code, v.Has)
	return true
}

func (c *column) lookUp(cell []byte) (code uint32, ok bool) {
	if len(cell) == 0 || c.Kind == Number {
		return 0, false
	}
	return c.known.Get(cell)
}
