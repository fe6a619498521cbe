package folder

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/payproof/payproof/dsl/source"
)

// layout says what a file looks like. The column known may always be there.
type layout struct {
	name    string
	columns []string // have to be there
	strict  bool     // a further column is an error
}

const known = "known"

// sheet is a CSV file with a header line. Positions are kept as runes, which the
// CSV reader counts as bytes.
type sheet struct {
	layout
	text    []byte
	lines   []int // the offset of each line in text
	csv     *csv.Reader
	columns map[string]int // by name, those that are read
	width   int
	found   *findings
	broken  bool // rows are missing: what the file does not have is unknown
}

// open reads a file and its header; nil is a file that is not there, or whose
// header has a fault.
func (l *loader) open(f layout) (*sheet, error) {
	text, err := fs.ReadFile(l.fsys, f.name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the facts: %w", err)
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	s := &sheet{layout: f, text: text, lines: []int{0}, csv: csv.NewReader(bytes.NewReader(text)), columns: map[string]int{}, found: &l.found}
	for i, c := range text {
		if c == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	s.csv.ReuseRecord = true
	s.csv.FieldsPerRecord = -1 // counted here, where the header's width is known
	if !s.header() {
		return nil, nil
	}
	return s, nil
}

// rows reads a file and makes a fact of each row that has no fault. broken is a
// file of which rows are missing, or all.
func rows[T any](l *loader, f layout, fact func(*row) T) (facts []T, broken bool, err error) {
	s, err := l.open(f)
	if s == nil || err != nil {
		return nil, true, err
	}
	for {
		r, ok := s.next()
		if !ok {
			return facts, s.broken, nil
		}
		if made := fact(r); !r.bad {
			facts = append(facts, made)
		}
	}
}

// next is the next row that has the header's number of fields. Rows of nothing but
// commas, which spreadsheets leave behind, hold nothing.
func (s *sheet) next() (*row, bool) {
	for {
		record, err := s.csv.Read()
		if errors.Is(err, io.EOF) {
			return nil, false
		}
		if err != nil {
			s.fault(err)
			return nil, false
		}
		if blank(record) {
			continue
		}
		if len(record) == s.width {
			return &row{sheet: s, cells: record}, true
		}
		s.broken = true
		s.found.add(source.Errorf("csv-form", (&row{sheet: s, cells: record}).line(), "the line has %d fields, the header has %d", len(record), s.width).
			WithHint("write one field for each column, empty where there is none; quote a field that contains a comma"))
	}
}

func blank(record []string) bool {
	return !slices.ContainsFunc(record, func(cell string) bool { return cell != "" })
}

// fault places an error of the CSV form, which ends the reading of the file.
func (s *sheet) fault(err error) {
	s.broken = true
	d := source.Errorf("csv-form", source.Span{File: s.name}, "%v", err)
	if p := (*csv.ParseError)(nil); errors.As(err, &p) {
		from := s.pos(p.Line, p.Column)
		d = source.Errorf("csv-form", source.Span{File: s.name, From: from, To: source.Pos{Line: from.Line, Col: from.Col + 1}}, "%v", p.Err)
	}
	s.found.add(d.WithHint("put a field that contains a quote or a comma between quotes, and double the quotes in it"))
}

// pos turns a line and a column in bytes into a position in runes.
func (s *sheet) pos(line, column int) source.Pos {
	if line < 1 || line > len(s.lines) {
		return source.Pos{Line: line, Col: column}
	}
	from := s.lines[line-1]
	to := min(from+column-1, len(s.text))
	return source.Pos{Line: line, Col: 1 + utf8.RuneCount(s.text[from:to])}
}

// field is the place of the i-th field of the record read last.
func (s *sheet) field(i int, text string) source.Span {
	line, column := s.csv.FieldPos(i)
	from := s.pos(line, column)
	width := utf8.RuneCountInString(text)
	if at := s.lines[line-1] + column - 1; at < len(s.text) && s.text[at] == '"' {
		width += len(`""`)
	}
	return source.Span{File: s.name, From: from, To: source.Pos{Line: line, Col: from.Col + width}}
}

// list is the columns as the header line has them.
func (f layout) list() string { return strings.Join(f.columns, ",") }

// reads tells whether a column is one of the layout.
func (f layout) reads(name string) bool { return name == known || slices.Contains(f.columns, name) }
