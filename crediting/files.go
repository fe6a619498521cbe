package crediting

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"runtime"
	"strings"

	"github.com/payproof/payproof/crediting/internal/ahead"
	"github.com/payproof/payproof/crediting/internal/columns"
	"github.com/payproof/payproof/crediting/internal/heading"
	"github.com/payproof/payproof/crediting/internal/packed"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/mapping"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/internal/mapped"
	"github.com/payproof/payproof/internal/sheet"
)

// FromCSV is a feed over the CSV files of a folder, in the order of their names:
// those named after the kind of event ("deal.csv", "deal-2026-q1.csv"), with a
// header line. The columns id and every field of the schema must be there, revision
// may be; further columns are not read. Money is a plain decimal, a date is
// written 2026-03-31. Findings say file, line and column.
//
// kinds are all kinds of event that there are, so that "deal-line.csv" is a file of
// deal-line and not of deal: the longest name wins. Without them it is a file of
// whichever is read.
func FromCSV(folder fs.FS, kinds ...string) Feed {
	return fileFeed{folder: folder, of: func(kind string) ([]mapping.File, error) {
		entries, err := fs.ReadDir(folder, ".")
		if err != nil {
			return nil, fmt.Errorf("reading the folder of events: %w", err)
		}
		f := mapping.File{Of: kind}
		for _, e := range entries {
			if !e.IsDir() && strings.HasSuffix(e.Name(), ".csv") && mapping.KindOf(e.Name(), append(kinds, kind)) == kind {
				f.Read = append(f.Read, mapping.Literal(e.Name()))
			}
		}
		return []mapping.File{f}, nil
	}}
}

// FromFiles is a feed over files of a folder, CSV or JSON lines, each read as the
// mapping says that names it. Files of one mapping are read in the order of their
// names, mappings as they are given. Lines that can't be read are a *[LineError] each,
// what concerns a whole file is source.Diagnostics.
func FromFiles(folder fs.FS, files ...mapping.File) Feed {
	return fileFeed{folder: folder, of: func(kind string) (of []mapping.File, _ error) {
		for _, f := range files {
			if f.Of == kind {
				of = append(of, f)
			}
		}
		return of, nil
	}}
}

type fileFeed struct {
	folder  fs.FS
	of      func(kind string) ([]mapping.File, error)
	careful bool // each line is read as one in trouble is; for comparing
	asOf    fact.Revision
}

// AsOf is the feed without what became known later.
func (f fileFeed) AsOf(r fact.Revision) Feed {
	f.asOf = r
	return f
}

// Apart tells that nothing but the files is read.
func (f fileFeed) Apart() bool { return true }

// Scan implements Feed.
func (f fileFeed) Scan(ctx context.Context, s *Schema) iter.Seq2[*Batch, error] {
	if runtime.GOMAXPROCS(0) == 1 {
		return f.scan(ctx, s, nil)
	}
	return ahead.Seq(ctx, f.scan(ctx, s, nil), func(spare, b *Batch) *Batch { return b.handOver(spare) })
}

// Find implements Feed by scanning.
func (f fileFeed) Find(ctx context.Context, s *Schema, ids ...fact.EventID) iter.Seq2[*Batch, error] {
	return f.scan(ctx, s, oneOf(ids))
}

func (f fileFeed) scan(ctx context.Context, s *Schema, wanted func(fact.EventID) bool) iter.Seq2[*Batch, error] {
	return func(yield func(*Batch, error) bool) {
		files, err := f.of(s.Kind)
		if err != nil {
			yield(nil, err)
			return
		}
		r := fileScan{fileFeed: f, wanted: wanted, yield: yield, blocks: newBlocks(s, f.asOf), quickly: 1}
		for _, file := range files {
			names, err := file.Names(f.folder)
			if err != nil && !yield(nil, err) {
				return
			}
			for _, name := range names {
				if !r.file(ctx, newLineReader(s, file, f.asOf), name) {
					return
				}
			}
		}
	}
}

// fileScan is one reading of all files of a kind.
type fileScan struct {
	fileFeed
	wanted func(fact.EventID) bool // nil is all
	yield  func(*Batch, error) bool
	*blocks
	quickly int // how many rows may be taken at once
}

