package calendar

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var allMethods = []Method{CalendarDays, CalendarDaysOf365, WorkingDays, Thirty360US, Thirty360EU, WholeMonths}

// The examples that ISDA published with its 30/360 conventions
// (https://www.isda.org/2008/12/22/30-360-day-count-conventions/): 30/360 Bond
// Basis, section 4.16(f), and 30E/360 Eurobond Basis, section 4.16(g).
func TestDays360AgreesWithTheExamplesOfISDA(t *testing.T) {
	for _, c := range []struct {
		from, to string
		us, eu   int
	}{
		{"2006-08-20", "2007-02-20", 180, 180},
		{"2007-02-20", "2007-08-20", 180, 180},
		{"2007-08-20", "2008-02-20", 180, 180},
		{"2008-02-20", "2008-08-20", 180, 180},
		{"2008-08-20", "2009-02-20", 180, 180},
		{"2009-02-20", "2009-08-20", 180, 180},
		{"2006-08-31", "2007-02-28", 178, 178},
		{"2007-02-28", "2007-08-31", 183, 182},
		{"2007-08-31", "2008-02-29", 179, 179},
		{"2008-02-29", "2008-08-31", 182, 181},
		{"2008-08-31", "2009-02-28", 178, 178},
		{"2009-02-28", "2009-08-31", 183, 182},
		{"2006-01-31", "2006-02-28", 28, 28},
		{"2006-01-30", "2006-02-28", 28, 28},
		{"2006-02-28", "2006-03-03", 5, 5},
		{"2006-02-14", "2006-02-28", 14, 14},
		{"2006-09-30", "2006-10-31", 30, 30},
		{"2006-10-31", "2006-11-28", 28, 28},
		{"2007-08-31", "2008-02-28", 178, 178},
		{"2008-02-28", "2008-08-28", 180, 180},
		{"2008-02-28", "2008-08-30", 182, 182},
		{"2008-02-28", "2008-08-31", 183, 182},
		{"2007-02-26", "2008-02-28", 362, 362},
		{"2007-02-26", "2008-02-29", 363, 363},
		{"2008-02-29", "2009-02-28", 359, 359},
		{"2008-02-28", "2008-03-30", 32, 32},
		{"2008-02-28", "2008-03-31", 33, 32},
	} {
		from, to := MustDate(c.from), MustDate(c.to)
		if us, eu := Days360US(from, to), Days360EU(from, to); us != c.us || eu != c.eu {
			t.Errorf("%s to %s: US %d, EU %d; want %d, %d", from, to, us, eu, c.us, c.eu)
		}
	}
}

func TestFractions(t *testing.T) {
	const year, leap, june, march = "2026-01-01..2026-12-31", "2024-01-01..2024-12-31", "2026-06-01..2026-06-30", "2026-03-01..2026-03-31"
	holidays := NewHolidays(MustDate("2026-06-19"), MustDate("2026-06-20"), MustDate("2026-06-19"))
	gulf := WeekdaysOf(time.Friday, time.Saturday)
	for _, c := range []struct {
		part, whole string
		basis       Basis
		num, den    int64
	}{
		// A hire in the middle of a month of 30 days, both readings:
		// https://seanmmasters.com/2019/11/03/sales-compensation-ramp-goals-for-new-hires/
		{"2026-06-15..", june, Basis{}, 16, 30},
		{"2026-06-21..", june, Basis{}, 10, 30},
		{"2026-06-15..", june, Basis{StartDayNotCounted: true}, 15, 30},
		{"2026-06-21..", june, Basis{StartDayNotCounted: true}, 9, 30},
		{"2026-06-01..", year, Basis{}, 214, 365},
		{"2026-06-01..", june, Basis{StartDayNotCounted: true}, 30, 30},
		{"2026-06-30..", june, Basis{StartDayNotCounted: true}, 0, 30},
		{"2026-07-01..", june, Basis{}, 0, 30},
		{"..", june, Basis{}, 30, 30},
		{"2024-02-01..2024-02-29", leap, Basis{}, 29, 366},
		{"2024-02-01..2024-02-29", leap, Basis{Method: CalendarDaysOf365}, 29, 365},
		{"..", leap, Basis{Method: CalendarDaysOf365}, 366, 365},
		{"2026-02-01..2026-02-28", "2026-02-01..2027-01-30", Basis{Method: CalendarDaysOf365}, 28, 365},
		{"2026-06-15..", june, Basis{Method: WorkingDays}, 12, 22},
		{"2026-06-15..", june, Basis{Method: WorkingDays, Holidays: holidays}, 11, 21},
		{"2026-06-15..", june, Basis{Method: WorkingDays, Holidays: holidays, Weekend: gulf}, 12, 22},
		{"2026-06-15..", june, Basis{Method: WorkingDays, Weekend: NoWeekdays}, 16, 30},
		{"2026-03-16..", march, Basis{Method: Thirty360US}, 15, 30},
		{"2026-03-16..", march, Basis{Method: Thirty360EU}, 15, 30},
		{"2026-03-01..2026-03-30", march, Basis{Method: Thirty360US}, 30, 30},
		{"2026-03-01..2026-03-30", march, Basis{Method: Thirty360EU}, 29, 30},
		{"2026-02-15..", year, Basis{Method: Thirty360EU}, 316, 360},
		{"2026-02-15..", year, Basis{Method: WholeMonths}, 10, 12},
		{"2026-02-01..", year, Basis{Method: WholeMonths}, 11, 12},
		{"2026-02-02..2026-02-27", year, Basis{Method: WholeMonths}, 0, 12},
		{"2026-02-28..", "2026-01-31..2026-05-30", Basis{Method: WholeMonths}, 3, 4},
	} {
		part, whole := mustParseRange(t, c.part), mustParseRange(t, c.whole)
		num, den, err := Fraction(part, whole, c.basis)
		if err != nil || num != c.num || den != c.den {
			t.Errorf("%s of %s by %+v is %d/%d, %v; want %d/%d", part, whole, c.basis, num, den, err, c.num, c.den)
		}
	}
}

