package spec

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

const randomCompany = `
company: Random
currency: USD
calendar: months from 2026-01
events:
  deal:
    closed: date
    product: [Core, Extra, Support]
    amount: money
    seller: payee
    partner: payee?
  refund:
    refunded: date
    original: key
    amount: money?
    reversal of: original
territories:
  - {territory: T-CORE, when: 'product == "Core"'}
credit:
  - {rule: split, to: "seller 66.67%, partner 33.33%", as: bookings}
  - {rule: specialist, when: 'product == "Extra"', to: role SE on seller, amount: amount * 12.5%, as: bookings, overlay: true}
  - {rule: owners, to: owner of territory, when: 'product == "Core" and amount < 5_000 USD', as: owned}
  - {rule: managers, roll up: bookings, along: manager, as: team bookings}
measures:
  bookings: sum of bookings, year to date
  quarterly: sum of bookings, quarter to date
  whole: sum of bookings, quarter
  deals: count of bookings, year to date
  products: count distinct product of bookings, year to date
  largest: max of bookings, year to date
  sold:
    sum of: deal.amount
    payee: seller
    window: year to date
`

const randomPlan = `
plan: Rep
version: "1"
for: role Rep
quota:
  quarterly: {window: quarter, without quota: skip}
tables:
  accelerator:
    marginal by: quarterly
    tiers:
      - {from: 0 USD, rate: 6%}
      - {from: 3_000 USD, rate: 12%}
components:
  commission: {for each: credit of bookings, pays: "marginal(quarterly, accelerator)"}
  flat: {for each: credit of bookings, pays: amount * 3.333%}
  owned: {for each: credit of owned, pays: amount * 1%}
  bonus: {every: quarter, gate: attainment(quarterly) >= 50%, pays: attainment(quarterly) * 1_000 USD}
  override: {for each: credit of team bookings, pays: amount * 1.1%, multiplier: "if amount > 1_000 USD { 150% } else { 97.5% }"}
  so far: {to date: year, quota: to date, pays: "if products >= 2 { bookings * 1.7% } else { bookings * 1.1% }"}
  halfway: {once: 2026-06-30, pays: quarterly * 1.5%}
  standing: {every: month, round: each line, pays: bookings * 1% + deals * 10_000 USD per deal + products * 1_000_000 USD per product + largest * 1.7% + sold * 0.1%}
`

const randomPeople = "payee,name,role,start,end\nann,Ann,Rep,,\nbob,Bob,Rep,,\nsue,Sue,Rep,,\nmax,Max,Rep,,\n"

// The owner and the manager change in the middle of a quarter.
const randomEdges = `edge,from,to,share,start,end
owner,T-CORE,sue,50%,,2026-02-14
owner,T-CORE,max,50%,,
owner,T-CORE,bob,25%,2026-02-15,
SE,ann,sue,,,
manager,ann,max,,,2026-05-31
manager,ann,sue,,2026-06-01,
manager,bob,max,,,
`

// The fiscal year begins in January: of histories from lastYear on, reversals go over the end of one.
const (
	lastYear = "2025-11-01"
	thisYear = "2026-01-01"
)

const randomQuotas = "payee,measure,period,amount\nann,quarterly,2026-Q1,3000\nann,quarterly,2026-Q2,1000\nbob,quarterly,2026-Q1,777.77\nmax,quarterly,2026-Q3,100\n"

// history is what happened: deals, and refunds that take some of them back whole.
type history struct {
	lines    []crediting.Line
	reversed map[fact.EventID]bool
}

