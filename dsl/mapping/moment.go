package mapping

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/internal/zone"
)

// Zone is a named time zone. The zero value is none.
type Zone struct {
	name  string
	clock *time.Location
}

// String is the name of the zone, empty for none.
func (z Zone) String() string { return z.name }

// Equal tells whether two zones are the same.
func (z Zone) Equal(o Zone) bool { return z.name == o.name }

// ParseZone is the zone of a name in the IANA database, such as America/New_York. What
// it means does not depend on the machine: see [ZoneData].
func ParseZone(name string) (Zone, error) {
	clock, err := zone.Load(name)
	return Zone{name, clock}, err
}

// ZoneData is the release of the IANA database by which days are taken.
const ZoneData = zone.Version

// moment is a text taken apart.
type moment struct {
	year, month, date, hour, minute, second int
	nanos                                   int
	half                                    string // AM or PM
	offset                                  int    // seconds east of UTC
}

// read takes a text apart by the pattern.
func (d Dates) read(text string) (m moment, reason string) {
	rest := text
	for _, p := range d.parts {
		if p.token == "" {
			after, ok := strings.CutPrefix(rest, string(p.literal))
			if !ok {
				return m, fmt.Sprintf("expected is %q before %s", p.literal, quote(rest))
			}
			rest = after
			continue
		}
		if rest, reason = m.take(p, rest); reason != "" {
			return m, reason
		}
	}
	if rest != "" {
		return m, quote(rest) + " is left over"
	}
	return m, ""
}

// take reads a token at the front of a text.
func (m *moment) take(p part, text string) (rest, reason string) {
	switch p.token {
	case "MMM":
		return m.monthName(text)
	case "AM":
		for _, half := range []string{"AM", "PM"} {
			if len(text) >= 2 && strings.EqualFold(text[:2], half) {
				m.half = half
				return text[2:], ""
			}
		}
		return "", "expected is AM or PM, not " + quote(text)
	case "Z":
		return m.zoneOffset(text)
	}
	least, most := len(p.token), len(p.token)
	if p.flexible {
		most = 2
	}
	n := 0
	for n < len(text) && n < most && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	if n < least {
		return "", fmt.Sprintf("expected are %d digits for %s, not %s", least, p.token, quote(text))
	}
	value, _ := strconv.Atoi(text[:n])
	*m.place(p) = value
	if p.token == "sss" {
		m.nanos *= int(time.Millisecond)
	}
	return text[n:], ""
}

// place is where the number of a token goes.
func (m *moment) place(p part) *int {
	switch p.slot() {
	case "YYYY":
		return &m.year
	case "month":
		return &m.month
	case "day":
		return &m.date
	case "hour":
		return &m.hour
	case "mm":
		return &m.minute
	case "ss":
		return &m.second
	}
	return &m.nanos
}

func (m *moment) monthName(text string) (rest, reason string) {
	for month := time.January; month <= time.December; month++ {
		if len(text) >= 3 && strings.EqualFold(text[:3], month.String()[:3]) {
			m.month = int(month)
			return text[3:], ""
		}
	}
	return "", "expected is Jan, Feb, … or Dec, not " + quote(text)
}

// zoneOffset reads Z, +02:00 or +0200.
func (m *moment) zoneOffset(text string) (rest, reason string) {
	if rest, ok := strings.CutPrefix(text, "Z"); ok {
		return rest, ""
	}
	const want = "expected is Z or an offset such as +02:00"
	if len(text) < 5 || text[0] != '+' && text[0] != '-' {
		return "", want + ", not " + quote(text)
	}
	hours, rest := text[1:3], strings.TrimPrefix(text[3:], ":")
	if len(rest) < 2 || !digits(hours) || !digits(rest[:2]) {
		return "", want + ", not " + quote(text)
	}
	h, _ := strconv.Atoi(hours)
	min, _ := strconv.Atoi(rest[:2])
	if h > 14 || min > 59 {
		return "", want + ", not " + quote(text)
	}
	m.offset = h*3600 + min*60
	if text[0] == '-' {
		m.offset = -m.offset
	}
	return rest[2:], ""
}

// day is the civil day of the moment.
func (m moment) day(z Zone, d Dates) (calendar.Date, string) {
	written, err := calendar.NewDate(m.year, m.month, m.date)
	if err != nil {
		return calendar.Date{}, "there is no such day"
	}
	if !d.Timed() {
		return written, ""
	}
	if z.clock == nil {
		return calendar.Date{}, "a time says a day only with a zone: name one"
	}
	if reason := m.clock(); reason != "" {
		return calendar.Date{}, reason
	}
	if d.has("Z") {
		at := time.Date(m.year, time.Month(m.month), m.date, m.hour, m.minute, m.second, m.nanos, time.UTC).Add(-time.Duration(m.offset) * time.Second).In(z.clock)
		day, err := calendar.NewDate(at.Year(), int(at.Month()), at.Day())
		if err != nil {
			return calendar.Date{}, "there is no such day in " + z.name
		}
		return day, ""
	}
	// The clocks of the zone: what they have skipped comes out as another time.
	at := time.Date(m.year, time.Month(m.month), m.date, m.hour, m.minute, m.second, m.nanos, z.clock)
	if at.Day() != m.date || at.Hour() != m.hour || at.Minute() != m.minute {
		return calendar.Date{}, "the clocks of " + z.name + " have skipped this time"
	}
	return written, ""
}

// clock checks the time, and turns AM and PM into 24 hours.
func (m *moment) clock() (reason string) {
	if m.half != "" {
		if m.hour < 1 || m.hour > 12 {
			return fmt.Sprintf("there is no hour %d %s", m.hour, m.half)
		}
		m.hour %= 12
		if m.half == "PM" {
			m.hour += 12
		}
	}
	if m.hour > 23 || m.minute > 59 || m.second > 59 {
		return "there is no such time of day"
	}
	return ""
}
