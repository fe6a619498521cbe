package compensation_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/people"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/quota"
)

var links = []string{"separate", "blended", "carry"}

// slicesOf is what a table of two tiers pays for an amount.
func slicesOf(role string, amount, quota decimal.Decimal) decimal.Decimal {
	low := decimal.Min(amount, quota)
	rate := func(i int) decimal.Decimal { return decimal.New(int64(ratesOf(role)[i]), -2) }
	return low.Mul(rate(0)).Add(amount.Sub(low).Mul(rate(1)))
}

// A change of plan pays as the words say, computed with numbers alone.
func TestAChangeOfPlanPaysAsItsLinkSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyParts(t)
		link := rapid.SampledFrom(links).Draw(t, "link")
		p.basis, p.prorate, p.ramp, p.season, p.relief, p.edges, p.people, p.assignments, p.quotas = "calendar days", true, nil, nil, 0, nil, nil, nil, nil
		p.more = "segments: {plan: " + link + "}\n"
		turn := anyDay(t, "turn")
		q := decimal.New(rapid.Int64Range(10_000, 5_000_000).Draw(t, "quota"), -2)
		for i, days := range []calendar.Range{{From: year2026.From, To: turn}, {From: turn}} {
			role := []string{"Rep", "Senior"}[i]
			p.people = append(p.people, people.Payee{ID: "ann", Role: role, Stamp: fact.Stamp{Effective: days}})
			p.assignments = append(p.assignments, compensation.Assignment{Payee: "ann", Plan: fact.PlanID(role), Personal: map[string]decimal.Decimal{"target": decimal.New(9000, 0)}, Stamp: fact.Stamp{Effective: days}})
		}
		p.people = append(p.people, people.Payee{ID: "bob", Role: "None"})
		for _, period := range quarters {
			o := quotaOf("ann", q.String(), 0)
			o.Measure, o.Period = "sold", period
			p.quotas = append(p.quotas, o)
		}
		run := p.run(t, p.program(t), calendar.Year(2026))
		if err := run.Err(); err != nil {
			t.Fatal(err)
		}
		window := mustRange(run, run.Book().Program().Calendar.PeriodOf(calendar.UnitQuarter, turn))
		whole, before := calendar.Range{From: window.From, To: window.To}, calendar.Range{From: window.From, To: turn}
		sold := func(days calendar.Range) (sum decimal.Decimal) {
			for _, l := range p.lines {
				if l.Fields["seller"] == "ann" && days.Contains(calendar.MustDate(l.Fields["closed"])) {
					sum = sum.Add(decimal.RequireFromString(l.Fields["amount"]))
				}
			}
			return sum
		}
		all, _ := whole.Days()
		first, _ := before.Days()
		want := map[string]decimal.Decimal{}
		total, early := sold(whole), sold(before)
		part := func(n int) decimal.Decimal { return decimal.New(int64(n), 0) }
		switch {
		case first == 0:
			want["Senior"] = slicesOf("Senior", total, q)
		case link == "separate":
			amount, _ := money.FromDecimal(q, run.Book().Program().Currency)
			quotas, err := money.Allocate(amount, []decimal.Decimal{part(first), part(all - first)}, money.Policy{})
			if err != nil {
				t.Fatal(err)
			}
			want["Rep"], want["Senior"] = slicesOf("Rep", early, quotas[0].Decimal()), slicesOf("Senior", total.Sub(early), quotas[1].Decimal())
		case link == "carry":
			want["Rep"], want["Senior"] = slicesOf("Rep", early, q), slicesOf("Senior", total, q).Sub(slicesOf("Senior", early, q))
		default:
			want["Rep"] = slicesOf("Rep", total, q).Mul(part(first)).DivRound(part(all), 20)
			want["Senior"] = slicesOf("Senior", total, q).Mul(part(all-first)).DivRound(part(all), 20)
		}
		got := map[string]decimal.Decimal{}
		for o := range run.Payouts() {
			if _, err := run.Explain(context.Background(), o.ID); err != nil {
				t.Fatal(err)
			}
			if window.Contains(mustRange(run, o.Period).From) && o.Component == "slices" {
				got[string(o.Plan)] = got[string(o.Plan)].Add(o.Amount.Decimal())
			}
		}
		for role, w := range want { // order: each is an error of its own
			if got[role].Sub(w).Abs().GreaterThan(decimal.New(1, -2)) {
				t.Fatalf("%s: the %s pays %s, and should pay %s", link, role, got[role], w)
			}
		}
	})
}

