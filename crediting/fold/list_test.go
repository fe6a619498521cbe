package fold

import (
	"fmt"
	"iter"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/territory"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// text is all that a line says.
func (l *Line) text() string {
	return fmt.Sprintln(l.Event, l.Date, l.Payee, l.Type, l.Rule, l.Origin, l.Via, fact.DecimalText(l.Share), fact.DecimalText(l.Amount()))
}

func lineOf(c *crediting.Credit) string {
	return fmt.Sprintln(c.Event.ID, c.Date(), c.Payee, c.Type, c.Rule, c.Origin, c.Via, fact.DecimalText(c.Share), fact.DecimalText(c.Amount))
}

// counted are the lines that were compared, and those of them that were made by numbers.
type counted struct{ all, short int }

// compareLines tells where lines are not the credits that an Applier makes event by event.
func (f *Fold) compareLines(rt interface{ Fatalf(string, ...any) }, days calendar.Range, lines iter.Seq[Line], n *counted) {
	var want []string
	apply := f.facts.Rules.from.NewApplier(f.facts.Edges, known, f.facts.AsOf).Knowing(f.facts.Of)
	for _, row := range f.facts.Events.Declared() {
		if !days.Contains(f.facts.Events.Date(row)) {
			continue
		}
		for _, c := range apply.Each(f.facts.Events.Event(row)).Credits {
			want = append(want, lineOf(&c))
		}
	}
	at := 0
	for l := range lines {
		got := l.text()
		if at == len(want) || got != want[at] {
			rt.Fatalf("line %d is %swant of %d lines %s", at, got, len(want), append(want, "none")[at])
		}
		if text := string(l.AppendAmount([]byte("of "))); text != "of "+fact.DecimalText(l.Amount()) {
			rt.Fatalf("the amount of %sis written %s", got, text)
		}
		if l.short {
			n.short++
		}
		at++
	}
	n.all += at
	if at != len(want) {
		rt.Fatalf("there are %d lines, want %d", at, len(want))
	}
}

func TestLinesAreTheCreditsOfAnApplier(t *testing.T) {
	formulas, n := compiled{}, counted{}
	rapid.Check(t, func(rt *rapid.T) {
		world := formulas.world(t, rt)
		f, err := Over(t.Context(), world.facts)
		if err != nil {
			rt.Fatal(err)
		}
		f.compareLines(rt, f.facts.Days, f.Lines(f.facts.Days), &n)
		few := looks{rapid.IntRange(1, 9).Draw(rt, "together"), rapid.IntRange(1, 40).Draw(rt, "near"), rapid.IntRange(0, 4).Draw(rt, "wasted")}
		f.compareLines(rt, f.facts.Asking, f.lines(f.facts.Asking, few), &n)
		for range f.Lines(f.facts.Days) {
			break // no more are wanted
		}
	})
	t.Logf("%d of %d lines were made by numbers", n.short, n.all)
	if n.short*10 < n.all {
		t.Error("too few lines were made by numbers: others prove nothing")
	}
}

// Rules whose names are in another order than they are, and an owner two levels up: what random worlds have seldom.
func TestLinesAreInTheOrderOfWhatTheyComeFrom(t *testing.T) {
	c, s := compiled{}, dealSchema()
	rule := func(id, as, to string) crediting.Rule {
		r := crediting.Rule{ID: fact.RuleID(id), Kind: s.Kind, As: as, Amount: c.amount(t, s, "amount")}
		var err error
		if r.To, err = crediting.ParseRecipients(to, false); err != nil {
			t.Fatal(err)
		}
		r.To[0].Vacant = territory.Up
		return r
	}
	rules := crediting.Rules{
		Schemas: []*crediting.Schema{s}, Rules: []crediting.Rule{
			rule("z", "services", "owner of territory"), rule("y", "services", "team West"), rule("x", "bookings", "seller 40%, partner rest"),
		},
		RollUps: []crediting.RollUp{{ID: "up", Of: "bookings", As: "team", Along: "manager", Levels: 1}, {ID: "over", Of: "services", As: "all", Along: "manager", Levels: 1, DeDuplicate: crediting.Sum}},
	}
	var ds source.Diagnostics
	rules.Territories, ds = territory.NewMap(nil, []territory.Territory{
		{ID: "t1", Kind: "deal", When: c.condition(t, s, `region == "west"`)},
		{ID: "t2", Kind: "deal", Parent: "t1", When: c.condition(t, s, `product == "p1"`)},
		{ID: "t3", Kind: "deal", Parent: "t2", When: c.condition(t, s, `(account ?? "") == "acme"`)},
	})
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	f := Facts{Rules: Compile(&rules), Payees: staff, Days: span("2026-03-01", "2026-04-01"), Workers: 1}
	var edges []fact.Edge
	for _, below := range []string{"ana", "bob", "cy", "dee"} {
		edges = append(edges, fact.Edge{Name: "manager", From: below, To: "mia"})
	}
	edges = append(edges, fact.Edge{Name: "owner", From: "t1", To: "cy"}, fact.Edge{Name: "team", From: "dee", To: "West"})
	var err error
	if f.Edges, err = fact.NewEdges(edges); err != nil {
		t.Fatal(err)
	}
	var lines []crediting.Line
	for i, amount := range []string{"100", "-20.50", "0"} {
		for k, account := range []string{"acme", "globex"} {
			lines = append(lines, crediting.Line{Kind: "deal", ID: fact.EventID(fmt.Sprint(9-i, k)), Fields: map[string]string{
				"closed": "2026-03-02", "amount": amount, "seller": "bob", "partner": "ana", "account": account, "region": "west", "product": "p1",
			}})
		}
	}
	if f.Events, err = load(t, rules.Schemas, lines); err != nil {
		t.Fatal(err)
	}
	all, err := Over(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	var n counted
	if all.compareLines(t, f.Days, all.Lines(f.Days), &n); n.short < n.all || n.all < 6*8 {
		t.Errorf("%d of %d lines were made by numbers", n.short, n.all)
	}
}
