// Package ledgertest tells whether a [ledger.Store] keeps its promises. Everything
// that is paid rests on them, so whoever writes a store for another database runs
//
//	func TestStore(t *testing.T) {
//		ledgertest.Run(t, func(t *testing.T) ledger.Store { return openEmpty(t) })
//	}
//
// # Terms
//
// A store is opened empty for each promise. [Entries] are plausible entries in any
// number; [OddEntries] are all that a store could get wrong.
//
// # Traps
//
// Run can't pull the plug: that a batch is whole or not there after a crash is for the
// store's own tests to show. Run it with -race as well.
package ledgertest

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/payproof/payproof/compensation/ledger"
)

// Run checks every promise of [ledger.Store] in a subtest of its own. The function
// opens an empty store; what must be closed it leaves to t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) ledger.Store) {
	for _, promise := range []struct {
		name  string
		check func(t *testing.T, s ledger.Store)
	}{
		{"empty ledger has the zero head and no entries", emptyLedger},
		{"append returns the head that everybody can calculate", sameHead},
		{"entries come back in the order in which they were appended", keepsOrder},
		{"scan begins after any head and nowhere else", scansFromAnyHead},
		{"scan ends where the head was when it began", scansASnapshot},
		{"scan stops when the reader has enough", scanStops},
		{"stale head is refused and nothing is written", refusesStaleHead},
		{"an entry that is none is refused with its whole batch", refusesBadEntry},
		{"empty batch moves the head", emptyBatch},
		{"store keeps no reference to the caller's entries", keepsNoReference},
		{"all kinds and odd texts come back as they were", keepsOddEntries},
		{"10,000 entries come back", keepsManyEntries},
		{"of two writers one gets ErrHeadMoved", oneWriterWins},
		{"writers that try again lose nothing and double nothing", allWritersArrive},
		{"readers see whole batches while others write", readersSeeWholeBatches},
		{"cancelled context ends everything and writes nothing", cancelled},
	} {
		t.Run(promise.name, func(t *testing.T) { promise.check(t, open(t)) })
	}
}

func emptyLedger(t *testing.T, s ledger.Store) {
	wantHead(t, s, ledger.Head{})
	wantEntries(t, s, ledger.Head{}, nil)
}

func sameHead(t *testing.T, s ledger.Store) {
	head := ledger.Head{}
	for batch := range slices.Chunk(Entries(6), 2) {
		want, err := head.Next(batch)
		if err != nil {
			t.Fatal(err)
		}
		if head = mustAppend(t, s, head, batch); head != want {
			t.Fatalf("Append returned %s, prev.Next is %s", head, want)
		}
		wantHead(t, s, want)
	}
}

func keepsOrder(t *testing.T, s ledger.Store) {
	entries := Entries(30)
	slices.Reverse(entries)
	appendAll(t, s, entries, 7)
	wantEntries(t, s, ledger.Head{}, entries)
}

func scansFromAnyHead(t *testing.T, s ledger.Store) {
	entries := Entries(10)
	for i, head := range appendAll(t, s, entries, 3) {
		wantEntries(t, s, head, entries[min(3*i, len(entries)):])
	}
	head, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	beyond, altered, noNumber := head, head, head
	beyond.Seq++
	altered.Hash[31] ^= 1
	noNumber.Seq = 0
	for _, unknown := range []ledger.Head{beyond, altered, noNumber} {
		var want *ledger.UnknownHeadError
		got, err := collect(s.Scan(t.Context(), unknown))
		if !errors.As(err, &want) || want.Head != unknown || want.Actual != head || len(got) != 0 {
			t.Errorf("Scan after %s, which is no head: got %d entries and %v, want an UnknownHeadError", unknown, len(got), err)
		}
	}
}

func scansASnapshot(t *testing.T, s ledger.Store) {
	entries := Entries(4)
	head := mustAppend(t, s, ledger.Head{}, entries[:2])
	var got []ledger.Entry
	for e, err := range s.Scan(t.Context(), ledger.Head{}) {
		if err != nil {
			t.Fatal(err)
		}
		if got = append(got, e); len(got) == 1 {
			mustAppend(t, s, head, entries[2:]) // a reader may write
		}
	}
	wantSame(t, got, entries[:2])
	wantEntries(t, s, head, entries[2:])
}

func scanStops(t *testing.T, s ledger.Store) {
	appendAll(t, s, Entries(6), 3)
	for range s.Scan(t.Context(), ledger.Head{}) {
		break
	}
	wantEntries(t, s, ledger.Head{}, Entries(6))
}

func refusesStaleHead(t *testing.T, s ledger.Store) {
	entries := Entries(3)
	first := mustAppend(t, s, ledger.Head{}, entries[:1])
	second := mustAppend(t, s, first, entries[1:2])
	altered := second
	altered.Hash[0] ^= 1
	for _, stale := range []ledger.Head{{}, first, altered, {Seq: 9}} {
		_, err := s.Append(t.Context(), stale, entries[2:])
		var moved *ledger.HeadMovedError
		if !errors.Is(err, ledger.ErrHeadMoved) || !errors.As(err, &moved) || moved.Expected != stale || moved.Actual != second {
			t.Errorf("Append after %s: got %v, want a HeadMovedError with both heads", stale, err)
		}
	}
	wantHead(t, s, second)
	wantEntries(t, s, ledger.Head{}, entries[:2])
}

