package calendar_test

import (
	"fmt"

	"github.com/payproof/payproof/dsl/calendar"
)

// Somebody joins on 15 May 2026, and the fiscal year begins in February. Which
// quarter is it, and what share of the quarter's quota is theirs?
func Example() {
	fiscal, err := calendar.Parse("months from 2026-02")
	if err != nil {
		fmt.Println(err)
		return
	}
	start := calendar.MustDate("2026-05-15")
	quarter := fiscal.PeriodOf(calendar.UnitQuarter, start)
	days, err := fiscal.Range(quarter)
	if err != nil {
		fmt.Println(err)
		return
	}
	num, den, err := calendar.Fraction(calendar.Range{From: start}, days, calendar.Basis{})
	fmt.Println(fiscal.Format(quarter), days, num, "of", den, "days", err)
	// Output: FY2027-Q2 2026-05-01..2026-07-31 78 of 92 days <nil>
}
