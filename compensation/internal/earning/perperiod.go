package earning

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/trace"
)

// periodic is a measure over the window around a day, for a segment.
type periodic struct {
	m       measure.Measure
	value   decimal.Decimal
	credits []*crediting.Credit
}

// perPeriod evaluates a component at the end of every period that ends in the
// run's horizon, or that ends early because the segment does. A period that is still
// open when the run ends is not paid.
func (w *worker) perPeriod(segment int, c *plan.Component) {
	f := w.filler(segment, c)
	cal := f.program().Calendar
	days := w.Segments[segment].Days.Intersect(w.Horizon)
	for p := range cal.Periods(c.Every, days) {
		whole, err := cal.Range(p)
		if err != nil {
			continue
		}
		mine := whole.Intersect(w.Segments[segment].Days)
		last := mine.To.AddDays(-1)
		if last.Before(w.Horizon.From) || !last.Before(w.Horizon.To) {
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
func (f *filler) forPeriod(mine calendar.Range, last calendar.Date) (map[string]periodic, error) {
	measures := map[string]periodic{}
	for _, i := range f.used {
		s := f.c.Slots[i]
		var err error
		if s.From == plan.FromMeasure {
			measures[s.Name] = f.measure(s.Name, last)
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

// measure folds the segment's credits over the measure's window, up to a day.
func (f *filler) measure(name string, last calendar.Date) periodic {
	m, _ := f.program().Measure(name)
	window, err := f.program().Calendar.Range(f.program().Calendar.PeriodOf(m.Window, last))
	out := periodic{m: m}
	if err != nil {
		return out
	}
	window.To = last.AddDays(1)
	window = window.Intersect(f.w.Segments[f.segment].Days)
	fold := m.Fold()
	for _, c := range within(f.w.byType[m.Of], window) {
		if fold.Add(c) && f.w.Explain != nil {
			out.credits = append(out.credits, c)
		}
	}
	out.value = fold.Value()
	return out
}

// within are the credits of a window, of credits in order of date.
func within(credits []*crediting.Credit, window calendar.Range) []*crediting.Credit {
	from, _ := slices.BinarySearchFunc(credits, window.From, func(c *crediting.Credit, d calendar.Date) int { return c.Date().Compare(d) })
	to, _ := slices.BinarySearchFunc(credits, window.To, func(c *crediting.Credit, d calendar.Date) int { return c.Date().Compare(d) })
	return credits[from:max(from, to)]
}

// explainPeriod is the tree behind an input of a formula for a period.
func (f *filler) explainPeriod(input string, mine calendar.Range, measures map[string]periodic) *trace.Node {
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

var measureOps = map[measure.Aggregate]trace.Op{
	measure.Sum: trace.Sum, measure.Count: trace.Count, measure.CountDistinct: trace.Distinct, measure.Max: trace.Largest,
}

// node lists the credits that a measure folds.
func (p periodic) node(f *filler, unit string) *trace.Node {
	n := &trace.Node{Op: measureOps[p.m.How], Label: p.m.Name, Value: fact.DecimalText(p.value), Unit: unit, Detail: p.m.String()}
	for _, c := range p.credits {
		t, _ := f.program().Type(c.Type)
		child := creditNode(c, t.Unit.Short())
		if p.m.How == measure.CountDistinct {
			child.Detail = p.m.Field + " " + c.Event.Show(c.Event.Schema().Index(p.m.Field)) + ", " + child.Detail
		}
		n.Args = append(n.Args, child)
	}
	return n
}
