package crediting

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// FromCSV is a feed over the CSV files of a folder, in the order of their names:
// those named after the kind of event ("deal.csv", "deal-2026-q1.csv"), with a
// header line. The columns id and every field of the schema must be there, revision
// may be; further columns are not read. Money is a plain decimal, a date is
// written 2026-03-31. Findings say file, line and column.
func FromCSV(folder fs.FS) Feed { return csvFeed{folder} }

type csvFeed struct{ folder fs.FS }

// Scan implements Feed.
func (f csvFeed) Scan(ctx context.Context, s *Schema) iter.Seq2[*Batch, error] {
	return f.scan(ctx, s, func(fact.EventID) bool { return true })
}

// Find implements Feed by scanning.
func (f csvFeed) Find(ctx context.Context, s *Schema, ids ...fact.EventID) iter.Seq2[*Batch, error] {
	return f.scan(ctx, s, oneOf(ids))
}

func (f csvFeed) scan(ctx context.Context, s *Schema, wanted func(fact.EventID) bool) iter.Seq2[*Batch, error] {
	return func(yield func(*Batch, error) bool) {
		names, err := f.files(s.Kind)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, name := range names {
			if !f.file(ctx, name, s, wanted, yield) {
				return
			}
		}
	}
}

// files are the names of the kind's files, sorted.
func (f csvFeed) files(kind string) ([]string, error) {
	entries, err := fs.ReadDir(f.folder, ".")
	if err != nil {
		return nil, fmt.Errorf("reading the folder of events: %w", err)
	}
	var out []string
	for _, e := range entries {
		rest, ok := strings.CutPrefix(e.Name(), kind)
		if ok && !e.IsDir() && strings.HasSuffix(rest, ".csv") && (rest[0] == '.' || rest[0] == '-') {
			out = append(out, e.Name())
		}
	}
	slices.Sort(out)
	return out, nil
}

// file reads one file, and reports whether to go on.
func (f csvFeed) file(ctx context.Context, name string, s *Schema, wanted func(fact.EventID) bool, yield func(*Batch, error) bool) bool {
	file, err := f.folder.Open(name)
	if err != nil {
		return yield(nil, err)
	}
	defer file.Close()
	r, err := newCSVReader(file, name, s)
	if err != nil {
		return yield(nil, err)
	}
	b := newBatch(s)
	for {
		e, err := r.next()
		switch {
		case errors.Is(err, io.EOF):
			return b.Len() == 0 || yield(b, nil)
		case err == nil && ctx.Err() != nil:
			yield(nil, ctx.Err())
			return false
		case err != nil:
			if !yield(nil, err) {
				return false
			}
			if r.broken {
				return true // the other files may be sound
			}
			continue
		case !wanted(e.ID):
			continue
		}
		if b.add(e); b.Len() == batchSize {
			if !yield(b, nil) {
				return false
			}
			b.reset()
		}
	}
}

// csvReader reads the events of one file.
type csvReader struct {
	name     string
	schema   *Schema
	csv      *csv.Reader
	columns  []int // per field
	id       int
	revision int  // -1: none
	broken   bool // the file can't be read on
}

func newCSVReader(file io.Reader, name string, s *Schema) (*csvReader, error) {
	in := bufio.NewReader(file)
	if bom, err := in.Peek(3); err == nil && string(bom) == "\ufeff" {
		_, _ = in.Discard(3)
	}
	r := &csvReader{name: name, schema: s, csv: csv.NewReader(in), id: -1, revision: -1}
	r.csv.ReuseRecord = true
	header, err := r.csv.Read()
	if errors.Is(err, io.EOF) {
		return nil, source.Diagnostics{source.Errorf("csv-empty", source.Span{File: name}, "the file is empty").
			WithHint("write a header line: id,%s", strings.Join(s.Names(), ","))}
	}
	if err != nil {
		return nil, r.fault(err)
	}
	return r, r.header(slices.Clone(header)).Err()
}

