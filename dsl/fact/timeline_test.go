package fact

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/payproof/payproof/dsl/calendar"
	"pgregory.net/rapid"
)

var day0 = calendar.MustDate("2026-01-01")

func during(text string) calendar.Range {
	r, err := calendar.ParseRange(text)
	if err != nil {
		panic(err)
	}
	return r
}

func stamp(days string, known Revision) Stamp {
	return Stamp{Effective: during(days), Known: known}
}

// anyRange is within two weeks of day0, never empty, and open now and then.
func anyRange(t *rapid.T, label string) calendar.Range {
	from := rapid.IntRange(0, 12).Draw(t, label+" from")
	to := rapid.IntRange(from+1, 14).Draw(t, label+" to")
	var r calendar.Range
	if from > 0 {
		r.From = day0.AddDays(from)
	}
	if to < 14 {
		r.To = day0.AddDays(to)
	}
	return r
}

// anyHistory draws versions of which no two of a revision contradict.
func anyHistory(t *rapid.T) []Version[string] {
	var versions []Version[string]
	for i := range rapid.IntRange(0, 10).Draw(t, "versions") {
		v := Version[string]{
			Value: fmt.Sprint("v", i),
			Stamp: Stamp{Effective: anyRange(t, "effective"), Known: Revision(rapid.IntRange(0, 5).Draw(t, "known"))},
			Void:  rapid.IntRange(0, 4).Draw(t, "void") == 0,
		}
		if !slices.ContainsFunc(versions, func(o Version[string]) bool { return contradict(o, v) }) {
			versions = append(versions, v)
		}
	}
	return versions
}

func contradict(a, b Version[string]) bool {
	return a.Stamp.Known == b.Stamp.Known && a.Stamp.Effective.Overlaps(b.Stamp.Effective)
}

// oracle is the definition: the highest Known ≤ asOf that covers the date.
func oracle(versions []Version[string], date calendar.Date, asOf Revision) (best Version[string], ok bool) {
	for _, v := range versions {
		if asOf.Sees(v.Stamp.Known) && v.Stamp.Effective.Contains(date) && (!ok || v.Stamp.Known > best.Stamp.Known) {
			best, ok = v, true
		}
	}
	return best, ok && !best.Void
}

func TestATimelineAgreesWithItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		versions := anyHistory(t)
		shuffled := rapid.Permutation(append(slices.Clone(versions), versions...)).Draw(t, "order, each twice")
		timeline, err := NewTimeline(shuffled)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(slices.Collect(timeline.All())); n != len(versions) {
			t.Fatalf("%d versions of %d are kept", n, len(versions))
		}
		for asOf := Revision(0); asOf <= 6; asOf++ {
			for i := -2; i < 17; i++ {
				date := day0.AddDays(i)
				want, wantOK := oracle(versions, date, asOf)
				got, ok := timeline.At(date, asOf)
				if ok != wantOK || ok && got != want {
					t.Fatalf("on %s as of %d: %+v %t, want %+v %t", date, asOf, got, ok, want, wantOK)
				}
			}
		}
	})
}

func TestSegmentsAreTheTimelineDayByDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		timeline, err := NewTimeline(anyHistory(t))
		if err != nil {
			t.Fatal(err)
		}
		asOf, within := Revision(rapid.IntRange(0, 6).Draw(t, "as of")), anyRange(t, "within")
		at, before := day0.AddDays(-5), ""
		for days, v := range timeline.Segments(within, asOf) {
			if !within.Covers(days) || days.Empty() {
				t.Fatalf("%s is not within %s", days, within)
			}
			if touches := days.From == at; touches && before == v.Value {
				t.Fatalf("%s is cut at %s without a change", v.Value, at)
			}
			for ; !days.Contains(at) && at.Before(day0.AddDays(20)); at = at.AddDays(1) {
				if _, ok := timeline.At(at, asOf); ok && within.Contains(at) {
					t.Fatalf("%s is missing", at)
				}
			}
			for ; days.Contains(at) && at.Before(day0.AddDays(20)); at = at.AddDays(1) {
				if got, ok := timeline.At(at, asOf); !ok || got.Value != v.Value {
					t.Fatalf("%s is %s, and %s in segment %s", at, got.Value, v.Value, days)
				}
			}
			before = v.Value
		}
		for ; at.Before(day0.AddDays(20)); at = at.AddDays(1) {
			if _, ok := timeline.At(at, asOf); ok && within.Contains(at) {
				t.Fatalf("%s is missing after the last segment", at)
			}
		}
	})
}

func TestVersionsThatContradictAreRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var versions []Version[string]
		for i := range rapid.IntRange(0, 5).Draw(t, "versions") {
			known := Revision(rapid.IntRange(0, 2).Draw(t, "known"))
			versions = append(versions, Version[string]{Value: fmt.Sprint(i), Stamp: Stamp{Effective: anyRange(t, "effective"), Known: known}})
		}
		want := false
		for i, a := range versions {
			want = want || slices.ContainsFunc(versions[:i], func(b Version[string]) bool { return contradict(a, b) })
		}
		_, err := NewTimeline(versions)
		var typed *AmbiguityError
		if errors.As(err, &typed) != want {
			t.Fatalf("%+v: %v, want an ambiguity: %t", versions, err, want)
		}
	})
}

func TestAnAmbiguityShowsBothVersions(t *testing.T) {
	a := Version[string]{Value: "quota 100k", Stamp: Stamp{Effective: during("2026-01-01..2026-06-30"), Known: 3, Actor: "ana"}}
	b := Version[string]{Value: "quota 120k", Stamp: Stamp{Effective: during("2026-06-01.."), Known: 3, Actor: "bob", Reason: "new territory"}}
	want := "two versions disagree on 2026-06-01..2026-06-30: quota 100k [2026-01-01..2026-06-30, known at 3, by ana] and quota 120k [2026-06-01.., known at 3, by bob (new territory)]; end one before the other begins, or load the correct one at a later revision"
	for _, versions := range [][]Version[string]{{a, b}, {b, a}} {
		if _, err := NewTimeline(versions); err == nil || err.Error() != want {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
	a.Stamp = b.Stamp
	first, second := errorOf([]Version[string]{a, b}), errorOf([]Version[string]{b, a})
	if first != second || first == "" {
		t.Errorf("the order of loading shows:\n%s\n%s", first, second)
	}
}

func errorOf(versions []Version[string]) string {
	_, err := NewTimeline(versions)
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestManyErrorsAreCounted(t *testing.T) {
	versions := make([]Version[int], 151)
	for i := range versions {
		versions[i].Value = i
	}
	_, err := NewTimeline(versions)
	if err == nil || strings.Count(err.Error(), "disagree") != 100 || !strings.HasSuffix(err.Error(), "and 50 more") {
		t.Errorf("error: %.200v", err)
	}
}

func TestAVersionThatIsNeverInEffectIsRefused(t *testing.T) {
	empty := calendar.Range{From: day0.AddDays(3), To: day0}
	if _, err := NewTimeline([]Version[int]{{Stamp: Stamp{Effective: empty}}}); err == nil || !strings.Contains(err.Error(), "ends on 2026-01-01 and begins on 2026-01-04") {
		t.Errorf("error: %v", err)
	}
}

func TestTheZeroTimelineKnowsNothing(t *testing.T) {
	var timeline Timeline[int]
	if _, ok := timeline.At(day0, 0); ok {
		t.Error("something holds")
	}
	if _, ok := timeline.At(day0, 5); ok {
		t.Error("something holds as of 5")
	}
	for days := range timeline.Segments(calendar.Range{}, 0) {
		t.Errorf("there is a segment %s", days)
	}
}

func TestALaterVersionReplacesOnlyTheDaysItCovers(t *testing.T) {
	timeline, err := NewTimeline([]Version[int]{
		{Value: 100, Stamp: stamp("2026-01-01..", 1)},
		{Value: 80, Stamp: stamp("2026-03-01..2026-03-31", 4)},
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for days, v := range timeline.Segments(during("2026-02-01..2026-04-30"), 0) {
		got = append(got, fmt.Sprint(days, " ", v.Value))
	}
	want := []string{"2026-02-01..2026-02-28 100", "2026-03-01..2026-03-31 80", "2026-04-01..2026-04-30 100"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for days := range timeline.Segments(calendar.Range{}, 3) {
		if days != during("2026-01-01..") {
			t.Errorf("as of 3 there is %s", days)
		}
	}
	if _, ok := timeline.At(calendar.Date{}, 0); ok {
		t.Error("something holds on no date")
	}
}

func TestNothingComesBeforeTheFirstDay(t *testing.T) {
	timeline, err := NewTimeline([]Version[int]{
		{Value: 1, Stamp: stamp("..", 1)},
		{Value: 2, Stamp: stamp("0001-01-01..2026-01-31", 2)},
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for days, v := range timeline.Segments(calendar.Range{}, 0) {
		got = append(got, fmt.Sprint(days, " ", v.Value))
	}
	if want := []string{"..2026-01-31 2", "2026-02-01.. 1"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
