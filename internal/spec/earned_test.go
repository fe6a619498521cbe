package spec

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/calendar"
)

const earnedCompany = `company: Random
currency: USD
calendar: months from 2026-01
events:
  sale: {closed: date, amount: money, seller: payee}
credit:
  - {rule: sellers, to: seller, as: sales}
measures:
  this year: sum of sales, year to date
`

const earnedPlan = `plan: Rep
version: "%d"
effective: %s..%s
after expiry: stop
for: role Rep
components:
  thanks: {every: quarter, pays: "earned(kicker, quarter) * 7%%"}
  kicker: {every: UNIT, gate: "earned(commission, UNIT) >= 100 USD", pays: "earned(commission, UNIT) * 20%%"}
  commission: {for each: credit of sales, pays: amount * 6.3%%}
  so far: {every: month, pays: "earned(commission, quarter to date) + earned(kicker, year to date)"}
  true-up: {to date: year, every: month, pays: "this year * 8%% - earned(commission, year to date)"}
`

// posted is what a component has posted, by day, in the order in which it does: its exact amounts, rounded so that they sum to the
// rounded total of the year.
type posted struct {
	days      []calendar.Date
	amounts   []decimal.Decimal
	exactly   []decimal.Decimal
	exact, so decimal.Decimal
}

func (p *posted) add(day calendar.Date, exact decimal.Decimal) decimal.Decimal {
	p.exact = p.exact.Add(exact)
	now := p.exact.RoundBank(2)
	p.days, p.amounts, p.exactly = append(p.days, day), append(p.amounts, now.Sub(p.so)), append(p.exactly, exact)
	p.so = now
	return p.amounts[len(p.amounts)-1]
}

func (p *posted) within(from, last calendar.Date) (sum decimal.Decimal) {
	for i, day := range p.days {
		if !day.Before(from) && !last.Before(day) {
			sum = sum.Add(p.amounts[i])
		}
	}
	return sum
}

// What components earn is an input of others: each version of a plan reads what was posted since it began, by the windows that its
// formulas name, in whatever order the file has them.
func TestWhatAComponentEarnedIsWhatAnObviousProgramComputes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := drawToDate(rt)
		unit := rapid.SampledFrom([]calendar.Unit{calendar.UnitMonth, calendar.UnitQuarter}).Draw(rt, "kicker")
		over := earliest(w.gone, calendar.MustDate("2027-01-01"))
		var commission, kicker, thanks, soFar, trueUp posted
		want := map[string]decimal.Decimal{}
		pay := func(component string, p *posted, day calendar.Date, exact decimal.Decimal) {
			key := day.String()[:7] + " ann " + component
			want[key] = want[key].Add(p.add(day, exact))
		}
		versions := []struct{ from, to calendar.Date }{
			{latest(w.join, calendar.MustDate("2026-01-01")), earliest(over, w.versions[1].from)}, {latest(w.join, w.versions[1].from), over},
		}
		// Day by day, so that what is read has been posted.
		for day := calendar.MustDate("2026-01-01"); day.Before(over); day = day.AddDays(1) {
			for i, s := range w.sales {
				if s.day == day && !day.Before(w.join) {
					pay("commission", &commission, day, decimal.New(w.sales[i].cents*63, -5))
				}
			}
			for _, v := range versions {
				ends := func(unit calendar.Unit) bool {
					return !day.Before(v.from) && day.Before(v.to) && (day.AddDays(1) == v.to || windowOf(unit, day.AddDays(1)) != windowOf(unit, day))
				}
				since := func(unit calendar.Unit) calendar.Date { return latest(v.from, windowOf(unit, day)) }
				if ends(unit) {
					earned := commission.within(since(unit), day)
					if earned.LessThan(decimal.New(100, 0)) {
						pay("kicker", &kicker, day, decimal.Zero)
					} else {
						pay("kicker", &kicker, day, earned.Mul(decimal.New(2, -1)))
					}
				}
				if ends(calendar.UnitQuarter) {
					pay("thanks", &thanks, day, kicker.within(since(calendar.UnitQuarter), day).Mul(decimal.New(7, -2)))
				}
				if ends(calendar.UnitMonth) {
					pay("so far", &soFar, day, commission.within(since(calendar.UnitQuarter), day).Add(kicker.within(since(calendar.UnitYear), day)))
					worth := decimal.New(w.sold(v.from, day.AddDays(1)), -2).Mul(decimal.New(8, -2)).Sub(commission.within(v.from, day))
					paid := decimal.Zero // exactly, by this version
					for i, d := range trueUp.days {
						if !d.Before(v.from) {
							paid = paid.Add(trueUp.exactly[i])
						}
					}
					pay("true-up", &trueUp, day, worth.Sub(paid))
				}
			}
		}
		var events strings.Builder
		for i, s := range w.sales {
			fmt.Fprintf(&events, "e%d,%s,%s,ann\n", i, s.day, decimal.New(s.cents, -2))
		}
		file := func(n int, from, to calendar.Date) string {
			return strings.ReplaceAll(fmt.Sprintf(earnedPlan, n, from, to.AddDays(-1)), "UNIT", unit.String())
		}
		got := paidOf(rt, "2026", map[string]string{
			"payproof.yaml": earnedCompany, "events/sale.csv": "id,closed,amount,seller\n" + events.String(),
			"plans/1.yaml": file(1, w.versions[0].from, w.versions[1].from), "plans/2.yaml": file(2, w.versions[1].from, calendar.MustDate("2027-01-01")),
			"people.csv": fmt.Sprintf("payee,name,role,start,end\nann,Ann,Rep,%s,%s\n", w.join, w.gone.AddDays(-1)),
		})
		differs(rt, got, want)
	})
}