func (r *csvReader) header(header []string) (ds source.Diagnostics) {
	r.columns = make([]int, len(r.schema.Fields))
	for i := range r.columns {
		r.columns[i] = -1
	}
	var unread []string
	for i, name := range header {
		name = strings.TrimSpace(name)
		slot := &r.id
		switch field := r.schema.Index(name); {
		case name == "id":
		case name == "revision":
			slot = &r.revision
		case field >= 0:
			slot = &r.columns[field]
		default:
			unread = append(unread, name)
			continue
		}
		if *slot >= 0 {
			ds = append(ds, source.Errorf("csv-header", r.place(header, i), "the column %q stands twice", name).WithHint("keep one of them"))
		}
		*slot = i
	}
	missing := func(name string) {
		d := source.Errorf("csv-header", source.Span{File: r.name, From: source.Pos{Line: 1, Col: 1}, To: source.Pos{Line: 1, Col: 1}}, "there is no column %q", name)
		if near := source.Nearest(name, unread); near != "" {
			d = d.WithHint("rename the column %q", near)
		}
		ds = append(ds, d)
	}
	if r.id < 0 {
		missing("id")
	}
	for i, c := range r.columns {
		if c < 0 {
			missing(r.schema.Fields[i].Name)
		}
	}
	return ds
}

// place is where a field of the record last read stands. The reader counts columns
// in bytes, a span in runes: what is before the field on its line makes the difference.
func (r *csvReader) place(record []string, column int) source.Span {
	line, col := r.csv.FieldPos(column)
	for i := range column {
		text, newline := record[i], strings.LastIndexByte(record[i], '\n')
		from, _ := r.csv.FieldPos(i)
		if from+strings.Count(text, "\n") == line {
			text = text[newline+1:]
			col -= len(text) - utf8.RuneCountInString(text)
		}
	}
	from := source.Pos{Line: line, Col: col}
	return source.Span{File: r.name, From: from, To: source.Pos{Line: line, Col: col + utf8.RuneCountInString(record[column])}}
}

func (r *csvReader) next() (Event, error) {
	record, err := r.csv.Read()
	if err != nil {
		if errors.Is(err, io.EOF) {
			return Event{}, err
		}
		return Event{}, r.fault(err)
	}
	e := Event{ID: fact.EventID(record[r.id]), Cells: make([]Cell, len(r.columns)), schema: r.schema}
	line, _ := r.csv.FieldPos(0)
	e.At = source.Span{File: r.name, From: source.Pos{Line: line, Col: 1}, To: source.Pos{Line: line, Col: 1}}
	var ds source.Diagnostics
	fail := func(column int, code, message string) {
		ds = append(ds, source.Errorf(code, r.place(record, column), "%s", message))
	}
	id, err := fact.ParseKey(record[r.id])
	if err != nil {
		fail(r.id, "event-id", "id: "+err.Error())
	}
	e.ID = fact.EventID(id)
	if r.revision >= 0 && record[r.revision] != "" {
		if e.Revision, err = strconv.ParseUint(record[r.revision], 10, 64); err != nil {
			fail(r.revision, "event-revision", fmt.Sprintf("revision: %q is not a whole number", clip(record[r.revision])))
		}
	}
	for i, column := range r.columns {
		if e.Cells[i], err = r.schema.Fields[i].Cell(record[column]); err != nil {
			fail(column, "event-field", err.Error())
		}
	}
	return e, ds.Err()
}

// fault places an error of the CSV form itself. A line with too few or too many
// fields is skipped; anything else ends the file.
func (r *csvReader) fault(err error) error {
	var p *csv.ParseError
	if !errors.As(err, &p) {
		r.broken = true
		return fmt.Errorf("%s: %w", r.name, err)
	}
	r.broken = !errors.Is(err, csv.ErrFieldCount)
	at := source.Span{File: r.name, From: source.Pos{Line: p.Line, Col: p.Column}, To: source.Pos{Line: p.Line, Col: p.Column + 1}}
	return source.Diagnostics{source.Errorf("csv-form", at, "%v", p.Err).WithHint("every line has as many fields as the header; quote a field that contains a comma or a quote")}
}
