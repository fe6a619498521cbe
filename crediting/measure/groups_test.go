package measure

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// office is four people and their credits: a and b report to c, who reports to d; a and b
// are in the team west, c is in east until July, and in west from then on.
type office struct {
	facts   Facts
	credits map[fact.PayeeID][]*crediting.Credit
	places  map[fact.PayeeID][]int
}

var people = []fact.PayeeID{"a", "b", "c", "d"}

func edge(t fataler, name, from, to, days string) fact.Edge {
	r, err := calendar.ParseRange(days)
	if err != nil {
		t.Fatal(err)
	}
	return fact.Edge{Name: name, From: from, To: to, Stamp: fact.Stamp{Effective: r}}
}

type fataler interface{ Fatal(...any) }

// newOffice credits each day's amount, one after another, to the people named.
func newOffice(t fataler, sellers []fact.PayeeID, days []int, amounts []string) *office {
	schema := &crediting.Schema{Kind: "deal", Currency: money.MustCurrency("USD"), Fields: []crediting.Field{
		{Name: "closed", Type: crediting.Date}, {Name: "seller", Type: crediting.Payee}, {Name: "amount", Type: crediting.Money, Scale: 2},
	}}
	var lines []crediting.Line
	for i, seller := range sellers {
		day := calendar.MustDate("2026-01-01").AddDays(days[i])
		lines = append(lines, crediting.Line{Kind: "deal", ID: fact.EventID(fmt.Sprint("e", i)), Fields: map[string]string{"closed": day.String(), "seller": string(seller), "amount": amounts[i]}})
	}
	feed := crediting.FromLines(func() iter.Seq2[crediting.Line, error] { return fact.Of(lines...) })
	events, err := crediting.Load(context.Background(), feed, []*crediting.Schema{schema})
	if err != nil {
		t.Fatal(err)
	}
	edges, err := fact.NewEdges([]fact.Edge{
		edge(t, "manager", "a", "c", ".."), edge(t, "manager", "b", "c", ".."), edge(t, "manager", "c", "d", ".."),
		edge(t, "team", "a", "west", ".."), edge(t, "team", "b", "west", ".."),
		edge(t, "team", "c", "east", "..2026-06-30"), edge(t, "team", "c", "west", "2026-07-01.."),
	})
	if err != nil {
		t.Fatal(err)
	}
	o := &office{credits: map[fact.PayeeID][]*crediting.Credit{}, places: map[fact.PayeeID][]int{}}
	o.facts = Facts{
		Events: slices.Collect(events.All()), Edges: edges, Known: func(fact.PayeeID) bool { return true },
		Role: func(p fact.PayeeID, _ calendar.Date) string {
			return map[bool]string{true: "Rep", false: "Manager"}[p < "c"]
		},
	}
	for _, e := range slices.Collect(events.All()) {
		amount := decimal.New(e.Cells[2].Int, -2)
		o.facts.Credits = append(o.facts.Credits, crediting.Credit{Event: e, Payee: fact.PayeeID(e.Cells[1].Text), Type: "bookings", Amount: amount})
	}
	for i := range o.facts.Credits {
		c := &o.facts.Credits[i]
		o.credits[c.Payee], o.places[c.Payee] = append(o.credits[c.Payee], c), append(o.places[c.Payee], i)
	}
	return o
}

func (o *office) value(t fataler, g *Groups, m Measure, payee fact.PayeeID) decimal.Decimal {
	v, _ := g.Of(m, payee, func() *Series { return g.Own(m, o.credits[payee], o.places[payee]) }).Over(calendar.Range{})
	return v
}

// whose are measures of everyone, and who counts for whom on which days.
func whose(t fataler) map[string]Measure {
	out := map[string]Measure{}
	for _, who := range []string{"payee", "team", "below", "payee with below", "company", "role Rep"} {
		w, err := ParseWhose(who)
		if err != nil {
			t.Fatal(err)
		}
		out[who] = Measure{Name: who, Of: "bookings", Whose: w, Window: calendar.UnitYear}
		events := out[who]
		events.Name, events.Of, events.Kind, events.Value, events.Whose.Field = "events "+who, "deal.amount", "deal", "amount", "seller"
		out["events "+who] = events
	}
	return out
}

// counts says whether what the owner is credited with on a day counts for the payee.
func counts(who string, payee, owner fact.PayeeID, july bool) bool {
	team := func(p fact.PayeeID) string {
		switch {
		case p == "d":
			return ""
		case p == "c" && !july:
			return "east"
		}
		return "west"
	}
	below := payee == "c" && owner < "c" || payee == "d" && owner < "d"
	switch who {
	case "team":
		return team(payee) != "" && team(payee) == team(owner)
	case "below":
		return below
	case "payee with below":
		return below || payee == owner
	case "company":
		return true
	case "role Rep":
		return owner < "c"
	}
	return payee == owner
}

// A measure of several people is the sum of what counts for the payee, each credit once and on
// its own date; of events it is the same as of the credits for them.
func TestAGroupIsTheSumOfItsMembers(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 20).Draw(rt, "n")
		sellers := rapid.SliceOfN(rapid.SampledFrom(people), n, n).Draw(rt, "sellers")
		days := rapid.SliceOfN(rapid.IntRange(150, 210), n, n).Draw(rt, "days") // 1 July is the 181st
		amounts := rapid.SliceOfN(rapid.SampledFrom([]string{"1.00", "-0.01", "250000.10"}), n, n).Draw(rt, "amounts")
		o := newOffice(rt, sellers, days, amounts)
		var all []Measure
		byName := whose(rt)
		for _, m := range byName { // order: each is looked at on its own
			all = append(all, m)
		}
		g, found := NewGroups(o.facts, all)
		if len(found) > 0 {
			rt.Fatal(found)
		}
		for name, m := range byName { // order: each is looked at on its own
			for _, payee := range people {
				want := decimal.Zero
				for i := range sellers {
					if counts(m.Whose.String(), payee, sellers[i], days[i] >= 181) {
						want = want.Add(decimal.RequireFromString(amounts[i]))
					}
				}
				if got := o.value(rt, g, m, payee); !got.Equal(want) {
					rt.Fatalf("%s for %s: %s, want %s", name, payee, got, want)
				}
			}
		}
	})
}

func TestMembersOfOneTeamShareItsSeries(t *testing.T) {
	o := newOffice(t, []fact.PayeeID{"a", "b", "c"}, []int{0, 1, 2}, []string{"1", "2", "3"})
	m := whose(t)["team"]
	g, _ := NewGroups(o.facts, []Measure{m})
	if a, b := g.Of(m, "a", nil), g.Of(m, "b", nil); a != b {
		t.Error("what a and b have in common is folded twice")
	}
	if g.InTeam(m, "d", calendar.MustDate("2026-01-01")) || !g.InTeam(m, "c", calendar.MustDate("2026-01-01")) {
		t.Error("d is in no team, c is in one")
	}
}

func TestPeopleInACircleAreFound(t *testing.T) {
	o := newOffice(t, []fact.PayeeID{"a"}, []int{0}, []string{"1"})
	var err error
	o.facts.Edges, err = fact.NewEdges([]fact.Edge{edge(t, "manager", "a", "b", ".."), edge(t, "manager", "b", "a", "..")})
	if err != nil {
		t.Fatal(err)
	}
	_, found := NewGroups(o.facts, []Measure{whose(t)["below"]})
	if len(found) != 1 || found[0].Code != "relationship-cycle" {
		t.Error(found)
	}
}
