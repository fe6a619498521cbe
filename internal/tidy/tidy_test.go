package tidy

import (
	"bytes"
	"fmt"
	"go/importer"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
)

// std reads the standard library once for all samples.
var std = importer.ForCompiler(token.NewFileSet(), "source", nil)

// root is the checkout as seen from this folder.
const root = "../.."

func TestTheTreeIsTidy(t *testing.T) {
	tree, err := Load(os.DirFS(root), moduleCache(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(tree.Missing) > 0 {
		t.Fatalf("run `go mod download` first: the module cache lacks %s", strings.Join(tree.Missing, ", "))
	}
	for _, f := range Check(tree) {
		t.Error(f)
	}
}

// moduleCache is where the go command keeps the source of required modules. In
// a fresh clone it is filled first; after that this needs no network.
func moduleCache(t testing.TB) fs.FS {
	t.Helper()
	dir, err := fillModuleCache()
	if err != nil {
		t.Fatal(err)
	}
	return os.DirFS(dir)
}

var fillModuleCache = sync.OnceValues(func() (string, error) {
	download := exec.Command("go", "mod", "download")
	download.Dir = root
	if out, err := download.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go mod download: %w\n%s", err, out)
	}
	dir, err := exec.Command("go", "env", "GOMODCACHE").Output()
	return string(bytes.TrimSpace(dir)), err
})

// load makes a tree in memory.
func load(t testing.TB, files map[string]string) *Tree {
	t.Helper()
	fsys := fstest.MapFS{"go.mod": {Data: []byte("module payproof.test\n\nrequire " + shopspring + " v1.6.0\n")}}
	// order: a map goes into a map
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	tree, err := loadWith(fsys, moduleCache(t), std)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// sample is a bad or good source and what a rule says about it.
type sample struct {
	name  string
	files map[string]string
	// want are the findings, each as the beginning of file:line: message.
	want []string
}

// one makes a sample of a single file in an exact package.
func one(name, text string, want ...string) sample {
	return sample{name, map[string]string{"dsl/money/a.go": text}, want}
}

func (s sample) run(t *testing.T, rule func(*Tree) []Finding) {
	t.Helper()
	t.Run(s.name, func(t *testing.T) {
		got := rule(load(t, s.files))
		ok := len(got) == len(s.want)
		for i := range min(len(got), len(s.want)) {
			ok = ok && strings.HasPrefix(got[i].String(), s.want[i])
		}
		if !ok {
			t.Errorf("findings %q, want %q", got, s.want)
		}
	})
}

func TestLoadRefusesWhatItCannotRead(t *testing.T) {
	for name, fsys := range map[string]fstest.MapFS{
		"no go.mod":    {"a.go": {Data: []byte("package a\n")}},
		"syntax error": {"go.mod": {Data: []byte("module m\n")}, "a.go": {Data: []byte("package\n")}},
	} {
		if _, err := Load(fsys, nil); err == nil || !strings.HasPrefix(err.Error(), "tidy: ") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestLoadSeesWhatTheGoCommandSees(t *testing.T) {
	tree := load(t, map[string]string{
		"dsl/money/a.go":            "package money\n",
		"dsl/money/a_test.go":       "package money_test\n",
		"dsl/testdata/bad.go":       "package\n",
		".ci/bad.go":                "package\n",
		"dsl/_old/bad.go":           "package\n",
		"testdata/all_test.go":      "package testdata\n",
		"internal/bench/go.mod":     "module other.test/bench\n",
		"internal/bench/a.go":       "package bench\n",
		"internal/bench/peers/a.go": "package peers\n",
	})
	var got strings.Builder
	for _, p := range tree.Packages {
		fmt.Fprintf(&got, "%s %s %d/%d\n", p.Dir, p.Path, len(p.Sources()), len(p.Files))
	}
	want := `dsl/money payproof.test/dsl/money 1/2
internal/bench other.test/bench 1/1
internal/bench/peers other.test/bench/peers 1/1
testdata payproof.test/testdata 0/1
`
	if got.String() != want {
		t.Errorf("packages\n%s\nwant\n%s", got.String(), want)
	}
}

func TestAModuleOutsideTheCacheIsListed(t *testing.T) {
	fsys := fstest.MapFS{
		"go.mod":         {Data: []byte("module m\nrequire (\n\texample.com/Big/mod v1.2.3 // indirect\n)\n")},
		"dsl/money/a.go": {Data: []byte("package money\nimport _ \"example.com/Big/mod/sub\"\n")},
	}
	tree, err := Load(fsys, fstest.MapFS{})
	if err != nil || len(tree.Missing) != 1 || tree.Missing[0] != "example.com/Big/mod@v1.2.3" {
		t.Errorf("missing %q, error %v", tree.Missing, err)
	}
	if got := escape("example.com/Big/mod"); got != "example.com/!big/mod" {
		t.Errorf("escaped as %s", got)
	}
}
