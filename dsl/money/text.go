package money

import (
	"errors"
	"strings"

	"github.com/payproof/payproof/internal/fixed"
)

// Parse reads a plain decimal of cur: an optional '-', digits, and optionally '.' and
// more digits, without exponent, '+', spaces or separators of thousands. The error is
// a *[SyntaxError], or [ErrNoCurrency].
func Parse(text string, cur Currency) (Amount, error) {
	coef, scale, err := fixed.Parse(text)
	if err != nil {
		return Amount{}, syntax(err)
	}
	return build(coef, scale, cur)
}

func syntax(err error) error {
	var e *fixed.SyntaxError
	if errors.As(err, &e) {
		return &SyntaxError{e.Text, e.Reason}
	}
	return err
}

// MustParse reads "12.50 USD", or "0" for Amount{}; it panics on anything else. It is
// for tests and constants.
func MustParse(text string) Amount {
	a, err := parseBoth(text)
	if err != nil {
		panic(err)
	}
	return a
}

// parseBoth reads what String writes.
func parseBoth(text string) (Amount, error) {
	number, code, found := strings.Cut(text, " ")
	switch {
	case text == "0":
		return Amount{}, nil
	case !found:
		return Amount{}, &SyntaxError{clip(text), "there is no currency: write it like 12.50 USD"}
	}
	cur, err := ParseCurrency(code)
	if err != nil {
		return Amount{}, err
	}
	return Parse(number, cur)
}

// Text is the value without its currency: no exponent, no -0, the places of the minor
// unit and more only where the value is finer ("12.50", "0.00", "0.3333").
func (a Amount) Text() string { return string(a.appendText(nil)) }

func (a Amount) appendText(dst []byte) []byte {
	return fixed.Append(dst, a.coef(), a.scale, uint8(a.cur.Digits()))
}

// String is [Amount.Text] and the currency: "12.50 USD". Amount{} is "0".
func (a Amount) String() string {
	if a.cur.IsZero() {
		return a.Text()
	}
	return a.Text() + " " + a.cur.String()
}

// MarshalText is [Amount.String], or [ErrNoCurrency] for a value other than zero
// without currency.
func (a Amount) MarshalText() ([]byte, error) {
	if a.cur.IsZero() && !a.IsZero() {
		return nil, ErrNoCurrency
	}
	return []byte(a.String()), nil
}

// UnmarshalText reads what MarshalText writes. The error is a *[SyntaxError] or a
// *[CurrencyError].
func (a *Amount) UnmarshalText(text []byte) error {
	parsed, err := parseBoth(string(text))
	if err != nil {
		return err
	}
	*a = parsed
	return nil
}
