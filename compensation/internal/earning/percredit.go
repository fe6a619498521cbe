package earning

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/trace"
)

// running is a measure that grows credit by credit, and begins anew with each
// window.
type running struct {
	m      measure.Measure
	window calendar.Period
	fold   *measure.Folder
	before decimal.Decimal
	after  decimal.Decimal
	counts []*crediting.Credit // what has been added, when explaining
	shown  bool                // the credits before the first one explained have been listed
}

// runnings are the measures that a component's formulas name, by name.
func (f *filler) runnings() (byName map[string]*running, ordered []*running) {
	byName = map[string]*running{}
	for _, i := range f.used {
		s := f.c.Slots[i]
		if s.From != plan.FromBefore && s.From != plan.FromAfter || byName[s.Name] != nil {
			continue
		}
		m, _ := f.program().Measure(s.Name)
		byName[s.Name] = &running{m: m}
		ordered = append(ordered, byName[s.Name])
	}
	return byName, ordered
}

func (r *running) add(c *crediting.Credit, cal calendar.Calendar, keep bool) {
	if w := cal.PeriodOf(r.m.Window, c.Date()); r.fold == nil || w != r.window {
		r.window, r.fold, r.counts, r.shown = w, r.m.Fold(), nil, false
	}
	r.before = r.fold.Value()
	if r.fold.Add(c) && keep {
		r.counts = append(r.counts, c)
	}
	r.after = r.fold.Value()
}

// perCredit evaluates a component once for each credit of its type, in declared
// order.
func (w *worker) perCredit(segment int, c *plan.Component) {
	f := w.filler(segment, c)
	cal := f.program().Calendar
	byName, measures := f.runnings()
	days := w.Segments[segment].Days
	for _, credit := range w.countable(c, measures) {
		if !days.Contains(credit.Date()) {
			continue
		}
		for _, m := range measures {
			m.add(credit, cal, w.Explain != nil)
		}
		if credit.Type != c.Credit {
			continue
		}
		month := w.month(credit.Date())
		l := Line{Payee: w.Payee, Plan: w.Segments[segment].Plan, Component: c, Credit: credit, EarnedFor: month, PostedIn: month}
		if !w.failed(&l, f.forCredit(credit, byName)) || f.skip {
			f.skip = false
			continue
		}
		if w.evaluate(c, f.row, &l, func(input string) *trace.Node { return f.explainInput(input, credit, byName) }) {
			w.out.Lines = append(w.out.Lines, l)
		}
	}
}

// countable are the credits that a component or its measures look at, and maybe
// others.
func (w *worker) countable(c *plan.Component, measures []*running) []*crediting.Credit {
	for _, r := range measures {
		if r.m.Of != c.Credit {
			return w.Credits
		}
	}
	return w.byType[c.Credit]
}

// forCredit fills the row for one credit.
func (f *filler) forCredit(c *crediting.Credit, measures map[string]*running) error {
	month, err := f.program().Calendar.Range(f.w.month(c.Date()))
	if err != nil {
		return err
	}
	for _, i := range f.used {
		s := f.c.Slots[i]
		switch s.From {
		case plan.FromBefore:
			err = f.row.SetDecimal(i, measures[s.Name].before)
		case plan.FromAfter:
			err = f.row.SetDecimal(i, measures[s.Name].after)
		case plan.FromAmount, plan.FromShare, plan.FromDate, plan.FromEvent:
			err = f.event(i, c)
		default:
			err = f.common(i, c.Date(), month)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// explainInput is the tree behind an input of a formula for a credit.
func (f *filler) explainInput(input string, c *crediting.Credit, measures map[string]*running) *trace.Node {
	for _, i := range f.used {
		if f.c.Inputs[i].Name != input {
			continue
		}
		s, unit := f.c.Slots[i], f.c.Inputs[i].Unit.Short()
		switch s.From {
		case plan.FromAmount:
			return creditNode(c, unit)
		case plan.FromBefore:
			return measures[s.Name].beforeNode(c, unit)
		case plan.FromAfter:
			r := measures[s.Name]
			return &trace.Node{Op: trace.Cumulative, Label: s.Name, Value: fact.DecimalText(r.after), Unit: unit, Detail: fmt.Sprintf("%s with event %s", r.m, c.Event.ID)}
		case plan.FromQuota:
			if q, err := f.due(s.Name, c.Date()); err == nil {
				return q.node(f, s.Name, unit)
			}
		case plan.FromEvent:
			return eventNode(c.Event)
		}
	}
	return nil
}

// beforeNode lists the credits that came before, where a window is explained for
// the first time; later ones go on from the line above.
func (r *running) beforeNode(c *crediting.Credit, unit string) *trace.Node {
	n := &trace.Node{Op: trace.Sum, Label: r.m.Name, Value: fact.DecimalText(r.before), Unit: unit, Detail: fmt.Sprintf("%s before event %s", r.m, c.Event.ID)}
	if r.m.How == measure.Count {
		n.Op = trace.Count
	}
	if r.shown {
		n.Op, n.Detail = trace.Cumulative, n.Detail+": as after the one above"
		return n
	}
	r.shown = true
	for _, earlier := range r.counts {
		if earlier != c {
			n.Args = append(n.Args, creditNode(earlier, unit))
		}
	}
	return n
}
