package fold

import (
	"fmt"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/crediting/territory"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
)

// world is a company with events, drawn at random.
type world struct {
	schemas []*crediting.Schema
	rules   crediting.Rules
	lines   []crediting.Line
	events  *crediting.Events
	edges   []fact.Edge
	away    map[fact.PayeeID]calendar.Range
	facts   Facts
}

// staff are who is known, in order. The others are nobody.
var staff = []fact.PayeeID{"ana", "bob", "ceo", "cy", "dee", "mia", "vp"}

func known(p fact.PayeeID) bool { return slices.Contains(staff, p) }

func dealSchema() *crediting.Schema {
	return &crediting.Schema{Kind: "deal", Currency: money.MustCurrency("USD"), Reversal: "original", Fields: []crediting.Field{
		{Name: "closed", Type: crediting.Date},
		{Name: "amount", Type: crediting.Money, Scale: 2},
		{Name: "seller", Type: crediting.Payee},
		{Name: "partner", Type: crediting.Payee, Optional: true},
		{Name: "account", Type: crediting.Key, Optional: true},
		{Name: "region", Type: crediting.Enum, Enum: []string{"west", "east", "north"}},
		{Name: "units", Type: crediting.Count, Optional: true},
		{Name: "sellers", Type: crediting.PayeeList, Optional: true},
		{Name: "original", Type: crediting.Key, Optional: true},
		{Name: "product", Type: crediting.Key},
		{Name: "opened", Type: crediting.Date, Optional: true},
	}}
}

func renewalSchema() *crediting.Schema {
	return &crediting.Schema{Kind: "renewal", Currency: money.MustCurrency("USD"), Fields: []crediting.Field{
		{Name: "product", Type: crediting.Key},
		{Name: "closed", Type: crediting.Date},
		{Name: "amount", Type: crediting.Money, Scale: 2},
		{Name: "seller", Type: crediting.Payee},
		{Name: "account", Type: crediting.Key},
		{Name: "units", Type: crediting.Count},
		{Name: "region", Type: crediting.Enum, Enum: []string{"east", "west"}},
	}, Incentive: 1}
}

// compiled keeps formulas, by kind and text: a draw of a world needs dozens.
type compiled map[string]*dsl.Formula

func (c compiled) of(t fataler, inputs []dsl.Input, kind, text string, want *dsl.Unit) *dsl.Formula {
	if f := c[kind+text]; f != nil || text == "" {
		return f
	}
	f, ds := dsl.Compile(text, dsl.Env{Inputs: inputs, Want: want})
	if f == nil {
		t.Fatal(text, ds)
	}
	c[kind+text] = f
	return f
}

func (c compiled) condition(t fataler, s *crediting.Schema, text string) *dsl.Formula {
	unit := dsl.BoolUnit
	return c.of(t, s.Inputs(""), s.Kind, text, &unit)
}

func (c compiled) amount(t fataler, s *crediting.Schema, text string) *dsl.Formula {
	return c.of(t, s.Inputs(""), s.Kind, text, nil)
}

type fataler interface {
	Fatal(args ...any)
}

func pick[T any](rt *rapid.T, name string, of ...T) T { return rapid.SampledFrom(of).Draw(rt, name) }

// oneIn draws true once in n times.
func oneIn(rt *rapid.T, n int, name string) bool { return rapid.IntRange(1, n).Draw(rt, name) == n }

