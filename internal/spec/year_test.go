package spec

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/ledger/closing"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
)

const yearCompany = `company: Year
currency: USD
calendar: months from 2026-01
events:
  deal:
    closed: date
    account: key
    amount: money
credit:
  - {rule: owned, to: role owner on account, as: bookings}
  - {rule: team, roll up: bookings, as: team, along: manager}
measures:
  bookings: sum of bookings, month
`

const yearRep = `plan: Rep
version: "1"
for: role Rep
draw: {amount: 400 USD per month, recover: above the draw}
tables:
  rates:
    marginal by: bookings
    tiers:
      - {from: 0 USD, rate: 6%}
      - {from: 10_000 USD, rate: 12.5%}
components:
  commission:
    for each: credit of bookings
    pays: marginal(bookings, rates)
  bonus:
    every: month
    pays: if bookings >= 12_000 { 250 USD } else { 0 USD }
caps:
  - {of: [commission], at: 1_500 USD per year}
`

const yearJunior = `plan: Junior
version: "1"
for: role Junior
guarantee: {amount: 300 USD per month}
components:
  flat:
    for each: credit of bookings
    pays: amount * 5.25%
`

const yearManager = `plan: Manager
version: "1"
for: role Manager
components:
  override:
    for each: credit of team
    pays: amount * 1.5%
`

// world is what is true of a year, as far as it is known.
type world struct {
	deals  map[string]deal
	owners map[string][]owner  // of accounts, by day
	roles  map[string][]string // of payees, by month
	late   []string            // deals that the book does not have as they are
	moved  bool                // other things than deals have changed since it was opened
	book   *compensation.Book
}

type deal struct {
	revision  int
	day       calendar.Date
	account   string
	cents     int64
	withdrawn bool
}

type owner struct {
	from calendar.Date
	who  string
}

var (
	yearPayees   = []string{"ann", "bo", "cy"} // cy manages the others
	yearAccounts = []string{"acme", "bell"}
)

func newWorld() *world {
	w := &world{deals: map[string]deal{}, owners: map[string][]owner{}, roles: map[string][]string{}}
	for i, a := range yearAccounts {
		w.owners[a] = []owner{{calendar.MustDate("2026-01-01"), yearPayees[i]}}
	}
	for _, p := range yearPayees {
		w.roles[p] = slices.Repeat([]string{"Rep"}, 12)
	}
	w.roles["cy"] = slices.Repeat([]string{"Manager"}, 12)
	return w
}

// files are the world as a company's folder.
func (w *world) files(ids ...string) fstest.MapFS {
	deals, people, edges := "id,revision,withdrawn,closed,account,amount\n", "payee,name,role,start,end\n", "edge,from,to,share,start,end\n"
	for _, id := range ids {
		d := w.deals[id]
		line := fmt.Sprintf("%s,%d,,%s,%s,%d.%02d\n", id, d.revision, d.day, d.account, d.cents/100, d.cents%100)
		if deals += line; d.withdrawn {
			deals += fmt.Sprintf("%s,%d,true,,,\n", id, d.revision+1)
		}
	}
	for _, p := range yearPayees {
		for m, role := range w.roles[p] {
			first, _ := calendar.Calendar{}.Range(calendar.Month(2026, m+1))
			last := first.To.AddDays(-1).String()
			if m == 11 { // nobody leaves
				last = ""
			}
			people += fmt.Sprintf("%s,,%s,%s,%s\n", p, role, first.From, last)
		}
	}
	for _, a := range yearAccounts {
		for i, o := range w.owners[a] {
			last := ""
			if i+1 < len(w.owners[a]) {
				last = w.owners[a][i+1].from.AddDays(-1).String()
			}
			edges += fmt.Sprintf("owner,%s,%s,,%s,%s\n", a, o.who, o.from, last)
		}
	}
	edges += "manager,ann,cy,,,\nmanager,bo,cy,,,\n"
	return fstest.MapFS{
		"payproof.yaml": {Data: []byte(yearCompany)}, "plans/rep.yaml": {Data: []byte(yearRep)}, "plans/junior.yaml": {Data: []byte(yearJunior)},
		"plans/manager.yaml": {Data: []byte(yearManager)}, "events/deal.csv": {Data: []byte(deals)}, "people.csv": {Data: []byte(people)}, "edges.csv": {Data: []byte(edges)},
	}
}

