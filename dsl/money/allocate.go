package money

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/internal/fixed"
)

// Allocate divides whole in proportion to weights, one part for each. The parts
// always sum to whole; a zero weight gets exactly zero. Weights are exact and need
// not sum to 1. Errors: *[AllocationError] for weights that are missing, negative or
// all zero and for a whole finer than the places to divide at, *[RemainderError]
// under [Refuse], [ErrOverflow].
func Allocate(whole Amount, weights []decimal.Decimal, p Policy) ([]Amount, error) {
	places := whole.cur.Digits()
	if p.Places != nil {
		places = *p.Places
	}
	units, err := whole.units(places)
	if err != nil {
		return nil, err
	}
	parts, err := AllocateUnits(units, weights, p)
	if err != nil {
		return nil, err
	}
	out := make([]Amount, len(parts))
	for i, part := range parts {
		coef := fixed.RescaleBig(part, places, max(places, 0), fixed.HalfEven)
		if out[i], err = whole.withBig(coef, max(places, 0)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// units counts the whole in units of the last place, if it is a whole number of them.
func (a Amount) units(places int) (*big.Int, error) {
	if places < -fixed.MaxDigits || places > fixed.MaxDigits {
		return nil, &AllocationError{-1, "places are " + strconv.Itoa(places) + ", −38 … 38 are possible"}
	}
	if rounded, err := a.Round(places, Down); err != nil || rounded != a {
		return nil, &AllocationError{-1, a.String() + " is finer than the " + strconv.Itoa(places) +
			" places to divide at: round it first, or set Policy.Places"}
	}
	return fixed.RescaleBig(a.coef().Big(), int(a.scale), places, fixed.Down), nil
}

// AllocateUnits divides whole units, such as cents or seats, in proportion to
// weights, with the errors of [Allocate]. Policy.Places plays no part.
func AllocateUnits(units *big.Int, weights []decimal.Decimal, p Policy) ([]*big.Int, error) {
	d, err := newDivision(weights, p)
	if err != nil {
		return nil, err
	}
	if units.Sign() >= 0 || p.Negative == FloorShares {
		return d.parts(units)
	}
	parts, err := d.parts(new(big.Int).Neg(units))
	for _, part := range parts {
		part.Neg(part)
	}
	return parts, err
}

// division is a checked set of weights, all at one scale.
type division struct {
	policy  Policy
	weights []*big.Int
	total   *big.Int
	// claims are the indexes of the weights above zero, in the order listed.
	claims []int
}

func newDivision(weights []decimal.Decimal, p Policy) (*division, error) {
	d := &division{policy: p, total: new(big.Int), weights: make([]*big.Int, len(weights))}
	scales, finest := make([]uint8, len(weights)), uint8(0)
	for i, w := range weights {
		coef, scale, err := bounded(w)
		switch {
		case err != nil:
			return nil, &AllocationError{i, "has more than 38 digits or 38 places"}
		case coef.Sign() < 0:
			return nil, &AllocationError{i, "is negative: weights are zero or more"}
		case coef.Sign() > 0:
			d.claims = append(d.claims, i)
		}
		d.weights[i], scales[i], finest = coef.Big(), scale, max(finest, scale)
	}
	for i, w := range d.weights {
		d.weights[i] = fixed.RescaleBig(w, int(scales[i]), int(finest), fixed.HalfEven)
		d.total.Add(d.total, d.weights[i])
	}
	return d, d.check()
}

// check finds what is wrong with the policy for these weights.
func (d *division) check() error {
	p := d.policy
	switch {
	case len(d.claims) == 0:
		return &AllocationError{-1, "no weight is above zero, so nobody has a claim"}
	case p.Remainder > Refuse:
		return &AllocationError{-1, "remainder rule " + p.Remainder.String() + " does not exist"}
	case p.Remainder == AllToNamed && !slices.Contains(d.claims, p.Named):
		return &AllocationError{-1, "part " + strconv.Itoa(p.Named) + " is named for what is left over, but has no weight above zero"}
	case p.Ties != ByKey:
		return nil
	case len(p.Keys) != len(d.weights):
		return &AllocationError{-1, strconv.Itoa(len(p.Keys)) + " keys for " + strconv.Itoa(len(d.weights)) + " weights: ties by key need one each"}
	}
	keys := slices.Sorted(slices.Values(p.Keys))
	for i, key := range keys[1:] {
		if key == keys[i] {
			return &AllocationError{-1, "key " + strconv.Quote(clip(key)) + " is there twice: ties by key need different keys"}
		}
	}
	return nil
}

// parts gives each the floor of its exact share, then what is left over.
func (d *division) parts(units *big.Int) ([]*big.Int, error) {
	parts, rests := make([]*big.Int, len(d.weights)), make([]*big.Int, len(d.weights))
	left := new(big.Int).Set(units)
	for i, w := range d.weights {
		share := new(big.Int).Mul(units, w)
		// Euclidean division is floor division here, since the total is positive.
		parts[i], rests[i] = share.DivMod(share, d.total, new(big.Int))
		left.Sub(left, parts[i])
	}
	if left.Sign() == 0 {
		return parts, nil
	}
	if d.policy.Remainder == Refuse {
		return nil, &RemainderError{Whole: units, Left: left}
	}
	if taker, ok := d.taker(); ok {
		parts[taker].Add(parts[taker], left)
		return parts, nil
	}
	// Each share was cut by less than a unit: there are fewer units than claims.
	for _, i := range d.queue(rests)[:left.Int64()] {
		parts[i].Add(parts[i], big.NewInt(1))
	}
	return parts, nil
}

// taker is who gets all that is left over, if the rule names one.
func (d *division) taker() (index int, ok bool) {
	switch d.policy.Remainder {
	case AllToFirst:
		return d.claims[0], true
	case AllToLast:
		return d.claims[len(d.claims)-1], true
	case AllToLargest:
		return d.queue(d.weights)[0], true
	case AllToNamed:
		return d.policy.Named, true
	}
	return 0, false
}

// queue orders the claims: by the list under the each-from rules, otherwise the
// largest of values first.
func (d *division) queue(values []*big.Int) []int {
	order := slices.Clone(d.claims)
	switch d.policy.Remainder {
	case EachFromFirst:
		return order
	case EachFromLast:
		slices.Reverse(order)
		return order
	}
	slices.SortStableFunc(order, func(i, j int) int {
		if c := values[j].Cmp(values[i]); c != 0 || d.policy.Ties != ByKey {
			return c
		}
		return strings.Compare(d.policy.Keys[i], d.policy.Keys[j])
	})
	return order
}