// file reads one file, and reports whether to go on: after one that is lost, the
// others may be sound.
func (r *fileScan) file(ctx context.Context, l *lineReader, name string) bool {
	in, err := r.folder.Open(name)
	if err != nil {
		return r.yield(nil, err)
	}
	defer in.Close()
	l.name = name
	if l.rows, err = mapped.Open(in, name, &l.file, l.columns); err != nil {
		return r.yield(nil, found(err))
	}
	quick := r.open(l) && !r.careful
	for {
		if r.Full() && !r.flush(name) {
			return false
		}
		if quick && r.some(l.rows) {
			if ctx.Err() != nil {
				r.yield(nil, ctx.Err())
				return false
			}
			continue
		}
		e, err := l.next()
		var bad *LineError
		switch {
		case errors.Is(err, io.EOF):
			return r.flush(name)
		case ctx.Err() != nil:
			r.yield(nil, ctx.Err())
			return false
		case errors.As(err, &bad):
			if !r.yield(nil, err) {
				return false
			}
			continue
		case err != nil: // what was read before stands all the same
			return r.flush(name) && r.yield(nil, found(err))
		}
		r.latest = max(r.latest, l.known)
		if e.Withdrawn {
			if !r.alone(&e, name) {
				return false
			}
			continue
		}
		r.Put(e.ID, e.Revision, l.rows.Line(), func(i int) columns.Value { return columns.Value(e.Cells[i]) })
		r.drop()
	}
}

// some takes the rows that come, if there is no trouble with the first of them. Where there was some, few are taken, for the
// others were cut in vain.
func (r *fileScan) some(rows *mapped.Reader) bool {
	most := r.quickly
	if r.wanted != nil {
		most = 1
	}
	cut, taken := r.take(rows, most)
	if r.quickly = min(2*r.quickly, mostRows); taken < cut {
		r.quickly = 1
	}
	if taken > 0 {
		r.drop()
	}
	return taken > 0
}

// drop takes the last row away if nobody wants it.
func (r *fileScan) drop() {
	if r.wanted != nil && !r.wanted(r.Last()) {
		r.Drop()
	}
}

// alone yields an event for which blocks have no columns.
func (r *fileScan) alone(e *Event, name string) bool {
	if r.wanted != nil && !r.wanted(e.ID) {
		return true
	}
	b := newBatch(r.schema)
	b.Latest = r.latest
	b.add(*e)
	return r.flush(name) && r.yield(b, nil)
}

// flush yields the lines that were read of a file.
func (r *fileScan) flush(name string) bool {
	if r.Len() == 0 {
		return true
	}
	goOn := r.yield(r.batch(name), nil)
	r.Clear()
	return goOn
}

// blocks makes batches of the lines of files.
type blocks struct {
	*columns.Block
	schema *Schema
	asOf   fact.Revision
	latest fact.Revision         // of the lines so far, and some after them
	texts  []*columns.Dictionary // by field, over all files
	out    *Batch
}

// Rows of a batch: so many that they fill the cache of a processor, not more.
const (
	leastRows   = 256
	mostRows    = 4096
	blockValues = 1 << 16
)

func newBlocks(s *Schema, asOf fact.Revision) *blocks {
	n := len(s.Fields)
	b := &blocks{schema: s, asOf: asOf, texts: make([]*columns.Dictionary, n), out: newBatch(s)}
	for i := range b.texts {
		b.texts[i] = &columns.Dictionary{}
	}
	b.Block = columns.NewBlock(n, min(mostRows, max(leastRows, blockValues/max(1, n))))
	return b
}

// open prepares for the lines of a file, and tells whether they may be taken at once.
func (b *blocks) open(l *lineReader) bool {
	for i, f := range b.schema.Fields {
		as := columns.Column{Kind: f.kind(), Scale: f.Scale, Optional: f.Optional, Foreign: !l.rows.Ours(i + 1), Texts: b.texts[i]}
		as.Read = func(text string) (columns.Value, bool) {
			text, err := l.rows.TextOf(i+1, text)
			if err != nil {
				return columns.Value{}, false
			}
			c, err := f.Cell(text)
			return columns.Value(c), err == nil
		}
		b.Set(i, as)
	}
	return heading.Ours(l.rows, len(b.schema.Fields))
}

