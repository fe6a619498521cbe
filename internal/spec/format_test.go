package spec

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/compensation/plantest"
	"github.com/payproof/payproof/crediting/territory"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
)

// companies are the plan files of every example and every scenario.
func companies(t *testing.T) map[string]fstest.MapFS {
	t.Helper()
	out := map[string]fstest.MapFS{}
	for _, top := range []string{"examples", "testdata/spec", "cmd"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			switch {
			case d.Name() == plan.CompanyFile:
				fsys := fstest.MapFS{plan.CompanyFile: {Data: text}}
				names, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "plans", "*.yaml"))
				for _, name := range names {
					text, err := os.ReadFile(name)
					if err != nil {
						return err
					}
					fsys["plans/"+filepath.Base(name)] = &fstest.MapFile{Data: text}
				}
				out[path] = fsys
			case filepath.Ext(path) == ".txtar":
				s, err := plantest.Parse(path, string(text))
				if err != nil {
					return err
				}
				fsys := fstest.MapFS{}
				for _, f := range s.Files {
					if strings.HasSuffix(f.Name, ".yaml") {
						fsys[f.Name] = &fstest.MapFile{Data: []byte(f.Text)}
					}
				}
				out[path] = fsys
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// sameProgram compares what plans say: all but where they say it.
func sameProgram() cmp.Options {
	return cmp.Options{
		cmpopts.IgnoreTypes(source.Span{}),
		cmpopts.IgnoreFields(plan.Program{}, "Hash"), cmpopts.IgnoreFields(plan.Plan{}, "Hash"),
		cmpopts.IgnoreUnexported(plan.Program{}),
		cmp.Comparer(func(a, b *dsl.Formula) bool {
			return (a == nil) == (b == nil) && (a == nil || a.Source() == b.Source() && a.Unit() == b.Unit())
		}),
		cmp.Comparer(func(a, b calendar.Calendar) bool { return a.String() == b.String() }),
		cmp.Comparer(func(a, b money.Amount) bool { return a.String() == b.String() }),
		cmp.Comparer(func(a, b money.Currency) bool { return a.String() == b.String() }),
		cmp.Comparer(func(a, b calendar.Range) bool { return a == b }),
		cmp.Comparer(func(a, b calendar.Date) bool { return a == b }),
		cmp.Transformer("All", (*territory.Map).All),
		cmpopts.IgnoreUnexported(calendar.Holidays{}),
	}
}

func TestFormattingDoesNotChangeAProgram(t *testing.T) {
	n := 0
	for name, fsys := range companies(t) {
		before, err := plan.Load(fsys)
		if err != nil {
			continue
		}
		n++
		laid := fstest.MapFS{}
		for file, f := range fsys {
			text, err := plan.Format(file, f.Data)
			if err != nil {
				t.Fatalf("%s: %s: %v", name, file, err)
			}
			laid[file] = &fstest.MapFile{Data: text}
		}
		after, err := plan.Load(laid)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := cmp.Diff(before.Holds(), after.Holds(), sameProgram()); d != "" {
			t.Errorf("%s: the holds - before, + after:\n%s", name, d)
		}
		if d := cmp.Diff(before, after, sameProgram()); d != "" {
			t.Errorf("%s:\n%s", name, d)
		}
	}
	if n < 40 {
		t.Errorf("only %d companies", n)
	}
}
