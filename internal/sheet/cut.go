package sheet

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"
)

// Cells are the wanted columns of rows that were cut, one row behind the other. They are no
// slices of bytes, for those would cost the collector of garbage time with each row.
type Cells struct {
	Rows    int
	Text    []byte  // the rows, perhaps with more behind them
	Lines   []Part  // by row, the line without its end
	Columns []Strip // by number of the wanted column
}

// Strip is a column of rows that were cut.
type Strip struct {
	Text  []byte // that the parts are of; nil is that of the rows
	Parts []Part // the first row's is the first, and each next row's is Step behind
	Step  int    // 0: all rows have the same
}

// Part is a part of a text, in bytes.
type Part struct{ From, To int32 }

// Same is the strip of a column that has one text in all rows.
func Same(text string) Strip {
	return Strip{Text: []byte(text), Parts: []Part{{0, int32(len(text))}}}
}

// At is the i-th cell of a row.
func (c *Cells) At(row, i int) []byte {
	text, s := c.Of(i)
	p := s.Parts[row*s.Step]
	return text[p.From:p.To]
}

// Of is the i-th column, and the text that its parts are of.
func (c *Cells) Of(i int) (text []byte, s *Strip) {
	if s = &c.Columns[i]; s.Text != nil {
		return s.Text, s
	}
	return c.Text, s
}

// Rows that are cut at once: so many that a column of them is worth going through, and few enough that they stay in the
// cache of a processor.
const (
	mostRows  = 256
	mostParts = 1 << 13
)

// cutter cuts lines of CSV into the wanted columns, without a copy. It takes those
// that mean what they seem to: a row is one line, and no quote stands within a wanted
// field. encoding/csv decides on the others.
type cutter struct {
	separator []byte // of one byte; nil is one that can't be cut at
	width     int    // fields that a row has
	wants     []want // in the order of the file
	whole     bool   // many fields are wanted: the parts of a row are those of all fields, and not of wants
	most      int    // rows at once
	step      int    // parts of a row
	parts     []Part // row by row
	cells     Cells
}

// want is a column of the file, and its number among the wanted.
type want struct{ column, number int }

func newCutter(separator rune, width int, index []int) cutter {
	c := cutter{width: width, cells: Cells{Columns: make([]Strip, len(index))}}
	if separator < 0x80 {
		c.separator = []byte{byte(separator)}
	}
	for number, column := range index {
		if c.cells.Columns[number] = Same(""); column >= 0 {
			c.wants = append(c.wants, want{column, number})
		}
	}
	slices.SortStableFunc(c.wants, func(a, b want) int { return a.column - b.column })
	const many = 4
	c.lay(many*len(c.wants) > width)
	return c
}

// lay lays out the parts.
func (c *cutter) lay(whole bool) {
	if c.whole, c.step = whole, len(c.wants); whole {
		c.step = c.width
	}
	c.most = min(mostRows, max(1, mostParts/max(1, c.step)))
	c.parts, c.cells.Lines = make([]Part, c.most*c.step), make([]Part, c.most)
	for i, w := range c.wants {
		c.cells.Columns[w.number] = Strip{Parts: c.parts[c.place(i):], Step: c.step}
	}
}

// place is where the i-th of wants stands among the parts of a row.
func (c *cutter) place(i int) int {
	if c.whole {
		return c.wants[i].column
	}
	return i
}

// cut cuts the line from a place of a text on to its end, as one more row. Not ok is a line to be read otherwise.
func (c *cutter) cut(text []byte, from int) (ok bool) {
	line := text[from:]
	switch {
	case c.separator == nil:
		return false
	case bytes.IndexByte(line, '"') >= 0:
		ok = c.quoted(text, from)
	case line[0] == c.separator[0] && bytes.Count(line, c.separator) == len(line):
		return false // nothing but separators is no row
	case c.whole:
		ok = separators(text, from, c.separator[0], c.row()) == c.width-1
	default:
		ok = c.plain(text, from)
	}
	if ok {
		c.cells.Lines[c.cells.Rows] = Part{int32(from), int32(len(text))}
		c.cells.Rows++
	}
	return ok
}

// row is the parts of the row that comes.
func (c *cutter) row() []Part { return c.parts[c.cells.Rows*c.step:][:c.step] }

