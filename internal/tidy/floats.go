package tidy

import (
	"go/ast"
	"go/types"
)

// floats finds binary fractions where exact numbers belong: written types, and
// expressions and names that have such a type without saying so. One finding
// is given for a line.
func floats(t *Tree) []Finding {
	var out []Finding
	for _, p := range t.Packages {
		if within(p.Dir, floatUsers) {
			continue
		}
		for _, f := range p.Sources() {
			last := 0
			ast.Inspect(f.Syntax, func(n ast.Node) bool {
				e, ok := n.(ast.Expr)
				if !ok {
					return true
				}
				if typ := p.floatType(e); typ != nil && t.line(e.Pos()) != last {
					last = t.line(e.Pos())
					out = append(out, t.at(e.Pos(),
						"%s in a package of exact numbers: use dsl/money's types or a decimal string", typ))
				}
				return true
			})
		}
	}
	return out
}

// floatType returns the binary-fraction type of an expression, or nil.
func (p *Package) floatType(e ast.Expr) types.Type {
	if id, ok := e.(*ast.Ident); ok {
		if obj := p.types.info.ObjectOf(id); obj != nil {
			return asFloat(obj.Type())
		}
	}
	return asFloat(p.types.info.TypeOf(e))
}

// asFloat returns a type if it is, or a call that returns it gives, a binary
// fraction. Untyped constants are exact and pass.
func asFloat(typ types.Type) types.Type {
	if typ == nil {
		return nil
	}
	if results, ok := typ.(*types.Tuple); ok {
		for v := range results.Variables() {
			if asFloat(v.Type()) != nil {
				return v.Type()
			}
		}
		return nil
	}
	basic, ok := typ.Underlying().(*types.Basic)
	if ok && basic.Info()&(types.IsFloat|types.IsComplex) != 0 && basic.Info()&types.IsUntyped == 0 {
		return typ
	}
	return nil
}
