package baseline_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/internal/workload"
	"github.com/payproof/payproof/internal/workload/baseline"
)

// product pays the quarter with the product, from the folder, or from its events
// typed in memory.
func product(t *testing.T, q workload.Quarter, dir string, inMemory bool) []baseline.Payout {
	t.Helper()
	program, err := plan.Load(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	facts, err := folder.Facts(os.DirFS(dir), program)
	if err != nil {
		t.Fatal(err)
	}
	if inMemory {
		facts.Events = q.Feed()
	}
	book, err := compensation.Open(context.Background(), program, facts)
	if err != nil {
		t.Fatal(err)
	}
	run, err := book.Run(context.Background(), compensation.Request{Period: calendar.Quarter(2026, 1)})
	if err != nil {
		t.Fatal(err)
	}
	var out []baseline.Payout
	for p := range run.Payouts() {
		cents, ok := p.Amount.Int64(2)
		if !ok {
			t.Fatalf("%s pays %s, which is no whole number of cents", p.ID, p.Amount)
		}
		if cents != 0 {
			out = append(out, baseline.Payout{Month: int(p.Period.Index - calendar.Month(2026, 1).Index), Payee: string(p.Payee), Component: p.Component, Cents: cents})
		}
	}
	slices.SortFunc(out, baseline.Payout.Compare)
	return out
}

// differ is the first payouts that are not the same, and how many are.
func differ(product, hand []baseline.Payout) string {
	var b strings.Builder
	all := map[baseline.Payout]int{}
	for _, p := range product {
		all[p]++
	}
	n := 0
	for _, p := range hand {
		if all[p]--; all[p] < 0 {
			if n++; n <= 5 {
				fmt.Fprintf(&b, "by hand only: %v\n", p)
			}
		}
	}
	for _, p := range product {
		if all[p] > 0 {
			if n++; n <= 10 {
				fmt.Fprintf(&b, "by the product only: %v\n", p)
			}
		}
	}
	return b.String()
}

// variants are quarters that differ in more than size.
func variants() []workload.Quarter {
	return []workload.Quarter{
		{Rules: 20},
		{Rules: 200, Seed: 1},
		{Rules: 2_000, Accounts: 3_000, Seed: 2},
		{Rules: 200, Fields: 200, Accounts: 3_000},
		{Rules: 21, Fields: 50, Accounts: 3_000},
		{Whale: true, Accounts: 3_000},
		{Late: true, Accounts: 3_000, Seed: 3},
		{Levels: 8, Accounts: 3_000},
		{Levels: 1, Reps: 7, Managers: 2, Accounts: 40, Engineers: 1},
		{Reps: 1, Managers: 1, Directors: 1, Accounts: 1},
	}
}

func TestTheProductPaysWhatAProgramByHandPays(t *testing.T) {
	sizes := []int{5_000, 50_000}
	if testing.Short() {
		sizes = []int{1_000}
	}
	for _, size := range sizes {
		for i, q := range variants() {
			if q.Events = size; size > 5_000 && (q.Wide() || q.Rules > 200) {
				q.Events = 10_000 // for time
			}
			t.Run(fmt.Sprintf("%+v", q), func(t *testing.T) {
				dir := t.TempDir()
				if err := q.Write(dir); err != nil {
					t.Fatal(err)
				}
				want, err := baseline.Run(q, os.DirFS(dir))
				if err != nil {
					t.Fatal(err)
				}
				if len(want) < 3 {
					t.Fatalf("only %d payouts", len(want))
				}
				if d := differ(product(t, q, dir, i%2 == 0), want); d != "" {
					t.Error(d)
				}
			})
		}
	}
}

func TestTwentyThousandRules(t *testing.T) {
	if testing.Short() {
		t.Skip("20,000 rules take seconds to compile")
	}
	q := workload.Quarter{Events: 2_000, Rules: 20_000, Accounts: 3_000}
	dir := t.TempDir()
	if err := q.Write(dir); err != nil {
		t.Fatal(err)
	}
	want, err := baseline.Run(q, os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	if d := differ(product(t, q, dir, true), want); d != "" {
		t.Error(d)
	}
}

func TestDuplicatesAreRejectedByHand(t *testing.T) {
	q := workload.Quarter{Events: 100, Accounts: 50}
	dir := t.TempDir()
	if err := q.Write(dir); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "events", "deal.csv")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	if err := os.WriteFile(name, []byte(string(text)+lines[1]), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := baseline.Run(q, os.DirFS(dir)); err == nil || err.Error() != `line 102: the id "e00000000" stands twice` {
		t.Errorf("error: %v", err)
	}
}
