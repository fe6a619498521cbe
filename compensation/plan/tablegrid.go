package plan

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/table"
)

// axes reads the edges or names of each key, in the order of `matrix by:`.
func (t *tableLoader) axes(n *doc.Node) {
	given := map[string]*doc.Node{}
	for _, p := range n.Pairs("a mapping of keys to their edges or names") {
		if !slices.Contains(t.table.By, p.Name) {
			p.Key.Fail("table-axes", source.DidYouMean(p.Name, t.table.By), "%q is no key of the table: `matrix by:` names %s", p.Name, strings.Join(t.table.By, ", "))
			continue
		}
		given[p.Name] = p.Value
	}
	for _, name := range t.table.By {
		edges := given[name]
		if edges == nil {
			n.Fail("table-axes", "write them: "+name+": [0%, 50%, 100%]", "the key %q has no edges", name)
			continue
		}
		t.table.Axes = append(t.table.Axes, t.axis(name, edges))
	}
}

// axis reads the edges of a key, or its names: it has names when the first of them is no
// number.
func (t *tableLoader) axis(name string, n *doc.Node) table.Axis {
	a := table.Axis{By: name, At: n.Span()}
	named, first := false, true
	for e := range n.List("a list of edges or names") {
		text, ok := e.Text("an edge or a name")
		if !ok {
			continue
		}
		if first {
			named, first = !startsNumber(text), false
		}
		if named {
			a.Members = append(a.Members, text)
			continue
		}
		a.Edges = append(a.Edges, t.edgeNumber(e, &a.In))
	}
	return a
}

func startsNumber(text string) bool {
	rest := strings.TrimPrefix(text, "-")
	return rest != "" && rest[0] >= '0' && rest[0] <= '9'
}

// cells reads nested lists of values: one level for each key.
func (t *tableLoader) cells(n *doc.Node, depth int) {
	if depth == len(t.table.By) {
		t.table.Cells = append(t.table.Cells, t.value(n))
		return
	}
	want := -1
	if depth < len(t.table.Axes) {
		want = len(t.table.Axes[depth].Edges) + len(t.table.Axes[depth].Members)
	}
	got := 0
	for inner := range n.List("a list of values, one for each of " + t.table.By[depth]) {
		t.cells(inner, depth+1)
		got++
	}
	if want >= 0 && got != want && n.IsList() {
		n.Fail("table-cells", "write one for each edge or name of the key", "%d stand here, the key %q has %d", got, t.table.By[depth], want)
	}
}

// rows reads the rows of a lookup: names, and for several keys names in them.
func (t *tableLoader) rows(n *doc.Node) {
	values := map[string]decimal.Decimal{}
	t.table.Axes = make([]table.Axis, len(t.table.By))
	for i, name := range t.table.By {
		t.table.Axes[i] = table.Axis{By: name, At: n.Span()}
	}
	t.row(n, 0, "", values)
	t.fill(n, 0, "", values)
}

func (t *tableLoader) row(n *doc.Node, depth int, path string, values map[string]decimal.Decimal) {
	if depth == len(t.table.By) {
		values[path] = t.value(n)
		return
	}
	axis := &t.table.Axes[depth]
	for _, p := range n.Pairs("a mapping of each " + axis.By + " to its value") {
		if !slices.Contains(axis.Members, p.Name) {
			axis.Members = append(axis.Members, p.Name)
		}
		t.row(p.Value, depth+1, path+"\x00"+p.Name, values)
	}
}

// fill orders the values by all combinations of names: each has to be there, or there is a
// default.
func (t *tableLoader) fill(n *doc.Node, depth int, path string, values map[string]decimal.Decimal) {
	if depth < len(t.table.Axes) {
		for _, m := range t.table.Axes[depth].Members {
			t.fill(n, depth+1, path+"\x00"+m, values)
		}
		return
	}
	v, ok := values[path]
	if !ok && t.table.Default == nil {
		n.Fail("table-rows", "add it, or a `default:`", "there is no value for %s", strings.ReplaceAll(strings.TrimPrefix(path, "\x00"), "\x00", " and "))
	}
	if !ok && t.table.Default != nil {
		v = *t.table.Default
	}
	t.table.Cells = append(t.table.Cells, v)
}
