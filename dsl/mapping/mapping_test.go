package mapping

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/internal/fixed"
)

// said is a result, or the reason why there is none.
func said(text string, err error) string {
	var form *FormError
	switch {
	case errors.As(err, &form):
		return "error: " + form.Reason
	case err != nil:
		return "error: " + err.Error()
	}
	return text
}

func TestNumbersAreReadAsDeclaredAndNoOtherWay(t *testing.T) {
	for _, c := range []struct {
		numbers, text, want string
	}{
		{"plain", "1234.50", "1234.50"},
		{"plain", "", ""},
		{"plain", "1,234", "1,234"}, // refused by the reader of plain decimals
		{"1,234.50", "1,234.50", "1234.50"},
		{"1,234.50", "1,234", "1234"},
		{"1,234.50", "1234.5", "1234.5"},
		{"1,234.50", "12,345,678.9", "12345678.9"},
		{"1,234.50", "-1,234", "-1234"},
		{"1,234.50", "1,23", `error: groups have three digits, and "23" has 2`},
		{"1,234.50", "1234,567", `error: groups have three digits, and "1234" has 4`},
		{"1,234.50", "1,23,456.00", `error: groups have three digits, and "23" has 2`},
		{"1,234.50", "1.234,50", `error: behind the decimal mark stand digits, not "234,50"`},
		{"1,234.50", ",123", `error: expected are digits, not ""`},
		{"1,234.50", "1,234.", `error: behind the decimal mark stand digits, not ""`},
		{"1,234.50", "1.2.3", `error: behind the decimal mark stand digits, not "2.3"`},
		{"1,234.50", " 1", `error: expected are digits, not " 1"`},
		{"1,234.50", "--1", `error: expected are digits, not "-1"`},
		{"1,234.50", "(12.00)", `error: expected are digits, not "(12"`},
		{"1,234.50", "12.00-", `error: behind the decimal mark stand digits, not "00-"`},
		{"1,234.50", "$12.00", `error: expected are digits, not "$12"`},
		{"1,234.50", "1e5", `error: expected are digits, not "1e5"`},
		{"1,234.50", "١٢", `error: expected are digits, not "١٢"`},
		{"1.234,50", "1.234,50", "1234.50"},
		{"1.234,50", "1.234", "1234"},
		{"1.234,50", "1.23", `error: groups have three digits, and "23" has 2`},
		{"1 234,50", "1 234 567,5", "1234567.5"},
		{"1 234,50", "1\u00a0234,50", "1234.50"},
		{"1 234,50", "1\u202f234\u202f567", "1234567"},
		{"1 234,50", "1\u202f234 567", `error: expected are digits, not "1\u202f234"`},
		{"1'234.50", "1’234.50", "1234.50"},
	} {
		n, err := ParseNumbers(c.numbers)
		if err != nil {
			t.Fatal(err)
		}
		f := &File{Numbers: n}
		if got := said(f.Number(c.text)); got != c.want {
			t.Errorf("%s: %q is %s, want %s", c.numbers, c.text, got, c.want)
		}
	}
}

