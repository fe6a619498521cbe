package terms

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/source"
)

// Clawback is what is taken back of what components earned when an event takes back the one that they earned it for.
type Clawback struct {
	Of      []string // components; nil is all of the plan
	By      string   // the kind of event that takes back, or a member of one of its enums
	Current bool     // at the rate that is reached now, not at the one at which it was paid
	Keep    bool     // measures do not fall by what is taken back
	Paid    bool     // of an event no more is taken than was paid for it; what is held of it is cancelled, and no part of that
	Reached bool     // bonuses that were reached before something was taken back are kept
	// Within is how long after the day of a field of the event it still counts; zero is for ever.
	Within Time
	Since  string
	// How much is taken: a share, by steps of time since the incentive date, or what is left of a term of so many months as
	// a field of the event says.
	Share    decimal.Decimal
	Steps    []ShareStep
	Term     string
	Recovery Recovery
	At       source.Span
}

// ShareStep is the Share that is taken Within a time.
type ShareStep struct {
	Within Time
	Share  decimal.Decimal
}

// Covers reports whether a component is meant.
func (c *Clawback) Covers(component string) bool {
	return c != nil && (c.Of == nil || slices.Contains(c.Of, component))
}

// Whole reports whether all of what was earned is taken back, at the rate at which it was, and measures fall by it: then what is left
// depends on the order in which things happened. No terms are such.
func (c *Clawback) Whole() bool {
	return c == nil || !c.Current && !c.Keep && !c.Paid && c.Within == Time{} && c.Steps == nil && c.Term == "" && c.Share.Equal(decimal.New(1, 0))
}

// Time is a number of Days, or of Months.
type Time struct{ Days, Months int }

// Contains reports whether a day is not later than so long after another one.
func (t Time) Contains(from, day calendar.Date) bool {
	last := from.AddDays(t.Days)
	if t.Months > 0 {
		last = from.AddMonths(t.Months)
	}
	return !last.Before(day)
}

// Recovery is how what is taken back comes back. The zero value is at once.
type Recovery struct {
	Parts    int             // in so many instalments, one in each pay period from that on in which it is taken back
	Earnings bool            // instead: from what is payable, which it does not make less than zero
	Share    decimal.Decimal // Earnings: the share of what is payable that goes to it
}

// Later reports whether some of it comes back later.
func (r Recovery) Later() bool { return r.Parts > 1 || r.Earnings }
