package calendar

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var texts = []string{
	"months from 2026-01",
	"months from 2026-02",
	"months from 2026-07, named by start",
	"4-4-5 weeks from 2026-02-01",
	"4-5-4 weeks from 2026-02-01, named by start, 53 weeks in 2028 and 2034",
	"5-4-4 weeks from 2025-12-29, named 2026, 53 weeks in 2020 and 2026",
	"weeks from 2026-01-05",
	"weeks from Sunday",
}

var longUnits = []Unit{UnitDay, UnitWeek, UnitMonth, UnitQuarter, UnitHalf, UnitYear}

func anyCalendar(t *rapid.T) Calendar {
	return MustParse(rapid.SampledFrom(texts).Draw(t, "calendar"))
}

func anyUnit(t *rapid.T) Unit { return rapid.SampledFrom(longUnits).Draw(t, "unit") }

func mustRange(t interface{ Fatal(...any) }, c Calendar, p Period) Range {
	r, err := c.Range(p)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEveryDayIsInExactlyOnePeriodOfEachUnit(t *testing.T) {
	for _, text := range texts {
		c := MustParse(text)
		for _, unit := range longUnits {
			var at Period
			var r Range
			for d := MustDate("1999-12-25"); d.Before(MustDate("2041-02-05")); d = d.AddDays(1) {
				p := c.PeriodOf(unit, d)
				if p != at {
					next := mustRange(t, c, p)
					if !at.IsZero() && (p != at.Next() || next.From != r.To || p.Compare(at) <= 0) {
						t.Fatalf("%s: %s %s follows %s %s", text, c.Format(p), next, c.Format(at), r)
					}
					at, r = p, next
				}
				if !r.Contains(d) {
					t.Fatalf("%s: %s is in %s, which is %s", text, d, c.Format(p), r)
				}
			}
		}
	}
}

func TestPeriodsPartitionTheRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, unit := anyCalendar(t), anyUnit(t)
		from := nearDate(t, "from")
		within := Range{From: from, To: from.AddDays(rapid.IntRange(0, 900).Draw(t, "days"))}
		total, at := 0, within.From
		for p := range c.Periods(unit, within) {
			part := mustRange(t, c, p).Intersect(within)
			if part.From != at || part.Empty() {
				t.Fatalf("%s begins at %s, want %s", c.Format(p), part.From, at)
			}
			n, _ := part.Days()
			total, at = total+n, part.To
		}
		if n, _ := within.Days(); total != n {
			t.Fatalf("periods of %s have %d days, want %d", within, total, n)
		}
	})
}

func TestAPeriodIsMadeOfItsChildren(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, long, short := anyCalendar(t), anyUnit(t), anyUnit(t)
		p := c.PeriodOf(long, nearDate(t, "date"))
		first, err := c.First(p, short)
		if nests := short <= long && (short != UnitWeek || long == UnitWeek || !strings.HasPrefix(c.String(), "months")); !nests {
			if err == nil {
				t.Fatalf("%s has a first %s in %q", c.Format(p), short, c)
			}
			return
		}
		last, errLast := c.Last(p, short)
		if err != nil || errLast != nil {
			t.Fatal(err, errLast)
		}
		r := mustRange(t, c, p)
		if mustRange(t, c, first).From != r.From || mustRange(t, c, last).To != r.To {
			t.Fatalf("%s is %s, its children %s to %s", c.Format(p), r, c.Format(first), c.Format(last))
		}
		for child := first; child.Index <= last.Index; child = child.Next() {
			if parent, err := c.Parent(child, long); err != nil || parent != p {
				t.Fatalf("the %s of %s is %s, %v; want %s", long, c.Format(child), c.Format(parent), err, c.Format(p))
			}
		}
	})
}

func TestAPeriodReadsBackAsItIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCalendar(t)
		d := anyDate(t, "date")
		if d.Year() < 10 {
			d = nearDate(t, "date after year 10") // years of 52 weeks drift below year 0
		}
		p := c.PeriodOf(anyUnit(t), d)
		if again, err := c.ParsePeriod(c.Format(p)); err != nil || again != p {
			t.Fatalf("%q: %s reads back as %+v, %v; want %+v", c, c.Format(p), again, err, p)
		}
	})
}

