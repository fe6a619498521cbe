package earning

import (
	"slices"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/trace"
)

// undone is the credits of a payee that take others back, within the days computed.
type undone struct {
	mirrors []*crediting.Credit
	paid    map[*crediting.Credit]bool         // those that took something back
	posted  map[fact.EventID][]calendar.Period // by what is taken back, when; nil: nothing is explained
}

// creditOf is a credit of the payee's.
type creditOf struct {
	event fact.EventID
	nth   int32 // of the payee's credits for the event
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

// takeBack posts what reversals take back of what components earned for each credit: of the line of the credit
// that is mirrored the proportion reversed, on the day of the reversal. What a component that pays by the period
// loses follows from its measures.
func (w *worker) takeBack() {
	if len(w.undone.mirrors) == 0 {
		return
	}
	earned := w.earned(w.out.Lines)
	past := map[calendar.Range]map[creditOf][]*Line{}
	var taken []Line
	for _, c := range w.undone.mirrors {
		r := c.Event.Reversal()
		lines := earned
		if r.Of.Date().Before(w.Horizon.From) {
			lines = w.past(past, r.Of.Date())
		}
		for _, of := range lines[creditOf{r.Of.ID, c.Nth}] {
			month := w.month(c.Date())
			l := Line{Payee: w.Payee, Credit: c, EarnedFor: month, PostedIn: month, Of: of}
			l.Plan, l.Component = w.today(of, c.Date())
			l.Exact = r.Portion(of.Amount.Decimal(), int32(w.Program.Currency.Digits()), w.Program.Rounding).Neg()
			var err error
			if l.Amount, err = money.FromDecimal(l.Exact, w.Program.Currency); err != nil {
				w.out.Found = append(w.out.Found, fault(w.path(month, c.Event.ID), "too-large", "check the data", "%s: %v", l.Component.Name, err))
				continue
			}
			if w.Explain != nil {
				l.Why = &trace.Node{Args: []*trace.Node{eventNode(c.Event)}}
			}
			w.undone.paid[c] = true
			taken = append(taken, l)
		}
	}
	w.out.Lines = append(w.out.Lines, taken...)
	slices.SortStableFunc(w.out.Lines, func(a, b Line) int { return a.PostedIn.Compare(b.PostedIn) })
}

// earned finds lines by the credit that earned them. The lines are copies: those of the result move.
func (w *worker) earned(lines []Line) map[creditOf][]*Line {
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
	out := map[creditOf][]*Line{}
	for i := range lines {
		if l := lines[i]; l.Credit != nil && wanted[l.Credit.Event.ID] {
			key := creditOf{l.Credit.Event.ID, nth[l.Credit]}
			out[key] = append(out[key], &l)
		}
	}
	return out
}

// past is what credits of an earlier fiscal year earned, by the plans of that time.
func (w *worker) past(known map[calendar.Range]map[creditOf][]*Line, day calendar.Date) map[creditOf][]*Line {
	cal := w.Program.Calendar
	year, err := cal.Range(cal.PeriodOf(calendar.UnitYear, day))
	if err != nil {
		w.out.Found = append(w.out.Found, fault(w.path(w.month(day), ""), "too-large", "check the data", "%v", err))
		return nil
	}
	if lines, ok := known[year]; ok {
		return lines
	}
	j := w.Job
	j.Segments, j.Horizon, j.Asked = w.Around(year), year, calendar.Range{From: year.From, To: year.From}
	then := newWorker(j)
	then.undone = w.undone
	for i := range then.Segments {
		for k := range then.Segments[i].Plan.Components {
			if c := &then.Segments[i].Plan.Components[k]; c.Credit != "" {
				then.perCredit(i, c)
			}
		}
	}
	then.round()
	w.out.Found = append(w.out.Found, then.out.Found.Only(source.Error)...)
	known[year] = w.earned(then.out.Lines)
	return known[year]
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
