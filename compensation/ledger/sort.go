package ledger

import (
	"bytes"
	"slices"
)

// Sort puts entries into the canonical order of listings, that of [Compare]. Each
// line is made once, so that it is much faster than sorting with Compare.
func Sort(entries []Entry) {
	type lined struct {
		line  []byte
		entry int
	}
	const typical = 96 // bytes of a line
	all, text := make([]lined, len(entries)), make([]byte, 0, typical*len(entries))
	for i := range entries {
		start := len(text)
		text = appendLine(text, &entries[i])
		all[i] = lined{text[start:], i}
	}
	slices.SortFunc(all, func(a, b lined) int { return bytes.Compare(a.line, b.line) })
	unsorted := slices.Clone(entries)
	for i, l := range all {
		entries[i] = unsorted[l.entry]
	}
}