var (
	conditions = []string{
		"", "", `region == "west"`, `region in ["west", "east"]`, `region == "west" and amount > 50 USD`, `amount >= -20 USD`, `amount < 100 USD and amount > 10 USD`,
		`product == "p1"`, `product == "p1" or product == "p2"`, `product in ["p3", "p9"]`, `region != "west"`, `not (product == "p1")`, `amount / 3 > 20 USD`, `1000 USD / (units ?? 0) > 300 USD per count`,
	}
	onDeals = []string{"account is missing", `(account ?? "none") == "acme"`, "(units ?? 0) > 3", `amount > 20 USD and partner is missing`}
	amounts = []string{"amount", "amount", "amount", "amount * 5%", "amount * 33.333%", "amount / 7", "amount * 1.5", "min(amount, 50 USD)", "-amount", "10 USD / (units ?? 0) * (units ?? 0)"}
	tos     = []string{
		"seller", "seller", "seller", "owner of territory", "owner of territory", "role SE on product", "role AM on territory", "team West", "role SE on seller",
		"seller 60%, owner of territory 40%", "owner of territory 30%, seller rest", "seller 33.3%, role SE on product 33.3%, role AM on territory rest", "team East 30%, seller rest", "seller 0%, owner of territory 100%",
	}
	onlyDeals = []string{
		"partner", "sellers", "seller 60%, partner 40%", "partner 30%, seller rest", "partner 20%, role SE on account 15% of rest, seller rest", "sellers 40%, seller rest", "role SE on account",
		"sellers 30%, team West 30%, partner 10%, seller rest", "seller 50%, seller 50%",
	}
	anyShares = []string{"seller 60%, owner of territory 60%", "seller, role SE on product 15%", "seller 20%, role AM on territory 30%, owner of territory 25%", "seller 150%, team West 10%"}
)

func (c compiled) rule(t fataler, rt *rapid.T, s *crediting.Schema, i int) crediting.Rule {
	r := crediting.Rule{ID: fact.RuleID(fmt.Sprint("r", i)), Kind: s.Kind, As: pick(rt, "as", "bookings", "bookings", "services"), Overlay: oneIn(rt, 5, "overlay"), AnyShares: oneIn(rt, 6, "any shares")}
	whens, to := conditions[:len(conditions)-1], tos
	if s.Kind == "deal" {
		whens, to = slices.Concat(conditions, onDeals), slices.Concat(tos, onlyDeals)
	}
	if r.AnyShares {
		to = anyShares
	}
	var err error
	if r.To, err = crediting.ParseRecipients(rapid.SampledFrom(to).Draw(rt, "to"), r.AnyShares); err != nil {
		t.Fatal(err)
	}
	for k := range r.To {
		r.To[k].Vacant = pick(rt, "vacant", territory.Suspense, territory.Suspense, territory.Up, territory.Forgone)
		if s.Kind == "deal" && r.To[k].By == crediting.ByTerritory && oneIn(rt, 3, "protected") {
			r.To[k].Protect = territory.Protection{Since: "opened", Days: 5}
		}
	}
	r.When = c.condition(t, s, rapid.SampledFrom(whens).Draw(rt, "when"))
	of := amounts
	if s.Kind != "deal" {
		of = amounts[:len(amounts)-1]
	}
	r.Amount = c.amount(t, s, rapid.SampledFrom(of).Draw(rt, "amount"))
	units := map[bool]string{true: "units ?? 0", false: "units"}[s.Kind == "deal"]
	switch rapid.IntRange(0, 7).Draw(rt, "also") {
	case 0:
		r.Also = []crediting.Given{{As: "seats", Amount: c.amount(t, s, units)}}
	case 1:
		r.Also = []crediting.Given{{As: "margin", Amount: c.amount(t, s, "amount * 12.5%")}, {As: "seats", Amount: c.amount(t, s, units)}}
	case 2:
		r.As, r.Amount = "seats", c.amount(t, s, units)
	}
	r.Effective = pick(rt, "effective", calendar.Range{}, calendar.Range{}, calendar.Range{}, span("2026-03-05", ""), span("", "2026-03-12"))
	if oneIn(rt, 3, "in a group") {
		r.Group, r.Priority = pick(rt, "group", "g", "h"), rapid.IntRange(1, 4).Draw(rt, "priority")
	}
	if oneIn(rt, 4, "excludes") {
		r.Exclude = []fact.RuleID{fact.RuleID(fmt.Sprint("r", rapid.IntRange(0, 5).Draw(rt, "exclude")))}
	}
	return r
}