// take adds the rows that come, up to one with which there is trouble, of those that are cut.
func (b *blocks) take(rows *mapped.Reader, most int) (cut, taken int) {
	cells := rows.Cut(min(most, b.Room()))
	at := func(column int) []byte { return cells.At(taken, column) }
	for taken < cells.Rows {
		known, ok := heading.Plain(at, len(b.schema.Fields), b.asOf)
		if !ok {
			break
		}
		b.latest = max(b.latest, known)
		taken++
	}
	if taken = b.Take(cells, taken, rows.Line()); taken > 0 {
		rows.Skip(taken)
	}
	return cells.Rows, taken
}

// batch is the lines that were read of a file.
func (b *blocks) batch(name string) *Batch {
	b.Seal()
	out := b.out
	out.IDs, out.Revisions, out.Lines, out.File, out.of = b.IDs, b.Revisions, b.Lines, name, b
	out.Latest = b.latest
	for i := range out.Columns {
		ints, codes, has := b.Column(i)
		out.Columns[i] = Column{Ints: ints, Codes: codes, Has: has}
		if codes != nil {
			out.Columns[i].Dictionary = b.texts[i].Texts
		}
	}
	return out
}

// handOver lets the reader of a batch go on in the room of one that nobody needs any more, so that the batch is valid until
// it is spare itself.
func (b *Batch) handOver(spare *Batch) *Batch {
	if b.of == nil {
		return b // it is not used again
	}
	if spare == nil || spare.room == nil {
		spare = newBatch(b.of.schema)
	}
	b.room, b.of.out = b.of.Swap(spare.room), spare
	return b
}

// found is the findings of an error, or the error itself.
func found(err error) error {
	var f *sheet.Fault
	if errors.As(err, &f) {
		return f.Found
	}
	return err
}

// LineError is a line of a file that can't be read as an event. It unwraps to what
// is wrong with it. The lines around it can be read.
type LineError struct {
	Kind   string             // of event
	Found  source.Diagnostics // each with its place, in order
	Raw    string             // the line as it stands
	Amount money.Amount       // what the line carries: its field amount, or else its first money
	Reads  bool               // the amount could be read
}

// Error is that of the findings.
func (e *LineError) Error() string { return e.Found.Error() }

// Unwrap is the findings.
func (e *LineError) Unwrap() error { return e.Found }

// lineReader makes events of the lines of files that one mapping describes. The
// columns are id, the fields of the schema, and what package heading has behind them.
type lineReader struct {
	schema  *Schema
	asOf    fact.Revision // what became known later is not read
	known   fact.Revision // when the line that was read last became known
	file    mapping.File
	columns []mapped.Column
	name    string // of the file being read
	rows    *mapped.Reader
}

func newLineReader(s *Schema, file mapping.File, asOf fact.Revision) *lineReader {
	var fields []mapped.Column
	for _, f := range s.Fields {
		fields = append(fields, mapped.Column{Name: f.Name, As: f.as()})
	}
	return &lineReader{schema: s, file: file, asOf: asOf, columns: heading.Columns(fields)}
}

// next reads the next event. The error is io.EOF, a *LineError, or what ends the file.
func (l *lineReader) next() (Event, error) {
	var h heading.Heading
	var bad source.Diagnostics
	for seen := false; !seen; seen = l.asOf.Sees(h.Known) {
		if err := l.rows.Next(); err != nil {
			var f *sheet.Fault
			if errors.As(err, &f) && !f.Lost {
				return Event{}, &LineError{Kind: l.schema.Kind, Found: f.Found, Raw: f.Raw}
			}
			return Event{}, err
		}
		h, bad = heading.Read(l.rows, len(l.schema.Fields), clip)
	}
	l.known = h.Known
	e := Event{ID: h.ID, Revision: h.Revision, Withdrawn: h.Withdrawn, Cells: make([]Cell, len(l.schema.Fields)), At: packed.Line(l.name, l.rows.Line()), schema: l.schema}
	for i, f := range l.schema.Fields {
		if e.Withdrawn {
			break // the line says no more than that
		}
		text, err := l.rows.Text(i + 1)
		if err != nil {
			err = fmt.Errorf("%s: %w", f.Name, err)
		} else {
			e.Cells[i], err = f.Cell(text)
		}
		if err != nil {
			bad = append(bad, source.Errorf("event-field", l.rows.Place(i+1), "%v", err))
		}
	}
	if bad == nil {
		return e, nil
	}
	out := &LineError{Kind: l.schema.Kind, Found: bad.Sorted(), Raw: l.rows.Raw()}
	out.Amount, out.Reads = e.carries()
	return Event{}, out
}
