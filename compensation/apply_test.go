package compensation_test

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/compensation/terms"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/people"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/fx"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/quota"
)

// lateFacts are facts as lists, to be given at once or bit by bit.
type lateFacts struct {
	people []people.Payee
	edges  []fact.Edge
	quotas []quota.Quota
	lines  []crediting.Line
}

func (f lateFacts) facts() compensation.Facts {
	return compensation.Facts{
		People: fact.Of(f.people...), Edges: fact.Of(f.edges...), Quotas: fact.Of(f.quotas...),
		Events: crediting.FromLines(func() iter.Seq2[crediting.Line, error] { return fact.Of(f.lines...) }),
	}
}

func (f lateFacts) and(o lateFacts) lateFacts {
	return lateFacts{
		slices.Concat(f.people, o.people), slices.Concat(f.edges, o.edges), slices.Concat(f.quotas, o.quotas), slices.Concat(f.lines, o.lines),
	}
}

// balances make pay periods depend on those before them.
const balances = `draw: {amount: 200 USD per month, for: 5 months, recover: up to 50%}
guarantee: {amount: 90 USD per quarter, measured: to date}
reserve: {share: 10%, released after: 2 months}
minimum payment: 20 USD
`

func lateProgram(t testing.TB, more string) *plan.Program { return programOf(t, latePlan+more) }

