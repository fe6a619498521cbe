package plantest

import (
	"slices"
	"strings"
)

// Updated is the script with its wanted blocks as they were got. Blocks that agree
// keep their bytes, as does everything else; comments stay where they stood. Findings
// that no block wants get one at the end. Updating twice is updating once.
func (s Script) Updated(all Got) []byte {
	got, _ := s.expected(all)
	var b strings.Builder
	at := 0
	wantsFindings := false
	for i, w := range s.Wants {
		place := s.places[i]
		wantsFindings = wantsFindings || w.Name == wantFindings
		if !slices.ContainsFunc(compare(w, got), changed) {
			continue
		}
		b.WriteString(endLine(s.text[at:place.From]) + renewed(w, got))
		if at = place.To; strings.HasSuffix(strings.TrimRight(w.Text, " \t"), "\n\n") {
			b.WriteString("\n") // the empty line between this block and the next
		}
	}
	b.WriteString(s.text[at:])
	if !wantsFindings && len(got.Findings) > 0 {
		text := endLine(b.String()) + "-- " + wantFindings + " --\n" + align(merge(nil, got.Findings), false)
		return []byte(text)
	}
	return []byte(b.String())
}

// renewed is the text of a block as it was got.
func renewed(w File, got Got) string {
	if textual(w.Name) {
		return endLine(strings.Join(explained(got.Explained[w.Name]), "\n"))
	}
	wanted := entries(strings.TrimRight(w.Text, " \t\r\n"))
	return align(merge(wanted, got.table(w.Name)), w.Name == wantPayouts || w.Name == wantCredits || w.Name == wantEntries)
}

// endLine ends a text that has any with a line feed.
func endLine(s string) string {
	if s == "" || strings.HasSuffix(s, "\n") {
		return s
	}
	return s + "\n"
}
