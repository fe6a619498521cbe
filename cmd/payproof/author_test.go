package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// started is a company that init wrote.
func started(t *testing.T, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "company")
	if code, out, errs := call(append([]string{"init", path}, args...)...); code != exitFine || errs != "" || !strings.Contains(out, "payproof.yaml") {
		t.Fatalf("exit code %d, %s%s", code, out, errs)
	}
	return path
}

// change replaces text in a file of a company.
func change(t *testing.T, path, old, text string) {
	t.Helper()
	was, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(was), old) {
		t.Fatalf("%q is not in %s: %v", old, path, err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(was), old, text, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestWhatInitWritesWorksInAnyCurrency(t *testing.T) {
	for _, currency := range []string{"USD", "EUR", "JPY", "KWD"} {
		path := started(t, "--currency", currency)
		for _, args := range [][]string{
			{"check", path},
			{"run", path},
			{"explain", path, "2026-03/ana/commission"},
			{"test", path},
			{"fmt", path, "--check"},
		} {
			code, out, errs := call(args...)
			if code != exitFine || errs != "" {
				t.Errorf("%s: %s: exit code %d\n%s%s", currency, args[0], code, out, errs)
			}
			if args[0] == "run" && !strings.Contains(out, "in "+currency) {
				t.Errorf("paid in another currency:\n%s", out)
			}
		}
	}
}

func TestInitLeavesAFolderInUseAlone(t *testing.T) {
	path := started(t)
	change(t, filepath.Join(path, "payproof.yaml"), "My Company", "Ours")
	code, _, errs := call("init", path)
	text, _ := os.ReadFile(filepath.Join(path, "payproof.yaml"))
	if code != exitInput || !strings.Contains(errs, "not empty") || !strings.Contains(string(text), "Ours") {
		t.Errorf("exit code %d, %s", code, errs)
	}
	if code, _, errs := call("init", t.TempDir()+"/x", "--currency", "dollars"); code != exitInput || !strings.Contains(errs, "--currency") {
		t.Errorf("exit code %d, %s", code, errs)
	}
}

func TestAScriptThatDoesNotHoldFails(t *testing.T) {
	path := started(t)
	change(t, filepath.Join(path, "plans", "account-executive.yaml"), "rate: 8%", "rate: 9%")
	code, out, _ := call("test", path, "--run", "accel")
	want := `FAIL     tests/accelerator.txtar  The deal that crosses the quota is paid at both rates
    tests/accelerator.txtar:17:1: want/payouts differs (- wanted, + got)
    - 2026-03 eve commission 3300.00
    + 2026-03 eve commission 3400.00
      2026-03 eve quota bonus 500.00
1 script, 1 failed
`
	if code != exitFindings || out != want {
		t.Errorf("exit code %d\n%s", code, out)
	}
	if code, out, _ := call("test", path, "-update"); code != exitFine || !strings.Contains(out, "2 updated") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	text, _ := os.ReadFile(filepath.Join(path, "tests", "first-quarter.txtar"))
	if code, _, _ := call("test", path); code != exitFine || !strings.Contains(string(text), "1050.00\n") || !strings.Contains(string(text), "# a renewal") {
		t.Errorf("exit code %d after an update\n%s", code, text)
	}
}

func TestAnErrorIsExpectedOnItsLine(t *testing.T) {
	path := started(t)
	typo := filepath.Join(path, "tests", "typo.txtar")
	write := func(comment string) {
		text := "A typo does not compile\n\n-- plans/rep.yaml --\nplan: Rep\nversion: \"1\"\ncomponents:\n  pay:\n    every: month\n    pays: bokings * 5%  " + comment + "\n-- want/payouts --\n"
		if err := os.WriteFile(typo, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("#! unknown-name: bokings")
	if code, out, _ := call("test", path); code != exitFine {
		t.Errorf("exit code %d\n%s", code, out)
	}
	write("#! unknown-name: bookings of June")
	if code, out, _ := call("test", path, "--run", "typo"); code != exitFindings || !strings.Contains(out, "tests/typo.txtar:9:1: #! unknown-name differs") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	write("")
	if code, out, _ := call("test", path, "--run", "typo"); code != exitFindings || !strings.Contains(out, "tests/typo.txtar:9:11: want/findings differs") {
		t.Errorf("exit code %d\n%s", code, out)
	}
}

func TestWhatTestCannotRun(t *testing.T) {
	path := started(t)
	if err := os.WriteFile(filepath.Join(path, "tests", "empty.txtar"), []byte("Nothing is wanted\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"test", path}, "wants nothing"},
		{[]string{"test", path, "--run", "no such"}, "none of 3"},
		{[]string{"test", path, "--run", "("}, "--run"},
		{[]string{"test", "../../examples/embed"}, "no script to run"},
		{[]string{"test", path + "x"}, "not a folder"},
		{[]string{"fmt", path + "/none.yaml"}, "none.yaml"},
	} {
		code, out, errs := call(c.args...)
		if code != exitInput || !strings.Contains(errs, c.says) {
			t.Errorf("%v: exit code %d, %s%s", c.args, code, out, errs)
		}
	}
}

func TestFmtListsAndRewrites(t *testing.T) {
	path := started(t)
	file := filepath.Join(path, "plans", "manager.yaml")
	was, _ := os.ReadFile(file)
	change(t, file, "version: \"2026.1\"\n", "")
	change(t, file, "  override:\n    for each: credit of team bookings\n", "    override:\n        for each: 'credit of team bookings'\n    ")
	change(t, file, "    pays:", "    pays:")
	text, _ := os.ReadFile(file)
	if err := os.WriteFile(file, []byte(string(text)+"version: \"2026.1\"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := call("fmt", path, "--check"); code != exitFindings || out != filepath.ToSlash(file)+"\n" || errs != "" {
		t.Errorf("--check: exit code %d, %s%s", code, out, errs)
	}
	if code, out, _ := call("fmt", path); code != exitFine || out == "" {
		t.Errorf("exit code %d, %s", code, out)
	}
	if text, _ = os.ReadFile(file); string(text) != string(was) {
		t.Errorf("not what it was:\n%s", text)
	}
	if err := os.WriteFile(file, []byte("plan: [\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := call("fmt", path); code != exitInput || !strings.Contains(errs, "manager.yaml") {
		t.Errorf("exit code %d, %s", code, errs)
	}
	if text, _ = os.ReadFile(file); string(text) != "plan: [\n" {
		t.Errorf("a file that is no YAML was changed to %s", text)
	}
}
