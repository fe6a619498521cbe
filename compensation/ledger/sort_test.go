package ledger

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestSortIsTheOrderOfCompare(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		entries := rapid.SliceOfN(anyEntry(), 0, 12).Draw(r, "entries")
		want := slices.Clone(entries)
		slices.SortFunc(want, Compare)
		Sort(entries)
		if !slices.Equal(entries, want) {
			r.Fatalf("got %v\nwant %v", entries, want)
		}
	})
}
