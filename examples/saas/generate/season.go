package main

import (
	"slices"
	"time"

	"github.com/payproof/payproof/dsl/calendar"
)

// closingDays draws so many days on which deals close, in order of time.
func closingDays(d *dice, count int) []calendar.Date {
	days, weights := season()
	out := make([]calendar.Date, count)
	for i := range out {
		out[i] = days[d.pick(weights)]
	}
	slices.SortFunc(out, calendar.Date.Compare)
	return out
}

// season returns every day of the half year with its weight.
func season() (days []calendar.Date, weights []int) {
	last := calendar.MustDate(lastDay)
	for day := calendar.MustDate(firstDay); !day.After(last); day = day.AddDays(1) {
		days, weights = append(days, day), append(weights, dayWeight(day))
	}
	return days, weights
}

// dayWeight bunches deals at the end of months, and more at the end of quarters:
// buyers wait for the discount and sellers for the deadline.
func dayWeight(day calendar.Date) int {
	switch {
	case day.Month() == 1 && day.Day() == 1:
		return 0
	case day.Weekday() == time.Sunday:
		return 0
	case day.Weekday() == time.Saturday:
		return 1
	}
	first := calendar.MustDate(day.String()[:8] + "01")
	toGo := first.AddMonths(1).Sub(day)
	switch quarterEnd := day.Month()%3 == 0; {
	case quarterEnd && toGo <= 5:
		return 46
	case quarterEnd && toGo <= 10:
		return 24
	case toGo <= 4:
		return 24
	case toGo <= 8:
		return 14
	}
	return 10
}
