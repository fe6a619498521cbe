package ledger

import (
	"context"
	"iter"
	"slices"
	"sync"
)

// Memory is an empty ledger that is gone with the process: for tests, and for what is
// to be thrown away, such as a model of another plan.
func Memory() Store { return &memory{} }

type memory struct {
	mu      sync.Mutex
	heads   chain
	batches [][]Entry
}

// Head is described at [Store].
func (m *memory) Head(ctx context.Context) (Head, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.heads.head(), ctx.Err()
}

// Append is described at [Store].
func (m *memory) Append(ctx context.Context, prev Head, entries []Entry) (Head, error) {
	next, err := prev.Next(entries)
	if err != nil {
		return Head{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return Head{}, err
	}
	if head := m.heads.head(); head != prev {
		return Head{}, &HeadMovedError{prev, head}
	}
	m.heads = append(m.heads, next)
	m.batches = append(m.batches, slices.Clone(entries))
	return next, nil
}

// Scan is described at [Store].
func (m *memory) Scan(ctx context.Context, after Head) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		batches, err := m.since(after)
		if err != nil {
			yield(Entry{}, err)
			return
		}
		for _, batch := range batches {
			for _, e := range batch {
				if err := ctx.Err(); err != nil {
					yield(Entry{}, err)
					return
				}
				if !yield(e, nil) {
					return
				}
			}
		}
		if err := ctx.Err(); err != nil {
			yield(Entry{}, err)
		}
	}
}

func (m *memory) since(after Head) ([][]Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	from, err := m.heads.since(after)
	if err != nil {
		return nil, err
	}
	return m.batches[from:len(m.batches):len(m.batches)], nil
}
