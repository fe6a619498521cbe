package calendar

import "fmt"

// Method is the way in which part of a whole is measured.
type Method uint8

// The proration methods. The zero value is calendar days.
const (
	// CalendarDays is days of the part over days of the whole. For an annual
	// amount this is "calendar days of actual year": 365 or 366.
	CalendarDays Method = iota
	// CalendarDaysOf365 is days of the part over 365, for annual amounts: the
	// whole must be a year. All of a leap year is 366/365, more than the whole.
	CalendarDaysOf365
	// WorkingDays is days of the part over days of the whole, without weekends
	// and holidays.
	WorkingDays
	// Thirty360US counts months of 30 days by the US rule, see [Days360US].
	Thirty360US
	// Thirty360EU counts months of 30 days by the European rule, see [Days360EU].
	Thirty360EU
	// WholeMonths is the months of the whole, stepped from its first day, that lie
	// entirely in the part, over all of them.
	WholeMonths
)

// String is the method as plan files write it.
func (m Method) String() string {
	switch m {
	case CalendarDays:
		return "calendar days"
	case CalendarDaysOf365:
		return "calendar days of 365"
	case WorkingDays:
		return "working days"
	case Thirty360US:
		return "30/360 US"
	case Thirty360EU:
		return "30/360 EU"
	case WholeMonths:
		return "whole months"
	}
	return "no method"
}

// ParseMethod reads the names that [Method.String] writes, and "calendar days of
// actual year" for the first.
func ParseMethod(text string) (Method, error) {
	if text == "calendar days of actual year" {
		return CalendarDays, nil
	}
	for m := CalendarDays; m <= WholeMonths; m++ {
		if m.String() == text {
			return m, nil
		}
	}
	return 0, fmt.Errorf("%s is no way to prorate: write calendar days, calendar days of 365, working days, 30/360 US, 30/360 EU or whole months", quoted(text))
}

// Basis says how an amount for a whole is shared over a part of it. The zero
// value is calendar days with the start day counted.
type Basis struct {
	Method Method
	// StartDayNotCounted leaves out the first day of a part that begins after
	// the whole does: who starts on the 15th counts from the 16th. Who is there
	// from the first day of the whole still has all of it.
	StartDayNotCounted bool
	Weekend            Weekdays // for WorkingDays
	Holidays           Holidays // for WorkingDays
}

// Fraction is the share num/den of the whole that belongs to the part, as two
// counts of days or months: 15 and 31, not reduced, so that a statement can show
// them. Days of the part outside of the whole do not count. den is positive, and
// num is from 0 to den except by CalendarDaysOf365.
//
// The error is a whole that is open, that has nothing to count (a den of 0), or
// that the method cannot divide.
func Fraction(part, whole Range, basis Basis) (num, den int64, err error) {
	if !whole.Bounded() || whole.Empty() {
		return 0, 0, fmt.Errorf("prorate %s: the whole must have a first and a last day", whole)
	}
	part = part.Intersect(whole)
	if basis.StartDayNotCounted {
		if basis.Method == WholeMonths {
			return 0, 0, fmt.Errorf("prorate %s by whole months: a start day that is not counted would cost its whole month; count it, or prorate by days", whole)
		}
		if part.From.After(whole.From) && !part.Empty() {
			part.From = part.From.AddDays(1)
		}
	}
	num, den, err = basis.count(part, whole)
	if err == nil && den == 0 {
		err = fmt.Errorf("prorate %s by %s: the whole has none to share; prorate by calendar days", whole, basis.Method)
	}
	if err != nil {
		return 0, 0, err
	}
	return num, den, nil
}

func (b Basis) count(part, whole Range) (num, den int64, err error) {
	switch b.Method {
	case CalendarDays:
		return days(part), days(whole), nil
	case CalendarDaysOf365:
		if !isYear(whole) {
			return 0, 0, fmt.Errorf("prorate %s by %s: 365 is for annual amounts; give the year as the whole, or prorate by calendar days", whole, b.Method)
		}
		return days(part), 365, nil
	case WorkingDays:
		return b.workingDays(part), b.workingDays(whole), nil
	case Thirty360US:
		return days360(part, Days360US), days360(whole, Days360US), nil
	case Thirty360EU:
		return days360(part, Days360EU), days360(whole, Days360EU), nil
	case WholeMonths:
		return wholeMonths(part, whole)
	}
	return 0, 0, fmt.Errorf("prorate %s: method %d is unknown; take one of CalendarDays to WholeMonths", whole, b.Method)
}

// days takes bounded ranges only.
func days(r Range) int64 {
	n, _ := r.Days()
	return int64(n)
}

// isYear takes twelve months, and the 52 or 53 weeks of a fiscal year.
func isYear(r Range) bool {
	n := days(r)
	return r.From.AddMonths(monthsOfYear) == r.To || n == 52*daysPerWeek || n == 53*daysPerWeek
}

func wholeMonths(part, whole Range) (num, den int64, err error) {
	for from := whole.From; from.Before(whole.To); den++ {
		// Steps are from the first day, so that a whole which begins on the 31st
		// does not creep to the 28th.
		to := whole.From.AddMonths(int(den) + 1)
		if to.After(whole.To) {
			return 0, 0, fmt.Errorf("prorate %s by whole months: the whole is not made of whole months; prorate by calendar days", whole)
		}
		if !part.Empty() && part.Covers(Range{From: from, To: to}) {
			num++
		}
		from = to
	}
	return num, den, nil
}
