// Package declared puts rows of events into declared order: incentive date, what takes others back after what does not, the fields that the
// company names, and the id.
package declared

import (
	"cmp"
	"slices"

	"github.com/payproof/payproof/dsl/fact"
)

// Row is a row of events: its Day, its number, and whether it Takes another one back.
type Row struct {
	Day, Row int32
	Takes    bool
}

// Rows are the numbers of rows in declared order. Fields compares two rows by the fields that are named, and may be nil; id is the id of a row. Feeds
// are often in order already.
func Rows(all []Row, fields func(a, b int) int, id func(int) string) []int {
	order := func(a, b Row) int {
		if c := OnDay(a.Day, b.Day, a.Takes, b.Takes); c != 0 {
			return c
		}
		if fields != nil {
			if c := fields(int(a.Row), int(b.Row)); c != 0 {
				return c
			}
		}
		return fact.CompareIDs(id(int(a.Row)), id(int(b.Row)))
	}
	if !slices.IsSortedFunc(all, order) {
		slices.SortFunc(all, order)
	}
	out := make([]int, len(all))
	for i, d := range all {
		out[i] = int(d.Row)
	}
	return out
}

// OnDay compares days, and on one day puts what takes others back last.
func OnDay(a, b int32, takes, others bool) int {
	switch {
	case a != b:
		return cmp.Compare(a, b)
	case takes == others:
		return 0
	case takes:
		return 1
	}
	return -1
}
