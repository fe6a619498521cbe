package tidy

import (
	"go/ast"
	"go/token"
)

// The measures of the house.
const (
	maxFileLines     = 400
	maxTestFileLines = 800
	maxFuncLines     = 70
	maxPackageFiles  = 12
	maxExported      = 60
)

// size checks the length of files and functions and the width of packages.
func size(t *Tree) []Finding {
	var out []Finding
	for _, p := range t.Packages {
		for _, f := range p.Files {
			out = append(out, t.fileSize(f)...)
		}
		out = append(out, t.packageSize(p)...)
	}
	return out
}

func (t *Tree) fileSize(f *File) []Finding {
	limit := maxFileLines
	if f.Test {
		limit = maxTestFileLines
	}
	var out []Finding
	if f.Lines > limit {
		out = append(out, t.at(f.Syntax.FileStart,
			"file has %d lines, %d is the most: give its second concept a file", f.Lines, limit))
	}
	if f.Test {
		return out
	}
	for _, d := range f.Syntax.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		if n := t.line(fn.End()) - t.line(fn.Pos()) + 1; n > maxFuncLines {
			out = append(out, t.at(fn.Pos(),
				"function %s has %d lines, %d is the most: name its steps", fn.Name.Name, n, maxFuncLines))
		}
	}
	return out
}

func (t *Tree) packageSize(p *Package) []Finding {
	files := p.Sources()
	if len(files) == 0 {
		return nil
	}
	var out []Finding
	first := files[0].Syntax.Package
	if len(files) > maxPackageFiles {
		out = append(out, t.at(first,
			"package has %d files, %d is the most: a concept wants a package", len(files), maxPackageFiles))
	}
	if n := countExported(files); n > maxExported {
		out = append(out, t.at(first,
			"package exports %d names, %d is the most: a concept wants a package", n, maxExported))
	}
	return out
}

func countExported(files []*File) int {
	n := 0
	for _, f := range files {
		for _, d := range f.Syntax.Decls {
			for _, name := range declaredNames(d) {
				if name.IsExported() {
					n++
				}
			}
		}
	}
	return n
}

// declaredNames returns the package-level names of a declaration, methods not.
func declaredNames(d ast.Decl) []*ast.Ident {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			return []*ast.Ident{d.Name}
		}
	case *ast.GenDecl:
		var out []*ast.Ident
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				out = append(out, spec.Name)
			case *ast.ValueSpec:
				out = append(out, spec.Names...)
			}
		}
		return out
	}
	return nil
}

// line returns the line of a position, counted from 1.
func (t *Tree) line(pos token.Pos) int { return t.fset.Position(pos).Line }
