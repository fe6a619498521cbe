// Package prorating reads what plan files say of parts of a period: how quotas and target pay shrink for who is on a
// plan only for some of it. What stands in blocks is held against their shape by package conform; keys of a quota rule
// are checked here.
package prorating

import (
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/compensation/terms"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/source"
)

// Days are those on which nobody works.
type Days struct {
	Weekend  calendar.Weekdays // the zero value is Saturday and Sunday
	Holidays calendar.Holidays // of all years
	Listed   bool              // the company has a list of holidays
}

// Company reads weekend: and holidays: of the company; a block that is not there is nil.
func Company(weekend, holidays *doc.Node) (d Days) {
	if weekend != nil {
		var days []time.Weekday
		for _, name := range texts(weekend) {
			for day := time.Sunday; day <= time.Saturday; day++ {
				if day.String() == name {
					days = append(days, day)
				}
			}
		}
		d.Weekend = calendar.WeekdaysOf(days...)
	}
	if holidays == nil {
		return d
	}
	d.Listed = true
	var dates []calendar.Date
	for n := range holidays.List("a list of days") {
		date, err := calendar.ParseDate(strings.TrimSpace(n.Raw()))
		if err != nil {
			continue // which conform reports
		}
		if slices.Contains(dates, date) {
			n.Fail("holiday-twice", "remove one of them", "%s is listed twice", date)
		}
		dates = append(dates, date)
	}
	d.Holidays = calendar.NewHolidays(dates...)
	return d
}

// Plan reads prorate: of a plan.
func Plan(n *doc.Node, of Days) (p terms.Proration) {
	p.At = n.Span()
	what := n
	if n.IsMapping() {
		what = n.Get("what")
		if by := n.Get("by"); by != nil {
			p.Basis = of.basis(by)
		}
		if start := n.Get("start day"); start != nil {
			p.Basis.StartDayNotCounted = startDay(start, true, p.Basis.Method)
		}
	}
	if what == nil {
		return p
	}
	all := texts(what)
	p.Quota, p.TargetPay = slices.Contains(all, "quota"), slices.Contains(all, "target pay")
	return p
}

// Segments reads segments: of a plan, with what it leaves out.
func Segments(n *doc.Node) *terms.Segments {
	s := &terms.Segments{Quota: terms.Blended, Territory: terms.Blended, Manager: terms.Blended, TargetPay: terms.Blended, At: n.Span()}
	for key, of := range map[string]*terms.Link{ // order: each is another's
		"plan": &s.Plan, "role": &s.Role, "quota": &s.Quota, "territory": &s.Territory, "manager": &s.Manager, "target pay": &s.TargetPay,
	} {
		v := n.Get(key)
		if v == nil {
			continue
		}
		switch v.Raw() {
		case "separate":
			*of = terms.Separate
		case "carry":
			*of = terms.Carry
		case "blended":
			*of = terms.Blended
		}
	}
	return s
}

// basis reads a way to prorate.
func (d Days) basis(n *doc.Node) (b calendar.Basis) {
	t, ok := n.Text("a way to prorate")
	if !ok {
		return b
	}
	method, err := calendar.ParseMethod(t)
	if err != nil {
		n.Fail("prorate", "", "%v", err)
		return b
	}
	b.Method = method
	if method == calendar.WorkingDays {
		b.Weekend, b.Holidays = d.Weekend, d.Holidays
		if !d.Listed {
			d := source.Warnf("no-holidays", n.Span(), "working days count, and the company lists no holidays: only weekends are left out")
			n.File().Found = append(n.File().Found, d.WithHint("list them under `holidays:` of payproof.yaml"))
		}
	}
	return b
}

