package tidy

import (
	"slices"
	"testing"
)

func TestFindingsAreSortedByPosition(t *testing.T) {
	tree := load(t, map[string]string{
		"dsl/money/b.go": "package money\n\nfunc B() {}\n",
		"dsl/money/a.go": "package money\n\nfunc init() {}\n\nfunc A() { panic(1) }\n",
	})
	got := Check(tree)
	if !slices.IsSortedFunc(got, compareFindings) {
		t.Errorf("not sorted: %q", got)
	}
	if len(got) != 5 { // package comment, init, A undocumented, panic, B undocumented
		t.Errorf("%d findings: %q", len(got), got)
	}
}

func TestAnExemptionCoversOneRuleInOneFile(t *testing.T) {
	all := []Finding{
		{File: "a.go", Line: 3, Rule: "floats"},
		{File: "a.go", Line: 4, Rule: "docs"},
		{File: "b.go", Line: 5, Rule: "floats"},
	}
	got := applyExemptions(nil, slices.Clone(all), []exemption{{"floats", "a.go", "a test"}})
	if !slices.Equal(got, all[1:]) {
		t.Errorf("kept %q, want %q", got, all[1:])
	}
}

func TestAnIdleExemptionIsAFinding(t *testing.T) {
	got := applyExemptions(nil, nil, []exemption{{"size", "a.go", "a test"}})
	if len(got) != 1 || got[0].File != "a.go" || got[0].Rule != "size" {
		t.Errorf("findings %q", got)
	}
}

func TestEveryExemptionHasAReasonAndARule(t *testing.T) {
	for _, e := range exemptions {
		known := slices.ContainsFunc(Rules(), func(r Rule) bool { return r.Name == e.Rule })
		if e.Reason == "" || !known {
			t.Errorf("exemption %+v", e)
		}
	}
}
