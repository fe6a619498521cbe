package money_test

import (
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/internal/fixed"
)

// fits reports whether a rational is a decimal within the bounds.
func fits(r *big.Rat) bool {
	scaled := new(big.Rat).Mul(r, new(big.Rat).SetInt(fixed.Pow10Big(38)))
	if !scaled.IsInt() {
		return false
	}
	coef, places, ten := new(big.Int).Set(scaled.Num()), 38, big.NewInt(10)
	for rest := new(big.Int); places > 0; places-- {
		quo, _ := new(big.Int).QuoRem(coef, ten, rest)
		if rest.Sign() != 0 {
			break
		}
		coef = quo
	}
	return coef.CmpAbs(fixed.Pow10Big(38)) < 0
}

// exactly fails unless got is want, or want is out of bounds and err says so.
func exactly(t *rapid.T, op string, got money.Amount, err error, want *big.Rat) {
	t.Helper()
	switch {
	case !fits(want) && !errors.Is(err, money.ErrOverflow):
		t.Fatalf("%s is out of bounds, but gives %v, %v", op, got, err)
	case fits(want) && (err != nil || rat(got).Cmp(want) != 0):
		t.Fatalf("%s = %v, %v, want %v", op, got, err, want)
	}
}

func TestArithmeticIsExactOrOverflows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyAmount(usd).Draw(t, "a"), anyAmount(usd).Draw(t, "b")
		sum, err := a.Add(b)
		exactly(t, "sum", sum, err, new(big.Rat).Add(rat(a), rat(b)))
		diff, err := a.Sub(b)
		exactly(t, "difference", diff, err, new(big.Rat).Sub(rat(a), rat(b)))
		product, err := a.Mul(b.Decimal())
		exactly(t, "product", product, err, new(big.Rat).Mul(rat(a), rat(b)))
		if c, err := a.Cmp(b); err != nil || c != rat(a).Cmp(rat(b)) {
			t.Fatalf("%v against %v: %d, %v", a, b, c, err)
		}
		if a.Sign() != rat(a).Sign() || a.Abs().Sign() < 0 || a.Neg().Neg() != a {
			t.Fatalf("the sign of %v is wrong", a)
		}
	})
}

func TestATermMayBeWiderThanTheSum(t *testing.T) {
	a := money.MustParse("18" + strings.Repeat("0", 30) + " USD")
	b := money.MustParse("-9" + strings.Repeat("9", 30) + ".9999999 USD")
	sum, err := a.Add(b)
	want := "8" + strings.Repeat("0", 30) + ".0000001 USD"
	if err != nil || sum.String() != want {
		t.Errorf("%v, %v, want %s", sum, err, want)
	}
}

func TestAFactorMayMakeMoreDigitsThanTheProduct(t *testing.T) {
	a, err := money.FromBig(new(big.Int).Lsh(big.NewInt(1), 80), 20, usd) // 2^80 and 5^50 make 50 zeros
	if err != nil {
		t.Fatal(err)
	}
	factor := decimal.NewFromBigInt(new(big.Int).Exp(big.NewInt(5), big.NewInt(50), nil), -38)
	if product, err := a.Mul(factor); err != nil || product.String() != "10.73741824 USD" {
		t.Errorf("%v × %v = %v, %v", a, factor, product, err)
	}
}

func TestAddingIsAssociativeAndCommutative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := modest(usd).Draw(t, "a"), modest(usd).Draw(t, "b"), modest(usd).Draw(t, "c")
		x, err1 := money.Sum(a, b, c)
		y, err2 := money.Sum(c, b, a)
		bc, err3 := b.Add(c)
		z, err4 := a.Add(bc)
		if err := errors.Join(err1, err2, err3, err4); err != nil || x != y || y != z {
			t.Fatalf("%v, %v, %v, %v", x, y, z, err)
		}
	})
}

