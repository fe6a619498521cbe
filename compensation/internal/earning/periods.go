package earning

import (
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/trace"
)

// perPeriod evaluates a component at the end of every period that ends in the
// run's horizon, or that ends early because the segment does. A period that is still
// open when the run ends is not paid.
func (w *worker) perPeriod(segment int, c *plan.Component) {
	if c.ToDate != 0 {
		w.toDate(segment, c)
		return
	}
	if !c.Once.IsZero() {
		w.once(segment, c)
		return
	}
	f := w.filler(segment, c)
	defer f.release()
	s := &w.Segments[segment]
	horizon := w.horizon(s.Plan, c)
	for _, p := range w.Clock.within(c.Every, s.Days.Intersect(horizon)) {
		mine := p.days.Intersect(s.unit())
		last := mine.To.AddDays(-1)
		if last.Before(horizon.From) || !last.Before(horizon.To) || w.goesOn(segment, p.days) {
			continue
		}
		f.own = w.ownDays(segment, p.days)
		l := Line{Payee: w.Payee, Plan: s.Plan, Component: c, EarnedFor: p.Period, PostedIn: w.month(last), segment: int32(segment), on: last}
		if c.Known != 0 {
			w.untilKnown(f, l, p.days, mine, horizon.To)
		} else {
			w.period(f, c, &l, p.days, mine)
		}
	}
}

// period evaluates a component for some days of a period, read at the end of the last one, and keeps the line.
func (w *worker) period(f *filler, c *plan.Component, l *Line, period, days calendar.Range) bool {
	if !w.failed(l, f.forPeriod(days, days.To.AddDays(-1))) || f.skip {
		f.skip = false
		return false
	}
	var inputs func(string) *trace.Node
	if w.Explain != nil {
		inputs = func(input string) *trace.Node { return f.explainPeriod(input, days) }
	}
	evaluate := func(l *Line) bool {
		return w.evaluate(c, f.row, l, inputs) && (!w.Segments[f.segment].Joined || !c.Once.IsZero() || w.join(l, f, period, days, inputs))
	}
	if !evaluate(l) || !w.reached(l, f, days, evaluate) {
		return false
	}
	w.out.Lines = append(w.out.Lines, *l)
	return true
}

// untilKnown evaluates a period whose gate is over a window that ends later, or with the payee's days on the plan. Until then it
// pays nothing, or as if the gate did hold; in the end it pays, or takes back, what is known then. Later than until, nothing is.
func (w *worker) untilKnown(f *filler, l Line, period, mine calendar.Range, until calendar.Date) {
	whole, err := w.Clock.Range(w.Clock.periodOf(f.c.Known, mine.To.AddDays(-1)))
	if err != nil { // it has a day in the horizon
		whole = mine
	}
	known := whole.Intersect(w.Segments[f.segment].Days).To.AddDays(-1)
	f.known = known
	late := l
	late.on = known
	if late.PostedIn = w.month(known); late.PostedIn == l.PostedIn {
		w.period(f, f.c, &l, period, mine)
		return
	}
	ungated := *f.c
	ungated.Gate = nil
	f.open = true
	paid := w.period(f, &ungated, &l, period, mine)
	f.open = false
	if !paid {
		return
	}
	first := &w.out.Lines[len(w.out.Lines)-1]
	if !f.c.PayFirst {
		first.Exact = Exact{}
		first.held(l.Exact, w.Program.Calendar.Format(l.EarnedFor), f.c.Known, known)
	}
	if !known.Before(until) || !w.period(f, f.c, &late, period, mine) || !f.c.PayFirst {
		return
	}
	again := &w.out.Lines[len(w.out.Lines)-1]
	if again.Exact = late.Exact.Plus(l.Exact.Neg()); again.Exact.IsZero() { // the gate holds
		w.out.Lines = w.out.Lines[:len(w.out.Lines)-1]
		return
	}
	if again.Why != nil {
		unit := again.Why.Unit
		before := &trace.Node{Op: trace.Input, Label: "paid for " + w.Program.Calendar.Format(l.EarnedFor), Value: fact.DecimalText(l.Exact.Decimal()), Unit: unit, Detail: "before its gate was known"}
		n := &trace.Node{Op: trace.Sub, Label: "re-derived", Value: fact.DecimalText(again.Exact.Decimal()), Unit: unit, Args: []*trace.Node{late.formula(), before}}
		again.Why = &trace.Node{Op: trace.Earning, Label: f.c.Name, Value: n.Value, Unit: unit, At: f.c.At, Args: []*trace.Node{n}}
	}
}

