package plantest

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// entry is a line of a wanted table: a row, a comment, or both.
type entry struct {
	row     string // with single spaces between words; empty: only a comment
	cells   Row    // when the row is known from the engine
	comment string // with its #
}

// entries reads a wanted table.
func entries(text string) (out []entry) {
	for line := range strings.Lines(text) {
		row, comment := line, ""
		if i := comments(line); i >= 0 {
			row, comment = line[:i], strings.TrimSpace(line[i:])
		}
		out = append(out, entry{row: oneSpace(row), comment: comment})
	}
	return out
}

// comments is where the comment of a line begins, -1 is nowhere: at a # with a space
// after it, that stands first or behind two spaces. A message or a key has no two spaces, so
// that a row is never taken for a comment.
func comments(line string) int {
	line = strings.TrimRight(line, " \t\r\n")
	if first := strings.TrimLeft(line, " \t"); first == "#" || strings.HasPrefix(first, "# ") {
		return len(line) - len(first)
	}
	if i := strings.Index(line, "  # "); i >= 0 {
		return i + len("  ")
	}
	return -1
}

func oneSpace(s string) string { return strings.Join(strings.Fields(s), " ") }

// rowsOf are the rows of entries, as one text each.
func rowsOf(all []entry) (out []string) {
	for _, e := range all {
		if e.row != "" {
			out = append(out, e.row)
		}
	}
	return out
}

// texts are rows as they are compared.
func texts(rows []Row) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = oneSpace(strings.Join(r, " "))
	}
	return out
}

// merge is a wanted table brought up to date: the rows that were got, with the
// comments where they stood.
func merge(wanted []entry, rows []Row) (out []entry) {
	got := texts(rows)
	next := 0 // of wanted
	comment := func() {
		for ; next < len(wanted) && wanted[next].row == ""; next++ {
			out = append(out, wanted[next])
		}
	}
	k := 0 // of rows
	comment()
	for _, e := range diff(rowsOf(wanted), got) {
		switch e.op {
		case kept:
			out = append(out, entry{got[k], rows[k], wanted[next].comment})
			next, k = next+1, k+1
		case dropped:
			next++
		case added:
			out = append(out, entry{got[k], rows[k], ""})
			k++
			continue
		}
		comment()
	}
	return out
}

// align writes a table with its columns below each other. The last column is of
// amounts when right is set, and ends on one line then.
func align(all []entry, right bool) string {
	widths := columnWidths(all)
	var b strings.Builder
	for _, e := range all {
		var line strings.Builder
		for i, cell := range e.cells {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if last := i == len(e.cells)-1; last && right {
				line.WriteString(pad + cell)
			} else {
				line.WriteString(cell + pad + "  ")
			}
		}
		text := line.String()
		if e.comment != "" && len(e.cells) > 0 {
			text = strings.TrimRight(text, " ") + "  "
		}
		b.WriteString(strings.TrimRight(text+e.comment, " ") + "\n")
	}
	return b.String()
}

func columnWidths(all []entry) (widths []int) {
	for _, e := range all {
		widths = slices.Grow(widths, len(e.cells))
		for i, cell := range e.cells {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	return widths
}
