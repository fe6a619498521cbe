package fold

import (
	"fmt"
	"iter"
	"testing"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// busy is a quarter of deals of which two in five are split, and one in five is claimed by two rules of a group.
func busy(b *testing.B, events int) Facts {
	b.Helper()
	c, s := compiled{}, dealSchema()
	rule := func(id, when, to string, more func(*crediting.Rule)) crediting.Rule {
		r := crediting.Rule{ID: fact.RuleID(id), Kind: s.Kind, As: "bookings", When: c.condition(b, s, when), Amount: c.amount(b, s, "amount")}
		var err error
		if r.To, err = crediting.ParseRecipients(to, false); err != nil {
			b.Fatal(err)
		}
		more(&r)
		return r
	}
	rules := crediting.Rules{
		Schemas: []*crediting.Schema{s}, Account: "account",
		Rules: []crediting.Rule{
			rule("split", `region == "west"`, "seller 60%, role SE on account 40%", func(*crediting.Rule) {}),
			rule("large", `region == "east" and amount > 200 USD`, "seller", func(r *crediting.Rule) { r.Group, r.Priority = "east", 1 }),
			rule("any", `region == "east"`, "role SE on account", func(r *crediting.Rule) { r.Group, r.Priority = "east", 2 }),
			rule("whole", `region == "north"`, "seller", func(*crediting.Rule) {}),
		},
		RollUps: []crediting.RollUp{{ID: "up", Of: "bookings", As: "team", Along: "manager"}},
	}
	const payees, accounts = 300, 5_000
	f := Facts{Rules: Compile(&rules), Days: span("2026-01-01", "2026-04-01"), Cuts: []calendar.Date{calendar.MustDate("2026-02-01"), calendar.MustDate("2026-03-01")}, Types: []string{"bookings", "team"}, Workers: 1}
	f.Measures = []measure.Measure{of(measure.Sum, "bookings"), of(measure.Sum, "team")}
	id := func(p int) string { return fmt.Sprintf("p%03d", p) }
	var edges []fact.Edge
	for p := range payees {
		f.Payees = append(f.Payees, fact.PayeeID(id(p)))
		if p > 0 {
			edges = append(edges, fact.Edge{Name: "manager", From: id(p), To: id(p / 10)})
		}
	}
	for a := range accounts {
		edges = append(edges, fact.Edge{Name: "SE", From: fmt.Sprint("a", a), To: id(a % payees)})
	}
	lines := func(yield func(crediting.Line, error) bool) {
		for i := range events {
			l := crediting.Line{Kind: "deal", ID: fact.EventID(fmt.Sprint("e", i)), Fields: map[string]string{
				"closed": f.Days.From.AddDays(i % 90).String(), "amount": fmt.Sprintf("%d.%02d", 50+i%300, i%100), "seller": id(100 + i*7%200), "account": fmt.Sprint("a", i*31%accounts),
				"region": []string{"west", "east", "north", "west", "north"}[i%5], "product": fmt.Sprint("p", i%9),
			}}
			if !yield(l, nil) {
				return
			}
		}
	}
	var err error
	if f.Edges, err = fact.NewEdges(edges); err != nil {
		b.Fatal(err)
	}
	if f.Events, err = crediting.Load(b.Context(), crediting.FromLines(func() iter.Seq2[crediting.Line, error] { return lines }), rules.Schemas); err != nil {
		b.Fatal(err)
	}
	return f
}

// asking makes every split, and every rule of a group, one for which an Applier is asked.
func (r *Rules) asking() {
	for _, k := range r.kinds { // order: each on its own
		for i := range k.rules {
			if c := &k.rules[i]; !k.terms[c.terms].alone || c.of.Group != "" {
				asked := *k.terms[c.terms]
				asked.alone, asked.shares = false, nil
				c.terms = int32(len(k.terms))
				k.terms = append(k.terms, &asked)
			}
		}
	}
}

// BenchmarkFold adds up the credits of 200,000 events: by numbers; with splits and groups by an Applier; and all by
// one, event by event, which is the baseline.
func BenchmarkFold(b *testing.B) {
	const events = 200_000
	perEvent := func(b *testing.B, do func()) {
		for b.Loop() {
			do()
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/events, "ns/event")
	}
	f := busy(b, events)
	over := func() {
		if _, err := Over(b.Context(), f); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("by numbers", func(b *testing.B) { perEvent(b, over) })
	b.Run("splits and groups by an applier", func(b *testing.B) {
		asks := f
		asks.Rules = Compile(f.Rules.from)
		asks.Rules.asking()
		perEvent(b, func() {
			if _, err := Over(b.Context(), asks); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("all by an applier", func(b *testing.B) {
		known := map[fact.PayeeID]bool{}
		for _, p := range f.Payees {
			known[p] = true
		}
		perEvent(b, func() {
			apply, n := f.Rules.from.NewApplier(f.Edges, func(p fact.PayeeID) bool { return known[p] }, f.AsOf), 0
			for row := range f.Events.Rows() {
				n += len(apply.Each(f.Events.Event(row)).Credits)
			}
			if n == 0 {
				b.Fatal("no credits")
			}
		})
	})
}
