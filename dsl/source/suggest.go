package source

import (
	"slices"
	"strings"
)

// Nearest is the candidate that a misspelt name most probably meant, or "" when
// none is close. Case is ignored; ties go to the first in byte order.
func Nearest(name string, candidates []string) string {
	sorted := slices.Sorted(slices.Values(candidates))
	best, limit := "", len(name)/3+1
	for _, c := range sorted {
		if d := distance(strings.ToLower(name), strings.ToLower(c), limit); d < limit || best == "" && d == limit {
			best, limit = c, d
		}
	}
	if best != "" && limit >= len(name) {
		return ""
	}
	return best
}

// DidYouMean is `did you mean "x"?` for the nearest candidate, or the list of
// candidates when none is near.
func DidYouMean(name string, candidates []string) string {
	if n := Nearest(name, candidates); n != "" {
		return "did you mean \"" + n + "\"?"
	}
	if len(candidates) == 0 {
		return ""
	}
	sorted := slices.Compact(slices.Sorted(slices.Values(candidates)))
	if len(sorted) > 12 {
		sorted = append(sorted[:12:12], "…")
	}
	return "known: " + strings.Join(sorted, ", ")
}

// distance is the optimal string alignment distance of a and b, or more than
// limit as soon as it must be.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) > limit || len(y)-len(x) > limit || len(x) > 64 || len(y) > 64 {
		return limit + 1
	}
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(x)][len(y)]
}
