package workload

import (
	"context"
	"os"
	"testing"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/calendar"
)

// opened is a quarter of so many events with its facts, read from its folder.
func opened(b *testing.B, q Quarter) (*plan.Program, compensation.Facts) {
	b.Helper()
	dir := b.TempDir()
	if err := q.Write(dir); err != nil {
		b.Fatal(err)
	}
	program, err := plan.Load(os.DirFS(dir))
	if err != nil {
		b.Fatal(err)
	}
	facts, err := folder.Facts(os.DirFS(dir), program)
	if err != nil {
		b.Fatal(err)
	}
	return program, facts
}

// BenchmarkOpen reads 100,000 events from CSV, and all else from memory.
func BenchmarkOpen(b *testing.B) {
	program, facts := opened(b, Quarter{Events: 100_000})
	for b.Loop() {
		if _, err := compensation.Open(b.Context(), program, facts); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkTyped reads, credits and pays 1,000,000 events that are typed and in memory.
func BenchmarkTyped(b *testing.B) {
	q := Quarter{Events: 1_000_000}
	program, facts := opened(b, Quarter{Events: 1})
	for name, feed := range map[string]crediting.Feed{"ids kept": q.Feed(), "ids unique": q.UniqueFeed()} { // order: each on its own
		facts.Events = feed
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				book, err := compensation.Open(b.Context(), program, facts)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := book.Run(b.Context(), compensation.Request{Period: calendar.Quarter(2026, 1)}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(q.Events), "ns/event")
		})
	}
}

// BenchmarkRun credits and pays 100,000 events that are in memory.
func BenchmarkRun(b *testing.B) { run(b, Quarter{Events: 100_000}) }

// BenchmarkPay is the same with hardly any events: what remains is paying.
func BenchmarkPay(b *testing.B) { run(b, Quarter{Events: 1_000, Accounts: 2_000}) }

func run(b *testing.B, q Quarter) {
	program, facts := opened(b, q)
	book, err := compensation.Open(b.Context(), program, facts)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := book.Run(context.Background(), compensation.Request{Period: calendar.Quarter(2026, 1)}); err != nil {
			b.Fatal(err)
		}
	}
}