func drawHistory(rt *rapid.T, first string) history {
	h := history{reversed: map[fact.EventID]bool{}}
	day := func(from, to int) string {
		return calendar.MustDate(first).AddDays(rapid.IntRange(from, to).Draw(rt, "day")).String()
	}
	for i := range rapid.IntRange(1, 6).Draw(rt, "deals") {
		id := fact.EventID(fmt.Sprint(i))
		cents := rapid.Int64Range(-200_000, 800_000).Draw(rt, "cents")
		l := crediting.Line{Kind: "deal", ID: id, Fields: map[string]string{
			"closed": day(0, 180), "product": rapid.SampledFrom([]string{"Core", "Extra", "Support"}).Draw(rt, "product"), "amount": decimal.New(cents, -2).String(),
			"seller": rapid.SampledFrom([]string{"ann", "bob"}).Draw(rt, "seller"), "partner": rapid.SampledFrom([]string{"", "sue", "ann"}).Draw(rt, "partner"),
		}}
		if rapid.IntRange(0, 3).Draw(rt, "corrected") == 0 {
			wrong := l
			wrong.Fields = maps.Clone(l.Fields)
			wrong.Fields["seller"], wrong.Fields["amount"] = "max", "77.77"
			h.lines = append(h.lines, wrong)
			l.Revision = 2
		}
		h.lines = append(h.lines, l)
		if rapid.IntRange(0, 4).Draw(rt, "withdrawn") == 0 {
			h.lines = append(h.lines, crediting.Line{Kind: "deal", ID: id, Revision: 3, Withdrawn: true})
			continue
		}
		if !rapid.Bool().Draw(rt, "reversed") {
			continue
		}
		left := max(cents, -cents)
		for k := 0; ; k++ {
			r := crediting.Line{Kind: "refund", ID: fact.EventID(fmt.Sprintf("%d-%d", i, k)), Fields: map[string]string{"refunded": day(181, 240), "original": string(id)}}
			part := int64(0)
			if left > 1 && k < 3 {
				part = rapid.Int64Range(0, left-1).Draw(rt, "part")
			}
			if part > 0 {
				r.Fields["amount"] = decimal.New(part, -2).String()
			} else { // all that is left, so on the last of the days
				r.Fields["refunded"] = day(241, 260)
			}
			h.lines = append(h.lines, r)
			if left -= part; part == 0 {
				break
			}
		}
		h.reversed[id] = true
	}
	// The last month has a deal, so that it is paid.
	h.lines = append(h.lines, crediting.Line{Kind: "deal", ID: "last", Fields: map[string]string{"closed": "2026-09-30", "product": "Core", "amount": "1", "seller": "ann"}})
	return h
}

func newRandom(t *testing.T) random { return randomOf(t, randomPlan) }

func randomOf(t *testing.T, planText string) random {
	t.Helper()
	r := random{fsys: fstest.MapFS{}}
	for name, text := range map[string]string{"payproof.yaml": randomCompany, "plans/rep.yaml": planText, "people.csv": randomPeople, "edges.csv": randomEdges, "quotas.csv": randomQuotas, "events/deal.csv": "id\n"} {
		r.fsys.(fstest.MapFS)[name] = &fstest.MapFile{Data: []byte(strings.TrimPrefix(text, "\n"))}
	}
	var err error
	if r.program, err = plan.Load(r.fsys); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r random) run(rt *rapid.T, feed crediting.Feed, request compensation.Request) *compensation.Run {
	facts, err := folder.Facts(r.fsys, r.program)
	if err != nil {
		rt.Fatal(err)
	}
	facts.Events = feed
	book, err := compensation.Open(rt.Context(), r.program, facts)
	if err != nil {
		rt.Fatal(err)
	}
	run, err := book.Run(rt.Context(), request)
	if err != nil {
		rt.Fatal(err)
	}
	return run
}

// everythingOf is all that a run gives, as text.
func everythingOf(run *compensation.Run) string {
	var b strings.Builder
	for p := range run.Payouts() {
		fmt.Fprintln(&b, p.ID, p.Amount)
	}
	for e := range run.Entries() {
		fmt.Fprintln(&b, e.Kind, e.Payee, e.Component, e.Event, e.EarnedFor, e.PostedIn, e.Amount, e.Cause)
	}
	for c := range run.Credits() {
		fmt.Fprintln(&b, c.Event.ID, c.Payee, c.Type, c.Rule, c.Amount, c.Whole, c.Share, c.Via, c.Path)
	}
	for u := range run.Uncredited() {
		fmt.Fprintln(&b, u.Event.ID, u.Rule, u.Amount, u.Reason)
	}
	return b.String() + run.Findings().Error()
}