func TestPeriodsAreNamedAsTheFieldNamesThem(t *testing.T) {
	for _, c := range []struct{ calendar, name, days string }{
		{"months from 2026-01", "2026-03", "2026-03-01..2026-03-31"},
		{"months from 2026-01", "2026-Q1", "2026-01-01..2026-03-31"},
		{"months from 2026-01", "2026-H2", "2026-07-01..2026-12-31"},
		{"months from 2026-01", "2024", "2024-01-01..2024-12-31"},
		{"months from 2026-01", "2026-02-28", "2026-02-28..2026-02-28"},
		// ISO 8601: 1 January 2026 is a Thursday, so its week is the first.
		{"months from 2026-01", "2026-W01", "2025-12-29..2026-01-04"},
		{"months from 2026-01", "2020-W53", "2020-12-28..2021-01-03"},
		{"months from 2026-02", "FY2027", "2026-02-01..2027-01-31"},
		{"months from 2026-02", "FY2027-P01", "2026-02-01..2026-02-28"},
		{"months from 2026-02", "FY2027-Q4", "2026-11-01..2027-01-31"},
		{"months from 2026-02", "2026-W01", "2025-12-29..2026-01-04"},
		{"months from 2026-07, named by start", "FY2026-P12", "2027-06-01..2027-06-30"},
		// The National Retail Federation's 4-5-4 calendar: 2023 has 53 weeks and
		// begins 2023-01-29; 2024 begins 2024-02-04.
		{"4-5-4 weeks from 2023-01-29, named by start, 53 weeks in 2023", "FY2023-P01", "2023-01-29..2023-02-25"},
		{"4-5-4 weeks from 2023-01-29, named by start, 53 weeks in 2023", "FY2023-P02", "2023-02-26..2023-04-01"},
		{"4-5-4 weeks from 2023-01-29, named by start, 53 weeks in 2023", "FY2023-P12", "2023-12-31..2024-02-03"},
		{"4-5-4 weeks from 2023-01-29, named by start, 53 weeks in 2023", "FY2023-W53", "2024-01-28..2024-02-03"},
		{"4-5-4 weeks from 2023-01-29, named by start, 53 weeks in 2023", "FY2024", "2024-02-04..2025-02-01"},
		{"4-5-4 weeks from 2023-01-29, named by start, 53 weeks in 2023", "FY2022", "2022-01-30..2023-01-28"},
		{"4-4-5 weeks from 2025-12-29, named 2026, 53 weeks in 2026", "FY2026-P12", "2026-11-23..2027-01-03"},
		{"4-4-5 weeks from 2026-02-01", "FY2027-P03", "2026-03-29..2026-05-02"},
		{"5-4-4 weeks from 2026-02-01", "FY2027-P01", "2026-02-01..2026-03-07"},
		// CDC: MMWR week 1 of 2026 ends on Saturday 2026-01-10.
		{"weeks from Sunday", "FY2026-W01", "2026-01-04..2026-01-10"},
		{"weeks from 2026-01-05", "FY2026-W02", "2026-01-05..2026-01-11"},
		{"weeks from 2026-01-05", "FY2026-P01", "2025-12-29..2026-02-01"},
	} {
		cal := MustParse(c.calendar)
		p, err := cal.ParsePeriod(c.name)
		if err != nil {
			t.Errorf("%s: %v", c.calendar, err)
			continue
		}
		if got := mustRange(t, cal, p).String(); got != c.days {
			t.Errorf("%s: %s is %s, want %s", c.calendar, c.name, got, c.days)
		}
	}
}

func TestISOWeeksAgreeWithPackageTime(t *testing.T) {
	var c Calendar
	for d := MustDate("1998-01-01"); d.Year() < 2030; d = d.AddDays(1) {
		y, m, day := d.YMD()
		year, week := time.Date(y, time.Month(m), day, 0, 0, 0, 0, time.UTC).ISOWeek()
		want := longName(Year(year), "") + "-W" + two(week)
		if got := c.Format(c.PeriodOf(UnitWeek, d)); got != want {
			t.Fatalf("%s is in %s, want %s", d, got, want)
		}
	}
}

