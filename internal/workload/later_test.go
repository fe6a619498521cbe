package workload

import (
	"os"
	"slices"
	"testing"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
)

// Later facts change pay, and credits that are listed afterwards say the same as those that were added up.
func TestLaterFactsChangePay(t *testing.T) {
	q := Quarter{Events: 2_000, Accounts: 200, Reps: 20, Managers: 4, Directors: 2, Engineers: 3}
	dir := t.TempDir()
	if err := q.Write(dir); err != nil {
		t.Fatal(err)
	}
	program, err := plan.Load(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	facts, err := folder.Facts(os.DirFS(dir), program)
	if err != nil {
		t.Fatal(err)
	}
	book, err := compensation.Open(t.Context(), program, facts)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := book.Run(t.Context(), compensation.Request{Period: calendar.Quarter(2026, 1)}); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 3; n++ {
		changes, err := book.Apply(t.Context(), q.Later(n, 50, 2, 3))
		if err != nil {
			t.Fatal(err)
		}
		if len(changes) < 10 || slices.ContainsFunc(changes, func(c compensation.Change) bool { return len(c.Why) == 0 }) {
			t.Errorf("%d changes: %v", len(changes), changes)
		}
		if err := book.Latest().Err(); err != nil {
			t.Error(err)
		}
	}
}

// BenchmarkLater applies 1,000 late events, 5 quotas and 10 owners to 1,000,000 events.
func BenchmarkLater(b *testing.B) {
	q := Quarter{Events: 1_000_000}
	program, facts := opened(b, Quarter{Events: 1})
	facts.Events = q.Feed()
	book, err := compensation.Open(b.Context(), program, facts)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := book.Run(b.Context(), compensation.Request{Period: calendar.Quarter(2026, 1)}); err != nil {
		b.Fatal(err)
	}
	n := 0
	for b.Loop() {
		n++
		if _, err := book.Apply(b.Context(), q.Later(n, 1_000, 5, 10)); err != nil {
			b.Fatal(err)
		}
	}
}