// Any order of the lines, any split into batches, lines given twice and any number of workers give the same bytes.
func TestAnyOrderBatchesRepeatsAndWorkersGiveTheSameBytes(t *testing.T) {
	r := newRandom(t)
	rapid.Check(t, func(rt *rapid.T) {
		h := drawHistory(rt, lastYear)
		want := everythingOf(r.run(rt, chunks{h.lines}, compensation.Request{Workers: 1}))
		lines := rapid.Permutation(append(slices.Clone(h.lines), h.lines[0], h.lines[len(h.lines)-1])).Draw(rt, "order")
		var batches chunks
		for len(lines) > 0 {
			n := rapid.IntRange(1, len(lines)).Draw(rt, "batch")
			batches, lines = append(batches, lines[:n]), lines[n:]
		}
		if got := everythingOf(r.run(rt, batches, compensation.Request{Workers: 5})); got != want {
			rt.Fatalf("in another order:\n%s\nwant\n%s", got, want)
		}
	})
}

// asFiles is lines as a folder of CSV files, as many as are wanted of each kind.
func asFiles(rt *rapid.T, lines []crediting.Line) fs.FS {
	columns := map[string][]string{"deal": {"closed", "product", "amount", "seller", "partner"}, "refund": {"refunded", "original", "amount"}}
	folder := fstest.MapFS{}
	for _, l := range lines {
		name := fmt.Sprintf("%s-%d.csv", l.Kind, rapid.IntRange(1, 2).Draw(rt, "file"))
		if folder[name] == nil {
			folder[name] = &fstest.MapFile{Data: []byte("id,withdrawn,revision," + strings.Join(columns[l.Kind], ",") + "\n")}
		}
		row := []string{string(l.ID), "", fmt.Sprint(l.Revision)}
		if l.Withdrawn {
			row[1] = "true"
		}
		for _, c := range columns[l.Kind] {
			row = append(row, l.Fields[c])
		}
		folder[name].Data = append(folder[name].Data, strings.Join(row, ",")+"\n"...)
	}
	return folder
}

// Lines that are read from files give the same bytes as lines of an embedder.
func TestFilesGiveTheSameBytesAsLines(t *testing.T) {
	r := newRandom(t)
	rapid.Check(t, func(rt *rapid.T) {
		h := drawHistory(rt, lastYear)
		want := everythingOf(r.run(rt, chunks{h.lines}, compensation.Request{}))
		feed := crediting.FromCSV(asFiles(rt, h.lines), "deal", "refund")
		if got := everythingOf(r.run(rt, feed, compensation.Request{})); got != want {
			rt.Fatalf("from files:\n%s\nwant\n%s", got, want)
		}
	})
}

// Months that are computed one by one post what the quarters and the whole do, line by line.
func TestMonthsSumToTheQuarterAndToTheWhole(t *testing.T) {
	t.Run("to the cent", func(t *testing.T) { monthsSum(t, newRandom(t)) })
	t.Run("more finely", func(t *testing.T) { monthsSum(t, randomOf(t, finer)) })
	t.Run("with gates that wait", func(t *testing.T) { monthsSum(t, randomOf(t, waiting)) })
}

func monthsSum(t *testing.T, r random) {
	rapid.Check(t, func(rt *rapid.T) {
		h := drawHistory(rt, lastYear)
		whole := r.run(rt, chunks{h.lines}, compensation.Request{})
		if err := whole.Err(); err != nil {
			rt.Fatal(err)
		}
		byMonth := map[calendar.Period][]ledger.Entry{}
		for e := range whole.Entries() {
			byMonth[e.PostedIn] = append(byMonth[e.PostedIn], e)
		}
		for _, p := range whole.Periods() {
			month := slices.Collect(r.run(rt, chunks{h.lines}, compensation.Request{Period: p}).Entries())
			if !slices.Equal(month, byMonth[p]) {
				rt.Fatalf("%v alone:\n%v\nwant\n%v", p, month, byMonth[p])
			}
		}
		for _, text := range []string{"2026-Q1", "2026-Q3"} {
			p, err := r.program.Calendar.ParsePeriod(text)
			if err != nil {
				rt.Fatal(err)
			}
			run := r.run(rt, chunks{h.lines}, compensation.Request{Period: p})
			var months []ledger.Entry
			for _, p := range run.Periods() {
				months = append(months, byMonth[p]...)
			}
			if quarter := slices.Collect(run.Entries()); !slices.Equal(quarter, months) {
				rt.Fatalf("%s:\n%v\nwant\n%v", text, quarter, months)
			}
		}
	})
}

