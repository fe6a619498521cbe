package crediting

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting/territory"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
)

// deals is the schema of most tests.
func deals() *Schema {
	return &Schema{Kind: "deal", Currency: money.MustCurrency("USD"), Fields: []Field{
		{Name: "closed", Type: Date},
		{Name: "amount", Type: Money, Scale: 2},
		{Name: "seller", Type: Payee},
		{Name: "partner", Type: Payee, Optional: true},
		{Name: "account", Type: Key, Optional: true},
		{Name: "region", Type: Enum, Enum: []string{"west", "east"}},
		{Name: "units", Type: Count, Optional: true},
	}}
}

// listed is deals with a field of several payees.
func listed() *Schema {
	s := deals()
	s.Fields = append(s.Fields, Field{Name: "sellers", Type: PayeeList, Optional: true})
	return s
}

// line is a deal of 100 by ana in March 2026, with changes written "amount=5 seller=bob".
func line(id, changes string) Line {
	fields := map[string]string{"closed": "2026-03-10", "amount": "100", "seller": "ana", "region": "east"}
	for _, c := range strings.Fields(changes) {
		name, text, _ := strings.Cut(c, "=")
		fields[name] = text
	}
	return Line{ID: fact.EventID(id), Fields: fields}
}

func feed(lines ...Line) Feed {
	return FromLines(func() iter.Seq2[Line, error] { return fact.Of(lines...) })
}

func load(t testing.TB, s *Schema, lines ...Line) []*Event {
	t.Helper()
	events, err := Load(t.Context(), feed(lines...), []*Schema{s})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Collect(events.All())
}

func compile(t testing.TB, s *Schema, text string, want *dsl.Unit) *dsl.Formula {
	t.Helper()
	f, ds := dsl.Compile(text, dsl.Env{Inputs: s.Inputs(""), Want: want})
	if f == nil {
		t.Fatal(ds)
	}
	return f
}

func condition(t testing.TB, s *Schema, text string) *dsl.Formula {
	t.Helper()
	unit := dsl.BoolUnit
	return compile(t, s, text, &unit)
}

// rule credits `to` with the amount as bookings; more changes it.
func rule(t testing.TB, s *Schema, id, to string, more ...func(*Rule)) Rule {
	t.Helper()
	recipients, err := ParseRecipients(to, false)
	if err != nil {
		t.Fatal(err)
	}
	r := Rule{ID: fact.RuleID(id), Kind: s.Kind, To: recipients, Amount: compile(t, s, "amount", nil), As: "bookings"}
	for _, f := range more {
		f(&r)
	}
	return r
}

// during is a stamp for dates such as "2026-03-01..".
func during(t testing.TB, dates string) fact.Stamp {
	t.Helper()
	r, err := calendar.ParseRange(dates)
	if err != nil {
		t.Fatal(err)
	}
	return fact.Stamp{Effective: r}
}

// arrows reads edges written "manager ana bob 0.5", the share being optional.
func arrows(t testing.TB, texts ...string) []fact.Edge {
	t.Helper()
	var out []fact.Edge
	for _, text := range texts {
		w := strings.Fields(text)
		e := fact.Edge{Name: w[0], From: w[1], To: w[2]}
		if len(w) > 3 {
			e.Share = decimal.RequireFromString(w[3])
		}
		out = append(out, e)
	}
	return out
}

// company is what rules are applied with.
type company struct {
	schema      *Schema
	rules       []Rule
	rollUps     []RollUp
	territories []territory.Territory
	edges       []fact.Edge
	asOf        fact.Revision
}

// apply credits the lines. Everybody is known whose name does not begin with x.
func (c company) apply(t testing.TB, lines ...Line) *Crediting {
	t.Helper()
	edges, err := fact.NewEdges(c.edges)
	if err != nil {
		t.Fatal(err)
	}
	rules := &Rules{Schemas: []*Schema{c.schema}, Rules: c.rules, RollUps: c.rollUps, Account: "account"}
	if c.territories != nil {
		m, ds := territory.NewMap(nil, c.territories)
		if len(ds) > 0 {
			t.Fatal(ds)
		}
		rules.Territories = m
	}
	known := func(id fact.PayeeID) bool { return !strings.HasPrefix(string(id), "x") }
	return rules.NewApplier(edges, known, c.asOf).Apply(load(t, c.schema, lines...))
}

// shown is credits and uncredited parts as lines "d1 ana bookings 60".
func shown(c *Crediting) []string {
	var out []string
	for _, k := range c.Credits {
		text := fmt.Sprintf("%s %s %s %s", k.Event.ID, k.Payee, k.Type, k.Amount)
		if k.Origin != Direct {
			text += " " + k.Origin.String()
		}
		out = append(out, text)
	}
	for _, u := range c.Uncredited {
		out = append(out, fmt.Sprintf("%s uncredited %s: %s", u.Event.ID, u.Amount, u.Reason))
	}
	return out
}

func expect(t *testing.T, got *Crediting, want ...string) {
	t.Helper()
	if g := shown(got); !slices.Equal(g, want) {
		t.Errorf("credits:\n got %s\nwant %s", strings.Join(g, "\n     "), strings.Join(want, "\n     "))
	}
}

// codes are the codes of findings, in order.
func codes(ds source.Diagnostics) string {
	var out []string
	for _, d := range ds {
		out = append(out, d.Code)
	}
	return strings.Join(out, " ")
}

func expectFindings(t *testing.T, got source.Diagnostics, want string, says ...string) {
	t.Helper()
	if codes(got) != want {
		t.Errorf("findings: %v, want %s", got, cmp.Or(want, "none"))
	}
	for _, s := range says {
		if !strings.Contains(got.Error(), s) {
			t.Errorf("findings do not say %q:\n%v", s, got)
		}
	}
}
