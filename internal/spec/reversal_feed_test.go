package spec

import (
	"context"
	"io/fs"
	"iter"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/fact"
)

// without is the history as if what was reversed had never been.
func (h history) without() (out []crediting.Line) {
	for _, l := range h.lines {
		if !h.reversed[l.ID] && !h.reversed[fact.EventID(l.Fields["original"])] {
			out = append(out, l)
		}
	}
	return out
}

// chunks is a feed whose batches are as long as the chunks.
type chunks [][]crediting.Line

func (c chunks) Scan(ctx context.Context, s *crediting.Schema) iter.Seq2[*crediting.Batch, error] {
	return func(yield func(*crediting.Batch, error) bool) {
		for _, lines := range c {
			for b, err := range crediting.FromLines(func() iter.Seq2[crediting.Line, error] { return fact.Of(lines...) }).Scan(ctx, s) {
				if !yield(b, err) {
					return
				}
			}
		}
	}
}

func (c chunks) Find(ctx context.Context, s *crediting.Schema, _ ...fact.EventID) iter.Seq2[*crediting.Batch, error] {
	return c.Scan(ctx, s)
}

type random struct {
	fsys    fs.FS
	program *plan.Program
}
