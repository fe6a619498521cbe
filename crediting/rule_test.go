package crediting

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/fact"
)

// grouped puts a rule into a group.
func grouped(name string, priority int) func(*Rule) {
	return func(r *Rule) { r.Group, r.Priority = name, priority }
}

func excluding(ids ...fact.RuleID) func(*Rule) { return func(r *Rule) { r.Exclude = ids } }

func TestTwoRulesOfAGroupWithOnePriorityAreAFinding(t *testing.T) {
	s := deals()
	c := company{schema: s, rules: []Rule{rule(t, s, "a", "seller", grouped("g", 1)), rule(t, s, "b", "partner", grouped("g", 1)), rule(t, s, "c", "seller", grouped("h", 1))}}
	got := c.apply(t, line("d1", "partner=pat"))
	expect(t, got, "d1 ana bookings 100", "d1 uncredited 100: two rules of a group have the same priority")
	expectFindings(t, got.Findings, "group-tie", "rules a and b", "event=d1")
}

func TestARuleOutsideOfItsDatesNeitherWinsNorExcludes(t *testing.T) {
	s := deals()
	ended := func(r *Rule) { r.Effective = during(t, "..2026-03-09").Effective }
	c := company{schema: s, rules: []Rule{
		rule(t, s, "a", "partner", grouped("g", 1), ended), rule(t, s, "b", "seller", grouped("g", 2), excluding("a")),
	}}
	expect(t, c.apply(t, line("d1", "partner=pat")), "d1 ana bookings 100")
}

// winners is the definition, read aloud: rules that hold, less those that exclude one that holds, and of each group the
// least priority.
func winners(rules []Rule, holds map[fact.RuleID]bool) (out []string) {
	out = []string{}
	free := func(r Rule) bool {
		return holds[r.ID] && !slices.ContainsFunc(r.Exclude, func(id fact.RuleID) bool { return holds[id] })
	}
	for _, r := range rules {
		before := func(o Rule) bool { return o.Group == r.Group && r.Group != "" && free(o) && o.Priority < r.Priority }
		if free(r) && !slices.ContainsFunc(rules, before) {
			out = append(out, string(r.ID))
		}
	}
	slices.Sort(out)
	return out
}

func TestGroupsAndExclusionsDoNotDependOnTheOrderOfRules(t *testing.T) {
	s := deals()
	rapid.Check(t, func(rt *rapid.T) {
		var rules []Rule
		holds := map[fact.RuleID]bool{}
		for i := range rapid.IntRange(1, 8).Draw(rt, "rules") {
			r := rule(t, s, fmt.Sprint("r", i), "seller", grouped(rapid.SampledFrom([]string{"", "g", "h"}).Draw(rt, "group"), i))
			if holds[r.ID] = rapid.Bool().Draw(rt, "holds"); !holds[r.ID] {
				r.When = condition(t, s, rapid.SampledFrom([]string{"amount > 100 USD", `region == "west"`, "partner is not missing"}).Draw(rt, "when"))
			} else if rapid.Bool().Draw(rt, "says so") {
				r.When = condition(t, s, rapid.SampledFrom([]string{"amount >= 100 USD", `region == "east"`}).Draw(rt, "when"))
			}
			if i > 0 && rapid.Bool().Draw(rt, "excludes") {
				r.Exclude = []fact.RuleID{fact.RuleID(fmt.Sprint("r", rapid.IntRange(0, i-1).Draw(rt, "which")))}
			}
			rules = append(rules, r)
		}
		want := winners(rules, holds)
		got := company{schema: s, rules: rapid.Permutation(rules).Draw(rt, "order")}.apply(t, line("d1", ""))
		found := []string{}
		for _, c := range got.Credits {
			found = append(found, string(c.Rule))
		}
		slices.Sort(found)
		if !slices.Equal(found, want) {
			rt.Fatalf("credits by %s, want %s", strings.Join(found, " "), strings.Join(want, " "))
		}
	})
}
