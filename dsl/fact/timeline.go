package fact

import (
	"cmp"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"sort"

	"github.com/payproof/payproof/dsl/calendar"
)

// Version is one thing said about a fact: its value, and when it holds.
type Version[T any] struct {
	Value T
	Stamp Stamp
	// Void withdraws the fact over the effective range: what was known of these
	// days before holds no longer, and nothing takes its place. Value is not read.
	Void bool
}

// Timeline is the history of one fact in effective time and in known time. It is
// immutable and safe for concurrent use; the zero value knows nothing.
type Timeline[T any] struct {
	versions []Version[T] // by Known, then by From
	current  []segment    // of all that is known
}

// segment is a run of days on which one version holds, by index. Its bounds are
// as those of span.
type segment struct {
	from, to int32
	version  int
}

// NewTimeline puts versions, in any order, into a timeline. A version given twice
// counts once: values are compared with their Equal method if they have one, and
// otherwise deeply.
//
// The error joins an [*AmbiguityError] for each two different versions which
// became known at the same revision and cover the same day, and an error for each
// version whose effective range is empty.
func NewTimeline[T any](versions []Version[T]) (Timeline[T], error) {
	return newTimeline(func() string { return "" }, slices.Clone(versions))
}

// newTimeline names the fact in its errors, and keeps the slice.
func newTimeline[T any](what func() string, versions []Version[T]) (Timeline[T], error) {
	if len(versions) == 1 && !versions[0].Stamp.Effective.Empty() { // as of most facts
		from, to := span(versions[0].Stamp.Effective)
		return Timeline[T]{versions, []segment{{from, to, 0}}}, nil
	}
	slices.SortStableFunc(versions, compareVersions[T])
	versions, err := distinct(what, versions)
	if err != nil {
		return Timeline[T]{}, err
	}
	t := Timeline[T]{versions: versions}
	t.current = t.paint(len(versions))
	return t, nil
}

// At is the version that holds on the date, as of the revision. ok is false if
// none does, or if what held was withdrawn, or if the date is zero. It is a
// binary search as of zero or of the last revision; otherwise it looks back from
// the revision to the first version that covers the date.
func (t Timeline[T]) At(date calendar.Date, asOf Revision) (v Version[T], ok bool) {
	if i := t.index(date, asOf); i >= 0 {
		return t.versions[i], true
	}
	return v, false
}

// index is the place of the version that At gives, or -1.
func (t *Timeline[T]) index(date calendar.Date, asOf Revision) int {
	if date.IsZero() {
		return -1
	}
	n := t.known(asOf)
	if n == len(t.versions) {
		return t.now(date.Ordinal())
	}
	for i := n - 1; i >= 0; i-- {
		if t.versions[i].Stamp.Effective.Contains(date) {
			return t.unlessVoid(i)
		}
	}
	return -1
}

// Segments are the runs of days within the range on which one version holds, in
// order of date and without overlap, as of the revision. Days on which nothing
// holds are left out. A run is cut at the ends of the range, and neighbours are
// of different versions.
func (t Timeline[T]) Segments(within calendar.Range, asOf Revision) iter.Seq2[calendar.Range, Version[T]] {
	return func(yield func(calendar.Range, Version[T]) bool) {
		segments := t.current
		if n := t.known(asOf); n < len(t.versions) {
			segments = t.paint(n)
		}
		for _, s := range segments {
			days := spanRange(s.from, s.to).Intersect(within)
			if i := t.unlessVoid(s.version); i >= 0 && !days.Empty() && !yield(days, t.versions[i]) {
				return
			}
		}
	}
}

// All are the versions by the revision at which they became known, then by their
// first day.
func (t Timeline[T]) All() iter.Seq[Version[T]] { return slices.Values(t.versions) }

// known is how many versions count as of the revision.
func (t *Timeline[T]) known(asOf Revision) int {
	if asOf == 0 {
		return len(t.versions)
	}
	return sort.Search(len(t.versions), func(i int) bool { return t.versions[i].Stamp.Known > asOf })
}

func (t *Timeline[T]) now(day int32) int {
	i := sort.Search(len(t.current), func(i int) bool { return t.current[i].to > day })
	if i == len(t.current) || t.current[i].from > day {
		return -1
	}
	return t.unlessVoid(t.current[i].version)
}

func (t *Timeline[T]) unlessVoid(i int) int {
	if t.versions[i].Void {
		return -1
	}
	return i
}

