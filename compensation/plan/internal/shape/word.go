package shape

import (
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/money"
)

// roundings are the names of all modes, half-even first.
func roundings() (out []string) {
	for m := money.HalfEven; m <= money.Floor; m++ {
		out = append(out, m.String())
	}
	return out
}

// prorations are the ways to prorate that need no list of holidays.
func prorations() (out []string) {
	for m := calendar.CalendarDays; m <= calendar.WholeMonths; m++ {
		if m != calendar.WorkingDays {
			out = append(out, m.String())
		}
	}
	return append(out, "calendar days of actual year")
}
