package money_test

import (
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/internal/fixed"
)

// anyCoef draws integers below 10^38 in size, as often at the ends and around the
// limits of 64 bits as within.
func anyCoef() *rapid.Generator[*big.Int] {
	limit := fixed.Pow10Big(38)
	limit.Sub(limit, big.NewInt(1))
	edges := []*big.Int{
		limit, new(big.Int).Neg(limit), new(big.Int), big.NewInt(math.MaxInt64), big.NewInt(math.MinInt64),
		new(big.Int).Lsh(big.NewInt(1), 63), new(big.Int).Lsh(big.NewInt(1), 64), big.NewInt(10), big.NewInt(-1),
	}
	return rapid.OneOf(
		rapid.SampledFrom(edges),
		rapid.Map(rapid.Int64(), big.NewInt),
		rapid.Custom(func(t *rapid.T) *big.Int {
			v := new(big.Int).SetBytes(rapid.SliceOfN(rapid.Byte(), 0, 15).Draw(t, "bytes"))
			if rapid.Bool().Draw(t, "negative") {
				v.Neg(v)
			}
			return v
		}),
	)
}

func anyAmount(cur money.Currency) *rapid.Generator[money.Amount] {
	return rapid.Custom(func(t *rapid.T) money.Amount {
		a, err := money.FromBig(anyCoef().Draw(t, "coef"), rapid.Uint8Range(0, 38).Draw(t, "scale"), cur)
		if err != nil {
			t.Fatal(err)
		}
		return a
	})
}

// modest amounts can be added a few times without overflow.
func modest(cur money.Currency) *rapid.Generator[money.Amount] {
	return rapid.Custom(func(t *rapid.T) money.Amount {
		a, err := money.New(rapid.Int64().Draw(t, "coef"), rapid.Uint8Range(0, 12).Draw(t, "scale"), cur)
		if err != nil {
			t.Fatal(err)
		}
		return a
	})
}

func rat(a money.Amount) *big.Rat {
	coef, scale := a.Big()
	return new(big.Rat).SetFrac(coef, fixed.Pow10Big(int(scale)))
}

func TestEqualValuesAreTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := anyAmount(usd).Draw(t, "a")
		coef, scale := a.Big()
		wider := scale + rapid.Uint8Range(0, 100).Draw(t, "zeros")
		b, err := money.FromBig(fixed.RescaleBig(coef, int(scale), int(wider), fixed.HalfEven), wider, usd)
		if err != nil || a != b || !a.Equal(b) {
			t.Fatalf("%v written with %d places is %v, %v", a, wider, b, err)
		}
		if map[money.Amount]bool{a: true}[b] == false {
			t.Fatal("equal amounts are different map keys")
		}
	})
}

func TestDecimalRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := anyAmount(usd).Draw(t, "a")
		b, err := money.FromDecimal(a.Decimal(), usd)
		if err != nil || a != b || a.Decimal().Rat().Cmp(rat(a)) != 0 {
			t.Fatalf("%v becomes %v, %v", a, b, err)
		}
	})
}

func TestHostileDecimalsAreRefusedAtOnce(t *testing.T) {
	digits := new(big.Int).Lsh(big.NewInt(1), 1<<20)
	cases := map[string]decimal.Decimal{
		"exponent up":             decimal.New(1, 20_000_000),
		"exponent down":           decimal.New(1, -20_000_000),
		"the largest exponent":    decimal.New(1, math.MaxInt32),
		"the smallest exponent":   decimal.New(1, math.MinInt32),
		"a million digits":        decimal.NewFromBigInt(digits, 0),
		"and a large exponent":    decimal.NewFromBigInt(digits, 30),
		"a million digits behind": decimal.NewFromBigInt(digits, -30),
		"39 digits":               decimal.New(1, 38),
		"39 places":               decimal.New(1, -39),
	}
	start := time.Now()
	for name, d := range cases {
		_, err := money.FromDecimal(d, usd)
		_, mulErr := money.MustParse("1 USD").Mul(d)
		_, divErr := money.MustParse("1 USD").Div(d, 2, money.HalfEven)
		_, partErr := money.Allocate(money.MustParse("1 USD"), []decimal.Decimal{d}, money.Policy{})
		if !errors.Is(err, money.ErrOverflow) || !errors.Is(mulErr, money.ErrOverflow) || !errors.Is(divErr, money.ErrOverflow) || partErr == nil {
			t.Errorf("%s: %v, %v, %v, %v, want overflow", name, err, mulErr, divErr, partErr)
		}
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("refusing took %v", took)
	}
	for _, zero := range []decimal.Decimal{{}, decimal.New(0, 20_000_000), decimal.New(0, math.MinInt32)} {
		if a, err := money.FromDecimal(zero, usd); err != nil || a.String() != "0.00 USD" {
			t.Errorf("zero with an exponent: %v, %v", a, err)
		}
	}
	if a, err := money.FromDecimal(decimal.New(12, 36), usd); err != nil || a.Text() != "12"+strings.Repeat("0", 36)+".00" {
		t.Errorf("38 digits by exponent: %v, %v", a, err)
	}
	if a, err := money.FromDecimal(decimal.NewFromBigInt(fixed.Pow10Big(100), -99), usd); err != nil || a.String() != "10.00 USD" {
		t.Errorf("99 trailing zeros: %v, %v", a, err)
	}
}

