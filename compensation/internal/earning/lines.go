package earning

import (
	"fmt"
	"slices"

	"github.com/payproof/payproof/compensation/internal/leaf"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/trace"
)

// running is a measure that moves credit by credit.
type running struct {
	input         int
	m             *measure.Measure
	cursor        *measure.Cursor
	before, after reading
	slices        bool    // the formulas read both
	explained     bool    // the credit at hand has been
	told          reading // what the lines above explain
}

// runnings are the measures that a component's formulas name, by name.
func (f *filler) runnings() (byName map[string]*running, ordered []*running) {
	byName = map[string]*running{}
	for _, i := range f.used {
		s := f.c.Slots[i]
		if s.From != plan.FromBefore && s.From != plan.FromAfter {
			continue
		}
		if r := byName[s.Name]; r != nil {
			r.slices = true
			continue
		}
		byName[s.Name] = &running{input: i, m: &f.measures[i].Measure}
		ordered = append(ordered, byName[s.Name])
	}
	return byName, ordered
}

// move reads the measure without a credit and with it, by the credit's place among
// all.
func (r *running) move(f *filler, day calendar.Date, place int) {
	if r.cursor == nil || r.m.Whose.Who == measure.Team {
		s := f.series(r.m, day)
		if r.cursor == nil {
			r.cursor = s.Cursor()
		}
	}
	if r.explained {
		r.told, r.explained = r.after, false
	}
	days := f.window(r.input, day)
	r.before, r.after = reading{m: r.m, days: days}, reading{m: r.m, days: days}
	r.before.value, r.before.items = r.cursor.Before(days, place)
	r.after.value, r.after.items = r.cursor.After(days, place)
	opening := f.opening(r.m, days.From)
	r.before.open(opening)
	r.after.open(opening)
}

// perCredit evaluates a component once for each credit of its type, in declared
// order.
func (w *worker) perCredit(segment int, c *plan.Component) {
	f := w.filler(segment, c)
	defer f.release()
	byName, measures := f.runnings()
	days := w.Segments[segment].Days
	if horizon := w.horizon(w.Segments[segment].Plan, c); w.Horizon.From.Before(horizon.From) {
		days = days.Intersect(horizon)
	}
	mine := w.ofType(c.Credit)
	w.out.Lines = slices.Grow(w.out.Lines, len(mine))
	for _, k := range mine {
		credit := w.Credits[k]
		if !days.Contains(credit.Date()) {
			continue
		}
		if credit.Event.Reversal() != nil {
			if back := w.clawbackOf(w.Segments[segment].Plan, c.Name, credit.Event); back != nil && back.Current {
				month := w.month(credit.Date())
				l := Line{Payee: w.Payee, Plan: w.Segments[segment].Plan, Component: c, Credit: credit, EarnedFor: month, PostedIn: month}
				if w.again(&l, f, back, measures, byName, w.Places[k]) {
					w.out.Lines = append(w.out.Lines, l)
				}
			}
			continue
		}
		for _, m := range measures {
			m.move(f, credit.Date(), w.Places[k])
		}
		month := w.month(credit.Date())
		l := Line{Payee: w.Payee, Plan: w.Segments[segment].Plan, Component: c, Credit: credit, EarnedFor: month, PostedIn: month}
		if !w.failed(&l, f.forCredit(credit, byName)) || f.skip {
			f.skip = false
			continue
		}
		var inputs func(string) *trace.Node
		if w.Explain != nil {
			inputs = func(input string) *trace.Node { return f.explainInput(input, credit, byName) }
		}
		if w.evaluate(c, f.row, &l, inputs) {
			w.out.Lines = append(w.out.Lines, l)
		}
	}
}

// ofType are the places of the payee's credits of a type, in declared order, found once for all components.
func (w *worker) ofType(name string) []int {
	if w.byType == nil {
		w.byType = map[string][]int{}
		for k, c := range w.Credits {
			w.byType[c.Type] = append(w.byType[c.Type], k)
		}
	}
	return w.byType[name]
}

// forCredit fills the row for one credit.
func (f *filler) forCredit(c *crediting.Credit, measures map[string]*running) error {
	month, err := f.w.Clock.Range(f.w.month(c.Date()))
	if err != nil {
		return err
	}
	for _, i := range f.used {
		s := f.c.Slots[i]
		switch s.From {
		case plan.FromBefore:
			err = f.row.SetDecimal(i, measures[s.Name].before.value)
		case plan.FromAfter:
			err = f.row.SetDecimal(i, measures[s.Name].after.value)
		case plan.FromMeasure:
			err = f.row.SetDecimal(i, f.read(i, c.Date()).value)
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
		case plan.FromWeight:
			return f.weightNode(unit)
		case plan.FromAmount:
			return leaf.Credit(c, unit)
		case plan.FromMeasure:
			return f.read(i, c.Date()).node(f, unit)
		case plan.FromBefore:
			return measures[s.Name].beforeNode(f, c, unit)
		case plan.FromAfter:
			return measures[s.Name].afterNode(f, c, unit)
		case plan.FromQuota:
			if q, err := f.due(i, c.Date()); err == nil {
				return q.node(f, s.Name, unit)
			}
		case plan.FromPersonal:
			var why *trace.Node
			if f.targets[i] != 0 {
				why = f.targetNode(i, c.Date(), unit)
			}
			return f.w.Segments[f.segment].overridden(s.Name, calendar.Range{From: c.Date(), To: c.Date().AddDays(1)}, unit, why)
		case plan.FromEvent:
			return leaf.Event(c.Event)
		}
	}
	return nil
}

// beforeNode lists what came before. Where the line above ends with the same, it goes on from
// there; but not in a rolling window, whose oldest items leave.
func (r *running) beforeNode(f *filler, c *crediting.Credit, unit string) *trace.Node {
	r.explained = true
	detail := fmt.Sprintf("%s before event %s", r.m, c.Event.ID)
	told := r.told.days.From == r.before.days.From && len(r.told.items) == len(r.before.items)
	if told && len(r.told.items) > 0 && r.m.Reach != measure.Rolling {
		return r.before.goesOn(unit, detail+": as after the one above")
	}
	n := r.before.node(f, unit)
	n.Detail = detail
	return n
}

// afterNode is the measure with the credit. What it is more than before is the credit, so that
// only where nothing explains what was before, all is listed.
func (r *running) afterNode(f *filler, c *crediting.Credit, unit string) *trace.Node {
	r.explained = true
	detail := fmt.Sprintf("%s with event %s", r.m, c.Event.ID)
	if r.slices && r.m.Reach != measure.Rolling {
		return r.after.goesOn(unit, detail)
	}
	n := r.after.node(f, unit)
	n.Detail = detail
	return n
}

// goesOn is a total that the lines around it explain.
func (r reading) goesOn(unit, detail string) *trace.Node {
	n := r.total(unit)
	n.Op, n.Detail = trace.Cumulative, detail
	return n
}

// EventNode is the leaf of every explanation: the line of the feed, with its fields.
func EventNode(e *crediting.Event) *trace.Node { return leaf.Event(e) }
