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
	s := deals()
	tos := []string{
		"seller", "owner of territory", "seller 60%, partner 40%", "partner 30%, seller rest", "seller 33.3%, partner 33.3%, role SE on account rest",
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
		cents := rapid.Int64Range(-99_999_999, 99_999_999).Draw(rt, "cents")
		changes := fmt.Sprintf("amount=%s seller=%s partner=%s account=%s", decimal.New(cents, -2),
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
		return everything(rules.NewApplier(edges, known, 0).Apply(events.All))
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
