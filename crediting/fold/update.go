package fold

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/internal/view"
	"github.com/payproof/payproof/dsl/fact"
)

// Changed are keys from which edges have changed, by the name of the edges.
type Changed map[string]map[string]bool

// Affected are the rows of the events that changed edges may credit otherwise, in order; ok is false where that
// cannot be told, and all events have to be credited again. Edges are those that are known now.
func (f *Fold) Affected(ctx context.Context, changed Changed, now *fact.Edges) (rows []int, ok bool, err error) {
	b := newBook(&f.facts, f.layout, nil, true, f.known)
	w := newWorker(b)
	s := search{
		keys: func(name string) map[string]bool { return changed[name] },
		team: func(string) bool { return len(changed["team"]) > 0 }, places: f.known.places,
	}
	for at := range b.tables {
		some, ok := b.search(w, at, &s)
		if !ok {
			return nil, false, nil
		}
		rows = append(rows, some...)
	}
	wanted, any := make([]bool, len(f.facts.Payees)), false
	for _, r := range f.facts.Rules.from.RollUps {
		for key := range now.Below(r.Along, slices.Sorted(maps.Keys(changed[r.Along]))) { // order: a set
			if p := b.payee(key); p >= 0 {
				wanted[p], any = true, true
			}
		}
	}
	if any {
		below, err := f.Rows(ctx, wanted)
		if err != nil {
			return nil, false, err
		}
		rows = append(rows, slices.Concat(below...)...)
	}
	rows = append(rows, f.takers(rows)...)
	slices.Sort(rows)
	return slices.Compact(rows), true, nil
}

// takers are the rows of the events that take others back, of which the rows are given.
func (f *Fold) takers(of []int) (rows []int) {
	taken := map[*crediting.Event]bool{}
	for _, row := range of {
		if plain, _ := f.facts.Events.Plain(row); !plain {
			taken[f.facts.Events.Event(row)] = true
		}
	}
	if len(taken) == 0 {
		return nil
	}
	for _, t := range f.facts.Events.Tables() {
		names := t.Schema.Index(t.Schema.Reversal)
		for i := range t.Len() {
			if names < 0 {
				break
			}
			if r := f.facts.Events.Event(t.First + i).Reversal(); r != nil && taken[r.Of] {
				rows = append(rows, t.First+i)
			}
		}
	}
	return rows
}

// search says which recipients of rules are looked for.
type search struct {
	keys   func(name string) map[string]bool // those from which edges of a name lead
	team   func(name string) bool            // whether it is the members of a team
	payees map[string]bool                   // those whom fields name
	places *places                           // where it is asked again and again; nil: it is not
}

// search finds the rows of a table for which a rule may find a recipient that is looked for; ok is false where that cannot be
// told.
func (b *book) search(w *worker, at int, s *search) (rows []int, ok bool) {
	t := b.facts.Events.Tables()[at]
	fields, territories := map[int]map[uint32]bool{}, map[int32]bool{}
	wanted := func(field int, code uint32) {
		if fields[field] == nil {
			fields[field] = map[uint32]bool{}
		}
		fields[field][code] = true
	}
	m := b.facts.Rules.from.Territories
	_, dated := m.NamesAccounts()
	seen := map[found]bool{}
	for _, terms := range b.facts.Rules.kinds[t.Schema].terms {
		for k := range terms.to {
			to := &terms.to[k]
			key := foundBy(to)
			if seen[key] {
				continue
			}
			seen[key] = true
			switch to.By {
			case crediting.ByTeam:
				if s.team(to.Name) {
					return nil, false
				}
				continue
			case crediting.ByField:
				s.named(t, to.Name, wanted)
				continue
			}
			keys := s.keys(to.Name)
			switch {
			case len(keys) == 0:
			case to.By == crediting.ByRole && t.Schema.Index(to.On) >= 0:
				f := t.Schema.Index(to.On)
				for key := range keys { // order: a set
					if code, ok := t.Code(f, key); ok {
						wanted(f, code)
					}
				}
			case to.Protect.Since != "", dated: // the owner, or the territory, of another day
				return nil, false
			case m != nil: // of the territory, or one above it
				for i, territory := range m.All() {
					if slices.ContainsFunc(m.Chain(territory.ID), func(id fact.TerritoryID) bool { return keys[string(id)] }) {
						territories[int32(i)] = true
					}
				}
			}
		}
	}
	for i := range b.layout.events {
		if e := &b.layout.events[i]; e.kind == t.Schema.Kind {
			s.named(t, e.owner, wanted)
		}
	}
	for f, codes := range fields { // order: rows are sorted by who asks
		if s.places != nil {
			rows = s.places.rows(rows, t, f, codes)
		} else {
			rows = append(rows, rowsOf(t, f, codes)...)
		}
	}
	return append(rows, w.within(at, territories)...), true
}

