package spec

import (
	"fmt"
	"slices"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// realigned is a company with a table by the month's sum, so that a deal that goes to somebody else changes what others are worth.
const realigned = `company: Realigned
currency: USD
events:
  deal: {closed: date, amount: money, region: key}
late: {edges: %s}
territories:
  - {territory: north, when: region == "north", of: deal}
  - {territory: south, when: region == "south", of: deal}
  - {territory: west, when: region == "west", of: deal}
credit:
  - {rule: owners, to: owner of territory, as: bookings}
measures:
  sold: sum of bookings, month
`

const realignedPlan = `plan: Rep
version: "1"
for: role Rep
tables:
  tiers: {marginal by: sold, tiers: [{from: 0 USD, rate: 5%}, {from: 5_000 USD, rate: 11%}]}
components:
  commission: {for each: credit of bookings, pays: "marginal(sold, tiers)"}
  bonus: {every: month, pays: "if sold >= 9_000 USD { 500 USD } else { 0 USD }"}
`

// market is the facts of a company: who owns what, as it becomes known, and deals.
type market struct{ edges, deals string }

func (m market) open(t *rapid.T, late string, store ledger.Store) *compensation.Book {
	facts := m.facts(t, late)
	facts.Ledger = store
	book, err := compensation.Open(t.Context(), m.program(t, late), facts)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

func (m market) folder(late string) fstest.MapFS {
	return fstest.MapFS{
		"payproof.yaml":   {Data: fmt.Appendf(nil, realigned, late)},
		"plans/rep.yaml":  {Data: []byte(realignedPlan)},
		"people.csv":      {Data: []byte("payee,name,role,start,end\nann,,Rep,2026-01-01,\nbob,,Rep,2026-01-01,\ncid,,Rep,2026-01-01,\n")},
		"edges.csv":       {Data: []byte("edge,from,to,share,start,end,known,withdrawn\n" + m.edges)},
		"events/deal.csv": {Data: []byte("id,closed,amount,region\n" + m.deals)},
	}
}

func (m market) program(t *rapid.T, late string) *plan.Program {
	program, err := plan.Load(m.folder(late))
	if err != nil {
		t.Fatal(err)
	}
	return program
}

func (m market) facts(t *rapid.T, late string) compensation.Facts {
	facts, err := folder.Facts(m.folder(late), m.program(t, late))
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

// earned is what each key of January comes to.
func (m market) earned(t *rapid.T, until calendar.Period) map[string]money.Amount {
	run, err := m.open(t, "restate", nil).Run(t.Context(), compensation.Request{Period: until})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]money.Amount{}
	for e := range run.Entries() {
		if e.Kind == ledger.Earned && e.EarnedFor == until {
			out[fmt.Sprint(e.Payee, " ", e.Component, " ", e.Event)] = e.Amount
		}
	}
	return out
}

// Realignments that become known after January was closed: `gains only` posts, for each key, what it comes to with them more than without, and no more the
// month after; `from known` posts nothing of January; `restate` the whole difference.
func TestARealignmentThatComesLate(t *testing.T) {
	january, raised := calendar.Month(2026, 1), 0
	rapid.Check(t, func(r *rapid.T) {
		regions, reps := []string{"north", "south", "west"}, []string{"ann", "bob", "cid"}
		var before, after market
		owner := map[string]string{}
		for _, region := range regions {
			owner[region] = rapid.SampledFrom(reps).Draw(r, region)
			before.edges += fmt.Sprintf("owner,%s,%s,,2026-01-01,,1,\n", region, owner[region])
		}
		for i := range rapid.IntRange(1, 6).Draw(r, "deals") {
			before.deals += fmt.Sprintf("d%d,2026-0%d-1%d,%d.37,%s\n", i, rapid.IntRange(1, 2).Draw(r, "month"), i, rapid.IntRange(100, 6000).Draw(r, "amount"), rapid.SampledFrom(regions).Draw(r, "region"))
		}
		after = before
		for _, region := range regions {
			if now := rapid.SampledFrom(reps).Draw(r, region+" late"); now != owner[region] {
				day := rapid.IntRange(1, 28).Draw(r, "day")
				after.edges += fmt.Sprintf("owner,%s,%s,,2026-01-%02d,,2,true\nowner,%s,%s,,2026-01-%02d,,2,\n", region, owner[region], day, region, now, day)
			}
		}
		without, with := before.earned(r, january), after.earned(r, january)
		var keys []string
		for k := range without { // order: they are sorted
			keys = append(keys, k)
		}
		for k := range with { // order: the same
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, late := range []string{"restate", "gains only", "from known"} {
			store := ledger.Memory()
			book := before.open(r, late, store)
			commit(r, book, january)
			now := after.open(r, late, store)
			applied(r, book, now, after, january.Next())
			posted := commit(r, now, january.Next())
			for _, k := range slices.Compact(keys) {
				want, err := with[k].Sub(without[k])
				if err != nil {
					r.Fatal(err)
				}
				if late == "from known" || late == "gains only" && want.Sign() < 0 {
					want = money.Amount{}
				}
				if got := posted[k]; !got.IsZero() && got != want || got.IsZero() && !want.IsZero() {
					r.Fatalf("%s: %s: posted %s, want %s", late, k, got, want)
				}
				raised += want.Sign()
			}
			book = after.open(r, late, store)
			for k, more := range commit(r, book, january.Plus(2)) {
				r.Fatalf("%s: %s: %s more in March", late, k, more)
			}
			for known, month := range []calendar.Period{january, january.Next()} {
				asItWas(r, book, store, month, fact.Revision(known+1))
			}
		}
	})
	if raised == 0 {
		t.Error("nothing ever changed")
	}
}

// applied checks that facts which are applied to a book are as if it had been opened with them.
func applied(r *rapid.T, book, opened *compensation.Book, m market, month calendar.Period) {
	lines := func(b *compensation.Book) (out []string) {
		run, err := b.Run(r.Context(), compensation.Request{Period: month})
		if err != nil {
			r.Fatal(err)
		}
		for e := range run.Entries() {
			out = append(out, string(ledger.AppendLine(nil, e)))
		}
		return append(out, fmt.Sprint(run.Spared()))
	}
	lines(book) // from which changes are told
	var late []fact.Edge
	for e, err := range m.facts(r, "restate").Edges {
		if err != nil {
			r.Fatal(err)
		}
		if e.Stamp.Known > 1 {
			late = append(late, e)
		}
	}
	if len(late) == 0 {
		return
	}
	if _, err := book.Apply(r.Context(), compensation.Facts{Edges: fact.Of(late...)}); err != nil {
		r.Fatal(err)
	}
	if got, want := lines(book), lines(opened); !slices.Equal(got, want) {
		r.Fatalf("applied\n%q\nand opened\n%q", got, want)
	}
}

// asItWas checks that a month that is closed can be asked for again as of what was known then.
func asItWas(r *rapid.T, book *compensation.Book, store ledger.Store, month calendar.Period, known fact.Revision) {
	run, err := book.Run(r.Context(), compensation.Request{Period: month, AsOf: known})
	if err != nil {
		r.Fatal(err)
	}
	var got, want []string
	for e := range run.Entries() {
		got = append(got, string(ledger.AppendLine(nil, e)))
	}
	for e, err := range store.Scan(r.Context(), ledger.Head{}) {
		if err != nil {
			r.Fatal(err)
		}
		if e.Actor = ""; e.PostedIn == month && !e.Kind.Mark() {
			want = append(want, string(ledger.AppendLine(nil, e)))
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		r.Fatalf("%s as of %d:\ngot  %q\nwant %q", month, known, got, want)
	}
}

// commit closes a month, and gives what it posts for January when that is closed already.
func commit(r *rapid.T, book *compensation.Book, month calendar.Period) map[string]money.Amount {
	run, err := book.Run(r.Context(), compensation.Request{Period: month})
	if err != nil {
		r.Fatal(err)
	}
	out := map[string]money.Amount{}
	for e := range run.Entries() {
		if e.Kind == ledger.PriorPeriod && e.EarnedFor == calendar.Month(2026, 1) {
			out[fmt.Sprint(e.Payee, " ", e.Component, " ", e.Event)] = e.Amount
		}
	}
	for p := range run.Payouts() {
		if _, err := run.Explain(r.Context(), p.ID); err != nil {
			r.Fatal(err)
		}
	}
	if _, err := book.Commit(r.Context(), run, "ana"); err != nil {
		r.Fatal(err)
	}
	return out
}
