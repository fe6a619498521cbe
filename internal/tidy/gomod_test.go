package tidy

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// mayRequire are the modules that the library stands on. One more is a
// decision: write it down in internal/decisions first.
var mayRequire = []string{
	"github.com/expr-lang/expr",
	"github.com/google/go-cmp",
	"github.com/jedib0t/go-pretty/v6",
	"github.com/shopspring/decimal",
	"github.com/spf13/cobra",
	"go.yaml.in/yaml/v4",
	"golang.org/x/text",
	"pgregory.net/rapid",
}

func TestGoModKeepsItsPromises(t *testing.T) {
	text, err := os.ReadFile(root + "/go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range goModFaults(string(text)) {
		t.Error(fault)
	}
}

func TestGoModFaultsAreFound(t *testing.T) {
	const good = "module m\n\ngo 1.25\n\nrequire (\n\tgithub.com/shopspring/decimal v1.6.0\n\tgolang.org/x/sys v0.1.0 // indirect\n)\n"
	for _, c := range []struct {
		name, text string
		faults     int
	}{
		{"good", good, 0},
		{"a patch level", strings.Replace(good, "1.25", "1.25.0", 1), 1},
		{"no go line", strings.Replace(good, "go 1.25", "", 1), 1},
		{"a toolchain", good + "toolchain go1.26.8\n", 1},
		{"a replacement", good + "replace golang.org/x/sys => ../sys\n", 1},
		{"replacements", good + "replace (\n\tgolang.org/x/sys => ../sys\n)\n", 1},
		{"a new requirement", good + "require example.com/new v1.0.0\n", 1},
		{"an indirect one", good + "require example.com/new v1.0.0 // indirect\n", 0},
	} {
		if got := goModFaults(c.text); len(got) != c.faults {
			t.Errorf("%s: faults %q, want %d", c.name, got, c.faults)
		}
	}
}

// goModFaults says what is wrong with a root go.mod.
func goModFaults(text string) []string {
	var faults []string
	goLine := ""
	var direct strings.Builder
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		switch words[0] {
		case "go":
			goLine = strings.TrimSpace(line)
		case "toolchain":
			faults = append(faults, "go.mod: no toolchain line: the user chooses the toolchain")
		case "replace":
			faults = append(faults, "go.mod: no replace: it does not reach the user, who builds something else then")
		}
		if !strings.Contains(line, "// indirect") {
			direct.WriteString(line)
		}
	}
	if goLine != "go 1.25" {
		faults = append(faults, "go.mod: the go line is "+goLine+", want go 1.25: a requirement has lifted it")
	}
	for _, r := range requirements(direct.String()) {
		if !slices.Contains(mayRequire, r.Path) {
			faults = append(faults, "go.mod: "+r.Path+" is not among the modules we stand on (internal/tidy/gomod_test.go)")
		}
	}
	return faults
}
