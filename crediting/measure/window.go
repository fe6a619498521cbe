package measure

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/payproof/payproof/dsl/calendar"
)

// Reach says which days a window covers, seen from the day on which the measure is
// read.
type Reach uint8

// The reaches.
const (
	This     Reach = iota // the period around the day, up to it
	Rolling               // the last N of a unit, up to the day
	LastYear              // the period a year before, whole or up to the same day
	PlanDate              // from the payee's first day on the plan
	Ever                  // from the first event
)

// maxRolling bounds how far back a rolling window reaches.
const maxRolling = 3660

var windows = map[string]calendar.Unit{
	"week": calendar.UnitWeek, "month": calendar.UnitMonth, "quarter": calendar.UnitQuarter,
	"half": calendar.UnitHalf, "year": calendar.UnitYear,
}

// rollingUnits are the units of rolling windows, for one and for several.
var rollingUnits = map[string]calendar.Unit{
	"day": calendar.UnitDay, "days": calendar.UnitDay, "week": calendar.UnitWeek, "weeks": calendar.UnitWeek,
	"month": calendar.UnitMonth, "months": calendar.UnitMonth, "quarter": calendar.UnitQuarter, "quarters": calendar.UnitQuarter,
	"half": calendar.UnitHalf, "halves": calendar.UnitHalf, "year": calendar.UnitYear, "years": calendar.UnitYear,
}

const (
	asOf     = "as of start of "
	toDate   = " to date"
	allTime  = "all time"
	lastYear = " last year"
)

// ParseWindow reads a window: "quarter", "quarter to date", "rolling 3 months", "same
// quarter last year", "same quarter to date last year", "plan to date", "all time", "as of
// start of quarter". A window "as of" covers all days before the unit begins.
func (m *Measure) ParseWindow(text string) error {
	text = oneSpace(text)
	m.Reach, m.Window, m.N, m.ToDate, m.AsOf = This, 0, 0, false, 0
	rolling, isRolling := strings.CutPrefix(text, "rolling ")
	same, isSame := strings.CutPrefix(text, "same ")
	moment, isStock := strings.CutPrefix(text, asOf)
	switch {
	case text == allTime:
		m.Reach, m.ToDate = Ever, true
		return nil
	case text == "plan to date":
		m.Reach, m.ToDate = PlanDate, true
		return nil
	case isRolling:
		return m.rolling(text, rolling)
	case isSame && strings.HasSuffix(same, lastYear):
		m.Reach = LastYear
		return m.period(strings.TrimSuffix(same, lastYear))
	case isStock:
		unit, ok := windows[moment]
		if !ok {
			return fmt.Errorf("%q is no moment; write as of start of month, quarter, half or year", text)
		}
		m.Reach, m.ToDate, m.AsOf = Ever, true, unit
		return nil
	}
	return m.period(text)
}

func (m *Measure) period(text string) error {
	name, to := strings.CutSuffix(text, toDate)
	unit, ok := windows[name]
	if !ok {
		return fmt.Errorf("%q is not a window; write week, month, quarter, half or year, and `to date` behind it for the part up to a day; or rolling 3 months, same quarter last year, plan to date, all time, as of start of quarter", text)
	}
	if m.Reach == LastYear && unit == calendar.UnitWeek {
		return fmt.Errorf("weeks of two years do not line up; write same month last year")
	}
	m.Window, m.ToDate = unit, to
	return nil
}

func (m *Measure) rolling(text, rest string) error {
	number, name, _ := strings.Cut(rest, " ")
	n, err := strconv.Atoi(number)
	unit := rollingUnits[name]
	if err != nil || n < 1 || n > maxRolling || unit == 0 || strconv.Itoa(n) != number {
		return fmt.Errorf("%q is not a window; write rolling 3 months, rolling 90 days, or another whole number from 1 to %d of days, weeks, months, quarters, halves or years", text, maxRolling)
	}
	m.Reach, m.Window, m.N, m.ToDate = Rolling, unit, n, true
	return nil
}

// window is the window as plan files write it.
func (m Measure) window() string {
	if m.AsOf != 0 {
		return asOf + m.AsOf.String()
	}
	text := m.Window.String()
	if m.ToDate {
		text += toDate
	}
	switch m.Reach {
	case Rolling:
		unit := m.Window.String() + "s"
		if m.Window == calendar.UnitHalf {
			unit = "halves"
		}
		text = fmt.Sprintf("rolling %d %s", m.N, unit)
	case LastYear:
		text = "same " + text + lastYear
	case PlanDate:
		text = "plan to date"
	case Ever:
		text = allTime
	}
	return text
}

// Days are the days that count when the measure is read at the end of a day. joined is the
// payee's first day on the plan. A window that lies outside of time is empty.
func (m Measure) Days(cal calendar.Calendar, day, joined calendar.Date) calendar.Range {
	if m.AsOf != 0 {
		start, err := cal.Range(cal.PeriodOf(m.AsOf, day))
		if err != nil {
			return calendar.Range{From: day, To: day}
		}
		day = start.From.AddDays(-1)
	}
	next := day.AddDays(1)
	days := calendar.Range{From: next, To: next} // nothing
	switch m.Reach {
	case Ever:
		days.From = calendar.Date{}
	case PlanDate:
		days.From = earlier(joined, next)
	case Rolling:
		days.From = calendar.Date{} // from the beginning of time, where the window begins before it
		if r, err := cal.Range(cal.PeriodOf(m.Window, day).Plus(1 - m.N)); err == nil {
			days.From = r.From
		}
	case LastYear:
		return m.lastYear(cal, day)
	default:
		if r, err := cal.Range(cal.PeriodOf(m.Window, day)); err == nil {
			days.From = r.From
		}
	}
	return days
}

func earlier(a, b calendar.Date) calendar.Date {
	if b.Before(a) {
		return b
	}
	return a
}

// perYear is how many of a unit a year has, in every calendar that has the unit.
var perYear = map[calendar.Unit]int{calendar.UnitMonth: 12, calendar.UnitQuarter: 4, calendar.UnitHalf: 2, calendar.UnitYear: 1}

// lastYear is the period a year before. To date it ends on the same day of the same month, and
// where the month is over, at the month's end: February is compared with February.
func (m Measure) lastYear(cal calendar.Calendar, day calendar.Date) calendar.Range {
	nothing := calendar.Range{From: day, To: day}
	whole, err := cal.Range(cal.PeriodOf(m.Window, day).Plus(-perYear[m.Window]))
	if err != nil {
		return nothing
	}
	if !m.ToDate {
		return whole
	}
	month := cal.PeriodOf(calendar.UnitMonth, day)
	now, err := cal.Range(month)
	then, err2 := cal.Range(month.Plus(-perYear[calendar.UnitMonth]))
	if err != nil || err2 != nil {
		return nothing
	}
	into := int(day.Ordinal() - now.From.Ordinal())
	end := then.From.AddDays(into + 1)
	if !day.AddDays(1).Before(now.To) {
		end = then.To
	}
	return calendar.Range{From: whole.From, To: earlier(end, then.To)}
}
