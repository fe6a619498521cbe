package proration

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/calendar"
)

// byDay weighs day by day, as a person with a calendar would.
func byDay(run, window calendar.Range, b calendar.Basis, steps []Step) (num int64, due decimal.Decimal) {
	for day := window.From; day.Before(window.To); day = day.AddDays(1) {
		works := b.Method == calendar.CalendarDays || !b.Weekend.Has(day.Weekday()) && !b.Holidays.Has(day)
		late := b.StartDayNotCounted && day == run.From && run.From.After(window.From)
		if !run.Contains(day) || !works || late {
			continue
		}
		part := one
		for _, s := range steps {
			if s.Days.Contains(day) {
				part = s.Part
			}
		}
		num++
		due = due.Add(part)
	}
	return num, due
}

func TestADayIsWeighedAsItCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := func(name string) calendar.Date {
			return calendar.MustDate("2026-01-20").AddDays(rapid.IntRange(0, 80).Draw(t, name))
		}
		window := calendar.Range{From: calendar.MustDate("2026-02-01"), To: calendar.MustDate("2026-04-01")}
		run := calendar.Range{From: day("from"), To: day("to")}
		if !run.From.Before(run.To) {
			run = calendar.Range{From: run.From}
		}
		b := calendar.Basis{
			Method:             rapid.SampledFrom([]calendar.Method{calendar.CalendarDays, calendar.WorkingDays}).Draw(t, "method"),
			StartDayNotCounted: rapid.Bool().Draw(t, "start"), Holidays: calendar.NewHolidays(day("holiday"), day("other")),
		}
		var steps []Step
		for at := day("first"); len(steps) < 3; {
			to := at.AddDays(rapid.IntRange(1, 30).Draw(t, "length"))
			steps = append(steps, Step{Days: calendar.Range{From: at, To: to}, Part: decimal.New(rapid.Int64Range(0, 4).Draw(t, "part")*25, -2)})
			at = to.AddDays(rapid.IntRange(0, 3).Draw(t, "gap"))
		}
		w, err := Of(run, window, b, steps)
		if err != nil {
			t.Fatal(err)
		}
		if num, due := byDay(run, window, b, steps); num != w.Num || !due.Equal(w.Due) {
			t.Fatalf("%d days, %s due; day by day %d, %s", w.Num, w.Due, num, due)
		}
	})
}

// Whatever is counted, what is cut comes to the whole.
func TestTheDaysOfStepsComeToThoseOfTheRun(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		window := calendar.Range{From: calendar.MustDate("2026-01-01"), To: calendar.MustDate("2026-07-01")}
		method := rapid.SampledFrom([]calendar.Method{calendar.CalendarDays, calendar.WorkingDays, calendar.Thirty360US, calendar.Thirty360EU, calendar.WholeMonths}).Draw(t, "method")
		run := calendar.Range{From: window.From.AddDays(rapid.IntRange(-10, 100).Draw(t, "from"))}
		var steps []Step
		for at := calendar.MustDate("2025-12-01"); at.Before(window.To.AddDays(40)); {
			to := at.AddDays(rapid.IntRange(1, 60).Draw(t, "length"))
			steps = append(steps, Step{Days: calendar.Range{From: at, To: to}})
			at = to
		}
		w, err := Of(run, window, calendar.Basis{Method: method}, steps)
		if err != nil {
			t.Fatal(err)
		}
		sum := int64(0)
		for _, s := range w.Steps {
			sum += s.Num
		}
		if sum != w.Num || !w.Due.IsZero() {
			t.Fatalf("%d days of %d, %s due", sum, w.Num, w.Due)
		}
	})
}
