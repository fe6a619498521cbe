package crediting

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/fact"
)

// up is a roll-up of bookings along managers.
func up(levels int) []RollUp {
	return []RollUp{{ID: "up", Of: "bookings", As: "team", Along: "manager", Levels: levels}}
}

func TestCreditGoesUp(t *testing.T) {
	s := deals()
	chain := arrows(t, "manager ana mia", "manager pat mia", "manager mia vp", "manager vp ceo")
	for name, c := range map[string]struct {
		to      string
		changes string
		levels  int
		edges   []fact.Edge
		want    string // what is rolled up
	}{
		"to the top":                               {"seller", "", 0, chain, "mia 100, vp 100, ceo 100"},
		"one level":                                {"seller", "", 1, chain, "mia 100"},
		"two levels":                               {"seller", "", 2, chain, "mia 100, vp 100"},
		"nobody above":                             {"seller", "", 0, nil, ""},
		"60/40 under one manager is 100 %":         {"seller 60%, partner 40%", "partner=pat", 0, chain, "mia 60, mia 40, vp 60, vp 40, ceo 60, ceo 40"},
		"the manager's own is deducted":            {"seller 60%, partner 40%", "partner=mia", 1, chain, "mia 60, vp 40"},
		"whose own is all gets nothing":            {"partner", "partner=mia", 1, arrows(t, "manager mia mia2"), "mia2 100"},
		"two managers on one deal":                 {"seller", "", 1, arrows(t, "manager ana bob", "manager ana cy"), "bob 100, cy 100"},
		"two managers with shares":                 {"seller", "", 1, arrows(t, "manager ana bob 0.6", "manager ana cy 0.4"), "bob 60, cy 40"},
		"two paths count once":                     {"seller", "", 0, arrows(t, "manager ana bob", "manager ana cy", "manager bob vp", "manager cy vp"), "bob 100, cy 100, vp 100"},
		"negative 60/40 mirrors":                   {"seller 60%, partner 40%", "partner=pat amount=-100", 1, chain, "mia -60, mia -40"},
		"negative own is deducted too":             {"seller 60%, partner 40%", "partner=mia amount=-100", 1, chain, "mia -60, vp -40"},
		"a manager of before":                      {"seller", "", 1, []fact.Edge{{Name: "manager", From: "ana", To: "old", Stamp: during(t, "..2026-03-09")}, {Name: "manager", From: "ana", To: "new", Stamp: during(t, "2026-03-10..")}}, "new 100"},
		"a shortcut reaches further in two levels": {"seller", "", 2, arrows(t, "manager ana bob", "manager bob cy", "manager cy dee", "manager ana cy"), "bob 100, cy 100, dee 100"},
		"another relationship":                     {"seller", "", 0, arrows(t, "mentor ana mia"), ""},
		"zero":                                     {"seller", "amount=0", 1, chain, "mia 0"},
	} {
		t.Run(name, func(t *testing.T) {
			got := company{schema: s, rules: []Rule{rule(t, s, "r", c.to)}, rollUps: up(c.levels), edges: c.edges}.apply(t, line("d1", c.changes))
			var ups []string
			for _, k := range got.Credits {
				if k.Origin == RolledUp {
					ups = append(ups, fmt.Sprintf("%s %s", k.Payee, k.Amount))
				}
			}
			if strings.Join(ups, ", ") != c.want {
				t.Errorf("%s, want %s", strings.Join(ups, ", "), c.want)
			}
			expectFindings(t, got.Findings, "")
		})
	}
}

// Two rules give the same type: each credit is worth the event, and the manager still
// gets the event once. A credit of nothing is none: it must not be counted.
func TestARollUpIsLimitedToTheEvent(t *testing.T) {
	s := deals()
	c := company{
		schema: s, rules: []Rule{rule(t, s, "r1", "seller"), rule(t, s, "r2", "partner")}, rollUps: up(1),
		edges: arrows(t, "manager ana mia", "manager pat mia"),
	}
	for _, sign := range []string{"", "-"} {
		got := c.apply(t, line("d1", "partner=pat amount="+sign+"100"))
		expect(t, got, "d1 ana bookings "+sign+"100", "d1 pat bookings "+sign+"100", "d1 mia team "+sign+"100 roll-up")
	}
	c.rules = []Rule{rule(t, s, "r1", "seller"), rule(t, s, "r2", "partner 40%, seller rest")}
	got := c.apply(t, line("d1", "partner=mia amount=100"))
	last := got.Credits[len(got.Credits)-1]
	if last.Payee != "mia" || last.Limit != "limited to 60: the event's 100 less what the recipient has of it" {
		t.Errorf("%v: limit %q", last, last.Limit)
	}
}

func TestOverlaysAndOtherTypesDoNotGoUp(t *testing.T) {
	s := deals()
	c := company{
		schema: s, rollUps: up(0), edges: arrows(t, "manager ana mia"),
		rules: []Rule{rule(t, s, "o", "seller", overlay), rule(t, s, "s", "seller", func(r *Rule) { r.As = "services" })},
	}
	expect(t, c.apply(t, line("d1", "")), "d1 ana bookings 100 overlay", "d1 ana services 100")
}

func TestARolledUpCreditKnowsItsPath(t *testing.T) {
	s := deals()
	c := company{schema: s, rules: []Rule{rule(t, s, "r", "seller")}, rollUps: up(0), edges: arrows(t, "manager ana mia", "manager mia vp")}
	got := c.apply(t, line("d1", "")).Credits[2]
	if fmt.Sprint(got.Path) != "[ana mia]" || got.Rule != "up" || got.Via != "manager" || got.Payee != "vp" {
		t.Errorf("%+v", got)
	}
}

