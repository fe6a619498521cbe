package calendar

import (
	"fmt"
	"strings"
)

// Format writes a period so that [Calendar.ParsePeriod] reads it back:
// "2026", "2026-H1", "2026-Q1", "2026-03" and the ISO 8601 week "2026-W05" in
// the calendar year; "FY2026", "FY2026-H1", "FY2026-Q1", "FY2026-P03" and
// "FY2026-W05" in other calendars. In an offset year weeks are those of ISO
// 8601 too: "2026-W05". Days are dates everywhere. Years before 0 do not read
// back; only a calendar of 52 weeks that is followed back to antiquity has them. A period of another calendar
// is written as [Period.String] does.
func (c Calendar) Format(p Period) string {
	s := c.spec()
	if p.Calendar != s.id || p.Unit < UnitDay || p.Unit > UnitYear {
		return p.String()
	}
	switch {
	case p.Unit == UnitDay:
		year, month, day := civilOf(int64(p.Index))
		return fmt.Sprintf("%04d-%02d-%02d", year, month, day)
	case p.Unit == UnitWeek:
		prefix, weeks := s.weeks()
		from := s.start(UnitWeek, int64(p.Index))
		year := weeks.index(UnitYear, from)
		return fmt.Sprintf("%s%04d-W%02d", prefix, year, (from-weeks.start(UnitYear, year))/daysPerWeek+1)
	case s.id == "":
		return longName(p, "")
	}
	return "FY" + longName(p, "P")
}

// ParsePeriod reads what [Calendar.Format] writes. The error says what the
// calendar's periods look like, or that it has no such period.
func (c Calendar) ParsePeriod(text string) (Period, error) {
	p, ok := c.readPeriod(text)
	if !ok {
		return Period{}, fmt.Errorf("%s is no period of the calendar %q: write it as %s", quoted(text), c, c.forms())
	}
	if err := c.check(p); err != nil {
		return Period{}, fmt.Errorf("period %s: %w", quoted(text), err)
	}
	if again := c.Format(p); again != text {
		return Period{}, fmt.Errorf("the calendar %q has no period %s: counting on, it would be %s", c, quoted(text), again)
	}
	return p, nil
}

// readPeriod takes any number where Format would write a month or a week; that
// it is one of its year is seen when it is written again.
func (c Calendar) readPeriod(text string) (Period, bool) {
	s := c.spec()
	if d, err := ParseDate(text); err == nil {
		return c.PeriodOf(UnitDay, d), true
	}
	body, fiscal := strings.CutPrefix(text, "FY")
	yearText, part, hasPart := strings.Cut(body, "-")
	year, ok := digits(yearText)
	if !ok || len(yearText) < 4 || len(yearText) > 5 || hasPart && part == "" {
		return Period{}, false
	}
	if weekText, isWeek := strings.CutPrefix(part, "W"); isWeek {
		prefix, weeks := s.weeks()
		n, ok := digits(weekText)
		if !ok || len(weekText) != 2 || fiscal != (prefix != "") {
			return Period{}, false
		}
		return s.period(UnitWeek, weeks.start(UnitYear, int64(year))+daysPerWeek*int64(n-1)), true
	}
	if fiscal != (s.id != "") {
		return Period{}, false
	}
	return s.readLong(year, part)
}

func (s *spec) readLong(year int, part string) (Period, bool) {
	unit, width, number := UnitYear, 0, part
	switch {
	case part == "":
		number = "1"
	case part[0] == 'Q':
		unit, width, number = UnitQuarter, 1, part[1:]
	case part[0] == 'H':
		unit, width, number = UnitHalf, 1, part[1:]
	case s.id == "":
		unit, width = UnitMonth, 2
	case part[0] == 'P':
		unit, width, number = UnitMonth, 2, part[1:]
	}
	n, ok := digits(number)
	if !ok || unit == UnitYear && part != "" || unit != UnitYear && len(number) != width {
		return Period{}, false
	}
	index := int64(year)*monthsOfYear/unit.months() + int64(n) - 1
	return Period{Calendar: s.id, Unit: unit, Index: int32(index)}, true
}

// weeks is the calendar that names this one's weeks, and their prefix.
func (s *spec) weeks() (prefix string, named *spec) {
	if s.kind == ofMonths {
		return "", &isoWeeks
	}
	return "FY", s
}

func (c Calendar) forms() string {
	if c.ID() == "" {
		return "2026, 2026-H1, 2026-Q1, 2026-03, 2026-W05 or 2026-03-31"
	}
	prefix, _ := c.spec().weeks()
	return "FY2026, FY2026-H1, FY2026-Q1, FY2026-P03, " + prefix + "2026-W05 or 2026-03-31"
}

// longName names a month, quarter, half or year within its year; the letter is
// written before months.
func longName(p Period, month string) string {
	year, n := divide(int64(p.Index), monthsOfYear/p.Unit.months())
	switch p.Unit {
	case UnitMonth:
		return fmt.Sprintf("%04d-%s%02d", year, month, n+1)
	case UnitQuarter:
		return fmt.Sprintf("%04d-Q%d", year, n+1)
	case UnitHalf:
		return fmt.Sprintf("%04d-H%d", year, n+1)
	}
	return fmt.Sprintf("%04d", year)
}
