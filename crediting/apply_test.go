package crediting

import (
	"testing"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting/territory"
	"github.com/payproof/payproof/dsl/fact"
)

func overlay(r *Rule) { r.Overlay = true }

func TestWhoIsCreditedWithHowMuch(t *testing.T) {
	s := deals()
	when := func(text string) func(*Rule) {
		return func(r *Rule) { r.When = condition(t, s, text) }
	}
	during2 := func(dates string) func(*Rule) {
		return func(r *Rule) { r.Effective = during(t, dates).Effective }
	}
	west := territory.Territory{ID: "west", Kind: "deal", When: condition(t, s, `region == "west"`)}
	acme := territory.Territory{ID: "acme", Kind: "deal", Accounts: []territory.Account{{ID: "acme"}}}
	for name, c := range map[string]struct {
		company company
		lines   []Line
		want    []string
	}{
		"a field": {company{rules: []Rule{rule(t, s, "r", "seller")}}, []Line{line("d1", "")}, []string{"d1 ana bookings 100"}},
		"no rule matched": {
			company{rules: []Rule{rule(t, s, "r", "seller", when("amount > 100 USD"))}},
			[]Line{line("d1", ""), line("d2", "amount=101")},
			[]string{"d2 ana bookings 101", "d1 uncredited 100: no rule matched"},
		},
		"no rules": {company{}, []Line{line("d1", "amount=-5")}, []string{"d1 uncredited -5: no rule matched"}},
		"a rule of another kind": {
			company{rules: []Rule{rule(t, s, "r", "seller", func(r *Rule) { r.Kind = "refund" })}},
			[]Line{line("d1", "")},
			[]string{"d1 uncredited 100: no rule matched"},
		},
		"effective ranges meet without gap or overlap": {
			company{rules: []Rule{rule(t, s, "old", "seller", during2("..2026-03-09")), rule(t, s, "new", "partner", during2("2026-03-10.."))}},
			[]Line{line("d1", "closed=2026-03-09 partner=pat"), line("d2", "closed=2026-03-10 partner=pat")},
			[]string{"d1 ana bookings 100", "d2 pat bookings 100"},
		},
		"owner with shares": {
			company{rules: []Rule{rule(t, s, "r", "owner of territory")}, territories: []territory.Territory{west}, edges: arrows(t, "owner west bob 0.6", "owner west cy 0.4")},
			[]Line{line("d1", "region=west amount=0.01")},
			[]string{"d1 bob bookings 0.01", "d1 cy bookings 0"},
		},
		"owners of less than the whole": {
			company{rules: []Rule{rule(t, s, "r", "owner of territory")}, territories: []territory.Territory{west}, edges: arrows(t, "owner west bob 0.6")},
			[]Line{line("d1", "region=west")},
			[]string{"d1 bob bookings 60", "d1 uncredited 40: the shares of the owners leave a part over"},
		},
		"a named account beats a condition": {
			company{rules: []Rule{rule(t, s, "r", "owner of territory")}, territories: []territory.Territory{west, acme}, edges: arrows(t, "owner west bob", "owner acme cy")},
			[]Line{line("d1", "region=west account=acme"), line("d2", "region=west account=other")},
			[]string{"d1 cy bookings 100", "d2 bob bookings 100"},
		},
		"vacancy keeps the money": {
			company{rules: []Rule{rule(t, s, "r", "owner of territory")}, territories: []territory.Territory{west}},
			[]Line{line("d1", "region=west"), line("d2", "region=east")},
			[]string{"d1 uncredited 100: west has no owner on 2026-03-10", "d2 uncredited 100: no territory covers it"},
		},
		"no territories at all": {
			company{rules: []Rule{rule(t, s, "r", "owner of territory")}},
			[]Line{line("d1", "")},
			[]string{"d1 uncredited 100: no territory covers it"},
		},
		"the owner on the incentive date": {
			company{
				rules: []Rule{rule(t, s, "r", "owner of territory")}, territories: []territory.Territory{west},
				edges: []fact.Edge{
					{Name: "owner", From: "west", To: "bob", Stamp: during(t, "..2026-03-10")},
					{Name: "owner", From: "west", To: "cy", Stamp: during(t, "2026-03-11..")},
				},
			},
			[]Line{line("d1", "region=west"), line("d2", "region=west closed=2026-03-11")},
			[]string{"d1 bob bookings 100", "d2 cy bookings 100"},
		},
		"a role on the account": {
			company{rules: []Rule{rule(t, s, "r", "role SE on account")}, edges: arrows(t, "SE acme sue")},
			[]Line{line("d1", "account=acme"), line("d2", "account=other"), line("d3", "")},
			[]string{"d1 sue bookings 100", "d2 uncredited 100: other has no SE on 2026-03-10", "d3 uncredited 100: account is empty"},
		},
		"a split takes the published answer for 10.55 at 25/50/25": {
			company{rules: []Rule{rule(t, s, "r", "seller 25%, partner 50%, role SE on account 25%")}, edges: arrows(t, "SE acme sue")},
			[]Line{line("d1", "amount=10.55 partner=pat account=acme")},
			[]string{"d1 ana bookings 2.64", "d1 pat bookings 5.27", "d1 sue bookings 2.64"},
		},
		"rest takes what an absent partner leaves": {
			company{rules: []Rule{rule(t, s, "r", "partner 30%, seller rest")}},
			[]Line{line("d1", "partner=pat"), line("d2", "")},
			[]string{"d1 pat bookings 30", "d1 ana bookings 70", "d2 ana bookings 100"},
		},
		"part of the rest": {
			company{rules: []Rule{rule(t, s, "r", "partner 20%, role SE on account 15% of rest, seller rest")}, edges: arrows(t, "SE acme sue")},
			[]Line{line("d1", "partner=pat account=acme"), line("d2", "account=acme"), line("d3", "partner=pat")},
			[]string{"d1 pat bookings 20", "d1 sue bookings 12", "d1 ana bookings 68", "d2 sue bookings 15", "d2 ana bookings 85", "d3 pat bookings 20", "d3 ana bookings 80"},
		},
		"without rest an absent partner's part is kept": {
			company{rules: []Rule{rule(t, s, "r", "seller 60%, partner 40%")}},
			[]Line{line("d1", "amount=0.05")},
			[]string{"d1 ana bookings 0.03", "d1 uncredited 0.02: partner is empty"},
		},
		"a vacant role's part is kept and not given to the rest": {
			company{rules: []Rule{rule(t, s, "r", "role SE on account 40%, seller rest")}},
			[]Line{line("d1", "account=acme")},
			[]string{"d1 ana bookings 60", "d1 uncredited 40: acme has no SE on 2026-03-10"},
		},
		"a negative amount mirrors the positive one": {
			company{rules: []Rule{rule(t, s, "r", "seller 25%, partner 50%, role SE on account 25%")}, edges: arrows(t, "SE acme sue")},
			[]Line{line("d1", "amount=-10.55 partner=pat account=acme")},
			[]string{"d1 ana bookings -2.64", "d1 pat bookings -5.27", "d1 sue bookings -2.64"},
		},
		"zero is credited": {
			company{rules: []Rule{rule(t, s, "r", "seller 60%, partner 40%")}},
			[]Line{line("d1", "amount=0 partner=pat")},
			[]string{"d1 ana bookings 0", "d1 pat bookings 0"},
		},
		"counts are not rounded": {
			company{rules: []Rule{rule(t, s, "r", "seller 33.3%, partner 66.7%", func(r *Rule) { r.Amount, r.As = compile(t, s, "units ?? 0", nil), "units" })}},
			[]Line{line("d1", "units=1 partner=pat")},
			[]string{"d1 ana units 0.333", "d1 pat units 0.667"},
		},
		"a formula finer than the currency": {
			company{rules: []Rule{rule(t, s, "r", "seller 50%, partner 50%", func(r *Rule) { r.Amount = compile(t, s, "amount * 5%", nil) })}},
			[]Line{line("d1", "amount=0.01 partner=pat")},
			[]string{"d1 ana bookings 0.0003", "d1 pat bookings 0.0002"},
		},
		"a round amount is divided at the cent": {
			company{rules: []Rule{rule(t, s, "r", "seller 60%, partner 40%")}},
			[]Line{line("d1", "amount=1 partner=pat")},
			[]string{"d1 ana bookings 0.6", "d1 pat bookings 0.4"},
		},
		"an unknown payee's part is kept": {
			company{rules: []Rule{rule(t, s, "r", "seller 60%, partner 40%")}},
			[]Line{line("d1", "partner=xeno")},
			[]string{"d1 ana bookings 60", `d1 uncredited 40: partner "xeno" is nobody known`},
		},
		"an unknown owner's part is kept": {
			company{rules: []Rule{rule(t, s, "r", "owner of territory")}, territories: []territory.Territory{west}, edges: arrows(t, "owner west bob 0.6", "owner west xeno 0.4")},
			[]Line{line("d1", "region=west")},
			[]string{"d1 bob bookings 60", `d1 uncredited 40: the owner of west, "xeno", is nobody known`},
		},
		"owners of more than the whole": {
			company{rules: []Rule{rule(t, s, "r", "owner of territory")}, territories: []territory.Territory{west}, edges: arrows(t, "owner west bob 0.6", "owner west cy 0.6")},
			[]Line{line("d1", "region=west")},
			[]string{"d1 uncredited 100: it cannot be divided"},
		},
		"an overlay gives as much again": {
			company{rules: []Rule{rule(t, s, "r", "seller"), rule(t, s, "o", "seller", overlay)}},
			[]Line{line("d1", "")},
			[]string{"d1 ana bookings 100", "d1 ana bookings 100 overlay"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c.company.schema = s
			expect(t, c.company.apply(t, c.lines...), c.want...)
		})
	}
}

