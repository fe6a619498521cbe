package fixed_test

import (
	"errors"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/internal/fixed"
)

func TestParseReadsPlainDecimals(t *testing.T) {
	nines := strings.Repeat("9", 38)
	cases := []struct {
		text, coef string
		scale      uint8
	}{
		{"0", "0", 0},
		{"-0", "0", 0},
		{"-0.00", "0", 0},
		{"7", "7", 0},
		{"-12.50", "-125", 1},
		{"0.05", "5", 2},
		{"100", "100", 0},
		{nines, nines, 0},
		{"-" + nines[:20] + "." + nines[20:], "-" + nines, 18},
		{"0." + nines, nines, 38},
		{"0." + strings.Repeat("0", 37) + "1", "1", 38},
		{nines + ".00", nines, 0},
		{"100." + strings.Repeat("0", 38), "100", 0},
	}
	for _, c := range cases {
		coef, scale, err := fixed.Parse(c.text)
		if err != nil || coef.String() != c.coef || scale != c.scale {
			t.Errorf("Parse(%q) = %v, %d, %v, want %s, %d", c.text, coef, scale, err, c.coef, c.scale)
		}
	}
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	cases := []struct{ text, reason string }{
		{"", "no digits"},
		{"-", "no digits"},
		{"+1", "plus sign"},
		{"--1", "minus sign"},
		{"1-", "minus sign"},
		{".5", "write 0.5"},
		{"-.5", "write 0.5"},
		{"5.", "after the point"},
		{"01", "leading zeros"},
		{"00.1", "leading zeros"},
		{"-007", "leading zeros"},
		{"1e3", "exponents"},
		{"1E-400", "exponents"},
		{"1,000", "thousands"},
		{"1_000", "thousands"},
		{" 1", "space"},
		{"1.2.3", "two points"},
		{"1 USD", "space"},
		{"NaN", `unexpected 'N'`},
		{"٣", `unexpected '٣'`},
		{"\xff", "unexpected"},
		{strings.Repeat("9", 39), "38 digits"},
		{"1." + strings.Repeat("0", 37) + "1", "38 digits"},
		{"1." + strings.Repeat("0", 39), "38 is the most"},
		{"0." + strings.Repeat("0", 39), "38 is the most"},
		{strings.Repeat("1", 1<<20), "38 digits"},
	}
	for _, c := range cases {
		_, _, err := fixed.Parse(c.text)
		var syntax *fixed.SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(syntax.Reason, c.reason) {
			t.Errorf("Parse(%.50q) says %v, want %q in the reason", c.text, err, c.reason)
		}
		if err != nil && len(err.Error()) > 300 {
			t.Errorf("the error for %.50q… is %d bytes long", c.text, len(err.Error()))
		}
	}
}

func TestAnErrorQuotesSixtyBytesAtMost(t *testing.T) {
	for length, want := range map[int]string{
		59: strings.Repeat("x", 59), 60: strings.Repeat("x", 60), 61: strings.Repeat("x", 57) + "...",
	} {
		var syntax *fixed.SyntaxError
		if _, _, err := fixed.Parse(strings.Repeat("x", length)); !errors.As(err, &syntax) || syntax.Text != want {
			t.Errorf("of %d bytes %v are quoted", length, err)
		}
	}
}

func TestFormatIsCanonical(t *testing.T) {
	cases := []struct {
		coef      int64
		scale     uint8
		minPlaces uint8
		want      string
	}{
		{0, 0, 0, "0"},
		{0, 9, 0, "0"},
		{0, 9, 2, "0.00"},
		{0, 1, 3, "0.000"},
		{1250, 2, 0, "12.5"},
		{1250, 2, 2, "12.50"},
		{1250, 2, 4, "12.5000"},
		{-5, 3, 0, "-0.005"},
		{-500, 2, 0, "-5"},
		{-500, 2, 2, "-5.00"},
		{100, 0, 0, "100"},
		{100, 0, 2, "100.00"},
		{12345, 4, 2, "1.2345"},
	}
	for _, c := range cases {
		if got := string(fixed.Append(nil, fixed.FromInt64(c.coef), c.scale, c.minPlaces)); got != c.want {
			t.Errorf("Append(%d, %d, %d) = %s, want %s", c.coef, c.scale, c.minPlaces, got, c.want)
		}
		if got := string(fixed.AppendBig(nil, big.NewInt(c.coef), c.scale, c.minPlaces)); got != c.want {
			t.Errorf("AppendBig(%d, %d, %d) = %s, want %s", c.coef, c.scale, c.minPlaces, got, c.want)
		}
	}
}

func TestWhatIsFormattedIsReadBackAsTheSameValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coef := anyInt128().Filter(func(v fixed.Int128) bool { return len(strings.TrimPrefix(v.String(), "-")) <= 38 }).Draw(t, "coef")
		scale := rapid.Uint8Range(0, 38).Draw(t, "scale")
		text := fixed.Format(coef, scale)
		if other := fixed.FormatBig(coef.Big(), scale); other != text {
			t.Fatalf("int128 writes %s, big %s", text, other)
		}
		got, places, err := fixed.Parse(text)
		want, wantPlaces := fixed.Strip(coef, scale)
		if err != nil || got != want || places != wantPlaces {
			t.Fatalf("%s is read as %v, %d, %v, want %v, %d", text, got, places, err, want, wantPlaces)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"0", "-12.50", "0.05", "1e3", ".5", "-0", "00", strings.Repeat("9", 39), "1.2.3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		coef, scale, err := fixed.Parse(text)
		if err != nil {
			return
		}
		want, ok := new(big.Rat).SetString(text)
		got := new(big.Rat).SetFrac(coef.Big(), fixed.Pow10Big(int(scale)))
		if !ok || got.Cmp(want) != 0 {
			t.Fatalf("Parse(%q) = %v at scale %d, math/big reads %v", text, coef, scale, want)
		}
	})
}
