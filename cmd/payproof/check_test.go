package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/payproof/payproof/compensation/plan"
)

// first copies a small company, with texts of its files replaced.
func first(t *testing.T, changes ...[3]string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../examples/first")); err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		path := filepath.Join(dir, c[0])
		text, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(text), c[1]) {
			t.Fatalf("%q does not stand in %s: %v", c[1], c[0], err)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(text), c[1], c[2], 1)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

var (
	typo    = [3]string{"plans/rep.yaml", "pays: marginal(bookings", "pays: marginal(boookings"}
	unknown = [3]string{"plans/rep.yaml", "version:", "verison: \"1\"\nversion:"}
	falling = [3]string{"plans/rep.yaml", "marginal by: bookings", "whole by: bookings"}
	badDate = [3]string{"events/deal.csv", "2026-", "2026/"}
	badRole = [3]string{"people.csv", "2026-01-01", "2026-01-32"}
)

func TestCheckSaysWhatItChecked(t *testing.T) {
	code, out, errs := call("check", saas)
	if code != exitFine || errs != "" {
		t.Errorf("exit code %d: %s", code, errs)
	}
	golden(t, "check-saas.txt", out)
	schema := first(t, [3]string{"plans/rep.yaml", "plan:", "# yaml-language-server: $schema=../plan.schema.json\nplan:"})
	if code, out, errs := call("check", schema); code != exitFine || !strings.Contains(out, "checked 1 plan with 1 component,") {
		t.Errorf("with a line for editors: exit code %d, %s%s", code, out, errs)
	}
	for name, args := range map[string][]string{"check-help.txt": {"check", "--help"}, "schema-help.txt": {"schema", "--help"}} {
		_, out, _ := call(args...)
		golden(t, name, out)
	}
}

func TestCheckShowsWhereAPlanIsWrong(t *testing.T) {
	dir := first(t, typo, unknown)
	code, out, errs := call("check", dir)
	if code != exitInput || out != "" {
		t.Errorf("exit code %d, on stdout %q", code, out)
	}
	golden(t, "check-typo.txt", errs)
}

func TestCheckForEditors(t *testing.T) {
	for name, c := range map[string]struct {
		dir  string
		code int
	}{
		"check-clean.json":   {first(t), exitFine},
		"check-typo.json":    {first(t, typo, unknown), exitInput},
		"check-events.json":  {first(t, badDate), exitInput},
		"check-people.json":  {first(t, badRole), exitInput},
		"check-missing.json": {t.TempDir(), exitInput},
	} {
		code, out, errs := call("check", c.dir, "--json")
		if code != c.code || errs != "" {
			t.Errorf("%s: exit code %d, want %d; on stderr %q", name, code, c.code, errs)
		}
		golden(t, name, out)
		placed(t, c.dir, out)
	}
}

// placed checks that each place is in a file that is there, within its text, and
// that the findings are sorted.
func placed(t *testing.T, dir, out string) {
	t.Helper()
	var found []jsonFinding
	if err := json.Unmarshal([]byte(out), &found); err != nil {
		t.Fatal(err)
	}
	if !slices.IsSortedFunc(found, func(a, b jsonFinding) int { return strings.Compare(a.File, b.File) }) {
		t.Errorf("not sorted: %s", out)
	}
	for _, f := range found {
		if f.Line == 0 {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, f.File))
		if err != nil {
			t.Error(err)
			continue
		}
		lines := strings.Split(string(text), "\n")
		if f.Line > len(lines) || f.EndLine < f.Line || f.EndLine == f.Line && (f.EndColumn < f.Column || f.EndColumn > len([]rune(lines[f.Line-1]))+1) {
			t.Errorf("%+v is not within the file", f)
		}
	}
}

func TestWarningsAreShownAndHaveTheirExitCode(t *testing.T) {
	dir := first(t, falling, [3]string{"plans/rep.yaml", "pays: marginal(bookings, accelerator)", "pays: amount * 5%"}, [3]string{"plans/rep.yaml", "{from: 0%, rate: 5%}", "{from: 0%, rate: 10%}"})
	code, out, errs := call("check", dir)
	if code != exitFindings || !strings.Contains(errs, "warning[table-falls]") || !strings.Contains(errs, "0 errors, 1 warning") || !strings.Contains(out, "checked 1 plan") {
		t.Errorf("exit code %d\n%s\n%s", code, out, errs)
	}
	code, out, _ = call("check", dir, "--json")
	if code != exitFindings || !strings.Contains(out, `"severity": "warning"`) {
		t.Errorf("exit code %d\n%s", code, out)
	}
}

