package calendar

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"
)

// Weekdays is a set of days of the week. As a weekend, the zero value is Saturday
// and Sunday.
type Weekdays uint8

// NoWeekdays is the empty set: as a weekend, every day is worked.
const NoWeekdays Weekdays = 1 << 7

// WeekdaysOf is the set of the days; without any it is [NoWeekdays].
func WeekdaysOf(days ...time.Weekday) Weekdays {
	set := NoWeekdays
	for _, day := range days {
		set |= 1 << (uint(day) % daysPerWeek)
	}
	return set
}

// Has tells whether the day is in the set, the zero value being Saturday and
// Sunday.
func (w Weekdays) Has(day time.Weekday) bool {
	if w == 0 {
		return day == time.Saturday || day == time.Sunday
	}
	return w&(1<<(uint(day)%daysPerWeek)) != 0
}

// Holidays is an immutable set of dates on which nobody works. The zero value is
// none.
type Holidays struct{ dates []Date }

// NewHolidays makes the set of the dates, in any order; no date is left out and
// a date written twice counts once.
func NewHolidays(dates ...Date) Holidays {
	sorted := slices.DeleteFunc(slices.Clone(dates), Date.IsZero)
	slices.SortFunc(sorted, Date.Compare)
	return Holidays{slices.Compact(sorted)}
}

// Has tells whether the date is a holiday.
func (h Holidays) Has(d Date) bool {
	_, found := slices.BinarySearchFunc(h.dates, d, Date.Compare)
	return found
}

// Within are the holidays in the range, in order.
func (h Holidays) Within(r Range) iter.Seq[Date] {
	return func(yield func(Date) bool) {
		first, _ := slices.BinarySearchFunc(h.dates, r.From, Date.Compare)
		for _, d := range h.dates[first:] {
			if !r.Contains(d) || !yield(d) {
				return
			}
		}
	}
}

// String lists the dates, separated by spaces.
func (h Holidays) String() string {
	return strings.Trim(fmt.Sprint(h.dates), "[]")
}

// workingDays counts whole weeks at once: a bounded range may be centuries long.
func (b Basis) workingDays(r Range) int64 {
	if r.Empty() {
		return 0
	}
	weeks, rest := divide(days(r), daysPerWeek)
	n := int64(0)
	for i := range daysPerWeek {
		if b.Weekend.Has(r.From.AddDays(i).Weekday()) {
			continue
		}
		n += weeks
		if int64(i) < rest {
			n++
		}
	}
	for d := range b.Holidays.Within(r) {
		if !b.Weekend.Has(d.Weekday()) {
			n--
		}
	}
	return n
}
