package sheet

import (
	"bufio"
	"bytes"
	"fmt"
	"io"

	"github.com/payproof/payproof/dsl/source"
)

// MaxRow is the most bytes that a row may have.
const MaxRow = 1 << 20

// bufferBytes is what is read of a file at once.
const bufferBytes = 64 << 10

// Format says how a file holds its rows. The zero value is CSV with commas.
type Format struct {
	JSON      bool // one object on each line
	Separator rune // between the fields of CSV; 0 is a comma
}

// Column is one that is wanted.
type Column struct {
	Name     string // as the file has it; a path with dots in JSON lines
	Means    string // what the plan calls it; empty is the same
	Optional bool   // it need not be there
}

// mapped tells whether somebody has written down what the file calls the column.
func (c Column) mapped() bool { return c.Means != "" && c.Means != c.Name }

// Unread is a column of a CSV file that nobody wants.
type Unread struct {
	Name string      // without outer space
	At   source.Span // in the header
}

// Fault is what is wrong with the form of a row. It unwraps to its findings.
type Fault struct {
	Found source.Diagnostics // each with its place
	Raw   string             // the row as it stands, as far as it was read
	Lost  bool               // what follows in the file can't be read
}

// Error is that of the findings.
func (f *Fault) Error() string { return f.Found.Error() }

// Unwrap is the findings.
func (f *Fault) Unwrap() error { return f.Found }

// Reader reads one file. What it says of a row is valid until the next one.
type Reader struct {
	name   string
	rows   rows
	wanted []Column
}

// rows is one of the two kinds of files.
type rows interface {
	// choose finds the wanted columns.
	choose(wanted []Column) ([]Unread, source.Diagnostics)
	// next goes to the next row: nil, io.EOF or a *Fault.
	next() error
	// cut looks at the next rows; skip goes behind some of them.
	cut(most int) *Cells
	skip(rows int)
	field(i int) Field
	place(i int) source.Span
	whole() source.Span
	first() int
	raw() string
}

// Field is what stands in a column.
type Field struct {
	Text    string // empty also for null, and where there is none
	Literal bool   // a number of JSON, not a text
}

// Open begins to read a file of this name; CSV up to its header. The error is a *Fault, or
// what in returns.
func Open(in io.Reader, name string, f Format) (*Reader, error) {
	buffered := bufio.NewReaderSize(in, bufferBytes)
	start, err := buffered.Peek(3)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if bytes.HasPrefix(start, []byte("\xff\xfe")) || bytes.HasPrefix(start, []byte("\xfe\xff")) {
		return nil, lost(source.Errorf("csv-form", spot(name, 1, 1), "the file is in UTF-16").WithHint("save it as UTF-8 (`CSV UTF-8` in a spreadsheet)"))
	}
	if string(start) == "\ufeff" {
		_, _ = buffered.Discard(len(start))
	}
	r := &Reader{name: name}
	if f.JSON {
		r.rows = newLines(buffered, name)
		return r, nil
	}
	r.rows, err = newTable(buffered, name, f.Separator)
	return r, err
}

// Select says which columns are wanted, once, before the first row. Columns that a
// CSV file does not have, or has twice, are findings; the rest of its columns is
// unread, without those whose names the findings give as probably meant.
func (r *Reader) Select(wanted []Column) ([]Unread, source.Diagnostics) {
	r.wanted = wanted
	return r.rows.choose(wanted)
}

// Next goes to the next row. The error is io.EOF at the end, a *Fault, or an error
// of the file system. After a Fault that is not Lost, Next goes on.
func (r *Reader) Next() error { return r.rows.next() }

// Cut cuts the next rows into the bytes of the wanted columns, at most so many. It does not go there: Skip goes behind some of
// them, and Next reads them again. Without a row, Next has to read the one that comes, and it may be that it finds nothing wrong
// with it. The cells are valid, and Line is that of the first, until one of the two. Each row is one line of the file.
func (r *Reader) Cut(most int) *Cells { return r.rows.cut(most) }

// Skip goes behind the first of the rows that Cut has cut.
func (r *Reader) Skip(rows int) { r.rows.skip(rows) }

// Field is what the row has in the i-th of the wanted columns.
func (r *Reader) Field(i int) Field { return r.rows.field(i) }

// Place is where the i-th of the wanted columns stands; the row where it has none.
func (r *Reader) Place(i int) source.Span { return r.rows.place(i) }

// Row is where the whole row stands.
func (r *Reader) Row() source.Span { return r.rows.whole() }

// Line is the line that the row begins on, from 1; cheaper than Row.
func (r *Reader) Line() int { return r.rows.first() }

// Raw is the row as it stands in the file, without the end of its line.
func (r *Reader) Raw() string { return r.rows.raw() }

func spot(name string, line, col int) source.Span {
	at := source.Pos{Line: line, Col: col}
	return source.Span{File: name, From: at, To: at}
}

// lost is a fault that ends the file.
func lost(d source.Diagnostic) *Fault { return &Fault{Found: source.Diagnostics{d}, Lost: true} }

// tooLong is the fault of a row above MaxRow.
func tooLong(name string, line int, start []byte) *Fault {
	const shown = 200
	d := source.Errorf("row-too-long", spot(name, line, 1), "the row has more than %d bytes", MaxRow).
		WithHint("look for a quote that is never closed, or for a line break that is missing")
	return &Fault{Found: source.Diagnostics{d}, Raw: string(bytes.ToValidUTF8(start[:min(shown, len(start))], nil)) + "…"}
}
