package calendar

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Parse reads a calendar as plan files write it: one of
//
//	months from 2026-01              the calendar year, also "months from January"
//	months from 2026-02              a fiscal year that begins in February
//	4-4-5 weeks from 2026-02-01      quarters of 13 weeks; also 4-5-4 and 5-4-4
//	weeks from 2026-01-05            weeks that begin on that weekday, also "weeks from Monday"
//
// followed by options, each after a comma:
//
//	named by start                   a fiscal year bears the year it begins in
//	named by end                     … the year it ends in (the default)
//	named 2026                       … this name for the first year; weeks patterns only
//	53 weeks in 2028 and 2034        years of 53 weeks, by name; weeks patterns only
//
// In months and in weeks only the month or weekday counts: "months from 2025-02"
// and "months from 2026-02" are one calendar. In a weeks pattern the date is the
// first day of a fiscal year, whose name the option gives; years before and
// after it have 52 weeks, or 53 where listed, and then the 53rd week is in the
// last month (the fifth week of a last month of four, the sixth of five). In weeks, a week belongs to the month, quarter and year that hold
// its fourth day: from Monday that is the week of ISO 8601, from Sunday the
// MMWR week of the CDC.
//
// The error names the part that is wrong and the forms it may have.
func Parse(text string) (Calendar, error) {
	clauses := strings.Split(text, ",")
	for i := range clauses {
		clauses[i] = strings.Join(strings.Fields(clauses[i]), " ")
	}
	o, err := parseOptions(clauses[1:])
	if err != nil {
		return Calendar{}, fmt.Errorf("calendar %s: %w", quoted(text), err)
	}
	s, err := parseSpec(clauses[0], o)
	if err != nil {
		return Calendar{}, fmt.Errorf("calendar %s: %w", quoted(text), err)
	}
	if s.id == "" {
		return Calendar{}, nil
	}
	return Calendar{s}, nil
}

// MustParse is [Parse] for calendars written in code; it panics on an error.
func MustParse(text string) Calendar {
	c, err := Parse(text)
	if err != nil {
		panic(err)
	}
	return c
}

type options struct {
	named   string // "", "by start", "by end" or a year
	year    int64  // the year of "named 2026"
	longSet bool
	long    []int64
}

func parseOptions(clauses []string) (options, error) {
	var o options
	for _, clause := range clauses {
		var err error
		if years, ok := strings.CutPrefix(clause, "53 weeks in "); ok {
			o.longSet = true
			err = o.addLong(years)
		} else if name, ok := strings.CutPrefix(clause, "named "); ok && o.named == "" {
			err = o.setName(name)
		} else {
			err = fmt.Errorf("%s is no option: write \"named by start\", \"named by end\" or \"named 2026\" once, or \"53 weeks in 2028 and 2034\"", quoted(clause))
		}
		if err != nil {
			return options{}, err
		}
	}
	slices.Sort(o.long)
	return o, nil
}

func (o *options) setName(name string) error {
	o.named = name
	if name == "by start" || name == "by end" {
		return nil
	}
	year, ok := digits(name)
	if !ok || len(name) != 4 || year == 0 {
		return fmt.Errorf("\"named %s\" is no name for a year: write \"named by start\", \"named by end\" or \"named 2026\"", name)
	}
	o.year = int64(year)
	return nil
}

func (o *options) addLong(years string) error {
	for text := range strings.SplitSeq(years, " and ") {
		year, ok := digits(text)
		if !ok || len(text) != 4 {
			return fmt.Errorf("%s is no year of 53 weeks: write four digits, for example \"53 weeks in 2028 and 2034\"", quoted(text))
		}
		if slices.Contains(o.long, int64(year)) {
			return fmt.Errorf("53 weeks in %d is written twice: remove one", year)
		}
		o.long = append(o.long, int64(year))
	}
	return nil
}

