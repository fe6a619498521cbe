package money_test

import (
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/money"
)

func TestErrorsSayHowToGoOn(t *testing.T) {
	_, noName := money.ParseRounding("half-uo")
	_, mismatch := money.MustParse("1 USD").Sub(money.MustParse("1 EUR"))
	_, refused := money.Allocate(money.MustParse("0.05 USD"), decimals("1", "1"), money.Policy{Remainder: money.Refuse})
	_, negative := money.AllocateUnits(big.NewInt(5), decimals("1", "-1"), money.Policy{})
	_, first := money.AllocateUnits(big.NewInt(5), decimals("-1", "1"), money.Policy{})
	_, finer := money.Allocate(money.MustParse("0.005 USD"), decimals("1"), money.Policy{})
	_, lost := money.MustParse("1 USD").Convert(decimal.New(1, 0), money.Currency{})
	cases := []struct {
		err  error
		want string
	}{
		{noName, `money: "half-uo" names no rounding: did you mean half-up?`},
		{mismatch, "money: USD and EUR don't mix: convert one of them at a stated rate first"},
		{refused, "money: of 5 units 1 are left over, and the policy refuses that: choose who gets them, such as largest remainder"},
		{negative, "money: can't divide: weight 1 is negative: weights are zero or more"},
		{first, "money: can't divide: weight 0 is negative: weights are zero or more"},
		{finer, "money: can't divide: 0.005 USD is finer than the 2 places to divide at: round it first, or set Policy.Places"},
		{lost, money.ErrNoCurrency.Error()},
	}
	for _, c := range cases {
		if c.err == nil || c.err.Error() != c.want {
			t.Errorf("%v, want %s", c.err, c.want)
		}
	}
}

func TestAnUnknownNameGetsTheNearestThatShareThreeLetters(t *testing.T) {
	long := strings.Repeat("x", 60)
	for name, want := range map[string]string{
		"half-x":   `"half-x" names no rounding: did you mean half-even?`,
		"HALF-UO":  `"HALF-UO" names no rounding: did you mean half-up?`,
		"dow":      `"dow" names no rounding: did you mean down?`,
		"do":       `"do" names no rounding: write one of half-even, half-up, `,
		long:       `"` + long + `" names no`,
		long + "x": `"` + long[:57] + `..." names no`,
	} {
		if _, err := money.ParseRounding(name); err == nil || !strings.HasPrefix(err.Error(), "money: "+want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestANumberThatIsNoRuleIsWrittenAsOne(t *testing.T) {
	for got, want := range map[string]string{
		money.Floor.String(): "floor", money.Rounding(10).String(): "10", money.Rounding(200).String(): "200",
		money.Refuse.String(): "refuse", money.Remainder(8).String(): "8", money.ByKey.String(): "key", money.Ties(2).String(): "2",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestOnlyMustPanics(t *testing.T) {
	panics := func(f func()) (err error) {
		defer func() { err, _ = recover().(error) }()
		f()
		return nil
	}
	var code *money.CurrencyError
	if err := panics(func() { money.MustCurrency("QQQ") }); !errors.As(err, &code) {
		t.Errorf("MustCurrency: %v", err)
	}
	var syntax *money.SyntaxError
	if err := panics(func() { money.MustParse("1") }); !errors.As(err, &syntax) {
		t.Errorf("MustParse: %v", err)
	}
}