func TestCurrenciesDontMixAndOnlyTheEmptyZeroIsNeutral(t *testing.T) {
	cases := []struct{ a, b, sum string }{
		{"1 USD", "2 USD", "3.00 USD"},
		{"0", "2 USD", "2.00 USD"},
		{"2 USD", "0", "2.00 USD"},
		{"0", "0", "0"},
		{"0 USD", "0", "0.00 USD"},
		{"1 USD", "-1 USD", "0.00 USD"},
		{"1 USD", "1 EUR", ""},
		{"0 USD", "1 EUR", ""},
		{"1 USD", "0 EUR", ""},
		{"0 USD", "0 EUR", ""},
	}
	for _, c := range cases {
		a, b := money.MustParse(c.a), money.MustParse(c.b)
		got, err := a.Add(b)
		_, cmpErr := a.Cmp(b)
		var mismatch *money.CurrencyMismatchError
		if c.sum == "" {
			if !errors.As(err, &mismatch) || mismatch.A != a.Currency() || mismatch.B != b.Currency() || !errors.As(cmpErr, &mismatch) {
				t.Errorf("%s + %s: %v, %v, want a mismatch", c.a, c.b, err, cmpErr)
			}
			continue
		}
		if err != nil || cmpErr != nil || got.String() != c.sum {
			t.Errorf("%s + %s = %v, %v, want %s", c.a, c.b, got, err, c.sum)
		}
	}
	if _, err := money.Sum(amounts("1 USD", "0 EUR")...); err == nil || err.Error() != "money: USD and EUR don't mix: convert one of them at a stated rate first" {
		t.Error(err)
	}
}

// Published conversions; the sources are those of our collection of worked examples.
func TestPublishedConversions(t *testing.T) {
	convert := func(from, rate, to string) func() (money.Amount, error) {
		return func() (money.Amount, error) {
			return money.MustParse(from).Convert(decimal.RequireFromString(rate), money.MustCurrency(to))
		}
	}
	cases := []struct {
		id, title, source string
		make              func() (money.Amount, error)
		want              string
	}{
		{
			"G14", "Conversion keeps amount scale + rate scale",
			"dinerojs/dinero.js packages/dinero.js/src/api/__tests__/convert.test.ts @76b969e519dc",
			convert("5.00 USD", "0.89", "EUR"), "4.4500 EUR",
		},
		{
			"G14", "Conversion keeps amount scale + rate scale",
			"dinerojs/dinero.js packages/dinero.js/src/api/__tests__/convert.test.ts @76b969e519dc",
			convert("5.00 USD", "1199", "IQD"), "5995.000 IQD",
		},
		{
			"G15", "Commission fixed in local currency at invoice date: 10% of GBP 1,000",
			"https://docs.idynamics.es/en/commissions/settlements/currency.html",
			func() (money.Amount, error) {
				return money.MustParse("1000 GBP").Mul(decimal.RequireFromString("0.10"))
			}, "100 GBP",
		},
		{
			"G15", "… or kept in the seller's currency: at 1.22",
			"https://docs.idynamics.es/en/commissions/settlements/currency.html",
			convert("100 GBP", "1.22", "USD"), "122 USD",
		},
		{
			"G16", "81 EUR to USD with rates quoted per USD",
			"GitHub exercise test ex11_currency_exchange (index id 32331176622)",
			func() (money.Amount, error) {
				quotient, err := money.MustParse("81 EUR").Div(decimal.RequireFromString("0.956803"), 2, money.HalfEven)
				if err != nil {
					return quotient, err
				}
				return quotient.Convert(decimal.New(1, 0), usd)
			}, "84.66 USD",
		},
	}
	for _, c := range cases {
		if got, err := c.make(); err != nil || got != money.MustParse(c.want) {
			t.Errorf("%s %s: %v, %v, want %s (%s)", c.id, c.title, got, err, c.want, c.source)
		}
	}
}

func TestDividingRoundsTheExactQuotientOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := modest(usd).Draw(t, "a")
		divisor := decimal.New(rapid.Int64Range(1, 1e9).Draw(t, "coef"), -rapid.Int32Range(0, 9).Draw(t, "scale"))
		if rapid.Bool().Draw(t, "negative") {
			divisor = divisor.Neg()
		}
		places := rapid.IntRange(-3, 8).Draw(t, "places")
		m := money.Rounding(rapid.IntRange(0, 9).Draw(t, "mode"))
		got, err := a.Div(divisor, places, m)
		exact := new(big.Rat).Quo(rat(a), divisor.Rat())
		if want := roundRat(exact, places, m); err != nil || rat(got).Cmp(want) != 0 {
			t.Fatalf("%v ÷ %v at %d, %v = %v, %v, want %v", a, divisor, places, m, got, err, want)
		}
	})
	if _, err := money.MustParse("1 USD").Div(decimal.Decimal{}, 2, money.HalfEven); !errors.Is(err, money.ErrDivideByZero) {
		t.Error(err)
	}
	for places, want := range map[int]error{-39: money.ErrOverflow, -38: nil, 38: nil, 39: money.ErrOverflow} {
		got, err := money.MustParse("0 USD").Div(decimal.New(3, 0), places, money.HalfEven)
		if !errors.Is(err, want) || !got.IsZero() {
			t.Errorf("at %d places: %v, %v, want %v", places, got, err, want)
		}
	}
}
