package tidy

import (
	"fmt"
	"go/ast"
	"slices"
	"strconv"
	"strings"
)

// proofMay is all that the second opinion may see of the rest: what it shared
// with the engine, it could not check.
var proofMay = []string{"compensation/evidence", "dsl/trace", "github.com/shopspring/decimal"}

// arrows checks the law of arrows over all non-test imports.
func arrows(t *Tree) []Finding {
	var out []Finding
	for _, p := range t.Packages {
		files := p.Sources()
		if len(files) == 0 {
			continue
		}
		if _, ok := layerOf(p.Dir); !ok {
			out = append(out, t.at(files[0].Syntax.Package,
				"package %s has no layer: add it to the table in internal/tidy/layers.go", p.Dir))
			continue
		}
		for _, f := range files {
			for _, spec := range f.Syntax.Imports {
				if why := t.badArrow(p, importPath(spec)); why != "" {
					out = append(out, t.at(spec.Pos(), "%s", why))
				}
			}
		}
	}
	return out
}

// badArrow says why a package must not import a path, or "".
func (t *Tree) badArrow(from *Package, path string) string {
	to := t.byPath[path]
	dir := path
	if to != nil {
		dir = to.Dir
	}
	if from.Dir == "compensation/proof" && !isStandard(path) && !slices.Contains(proofMay, dir) {
		return fmt.Sprintf("compensation/proof is the second opinion and must not import %s, "+
			"only %s: write its own small version", dir, strings.Join(proofMay, ", "))
	}
	if to == nil {
		return ""
	}
	if why := forbidden(from.Dir, to.Dir); why != "" {
		return why + "; chain: " + strings.Join(append(t.wayTo(from), to.Dir), " → ")
	}
	return ""
}

// forbidden applies the law to two dirs of the tree.
func forbidden(from, to string) string {
	above, _ := layerOf(from)
	below, known := layerOf(to)
	if !known { // reported at the package itself
		return ""
	}
	a, b := zoneOf(from, silos), zoneOf(to, silos)
	switch {
	case a != "" && b != "" && a != b:
		return fmt.Sprintf("%s and %s do not know each other: let compensation bring them together", a, b)
	case within(from, publicOnly) && strings.HasPrefix(to, "internal/"):
		return fmt.Sprintf("%s shows what a user can do and must not import %s: use the public packages", from, to)
	case to == "internal/detmath" && below < above && above > kernel && !within(from, detmathUsers):
		return fmt.Sprintf("internal/detmath is inexact and not for %s: use exact numbers", from)
	case below < above, below == above && topFolder(from) == topFolder(to):
		return ""
	case below == above:
		return fmt.Sprintf("%s and %s stand side by side in layer %d: let a higher layer bring them together",
			from, to, above)
	}
	return fmt.Sprintf("%s (layer %d) imports %s (layer %d), upward: move the shared noun down, "+
		"or take the value as an argument", from, above, to, below)
}

// wayTo returns the shortest chain of imports from a package that nobody
// imports down to p: it shows who gets what p brings in.
func (t *Tree) wayTo(p *Package) []string {
	chain := []string{p.Dir}
	seen := map[*Package]bool{p: true}
	type step struct {
		pkg   *Package
		chain []string
	}
	for queue := []step{{p, chain}}; len(queue) > 0; queue = queue[1:] {
		head := queue[0]
		chain = head.chain
		users := t.importersOf(head.pkg)
		if len(users) == 0 {
			return chain
		}
		for _, u := range users {
			if !seen[u] {
				seen[u] = true
				queue = append(queue, step{u, append([]string{u.Dir}, head.chain...)})
			}
		}
	}
	return chain // a ring of imports has no top; the last way round will do
}

// importersOf returns the packages with a non-test import of p, by dir.
func (t *Tree) importersOf(p *Package) []*Package {
	var out []*Package
	for _, q := range t.Packages {
		if q.imports(p.Path) {
			out = append(out, q)
		}
	}
	return out
}

func (p *Package) imports(path string) bool {
	return slices.ContainsFunc(p.Sources(), func(f *File) bool {
		return slices.ContainsFunc(f.Syntax.Imports, func(s *ast.ImportSpec) bool { return importPath(s) == path })
	})
}

// importPath returns the path between the quotes; a file that parsed has some.
func importPath(spec *ast.ImportSpec) string {
	path, _ := strconv.Unquote(spec.Path.Value)
	return path
}

// isStandard reports whether an import path belongs to the standard library.
func isStandard(path string) bool {
	return !strings.Contains(topFolder(path), ".")
}
