package fold

import (
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// find is the recipient of a rule, or nobody.
func (w *worker) find(f *finder) int32 {
	if f.by == crediting.ByTerritory {
		if at := w.territory(); at >= 0 {
			return f.runs.at(int(at), w.day)
		}
		return nobody
	}
	col := &w.table.columns[f.field]
	if col.Has != nil && !col.Has[w.i] {
		return nobody
	}
	code := col.Codes[w.i]
	if f.by == crediting.ByField {
		return f.payees[code]
	}
	return f.runs.at(int(code), w.day)
}

// territory is the place of the event's territory, remembered by what decides about it; below 0: none, or not
// sure.
func (w *worker) territory() int32 {
	t := w.table
	if len(t.key) == 1 {
		if col := &t.columns[t.key[0]]; col.Codes != nil && (col.Has == nil || col.Has[w.i]) {
			if w.short[w.at] == nil {
				w.short[w.at] = make([]int32, len(t.Columns[t.key[0]].Dictionary))
			}
			known := &w.short[w.at][col.Codes[w.i]]
			if *known == 0 {
				*known = w.place() + 2
			}
			return *known - 2
		}
	}
	w.key = w.key[:0]
	for _, f := range t.key {
		col := &t.columns[f]
		v := uint64(0)
		has := col.Has == nil || col.Has[w.i]
		switch {
		case !has:
		case col.Codes != nil:
			v = uint64(col.Codes[w.i])
		default:
			v = uint64(col.Ints[w.i])
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
		if c := &t.Columns[i]; c.Has == nil || c.Has[w.i] {
			account = fact.AccountID(c.Dictionary[c.Codes[w.i]])
		}
	}
	id, ok, err := rules.Territories.Of(t.Schema.Kind, account, calendar.FromOrdinal(w.day), w.filled[w.at])
	if err != nil || !ok {
		return nobody
	}
	return w.places[id]
}
