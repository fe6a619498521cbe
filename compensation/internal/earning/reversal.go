package earning

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/internal/exact"
	"github.com/payproof/payproof/compensation/internal/leaf"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/trace"
)

// undone is the credits of a payee that take others back, within the days computed.
type undone struct {
	mirrors []*crediting.Credit
	paid    map[*crediting.Credit]bool         // those that took something back
	posted  map[fact.EventID][]calendar.Period // by what is taken back, when; nil: nothing is explained
}

func (u *undone) find(j Job) {
	for _, c := range j.Credits {
		if c.Event.Reversal() != nil && j.Horizon.Contains(c.Date()) {
			u.mirrors = append(u.mirrors, c)
		}
	}
	if len(u.mirrors) == 0 {
		return
	}
	u.paid = map[*crediting.Credit]bool{}
	if j.Explain == nil {
		return
	}
	u.posted = map[fact.EventID][]calendar.Period{}
	for _, c := range u.mirrors {
		of := c.Event.Reversal().Of.ID
		u.posted[of] = append(u.posted[of], j.Program.Calendar.PeriodOf(PayUnit, c.Date()))
	}
}

// explains reports whether a line is explained because what takes it back is.
func (u *undone) explains(c *plan.Component, l *Line, explain func(*plan.Component, calendar.Period) bool) bool {
	return l.Credit != nil && slices.ContainsFunc(u.posted[l.Credit.Event.ID], func(p calendar.Period) bool { return explain(c, p) })
}

// asks reports whether something is taken back of credit that a component pays for, of an event of some days.
func (u *undone) asks(c *plan.Component, days calendar.Range) bool {
	return c.Credit != "" && slices.ContainsFunc(u.mirrors, func(m *crediting.Credit) bool {
		return m.Type == c.Credit && days.Contains(m.Event.Reversal().Of.Date())
	})
}

// takeBack posts what reversals take back of what components earned for each credit: of the lines of an event the
// proportion reversed, on the day of the reversal. What a component that pays by the period loses follows from its
// measures.
func (w *worker) takeBack() {
	if len(w.undone.mirrors) == 0 {
		return
	}
	earned := w.earned(w.out.Lines, w.Since)
	past := map[calendar.Range]*year{}
	w.limitTaken(earned, past)
	var taken []Line
	for first, c := range w.undone.mirrors {
		r := c.Event.Reversal()
		if c.Nth > 0 { // what it takes was taken with the first
			continue
		}
		for _, day := range w.counted(c) {
			lines := earned
			if day.Before(w.Since) {
				lines = w.past(past, day).earned
			}
			for _, e := range lines[r.Of.ID] {
				taken = append(taken, w.takeFrom(e, w.undone.mirrors[first:])...)
			}
		}
	}
	w.out.Lines = append(w.out.Lines, taken...)
	byMonth(w.out.Lines)
}

// counted are days of all the fiscal years in which what a credit takes back has earned: that of the event, or of the
// releases where it was held. Those that are computed are one.
func (w *worker) counted(c *crediting.Credit) (days []calendar.Date) {
	of := c.Event.Reversal().Of
	if c.Release == nil {
		return []calendar.Date{of.Date()}
	}
	var years []calendar.Period
	for _, k := range w.Credits {
		if k.Event.ID != of.ID {
			continue
		}
		year := w.Program.Calendar.PeriodOf(calendar.UnitYear, k.Date())
		if !k.Date().Before(w.Since) {
			year = w.Program.Calendar.PeriodOf(calendar.UnitYear, w.Since)
		}
		if !slices.Contains(years, year) {
			years, days = append(years, year), append(days, k.Date())
		}
	}
	return days
}

// earnings is what one component earned for an event, for each credit of the payee's.
type earnings struct {
	lines []Line
	nth   []int32 // of each line's credit among the payee's for the event
	take  func(*crediting.Reversal) ([]decimal.Decimal, error)
}

