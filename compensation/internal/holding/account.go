package holding

import (
	"github.com/payproof/payproof/crediting/hold"
	"github.com/payproof/payproof/dsl/money"
)

// Account is what was earned for one event and is held until it is released. The zero value is
// empty. An amount below zero is held like one above it: the two make up for each other.
type Account struct {
	Earned   money.Amount // after caps, before reversals
	Whole    money.Amount // what reversals left of it
	Released money.Amount // of Whole, so far
	// Forfeited is what was lost by who left, less what reversals took of it since.
	Forfeited money.Amount
	settled   bool // somebody left: what was released until then is none of Whole and Released any more
}

// Held is what is still kept back.
func (a *Account) Held() (money.Amount, error) { return a.Whole.Sub(a.Released) }

// Earn holds an amount.
func (a *Account) Earn(amount money.Amount) (err error) {
	if a.Earned, err = a.Earned.Add(amount); err == nil {
		a.Whole, err = a.Whole.Add(amount)
	}
	return err
}

// Release releases up to a fraction of what was earned, rounded once, and no more than reversals left of it: a
// customer who has half of the deal cancelled owes the other half. It returns the difference to what was
// released before: below zero where less is released than before, which is held again.
func (a *Account) Release(f hold.Fraction, mode money.Rounding) (more money.Amount, err error) {
	if a.Earned.IsZero() { // all of it was released, and what reversals take is clawed back
		return more, nil
	}
	cur := a.Earned.Currency()
	total, err := money.FromDecimal(f.Of(a.Earned.Decimal(), cur.Digits(), mode), cur)
	if err != nil {
		return more, err
	}
	c, err := total.Cmp(a.Whole)
	if err != nil {
		return more, err
	}
	if c*a.Earned.Sign() > 0 {
		total = a.Whole
	}
	if more, err = total.Sub(a.Released); err != nil {
		return more, err
	}
	a.Released, err = a.Released.Add(more)
	return more, err
}

// Settle ends what was held so far, since the payee leaves: all of it is paid or lost. What is earned after it begins anew.
func (a *Account) Settle(forfeit bool) (held money.Amount, err error) {
	if held, err = a.Held(); err == nil && forfeit {
		a.Forfeited, err = a.Forfeited.Add(held)
	}
	a.Earned, a.Whole, a.Released, a.settled = money.Amount{}, money.Amount{}, money.Amount{}, true
	return held, err
}

// Restore makes what was lost held again, as far as a reversal takes more than is held: what was never paid is taken first.
func (a *Account) Restore(reversed money.Amount) (back money.Amount, err error) {
	held, err := a.Held()
	if err != nil || a.Forfeited.Sign()*reversed.Sign() <= 0 {
		return back, err
	}
	if back = reversed; held.Sign() == reversed.Sign() {
		back, err = reversed.Sub(held)
	}
	if err != nil || back.Sign() != reversed.Sign() {
		return money.Amount{}, err
	}
	if c, err := a.Forfeited.Abs().Cmp(back.Abs()); err != nil {
		return back, err
	} else if c < 0 {
		back = a.Forfeited
	}
	if a.Forfeited, err = a.Forfeited.Sub(back); err == nil {
		a.Whole, err = a.Whole.Add(back)
	}
	return back, err
}

// Reverse takes an amount back: first what is held of it is cancelled, and what is more was released, so that
// it is clawed back. Both have the sign of the amount, and come to it: a payee who earned 100, of which
// 30 were released, and loses 80, has 70 cancelled and owes 10.
//
// A reversal posts HoldCancelled with −cancelled and ClawedBack with −clawed.
func (a *Account) Reverse(amount money.Amount) (cancelled, clawed money.Amount, err error) {
	held, err := a.Held()
	if err != nil {
		return cancelled, clawed, err
	}
	switch c, err := held.Abs().Cmp(amount.Abs()); {
	case err != nil:
		return cancelled, clawed, err
	case held.Sign()*amount.Sign() <= 0: // nothing of it is held
		clawed = amount
	case c >= 0:
		cancelled = amount
	default:
		cancelled = held
		if clawed, err = amount.Sub(held); err != nil {
			return cancelled, clawed, err
		}
	}
	if a.settled { // what is clawed back may be of what was released before
		a.Whole, err = a.Whole.Sub(cancelled)
		return cancelled, clawed, err
	}
	if a.Whole, err = a.Whole.Sub(amount); err == nil {
		a.Released, err = a.Released.Sub(clawed)
	}
	return cancelled, clawed, err
}
