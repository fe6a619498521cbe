package packed

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/source"
)

// kept is a row as the oracle has it.
type kept struct {
	id     string
	ints   []int64
	absent []bool
	at     source.Span
}

// Rows are read as they were added, whatever their numbers, before they are closed and after, and whatever is replaced.
func TestRowsAreReadAsTheyWereAdded(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		const columns = 200 // so many that blocks are small
		used := rapid.IntRange(1, 4).Draw(r, "columns that are used")
		rows := New(columns + 2)
		places := NewPlaces(rows, columns, columns+1)
		var all []kept
		for range rapid.IntRange(1, 9).Draw(r, "batches") {
			n := min(rapid.IntRange(1, 150).Draw(r, "rows"), rows.Room())
			from := len(all)
			file, lines := fmt.Sprint("f", rapid.IntRange(0, 2).Draw(r, "file")), rapid.Bool().Draw(r, "lines of a file")
			for i := range n {
				k := kept{id: fmt.Sprint(rapid.IntRange(0, 12345).Draw(r, "id")), ints: make([]int64, columns), absent: make([]bool, columns)}
				switch {
				case lines:
					k.at = Line(file, 2*(from+i)+1)
				case i%3 == 0:
					k.at = source.Span{File: file, From: source.Pos{Line: 3, Col: 4}, To: source.Pos{Line: 5, Col: 1}}
				case i%3 == 1:
					k.at = Line(file, i)
				}
				rows.Add(k.id)
				all = append(all, k)
			}
			for c := range used {
				number := numbersOf(rapid.IntRange(0, 4).Draw(r, "size"))
				missing := rapid.Bool().Draw(r, "missing")
				for i := range n {
					k := &all[from+i]
					k.ints[c] = number.Draw(r, "number")
					rows.Ints(c)[i] = k.ints[c]
					if missing && rapid.Bool().Draw(r, "is missing") {
						k.absent[c], rows.Absent(c)[i] = true, true
					}
				}
			}
			if lines {
				places.AddLines(file, func(i int) int { return 2*(from+i) + 1 })
			} else {
				places.Add(func(i int) source.Span { return all[from+i].at })
			}
			rows.Done()
			same(r, rows, places, all, used)
		}
		rows.Close()
		same(r, rows, places, all, used)
		var sets []Set
		replaced := map[int]bool{}
		for range rapid.IntRange(0, 20).Draw(r, "replaced") {
			s := Set{Row: rapid.IntRange(0, len(all)-1).Draw(r, "row"), Ints: make([]int64, columns+2), Absent: make([]bool, columns+2)}
			if replaced[s.Row] {
				continue
			}
			replaced[s.Row] = true
			s.Ints[0], s.Absent[0] = numbersOf(3).Draw(r, "number"), rapid.Bool().Draw(r, "is missing")
			all[s.Row].ints, all[s.Row].absent, all[s.Row].at = s.Ints[:columns], s.Absent[:columns], source.Span{}
			places.Set(s.Row, source.Span{})
			sets = append(sets, s)
		}
		rows.Replace(sets)
		same(r, rows, places, all, used)
		wholeColumns(r, rows, all, used)
	})
}

// numbersOf are numbers of a size.
func numbersOf(size int) *rapid.Generator[int64] {
	switch size {
	case 0:
		return rapid.Just(int64(7))
	case 1:
		return rapid.Int64Range(-100, 100)
	case 2:
		return rapid.Int64Range(1, 60_000)
	case 3:
		return rapid.Int64Range(-1<<31, 1<<30)
	}
	return rapid.Int64()
}

// same compares the rows one by one.
func same(r *rapid.T, rows *Rows, places *Places, all []kept, used int) {
	if rows.Len() != len(all) {
		r.Fatalf("%d rows, want %d", rows.Len(), len(all))
	}
	for i, k := range all {
		if id := rows.ID(i); id != k.id || !rows.Is(i, k.id) || rows.Is(i, k.id+"x") {
			r.Fatalf("row %d has the id %s, want %s", i, id, k.id)
		}
		if at := places.At(i); at != k.at {
			r.Fatalf("row %d stands at %v, want %v", i, at, k.at)
		}
		for c := range used {
			if v, has := rows.Value(c, i); has == k.absent[c] || has && v != k.ints[c] {
				r.Fatalf("row %d, column %d is %d %v, want %d %v", i, c, v, has, k.ints[c], !k.absent[c])
			}
		}
	}
}

// wholeColumns compares columns as they are read, and their spans.
func wholeColumns(r *rapid.T, rows *Rows, all []kept, used int) {
	from := rapid.IntRange(0, len(all)-1).Draw(r, "from")
	to := rapid.IntRange(from+1, len(all)).Draw(r, "to")
	for c := range used {
		ints, codes, has := make([]int64, to-from), make([]uint32, to-from), make([]bool, to-from)
		Read(rows, c, from, ints)
		Read(rows, c, from, codes)
		missing := rows.Has(c, from, has)
		misses := false
		for i, k := range all[from:to] {
			misses = misses || k.absent[c]
			switch {
			case missing && has[i] == k.absent[c], !missing && k.absent[c]:
				r.Fatalf("column %d, row %d: has %v", c, from+i, has[i])
			case !k.absent[c] && (ints[i] != k.ints[c] || codes[i] != uint32(k.ints[c])):
				r.Fatalf("column %d, row %d: %d and %d, want %d", c, from+i, ints[i], codes[i], k.ints[c])
			}
		}
		if misses && !rows.Misses(c) {
			r.Fatalf("column %d misses nothing", c)
		}
		if slices.ContainsFunc(all, func(k kept) bool { return k.absent[c] }) {
			continue
		}
		least, greatest, _ := rows.Span(c)
		want := [2]int64{all[0].ints[c], all[0].ints[c]}
		for i, v := range rows.All(c) {
			if v != all[i].ints[c] {
				r.Fatalf("column %d, row %d is %d, want %d", c, i, v, all[i].ints[c])
			}
			want = [2]int64{min(want[0], v), max(want[1], v)}
		}
		if least != want[0] || greatest != want[1] {
			r.Fatalf("column %d is from %d to %d, want %v", c, least, greatest, want)
		}
	}
}
