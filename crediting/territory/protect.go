package territory

import "github.com/payproof/payproof/dsl/calendar"

// Protection leaves a deal that was open when its account or territory moved with whoever owned it when it
// was opened: for some time after the move, or up to a day. The zero value protects nothing.
type Protection struct {
	Since  string        // the date field that says when the deal was opened
	Days   int           // after the move; Months is the other way to say it
	Months int           // after the move
	Until  calendar.Date // the last incentive date; zero: Days or Months count
}

// Owners tells who owns the territory of a deal on a day, as a key that compares, and the next day on which that may
// be different; zero: none. The key is empty where nobody does.
type Owners func(on calendar.Date) (who string, next calendar.Date)

// Day is the day whose owner counts for a deal that was opened on one day and closed on another: the first, where
// the deal is protected, and otherwise the second. moved is the first day on which somebody else owned it; zero
// where it is not protected.
func (p Protection) Day(opened, closed calendar.Date, owners Owners) (day, moved calendar.Date) {
	if p.Since == "" || !opened.Before(closed) {
		return closed, moved
	}
	first, next := owners(opened)
	if first == "" {
		return closed, moved
	}
	for !next.IsZero() && !closed.Before(next) {
		who, after := owners(next)
		if who != first {
			if !p.covers(next, closed) {
				return closed, moved
			}
			return opened, next
		}
		next = after
	}
	return closed, moved
}

// covers tells whether a deal that closes on a day is still protected from a move.
func (p Protection) covers(moved, closed calendar.Date) bool {
	if !p.Until.IsZero() {
		return !p.Until.Before(closed)
	}
	return closed.Before(moved.AddMonths(p.Months).AddDays(p.Days))
}