// separators finds the fields of a line, which begins at a place of a text and ends with it, eight bytes at a time, and
// how many separators there are. It may stop where there are more fields than parts.
func separators(text []byte, from int, separator byte, parts []Part) (n int) {
	const each, low = 0x0101010101010101, 0x7f7f7f7f7f7f7f7f
	pattern := uint64(separator) * each
	parts[0].From = int32(from)
	i := from
	for ; len(text)-i >= 8; i += 8 {
		x := binary.LittleEndian.Uint64(text[i:]) ^ pattern
		for hits := ^((x&low + low) | x | low); hits != 0; hits &= hits - 1 { // the top bit of each byte that is 0
			at := int32(i + bits.TrailingZeros64(hits)/8)
			parts[n].To = at
			if n++; n == len(parts) {
				return n
			}
			parts[n].From = at + 1
		}
	}
	for ; i < len(text); i++ {
		if text[i] == separator {
			parts[n].To = int32(i)
			if n++; n == len(parts) {
				return n
			}
			parts[n].From = int32(i + 1)
		}
	}
	parts[n].To = int32(len(text))
	return n
}

// plain cuts a line without quotes of which few fields are wanted.
func (c *cutter) plain(line []byte, at int) bool {
	separator, parts := c.separator[0], c.row()
	column := 0 // that comes, and begins at a place; -1 is behind the last
	for i, w := range c.wants {
		if w.column < column {
			parts[i] = parts[i-1]
			continue
		}
		if w.column > column && at >= 0 {
			at = skip(line, at, c.separator, w.column-column)
			column = w.column
		}
		if at < 0 {
			return false
		}
		column++
		size := bytes.IndexByte(line[at:], separator)
		if size < 0 {
			parts[i], at = Part{int32(at), int32(len(line))}, -1
			continue
		}
		parts[i] = Part{int32(at), int32(at + size)}
		at += size + 1
	}
	if at < 0 {
		return column == c.width
	}
	return bytes.Count(line[at:], c.separator) == c.width-column-1
}

// skip is the place behind n separators; -1 if there are fewer.
func skip(line []byte, at int, separator []byte, n int) int {
	const stretch, few = 64, 4
	for n > few && len(line)-at > stretch {
		here := bytes.Count(line[at:at+stretch], separator)
		if here >= n {
			break
		}
		at, n = at+stretch, n-here
	}
	for ; n > 0; n-- {
		size := bytes.IndexByte(line[at:], separator[0])
		if size < 0 {
			return -1
		}
		at += size + 1
	}
	return at
}

// quoted cuts a line with quotes, field by field.
func (c *cutter) quoted(line []byte, at int) bool {
	parts, i, some := c.row(), 0, false
	for column := range c.width {
		wanted := i < len(c.wants) && c.wants[i].column == column
		part, next, ok := c.field(line, at, wanted)
		if !ok || (next < 0) != (column == c.width-1) {
			return false
		}
		some = some || part.From < part.To
		for ; i < len(c.wants) && c.wants[i].column == column; i++ {
			parts[c.place(i)] = part
		}
		at = next
	}
	return some
}

// field is the field that begins at a place, and the place behind its separator; -1 where
// there is none. Quotes in a field that is not wanted may be left as they stand.
func (c *cutter) field(line []byte, at int, wanted bool) (part Part, next int, ok bool) {
	if at == len(line) || line[at] != '"' {
		size := bytes.IndexByte(line[at:], c.separator[0])
		next = at + size + 1
		if size < 0 {
			size, next = len(line)-at, -1
		}
		return Part{int32(at), int32(at + size)}, next, bytes.IndexByte(line[at:at+size], '"') < 0
	}
	for end := at + 1; ; end += 2 {
		size := bytes.IndexByte(line[end:], '"')
		if size < 0 {
			return Part{}, 0, false // the field ends on another line, if it does
		}
		end += size
		part = Part{int32(at + 1), int32(end)}
		switch {
		case end+1 == len(line):
			return part, -1, true
		case line[end+1] == c.separator[0]:
			return part, end + 2, true
		case line[end+1] != '"' || wanted:
			return Part{}, 0, false
		}
	}
}
