package earning

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/internal/fixed"
)

// Totals are a payee's credits added up by days, for who does not need them one by one. Each method reports with ok
// whether the days can be asked for.
type Totals interface {
	Total(nth int, days calendar.Range) (coef int64, scale uint8, ok bool)             // of one of Measures
	Credits(typ string, days calendar.Range) (coef int64, scale uint8, n int, ok bool) // of a type: their sum and number
	Number(days calendar.Range) (n int, ok bool)                                       // of credits of any type
}

// doubt notes that totals do not decide what the payee earns: the credits have to be looked at.
func (w *worker) doubt() { w.out.Unclear = true }

// total sets an input to its measure, from totals.
func (f *filler) total(i int, days calendar.Range) error {
	coef, scale, ok := f.w.Totals.Total(f.measures[i].nth, days)
	if !ok {
		f.w.doubt()
	}
	return f.set(i, coef, scale)
}

// set sets an input to a number with so many decimal places.
func (f *filler) set(i int, coef int64, scale uint8) error {
	if n, ok := fixed.RescaleInt64(coef, int(scale), int(f.c.Inputs[i].Scale), fixed.HalfEven); ok && scale <= f.c.Inputs[i].Scale {
		f.row.SetInt(i, n)
		return nil
	}
	return f.row.SetDecimal(i, decimal.New(coef, -int32(scale)))
}

// offPlanTotals doubts where credits fall on days without a plan.
func (w *worker) offPlanTotals() {
	n, ok := w.Totals.Number(w.Asked)
	for i := range w.Segments {
		days := w.Segments[i].Days.Intersect(w.Asked)
		if days.Empty() {
			continue
		}
		part, also := w.Totals.Number(days)
		n, ok = n-part, ok && also
	}
	if !ok || n != 0 {
		w.doubt()
	}
}

// perSpan is perCredit for all credits of a pay period at once: what an additive component pays for them is what it
// pays for their sum, with the measures before the first and after the last.
func (w *worker) perSpan(segment int, c *plan.Component) {
	s := &w.Segments[segment]
	days := s.Days.Intersect(w.Horizon)
	f := w.filler(segment, c)
	defer f.release()
	for _, p := range w.Clock.within(PayUnit, days) {
		mine := p.days.Intersect(days)
		sum, scale, n, ok := w.Totals.Credits(c.Credit, mine)
		if !ok || n > 0 && !f.additive {
			w.doubt()
			return
		}
		if n == 0 {
			continue
		}
		l := Line{Payee: w.Payee, Plan: s.Plan, Component: c, EarnedFor: p.Period, PostedIn: p.Period, segment: int32(segment), on: mine.To.AddDays(-1)}
		set := func(i int) error { return f.set(i, sum, scale) }
		if err := f.forSpan(s, mine, p.days, set); err != nil || w.out.Unclear {
			w.doubt() // the credits say which of them is at fault
			return
		}
		if f.skip {
			f.skip = false
			continue
		}
		if !w.evaluate(c, f.row, &l, nil) {
			w.doubt()
			return
		}
		w.out.Lines = append(w.out.Lines, l)
	}
}

// forSpan fills the row for all credits of some days of a month.
func (f *filler) forSpan(s *Segment, days, month calendar.Range, sum func(i int) error) (err error) {
	last := days.To.AddDays(-1)
	for _, i := range f.used {
		switch slot := f.c.Slots[i]; slot.From {
		case plan.FromBefore, plan.FromAfter:
			window := f.window(i, last)
			to := days.From
			if slot.From == plan.FromAfter {
				to = days.To
			}
			err = f.total(i, calendar.Range{From: window.From, To: to})
		case plan.FromAmount:
			err = sum(i)
		case plan.FromPersonal:
			at := slices.IndexFunc(s.Personal, func(p Personal) bool { return p.Days.Contains(last) })
			if at < 0 || !s.Personal[at].Days.Covers(days) {
				f.w.doubt()
				return nil
			}
			err = f.common(i, last, month)
		default:
			err = f.common(i, last, month)
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

// additive reports whether a component pays for several credits what it pays for their sum: multiples of the amount,
// and slices of marginal tables between a measure of these credits before and after.
func additive(p *plan.Program, c *plan.Component) bool {
	if c.EachLine || len(c.Carried) > 0 {
		return false
	}
	a := adding{program: p, component: c}
	for _, f := range []*dsl.Formula{c.Gate, c.Multiplier} {
		if f != nil && a.kindOf(f) != constant {
			return false
		}
	}
	return a.kindOf(c.Pays) == adds
}

// grows says how the value of a part depends on the credits.
type grows uint8

const (
	constant grows = iota // not at all
	adds                  // that of several is that of their sum
	other
)

// adding looks at the formulas of a component.
type adding struct {
	program   *plan.Program
	component *plan.Component
	parts     []dsl.Part
}

func (a *adding) kindOf(f *dsl.Formula) grows {
	a.parts = f.Parts()
	return a.part(len(a.parts) - 1)
}

func (a *adding) part(at int) grows {
	p := &a.parts[at]
	kinds := make([]grows, len(p.Args))
	fixed := true
	for i, arg := range p.Args {
		kinds[i] = a.part(arg)
		fixed = fixed && kinds[i] == constant
	}
	switch p.Op {
	case "input", "missing", "coalesce":
		kind := a.input(p.Input)
		if p.Op == "input" || kind == constant && fixed {
			return kind
		}
		return other
	case "slices":
		if len(kinds) == 2 || len(kinds) == 3 && kinds[2] == constant {
			return a.slices(p)
		}
		return other
	case "call":
		return other
	}
	switch {
	case fixed:
		return constant
	case p.Op == "neg", p.Op == "rescale", p.Op == "let":
		return kinds[0]
	case p.Op == "add", p.Op == "sub":
		if kinds[0] == adds && kinds[1] == adds {
			return adds
		}
	case p.Op == "mul":
		if min(kinds[0], kinds[1]) == constant {
			return max(kinds[0], kinds[1])
		}
	case p.Op == "if":
		if kinds[0] == constant && kinds[1] == adds && kinds[2] == adds {
			return adds
		}
	}
	return other
}

func (a *adding) input(i int) grows {
	switch a.component.Slots[i].From {
	case plan.FromQuota, plan.FromPersonal, plan.FromWeight, plan.FromStart, plan.FromEnd:
		return constant
	case plan.FromAmount:
		return adds
	}
	return other
}

// slices reports whether slices lie between a sum of the component's credits before and after, so that those of one
// credit begin where those of the one before end.
func (a *adding) slices(p *dsl.Part) grows {
	after, before := a.slot(p.Args[0]), a.slot(p.Args[1])
	if after == nil || before == nil || after.From != plan.FromAfter || before.From != plan.FromBefore || after.Name != before.Name {
		return other
	}
	m, ok := a.program.Measured(after.Name)
	if !ok || m.How != measure.Sum || m.Kind != "" || m.Of != a.component.Credit || m.Whose.Who != measure.Payee || m.Where != nil ||
		m.Reach != measure.This || m.AsOf != 0 || m.Window < PayUnit {
		return other
	}
	return adds
}

// slot is the source of a part that is an input; nil: it is none.
func (a *adding) slot(at int) *plan.Slot {
	for a.parts[at].Op == "rescale" || a.parts[at].Op == "let" {
		at = a.parts[at].Args[0]
	}
	if a.parts[at].Op != "input" {
		return nil
	}
	return &a.component.Slots[a.parts[at].Input]
}
