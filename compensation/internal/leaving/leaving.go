// Package leaving says what the plan of who leaves still holds for, after the last day: up to the end of the pay period of that day, which is
// the last payment.
package leaving

import (
	"slices"

	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
)

// Earns reports whether a plan lets events after the last day earn.
func Earns(plans []plan.Plan) bool {
	return slices.ContainsFunc(plans, func(p plan.Plan) bool { return p.Terms.Leaving.EarnOn })
}

// Extend lets segments, which are in order, go on up to the end of the pay period in which the payee leaves, where the plan says so. There
// reports whether the payee is there on a day. Who comes back in the same pay period has not left.
func Extend(segments []earning.Segment, c calendar.Calendar, there func(calendar.Date) bool) []earning.Segment {
	for i := range segments {
		s := &segments[i]
		if !s.Plan.Terms.Leaving.EarnOn || s.Days.To.IsZero() || there(s.Days.To) {
			continue
		}
		month, err := c.Range(c.PeriodOf(earning.PayUnit, s.Days.To.AddDays(-1)))
		if err != nil || there(month.To.AddDays(-1)) || there(month.To) || i+1 < len(segments) && segments[i+1].Days.From.Before(month.To) {
			continue
		}
		to := month.To
		if end := s.Plan.Effective.To; s.Plan.Stops && !end.IsZero() && end.Before(to) {
			to = end
		}
		s.Days.To = to
		s.Personal[len(s.Personal)-1].Days.To = to
	}
	return segments
}