// span is days up to before the second.
func span(from, to string) (r calendar.Range) {
	if from != "" {
		r.From = calendar.MustDate(from)
	}
	if to != "" {
		r.To = calendar.MustDate(to)
	}
	return r
}

func (c compiled) rollUps(t fataler, rt *rapid.T) (out []crediting.RollUp) {
	inputs := []dsl.Input{ // as plans give them
		{Name: "amount", Unit: dsl.Money("USD"), Scale: 6},
		{Name: "level", Unit: dsl.Ratio},
		{Name: "to.rate", Unit: dsl.Ratio, Scale: 2, Optional: true},
		{Name: "from.rate", Unit: dsl.Ratio, Scale: 2, Optional: true},
		{Name: "best.rate", Unit: dsl.Ratio, Scale: 2, Optional: true},
		{Name: "product", Unit: dsl.TextUnit},
		{Name: "units", Unit: dsl.Counted, Optional: true},
		{Name: "closed", Unit: dsl.DateUnit},
		{Name: "region", Unit: dsl.TextUnit, Enum: []string{"west", "east", "north"}},
	}
	unit := dsl.BoolUnit
	as := map[string]crediting.DeDuplicate{}
	for i := range rapid.IntRange(0, 3).Draw(rt, "roll-ups") {
		u := crediting.RollUp{
			ID: fact.RuleID(fmt.Sprint("up", i)), Of: pick(rt, "of", "bookings", "bookings", "services"), As: pick(rt, "as", "team", "team", "above"), Along: pick(rt, "along", "manager", "manager", "mentor"),
			Levels: rapid.IntRange(0, 3).Draw(rt, "levels"), Skip: pick(rt, "skip", 0, 0, 0, 1), Overlays: rapid.Bool().Draw(rt, "overlays"),
			Vacant: pick(rt, "vacant", crediting.NextLevel, crediting.NextLevel, crediting.NextLevel, crediting.Stop, crediting.Fault), Inputs: inputs,
			Effective: pick(rt, "effective", calendar.Range{}, calendar.Range{}, span("2026-03-04", "2026-03-15")),
		}
		if _, ok := as[u.As]; !ok {
			as[u.As] = crediting.DeDuplicate(rapid.IntRange(0, 2).Draw(rt, "de-duplicate"))
		}
		u.DeDuplicate = as[u.As]
		if oneIn(rt, 3, "with formulas") {
			u.When = c.of(t, inputs, "up", pick(rt, "when", "", "level < 2", `product == "p1"`, "(units ?? 0) > 3", `region == "west"`, `closed < date("2026-03-10")`), &unit)
			u.Amount = c.of(t, inputs, "up", pick(rt, "amount", "", "amount * 10%", "amount * (to.rate ?? 0.5)", "amount / level", "amount * ((to.rate ?? 0.3) - (from.rate ?? 0.1))", "amount * max((best.rate ?? 0) - (to.rate ?? 0), 0)"), nil)
		}
		out = append(out, u)
	}
	return out
}

// days of a stamp: most are always.
func stamp(rt *rapid.T) fact.Stamp {
	return fact.Stamp{Effective: pick(rt, "days", calendar.Range{}, calendar.Range{}, calendar.Range{}, span("2026-03-06", ""), span("", "2026-03-13"), span("2026-03-03", "2026-03-09"))}
}

var oneShare decimal.Decimal // which a zero becomes

func edge(rt *rapid.T, name, from, to string, shares ...string) fact.Edge {
	e := fact.Edge{Name: name, From: from, To: to, Stamp: stamp(rt), Share: oneShare}
	if len(shares) > 0 && oneIn(rt, 4, "with a share") {
		e.Share = decimal.RequireFromString(rapid.SampledFrom(shares).Draw(rt, "share"))
	}
	return e
}