// paint lays the first n versions over each other, the last known on top, and
// gives the runs that can be seen. Every version begins and ends at a bound, so
// it is enough to colour the runs between neighbouring bounds, each once, from
// the last version down; free leads over those which are coloured already.
func (t Timeline[T]) paint(n int) []segment {
	bounds := make([]int32, 0, 2*n)
	for _, v := range t.versions[:n] {
		from, to := span(v.Stamp.Effective)
		bounds = append(bounds, from, to)
	}
	slices.Sort(bounds)
	bounds = slices.Compact(bounds)

	top := make([]int, len(bounds))
	free := make([]int, len(bounds)+1)
	for i := range free {
		free[i] = i
	}
	for version := n - 1; version >= 0; version-- {
		from, to := span(t.versions[version].Stamp.Effective)
		first, _ := slices.BinarySearch(bounds, from)
		for i := lead(free, first); bounds[i] < to; i = lead(free, i) {
			top[i], free[i] = version+1, i+1
		}
	}
	return runs(bounds, top)
}

// runs joins neighbours of the same version; top is 0 where there is none.
func runs(bounds []int32, top []int) []segment {
	var segments []segment
	for i, version := range top {
		if version == 0 {
			continue
		}
		if i > 0 && top[i-1] == version {
			segments[len(segments)-1].to = bounds[i+1]
			continue
		}
		segments = append(segments, segment{from: bounds[i], to: bounds[i+1], version: version - 1})
	}
	return segments
}

// lead follows free to the first run that has no colour, and shortens the way.
func lead(free []int, i int) int {
	for free[i] != i {
		free[i] = free[free[i]]
		i = free[i]
	}
	return i
}

func compareVersions[T any](a, b Version[T]) int {
	fromA, toA := span(a.Stamp.Effective)
	fromB, toB := span(b.Stamp.Effective)
	return cmp.Or(
		cmp.Compare(a.Stamp.Known, b.Stamp.Known),
		cmp.Compare(fromA, fromB),
		cmp.Compare(toA, toB),
		cmp.Compare(a.Stamp.Actor, b.Stamp.Actor),
		cmp.Compare(a.Stamp.Reason, b.Stamp.Reason),
	)
}

// distinct drops repeated versions and refuses those that contradict. Versions
// are sorted, so one contradicts an earlier one of its revision if it begins
// before the furthest end so far.
func distinct[T any](what func() string, versions []Version[T]) ([]Version[T], error) {
	var found problems
	kept := versions[:0]
	furthest := 0 // of the versions kept at this revision, the one that ends last
	for _, v := range versions {
		if v.Stamp.Effective.Empty() {
			found.add(emptyRange(what(), v.Stamp))
			continue
		}
		if repeats(kept, v) {
			continue
		}
		sameKnown := len(kept) > 0 && kept[len(kept)-1].Stamp.Known == v.Stamp.Known
		if sameKnown && kept[furthest].Stamp.Effective.Overlaps(v.Stamp.Effective) {
			found.add(ambiguity(what(), kept[furthest], v))
		}
		kept = append(kept, v)
		if !sameKnown || ends(v) > ends(kept[furthest]) {
			furthest = len(kept) - 1
		}
	}
	return kept, found.err()
}

// repeats looks back over the versions of the same stamp.
func repeats[T any](kept []Version[T], v Version[T]) bool {
	for i := len(kept) - 1; i >= 0 && kept[i].Stamp == v.Stamp; i-- {
		if kept[i].Void == v.Void && (v.Void || equal(kept[i].Value, v.Value)) {
			return true
		}
	}
	return false
}

func equal[T any](a, b T) bool {
	if x, ok := any(a).(interface{ Equal(T) bool }); ok {
		return x.Equal(b)
	}
	return reflect.DeepEqual(a, b)
}

func ambiguity[T any](what string, a, b Version[T]) error {
	if a.Stamp == b.Stamp && show(b) < show(a) {
		a, b = b, a // the order in which they were loaded is not part of the answer
	}
	return &AmbiguityError{What: what, First: show(a), Second: show(b), FirstStamp: a.Stamp, SecondStamp: b.Stamp}
}

func show[T any](v Version[T]) string {
	if v.Void {
		return "withdrawn"
	}
	return fmt.Sprint(v.Value)
}

func emptyRange(what string, s Stamp) error {
	if what == "" {
		what = "a version"
	}
	return fmt.Errorf("%s is never in effect: its range ends on %s and begins on %s; swap them, or leave an end open", what, s.Effective.To, s.Effective.From)
}

func ends[T any](v Version[T]) int32 {
	_, to := span(v.Stamp.Effective)
	return to
}