func programOf(t testing.TB, rep string) *plan.Program {
	p, err := plan.Load(fstest.MapFS{
		"payproof.yaml": {Data: []byte(lateCompany)}, "plans/rep.yaml": {Data: []byte(rep)}, "plans/manager.yaml": {Data: []byte(lateManagers)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func known(n fact.Revision) fact.Stamp { return fact.Stamp{Known: n} }

func from(day string, n fact.Revision) fact.Stamp {
	return fact.Stamp{Effective: calendar.Range{From: calendar.MustDate(day)}, Known: n}
}

func quotaOf(payee, amount string, n fact.Revision) quota.Quota {
	return quota.Quota{Payee: fact.PayeeID(payee), Measure: "bookings", Period: calendar.Quarter(2026, 1), Amount: decimal.RequireFromString(amount), Known: n}
}

func deal(id string, revision uint64, day, account, product, seller, amount string) crediting.Line {
	return crediting.Line{ID: fact.EventID(id), Revision: revision, Fields: map[string]string{
		"closed": day, "account": account, "product": product, "seller": seller, "amount": amount,
	}}
}

// told is all that a run says.
func told(r *compensation.Run) string {
	var b strings.Builder
	for p := range r.Payouts() {
		fmt.Fprintln(&b, p.ID, p.Amount)
	}
	for e := range r.Entries() {
		fmt.Fprintln(&b, e.Kind, e.Payee, e.Component, e.Event, e.PostedIn, e.Amount, e.Cause)
	}
	for c := range r.Credits() {
		fmt.Fprintln(&b, c.Event.ID, c.Payee, c.Type, c.Rule, c.Amount)
	}
	for l := range r.Lines() {
		fmt.Fprintln(&b, l.Event, l.Payee, l.Type, l.Rule, l.Via, l.Amount())
	}
	for u := range r.Uncredited() {
		fmt.Fprintln(&b, u.Event.ID, u.Rule, u.Amount, u.Reason)
	}
	s, err := r.Summary()
	fmt.Fprintln(&b, s.Events, s.Credits, err, r.Err())
	for _, d := range r.Findings() {
		fmt.Fprintln(&b, d.Severity, d.Code, d.Message)
	}
	return b.String()
}

// baseFacts are four reps, two managers and who owns what.
func baseFacts() (f lateFacts) {
	for i, id := range []string{"a", "b", "c", "d"} {
		f.people = append(f.people, people.Payee{ID: fact.PayeeID(id), Role: "Rep", Stamp: known(1)})
		f.quotas = append(f.quotas, quotaOf(id, fmt.Sprint(1000*(i+1)), 1))
		f.edges = append(f.edges, fact.Edge{Name: "AE", From: "acc" + id, To: id, Stamp: known(1)})
		f.edges = append(f.edges, fact.Edge{Name: "manager", From: id, To: []string{"m", "n"}[i%2], Stamp: known(1)})
	}
	f.edges = append(f.edges, fact.Edge{Name: "owner", From: "core", To: "d", Stamp: known(1)}, fact.Edge{Name: "manager", From: "m", To: "n", Stamp: known(1)})
	for _, id := range []string{"m", "n"} {
		f.people = append(f.people, people.Payee{ID: fact.PayeeID(id), Role: "Manager", Stamp: known(1)})
	}
	return f
}

// anyDeals are deals whose ids may be those of others, in a revision of their own.
func anyDeals(r *rapid.T, revision uint64) (lines []crediting.Line) {
	for _, id := range rapid.SliceOfNDistinct(rapid.IntRange(0, 30), 0, 12, rapid.ID[int]).Draw(r, "ids") {
		pick := func(what string, of ...string) string { return rapid.SampledFrom(of).Draw(r, what) }
		day := calendar.MustDate("2026-01-01").AddDays(rapid.IntRange(0, 89).Draw(r, "day")).String()
		l := deal(fmt.Sprint("e", id), revision, day, pick("account", "acca", "accb", "accc", "accd", "none"), pick("product", "Core", "Cloud", "Care"),
			pick("seller", "", "a", "b"), fmt.Sprintf("%d.%02d", rapid.IntRange(-200, 2000).Draw(r, "amount"), rapid.IntRange(0, 99).Draw(r, "cents")))
		l.Withdrawn = revision > 1 && rapid.IntRange(0, 5).Draw(r, "withdrawn") == 0
		lines = append(lines, l)
	}
	return lines
}

// anyMoves are changes of owners, managers and quotas.
func anyMoves(r *rapid.T, at fact.Revision) (f lateFacts) {
	for range rapid.IntRange(0, 2).Draw(r, "moves") {
		day := calendar.MustDate("2026-01-01").AddDays(rapid.IntRange(0, 89).Draw(r, "from")).String()
		pick := func(what string, of ...string) string { return rapid.SampledFrom(of).Draw(r, what) }
		switch pick("what", "owner", "manager", "quota", "share") {
		case "owner":
			key, to := pick("key", "acca", "accb", "none"), pick("to", "a", "b", "c")
			for _, was := range []string{"a", "b", "c"} {
				f.edges = append(f.edges, fact.Edge{Name: "AE", From: key, To: was, Void: was != to, Stamp: from(day, at)})
			}
			at++
		case "share":
			f.edges = append(f.edges, fact.Edge{Name: "owner", From: "other", To: pick("to", "a", "c"), Share: decimal.RequireFromString("0.4"), Stamp: from(day, at)})
			at++
		case "manager":
			who := pick("who", "a", "b")
			f.edges = append(f.edges, fact.Edge{Name: "manager", From: who, To: "m", Void: rapid.Bool().Draw(r, "void"), Stamp: from(day, at)})
			at++
		case "quota":
			f.quotas = append(f.quotas, quotaOf(pick("of", "a", "b", "c"), fmt.Sprint(rapid.IntRange(100, 3000).Draw(r, "quota")), at))
			at++
		}
	}
	return f
}

// What comes later is as if it had been there: to the byte, in everything that a run says. And what Apply tells is
// the difference.
func TestWhatComesLaterIsAsIfItHadBeenThere(t *testing.T) {
	t.Run("alone", func(t *testing.T) { whatComesLater(t, lateProgram(t, "")) })
	t.Run("with balances", func(t *testing.T) { whatComesLater(t, lateProgram(t, balances)) })
	t.Run("in euros", func(t *testing.T) { whatComesLater(t, abroad(lateProgram(t, ""))) })
	t.Run("in euros with balances", func(t *testing.T) { whatComesLater(t, abroad(lateProgram(t, balances))) })
	t.Run("more finely", func(t *testing.T) { whatComesLater(t, programOf(t, finely)) })
}

func whatComesLater(t *testing.T, p *plan.Program) {
	request := compensation.Request{Period: calendar.Quarter(2026, 1)}
	open := func(r *rapid.T, f lateFacts) *compensation.Book {
		facts := f.facts()
		if p.Exchange.Set != "" {
			facts.FX = fact.Of(fx.Rate{Set: p.Exchange.Set, From: p.Currency, To: euro, On: calendar.MustDate("2025-12-31"), Value: decimal.New(913, -3)})
		}
		book, err := compensation.Open(t.Context(), p, facts)
		if err != nil {
			r.Fatal(err)
		}
		return book
	}
	run := func(r *rapid.T, b *compensation.Book) *compensation.Run {
		run, err := b.Run(t.Context(), request)
		if err != nil {
			r.Fatal(err)
		}
		return run
	}
	different := 0
	rapid.Check(t, func(r *rapid.T) {
		all := baseFacts()
		for i := range all.people {
			if p.Exchange.Set != "" && i%2 == 0 {
				all.people[i].Currency = euro
			}
		}
		all.lines = anyDeals(r, 1)
		book := open(r, all)
		before := run(r, book)
		saw := told(before)
		for step := range rapid.IntRange(1, 3).Draw(r, "steps") {
			if rapid.Bool().Draw(r, "run again before") {
				before = run(r, book)
			}
			late := anyMoves(r, fact.Revision(10*step+10))
			late.lines = anyDeals(r, uint64(step+2))
			late.lines = slices.DeleteFunc(late.lines, func(l crediting.Line) bool { // withdrawn, and never entered
				return l.Withdrawn && !slices.ContainsFunc(all.lines, func(o crediting.Line) bool { return o.ID == l.ID })
			})
			changes, err := book.Apply(t.Context(), late.facts())
			if err != nil {
				r.Fatal(err)
			}
			all = all.and(late)
			want := told(run(r, open(r, all)))
			if got := told(book.Latest()); got != want {
				r.Fatalf("%v: applied and not at once, then at once and not applied:\n%s", late, lines(got, want))
			}
			if got := told(before); got != saw {
				r.Fatalf("the run before has changed:\n%s\nit was\n%s", got, saw)
			}
			if got, want := changed(changes), difference(before, book.Latest()); got != want {
				r.Fatalf("changes %s, want %s", got, want)
			}
			for _, c := range changes {
				different++
				if len(c.Why) == 0 {
					r.Fatalf("%s changed in %v, and nobody knows why", c.Payee, c.Period)
				}
			}
			before = book.Latest()
			saw = told(before)
		}
		if got, want := told(run(r, book)), saw; got != want {
			r.Fatalf("run again:\n%s\nwant\n%s", got, want)
		}
	})
	if different == 0 {
		t.Error("nothing ever changed")
	}
}

var euro = money.MustCurrency("EUR")

// abroad lets a program pay in other currencies.
func abroad(p *plan.Program) *plan.Program {
	p.Exchange = terms.Exchange{Set: "spot", Policy: fx.Policy{Missing: fx.OnOrBefore{MaxDays: 200}}}
	return p
}

// lines are those that only the one has, and those that only the other has.
func lines(a, b string) string {
	var out []string
	for _, side := range [][2]string{{a, b}, {b, a}} {
		have := strings.Split(side[1], "\n")
		for _, l := range strings.Split(side[0], "\n") {
			if !slices.Contains(have, l) {
				out = append(out, l)
			}
		}
		out = append(out, "")
	}
	return strings.Join(out, "\n")
}

func changed(changes []compensation.Change) string {
	var out []string
	for _, c := range changes {
		out = append(out, fmt.Sprint(c.Period, c.Payee, " ", c.Before.Decimal(), " ", c.After.Decimal()))
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}

// difference is what two runs pay differently.
func difference(before, after *compensation.Run) string {
	sums := map[string][2]decimal.Decimal{}
	for i, r := range []*compensation.Run{before, after} {
		for p := range r.Payouts() {
			k := fmt.Sprint(p.Period, p.Payee)
			s := sums[k]
			s[i] = s[i].Add(p.Amount.Decimal())
			sums[k] = s
		}
	}
	var out []string
	for k, s := range sums {
		if !s[0].Equal(s[1]) {
			out = append(out, fmt.Sprint(k, " ", s[0], " ", s[1]))
		}
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}

// After very many late events, one by one, everything is loaded anew, and it is still the same.
func TestManyLateEventsOneByOne(t *testing.T) {
	p, all := lateProgram(t, ""), baseFacts()
	book, err := compensation.Open(t.Context(), p, all.facts())
	if err != nil {
		t.Fatal(err)
	}
	request := compensation.Request{Period: calendar.Quarter(2026, 1)}
	if _, err := book.Run(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		late := lateFacts{lines: []crediting.Line{deal(fmt.Sprint("e", i%70), uint64(i), "2026-02-03", "acca", "Care", "b", fmt.Sprint(i*10))}}
		late.lines[0].Withdrawn = i >= 70 && i%3 == 0
		if _, err := book.Apply(t.Context(), late.facts()); err != nil {
			t.Fatal(err)
		}
		all = all.and(late)
	}
	fresh, err := compensation.Open(t.Context(), p, all.facts())
	if err != nil {
		t.Fatal(err)
	}
	want, err := fresh.Run(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := told(book.Latest()), told(want); got != want {
		t.Errorf("applied and not at once, then at once and not applied:\n%s", lines(got, want))
	}
	if n := book.Events().Len(); n != fresh.Events().Len() {
		t.Errorf("%d events, want %d", n, fresh.Events().Len())
	}
}

// A book keeps no lists of credits for a run that nobody holds; what changes it tells all the same.
func TestABookKeepsNoLists(t *testing.T) {
	company := strings.Replace(lateCompany, "  largest:", "  all: {sum of: bookings, window: quarter, of: company}\n  largest:", 1)
	p, err := plan.Load(fstest.MapFS{
		"payproof.yaml": {Data: []byte(company)}, "plans/rep.yaml": {Data: []byte(strings.Replace(latePlan, "pays: kinds * 100 USD per kind", "pays: kinds * 100 USD per kind + all * 1%", 1))},
		"plans/manager.yaml": {Data: []byte(lateManagers)},
	})
	if err != nil {
		t.Fatal(err)
	}
	facts := baseFacts()
	facts.lines = []crediting.Line{deal("e1", 0, "2026-01-02", "acca", "Core", "", "100")}
	book, err := compensation.Open(t.Context(), p, facts.facts())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := book.Run(t.Context(), compensation.Request{Period: calendar.Quarter(2026, 1)}); err != nil {
		t.Fatal(err)
	}
	if r := book.Latest(); r != nil {
		t.Error("a run whose credits are listed is kept")
	}
	changes, err := book.Apply(t.Context(), lateFacts{lines: []crediting.Line{deal("e2", 0, "2026-03-02", "accb", "Core", "", "100")}}.facts())
	if err != nil || len(changes) == 0 || book.Latest() == nil {
		t.Errorf("%v, %v", changes, err)
	}
}
