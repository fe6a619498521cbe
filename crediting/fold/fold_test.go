package fold

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/crediting/territory"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

func measures() (out []measure.Measure) {
	direct := func(m *measure.Measure) { m.Direct, m.Name = true, m.Name+" direct" }
	field := func(m *measure.Measure) { m.Field = "product" }
	for _, name := range []string{"amount", "closed", "region", "partner"} {
		out = append(out, of(measure.CountDistinct, "bookings", func(m *measure.Measure) { m.Field, m.Name = name, "count distinct "+name }))
	}
	for _, typ := range []string{"bookings", "seats", "team"} {
		out = append(out, of(measure.Sum, typ), of(measure.Count, typ), of(measure.CountDistinct, typ, field), of(measure.Max, typ), of(measure.Min, typ),
			of(measure.Sum, typ, direct), of(measure.Count, typ, direct), of(measure.CountDistinct, typ, direct, field))
	}
	return out
}

// judged are measures with formulas.
func (c compiled) judged(t fataler, rt *rapid.T, schemas []*crediting.Schema) (out []measure.Measure) {
	whens := []string{`region == "west"`, `product in ["p1", "p2"]`, "amount > 20 USD", `amount / 3 > 20 USD`, `(account ?? "none") == "acme"`, "1000 USD / (units ?? 0) > 90 USD per count"}
	weights := []string{"units ?? 0", "1.25", "(units ?? 0) / (units ?? 0) * 50%"}
	for i := range rapid.IntRange(0, 4).Draw(rt, "judged") {
		m := of(rapid.SampledFrom([]measure.Aggregate{measure.Sum, measure.Count, measure.Max, measure.CountDistinct, measure.WeightedSum, measure.WeightedSum}).Draw(rt, "how"), pick(rt, "of", "bookings", "seats", "team"))
		m.Name, m.Direct = fmt.Sprint("judged ", i), rapid.Bool().Draw(rt, "direct")
		if m.How == measure.CountDistinct {
			m.Field = pick(rt, "field", "account", "product")
		}
		switch schema := schemas[rapid.IntRange(0, 1).Draw(rt, "schema")]; {
		case m.How == measure.Count && rapid.Bool().Draw(rt, "of events"):
			m.Kind, m.Of = schema.Kind, schema.Kind
		case m.How == measure.CountDistinct && rapid.Bool().Draw(rt, "of events"):
			m.Kind, m.Of = schema.Kind, schema.Kind
		case rapid.Bool().Draw(rt, "of a field"):
			m.Kind, m.Value = schema.Kind, pick(rt, "value", "amount", "units")
			m.Of = m.Kind + "." + m.Value
		}
		if m.Kind != "" {
			m.Direct, m.Whose.Field = false, pick(rt, "owner", "seller", "seller", "partner")
		}
		byKind := func(texts []string, want *dsl.Unit) map[string]*dsl.Formula {
			text, out := rapid.SampledFrom(texts).Draw(rt, "formula"), map[string]*dsl.Formula{}
			for _, s := range schemas {
				if of := strings.NewReplacer(`(account ?? "none")`, "account", "units ?? 0", "units"); s.Kind != "deal" {
					text = of.Replace(text)
				}
				if !oneIn(rt, 5, "not of a kind") {
					out[s.Kind] = c.of(t, s.Inputs(""), s.Kind, text, want)
				}
			}
			return out
		}
		if unit := dsl.BoolUnit; m.Kind == "" && m.How != measure.WeightedSum || rapid.Bool().Draw(rt, "where") {
			m.Where = &measure.Filter{Text: "where", ByKind: byKind(whens, &unit)}
		}
		if m.How == measure.WeightedSum {
			m.By = &measure.Weights{Text: "region", Scale: 2, Of: map[string]decimal.Decimal{"west": decimal.New(15, -1), "east": decimal.New(75, -2)}}
			if rapid.Bool().Draw(rt, "a formula") {
				m.By = &measure.Weights{Text: "formula", ByKind: byKind(weights, nil), Scale: 6}
			}
		}
		out = append(out, m)
	}
	return out
}

// tally counts how often sums could not be relied on.
type tally struct{ clear, unclear int }

func (n tally) check(t *testing.T) {
	t.Logf("%d payees are clear, and %d are not", n.clear, n.unclear)
	if n.unclear*3 > n.clear {
		t.Error("too many payees are unclear: nothing is compared for them")
	}
}

