package check

import "strings"

// Excerpt is src[from:to], widened over the brackets that belong to its ends:
// brackets leave no trace in the tree.
func Excerpt(src string, from, to int) string {
	from, to = widened(src, from, to)
	return strings.TrimSpace(src[from:to])
}

// widened takes in the brackets that belong to the ends of src[from:to].
func widened(src string, from, to int) (int, int) {
	from, to = max(0, from), min(to, len(src))
	opened, unopened := 0, 0
	for _, r := range src[from:to] {
		switch {
		case r == '(':
			opened++
		case r == ')' && opened > 0:
			opened--
		case r == ')':
			unopened++
		}
	}
	for ; unopened > 0 && from > 0; from-- {
		if src[from-1] == '(' {
			unopened--
		}
	}
	for ; opened > 0 && to < len(src); to++ {
		if src[to] == ')' {
			opened--
		}
	}
	return from, to
}
