package sheet

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/payproof/payproof/dsl/source"
)

// table reads CSV. Rows without trouble are cut, see Cut; all others are read by
// encoding/csv, which begins anew behind rows that were cut.
type table struct {
	name      string
	separator rune
	window    *window
	buffer    *bufio.Reader // of csv
	csv       *csv.Reader
	behind    bool  // csv has not read the rows that were cut
	offset    int64 // in the file, where csv began
	line      int   // above the one where csv began
	end       int64 // where the row ends in the file
	bytes     []byte
	record    []string
	width     int   // of the header
	index     []int // the wanted columns; -1 has none
	cutter    cutter
	ends      []int // of the rows that were cut, with the ends of their lines, from the first on
}

// csvBytes is what the CSV reader is given at once, of what was read. It is little, for
// it may be given anew for a single row.
const csvBytes = 4 << 10

func newTable(in io.Reader, name string, separator rune) (*table, error) {
	w := &window{in: in, line: 1}
	if separator == 0 {
		separator = ','
	}
	t := &table{name: name, separator: separator, window: w, buffer: bufio.NewReaderSize(w, csvBytes), behind: true}
	err := t.read()
	if errors.Is(err, io.EOF) {
		return t, nil // choose says what the header should be
	}
	if err != nil {
		return nil, err
	}
	t.record = slices.Clone(t.record)
	t.width = len(t.record)
	return t, nil
}

// begin lets the CSV reader go on at the row that comes.
func (t *table) begin() {
	w := t.window
	t.behind, t.offset, t.line, w.fed = false, w.offset(), w.line-1, w.from
	t.buffer.Reset(w)
	t.csv = csv.NewReader(t.buffer) // which takes the buffer as it is
	t.csv.Comma = t.separator
	t.csv.ReuseRecord = true
	t.csv.FieldsPerRecord = -1 // counted in next, where the place is known
}

// read goes to the next record, whatever is in it.
func (t *table) read() error {
	t.window.pass(t.end)
	if t.behind {
		t.begin()
	}
	record, err := t.csv.Read()
	t.end = t.offset + t.csv.InputOffset()
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	t.bytes, t.record = t.window.row(t.end), record
	if t.window.long || len(t.bytes) > MaxRow {
		f := tooLong(t.name, t.window.line, t.bytes)
		f.Lost = true // in the middle of a quote, no end of a line is one
		return f
	}
	if err != nil {
		return t.fault(err)
	}
	return nil
}

// fault places an error of the CSV form, behind which no row is sure.
func (t *table) fault(err error) error {
	var p *csv.ParseError
	if !errors.As(err, &p) {
		return fmt.Errorf("reading %s: %w", t.name, err)
	}
	p.StartLine, p.Line = t.line+p.StartLine, t.line+p.Line
	col, _ := t.window.column(t.bytes, p.Line, p.Column)
	at := spot(t.name, p.Line, col)
	at.To.Col++
	f := lost(source.Errorf("csv-form", at, "%s", quoting(p)).WithHint("put a field that contains a quote or a separator between quotes, and double the quotes in it"))
	f.Raw = t.raw()
	return f
}

// quoting says in words what is wrong with the quotes.
func quoting(p *csv.ParseError) string {
	switch {
	case errors.Is(p.Err, csv.ErrBareQuote):
		return "a quote stands in a field that does not begin with one"
	case errors.Is(p.Err, csv.ErrQuote):
		return fmt.Sprintf("the quote that opens a field on line %d is never closed, or text follows its end", p.StartLine)
	}
	return p.Err.Error()
}

// cut cuts the rows that come.
func (t *table) cut(most int) *Cells {
	w, c := t.window, &t.cutter
	w.pass(t.end)
	c.cells.Rows, t.ends = 0, t.ends[:0]
	from := 0 // of the line that comes, from the first row on
	to, next, ok := w.ahead()
	for ok && c.cut(w.kept[w.from:w.from+to], from) {
		t.ends, from = append(t.ends, next), next
		if len(t.ends) == min(most, c.most) {
			break
		}
		to, next, ok = w.within(from)
	}
	c.cells.Text = w.kept[w.from:]
	return &c.cells
}

// skip goes behind some of the rows that were cut.
func (t *table) skip(rows int) {
	t.window.from += t.ends[rows-1]
	t.window.line += rows
	t.end, t.behind = t.window.offset(), true
}