// anySegments are changes of everything that may cut.
func anySegments(t *rapid.T) parts {
	p := anyParts(t)
	p.more = "segments: {"
	for _, what := range []string{"plan", "role", "quota", "territory", "manager", "target pay"} {
		p.more += what + ": " + rapid.SampledFrom(links).Draw(t, what) + ", "
	}
	p.more += "}\n"
	if rapid.Bool().Draw(t, "stays") { // on one plan
		for i := range p.people {
			p.assignments[i].Plan = "Rep"
		}
	}
	for _, id := range []string{"ann", "bob"} {
		at := anyDay(t, "manager")
		p.edges = append(p.edges, fact.Edge{Name: "manager", From: id, To: "ann", Stamp: fact.Stamp{Effective: calendar.Range{To: at}}},
			fact.Edge{Name: "manager", From: id, To: "bob", Stamp: fact.Stamp{Effective: calendar.Range{From: at}}},
			fact.Edge{Name: "owner", From: "north", To: id, Share: decimal.New(5, -1), Stamp: fact.Stamp{Effective: calendar.Range{From: anyDay(t, "owner")}}})
	}
	if at := anyDay(t, "changed"); rapid.Bool().Draw(t, "from") {
		for _, q := range slices.Clone(p.quotas) {
			q.Known, q.Amount = 1, q.Amount.Add(decimal.New(rapid.Int64Range(0, 1_000_000).Draw(t, "more"), 0))
			p.quotas = append(p.quotas, q)
		}
		p.from = at
	}
	return p
}

// refunded are events that take others back, and how.
func (p *parts) refunded(t *rapid.T) {
	for i, l := range slices.Clone(p.lines) {
		if rapid.IntRange(0, 3).Draw(t, "refunded") == 0 {
			on := calendar.MustDate(l.Fields["closed"]).AddDays(rapid.IntRange(0, 90).Draw(t, "later"))
			p.lines = append(p.lines, crediting.Line{Kind: "refund", ID: fact.EventID(fmt.Sprint("r", i)), Fields: map[string]string{"on": on.String(), "deal": string(l.ID)}})
		}
	}
	if rapid.Bool().Draw(t, "clawback") {
		p.more += "clawback: {reversed by: refund, of: commission, rate: current, attainment: " + rapid.SampledFrom([]string{"return", "keep"}).Draw(t, "attainment") + "}\n"
	}
}

// Whatever cuts: adding up and listing agree, the order of facts shows nowhere, every payout is explained by numbers that come
// to it, and facts that come later change what they would have changed from the outset.
func TestSegmentsGiveTheSameBytesInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anySegments(t)
		if rapid.Bool().Draw(t, "refunds") {
			p.refunded(t)
		}
		program := p.program(t)
		run := p.run(t, program, calendar.Year(2026))
		if err := run.Err(); err != nil {
			t.Fatal(err)
		}
		for o := range run.Payouts() {
			if _, err := run.Explain(context.Background(), o.ID); err != nil {
				t.Fatal(err)
			}
		}
		first := told(run)
		alone := ""
		for month := range run.Periods() {
			for o := range p.run(t, program, calendar.Month(2026, month+1)).Payouts() {
				alone += fmt.Sprintln(o.ID, o.Amount)
			}
		}
		if !strings.HasPrefix(first, alone) {
			t.Fatalf("month by month:\n%s\nthe year:\n%s", alone, first)
		}
		late := p
		late.lines, late.edges, late.quotas = nil, nil, nil
		var changed []quota.Quota
		for _, q := range p.quotas {
			if q.Known > 0 {
				changed = append(changed, q)
			} else {
				late.quotas = append(late.quotas, q)
			}
		}
		book := late.open(t, program)
		if _, err := book.Run(context.Background(), compensation.Request{Period: calendar.Year(2026)}); err != nil {
			t.Fatal(err)
		}
		for _, more := range []parts{{lines: p.lines}, {quotas: changed}, {edges: p.edges}} {
			if _, err := book.Apply(context.Background(), more.facts()); err != nil {
				t.Fatal(err)
			}
			latest := book.Latest()
			anew, err := book.Run(context.Background(), compensation.Request{Period: calendar.Year(2026)})
			if err != nil || latest != nil && told(latest) != told(anew) {
				t.Fatalf("what Apply has made of a run is not what it is anew: %v", err)
			}
		}
		again, err := book.Run(context.Background(), compensation.Request{Period: calendar.Year(2026)})
		if err != nil {
			t.Fatal(err)
		}
		if got := told(again); got != first {
			t.Fatalf("with facts that come late:\n%s\nfrom the outset:\n%s", got, first)
		}
		slices.Reverse(p.people)
		slices.Reverse(p.assignments)
		slices.Reverse(p.edges)
		slices.Reverse(p.quotas)
		slices.Reverse(p.lines)
		if again := told(p.run(t, program, calendar.Year(2026))); again != first {
			t.Fatalf("in another order:\n%s\nbefore:\n%s", again, first)
		}
	})
}