func TestSignsAreReadWhereTheyAreDeclared(t *testing.T) {
	for _, c := range []struct {
		file       File
		text, want string
	}{
		{File{Sign: "$", Numbers: PointComma}, "$1,234.50", "1234.50"},
		{File{Sign: "$", Numbers: PointComma}, "1,234.50", "1234.50"},
		{File{Sign: "$"}, "-$12.00", "-12.00"},
		{File{Sign: "$"}, "$-12.00", "-12.00"},
		{File{Sign: "$"}, "$ 12", "12"},
		{File{Sign: "$"}, "$  12", `error: expected are digits, not " 12"`},
		{File{Sign: "$"}, "$12$", `error: expected are digits, not "12$"`},
		{File{Sign: "$"}, "$", `error: expected are digits, not ""`},
		{File{Sign: "€", Numbers: CommaPoint}, "1.234,50 €", "1234.50"},
		{File{Sign: "€", Numbers: CommaPoint}, "1.234,50\u00a0€", "1234.50"},
		{File{Sign: "€", Numbers: CommaPoint}, "1.234,50 $", "error: behind"},
		{File{Negative: Parentheses}, "(12.00)", "-12.00"},
		{File{Negative: Parentheses}, "-12.00", `error: expected are digits, not "-12"`},
		{File{Negative: Parentheses}, "(-12.00)", `error: expected are digits, not "-12"`},
		{File{Negative: Parentheses}, "(12.00", `error: expected are digits, not "(12"`},
		{File{Negative: Parentheses, Sign: "$"}, "($12.00)", "-12.00"},
		{File{Negative: Parentheses, Sign: "$"}, "$(12.00)", "-12.00"},
		{File{Negative: MinusAfter, Numbers: CommaPoint}, "1.200,00-", "-1200.00"},
		{File{Negative: MinusAfter}, "-1", `error: expected are digits, not "-1"`},
	} {
		if got := said(c.file.Money(c.text)); got != c.want && (!strings.HasPrefix(c.want, "error: behind") || !strings.HasPrefix(got, c.want)) {
			t.Errorf("%q is %s, want %s", c.text, got, c.want)
		}
	}
	f := File{Sign: "$"}
	if got := said(f.Number("$12")); got == "12" {
		t.Error("what is no money has no sign of a currency")
	}
}

func TestDatesAreReadByTheirPatternAndNoOtherWay(t *testing.T) {
	const skipped = "error: the clocks of America/New_York have skipped this time"
	for _, c := range []struct{ pattern, text, want string }{
		{"YYYY-MM-DD", "31.3.2026", "31.3.2026"}, // refused by the reader of days
		{"MM/DD/YYYY", "03/31/2026", "2026-03-31"},
		{"MM/DD/YYYY", "31/03/2026", "error: there is no such day"},
		{"MM/DD/YYYY", "3/31/2026", `error: expected are 2 digits for MM, not "3/31/2026"`},
		{"MM/DD/YYYY", "03/31/26", `error: expected are 4 digits for YYYY, not "26"`},
		{"MM/DD/YYYY", "03/31/20260", `error: "0" is left over`},
		{"MM/DD/YYYY", "03-31-2026", `error: expected is '/' before "-31-2026"`},
		{"M/D/YYYY", "3/1/2026", "2026-03-01"},
		{"M/D/YYYY", "12/31/2026", "2026-12-31"},
		{"DD.MM.YYYY", "29.02.2026", "error: there is no such day"},
		{"D-MMM-YYYY", "5-mar-2026", "2026-03-05"},
		{"D-MMM-YYYY", "5-Mär-2026", `error: expected is Jan, Feb, … or Dec, not "Mär-2026"`},
		{"YYYYMMDD", "20260331", "2026-03-31"},
		{"YYYY-MM-DDThh:mm:ssZ", "2026-04-01T03:59:59Z", "2026-03-31"},
		{"YYYY-MM-DDThh:mm:ssZ", "2026-04-01T04:00:00Z", "2026-04-01"},
		{"YYYY-MM-DDThh:mm:ssZ", "2026-03-31T23:59:59-04:00", "2026-03-31"},
		{"YYYY-MM-DDThh:mm:ss.sssZ", "2026-04-01T02:00:00.000+0000", "2026-03-31"},
		{"YYYY-MM-DDThh:mm:ssZ", "2026-04-01T03:59:59", `error: expected is Z or an offset such as +02:00, not ""`},
		{"YYYY-MM-DDThh:mm:ssZ", "2026-04-01T03:59:59+15:00", `error: expected is Z or an offset such as +02:00, not "+15:00"`},
		{"M/D/YYYY, h:mm AM", "3/31/2026, 12:30 AM", "2026-03-31"},
		{"M/D/YYYY, h:mm AM", "3/31/2026, 13:30 PM", "error: there is no hour 13 PM"},
		{"YYYY-MM-DD hh:mm", "2026-03-31 24:00", "error: there is no such time of day"},
		{"YYYY-MM-DD hh:mm", "2026-03-08 01:59", "2026-03-08"},
		{"YYYY-MM-DD hh:mm", "2026-03-08 02:30", skipped},
		{"YYYY-MM-DD hh:mm", "2026-11-01 01:30", "2026-11-01"}, // twice, on one day
	} {
		d, err := ParseDates(c.pattern)
		if err != nil {
			t.Fatal(err)
		}
		z, err := ParseZone("America/New_York")
		if err != nil {
			t.Fatal(err)
		}
		f := &File{Dates: d, Zone: z}
		if got := said(f.Date("closed", c.text)); got != c.want {
			t.Errorf("%s: %q is %s, want %s", c.pattern, c.text, got, c.want)
		}
	}
}

