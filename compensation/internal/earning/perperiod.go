package earning

import (
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/trace"
)

// perPeriod evaluates a component at the end of every period that ends in the
// run's horizon, or that ends early because the segment does. A period that is still
// open when the run ends is not paid.
func (w *worker) perPeriod(segment int, c *plan.Component) {
	f := w.filler(segment, c)
	cal := f.program().Calendar
	horizon := w.horizon(w.Segments[segment].Plan, c)
	days := w.Segments[segment].Days.Intersect(horizon)
	for p := range cal.Periods(c.Every, days) {
		whole, err := cal.Range(p)
		if err != nil {
			continue
		}
		mine := whole.Intersect(w.Segments[segment].Days)
		last := mine.To.AddDays(-1)
		if last.Before(horizon.From) || !last.Before(horizon.To) {
			continue
		}
		l := Line{Payee: w.Payee, Plan: w.Segments[segment].Plan, Component: c, EarnedFor: p, PostedIn: w.month(last)}
		measures, err := f.forPeriod(mine, last)
		if !w.failed(&l, err) || f.skip {
			f.skip = false
			continue
		}
		if w.evaluate(c, f.row, &l, func(input string) *trace.Node { return f.explainPeriod(input, mine, measures) }) {
			w.out.Lines = append(w.out.Lines, l)
		}
	}
}

// forPeriod fills the row for a period that ends with the day last.
func (f *filler) forPeriod(mine calendar.Range, last calendar.Date) (map[string]reading, error) {
	measures := map[string]reading{}
	for _, i := range f.used {
		s := f.c.Slots[i]
		var err error
		if s.From == plan.FromMeasure {
			measures[s.Name] = f.read(s.Name, last)
			err = f.row.SetDecimal(i, measures[s.Name].value)
		} else {
			err = f.common(i, last, mine)
		}
		if err != nil {
			return nil, err
		}
	}
	return measures, nil
}

// explainPeriod is the tree behind an input of a formula for a period.
func (f *filler) explainPeriod(input string, mine calendar.Range, measures map[string]reading) *trace.Node {
	for _, i := range f.used {
		if f.c.Inputs[i].Name != input {
			continue
		}
		s, unit := f.c.Slots[i], f.c.Inputs[i].Unit.Short()
		switch s.From {
		case plan.FromMeasure:
			return measures[s.Name].node(f, unit)
		case plan.FromQuota:
			if q, err := f.due(s.Name, mine.To.AddDays(-1)); err == nil {
				return q.node(f, s.Name, unit)
			}
		case plan.FromPersonal:
			_, why, _ := f.w.Segments[f.segment].over(s.Name, mine, f.c.Inputs[i].Scale)
			if why != nil {
				why.Unit = unit
			}
			return why
		}
	}
	return nil
}