func TestAWholeThatCannotBeSharedIsRefused(t *testing.T) {
	for _, c := range []struct {
		whole, want string
		basis       Basis
	}{
		{"2026-01-01..", "must have a first and a last day", Basis{}},
		{"2026-06-01..2026-06-30", "365 is for annual amounts", Basis{Method: CalendarDaysOf365}},
		{"2026-06-06..2026-06-07", "none to share", Basis{Method: WorkingDays}},
		{"2026-01-30..2026-01-30", "none to share", Basis{Method: Thirty360US}},
		{"2026-06-01..2026-07-15", "not made of whole months", Basis{Method: WholeMonths}},
		{"2026-06-01..2026-06-30", "would cost its whole month", Basis{Method: WholeMonths, StartDayNotCounted: true}},
		{"2026-06-01..2026-06-30", "method 9 is unknown", Basis{Method: 9}},
	} {
		if _, _, err := Fraction(Range{}, mustParseRange(t, c.whole), c.basis); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s by %+v: %v, want … %s", c.whole, c.basis, err, c.want)
		}
	}
}

func TestAFractionIsNeverBelowNothingOrAboveTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		basis, whole := anyBasis(t), anyWhole(t)
		from := whole.From.AddDays(rapid.IntRange(-10, 400).Draw(t, "from"))
		part := Range{From: from, To: from.AddDays(rapid.IntRange(0, 400).Draw(t, "length"))}
		num, den, err := Fraction(part, whole, basis)
		if err == nil && (num < 0 || den <= 0 || num > den && basis.Method != CalendarDaysOf365) {
			t.Fatalf("%s of %s by %s is %d/%d", part, whole, basis.Method, num, den)
		}
		if all, den, err := Fraction(Range{}, whole, basis); err == nil && all != den && basis.Method != CalendarDaysOf365 {
			t.Fatalf("all of %s by %s is %d/%d", whole, basis.Method, all, den)
		}
	})
}

func TestPartsByDaysSumToTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		basis, whole := anyBasis(t), anyWhole(t)
		basis.StartDayNotCounted = false
		if basis.Method == Thirty360US || basis.Method == WholeMonths {
			basis.Method = CalendarDays // these two do not add up, by their rules
		}
		cut := whole.From.AddDays(rapid.IntRange(0, 366).Draw(t, "cut"))
		before, _, err := Fraction(Range{To: cut}, whole, basis)
		after, _, _ := Fraction(Range{From: cut}, whole, basis)
		all, _, _ := Fraction(Range{}, whole, basis)
		if err == nil && before+after != all {
			t.Fatalf("%s cut at %s by %s: %d and %d are not %d", whole, cut, basis.Method, before, after, all)
		}
	})
}

func TestWorkingDaysAgreeWithCountingThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		basis, whole := anyBasis(t), anyWhole(t)
		want := int64(0)
		for d := whole.From; d.Before(whole.To); d = d.AddDays(1) {
			if !basis.Weekend.Has(d.Weekday()) && !basis.Holidays.Has(d) {
				want++
			}
		}
		if got := basis.workingDays(whole); got != want {
			t.Fatalf("%s has %d working days, counting gives %d", whole, got, want)
		}
	})
}

func TestNamesOfMethodsAndUnitsReadBack(t *testing.T) {
	for _, m := range allMethods {
		if again, err := ParseMethod(m.String()); err != nil || again != m {
			t.Errorf("%s reads back as %s, %v", m, again, err)
		}
	}
	for _, u := range longUnits {
		if again, err := ParseUnit(u.String()); err != nil || again != u {
			t.Errorf("%s reads back as %s, %v", u, again, err)
		}
	}
	if m, err := ParseMethod("calendar days of actual year"); err != nil || m != CalendarDays {
		t.Errorf("calendar days of actual year is %s, %v", m, err)
	}
	if _, err := ParseMethod("days"); err == nil {
		t.Error("days is a method")
	}
	if _, err := ParseUnit("no unit"); err == nil {
		t.Error("no unit is a unit")
	}
}

func anyBasis(t *rapid.T) Basis {
	var holidays []Date
	for range rapid.IntRange(0, 12).Draw(t, "holidays") {
		holidays = append(holidays, nearDate(t, "holiday"))
	}
	return Basis{
		Method:             rapid.SampledFrom(allMethods).Draw(t, "method"),
		StartDayNotCounted: rapid.Bool().Draw(t, "start day not counted"),
		Weekend:            rapid.SampledFrom([]Weekdays{0, NoWeekdays, WeekdaysOf(time.Sunday), WeekdaysOf(time.Friday, time.Saturday)}).Draw(t, "weekend"),
		Holidays:           NewHolidays(holidays...),
	}
}

// anyWhole draws months and years as well as odd ranges, which some methods
// refuse.
func anyWhole(t *rapid.T) Range {
	from := nearDate(t, "whole from")
	switch rapid.IntRange(0, 2).Draw(t, "kind of whole") {
	case 0:
		r, _ := Calendar{}.Range(Calendar{}.PeriodOf(UnitMonth, from))
		return r
	case 1:
		r, _ := Calendar{}.Range(Calendar{}.PeriodOf(UnitYear, from))
		return r
	}
	return Range{From: from, To: from.AddDays(rapid.IntRange(1, 400).Draw(t, "whole days"))}
}

func mustParseRange(t *testing.T, text string) Range {
	r, err := ParseRange(text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
