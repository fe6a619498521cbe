package compensation

import (
	"fmt"
	"slices"
	"sync"

	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/ledger/closing"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
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

// goOn lets the plan that ends last go on, where no other one follows and it does not say that it stops.
func goOn(segments []earning.Segment, days calendar.Range) {
	var last *earning.Segment
	for i := range segments {
		if s := &segments[i]; s.Days.To.IsZero() || last != nil && !s.Days.To.After(last.Days.To) {
			if s.Days.To.IsZero() {
				return
			}
			continue
		}
		last = &segments[i]
	}
	if last == nil || last.Plan.Stops || last.Days.To != last.Plan.Effective.To {
		return
	}
	last.Days.To = days.To
	last.Personal[len(last.Personal)-1].Days.To = days.To
}

// expired warns of plans that are over, and go on for somebody on some days.
func (b *Book) expired(days calendar.Range, asOf fact.Revision) (found source.Diagnostics) {
	over := map[*plan.Plan]int{}
	for i := range b.program.Plans {
		if p := &b.program.Plans[i]; !p.Stops && !p.Effective.To.IsZero() && p.Effective.To.Before(days.To) {
			over[p] = 0
		}
	}
	if len(over) == 0 {
		return nil
	}
	for _, id := range b.people.IDs() {
		for _, s := range b.segments(id, days, asOf) {
			if n, is := over[s.Plan]; is && (s.Days.To.IsZero() || s.Plan.Effective.To.Before(s.Days.To)) {
				over[s.Plan] = n + 1
			}
		}
	}
	for p, n := range over { // order: findings are sorted
		if n > 0 {
			found = append(found, source.Warnf("plan-expired", p.At, "version %s of the plan %s ended on %s; it goes on for %s, since no other plan follows", p.Version, p.ID, p.Effective.To.AddDays(-1), payees(n)).
				WithHint("write the version that follows, or `after expiry: stop` where nothing is paid any more"))
		}
	}
	return found
}

func payees(n int) string {
	if n == 1 {
		return "1 payee"
	}
	return fmt.Sprintf("%d payees", n)
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
	goOn(out[first:], days)
	if n := first; n > 0 && n < len(out) && out[n-1].Plan == out[n].Plan && out[n-1].Days.To == out[n].Days.From {
		out[n-1].Days.To = out[n].Days.To
		out[n-1].Personal = append(out[n-1].Personal, out[n].Personal...)
		out = slices.Delete(out, n, n+1)
	}
	return out
}

// PlanDays are the days within a range on which a payee is on a plan, as far as is known.
func (b *Book) PlanDays(p fact.PayeeID, within calendar.Range) (out []calendar.Range) {
	for _, s := range b.now().segments(p, within, 0) {
		out = append(out, s.Days)
	}
	return out
}

// versions are those of plans that pay in a pay period.
func (b *Book) versions(p calendar.Period) (out []closing.Version) {
	days, err := b.program.Calendar.Range(p)
	for i := range b.program.Plans {
		if of := &b.program.Plans[i]; err == nil && (of.Effective.Overlaps(days) || !of.Stops && !of.Effective.To.IsZero() && of.Effective.To.Before(days.To)) {
			out = append(out, closing.Version{Plan: string(of.ID), Version: of.Version, Hash: of.Hash})
		}
	}
	return out
}

// changed warns of versions of plans that pay periods were closed with, and that say something else now.
func (b *Book) changed(s *span) (found source.Diagnostics) {
	if s.books == nil {
		return nil
	}
	told := map[closing.Version]bool{}
	for _, standing := range s.books.Standings() {
		for _, m := range standing.Marks {
			if m.Kind != ledger.Closed {
				continue
			}
			for _, v := range closing.PlansOf(m.Cause) {
				at := slices.IndexFunc(b.program.Plans, func(p plan.Plan) bool { return string(p.ID) == v.Plan && p.Version == v.Version })
				if at < 0 || b.program.Plans[at].Hash == v.Hash || told[v] {
					continue // remembers tells of one that is not there any more
				}
				told[v] = true
				found = append(found, source.Warnf("plan-changed", b.program.Plans[at].At, "version %s of the plan %s has changed since %s was closed with it: closed pay periods are derived again by what it says now", v.Version, v.Plan, b.program.Calendar.Format(standing.Period)).
					WithHint("put a change into a version of its own, with its own `effective:`, and this one back as it was"))
			}
		}
	}
	return found
}
