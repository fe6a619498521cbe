package calendar

import (
	"cmp"
	"fmt"
	"time"
)

// Date is a civil day from 0001-01-01 to 9999-12-31. The zero value is no date.
// Dates compare with == and order by time; no date comes first.
type Date struct{ n int32 }

// NewDate makes a date from a year (1 to 9999), a month (1 to 12) and a day of
// that month. The error says which of them does not exist.
func NewDate(year, month, day int) (Date, error) {
	text := fmt.Sprintf("%04d-%02d-%02d", year, month, day)
	switch {
	case year < 1 || year > 9999:
		return Date{}, &DateError{Text: text, Problem: "years are 0001 to 9999"}
	case month < 1 || month > monthsOfYear:
		return Date{}, &DateError{Text: text, Problem: "months are 01 to 12"}
	}
	last := int(daysInMonth(int64(year), int64(month)))
	if day < 1 || day > last {
		problem := fmt.Sprintf("%s %d has %d days", time.Month(month), year, last)
		return Date{}, &DateError{Text: text, Problem: problem}
	}
	return Date{int32(ordinalOf(int64(year), int64(month), int64(day)))}, nil
}

// DateError tells why a text or a triple is not a date.
type DateError struct {
	Text    string // what was given
	Problem string // what is wrong with it, and what would be right
}

// Error is the text and what is wrong with it.
func (e *DateError) Error() string { return fmt.Sprintf("%s: %s", e.Text, e.Problem) }

// ParseDate reads YYYY-MM-DD (the calendar date of ISO 8601, extended format)
// and nothing else: no spaces, no time, no shorter form. The error is a
// [*DateError].
func ParseDate(text string) (Date, error) {
	if len(text) > 10 && (text[10] == 'T' || text[10] == ' ') {
		if day, err := ParseDate(text[:10]); err == nil {
			return Date{}, &DateError{Text: quoted(text), Problem: "this is a time, whose day depends on the time zone: write the day alone as YYYY-MM-DD, for example " + day.String()}
		}
	}
	if len(text) != 10 || text[4] != '-' || text[7] != '-' {
		return Date{}, &DateError{Text: quoted(text), Problem: "write a date as YYYY-MM-DD, for example 2026-01-31"}
	}
	year, okYear := digits(text[0:4])
	month, okMonth := digits(text[5:7])
	day, okDay := digits(text[8:10])
	if !okYear || !okMonth || !okDay {
		return Date{}, &DateError{Text: quoted(text), Problem: "write a date in digits as YYYY-MM-DD, for example 2026-01-31"}
	}
	return NewDate(year, month, day)
}

// MustDate is [ParseDate] for dates written in code; it panics on an error.
func MustDate(text string) Date {
	d, err := ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

// FromOrdinal is the inverse of [Date.Ordinal]: 1 is 0001-01-01 and 3652059 is
// 9999-12-31. Any other number, 0 among them, is no date.
func FromOrdinal(n int32) Date {
	if n < minOrdinal || n > maxOrdinal {
		return Date{}
	}
	return Date{n}
}

// Ordinal numbers days without a gap: 0001-01-01 is 1, no date is 0. It is the
// form for columns of dates.
func (d Date) Ordinal() int32 { return d.n }

// IsZero tells whether d is no date.
func (d Date) IsZero() bool { return d.n == 0 }

// YMD gives year, month (1 to 12) and day of the month; three zeros for no date.
func (d Date) YMD() (year, month, day int) {
	if d.IsZero() {
		return 0, 0, 0
	}
	y, m, dd := civilOf(int64(d.n))
	return int(y), int(m), int(dd)
}

// Year is the civil year, 1 to 9999; 0 for no date.
func (d Date) Year() int { y, _, _ := d.YMD(); return y }

// Month is the civil month, 1 to 12; 0 for no date.
func (d Date) Month() int { _, m, _ := d.YMD(); return m }

// Day is the day of the month, 1 to 31; 0 for no date.
func (d Date) Day() int { _, _, day := d.YMD(); return day }

// Weekday is the day of the week. No date has none; it answers Sunday.
func (d Date) Weekday() time.Weekday { return time.Weekday(d.n % daysPerWeek) }

// AddDays moves by n days, back if n is negative. It stops at the first and the
// last day of time; no date stays no date.
func (d Date) AddDays(n int) Date {
	if d.IsZero() {
		return d
	}
	const all = maxOrdinal // no move is longer than all of time
	return clamp(int64(d.n) + int64(max(-all, min(all, n))))
}

// AddMonths moves by n months and keeps the day of the month where the month
// has it; where it has not, the last day of the month is taken: January 31 and
// one month is February 28 or 29. So moving on and back need not return. It
// stops at the first and the last day of time; no date stays no date.
func (d Date) AddMonths(n int) Date {
	if d.IsZero() {
		return d
	}
	const all = 10000 * monthsOfYear
	year, month, day := civilOf(int64(d.n))
	year, month = divide(year*monthsOfYear+month-1+int64(max(-all, min(all, n))), monthsOfYear)
	month++
	return clamp(ordinalOf(year, month, min(day, daysInMonth(year, month))))
}

// Sub is the number of days from other to d, negative if d is earlier. Both
// must be dates.
func (d Date) Sub(other Date) int { return int(d.n) - int(other.n) }

// Compare is -1, 0 or +1 as d is before, the same as or after other. No date
// comes before all.
func (d Date) Compare(other Date) int { return cmp.Compare(d.n, other.n) }

// Before tells whether d comes before other.
func (d Date) Before(other Date) bool { return d.n < other.n }

// After tells whether d comes after other.
func (d Date) After(other Date) bool { return d.n > other.n }

// String is YYYY-MM-DD, and empty for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	y, m, day := d.YMD()
	return fmt.Sprintf("%04d-%02d-%02d", y, m, day)
}

// MarshalText writes YYYY-MM-DD; no date is the empty text.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD; the empty text is no date. The error is a
// [*DateError].
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

func clamp(ordinal int64) Date {
	return Date{int32(max(minOrdinal, min(maxOrdinal, ordinal)))}
}

// digits reads a short run of ASCII digits; any other character refuses it.
func digits(text string) (n int, ok bool) {
	if text == "" {
		return 0, false
	}
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
		n = n*10 + int(text[i]-'0')
	}
	return n, true
}

// quoted shows a text that is not well formed, so that spaces and stray
// characters can be seen, and cuts it if it is long.
func quoted(text string) string {
	const most = 60
	if len(text) > most {
		return fmt.Sprintf("%q…", text[:most])
	}
	return fmt.Sprintf("%q", text)
}
