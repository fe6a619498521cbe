package folder

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/payproof/payproof/dsl/mapping"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/internal/mapped"
	"github.com/payproof/payproof/internal/sheet"
)

// layout says which columns the files of a kind of rows have. The column known may
// always be there.
type layout struct {
	of      string // people, edges, quotas, assignments, fx
	columns []mapped.Column
	strict  bool // a further column is an error in the library's own file
}

const known = "known"

// layoutOf is the layout of a kind of rows with the columns that it always has.
func layoutOf(of string) layout {
	f := layout{of: of}
	for _, name := range mapping.FactColumns(of) {
		f.columns = append(f.columns, mapped.Column{Name: name, As: holds(name)})
	}
	return f
}

// holds is what a column of facts holds.
func holds(column string) mapped.As {
	switch column {
	case "start", "end", "on":
		return mapped.Date
	case "share", "score":
		return mapped.Ratio
	case "amount":
		return mapped.Money
	case "rate":
		return mapped.Number
	}
	return mapped.Text
}

// file is the name of the library's own file for the rows.
func (f layout) file() string { return f.of + ".csv" }

// names are the columns that have to be there.
func (f layout) names() (names []string) {
	for _, c := range f.columns {
		names = append(names, c.Name)
	}
	return names
}

// page is a file being read.
type page struct {
	name    string
	rows    *mapped.Reader
	columns []mapped.Column // known is the last
	found   *findings
	mapped  bool   // an export, not the library's own file
	ours    []bool // by column: texts stand as they are meant
	last    row
	most    int // rows to be cut at once
}

// mostRows are cut at once.
const mostRows = 256

// rows reads the files of a layout and makes a fact of each row that has no fault. there
// tells whether there was a file, broken whether rows of one are missing: what it does
// not have is unknown then.
func rows[T any](l *loader, f layout, fact func(*row) T) (facts []T, there, broken bool, err error) {
	for _, m := range l.mappings(f) {
		names, err := m.Names(l.fsys)
		if err != nil {
			return nil, false, true, fmt.Errorf("reading the facts: %w", err)
		}
		if len(names) == 0 && !m.At.IsZero() {
			l.noFiles(&m)
			broken = true
		}
		for _, name := range names {
			there = true
			lost, err := l.read(name, &m, f, func(r *row) {
				if made := fact(r); !r.bad {
					facts = appended(facts, made)
				}
			})
			if err != nil {
				return nil, there, true, err
			}
			broken = broken || lost
		}
	}
	return facts, there, broken || !there, nil
}

// appended is append, which doubles long slices as well: facts are large, and copied less often so.
func appended[T any](to []T, v T) []T {
	if len(to) == cap(to) {
		to = slices.Grow(to, max(1<<6, len(to)))
	}
	return append(to, v)
}

// mappings are those that the program has for the rows, or that of the library's own
// file.
func (l *loader) mappings(f layout) []mapping.File {
	if given := l.program.FilesOf(f.of); len(given) > 0 {
		return given
	}
	return []mapping.File{{Of: f.of, Read: []string{f.file()}}}
}

// noFiles reports patterns that no file fits: what they should have named would be
// missing without a word.
func (l *loader) noFiles(m *mapping.File) {
	l.found.add(source.Errorf("no-files", m.At, "there is no file %s", strings.Join(m.Read, " or ")).
		WithHint("put the export there, or correct the pattern behind read:"))
}

// read reads one file, and tells whether rows of it are missing.
func (l *loader) read(name string, m *mapping.File, f layout, each func(*row)) (broken bool, err error) {
	in, err := l.fsys.Open(name)
	if err != nil {
		return true, fmt.Errorf("reading the facts: %w", err)
	}
	defer in.Close()
	p := &page{name: name, most: mostRows, columns: append(slices.Clone(f.columns), mapped.Column{Name: known, Optional: true}), found: &l.found, mapped: !m.At.IsZero()}
	if p.rows, err = mapped.Open(in, name, m, p.columns); err != nil {
		_, err := p.fault(err)
		return true, err
	}
	if f.strict && m.At.IsZero() && p.unknown(f) {
		return true, nil
	}
	p.last = row{cells: make([]string, len(p.columns)), form: make([]error, len(p.columns))}
	for i := range p.columns {
		p.ours = append(p.ours, p.rows.Ours(i))
	}
	for {
		if !l.careful && p.some(each) {
			continue
		}
		err := p.rows.Next()
		if errors.Is(err, io.EOF) {
			return broken, nil
		}
		if err == nil {
			each(p.row())
			continue
		}
		broken = true
		if goOn, err := p.fault(err); !goOn {
			return true, err
		}
	}
}

// some takes the rows that come, if there is no trouble with the first of them. Behind one with trouble few are cut, for the
// others were cut in vain.
func (p *page) some(each func(*row)) bool {
	cells, taken := p.rows.Cut(p.most), 0
	if cells.Rows == 0 {
		return false
	}
	text := string(cells.Text[:cells.Lines[cells.Rows-1].To]) // for keys to be parts of
	for taken < cells.Rows {
		r := p.cutRow(cells, taken, text)
		if r == nil {
			break
		}
		if each(r); r.again {
			break
		}
		taken++
	}
	if p.most = min(2*p.most, mostRows); taken < cells.Rows {
		p.most = 1
	}
	if taken > 0 {
		p.rows.Skip(taken)
	}
	return taken > 0
}

// fault reports what is wrong with the form of a file, and tells whether it can be
// read on. Errors of the file system come back.
func (p *page) fault(err error) (goOn bool, _ error) {
	var f *sheet.Fault
	if !errors.As(err, &f) {
		var at *fs.PathError
		if errors.As(err, &at) {
			return false, fmt.Errorf("reading the facts: %w", at)
		}
		return false, fmt.Errorf("reading the facts: %w", err)
	}
	for _, d := range f.Found {
		p.found.add(d)
	}
	return !f.Lost, nil
}

// unknown reports columns that nobody reads, and tells whether there are any.
func (p *page) unknown(f layout) bool {
	for _, u := range p.rows.Unread {
		p.found.add(source.Errorf("unknown-column", u.At, "no plan has a personal value %q, and no other column has this name", u.Name).
			WithHint("%s", source.DidYouMean(u.Name, append([]string{known}, f.names()...))))
	}
	return len(p.rows.Unread) > 0
}
