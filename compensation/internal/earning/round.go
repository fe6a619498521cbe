package earning

import (
	"slices"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// lineage is what cumulative rounding and caps accumulate over: a component of a
// plan in a window.
type lineage struct {
	plan      fact.PlanID
	component string
	window    calendar.Period
}

// round gives each line its amount. Cumulatively, line k is R(Σ₁..k) − R(Σ₁..k−1)
// over the fiscal year, so that lines sum to what the rounded total is.
func (w *worker) round() {
	program := w.Program
	slices.SortStableFunc(w.out.Lines, func(a, b Line) int { return a.PostedIn.Compare(b.PostedIn) })
	states := map[lineage]Rounding{}
	for i := range w.out.Lines {
		l := &w.out.Lines[i]
		k := lineage{l.Plan.ID, l.Component.Name, w.year(l.PostedIn)}
		state := states[k]
		if l.Component.EachLine {
			state = Rounding{}
		}
		l.Before = state
		state.Exact = state.Exact.Add(l.Exact)
		total, err := money.FromDecimal(state.Exact, program.Currency)
		if err == nil {
			total = total.RoundMinor(program.Rounding)
			l.Amount, err = total.Sub(state.Posted)
		}
		if err != nil {
			w.out.Found = append(w.out.Found, fault(w.path(l.EarnedFor, ""), "too-large", "check the data", "%s: %v", l.Component.Name, err))
			return
		}
		state.Posted = total
		states[k] = state
	}
}

// year is the fiscal year of a pay period.
func (w *worker) year(p calendar.Period) calendar.Period {
	return w.window(p, calendar.UnitYear)
}

// window is the window of the calendar that a pay period begins in.
func (w *worker) window(p calendar.Period, unit calendar.Unit) calendar.Period {
	days, err := w.Program.Calendar.Range(p)
	if err != nil {
		return calendar.Period{}
	}
	return w.Program.Calendar.PeriodOf(unit, days.From)
}
