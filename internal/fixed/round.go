package fixed

import "math/big"

// Mode says which neighbour an inexact value is rounded to. The zero value is
// HalfEven, and so is a number that names no mode.
type Mode uint8

// The ten modes. The first six go to the nearer neighbour and differ on ties, the
// last four do not look at the distance.
const (
	// HalfEven sends a tie to the even neighbour: 2.5 → 2, 3.5 → 4.
	HalfEven Mode = iota
	// HalfUp sends a tie away from zero: 2.5 → 3, −2.5 → −3.
	HalfUp
	// HalfDown sends a tie toward zero: 2.5 → 2, −2.5 → −2.
	HalfDown
	// HalfOdd sends a tie to the odd neighbour: 2.5 → 3, 3.5 → 3.
	HalfOdd
	// HalfCeiling sends a tie toward +∞: 2.5 → 3, −2.5 → −2.
	HalfCeiling
	// HalfFloor sends a tie toward −∞: 2.5 → 2, −2.5 → −3.
	HalfFloor
	// Up goes away from zero: 2.1 → 3, −2.1 → −3.
	Up
	// Down goes toward zero: 2.9 → 2, −2.9 → −2.
	Down
	// Ceiling goes toward +∞: 2.1 → 3, −2.9 → −2.
	Ceiling
	// Floor goes toward −∞: 2.9 → 2, −2.1 → −3.
	Floor
)

// place describes an inexact value against the neighbour that is nearer to zero.
type place struct {
	negative bool // the value is below zero
	odd      bool // the neighbour nearer to zero is odd
	half     int  // −1, 0, 1: the value is before, at or past the middle
}

// away reports whether the value goes to the neighbour farther from zero.
func (m Mode) away(p place) bool {
	switch m {
	case Up:
		return true
	case Down:
		return false
	case Ceiling:
		return !p.negative
	case Floor:
		return p.negative
	}
	if p.half != 0 {
		return p.half > 0
	}
	switch m {
	case HalfUp:
		return true
	case HalfDown:
		return false
	case HalfOdd:
		return !p.odd
	case HalfCeiling:
		return !p.negative
	case HalfFloor:
		return p.negative
	}
	return p.odd
}

// DivRoundInt64 is num ÷ den rounded to an integer, false for den = 0 and for
// −2^63 ÷ −1.
func DivRoundInt64(num, den int64, m Mode) (int64, bool) {
	if den == 0 || den == -1 && num == -1<<63 {
		return 0, false
	}
	quo, rem := num/den, num%den
	if rem == 0 {
		return quo, true
	}
	negative := num < 0 != (den < 0)
	left := magnitude64(rem)
	if m.away(place{negative, quo&1 != 0, compare(left, magnitude64(den)-left)}) {
		quo += step(negative)
	}
	return quo, true
}

func magnitude64(v int64) uint64 {
	if v < 0 {
		return -uint64(v)
	}
	return uint64(v)
}

func compare(a, b uint64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func step(negative bool) int64 {
	if negative {
		return -1
	}
	return 1
}

// DivRound is a ÷ den rounded to an integer, false for den = 0 and for −2^127 ÷ −1.
func (a Int128) DivRound(den Int128, m Mode) (Int128, bool) {
	quo, rem, ok := a.QuoRem(den)
	if !ok || rem == (Int128{}) {
		return quo, ok
	}
	negative := a.Hi < 0 != (den.Hi < 0)
	left, whole := rem.magnitude(), den.magnitude()
	if !m.away(place{negative, quo.Lo&1 != 0, left.cmp(whole.sub(left))}) {
		return quo, true
	}
	return quo.Add(FromInt64(step(negative)))
}

// DivRound is a fresh num ÷ den rounded to an integer, nil for den = 0.
func DivRound(num, den *big.Int, m Mode) *big.Int {
	if den.Sign() == 0 {
		return nil
	}
	quo, rem := new(big.Int).QuoRem(num, den, new(big.Int))
	if rem.Sign() == 0 {
		return quo
	}
	negative := num.Sign() < 0 != (den.Sign() < 0)
	twice := new(big.Int).Lsh(rem, 1)
	if m.away(place{negative, quo.Bit(0) == 1, twice.CmpAbs(den)}) {
		quo.Add(quo, big.NewInt(step(negative)))
	}
	return quo
}