// windows are all runs of spans of a payee.
func (f *Fold) windows(payee int) (out []calendar.Range) {
	cuts := f.layout.cutsOf(payee)
	for i, from := range cuts {
		for _, to := range cuts[i+1:] {
			out = append(out, calendar.Range{From: calendar.FromOrdinal(from), To: calendar.FromOrdinal(to)})
		}
	}
	last := calendar.FromOrdinal(cuts[len(cuts)-1])
	return append(out, calendar.Range{}, calendar.Range{To: last}, calendar.Range{From: calendar.FromOrdinal(cuts[0]), To: last.AddDays(100)})
}

// compare tells where a fold is not what the slow way gives.
func (f *Fold) compare(rt *rapid.T, w *tally) {
	made, events := f.facts.listed()
	groups, found := measure.NewGroups(measure.Facts{
		Credits: made.Credits, Events: events, Edges: f.facts.Edges, Known: known, Role: func(fact.PayeeID, calendar.Date) string { return "" },
	}, f.facts.Measures)
	if got, want := fmt.Sprint(f.Findings), fmt.Sprint(append(made.Findings, found...).Sorted()); got != want {
		rt.Fatalf("findings:\n%s\nwant\n%s", got, want)
	}
	f.counts(rt, made)
	for p, id := range staff {
		if f.Unclear(p) {
			w.unclear++
			continue
		}
		w.clear++
		var mine []*crediting.Credit
		var places []int
		for i := range made.Credits {
			if made.Credits[i].Payee == id {
				mine, places = append(mine, &made.Credits[i]), append(places, i)
			}
		}
		for _, days := range f.windows(p) {
			f.window(rt, p, days, mine)
			for _, m := range f.facts.Measures {
				if !Foldable(m) {
					continue
				}
				want, _ := groups.Of(m, id, func() *measure.Series { return groups.Own(m, mine, places) }).Over(days)
				if got, ok := f.Total(p, m, days); !ok || !got.Equal(want) {
					rt.Fatalf("%s of %s over %s is %s (%t), want %s", m.Name, id, days, got, ok, want)
				}
			}
		}
	}
}

func (f *Fold) window(rt *rapid.T, p int, days calendar.Range, mine []*crediting.Credit) {
	all, of, sums := 0, map[string]int{}, map[string]decimal.Decimal{}
	for _, c := range mine {
		if days.Contains(c.Date()) {
			all++
			of[c.Type]++
			sums[c.Type] = sums[c.Type].Add(c.Amount)
		}
	}
	if n, ok := f.Number(p, days); !ok || n != all {
		rt.Fatalf("%s has %d credits over %s (%t), want %d", staff[p], n, days, ok, all)
	}
	for _, typ := range f.facts.Types {
		if sum, n, ok := f.Credits(p, typ, days); !ok || n != of[typ] || !sum.Decimal().Equal(sums[typ]) {
			rt.Fatalf("%s has %s of %s in %d over %s (%t), want %s in %d", staff[p], sum.Decimal(), typ, n, days, ok, sums[typ], of[typ])
		}
	}
}

// counts compares what is counted beside the sums.
func (f *Fold) counts(rt *rapid.T, made *crediting.Crediting) {
	var asked Count
	credited := map[*crediting.Event]bool{}
	for _, c := range made.Credits {
		if f.facts.Asking.Contains(c.Date()) {
			asked.Credits++
			credited[c.Event] = true
		}
	}
	if asked.Events = len(credited); f.Asked != asked {
		rt.Fatalf("asked: %v, want %v", f.Asked, asked)
	}
	left := map[fact.EventID]bool{}
	for _, u := range made.Uncredited {
		left[u.Event.ID] = true
	}
	var got []fact.EventID
	for _, row := range f.Uncredited {
		got = append(got, f.facts.Events.Event(row).ID)
	}
	slices.Sort(got)
	if want := slices.Sorted(maps.Keys(left)); !slices.Equal(got, want) {
		rt.Fatalf("uncredited: %s, want %s", got, want)
	}
}

func TestAFoldIsWhatTheCreditsAddUpTo(t *testing.T) {
	formulas, w := compiled{}, tally{}
	rapid.Check(t, func(rt *rapid.T) {
		world := formulas.world(t, rt)
		world.facts.Measures = append(measures(), formulas.judged(t, rt, world.schemas)...)
		if rapid.Bool().Draw(rt, "only sums are passed up") {
			world.facts.Measures = slices.DeleteFunc(world.facts.Measures, func(m measure.Measure) bool {
				return m.Of == "team" && m.How != measure.Sum && m.How != measure.Count
			})
		}
		world.facts.Workers = rapid.IntRange(1, 4).Draw(rt, "workers")
		f, err := Over(t.Context(), world.facts)
		if err != nil {
			rt.Fatal(err)
		}
		f.compare(rt, &w)
		world.facts.rows(t, rt, f)
	})
	w.check(t)
}