// somebody is a payee; now and then one whom nobody knows.
func somebody(rt *rapid.T, name string) string {
	if oneIn(rt, 60, "nobody") {
		return "xeno"
	}
	return string(rapid.SampledFrom(staff).Draw(rt, name))
}

func arrows(rt *rapid.T) (out []fact.Edge) {
	order := []string{"ana", "bob", "cy", "dee", "mia", "vp", "ceo"}
	for from := range order {
		for _, name := range []string{"manager", "mentor"} {
			for range pick(rt, "number", 0, 1, 1, 1, 2) {
				if from < len(order)-1 {
					out = append(out, edge(rt, name, order[from], rapid.SampledFrom(order[from+1:]).Draw(rt, "to"), "0.5", "0.25"))
				}
			}
		}
		if oneIn(rt, 3, "in a team") {
			out = append(out, edge(rt, "team", order[from], pick(rt, "team", "West", "West", "East"), "0.3", "0.7"))
		}
	}
	if oneIn(rt, 20, "circle") {
		out = append(out, edge(rt, "manager", "ceo", "dee"))
	}
	for _, key := range []string{"acme", "globex", "p1", "p2", "p3", "ana", "bob"} {
		for range pick(rt, "number", 0, 1, 1, 1, 2) {
			out = append(out, edge(rt, "SE", key, somebody(rt, "SE"), "0.6", "0.4", "0.333"))
		}
	}
	for _, key := range []string{"t1", "t2", "t3", "t4"} {
		for _, name := range []string{"owner", "AM"} {
			for range pick(rt, "number", 0, 1, 1, 1, 2) {
				out = append(out, edge(rt, name, key, somebody(rt, "owner"), "0.6", "0.4", "0.25"))
			}
		}
	}
	return unambiguous(out)
}

// unambiguous leaves the first of several edges between the same, which else might contradict each other.
func unambiguous(edges []fact.Edge) (out []fact.Edge) {
	seen := map[[3]string]bool{}
	for _, e := range edges {
		if k := [3]string{e.Name, e.From, e.To}; !seen[k] {
			seen[k] = true
			out = append(out, e)
		}
	}
	return out
}

func (c compiled) territories(t fataler, rt *rapid.T, schemas []*crediting.Schema) *territory.Map {
	deal, renewal := schemas[0], schemas[1]
	all := []territory.Territory{
		{ID: "t1", Kind: "deal", When: c.condition(t, deal, `region == "west"`)},
		{ID: "t2", Kind: "deal", Parent: "t1", When: c.condition(t, deal, `product == "p1"`)},
		{ID: "t3", Kind: "deal", When: c.condition(t, deal, `region == "east" and amount < 120 USD`)},
		{ID: "t4", Kind: "renewal", Accounts: []territory.Account{{ID: "acme"}}, When: c.condition(t, renewal, `region == "west"`)},
	}
	if rapid.Bool().Draw(rt, "by region alone") {
		all = all[:1]
	}
	m, ds := territory.NewMap(nil, all)
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	return m
}

func day(rt *rapid.T, name string, from, to int) calendar.Date {
	return calendar.MustDate("2026-03-01").AddDays(rapid.IntRange(from, to).Draw(rt, name))
}

