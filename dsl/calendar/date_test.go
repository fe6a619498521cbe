package calendar

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func anyDate(t *rapid.T, label string) Date {
	return Date{int32(rapid.IntRange(minOrdinal, maxOrdinal).Draw(t, label))}
}

// nearDate stays where a brute-force count is short.
func nearDate(t *rapid.T, label string) Date {
	lo, hi := MustDate("1996-01-01"), MustDate("2040-12-31")
	return Date{int32(rapid.IntRange(int(lo.n), int(hi.n)).Draw(t, label))}
}

func TestEveryDayFrom1900To2100AgreesWithPackageTime(t *testing.T) {
	at := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	for d := MustDate("1900-01-01"); d.Year() <= 2100; d = d.AddDays(1) {
		y, m, day := d.YMD()
		if y != at.Year() || m != int(at.Month()) || day != at.Day() || d.Weekday() != at.Weekday() {
			t.Fatalf("ordinal %d is %d-%d-%d %s, package time says %s", d.Ordinal(), y, m, day, d.Weekday(), at)
		}
		if again, err := NewDate(y, m, day); err != nil || again != d {
			t.Fatalf("NewDate(%s) = %v, %v", d, again, err)
		}
		if again, err := ParseDate(d.String()); err != nil || again != d || d.String() != at.Format(time.DateOnly) {
			t.Fatalf("ParseDate(%s) = %v, %v", d, again, err)
		}
		at = at.AddDate(0, 0, 1)
	}
}

func TestTheEndsOfTime(t *testing.T) {
	first, last := MustDate("0001-01-01"), MustDate("9999-12-31")
	if first.Ordinal() != minOrdinal || last.Ordinal() != maxOrdinal {
		t.Errorf("ordinals of the ends: %d, %d", first.Ordinal(), last.Ordinal())
	}
	for _, far := range []int{1, math.MaxInt} {
		if last.AddDays(far) != last || last.AddMonths(far) != last || first.AddDays(-far) != first || first.AddMonths(-far) != first {
			t.Errorf("moving %d past the ends does not stop there", far)
		}
	}
	if first.AddDays(math.MinInt) != first || first.AddMonths(math.MinInt) != first {
		t.Error("moving by the least int does not stop at the first day")
	}
	if first.AddDays(maxOrdinal-1) != last {
		t.Error("the days between the ends do not sum up")
	}
}

func TestAWrongDateSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"2026-02-30", "2026-02-30: February 2026 has 28 days"},
		{"2024-02-30", "2024-02-30: February 2024 has 29 days"},
		{"1900-02-29", "1900-02-29: February 1900 has 28 days"},
		{"2026-04-00", "2026-04-00: April 2026 has 30 days"},
		{"2026-13-01", "2026-13-01: months are 01 to 12"},
		{"0000-01-01", "0000-01-01: years are 0001 to 9999"},
		{"2026-1-31", `"2026-1-31": write a date as YYYY-MM-DD, for example 2026-01-31`},
		{" 2026-01-31", `" 2026-01-31": write a date as YYYY-MM-DD, for example 2026-01-31`},
		{"2026-01-31T00:00", `"2026-01-31T00:00": this is a time, whose day depends on the time zone: write the day alone as YYYY-MM-DD, for example 2026-01-31`},
		{"2026-+1-31", `"2026-+1-31": write a date in digits as YYYY-MM-DD, for example 2026-01-31`},
		{"", `"": write a date as YYYY-MM-DD, for example 2026-01-31`},
	} {
		_, err := ParseDate(c.text)
		var typed *DateError
		if err == nil || err.Error() != c.want || !errors.As(err, &typed) {
			t.Errorf("ParseDate(%q): %v, want %s", c.text, err, c.want)
		}
	}
	if _, err := ParseDate(strings.Repeat("9", 1000)); len(err.Error()) > 200 {
		t.Errorf("the error repeats a long text: %d bytes", len(err.Error()))
	}
}

