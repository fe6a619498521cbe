// Package mirror divides what is taken back of an event among the parts that were made of it.
//
// An amount was divided into parts, and is taken back in steps. Each step divides what it takes by what is left
// of the parts, by largest remainder: so the parts of a step always sum to it, no part is taken twice, none has the
// wrong sign, and the last step takes exactly what is left of each.
package mirror

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/internal/fixed"
)

// Parts are what an amount was divided into, and what is left of each.
type Parts struct {
	places int32
	mode   fixed.Mode
	whole  *big.Int   // their sum, in units of the places
	gone   *big.Int   // of whole, what was taken
	left   []*big.Int // of each part
	alone  []*Parts   // of parts with different signs: each is taken back on its own
}

// Of prepares to take parts back at decimal places, or at those of the finest part. What makes up a step is rounded
// by the mode.
func Of(places int32, mode fixed.Mode, parts ...decimal.Decimal) *Parts {
	sign, mixed := 0, false
	for _, p := range parts {
		places = max(places, Places(p))
		mixed = mixed || sign*p.Sign() < 0
		if p.Sign() != 0 {
			sign = p.Sign()
		}
	}
	s := &Parts{places: places, mode: mode, whole: new(big.Int), gone: new(big.Int)}
	for _, p := range parts {
		if mixed {
			s.alone = append(s.alone, Of(places, mode, p))
		}
		units := p.Shift(places).BigInt()
		s.whole.Add(s.whole, units)
		s.left = append(s.left, units)
	}
	return s
}

// Places are the decimal places at which parts are taken back.
func (s *Parts) Places() int32 { return s.places }

// Take takes back until taken of all of the event is gone, and returns what that is of each part. From one step to
// the next, taken grows up to all.
func (s *Parts) Take(taken, all decimal.Decimal) ([]decimal.Decimal, error) {
	out := make([]decimal.Decimal, len(s.left))
	for i, p := range s.alone {
		one, err := p.Take(taken, all)
		if err != nil {
			return nil, err
		}
		out[i] = one[0]
	}
	if s.alone != nil {
		return out, nil
	}
	upTo := portion(s.whole, taken, all, s.mode)
	step := new(big.Int).Sub(upTo, s.gone)
	if upTo.Cmp(s.whole) == 0 { // nothing is left, also of a step that rounds to nothing
		for i, left := range s.left {
			out[i] = decimal.NewFromBigInt(left, -s.places)
			s.left[i] = new(big.Int)
		}
		s.gone = upTo
		return out, nil
	}
	if step.Sign() == 0 {
		return out, nil
	}
	weights := make([]decimal.Decimal, len(s.left))
	for i, left := range s.left {
		weights[i] = decimal.NewFromBigInt(new(big.Int).Abs(left), 0)
	}
	shares, err := money.AllocateUnits(step, weights, money.Policy{})
	if err != nil {
		return nil, err
	}
	for i, share := range shares {
		s.left[i] = new(big.Int).Sub(s.left[i], share)
		out[i] = decimal.NewFromBigInt(share, -s.places)
	}
	s.gone = upTo
	return out, nil
}

// Portion is amount × taken ÷ all, rounded to places, or to those of the amount where these are more.
func Portion(amount decimal.Decimal, places int32, taken, all decimal.Decimal, mode fixed.Mode) decimal.Decimal {
	places = max(places, Places(amount))
	return decimal.NewFromBigInt(portion(amount.Shift(places).BigInt(), taken, all, mode), -places)
}

// portion is units × taken ÷ all, rounded to a whole number.
func portion(units *big.Int, taken, all decimal.Decimal, mode fixed.Mode) *big.Int {
	if taken.Equal(all) {
		return new(big.Int).Set(units)
	}
	places := max(0, -taken.Exponent(), -all.Exponent())
	num := new(big.Int).Mul(units, taken.Shift(places).BigInt())
	return fixed.DivRound(num, all.Shift(places).BigInt(), mode)
}

// Places is how many decimal places a number really has.
func Places(d decimal.Decimal) (places int32) {
	coefficient, ten, rest := d.Coefficient(), big.NewInt(10), new(big.Int)
	for places = max(0, -d.Exponent()); places > 0; places-- {
		next, digit := new(big.Int).QuoRem(coefficient, ten, rest)
		if digit.Sign() != 0 {
			return places
		}
		coefficient = next
	}
	return 0
}
