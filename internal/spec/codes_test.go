package spec

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the path of the module at root.
const (
	root   = "../.."
	module = "github.com/payproof/payproof/"
)

// elsewhere are the packages of the tree that make findings, but none of a company: the
// scripts' own, and those of the formatter, which changes no meaning.
var elsewhere = []string{"compensation/plantest", "compensation/plan/internal/format", "internal/spec"}

// makers are the packages that can make a finding of a company: those that know
// what a finding is, or read plan files, and the front end of formulas, which has its own.
func makers(t *testing.T) (out []string) {
	t.Helper()
	for _, top := range []string{"compensation", "crediting", "dsl", "internal", "quota"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
				return err
			}
			folder, err := filepath.Rel(root, filepath.Dir(name))
			folder = filepath.ToSlash(folder)
			skip := slices.ContainsFunc(elsewhere, func(e string) bool { return folder == e || strings.HasPrefix(folder, e+"/") })
			if err != nil || skip || slices.Contains(out, folder) {
				return err
			}
			text, err := os.ReadFile(name)
			if folder == "dsl/source" || strings.HasSuffix(folder, "/syntax") || bytes.Contains(text, []byte(module+"dsl/source\"")) || bytes.Contains(text, []byte(module+"compensation/plan/internal/doc\"")) {
				out = append(out, folder)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// kebab is what a code looks like.
var kebab = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// codes finds the diagnostic codes in the source. A code is what stands, in a call,
// where the function has a parameter named code, or, in a struct, where it has a field
// named Code: so that a new helper is found without being listed here.
type codes struct {
	t       *testing.T
	set     *token.FileSet
	folders []string
	files   map[string][]*ast.File     // by folder
	helpers map[string]map[string]spot // by folder and the function's name: its parameter code
	structs map[string]map[string]spot // by folder and the struct's name: its field Code
	at      map[string]string          // by code: where it first stands
}

// spot is where a code stands among parameters or fields, and how many of them a
// call has at least, which tells helpers from other methods of their name.
type spot struct{ at, least int }

// allCodes are the codes that a company's files can give, each with a place.
func allCodes(t *testing.T) map[string]string {
	t.Helper()
	c := &codes{
		t: t, set: token.NewFileSet(), folders: makers(t), files: map[string][]*ast.File{}, helpers: map[string]map[string]spot{},
		structs: map[string]map[string]spot{}, at: map[string]string{},
	}
	for _, folder := range c.folders {
		c.parse(folder)
	}
	for _, folder := range c.folders {
		for _, f := range c.files[folder] {
			c.file(folder, f)
		}
	}
	return c.at
}

func (c *codes) parse(folder string) {
	names, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
	if err != nil || len(names) == 0 {
		c.t.Fatalf("there is no package in %s (%v)", folder, err)
	}
	c.helpers[folder], c.structs[folder] = map[string]spot{}, map[string]spot{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(c.set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			c.t.Fatal(err)
		}
		c.files[folder] = append(c.files[folder], f)
		ast.Inspect(f, func(n ast.Node) bool {
			c.declare(folder, n)
			return true
		})
	}
}

// declare notes a helper, which may be a function, a method, or a function in a
// variable, and a struct.
func (c *codes) declare(folder string, n ast.Node) {
	switch n := n.(type) {
	case *ast.FuncDecl:
		note(c.helpers[folder], n.Name.Name, n.Type.Params, "code")
	case *ast.AssignStmt:
		name, named := n.Lhs[0].(*ast.Ident)
		if f, ok := n.Rhs[0].(*ast.FuncLit); ok && named {
			note(c.helpers[folder], name.Name, f.Type.Params, "code")
		}
	case *ast.TypeSpec:
		if s, ok := n.Type.(*ast.StructType); ok {
			note(c.structs[folder], n.Name.Name, s.Fields, "Code", "code")
		}
	}
}

func note(in map[string]spot, name string, fields *ast.FieldList, wanted ...string) {
	found, n := -1, 0
	for _, f := range fields.List {
		for _, field := range f.Names {
			if slices.Contains(wanted, field.Name) && text(f.Type) {
				found = n
			}
			n++
		}
		if _, variadic := f.Type.(*ast.Ellipsis); len(f.Names) == 0 {
			n++
		} else if variadic {
			n--
		}
	}
	if found >= 0 {
		in[name] = spot{found, n}
	}
}

// text reports whether a type is string.
func text(t ast.Expr) bool {
	name, ok := t.(*ast.Ident)
	return ok && name.Name == "string"
}

func (c *codes) file(folder string, f *ast.File) {
	imports := map[string]string{}
	for _, i := range f.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		imports[path.Base(p)] = p
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if h, ok := c.helper(folder, imports, n.Fun); ok && h.least <= len(n.Args) {
				c.code(n.Args[h.at])
			}
		case *ast.CompositeLit:
			c.literal(folder, n)
		}
		return true
	})
}

// helper is the function that a call of fun calls, when it takes a code.
func (c *codes) helper(folder string, imports map[string]string, fun ast.Expr) (h spot, ok bool) {
	switch fun := fun.(type) {
	case *ast.Ident:
		h, ok = c.helpers[folder][fun.Name]
	case *ast.SelectorExpr:
		if x, is := fun.X.(*ast.Ident); is && imports[x.Name] != "" {
			h, ok = c.helpers[strings.TrimPrefix(imports[x.Name], module)][fun.Sel.Name]
			return h, ok
		}
		for _, where := range append([]string{folder}, c.folders...) { // a method
			if h, ok = c.helpers[where][fun.Sel.Name]; ok && (where == folder || ast.IsExported(fun.Sel.Name)) {
				return h, true
			}
		}
		return h, false
	}
	return h, ok
}

func (c *codes) literal(folder string, n *ast.CompositeLit) {
	if list, ok := n.Type.(*ast.ArrayType); ok { // its members are written without their type
		for _, e := range n.Elts {
			if member, ok := e.(*ast.CompositeLit); ok && member.Type == nil {
				c.literal(folder, &ast.CompositeLit{Type: list.Elt, Elts: member.Elts})
			}
		}
		return
	}
	for _, e := range n.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if k, ok := kv.Key.(*ast.Ident); ok && (k.Name == "Code" || k.Name == "code") {
				c.code(kv.Value)
			}
			continue
		}
		if name, ok := n.Type.(*ast.Ident); ok {
			if at, ok := c.structs[folder][name.Name]; ok && at.at < len(n.Elts) {
				c.code(n.Elts[at.at])
			}
		}
		break
	}
}

// code notes a code. What is no literal is passed on from where one stands: a
// parameter named code, or the Code of another finding.
func (c *codes) code(e ast.Expr) {
	place := c.set.Position(e.Pos()).String()
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		if err != nil || !kebab.MatchString(text) {
			c.t.Errorf("%s: the code %s is not in kebab case", place, e.Value)
			return
		}
		if c.at[text] == "" {
			c.at[text] = place
		}
		return
	case *ast.Ident:
		if e.Name == "code" {
			return
		}
	case *ast.SelectorExpr:
		if e.Sel.Name == "Code" || e.Sel.Name == "code" {
			return
		}
	}
	c.t.Errorf("%s: write the code as a literal, so that the catalogue can be complete", place)
}

// scriptsOf are the scripts of the catalogue, by their names without the ending.
func scriptsOf(t *testing.T, folder string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(p) == ".txtar" {
			names = append(names, strings.TrimSuffix(filepath.Base(p), ".txtar"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	return names
}