func parseSpec(base string, o options) (*spec, error) {
	made, from, found := strings.Cut(base, " from ")
	pattern, isPattern := strings.CutSuffix(made, " weeks")
	switch {
	case found && made == "months" && !o.longSet && o.year == 0:
		return parseMonths(from, o)
	case found && made == "weeks" && !o.longSet && o.named == "":
		return parseWeeks(from)
	case found && isPattern:
		return parsePattern(pattern, from, o)
	case found && (made == "weeks" || made == "months"):
		return nil, fmt.Errorf("an option does not fit %q: 53 weeks and \"named 2026\" are for patterns such as 4-4-5, and the years of weeks are named as in ISO 8601", made)
	}
	return nil, fmt.Errorf("%s is no calendar: write \"months from 2026-01\", \"4-4-5 weeks from 2026-02-01\" or \"weeks from 2026-01-05\"", quoted(base))
}

func parseMonths(from string, o options) (*spec, error) {
	month := monthNamed(from)
	if month == 0 {
		d, err := ParseDate(from + "-01")
		if err != nil {
			return nil, fmt.Errorf("months from %s: write the first month as YYYY-MM or by name, for example 2026-02 or February", quoted(from))
		}
		month = time.Month(d.Month())
	}
	if month == time.January {
		return &calendarYear, nil
	}
	s := &spec{kind: ofMonths, text: "months from " + month.String(), lead: int64(1 - month)}
	if o.named == "by start" {
		s.text += ", named by start"
	} else {
		s.lead += monthsOfYear
	}
	s.id = s.text
	return s, nil
}

func parseWeeks(from string) (*spec, error) {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if day.String() == from {
			return weeksFrom(day), nil
		}
	}
	d, err := ParseDate(from)
	if err != nil {
		return nil, fmt.Errorf("weeks from %s: write the first day of a week as YYYY-MM-DD or by name, for example 2026-01-05 or Monday", quoted(from))
	}
	return weeksFrom(d.Weekday()), nil
}

func weeksFrom(day time.Weekday) *spec {
	text := "weeks from " + day.String()
	_, sinceMonday := divide(int64(day)-1, daysPerWeek)
	return &spec{kind: ofWeeks, id: text, text: text, anchor: minOrdinal + sinceMonday}
}

func parsePattern(pattern, from string, o options) (*spec, error) {
	s := &spec{kind: ofQuarters, long: o.long}
	switch pattern {
	case "4-4-5":
		s.starts = [4]int64{0, 4, 8, 13}
	case "4-5-4":
		s.starts = [4]int64{0, 4, 9, 13}
	case "5-4-4":
		s.starts = [4]int64{0, 5, 9, 13}
	default:
		return nil, fmt.Errorf("%s is no pattern of weeks: write 4-4-5, 4-5-4 or 5-4-4", quoted(pattern))
	}
	d, err := ParseDate(from)
	if err != nil {
		return nil, fmt.Errorf("first day of a fiscal year: %w", err)
	}
	s.anchor, s.anchorYear = int64(d.n), int64(d.Year())
	s.id = pattern + " weeks from " + d.String()
	switch {
	case o.year != 0:
		s.anchorYear = o.year
		s.id += ", named " + o.named
	case o.named == "by start":
		s.id += ", named by start"
	default:
		s.anchorYear, err = s.endYear()
	}
	s.text = s.id + longText(s.long)
	return s, err
}

// endYear is the civil year in which the anchor's fiscal year ends. Its length
// depends on its name if that year is listed with 53 weeks: a name that fits
// with neither length has no answer.
func (s *spec) endYear() (int64, error) {
	short, _, _ := civilOf(s.anchor + daysPerWeek*weeksOfYear - 1)
	long, _, _ := civilOf(s.anchor + daysPerWeek*(weeksOfYear+1) - 1)
	shortListed, longListed := slices.Contains(s.long, short), slices.Contains(s.long, long)
	switch {
	case short == long || !shortListed && !longListed:
		return short, nil
	case longListed && !shortListed:
		return 0, fmt.Errorf("the first year ends in %d with 52 weeks and in %d with 53: write \"named %d\" or \"named %d\"", short, long, short, long)
	case longListed:
		return long, nil
	}
	return 0, fmt.Errorf("year %d has 53 weeks and would then end in %d: write \"named %d\" or \"named %d\"", short, long, short, long)
}

func longText(years []int64) string {
	text, word := "", ", 53 weeks in "
	for _, year := range years {
		text += fmt.Sprintf("%s%04d", word, year)
		word = " and "
	}
	return text
}

func monthNamed(name string) time.Month {
	for m := time.January; m <= time.December; m++ {
		if m.String() == name {
			return m
		}
	}
	return 0
}
