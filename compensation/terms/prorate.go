package terms

import (
	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/source"
)

// Quota is how what is due of a quota follows from what is stated. The zero value takes it as it is.
type Quota struct {
	Prorate bool           // by Basis, where the payee is on the plan for a part of the window
	Basis   calendar.Basis // how days are counted
	// Season is the part of a year's quota that each of its windows has; they come to one. Nil: quotas are of windows.
	Season []decimal.Decimal
	Ramp   []decimal.Decimal // the part that is due in the first, second … month of who is new; then all of it
	Relief []Relief          // causes for which less is due
	// From is the day from which a change inside a window counts; no day: the window is computed again.
	From calendar.Date
}

// Relief is the Share of a quota that is not due on days of a cause, of which facts say whose they are.
type Relief struct {
	Cause string
	Share decimal.Decimal
}

// Proration is what of a plan shrinks for who is on it during a part of a period. The zero value is nothing.
type Proration struct {
	Quota     bool           // those of which the rule does not say how itself
	TargetPay bool           // the personal values that are an amount for a time
	Basis     calendar.Basis // how days are counted
	At        source.Span    // where it stands
}

// Link is how a part of a period stands to the part before it. The zero value begins anew.
type Link uint8

// The links, the strongest cut first.
const (
	Separate Link = iota // its own quota, its own measure from zero
	Carry                // the position in tables continues
	Blended              // one attainment for both, and each pays its share of time
)

// Segments say what a change inside a period does, by what changes: the Plan, or its version; the Role; the Quota; the
// Territory that the payee owns; the Manager; or TargetPay.
type Segments struct {
	Plan, Role, Quota, Territory, Manager, TargetPay Link
	At                                               source.Span // where it stands
}