// takeFrom is what the reversal takes of earnings whose credits stand first among mirrors.
func (w *worker) takeFrom(e *earnings, mirrors []*crediting.Credit) (taken []Line) {
	event := mirrors[0].Event
	month := w.month(event.Date())
	p, c := w.today(&e.lines[0], event.Date())
	if e.take == nil {
		amounts := make([]decimal.Decimal, len(e.lines))
		for i := range e.lines {
			amounts[i] = e.lines[i].Amount.Decimal()
		}
		e.take = event.Reversal().Shares(w.places(e.lines), w.Program.Rounding, amounts...)
	}
	back := w.clawbackOf(e.lines[0].Plan, e.lines[0].Component.Name, event)
	if back != nil && back.Current { // which was evaluated as credits are
		return nil
	}
	portion := portionOf(back, event.Reversal().Of, event)
	shares, err := e.take(event.Reversal())
	for i := range e.lines {
		at := int(e.nth[i])
		if at >= len(mirrors) || mirrors[at].Event != event {
			if mirrors[0].Release != nil { // it was released later
				continue
			}
			return nil // crediting has failed, and says so
		}
		if err == nil && mirrors[at].Release != nil {
			shares[i] = mirrors[at].Portion(e.lines[i].Amount.Decimal(), w.places(e.lines), w.Program.Rounding)
		}
		l := Line{Payee: w.Payee, Plan: p, Component: c, Credit: mirrors[at], EarnedFor: month, PostedIn: month, Of: &e.lines[i], PaidOnly: back != nil && back.Paid}
		if err == nil {
			l.Exact = exact.From(shares[i].Neg())
			l.Whole, err = l.Exact.Amount(w.Program.Currency)
		}
		if err == nil {
			l.Exact, err = portion.of(l.Exact, w, w.places(e.lines))
			l.Portion = portion.why
		}
		if err == nil {
			l.Amount, err = l.Exact.Amount(w.Program.Currency)
		}
		if err != nil {
			w.out.Found = append(w.out.Found, fault(w.path(month, event.ID), "too-large", "check the data", "%s: %v", c.Name, err))
			return nil
		}
		if w.Explain != nil {
			l.Why = &trace.Node{Args: []*trace.Node{leaf.Event(event)}}
		}
		w.undone.paid[l.Credit] = true
		taken = append(taken, l)
	}
	return taken
}

// places is how fine parts are of what a component earned in some lines.
func (w *worker) places(lines []Line) int32 {
	places, exact := lines[0].Component.Precision.Of(w.Program.Currency)
	if !exact {
		return int32(places)
	}
	finest := int32(quotientPlaces)
	for i := range lines {
		finest = max(finest, -lines[i].Amount.Decimal().Exponent())
	}
	return finest
}

// quotientPlaces are the decimal places of a quotient.
const quotientPlaces = 16

// earned finds what components earned, from a day on, for events that are taken back. The lines are copies: those of the result move.
func (w *worker) earned(lines []Line, since calendar.Date) map[fact.EventID][]*earnings {
	wanted, seen := map[fact.EventID]bool{}, map[fact.EventID]int32{}
	for _, c := range w.undone.mirrors {
		wanted[c.Event.Reversal().Of.ID] = true
	}
	nth := map[*crediting.Credit]int32{}
	for _, c := range w.Credits {
		if wanted[c.Event.ID] {
			nth[c] = seen[c.Event.ID]
			seen[c.Event.ID]++
		}
	}
	out := map[fact.EventID][]*earnings{}
	for i := range lines {
		l := &lines[i]
		if l.Credit == nil || !wanted[l.Credit.Event.ID] || l.Credit.Date().Before(since) {
			continue
		}
		of := out[l.Credit.Event.ID]
		at := slices.IndexFunc(of, func(e *earnings) bool {
			return e.lines[0].Component.Name == l.Component.Name && e.lines[0].Plan.ID == l.Plan.ID
		})
		if at < 0 {
			at = len(of)
			of = append(of, &earnings{})
			out[l.Credit.Event.ID] = of
		}
		of[at].lines, of[at].nth = append(of[at].lines, *l), append(of[at].nth, nth[l.Credit])
	}
	return out
}