// Zeros behind are no digits, up to a length that no honest number has.
func TestThreeHundredAndEightZerosAreDropped(t *testing.T) {
	for _, c := range []struct {
		zeros, places int32
		want          string // "" is too long
	}{
		{0, 0, "1.00"},
		{308, 308, "1.00"},
		{308, 308 + 38, "0." + strings.Repeat("0", 37) + "1"},
		{308, 308 + 39, ""},
		{309, 309, ""},
		{400, 400, ""},
	} {
		got, err := money.FromDecimal(decimal.NewFromBigInt(fixed.Pow10Big(int(c.zeros)), -c.places), usd)
		if c.want == "" && !errors.Is(err, money.ErrOverflow) || c.want != "" && (err != nil || got.Text() != c.want) {
			t.Errorf("10^%d at %d places: %v, %v, want %q", c.zeros, c.places, got, err, c.want)
		}
	}
}

func TestConstructorsKeepTheBounds(t *testing.T) {
	over := fixed.Pow10Big(38)
	cases := []struct {
		name string
		make func() (money.Amount, error)
		want error
	}{
		{"39 places", func() (money.Amount, error) { return money.New(1, 39, usd) }, money.ErrOverflow},
		{"39 digits", func() (money.Amount, error) { return money.FromBig(over, 0, usd) }, money.ErrOverflow},
		{"39 digits below zero", func() (money.Amount, error) { return money.FromBig(new(big.Int).Neg(over), 0, usd) }, money.ErrOverflow},
		{"no currency", func() (money.Amount, error) { return money.New(1, 0, money.Currency{}) }, money.ErrNoCurrency},
		{"no currency in text", func() (money.Amount, error) { return money.Parse("1", money.Currency{}) }, money.ErrNoCurrency},
		{"40 places that are zeros", func() (money.Amount, error) { return money.New(100, 40, usd) }, nil},
		{"zero of nothing", func() (money.Amount, error) { return money.New(0, 200, money.Currency{}) }, nil},
	}
	for _, c := range cases {
		if _, err := c.make(); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	if got := money.FromMinor(1250, usd); got != money.MustParse("12.5 USD") {
		t.Errorf("1250 cents are %v", got)
	}
	if got := money.FromMinor(math.MinInt64, money.MustCurrency("JPY")); got.String() != "-9223372036854775808 JPY" {
		t.Errorf("the smallest int64 is %v", got)
	}
}

func TestInt64IsExactOrNothing(t *testing.T) {
	cases := []struct {
		amount string
		scale  uint8
		want   int64
		ok     bool
	}{
		{"12.50 USD", 2, 1250, true},
		{"12.50 USD", 1, 125, true},
		{"12.50 USD", 0, 0, false},
		{"-0.005 USD", 2, 0, false},
		{"92233720368547758.07 USD", 2, math.MaxInt64, true},
		{"92233720368547758.08 USD", 2, 0, false},
		{"-92233720368547758.08 USD", 2, math.MinInt64, true},
		{"0 USD", 200, 0, true},
		{"1 USD", 200, 0, false},
	}
	for _, c := range cases {
		if got, ok := money.MustParse(c.amount).Int64(c.scale); got != c.want || ok != c.ok {
			t.Errorf("%s at scale %d: %d, %v, want %d, %v", c.amount, c.scale, got, ok, c.want, c.ok)
		}
	}
}

func TestOnlyWholeMinorUnitsCanBePaid(t *testing.T) {
	for text, want := range map[string]bool{"12.5 USD": true, "12.505 USD": false, "1 JPY": true, "0.5 JPY": false, "0.005 KWD": true, "0": true} {
		if got := money.MustParse(text).IsMinor(); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}