// held explains that what a line would pay is not paid until its gate is known.
func (l *Line) held(amount Exact, period string, unit calendar.Unit, known calendar.Date) {
	if l.Why == nil {
		return
	}
	back := &trace.Node{Op: trace.Held, Label: period, Value: fact.DecimalText(amount.Neg().Decimal()), Unit: l.Why.Unit, Detail: "kept until its gate is known, at the end of the " + unit.String() + " on " + known.String()}
	l.Why.Value = "0"
	l.Why.Args = []*trace.Node{{Op: trace.Sum, Label: l.Component.Name, Value: "0", Unit: l.Why.Unit, Args: append(l.Why.Args, back)}}
}

// once evaluates a component on the one day on which it pays, if the payee is on the plan by then. On the first and the last
// day of a version it does not pay to who comes from, or goes on with, another one that does so.
func (w *worker) once(segment int, c *plan.Component) {
	s, day := &w.Segments[segment], c.Once
	if !s.Days.Contains(day) || !w.horizon(s.Plan, c).Contains(day) {
		return
	}
	same := func(o *plan.Component) bool { return o.Name == c.Name && o.AtStart == c.AtStart && o.AtEnd == c.AtEnd }
	if c.AtStart && w.onVersion(s.Plan, day.AddDays(-1), same) || c.AtEnd && w.onVersion(s.Plan, day.AddDays(1), same) {
		return
	}
	f := w.filler(segment, c)
	defer f.release()
	f.own = s
	month, only := w.month(day), calendar.Range{From: day, To: day.AddDays(1)}
	w.period(f, c, &Line{Payee: w.Payee, Plan: s.Plan, Component: c, EarnedFor: month, PostedIn: month, segment: int32(segment), on: day}, only, only)
}

// onVersion reports whether the payee is on another version of a plan on a day, which has such a component.
func (w *worker) onVersion(p *plan.Plan, day calendar.Date, is func(*plan.Component) bool) bool {
	for _, s := range w.Around(calendar.Range{From: day, To: day.AddDays(1)}) {
		if s.Plan == p || s.Plan.ID != p.ID {
			continue
		}
		for i := range s.Plan.Components {
			if is(&s.Plan.Components[i]) {
				return true
			}
		}
	}
	return false
}