// yearProgram is loaded once: plans do not change.
func yearProgram(t *testing.T) *plan.Program {
	t.Helper()
	program, err := plan.Load(newWorld().files())
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// change draws something that becomes known.
func (w *world) change(r *rapid.T, next int) {
	day := func() calendar.Date {
		return calendar.MustDate("2026-01-01").AddDays(rapid.IntRange(0, min(364, 30*next+40)).Draw(r, "day"))
	}
	ids := slices.Sorted(maps.Keys(w.deals))
	what := rapid.SampledFrom([]string{"deal", "deal", "deal", "correct", "correct", "withdraw", "owner", "role"}).Draw(r, "change")
	if len(ids) == 0 {
		what = "deal"
	}
	switch what {
	case "deal":
		id := fmt.Sprintf("d%03d", len(w.deals))
		w.late = append(w.late, id)
		w.deals[id] = deal{1, day(), rapid.SampledFrom(yearAccounts).Draw(r, "account"), rapid.Int64Range(1, 1_200_000).Draw(r, "cents"), false}
	case "correct":
		id := rapid.SampledFrom(ids).Draw(r, "id")
		d := w.deals[id]
		if d.withdrawn {
			return
		}
		d.revision++
		w.late = append(w.late, id)
		if rapid.Bool().Draw(r, "moved") {
			d.day = day()
		}
		d.account, d.cents = rapid.SampledFrom(yearAccounts).Draw(r, "account"), rapid.Int64Range(1, 1_200_000).Draw(r, "cents")
		w.deals[id] = d
	case "withdraw":
		id := rapid.SampledFrom(ids).Draw(r, "id")
		d := w.deals[id]
		if d.withdrawn {
			return
		}
		d.withdrawn = true
		w.late = append(w.late, id)
		w.deals[id] = d
	case "owner":
		w.moved = true
		a := rapid.SampledFrom(yearAccounts).Draw(r, "account")
		first := w.owners[a][0]
		w.owners[a] = []owner{first}
		if to := (owner{day(), rapid.SampledFrom(yearPayees[:2]).Draw(r, "who")}); to.from.After(first.from) {
			w.owners[a] = append(w.owners[a], to)
		}
	case "role":
		w.moved = true
		p := rapid.SampledFrom(yearPayees[:2]).Draw(r, "who")
		role := rapid.SampledFrom([]string{"Rep", "Junior"}).Draw(r, "role")
		for m := rapid.IntRange(0, 11).Draw(r, "from"); m < 12; m++ {
			w.roles[p][m] = role
		}
	}
}

// Years of events, corrections, withdrawals, moves, closes and reopenings, in any order: the ledger is what the oracle makes of
// the same facts, and adds up. Set -rapid.checks for more of them.
func TestAYearIsPostedAsTheOracleSays(t *testing.T) {
	program := yearProgram(t)
	operations := 0
	rapid.Check(t, func(r *rapid.T) {
		w, store := newWorld(), ledger.Memory()
		o := &yearOracle{first: rapid.IntRange(0, 2).Draw(r, "first")}
		o.next = o.first
		for range rapid.IntRange(5, 80).Draw(r, "operations") {
			operations++
			switch rapid.IntRange(0, 9).Draw(r, "operation") {
			case 0, 1:
				if o.next < 12 {
					closeYear(r, t, program, w, store, o)
				}
			case 2:
				if o.next > o.first && !o.reopened {
					reopenYear(r, t, program, w, store, o)
				}
			default:
				w.change(r, o.next)
			}
		}
		if o.next < 12 {
			closeYear(r, t, program, w, store, o)
		}
	})
	t.Logf("%d operations", operations)
}

// openYear opens the company, or takes the book that was opened before to what is known now.
func openYear(r *rapid.T, t *testing.T, program *plan.Program, w *world, store ledger.Store) *compensation.Book {
	facts := func(ids []string) compensation.Facts {
		facts, err := folder.Facts(w.files(ids...), program)
		if err != nil {
			r.Fatal(err)
		}
		return facts
	}
	slices.Sort(w.late)
	late := slices.Compact(w.late)
	w.late = nil
	if w.book != nil && !w.moved && rapid.Bool().Draw(r, "apply") {
		if len(late) > 0 {
			if _, err := w.book.Apply(t.Context(), compensation.Facts{Events: facts(late).Events}); err != nil {
				r.Fatal(err)
			}
		}
		return w.book
	}
	all := facts(slices.Sorted(maps.Keys(w.deals)))
	all.Ledger = store
	book, err := compensation.Open(t.Context(), program, all)
	if err != nil {
		r.Fatal(err)
	}
	w.book, w.moved = book, false
	return book
}

func reopenYear(r *rapid.T, t *testing.T, program *plan.Program, w *world, store ledger.Store, o *yearOracle) {
	o.next--
	o.reopened = true
	book := openYear(r, t, program, w, store)
	if _, err := book.Reopen(t.Context(), calendar.Month(2026, o.next+1), closing.Act{Actor: "ana", Reason: "late"}); err != nil {
		r.Fatal(err)
	}
}

// closeYear closes the next pay period, and compares what the ledger holds of it with the oracle.
func closeYear(r *rapid.T, t *testing.T, program *plan.Program, w *world, store ledger.Store, o *yearOracle) {
	ctx := t.Context()
	book := openYear(r, t, program, w, store)
	month := calendar.Month(2026, o.next+1)
	run, err := book.Run(ctx, compensation.Request{Period: month})
	if err != nil {
		r.Fatal(err)
	}
	if _, err := book.Commit(ctx, run, "ana"); err != nil {
		r.Fatal(err)
	}
	if err := run.Err(); err != nil {
		r.Fatal(err)
	}
	var entries []ledger.Entry
	for e, err := range store.Scan(ctx, ledger.Head{}) {
		if err != nil {
			r.Fatal(err)
		}
		if e.PostedIn == month && !e.Kind.Mark() {
			entries = append(entries, e)
		}
	}
	if bad := ledger.Conserve(slices.Values(entries)); len(bad) > 0 {
		r.Fatal(bad[0])
	}
	got := map[posting]int64{}
	for _, e := range entries {
		cents, ok := e.Amount.Int64(2)
		if !ok {
			r.Fatal(e.Amount)
		}
		of := -1
		if !e.EarnedFor.IsZero() {
			of = int(e.EarnedFor.Index - calendar.Month(2026, 1).Index)
		}
		got[posting{e.Kind, string(e.Payee), string(e.Plan), e.Component, string(e.Event), of}] += cents
	}
	want := o.close(w)
	o.reopened = false
	maps.DeleteFunc(got, func(_ posting, cents int64) bool { return cents == 0 })
	if !maps.Equal(got, want) {
		var out strings.Builder
		for k, v := range want {
			if got[k] != v {
				fmt.Fprintf(&out, "oracle %+v %d, engine %d\n", k, v, got[k])
			}
		}
		for k, v := range got {
			if _, both := want[k]; !both {
				fmt.Fprintf(&out, "engine only: %+v %d\n", k, v)
			}
		}
		r.Fatalf("%s:\n%s%s", month, out.String(), w.files(slices.Sorted(maps.Keys(w.deals))...)["events/deal.csv"].Data)
	}
}
