// Package holding keeps back what components earned until it is released, for one payee: step 5 of
// the ledger's order, after caps.
//
// Terms. An [Account] is what a component earned for an event; a [Move] is what a pay period does
// to it: Held keeps back what was earned in the period, Released makes due what is released by
// its end, HoldCancelled is what a reversal takes back while it is held, and Forfeited what is lost by who leaves. A [Balance] is
// what is kept back at the end of all.
//
// Trap: all moves of an account follow from its beginning, so that lines must reach back to the
// first that is still held, however long ago that was.
package holding

import (
	"slices"

	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/compensation/terms"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/hold"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// Source is the account that something is about: of a Payee, and a Component of a Plan, for an Event.
type Source struct {
	Payee     fact.PayeeID
	Plan      *plan.Plan
	Component string
	Event     *crediting.Event
	Hold      *hold.Hold
	EarnedFor calendar.Period // of the first line
}

// Move is what a pay period does to an account.
type Move struct {
	Source
	Kind     ledger.Kind     // Held, Released, HoldCancelled or Forfeited
	PostedIn calendar.Period // the pay period
	Amount   money.Amount    // signed as its entry
	Whole    money.Amount    // earned for the event so far
	Before   money.Amount    // Released: what was released before
	Fraction hold.Fraction
	By       []*crediting.Event // what released it, or none: a date of the event; HoldCancelled: the reversal; Forfeited: that which takes what was lost
	Leaves   bool               // Released: because the payee leaves
	Back     money.Amount       // HoldCancelled: how much less is clawed back
}

// Balance is what is kept back of an account: what is not Released of the Whole that was earned.
type Balance struct {
	Source
	Whole, Released money.Amount
}

// Facts are what the moves of a payee depend on.
type Facts struct {
	Program  *plan.Program
	Releases *hold.Releases
	Until    calendar.Date // the first day that is not looked at
	// Leaving are the pay periods before Until in which the payee leaves, in order, and Left is what happens to what is held at the
	// end of one at which the payee is gone.
	Leaving []calendar.Period
	Left    func(calendar.Period) terms.HeldPay
}

// Compute gives the moves of a payee's lines, by account and pay period, and the balances that are not
// zero at the end. Lines are in the order of their pay periods.
func (f Facts) Compute(lines []earning.Line, cuts []earning.Cut) (moves []Move, left []Balance, err error) {
	all, err := pieces(f.Program.Calendar, lines, cuts)
	if err != nil {
		return nil, nil, err
	}
	for _, a := range f.accounts(all) {
		more, err := f.moves(a)
		if err != nil {
			return nil, nil, err
		}
		moves = append(moves, more...)
		if held, err := a.Held(); err != nil {
			return nil, nil, err
		} else if !held.IsZero() {
			left = append(left, Balance{a.source, a.Whole, a.Account.Released})
		}
	}
	return moves, left, nil
}

// account is an account, and what is earned in it.
type account struct {
	Account
	source Source
	earned []piece
}

// accountKey tells accounts apart: those of two versions of a plan are one, unless they hold differently.
type accountKey struct {
	plan      fact.PlanID
	component string
	event     fact.EventID
	hold      *hold.Hold
}

// accounts gathers what is held, in the order of the lines. What a reversal takes back belongs to the account of what it
// takes back.
func (f Facts) accounts(all []piece) (out []*account) {
	known := map[accountKey]*account{}
	for _, p := range all {
		l := p.line
		if l.Of != nil {
			l = l.Of
		}
		if l.Credit == nil {
			continue
		}
		h := f.Program.PayHold(l.Plan, l.Component.Name, l.Credit)
		if h == nil {
			continue
		}
		k := accountKey{l.Plan.ID, l.Component.Name, l.Credit.Event.ID, h}
		a := known[k]
		if a == nil {
			a = &account{source: Source{l.Payee, l.Plan, l.Component.Name, l.Credit.Event, h, l.EarnedFor}}
			known[k] = a
			out = append(out, a)
		}
		a.earned = append(a.earned, p)
	}
	for _, a := range out {
		slices.SortStableFunc(a.earned, func(x, y piece) int { return x.month.Compare(y.month) })
	}
	return out
}

// moves goes through the pay periods in which something is earned, taken back or released.
func (f Facts) moves(a *account) (out []Move, err error) {
	steps := f.Releases.Steps(a.source.Hold, a.source.Event)
	if past := slices.IndexFunc(steps, func(s hold.Step) bool { return !s.On.Before(f.Until) }); past >= 0 {
		steps = steps[:past]
	}
	first := a.earned[0].month
	leaving := f.Leaving
	for len(leaving) > 0 && leaving[0].Compare(first) < 0 {
		leaving = leaving[1:]
	}
	var now hold.Step // what is released so far, and by what since the last move
	for len(a.earned) > 0 || len(steps) > 0 || len(leaving) > 0 {
		month := f.next(a.earned, steps, leaving, first)
		if len(leaving) > 0 && leaving[0] == month {
			leaving = leaving[1:]
		}
		end, err := f.Program.Calendar.Range(month)
		if err != nil {
			return nil, err
		}
		release := func(before calendar.Date) error {
			for ; len(steps) > 0 && steps[0].On.Before(before); steps = steps[1:] {
				now = hold.Step{On: steps[0].On, Fraction: steps[0].Fraction, By: append(now.By, steps[0].By...)}
			}
			more, err := f.release(a, month, now)
			if out = append(out, more...); len(more) > 0 {
				now.By = nil
			}
			return err
		}
		mine := a.earned
		for len(a.earned) > 0 && a.earned[0].month.Compare(month) <= 0 {
			a.earned = a.earned[1:]
		}
		mine = mine[:len(mine)-len(a.earned)]
		move, err := f.earn(a, month, mine)
		if err != nil {
			return nil, err
		}
		out = append(out, move...)
		for _, p := range mine {
			if p.line.Of == nil {
				continue
			}
			if err := release(p.line.Credit.Date()); err != nil {
				return nil, err
			}
			if move, err = f.reverse(a, p); err != nil {
				return nil, err
			}
			out = append(out, move...)
		}
		if err := release(end.To); err != nil {
			return nil, err
		}
		if move, err = f.leave(a, month); err != nil {
			return nil, err
		}
		out = append(out, move...)
	}
	return out, nil
}

// leave pays or forfeits what is held of who is gone at the end of a pay period, as the plan says.
func (f Facts) leave(a *account, month calendar.Period) ([]Move, error) {
	if f.Left == nil {
		return nil, nil
	}
	what := f.Left(month)
	if what == terms.PayWhenDue {
		return nil, nil
	}
	m := Move{Source: a.source, Kind: ledger.Released, PostedIn: month, Whole: a.Whole, Before: a.Account.Released, Leaves: true}
	held, err := a.Settle(what == terms.ForfeitAll)
	if err != nil || held.IsZero() {
		return nil, err
	}
	if m.Amount = held; what == terms.ForfeitAll {
		m.Kind, m.Amount = ledger.Forfeited, held.Neg()
	}
	return []Move{m}, nil
}

// reverse takes back what a reversal does: of what is held, it is cancelled, and only the rest stays clawed back.
func (f Facts) reverse(a *account, p piece) (out []Move, err error) {
	amount := p.amount.Neg()
	if p.line.PaidOnly { // what is held is cancelled as a whole
		amount = p.line.Whole.Neg()
	}
	back, err := a.Restore(amount)
	if err != nil {
		return nil, err
	}
	if !back.IsZero() {
		out = append(out, Move{Source: a.source, Kind: ledger.Forfeited, PostedIn: p.month, Amount: back, Whole: a.Whole, By: []*crediting.Event{p.line.Credit.Event}})
	}
	cancelled, clawed, err := a.Reverse(amount)
	less := cancelled
	if err == nil && p.line.PaidOnly {
		less, err = f.lessOf(p.line, clawed)
	}
	if err != nil || cancelled.IsZero() && less.IsZero() {
		return out, err
	}
	if cancelled.IsZero() { // a cent by which the part was rounded up
		cancelled = money.FromMinor(0, less.Currency())
	}
	return append(out, Move{
		Back:   less,
		Source: a.source, Kind: ledger.HoldCancelled, PostedIn: p.month, Amount: cancelled.Neg(), Whole: a.Whole, By: []*crediting.Event{p.line.Credit.Event},
	}), nil
}

// lessOf is how much less a line takes back of what was paid, clawed, than it says: it says its portion of all. The portion was rounded on
// its own, where it was converted, and is no more than all.
func (f Facts) lessOf(l *earning.Line, clawed money.Amount) (money.Amount, error) {
	if clawed.IsZero() {
		return l.Amount.Neg(), nil
	}
	part, err := clawed.Mul(l.Amount.Decimal())
	if err == nil {
		part, err = part.Div(l.Whole.Decimal(), max(0, clawed.Currency().Digits()), f.Program.Rounding)
	}
	if err == nil && part.Decimal().Abs().GreaterThan(clawed.Decimal().Abs()) {
		part = clawed
	}
	if err != nil {
		return part, err
	}
	return l.Amount.Neg().Sub(part)
}

// next is the next pay period in which something happens.
func (f Facts) next(earned []piece, steps []hold.Step, leaving []calendar.Period, first calendar.Period) (month calendar.Period) {
	sooner := func(p calendar.Period) {
		if month.IsZero() || p.Compare(month) < 0 {
			month = p
		}
	}
	if len(earned) > 0 {
		sooner(earned[0].month)
	}
	if len(leaving) > 0 {
		sooner(leaving[0])
	}
	if len(steps) > 0 {
		of := f.Program.Calendar.PeriodOf(earning.PayUnit, steps[0].On)
		if of.Compare(first) < 0 {
			of = first
		}
		sooner(of)
	}
	return month
}

// earn holds what is earned in a pay period.
func (f Facts) earn(a *account, month calendar.Period, mine []piece) (out []Move, err error) {
	var sum money.Amount
	for _, p := range mine {
		if p.line.Of != nil {
			continue
		}
		if sum, err = sum.Add(p.amount); err != nil {
			return nil, err
		}
	}
	if sum.IsZero() {
		return nil, nil
	}
	if err := a.Earn(sum); err != nil {
		return nil, err
	}
	return []Move{{Source: a.source, Kind: ledger.Held, PostedIn: month, Amount: sum.Neg(), Whole: a.Whole}}, nil
}

// release makes due what is released by the end of a pay period.
func (f Facts) release(a *account, month calendar.Period, now hold.Step) ([]Move, error) {
	before := a.Account.Released
	more, err := a.Release(now.Fraction, f.Program.Rounding)
	if err != nil || more.IsZero() {
		return nil, err
	}
	return []Move{{
		Source: a.source, Kind: ledger.Released, PostedIn: month, Amount: more, Whole: a.Whole, Before: before, Fraction: now.Fraction, By: now.By,
	}}, nil
}

// Paid is what the move changes of the payment. A reversal takes all of it back; what is cancelled was never paid, and no more was
// what is lost.
func (m *Move) Paid() money.Amount {
	switch m.Kind {
	case ledger.HoldCancelled:
		return m.Back
	case ledger.Forfeited:
		return money.FromMinor(0, m.Amount.Currency())
	}
	return m.Amount
}
