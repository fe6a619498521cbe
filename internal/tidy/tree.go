package tidy

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Tree is the Go source of one checkout, nested modules included.
type Tree struct {
	// Packages are sorted by Dir.
	Packages []*Package
	// Missing lists modules that the root go.mod requires, that the tree
	// imports, and that the module cache lacks, as path@version, sorted.
	Missing []string

	fset   *token.FileSet
	byPath map[string]*Package
}

// Package is the Go files of one folder, its external tests among them.
type Package struct {
	// Dir is the slash path from the root of the tree.
	Dir string
	// Path is the import path.
	Path string
	// Files are sorted by Path.
	Files []*File

	tree  *Tree
	types typed
}

// File is one parsed Go file.
type File struct {
	// Path is the slash path from the root of the tree.
	Path string
	// Test tells a _test.go file.
	Test bool
	// Lines is the number of lines.
	Lines int
	// Syntax has comments and resolved positions.
	Syntax *ast.File
}

// Sources returns the files that are not tests.
func (p *Package) Sources() []*File {
	return slices.DeleteFunc(slices.Clone(p.Files), func(f *File) bool { return f.Test })
}

// Load parses the tree and finds the types of the expressions in it. fsys is
// the root of the checkout; modules is the module cache, or nil. A file that
// does not parse is an error, a type that cannot be found is not.
func Load(fsys, modules fs.FS) (*Tree, error) {
	return loadWith(fsys, modules, importer.ForCompiler(token.NewFileSet(), "source", nil))
}

// loadWith lets the tests read the standard library once.
func loadWith(fsys, modules fs.FS, std types.Importer) (*Tree, error) {
	t := &Tree{fset: token.NewFileSet(), byPath: map[string]*Package{}}
	roots, err := findModules(fsys)
	if err != nil {
		return nil, err
	}
	byDir := map[string]*Package{}
	err = walkGo(fsys, func(name string) error {
		f, err := t.parse(fsys, name)
		if err != nil {
			return err
		}
		dir := path.Dir(name)
		if byDir[dir] == nil {
			byDir[dir] = &Package{Dir: dir, Path: importPathOf(roots, dir), tree: t}
			t.Packages = append(t.Packages, byDir[dir])
			t.byPath[byDir[dir].Path] = byDir[dir]
		}
		byDir[dir].Files = append(byDir[dir].Files, f)
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(t.Packages, func(a, b *Package) int { return strings.Compare(a.Dir, b.Dir) })
	return t, t.findTypes(fsys, modules, std)
}

func (t *Tree) parse(fsys fs.FS, name string) (*File, error) {
	src, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("tidy: %w", err)
	}
	syntax, err := parser.ParseFile(t.fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("tidy: fix the syntax first: %w", err)
	}
	return &File{
		Path: name, Test: strings.HasSuffix(name, "_test.go"),
		Lines: bytes.Count(src, []byte("\n")), Syntax: syntax,
	}, nil
}

// findModules returns the module path of each folder with a go.mod.
func findModules(fsys fs.FS) (map[string]string, error) {
	roots := map[string]string{}
	err := walk(fsys, func(name string) error {
		if path.Base(name) != "go.mod" {
			return nil
		}
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		for line := range strings.Lines(string(text)) {
			if module, ok := strings.CutPrefix(line, "module "); ok {
				roots[path.Dir(name)] = strings.TrimSpace(module)
			}
		}
		return nil
	})
	if err == nil && roots["."] == "" {
		err = fmt.Errorf("tidy: no go.mod with a module line at the root of the tree")
	}
	return roots, err
}

// importPathOf joins a dir to the path of the module that encloses it.
func importPathOf(roots map[string]string, dir string) string {
	for up := dir; ; up = path.Dir(up) {
		if module := roots[up]; module != "" {
			return path.Join(module, strings.TrimPrefix(strings.TrimPrefix(dir, up), "/"))
		}
		if up == "." {
			return dir
		}
	}
}

func walkGo(fsys fs.FS, visit func(name string) error) error {
	return walk(fsys, func(name string) error {
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		return visit(name)
	})
}

// walk visits the files that the go command would see, and those directly in
// the root's testdata, which it sees only when asked by name.
func walk(fsys fs.FS, visit func(name string) error) error {
	return fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		base := path.Base(name)
		hidden := name != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_"))
		switch {
		case err != nil:
			return err
		case d.IsDir() && (hidden || base == "vendor" || base == "testdata" && name != "testdata"):
			return fs.SkipDir
		case d.IsDir() || hidden:
			return nil
		}
		return visit(name)
	})
}