// forPeriod fills the row for a period that ends with the day last.
func (f *filler) forPeriod(mine calendar.Range, last calendar.Date) (err error) {
	f.day = last
	for _, i := range f.used {
		day := last
		if f.late[i] {
			day = f.known
		}
		switch {
		case f.open && f.late[i]:
		case f.c.Slots[i].From != plan.FromMeasure:
			err = f.common(i, last, mine)
		case f.w.Totals != nil:
			err = f.total(i, f.window(i, day))
		default:
			f.readings[i] = f.read(i, day)
			if !f.until.IsZero() {
				f.readings[i] = f.over(i, day, f.window(i, day).Intersect(calendar.Range{To: f.until}))
			}
			err = f.row.SetDecimal(i, f.readings[i].value)
		}
		if err == nil {
			err = f.attain(i, last)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// explainPeriod is the tree behind an input of a formula for a period.
func (f *filler) explainPeriod(input string, mine calendar.Range) *trace.Node {
	for _, i := range f.used {
		if f.c.Inputs[i].Name != input {
			continue
		}
		s, unit := f.c.Slots[i], f.c.Inputs[i].Unit.Short()
		if n := f.standInNode(i, mine.To.AddDays(-1), unit); n != nil {
			return n
		}
		switch s.From {
		case plan.FromWeight:
			return f.weightNode(unit)
		case plan.FromEarned:
			return f.earnedSoNode(i, unit)
		case plan.FromScore:
			return f.scoreNode(i, unit)
		case plan.FromMeasure:
			return f.readings[i].node(f, unit)
		case plan.FromQuota:
			if q, err := f.due(i, mine.To.AddDays(-1)); err == nil {
				return q.node(f, s.Name, unit)
			}
		case plan.FromPersonal:
			var why *trace.Node
			if f.targets[i] != 0 {
				why = f.targetNode(i, mine.To.AddDays(-1), unit)
			} else if _, why, _ = f.own.over(s.Name, mine, f.c.Inputs[i].Scale); why != nil {
				why.Unit = unit
			}
			return f.own.overridden(s.Name, mine, unit, why)
		}
	}
	return nil
}

// window is a window that is paid to date, for one segment.
type window struct {
	calendar.Period
	days    calendar.Range // of it, from the day on which the segment computes it
	follows bool           // the component was paid for the window before that day: only what it is worth more counts
	earned  []part         // since that day
	sum     Exact          // of earned
	start   calendar.Range // the days of the segment's first payment, as of which it was worth what it was at its start
}

// part is what was earned for a period of a window.
type part struct {
	period calendar.Period
	exact  Exact
}

// toDate evaluates a component at the end of every period, and pays what its window is worth by then, less what was earned
// for it before. A segment that follows others of its plan inside of the window pays what it is worth more than on the
// segment's first day; one that re-rates does so from an earlier day, and what was earned since is what others did, too.
func (w *worker) toDate(segment int, c *plan.Component) {
	f := w.filler(segment, c)
	defer f.release()
	s := &w.Segments[segment]
	f.from, f.own = w.reRated(segment, c), s
	var at window
	for _, p := range w.Clock.within(c.Every, s.Days.Intersect(w.horizon(s.Plan, c))) {
		last := p.days.Intersect(s.Days).To.AddDays(-1)
		if last.Before(w.Horizon.From) || !last.Before(w.Horizon.To) {
			continue
		}
		if in := w.Clock.periodOf(c.ToDate, last); in != at.Period {
			at = w.opens(f, in)
		}
		l := Line{Payee: w.Payee, Plan: s.Plan, Component: c, EarnedFor: p.Period, PostedIn: w.month(last), segment: int32(segment), on: last}
		if !w.due(&l, f, &at, calendar.Range{From: at.days.From, To: last.AddDays(1)}) {
			f.skip = false
			continue
		}
		at.earned, at.sum = append(at.earned, part{p.Period, l.Exact}), at.sum.Plus(l.Exact)
		w.out.Lines = append(w.out.Lines, l)
	}
}

// reRated is the day from which a segment computes its window again: not before the payee came to the plan. It is zero
// where it begins with its own first day.
func (w *worker) reRated(segment int, c *plan.Component) calendar.Date {
	first := w.Segments[segment].Days.From
	if c.ReRate.IsZero() || !c.ReRate.Before(first) {
		return calendar.Date{}
	}
	return later(c.ReRate, w.Segments[start(w.Segments[:segment+1], segment)].Days.From)
}

func later(a, b calendar.Date) calendar.Date {
	if a.Before(b) {
		return b
	}
	return a
}

// opens is a window before anything of it was paid by the segment.
func (w *worker) opens(f *filler, p calendar.Period) (at window) {
	whole, err := w.Clock.Range(p)
	if err != nil { // it has a day in the horizon
		whole = w.Segments[f.segment].Days
	}
	own := w.Segments[f.segment].Days
	if !f.from.IsZero() {
		own.From = f.from
	}
	at = window{Period: p, days: whole.Intersect(own)}
	before := calendar.Range{From: whole.From, To: at.days.From}
	for i := range w.Segments[:f.segment] {
		s := &w.Segments[i]
		at.follows = at.follows || s.Days.Overlaps(before) && s.Plan.ID == w.Segments[f.segment].Plan.ID && s.Plan.Pays(f.c.Name)
	}
	if f.from.IsZero() {
		return at
	}
	since := w.month(at.days.From)
	for i := range w.out.Lines {
		l := &w.out.Lines[i]
		mine := l.Plan.ID == w.Segments[f.segment].Plan.ID && l.Component.Name == f.c.Name && l.Component != f.c
		if mine && l.PostedIn.Compare(since) >= 0 && w.window(l.PostedIn, p.Unit) == p {
			at.earned, at.sum = append(at.earned, part{l.EarnedFor, l.Exact}), at.sum.Plus(l.Exact)
		}
	}
	return at
}

// due gives a line what a window is worth on the last of some days, less what was earned for it.
func (w *worker) due(l *Line, f *filler, at *window, days calendar.Range) bool {
	last := days.To.AddDays(-1)
	var inputs func(string) *trace.Node
	of := days
	if w.Explain != nil {
		inputs = func(input string) *trace.Node { return f.explainPeriod(input, of) }
	}
	first := *l
	if at.start.To.IsZero() {
		at.start = days
	}
	if of = at.start; at.follows && (!w.failed(l, f.forStart(of)) || f.skip || !w.evaluate(f.c, f.row, &first, inputs)) {
		if f.skip { // the next payment is the first
			at.start = calendar.Range{}
		}
		return false
	}
	of = days
	if !w.failed(l, f.forPeriod(days, last)) || f.skip || !w.evaluate(f.c, f.row, l, inputs) {
		return false
	}
	if !w.reached(l, f, days, func(l *Line) bool { return w.evaluate(f.c, f.row, l, inputs) }) {
		return false
	}
	worth := *l
	l.Exact = worth.Exact.Plus(first.Exact.Neg()).Plus(at.sum.Neg())
	if falls := l.Exact.Decimal().IsNegative(); falls && f.c.NeverFalls {
		l.Exact = Exact{}
	}
	if l.Why != nil {
		l.Why = w.toDateNode(l, f.c, at, &worth, &first)
	}
	return true
}

// toDateNode explains a line of a window to date.
func (w *worker) toDateNode(l *Line, c *plan.Component, at *window, worth, first *Line) *trace.Node {
	unit := l.Why.Unit
	sub := func(label string, value Exact, args ...*trace.Node) *trace.Node {
		return &trace.Node{Op: trace.Sub, Label: label, Value: fact.DecimalText(value.Decimal()), Unit: unit, Args: args}
	}
	n, value := worth.formula(), worth.Exact
	if at.follows {
		value = value.Plus(first.Exact.Neg())
		n = sub("since "+at.days.From.String(), value, n, first.formula())
	}
	if len(at.earned) > 0 {
		value = value.Plus(at.sum.Neg())
		n = sub("to date", value, n, w.earnedNode(at, unit))
	}
	if c.NeverFalls && value.Decimal().IsNegative() {
		none := &trace.Node{Op: trace.Literal, Value: "0", Unit: unit, Detail: "never falls"}
		n = &trace.Node{Op: trace.Max, Label: c.Name, Value: "0", Unit: unit, Args: []*trace.Node{n, none}}
	}
	return &trace.Node{Op: trace.Earning, Label: c.Name, Value: fact.DecimalText(l.Exact.Decimal()), Unit: unit, At: c.At, Args: []*trace.Node{n}}
}

// formula is the node of what was evaluated: the formula, or the gate with it.
func (l *Line) formula() *trace.Node {
	if l.Why.Op == trace.Gate {
		return l.Why
	}
	return l.Why.Args[0]
}

// forStart fills the row as forPeriod does, but measures are read before the first of some days.
func (f *filler) forStart(mine calendar.Range) (err error) {
	eve, last := mine.From.AddDays(-1), mine.To.AddDays(-1)
	f.day = eve
	for _, i := range f.used {
		if f.c.Slots[i].From != plan.FromMeasure {
			err = f.common(i, last, mine)
		} else if days := f.window(i, eve).Intersect(calendar.Range{To: mine.From}); f.w.Totals == nil {
			f.readings[i] = f.over(i, eve, days)
			err = f.row.SetDecimal(i, f.readings[i].value)
		} else if days.Empty() {
			err = f.set(i, 0, 0)
		} else {
			err = f.total(i, days)
		}
		if err == nil {
			err = f.attain(i, last)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
