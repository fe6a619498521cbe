package compensation

import (
	"slices"
	"sync"

	"github.com/payproof/payproof/compensation/internal/earning"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// staff is the segments of payees, as known at a revision. Most payees have one role all along and are on the plan for
// it: their segments are found once.
type staff struct {
	book   *Book
	asOf   fact.Revision
	lock   sync.Mutex
	byRole map[roleDays][]earning.Segment
}

type roleDays struct {
	role string
	days calendar.Range
}

func (s *staff) segments(id fact.PayeeID, within calendar.Range) []earning.Segment {
	var all roleDays
	runs := 0
	for days, payee := range s.book.people.History(id, within, s.asOf) {
		all = roleDays{payee.Role, days}
		runs++
	}
	if _, assigned := s.book.assignments[id]; assigned || runs != 1 {
		return s.book.segments(id, within, s.asOf)
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	out, ok := s.byRole[all]
	if !ok {
		out = slices.Clip(s.book.byRole(nil, all.role, all.days))
		if s.byRole == nil {
			s.byRole = map[roleDays][]earning.Segment{}
		}
		s.byRole[all] = out
	}
	return out
}

// segments are the payee's runs within a range, in order.
func (b *Book) segments(id fact.PayeeID, within calendar.Range, asOf fact.Revision) []earning.Segment {
	var out []earning.Segment
	for days, payee := range b.people.History(id, within, asOf) {
		out = b.assigned(out, id, payee.Role, days, asOf)
	}
	return out
}

// assigned cuts the days on which a payee has a role: where an assignment holds
// it decides, and elsewhere the plan for the role does.
func (b *Book) assigned(out []earning.Segment, id fact.PayeeID, role string, days calendar.Range, asOf fact.Revision) []earning.Segment {
	rest := days
	for run, v := range b.assignments[id].Segments(days, asOf) {
		out = b.byRole(out, role, calendar.Range{From: rest.From, To: run.From})
		out = b.onPlan(out, func(p *plan.Plan) bool { return p.ID == v.Value.Plan }, v.Value.Personal, run)
		if rest.From = run.To; run.To.IsZero() {
			return out
		}
	}
	return b.byRole(out, role, rest)
}

func (b *Book) byRole(out []earning.Segment, role string, days calendar.Range) []earning.Segment {
	return b.onPlan(out, func(p *plan.Plan) bool { return slices.Contains(p.Roles, role) }, nil, days)
}

// onPlan adds the days on which the plans that are wanted are in effect. A run that
// goes on with the same plan, only with other personal values, does not cut.
func (b *Book) onPlan(out []earning.Segment, wanted func(*plan.Plan) bool, personal map[string]decimal.Decimal, days calendar.Range) []earning.Segment {
	if days.Empty() || days.From == days.To {
		return out
	}
	first := len(out)
	for i := range b.program.Plans {
		p := &b.program.Plans[i]
		if part := days.Intersect(p.Effective); wanted(p) && !part.Empty() {
			out = append(out, earning.Segment{Plan: p, Days: part, Personal: []earning.Personal{{Days: part, Values: personal}}})
		}
	}
	slices.SortFunc(out[first:], func(x, y earning.Segment) int { return x.Days.From.Compare(y.Days.From) })
	if n := first; n > 0 && n < len(out) && out[n-1].Plan == out[n].Plan && out[n-1].Days.To == out[n].Days.From {
		out[n-1].Days.To = out[n].Days.To
		out[n-1].Personal = append(out[n-1].Personal, out[n].Personal...)
		out = slices.Delete(out, n, n+1)
	}
	return out
}