func TestATimeWithoutAZoneIsNoDay(t *testing.T) {
	d, err := ParseDates("YYYY-MM-DDThh:mmZ")
	if err != nil {
		t.Fatal(err)
	}
	f := &File{DatesOf: map[string]Dates{"closed": d}}
	if got := said(f.Date("closed", "2026-03-31T12:00Z")); got != "error: a time says a day only with a zone: name one" {
		t.Error(got)
	}
	if got := said(f.Date("booked", "2026-03-31")); got != "2026-03-31" {
		t.Error(got)
	}
}

func TestWhatCannotBeReadOneWayOnlyCannotBeDeclared(t *testing.T) {
	parse := map[string]func(string) error{
		"dates":    func(s string) error { _, err := ParseDates(s); return err },
		"numbers":  func(s string) error { _, err := ParseNumbers(s); return err },
		"negative": func(s string) error { _, err := ParseNegative(s); return err },
		"sign":     CheckSign,
		"zone":     func(s string) error { _, err := ParseZone(s); return err },
	}
	for _, c := range []struct{ what, text, says string }{
		{"dates", "MM/DD/YY", "a year of two would be a guess"},
		{"dates", "", "has no year"},
		{"dates", "MM/YYYY", "has no day"},
		{"dates", "DD/YYYY", "has no month"},
		{"dates", "MM/DD/YYYY hh", "has hour but no mm"},
		{"dates", "MM/DD/YYYY mm:ss", "has mm but no hour"},
		{"dates", "MM/DD/YYYY Z", "has Z but no hour"},
		{"dates", "MDYYYY", "has nothing between M and D"},
		{"dates", "M/MM/DD/YYYY", "month twice"},
		{"dates", "dd/mm/yyyy", `from "dd/mm/yyyy" on`},
		{"numbers", "1,23", `"1,234.50"`},
		{"negative", "<12>", "(12.00)"},
		{"sign", "", "sign of a currency"},
		{"sign", "-", "sign of a currency"},
		{"sign", "1$", "sign of a currency"},
		{"zone", "New York", "America/New_York"},
	} {
		if err := parse[c.what](c.text); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s %q: %v, want %s", c.what, c.text, err, c.says)
		}
	}
}

func TestTextsOfTheDeclarationsRoundTrip(t *testing.T) {
	for n := Plain; n <= PointApostrophe; n++ {
		if got, err := ParseNumbers(n.String()); err != nil || got != n {
			t.Errorf("%v: %v, %v", n, got, err)
		}
	}
	for n := MinusBefore; n <= MinusAfter; n++ {
		if got, err := ParseNegative(n.String()); err != nil || got != n {
			t.Errorf("%v: %v, %v", n, got, err)
		}
	}
}

func TestWhatIsWrittenInAWayIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(-1e15, 1e15).Draw(t, "n")
		numbers := Numbers(rapid.IntRange(int(PointComma), int(PointApostrophe)).Draw(t, "numbers"))
		negative := Negative(rapid.IntRange(0, 2).Draw(t, "negative"))
		plain := fixed.Format(fixed.FromInt64(n), 2)
		marks := map[Numbers][2]string{PointComma: {".", ","}, CommaPoint: {",", "."}, CommaSpace: {",", " "}, PointApostrophe: {".", "'"}}[numbers]
		whole, fraction, dotted := strings.Cut(strings.TrimPrefix(plain, "-"), ".")
		for i := len(whole) - 3; i > 0; i -= 3 {
			whole = whole[:i] + marks[1] + whole[i:]
		}
		text := whole
		if dotted {
			text += marks[0] + fraction
		}
		if n < 0 {
			text = strings.Replace(negative.String(), "12.00", text, 1)
		}
		f := &File{Numbers: numbers, Negative: negative}
		if got, err := f.Number(text); err != nil || got != plain {
			t.Fatalf("%s is %s (%v), want %s", text, got, err, plain)
		}
	})
}

func TestADayOfAnInstantIsThatOfItsZoneWhateverTheOffset(t *testing.T) {
	d, _ := ParseDates("YYYY-MM-DDThh:mmZ")
	z, _ := ParseZone("Australia/Lord_Howe")
	f := &File{Dates: d, Zone: z}
	rapid.Check(t, func(t *rapid.T) {
		day := calendar.FromOrdinal(int32(rapid.IntRange(738000, 740000).Draw(t, "day")))
		hour := rapid.IntRange(0, 12).Draw(t, "hour")
		a, err := f.Date("", fmt.Sprintf("%sT%02d:30Z", day, hour))
		if err != nil {
			t.Fatal(err)
		}
		b, err := f.Date("", fmt.Sprintf("%sT%02d:30+05:00", day, hour+5))
		if err != nil || a != b {
			t.Fatalf("%s and %s (%v)", a, b, err)
		}
	})
}

func FuzzNumber(f *testing.F) {
	for _, seed := range []string{"1,234.50", "($1.00)", "1 234,5 €", "-", "1\u202f234", "1'2", ""} {
		f.Add(seed, byte(1), byte(0), "$")
	}
	f.Fuzz(func(t *testing.T, text string, numbers, negative byte, sign string) {
		file := File{Numbers: Numbers(numbers % 5), Negative: Negative(negative % 3)}
		if CheckSign(sign) == nil {
			file.Sign = sign
		}
		got, err := file.Money(text)
		if err != nil || got == text {
			return
		}
		for i, r := range got {
			if (r < '0' || r > '9') && r != '.' && !(r == '-' && i == 0) {
				t.Fatalf("%q is %q", text, got)
			}
		}
		want := strings.Map(keepDigits, strings.Replace(text, file.Sign, "", 1))
		if strings.Map(keepDigits, got) != want {
			t.Fatalf("%q has other digits than %q", got, text)
		}
	})
}

func keepDigits(r rune) rune {
	if r >= '0' && r <= '9' {
		return r
	}
	return -1
}

func FuzzDate(f *testing.F) {
	for _, seed := range [][2]string{{"MM/DD/YYYY", "03/31/2026"}, {"YYYY-MM-DDThh:mm:ss.sssZ", "2026-03-31T00:00:00.000+02:00"}, {"M/D/YYYY, h:mm AM", "3/1/2026, 1:00 pm"}, {"D MMM YYYY", "1 Jan 0001"}} {
		f.Add(seed[0], seed[1])
	}
	z, _ := ParseZone("Pacific/Apia")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		d, err := ParseDates(pattern)
		if err != nil {
			return
		}
		file := File{Dates: d, Zone: z}
		got, err := file.Date("", text)
		if err != nil || got == text {
			return
		}
		if _, err := calendar.ParseDate(got); err != nil {
			t.Fatalf("%q is %q: %v", text, got, err)
		}
	})
}
