package fold

import (
	"slices"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// find is whom a recipient of a rule is: one payee, several, or none.
func (w *worker) find(f *finder) (who int32, c *crew) {
	switch {
	case f.team != nil:
		return w.crew(f.team)
	case f.by == crediting.ByTerritory:
		at := w.territory()
		if at < 0 {
			return at, nil
		}
		who = f.runs.at(int(at), w.day)
		for f.up != nil && who == nobody && f.up[at] >= 0 {
			at = f.up[at]
			who = f.runs.at(int(at), w.day)
		}
	default:
		col := w.view.Column(f.field)
		if col.Has != nil && !col.Has[w.k] {
			return absent, nil
		}
		if code := col.Codes[w.k]; f.by == crediting.ByRole {
			who = w.reached(f.runs, int(code))
		} else if who = f.who[code]; who <= several {
			return who, &f.crews[several-who]
		}
	}
	if who <= several {
		return who, &f.runs.crews[several-who]
	}
	return who, nil
}

// reached is where runs lead from a key on the day of the event. Several rules mostly ask for the same.
func (w *worker) reached(r *runs, key int) int32 {
	if l := &w.lastReached; l.runs != r || l.key != key || l.day != w.day {
		l.runs, l.key, l.day, l.who = r, key, w.day, r.at(key, w.day)
	}
	return w.lastReached.who
}

// lastReached is what reached gave last.
type lastReached struct {
	runs     *runs
	key      int
	day, who int32
}

// team is the members of a team, by day.
type team struct {
	name string
	all  bool // each has the whole
}

func teamOf(to *crediting.Recipient) *team {
	return &team{name: to.Name, all: to.Share == crediting.All}
}

// crew is the members of a team on the day of the event at hand.
func (w *worker) crew(t *team) (who int32, c *crew) {
	if w.teams == nil {
		w.teams = map[*team]map[int32]*crew{}
	}
	days := w.teams[t]
	if days == nil {
		days = map[int32]*crew{}
		w.teams[t] = days
	}
	c, ok := days[w.day]
	if !ok {
		c = w.book.crewOf(t, w.day)
		days[w.day] = c
	}
	switch {
	case c == nil:
		return ask, nil
	case len(c.members) == 0:
		return nobody, nil
	}
	return several, c
}

// crewOf is nil where an Applier has to be asked.
func (b *book) crewOf(t *team, day int32) *crew {
	edges := b.facts.Edges.From("team", t.name, calendar.FromOrdinal(day), b.facts.AsOf)
	c, shared := &crew{among: 1}, false
	for _, e := range edges {
		share, fits := units(e.Share)
		p := b.payee(e.From)
		if !fits || p == ask {
			return nil
		}
		shared = shared || share != oneOf
		c.members = append(c.members, member{p, share})
	}
	if !shared {
		c.whole, c.among = t.all, int64(max(1, len(edges)))
	}
	return c
}

// territory is the place of the event's territory, remembered by what decides about it; below 0: nobody, or ask.
func (w *worker) territory() int32 {
	t := w.table
	if len(t.key) == 1 {
		if col := w.view.Column(t.key[0]); col.Codes != nil && (col.Has == nil || col.Has[w.k]) {
			if w.short[w.at] == nil {
				w.short[w.at] = make([]int32, len(t.Dictionary(t.key[0])))
			}
			known := &w.short[w.at][col.Codes[w.k]]
			if *known == 0 {
				*known = w.place() + 3
			}
			return *known - 3
		}
	}
	w.key = w.key[:0]
	for _, f := range t.key {
		col := w.view.Column(f)
		v := uint64(0)
		has := (col.Has == nil || col.Has[w.k])
		switch {
		case !has:
		case col.Codes != nil:
			v = uint64(col.Codes[w.k])
		default:
			v = uint64(col.Ints[w.k])
		}
		w.key = append(w.key, byte(v), byte(v>>8), byte(v>>16), byte(v>>24), byte(v>>32), byte(v>>40), byte(v>>48), byte(v>>56), truth(has))
	}
	known, ok := w.memory[w.at][string(w.key)]
	if !ok {
		known = w.place()
		if w.memory[w.at] == nil || len(w.memory[w.at]) >= remembered {
			w.memory[w.at] = map[string]int32{}
		}
		w.memory[w.at][string(w.key)] = known
	}
	return known
}

// remembered is how many territories of different events are.
const remembered = 1 << 20

func truth(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// place asks for the territory.
func (w *worker) place() int32 {
	rules, t := w.book.facts.Rules.from, w.table
	if w.places == nil {
		w.places = map[fact.TerritoryID]int32{}
		for i, territory := range rules.Territories.All() {
			w.places[territory.ID] = int32(i)
		}
	}
	if w.filled[w.at] == nil {
		w.filled[w.at] = dsl.Env{Inputs: t.Schema.Inputs("")}.NewRow()
	}
	for _, i := range t.key {
		w.fill(w.filled[w.at], i)
	}
	var account fact.AccountID
	if i := t.Schema.Index(rules.Account); i >= 0 {
		if c := w.view.Column(i); c.Has == nil || c.Has[w.k] {
			account = fact.AccountID(t.Dictionary(i)[c.Codes[w.k]])
		}
	}
	id, ok, err := rules.Territories.Of(t.Schema.Kind, account, calendar.FromOrdinal(w.day), w.filled[w.at])
	switch {
	case err != nil:
		return ask
	case !ok:
		return nobody
	}
	return w.places[id]
}

// runs says to whom edges of a name lead from each of some keys, and when.
type runs struct {
	crews []crew  // of those to several, or to one with a share
	first []int32 // by key, the place of its first run; one more at the end
	all   []run
	ask   func(key int) []run // instead, where few keys are asked for; nil: all is there
	known map[int][]run       // what was asked
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
		c.members = append(c.members, member{p, share})
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
