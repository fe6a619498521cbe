package crediting

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/fact"
)

func TestPartsAndWhatIsUncreditedSumToTheWhole(t *testing.T) {
	s := listed()
	tos := []string{
		"seller", "owner of territory", "seller 60%, partner 40%", "partner 30%, seller rest", "seller 33.3%, partner 33.3%, role SE on account rest",
		"sellers", "sellers 40%, seller rest", "team West 50%, sellers rest", "team East", "partner 30%, team East rest", "sellers 30%, team West 30%, partner 10%, seller rest",
		"partner 20%, role SE on account 15% of rest, seller rest", "role SE on account 1%, partner 99%", "seller 0%, partner 100%",
	}
	rapid.Check(t, func(rt *rapid.T) {
		r := rule(t, s, "r", rapid.SampledFrom(tos).Draw(rt, "to"))
		factor := rapid.SampledFrom([]string{"amount", "amount * 5%", "amount * 33.333%", "amount / 7"}).Draw(rt, "amount")
		r.Amount = compile(t, s, factor, nil)
		var edges []fact.Edge
		for _, who := range []string{"sue", "tom", "xeno", "zed"} {
			if share := rapid.IntRange(0, 50).Draw(rt, "share"); share > 0 {
				edges = append(edges, fact.Edge{Name: "SE", From: "acme", To: who, Share: decimal.New(int64(share), -2)})
			}
		}
		for _, who := range []string{"sue", "tom", "xeno"} {
			edges = append(edges, arrows(t, "team "+who+" West", "team "+who+" East 0.3")...)
		}
		sellers := rapid.Permutation([]string{"ana", "bob", "cy", "dee", "xavi", "zed", "ed"}).Draw(rt, "sellers")
		cents := rapid.Int64Range(-99_999_999, 99_999_999).Draw(rt, "cents")
		changes := fmt.Sprintf("amount=%s sellers=%s seller=%s partner=%s account=%s", decimal.New(cents, -2), strings.Join(sellers[:rapid.IntRange(1, 7).Draw(rt, "n")], ";"),
			rapid.SampledFrom([]string{"ana", "xeno"}).Draw(rt, "seller"), rapid.SampledFrom([]string{"", "pat", "xavi"}).Draw(rt, "partner"),
			rapid.SampledFrom([]string{"", "acme", "other"}).Draw(rt, "account"))
		got := company{schema: s, rules: []Rule{r}, edges: edges}.apply(t, line("d1", changes))
		sum, whole := decimal.Zero, decimal.Zero
		for _, c := range got.Credits {
			sum, whole = sum.Add(c.Amount), c.Whole
		}
		if len(got.Uncredited) > 1 {
			rt.Fatalf("%s: uncredited twice: %v", changes, got.Uncredited)
		}
		for _, u := range got.Uncredited {
			if sum = sum.Add(u.Amount); len(got.Credits) == 0 {
				whole = u.Amount // nobody had a part
			}
			if u.Reason == "" {
				rt.Fatalf("%s: no reason", changes)
			}
		}
		if !sum.Equal(whole) || len(got.Credits)+len(got.Uncredited) == 0 {
			rt.Fatalf("%s: parts sum to %s of %s: %v", changes, sum, whole, shown(got))
		}
		if factor == "amount" && !whole.Equal(decimal.New(cents, -2)) {
			rt.Fatalf("%s: the whole is %s", changes, whole)
		}
	})
}

// everything is all that crediting says, as text.
func everything(c *Crediting) string {
	var b strings.Builder
	for _, k := range c.Credits {
		fmt.Fprintln(&b, k.Event.ID, k.Payee, k.Type, k.Rule, k.Origin, k.Amount, k.Whole, k.Share, k.Via, k.Path, k.Limit)
	}
	for _, u := range c.Uncredited {
		fmt.Fprintln(&b, u.Event.ID, u.Rule, u.Amount, u.Reason)
	}
	return b.String() + codes(c.Findings)
}

func TestAnyOrderOfLinesAnySpreadOverFilesAndFeedingTwiceGiveTheSameCredits(t *testing.T) {
	s := small()
	r := rule(t, s, "r", "seller")
	edges, err := fact.NewEdges(arrows(t, "manager ana mia 0.5", "manager ana max 0.5", "manager bob mia"))
	if err != nil {
		t.Fatal(err)
	}
	rules := &Rules{Schemas: []*Schema{s}, Rules: []Rule{r}, RollUps: up(0)}
	credit := func(rt *rapid.T, files map[string][]string) string {
		var folder []string
		for name, lines := range files {
			folder = append(folder, name, header+strings.Join(lines, ""))
		}
		events, err := Load(t.Context(), FromCSV(folderOf(folder...)), []*Schema{s})
		if err != nil {
			rt.Fatal(err)
		}
		known := func(id fact.PayeeID) bool { return id != "max" }
		return everything(rules.NewApplier(edges, known, 0).Apply(slices.Collect(events.All())))
	}
	rapid.Check(t, func(rt *rapid.T) {
		var lines []string
		for i := range rapid.IntRange(0, 12).Draw(rt, "lines") {
			lines = append(lines, fmt.Sprintf("%s%d,2026-03-%02d,%d,%s\n", rapid.SampledFrom([]string{"", "d"}).Draw(rt, "prefix"), i,
				rapid.IntRange(1, 3).Draw(rt, "day"), rapid.IntRange(-5, 5).Draw(rt, "amount"), rapid.SampledFrom([]string{"ana", "bob", "cy"}).Draw(rt, "seller")))
		}
		files := map[string][]string{}
		twice := slices.Clone(lines)
		for _, l := range lines {
			if rapid.Bool().Draw(rt, "again") {
				twice = append(twice, l)
			}
		}
		for _, l := range rapid.Permutation(twice).Draw(rt, "order") {
			name := rapid.SampledFrom([]string{"deal.csv", "deal-a.csv", "deal-b.csv"}).Draw(rt, "file")
			files[name] = append(files[name], l)
		}
		if a, b := credit(rt, map[string][]string{"deal.csv": lines}), credit(rt, files); a != b {
			rt.Fatalf("%s\nspread over files:\n%s", a, b)
		}
	})
}

