package hold

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
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
// all credits in declared order. What was not released by then is kept.
func (r *Releases) Divide(credits []crediting.Credit, d Division) (out []crediting.Credit, kept []Kept) {
	out = make([]crediting.Credit, 0, len(credits))
	moved := false
	for i := range credits {
		c := &credits[i]
		h := d.Of(c)
		if h == nil {
			out = append(out, *c)
			continue
		}
		moved = true
		k := Kept{Credit: *c, Hold: h}
		for _, s := range r.Steps(h, c.Event) {
			if !d.Until.IsZero() && !s.On.Before(d.Until) {
				break
			}
			total := s.Fraction.Of(c.Amount, d.Places(c), d.Rounding)
			part := total.Sub(k.Released)
			if part.IsZero() {
				continue
			}
			released := *c
			released.Amount, released.Release = part, &crediting.Release{On: s.On, Whole: c.Amount, Before: k.Released, Fraction: s.Fraction.String(), By: s.By}
			out = append(out, released)
			k.Released = total
		}
		if !k.Amount().IsZero() {
			kept = append(kept, k)
		}
	}
	if moved {
		slices.SortStableFunc(out, func(a, b crediting.Credit) int {
			return cmp.Or(a.Date().Compare(b.Date()), fact.CompareIDs(string(a.Event.ID), string(b.Event.ID)))
		})
	}
	return out, kept
}