func TestCheckAndSchemaRefuseOtherCommandLines(t *testing.T) {
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"check", filepath.Join(t.TempDir(), "nowhere")}, "not a folder"},
		{[]string{"check"}, "accepts 1 arg"},
		{[]string{"schema"}, "accepts 1 arg"},
		{[]string{"schema", "plans"}, "invalid argument"},
	} {
		if code, _, errs := call(c.args...); code != exitInput || !strings.Contains(errs, c.says) {
			t.Errorf("%v: exit code %d, want %q in %s", c.args, code, c.says, errs)
		}
	}
}

func TestSchemaPrintsThePublishedBytes(t *testing.T) {
	for arg, want := range map[string][]byte{"company": plan.CompanySchema(), "plan": plan.PlanSchema()} {
		if code, out, _ := call("schema", arg); code != exitFine || out != string(want) {
			t.Errorf("schema %s: exit code %d, %d bytes, want %d", arg, code, len(out), len(want))
		}
	}
}

func TestCheckFindsPlansAndRolesThatDoNotMeet(t *testing.T) {
	dir := company(t, func(name, text string) string {
		if name == "plans/sales-engineer.yaml" {
			return strings.Replace(text, "for: role SE", "for: role SEE", 1)
		}
		return text
	}, 1)
	code, _, errs := call("check", dir)
	for _, says := range []string{"plan-without-payees", "plans/sales-engineer.yaml:2:7", `did you mean "SE"?`, "role-without-plan", "role=SE", `did you mean "AE"?`} {
		if code != exitFindings || !strings.Contains(errs, says) {
			t.Errorf("exit code %d without %q:\n%.2000s", code, says, errs)
		}
	}
}

// designBug caps what is paid above 100 % only: at 100 % pay falls from the base to the cap.
var designBug = [3]string{"plans/rep.yaml", "    for each: credit of bookings\n    pays: marginal(bookings, accelerator)", `    every: quarter
    pays: if attainment(bookings) >= 100% { min(40_000 USD, 50_000 USD * (1 + 0.5 * (attainment(bookings) - 1))) } else { 50_000 USD * attainment(bookings) }`}

func TestCheckShowsWherePayFalls(t *testing.T) {
	dir := first(t, designBug)
	code, out, errs := call("check", dir)
	if code != exitFindings {
		t.Errorf("exit code %d", code)
	}
	golden(t, "check-falls.txt", errs+"\n"+out)
	code, out, errs = call("check", dir, "--json")
	if code != exitFindings || errs != "" {
		t.Errorf("exit code %d, %s", code, errs)
	}
	golden(t, "check-falls.json", out)
	placed(t, dir, out)
	code, out, errs = call("check", saas, "--detail")
	if code != exitFine {
		t.Errorf("exit code %d: what is worth to know is no warning", code)
	}
	golden(t, "check-saas-detail.txt", errs+"\n"+out)
}

func TestCheckFindsWhatCanNeverBe(t *testing.T) {
	dir := first(t,
		[3]string{"plans/rep.yaml", "      - {from: 100%, rate: 8%}", "      - {from: 100%, rate: 8%}\n      - {from: 300%, rate: 9%}"},
		[3]string{"plans/rep.yaml", "    for each: credit of bookings\n    pays: marginal(bookings, accelerator)", `    every: quarter
    gate: quota(bookings) > 0 USD
    pays: if bookings > 100 USD and bookings < 50 USD { 5 USD } else if bookings <= quota(bookings) { marginal(bookings, accelerator) } else { 0 USD }`},
		[3]string{"plans/rep.yaml", "components:", `components:
  share of deals:
    every: quarter
    pays: bookings / deals * deals
`}, [3]string{"payproof.yaml", "measures:", "measures:\n  deals: count of bookings, quarter"},
	)
	code, out, errs := call("check", dir, "--detail")
	for _, says := range []string{
		"warning[condition-constant]: `quota(bookings) > 0 USD` always holds", "quota(bookings) is above 0 here",
		"warning[branch-unreachable]: `5 USD` is never reached", "warning[tier-unreachable]: this tier of \"accelerator\" is never reached",
		"info[division-by-zero]: `bookings / deals` can divide by zero: deals is from 0",
	} {
		if code != exitFindings || !strings.Contains(errs, says) {
			t.Errorf("exit code %d without %q:\n%s%s", code, says, errs, out)
		}
	}
	if code, _, errs := call("check", dir); code != exitFindings || strings.Contains(errs, "info[") {
		t.Errorf("exit code %d, %s", code, errs)
	}
}
