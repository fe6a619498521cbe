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
	defer f.release()
	horizon := w.horizon(w.Segments[segment].Plan, c)
	for _, p := range w.Clock.within(c.Every, w.Segments[segment].Days.Intersect(horizon)) {
		mine := p.days.Intersect(w.Segments[segment].Days)
		last := mine.To.AddDays(-1)
		if last.Before(horizon.From) || !last.Before(horizon.To) {
			continue
		}
		l := Line{Payee: w.Payee, Plan: w.Segments[segment].Plan, Component: c, EarnedFor: p.Period, PostedIn: w.month(last)}
		if !w.failed(&l, f.forPeriod(mine, last)) || f.skip {
			f.skip = false
			continue
		}
		var inputs func(string) *trace.Node
		if w.Explain != nil {
			inputs = func(input string) *trace.Node { return f.explainPeriod(input, mine) }
		}
		if w.evaluate(c, f.row, &l, inputs) {
			w.out.Lines = append(w.out.Lines, l)
		}
	}
}

// forPeriod fills the row for a period that ends with the day last.
func (f *filler) forPeriod(mine calendar.Range, last calendar.Date) (err error) {
	for _, i := range f.used {
		switch {
		case f.c.Slots[i].From != plan.FromMeasure:
			err = f.common(i, last, mine)
		case f.w.Totals != nil:
			err = f.total(i, f.window(i, last))
		default:
			f.readings[i] = f.read(i, last)
			err = f.row.SetDecimal(i, f.readings[i].value)
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
		switch s.From {
		case plan.FromMeasure:
			return f.readings[i].node(f, unit)
		case plan.FromQuota:
			if q, err := f.due(i, mine.To.AddDays(-1)); err == nil {
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
