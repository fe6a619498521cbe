package tidy

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/types"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// typed is what the type checker knows about a package.
type typed struct {
	pkg  *types.Package
	info *types.Info
}

// typeFinder is a types.Importer over the tree, the module cache and the
// standard library, all read as source. It never runs the go command, so it
// needs neither a network nor a build.
type typeFinder struct {
	tree    *Tree
	fsys    fs.FS
	modules fs.FS
	require []requirement
	std     types.Importer
	done    map[string]*types.Package
	missing []string
}

// requirement is one line of go.mod.
type requirement struct{ Path, Version string }

// findTypes fills in the types of every package of the tree.
func (t *Tree) findTypes(fsys, modules fs.FS, std types.Importer) error {
	text, err := fs.ReadFile(fsys, "go.mod")
	if err != nil {
		return fmt.Errorf("tidy: %w", err)
	}
	finder := &typeFinder{
		tree: t, fsys: fsys, modules: modules, require: requirements(string(text)),
		std: std, done: map[string]*types.Package{},
	}
	for _, p := range t.Packages {
		if _, err := finder.Import(p.Path); err != nil {
			return err
		}
	}
	slices.Sort(finder.missing)
	t.Missing = slices.Compact(finder.missing)
	return nil
}

// requirements reads the require lines of a go.mod, direct and indirect.
func requirements(text string) []requirement {
	var out []requirement
	block := false
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "//")
		words := strings.Fields(line)
		switch {
		case len(words) == 3 && words[0] == "require":
			words = words[1:]
		case len(words) == 2 && words[0] == "require":
			block = true
			continue
		case len(words) == 1 && words[0] == ")":
			block = false
		case !block:
			continue
		}
		if len(words) == 2 {
			out = append(out, requirement{words[0], words[1]})
		}
	}
	return out
}

// Import returns the package of a path. A path that cannot be read gives an
// empty package: what is done with its names then has no type.
func (f *typeFinder) Import(name string) (*types.Package, error) {
	if pkg, ok := f.done[name]; ok {
		return pkg, nil
	}
	f.done[name] = types.NewPackage(name, path.Base(name)) // ends rings of imports
	f.done[name].MarkComplete()
	if p := f.tree.byPath[name]; p != nil {
		f.done[name] = f.ours(p)
	} else if !isStandard(name) {
		f.done[name] = f.theirs(name)
	} else if pkg, err := f.std.Import(name); err == nil {
		f.done[name] = pkg
	}
	return f.done[name], nil
}

func (f *typeFinder) ours(p *Package) *types.Package {
	p.types.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{},
		Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	var files []*ast.File
	for _, file := range p.Sources() {
		if builds(f.fsys, file.Path) {
			files = append(files, file.Syntax)
		}
	}
	p.types.pkg = f.check(p.Path, files, p.types.info)
	return p.types.pkg
}

// theirs reads a package of a required module, declarations only.
func (f *typeFinder) theirs(name string) *types.Package {
	i := slices.IndexFunc(f.require, func(r requirement) bool {
		return name == r.Path || strings.HasPrefix(name, r.Path+"/")
	})
	if f.modules == nil || i < 0 {
		return f.done[name]
	}
	req := f.require[i]
	dir := path.Join(escape(req.Path)+"@"+req.Version, strings.TrimPrefix(name, req.Path))
	entries, err := fs.ReadDir(f.modules, dir)
	if err != nil {
		f.missing = append(f.missing, req.Path+"@"+req.Version)
		return f.done[name]
	}
	var files []*ast.File
	for _, e := range entries {
		file := path.Join(dir, e.Name())
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") || !builds(f.modules, file) {
			continue
		}
		if src, err := fs.ReadFile(f.modules, file); err == nil {
			if syntax, err := parser.ParseFile(f.tree.fset, file, src, parser.SkipObjectResolution); err == nil {
				files = append(files, syntax)
			}
		}
	}
	return f.check(name, files, nil)
}

// check runs the type checker and goes on past errors: the compiler reports
// them better. Bodies are read only where the answers are wanted.
func (f *typeFinder) check(name string, files []*ast.File, info *types.Info) *types.Package {
	conf := types.Config{Importer: f, Error: func(error) {}, IgnoreFuncBodies: info == nil, FakeImportC: true}
	pkg, _ := conf.Check(name, f.tree.fset, files, info)
	return pkg
}

// builds reports whether a file belongs to the build on this machine.
func builds(fsys fs.FS, name string) bool {
	ctx := build.Default
	ctx.JoinPath = path.Join
	ctx.OpenFile = func(name string) (io.ReadCloser, error) { return fsys.Open(name) }
	ok, err := ctx.MatchFile(path.Dir(name), path.Base(name))
	return err == nil && ok
}

// escape writes a module path as the module cache does: capitals as !lower.
func escape(modulePath string) string {
	var b strings.Builder
	for _, r := range modulePath {
		if 'A' <= r && r <= 'Z' {
			b.WriteByte('!')
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// rootVar returns the package variable that an expression reads or changes a
// part of (v, v.f, v[i], *v, pkg.v), or nil.
func (p *Package) rootVar(e ast.Expr) *types.Var {
	for {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		case *ast.SelectorExpr:
			if v := p.packageVar(x.Sel); v != nil {
				return v
			}
			e = x.X
		case *ast.Ident:
			return p.packageVar(x)
		default:
			return nil
		}
	}
}

func (p *Package) packageVar(id *ast.Ident) *types.Var {
	v, ok := p.types.info.Uses[id].(*types.Var)
	if !ok || v.Pkg() == nil || v.Parent() != v.Pkg().Scope() {
		return nil
	}
	return v
}
