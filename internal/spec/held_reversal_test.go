package spec

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/hold"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// heldCompany holds the pay of deals and the credit of orders until they are paid.
const heldCompany = `
company: Random
currency: USD
calendar: months from 2026-01
events:
  deal: {closed: date, amount: money, seller: payee, partner: payee?}
  order: {closed: date, amount: money, seller: payee, partner: payee?}
  refund: {refunded: date, original: key, amount: money?, reversal of: original}
  payment: {on: date, original: key, paid: money}
credit:
  - {rule: deals, of: deal, to: "seller 66.67%, partner 33.33%", as: bookings, hold: {what: payment, until: payment, by: paid}}
  - {rule: orders, of: order, to: "seller 66.67%, partner 33.33%", as: bookings, hold: {what: credit, until: payment, by: paid}}
  - {rule: all, of: order, to: seller, as: orders}
  - {rule: managers, roll up: bookings, along: manager, as: team bookings}
measures:
  bookings: sum of bookings, year to date
  deals: count of bookings, year to date
  orders: sum of orders, year to date
`

const heldPlan = `
plan: Rep
version: "1"
for: role Rep
tables:
  accelerator:
    marginal by: bookings
    tiers:
      - {from: 0 USD, rate: 6%}
      - {from: 3_000 USD, rate: 12%}
components:
  commission: {for each: credit of bookings, pays: "marginal(bookings, accelerator)"}
  flat: {for each: credit of bookings, pays: amount * 3.333%}
  orders: {for each: credit of orders, pays: amount * 1%}
  override: {for each: credit of team bookings, pays: amount * 1.1%}
  standing: {every: month, round: each line, pays: bookings * 1% + deals * 10_000 USD per deal + orders * 0.1%}
`

func newHeld(t *testing.T) random {
	t.Helper()
	r := random{fsys: fstest.MapFS{}}
	for name, text := range map[string]string{"payproof.yaml": heldCompany, "plans/rep.yaml": heldPlan, "people.csv": randomPeople, "edges.csv": "edge,from,to,share,start,end\nmanager,ann,max,,,\nmanager,bob,max,,,\n", "events/deal.csv": "id\n"} {
		r.fsys.(fstest.MapFS)[name] = &fstest.MapFile{Data: []byte(strings.TrimPrefix(text, "\n"))}
	}
	var err error
	if r.program, err = plan.Load(r.fsys); err != nil {
		t.Fatal(err)
	}
	return r
}

// drawHeld is deals and orders, payments of them, and refunds, some of which take all back.
func drawHeld(rt *rapid.T) (lines []crediting.Line, reversed map[fact.EventID]bool) {
	reversed = map[fact.EventID]bool{}
	day := func(from, to int) string {
		return calendar.MustDate(lastYear).AddDays(rapid.IntRange(from, to).Draw(rt, "day")).String()
	}
	line := func(kind, id string, fields ...string) {
		l := crediting.Line{Kind: kind, ID: fact.EventID(id), Fields: map[string]string{}}
		for i := 0; i < len(fields); i += 2 {
			l.Fields[fields[i]] = fields[i+1]
		}
		lines = append(lines, l)
	}
	for i := range rapid.IntRange(1, 4).Draw(rt, "deals") {
		id := fmt.Sprint(i)
		cents := rapid.Int64Range(1, 800_000).Draw(rt, "cents")
		line(rapid.SampledFrom([]string{"deal", "order"}).Draw(rt, "kind"), id, "closed", day(0, 90), "amount", decimal.New(cents, -2).String(),
			"seller", rapid.SampledFrom([]string{"ann", "bob"}).Draw(rt, "seller"), "partner", rapid.SampledFrom([]string{"", "sue", "ann"}).Draw(rt, "partner"))
		for k := range rapid.IntRange(0, 5).Draw(rt, "payments") {
			paid := rapid.Int64Range(-cents/3, cents).Draw(rt, "paid")
			line("payment", fmt.Sprintf("%d-p%d", i, k), "on", day(0, 300), "original", id, "paid", decimal.New(paid, -2).String())
		}
		left := cents
		for k := range rapid.IntRange(0, 3).Draw(rt, "refunds") {
			if left < 2 {
				break
			}
			part := rapid.Int64Range(1, left-1).Draw(rt, "part")
			left -= part
			line("refund", fmt.Sprintf("%d-r%d", i, k), "refunded", day(91, 240), "original", id, "amount", decimal.New(part, -2).String())
		}
		if rapid.Bool().Draw(rt, "reversed") {
			line("refund", fmt.Sprintf("%d-r9", i), "refunded", day(241, 260), "original", id)
			reversed[fact.EventID(id)] = true
		}
	}
	line("deal", "last", "closed", "2026-09-30", "amount", "1", "seller", "ann")
	return lines, reversed
}

// Whatever is paid, refunded and cancelled, in whatever order: months alone post what the whole does; what entries leave
// held is what is listed; of what is cancelled whole nothing is left, not of credit, nor of pay, nor of what is held; and
// every payout can be explained.
func TestReversalsOfWhatIsHeld(t *testing.T) {
	r := newHeld(t)
	rapid.Check(t, func(rt *rapid.T) {
		lines, reversed := drawHeld(rt)
		run := r.run(rt, chunks{lines}, compensation.Request{})
		source := func(id fact.EventID) fact.EventID {
			if e, ok := run.Book().Events().Find(id); ok {
				return e.Source().ID
			}
			return ""
		}
		left := map[string]decimal.Decimal{}
		add := func(d decimal.Decimal, key ...any) {
			text := fmt.Sprintln(key...)
			left[text] = left[text].Add(d)
		}
		for c := range run.Credits() {
			if id := source(c.Event.ID); reversed[id] {
				add(c.Amount, "credit", id, c.Payee, c.Type, c.Rule, c.Path)
			}
		}
		byMonth := map[calendar.Period][]ledger.Entry{}
		for e := range run.Entries() {
			byMonth[e.PostedIn] = append(byMonth[e.PostedIn], e)
			if e.Kind == ledger.Paid {
				continue
			}
			id, amount := source(e.Event), e.Amount.Decimal()
			effect := e.Kind.Effect()
			if effect.Balance == ledger.BalanceHeld {
				add(amount.Mul(decimal.New(int64(effect.Sign), 0)), "held", e.Payee, e.Component, id)
			}
			if reversed[id] && effect.Income {
				add(amount, "earned", e.Payee, e.Component, id)
			}
		}
		for h := range run.Held() {
			if reversed[h.Event.ID] {
				rt.Fatalf("%s is held of %s, which is cancelled", h.Amount(), h.Event.ID)
			}
			if h.What == hold.Payment {
				add(h.Amount().Neg(), "held", h.Payee, h.Component, h.Event.ID)
			}
			if h.Amount().IsNegative() {
				rt.Fatalf("%+v", h)
			}
		}
		for key, d := range left {
			if !d.IsZero() {
				rt.Fatalf("%s of %s", d, key)
			}
		}
		for _, p := range run.Periods() {
			month := slices.Collect(r.run(rt, chunks{lines}, compensation.Request{Period: p}).Entries())
			if !slices.Equal(month, byMonth[p]) {
				rt.Fatalf("%v alone:\n%v\nwant\n%v", p, month, byMonth[p])
			}
		}
		for p := range run.Payouts() {
			if n, err := run.Explain(rt.Context(), p.ID); err != nil || n.Value != p.Amount.Text() {
				rt.Fatal(p.ID, n, err)
			}
		}
	})
}
