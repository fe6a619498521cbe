package packed

import (
	"slices"

	"github.com/payproof/payproof/dsl/source"
)

// Places are where rows stand: most on a line of a file, and then mostly one line behind the other, so that they cost
// next to nothing.
type Places struct {
	rows       *Rows
	line, file int // columns: the line less the row, which is missing for nowhere, and the place in files
	files      []string
	others     map[int]source.Span // more than a line of a file, or elsewhere than it was said first
}

// NewPlaces is the places of rows, for which two columns are theirs.
func NewPlaces(rows *Rows, line, file int) *Places {
	return &Places{rows: rows, line: line, file: file}
}

// mostFiles are numbered; further ones are not.
const mostFiles = 1 << 16

// Line is a line of a file, as a place.
func Line(file string, line int) source.Span {
	at := source.Pos{Line: line, Col: 1}
	return source.Span{File: file, From: at, To: at}
}

// Add says where the rows stand that were added last.
func (p *Places) Add(at func(i int) source.Span) {
	lines, files := p.rows.Ints(p.line), p.rows.Ints(p.file)
	first := p.rows.Len() - len(lines)
	for i := range lines {
		lines[i], files[i] = 0, 0
		at := at(i)
		if at.From.Line > 0 && at == Line(at.File, at.From.Line) {
			if file, ok := p.number(at.File); ok {
				lines[i], files[i] = int64(at.From.Line-first-i), int64(file)
				continue
			}
		}
		p.rows.Absent(p.line)[i] = true
		if !at.IsZero() {
			p.Set(first+i, at)
		}
	}
}

// AddLines says that they stand on lines of one file.
func (p *Places) AddLines(file string, line func(i int) int) {
	number, ok := p.number(file)
	if !ok {
		p.Add(func(i int) source.Span { return Line(file, line(i)) })
		return
	}
	lines, files := p.rows.Ints(p.line), p.rows.Ints(p.file)
	first := p.rows.Len() - len(lines)
	for i := range lines {
		lines[i], files[i] = int64(line(i)-first-i), int64(number)
	}
}

// number is that of a file; ok is false where there are too many.
func (p *Places) number(file string) (n int, ok bool) {
	if n = len(p.files) - 1; n >= 0 && p.files[n] == file {
		return n, true
	}
	if n = slices.Index(p.files, file); n < 0 && len(p.files) < mostFiles {
		n = len(p.files)
		p.files = append(p.files, file)
	}
	return n, n >= 0
}

// Set says where a row stands instead.
func (p *Places) Set(row int, at source.Span) {
	if p.others == nil {
		p.others = map[int]source.Span{}
	}
	p.others[row] = at
}

// At is where a row stands.
func (p *Places) At(row int) source.Span {
	if at, ok := p.others[row]; ok {
		return at
	}
	line, ok := p.rows.Value(p.line, row)
	if !ok {
		return source.Span{}
	}
	file, _ := p.rows.Value(p.file, row)
	return Line(p.files[file], int(line)+row)
}