func two(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }

func TestTheZeroCalendarIsTheCalendarYear(t *testing.T) {
	var c Calendar
	d := MustDate("2026-03-15")
	for _, want := range []Period{Month(2026, 3), Quarter(2026, 1), Half(2026, 1), Year(2026), Month(2025, 15)} {
		if got := c.PeriodOf(want.Unit, d); got != want {
			t.Errorf("%s of %s is %s, want %s", want.Unit, d, got, want)
		}
	}
	if MustParse("months from 2030-01, named by start") != c || c.ID() != "" || MustParse(c.String()) != c {
		t.Error("months from January is not the zero calendar")
	}
}

func TestCalendarsReadBackAsTheyAreWritten(t *testing.T) {
	for _, text := range append(texts, "4-4-5  weeks from 2026-02-01 , 53 weeks in 2034, 53 weeks in 2028") {
		c := MustParse(text)
		again := MustParse(c.String())
		if again.String() != c.String() || again.ID() != c.ID() {
			t.Errorf("%q is written %q and then %q", text, c, again)
		}
	}
	plain, listed := MustParse("4-4-5 weeks from 2026-02-01"), MustParse("4-4-5 weeks from 2026-02-01, 53 weeks in 2034")
	if plain.ID() != listed.ID() || plain.String() == listed.String() {
		t.Error("listing a 53-week year must change the text and not the name of periods")
	}
	if MustParse("months from 2025-02").ID() != MustParse("months from February").ID() {
		t.Error("the year of months from matters")
	}
}

func TestTheEndsOfTimeAreOpen(t *testing.T) {
	for _, text := range texts {
		c := MustParse(text)
		for _, unit := range longUnits {
			first, last := Date{minOrdinal}, Date{maxOrdinal}
			p, q := c.PeriodOf(unit, first), c.PeriodOf(unit, last)
			if !mustRange(t, c, p).Contains(first) || !mustRange(t, c, q).Contains(last) {
				t.Errorf("%s: the %s at an end of time does not hold it", text, unit)
			}
			if _, err := c.Range(p.Prev()); err == nil {
				t.Errorf("%s: there is a %s before time", text, unit)
			}
			if _, err := c.Range(q.Next()); err == nil {
				t.Errorf("%s: there is a %s after time", text, unit)
			}
		}
	}
	if got := mustRange(t, Calendar{}, Year(9999)).String(); got != "9999-01-01.." {
		t.Errorf("the last year is %s", got)
	}
}

func TestWrongCalendarsSayWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "is no calendar"},
		{"months", "is no calendar"},
		{"fortnights from 2026-01-05", "is no calendar"},
		{"months from 2026-13", "write the first month as YYYY-MM or by name"},
		{"months from 2026-02-01", "write the first month as YYYY-MM or by name"},
		{"months from 2026-02, named by start, named by end", "is no option"},
		{"months from 2026-02, 53 weeks in 2028", "for patterns such as 4-4-5"},
		{"weeks from 2026-01-05, named by start", "an option does not fit"},
		{"weeks from Lundi", "write the first day of a week"},
		{"4-4-4 weeks from 2026-02-01", "write 4-4-5, 4-5-4 or 5-4-4"},
		{"4-4-5 weeks from 2026-02", "first day of a fiscal year"},
		{"4-4-5 weeks from 2026-02-01, 53 weeks in 28", "write four digits"},
		{"4-4-5 weeks from 2026-02-01, 53 weeks in 2028 and 2028", "written twice"},
		{"4-4-5 weeks from 2026-02-01,", "is no option"},
		{"4-4-5 weeks from 2026-02-01, named 26", "is no name for a year"},
		{"months from 2026-02, named 2026", "for patterns such as 4-4-5"},
		// 52 weeks from 2026-01-02 end on 2026-12-31, 53 weeks in 2027.
		{"4-4-5 weeks from 2026-01-02, 53 weeks in 2026", "year 2026 has 53 weeks and would then end in 2027"},
		{"4-4-5 weeks from 2026-01-02, 53 weeks in 2027", "ends in 2026 with 52 weeks and in 2027 with 53"},
	} {
		if _, err := Parse(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Parse(%q): %v, want … %s", c.text, err, c.want)
		}
	}
}

