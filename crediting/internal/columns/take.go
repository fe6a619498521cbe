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
	n := len(b.ends)
	taken = min(some, cells.Rows, b.Room())
	for i := 0; i < len(b.columns) && taken > 0; i++ {
		taken = b.columns[i].take(&b.values[i], n, cells, i+1, taken)
	}
	for row := range taken {
		revision, ok := count(cells.At(row, len(b.columns)+1))
		if !ok {
			return row
		}
		id := cells.At(row, 0)
		if !plainKey(id) || len(id) > fact.MaxKeyBytes {
			key, err := fact.ParseKey(string(id))
			if err != nil {
				return row
			}
			id = []byte(key)
		}
		b.ids = append(b.ids, id...)
		b.end(revision, line+row)
	}
	return taken
}

// count is a whole number from 0 on; an empty text is 0.
func count(b []byte) (uint64, bool) {
	if len(b) == 0 {
		return 0, true
	}
	n, err := strconv.ParseUint(string(b), 10, 64)
	return n, err == nil
}

// take reads the cells of some rows, and tells before which one it has ended. Most columns have nothing but cells that are
// plainly sound, up to a cell that one has a look at, and then come more of them.
func (c *column) take(v *values, n int, cells *sheet.Cells, i, rows int) int {
	text, s := cells.Of(i)
	for row := 0; row < rows; row++ {
		if row = c.sound(v, n, text, s, row, rows); row == rows {
			break
		}
		p := s.Parts[row*s.Step]
		if !c.other(v, n+row, text[p.From:p.To]) {
			return row
		}
	}
	return rows
}

// sound reads the cells from a row on that are plainly sound, and gives the first row that has none.
func (c *column) sound(v *values, n int, text []byte, s *sheet.Strip, row, rows int) int {
	if c.Foreign {
		return row
	}
	first := row
	switch at := row * s.Step; c.Kind {
	case Text:
		known := &c.Texts.memo
		for codes := v.codes[n:]; row < rows; row++ {
			p := s.Parts[at]
			code, ok := known.Get(text[p.From:p.To])
			if !ok {
				break
			}
			codes[row] = code
			at += s.Step
		}
	case Member:
		known := &c.known
		for ints := v.ints[n:]; row < rows; row++ {
			p := s.Parts[at]
			number, ok := known.Get(text[p.From:p.To])
			if !ok {
				break
			}
			ints[row] = int64(number)
			at += s.Step
		}
	case Day:
		for ints := v.ints[n:]; row < rows; row++ {
			p := s.Parts[at]
			day, ok := c.days.read(text[p.From:p.To])
			if !ok {
				break
			}
			ints[row] = day
			at += s.Step
		}
	case Number:
		for ints := v.ints[n:]; row < rows; row++ {
			p := s.Parts[at]
			number, ok := decimal(text[p.From:p.To], c.Scale)
			if !ok {
				break
			}
			ints[row] = number
			at += s.Step
		}
	}
	if v.some {
		for i := first; i < row; i++ {
			v.has[n+i] = true
		}
	}
	return row
}

// other reads the n-th cell, which is not plainly sound.
func (c *column) other(v *values, n int, cell []byte) bool {
	switch {
	case c.Foreign:
	case len(cell) == 0:
		if c.Optional {
			v.put(n, 0, 0, false)
		}
		return c.Optional
	case c.Kind == Day:
		return false
	case c.Kind == Text:
		code, ok := c.Texts.learn(cell, c.Read)
		if ok {
			v.put(n, 0, code, true)
		}
		return ok
	}
	return c.foreign(v, n, cell)
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