func (t *table) next() error {
	for {
		if err := t.read(); err != nil {
			return err
		}
		if !slices.ContainsFunc(t.record, func(field string) bool { return field != "" }) {
			continue
		}
		if len(t.record) == t.width {
			return nil
		}
		d := source.Errorf("csv-form", t.whole(), "the line has %d fields, the header has %d", len(t.record), t.width).
			WithHint("every line has as many fields as the header; quote a field that contains a comma or a quote")
		return &Fault{Found: source.Diagnostics{d}, Raw: t.raw()}
	}
}

// choose reads the header.
func (t *table) choose(wanted []Column) (unread []Unread, found source.Diagnostics) {
	t.index = make([]int, len(wanted))
	var names []string
	for i, c := range wanted {
		if t.index[i] = -1; !c.Optional {
			names = append(names, c.Name)
		}
	}
	list := strings.Join(names, string(t.separator))
	switch {
	case t.record == nil:
		return nil, source.Diagnostics{source.Errorf("csv-empty", source.Span{File: t.name}, "the file is empty").WithHint("write a header line: %s", list)}
	case len(t.record) == 1 && len(wanted) > 1 && strings.ContainsAny(t.record[0], ",;\t"):
		return nil, source.Diagnostics{source.Errorf("csv-form", spot(t.name, 1, 1), "the columns are not separated by %s", separatorName(t.separator)).
			WithHint("save the file with %s: %s; or say in payproof.yaml, under files:, which separator it has", separatorName(t.separator), list)}
	}
	for k, name := range t.record {
		name = strings.TrimSpace(name)
		at := t.at(k)
		switch first := t.find(wanted, name, k); {
		case first < 0:
			unread = append(unread, Unread{name, at})
		case t.index[first] != k:
			found = append(found, source.Errorf("csv-header", at, "the column %q stands twice", name).WithHint("keep one of them"))
		}
	}
	t.cutter = newCutter(t.separator, t.width, t.index)
	return t.missing(wanted, list, unread, found)
}

// find notes that a column of the file is one of the wanted, which may share it. It
// returns the first of them, or -1.
func (t *table) find(wanted []Column, name string, k int) (first int) {
	first = -1
	for i, c := range wanted {
		if c.Name != name {
			continue
		}
		if first < 0 {
			first = i
		}
		if t.index[i] < 0 {
			t.index[i] = k
		}
	}
	return first
}

// missing reports the wanted columns that are not there, each with the unread one
// that was probably meant.
func (t *table) missing(wanted []Column, list string, unread []Unread, found source.Diagnostics) ([]Unread, source.Diagnostics) {
	names := make([]string, len(unread))
	for i, u := range unread {
		names[i] = u.Name
	}
	for i, c := range wanted {
		if t.index[i] >= 0 || c.Optional && !c.mapped() {
			continue
		}
		d := source.Errorf("csv-header", spot(t.name, 1, 1), "there is no column %q", c.Name)
		near := source.Nearest(c.Name, names)
		switch {
		case c.mapped() && near != "":
			d = d.WithHint("it is the %s: write `%s: %s` under columns: in payproof.yaml", c.Means, c.Means, near)
		case c.mapped():
			d = d.WithHint("it is the %s; correct its name under columns: in payproof.yaml", c.Means)
		case near != "":
			d = d.WithHint("rename the column %q", near)
		default:
			d = d.WithHint("the columns are %s", list)
		}
		found = append(found, d)
		unread = slices.DeleteFunc(unread, func(u Unread) bool { return near != "" && u.Name == near })
	}
	return unread, found
}

func separatorName(r rune) string {
	switch r {
	case ',':
		return "commas"
	case ';':
		return "semicolons"
	case '\t':
		return "tabs"
	}
	return fmt.Sprintf("%q", r)
}

func (t *table) field(i int) Field {
	if t.index[i] < 0 {
		return Field{}
	}
	return Field{Text: t.record[t.index[i]]}
}

func (t *table) place(i int) source.Span {
	if t.index[i] < 0 {
		return t.whole()
	}
	return t.at(t.index[i])
}

// at is where the k-th field of the record stands, with its quotes.
func (t *table) at(k int) source.Span {
	line, column := t.csv.FieldPos(k)
	line += t.line
	col, quoted := t.window.column(t.bytes, line, column)
	width := utf8.RuneCountInString(t.record[k])
	if quoted {
		width += len(`""`)
	}
	at := spot(t.name, line, col)
	at.To.Col += width
	return at
}

func (t *table) whole() source.Span {
	last := t.at(len(t.record) - 1)
	return source.Span{File: t.name, From: source.Pos{Line: t.window.line, Col: 1}, To: last.To}
}

func (t *table) first() int { return t.window.line }

func (t *table) raw() string { return string(bytes.TrimRight(t.bytes, "\r\n")) }
