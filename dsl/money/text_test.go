package money_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/money"
)

func TestTextHasThePlacesOfTheMinorUnit(t *testing.T) {
	cases := []struct{ in, text, full string }{
		{"12.5 USD", "12.50", "12.50 USD"},
		{"12.3450 USD", "12.345", "12.345 USD"},
		{"0 USD", "0.00", "0.00 USD"},
		{"-0 USD", "0.00", "0.00 USD"},
		{"-0.5 USD", "-0.50", "-0.50 USD"},
		{"7 JPY", "7", "7 JPY"},
		{"0.25 JPY", "0.25", "0.25 JPY"},
		{"7 KWD", "7.000", "7.000 KWD"},
		{"0", "0", "0"},
	}
	for _, c := range cases {
		a := money.MustParse(c.in)
		if a.Text() != c.text || a.String() != c.full {
			t.Errorf("%s: %q and %q, want %q and %q", c.in, a.Text(), a.String(), c.text, c.full)
		}
	}
}

func TestTextRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cur := rapid.SampledFrom([]money.Currency{usd, eur, money.MustCurrency("JPY"), money.MustCurrency("CLF")}).Draw(t, "cur")
		a := anyAmount(cur).Draw(t, "a")
		raw, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		var b money.Amount
		if err := json.Unmarshal(raw, &b); err != nil || a != b {
			t.Fatalf("%s is read as %v, %v", raw, b, err)
		}
		if c, err := money.Parse(a.Text(), cur); err != nil || c != a {
			t.Fatalf("%s is read as %v, %v", a.Text(), c, err)
		}
	})
}

func TestUnmarshalSaysWhatIsWrong(t *testing.T) {
	cases := []struct{ text, want string }{
		{"", "no currency"},
		{"12.50", "write it like 12.50 USD"},
		{"12.50USD", "write it like 12.50 USD"},
		{"USD 12.50", `currency "12.50"`},
		{"12.50  USD", `did you mean USD?`},
		{"12.50 usd", `did you mean USD?`},
		{"1,250.00 USD", "separators"},
		{"1e3 USD", "exponents"},
		{"1 XAU", "Gold"},
		{strings.Repeat("7", 1<<16), "write it like"},
	}
	for _, c := range cases {
		var a money.Amount
		err := a.UnmarshalText([]byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) || a != (money.Amount{}) || len(err.Error()) > 250 {
			t.Errorf("%.30q: %v, want %q", c.text, err, c.want)
		}
	}
	var syntax *money.SyntaxError
	if _, err := money.Parse("12.5.0", usd); !errors.As(err, &syntax) || syntax.Text != "12.5.0" {
		t.Errorf("%v is no SyntaxError", err)
	}
	lost := money.FromMinor(5, money.Currency{})
	if _, err := lost.MarshalText(); !errors.Is(err, money.ErrNoCurrency) {
		t.Errorf("an amount without currency is written: %v", err)
	}
	if _, err := lost.Add(money.MustParse("1 USD")); err == nil || !strings.Contains(err.Error(), "an amount without currency") {
		t.Errorf("an amount without currency is added: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"0", "12.50 USD", "-0.005 KWD", "1e9 USD", "1 XAU", "5 ", "9.99 usd", "-0 EUR"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var a, b money.Amount
		if a.UnmarshalText([]byte(text)) != nil {
			return
		}
		if err := b.UnmarshalText([]byte(a.String())); err != nil || a != b {
			t.Fatalf("%q is read as %v, that as %v, %v", text, a, b, err)
		}
	})
}
