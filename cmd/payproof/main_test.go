package main

import (
	"bytes"
	"context"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const saas = "../../examples/saas"

// call runs the command line as a user does.
func call(args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	code = execute(context.Background(), args, &o, &e)
	return code, o.String(), e.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (run with -update to rewrite):\n%s", path, d)
	}
}

func TestWhatTheExampleCompanyPays(t *testing.T) {
	for name, args := range map[string][]string{
		"saas.txt":         {"run", saas},
		"saas-q1.csv":      {"run", saas, "--period", "2026-Q1", "--format", "csv"},
		"p007-march.txt":   {"explain", saas, "2026-03/p007/mix bonus", "--width", "3", "--not-taken"},
		"p007-capped.txt":  {"explain", saas, "2026-06/p007/mix bonus", "--depth", "2"},
		"p057-bonus.json":  {"explain", saas, "2026-03/p019/commission", "--format", "json"},
		"help.txt":         {"--help"},
		"run-help.txt":     {"run", "--help"},
		"explain-help.txt": {"explain", "--help"},
		"whynot-help.txt":  {"whynot", "--help"},
		"whynot.txt":       {"whynot", saas, "p007", "d000012"},
		"whynot.json":      {"whynot", saas, "p007", "d001490", "--format", "json"},
	} {
		code, out, errs := call(args...)
		if code != exitFine || errs != "" {
			t.Errorf("%v: exit code %d, %s", args, code, errs)
		}
		golden(t, name, out)
	}
}

func TestExitCodesAndMessages(t *testing.T) {
	empty := t.TempDir()
	bad := company(t, func(name, text string) string {
		return strings.Replace(text, `product == "Services"`, `product == "Service"`, 1)
	}, 1)
	odd := company(t, func(name, text string) string {
		if name == "events/deal-2026-q1.csv" {
			return strings.Replace(text, "d000001,2026-01-02", "d000001,2026-02-30", 1)
		}
		return text
	}, 1)
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"run", empty}, exitInput, "payproof.yaml"},
		{[]string{"run", filepath.Join(empty, "nowhere")}, exitInput, "not a folder"},
		{[]string{"run", saas, "--period", "2026-13"}, exitInput, "2026-13"},
		{[]string{"run", saas, "--format", "xml"}, exitInput, "text, json or csv"},
		{[]string{"run", saas, "--commit", empty}, exitInput, "--actor"},
		{[]string{"run"}, exitInput, "accepts 1 arg"},
		{[]string{"rum", saas}, exitInput, "unknown command"},
		{[]string{"run", saas, "--perod", "x"}, exitInput, "unknown flag"},
		{[]string{"explain", saas, "2026-03/p007/comission"}, exitInput, "2026-03/p007/commission"},
		{[]string{"explain", saas, "2026-03/p0007"}, exitInput, "p007"},
		{[]string{"explain", saas, "p007"}, exitInput, "period/payee/component"},
		{[]string{"run", bad}, exitInput, `did you mean "Services"?`},
		{[]string{"run", odd}, exitInput, "February 2026 has 28 days"},
		{[]string{"run", odd}, exitInput, "deal-2026-q1.csv:2:9"},
	} {
		code, _, errs := call(c.args...)
		if code != c.code || !strings.Contains(errs, c.says) {
			t.Errorf("%v: exit code %d, want %d with %q in\n%s", c.args, code, c.code, c.says, errs)
		}
	}
}

