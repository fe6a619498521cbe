package fold

import (
	"slices"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/internal/index"
	"github.com/payproof/payproof/dsl/fact"
)

// nobody stands for a payee who is not known, or not by these tables: an Applier is asked.
const nobody = -1

// book is rules bound to the events of a feed: texts are codes, and who is credited is looked up.
type book struct {
	facts  *Facts
	layout *layout
	payees map[fact.PayeeID]int32
	tables []*table
	rising []rising
	few    bool // few events are credited, by one worker
}

// table is the events of one kind.
type table struct {
	*crediting.Table
	days    []int64
	columns []index.Column
	index   *index.Coded
	rules   []boundRule
	key     []int // the fields that decide about the territory
}

type boundRule struct {
	*rule
	checks []check
	never  bool // no event has a text that it asks for
	who    finder
	types  []int // of gives
	ups    []int64
}

// check is a test on codes, or on numbers.
type check struct {
	field     int
	codes     []uint32 // ascending; nil: numbers from low to high
	low, high int64
}

// finder says how the recipient of a rule is found.
type finder struct {
	by     crediting.By
	field  int     // ByField, ByRole: of the event
	payees []int32 // ByField: by code
	runs   *runs   // by code, or by place of a territory
	plain  bool
}

func newBook(f *Facts, l *layout, few bool) *book {
	b := &book{facts: f, layout: l, few: few, payees: make(map[fact.PayeeID]int32, len(f.Payees))}
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
	out := &table{Table: t, days: t.Days(), rules: make([]boundRule, len(k.rules)), key: b.key(t.Schema)}
	for i := range t.Columns {
		c := &t.Columns[i]
		out.columns = append(out.columns, index.Column{Ints: c.Ints, Codes: c.Codes, Has: c.Has})
	}
	out.index = k.index.Coded(t.Code, func(field int) int { return len(t.Columns[field].Dictionary) })
	known := map[crediting.Recipient]finder{}
	for i := range k.rules {
		r := boundRule{rule: &k.rules[i]}
		for _, test := range r.tests {
			c := check{field: test.Field, low: test.Low, high: test.High}
			if test.Texts != nil {
				c.codes = codes(t, test)
				r.never = r.never || len(c.codes) == 0
			}
			r.checks = append(r.checks, c)
		}
		for _, g := range r.gives {
			typ := b.layout.typ(g.as)
			r.types, r.ups = append(r.types, typ), append(r.ups, factor(g.scale, b.layout.scales[typ]))
		}
		if r.plain {
			to := r.of.To[0]
			if _, ok := known[to]; !ok {
				known[to] = b.finder(t, &to)
			}
			r.who = known[to]
		}
		out.rules[i] = r
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
	case to.By == crediting.ByField:
		out.field = t.Schema.Index(to.Name)
		if out.field < 0 || t.Schema.Fields[out.field].Type == crediting.PayeeList {
			return out
		}
		for _, text := range t.Columns[out.field].Dictionary {
			out.payees = append(out.payees, b.payee(text))
		}
	case to.By == crediting.ByTerritory, to.By == crediting.ByRole && to.On == "territory" && t.Schema.Index("territory") < 0:
		out.by = crediting.ByTerritory
		m := b.facts.Rules.from.Territories
		if _, dated := m.NamesAccounts(); m == nil || dated || to.Protect.Since != "" {
			return out
		}
		all := m.All()
		out.runs = b.runs(to.Name, len(all), func(i int) string { return string(all[i].ID) })
	case to.By == crediting.ByRole:
		if out.field = t.Schema.Index(to.On); out.field < 0 {
			return out
		}
		of := t.Columns[out.field].Dictionary
		out.runs = b.runs(to.Name, len(of), func(i int) string { return of[i] })
	default:
		return out
	}
	out.plain = true
	return out
}

func (b *book) payee(key string) int32 {
	if p, ok := b.payees[fact.PayeeID(key)]; ok {
		return p
	}
	return nobody
}

// runs says to whom alone edges of a name lead from each of some keys, and when.
type runs struct {
	first []int32 // by key, the place of its first run; one more at the end
	all   []run
	ask   func(key int) []run // instead, where few keys are asked for; nil: all is there
	known map[int][]run       // what was asked
}

// run is days, as numbers, up to before to.
type run struct{ from, to, who int32 }

// runs looks the edges of some keys up. A key from which edges lead to several people on a day, or to somebody
// with a share, or to nobody known, has no run then, and an Applier is asked.
func (b *book) runs(name string, n int, key func(int) string) *runs {
	var room []fact.Run
	of := func(all []run, i int) []run {
		room = b.facts.Edges.AppendRuns(room[:0], name, key(i), b.facts.AsOf)
		for k, r := range room {
			who := b.payee(r.Edge.To)
			alone := isWhole(r.Edge)
			for o := range room {
				alone = alone && (o == k || room[o].To <= r.From || r.To <= room[o].From)
			}
			if alone && who != nobody {
				all = append(all, run{r.From, r.To, who})
			}
		}
		return all
	}
	if b.few {
		return &runs{ask: func(i int) []run { return of(nil, i) }, known: map[int][]run{}}
	}
	out := &runs{first: make([]int32, 0, n+1), all: make([]run, 0, n)}
	for i := range n {
		out.first = append(out.first, int32(len(out.all)))
		out.all = of(out.all, i)
	}
	out.first = append(out.first, int32(len(out.all)))
	return out
}

func isWhole(e *fact.Edge) bool {
	return e.Share.Exponent() == 0 && e.Share.IsInteger() && e.Share.CoefficientInt64() == 1
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
