package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/dsl/internal/syntax"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/table"
	"github.com/payproof/payproof/dsl/unit"
)

// grid reads a matrix or lookup: as many keys as it has axes.
func (c *checker) grid(s *syntax.Node, t table.Table) *ir.Node {
	keys := s.Args[:len(s.Args)-1]
	if len(keys) != len(t.Axes) {
		return c.fail(s, "arity", "write a key for each: "+strings.Join(t.By, ", "), "table %q has %d keys, %d are given", t.Name, len(t.Axes), len(keys))
	}
	n := ir.Node{Op: ir.Grid, Unit: t.Gives, Label: t.Name}
	var scales []table.KeyScale
	for i, a := range keys {
		made, scale, args, ok := c.gridKey(a, t, i)
		if !ok {
			return c.brokenNode(s, t.Gives)
		}
		n.Keys, n.Args, scales = append(n.Keys, made), append(n.Args, args...), append(scales, scale)
	}
	grid, err := t.Grid(scales)
	if err != nil {
		return c.fail(s, "too-many-places", "", "%v", err)
	}
	n.Grid, n.Scale = grid, grid.Scale
	return c.make(s, n)
}

func (c *checker) gridKey(s *syntax.Node, t table.Table, i int) (k ir.GridKey, scale table.KeyScale, args []*ir.Node, ok bool) {
	axis := t.Axes[i]
	if at := c.env.input(s.Text); len(axis.Members) > 0 && s.Kind == syntax.Name && at >= 0 && c.env.Inputs[at].Optional {
		c.fail(s, "optional", fmt.Sprintf("declare the field without `?`, or compare it: if (%s ?? \"none\") == %q { … } else { … }", s.Text, axis.Members[0]), "%s may be missing, and is looked up in table %q", s.Text, t.Name)
		return k, scale, nil, false
	}
	x := c.node(s)
	switch names := len(axis.Members) > 0; {
	case isBroken(x):
		return k, scale, nil, false
	case names && (x.Op != ir.Input || x.Unit.Kind != unit.TextUnit.Kind):
		c.fail(s, "unit-mismatch", "give it a field that holds one of "+strings.Join(axis.Members, ", "), "the key %q of table %q is a name, %s is %s", axis.By, t.Name, c.text(x), c.unitOf(x))
		return k, scale, nil, false
	case names:
		k.Text, args = true, []*ir.Node{x}
		k.Members, ok = c.members(s, t, i, c.env.Inputs[x.Input])
		return k, scale, args, ok
	case !c.edgesFit(s, x, t.Name, axis.In, x.Op == ir.Attain):
		return k, scale, nil, false
	case x.Op == ir.Attain:
		k.Quota, args = true, x.Args
		return k, table.KeyScale{X: x.Args[0].Scale, Quota: x.Args[1].Scale, OfQuota: true}, args, true
	case x.Unit.Kind != unit.Number && x.Unit != unit.DayCount:
		c.fail(s, "unit-mismatch", "", "the key %q of table %q is a number, %s is %s", axis.By, t.Name, c.text(x), c.unitOf(x))
		return k, scale, nil, false
	}
	return k, table.KeyScale{X: x.Scale}, []*ir.Node{x}, true
}

// members places the members of an enum on an axis of names. Each has to be there, unless
// the table has a default; and the axis has no others.
func (c *checker) members(s *syntax.Node, t table.Table, axis int, in Input) ([]int, bool) {
	if in.Enum == nil {
		return nil, true
	}
	names := t.Axes[axis].Members
	for _, name := range names {
		if !slices.Contains(in.Enum, name) {
			c.fail(s, "unknown-member", source.DidYouMean(name, in.Enum), "table %q has a row for %q, which %s never is", t.Name, name, in.Name)
			return nil, false
		}
	}
	if missing := t.Lacks(axis, in.Enum); len(missing) > 0 {
		hint := "add it, or a `default:`"
		if t.Kind == table.Matrix {
			hint = "add it to the axis, and its values"
		}
		c.fail(s, "table-rows", hint, "table %q says nothing for %s %s", t.Name, in.Name, strings.Join(missing, ", "))
		return nil, false
	}
	out := make([]int, len(in.Enum))
	for i, m := range in.Enum {
		out[i] = slices.Index(names, m)
	}
	return out, true
}