// within are the rows of a table that are in some territories.
func (w *worker) within(at int, territories map[int32]bool) (rows []int) {
	if len(territories) == 0 {
		return nil
	}
	for range w.see(at).Looks() {
		for k, day := range w.view.Column(w.table.Schema.Incentive).Ints {
			if w.k, w.day = k, int32(day); territories[w.territory()] {
				rows = append(rows, w.table.First+w.view.From+k)
			}
		}
	}
	return rows
}

// named finds the codes of a field that names payees who are looked for.
func (s *search) named(t *crediting.Table, name string, wanted func(field int, code uint32)) {
	f := t.Schema.Index(name)
	if f < 0 || len(s.payees) == 0 {
		return
	}
	for code, text := range t.Dictionary(f) {
		if slices.ContainsFunc(strings.Split(text, payeesBetween), func(p string) bool { return s.payees[p] }) {
			wanted(f, uint32(code))
		}
	}
}

// rowsOf are the rows of a table with some codes of a field.
func rowsOf(t *crediting.Table, field int, codes map[uint32]bool) (rows []int) {
	if len(codes) == 0 {
		return nil
	}
	is := make([]bool, len(t.Dictionary(field)))
	for code := range codes { // order: a set
		is[code] = true
	}
	v := view.Of(t)
	for range v.Looks() {
		c := v.Column(field)
		for k, code := range c.Codes {
			if is[code] && (c.Has == nil || c.Has[k]) {
				rows = append(rows, t.First+v.From+k)
			}
		}
	}
	return rows
}

// rows appends the rows of a table with some codes of a field. Whoever asks for the first time looks at all rows, since
// few codes are found sooner so than all of them are put in order: that is worth it for who asks again.
func (p *places) rows(rows []int, t *crediting.Table, field int, codes map[uint32]bool) []int {
	p.lock.Lock()
	defer p.lock.Unlock()
	key := placed{t, field}
	known, again := p.of[key]
	switch {
	case !again:
		p.of[key] = nil
		return append(rows, rowsOf(t, field, codes)...)
	case known == nil:
		known = placesOf(t, field)
		p.of[key] = known
	}
	for code := range codes { // order: rows are sorted by who asks
		for _, row := range known.rows[known.first[code]:known.first[code+1]] {
			rows = append(rows, int(row))
		}
	}
	return rows
}

// Recall takes over where another fold has found the rows of events, as far as both have the same tables. It is for
// who has made a fold, before others use it.
func (f *Fold) Recall(other *Fold) {
	from, to := other.known.places, &places{of: map[placed]*byCode{}}
	from.lock.Lock()
	defer from.lock.Unlock()
	for key, known := range from.of { // order: each goes to its own place
		if slices.Contains(f.facts.Events.Tables(), key.table) {
			to.of[key] = known
		}
	}
	f.known.places = to
}

func placesOf(t *crediting.Table, field int) *byCode {
	out := &byCode{first: make([]int32, len(t.Dictionary(field))+2)}
	v := view.Of(t)
	each := func(do func(code uint32, row int)) {
		for range v.Looks() {
			c := v.Column(field)
			for k, code := range c.Codes {
				if c.Has == nil || c.Has[k] {
					do(code, t.First+v.From+k)
				}
			}
		}
	}
	n := 0
	each(func(code uint32, _ int) { out.first[code+2]++; n++ })
	for i := 2; i < len(out.first); i++ {
		out.first[i] += out.first[i-1]
	}
	out.rows = make([]int32, n)
	each(func(code uint32, row int) { // the place of the next one, which is where those of the code end when all are there
		out.rows[out.first[code+1]] = int32(row)
		out.first[code+1]++
	})
	out.first = out.first[:len(out.first)-1]
	return out
}

