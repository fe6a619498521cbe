package calendar

import "slices"

// kind is what a calendar's months are made of.
type kind uint8

const (
	ofMonths   kind = iota // civil months; the year may begin with any of them
	ofQuarters             // quarters of 13 weeks in a pattern such as 4-4-5
	ofWeeks                // weeks gathered into the civil month of their middle day
)

// spec is a calendar reduced to two functions, monthStart and monthOf; quarters,
// halves and years are runs of months in every kind.
type spec struct {
	kind     kind
	id, text string

	lead int64 // ofMonths: months to add to a civil month number to get the fiscal one

	anchor     int64    // ofQuarters: first day of anchorYear; ofWeeks: first day of a week
	anchorYear int64    // ofQuarters
	starts     [4]int64 // ofQuarters: week of the quarter where each month begins, then 13
	long       []int64  // ofQuarters: years of 53 weeks, ascending
}

var (
	calendarYear = spec{text: "months from January"}
	isoWeeks     = spec{kind: ofWeeks, anchor: minOrdinal}
)

const weeksOfYear, weeksOfQuarter = 52, 13

// bounds are the first day of p and the first day after it, as ordinals that
// may lie outside of time.
func (s *spec) bounds(p Period) (from, to int64) {
	return s.start(p.Unit, int64(p.Index)), s.start(p.Unit, int64(p.Index)+1)
}

func (s *spec) period(unit Unit, ordinal int64) Period {
	return Period{Calendar: s.id, Unit: unit, Index: int32(s.index(unit, ordinal))}
}

func (s *spec) start(unit Unit, index int64) int64 {
	switch unit {
	case UnitDay:
		return index
	case UnitWeek:
		return s.firstWeek() + daysPerWeek*index
	}
	return s.monthStart(index * unit.months())
}

func (s *spec) index(unit Unit, ordinal int64) int64 {
	switch unit {
	case UnitDay:
		return ordinal
	case UnitWeek:
		week, _ := divide(ordinal-s.firstWeek(), daysPerWeek)
		return week
	}
	index, _ := divide(s.monthOf(ordinal), unit.months())
	return index
}

// firstWeek is the day among the first seven on which weeks begin.
func (s *spec) firstWeek() int64 {
	if s.kind == ofMonths {
		return isoWeeks.anchor
	}
	_, offset := divide(s.anchor-minOrdinal, daysPerWeek)
	return minOrdinal + offset
}

func (s *spec) monthStart(month int64) int64 {
	switch s.kind {
	case ofQuarters:
		year, m := divide(month, monthsOfYear)
		return s.yearStart(year) + daysPerWeek*(m/3*weeksOfQuarter+s.starts[m%3])
	case ofWeeks:
		// The first week whose middle day is not before the first of the month.
		first := civilMonthStart(month) - 3
		_, late := divide(s.anchor-first, daysPerWeek)
		return first + late
	}
	return civilMonthStart(month - s.lead)
}

func (s *spec) monthOf(ordinal int64) int64 {
	switch s.kind {
	case ofQuarters:
		year := s.yearOf(ordinal)
		// A 53rd week belongs to the last month, as the 52nd does.
		week := min((ordinal-s.yearStart(year))/daysPerWeek, weeksOfYear-1)
		quarter, m := week/weeksOfQuarter, int64(0)
		for s.starts[m+1] <= week%weeksOfQuarter {
			m++
		}
		return year*monthsOfYear + quarter*3 + m
	case ofWeeks:
		_, dayOfWeek := divide(ordinal-s.anchor, daysPerWeek)
		return civilMonthOf(ordinal - dayOfWeek + 3)
	}
	return civilMonthOf(ordinal) + s.lead
}

func (s *spec) yearStart(year int64) int64 {
	extra := s.longBefore(year) - s.longBefore(s.anchorYear)
	return s.anchor + daysPerWeek*(weeksOfYear*(year-s.anchorYear)+extra)
}

func (s *spec) yearOf(ordinal int64) int64 {
	year, _ := divide(ordinal-s.anchor, daysPerWeek*weeksOfYear)
	year += s.anchorYear
	for s.yearStart(year) > ordinal {
		year--
	}
	for s.yearStart(year+1) <= ordinal {
		year++
	}
	return year
}

func (s *spec) longBefore(year int64) int64 {
	n, _ := slices.BinarySearch(s.long, year)
	return int64(n)
}

// civilMonthStart takes months numbered 12 × year + month − 1.
func civilMonthStart(month int64) int64 {
	year, m := divide(month, monthsOfYear)
	return ordinalOf(year, m+1, 1)
}

func civilMonthOf(ordinal int64) int64 {
	year, month, _ := civilOf(ordinal)
	return year*monthsOfYear + month - 1
}