// company copies the example, with its texts changed and its events shuffled by
// the seed; 1 leaves them in order.
func company(t *testing.T, change func(name, text string) string, seed uint64) string {
	t.Helper()
	dir := t.TempDir()
	err := os.CopyFS(dir, os.DirFS(saas))
	if err != nil {
		t.Fatal(err)
	}
	names, _ := filepath.Glob(filepath.Join(dir, "*", "*"))
	top, _ := filepath.Glob(filepath.Join(dir, "*.*"))
	for _, name := range append(names, top...) {
		text, err := os.ReadFile(name)
		if err != nil || strings.HasSuffix(name, ".go") {
			continue
		}
		rel, _ := filepath.Rel(dir, name)
		changed := change(filepath.ToSlash(rel), string(text))
		if strings.HasPrefix(rel, "events") && seed != 1 {
			lines := strings.SplitAfter(strings.TrimSuffix(changed, "\n")+"\n", "\n")
			body := lines[1 : len(lines)-1]
			rand.New(rand.NewPCG(seed, 1)).Shuffle(len(body), func(i, j int) { body[i], body[j] = body[j], body[i] })
			changed = strings.Join(lines, "")
		}
		if err := os.WriteFile(name, []byte(changed), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// scatter spreads the first quarter's events over three more files, the last of
// which says again what was said.
func scatter(t *testing.T, dir string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "events", "deal-2026-q1.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	third := len(lines) / 3
	for name, part := range map[string][]string{
		"deal-2026-q1.csv": lines[1:third], "deal-a.csv": lines[third : 2*third], "deal.csv": lines[2*third:], "deal-again.csv": lines[1:],
	} {
		if err := os.WriteFile(filepath.Join(dir, "events", name), []byte(lines[0]+strings.Join(part, "")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// outputs is everything that a run writes and prints.
func outputs(t *testing.T, dir string, args ...string) map[string]string {
	t.Helper()
	to := t.TempDir()
	code, out, errs := call(append([]string{"run", dir, "--out", to, "--format", "json"}, args...)...)
	if code != exitFine {
		t.Fatal(code, errs)
	}
	got := map[string]string{"stdout": out}
	for _, name := range []string{"payouts.csv", "credits.csv", "uncredited.csv", "ledger.tsv", "manifest.json"} {
		text, err := os.ReadFile(filepath.Join(to, name))
		if err != nil || len(text) == 0 {
			t.Fatal(name, err)
		}
		got[name] = string(text)
	}
	_, got["explained"], _ = call("explain", dir, "2026-03/p057", "--format", "json")
	return got
}

func TestSameFactsSameBytes(t *testing.T) {
	same := func(_, text string) string { return text }
	want := outputs(t, saas)
	shuffled := company(t, same, 7)
	scattered := company(t, same, 8)
	scatter(t, scattered)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, c := range []struct {
		what, dir string
		procs     int
		workers   string
	}{
		{"one processor", saas, 1, "1"},
		{"two", saas, 2, "2"},
		{"eight", saas, 8, "8"},
		{"shuffled", shuffled, 2, "3"},
		{"several files, shuffled, fed twice", scattered, 8, "8"},
	} {
		runtime.GOMAXPROCS(c.procs)
		if d := cmp.Diff(want, outputs(t, c.dir, "--workers", c.workers)); d != "" {
			t.Errorf("%s: other bytes\n%.2000s", c.what, d)
		}
	}
}

// Month by month the same is paid as at once: a quarter's bonus once, at its end.
func TestMonthByMonthPaysWhatOneRunPays(t *testing.T) {
	_, whole, _ := call("run", saas, "--format", "csv")
	header, _, _ := strings.Cut(whole, "\n")
	var months strings.Builder
	months.WriteString(header + "\n")
	for _, m := range []string{"2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"} {
		code, out, errs := call("run", saas, "--period", m, "--format", "csv")
		if code != exitFine {
			t.Fatal(code, errs)
		}
		months.WriteString(strings.TrimPrefix(out, header+"\n"))
	}
	if d := cmp.Diff(whole, months.String()); d != "" {
		t.Errorf("- at once, + month by month:\n%.2000s", d)
	}
}

func TestACommittedPeriodIsNotWrittenAgain(t *testing.T) {
	books := filepath.Join(t.TempDir(), "books")
	code, _, errs := call("run", saas, "--period", "2026-01", "--commit", books, "--actor", "ana@example.com")
	if code != exitFine || !strings.Contains(errs, "the head of the ledger is 1:") {
		t.Fatal(code, errs)
	}
	code, _, errs = call("run", saas, "--period", "2026-Q1", "--commit", books, "--actor", "ana@example.com")
	if code != exitInput || !strings.Contains(errs, "2026-01 is in the ledger already") {
		t.Errorf("exit code %d: %s", code, errs)
	}
	if code, _, errs = call("run", saas, "--period", "2026-02", "--commit", books, "--actor", "bo"); code != exitFine {
		t.Errorf("the next month: exit code %d: %s", code, errs)
	}
}

func TestFindingsGiveTheirOwnExitCode(t *testing.T) {
	dir := company(t, func(name, text string) string {
		if name == "people.csv" {
			return strings.Replace(text, "p009,Imani Jefferson,AE", "p009,Imani Jefferson,Alumna", 1)
		}
		return text
	}, 1)
	code, _, errs := call("run", dir)
	if code != exitFindings || !strings.Contains(errs, "credit-without-plan") || !strings.Contains(errs, "payee=p009") {
		t.Errorf("exit code %d: %s", code, errs)
	}
}
