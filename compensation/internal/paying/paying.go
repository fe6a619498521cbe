// Package paying makes payments of what was earned, for one payee and one pay period after the other: steps 4 and 7 to 13
// of the ledger's order (semantics, §8). It decides about balances; what is earned, held and taken back comes from
// elsewhere.
//
// Terms. Payable is what is due before balances move: what was earned, capped, topped up, held and released, and taken
// back. A balance is what is left of earlier pay periods: what is carried, what of draws is owed, what is kept in reserve.
//
// Trap. Every pay period follows from the one before it: a [State] has to be taken through all of them from the first, in
// order.
package paying

import (
	"errors"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/terms"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// Period is what a pay period brings to a payee.
type Period struct {
	calendar.Period
	Days    calendar.Range  // of the pay period
	Terms   *terms.Terms    // of the plan on the last of its days that has one
	Nth     int             // which pay period of these terms it is, from 0
	Last    bool            // it is the last of them
	Final   bool            // the payee has left at its end
	Base    decimal.Decimal // what the guarantee looks at
	Payable decimal.Decimal // steps 1 to 6, without the guarantee
	Taken   []Owing         // what of Payable is taken back, and comes back later
}

// Rules are those of the company.
type Rules struct {
	Calendar calendar.Calendar
	Currency money.Currency
	Rounding money.Rounding
}

// Posting is one entry, without the keys that all of a payee and pay period have.
type Posting struct {
	Kind   ledger.Kind
	Amount decimal.Decimal // signed as the entry
	Cause  string          // of the entry
	Why    Why             // how the amount follows
	// What Plan took back in the pay period Of is owing, or recovered; otherwise there is none.
	Plan fact.PlanID
	Of   calendar.Period
}

// Why is how an amount follows, term by term.
type Why struct {
	Rule  string // in words
	Terms []Term // that the rule looks at
}

// Term is a number that an amount follows from: its Name and Value.
type Term struct {
	Name  string
	Value decimal.Decimal
}

// State is the balances of a payee at the beginning of a pay period. The zero value has none.
type State struct {
	Carried decimal.Decimal // below zero it is owed
	Owed    decimal.Decimal // of draws
	Reserve []Lot           // in the order in which they are released
	Owing   []Owing         // what was taken back and is to come back, the oldest first

	advanced decimal.Decimal // of draws, in all
	// Of the guarantee: what was looked at and guaranteed in its window so far, or to date; the top-ups of
	// these days; and those that later pay gives back.
	base, guaranteed, toppedUp, outstanding decimal.Decimal
}

// Lot is what was kept in reserve of one payment: an Amount, up to the day on which it is Due.
type Lot struct {
	Amount decimal.Decimal
	Due    calendar.Date
}

// Kept is all that is in reserve.
func (s *State) Kept() (sum decimal.Decimal) {
	for _, l := range s.Reserve {
		sum = sum.Add(l.Amount)
	}
	return sum
}

// desk is one pay period of a payee at work.
type desk struct {
	Rules
	*State
	p       *Period
	payable decimal.Decimal
	draw    decimal.Decimal // of this pay period
	opening decimal.Decimal // what was carried
	before  []owed          // of each of Owing
	out     []Posting
	err     error
}

// Pay takes the balances through a pay period: the postings in their order, Paid last. There is no Paid where nothing is.
// The error is money.ErrOverflow.
func (s *State) Pay(r Rules, p Period) ([]Posting, error) {
	d := &desk{Rules: r, State: s, p: &p, payable: p.Payable, opening: s.Carried}
	if p.Terms == nil {
		p.Terms = &terms.Terms{}
	}
	if p.Nth == 0 { // a guarantee begins
		s.base, s.guaranteed, s.toppedUp = decimal.Zero, decimal.Zero, decimal.Zero
	}
	d.guarantee()
	d.payable = d.payable.Add(s.Carried)
	d.begin()
	d.consume()
	d.fromEarnings()
	d.recover()
	below := decimal.Min(d.payable, decimal.Zero)
	d.payable = d.payable.Sub(below)
	earned := d.payable
	d.advance()
	d.forgive()
	d.release(earned)
	d.carry(below)
	return d.out, d.err
}

// Guarantee is step 4 alone, for a pay period that is closed: what it comes to now. What it gives back depends on all that was payable then.
func (s *State) Guarantee(r Rules, p Period) ([]Posting, error) {
	d := &desk{Rules: r, State: s, p: &p, payable: p.Payable}
	if p.Terms == nil {
		p.Terms = &terms.Terms{}
	}
	if p.Nth == 0 {
		s.base, s.guaranteed, s.toppedUp = decimal.Zero, decimal.Zero, decimal.Zero
	}
	d.guarantee()
	return d.out, d.err
}

func (d *desk) post(kind ledger.Kind, amount decimal.Decimal, cause, rule string, of ...Term) {
	if !amount.IsZero() {
		d.out = append(d.out, Posting{Kind: kind, Amount: amount, Cause: cause, Why: Why{rule, of}})
	}
}

// round rounds to what can be paid.
func (d *desk) round(v decimal.Decimal) decimal.Decimal {
	a, err := money.FromDecimal(v, d.Currency)
	d.err = errors.Join(d.err, err)
	return a.RoundMinor(d.Rounding).Decimal()
}

// share is the part of a window's amount that falls on a pay period: parts of one window come to its amount.
func (d *desk) share(w terms.Window) decimal.Decimal {
	nth, of := d.place(w.Per)
	amount := w.Amount.Decimal()
	return d.part(amount, nth+1, of).Sub(d.part(amount, nth, of))
}

// part is n of so many parts of an amount, rounded to what can be paid.
func (d *desk) part(amount decimal.Decimal, n, of int) decimal.Decimal {
	a, err := money.FromDecimal(amount, d.Currency)
	if err == nil {
		a, err = a.Mul(decimal.New(int64(n), 0))
	}
	if err == nil {
		a, err = a.Div(decimal.New(int64(of), 0), d.Currency.Digits(), d.Rounding)
	}
	d.err = errors.Join(d.err, err)
	return a.Decimal()
}

// place is which pay period of a window this is, from 0, and how many the window has.
func (d *desk) place(per calendar.Unit) (nth, of int) {
	whole, err := d.Calendar.Parent(d.p.Period, per)
	if err != nil {
		return 0, 1 // the window is the pay period
	}
	first, err := d.Calendar.First(whole, d.p.Unit)
	last, err2 := d.Calendar.Last(whole, d.p.Unit)
	if err != nil || err2 != nil {
		return 0, 1
	}
	return int(d.p.Index - first.Index), int(last.Index-first.Index) + 1
}

func positive(v decimal.Decimal) decimal.Decimal { return decimal.Max(v, decimal.Zero) }
