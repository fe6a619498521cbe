package fold

import (
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
