package territory

import (
	"slices"
	"strings"

	"github.com/payproof/payproof/crediting/internal/index"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// link finds the territories above each.
func (m *Map) link() (ds source.Diagnostics) {
	for i, t := range m.territories {
		if t.Parent == "" {
			continue
		}
		parent, ok := m.places[t.Parent]
		if !ok {
			var known []string
			for _, o := range m.territories {
				known = append(known, string(o.ID))
			}
			ds = append(ds, source.Errorf("unknown-territory", t.At, "the parent of %s, %q, is not a territory", t.ID, t.Parent).
				WithHint("%s", source.DidYouMean(string(t.Parent), known)))
			continue
		}
		if m.territories[parent].Kind != t.Kind {
			ds = append(ds, source.Errorf("territory-parent", t.At, "territory %s is about the event %s, and its parent %s about %s", t.ID, t.Kind, t.Parent, m.territories[parent].Kind).
				WithNote(m.territories[parent].At, "the parent").WithHint("give both the same `of:`"))
			continue
		}
		above := []int{parent}
		for at := parent; m.territories[at].Parent != ""; {
			next, ok := m.places[m.territories[at].Parent]
			if !ok {
				break
			}
			if at = next; at == i || slices.Contains(above, at) {
				if at == i && i == min(i, slices.Min(above)) { // once for all of them
					ds = append(ds, m.circle(i, above))
				}
				above = nil
				break
			}
			above = append(above, at)
		}
		m.parts[i].above = above
	}
	return ds
}

// circle reports, at the first of them, territories that are parts of each other.
func (m *Map) circle(i int, above []int) source.Diagnostic {
	path := []string{string(m.territories[i].ID)}
	for _, a := range above {
		path = append(path, string(m.territories[a].ID))
	}
	path = append(path, path[0])
	return source.Errorf("territory-cycle", m.territories[i].At, "territory %s is a part of itself: %s", path[0], strings.Join(path, " → ")).
		WithHint("remove one `parent:`")
}

// prepare puts together the condition of a territory.
func (m *Map) prepare(i int) (ds source.Diagnostics) {
	p, own := &m.parts[i], &m.territories[i]
	p.conditioned = own.When != nil || len(own.Within) > 0
	for d := range m.dimensions {
		w, above := m.has(i, d), -1
		if w == nil {
			above = m.having(p.above, d)
		} else if wider := m.having(p.above, d); wider >= 0 {
			ds = append(ds, m.outside(own, w, &m.territories[wider], d)...)
		}
		if above >= 0 {
			w = m.has(above, d)
		}
		if w == nil {
			continue
		}
		r := reach{d, w.Field, m.dimensions[d].reached(w.Members)}
		p.within = append(p.within, r)
		p.condition.Within = append(p.condition.Within, index.Within{Field: w.Field, Texts: keysOf(r.levels)})
	}
	for k := len(p.above) - 1; k >= 0; k-- {
		if f := m.territories[p.above[k]].When; f != nil {
			p.when = append(p.when, f)
		}
	}
	if own.When != nil {
		p.when = append(p.when, own.When)
	}
	p.condition.When = p.when
	return ds
}

// has is what a territory itself says of a dimension.
func (m *Map) has(i, dimension int) *Within {
	all := m.territories[i].Within
	for k := range all {
		if all[k].Dimension == dimension {
			return &all[k]
		}
	}
	return nil
}

// having is the first of some territories that says something of a dimension, or -1.
func (m *Map) having(some []int, dimension int) int {
	for _, i := range some {
		if m.has(i, dimension) != nil {
			return i
		}
	}
	return -1
}

// outside reports the members of a territory that the one above it does not have.
func (m *Map) outside(t *Territory, w *Within, above *Territory, dimension int) (ds source.Diagnostics) {
	wider := m.dimensions[dimension].reached(m.has(m.places[above.ID], dimension).Members)
	for _, member := range w.Members {
		if _, ok := wider[member]; !ok {
			ds = append(ds, source.Errorf("territory-outside", w.At, "territory %s is a part of %s, which does not have %s", t.ID, above.ID, member).
				WithNote(above.At, "the territory above").WithHint("a part narrows what the territory above it covers: name members below its own"))
		}
	}
	return ds
}

func keysOf(levels map[string]int) []string {
	out := make([]string, 0, len(levels))
	for k := range levels { // order: sorted below
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// related tells whether one territory stands above the other.
func (m *Map) related(i, j int) bool {
	return slices.Contains(m.parts[i].above, j) || slices.Contains(m.parts[j].above, i)
}

// Chain is a territory and all above it, the nearest first.
func (m *Map) Chain(id fact.TerritoryID) []fact.TerritoryID {
	chain := []fact.TerritoryID{id}
	for {
		above, ok := m.Above(id)
		if !ok {
			return chain
		}
		chain, id = append(chain, above), above
	}
}
