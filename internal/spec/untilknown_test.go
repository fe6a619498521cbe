package spec

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/dsl/calendar"
)

const untilKnownFiles = `company: Random
currency: USD
calendar: months from 2026-01
events:
  sale: {closed: date, amount: money, seller: payee}
credit:
  - {rule: sellers, to: seller, as: sales}
measures:
  sold: sum of sales, month
  whole: sum of sales, WINDOW
`

const untilKnownPlan = `plan: Rep
version: "1"
for: role Rep
components:
  held: {every: month, gate: whole >= 1_000 USD, pays: sold * 1%}
  first: {every: month, gate: whole >= 1_000 USD, until known: pay and re-derive, pays: sold * 1%}
  at once: {every: month, pays: sold * 1%}
`

// A component whose gate is over a longer window pays for each month of it when that is over, or pays first and takes back: the sums are
// those of the months, or nothing; and who pays first pays as if there were no gate in all months but the last.
func TestAGateThatIsKnownLaterIsWhatAnObviousProgramComputes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := drawToDate(rt)
		for w.unit == calendar.UnitMonth {
			w.unit = rapid.SampledFrom([]calendar.Unit{calendar.UnitQuarter, calendar.UnitHalf, calendar.UnitYear}).Draw(rt, "longer")
		}
		got := untilKnown(rt, w)
		over := earliest(w.gone, calendar.MustDate("2027-01-01"))
		want := map[string]decimal.Decimal{}
		for from := calendar.MustDate("2026-01-01"); from.Before(over); from = from.AddMonths(1) {
			begin, end := latest(from, w.join), earliest(from.AddMonths(1), over)
			if !begin.Before(end) {
				continue
			}
			amount := decimal.New(w.sold(begin, end), -4)
			window := windowOf(w.unit, from)
			next := window
			for windowOf(w.unit, next) == window {
				next = next.AddMonths(1)
			}
			last := earliest(next, over) // the first day after what the gate is about
			holds := w.sold(latest(window, w.join), last) >= 100_000
			in, known := from.String()[:7], month(last.AddDays(-1)).String()[:7]
			add := func(component, in string, a decimal.Decimal) {
				want[in+" "+component] = want[in+" "+component].Add(a)
			}
			add("at once", in, amount)
			add("first", in, amount)
			add("held", in, decimal.Zero)
			if holds {
				add("held", known, amount)
			} else {
				add("first", known, amount.Neg())
			}
		}
		// What is rounded is the sum so far.
		for _, component := range []string{"held", "first", "at once"} {
			exact, posted := decimal.Zero, decimal.Zero
			for m := calendar.MustDate("2026-01-01"); m.Before(over); m = m.AddMonths(1) {
				key := m.String()[:7] + " " + component
				amount, is := want[key]
				if _, paid := got[key]; is != paid {
					rt.Fatalf("%s: wanted %v, paid %v", key, is, paid)
				}
				exact = exact.Add(amount)
				if now := exact.RoundBank(2); !now.Sub(posted).Equal(got[key]) {
					rt.Fatalf("%s pays %s, want %s: %v", key, got[key], now.Sub(posted), got)
				}
				posted = exact.RoundBank(2)
			}
		}
	})
}

// untilKnown is what the components pay, by month.
func untilKnown(rt *rapid.T, w toDateWorld) map[string]decimal.Decimal {
	var events strings.Builder
	for i, s := range w.sales {
		fmt.Fprintf(&events, "e%d,%s,%s,ann\n", i, s.day, decimal.New(s.cents, -2))
	}
	book := opened(rt, map[string]string{
		"payproof.yaml": strings.Replace(untilKnownFiles, "WINDOW", w.unit.String(), 1), "plans/rep.yaml": untilKnownPlan,
		"events/sale.csv": "id,closed,amount,seller\n" + events.String(),
		"people.csv":      fmt.Sprintf("payee,name,role,start,end\nann,Ann,Rep,%s,%s\n", w.join, w.gone.AddDays(-1)),
	})
	period, err := book.Program().Calendar.ParsePeriod("2026")
	if err != nil {
		rt.Fatal(err)
	}
	run, err := book.Run(rt.Context(), compensation.Request{Period: period})
	if err != nil || run.Err() != nil {
		rt.Fatal(err, run.Err())
	}
	got := map[string]decimal.Decimal{}
	for p := range run.Payouts() {
		got[book.Program().Calendar.Format(p.Period)+" "+p.Component] = p.Amount.Decimal()
		if n, err := run.Explain(rt.Context(), p.ID); err != nil || n.Value != p.Amount.Text() || addsUp(n) != nil {
			rt.Fatal(p.ID, n, err, addsUp(n))
		}
	}
	return got
}
