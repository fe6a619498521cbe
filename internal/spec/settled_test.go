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
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
)

const settledCompany = `company: Settled
currency: USD
calendar: months from 2026-01
events:
  deal: {closed: date, seller: payee, amount: money}
  refund: {on: date, deal: key, amount: money?, reversal of: deal}
  payment: {paid: date, deal: key, amount: money}
credit:
  - {rule: sold, of: deal, to: seller, as: bookings}
  - {rule: team, roll up: bookings, as: team, along: manager}
measures:
  bookings: sum of bookings, quarter to date
  team: sum of team, month
`

const settledPlan = `plan: Rep
version: "1"
for: role Rep
tables:
  rates:
    marginal by: bookings
    tiers:
      - {from: 0 USD, rate: 6.25%}
      - {from: 9_000 USD, rate: 11%}
components:
  commission:
    for each: credit of bookings
    pays: marginal(bookings, rates)
  spiff:
    for each: credit of bookings
    pays: amount * 1.1%
  override:
    every: month
    pays: team * 0.75%
hold: {of: commission, until: payment, by: amount}
caps:
  - {of: [commission, spiff], at: 900 USD per quarter, spread: pro rata}
  - {of: [override], at: 60 USD per quarter}
`

// fact of a settled year: a line of a file that comes in some month.
type arriving struct {
	file, line string
	month      int
}

// anyFacts draws deals, what of them is cancelled and paid, and corrections, each coming in some month.
func anyFacts(r *rapid.T) (all []arriving) {
	day := func(from int) (text string, n int) {
		n = from + rapid.IntRange(0, 60).Draw(r, "days")
		return calendar.MustDate("2026-01-01").AddDays(n).String(), n
	}
	for i := range rapid.IntRange(1, 9).Draw(r, "deals") {
		id := fmt.Sprintf("d%d", i)
		closed, on := day(rapid.IntRange(0, 90).Draw(r, "closed"))
		comes := rapid.IntRange(1, 6).Draw(r, "comes")
		seller := rapid.SampledFrom([]string{"ann", "bo"}).Draw(r, "seller")
		add := func(file, line string, from int) int {
			month := rapid.IntRange(from, 6).Draw(r, "in")
			all = append(all, arriving{file, line, month})
			return month
		}
		amount := func() string { return fmt.Sprintf("%d.37", rapid.IntRange(2_000, 9_000).Draw(r, "amount")) }
		all = append(all, arriving{"deal", fmt.Sprintf("%s,1,,%s,%s,%s", id, closed, seller, amount()), comes})
		if rapid.IntRange(0, 2).Draw(r, "corrected") == 0 {
			add("deal", fmt.Sprintf("%s,2,,%s,%s,%s", id, closed, seller, amount()), comes)
		}
		if rapid.IntRange(0, 2).Draw(r, "refunded") == 0 {
			part := rapid.SampledFrom([]string{"", "700.01", "1500.00"}).Draw(r, "part")
			cancelled, _ := day(on)
			add("refund", fmt.Sprintf("r%d,%s,%s,%s", i, cancelled, id, part), comes)
		}
		for p := range rapid.IntRange(0, 2).Draw(r, "payments") {
			paid, _ := day(on)
			add("payment", fmt.Sprintf("p%d-%d,%s,%s,%s", i, p, paid, id, rapid.SampledFrom([]string{"500.00", "999.99"}).Draw(r, "paid")), comes)
		}
	}
	return all
}

// settled is the company with what has come by a month.
func settled(r *rapid.T, t *testing.T, program *plan.Program, facts []arriving, gone leaver, month int, store ledger.Store) *compensation.Book {
	files := map[string]string{"deal": "id,revision,withdrawn,closed,seller,amount\n", "refund": "id,on,deal,amount\n", "payment": "id,paid,deal,amount\n"}
	latest := map[string]string{} // of deals, the revision that is known
	for _, f := range facts {
		id, _, _ := strings.Cut(f.line, ",")
		if f.month <= month && (f.file != "deal" || f.line > latest[id]) {
			latest[f.file+id] = f.line
		}
	}
	for _, f := range facts {
		id, _, _ := strings.Cut(f.line, ",")
		if latest[f.file+id] == f.line {
			files[f.file] += f.line + "\n"
		}
	}
	fsys := fstest.MapFS{
		"payproof.yaml": {Data: []byte(settledCompany)}, "plans/rep.yaml": {Data: []byte(settledPlan)},
		"people.csv": {Data: []byte("payee,name,role,start,end\nann,,Rep,2026-01-01,\nbo,,Rep,2026-01-01," + gone.end(month) + "\n")},
		"edges.csv":  {Data: []byte("edge,from,to,share,start,end\nmanager,bo,ann,,,\n")},
		"adjustments.csv": {Data: []byte("id,payee,period,event,amount,reason,author,approved by\n" +
			"A-1,ann,2026-02,d0,33.00,it is missing,x,y\nA-2,bo,2026-01,,10.00,prize,x,y\n")},
	}
	for kind, text := range files { // order: a map goes into a map
		fsys["events/"+kind+".csv"] = &fstest.MapFile{Data: []byte(text)}
	}
	all, err := folder.Facts(fsys, program)
	if err != nil {
		r.Fatal(err)
	}
	all.Ledger = store
	book, err := compensation.Open(t.Context(), program, all)
	if err != nil {
		r.Fatalf("%v\n%s", err, files)
	}
	return book
}