func TestFindingsOfCrediting(t *testing.T) {
	s := deals()
	west := territory.Territory{ID: "west", Kind: "deal", When: condition(t, s, `region == "west"`)}
	big := territory.Territory{ID: "big", Kind: "deal", When: condition(t, s, "amount >= 100 USD")}
	dividing := func(r *Rule) { r.Amount = compile(t, s, "amount / (amount / 1 USD - 100)", nil) }
	for name, c := range map[string]struct {
		company company
		changes string
		codes   string
		says    []string
	}{
		"none":             {company{rules: []Rule{rule(t, s, "r", "seller")}}, "", "", nil},
		"unknown payee":    {company{rules: []Rule{rule(t, s, "r", "seller")}}, "seller=xeno", "unknown-payee", []string{`event=d1: event d1: seller "xeno" is nobody known; add it to people.csv, or correct the event`}},
		"unknown role":     {company{rules: []Rule{rule(t, s, "r", "role SE on account")}, edges: arrows(t, "SE acme xeno")}, "account=acme", "unknown-payee", []string{`the SE of acme, "xeno", is nobody known`}},
		"credited twice":   {company{rules: []Rule{rule(t, s, "r1", "seller"), rule(t, s, "r2", "seller")}}, "", "double-credit", []string{"ana is credited with bookings twice, by rule r1 and by rule r2", "mark one `overlay: true`"}},
		"three times":      {company{rules: []Rule{rule(t, s, "r1", "seller"), rule(t, s, "r2", "seller"), rule(t, s, "r3", "seller")}}, "", "double-credit double-credit", nil},
		"overlay":          {company{rules: []Rule{rule(t, s, "r1", "seller"), rule(t, s, "r2", "seller", overlay)}}, "", "", nil},
		"of another type":  {company{rules: []Rule{rule(t, s, "r1", "seller"), rule(t, s, "r2", "seller", func(r *Rule) { r.As = "services" })}}, "", "", nil},
		"twice in a split": {company{rules: []Rule{rule(t, s, "r1", "seller 50%, partner 50%")}}, "partner=ana", "", nil},
		"two territories": {
			company{rules: []Rule{rule(t, s, "r", "owner of territory")}, territories: []territory.Territory{west, big}},
			"region=west",
			"territory-overlap",
			[]string{"both territory west", "and big", "make their conditions exclude each other"},
		},
		"shares over 100 %": {company{rules: []Rule{rule(t, s, "r", "role SE on account")}, edges: arrows(t, "SE acme sue 0.7", "SE acme tom 0.7")}, "account=acme", "split", []string{"rule r: the shares come to more than the whole"}},
		"division by zero":  {company{rules: []Rule{rule(t, s, "r", "seller", dividing)}}, "", "rule-evaluation", []string{"event d1: rule r: "}},
	} {
		c.company.schema = s
		got := c.company.apply(t, line("d1", c.changes))
		t.Run(name, func(t *testing.T) { expectFindings(t, got.Findings, c.codes, c.says...) })
	}
}