// Rule reads how a quota of windows of a unit is prorated: as its rule says, or else as the plan does.
func (d Days) Rule(n *doc.Node, fields map[string]*doc.Node, window calendar.Unit, of terms.Proration) (q terms.Quota) {
	at := fields["prorate"]
	switch {
	case at != nil:
		q.Prorate, q.Basis = true, d.basis(at)
	case of.Quota:
		q.Prorate, q.Basis = true, of.Basis
	}
	if start := fields["start day"]; start != nil {
		q.Basis.StartDayNotCounted = startDay(start, q.Prorate, q.Basis.Method)
	}
	if problem, hint := Fits(q.Basis.Method, window); q.Prorate && problem != "" {
		if at == nil {
			hint = "write `prorate:` in the rule of the quota, too"
			at = n
		}
		at.Fail("prorate", hint, "%s", problem)
	}
	q.Season = season(fields["seasonality"], window)
	q.Ramp = shares(fields["ramp"])
	if changed := fields["when changed"]; changed != nil {
		if text, ok := strings.CutPrefix(strings.TrimSpace(changed.Raw()), "from "); ok {
			q.From, _ = calendar.ParseDate(strings.TrimSpace(text))
		}
	}
	if n := fields["relief"]; n != nil {
		for _, p := range n.Pairs("a mapping of causes to what they reduce") {
			r := terms.Relief{Cause: p.Name, Share: decimal.New(1, 0)}
			if p.Value.Raw() != "by days" {
				r.Share = share(p.Value.Raw())
			}
			q.Relief = append(q.Relief, r)
		}
	}
	return q
}

// Fits says what is wrong with a way to prorate an amount for windows of a unit, and what to write; empty is nothing.
func Fits(m calendar.Method, window calendar.Unit) (problem, hint string) {
	switch {
	case m == calendar.CalendarDaysOf365 && window != calendar.UnitYear:
		return "of 365 days is a part of a year, and not of a " + window.String(), "write calendar days"
	case m == calendar.WholeMonths && window < calendar.UnitMonth:
		return "a " + window.String() + " has no whole months", "write calendar days"
	}
	return "", ""
}

// season reads the parts of a year, of which each window of a unit has one.
func season(n *doc.Node, window calendar.Unit) []decimal.Decimal {
	if n == nil {
		return nil
	}
	all := shares(n)
	want := map[calendar.Unit]int{calendar.UnitMonth: 12, calendar.UnitQuarter: 4, calendar.UnitHalf: 2}[window]
	switch {
	case want == 0:
		n.Fail("seasonality", "leave it out, or declare a measure over a month, quarter or half", "a year is not divided into parts by the %s", window)
	case n.IsList() && len(all) != want:
		n.Fail("seasonality", "write a part for each "+window.String()+" of the year", "here are %d parts, and a year has %d of a %s", len(all), want, window)
	}
	return all
}

// shares reads a list of percentages; nil where there is none.
func shares(n *doc.Node) (out []decimal.Decimal) {
	if n == nil || !n.IsList() {
		return nil
	}
	for m := range n.List("a list of percentages") {
		out = append(out, share(m.Raw()))
	}
	return out
}

// share reads 50%; what is none is reported by conform.
func share(text string) decimal.Decimal {
	d, _ := decimal.NewFromString(strings.TrimSuffix(strings.TrimSpace(strings.ReplaceAll(text, "_", "")), "%"))
	return d.Shift(-2)
}

// startDay reports whether the first day of who begins inside of a window is left out.
func startDay(n *doc.Node, prorated bool, by calendar.Method) bool {
	t, _ := n.Text("counted or not counted")
	switch {
	case !slices.Contains([]string{"counted", "not counted"}, t):
		n.Fail("wrong-shape", "write counted, or not counted", "%q does not say whether the start day counts", t)
	case !prorated:
		n.Fail("prorate", "write `prorate: calendar days`, too", "a start day counts, or not, only in a quota that is prorated")
	case by == calendar.WholeMonths && t == "not counted":
		n.Fail("prorate", "count the start day, or prorate by days", "by whole months, a start day that is not counted would cost its whole month")
	}
	return t == "not counted"
}

// texts are the members of a list, or of a text with commas.
func texts(n *doc.Node) (out []string) {
	if n.IsList() {
		for m := range n.List("a list") {
			out = append(out, strings.TrimSpace(m.Raw()))
		}
		return out
	}
	for t := range strings.SplitSeq(n.Raw(), ",") {
		out = append(out, strings.TrimSpace(t))
	}
	return out
}
