package compensation

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/payproof/payproof/compensation/internal/coverage"
	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/compensation/internal/pooling"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/compensation/terms"
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

	pooling sync.Mutex
	pools   map[poolKey]*pooling.Members

	// For jobs: made once, as they are of any payee.
	relief func(fact.PayeeID, calendar.Range) iter.Seq2[calendar.Range, []fact.Edge]
	came   func(fact.PayeeID, *plan.Plan, calendar.Date) calendar.Date
}

func newStaff(b *Book, asOf fact.Revision) *staff {
	s := &staff{book: b, asOf: asOf}
	s.relief, s.came = s.reliefOf, s.since
	return s
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
	if s.book.program.Cuts() {
		return s.book.cut(s.book.segments(id, within, s.asOf), id, s.asOf)
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
		if !run.From.IsZero() { // otherwise nothing is before it, and the range would be all days
			out = b.byRole(out, role, calendar.Range{From: rest.From, To: run.From})
		}
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

// expired warns of plans that are over, and go on for somebody on some days; of lists of holidays that end before these; and of plans
// on which nobody has a quota.
func (b *Book) expired(days calendar.Range, asOf fact.Revision) (found source.Diagnostics) {
	found = append(b.holidaysEnd(days), coverage.Stated{
		Program: b.program, Payees: b.people.IDs(), Segments: func(id fact.PayeeID) []earning.Segment { return b.segments(id, days, asOf) },
		Quotas: b.quotas, AsOf: asOf, Days: days,
	}.Unstated()...)
	over := map[*plan.Plan]int{}
	for i := range b.program.Plans {
		if p := &b.program.Plans[i]; !p.Stops && !p.Effective.To.IsZero() && p.Effective.To.Before(days.To) {
			over[p] = 0
		}
	}
	if len(over) == 0 {
		return found
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

// holidaysEnd warns of plans that count working days in a year of which the company lists no holiday, but of others.
func (b *Book) holidaysEnd(days calendar.Range) (found source.Diagnostics) {
	for i := range b.program.Plans {
		p := &b.program.Plans[i]
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
func (b *Book) onPlan(out []earning.Segment, wanted func(*plan.Plan) bool, personal map[string]decimal.Decimal, days calendar.Range) []earning.Segment {
	if days.Empty() {
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

// reliefOf is the causes for which less of a payee's quotas is due, by days.
func (s *staff) reliefOf(id fact.PayeeID, within calendar.Range) iter.Seq2[calendar.Range, []fact.Edge] {
	return s.book.edges.Segments(plan.ReliefEdge, string(id), within, s.asOf)
}

// since gives since when a payee has had the role of a plan, or was assigned to it, without a day between: whatever the
// versions of the plan are. It is no date where that is always.
func (s *staff) since(id fact.PayeeID, of *plan.Plan, day calendar.Date) (since calendar.Date) {
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
	for days, payee := range s.book.people.History(id, calendar.Range{To: day.AddDays(1)}, s.asOf) {
		has := slices.Contains(of.Roles, payee.Role)
		for run, a := range s.book.assignments[id].Segments(days, s.asOf) {
			if has {
				on(calendar.Range{From: days.From, To: run.From})
			}
			if a.Value.Plan == of.ID {
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

// change is a day inside a run on a plan on which something changes that cuts the run.
type change struct {
	day  calendar.Date
	link terms.Link
}

// cut divides segments where plans say that what changes inside cuts, and joins what goes on.
func (b *Book) cut(all []earning.Segment, id fact.PayeeID, asOf fact.Revision) (out []earning.Segment) {
	var links []terms.Link // to the one before
	for i := range all {
		s := &all[i]
		link := terms.Separate
		if i > 0 && all[i-1].Days.To == s.Days.From {
			link = planLink(all[i-1].Plan.Segments, s.Plan.Segments)
		}
		rest := s.Days
		for _, c := range b.changes(s, id, asOf) {
			out, links = append(out, partOf(s, calendar.Range{From: rest.From, To: c.day})), append(links, link)
			rest.From, link = c.day, c.link
		}
		out, links = append(out, partOf(s, rest)), append(links, link)
	}
	join := func(weakest terms.Link, give func(*earning.Segment, calendar.Range)) {
		for i := 0; i < len(out); {
			n := i + 1
			for n < len(out) && links[n] >= weakest {
				n++
			}
			for k := i; k < n; k++ {
				give(&out[k], calendar.Range{From: out[i].Days.From, To: out[n-1].Days.To})
			}
			i = n
		}
	}
	join(terms.Carry, func(s *earning.Segment, days calendar.Range) { s.Joined, s.Group = true, days })
	join(terms.Blended, func(s *earning.Segment, days calendar.Range) { s.Unit = days })
	return out
}

// planLink is how a segment of a plan stands to the one before it, of another plan or version. Both plans have to
// agree to be blended, since each would pay in full otherwise.
func planLink(before, now *terms.Segments) terms.Link {
	switch {
	case now == nil || now.Plan == terms.Blended && (before == nil || before.Plan != terms.Blended):
		return terms.Separate
	}
	return now.Plan
}

// partOf is the part of a segment on some of its days.
func partOf(s *earning.Segment, days calendar.Range) earning.Segment {
	part := earning.Segment{Plan: s.Plan, Days: days}
	for _, p := range s.Personal {
		if own := p.Days.Intersect(days); !own.Empty() {
			part.Personal = append(part.Personal, earning.Personal{Days: own, Values: p.Values})
		}
	}
	return part
}

// changes are the days inside a segment on which it is cut, in order, each once, with the strongest cut. What is blended
// on one plan alone is not cut, but where another quota holds.
func (b *Book) changes(s *earning.Segment, id fact.PayeeID, asOf fact.Revision) (out []change) {
	add := func(day calendar.Date, link terms.Link) {
		if s.Days.From.Before(day) && s.Days.Contains(day) {
			out = append(out, change{day, link})
		}
	}
	quotas := terms.Blended
	if by := s.Plan.Segments; by != nil {
		quotas = by.Quota
		b.changed(s, id, asOf, add)
	}
	for _, rule := range s.Plan.Quotas {
		if b.moves(rule, id, asOf) {
			add(rule.From, quotas)
		}
	}
	slices.SortFunc(out, func(x, y change) int { return cmp.Or(x.day.Compare(y.day), cmp.Compare(x.link, y.link)) })
	return slices.CompactFunc(out, func(x, y change) bool { return x.day == y.day })
}

// moves reports whether a quota changes inside the window of the day from which the change counts.
func (b *Book) moves(rule plan.QuotaRule, id fact.PayeeID, asOf fact.Revision) bool {
	m, ok := b.program.Measure(rule.Measure)
	if rule.From.IsZero() || !ok {
		return false
	}
	for _, unit := range []calendar.Unit{m.Window, calendar.UnitYear} {
		window := b.program.Calendar.PeriodOf(unit, rule.From)
		now, _, is := b.quotas.Find(id, rule.Measure, window, asOf)
		before, _, was := b.quotas.Before(id, rule.Measure, window, asOf)
		if is && was {
			return !now.Equal(before)
		}
	}
	return false
}

// changed adds the days on which role, manager, territory or target pay change, where the plan cuts there.
func (b *Book) changed(s *earning.Segment, id fact.PayeeID, asOf fact.Revision, add func(calendar.Date, terms.Link)) {
	by := s.Plan.Segments
	if by.Role != terms.Blended {
		last := ""
		for days, payee := range b.people.History(id, s.Days, asOf) {
			if payee.Role != last {
				add(days.From, by.Role)
			}
			last = payee.Role
		}
	}
	edges := func(link terms.Link, all iter.Seq2[calendar.Range, []fact.Edge], end func(fact.Edge) string) {
		last := []string(nil)
		for days, some := range all {
			var ends []string
			for _, e := range some {
				ends = append(ends, end(e))
			}
			if !slices.Equal(ends, last) {
				add(days.From, link)
			}
			last = ends
		}
	}
	if by.Manager != terms.Blended {
		edges(by.Manager, b.edges.Segments("manager", string(id), s.Days, asOf), func(e fact.Edge) string { return e.To })
	}
	if by.Territory != terms.Blended {
		edges(by.Territory, b.edges.Arriving("owner", string(id), s.Days, asOf), func(e fact.Edge) string { return e.From })
	}
	if by.TargetPay == terms.Blended {
		return
	}
	for i := range s.Personal {
		if i > 0 && slices.ContainsFunc(s.Plan.Personal, func(v plan.Personal) bool {
			return v.Per != 0 && !s.Personal[i].Values[v.Name].Equal(s.Personal[i-1].Values[v.Name])
		}) {
			add(s.Personal[i].Days.From, by.TargetPay)
		}
	}
}

// PlanDays are the days within a range on which a payee is on a plan, as far as is known.
func (b *Book) PlanDays(p fact.PayeeID, within calendar.Range) (out []calendar.Range) {
	for _, s := range b.now().segments(p, within, 0) {
		out = append(out, s.Days)
	}
	return out
}
