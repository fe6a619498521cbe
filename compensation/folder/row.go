package folder

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/internal/fixed"
	"github.com/payproof/payproof/internal/sheet"
)

// row is one line of a file, until the next is read. Its methods read a column,
// and report a fault at its place.
type row struct {
	page  *page
	cells []string
	form  []error     // of columns that are not written as the mapping says
	at    int         // the column that was asked for last
	bad   bool        // it makes no fact
	cut   source.Span // where a row that was cut stands: its faults are reported when it is read again
	again bool        // it has to be
}

// row takes in the row that was read.
func (p *page) row() *row {
	r := &p.last
	*r = row{page: p, cells: r.cells, form: r.form}
	for i := range p.columns {
		r.cells[i], r.form[i] = p.rows.Text(i)
	}
	return r
}

// cutRow takes in a row that was cut, of which text is the text. It is nil where only reading tells where the row ends.
func (p *page) cutRow(cells *sheet.Cells, n int, text string) *row {
	line := text[cells.Lines[n].From:cells.Lines[n].To]
	if strings.IndexByte(line, '"') >= 0 {
		return nil
	}
	r := &p.last
	*r = row{page: p, cells: r.cells, form: r.form}
	from := source.Pos{Line: p.rows.Line() + n, Col: 1}
	r.cut = source.Span{File: p.name, From: from, To: source.Pos{Line: from.Line, Col: 1 + utf8.RuneCountInString(line)}}
	for i := range p.columns {
		if _, s := cells.Of(i); s.Text == nil {
			at := s.Parts[n*s.Step]
			r.cells[i] = text[at.From:at.To]
		} else {
			r.cells[i] = string(s.Text)
		}
		if r.form[i] = nil; !p.ours[i] {
			r.cells[i], r.form[i] = p.rows.TextOf(i, r.cells[i])
		}
	}
	return r
}

// index is the place of a column among those of the file, or -1. Who asks for columns in turn finds the next one near the last.
func (r *row) index(column string) int {
	n := len(r.page.columns)
	for range n {
		if r.page.columns[r.at].Name == column {
			return r.at
		}
		if r.at++; r.at == n {
			r.at = 0
		}
	}
	return -1
}

// text is a column as it stands; empty is also a column that is not there.
func (r *row) text(column string) string {
	if i := r.index(column); i >= 0 {
		return r.cells[i]
	}
	return ""
}

// place is where a column of the row stands.
func (r *row) place(column string) source.Span {
	if i := r.index(column); i >= 0 {
		return r.page.rows.Place(i)
	}
	return r.line()
}

// misformed reports that a column is not written as its mapping says.
func (r *row) misformed(column, code string) bool {
	i := r.index(column)
	if i < 0 || r.form[i] == nil {
		return false
	}
	r.fail(column, code, "write it so, or correct files: in payproof.yaml", "%v", r.form[i])
	return true
}

// line is the place of the whole row.
func (r *row) line() source.Span {
	if r.isCut() {
		return r.cut
	}
	return r.page.rows.Row()
}

func (r *row) isCut() bool { return r.cut.From.Line > 0 }

// fail reports a fault of a column.
func (r *row) fail(column, code, hint, format string, args ...any) {
	if r.bad = true; r.isCut() {
		r.again = true
		return
	}
	r.page.found.add(source.Errorf(code, r.place(column), column+": "+format, args...).WithHint("%s", hint))
}

// key reads a name that is compared with others.
func (r *row) key(column string) string {
	key, err := fact.ParseKey(r.text(column))
	if err != nil {
		r.fail(column, "key", "", "%v", err)
	}
	return key
}

// stamp reads the columns start, end and known.
func (r *row) stamp() fact.Stamp {
	first, last := r.date("start"), r.date("end")
	if !last.IsZero() && last.Before(first) {
		r.fail("end", "date-order", "swap them, or leave end empty", "%s comes before the start, %s", last, first)
	}
	return fact.Stamp{Effective: calendar.Inclusive(first, last), Known: r.known()}
}

func (r *row) date(column string) calendar.Date {
	var d calendar.Date
	if r.misformed(column, "date") {
		return d
	}
	if err := d.UnmarshalText([]byte(r.text(column))); err != nil {
		r.fail(column, "date", "", "%v", err)
	}
	return d
}

func (r *row) known() fact.Revision {
	text := r.text(known)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		r.fail(known, "revision", "count from 1, in the order in which rows became known; empty is from the outset", "%q is not a whole number", text)
	}
	return fact.Revision(n)
}

// number reads a plain decimal of at most the given places.
func (r *row) number(column string, places uint8) (d decimal.Decimal, ok bool) {
	if r.misformed(column, "number") {
		return d, false
	}
	return r.decimal(column, r.text(column), places, 0)
}

// ratio reads 0.6 or 60%, with at most the given places as 0.6.
func (r *row) ratio(column string, places uint8) (d decimal.Decimal, ok bool) {
	if text, percent := strings.CutSuffix(r.text(column), "%"); percent {
		return r.decimal(column, text, places-min(places, 2), 2)
	}
	return r.number(column, places)
}

// decimal reads a text as a number and moves its point to the left.
func (r *row) decimal(column, text string, places uint8, left int32) (d decimal.Decimal, ok bool) {
	coef, scale, err := fixed.Parse(text)
	if err != nil {
		r.fail(column, "number", "write digits and a point, such as 1234.50", "%v", err)
		return d, false
	}
	if scale > places {
		r.fail(column, "number", "round it at the source", "%s has %d decimal places, %d are held", text, scale, places)
		return d, false
	}
	// In its shortest form, so that 60% and 0.6 say the same.
	if d, err = fact.CanonicalDecimal(decimal.NewFromBigInt(coef.Big(), -int32(scale)-left)); err != nil {
		r.fail(column, "number", "", "%v", err)
		return d, false
	}
	return d, true
}
