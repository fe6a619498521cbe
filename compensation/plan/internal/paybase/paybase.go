// Package paybase reads what a component pays for: each credit, every period, or a window to date, and the keys
// that say how a window to date is paid.
//
// Terms. A window to date is paid every pay period: what it is worth so far, less what was earned for it before. So
// what is paid over the window comes to what it is worth at its end.
//
// What stands behind a key has the form that its shape gives it; package conform holds it against that. Here it is
// read, and held against the other keys.
package paybase

import (
	"strings"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/compensation/terms"
	"github.com/payproof/payproof/dsl/calendar"
)

// World is what a component is read in.
type World struct {
	Calendar  calendar.Calendar
	Effective calendar.Range       // the days of the plan's version
	Fields    map[string]*doc.Node // what stands in the component, by key
}

// Read reads the base of the component n; ok is false where nobody can tell it.
func Read(n *doc.Node, w World) (b terms.Base, ok bool) {
	if until := w.Fields["until known"]; until != nil && w.Fields["gate"] == nil {
		until.Fail("key-alone", "add `gate:`, or remove it", "`until known:` means nothing without `gate:`")
	}
	each, every, toDate, once := w.Fields["for each"], w.Fields["every"], w.Fields["to date"], w.Fields["once"]
	bases := 0
	for _, n := range []*doc.Node{each, toDate, once} {
		if n != nil {
			bases++
		}
	}
	if every != nil && toDate == nil { // beside which it says how often
		bases++
	}
	switch {
	case bases != 1:
		n.Fail("pay-base", "write one of them, and not both", "the component has to have `for each: credit of …`, `every: month`, `to date: year` or `once: at end`")
		return b, false
	case once != nil:
		return b, w.once(once, &b) && w.alone()
	case each != nil:
		t, _ := each.Text("credit of a type")
		b.Credit = strings.TrimPrefix(t, "credit of ") // without which the caller refuses it
		return b, w.alone()
	case toDate == nil:
		b.Every, ok = period(every, "a period that a component pays for")
		return b, w.alone() && ok
	}
	if b.ToDate, ok = period(toDate, "a window"); !ok {
		return b, false
	}
	b.Every = calendar.UnitMonth
	if every != nil {
		if b.Every, ok = period(every, "a period that a component pays for"); !ok {
			return b, false
		}
	}
	if b.Every > b.ToDate {
		every.Fail("to-date-window", "pay every "+b.ToDate.String()+", or more often", "the %s to date cannot be paid every %s, which is longer", b.ToDate, b.Every)
		return b, false
	}
	w.toDate(&b)
	return b, true
}

// once reads the day on which a component pays a single time.
func (w World) once(n *doc.Node, b *terms.Base) bool {
	edge, what := w.Effective.From, "first"
	switch text := strings.Join(strings.Fields(n.Raw()), " "); text {
	case "at start":
		b.AtStart = true
	case "at end":
		b.AtEnd = true
		if what = "last"; !w.Effective.To.IsZero() {
			edge = w.Effective.To.AddDays(-1)
		} else {
			edge = calendar.Date{}
		}
	default:
		day, err := calendar.ParseDate(text)
		if err == nil && day.Before(w.Effective.From) {
			n.Fail("once", "write a day from "+w.Effective.From.String()+" on, or remove the component from this version", "the version begins on %s, so that on %s it pays nobody", w.Effective.From, day)
		}
		b.Once = day
		return err == nil // otherwise its shape says so
	}
	if b.Once = edge; edge.IsZero() {
		n.Fail("once", "write `effective:` with that day, or the day itself, such as `once: 2026-06-30`", "the version has no %s day", what)
		return false
	}
	return true
}

// alone refuses the keys of a window to date where there is none.
func (w World) alone() bool {
	for _, key := range []string{"quota", "never falls", "re-rate"} {
		if n := w.Fields[key]; n != nil {
			n.Fail("key-alone", "add `to date:`, or remove it", "`%s:` means nothing without `to date:`", key)
			return false
		}
	}
	return true
}

// toDate reads how a window to date is paid.
func (w World) toDate(b *terms.Base) {
	if n := w.Fields["quota"]; n != nil {
		b.QuotaToDate = n.Raw() == "to date"
	}
	if n := w.Fields["never falls"]; n != nil {
		b.NeverFalls = n.Raw() == "true"
	}
	if n := w.Fields["round"]; n != nil && n.Raw() == "each line" {
		n.Fail("to-date-round", "remove it", "what is paid of a window to date is what it is worth less what was paid before: rounded each on its own, the payments would not come to it")
	}
	if n := w.Fields["re-rate"]; n != nil {
		w.reRate(n, b)
	}
}

// reRate reads the day from which a new version computes the window again.
func (w World) reRate(n *doc.Node, b *terms.Base) {
	text, is := strings.CutPrefix(strings.Join(strings.Fields(n.Raw()), " "), "from ")
	day, err := calendar.ParseDate(text)
	if err != nil || !is {
		return // which its shape says
	}
	first := w.Effective.From
	if first.IsZero() {
		n.Fail("re-rate", "write `effective:` with the first day of the version", "a version that was always there has no window to compute again")
		return
	}
	window, err := w.Calendar.Range(w.Calendar.PeriodOf(b.ToDate, first))
	if err != nil {
		return
	}
	begins, err := w.Calendar.Range(w.Calendar.PeriodOf(b.Every, day))
	switch {
	case err != nil:
	case !day.Before(first):
		n.Fail("re-rate", "write a day before "+first.String()+", on which the version begins", "from %s on the version computes everything as it is", day)
	case day.Before(window.From):
		n.Fail("re-rate", "write from "+window.From.String()+", or a later day", "the %s in which the version begins starts on %s: what was before is over", b.ToDate, window.From)
	case begins.From != day:
		n.Fail("re-rate", "write from "+begins.From.String()+", or the first day of another "+b.Every.String(), "%s lies inside of a %s that is paid at once: nobody can tell which part of it was earned before", day, b.Every)
	default:
		b.ReRate = day
	}
}

// period reads a unit of the calendar that can be paid for.
func period(n *doc.Node, what string) (calendar.Unit, bool) {
	t, _ := n.Text("month, quarter, half or year")
	unit, err := calendar.ParseUnit(t)
	if err != nil || unit < calendar.UnitMonth {
		n.Fail("wrong-shape", "write month, quarter, half or year", "%q is not %s", t, what)
		return 0, false
	}
	return unit, true
}
