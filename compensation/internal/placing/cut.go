package placing

import (
	"cmp"
	"iter"
	"slices"

	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/compensation/terms"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// change is a day inside a run on a plan on which something changes that cuts the run.
type change struct {
	day  calendar.Date
	link terms.Link
}

// cut divides segments where plans say that what changes inside cuts, and joins what goes on.
func (f Facts) cut(all []earning.Segment, id fact.PayeeID, asOf fact.Revision) (out []earning.Segment) {
	var links []terms.Link // to the one before
	for i := range all {
		s := &all[i]
		link := terms.Separate
		if i > 0 && all[i-1].Days.To == s.Days.From {
			link = planLink(all[i-1].Plan.Segments, s.Plan.Segments)
		}
		rest := s.Days
		for _, c := range f.changes(s, id, asOf) {
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
			part.Personal = append(part.Personal, earning.Personal{Days: own, Values: p.Values, Overridden: p.Overridden})
		}
	}
	return part
}

// changes are the days inside a segment on which it is cut, in order, each once, with the strongest cut. What is blended
// on one plan alone is not cut, but where another quota holds.
func (f Facts) changes(s *earning.Segment, id fact.PayeeID, asOf fact.Revision) (out []change) {
	add := func(day calendar.Date, link terms.Link) {
		if s.Days.From.Before(day) && s.Days.Contains(day) {
			out = append(out, change{day, link})
		}
	}
	quotas := terms.Blended
	if by := s.Plan.Segments; by != nil {
		quotas = by.Quota
		f.changed(s, id, asOf, add)
	}
	for _, rule := range s.Plan.Quotas {
		if f.moves(rule, id, asOf) {
			add(rule.From, quotas)
		}
	}
	slices.SortFunc(out, func(x, y change) int { return cmp.Or(x.day.Compare(y.day), cmp.Compare(x.link, y.link)) })
	return slices.CompactFunc(out, func(x, y change) bool { return x.day == y.day })
}

// moves reports whether a quota changes inside the window of the day from which the change counts.
func (f Facts) moves(rule plan.QuotaRule, id fact.PayeeID, asOf fact.Revision) bool {
	m, ok := f.Program.Measure(rule.Measure)
	if rule.From.IsZero() || !ok {
		return false
	}
	for _, unit := range []calendar.Unit{m.Window, calendar.UnitYear} {
		window := f.Program.Calendar.PeriodOf(unit, rule.From)
		now, _, is := f.Quotas.Find(id, rule.Measure, window, asOf)
		before, _, was := f.Quotas.Before(id, rule.Measure, window, asOf)
		if is && was {
			return !now.Equal(before)
		}
	}
	return false
}

// changed adds the days on which role, manager, territory or target pay change, where the plan cuts there.
func (f Facts) changed(s *earning.Segment, id fact.PayeeID, asOf fact.Revision, add func(calendar.Date, terms.Link)) {
	by := s.Plan.Segments
	if by.Role != terms.Blended {
		last := ""
		for days, payee := range f.People.History(id, s.Days, asOf) {
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
		edges(by.Manager, f.Edges.Segments("manager", string(id), s.Days, asOf), func(e fact.Edge) string { return e.To })
	}
	if by.Territory != terms.Blended {
		edges(by.Territory, f.Edges.Arriving("owner", string(id), s.Days, asOf), func(e fact.Edge) string { return e.From })
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
