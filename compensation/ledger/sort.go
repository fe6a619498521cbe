package ledger

import (
	"bytes"
	"slices"
)

// Sort puts entries into the canonical order of listings, that of [Compare]. Each
// line is made once, so that it is much faster than sorting with Compare.
func Sort(entries []Entry) {
	type lined struct {
		entry Entry
		line  []byte
	}
	all := make([]lined, len(entries))
	for i, e := range entries {
		all[i] = lined{e, AppendLine(nil, e)}
	}
	slices.SortFunc(all, func(a, b lined) int { return bytes.Compare(a.line, b.line) })
	for i := range all {
		entries[i] = all[i].entry
	}
}
