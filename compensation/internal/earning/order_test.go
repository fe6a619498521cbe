package earning

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

func TestLinesAreOrderedByMonthAndStable(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var lines []Line
		for i, m := range rapid.SliceOfN(rapid.IntRange(1, 6), 0, 80).Draw(rt, "months") {
			lines = append(lines, Line{PostedIn: calendar.Month(2026, m), Payee: fact.PayeeID(rune('0' + i))})
		}
		want := slices.Clone(lines)
		slices.SortStableFunc(want, func(a, b Line) int { return a.PostedIn.Compare(b.PostedIn) })
		byMonth(lines)
		if !slices.EqualFunc(lines, want, func(a, b Line) bool { return a.Payee == b.Payee && a.PostedIn == b.PostedIn }) {
			rt.Fatalf("%v, want %v", lines, want)
		}
	})
}

// The periods that a clock has found, and those that it has to find when asked, are those of the calendar.
func TestAClockHasThePeriodsOfItsCalendar(t *testing.T) {
	first := calendar.MustDate("2026-01-01")
	clock := NewClock(calendar.Calendar{}, calendar.Range{From: first, To: first.AddDays(365)})
	rapid.Check(t, func(rt *rapid.T) {
		unit := calendar.Unit(rapid.IntRange(int(PayUnit), int(calendar.UnitYear)).Draw(rt, "unit"))
		from := first.AddDays(rapid.IntRange(-50, 400).Draw(rt, "from"))
		days := calendar.Range{From: from, To: from.AddDays(rapid.IntRange(0, 200).Draw(rt, "days"))}
		want := slices.Collect(calendar.Calendar{}.Periods(unit, days))
		got := clock.within(unit, days)
		if len(got) != len(want) {
			rt.Fatalf("%s: %v, want %v", days, got, want)
		}
		for i, p := range got {
			whole, err := clock.Range(p.Period)
			known, other := calendar.Calendar{}.Range(want[i])
			if p.Period != want[i] || p.days != known || whole != known || err != nil || other != nil {
				rt.Fatalf("%s: %v, want %s, %s", days, p, want[i], known)
			}
		}
	})
}
