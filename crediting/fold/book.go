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
	tables []*table // where few events are credited, nil until one of the table is
	rising []rising
	names  []*names // by field of the layout; nil: nothing is added up
	few    bool     // few events are credited, by one worker
	known  *shared
	nRuns  int
}

// table is the events of one kind.
type table struct {
	*crediting.Table
	index  *index.Coded
	rules  []boundRule
	terms  []boundTerms
	key    []int   // the fields that decide about the territory
	fields []named // those whose values are told apart
	choosy bool    // some rules make way for others
	digits uint8   // of the currency
	judges []boundJudge
	events []counting
}

// boundRule is a rule for the events of a table. There may be very many, of which each event meets others: it is small.
type boundRule struct {
	of       *rule
	from, to int32
	terms    int32 // their place in those of the table
	when     condition
}

// boundTerms are terms for the events of a table.
type boundTerms struct {
	*terms
	who   []*finder
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
	since    string // the field of Protect
}

func newBook(f *Facts, l *layout, values []*names, few bool, known *shared) *book {
	b := &book{facts: f, layout: l, names: values, few: few, known: known}
	if known != nil {
		b.payees = known.payees
	} else {
		b.payees = make(map[fact.PayeeID]int32, len(f.Payees))
		for i, p := range f.Payees {
			b.payees[p] = int32(i)
		}
	}
	b.tables = make([]*table, len(f.Events.Tables()))
	for at := range b.tables {
		if !few {
			b.table(at)
		}
	}
	b.rising = b.risings()
	return b
}

// table is the events of one kind.
func (b *book) table(at int) *table {
	if b.tables[at] != nil {
		return b.tables[at]
	}
	of := b.facts.Events.Tables()[at]
	t := b.known.table(of)
	if t == nil {
		t = b.bind(of)
	} else {
		again := *t
		t = &again
	}
	finders := map[found]*finder{}
	for _, terms := range b.facts.Rules.kinds[of.Schema].terms {
		t.terms = append(t.terms, b.terms(of, terms, finders))
	}
	b.tables[at] = t
	return t
}

// bind is a table without who is found.
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
	for i := range k.rules {
		of := &k.rules[i]
		out.rules[i] = boundRule{of: of, terms: of.terms, from: of.from, to: of.to, when: conditionOf(t, of.of.When, of.apart)}
		out.choosy = out.choosy || of.of.Group != "" || len(of.excludes) > 0
	}
	return out
}

// terms binds terms to a table, for which some finders are known.
func (b *book) terms(t *crediting.Table, of *terms, known map[found]*finder) boundTerms {
	out := boundTerms{terms: of}
	for _, g := range of.gives {
		typ := b.layout.typ(g.as)
		out.types, out.ups = append(out.types, typ), append(out.ups, factor(g.scale, b.layout.scales[typ]))
	}
	for k := range of.to {
		to := &of.to[k]
		key := foundBy(to)
		if known[key] == nil {
			f := b.finder(t, to)
			known[key] = &f
		}
		out.who = append(out.who, known[key])
	}
	return out
}

func foundBy(to *crediting.Recipient) found {
	return found{to.By, to.Name, to.On, to.Vacant, to.By == crediting.ByTeam && to.Share == crediting.All, to.Protect.Since}
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
		if ask := out.runs.ask; ask != nil && b.known != nil {
			out.runs.ask = func(i int) []run {
				if all, ok := b.lead(asked{t.Schema, to.On, to.Name}, of[i]); ok {
					return all
				}
				return ask(i)
			}
		}
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
