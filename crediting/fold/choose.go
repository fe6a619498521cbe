package fold

import (
	"slices"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl"
)

// matches finds the rules that hold.
func (w *worker) matches() bool {
	t := w.table
	w.held = w.held[:0]
	w.tried = t.index.Candidates(t.columns, w.i, w.tried[:0])
	for _, id := range w.tried {
		r := &t.rules[id]
		if w.day < r.from || w.day >= r.to {
			continue
		}
		holds, ok := w.holds(r)
		if !ok {
			return false
		}
		if holds {
			w.held = append(w.held, id)
		}
	}
	return true
}

// choose leaves the rules that give credit: first the excluded go, then all but the first of each group. It is false
// where two of a group tie.
func (w *worker) choose() bool {
	rules := w.table.rules
	w.gives = w.gives[:0]
	for _, id := range w.held {
		if !slices.ContainsFunc(rules[id].excludes, func(by int) bool { return slices.Contains(w.held, by) }) {
			w.gives = append(w.gives, id)
		}
	}
	if !w.table.groups {
		return true
	}
	left := w.gives
	w.gives = w.left[:0]
	for _, id := range left {
		r, wins := rules[id].of, true
		for _, other := range left {
			o := rules[other].of
			if r.Group == "" || other == id || o.Group != r.Group || o.Priority > r.Priority {
				continue
			}
			if o.Priority == r.Priority && !w.beaten(left, r) {
				return false
			}
			wins = false
		}
		if wins {
			w.gives = append(w.gives, id)
		}
	}
	w.left = left
	return true
}

// beaten reports whether another rule of the group comes before a rule.
func (w *worker) beaten(left []int, r *crediting.Rule) bool {
	return slices.ContainsFunc(left, func(other int) bool {
		o := w.table.rules[other].of
		return o.Group == r.Group && o.Priority < r.Priority
	})
}

// holds tells whether the condition of a rule holds; ok is false where that is not sure.
func (w *worker) holds(r *boundRule) (holds, ok bool) {
	if !r.exact {
		v, err := r.of.When.Eval(w.row(r.of.When))
		return v.Bool(), err == nil
	}
	holds = !r.never
	for i := range r.checks {
		c := &r.checks[i]
		col := &w.table.columns[c.field]
		if col.Has != nil && !col.Has[w.i] {
			return false, false
		}
		switch {
		case c.codes == nil:
			v := col.Ints[w.i]
			holds = holds && c.low <= v && v <= c.high
		case len(c.codes) <= few:
			holds = holds && slices.Contains(c.codes, col.Codes[w.i])
		default:
			_, is := slices.BinarySearch(c.codes, col.Codes[w.i])
			holds = holds && is
		}
	}
	return holds, true
}

// row is the fields of the event that a formula uses.
func (w *worker) row(f *dsl.Formula) *dsl.Row {
	t := w.table
	if w.filled[w.at] == nil {
		w.filled[w.at] = dsl.Env{Inputs: t.Schema.Inputs("")}.NewRow()
	}
	row := w.filled[w.at]
	for _, i := range f.Used() {
		w.fill(row, i)
	}
	return row
}

func (w *worker) fill(row *dsl.Row, i int) {
	c, f := &w.table.Columns[i], &w.table.Schema.Fields[i]
	switch {
	case c.Has != nil && !c.Has[w.i]:
		row.SetMissing(i)
	case f.Type == crediting.Enum:
		row.SetMember(i, int(c.Codes[w.i]))
	case c.Codes != nil:
		if row.SetText(i, c.Dictionary[c.Codes[w.i]]) != nil {
			row.SetMissing(i)
		}
	default:
		row.SetInt(i, c.Ints[w.i])
	}
}