func (c compiled) world(t testing.TB, rt *rapid.T) *world {
	w := &world{schemas: []*crediting.Schema{dealSchema(), renewalSchema()}, away: map[fact.PayeeID]calendar.Range{}}
	w.rules = crediting.Rules{Schemas: w.schemas, Account: "account", Territories: c.territories(t, rt, w.schemas), RollUps: c.rollUps(t, rt)}
	for i := range rapid.IntRange(1, 6).Draw(rt, "rules") {
		w.rules.Rules = append(w.rules.Rules, c.rule(t, rt, rapid.SampledFrom(w.schemas[:1+rapid.IntRange(0, 1).Draw(rt, "kinds")]).Draw(rt, "kind"), i))
	}
	w.edges = arrows(rt)
	many := rapid.IntRange(1, 40).Draw(rt, "events")
	if oneIn(rt, 20, "many") {
		many += 120
	}
	w.lines = history(rt, 0, many, nil)
	var err error
	if w.events, err = load(t, w.schemas, w.lines); err != nil {
		rt.Fatal(err)
	}
	edges, err := fact.NewEdges(w.edges)
	if err != nil {
		rt.Fatal(err)
	}
	for _, p := range staff[2:] {
		if oneIn(rt, 5, "away") {
			from := day(rt, "from", 0, 15)
			w.away[p] = calendar.Range{From: from, To: from.AddDays(rapid.IntRange(1, 8).Draw(rt, "for"))}
		}
	}
	days := calendar.Range{From: day(rt, "first", -2, 3), To: day(rt, "last", 18, 30)}
	w.facts = Facts{
		Rules: Compile(&w.rules), Events: w.events, Edges: edges, Payees: staff, Days: days, Since: day(rt, "since", -2, 6), Asking: calendar.Range{From: day(rt, "asking", 2, 6), To: day(rt, "asked", 7, 30)},
		Of: crediting.Payees{
			There: func(p fact.PayeeID, on calendar.Date) bool { return !w.away[p].Contains(on) || w.away[p].From.IsZero() },
			Value: func(p fact.PayeeID, name string, _ calendar.Date) (decimal.Decimal, bool) {
				return decimal.New(int64(len(p)), -1), name == "rate" && p != "bob"
			},
		},
		Types: []string{"bookings", "seats", "team"},
	}
	w.cut(rt)
	return w
}

// cut draws the ends of windows.
func (w *world) cut(rt *rapid.T) {
	some := func(name string, n int) (out []calendar.Date) {
		for range rapid.IntRange(0, n).Draw(rt, name) {
			out = append(out, day(rt, name, -1, 31))
		}
		slices.SortFunc(out, calendar.Date.Compare)
		return slices.Compact(out)
	}
	for _, away := range w.away { // order: sorted
		w.facts.Changes = append(w.facts.Changes, away.From, away.To)
	}
	slices.SortFunc(w.facts.Changes, calendar.Date.Compare)
	w.facts.Changes = slices.Compact(w.facts.Changes)
	w.facts.Cuts = some("cuts", 3)
	more := map[int][]calendar.Date{}
	for p := range staff {
		if oneIn(rt, 3, "more") {
			more[p] = some("more", 2)
		}
	}
	w.facts.More = func(p int) []calendar.Date { return more[p] }
}

// listed is what the slow way makes of all events of the days.
func (f *Facts) listed() (made *crediting.Crediting, events []*crediting.Event) {
	made = &crediting.Crediting{}
	apply := func(days calendar.Range) *crediting.Crediting {
		var some []*crediting.Event
		for _, r := range f.Events.Declared() {
			if on := f.Events.Date(r); f.Days.Contains(on) && days.Contains(on) {
				some = append(some, f.Events.Event(r))
			}
		}
		events = append(events, some...)
		return f.Rules.from.NewApplier(f.Edges, known, f.AsOf).Knowing(f.Of).Apply(some)
	}
	past, now := apply(calendar.Range{To: f.Since}), apply(calendar.Range{From: f.Since})
	made.Credits, made.Uncredited = append(past.Credits, now.Credits...), append(past.Uncredited, now.Uncredited...)
	made.Findings = append(past.Findings.Only(source.Error), now.Findings...).Sorted()
	return made, events
}

func of(how measure.Aggregate, typ string, more ...func(*measure.Measure)) measure.Measure {
	m := measure.Measure{Name: fmt.Sprint(how, " of ", typ), How: how, Of: typ, Window: calendar.UnitMonth}
	for _, f := range more {
		f(&m)
	}
	return m
}
