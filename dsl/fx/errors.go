package fx

import (
	"fmt"
	"strings"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// RateError is a rate that can't be used.
type RateError struct {
	Rate    Rate
	Problem string // what is wrong, and what to do
}

// Error shows the rate and what is wrong with it.
func (e *RateError) Error() string {
	// The set is quoted: it may be what is wrong.
	r := e.Rate
	return fmt.Sprintf("rate %s→%s %s %s in set %q: %s", r.From, r.To, r.On, fact.DecimalText(r.Value), r.Set, e.Problem)
}

// ConflictError is two values of one set, pair and day that became known at the
// same revision.
type ConflictError struct{ First, Second Rate }

// Error shows both rates.
func (e *ConflictError) Error() string {
	return fmt.Sprintf("two rates, known at %d, disagree: %s and %s; remove one, or load the correct one at a later revision", e.First.Known, e.First, e.Second)
}

// MissingRateError is a conversion for which no rate is known, with what was near.
type MissingRateError struct {
	Set      string         // the set that was asked
	From, To money.Currency // the pair
	On       calendar.Date  // the day
	AsOf     fact.Revision  // the revision; zero is all that is known
	Policy   Policy         // what was allowed

	HasNearest   bool // there is an earlier rate of the pair, but it is too old
	Nearest      Rate // that rate
	InverseHelps bool // the opposite pair has a rate that Policy.Inverse would use
	HasFirstLeg  bool // of the way through Policy.Cross, the first step is there
	HasSecondLeg bool // … the second step is there
}

// Error says what is missing, what is near, and which options would allow it.
func (e *MissingRateError) Error() string {
	text := fmt.Sprintf("no rate in set %q from %s to %s on %s", e.Set, e.From, e.To, e.On)
	if e.AsOf != 0 {
		text += fmt.Sprintf(", as of %d", e.AsOf)
	}
	if e.Policy.Missing.MaxDays > 0 {
		text += fmt.Sprintf(" or the %d days before", e.Policy.Missing.MaxDays)
	}
	return text + e.near() + "; " + strings.Join(e.fixes(), ", or ")
}

func (e *MissingRateError) near() string {
	text := ""
	if e.HasNearest {
		text = fmt.Sprintf("; the nearest before is %s of %s, %d days earlier", fact.DecimalText(e.Nearest.Value), e.Nearest.On, e.On.Sub(e.Nearest.On))
	}
	if e.HasFirstLeg != e.HasSecondLeg {
		from, to := e.From, e.Policy.Cross
		if e.HasFirstLeg {
			from, to = e.Policy.Cross, e.To
		}
		text += fmt.Sprintf("; the way through %s lacks %s to %s", e.Policy.Cross, from, to)
	}
	return text
}

func (e *MissingRateError) fixes() []string {
	fixes := []string{"load the rate"}
	if e.HasNearest {
		fixes = append(fixes, fmt.Sprintf("allow it with \"missing day: on or before %d days\" (Policy.Missing.MaxDays)", e.On.Sub(e.Nearest.On)))
	}
	if e.InverseHelps {
		fixes = append(fixes, fmt.Sprintf("allow the inverse of %s to %s (Policy.Inverse)", e.To, e.From))
	}
	return fixes
}
