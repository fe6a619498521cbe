package terms

import (
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fx"
	"github.com/payproof/payproof/dsl/source"
)

// Exchange says how what is earned, which is in the company's currency, is converted into the one in which a payee is paid:
// the second of the two conversions (semantics, §8), after caps and before guarantees.
type Exchange struct {
	Set     string        // of rates; empty: everybody is paid in the company's currency
	Day     RateDay       // whose rate it is
	On      calendar.Date // OnDate: the day
	Policy  fx.Policy     // what stands in for a rate that is missing
	Current bool          // what is taken back is at the rate of its own day, and not as it was recorded; the gain or loss is an entry of its own
	At      source.Span   // where it is written
}

// RateDay is the day of the rate by which what is earned is converted.
type RateDay uint8

// The days. The zero value is the posting date.
const (
	PostingDate   RateDay = iota // the last day of the pay period in which it is posted
	IncentiveDate                // of the event; of what is earned for a period, the last day of that
	OnDate                       // one day for all
)

// String is the day as plans write it.
func (d RateDay) String() string {
	return [...]string{"posting date", "incentive date", "date"}[d]
}
