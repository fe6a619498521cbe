package columns

import (
	"strconv"

	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/internal/sheet"
)

// Take adds rows that were cut, at most some, the first of which stands on a line: of each its id, a cell for each column,
// and its revision. It tells how many it has taken: the row behind them has a cell that needs a closer look. The cells of
// a column are read one after the other, so that what is known of them is at hand.
func (b *Block) Take(cells *sheet.Cells, some, line int) (taken int) {
	var revisions [mostTaken]uint64
	taken = min(some, cells.Rows, b.Room(), len(revisions))
	for row := range taken {
		var ok bool
		if revisions[row], ok = count(cells.At(row, len(b.columns)+1)); !ok {
			taken = row
			break
		}
	}
	for i := 0; i < len(b.columns) && taken > 0; i++ {
		taken = b.columns[i].take(&b.values[i], len(b.ends), cells, i+1, taken)
	}
	for row := range taken {
		id := cells.At(row, 0)
		if !plainKey(id) || len(id) > fact.MaxKeyBytes {
			key, err := fact.ParseKey(string(id))
			if err != nil {
				return row
			}
			id = []byte(key)
		}
		b.ids = append(b.ids, id...)
		b.end(revisions[row], line+row)
	}
	return taken
}

// mostTaken rows are taken at once.
const mostTaken = 64

// count is a whole number from 0 on; an empty text is 0.
func count(b []byte) (uint64, bool) {
	if len(b) == 0 {
		return 0, true
	}
	n, err := strconv.ParseUint(string(b), 10, 64)
	return n, err == nil
}

// take reads the cells of some rows, and tells before which one it has ended.
func (c *column) take(v *values, n int, cells *sheet.Cells, i, rows int) int {
	text, strip := cells.Of(i)
	parts, step, at := strip.Parts, strip.Step, 0
	for row := range rows {
		p := parts[at]
		cell := text[p.From:p.To]
		at += step
		if c.Foreign || len(cell) == 0 {
			if !c.other(v, n+row, cell) {
				return row
			}
			continue
		}
		var ok bool
		switch c.Kind {
		case Text:
			if v.codes[n+row], ok = c.Texts.memo.Get(cell); !ok {
				v.codes[n+row], ok = c.Texts.learn(cell, c.Read)
			}
		case Member:
			var number uint32
			number, ok = c.known.Get(cell)
			v.ints[n+row] = int64(number)
		case Day:
			v.ints[n+row], ok = c.days.read(cell)
		case Number:
			v.ints[n+row], ok = decimal(cell, c.Scale)
		}
		switch {
		case ok && v.some:
			v.has[n+row] = true
		case ok:
		case c.Kind == Text, c.Kind == Day, !c.foreign(v, n+row, cell):
			return row
		}
	}
	return rows
}

// other reads the n-th cell, which is empty or only Read knows.
func (c *column) other(v *values, n int, cell []byte) bool {
	switch {
	case c.Foreign:
		return c.foreign(v, n, cell)
	case c.Optional:
		v.put(n, 0, 0, false)
	}
	return c.Optional
}

// mostKnown bounds what is remembered of foreign cells.
const mostKnown = 1 << 14

// foreign reads the n-th cell by Read, unless its bytes are known.
func (c *column) foreign(v *values, n int, cell []byte) bool {
	if code, ok := c.lookUp(cell); ok {
		v.put(n, int64(code), code, true)
		return true
	}
	is, ok := c.Read(string(cell))
	if !ok {
		return false
	}
	code := uint32(is.Int)
	if is.Has && c.Kind == Text {
		code = c.Texts.Code(is.Text)
	}
	if is.Has && len(cell) > 0 && c.Kind != Number && c.known.Len() < mostKnown {
		c.known.Set(cell, code)
	}
	v.put(n, is.Int, code, is.Has)
	return true
}

func (c *column) lookUp(cell []byte) (code uint32, ok bool) {
	if len(cell) == 0 || c.Kind == Number {
		return 0, false
	}
	return c.known.Get(cell)
}
