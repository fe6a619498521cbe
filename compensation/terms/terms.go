// Package terms says how what was earned becomes what is paid: draws, guarantees, reserves, least payments, and what
// happens to the money of who leaves. A plan states them; balances belong to payee and currency, and outlive it.
//
// Terms. A draw is paid before it is earned, and owed. A guarantee is a top-up to a minimum, and not owed unless it says
// so. A reserve is a share of payments that is kept for what may be taken back. (Semantics, §8.)
package terms

import (
	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
)

// Terms are those of a plan. The zero value has none: what is below zero is carried forward, the rest is paid.
type Terms struct {
	Draw      *Draw
	Guarantee *Guarantee
	Reserve   *Reserve
	Minimum   *Minimum
	Leaving   Leaving
}

// Any reports whether the plan states some.
func (t *Terms) Any() bool {
	return t.Draw != nil || t.Guarantee != nil || t.Reserve != nil || t.Minimum != nil || t.Leaving != Leaving{}
}

// Window is an amount for each window of a unit: a month, quarter, half or year.
type Window struct {
	Amount money.Amount
	Per    calendar.Unit // of the windows
}

// Step is an amount for a time.
type Step struct {
	Window
	For int // pay periods; 0 is as long as the plan
}

// Draw is an advance against what will be earned.
type Draw struct {
	Steps []Step // one after the other
	OnTop bool   // it is paid in full beside what is earned, and does not only top that up
	// Above says that recovery leaves the amount of the draw; otherwise Share of what is due goes to it.
	Above bool
	Share decimal.Decimal
	// What is left at least while it is recovered: an amount, or a share of what is due.
	Keep      Window
	KeepShare decimal.Decimal
	// When recovery begins: in the n-th pay period, counted from 1, or on a day.
	FromPeriod int
	FromDay    calendar.Date
	Limit      money.Amount // the most that may be owed; zero is no limit
	// What is given up: all of it when the draw ends, or in each pay period a share of what was advanced.
	ForgiveAtEnd bool
	ForgiveShare decimal.Decimal
	OnLeaving    Debt
	AtMost       decimal.Decimal // Deduct: the share of the last payment
	At           source.Span
}

// Debt is what happens to a draw that is owed by who leaves.
type Debt uint8

// The choices. The zero value is to owe it.
const (
	Owe     Debt = iota
	Forgive      // it is written off
	Deduct       // the last payment pays for it, up to a share
)

// Guarantee is a top-up to a minimum.
type Guarantee struct {
	Of []string // components; nil is all of the plan
	Window
	For         int            // pay periods; 0 is as long as the plan
	Days        calendar.Range // instead
	ToDate      bool           // all so far together, not each window on its own
	Recoverable bool           // later pay gives it back
	Clawbacks   bool           // they come before it, so that it covers them
	At          source.Span    // where it stands
}

// Reserve is a share of each payment that is kept for some time.
type Reserve struct {
	Share        decimal.Decimal
	Months, Days int          // how long: one of them
	AtMost       money.Amount // that is kept; zero is no limit
	Untouched    bool         // what is taken back does not come from it first
	At           source.Span  // where it stands
}

// Minimum is the least that is worth a payment.
type Minimum struct {
	Amount money.Amount
	Kept   bool        // also for the last payment of who leaves
	At     source.Span // where it stands
}

// Leaving is what happens to what is held and owed when somebody leaves. The zero value leaves it as it is.
type Leaving struct {
	Held              HeldPay
	EarnOn            bool // events earn up to the end of the pay period of the last day, not only up to that day
	WriteOff, Invoice bool // one of them at most
	Threshold         bool // the least payment still holds
}

// HeldPay is what happens to pay that is held of who leaves.
type HeldPay uint8

// The choices. The zero value goes on as if nobody had left.
const (
	PayWhenDue HeldPay = iota // it is paid when it is released
	PayAtOnce                 // all of it is paid with the last payment
	ForfeitAll                // it is lost at the end of the pay period of the last day
)
