package ahead

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// numbers yields parts of one buffer that it writes over and over, and now and then an error; ended tells how far it came.
func numbers(n int, ended *int) iter.Seq2[[]int, error] {
	return func(yield func([]int, error) bool) {
		buffer := make([]int, 3)
		for i := range n {
			*ended = i + 1
			if i%5 == 4 {
				if !yield(nil, errors.New(fmt.Sprint(i))) {
					return
				}
				continue
			}
			for k := range buffer {
				buffer[k] = i
			}
			if !yield(buffer[:1+i%3], nil) {
				return
			}
		}
	}
}

func into(spare, value []int) []int { return append(spare[:0], value...) }

// What is read ahead is what is read, in its order, wherever one stops; and the reader has ended by then.
func TestReadingAheadIsReading(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n, stop := rapid.IntRange(0, 40).Draw(r, "n"), rapid.IntRange(1, 50).Draw(r, "stop")
		transcript := func(seq iter.Seq2[[]int, error]) (out []string) {
			for v, err := range seq {
				out = append(out, fmt.Sprint(v, err))
				if len(out) == stop {
					break
				}
			}
			return out
		}
		var plain, ahead int
		want, got := transcript(numbers(n, &plain)), transcript(Seq(t.Context(), numbers(n, &ahead), into))
		if !slices.Equal(got, want) {
			r.Fatalf("%v, want %v", got, want)
		}
		if ahead > plain+depth+2 {
			r.Fatalf("%d were read for %d", ahead, plain)
		}
	})
}

// What was read ahead is not given once the context has ended.
func TestACancelledReadingEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n, plain := 0, 0
	for _, err := range Seq(ctx, numbers(100, &plain), into) {
		if n++; n == 2 {
			cancel()
		}
		if n > 2 && !errors.Is(err, context.Canceled) {
			t.Fatalf("the %d-th after it: %v", n-2, err)
		}
	}
	if n != 3 {
		t.Errorf("%d values", n)
	}
}