func refusesBadEntry(t *testing.T, s ledger.Store) {
	entries := Entries(3)
	entries[2].Payee = ""
	_, err := s.Append(t.Context(), ledger.Head{}, entries)
	var bad *ledger.EntryError
	if !errors.As(err, &bad) || bad.Index != 2 || bad.Column != "payee" {
		t.Errorf("got %v, want an EntryError for the payee of entry 2", err)
	}
	emptyLedger(t, s)
}

func emptyBatch(t *testing.T, s ledger.Store) {
	head := mustAppend(t, s, ledger.Head{}, nil)
	wantHead(t, s, head)
	head = mustAppend(t, s, head, []ledger.Entry{})
	if head.Seq != 2 {
		t.Errorf("after two empty batches the head is %s", head)
	}
	wantEntries(t, s, ledger.Head{}, nil)
}

func keepsNoReference(t *testing.T, s ledger.Store) {
	entries := Entries(3)
	mustAppend(t, s, ledger.Head{}, entries)
	clear(entries)
	wantEntries(t, s, ledger.Head{}, Entries(3))
}

func keepsOddEntries(t *testing.T, s ledger.Store) {
	entries := OddEntries()
	mustAppend(t, s, ledger.Head{}, entries)
	wantEntries(t, s, ledger.Head{}, entries)
}

func keepsManyEntries(t *testing.T, s ledger.Store) {
	entries := Entries(10_000)
	appendAll(t, s, entries, 2_500)
	wantEntries(t, s, ledger.Head{}, entries)
}

func cancelled(t *testing.T, s ledger.Store) {
	head := mustAppend(t, s, ledger.Head{}, Entries(100))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var seen int
	var last error
	for _, err := range s.Scan(ctx, ledger.Head{}) {
		cancel()
		if last = err; err == nil {
			seen++
		}
	}
	if !errors.Is(last, context.Canceled) || seen == 100 {
		t.Errorf("Scan cancelled at its first entry gave %d of 100 and ended with %v", seen, last)
	}
	if _, err := s.Head(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Head: got %v, want context.Canceled", err)
	}
	if _, err := s.Append(ctx, head, Entries(1)); !errors.Is(err, context.Canceled) {
		t.Errorf("Append: got %v, want context.Canceled", err)
	}
	if _, err := collect(s.Scan(ctx, head)); !errors.Is(err, context.Canceled) {
		t.Errorf("Scan of nothing: got %v, want context.Canceled", err)
	}
	wantHead(t, s, head)
}

func mustAppend(t *testing.T, s ledger.Store, prev ledger.Head, entries []ledger.Entry) ledger.Head {
	t.Helper()
	head, err := s.Append(t.Context(), prev, entries)
	if err != nil {
		t.Fatalf("Append after %s: %v", prev, err)
	}
	return head
}

// appendAll writes batches of a size and returns the head before the first and after
// each.
func appendAll(t *testing.T, s ledger.Store, entries []ledger.Entry, size int) []ledger.Head {
	t.Helper()
	heads := []ledger.Head{{}}
	for batch := range slices.Chunk(entries, size) {
		heads = append(heads, mustAppend(t, s, heads[len(heads)-1], batch))
	}
	return heads
}

func collect(seq iter.Seq2[ledger.Entry, error]) (got []ledger.Entry, err error) {
	for e, err := range seq {
		if err != nil {
			return got, err
		}
		got = append(got, e)
	}
	return got, nil
}

func wantHead(t *testing.T, s ledger.Store, want ledger.Head) {
	t.Helper()
	if got, err := s.Head(t.Context()); err != nil || got != want {
		t.Errorf("the head is %s, %v; want %s", got, err, want)
	}
}

func wantEntries(t *testing.T, s ledger.Store, after ledger.Head, want []ledger.Entry) {
	t.Helper()
	got, err := collect(s.Scan(t.Context(), after))
	if err != nil {
		t.Errorf("Scan after %s: %v", after, err)
	}
	wantSame(t, got, want)
}

func wantSame(t *testing.T, got, want []ledger.Entry) {
	t.Helper()
	if slices.Equal(got, want) {
		return
	}
	if len(want) > 100 {
		t.Errorf("got %d entries, want %d, and not the same", len(got), len(want))
		return
	}
	t.Errorf("entries differ (-want +got):\n%s", cmp.Diff(lines(want), lines(got)))
}

func lines(entries []ledger.Entry) []string {
	out := make([]string, len(entries))
	for i, e := range entries {
		out[i] = string(ledger.AppendLine(nil, e))
	}
	return out
}