// year is what was earned and taken back in an earlier fiscal year.
type year struct {
	earned map[fact.EventID][]*earnings
	taken  []Line // at the rate that was reached then
}

// past is what credits of an earlier fiscal year earned, by the plans of that time.
func (w *worker) past(known map[calendar.Range]*year, day calendar.Date) *year {
	cal := w.Program.Calendar
	days, err := cal.Range(cal.PeriodOf(calendar.UnitYear, day))
	if err != nil {
		w.out.Found = append(w.out.Found, fault(w.path(w.month(day), ""), "too-large", "check the data", "%v", err))
		return &year{}
	}
	if lines, ok := known[days]; ok {
		return lines
	}
	j := w.Job
	j.Room = nil
	j.Segments, j.Horizon, j.Since, j.Asked = w.Around(days), days, days.From, calendar.Range{From: days.From, To: days.From}
	then := newWorker(j)
	then.undone = w.undone
	for i := range then.Segments {
		of := then.Segments[i].Plan
		for k := range of.Components {
			if c := &of.Components[k]; w.undone.asks(c, days) || c.Credit != "" && limits(of, c.Name) {
				then.perCredit(i, c)
			}
		}
	}
	then.round()
	w.out.Found = append(w.out.Found, then.out.Found.Only(source.Error)...)
	known[days] = &year{earned: w.earned(then.out.Lines, days.From)}
	for _, l := range then.out.Lines {
		if l.Taken {
			known[days].taken = append(known[days].taken, l)
		}
	}
	return known[days]
}

// today is the plan and the component to which belongs what is taken back on a day: those that earned it, in the
// version that the payee is on by then.
func (w *worker) today(of *Line, day calendar.Date) (*plan.Plan, *plan.Component) {
	if i := w.at(day); i >= 0 && w.Segments[i].Plan.ID == of.Plan.ID {
		p := w.Segments[i].Plan
		for k := range p.Components {
			if p.Components[k].Name == of.Component.Name {
				return p, &p.Components[k]
			}
		}
	}
	return of.Plan, of.Component
}

// reached keeps a bonus that a payee had reached before something was taken back on some of its days, where the plan says so: the line is then what
// it was worth at the end of the day before, if that is more.
func (w *worker) reached(l *Line, f *filler, days calendar.Range, evaluate func(*Line) bool) bool {
	back := l.Plan.Clawback
	if !back.Covers(l.Component.Name) || !back.Reached {
		return true
	}
	best, since := *l, calendar.Date{}
	for _, m := range w.undone.mirrors {
		if !days.Contains(m.Date()) || m.Date() == f.until || !isBy(back, m.Event) {
			continue
		}
		before := *l
		before.Exact, before.Why = Exact{}, nil
		f.until = m.Date()
		ok := w.failed(l, f.forPeriod(days, days.To.AddDays(-1))) && (f.skip || evaluate(&before))
		skipped := f.skip
		if f.skip = false; !ok {
			f.until = calendar.Date{}
			return false
		}
		if !skipped && before.Exact.Decimal().GreaterThan(best.Exact.Decimal()) {
			best, since = before, m.Date()
		}
	}
	f.until = calendar.Date{}
	if since.IsZero() {
		return true
	}
	if l.Why != nil {
		value := fact.DecimalText(best.Exact.Decimal())
		n := &trace.Node{
			Op: trace.Max, Label: l.Component.Name, Value: value, Unit: l.Why.Unit,
			Detail: "what it comes to, and what was reached before " + since.String() + ", on which some of it was taken back", Args: []*trace.Node{inner(l.Why), inner(best.Why)},
		}
		best.Why = &trace.Node{Op: trace.Earning, Label: l.Why.Label, Value: value, Unit: l.Why.Unit, At: l.Why.At, Args: []*trace.Node{n}}
	}
	*l = best
	return true
}
