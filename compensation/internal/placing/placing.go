// Package placing finds who is on which plan on which days: by the role, or by an assignment; and cuts these runs where a plan says that
// a change inside them does.
//
// Trap. A run that goes on with the same plan, only with other personal values, is one.
package placing

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/internal/coverage"
	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/compensation/internal/leaving"
	"github.com/payproof/payproof/compensation/internal/pooling"
	"github.com/payproof/payproof/compensation/override"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting/people"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/quota"
)

// Assigned is what an assignment says on some days: the Plan, and the Personal values.
type Assigned struct {
	Plan     fact.PlanID
	Personal map[string]decimal.Decimal
}

// Facts are what says who is on which plan: the Program, People, Edges and Quotas.
type Facts struct {
	Program *plan.Program
	People  *people.Directory
	Edges   *fact.Edges
	Quotas  *quota.Set
	// Overrides stand in the place of personal values.
	Overrides *override.Set
	// Has reports whether a payee has assignments, and Assigned gives them within a range, as known at a revision.
	Has      func(fact.PayeeID) bool
	Assigned func(fact.PayeeID, calendar.Range, fact.Revision) iter.Seq2[calendar.Range, Assigned]
}

// Staff is the segments of payees, as known at a revision. Most payees have one role all along and are on the plan for
// it: their segments are found once. It is safe for concurrent use.
type Staff struct {
	facts  Facts
	asOf   fact.Revision
	lock   sync.Mutex
	byRole map[roleDays][]earning.Segment

	pooling sync.Mutex
	pools   map[poolKey]*pooling.Members
	// Relief are the causes for which less of a payee's quotas is due, by days.
	Relief func(fact.PayeeID, calendar.Range) iter.Seq2[calendar.Range, []fact.Edge]
	// Came gives since when a payee has had the role of a plan, or was assigned to it.
	Came func(fact.PayeeID, *plan.Plan, calendar.Date) calendar.Date
}

// Staff is all payees, as known at a revision.
func (f Facts) Staff(asOf fact.Revision) *Staff {
	s := &Staff{facts: f, asOf: asOf}
	s.Relief, s.Came = s.relief, s.since
	return s
}

type roleDays struct {
	role string
	days calendar.Range
}

