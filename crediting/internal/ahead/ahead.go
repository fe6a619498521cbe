// Package ahead reads a sequence ahead of whoever asks for it, by a goroutine of its own, so that two processors work
// on what comes: one makes the values, the other takes them.
package ahead

import (
	"context"
	"iter"
	"sync"
)

// depth is how many values wait at most.
const depth = 4

type item[T any] struct {
	value T
	err   error
}

// Seq is the sequence, read ahead. Values are valid until the next is asked for, there and here: into makes of each one
// that stays, with the help of one that nobody needs any more, or of the zero value. Who stops early waits for the
// goroutine to end. What was read ahead when the context ends is not given any more: its error is.
func Seq[T any](ctx context.Context, seq iter.Seq2[T, error], into func(spare, value T) T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		items, spare, done := make(chan item[T], depth), make(chan T, depth+2), make(chan struct{})
		var wait sync.WaitGroup
		wait.Go(func() {
			defer close(items)
			for v, err := range seq {
				i := item[T]{err: err}
				if err == nil {
					select {
					case i.value = <-spare:
					default:
					}
					i.value = into(i.value, v)
				}
				select {
				case items <- i:
				case <-done:
					return
				}
			}
		})
		defer wait.Wait()
		defer close(done)
		for i := range items {
			if err := ctx.Err(); err != nil {
				var none T
				yield(none, err)
				return
			}
			if !yield(i.value, i.err) {
				return
			}
			if i.err == nil {
				select {
				case spare <- i.value:
				default:
				}
			}
		}
	}
}
