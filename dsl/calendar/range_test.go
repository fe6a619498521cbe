package calendar

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// smallRange draws ranges over two weeks, with open ends and empty ones, so that
// every relation of two ranges comes up.
func smallRange(t *rapid.T, label string) Range {
	end := func(name string) Date {
		n := rapid.IntRange(0, 14).Draw(t, label+name)
		if n == 0 {
			return Date{}
		}
		return MustDate("2026-01-01").AddDays(n)
	}
	return Range{From: end(" from"), To: end(" to")}
}

func TestRangesAreSetsOfDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := smallRange(t, "a"), smallRange(t, "b")
		both, count, covers := a.Intersect(b), 0, true
		for d := MustDate("2025-12-30"); d.Before(MustDate("2026-01-20")); d = d.AddDays(1) {
			inA, inB := a.Contains(d), b.Contains(d)
			if both.Contains(d) != (inA && inB) {
				t.Fatalf("%s in (%s and %s = %s) is %t", d, a, b, both, both.Contains(d))
			}
			if inA && inB {
				count++
			}
			covers = covers && (inA || !inB)
		}
		if a.Overlaps(b) != (count > 0) || both.Empty() != (count == 0) {
			t.Fatalf("%s overlaps %s: %t, but %d days are in both", a, b, a.Overlaps(b), count)
		}
		if n, ok := both.Days(); ok && n != count || !ok && both.Bounded() {
			t.Fatalf("%s has %d days (%t), want %d", both, n, ok, count)
		}
		if a.Covers(b) != covers {
			t.Fatalf("%s covers %s: %t", a, b, a.Covers(b))
		}
		if both != b.Intersect(a) && !both.Empty() {
			t.Fatalf("%s and %s do not intersect alike both ways", a, b)
		}
	})
}

func TestARangeReadsBackAsItIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := smallRange(t, "r")
		if r.Empty() {
			return
		}
		if again, err := ParseRange(r.String()); err != nil || again != r {
			t.Fatalf("%s reads back as %s, %v", r, again, err)
		}
	})
}

func TestPlanFilesIncludeBothDays(t *testing.T) {
	for _, c := range []struct{ text, from, to string }{
		{"2026-01-01..2026-12-31", "2026-01-01", "2027-01-01"},
		{"2026-01-01..2026-01-01", "2026-01-01", "2026-01-02"},
		{"2026-01-01..", "2026-01-01", ""},
		{"2026-01-01..9999-12-31", "2026-01-01", ""},
		{"..2026-12-31", "", "2027-01-01"},
		{"..", "", ""},
	} {
		r, err := ParseRange(c.text)
		if err != nil || r.From.String() != c.from || r.To.String() != c.to {
			t.Errorf("ParseRange(%q) is [%s, %s), %v; want [%s, %s)", c.text, r.From, r.To, err, c.from, c.to)
		}
	}
	first, last := MustDate("2026-01-02"), MustDate("2026-01-01")
	if !Inclusive(first, last).Empty() {
		t.Error("a range whose last day comes first is not empty")
	}
}

func TestAWrongRangeSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"2026-01-01", "with both days included"},
		{"2026-12-31..2026-01-01", "write 2026-01-01..2026-12-31 if they are swapped"},
		{"2026-02-30..", "first day of range \"2026-02-30..\": 2026-02-30: February 2026 has 28 days"},
		{"..2026-02-30", "last day of range"},
		{"2026-01-01 .. 2026-12-31", "first day"},
	} {
		if _, err := ParseRange(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("ParseRange(%q): %v, want … %s", c.text, err, c.want)
		}
	}
}
