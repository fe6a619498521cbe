package spec

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/compensation/plantest"
)

const scenarios = root + "/testdata/spec"

// Closing one pay period after the other posts what one run of them all gives, with every scenario: nothing is restated where
// nothing has changed, and balances are those of the ledger.
func TestClosingMonthByMonthIsOneRun(t *testing.T) {
	closed := 0
	everyScenario(t, func(t *testing.T, s plantest.Script) {
		if s.Closed == "" {
			closed += closeAll(t, s)
		}
	})
	if closed < 200 {
		t.Errorf("only %d pay periods were closed", closed)
	}
}

// everyScenario tests something of every scenario, each as a test of its own.
func everyScenario(t *testing.T, test func(*testing.T, plantest.Script)) {
	names, err := plantest.Scripts(os.DirFS(scenarios))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(scenarios, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		s, err := plantest.Parse(name, string(text))
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(name, ".txtar"), func(t *testing.T) { test(t, s) })
	}
}

// closeAll closes the pay periods of a script one by one, and says how many it were.
func closeAll(t *testing.T, s plantest.Script) int {
	got, err := s.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got.Run == nil || len(got.Run.Periods()) < 2 {
		return 0
	}
	fsys := os.DirFS(unpack(t, s))
	program, err := plan.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	facts, err := folder.Facts(fsys, program)
	if err != nil {
		t.Fatal(err)
	}
	facts.Ledger = ledger.Memory()
	book, err := compensation.Open(t.Context(), program, facts)
	if err != nil {
		t.Fatal(err)
	}
	payouts, entries := map[string]string{}, map[string]int{}
	for _, p := range got.Run.Periods() {
		run, err := book.Run(t.Context(), compensation.Request{Period: p})
		if err != nil {
			t.Fatal(err)
		}
		for p := range run.Payouts() {
			payouts[p.ID] = p.Amount.Text()
		}
		for e := range run.Entries() {
			entries[string(ledger.AppendLine(nil, e))]++
		}
		if _, err := book.Commit(t.Context(), run, "ana"); err != nil {
			t.Fatal(err)
		}
	}
	carries := slices.ContainsFunc(program.Plans, func(p plan.Plan) bool { return p.Terms.Any() })
	for e := range got.Run.Entries() {
		if line := string(ledger.AppendLine(nil, e)); entries[line] == 0 && (carries || e.Kind != ledger.Paid) {
			t.Errorf("is not posted when pay periods are closed: %s", line)
		} else {
			entries[line]--
		}
	}
	for _, line := range slices.Sorted(maps.Keys(entries)) {
		if n := entries[line]; n != 0 && (carries || !strings.Contains(line, "Paid") && !strings.Contains(line, "CarriedForward")) {
			t.Errorf("is posted only when pay periods are closed: %s", line)
		}
	}
	for p := range got.Run.Payouts() {
		if was := payouts[p.ID]; was != p.Amount.Text() {
			t.Errorf("%s is %s when pay periods are closed, and %s in one run", p.ID, was, p.Amount.Text())
		}
	}
	return len(got.Run.Periods())
}

// unpack writes the company of a script to a folder.
func unpack(t *testing.T, s plantest.Script) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{"people.csv": "payee,name,role,start,end\n"}
	for _, f := range s.Files {
		files[f.Name] = f.Text
	}
	if err := os.MkdirAll(filepath.Join(dir, "events"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range files { // order: each is a file of its own
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(fmt.Errorf("%s: %w", name, err))
		}
	}
	return dir
}