func TestAFailedRuleLosesNoMoney(t *testing.T) {
	s := deals()
	c := company{schema: s, rules: []Rule{rule(t, s, "r", "seller", func(r *Rule) { r.Amount = compile(t, s, "amount / (amount / 1 USD - 100)", nil) })}}
	expect(t, c.apply(t, line("d1", "")), "d1 uncredited 100: its amount cannot be computed")
}

func TestACreditKnowsWhereItComesFrom(t *testing.T) {
	s := deals()
	c := company{schema: s, rules: []Rule{rule(t, s, "r", "partner 20%, role SE on account rest")}, edges: arrows(t, "SE acme sue 0.5", "SE acme tom 0.5")}
	got := c.apply(t, line("d1", "partner=pat account=acme")).Credits[1]
	if got.Event.ID != "d1" || got.Rule != "r" || got.Via != "SE on acme" || !got.Share.Equal(decimal.RequireFromString("0.4")) || !got.Whole.Equal(decimal.New(100, 0)) || got.Date().String() != "2026-03-10" {
		t.Errorf("%+v", got)
	}
}

func TestAsOfLooksAtWhatWasKnown(t *testing.T) {
	s := deals()
	edges := arrows(t, "SE acme sue", "SE acme sue", "SE acme tom")
	edges[1].Void, edges[1].Stamp.Known, edges[2].Stamp.Known = true, 5, 5
	for asOf, want := range map[fact.Revision]string{4: "d1 sue bookings 100", 5: "d1 tom bookings 100", 0: "d1 tom bookings 100"} {
		c := company{schema: s, rules: []Rule{rule(t, s, "r", "role SE on account")}, edges: edges, asOf: asOf}
		expect(t, c.apply(t, line("d1", "account=acme")), want)
	}
}
