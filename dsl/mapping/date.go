package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/payproof/payproof/dsl/calendar"
)

// Dates is a pattern in which days, or moments, are written. The zero value is
// YYYY-MM-DD.
type Dates struct {
	pattern string
	parts   []part
}

// part is a token of a pattern, or a character that stands as it is.
type part struct {
	token    string // empty for a character
	literal  byte
	flexible bool // a digit or two
}

// tokens of a pattern; where several match, the first is meant.
var tokens = []string{"YYYY", "MMM", "MM", "DD", "hh", "mm", "sss", "ss", "AM", "M", "D", "h", "Z"}

// slot is what a token says: M and MM are both the month.
func (p part) slot() string {
	switch p.token {
	case "MMM", "MM", "M":
		return "month"
	case "D", "DD":
		return "day"
	case "h", "hh":
		return "hour"
	}
	return p.token
}

// String is the pattern.
func (d Dates) String() string {
	if d.pattern == "" {
		return "YYYY-MM-DD"
	}
	return d.pattern
}

// Equal tells whether two patterns are the same.
func (d Dates) Equal(o Dates) bool { return d.pattern == o.pattern }

// Timed tells whether the pattern has a time, so that a zone is needed.
func (d Dates) Timed() bool { return d.has("hour") }

func (d Dates) has(slot string) bool {
	return slices.ContainsFunc(d.parts, func(p part) bool { return p.slot() == slot })
}

// ParseDates reads a pattern such as MM/DD/YYYY or YYYY-MM-DDThh:mm:ssZ. The error says
// what it lacks, or what in it can't be read one way only.
func ParseDates(pattern string) (Dates, error) {
	d := Dates{pattern: pattern}
	for rest := pattern; rest != ""; {
		p, size, err := nextPart(pattern, rest)
		if err != nil {
			return Dates{}, err
		}
		d.parts = append(d.parts, p)
		rest = rest[size:]
	}
	if problem := d.check(); problem != "" {
		return Dates{}, fmt.Errorf("the pattern of dates %s %s", quote(pattern), problem)
	}
	if pattern == "YYYY-MM-DD" {
		return Dates{}, nil
	}
	return d, nil
}

func nextPart(pattern, rest string) (part, int, error) {
	if !strings.HasPrefix(rest, "T") {
		for _, t := range tokens {
			if strings.HasPrefix(rest, t) {
				return part{token: t, flexible: len(t) == 1 && t != "Z"}, len(t), nil
			}
		}
	}
	if !strings.ContainsRune("/.-:, T", rune(rest[0])) {
		hint := "write YYYY, MM, DD, and hh, mm, ss for a time, with / . - : , a space or T between them"
		if strings.HasPrefix(rest, "YY") {
			hint = "a year has four digits: a year of two would be a guess"
		}
		return part{}, 0, fmt.Errorf("the pattern of dates %s can't be read from %s on; %s", quote(pattern), quote(rest), hint)
	}
	return part{literal: rest[0]}, 1, nil
}

// check says what the pattern lacks, has twice, or leaves open.
func (d Dates) check() string {
	seen := map[string]bool{}
	for i, p := range d.parts {
		if p.token == "" {
			continue
		}
		if seen[p.slot()] {
			return "has the " + p.slot() + " twice"
		}
		seen[p.slot()] = true
		if next := i + 1; p.flexible && next < len(d.parts) && d.parts[next].token != "" && d.parts[next].token != "AM" && d.parts[next].token != "Z" && d.parts[next].token != "MMM" {
			return "has nothing between " + p.token + " and " + d.parts[next].token + ", so that 111 could be read in two ways"
		}
	}
	for _, s := range []struct{ needs, what string }{{"YYYY", "year: YYYY"}, {"month", "month: MM"}, {"day", "day: DD"}} {
		if !seen[s.needs] {
			return "has no " + s.what
		}
	}
	for _, s := range [][2]string{{"hour", "mm"}, {"mm", "hour"}, {"ss", "mm"}, {"sss", "ss"}, {"AM", "hour"}, {"Z", "hour"}} {
		if seen[s[0]] && !seen[s[1]] {
			return "has " + s[0] + " but no " + s[1]
		}
	}
	return ""
}

// Date is the day that a text of a column names, as 2026-03-31, empty for an empty
// text. The error is a *FormError. A text without a pattern of its own is returned as
// it stands: that it is a day is for the reader of days to say.
func (f *File) Date(column, text string) (string, error) {
	d, ok := f.DatesOf[column]
	if !ok {
		d = f.Dates
	}
	if text == "" || d.parts == nil {
		return text, nil
	}
	m, reason := d.read(text)
	if reason == "" {
		var day calendar.Date
		if day, reason = m.day(f.Zone, d); reason == "" {
			return day.String(), nil
		}
	}
	return "", &FormError{clip(text), d.String(), reason}
}
