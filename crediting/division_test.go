package crediting

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func anyShares(t *testing.T, to string) func(*Rule) {
	return func(r *Rule) {
		var err error
		if r.To, err = ParseRecipients(to, true); err != nil {
			t.Fatal(err)
		}
		r.AnyShares = true
	}
}

func TestSharesMayComeToAnythingWhereTheRuleSaysSo(t *testing.T) {
	s := listed()
	for to, want := range map[string][]string{
		"seller 60%, partner 30%":                          {"d1 ana bookings 60", "d1 pat bookings 30"},
		"seller, partner":                                  {"d1 ana bookings 100", "d1 pat bookings 100"},
		"seller 250%":                                      {"d1 ana bookings 250"},
		"seller 100%, partner 100.01%":                     {"d1 ana bookings 100", "d1 pat bookings 100.01"},
		"seller 70%, partner 15%, role SE on account rest": {"d1 ana bookings 70", "d1 pat bookings 15", "d1 sue bookings 15"},
	} {
		c := company{schema: s, rules: []Rule{rule(t, s, "r", "seller", anyShares(t, to))}, edges: arrows(t, "SE acme sue")}
		expect(t, c.apply(t, line("d1", "partner=pat account=acme")), want...)
	}
	huge := company{schema: s, rules: []Rule{rule(t, s, "r", "seller", anyShares(t, "seller 99999999999999999999%, partner 1%"))}}
	if got := huge.apply(t, line("d1", "partner=pat")); len(got.Credits) != 2 {
		t.Error(shown(got))
	}
}

// A deal is divided alike whoever was typed first, and what is taken back is what was given.
func TestTheOrderOfEntryOfAListDecidesNothing(t *testing.T) {
	s := listed()
	rapid.Check(t, func(rt *rapid.T) {
		names := []string{"ana", "bob", "cy", "dee", "ed", "flo", "gus"}[:rapid.IntRange(1, 7).Draw(rt, "n")]
		cents := rapid.Int64Range(1, 99_999).Draw(rt, "cents")
		c := company{schema: s, rules: []Rule{rule(t, s, "r", rapid.SampledFrom([]string{"sellers", "seller 10%, sellers rest"}).Draw(rt, "to"))}}
		given := func(sign int64) string {
			list := strings.Join(rapid.Permutation(names).Draw(rt, "order"), ";")
			got := c.apply(t, line("d", fmt.Sprintf("amount=%s sellers=%s", decimal.New(sign*cents, -2), list)))
			var out []string
			for _, k := range got.Credits {
				out = append(out, fmt.Sprint(k.Payee, k.Amount.Mul(decimal.New(sign, 0)), k.Share))
			}
			return strings.Join(out, " ") + codes(got.Findings)
		}
		if a, b, mirror := given(1), given(1), given(-1); a != b || a != mirror {
			rt.Fatalf("%s\n%s\n%s", a, b, mirror)
		}
	})
}

func TestATeamWithoutMembersIsSaid(t *testing.T) {
	s := listed()
	c := company{schema: s, rules: []Rule{rule(t, s, "r", "team West")}, edges: arrows(t, "team ana East")}
	expect(t, c.apply(t, line("d1", "")), "d1 uncredited 100: the team West has no member on 2026-03-10")
	c.edges = arrows(t, "team ana West 0.6", "team bob West 0.6")
	expectFindings(t, c.apply(t, line("d1", "")).Findings, "split", "120%")
	c.edges = arrows(t, "team ana West", "team xeno West")
	expectFindings(t, c.apply(t, line("d1", "")).Findings, "unknown-payee", "a member of the team West")
}

func TestCountsAreDividedEquallyToo(t *testing.T) {
	s := listed()
	r := rule(t, s, "r", "sellers", func(r *Rule) { r.Amount = compile(t, s, "units ?? 0", nil) })
	expect(t, company{schema: s, rules: []Rule{r}}.apply(t, line("d1", "units=10 sellers=cy;bob;ana")),
		"d1 ana bookings 3.3334", "d1 bob bookings 3.3333", "d1 cy bookings 3.3333")
}

// What nobody gets is told in money where a rule gives any, and a count is no part of a sum of money.
func TestACountThatNobodyGetsIsNotMoney(t *testing.T) {
	s := deals()
	units := compile(t, s, "units ?? 0", nil)
	both := rule(t, s, "both", "partner", func(r *Rule) { r.Amount, r.As, r.Also = units, "seats", []Given{{"bookings", r.Amount}} })
	alone := rule(t, s, "alone", "partner", func(r *Rule) { r.Amount, r.As = units, "seats" })
	got := company{schema: s, rules: []Rule{both, alone}}.apply(t, line("d1", "units=7"))
	expect(t, got, "d1 uncredited 100: partner is empty", "d1 uncredited 7: partner is empty")
	if sum := got.Uncredited[0].Money().Add(got.Uncredited[1].Money()); !sum.Equal(decimal.New(100, 0)) {
		t.Error(sum)
	}
}

// An empty field leaves its part to the rest: it is no reason why some of the rest is left over.
func TestTheReasonIsThatOfWhatIsLeft(t *testing.T) {
	s := deals()
	c := company{schema: s, rules: []Rule{rule(t, s, "r", "partner 50%, role SE on account rest")}, edges: arrows(t, "SE acme sue 0.6")}
	expect(t, c.apply(t, line("d1", "account=acme")), "d1 sue bookings 60", "d1 uncredited 40: the shares of the owners leave a part over")
	expect(t, c.apply(t, line("d1", "account=else")), "d1 uncredited 100: else has no SE on 2026-03-10")
	c.rules = []Rule{rule(t, s, "r", "role SE on account 50%, partner 50%")}
	expect(t, c.apply(t, line("d1", "account=else")), "d1 uncredited 100: else has no SE on 2026-03-10")
	c.rules = []Rule{rule(t, s, "r", "seller 50%, partner rest")}
	expect(t, c.apply(t, line("d1", "")), "d1 ana bookings 50", "d1 uncredited 50: partner is empty")
}
