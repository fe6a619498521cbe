package calendar

import (
	"fmt"
	"strings"
)

// Range is the days from From up to, and without, To. A zero From is open to
// the past, a zero To is open to the future, so the zero Range is always. A
// range whose To is not after its From is empty.
type Range struct{ From, To Date }

// Inclusive is the range of both days and all between, as plan files mean it. A
// zero date is an open end, and so is 9999-12-31 as the last day. If last comes
// before first the range is empty.
func Inclusive(first, last Date) Range {
	switch {
	case last.IsZero() || last.n == maxOrdinal:
		return Range{From: first}
	case !first.IsZero() && last.Before(first):
		return Range{From: first, To: first}
	}
	return Range{From: first, To: last.AddDays(1)}
}

// ParseRange reads the form of plan files, with both days included:
// "2026-01-01..2026-12-31", "2026-01-01..", "..2026-12-31", or ".." for always.
// The error says which date is wrong, or that the last day comes before the
// first.
func ParseRange(text string) (Range, error) {
	first, last, found := strings.Cut(text, "..")
	if !found {
		return Range{}, fmt.Errorf("%s: write a range as FIRST..LAST with both days included, for example 2026-01-01..2026-12-31, or 2026-01-01.. without an end", quoted(text))
	}
	var from, to Date
	if err := from.UnmarshalText([]byte(first)); err != nil {
		return Range{}, fmt.Errorf("first day of range %s: %w", quoted(text), err)
	}
	if err := to.UnmarshalText([]byte(last)); err != nil {
		return Range{}, fmt.Errorf("last day of range %s: %w", quoted(text), err)
	}
	if !to.IsZero() && to.Before(from) {
		return Range{}, fmt.Errorf("range %s: the last day comes before the first; write %s..%s if they are swapped", quoted(text), to, from)
	}
	return Inclusive(from, to), nil
}

// Contains tells whether d is a day of the range. No date is in no range.
func (r Range) Contains(d Date) bool {
	return !d.IsZero() && !d.Before(r.From) && (r.To.IsZero() || d.Before(r.To))
}

// Empty tells whether no day is in the range.
func (r Range) Empty() bool { return !r.To.IsZero() && !r.From.Before(r.To) }

// Bounded tells whether both ends are given.
func (r Range) Bounded() bool { return !r.From.IsZero() && !r.To.IsZero() }

// Intersect is the days that are in both ranges. If there are none the result
// is empty, and never the zero Range.
func (r Range) Intersect(other Range) Range {
	if other.From.After(r.From) {
		r.From = other.From
	}
	if r.To.IsZero() || !other.To.IsZero() && other.To.Before(r.To) {
		r.To = other.To
	}
	if r.Empty() {
		return Range{From: r.To, To: r.To}
	}
	return r
}

// Overlaps tells whether some day is in both ranges.
func (r Range) Overlaps(other Range) bool { return !r.Intersect(other).Empty() }

// Covers tells whether every day of other is in r.
func (r Range) Covers(other Range) bool {
	return other.Empty() || r.Intersect(other) == other
}

// Days is the number of days; ok is false if an end is open.
func (r Range) Days() (n int, ok bool) {
	switch {
	case r.Empty():
		return 0, true
	case !r.Bounded():
		return 0, false
	}
	return r.To.Sub(r.From), true
}

// String is the form of plan files, which [ParseRange] reads back:
// "2026-01-01..2026-12-31". An empty range is "no days".
func (r Range) String() string {
	if r.Empty() {
		return "no days"
	}
	last := r.To
	if !last.IsZero() {
		last = last.AddDays(-1)
	}
	return r.From.String() + ".." + last.String()
}
