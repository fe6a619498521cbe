package fold

import (
	"context"
	"maps"
	"slices"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/fact"
)

// Changed are keys from which edges have changed, by the name of the edges.
type Changed map[string]map[string]bool

// Affected are the rows of the events that changed edges may credit otherwise, in order; ok is false where that
// cannot be told, and all events have to be credited again. Edges are those that are known now.
func (f *Fold) Affected(ctx context.Context, changed Changed, now *fact.Edges) (rows []int, ok bool, err error) {
	b := newBook(&f.facts, f.layout, nil, true)
	w := newWorker(b)
	for at, t := range b.tables {
		some, ok := b.affected(w, at, t, changed)
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

// affected are the rows of a table for which a rule finds a recipient by a changed edge.
func (b *book) affected(w *worker, at int, t *table, changed Changed) (rows []int, ok bool) {
	fields, territories := map[int]map[uint32]bool{}, map[int32]bool{}
	m := b.facts.Rules.from.Territories
	_, dated := m.NamesAccounts()
	for i := range t.rules {
		for k := range t.rules[i].of.To {
			to := &t.rules[i].of.To[k]
			keys := changed[to.Name]
			switch {
			case to.By == crediting.ByTeam && len(changed["team"]) > 0:
				return nil, false
			case len(keys) == 0 || to.By == crediting.ByField || to.By == crediting.ByTeam:
			case to.By == crediting.ByRole && t.Schema.Index(to.On) >= 0:
				f := t.Schema.Index(to.On)
				if fields[f] == nil {
					fields[f] = map[uint32]bool{}
				}
				for key := range keys { // order: a set
					if code, ok := t.Code(f, key); ok {
						fields[f][code] = true
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
	for f, codes := range fields { // order: rows are sorted by Affected
		if len(codes) == 0 {
			continue
		}
		changed := make([]bool, len(t.Dictionary(f)))
		for code := range codes { // order: a set
			changed[code] = true
		}
		for range w.see(at).Looks() {
			c := w.view.Column(f)
			for k, code := range c.Codes {
				if changed[code] && (c.Has == nil || c.Has[k]) {
					rows = append(rows, t.First+w.view.From+k)
				}
			}
		}
	}
	if len(territories) > 0 {
		for range w.see(at).Looks() {
			for k, day := range w.view.Column(t.Schema.Incentive).Ints {
				if w.k, w.day = k, int32(day); territories[w.territory()] {
					rows = append(rows, t.First+w.view.From+k)
				}
			}
		}
	}
	return rows, true
}

// Update is the fold of other facts, which differ by events and edges alone: the credits of gone, rows of the events
// before, are taken away, and those of come, rows of the events now, are added; those of both, rows before, are
// taken away and added.
// Everything else has to be as it was; tables have the same events as before at the same places, and others behind
// them. tell is called for each credit that is taken away, or added.
func (f *Fold) Update(ctx context.Context, now Facts, gone, come, both []int, tell func(payee int, event fact.EventID)) (*Fold, error) {
	out := &Fold{facts: now, layout: f.layout, sums: f.sums.clone(), names: again(f.names), unclear: slices.Clone(f.unclear), Asked: f.Asked}
	gone, come = append(slices.Clone(gone), both...), slices.Clone(come)
	for _, row := range both {
		come = append(come, f.moved(now.Events, row))
	}
	away := map[fact.EventID]bool{}
	for _, row := range gone {
		away[f.facts.Events.Event(row).ID] = true
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
	for _, side := range []struct {
		facts *Facts
		rows  []int
		sign  int64
	}{{&f.facts, gone, -1}, {&now, come, 1}} {
		w := newWorker(newBook(side.facts, f.layout, out.names, true))
		w.sums, w.sign, w.unclear = out.sums, side.sign, out.unclear
		w.tell = func(payee int32) { tell(int(payee), w.table.ID(w.i)) }
		for n, row := range side.rows {
			if n%block == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			w.credit(row)
		}
		out.sums = w.sums
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
	out.sums.close()
	for p, is := range out.sums.over {
		out.unclear[p] = out.unclear[p] || is
	}
	out.list()
	return out, nil
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
func (w *worker) credit(row int) {
	for at, t := range w.book.tables {
		if row < t.First || row >= t.First+t.Len() {
			continue
		}
		first, last := bounds(w.book.facts.Days)
		w.see(at).Look(row-t.First, row-t.First+1, t.index.Fields())
		w.i, w.k = row-t.First, 0
		w.day = int32(w.view.Column(t.Schema.Incentive).Ints[0])
		if w.day >= first && w.day < last {
			w.one()
		}
	}
}

// Fits reports whether other facts are of the same payees and days.
func (f *Fold) Fits(now Facts) bool {
	return f.facts.Days == now.Days && f.facts.Since == now.Since && f.facts.Asking == now.Asking && f.facts.AsOf == now.AsOf &&
		slices.Equal(f.facts.Payees, now.Payees) && slices.Equal(f.facts.Cuts, now.Cuts)
}
