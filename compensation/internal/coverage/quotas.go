package coverage

import (
	"slices"

	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/quota"
)

// Stated is what is known of quotas, and of who is on which plan on some days.
type Stated struct {
	Program  *plan.Program
	Payees   []fact.PayeeID                       // in any order
	Segments func(fact.PayeeID) []earning.Segment // of Days
	Quotas   *quota.Set
	AsOf     fact.Revision // what is known
	Days     calendar.Range
}

// windowOf is a window of a measure for which a plan has a rule.
type windowOf struct {
	plan   *plan.Plan
	rule   int
	window calendar.Period
}

// Unstated warns, once for each plan, measure and window, where the plan counts on a quota and nobody on it has one. Where
// a missing quota is an error, whatever needs it says so for each payee.
func (s Stated) Unstated() (ds source.Diagnostics) {
	var open []windowOf
	for i := range s.Program.Plans {
		p := &s.Program.Plans[i]
		for k, rule := range p.Quotas {
			m, ok := s.Program.Measure(rule.Measure)
			if !ok || rule.Without == plan.WithoutError {
				continue
			}
			for window := range s.Program.Calendar.Periods(m.Window, s.Days.Intersect(p.Effective)) {
				open = append(open, windowOf{p, k, window})
			}
		}
	}
	lacks := map[windowOf]int{} // payees on the plan who were asked for, as long as nobody has one
	for _, id := range s.Payees {
		if len(open) == 0 {
			break
		}
		segments := s.Segments(id)
		open = slices.DeleteFunc(open, func(w windowOf) bool {
			if !s.on(segments, w) {
				return false
			}
			lacks[w]++
			return s.has(id, w)
		})
	}
	for _, w := range open {
		if n := lacks[w]; n > 0 {
			rule := w.plan.Quotas[w.rule]
			ds = append(ds, source.Warnf("plan-without-quota", rule.At, "nobody on the plan %s has a quota of %s for %s", w.plan.ID, rule.Measure, s.Program.Calendar.Format(w.window)).
				WithHint("state the quotas, or take `%s:` out of `quota:` of the plan", rule.Measure))
		}
	}
	return ds
}

// on reports whether one of a payee's segments is of the plan, and has a day in the window.
func (s Stated) on(segments []earning.Segment, w windowOf) bool {
	days, err := s.Program.Calendar.Range(w.window)
	return err == nil && slices.ContainsFunc(segments, func(o earning.Segment) bool { return o.Plan == w.plan && o.Days.Overlaps(days) })
}

// has reports whether a payee has a quota for the window, or for its year, if parts of that are the quotas of windows.
func (s Stated) has(id fact.PayeeID, w windowOf) bool {
	rule := w.plan.Quotas[w.rule]
	if _, _, ok := s.Quotas.Find(id, rule.Measure, w.window, s.AsOf); ok || rule.Season == nil {
		return ok
	}
	days, err := s.Program.Calendar.Range(w.window)
	if err != nil {
		return false
	}
	_, _, ok := s.Quotas.Find(id, rule.Measure, s.Program.Calendar.PeriodOf(calendar.UnitYear, days.From), s.AsOf)
	return ok
}
