package table

import (
	"strings"

	"github.com/payproof/payproof/dsl/source"
)

// Member is the index of a name on an axis, -1 for none of its members.
func (g *Grid) Member(a int, name string) int {
	for i, m := range g.table.Axes[a].Members {
		if m == name {
			return i
		}
	}
	return -1
}

// HasDefault reports whether names that are no members have a value.
func (g *Grid) HasDefault() bool { return g.other != nil }

// Lacks are the names that an axis has no row for, of all that a field may be; none when the
// table has a default.
func (t Table) Lacks(a int, all []string) (missing []string) {
	if t.Default != nil {
		return nil
	}
	for _, name := range all {
		if !contains(t.Axes[a].Members, name) {
			missing = append(missing, name)
		}
	}
	return missing
}

func contains(all []string, name string) bool {
	for _, m := range all {
		if m == name {
			return true
		}
	}
	return false
}

// checkGrid lists what is wrong with the axes and cells of a matrix or lookup.
func (t Table) checkGrid() (ds source.Diagnostics) {
	cells, numbers := 1, 0
	for _, a := range t.Axes {
		ds = append(ds, t.checkAxis(a)...)
		if cells *= a.size(); len(a.Members) == 0 {
			numbers++
		}
	}
	switch {
	case len(t.Axes) == 0 || len(t.Axes) > MaxAxes:
		ds = append(ds, source.Errorf("table-axes", t.At, "table %q has %d keys", t.Name, len(t.Axes)).WithHint("a table has from 1 to %d", MaxAxes))
	case len(t.Cells) != cells:
		ds = append(ds, source.Errorf("table-cells", t.At, "table %q has %d values, its keys make %d cells", t.Name, len(t.Cells), cells).
			WithHint("write one value for each combination of the keys"))
	case t.Bilinear && (numbers != 2 || len(t.Axes) != 2):
		ds = append(ds, source.Errorf("table-axes", t.At, "table %q is bilinear, which needs two keys that are numbers", t.Name).WithHint("write `mode: step`, or two keys with edges"))
	}
	return ds
}

func (t Table) checkAxis(a Axis) (ds source.Diagnostics) {
	if a.size() == 0 {
		return append(ds, source.Errorf("table-axes", a.At, "the key %q of table %q has no edges and no names", a.By, t.Name).WithHint("list them: [0%%, 50%%, 100%%]"))
	}
	for i := 1; i < len(a.Edges); i++ {
		if !a.Edges[i].GreaterThan(a.Edges[i-1]) {
			ds = append(ds, source.Errorf("table-order", a.At, "the edges of the key %q are not from low to high: %s stands after %s", a.By, text(a.Edges[i]), text(a.Edges[i-1])).
				WithHint("sort them, and the values with them"))
		}
	}
	for i, m := range a.Members {
		if contains(a.Members[:i], m) {
			ds = append(ds, source.Errorf("table-overlap", a.At, "the key %q has the name %q twice", a.By, m).WithHint("keep one of them"))
		}
		if strings.TrimSpace(m) == "" {
			ds = append(ds, source.Errorf("table-axes", a.At, "the key %q has an empty name", a.By).WithHint("write a name, or a default"))
		}
	}
	return ds
}
