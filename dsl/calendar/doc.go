// Package calendar holds the civil dates, ranges and fiscal periods that every
// other package speaks of, so that "March", "the quarter" and "15 of 31 days"
// mean one thing in plans, facts, formulas and statements.
//
// # Terms
//
//   - [Date] is a civil day of the proleptic Gregorian calendar, without a
//     clock or a time zone. Its zero value is no date.
//   - [Range] is a half-open run of days. Its zero value is always; a zero end
//     is open. Plan files write ranges with both days included: [ParseRange].
//   - [Unit] is the length of a period: day, week, month, quarter, half, year.
//   - [Period] names one such stretch of one calendar by number. It is
//     comparable, ordered, and needs its [Calendar] to become a Range.
//   - [Calendar] turns dates into periods and back. Its zero value is the
//     calendar year: months from January. Others are written as text, see
//     [Parse]: an offset year, 4-4-5 weeks, or weeks.
//   - [Basis] says how an amount for a whole is shared over a part of it:
//     [Fraction] answers with two integers, and divides nothing.
//
// # Traps
//
// A fiscal year bears the year that it ends in unless the calendar says
// "named by start": in "months from 2026-02" the year that begins in February
// 2026 is FY2027. In a pattern such as 4-4-5 only the year that begins at the
// given date is named so, or by "named 2026"; the others count on from it, because
// a drifting year can end twice in one civil year. Such a year has 52 weeks unless
// the calendar lists it with 53: one that lists none drifts by a day or two a year.
//
// Time runs from 0001-01-01 to 9999-12-31. Date arithmetic stops at these days,
// and a range that reaches past the last day is open: "2026-01-01..9999-12-31"
// and "2026-01-01.." are the same.
//
// The 30/360 conventions count days that do not exist and skip days that do:
// January 30 alone is no day, and in the US convention the days of two parts of a
// month need not sum to 30. Amounts over segments are therefore made by
// allocation, with the fractions as weights.
package calendar
