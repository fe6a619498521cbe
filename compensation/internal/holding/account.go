package holding

import (
	"github.com/payproof/payproof/crediting/hold"
	"github.com/payproof/payproof/dsl/money"
)

// Account is what was earned for one event and is held until it is released. The zero value is
// empty. An amount below zero is held like one above it: the two make up for each other.
type Account struct {
	Whole    money.Amount // what was earned, after caps
	Released money.Amount // of Whole, so far
	fraction hold.Fraction
	reversed bool
}

// Held is what is still kept back.
func (a *Account) Held() (money.Amount, error) { return a.Whole.Sub(a.Released) }

// Earn holds an amount.
func (a *Account) Earn(amount money.Amount) (err error) {
	a.Whole, err = a.Whole.Add(amount)
	return err
}

// Release releases up to a fraction of the whole, rounded once, and returns the difference to what was
// released before: below zero where less is released than before, which is held again. Where the
// fraction rises, nothing is ever held again: after a reversal more may have been released than
// the fraction of what is left.
func (a *Account) Release(f hold.Fraction, mode money.Rounding) (more money.Amount, err error) {
	cur := a.Whole.Currency()
	total, err := money.FromDecimal(f.Of(a.Whole.Decimal(), cur.Digits(), mode), cur)
	if err != nil {
		return more, err
	}
	if more, err = total.Sub(a.Released); err != nil {
		return more, err
	}
	rises := f.Cmp(a.fraction) >= 0
	a.fraction = f
	if rises && a.reversed && more.Sign()*a.Whole.Sign() < 0 {
		return money.Amount{}, nil
	}
	a.Released, err = a.Released.Add(more)
	return more, err
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
	a.reversed = true
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
	if a.Whole, err = a.Whole.Sub(amount); err == nil {
		a.Released, err = a.Released.Sub(clawed)
	}
	return cancelled, clawed, err
}
