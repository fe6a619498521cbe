package folder

import (
	"cmp"
	"slices"
	"strings"

	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// version is what one row says of a subject: a payee, or the two ends of an edge.
type version[T any] struct {
	subject string
	stamp   fact.Stamp
	says    T
	at      source.Span
}

// conflicts reports rows about one subject which became known together, cover the
// same day and differ. It finds what fact.NewTimeline refuses, but with places. Each
// row is reported once, against one other.
func conflicts[T any](found *findings, code, what string, versions []version[T], same func(a, b T) bool) {
	sorted := make([]*version[T], len(versions))
	for i := range versions {
		sorted[i] = &versions[i]
	}
	order := func(a, b *version[T]) int {
		return cmp.Or(strings.Compare(a.subject, b.subject), cmp.Compare(a.stamp.Known, b.stamp.Known),
			a.stamp.Effective.From.Compare(b.stamp.Effective.From), a.stamp.Effective.To.Compare(b.stamp.Effective.To))
	}
	if !slices.IsSortedFunc(sorted, order) { // as files mostly are
		slices.SortStableFunc(sorted, order)
	}
	var group []*version[T] // those of one subject and revision, without repeats
	furthest := 0           // the one that ends last
	for _, v := range sorted {
		if len(group) > 0 && (group[0].subject != v.subject || group[0].stamp.Known != v.stamp.Known) {
			group, furthest = group[:0], 0
		}
		if repeats(group, v, same) {
			continue
		}
		if len(group) > 0 && group[furthest].stamp.Effective.Overlaps(v.stamp.Effective) {
			found.add(conflict(code, what, group[furthest], v))
		}
		group = append(group, v)
		if endsAfter(v, group[furthest]) {
			furthest = len(group) - 1
		}
	}
}

// repeats looks back over the rows of the same stamp, which stand together.
func repeats[T any](group []*version[T], v *version[T], same func(a, b T) bool) bool {
	for i := len(group) - 1; i >= 0 && group[i].stamp == v.stamp; i-- {
		if same(group[i].says, v.says) {
			return true
		}
	}
	return false
}

func conflict[T any](code, what string, a, b *version[T]) source.Diagnostic {
	if b.at.Compare(a.at) < 0 {
		a, b = b, a
	}
	days := a.stamp.Effective.Intersect(b.stamp.Effective)
	return source.Errorf(code, b.at, "two rows say different things of %s %s in %s", what, strings.ReplaceAll(a.subject, "\n", " "), days).
		WithNote(a.at, "the other row").
		WithHint("end one before the other starts; if one replaces the other, give it a higher number in the column known")
}

func endsAfter[T any](a, b *version[T]) bool {
	x, y := a.stamp.Effective.To, b.stamp.Effective.To
	return !y.IsZero() && (x.IsZero() || x.After(y))
}
