package money

import (
	"strconv"
	"strings"

	"github.com/payproof/payproof/internal/fixed"
)

// Rounding says which neighbour an inexact value is rounded to. The zero value is
// HalfEven, and a number that names no mode acts as it.
type Rounding uint8

// The ten modes. The first six go to the nearer neighbour and differ on ties, the
// last four do not look at the distance.
const (
	// HalfEven sends a tie to the even neighbour: 2.5 → 2, 3.5 → 4. The default.
	HalfEven = Rounding(fixed.HalfEven)
	// HalfUp sends a tie away from zero: 2.5 → 3, −2.5 → −3. What most people mean
	// by rounding.
	HalfUp = Rounding(fixed.HalfUp)
	// HalfDown sends a tie toward zero: 2.5 → 2, −2.5 → −2.
	HalfDown = Rounding(fixed.HalfDown)
	// HalfOdd sends a tie to the odd neighbour: 2.5 → 3, 3.5 → 3.
	HalfOdd = Rounding(fixed.HalfOdd)
	// HalfCeiling sends a tie toward +∞: 2.5 → 3, −2.5 → −2.
	HalfCeiling = Rounding(fixed.HalfCeiling)
	// HalfFloor sends a tie toward −∞: 2.5 → 2, −2.5 → −3.
	HalfFloor = Rounding(fixed.HalfFloor)
	// Up goes away from zero: 2.1 → 3, −2.1 → −3.
	Up = Rounding(fixed.Up)
	// Down goes toward zero: 2.9 → 2, −2.9 → −2.
	Down = Rounding(fixed.Down)
	// Ceiling goes toward +∞: 2.1 → 3, −2.9 → −2.
	Ceiling = Rounding(fixed.Ceiling)
	// Floor goes toward −∞: 2.9 → 2, −2.1 → −3.
	Floor = Rounding(fixed.Floor)
)

func roundings() []string {
	return []string{
		"half-even", "half-up", "half-down", "half-odd", "half-ceiling", "half-floor",
		"up", "down", "ceiling", "floor",
	}
}

// String is the mode's name in plan files: "half-even", "half-up", "half-down",
// "half-odd", "half-ceiling", "half-floor", "up", "down", "ceiling" or "floor".
func (m Rounding) String() string { return nameOf(int(m), roundings()) }

// ParseRounding finds a mode by its name. The error is a *[NameError].
func ParseRounding(name string) (Rounding, error) {
	n, err := find(name, "rounding", roundings())
	return Rounding(n), err
}

func nameOf(n int, names []string) string {
	if n >= len(names) {
		return strconv.Itoa(n)
	}
	return names[n]
}

// find is the index of a name, 0 with an error when it is none of them.
func find(name, what string, names []string) (int, error) {
	for i, n := range names {
		if n == name {
			return i, nil
		}
	}
	hint := "write one of " + strings.Join(names, ", ")
	if near := nearName(strings.ToLower(name), names); near != "" {
		hint = "did you mean " + near + "?"
	}
	return 0, &NameError{Name: clip(name), What: what, Hint: hint}
}

// Round rounds to a number of places; negative places round before the point (−2 to
// hundreds). It changed something exactly when the result differs from a. It is
// [ErrOverflow] when rounding before the point leads out of 38 digits, which places
// of 0 and more never do.
func (a Amount) Round(places int, m Rounding) (Amount, error) {
	if places >= int(a.scale) {
		return a, nil
	}
	// Below −100 nothing changes, and the subtraction can't overflow.
	places = max(places, -100)
	coef, ok := fixed.RescaleInt128(a.coef(), int(a.scale), places, fixed.Mode(m))
	if ok && places < 0 {
		coef, ok = fixed.RescaleInt128(coef, places, 0, fixed.HalfEven)
	}
	if !ok {
		return Amount{}, ErrOverflow
	}
	return a.with(coef, uint8(max(places, 0)))
}

// RoundMinor rounds to the minor unit of the currency. It changed something exactly
// when the result differs from a.
func (a Amount) RoundMinor(m Rounding) Amount {
	// At 0 places and more a rounded amount has fewer digits than before: no error.
	rounded, _ := a.Round(a.cur.Digits(), m)
	return rounded
}
