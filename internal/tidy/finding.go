package tidy

import (
	"cmp"
	"fmt"
	"go/token"
	"slices"
)

// Finding is one broken rule at one place.
type Finding struct {
	// File is the slash path from the root of the tree; Line counts from 1.
	File string
	Line int
	// Rule is the name of the rule, as in Rules.
	Rule string
	// Message says what is wrong and what to do instead.
	Message string
}

// String gives the finding as file:line: message (rule).
func (f Finding) String() string {
	return fmt.Sprintf("%s:%d: %s (%s)", f.File, f.Line, f.Message, f.Rule)
}

// Rule is one check over a whole tree.
type Rule struct {
	// Name is the word that stands in findings and exemptions.
	Name string
	// Check returns what it finds, in any order and with Rule left empty.
	Check func(*Tree) []Finding
}

// Rules returns every rule of the house, in the order of the package comment.
func Rules() []Rule {
	return []Rule{
		{"arrows", arrows},
		{"size", size},
		{"banned", banned},
		{"floats", floats},
		{"maprange", mapRanges},
		{"mutable", mutable},
		{"docs", docs},
	}
}

// Check runs every rule over the tree and returns the findings sorted by
// position. Exempted findings are left out; idle exemptions are added.
func Check(t *Tree) []Finding {
	var all []Finding
	for _, rule := range Rules() {
		for _, f := range rule.Check(t) {
			f.Rule = rule.Name
			all = append(all, f)
		}
	}
	all = applyExemptions(t, all, exemptions)
	slices.SortFunc(all, compareFindings)
	return slices.Compact(all)
}

func compareFindings(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(a.File, b.File),
		cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Rule, b.Rule),
		cmp.Compare(a.Message, b.Message),
	)
}

// at makes a finding at a position of the tree.
func (t *Tree) at(pos token.Pos, format string, args ...any) Finding {
	p := t.fset.Position(pos)
	return Finding{File: p.Filename, Line: p.Line, Message: fmt.Sprintf(format, args...)}
}

// exemption lets one file break one rule.
type exemption struct {
	Rule, File string
	// Reason must convince a reader who wants to remove the exemption.
	Reason string
}

// exemptions is kept short: a rule with many exceptions is a wrong rule.
var exemptions = []exemption{}

// applyExemptions drops what is exempted and reports exemptions without use.
// An exemption for a file that does not exist is reported as well.
func applyExemptions(t *Tree, all []Finding, list []exemption) []Finding {
	used := make([]bool, len(list))
	kept := slices.DeleteFunc(all, func(f Finding) bool {
		i := slices.IndexFunc(list, func(e exemption) bool { return e.Rule == f.Rule && e.File == f.File })
		if i >= 0 {
			used[i] = true
		}
		return i >= 0
	})
	for i, e := range list {
		if !used[i] {
			kept = append(kept, Finding{
				File: e.File, Line: 1, Rule: e.Rule,
				Message: "nothing here needs its exemption: remove it from internal/tidy/finding.go",
			})
		}
	}
	return kept
}