func TestWrongPeriodsSayWhatIsWrong(t *testing.T) {
	fiscal := "4-4-5 weeks from 2026-02-01"
	for _, c := range []struct{ calendar, text, want string }{
		{"months from 2026-01", "2026-13", "counting on, it would be 2027-01"},
		{"months from 2026-01", "2026-00", "counting on, it would be 2025-12"},
		{"months from 2026-01", "2026-Q5", "counting on, it would be 2027-Q1"},
		{"months from 2026-01", "2026-W54", "counting on, it would be 2027-W01"},
		{"months from 2026-01", "2026-3", "write it as 2026, 2026-H1"},
		{"months from 2026-01", "FY2026", "write it as 2026, 2026-H1"},
		{"months from 2026-01", "2026-", "write it as"},
		{"months from 2026-01", "", "write it as"},
		{"months from 2026-01", "0000", "outside of time"},
		{fiscal, "2026-03", "write it as FY2026"},
		{fiscal, "FY2027-W53", "counting on, it would be FY2028-W01"},
		{fiscal, "2027-W52", "write it as FY2026"},
		{"months from 2026-02", "FY2027-W01", "2026-W05"},
	} {
		if _, err := MustParse(c.calendar).ParsePeriod(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: ParsePeriod(%q): %v, want … %s", c.calendar, c.text, err, c.want)
		}
	}
}

func TestAPeriodOfAnotherCalendarIsRefused(t *testing.T) {
	c := MustParse("4-4-5 weeks from 2026-02-01")
	if _, err := c.Range(Month(2026, 3)); err == nil || !strings.Contains(err.Error(), "period 2026-03 is not of the calendar") {
		t.Errorf("error: %v", err)
	}
	if _, err := (Calendar{}).Range(c.PeriodOf(UnitMonth, MustDate("2026-03-01"))); err == nil || !strings.Contains(err.Error(), "FY2027-P02 (4-4-5 weeks from 2026-02-01)") {
		t.Errorf("error: %v", err)
	}
	if _, err := c.Range(Period{}); err == nil {
		t.Error("the zero period has a range")
	}
	if !c.PeriodOf(UnitMonth, Date{}).IsZero() || !c.PeriodOf(0, MustDate("2026-01-01")).IsZero() {
		t.Error("no date or no unit has a period")
	}
}

func TestPeriodsOfAnOpenRangeCanBeStopped(t *testing.T) {
	var c Calendar
	var got []string
	for p := range c.Periods(UnitQuarter, Range{From: MustDate("2026-03-31")}) {
		if got = append(got, c.Format(p)); len(got) == 3 {
			break
		}
	}
	if !slices.Equal(got, []string{"2026-Q1", "2026-Q2", "2026-Q3"}) {
		t.Errorf("got %v", got)
	}
}

func FuzzParsePeriod(f *testing.F) {
	for i, seed := range []string{"2026", "2026-Q1", "2026-03", "2026-W05", "FY2027-P03", "FY2027-W53", "2026-03-31", "FY2027-H2", "-", "99999-W99"} {
		f.Add(i, seed)
	}
	f.Fuzz(func(t *testing.T, i int, text string) {
		c := MustParse(texts[uint(i)%uint(len(texts))])
		if p, err := c.ParsePeriod(text); err == nil && (c.Format(p) != text || p.IsZero()) {
			t.Errorf("%q: ParsePeriod(%q) is %s", c, text, c.Format(p))
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range texts {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse(text)
		if err != nil {
			return
		}
		if again, err := Parse(c.String()); err != nil || again.String() != c.String() || again.ID() != c.ID() {
			t.Errorf("Parse(%q) is %q, which reads back as %q, %v", text, c, again, err)
		}
	})
}
