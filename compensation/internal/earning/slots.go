package earning

import (
	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
)

// slots are the inputs that a component's formulas really read.
func slots(c *plan.Component) []int {
	var out []int
	for i, in := range c.Inputs {
		if c.Pays.Uses(in.Name) || c.Gate != nil && c.Gate.Uses(in.Name) {
			out = append(out, i)
		}
	}
	return out
}

// filler puts values into the row of a component.
type filler struct {
	w       *worker
	segment int
	c       *plan.Component
	row     *dsl.Row
	used    []int
	quotas  map[quotaKey]*dueQuota
	reads   map[string]measure.Measure // by the name of the slot
	// What windows of carried measures open with.
	openings map[windowKey]*reading
	since    calendar.Date // the first day of the payee's run on the plan, for measures that begin there
	skip     bool          // a quota is missing, and the plan skips what needs it
}

func (w *worker) filler(segment int, c *plan.Component) *filler {
	f := &filler{
		w: w, segment: segment, c: c, used: slots(c), quotas: map[quotaKey]*dueQuota{}, reads: map[string]measure.Measure{}, openings: map[windowKey]*reading{},
		row: dsl.Env{Inputs: c.Inputs}.NewRow(),
	}
	for _, i := range f.used {
		if s := c.Slots[i]; folds(s.From) {
			m, _ := w.Program.Measured(s.Name)
			if f.reads[s.Name] = m; m.Reach == measure.PlanDate {
				f.since = w.joined(segment)
			}
		}
	}
	return f
}

func (f *filler) program() *plan.Program { return f.w.Program }

// common fills what depends on the segment and the day only. day decides the
// windows of quotas; days is the period for period.start and period.end.
func (f *filler) common(i int, day calendar.Date, days calendar.Range) error {
	switch s := f.c.Slots[i]; s.From {
	case plan.FromQuota:
		return f.quota(i, s.Name, day)
	case plan.FromPersonal:
		return f.personal(i, s.Name, day, days)
	case plan.FromStart:
		f.row.SetDate(i, days.From)
	case plan.FromEnd:
		f.row.SetDate(i, days.To.AddDays(-1))
	}
	return nil
}

// personal fills a personal value: for a credit that of its day, for a period the
// one over its days.
func (f *filler) personal(i int, name string, day calendar.Date, days calendar.Range) error {
	segment := &f.w.Segments[f.segment]
	v, ok := segment.at(name, day)
	if f.c.Credit == "" {
		v, _, ok = segment.over(name, days, f.c.Inputs[i].Scale)
	}
	if !ok {
		f.row.SetMissing(i)
		return nil
	}
	return f.row.SetDecimal(i, v)
}

// event fills what comes from a credit and its event.
func (f *filler) event(i int, c *crediting.Credit) error {
	switch s := f.c.Slots[i]; s.From {
	case plan.FromAmount:
		return f.row.SetDecimal(i, c.Amount)
	case plan.FromShare:
		return f.row.SetDecimal(i, c.Share)
	case plan.FromDate:
		f.row.SetDate(i, c.Date())
	case plan.FromEvent:
		return f.field(i, s.Name, c.Event)
	}
	return nil
}

func (f *filler) field(i int, name string, e *crediting.Event) error {
	at := e.Schema().Index(name)
	if at < 0 || !e.Cells[at].Has {
		f.row.SetMissing(i)
		return nil
	}
	cell, field := e.Cells[at], e.Schema().Fields[at]
	switch field.Type {
	case crediting.Key, crediting.Payee, crediting.PayeeList, crediting.Enum:
		return f.row.SetText(i, cell.Text)
	case crediting.Date:
		f.row.SetDate(i, calendar.FromOrdinal(int32(cell.Int)))
		return nil
	}
	return f.row.SetDecimal(i, decimal.New(cell.Int, -int32(field.Scale)))
}
