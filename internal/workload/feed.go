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
// own would. The columns are made once, here; reading gives parts of them.
func (q Quarter) Feed() crediting.Feed {
	q = q.orDefault()
	f := &columns{names: make([]string, 0, q.Fields), ids: make([]fact.EventID, 0, q.Events)}
	fields := q.fields()
	for _, field := range fields {
		f.names = append(f.names, field.name)
		col := crediting.Column{}
		if field.declared == "key" {
			col.Texts = make([]string, 0, q.Events)
		} else {
			col.Ints = make([]int64, 0, q.Events)
		}
		f.all = append(f.all, col)
	}
	for e := range q.All() {
		f.ids = append(f.ids, fact.EventID(eventID(e.Number)))
		for i := range fields {
			c := fields[i].value(e)
			if col := &f.all[i]; col.Texts != nil {
				col.Texts = append(col.Texts, c.Text)
			} else {
				col.Ints = append(col.Ints, c.Int)
			}
		}
	}
	return f
}

// columns is all events.
type columns struct {
	names []string
	ids   []fact.EventID
	all   []crediting.Column
}

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
		if c.Texts != nil {
			b.Columns[i].Texts = c.Texts[from:to]
		} else {
			b.Columns[i].Ints = c.Ints[from:to]
		}
	}
	return b
}
