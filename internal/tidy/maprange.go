package tidy

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// unordered are the iterators whose order is that of a map.
var unordered = []string{"maps.All", "maps.Keys", "maps.Values"}

// sorters take such an iterator and put it in order.
var sorters = []string{"slices.Sorted", "slices.SortedFunc", "slices.SortedStableFunc"}

// mapRanges finds iteration over maps that does not say why its order is of no
// consequence.
func mapRanges(t *Tree) []Finding {
	var out []Finding
	for _, p := range t.Packages {
		if within(p.Dir, programs) {
			continue
		}
		for _, f := range p.Sources() {
			reasons := t.orderReasons(f)
			ast.PreorderStack(f.Syntax, nil, func(n ast.Node, stack []ast.Node) bool {
				line := t.line(n.Pos())
				if p.iteratesMap(n, stack) && !reasons[line] && !reasons[line-1] {
					out = append(out, t.at(n.Pos(), "map order is random: go over slices.Sorted(maps.Keys(m)), "+
						"or say in a comment \"// order: …\" why it does not reach output"))
				}
				return true
			})
		}
	}
	return out
}

// iteratesMap reports whether a node itself goes over a map in map order.
func (p *Package) iteratesMap(n ast.Node, stack []ast.Node) bool {
	switch n := n.(type) {
	case *ast.RangeStmt:
		return n.Key != nil && isMap(p.types.info.TypeOf(n.X))
	case *ast.CallExpr:
		if !slices.Contains(unordered, p.called(n)) {
			return false
		}
		parent, ok := stack[len(stack)-1].(*ast.CallExpr)
		return !ok || !slices.Contains(sorters, p.called(parent))
	}
	return false
}

// called returns the full name of the function that a call names, or "".
func (p *Package) called(call *ast.CallExpr) string {
	fun := ast.Unparen(call.Fun)
	switch x := fun.(type) { // explicit type arguments
	case *ast.IndexExpr:
		fun = x.X
	case *ast.IndexListExpr:
		fun = x.X
	}
	switch fun := fun.(type) {
	case *ast.SelectorExpr:
		return p.fullName(fun.Sel)
	case *ast.Ident:
		return p.fullName(fun)
	}
	return ""
}

// isMap reports whether values of a type are maps; of a type parameter, whether
// one of its types is.
func isMap(typ types.Type) bool {
	if typ == nil {
		return false
	}
	switch u := typ.Underlying().(type) {
	case *types.Map:
		return true
	case *types.Interface:
		for e := range u.EmbeddedTypes() {
			if isMap(e) {
				return true
			}
		}
	case *types.Union:
		for term := range u.Terms() {
			if isMap(term.Type()) {
				return true
			}
		}
	}
	return false
}

// orderReasons returns the lines on which a comment with an order reason ends.
func (t *Tree) orderReasons(f *File) map[int]bool {
	lines := map[int]bool{}
	for _, group := range f.Syntax.Comments {
		for _, c := range group.List {
			reason, ok := strings.CutPrefix(c.Text, "// order:")
			if ok && strings.TrimSpace(reason) != "" {
				lines[t.line(group.End())] = true
			}
		}
	}
	return lines
}