func TestACircleOfManagersIsAFinding(t *testing.T) {
	s := deals()
	c := company{schema: s, rules: []Rule{rule(t, s, "r", "seller")}, rollUps: up(0), edges: arrows(t, "manager ana bob", "manager bob cy", "manager cy bob")}
	got := c.apply(t, line("d1", ""))
	expect(t, got, "d1 ana bookings 100")
	expectFindings(t, got.Findings, "relationship-cycle", "bob → cy → bob", "event=d1")

	c.edges = arrows(t, "manager ana ana")
	expectFindings(t, c.apply(t, line("d1", "")).Findings, "relationship-cycle", "ana → ana")
}

func TestAnUnknownManagerIsAFinding(t *testing.T) {
	s := deals()
	c := company{schema: s, rules: []Rule{rule(t, s, "r", "seller")}, rollUps: up(0), edges: arrows(t, "manager ana xeno", "manager xeno vp")}
	got := c.apply(t, line("d1", ""))
	expect(t, got, "d1 ana bookings 100", "d1 vp team 100 roll-up")
	expectFindings(t, got.Findings, "unknown-payee", `the manager of ana, "xeno", is nobody known`)
}

// With two managers each there are 2^40 paths to the top.
func TestAMatrixOfManagersIsClimbedOnce(t *testing.T) {
	s := deals()
	var edges []string
	below := []string{"ana"}
	for level := range 40 {
		row := []string{fmt.Sprintf("l%d", level), fmt.Sprintf("r%d", level)}
		for _, b := range below {
			for _, a := range row {
				edges = append(edges, "manager "+b+" "+a)
			}
		}
		below = row
	}
	for _, levels := range []int{0, 40} {
		got := company{schema: s, rules: []Rule{rule(t, s, "r", "seller")}, rollUps: up(levels), edges: arrows(t, edges...)}.apply(t, line("d1", ""))
		if len(got.Credits) != 81 {
			t.Errorf("%d levels: %d credits", levels, len(got.Credits))
		}
	}
}

// reached is whom fact.Edges.Up reaches, path by path: the slow and plain way.
func reached(x *fact.Edges, e *Event, levels int) map[fact.PayeeID]bool {
	out := map[fact.PayeeID]bool{}
	for step, err := range x.Up("manager", "ana", e.Date(), 0, levels) {
		if err != nil {
			return nil
		}
		out[fact.PayeeID(step.Edge.To)] = true
	}
	return out
}

func TestARollUpReachesWhoeverIsAboveOnAnyPath(t *testing.T) {
	s := deals()
	e := load(t, s, line("d1", ""))[0]
	names := []string{"ana", "b", "c", "d", "e", "f"}
	rapid.Check(t, func(rt *rapid.T) {
		var edges []fact.Edge
		for range rapid.IntRange(0, 10).Draw(rt, "edges") {
			from := rapid.IntRange(0, 4).Draw(rt, "from")
			edges = append(edges, fact.Edge{Name: "manager", From: names[from], To: names[rapid.IntRange(from+1, 5).Draw(rt, "to")]})
		}
		levels := rapid.IntRange(0, 4).Draw(rt, "levels")
		x, err := fact.NewEdges(edges)
		if err != nil {
			rt.Fatal(err)
		}
		got := company{schema: s, rules: []Rule{rule(t, s, "r", "seller")}, rollUps: up(levels), edges: edges}.apply(t, line("d1", ""))
		found := map[fact.PayeeID]bool{}
		for _, c := range got.Credits[1:] {
			found[c.Payee] = true
		}
		if want := reached(x, e, levels); fmt.Sprint(found) != fmt.Sprint(want) {
			rt.Fatalf("reached %v, want %v", found, want)
		}
	})
}

func TestARollUpNeverExceedsTheEventForOneRecipient(t *testing.T) {
	s := deals()
	names := rapid.SampledFrom([]string{"ana", "pat", "mia", "vp"})
	rapid.Check(t, func(rt *rapid.T) {
		var edges []fact.Edge
		for _, pair := range [][2]string{{"ana", "mia"}, {"pat", "mia"}, {"ana", "vp"}, {"mia", "vp"}, {"pat", "vp"}} {
			if rapid.Bool().Draw(rt, "edge") {
				edges = append(edges, fact.Edge{Name: "manager", From: pair[0], To: pair[1]})
			}
		}
		c := company{schema: s, rollUps: up(0), edges: edges}
		for i, to := range []string{"seller", "seller 60%, partner 40%", "partner"} {
			if rapid.Bool().Draw(rt, to) {
				c.rules = append(c.rules, rule(t, s, fmt.Sprint("r", i), to))
			}
		}
		amount := rapid.Int64Range(-1_000_000, 1_000_000).Draw(rt, "cents")
		whole := decimal.New(amount, -2)
		got := c.apply(t, line("d1", fmt.Sprintf("amount=%s seller=%s partner=%s", whole, names.Draw(rt, "seller"), names.Draw(rt, "partner"))))
		lifted, own := map[fact.PayeeID]decimal.Decimal{}, map[fact.PayeeID]decimal.Decimal{}
		for _, k := range got.Credits {
			if k.Origin == RolledUp {
				lifted[k.Payee] = lifted[k.Payee].Add(k.Amount)
			} else {
				own[k.Payee] = own[k.Payee].Add(k.Amount)
			}
		}
		for who, sum := range lifted {
			if sum.Abs().GreaterThan(decimal.Max(whole.Abs().Sub(own[who].Abs()), decimal.Zero)) {
				rt.Fatalf("%s has %s of its own and %s from below, of %s", who, own[who], sum, whole)
			}
			if sum.Sign()*whole.Sign() < 0 {
				rt.Fatalf("%s gets %s of %s", who, sum, whole)
			}
		}
	})
}
