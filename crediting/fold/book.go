package fold

import (
	"slices"
	"strings"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/internal/index"
	"github.com/payproof/payproof/crediting/territory"
	"github.com/payproof/payproof/dsl/fact"
)

// In place of a payee.
const (
	nobody  = -1 // nobody was found
	ask     = -2 // an Applier has to be asked: somebody is not known, or something is at fault
	absent  = -3 // a field is empty
	several = -4 // the first crew; the next ones are below
)

// book is rules bound to the events of a feed: texts are codes, and who is credited is looked up.
type book struct {
	facts  *Facts
	layout *layout
	payees map[fact.PayeeID]int32
	tables []*table
	rising []rising
	names  []*names // by field of the layout; nil: nothing is added up
	few    bool     // few events are credited, by one worker
}

// table is the events of one kind.
type table struct {
	*crediting.Table
	index  *index.Coded
	rules  []boundRule
	key    []int   // the fields that decide about the territory
	fields []named // those whose values are told apart
	choosy bool    // some rules make way for others
	digits uint8   // of the currency
	judges []boundJudge
	events []counting
}

type boundRule struct {
	*rule
	when  condition
	who   []finder
	types []int   // of gives
	ups   []int64 // from their scales to those of the types
}

// finder says how a recipient of a rule is found.
type finder struct {
	by    crediting.By
	field int     // ByField, ByRole: of the event
	who   []int32 // ByField: by code
	crews []crew  // ByField
	runs  *runs   // by code, or by place of a territory
	up    []int32 // ByTerritory: by place, the one above, or nobody; nil: who is above does not matter
	team  *team   // ByTeam
	plain bool
}

// found is what entries of rules have in common that find the same.
type found struct {
	by       crediting.By
	name, on string
	vacant   territory.Vacant
	all      bool
}

func newBook(f *Facts, l *layout, values []*names, few bool) *book {
	b := &book{facts: f, layout: l, names: values, few: few, payees: make(map[fact.PayeeID]int32, len(f.Payees))}
	for i, p := range f.Payees {
		b.payees[p] = int32(i)
	}
	for _, t := range f.Events.Tables() {
		b.tables = append(b.tables, b.bind(t))
	}
	b.rising = b.risings()
	return b
}

func (b *book) bind(t *crediting.Table) *table {
	k := b.facts.Rules.kinds[t.Schema]
	out := &table{Table: t, rules: make([]boundRule, len(k.rules)), key: b.key(t.Schema), digits: uint8(max(0, t.Schema.Currency.Digits()))}
	if b.names != nil {
		out.fields = b.fields(t)
	}
	for _, j := range b.layout.judges {
		out.judges = append(out.judges, bindJudge(t, &j))
	}
	for i := range b.layout.events {
		if e := &b.layout.events[i]; e.kind == t.Schema.Kind {
			out.events = append(out.events, b.counting(t, e))
		}
	}
	out.index = k.index.Coded(t.Code, func(field int) int { return len(t.Dictionary(field)) })
	known := map[found]finder{}
	for i := range k.rules {
		r := boundRule{rule: &k.rules[i], when: conditionOf(t, k.rules[i].of.When, k.rules[i].apart)}
		for _, g := range r.gives {
			typ := b.layout.typ(g.as)
			r.types, r.ups = append(r.types, typ), append(r.ups, factor(g.scale, b.layout.scales[typ]))
		}
		for k := range r.of.To {
			to := &r.of.To[k]
			key := found{to.By, to.Name, to.On, to.Vacant, to.By == crediting.ByTeam && to.Share == crediting.All}
			if _, ok := known[key]; !ok {
				known[key] = b.finder(t, to)
			}
			r.who = append(r.who, known[key])
		}
		out.rules[i] = r
		out.choosy = out.choosy || r.of.Group != "" || len(r.excludes) > 0
	}
	return out
}

func codes(t *crediting.Table, test index.Test) []uint32 {
	out := []uint32{}
	for _, text := range test.Texts {
		if code, ok := t.Code(test.Field, text); ok {
			out = append(out, code)
		}
	}
	slices.Sort(out)
	return out
}

// factor brings a coefficient of some places to those of a sum; 0: it has more.
func factor(from, to uint8) int64 {
	if from > to {
		return 0
	}
	out := int64(1)
	for ; from < to; from++ {
		out *= 10
	}
	return out
}

// key is the fields that decide about the territory of a kind of event.
func (b *book) key(s *crediting.Schema) []int {
	m := b.facts.Rules.from.Territories
	fields := m.Reads(s.Kind)
	names, _ := m.NamesAccounts()
	if account := s.Index(b.facts.Rules.from.Account); account >= 0 && names && !slices.Contains(fields, account) {
		fields = append(fields, account)
	}
	return fields
}

