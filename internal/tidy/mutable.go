package tidy

import (
	"go/ast"
	"go/token"
	"go/types"
)

// mutable finds init functions and package variables that change.
func mutable(t *Tree) []Finding {
	var out []Finding
	for _, p := range t.Packages {
		for _, f := range p.Sources() {
			ast.Inspect(f.Syntax, func(n ast.Node) bool {
				if fn, ok := n.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
					out = append(out, t.at(fn.Pos(), "init runs unasked and in an order nobody sees: "+
						"build the value in its declaration or in a constructor"))
				}
				for _, e := range p.changed(n) {
					if v := p.rootVar(e); v != nil {
						out = append(out, t.at(e.Pos(), "package variable %s is changed here: "+
							"let the caller hold the state", v.Name()))
					}
				}
				return true
			})
		}
	}
	return out
}

// changed returns the expressions whose values a node may change.
func (p *Package) changed(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			return n.Lhs
		}
	case *ast.IncDecStmt:
		return []ast.Expr{n.X}
	case *ast.RangeStmt:
		if n.Tok == token.ASSIGN {
			return []ast.Expr{n.Key, n.Value}
		}
	case *ast.CallExpr:
		return p.changedByCall(n)
	}
	return nil
}

// changedByCall knows the built-ins that change their argument and the pointer
// methods of foreign types (sync.Once, bytes.Buffer). Those of our own types
// are trusted with a table: what they change, they change by assignment.
func (p *Package) changedByCall(call *ast.CallExpr) []ast.Expr {
	switch p.called(call) {
	case "builtin.delete", "builtin.clear", "builtin.copy":
		return call.Args[:1]
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	s := p.types.info.Selections[sel]
	if s == nil || s.Kind() != types.MethodVal || isPointer(s.Recv()) {
		return nil
	}
	method, ok := s.Obj().(*types.Func)
	if !ok || method.Pkg() == nil || p.tree.byPath[method.Pkg().Path()] != nil || !isPointer(method.Signature().Recv().Type()) {
		return nil
	}
	return []ast.Expr{sel.X}
}

func isPointer(typ types.Type) bool {
	_, ok := typ.Underlying().(*types.Pointer)
	return ok
}
