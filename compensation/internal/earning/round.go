package earning

import (
	"slices"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// lineage is what cumulative rounding accumulates over in a fiscal year: a component through the versions of its plan.
type lineage struct {
	plan      fact.PlanID
	component *plan.Component
	so        Rounding // far
}

// round gives each line its amount. Cumulatively, line k is R(Σ₁..k) − R(Σ₁..k−1)
// over the fiscal year, so that lines sum to what the rounded total is.
func (w *worker) round() {
	program := w.Program
	byMonth(w.out.Lines)
	digits := program.Currency.Digits()
	var few [8]lineage
	lineages := few[:0] // of a year
	var year calendar.Period
	for i := range w.out.Lines {
		l := &w.out.Lines[i]
		if i == 0 || l.PostedIn != w.out.Lines[i-1].PostedIn {
			if y := w.window(l.PostedIn, calendar.UnitYear); y != year {
				year, lineages = y, lineages[:0]
			}
		}
		at := slices.IndexFunc(lineages, func(o lineage) bool {
			return o.component == l.Component || o.plan == l.Plan.ID && o.component.Name == l.Component.Name
		})
		if at < 0 {
			at = len(lineages)
			lineages = append(lineages, lineage{plan: l.Plan.ID, component: l.Component})
		}
		state := lineages[at].so
		if l.Component.EachLine {
			state = Rounding{}
		}
		l.Before = state
		if state.Exact.IsZero() {
			state.Exact = l.Exact
		} else {
			state.Exact = state.Exact.Add(l.Exact)
		}
		total, err := money.FromDecimal(state.Exact, program.Currency)
		if err == nil {
			total, err = total.Round(digits, program.Rounding)
		}
		if err == nil {
			l.Amount, err = total.Sub(state.Posted)
		}
		if err != nil {
			w.out.Found = append(w.out.Found, fault(w.path(l.EarnedFor, ""), "too-large", "check the data", "%s: %v", l.Component.Name, err))
			return
		}
		state.Posted = total
		lineages[at].so = state
	}
}

// byMonth puts lines into the order of their pay periods, and leaves those of one as they stand. Lines are large: each
// is moved once.
func byMonth(lines []Line) {
	month := func(a, b int32) int { return lines[a].PostedIn.Compare(lines[b].PostedIn) }
	var few [32]int32
	order := few[:0] // by place, the line that belongs there
	for i := range lines {
		order = append(order, int32(i))
	}
	if slices.IsSortedFunc(order, month) {
		return
	}
	slices.SortStableFunc(order, month)
	for i := range order {
		if order[i] == int32(i) {
			continue
		}
		first := lines[i]
		at := int32(i)
		for order[at] != int32(i) {
			next := order[at]
			lines[at], order[at] = lines[next], at
			at = next
		}
		lines[at], order[at] = first, at
	}
}

// window is the window of the calendar that a pay period begins in.
func (w *worker) window(p calendar.Period, unit calendar.Unit) calendar.Period {
	days, err := w.Clock.Range(p)
	if err != nil {
		return calendar.Period{}
	}
	return w.Program.Calendar.PeriodOf(unit, days.From)
}
