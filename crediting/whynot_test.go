package crediting

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// Every rule answers, in its order, with the first thing that kept the payee from the credit.
func TestWhyNamesTheFirstThingThatFailed(t *testing.T) {
	s := deals()
	rules := &Rules{Schemas: []*Schema{s}, Rules: []Rule{
		rule(t, s, "big", "seller", func(r *Rule) {
			r.When = condition(t, s, `region == "east" and amount >= 500 USD and amount < 900 USD`)
		}),
		rule(t, s, "later", "seller", func(r *Rule) { r.Effective = calendar.Inclusive(calendar.MustDate("2026-04-01"), calendar.Date{}) }),
		rule(t, s, "engineers", "role SE on account", func(r *Rule) { r.Overlay = true }),
		rule(t, s, "anybody", "seller", func(r *Rule) { r.Overlay = true }),
		rule(t, s, "broken", "seller", func(r *Rule) { r.When = condition(t, s, "amount / (units ?? 0) > 3 USD per unit") }),
	}}
	edges, err := fact.NewEdges([]fact.Edge{{Name: "SE", From: "acme", To: "zoe", Share: decimal.New(1, 0)}})
	if err != nil {
		t.Fatal(err)
	}
	e := load(t, s, line("d1", "account=acme"))[0]
	a := rules.NewApplier(edges, func(fact.PayeeID) bool { return true }, 0)
	var got []string
	for _, n := range a.Why(e, "bob") {
		got = append(got, n.Label+" "+n.Value+" "+n.Detail)
	}
	want := []string{
		"big 0 its condition does not hold: `amount >= 500 USD`, where amount is 100",
		"later 0 not in effect on 2026-03-10: the rule holds 2026-04-01..",
		"engineers 0 the rule holds, but credits zoe (overlay by SE on acme)",
		"anybody 0 the rule holds, but credits ana (overlay by seller)",
	}
	for i, w := range want {
		if got[i] != w {
			t.Errorf("got  %s\nwant %s", got[i], w)
		}
	}
	if !strings.HasPrefix(got[4], "broken 0 its condition has no value for this event: ") {
		t.Error(got[4])
	}
	for _, n := range a.Why(e, "zoe") {
		if n.Label == "engineers" && (n.Value != "100" || n.Detail != "overlay by SE on acme") {
			t.Errorf("%+v", n)
		}
	}
	if credits := a.Apply([]*Event{e}).Credits; len(credits) != 2 {
		t.Errorf("asking changed what is credited: %+v", credits)
	}
}

// What others have of a rule with several types has the unit of its type, and one way is named once.
func TestWhyGivesEachTypeItsUnit(t *testing.T) {
	s := deals()
	rules := &Rules{Schemas: []*Schema{s}, Rules: []Rule{rule(t, s, "r", "seller", func(r *Rule) {
		r.Also = []Given{{As: "seats", Amount: compile(t, s, "units ?? 0", nil)}}
	})}}
	edges, err := fact.NewEdges(nil)
	if err != nil {
		t.Fatal(err)
	}
	a := rules.NewApplier(edges, func(fact.PayeeID) bool { return true }, 0)
	n := a.Why(load(t, s, line("d1", "units=3"))[0], "bob")[0]
	if n.Detail != "the rule holds, but credits ana (direct by seller)" || len(n.NotTaken) != 2 || n.NotTaken[0].Unit != "USD" || n.NotTaken[1].Unit != "count" {
		t.Error(n.Detail, n.NotTaken)
	}
}
