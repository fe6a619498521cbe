package plantest

import "strings"

// op is what happened to a line between two texts.
type op byte

const (
	kept    op = ' '
	dropped op = '-'
	added   op = '+'
)

type edit struct {
	op   op
	line string
}

// maxTable bounds the work of a diff; beyond it all of one text is replaced by all
// of the other, which is as true and needs no table.
const maxTable = 4_000_000

// diff is a shortest way from one list of lines to another, dropping before adding.
func diff(from, to []string) (edits []edit) {
	head := 0
	for head < len(from) && head < len(to) && from[head] == to[head] {
		edits = append(edits, edit{kept, from[head]})
		head++
	}
	from, to = from[head:], to[head:]
	common := longestCommon(from, to)
	i, j := 0, 0
	for i < len(from) || j < len(to) {
		switch {
		case i < len(from) && j < len(to) && common != nil && from[i] == to[j]:
			edits = append(edits, edit{kept, from[i]})
			i, j = i+1, j+1
		case i < len(from) && (j == len(to) || common == nil || common[i+1][j] >= common[i][j+1]):
			edits = append(edits, edit{dropped, from[i]})
			i++
		default:
			edits = append(edits, edit{added, to[j]})
			j++
		}
	}
	return edits
}

// longestCommon is how many lines from[i:] and to[j:] have in common, in order; nil
// where the table would be too large.
func longestCommon(from, to []string) [][]int {
	if (len(from)+1)*(len(to)+1) > maxTable {
		return nil
	}
	table := make([][]int, len(from)+1)
	for i := range table {
		table[i] = make([]int, len(to)+1)
	}
	for i := len(from) - 1; i >= 0; i-- {
		for j := len(to) - 1; j >= 0; j-- {
			if from[i] == to[j] {
				table[i][j] = table[i+1][j+1] + 1
			} else {
				table[i][j] = max(table[i+1][j], table[i][j+1])
			}
		}
	}
	return table
}

// around is how many kept lines are shown on each side of a change.
const around = 3

// unified shows edits, "-" is wanted and "+" was got, leaving out kept lines far
// from any change.
func unified(edits []edit) string {
	near := make([]bool, len(edits))
	for i, e := range edits {
		if e.op == kept {
			continue
		}
		for k := max(0, i-around); k <= min(len(edits)-1, i+around); k++ {
			near[k] = true
		}
	}
	var b strings.Builder
	for i, e := range edits {
		switch {
		case near[i]:
			b.WriteString(string(e.op) + " " + e.line + "\n")
		case i == 0 || near[i-1]:
			b.WriteString("  …\n")
		}
	}
	return b.String()
}