// rows compares the rows that credit somebody.
func (f *Facts) rows(t *testing.T, rt *rapid.T, fold *Fold) {
	wanted := make([]bool, len(staff))
	for p := range wanted {
		wanted[p] = rapid.Bool().Draw(rt, "wanted")
	}
	got, err := fold.Rows(t.Context(), wanted)
	if err != nil {
		rt.Fatal(err)
	}
	if some, ok := fold.mayCredit(wanted); ok {
		through, err := fold.allRows(t.Context(), wanted)
		if err != nil {
			rt.Fatal(err)
		}
		for p, rows := range through {
			for _, row := range rows {
				if _, found := slices.BinarySearch(some, row); !found {
					rt.Fatalf("%s is not among the rows that may credit %s: %v", f.Events.Event(row).ID, staff[p], some)
				}
			}
		}
	}
	made, all := f.listed()
	ofEvents := slices.DeleteFunc(slices.Clone(f.Measures), func(m measure.Measure) bool { return m.Kind == "" })
	groups, _ := measure.NewGroups(measure.Facts{Events: all, Edges: f.Edges, Known: known}, ofEvents)
	for p, id := range staff {
		credited := map[fact.EventID]bool{}
		for _, c := range made.Credits {
			if wanted[p] && c.Payee == id {
				credited[c.Event.ID] = true
			}
		}
		var events []fact.EventID
		for _, row := range got[p] {
			events = append(events, f.Events.Event(row).ID)
		}
		slices.Sort(events)
		for _, m := range ofEvents {
			_, items := groups.Of(m, id, nil).Over(calendar.Range{})
			for _, i := range items {
				if wanted[p] && !slices.Contains(events, i.Event.ID) {
					rt.Fatalf("rows of %s are without %s, which %s counts", id, i.Event.ID, m.Name)
				}
			}
		}
		if len(ofEvents) > 0 { // whose rows are there, too
			events = slices.DeleteFunc(events, func(id fact.EventID) bool { return !credited[id] })
		}
		if want := slices.Sorted(maps.Keys(credited)); !slices.Equal(events, want) {
			rt.Fatalf("rows of %s: %s, want %s", id, events, want)
		}
	}
}

// Of two rules for the owner of a territory, the one that protects open deals finds who owned it when they were opened.
func TestAProtectedOwnerIsNotThatOfAnotherRule(t *testing.T) {
	c, s := compiled{}, dealSchema()
	rules := crediting.Rules{Schemas: []*crediting.Schema{s}}
	var ds source.Diagnostics
	if rules.Territories, ds = territory.NewMap(nil, []territory.Territory{{ID: "t1", Kind: s.Kind, When: c.condition(t, s, `region == "west"`)}}); ds.HasErrors() {
		t.Fatal(ds)
	}
	for _, as := range []string{"bookings", "services"} {
		to, err := crediting.ParseRecipients("owner of territory", false)
		if err != nil {
			t.Fatal(err)
		}
		if as == "services" {
			to[0].Protect = territory.Protection{Since: "opened", Days: 30}
		}
		rules.Rules = append(rules.Rules, crediting.Rule{ID: fact.RuleID(as), Kind: s.Kind, As: as, To: to, Amount: c.amount(t, s, "amount")})
	}
	edges, err := fact.NewEdges([]fact.Edge{
		{Name: "owner", From: "t1", To: "ana", Stamp: fact.Stamp{Effective: span("", "2026-03-05")}},
		{Name: "owner", From: "t1", To: "bob", Stamp: fact.Stamp{Effective: span("2026-03-05", "")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	events, err := load(t, rules.Schemas, []crediting.Line{{Kind: s.Kind, ID: "e1", Fields: map[string]string{
		"closed": "2026-03-07", "opened": "2026-03-01", "amount": "10", "seller": "cy", "region": "west", "product": "p1",
	}}})
	if err != nil {
		t.Fatal(err)
	}
	f, err := Over(t.Context(), Facts{
		Rules: Compile(&rules), Events: events, Edges: edges, Payees: staff, Days: span("2026-03-01", "2026-04-01"), Types: []string{"bookings", "services"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for p, typ := range []string{"services", "bookings"} { // of ana, and of bob
		if sum, n, ok := f.Credits(p, typ, calendar.Range{}); !ok || n != 1 || !sum.Decimal().Equal(decimal.New(10, 0)) {
			t.Errorf("%s has %s of %s in %d (%t), want 10 in 1", staff[p], sum.Decimal(), typ, n, ok)
		}
	}
}
