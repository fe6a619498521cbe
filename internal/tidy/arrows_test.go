package tidy

import (
	"strings"
	"testing"
)

// pkg writes a package that imports dirs of the tree, or full paths.
func pkg(name string, imports ...string) string {
	var b strings.Builder
	b.WriteString("package " + name + "\n")
	for _, path := range imports {
		if !strings.Contains(topFolder(path), ".") {
			path = "payproof.test/" + path
		}
		b.WriteString("import _ \"" + path + "\"\n")
	}
	return b.String()
}

func TestArrows(t *testing.T) {
	for _, s := range []sample{
		{"down, sideways in one folder, and to the kernel", map[string]string{
			"compensation/a.go":             pkg("compensation", "crediting", "dsl", "internal/fixed"),
			"crediting/a.go":                pkg("crediting", "crediting/people", "dsl/money"),
			"crediting/people/a.go":         pkg("people"),
			"dsl/a.go":                      pkg("dsl", "dsl/internal/syntax", "dsl/money"),
			"dsl/internal/syntax/a.go":      pkg("syntax", "dsl/table"),
			"dsl/table/a.go":                pkg("table", "dsl/money"),
			"dsl/money/a.go":                pkg("money", "internal/fixed"),
			"internal/fixed/a.go":           pkg("fixed"),
			"examples/saas/a.go":            pkg("main", "compensation"),
			"cmd/payproof/a.go":             pkg("main", "cmd/payproof/internal/ui", "compensation"),
			"cmd/payproof/internal/ui/a.go": pkg("ui"),
		}, nil},
		{"upward names the chain from the top", map[string]string{
			"crediting/a.go":         pkg("crediting", "dsl/table"),
			"dsl/table/a.go":         pkg("table", "compensation/plan"),
			"compensation/plan/a.go": pkg("plan"),
		}, []string{"dsl/table/a.go:2: dsl/table (layer 2) imports compensation/plan (layer 5), upward: " +
			"move the shared noun down, or take the value as an argument; " +
			"chain: crediting → dsl/table → compensation/plan"}},
		{"a ring still has a chain", map[string]string{
			"dsl/a.go":       pkg("dsl", "dsl/money"),
			"dsl/money/a.go": pkg("money", "dsl"),
		}, []string{"dsl/money/a.go:2: dsl/money (layer 0) imports dsl (layer 3), upward"}},
		{"sideways between folders", map[string]string{
			"dsl/table/a.go":           pkg("table", "compensation/ledger"),
			"compensation/ledger/a.go": pkg("ledger"),
		}, []string{"dsl/table/a.go:2: dsl/table and compensation/ledger stand side by side in layer 2"}},
		{"the silos", map[string]string{
			"crediting/a.go":         pkg("crediting", "quota/cascade"),
			"quota/cascade/a.go":     pkg("cascade"),
			"forecast/pipeline/a.go": pkg("pipeline", "crediting"),
		}, []string{
			"crediting/a.go:2: crediting and quota do not know each other",
			"forecast/pipeline/a.go:2: forecast and crediting do not know each other",
		}},
		{"a package without a layer", map[string]string{
			"dsl/extra/a.go":       pkg("extra"),
			"dsl/extra/a_test.go":  pkg("extra", "compensation"),
			"compensation/a.go":    pkg("compensation", "dsl/extra"),
			"quota/only/a_test.go": pkg("only"),
		}, []string{"dsl/extra/a.go:1: package dsl/extra has no layer: add it to the table"}},
		{"a test may import anything", map[string]string{
			"dsl/money/a.go":      pkg("money"),
			"dsl/money/a_test.go": pkg("money", "compensation"),
			"compensation/a.go":   pkg("compensation"),
		}, nil},
		{"a package that does not exist yet", map[string]string{
			"dsl/money/a.go": pkg("money", "internal/fixed"),
		}, nil},
		{"the second opinion", map[string]string{
			"compensation/proof/a.go": pkg("proof", "compensation/evidence", "dsl/trace",
				"github.com/shopspring/decimal", "internal/fixed", "golang.org/x/text/unicode/norm"),
			"compensation/proof/b.go":    "package proof\nimport _ \"fmt\"\n",
			"compensation/evidence/a.go": pkg("evidence"),
			"dsl/trace/a.go":             pkg("trace"),
			"internal/fixed/a.go":        pkg("fixed"),
		}, []string{
			"compensation/proof/a.go:5: compensation/proof is the second opinion and must not import internal/fixed",
			"compensation/proof/a.go:6: compensation/proof is the second opinion and must not import golang.org/x/text",
		}},
		{"users cannot do it either", map[string]string{
			"examples/saas/a.go":  pkg("main", "internal/fixed"),
			"internal/fixed/a.go": pkg("fixed"),
		}, []string{"examples/saas/a.go:2: examples/saas shows what a user can do"}},
		{"inexact mathematics", map[string]string{
			"internal/detmath/a.go": pkg("detmath", "internal/fixed"),
			"internal/fixed/a.go":   pkg("fixed"),
			"forecast/a.go":         pkg("forecast", "internal/detmath"),
			"crediting/a.go":        pkg("crediting", "internal/detmath"),
		}, []string{"crediting/a.go:2: internal/detmath is inexact and not for crediting"}},
		{"the kernel looks at nothing above it", map[string]string{
			"internal/fixed/a.go": pkg("fixed", "dsl/money"),
			"dsl/money/a.go":      pkg("money"),
		}, []string{"internal/fixed/a.go:2: internal/fixed (layer -1) imports dsl/money (layer 0), upward"}},
	} {
		s.run(t, arrows)
	}
}

func TestLayersAreNamedOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range layers {
		if seen[l.Pattern] {
			t.Errorf("%s stands twice in the table", l.Pattern)
		}
		seen[l.Pattern] = true
	}
}
