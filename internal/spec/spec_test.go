// Package spec runs the scenario scripts of testdata/spec: what the plan language
// and the engine mean, told as examples with numbers.
//
// It is a package of tests alone, because the go command does not look into
// folders named testdata. `go test ./internal/spec -update` rewrites the wanted blocks: read the
// difference before you keep it, for it moves money.
package spec

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/payproof/payproof/compensation/plantest"
)

var update = flag.Bool("update", false, "rewrite the wanted blocks of the scripts")

func TestEveryScenarioHolds(t *testing.T) {
	plantest.Run(t, "../../testdata/spec", *update)
}

// A run of one month finds the same as a run of all, wherever windows look back to, and in whatever order
// the files list their lines.
func TestMonthByMonthAndInAnyOrder(t *testing.T) {
	var names []string
	for _, files := range []string{"measure/*", "table/*", "crediting/*", "territory/*", "compensation/hold-*", "payment/*", "component/*"} {
		found, err := filepath.Glob("../../testdata/spec/" + files + ".txtar")
		if err != nil || len(found) == 0 {
			t.Fatal(found, err)
		}
		names = append(names, found...)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		s, err := plantest.Parse(name, string(text))
		if err != nil {
			t.Fatal(err)
		}
		s.Wants = nil
		sameByMonth(t, s)
		if s.Closed != "" {
			continue // what is closed is not run again
		}
		s.Period = "" // from the first event to the last
		sameByMonth(t, s)
	}
}

func sameByMonth(t *testing.T, s plantest.Script) {
	t.Helper()
	whole := paid(t, s)
	var periods []string
	for _, row := range whole {
		if !slices.Contains(periods, row[0]) {
			periods = append(periods, row[0])
		}
	}
	var months []plantest.Row
	s.Files = backwards(s.Files)
	for _, s.Period = range periods {
		months = append(months, paid(t, s)...)
	}
	if d := cmp.Diff(whole, months); d != "" {
		t.Errorf("%s: - at once, + month by month:\n%s", s.Name, d)
	}
}

func paid(t *testing.T, s plantest.Script) []plantest.Row {
	t.Helper()
	got, err := s.Run(t.Context())
	if err != nil || got.Run == nil {
		t.Fatal(s.Name, err, got.Findings)
	}
	return got.Payouts
}

// backwards turns the lines of data files around, below their headers.
func backwards(files []plantest.File) (out []plantest.File) {
	for _, f := range files {
		if filepath.Ext(f.Name) == ".csv" {
			lines := strings.SplitAfter(strings.TrimSuffix(f.Text, "\n")+"\n", "\n")
			lines = lines[:len(lines)-1]
			slices.Reverse(lines[1:])
			f.Text = strings.Join(lines, "")
		}
		out = append(out, f)
	}
	return out
}