// Update is the fold of other facts, which differ by events and edges alone: the credits of gone, rows of the events
// before, are taken away, and those of come, rows of the events now, are added; those of both, rows before, are
// taken away and added.
// Changed are the keys of the edges that differ. Everything else has to be as it was; tables have the same events as before at the same places, and others behind
// them. tell is called for each credit that is taken away, or added.
func (f *Fold) Update(ctx context.Context, now Facts, changed Changed, gone, come, both []int, tell func(payee int, event fact.EventID)) (*Fold, error) {
	out := &Fold{facts: now, layout: f.layout, sums: f.sums.clone(), names: again(f.names), unclear: slices.Clone(f.unclear), Asked: f.Asked}
	gone, come = append(slices.Clone(gone), both...), slices.Clone(come)
	for _, row := range both {
		come = append(come, f.moved(now.Events, row))
	}
	away := map[fact.EventID]bool{}
	for _, row := range gone {
		away[idOf(f.facts.Events, row)] = true
	}
	for _, d := range f.found {
		if !away[d.of] {
			out.found = append(out.found, d)
		}
	}
	left := map[int]bool{}
	for _, row := range f.Uncredited {
		left[f.moved(now.Events, row)] = true
	}
	for _, row := range gone {
		delete(left, f.moved(now.Events, row))
	}
	out.known = f.known.turn(changed)
	for _, side := range []struct {
		facts *Facts
		rows  []int
		sign  int64
	}{{&f.facts, gone, -1}, {&now, come, 1}} {
		b := newBook(side.facts, f.layout, out.names, true, out.known)
		w := newWorker(b)
		w.sums, w.sign, w.unclear = out.sums, side.sign, out.unclear
		if side.sign < 0 || !f.rises(changed) {
			w.ways = ways(out.known.ways)
		}
		at, id := -1, fact.EventID("")
		w.tell = func(payee int32) {
			if row := w.table.First + w.i; row != at {
				at, id = row, w.table.ID(w.i)
			}
			tell(int(payee), id)
		}
		slices.Sort(side.rows)
		for rows := side.rows; len(rows) > 0; {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			rows = rows[w.some(rows):]
		}
		out.sums, out.known = w.sums, b.share(w.ways)
		out.Asked.Events += w.asked.Events
		out.Asked.Credits += w.asked.Credits
		if side.sign > 0 {
			out.found = append(out.found, w.findings...)
			for _, row := range w.uncredited {
				left[row] = true
			}
		}
	}
	out.Uncredited = slices.Sorted(maps.Keys(left))
	out.sums.close(out.layout)
	for p, is := range out.sums.over {
		out.unclear[p] = out.unclear[p] || is
	}
	out.list()
	return out, nil
}

// idOf is the id of the event of a row.
func idOf(events *crediting.Events, row int) fact.EventID {
	tables := events.Tables()
	at := len(tables) - 1
	for tables[at].First > row {
		at--
	}
	return tables[at].ID(row - tables[at].First)
}

// rises reports whether credit is passed up along edges that have changed.
func (f *Fold) rises(changed Changed) bool {
	return slices.ContainsFunc(f.facts.Rules.from.RollUps, func(r crediting.RollUp) bool { return len(changed[r.Along]) > 0 })
}

// ways are those that are known, for who will find more.
func ways(known [][][]way) [][][]way {
	out := make([][][]way, len(known))
	for i := range known {
		out[i] = slices.Clone(known[i])
	}
	return out
}

// moved is where a row stands among events that have more of each kind.
func (f *Fold) moved(now *crediting.Events, row int) int {
	for k, t := range f.facts.Events.Tables() {
		if row < t.First+t.Len() {
			return row - t.First + now.Tables()[k].First
		}
	}
	return row
}

// credit credits the event of one row.
func (w *worker) credit(row int) { w.some([]int{row}) }

// some credits the events of the first of some rows, which are in order, as far as they stand together, and says how
// many these are.
func (w *worker) some(rows []int) (n int) {
	tables := w.book.facts.Events.Tables()
	at := len(tables) - 1
	for tables[at].First > rows[0] {
		at--
	}
	t, from := tables[at], rows[0]-tables[at].First
	for n = 1; n < len(rows) && rows[n] == rows[0]+n && from+n < t.Len() && n < view.Rows; {
		n++
	}
	w.see(at).Look(from, from+n, w.table.index.Fields())
	w.all()
	return n
}

// Fits reports whether other facts are of the same payees and days.
func (f *Fold) Fits(now Facts) bool {
	return f.facts.Days == now.Days && f.facts.Since == now.Since && f.facts.Asking == now.Asking && f.facts.AsOf == now.AsOf &&
		slices.Equal(f.facts.Payees, now.Payees) && slices.Equal(f.facts.Cuts, now.Cuts)
}
