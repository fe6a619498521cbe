package sheet

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"
)

// Cells are the wanted columns of a row that was cut, by their numbers. They are no
// slices of bytes, for those would cost the collector of garbage time with each row.
type Cells struct {
	Line  []byte // the row, perhaps with more behind it
	Parts []Part // of Line, by column; an empty one where the file does not have it
}

// Part is a part of a line, in bytes.
type Part struct{ From, To int32 }

// At is the i-th cell.
func (c *Cells) At(i int) []byte {
	p := c.Parts[i]
	return c.Line[p.From:p.To]
}

// cutter cuts lines of CSV into the wanted columns, without a copy. It takes those
// that mean what they seem to: a row is one line, and no quote stands within a wanted
// field. encoding/csv decides on the others.
type cutter struct {
	separator []byte // of one byte; nil is one that can't be cut at
	width     int    // fields that a row has
	wants     []want // in the order of the file
	cells     Cells
	ends      []int32 // of the fields of a line; nil where few of them are wanted
}

// want is a column of the file, and its number among the wanted.
type want struct{ column, number int }

func newCutter(separator rune, width int, index []int) cutter {
	c := cutter{width: width, cells: Cells{Parts: make([]Part, len(index))}}
	if separator < 0x80 {
		c.separator = []byte{byte(separator)}
	}
	for number, column := range index {
		if column >= 0 {
			c.wants = append(c.wants, want{column, number})
		}
	}
	slices.SortStableFunc(c.wants, func(a, b want) int { return a.column - b.column })
	const many = 4
	if c.separator != nil && many*len(c.wants) > width {
		c.ends = make([]int32, width+1)
	}
	return c
}

// cut cuts a line. Not ok is a line to be read otherwise.
func (c *cutter) cut(line []byte) (ok bool) {
	c.cells.Line = line
	switch {
	case c.separator == nil:
		return false
	case bytes.IndexByte(line, '"') >= 0:
		return c.quoted(line)
	case line[0] == c.separator[0] && bytes.Count(line, c.separator) == len(line):
		return false // nothing but separators is no row
	}
	if c.ends != nil {
		return c.whole(line)
	}
	return c.plain(line)
}

// whole cuts a line without quotes of which many fields are wanted.
func (c *cutter) whole(line []byte) bool {
	n := separators(line, c.separator[0], c.ends)
	if n != c.width-1 {
		return false
	}
	c.ends[n] = int32(len(line))
	for _, w := range c.wants {
		from := int32(0)
		if w.column > 0 {
			from = c.ends[w.column-1] + 1
		}
		c.cells.Parts[w.number] = Part{from, c.ends[w.column]}
	}
	return true
}

// separators finds where a byte stands in a line, eight bytes at a time, and how often. It may stop where there are
// more than there is room for, less one.
func separators(line []byte, separator byte, at []int32) (n int) {
	const each, low = 0x0101010101010101, 0x7f7f7f7f7f7f7f7f
	pattern := uint64(separator) * each
	i := 0
	for ; len(line)-i >= 8; i += 8 {
		x := binary.LittleEndian.Uint64(line[i:]) ^ pattern
		for hits := ^((x&low + low) | x | low); hits != 0; hits &= hits - 1 { // the top bit of each byte that is 0
			if n == len(at)-1 {
				return n + 1
			}
			at[n] = int32(i + bits.TrailingZeros64(hits)/8)
			n++
		}
	}
	for ; i < len(line); i++ {
		if line[i] == separator {
			if n == len(at)-1 {
				return n + 1
			}
			at[n] = int32(i)
			n++
		}
	}
	return n
}

// plain cuts a line without quotes of which few fields are wanted.
func (c *cutter) plain(line []byte) bool {
	separator, parts := c.separator[0], c.cells.Parts
	column, at := 0, 0 // the column that comes, and where it begins; -1 is behind the last
	for i, w := range c.wants {
		if w.column < column {
			parts[w.number] = parts[c.wants[i-1].number]
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
			parts[w.number], at = Part{int32(at), int32(len(line))}, -1
			continue
		}
		parts[w.number] = Part{int32(at), int32(at + size)}
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
func (c *cutter) quoted(line []byte) bool {
	wants, some, at := c.wants, false, 0
	for column := range c.width {
		wanted := len(wants) > 0 && wants[0].column == column
		part, next, ok := c.field(line, at, wanted)
		if !ok || (next < 0) != (column == c.width-1) {
			return false
		}
		some = some || part.From < part.To
		for len(wants) > 0 && wants[0].column == column {
			c.cells.Parts[wants[0].number], wants = part, wants[1:]
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