// What changes and moves neither quota nor rates moves money between months alone: what is carried comes to what would be paid
// without a cut.
func TestWhatIsCarriedComesToWhatIsNotCut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anySegments(t)
		p.from = calendar.Date{}
		for i := range p.people {
			p.assignments[i].Plan = "Rep"
		}
		total := func(link string) map[string]string {
			p.more = fmt.Sprintf("segments: {role: %s, manager: %s, territory: %s}\n", link, link, link)
			sum := map[string]decimal.Decimal{}
			p.money = false
			for o := range p.run(t, p.program(t), calendar.Year(2026)).Payouts() {
				if o.Component == "slices" || o.Component == "commission" {
					key := fmt.Sprint(o.Payee, o.Component)
					sum[key] = sum[key].Add(o.Amount.Decimal())
				}
			}
			out := map[string]string{}
			for k, v := range sum { // order: a map again
				out[k] = v.String()
			}
			return out
		}
		if one, two := fmt.Sprint(total("carry")), fmt.Sprint(total("blended")); one != two {
			t.Fatalf("carried %s, not cut %s", one, two)
		}
	})
}

// Where months are closed one by one, and some facts come after that, the months of the year come to what they would have been worth
// had all been known.
func TestClosedMonthsComeToWhatIsKnownInTheEnd(t *testing.T) {
	ctx := context.Background()
	rapid.Check(t, func(t *rapid.T) {
		p := anySegments(t)
		p.refunded(t)
		program := p.program(t)
		earned := func(entries iter.Seq[ledger.Entry], into map[string]decimal.Decimal) {
			for e := range entries {
				switch e.Kind {
				case ledger.Earned, ledger.PriorPeriod, ledger.ClawedBack:
					key := fmt.Sprint(e.Payee, " ", e.Plan, " ", e.Component)
					into[key] = into[key].Add(e.Amount.Decimal())
				}
			}
		}
		want, got := map[string]decimal.Decimal{}, map[string]decimal.Decimal{}
		earned(p.run(t, program, calendar.Year(2026)).Entries(), want)
		known := p
		known.lines, known.edges = nil, nil
		late := parts{}
		for _, l := range p.lines {
			if rapid.Bool().Draw(t, "late") && l.Kind == "deal" || l.Kind == "refund" {
				late.lines = append(late.lines, l)
			} else {
				known.lines = append(known.lines, l)
			}
		}
		for _, e := range p.edges {
			if rapid.Bool().Draw(t, "late") {
				late.edges = append(late.edges, e)
			} else {
				known.edges = append(known.edges, e)
			}
		}
		store, comes := ledger.Memory(), rapid.IntRange(1, 12).Draw(t, "comes")
		for month := 1; month <= 12; month++ {
			facts := known
			if month >= comes {
				facts.lines, facts.edges = slices.Concat(known.lines, late.lines), slices.Concat(known.edges, late.edges)
			}
			all := facts.facts()
			all.Ledger = store
			book, err := compensation.Open(ctx, program, all)
			if err != nil {
				t.Fatal(err)
			}
			run, err := book.Run(ctx, compensation.Request{Period: calendar.Month(2026, month)})
			if err != nil {
				t.Fatal(err)
			}
			earned(run.Entries(), got)
			if _, err := book.Commit(ctx, run, "ana"); err != nil {
				t.Fatal(err)
			}
			for o := range run.Payouts() {
				if _, err := run.Explain(ctx, o.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		for key, w := range want { // order: each is an error of its own
			if !got[key].Equal(w) {
				t.Fatalf("%s: the months come to %s, and the year to %s", key, got[key], w)
			}
		}
		for key, g := range got { // order: the same
			if !g.Equal(want[key]) {
				t.Fatalf("%s: the months come to %s, and the year to %s", key, g, want[key])
			}
		}
	})
}
