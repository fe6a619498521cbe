package terms

import "github.com/payproof/payproof/dsl/calendar"

// Base is what a component pays for: each credit of a type, every period, a window to date, or a single day.
type Base struct {
	Credit string        // for each credit of this type; empty: every period
	Every  calendar.Unit // the period that it pays for, or how often it pays a window to date
	// ToDate is the window of which it pays what it is worth so far, less what was earned for it; 0: none.
	ToDate      calendar.Unit
	QuotaToDate bool          // of a quota only the part that is due so far counts
	NeverFalls  bool          // a fall of what the window is worth takes nothing back
	ReRate      calendar.Date // from which a new version computes the window again; zero: its own first day
	Once        calendar.Date // the day on which it pays a single time; zero: it pays otherwise
	AtStart     bool          // of Once: it is the first day of the plan, through its versions
	AtEnd       bool          // of Once: it is the last one
}
