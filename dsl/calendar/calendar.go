package calendar

import (
	"fmt"
	"iter"
)

// Calendar divides time into weeks, months, quarters, halves and years. It is
// immutable and safe for concurrent use. The zero value is the calendar year:
// months from January. [Parse] makes the others.
type Calendar struct{ s *spec }

// ID is the name that the calendar's periods bear in [Period.Calendar]. It does
// not change when a further 53-week year is listed, and is empty for the
// calendar year.
func (c Calendar) ID() string { return c.spec().id }

// String is the text that [Parse] reads, in its shortest form.
func (c Calendar) String() string { return c.spec().text }

// Range is the days of a period. A period that begins before 0001-01-01 or ends
// after 9999-12-31 is open at that end. The error is a period of another
// calendar, without a unit, or wholly outside of time.
func (c Calendar) Range(p Period) (Range, error) {
	if err := c.check(p); err != nil {
		return Range{}, err
	}
	from, to := c.spec().bounds(p)
	var r Range
	if from >= minOrdinal {
		r.From = clamp(from)
	}
	if to <= maxOrdinal {
		r.To = clamp(to)
	}
	return r, nil
}

// PeriodOf is the period of the unit that holds the day. It is the zero Period
// for no date or no unit.
func (c Calendar) PeriodOf(unit Unit, d Date) Period {
	if d.IsZero() || unit < UnitDay || unit > UnitYear {
		return Period{}
	}
	return c.spec().period(unit, int64(d.n))
}

// Periods are the periods of the unit that have a day in the range, in order.
// An open end goes to the first or the last day of time, so a caller that gives
// one must stop by itself.
func (c Calendar) Periods(unit Unit, within Range) iter.Seq[Period] {
	return func(yield func(Period) bool) {
		if within.Empty() {
			return
		}
		first, last := within.From, within.To
		if first.IsZero() {
			first = Date{minOrdinal}
		}
		if last.IsZero() {
			last = Date{maxOrdinal}
		} else {
			last = Date{last.n - 1}
		}
		end := c.PeriodOf(unit, last)
		for p := c.PeriodOf(unit, first); !p.IsZero() && p.Index <= end.Index; p = p.Next() {
			if !yield(p) {
				return
			}
		}
	}
}

// Parent is the longer period that holds p: the quarter of a month. A period is
// its own parent in its own unit. The error is a shorter unit, or a week of a
// calendar of months, where weeks cross the ends of months.
func (c Calendar) Parent(p Period, unit Unit) (Period, error) {
	if err := c.nest(p, p.Unit, unit); err != nil {
		return Period{}, err
	}
	from, _ := c.spec().bounds(p)
	return c.spec().period(unit, from), nil
}

// First is the first shorter period in p: the first month of a quarter. The
// error is a longer unit, or weeks in a calendar of months.
func (c Calendar) First(p Period, unit Unit) (Period, error) {
	if err := c.nest(p, unit, p.Unit); err != nil {
		return Period{}, err
	}
	from, _ := c.spec().bounds(p)
	return c.spec().period(unit, from), nil
}

// Last is the last shorter period in p: the last month of a quarter. The error
// is as for [Calendar.First].
func (c Calendar) Last(p Period, unit Unit) (Period, error) {
	if err := c.nest(p, unit, p.Unit); err != nil {
		return Period{}, err
	}
	_, to := c.spec().bounds(p)
	return c.spec().period(unit, to-1), nil
}

func (c Calendar) spec() *spec {
	if c.s == nil {
		return &calendarYear
	}
	return c.s
}

func (c Calendar) check(p Period) error {
	s := c.spec()
	switch {
	case p.Unit < UnitDay || p.Unit > UnitYear:
		return fmt.Errorf("period %+v has no unit: make it with Month, Quarter, Year or Calendar.PeriodOf", p)
	case p.Calendar != s.id:
		return fmt.Errorf("period %s is not of the calendar %q: take Calendar.PeriodOf a day of it", p, s.text)
	}
	if from, to := s.bounds(p); to <= minOrdinal || from > maxOrdinal {
		return fmt.Errorf("%s %d of the calendar %q is outside of time, which is 0001-01-01..9999-12-31", p.Unit, p.Index, s.text)
	}
	return nil
}

func (c Calendar) nest(p Period, short, long Unit) error {
	if err := c.check(p); err != nil {
		return err
	}
	switch {
	case short < UnitDay || long > UnitYear:
		return fmt.Errorf("period %s: no unit was asked for", c.Format(p))
	case short > long:
		return fmt.Errorf("period %s: a %s does not lie within a %s", c.Format(p), short, long)
	case short == UnitWeek && long > UnitWeek && c.spec().kind == ofMonths:
		return fmt.Errorf("period %s: weeks cross the ends of a %s in the calendar %q; only a calendar of weeks nests them", c.Format(p), long, c)
	}
	return nil
}