// leaver is when bo leaves, which is known from a month on; no day: never.
type leaver struct {
	day   string
	month int
}

func (l leaver) end(month int) string {
	if month < l.month {
		return ""
	}
	return l.day
}

// anyLeaver draws one.
func anyLeaver(r *rapid.T) leaver {
	if rapid.Bool().Draw(r, "stays") {
		return leaver{}
	}
	return leaver{calendar.MustDate("2026-02-01").AddDays(rapid.IntRange(0, 120).Draw(r, "leaves")).String(), rapid.IntRange(1, 6).Draw(r, "known")}
}

// settledPrograms are the plan as it is, and with what it says of who leaves.
func settledPrograms(t *testing.T) (out []*plan.Program) {
	t.Helper()
	for _, more := range []string{
		"", "leaving: {held: pay}\n", "leaving: {held: forfeit}\n", "leaving: {held: pay, earn until: last payment}\n", "clawback: {reversed by: refund, recovery: in 3 instalments}\n",
		"clawback: {of: [commission, spiff], reversed by: refund, recovery: up to 30% of future earnings}\n",
	} {
		program, err := plan.Load(fstest.MapFS{"payproof.yaml": {Data: []byte(settledCompany)}, "plans/rep.yaml": {Data: []byte(settledPlan + more)}})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, program)
	}
	return out
}

// sums adds entries up by what they are about, wherever they are posted: balances and payments aside.
func sums(r *rapid.T, entries []ledger.Entry) map[string]int64 {
	out := map[string]int64{}
	for _, e := range entries {
		group := ""
		switch e.Kind {
		case ledger.Earned, ledger.ClawedBack, ledger.PriorPeriod:
			group = "earned"
		case ledger.Held, ledger.Released:
			group = "held"
		case ledger.Capped, ledger.HoldCancelled, ledger.Adjusted, ledger.Forfeited:
			group = e.Kind.String()
		default:
			continue
		}
		if e.Kind == ledger.Adjusted && e.Event != "" { // a month alone does not know whether the event comes later
			continue
		}
		cents, ok := e.Amount.Int64(2)
		if !ok {
			r.Fatal(e.Amount)
		}
		out[fmt.Sprintf("%s %s %s %s %s", group, e.Payee, e.Component, e.Event, e.EarnedFor)] += cents
	}
	maps.DeleteFunc(out, func(_ string, v int64) bool { return v == 0 })
	return out
}

// However facts come, early, late or corrected: when all have come, the ledger holds for everything what one run of all facts
// gives, and what is held is what it holds. Money is conserved in every month.
func TestInTheEndTheLedgerHoldsWhatOneRunGives(t *testing.T) {
	programs := settledPrograms(t)
	rapid.Check(t, func(r *rapid.T) {
		program := rapid.SampledFrom(programs).Draw(r, "plan")
		facts, gone, store := anyFacts(r), anyLeaver(r), ledger.Memory()
		const last = 8
		for month := 1; month <= last; month++ {
			book := settled(r, t, program, facts, gone, month, store)
			run, err := book.Run(t.Context(), compensation.Request{Period: calendar.Month(2026, month)})
			if err != nil {
				r.Fatal(err)
			}
			for p := range run.Payouts() {
				why, err := run.Explain(t.Context(), p.ID)
				if err != nil || why.Value != p.Amount.Text() && !p.Amount.IsZero() {
					r.Fatalf("%s is %s, and explained as %+v: %v", p.ID, p.Amount, why, err)
				}
			}
			if _, err := book.Commit(t.Context(), run, "ana"); err != nil {
				r.Fatal(err)
			}
		}
		var posted []ledger.Entry
		for e, err := range store.Scan(t.Context(), ledger.Head{}) {
			if err != nil {
				r.Fatal(err)
			}
			posted = append(posted, e)
		}
		if bad := ledger.Conserve(slices.Values(posted)); len(bad) > 0 {
			r.Fatal(bad[0])
		}
		whole := settled(r, t, program, facts, gone, last, nil)
		var once []ledger.Entry
		for month := 1; month <= last; month++ {
			run, err := whole.Run(t.Context(), compensation.Request{Period: calendar.Month(2026, month)})
			if err != nil {
				r.Fatal(err)
			}
			once = slices.AppendSeq(once, run.Entries())
		}
		got, want := sums(r, posted), sums(r, once)
		standing, paid := int64(0), false
		for _, e := range posted {
			if e.Kind == ledger.Adjusted && e.Event == "d0" {
				cents, _ := e.Amount.Int64(2)
				standing += cents
			}
			paid = paid || e.Payee == "ann" && e.Event == "d0" && (e.Kind == ledger.Earned || e.Kind == ledger.PriorPeriod)
		}
		if want := map[bool]int64{false: 33_00}[paid]; standing != want {
			r.Fatalf("for d0, which was paid: %v, %d stand in", paid, standing)
		}
		if !maps.Equal(got, want) {
			for _, k := range slices.Sorted(maps.Keys(want)) {
				if got[k] != want[k] {
					r.Errorf("%s: the ledger has %d, one run %d", k, got[k], want[k])
				}
			}
			for _, k := range slices.Sorted(maps.Keys(got)) {
				if _, both := want[k]; !both {
					r.Errorf("%s: only the ledger has it, %d", k, got[k])
				}
			}
			r.Fatalf("%+v", facts)
		}
	})
}
