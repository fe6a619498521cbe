package ledgertest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/payproof/payproof/compensation/ledger"
)

func oneWriterWins(t *testing.T, s ledger.Store) {
	for round := range 5 {
		prev, err := s.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		errs := make([]error, 2)
		inParallel(len(errs), func(writer int) {
			_, errs[writer] = s.Append(t.Context(), prev, named(fmt.Sprintf("writer %d", writer), 1))
		})
		if errs[0] != nil {
			errs[0], errs[1] = errs[1], errs[0]
		}
		if errs[0] != nil || !errors.Is(errs[1], ledger.ErrHeadMoved) {
			t.Fatalf("round %d: got %v and %v, want nil and ErrHeadMoved", round, errs[0], errs[1])
		}
		if head, err := s.Head(t.Context()); err != nil || head.Seq != prev.Seq+1 {
			t.Fatalf("round %d: the head moved from %s to %s, %v", round, prev, head, err)
		}
	}
}

const (
	writers = 4
	batches = 5 // of each writer
)

func allWritersArrive(t *testing.T, s ledger.Store) {
	inParallel(writers, func(writer int) {
		for batch := range batches {
			appendAtLast(t, s, named(fmt.Sprintf("writer %d batch %d", writer, batch), 2))
		}
	})
	got, err := collect(s.Scan(t.Context(), ledger.Head{}))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, e := range got {
		seen[e.Cause]++
	}
	for writer := range writers {
		for batch := range batches {
			if cause := fmt.Sprintf("writer %d batch %d", writer, batch); seen[cause] != 2 {
				t.Errorf("%s has %d entries, want 2", cause, seen[cause])
			}
		}
	}
	if len(got) != 2*writers*batches {
		t.Errorf("there are %d entries, want %d", len(got), 2*writers*batches)
	}
}

func readersSeeWholeBatches(t *testing.T, s ledger.Store) {
	const size = 50
	inParallel(writers, func(worker int) {
		for batch := range batches {
			if worker == 0 {
				appendAtLast(t, s, named(fmt.Sprintf("batch %d", batch), size))
				continue
			}
			got, err := collect(s.Scan(t.Context(), ledger.Head{}))
			if err != nil || len(got)%size != 0 {
				t.Errorf("a reader saw %d entries, %v; batches have %d", len(got), err, size)
			}
		}
	})
}

// appendAtLast is what every writer does: it tries again from the new head.
func appendAtLast(t *testing.T, s ledger.Store, entries []ledger.Entry) {
	for {
		prev, err := s.Head(t.Context())
		if err == nil {
			_, err = s.Append(t.Context(), prev, entries)
		}
		if !errors.Is(err, ledger.ErrHeadMoved) {
			if err != nil {
				t.Error(err)
			}
			return
		}
	}
}

func inParallel(n int, work func(worker int)) {
	var group sync.WaitGroup
	for worker := range n {
		group.Go(func() { work(worker) })
	}
	group.Wait()
}

func named(cause string, n int) []ledger.Entry {
	entries := Entries(n)
	for i := range entries {
		entries[i].Cause = cause
	}
	return entries
}
