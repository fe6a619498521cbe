package money_test

import (
	"errors"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/internal/fixed"
)

// roundRat is the oracle: it finds both neighbours of a rational and picks one by the
// words of the mode's documentation.
func roundRat(exact *big.Rat, places int, m money.Rounding) *big.Rat {
	unit := new(big.Rat).SetFrac(fixed.Pow10Big(max(-places, 0)), fixed.Pow10Big(max(places, 0)))
	count := new(big.Rat).Quo(exact, unit)
	low := new(big.Int).Div(count.Num(), count.Denom())
	if count.IsInt() {
		return new(big.Rat).Set(exact)
	}
	high := new(big.Int).Add(low, big.NewInt(1))
	toZero, fromZero := low, high
	if exact.Sign() < 0 {
		toZero, fromZero = high, low
	}
	even, odd := low, high
	if low.Bit(0) == 1 {
		even, odd = high, low
	}
	pick := map[money.Rounding]*big.Int{
		money.HalfEven: even, money.HalfUp: fromZero, money.HalfDown: toZero, money.HalfOdd: odd,
		money.HalfCeiling: high, money.HalfFloor: low,
		money.Up: fromZero, money.Down: toZero, money.Ceiling: high, money.Floor: low,
	}[m]
	if m < money.Up {
		middle := new(big.Rat).Add(new(big.Rat).SetInt(low), big.NewRat(1, 2))
		switch count.Cmp(middle) {
		case -1:
			pick = low
		case 1:
			pick = high
		}
	}
	return new(big.Rat).Mul(new(big.Rat).SetInt(pick), unit)
}

func TestRoundingPicksTheNeighbourItsNameSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := anyAmount(usd).Draw(t, "a")
		places := rapid.IntRange(-40, 40).Draw(t, "places")
		if rapid.Bool().Draw(t, "tie") {
			// Ties are rare by chance.
			half := rapid.Int64Range(-1000, 1000).Draw(t, "halves")*10 + 5
			places = rapid.IntRange(0, 37).Draw(t, "places of the tie")
			a, _ = money.New(half, uint8(places+1), usd)
		}
		m := money.Rounding(rapid.IntRange(0, 9).Draw(t, "mode"))
		got, err := a.Round(places, m)
		exactly(t, "rounding", got, err, roundRat(rat(a), places, m))
		if err == nil {
			if again, err := got.Round(places, m); err != nil || again != got {
				t.Fatalf("rounding %v twice gives %v, then %v", a, got, again)
			}
		}
	})
}

func TestRoundMinorKnowsTheCurrency(t *testing.T) {
	cases := []struct {
		amount string
		mode   money.Rounding
		want   string
	}{
		{"2.345 USD", money.HalfEven, "2.34 USD"},
		{"2.345 USD", money.HalfUp, "2.35 USD"},
		{"-2.345 USD", money.HalfUp, "-2.35 USD"},
		{"-2.341 USD", money.Ceiling, "-2.34 USD"},
		{"2.5 JPY", money.HalfEven, "2 JPY"},
		{"2.3455 KWD", money.HalfEven, "2.346 KWD"},
		{"0", money.Up, "0"},
		{"0." + strings.Repeat("9", 38) + " USD", money.Down, "0.99 USD"},
		{strings.Repeat("9", 37) + ".9 JPY", money.Up, "1" + strings.Repeat("0", 37) + " JPY"},
	}
	for _, c := range cases {
		if got := money.MustParse(c.amount).RoundMinor(c.mode); got.String() != c.want {
			t.Errorf("%s %v: %v, want %s", c.amount, c.mode, got, c.want)
		}
	}
}

func TestRoundingBeforeThePoint(t *testing.T) {
	most := money.MustParse(strings.Repeat("9", 38) + " USD")
	if got, err := money.MustParse("1250 USD").Round(-2, money.HalfUp); err != nil || got.String() != "1300.00 USD" {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := most.Round(-1, money.Up); !errors.Is(err, money.ErrOverflow) {
		t.Errorf("10^38: %v, want overflow", err)
	}
	if got, err := most.Round(-1<<62, money.Down); err != nil || !got.IsZero() || got.Currency() != usd {
		t.Errorf("nothing is left: %v, %v", got, err)
	}
	if _, err := most.Round(-1<<62, money.Up); !errors.Is(err, money.ErrOverflow) {
		t.Errorf("up to an absurd place: %v, want overflow", err)
	}
}

func TestRoundingsHaveNames(t *testing.T) {
	for m := money.HalfEven; m <= money.Floor; m++ {
		if got, err := money.ParseRounding(m.String()); err != nil || got != m {
			t.Errorf("%v is read as %v, %v", m, got, err)
		}
	}
	var zero money.Rounding
	if zero.String() != "half-even" || money.Rounding(99).String() != "99" {
		t.Errorf("%v, %v", zero, money.Rounding(99))
	}
	for name, hint := range map[string]string{
		"Half-Up": "did you mean half-up?", "half-evne": "did you mean half-even?", "floored": "did you mean floor?",
		"bankers": "write one of half-even, half-up", "": "write one of",
	} {
		_, err := money.ParseRounding(name)
		var e *money.NameError
		if !errors.As(err, &e) || !strings.Contains(e.Hint, hint) {
			t.Errorf("%q: %v, want %q", name, err, hint)
		}
	}
	for r := money.LargestRemainder; r <= money.Refuse; r++ {
		if got, err := money.ParseRemainder(r.String()); err != nil || got != r {
			t.Errorf("%v is read as %v, %v", r, got, err)
		}
	}
	if got := money.ByKey.String() + " " + money.FloorShares.String() + " " + money.Mirror.String(); got != "key floor mirror" {
		t.Error(got)
	}
}
