package calendar

// Ordinals are Rata Die day numbers: 0001-01-01, a Monday, is 1. They leave 0
// for "no date". Arithmetic inside the package is on int64, so that a fiscal
// year which begins before the first day or ends after the last needs no
// special case.
const (
	minOrdinal = 1
	maxOrdinal = 3652059 // 9999-12-31
)

const (
	daysPerEra   = 146097 // 400 years
	epochToRata  = 306    // days from 0000-03-01 to 0001-01-01
	daysPerWeek  = 7
	monthsOfYear = 12
)

// ordinalOf numbers the days of the proleptic Gregorian calendar; the year may
// be any, the day may be outside its month. It is Howard Hinnant's
// days_from_civil (https://howardhinnant.github.io/date_algorithms.html), which
// counts years from March so that the leap day is the last of its year.
func ordinalOf(year, month, day int64) int64 {
	if month <= 2 {
		year--
		month += monthsOfYear
	}
	era, yearOfEra := divide(year, 400)
	dayOfYear := (153*(month-3)+2)/5 + day - 1
	dayOfEra := yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + dayOfYear
	return era*daysPerEra + dayOfEra - epochToRata + 1
}

// civilOf is the inverse of ordinalOf: civil_from_days of the same source.
func civilOf(ordinal int64) (year, month, day int64) {
	era, dayOfEra := divide(ordinal+epochToRata-1, daysPerEra)
	yearOfEra := (dayOfEra - dayOfEra/1460 + dayOfEra/36524 - dayOfEra/146096) / 365
	dayOfYear := dayOfEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	fromMarch := (5*dayOfYear + 2) / 153
	day = dayOfYear - (153*fromMarch+2)/5 + 1
	year, month = era*400+yearOfEra, fromMarch+3
	if month > monthsOfYear {
		return year + 1, month - monthsOfYear, day
	}
	return year, month, day
}

func isLeap(year int64) bool {
	return year%4 == 0 && (year%100 != 0 || year%400 == 0)
}

func daysInMonth(year, month int64) int64 {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if isLeap(year) {
			return 29
		}
		return 28
	}
	return 31
}

// divide is floored division: the remainder is never negative.
func divide(a, b int64) (quotient, remainder int64) {
	quotient, remainder = a/b, a%b
	if remainder < 0 {
		return quotient - 1, remainder + b
	}
	return quotient, remainder
}
