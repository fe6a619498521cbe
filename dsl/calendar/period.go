package calendar

import (
	"cmp"
	"fmt"
	"strings"
)

// Unit is the length of a period, ordered from short to long. The zero value is
// no unit.
type Unit uint8

// The units of periods. Weeks are those of the calendar; in a calendar of
// months they are the weeks of ISO 8601, which belong to no month.
const (
	UnitDay Unit = iota + 1
	UnitWeek
	UnitMonth
	UnitQuarter
	UnitHalf
	UnitYear
)

// String is the unit as plan files write it: "day", "week", "month", "quarter",
// "half" or "year".
func (u Unit) String() string {
	switch u {
	case UnitDay:
		return "day"
	case UnitWeek:
		return "week"
	case UnitMonth:
		return "month"
	case UnitQuarter:
		return "quarter"
	case UnitHalf:
		return "half"
	case UnitYear:
		return "year"
	}
	return "no unit"
}

// ParseUnit reads the names that [Unit.String] writes.
func ParseUnit(text string) (Unit, error) {
	for u := UnitDay; u <= UnitYear; u++ {
		if u.String() == text {
			return u, nil
		}
	}
	return 0, fmt.Errorf("%s is no unit of time: write day, week, month, quarter, half or year", quoted(text))
}

// months is how many months the unit has; 0 for days and weeks.
func (u Unit) months() int64 {
	switch u {
	case UnitMonth:
		return 1
	case UnitQuarter:
		return 3
	case UnitHalf:
		return 6
	case UnitYear:
		return monthsOfYear
	}
	return 0
}

// Period is one day, week, month, quarter, half or year of a calendar. It
// compares with ==. The zero value is no period.
type Period struct {
	Calendar string // [Calendar.ID]; empty is the calendar year from January
	Unit     Unit
	// Index counts periods of the unit without a gap, so that the next one is
	// Index+1. For years it is the name of the year; for months it is 12 × year
	// + month − 1, and in the same way for quarters and halves; days have their
	// ordinal; weeks are counted from the first week of year 1.
	Index int32
}

// Month is a month of the calendar year. Months outside 1 to 12 count on into
// other years: Month(2026, 13) is Month(2027, 1).
func Month(year, month int) Period {
	return Period{Unit: UnitMonth, Index: int32(year*monthsOfYear + month - 1)}
}

// Quarter is a quarter of the calendar year. Quarters outside 1 to 4 count on
// into other years.
func Quarter(year, quarter int) Period {
	return Period{Unit: UnitQuarter, Index: int32(year*4 + quarter - 1)}
}

// Half is a half of the calendar year. Halves outside 1 to 2 count on into
// other years.
func Half(year, half int) Period {
	return Period{Unit: UnitHalf, Index: int32(year*2 + half - 1)}
}

// Year is a calendar year.
func Year(year int) Period { return Period{Unit: UnitYear, Index: int32(year)} }

// IsZero tells whether p is no period.
func (p Period) IsZero() bool { return p == Period{} }

// Compare orders by calendar, then unit, then time: -1, 0 or +1.
func (p Period) Compare(other Period) int {
	return cmp.Or(
		strings.Compare(p.Calendar, other.Calendar),
		cmp.Compare(p.Unit, other.Unit),
		cmp.Compare(p.Index, other.Index),
	)
}

// Next is the period that follows p in its calendar.
func (p Period) Next() Period { return p.Plus(1) }

// Prev is the period that comes before p in its calendar.
func (p Period) Prev() Period { return p.Plus(-1) }

// Plus moves by n periods of the same unit, back if n is negative.
func (p Period) Plus(n int) Period {
	p.Index += int32(n)
	return p
}

// String is the period for messages. A period of the calendar year is written as
// [Calendar.Format] does; one of another calendar bears the calendar with it.
// Use [Calendar.Format] for text that is to be read back.
func (p Period) String() string {
	switch {
	case p.Unit < UnitDay || p.Unit > UnitYear:
		return "no period"
	case p.Calendar == "":
		return Calendar{}.Format(p)
	case p.Unit <= UnitWeek:
		return fmt.Sprintf("%s %d (%s)", p.Unit, p.Index, p.Calendar)
	}
	return fmt.Sprintf("FY%s (%s)", longName(p, "P"), p.Calendar)
}