// After a full reversal nothing is left of an event: not of its credit, nor of what it earned, nor in any measure. The
// last month of the year stands as if it had never been.
func TestAFullReversalLeavesNothing(t *testing.T) {
	t.Run("to the cent", func(t *testing.T) { fullReversal(t, newRandom(t)) })
	t.Run("more finely", func(t *testing.T) { fullReversal(t, randomOf(t, finer)) })
}

// finer is the plan with components that pay more finely than in cents, and in whole dollars.
var finer = strings.NewReplacer("pays: amount * 3.333%}", "precision: exact, pays: amount * 3.333%}", "pays: amount * 1%}", "precision: 0 places, pays: amount * 1%}",
	"override: {", "override: {precision: 3 places, ", "so far: {", "so far: {precision: 5 places, ", "once: 2026-06-30", "once: 2026-06-15").Replace(randomPlan)

// waiting is the plan with gates that are known at the end of the quarter alone.
var waiting = strings.Replace(randomPlan, "  standing: {", `  waits: {every: month, gate: whole >= 1_000 USD and bookings > 10 USD, pays: bookings * 1.3%}
  first: {every: month, gate: whole >= quarterly * 1.5, until known: pay and re-derive, pays: bookings * 1.3%}
  standing: {`, 1)

func fullReversal(t *testing.T, r random) {
	rapid.Check(t, func(rt *rapid.T) {
		h := drawHistory(rt, thisYear)
		run := r.run(rt, chunks{h.lines}, compensation.Request{})
		of := func(id fact.EventID) (fact.EventID, bool) {
			e, ok := run.Book().Events().Find(id)
			if !ok {
				return "", false
			}
			return e.Source().ID, h.reversed[e.Source().ID]
		}
		credit, paid := map[string]decimal.Decimal{}, map[string]money.Amount{}
		for c := range run.Credits() {
			if id, ok := of(c.Event.ID); ok {
				key := fmt.Sprint(id, c.Payee, c.Type, c.Rule, c.Path)
				credit[key] = credit[key].Add(c.Amount)
			}
		}
		for u := range run.Uncredited() {
			if id, ok := of(u.Event.ID); ok {
				key := fmt.Sprint(id, "nobody", u.Rule)
				credit[key] = credit[key].Add(u.Amount)
			}
		}
		for e := range run.Entries() {
			if id, ok := of(e.Event); ok {
				key := fmt.Sprint(id, e.Payee, e.Component)
				var err error
				if paid[key], err = paid[key].Add(e.Amount); err != nil {
					rt.Fatal(err)
				}
				if (e.Kind == ledger.ClawedBack) == (id == e.Event) {
					rt.Fatalf("%v of %s", e.Kind, e.Event)
				}
			}
		}
		for key, left := range credit {
			if !left.IsZero() {
				rt.Fatalf("%s: %s of the credit are left", key, left)
			}
		}
		for key, left := range paid {
			if !left.IsZero() {
				rt.Fatalf("%s: %s of what was earned are left", key, left)
			}
		}
		never := r.run(rt, chunks{h.without()}, compensation.Request{})
		if a, b := standing(run), standing(never); a != b {
			rt.Fatalf("the last month:\n%s\nand as if it had never been:\n%s", a, b)
		}
	})
}

// standing is what measures come to at the end of the last month.
func standing(run *compensation.Run) string {
	var b strings.Builder
	periods := run.Periods()
	for p := range run.Payouts() {
		if p.Component == "standing" && p.Period == periods[len(periods)-1] {
			fmt.Fprintln(&b, p.ID, p.Amount)
		}
	}
	return b.String()
}

// Every payout of a random history can be explained, and its explanation comes to what is paid.
func TestEveryPayoutWithReversalsCanBeExplained(t *testing.T) {
	r := newRandom(t)
	rapid.Check(t, func(rt *rapid.T) {
		run := r.run(rt, chunks{drawHistory(rt, lastYear).lines}, compensation.Request{})
		for p := range run.Payouts() {
			if n, err := run.Explain(rt.Context(), p.ID); err != nil || n.Value != p.Amount.Text() {
				rt.Fatal(p.ID, n, err)
			}
		}
	})
}
