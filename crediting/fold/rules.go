package fold

import (
	"math"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/internal/index"
	"github.com/payproof/payproof/crediting/territory"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// Rules are the rules of a company, compiled for folding. They are immutable and safe for concurrent use.
type Rules struct {
	from  *crediting.Rules
	kinds map[*crediting.Schema]*kind
}

// kind is the rules of a kind of event.
type kind struct {
	rules []rule
	terms []*terms
	index *index.Index
}

type rule struct {
	of       *crediting.Rule
	from, to int32       // day numbers: the days on which it holds, up to before to
	apart    index.Exact // its condition
	excludes []int       // the rules of the kind that keep it out, by their places
	terms    int32       // their place in those of the kind
}

// terms are what a rule gives, and to whom. Of thousands of rules most have the same as others, and share them: so they
// stay at hand, whichever of the rules an event meets.
type terms struct {
	gives     []give
	to        []crediting.Recipient
	alone     bool      // one recipient has all
	shares    [][]int64 // of its recipients in units of oneOf, by which of them are there; nil: an Applier is asked
	overlay   bool
	anyShares bool
}

// plainTerms are those that are compared with others: one recipient has a multiple of a field.
type plainTerms struct {
	give
	found
	protect            territory.Protection
	overlay, anyShares bool
}

// put adds the terms of a rule, unless they are there, and gives their place.
func (k *kind) put(of *crediting.Rule, known map[plainTerms]int32, m multiples) int32 {
	t := &terms{to: of.To, alone: len(of.To) == 1 && of.To[0].Share == crediting.All, overlay: of.Overlay, anyShares: of.AnyShares}
	t.gives = append(t.gives, m.giving(crediting.Given{As: of.As, Amount: of.Amount}))
	for _, g := range of.Also {
		t.gives = append(t.gives, m.giving(g))
	}
	at := int32(len(k.terms))
	if t.alone && len(t.gives) == 1 && t.gives[0].field >= 0 && of.To[0].Part.IsZero() {
		to := &of.To[0]
		key := plainTerms{t.gives[0], foundBy(to), to.Protect, of.Overlay, of.AnyShares}
		key.amount = nil // the field and the factor say it
		if same, ok := known[key]; ok {
			return same
		}
		known[key] = at
	}
	t.shares = shares(of.To)
	k.terms = append(k.terms, t)
	return at
}

// give is what a rule gives of a type of credit.
type give struct {
	as     string
	amount *dsl.Formula
	field  int   // the field of which it is a multiple; -1: it is computed
	factor int64 // of the field's coefficient
	scale  uint8 // decimal places of the product, or of what is computed
	money  bool
}

// countPlaces are how many more decimal places parts have of what is counted.
const countPlaces = 4

// finest is the most decimal places that a sum has.
const finest = 9

// Compile prepares rules for folding.
func Compile(from *crediting.Rules) *Rules {
	r := &Rules{from: from, kinds: map[*crediting.Schema]*kind{}}
	for _, s := range from.Schemas {
		k := &kind{}
		known, multiples := map[plainTerms]int32{}, multiples{}
		var conditions []*dsl.Formula
		for i := range from.Rules {
			of := &from.Rules[i]
			if of.Kind != s.Kind {
				continue
			}
			conditions = append(conditions, of.When)
			c := rule{of: of, terms: k.put(of, known, multiples)}
			c.from, c.to = bounds(of.Effective)
			k.rules = append(k.rules, c)
		}
		k.exclude()
		var apart []index.Exact
		k.index, apart = index.Tested(conditions)
		for i := range k.rules {
			k.rules[i].apart = apart[i]
		}
		r.kinds[s] = k
	}
	return r
}

// exclude finds the rules that keep others out.
func (k *kind) exclude() {
	places := make(map[fact.RuleID]int, len(k.rules))
	for n := range k.rules {
		places[k.rules[n].of.ID] = n
	}
	for i := range k.rules {
		r := &k.rules[i]
		for _, id := range r.of.Exclude {
			if n, ok := places[id]; ok {
				r.excludes = append(r.excludes, n)
			}
		}
		slices.Sort(r.excludes)
		r.excludes = slices.Compact(r.excludes)
	}
}

// bounds are days as numbers, up to before the second.
func bounds(days calendar.Range) (from, to int32) {
	if from, to = days.From.Ordinal(), days.To.Ordinal(); days.To.IsZero() {
		to = math.MaxInt32
	}
	return from, to
}

// multiples are amounts that were looked at: rules of one rate need not be looked at again.
type multiples map[dsl.Identity]give

func (m multiples) giving(g crediting.Given) give {
	id := g.Amount.Identity()
	out, ok := m[id]
	if !ok {
		out = giving(g)
		m[id] = out
	}
	out.as, out.amount = g.As, g.Amount
	return out
}

// giving looks whether an amount is a multiple of a field.
func giving(g crediting.Given) give {
	out := give{as: g.As, amount: g.Amount, field: -1, factor: 1, scale: g.Amount.Scale(), money: g.Amount.Unit().Money != 0}
	parts := g.Amount.Parts()
	at := len(parts) - 1
	through := func(at int) int {
		for parts[at].Op == "rescale" || parts[at].Op == "let" {
			at = parts[at].Args[0]
		}
		return at
	}
	at = through(at)
	factor := decimal.New(1, 0)
	if parts[at].Op == "mul" {
		x, y := through(parts[at].Args[0]), through(parts[at].Args[1])
		if parts[x].Op == "const" {
			x, y = y, x
		}
		if parts[y].Op != "const" {
			return out
		}
		at, factor = x, parts[y].Value
	}
	if parts[at].Op != "input" {
		return out
	}
	exponent := int(parts[at].Scale) - int(factor.Exponent())
	if c := factor.Coefficient(); c.IsInt64() && exponent >= 0 && exponent <= math.MaxUint8 {
		out.field, out.factor, out.scale = parts[at].Input, c.Int64(), uint8(exponent)
	}
	return out
}

// What is passed up by edges with shares has so many more decimal places for each level, up to some.
const (
	mostLevels = 3
	finestUp   = 6
)

// places are the decimal places of the shares of edges between payees.
func (f *Facts) places(along string) (most uint8) {
	var room []fact.Run
	for _, p := range f.Payees {
		room = f.Edges.AppendRuns(room[:0], along, string(p), f.AsOf)
		for _, r := range room {
			if n, ok := units(r.Edge.Share); ok && n != oneOf {
				most = max(most, uint8(min(max(0, -r.Edge.Share.Exponent()), finestUp)))
			}
		}
	}
	return most
}

// types gives the types of credit their decimal places.
func (r *Rules) types(l *layout, f *Facts) {
	finer := func(name string, scale uint8) {
		t := l.typ(name)
		l.scales[t] = max(l.scales[t], min(scale, finest))
	}
	for _, s := range r.from.Schemas {
		digits := uint8(max(0, s.Currency.Digits())) // what is divided has at least these
		for _, c := range r.kinds[s].terms {
			for _, g := range c.gives {
				if finer(g.as, max(g.scale, digits)); !g.money && !c.alone {
					finer(g.as, g.scale+countPlaces)
				}
			}
		}
	}
	for i := range r.from.RollUps {
		u := &r.from.RollUps[i]
		below, levels := l.scales[l.typ(u.Of)], u.Levels
		if levels == 0 || levels > mostLevels {
			levels = mostLevels
		}
		finer(u.As, max(below, min(below+f.places(u.Along)*uint8(levels), finestUp)))
		if u.Amount != nil {
			finer(u.As, u.Amount.Scale())
		}
	}
}

// runs says to whom edges of a name lead from each of some keys, and when.
type runs struct {
	crews []crew  // of those to several, or to one with a share
	first []int32 // by key, the place of its first run; one more at the end
	all   []run
	ask   func(key int) []run // instead, where few keys are asked for; nil: all is there
	known map[int][]run       // what was asked
	via   []string            // by key, how a listing shows it; made as they are asked for
	nth   int                 // which one of the book it is
}

// run is days, as numbers, up to before to.
type run struct{ from, to, who int32 }

// runs looks the edges of some keys up.
func (b *book) runs(name string, n int, key func(int) string) *runs {
	var room []fact.Run
	out := &runs{nth: b.nRuns}
	b.nRuns++
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

// reached is where a finder's runs lead from a key on the day of the event. Where most events of a look ask for it, it is
// found for all of the next one at once: what has to be fetched from memory is fetched together then.
func (w *worker) reached(f *finder, key int) int32 {
	if f.runs.ask != nil {
		return f.runs.at(key, w.day)
	}
	s := &w.seen[f.runs.nth]
	if nth := w.view.Nth(); s.look != nth {
		const most = 4
		s.ahead, s.look = most*s.asked > len(s.who), nth
		s.asked = 0
		s.who = slices.Grow(s.who[:0], w.view.To-w.view.From)[:w.view.To-w.view.From]
		if s.ahead {
			w.reachAll(f, s.who)
		}
	}
	s.asked++
	if s.ahead {
		return s.who[w.k]
	}
	return f.runs.at(key, w.day)
}

func (w *worker) reachAll(f *finder, who []int32) {
	col, days := w.view.Column(f.field), w.view.Column(w.table.Schema.Incentive).Ints
	for k := range who {
		if col.Has == nil || col.Has[k] {
			who[k] = f.runs.at(int(col.Codes[k]), int32(days[k]))
		}
	}
}

// reaching is where runs lead for the events of a look.
type reaching struct {
	look  uint
	asked int     // how often it was asked for in it
	ahead bool    // who is there
	who   []int32 // by place in the view
}
