package main

import (
	"os"
	"strings"
	"testing"
)

// The README opens with a plan and what it pays: both must be what the files and
// the command say today.
func TestTheReadmeShowsWhatTheCommandPrints(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	plan, err := os.ReadFile("../../examples/first/plans/rep.yaml")
	if err != nil {
		t.Fatal(err)
	}
	code, why, errs := call("explain", "../../examples/first", "2026-03/ana/commission")
	if code != exitFine {
		t.Fatal(errs)
	}
	for what, want := range map[string]string{"the plan": "```yaml\n" + string(plan) + "```", "the explanation": "```text\n" + why + "```"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%s in README.md is not\n%s", what, want)
		}
	}
}

func TestTheExamplesHoldTheirOwnTests(t *testing.T) {
	for _, folder := range []string{"first", "saas", "tutorial/acme"} {
		if code, out, errs := call("test", "../../examples/"+folder); code != exitFine || !strings.Contains(out, "0 failed") {
			t.Errorf("%s: exit code %d\n%s%s", folder, code, out, errs)
		}
	}
}