func TestAddMonthsKeepsTheDayOrTakesTheLast(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-01-31", 1, "2026-02-28"},
		{"2024-01-31", 1, "2024-02-29"},
		{"2026-03-31", -1, "2026-02-28"},
		{"2024-02-29", 12, "2025-02-28"},
		{"2026-12-15", 1, "2027-01-15"},
		{"2026-01-15", -1, "2025-12-15"},
		{"2026-05-31", 0, "2026-05-31"},
	} {
		if got := MustDate(c.from).AddMonths(c.n).String(); got != c.want {
			t.Errorf("%s and %d months is %s, want %s", c.from, c.n, got, c.want)
		}
	}
}

func TestAddMonthsAgreesWithWalkingDayByDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, n := nearDate(t, "date"), rapid.IntRange(0, 40).Draw(t, "months")
		// Walk to the first of the n-th month after, then to the day or the last.
		at := d.AddDays(1 - d.Day())
		for range n {
			for at = at.AddDays(1); at.Day() != 1; at = at.AddDays(1) {
			}
		}
		month := at.Month()
		for at.Day() < d.Day() && at.AddDays(1).Month() == month {
			at = at.AddDays(1)
		}
		if got := d.AddMonths(n); got != at {
			t.Fatalf("%s and %d months is %s, walking gives %s", d, n, got, at)
		}
	})
}

func TestDaysAddedAreDaysBetween(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyDate(t, "a"), anyDate(t, "b")
		if got := a.AddDays(b.Sub(a)); got != b {
			t.Fatalf("%s and %d days is %s, want %s", a, b.Sub(a), got, b)
		}
		if a.Before(b) != (a.Compare(b) < 0) || a.After(b) != (a.Sub(b) > 0) || a.Compare(b) != strings.Compare(a.String(), b.String()) {
			t.Fatalf("the orders of %s and %s differ", a, b)
		}
		if again := FromOrdinal(a.Ordinal()); again != a {
			t.Fatalf("FromOrdinal(%d) = %v", a.Ordinal(), again)
		}
	})
}

func TestNoDateStaysNoDate(t *testing.T) {
	var none Date
	if !none.AddDays(1).IsZero() || !none.AddMonths(1).IsZero() || none.String() != "" || none.Year() != 0 || !none.Before(MustDate("0001-01-01")) {
		t.Error("no date became one")
	}
	for _, n := range []int32{-1, 0, maxOrdinal + 1, math.MinInt32} {
		if d := FromOrdinal(n); !d.IsZero() {
			t.Errorf("FromOrdinal(%d) is %s", n, d)
		}
	}
}

func TestDatesRoundTripThroughJSON(t *testing.T) {
	type row struct{ Closed, Paid Date }
	in := row{Closed: MustDate("2026-01-31")}
	text, err := json.Marshal(in)
	if err != nil || string(text) != `{"Closed":"2026-01-31","Paid":""}` {
		t.Fatalf("%s, %v", text, err)
	}
	var out row
	if err := json.Unmarshal(text, &out); err != nil || out != in {
		t.Fatalf("%+v, %v", out, err)
	}
	if err := json.Unmarshal([]byte(`{"Closed":"31/01/2026"}`), &out); err == nil {
		t.Error("31/01/2026 is accepted")
	}
}

func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{"2026-01-31", "2024-02-29", "2026-02-30", "0001-01-01", "9999-12-31", "2026-1-1", "۲۰۲۶-۰۱"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDate(text)
		if err == nil && (d.String() != text || d.IsZero()) {
			t.Errorf("ParseDate(%q) is %s", text, d)
		}
		std, stdErr := time.Parse(time.DateOnly, text)
		if (stdErr == nil && std.Year() > 0) != (err == nil) {
			t.Errorf("ParseDate(%q): %v, package time: %v", text, err, stdErr)
		}
	})
}
