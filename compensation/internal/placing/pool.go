package placing

import (
	"iter"
	"slices"

	"github.com/payproof/payproof/compensation/internal/pooling"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// Related are those to whom a relationship leads from a payee on a day.
func (s *Staff) Related(p fact.PayeeID, along string, day calendar.Date) (to []string) {
	for _, edges := range s.facts.Edges.Segments(along, string(p), calendar.Range{From: day, To: day.AddDays(1)}, s.asOf) {
		for _, e := range edges {
			to = append(to, e.To)
		}
	}
	return to
}

// poolKey is a pool over some days.
type poolKey struct {
	of   *plan.Component
	days calendar.Range
}

// roles are those of a payee on the days of a segment. Where the plan still holds for who has left, the last one goes on.
func (s *Staff) roles(id fact.PayeeID, of calendar.Range) iter.Seq2[calendar.Range, string] {
	return func(yield func(calendar.Range, string) bool) {
		var last calendar.Range
		role := ""
		for run, payee := range s.facts.People.History(id, of, s.asOf) {
			if !last.To.IsZero() && !yield(last, role) {
				return
			}
			last, role = run, payee.Role
		}
		if last != (calendar.Range{}) {
			last.To = of.To
			yield(last, role)
		}
	}
}

// Pool is who divides a pool over some days, found once for all of them.
func (s *Staff) Pool(p *plan.Plan, c *plan.Component, days calendar.Range) (*pooling.Members, error) {
	s.pooling.Lock()
	defer s.pooling.Unlock()
	key := poolKey{c, days}
	if known, is := s.pools[key]; is {
		return known, nil
	}
	members, err := pooling.Gather(c, days, s.facts.People.IDs(), func(id fact.PayeeID) (out []pooling.Stay) {
		for _, on := range s.facts.Segments(id, days, s.asOf) {
			if on.Plan != p {
				continue
			}
			for run, role := range s.roles(id, on.Days) {
				if c.Pool.Among != nil && !slices.Contains(c.Pool.Among, role) {
					continue
				}
				for _, v := range on.Personal {
					out = append(out, pooling.Stay{Days: v.Days.Intersect(run), Values: v.Values})
				}
			}
		}
		return out
	})
	if err != nil {
		return nil, err
	}
	if s.pools == nil {
		s.pools = map[poolKey]*pooling.Members{}
	}
	s.pools[key] = members
	return members, nil
}