// finder prepares to find a recipient.
func (b *book) finder(t *crediting.Table, to *crediting.Recipient) finder {
	out := finder{by: to.By, field: -1}
	switch {
	case to.By == crediting.ByTeam:
		out.team = teamOf(to)
	case to.By == crediting.ByField:
		if out.field = t.Schema.Index(to.Name); out.field < 0 {
			return out
		}
		for _, text := range t.Dictionary(out.field) {
			if t.Schema.Fields[out.field].Type == crediting.PayeeList {
				out.who = append(out.who, out.list(b, text))
			} else {
				out.who = append(out.who, b.payee(text))
			}
		}
	case to.By == crediting.ByTerritory, to.By == crediting.ByRole && to.On == "territory" && t.Schema.Index("territory") < 0:
		out.by = crediting.ByTerritory
		m := b.facts.Rules.from.Territories
		if _, dated := m.NamesAccounts(); m == nil || dated || to.Protect.Since != "" {
			return out
		}
		all := m.All()
		out.runs = b.runs(to.Name, len(all), func(i int) string { return string(all[i].ID) })
		if to.By == crediting.ByTerritory && to.Vacant == territory.Up {
			out.up = above(m)
		}
	default:
		if out.field = t.Schema.Index(to.On); out.field < 0 {
			return out
		}
		of := t.Dictionary(out.field)
		out.runs = b.runs(to.Name, len(of), func(i int) string { return of[i] })
	}
	out.plain = true
	return out
}

// above is the place of the territory above each.
func above(m *territory.Map) (out []int32) {
	places := map[fact.TerritoryID]int32{}
	for i, t := range m.All() {
		places[t.ID] = int32(i)
	}
	for _, t := range m.All() {
		at := int32(nobody)
		if id, ok := m.Above(t.ID); ok {
			at = places[id]
		}
		out = append(out, at)
	}
	return out
}

// list is the payees of a field of several.
func (f *finder) list(b *book, text string) int32 {
	keys := strings.Split(text, payeesBetween)
	if len(keys) == 1 {
		return b.payee(text)
	}
	c := crew{among: int64(len(keys))}
	for _, key := range keys {
		p := b.payee(key)
		if p == ask {
			return ask
		}
		c.members = append(c.members, member{payee: p, share: oneOf})
	}
	f.crews = append(f.crews, c)
	return int32(several - (len(f.crews) - 1))
}

func (b *book) payee(key string) int32 {
	if p, ok := b.payees[fact.PayeeID(key)]; ok {
		return p
	}
	return ask
}

// runs says to whom edges of a name lead from each of some keys, and when.
type runs struct {
	crews []crew  // of those to several, or to one with a share
	first []int32 // by key, the place of its first run; one more at the end
	all   []run
	ask   func(key int) []run // instead, where few keys are asked for; nil: all is there
	known map[int][]run       // what was asked
	via   []string            // by key, how a listing shows it; made as they are asked for
}

// run is days, as numbers, up to before to.
type run struct{ from, to, who int32 }

// runs looks the edges of some keys up.
func (b *book) runs(name string, n int, key func(int) string) *runs {
	var room []fact.Run
	out := &runs{}
	of := func(all []run, i int) []run {
		room = b.facts.Edges.AppendRuns(room[:0], name, key(i), b.facts.AsOf)
		if len(room) == 1 {
			return append(all, run{room[0].From, room[0].To, out.who(b, room)})
		}
		var cuts []int32
		for _, r := range room {
			cuts = append(cuts, r.From, r.To)
		}
		slices.Sort(cuts)
		cuts = slices.Compact(cuts)
		for k := 1; k < len(cuts); k++ {
			var there []fact.Run
			for _, r := range room {
				if r.From < cuts[k] && cuts[k-1] < r.To {
					there = append(there, r)
				}
			}
			if len(there) > 0 {
				all = append(all, run{cuts[k-1], cuts[k], out.who(b, there)})
			}
		}
		return all
	}
	if b.few {
		out.ask, out.known = func(i int) []run { return of(nil, i) }, map[int][]run{}
		return out
	}
	out.first, out.all = make([]int32, 0, n+1), make([]run, 0, n)
	for i := range n {
		out.first = append(out.first, int32(len(out.all)))
		out.all = of(out.all, i)
	}
	out.first = append(out.first, int32(len(out.all)))
	return out
}

// who is whom edges lead to, in their order.
func (r *runs) who(b *book, edges []fact.Run) int32 {
	var c crew
	for _, e := range edges {
		share, fits := units(e.Edge.Share)
		p := b.payee(e.Edge.To)
		switch {
		case !fits || p == ask:
			return ask
		case len(edges) == 1 && share == oneOf:
			return p
		}
		c.members = append(c.members, member{payee: p, share: share})
	}
	c.among = 1
	r.crews = append(r.crews, c)
	return int32(several - (len(r.crews) - 1))
}

func (r *runs) at(key int, day int32) int32 {
	if r.ask != nil {
		return r.asked(key, day)
	}
	for i := r.first[key]; i < r.first[key+1]; i++ {
		if run := &r.all[i]; run.from <= day && day < run.to {
			return run.who
		}
	}
	return nobody
}

// asked is at for a key that may not have been asked for before.
func (r *runs) asked(key int, day int32) int32 {
	all, ok := r.known[key]
	if !ok {
		all = r.ask(key)
		r.known[key] = all
	}
	for _, run := range all {
		if run.from <= day && day < run.to {
			return run.who
		}
	}
	return nobody
}
