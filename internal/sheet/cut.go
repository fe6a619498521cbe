package sheet

import (
	"bytes"
	"slices"
)

// cutter cuts lines of CSV into the wanted columns, without a copy. It takes those
// that mean what they seem to: a row is one line, and no quote stands within a wanted
// field. encoding/csv decides on the others.
type cutter struct {
	separator []byte // of one byte; nil is one that can't be cut at
	width     int    // fields that a row has
	wants     []want // in the order of the file
	cells     [][]byte
}

// want is a column of the file, and its number among the wanted.
type want struct{ column, number int }

func newCutter(separator rune, width int, index []int) cutter {
	c := cutter{width: width, cells: make([][]byte, len(index))}
	if separator < 0x80 {
		c.separator = []byte{byte(separator)}
	}
	for number, column := range index {
		if column >= 0 {
			c.wants = append(c.wants, want{column, number})
		}
	}
	slices.SortStableFunc(c.wants, func(a, b want) int { return a.column - b.column })
	return c
}

// cut cuts a line. Not ok is a line to be read otherwise.
func (c *cutter) cut(line []byte) (ok bool) {
	switch {
	case c.separator == nil:
		return false
	case bytes.IndexByte(line, '"') >= 0:
		return c.quoted(line)
	case line[0] == c.separator[0] && bytes.Count(line, c.separator) == len(line):
		return false // nothing but separators is no row
	}
	return c.plain(line)
}

// plain cuts a line without quotes.
func (c *cutter) plain(line []byte) bool {
	separator := c.separator[0]
	column, rest := 0, line // which begins with the column; nil is behind the last
	for i, w := range c.wants {
		if w.column < column {
			c.cells[w.number] = c.cells[c.wants[i-1].number]
			continue
		}
		if w.column > column {
			rest = skip(rest, c.separator, w.column-column)
			column = w.column
		}
		if rest == nil {
			return false
		}
		end := bytes.IndexByte(rest, separator)
		column++
		if end < 0 {
			c.cells[w.number], rest = rest, nil
			continue
		}
		c.cells[w.number], rest = rest[:end], rest[end+1:]
	}
	if rest == nil {
		return column == c.width
	}
	return bytes.Count(rest, c.separator) == c.width-column-1
}

// skip is what stands behind n separators; nil if there are fewer.
func skip(line, separator []byte, n int) []byte {
	const stretch, few = 64, 4
	for n > few && len(line) > stretch {
		here := bytes.Count(line[:stretch], separator)
		if here >= n {
			break
		}
		line, n = line[stretch:], n-here
	}
	for ; n > 0; n-- {
		end := bytes.IndexByte(line, separator[0])
		if end < 0 {
			return nil
		}
		line = line[end+1:]
	}
	return line
}

// quoted cuts a line with quotes, field by field.
func (c *cutter) quoted(line []byte) bool {
	wants, some := c.wants, false
	for column := range c.width {
		wanted := len(wants) > 0 && wants[0].column == column
		field, rest, ok := c.field(line, wanted)
		if !ok || (rest == nil) != (column == c.width-1) {
			return false
		}
		some = some || len(field) > 0
		for len(wants) > 0 && wants[0].column == column {
			c.cells[wants[0].number], wants = field, wants[1:]
		}
		line = rest
	}
	return some
}

// field is the field that a line begins with, and the rest behind its separator; nil
// where there is none. Quotes in a field that is not wanted may be left as they stand.
func (c *cutter) field(line []byte, wanted bool) (field, rest []byte, ok bool) {
	if len(line) == 0 || line[0] != '"' {
		field, rest, more := bytes.Cut(line, c.separator)
		if !more {
			rest = nil
		}
		return field, rest, bytes.IndexByte(field, '"') < 0
	}
	for end := 1; ; end += 2 {
		i := bytes.IndexByte(line[end:], '"')
		if i < 0 {
			return nil, nil, false // the field ends on another line, if it does
		}
		end += i
		field, rest = line[1:end], line[end+1:]
		switch {
		case len(rest) == 0:
			return field, nil, true
		case rest[0] == c.separator[0]:
			return field, rest[1:], true
		case rest[0] != '"' || wanted:
			return nil, nil, false
		}
	}
}