// Segments are the runs of a payee on plans within a range, in order, cut where plans say so.
func (s *Staff) Segments(id fact.PayeeID, within calendar.Range) []earning.Segment {
	var all roleDays
	runs := 0
	for days, payee := range s.facts.People.History(id, within, s.asOf) {
		all = roleDays{payee.Role, days}
		runs++
	}
	if s.facts.Program.Cuts() {
		return s.facts.cut(s.facts.Segments(id, within, s.asOf), id, s.asOf)
	}
	if s.facts.Has(id) || s.facts.Overrides.Has(id) || runs != 1 || leaving.Earns(s.facts.Program.Plans) {
		return s.facts.Segments(id, within, s.asOf)
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	out, ok := s.byRole[all]
	if !ok {
		out = slices.Clip(s.facts.byRole(nil, all.role, all.days))
		if s.byRole == nil {
			s.byRole = map[roleDays][]earning.Segment{}
		}
		s.byRole[all] = out
	}
	return out
}

// Segments are the payee's runs within a range, in order, and not cut.
func (f Facts) Segments(id fact.PayeeID, within calendar.Range, asOf fact.Revision) []earning.Segment {
	var out []earning.Segment
	for days, payee := range f.People.History(id, within, asOf) {
		out = f.assigned(out, id, payee.Role, days, asOf)
	}
	out = leaving.Extend(out, f.Program.Calendar, func(d calendar.Date) bool {
		_, there := f.People.At(id, d, asOf)
		return there
	})
	if f.Overrides.Has(id) {
		f.override(out, id, asOf)
	}
	return out
}

// override puts overrides in the place of personal values.
func (f Facts) override(segments []earning.Segment, id fact.PayeeID, asOf fact.Revision) {
	for i := range segments {
		s := &segments[i]
		for days, o := range f.Overrides.Within(id, s.Days, asOf) {
			if o.Plan != s.Plan.ID {
				continue
			}
			var personal []earning.Personal
			for _, p := range s.Personal {
				personal = append(personal, overridden(p, days, &o)...)
			}
			s.Personal = personal
		}
	}
}

// overridden is a run of personal values with an override on some days, cut at their ends.
func overridden(p earning.Personal, days calendar.Range, o *override.Override) (out []earning.Personal) {
	add := func(part calendar.Range, with earning.Personal) {
		if with.Days = p.Days.Intersect(part); !with.Days.Empty() {
			out = append(out, with)
		}
	}
	if !days.From.IsZero() {
		add(calendar.Range{To: days.From}, p)
	}
	values, why := map[string]decimal.Decimal{}, map[string]string{}
	maps.Copy(values, p.Values)
	maps.Copy(why, p.Overridden)
	values[o.Value], why[o.Value] = o.Amount, o.Cause()
	add(days, earning.Personal{Values: values, Overridden: why})
	if !days.To.IsZero() {
		add(calendar.Range{From: days.To}, p)
	}
	return out
}

// assigned cuts the days on which a payee has a role: where an assignment holds
// it decides, and elsewhere the plan for the role does.
func (f Facts) assigned(out []earning.Segment, id fact.PayeeID, role string, days calendar.Range, asOf fact.Revision) []earning.Segment {
	rest := days
	for run, v := range f.Assigned(id, days, asOf) {
		if !run.From.IsZero() { // otherwise nothing is before it, and the range would be all days
			out = f.byRole(out, role, calendar.Range{From: rest.From, To: run.From})
		}
		out = f.onPlan(out, func(p *plan.Plan) bool { return p.ID == v.Plan }, v.Personal, run)
		if rest.From = run.To; run.To.IsZero() {
			return out
		}
	}
	return f.byRole(out, role, rest)
}

func (f Facts) byRole(out []earning.Segment, role string, days calendar.Range) []earning.Segment {
	return f.onPlan(out, func(p *plan.Plan) bool { return slices.Contains(p.Roles, role) }, nil, days)
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

// Expired warns of plans that are over, and go on for somebody on some days; of lists of holidays that end before these; and of plans on
// which nobody has a quota.
func (f Facts) Expired(days calendar.Range, asOf fact.Revision) (found source.Diagnostics) {
	found = append(f.holidaysEnd(days), coverage.Stated{
		Program: f.Program, Payees: f.People.IDs(), Segments: func(id fact.PayeeID) []earning.Segment { return f.Segments(id, days, asOf) },
		Quotas: f.Quotas, AsOf: asOf, Days: days,
	}.Unstated()...)
	over := map[*plan.Plan]int{}
	for i := range f.Program.Plans {
		if p := &f.Program.Plans[i]; !p.Stops && !p.Effective.To.IsZero() && p.Effective.To.Before(days.To) {
			over[p] = 0
		}
	}
	if len(over) == 0 {
		return found
	}
	for _, id := range f.People.IDs() {
		for _, s := range f.Segments(id, days, asOf) {
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

// holidaysEnd warns of plans that count working days in a year of which the company lists no holiday, but of others.
func (f Facts) holidaysEnd(days calendar.Range) (found source.Diagnostics) {
	for i := range f.Program.Plans {
		p := &f.Program.Plans[i]
		at, by := p.Prorate.At, p.Prorate.Basis
		for _, q := range p.Quotas {
			if q.Prorate && q.Basis.Method == calendar.WorkingDays {
				at, by = q.At, q.Basis
			}
		}
		if by.Method != calendar.WorkingDays || by.Holidays.String() == "" {
			continue
		}
		for year := days.From.Year(); year <= days.To.AddDays(-1).Year(); year++ {
			all, err := calendar.Calendar{}.Range(calendar.Year(year))
			some := false
			for range by.Holidays.Within(all) {
				some = true
			}
			if err == nil && !some {
				found = append(found, source.Warnf("holidays-end", at, "the plan %s counts working days, and the company lists no holidays of %d", p.ID, year).
					WithHint("add them to `holidays:` of payproof.yaml"))
			}
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
func (f Facts) onPlan(out []earning.Segment, wanted func(*plan.Plan) bool, personal map[string]decimal.Decimal, days calendar.Range) []earning.Segment {
	if days.Empty() {
		return out
	}
	first := len(out)
	for i := range f.Program.Plans {
		p := &f.Program.Plans[i]
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

// relief is the causes for which less of a payee's quotas is due, by days.
func (s *Staff) relief(id fact.PayeeID, within calendar.Range) iter.Seq2[calendar.Range, []fact.Edge] {
	return s.facts.Edges.Segments(plan.ReliefEdge, string(id), within, s.asOf)
}

// since gives since when a payee has had the role of a plan, or was assigned to it, without a day between: whatever the
// versions of the plan are. It is no date where that is always.
func (s *Staff) since(id fact.PayeeID, of *plan.Plan, day calendar.Date) (since calendar.Date) {
	var last calendar.Range // days on which the payee was on it
	on := func(days calendar.Range) {
		if days.Empty() {
			return
		}
		if last.To != days.From {
			since = days.From
		}
		last = days
	}
	for days, payee := range s.facts.People.History(id, calendar.Range{To: day.AddDays(1)}, s.asOf) {
		has := slices.Contains(of.Roles, payee.Role)
		for run, a := range s.facts.Assigned(id, days, s.asOf) {
			if has {
				on(calendar.Range{From: days.From, To: run.From})
			}
			if a.Plan == of.ID {
				on(run)
			}
			days.From = run.To
		}
		if has {
			on(days)
		}
	}
	return since
}
