package hold

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/money"
)

// Kept is credit that is held, or a part of it: it counts for nobody.
type Kept struct {
	Credit   crediting.Credit // as it would be without the hold
	Hold     *Hold
	Released decimal.Decimal // of the credit's amount, so far
}

// Amount is what is held.
func (k Kept) Amount() decimal.Decimal { return k.Credit.Amount.Sub(k.Released) }

// Division is how held credit is divided.
type Division struct {
	Of       func(*crediting.Credit) *Hold // the hold of a credit; nil: it is not held
	Places   func(*crediting.Credit) int   // decimal places of a part
	Rounding money.Rounding                // of a part
	Until    calendar.Date                 // the first day that is not looked at; zero: all are
}

// Divide replaces each credit that is held by what was released of it, each part with its day, and puts
// all credits in declared order. What was not released by then is kept. A reversal first cancels what is held: what it
// takes back of what counts is divided among the parts that count by then, each with a credit of its own.
func (r *Releases) Divide(credits []crediting.Credit, d Division) (out []crediting.Credit, kept []Kept) {
	out = make([]crediting.Credit, 0, len(credits))
	back := mirrored(credits)
	moved := false
	for i := range credits {
		c := &credits[i]
		if c.Event.Reversal() != nil {
			continue
		}
		taken, of := back.of(c)
		h := d.Of(c)
		if h == nil {
			out = append(out, *c)
			taken.count(*c)
			continue
		}
		moved = true
		k := keeping{Kept: Kept{Credit: *c, Hold: h}, places: d.Places(c)}
		for _, s := range r.Steps(h, c.Event) {
			if !d.Until.IsZero() && !s.On.Before(d.Until) {
				break
			}
			for ; len(of) > 0 && s.On.After(of[0].Event.Date()); of = of[1:] { // on one day, reversals come last
				taken.cancel(of[0], k.reverse(of[0].Amount.Neg()))
			}
			if part := k.release(s, d.Rounding); part != nil {
				out = append(out, *part)
				taken.count(*part)
			}
		}
		for _, m := range of {
			taken.cancel(m, k.reverse(m.Amount.Neg()))
		}
		if !k.Amount().IsZero() {
			kept = append(kept, k.Kept)
		}
	}
	if !moved {
		return credits, nil
	}
	out = back.divide(out, d)
	slices.SortStableFunc(out, declared)
	return out, kept
}

// declared is the order of credits: by date, reversals last, and then by id.
func declared(a, b crediting.Credit) int {
	return cmp.Or(
		a.Date().Compare(b.Date()), later(a.Event.Reversal() != nil, b.Event.Reversal() != nil),
		a.Event.CompareOnDay(b.Event),
	)
}

// later puts false first.
func later(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// keeping is credit that is held, as time goes by: its amount is what reversals have left of it.
type keeping struct {
	Kept
	places   int
	reversed decimal.Decimal
}

// release is what counts from a step on, nil where that is nothing: up to a fraction of what was credited, and no more
// than reversals have left of it: a customer who has half of the deal cancelled owes the other half.
func (k *keeping) release(s Step, mode money.Rounding) *crediting.Credit {
	whole := k.Credit.Amount.Add(k.reversed)
	total := s.Fraction.Of(whole, k.places, mode)
	if total.Cmp(k.Credit.Amount)*whole.Sign() > 0 {
		total = k.Credit.Amount
	}
	part := total.Sub(k.Released)
	if part.IsZero() {
		return nil
	}
	c := k.Credit
	c.Amount, c.Release = part, &crediting.Release{On: s.On, Whole: whole, Reversed: k.reversed, Before: k.Released, Fraction: s.Fraction.String(), By: s.By}
	k.Released = total
	return &c
}

// reverse takes an amount back: first what is held of it is cancelled, and the rest, which is returned, is taken from
// what counts.
func (k *keeping) reverse(amount decimal.Decimal) (counted decimal.Decimal) {
	held := k.Amount()
	switch {
	case held.Sign()*amount.Sign() <= 0: // nothing of it is held
		counted = amount
	case held.Abs().LessThan(amount.Abs()):
		counted = amount.Sub(held)
	}
	k.Credit.Amount, k.Released, k.reversed = k.Credit.Amount.Sub(amount), k.Released.Sub(counted), k.reversed.Add(amount)
	return counted
}
