package workload

import (
	"context"
	"fmt"
	"iter"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/fact"
)

// batchSize is the number of events in a batch.
const batchSize = 4096

// Feed gives the events typed and in memory, as an embedder with columns of its
// own would, and dictionaries of the keys. The columns are made once, here; reading gives parts of them.
func (q Quarter) Feed() crediting.Feed { return q.columns() }

// UniqueFeed is Feed, declaring that no id comes twice.
func (q Quarter) UniqueFeed() crediting.Feed {
	f := q.columns()
	f.unique = true
	return f
}

func (q Quarter) columns() *columns {
	q = q.orDefault()
	f := q.empty()
	for e := range q.All() {
		f.add(e)
	}
	return f
}

// empty is columns without events.
func (q Quarter) empty() *columns {
	f := &columns{names: make([]string, 0, q.Fields), fields: q.fields(), known: make([]map[string]uint32, q.Fields)}
	for _, field := range f.fields {
		f.names = append(f.names, field.name)
		col := crediting.Column{}
		if field.declared == "key" {
			col.Codes = []uint32{}
		} else {
			col.Ints = []int64{}
		}
		f.all = append(f.all, col)
	}
	return f
}

func (f *columns) add(e Event) {
	f.ids = append(f.ids, fact.EventID(eventID(e.Number)))
	for i := range f.fields {
		c := f.fields[i].value(e)
		if col := &f.all[i]; col.Codes != nil {
			col.Codes = append(col.Codes, code(col, &f.known[i], c.Text))
		} else {
			col.Ints = append(col.Ints, c.Int)
		}
	}
}

// code is that of a text in the dictionary of a column, which has it from then on.
func code(col *crediting.Column, known *map[string]uint32, text string) uint32 {
	if *known == nil {
		*known = map[string]uint32{}
	}
	n, ok := (*known)[text]
	if !ok {
		n = uint32(len(col.Dictionary))
		col.Dictionary, (*known)[text] = append(col.Dictionary, text), n
	}
	return n
}

// columns is all events.
type columns struct {
	unique bool
	fields []field
	known  []map[string]uint32 // by field, the codes of texts
	names  []string
	ids    []fact.EventID
	all    []crediting.Column
}

// UniqueIDs declares that no id comes twice, where the feed was made to say so.
func (f *columns) UniqueIDs() bool { return f.unique }

// Scan implements crediting.Feed.
func (f *columns) Scan(ctx context.Context, s *crediting.Schema) iter.Seq2[*crediting.Batch, error] {
	return func(yield func(*crediting.Batch, error) bool) {
		if got := fmt.Sprint(s.Names()); got != fmt.Sprint(f.names) {
			yield(nil, fmt.Errorf("the fields of %s are %s, the quarter has %s", s.Kind, got, f.names))
			return
		}
		for from := 0; from < len(f.ids); from += batchSize {
			if err := ctx.Err(); err != nil {
				yield(nil, err)
				return
			}
			if !yield(f.part(from, min(from+batchSize, len(f.ids))), nil) {
				return
			}
		}
	}
}

// Find implements crediting.Feed.
func (f *columns) Find(ctx context.Context, s *crediting.Schema, ids ...fact.EventID) iter.Seq2[*crediting.Batch, error] {
	return func(yield func(*crediting.Batch, error) bool) {
		wanted := map[fact.EventID]bool{}
		for _, id := range ids {
			wanted[id] = true
		}
		for i, id := range f.ids {
			if wanted[id] && !yield(f.part(i, i+1), ctx.Err()) {
				return
			}
		}
	}
}

func (f *columns) part(from, to int) *crediting.Batch {
	b := &crediting.Batch{IDs: f.ids[from:to], Columns: make([]crediting.Column, len(f.all))}
	for i, c := range f.all {
		if c.Codes != nil {
			b.Columns[i].Codes, b.Columns[i].Dictionary = c.Codes[from:to], c.Dictionary
		} else {
			b.Columns[i].Ints = c.Ints[from:to]
		}
	}
	return b
}
