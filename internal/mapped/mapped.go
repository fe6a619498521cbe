// Package mapped reads the rows of files that a mapping describes, and gives the
// texts of their columns as the library's own files have them: 1234.50, 2026-03-31. It
// joins [mapping.File], which knows how things are written, with [sheet.Reader], which knows
// where they stand.
//
// Trap: that a text is a number or a day is not checked here but by whoever makes a
// value of it. An error of Text is about the declared form alone.
package mapped

import (
	"io"
	"strings"

	"github.com/payproof/payproof/dsl/mapping"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/internal/sheet"
)

// As says what a column holds.
type As uint8

// What columns hold.
const (
	Text   As = iota // a word, which the mapping may rename
	Number           // a number without a unit
	Ratio            // a number, or a percentage
	Money            // a number, with the sign of its currency or without
	Date             // a day, or a moment
)

// Column is one that is wanted, by our name for it.
type Column struct {
	Name     string
	As       As
	Optional bool // the files need not have it
}

// Reader reads one file. What it says of a row is valid until the next one.
type Reader struct {
	file    *mapping.File
	columns []Column
	index   []int // among the columns of rows; -1 has a text that the mapping gives
	rows    *sheet.Reader
	cells   sheet.Cells    // of rows that were cut, if the mapping gives texts
	Unread  []sheet.Unread // columns of CSV that nobody wants
}

// Open begins to read a file of this name. The error is a *sheet.Fault, or one of
// the file system.
func Open(in io.Reader, name string, file *mapping.File, columns []Column) (*Reader, error) {
	r := &Reader{file: file, columns: columns, index: make([]int, len(columns))}
	var wanted []sheet.Column
	for i, c := range columns {
		r.index[i] = -1
		if _, given := file.Always[c.Name]; !given {
			r.index[i] = len(wanted)
			wanted = append(wanted, sheet.Column{Name: file.Column(c.Name), Means: c.Name, Optional: c.Optional})
		}
	}
	var err error
	if r.rows, err = sheet.Open(in, name, sheet.Format{JSON: mapping.JSON(name), Separator: file.SeparatorOf(name)}); err != nil {
		return nil, err
	}
	var found source.Diagnostics
	if r.Unread, found = r.rows.Select(wanted); len(found) > 0 {
		return nil, &sheet.Fault{Found: found, Lost: true}
	}
	if len(wanted) < len(columns) {
		r.cells.Columns = make([]sheet.Strip, len(columns))
	}
	return r, nil
}

// Next goes to the next row; see [sheet.Reader.Next].
func (r *Reader) Next() error { return r.rows.Next() }

// Raw is the row as it stands in the file.
func (r *Reader) Raw() string { return r.rows.Raw() }

// Line is the line that the row begins on, from 1; cheaper than Row.
func (r *Reader) Line() int { return r.rows.Line() }

// Row is where the row stands.
func (r *Reader) Row() source.Span { return r.rows.Row() }

// Place is where the i-th column stands; the row for one that is not in the file.
func (r *Reader) Place(i int) source.Span {
	if r.index[i] < 0 {
		return r.rows.Row()
	}
	return r.rows.Place(r.index[i])
}

// Text is what the row has in the i-th column, written as in our own files. The
// error is a *mapping.FormError.
func (r *Reader) Text(i int) (string, error) {
	if r.index[i] < 0 {
		return r.file.Always[r.columns[i].Name], nil
	}
	return r.text(i, r.rows.Field(r.index[i]))
}

// TextOf is what Text is where a row of CSV has this text in the i-th column.
func (r *Reader) TextOf(i int, text string) (string, error) {
	if r.index[i] < 0 {
		return text, nil
	}
	return r.text(i, sheet.Field{Text: text})
}

func (r *Reader) text(i int, f sheet.Field) (string, error) {
	name := r.columns[i].Name
	switch as := r.columns[i].As; {
	case as == Date:
		return r.file.Date(name, f.Text)
	case as == Text:
		return r.file.Value(name, f.Text), nil
	case f.Literal: // JSON has its own way to write numbers
		return f.Text, nil
	case as == Money:
		return r.file.Money(f.Text)
	case as == Ratio:
		if number, percent := strings.CutSuffix(f.Text, "%"); percent {
			return r.percentage(number)
		}
	}
	return r.file.Number(f.Text)
}

// Ours tells whether TextOf is sure to return every text of the i-th column as it stands.
func (r *Reader) Ours(i int) bool {
	name, file := r.columns[i].Name, r.file
	if r.index[i] < 0 {
		return true
	}
	switch as := r.columns[i].As; as {
	case Date:
		pattern, own := file.DatesOf[name]
		if !own {
			pattern = file.Dates
		}
		return pattern.Equal(mapping.Dates{})
	case Text:
		return len(file.Values[name]) == 0
	default:
		return file.Numbers == mapping.Plain && file.Negative == mapping.MinusBefore && (as != Money || file.Sign == "") && as != Ratio
	}
}

// Cut cuts the next rows into the bytes of the columns, before anything is renamed or
// rewritten; see [sheet.Reader.Cut].
func (r *Reader) Cut(most int) *sheet.Cells {
	cells := r.rows.Cut(most)
	if r.cells.Columns == nil || cells.Rows == 0 {
		return cells
	}
	for i, k := range r.index {
		switch {
		case k >= 0:
			r.cells.Columns[i] = cells.Columns[k]
		case r.cells.Columns[i].Parts == nil:
			r.cells.Columns[i] = sheet.Same(r.file.Always[r.columns[i].Name])
		}
	}
	r.cells.Rows, r.cells.Text, r.cells.Lines = cells.Rows, cells.Text, cells.Lines
	return &r.cells
}

// Skip goes behind the first of the rows that Cut has cut.
func (r *Reader) Skip(rows int) { r.rows.Skip(rows) }

// percentage reads the number before a percent sign. Who writes numbers for people
// to read may leave a space between them: 60,5 %.
func (r *Reader) percentage(number string) (string, error) {
	if r.file.Numbers != mapping.Plain {
		for _, space := range []string{" ", "\u00a0", "\u202f"} {
			if before, ok := strings.CutSuffix(number, space); ok {
				number = before
				break
			}
		}
	}
	plain, err := r.file.Number(number)
	if err != nil {
		return "", err
	}
	return plain + "%", nil
}