// sorted is what everybody has, by event and type: lines in the order of their text.
func sorted(c *Crediting) []string {
	var out []string
	for _, k := range c.Credits {
		out = append(out, fmt.Sprintln(k.Event.ID, k.Payee, k.Type, k.Rule, k.Origin, k.Amount, k.Whole, k.Share, k.Path, k.Limit))
	}
	for _, u := range c.Uncredited {
		out = append(out, fmt.Sprintln(u.Event.ID, u.Rule, u.Amount, u.Reason))
	}
	slices.Sort(out)
	return out
}

// manyRollUps draws a company with several rules and roll-ups of one type.
func manyRollUps(t *testing.T, rt *rapid.T, s *Schema) company {
	names := []string{"ana", "pat", "mia", "vp", "ceo"}
	c := company{schema: s}
	for from := range names {
		for to := from + 1; to < len(names); to++ {
			for _, name := range []string{"manager", "mentor"} {
				if rapid.IntRange(0, 2).Draw(rt, "edge") == 0 {
					share := rapid.SampledFrom([]string{"", " 0.5", " 0.25"}).Draw(rt, "share")
					c.edges = append(c.edges, arrows(t, name+" "+names[from]+" "+names[to]+share)...)
				}
			}
		}
	}
	for i, to := range []string{"seller", "seller 60%, partner 40%", "partner"} {
		if rapid.Bool().Draw(rt, to) {
			c.rules = append(c.rules, rule(t, s, fmt.Sprint("r", i), to, func(r *Rule) { r.Overlay = i == 2 }))
		}
	}
	how := DeDuplicate(rapid.IntRange(0, 2).Draw(rt, "de-duplicate"))
	for i := range rapid.IntRange(1, 3).Draw(rt, "roll-ups") {
		c.rollUps = append(c.rollUps, RollUp{
			ID: fact.RuleID(fmt.Sprint("up", i)), Of: "bookings", As: "team", Along: rapid.SampledFrom([]string{"manager", "mentor"}).Draw(rt, "along"),
			Levels: rapid.IntRange(0, 3).Draw(rt, "levels"), Skip: rapid.IntRange(0, 1).Draw(rt, "skip"), Overlays: rapid.Bool().Draw(rt, "overlays"), DeDuplicate: how,
		})
	}
	return c
}

func TestTheOrderOfRulesAndRollUpsDecidesNothing(t *testing.T) {
	s := deals()
	rapid.Check(t, func(rt *rapid.T) {
		c := manyRollUps(t, rt, s)
		lines := []Line{line("d1", "partner=pat"), line("d2", "partner=mia amount=-70.01"), line("d3", "seller=mia partner=ana amount=0.03")}
		other := c
		other.rules, other.rollUps = rapid.Permutation(c.rules).Draw(rt, "rules"), rapid.Permutation(c.rollUps).Draw(rt, "roll-ups")
		if a, b := sorted(c.apply(t, lines...)), sorted(other.apply(t, lines...)); !slices.Equal(a, b) {
			rt.Fatalf("%s\nin another order:\n%s", a, b)
		}
	})
}

// Whatever is passed up comes from one credit below, once for each recipient, and is its declared share, unless
// the credit says that it was limited.
func TestWhatIsPassedUpReconcilesByPath(t *testing.T) {
	s := deals()
	rapid.Check(t, func(rt *rapid.T) {
		got := manyRollUps(t, rt, s).apply(t, line("d1", "partner=pat amount=33.33"))
		seen := map[string]bool{}
		for _, k := range got.Credits {
			if k.Origin != RolledUp {
				continue
			}
			if want := k.Whole.Mul(k.Share); k.Limit == "" && !k.Amount.Equal(want) {
				rt.Fatalf("%s has %s of %s × %s", k.Payee, k.Amount, k.Whole, k.Share)
			}
			if k.Share.GreaterThan(decimal.New(1, 0)) || len(k.Path) == 0 || slices.Contains(k.Path, k.Payee) {
				rt.Fatalf("share %s, path %v of %s", k.Share, k.Path, k.Payee)
			}
			from := slices.IndexFunc(got.Credits, func(d Credit) bool { return d.Payee == k.Path[0] && d.Amount.Equal(k.Whole) && d.Origin != RolledUp })
			if from < 0 {
				rt.Fatalf("nobody below %s has %s: %v", k.Payee, k.Whole, k.Path)
			}
			key := fmt.Sprint(k.Payee, k.Path[0], k.Whole) // of the rules here, no two give a payee the same
			if seen[key] {
				rt.Fatalf("%s has the %s of %s twice", k.Payee, k.Whole, k.Path[0])
			}
			seen[key] = true
		}
	})
}
