package trace

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// columns is how many columns of a terminal a text takes.
func columns(s string) int {
	total := 0
	for _, r := range s {
		total += runeColumns(r)
	}
	return total
}

// runeColumns is 2 for wide East Asian characters and most emoji, 0 for marks that
// stand on the character before.
func runeColumns(r rune) int {
	if r < 0x300 {
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// fitting splits a text at the most that the given columns hold, a whole number of
// characters with their marks, but at least one.
func fitting(s string, room int) (head, tail string) {
	used := 0
	for i, r := range s {
		c := runeColumns(r)
		if used+c > room && i > 0 {
			return s[:i], s[i:]
		}
		used += c
	}
	return s, ""
}

// cut shortens a text to the given columns, the last being an ellipsis.
func cut(s string, room int) string {
	if columns(s) <= room {
		return s
	}
	if room < 2 {
		return "…"
	}
	head, _ := fitting(s, room-1)
	if columns(head) > room-1 { // one character that is too wide
		return "…"
	}
	return strings.TrimRight(head, " ") + "…"
}
