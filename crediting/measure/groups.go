package measure

import (
	"errors"
	"slices"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// Facts are what measures fold, and what says who belongs together.
type Facts struct {
	Credits []crediting.Credit // in declared order
	Events  []*crediting.Event // in declared order
	Edges   *fact.Edges
	AsOf    fact.Revision                            // what is known
	Role    func(fact.PayeeID, calendar.Date) string // of a payee on a day
	Known   func(fact.PayeeID) bool                  // whether a key is a payee
}

// Groups gives every measure its series: for a payee's own from the payee's credits, for
// several people from all credits, gone through once for each measure. It is immutable and safe for
// concurrent use.
type Groups struct {
	facts   Facts
	readers map[Measure]*Reader
	pools   map[Measure]map[string]*Series // by team, manager, payee; "" where all are one
}

// NewGroups reads the facts for the measures that will be asked for. Findings are formulas
// without a value for an event, and relationships that go in a circle.
func NewGroups(f Facts, measures []Measure) (*Groups, source.Diagnostics) {
	g := &Groups{facts: f, readers: map[Measure]*Reader{}, pools: map[Measure]map[string]*Series{}}
	var found source.Diagnostics
	for _, m := range measures {
		if g.readers[m] != nil {
			continue
		}
		r, ds := NewReader(m, f.Events)
		found = append(found, ds...)
		g.readers[m] = r
		if !m.pooled() {
			continue
		}
		g.pools[m], ds = g.pool(m, r)
		found = append(found, ds...)
	}
	return g, found
}

func cycle(m Measure, err error) source.Diagnostic {
	return source.Errorf("relationship-cycle", m.At, "%s: %v", m.Name, err).WithHint("remove one of the edges")
}

// pooled reports whether items are gathered before payees are computed.
func (m Measure) pooled() bool { return m.Kind != "" || !m.Whose.alone() }

// pool gathers the items of a measure by group.
func (g *Groups) pool(m Measure, r *Reader) (out map[string]*Series, found source.Diagnostics) {
	items := map[string][]Item{}
	s := sorter{facts: g.facts, whose: m.Whose, above: map[dated][]string{}}
	add := func(i Item, owner fact.PayeeID) {
		for _, key := range s.groups(owner, i.Counted()) {
			items[key] = append(items[key], i)
		}
	}
	if m.Kind != "" {
		for at, e := range g.facts.Events {
			if i, ok := r.Event(e, at); ok {
				payee := owner(e.Source(), m.Whose.Field)
				if payee != "" && !g.facts.Known(payee) && !i.undoes() {
					found = append(found, unknown(m, e, payee))
				}
				add(i, payee)
			}
		}
	} else {
		for at := range g.facts.Credits {
			c := &g.facts.Credits[at]
			if i, ok := r.Credit(c, at); ok {
				add(i, c.Payee)
			}
		}
	}
	out = make(map[string]*Series, len(items))
	for key, list := range items { // order: each goes to its own place
		out[key] = NewSeries(m, list)
	}
	if s.err != nil {
		found = append(found, cycle(m, s.err))
	}
	return out, found
}

func unknown(m Measure, e *crediting.Event, payee fact.PayeeID) source.Diagnostic {
	at := e.At
	if at.IsZero() {
		at.File = "event=" + string(e.ID)
	}
	return source.Errorf("unknown-payee", at, "event %s: %s %q is nobody known, and the measure %s is of payees", e.ID, m.Whose.Field, payee, m.Name).
		WithHint("add it to people.csv, or correct the event")
}

// owner is whom an event names.
func owner(e *crediting.Event, field string) fact.PayeeID {
	if at := e.Schema().Index(field); at >= 0 {
		return fact.PayeeID(e.Cells[at].Text)
	}
	return ""
}

type dated struct {
	payee fact.PayeeID
	day   calendar.Date
}

// sorter says to which groups somebody belongs on a day.
type sorter struct {
	facts Facts
	whose Whose
	above map[dated][]string
	err   error // the first relationship that goes in a circle
}

var all = []string{""}

func (s *sorter) groups(payee fact.PayeeID, day calendar.Date) []string {
	switch s.whose.Who {
	case Company:
		return all
	case Role:
		if s.facts.Role(payee, day) == s.whose.Role {
			return all
		}
		return nil
	case Payee:
		if payee == "" {
			return nil
		}
		return []string{string(payee)}
	}
	k := dated{payee, day}
	keys, ok := s.above[k]
	if !ok {
		keys = s.climb(payee, day)
		s.above[k] = keys
	}
	return keys
}

// climb is the teams of a payee, or everyone above, each once.
func (s *sorter) climb(payee fact.PayeeID, day calendar.Date) (keys []string) {
	depth := 0
	switch s.whose.Who {
	case Team:
		depth = 1
	case WithBelow:
		keys = append(keys, string(payee))
	}
	for step, err := range s.facts.Edges.Up(s.whose.Along, string(payee), day, s.facts.AsOf, depth) {
		var loop *fact.CycleError
		if errors.As(err, &loop) && s.err == nil {
			s.err = err
		}
		if err != nil {
			break
		}
		if !slices.Contains(keys, step.Edge.To) {
			keys = append(keys, step.Edge.To)
		}
	}
	return keys
}

// Own is the series of a payee's own credits: the credits, and the place of each
// among all.
func (g *Groups) Own(m Measure, credits []*crediting.Credit, places []int) *Series {
	r, n := g.readers[m], 0
	for _, c := range credits {
		if r.takes(c) {
			n++
		}
	}
	items := make([]Item, 0, n)
	for k, c := range credits {
		if i, ok := r.Credit(c, places[k]); ok {
			items = append(items, i)
		}
	}
	return NewSeries(m, items)
}

// Of is the series of a measure for a payee, where it is not of the payee's own credits;
// own is asked for those.
func (g *Groups) Of(m Measure, payee fact.PayeeID, own func() *Series) *Series {
	switch {
	case !m.pooled():
		return own()
	case m.Whose.Who == Team:
		return g.team(m, payee)
	}
	key := ""
	if who := m.Whose.Who; who == Payee || who == Below || who == WithBelow {
		key = string(payee)
	}
	return g.series(m, key)
}

func (g *Groups) series(m Measure, key string) *Series {
	if s := g.pools[m][key]; s != nil {
		return s
	}
	return NewSeries(m, nil)
}

// team is what the payee's teams have while the payee is in them. Who is in one
// team all the time shares its series with all its members.
func (g *Groups) team(m Measure, payee fact.PayeeID) *Series {
	var items []Item
	var only *Series
	parts := 0
	for days, edges := range g.facts.Edges.Segments(m.Whose.Along, string(payee), calendar.Range{}, g.facts.AsOf) {
		for _, e := range edges {
			s := g.series(m, e.To)
			if from, to := s.bounds(days); to > from {
				items, only, parts = append(items, s.items[from:to]...), s, parts+1
			}
		}
	}
	if parts == 1 && len(items) == len(only.items) {
		return only
	}
	return merge(m, items)
}

// InTeam reports whether a payee is in a team on a day, where the measure is of one.
func (g *Groups) InTeam(m Measure, payee fact.PayeeID, day calendar.Date) bool {
	return m.Whose.Who != Team || len(g.facts.Edges.To(m.Whose.Along, string(payee), day, g.facts.AsOf)) > 0
}
