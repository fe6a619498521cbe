package tidy

import (
	"go/ast"
	"slices"
	"strings"
	"unicode"
)

// docs finds packages and exported names that nobody explains.
func docs(t *Tree) []Finding {
	var out []Finding
	for _, p := range t.Packages {
		files := p.Sources()
		if len(files) == 0 {
			continue
		}
		if want := packageOpening(files[0].Syntax); !slices.ContainsFunc(files, func(f *File) bool {
			return strings.HasPrefix(f.Syntax.Doc.Text(), want)
		}) {
			out = append(out, t.at(files[0].Syntax.Package,
				"no package comment: one file says why the package exists, beginning %q", want))
		}
		for _, f := range files {
			for _, d := range f.Syntax.Decls {
				out = append(out, t.declDocs(d)...)
			}
		}
	}
	return out
}

// packageOpening returns the words that a package comment begins with.
func packageOpening(f *ast.File) string {
	if f.Name.Name == "main" {
		return "Command "
	}
	return "Package " + f.Name.Name + " "
}

func (t *Tree) declDocs(d ast.Decl) []Finding {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && (d.Recv == nil || ast.IsExported(receiverName(d))) {
			return t.nameDoc(d.Name, d.Doc)
		}
	case *ast.GenDecl:
		var out []Finding
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				out = append(out, t.typeDocs(d, spec)...)
			case *ast.ValueSpec:
				out = append(out, t.valueDocs(d, spec)...)
			}
		}
		return out
	}
	return nil
}

// nameDoc wants a comment that begins with the name, an article allowed.
func (t *Tree) nameDoc(name *ast.Ident, doc *ast.CommentGroup) []Finding {
	if !name.IsExported() || strings.HasPrefix(doc.Text(), "Deprecated: ") {
		return nil
	}
	words := strings.Fields(doc.Text())
	if len(words) > 1 && (words[0] == "A" || words[0] == "An" || words[0] == "The") {
		words = words[1:]
	}
	if len(words) > 0 && strings.TrimRight(words[0], ",.:;") == name.Name {
		return nil
	}
	return []Finding{t.at(name.Pos(), "%s wants a comment that begins with its name", name.Name)}
}

func (t *Tree) typeDocs(d *ast.GenDecl, spec *ast.TypeSpec) []Finding {
	if !spec.Name.IsExported() {
		return nil
	}
	doc := spec.Doc
	if doc == nil && !d.Lparen.IsValid() {
		doc = d.Doc
	}
	out := t.nameDoc(spec.Name, doc)
	switch typ := spec.Type.(type) {
	case *ast.StructType:
		out = append(out, t.fieldDocs(spec.Name.Name, doc, typ.Fields)...)
	case *ast.InterfaceType:
		out = append(out, t.fieldDocs(spec.Name.Name, doc, typ.Methods)...)
	}
	return out
}

// valueDocs lets a group of constants or variables share one comment.
func (t *Tree) valueDocs(d *ast.GenDecl, spec *ast.ValueSpec) []Finding {
	if !d.Lparen.IsValid() {
		return t.nameDoc(spec.Names[0], d.Doc)
	}
	if d.Doc != nil || spec.Doc != nil || spec.Comment != nil {
		return nil
	}
	for _, name := range spec.Names {
		if name.IsExported() {
			return []Finding{t.at(name.Pos(), "%s wants a comment: on it, behind it or on its group", name.Name)}
		}
	}
	return nil
}

// fieldDocs wants a comment for each exported field or interface method. One
// before the first of a run of lines without a blank covers the run. The
// comment of the owner covers the names that it mentions, and all names of a
// type on one line. A field that is named after its type needs none.
func (t *Tree) fieldDocs(owner string, doc *ast.CommentGroup, fields *ast.FieldList) []Finding {
	if t.line(fields.Pos()) == t.line(fields.End()) {
		return nil
	}
	var out []Finding
	covered, next := false, 0
	for _, f := range fields.List {
		start := t.line(f.Pos())
		if f.Doc != nil {
			start = t.line(f.Doc.Pos())
		}
		covered = f.Doc != nil || covered && start == next
		next = t.line(f.End()) + 1
		if covered || f.Comment != nil {
			continue
		}
		for _, name := range f.Names { // an embedded type has its own comment
			if name.IsExported() && !mentions(doc, name.Name) && typeName(f.Type) != name.Name {
				out = append(out, t.at(name.Pos(), "%s.%s wants a comment: before it, behind it, "+
					"on its group, or a mention in the comment of %s", owner, name.Name, owner))
			}
		}
	}
	return out
}

// mentions reports whether a comment has a name as one of its words, in any case.
func mentions(doc *ast.CommentGroup, name string) bool {
	words := strings.FieldsFunc(doc.Text(), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(w, name) })
}

// receiverName returns the type name of a method's receiver.
func receiverName(d *ast.FuncDecl) string { return typeName(d.Recv.List[0].Type) }

// typeName returns the name of a type without its package, pointers and type
// arguments, or "" for a type without a name.
func typeName(typ ast.Expr) string {
	for {
		switch x := typ.(type) {
		case *ast.StarExpr:
			typ = x.X
		case *ast.IndexExpr:
			typ = x.X
		case *ast.IndexListExpr:
			typ = x.X
		case *ast.SelectorExpr:
			return x.Sel.Name
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}
