package spec

import (
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// reachedPlan keeps what was reached of two components, and not of a third.
var reachedPlan = strings.Replace(randomPlan, "components:\n", `clawback: {of: [reach, climbs], reversed by: refund, reached bonuses: keep}
components:
  reach: {every: quarter, pays: "if whole >= 3_000 USD { 250 USD } else { 0 USD }"}
  climbs: {to date: year, pays: bookings * 1.7%}
  plain: {to date: year, pays: bookings * 1.7%}
`, 1)

// sold is a payee's bookings from a day up to another, which does not count.
func sold(credits []crediting.Credit, from, to calendar.Date) (sum decimal.Decimal) {
	for i := range credits {
		if on := credits[i].Date(); !on.Before(from) && on.Before(to) {
			sum = sum.Add(credits[i].Amount)
		}
	}
	return sum
}

// reachedBy is the most of what a payee had by a day, and by the end of each day before one on which something was taken back.
func reachedBy(credits []crediting.Credit, from, to calendar.Date) decimal.Decimal {
	most := sold(credits, from, to)
	for i := range credits {
		if on := credits[i].Date(); credits[i].Event.Reversal() != nil && !on.Before(from) && on.Before(to) {
			most = decimal.Max(most, sold(credits, from, on))
		}
	}
	return most
}

// Bonuses are what was reached by the credits alone, added up by hand day by day: a reversal takes nothing of what there was on the day before it.
func TestWhatWasReachedIsKept(t *testing.T) {
	r := randomOf(t, reachedPlan)
	rapid.Check(t, func(rt *rapid.T) {
		h := drawHistory(rt, lastYear)
		run := r.run(rt, chunks{h.lines}, compensation.Request{})
		mine := map[fact.PayeeID][]crediting.Credit{}
		for c := range run.Credits() {
			if c.Type == "bookings" {
				mine[c.Payee] = append(mine[c.Payee], c)
			}
		}
		paid := map[string]decimal.Decimal{} // of climbs, in a year
		for p := range run.Payouts() {
			days, err := r.program.Calendar.Range(p.Period)
			year, err2 := r.program.Calendar.Range(r.program.Calendar.PeriodOf(calendar.UnitYear, days.From))
			quarter, err3 := r.program.Calendar.Range(r.program.Calendar.PeriodOf(calendar.UnitQuarter, days.From))
			if err != nil || err2 != nil || err3 != nil {
				rt.Fatal(err, err2, err3)
			}
			got, want := p.Amount.Decimal(), decimal.Zero
			switch p.Component {
			case "reach":
				if reachedBy(mine[p.Payee], quarter.From, quarter.To).GreaterThanOrEqual(decimal.New(3_000, 0)) {
					want = decimal.New(250, 0)
				}
			case "climbs", "plain":
				worth := reachedBy(mine[p.Payee], year.From, days.To)
				if p.Component == "plain" {
					worth = sold(mine[p.Payee], year.From, days.To)
				}
				key := string(p.Payee) + p.Component + year.From.String()
				paid[key] = paid[key].Add(got)
				got, want = paid[key], worth.Mul(decimal.New(17, -3)).RoundBank(2)
			default:
				continue
			}
			if !got.Equal(want) {
				rt.Fatalf("%s: %s, want %s", p.ID, got, want)
			}
			if n, err := run.Explain(rt.Context(), p.ID); err != nil || n.Value != p.Amount.Text() || addsUp(n) != nil {
				rt.Fatal(p.ID, n, err)
			}
		}
		for _, p := range run.Periods() {
			alone := slices.Collect(r.run(rt, chunks{h.lines}, compensation.Request{Period: p}).Payouts())
			whole := slices.DeleteFunc(slices.Collect(run.Payouts()), func(o compensation.Payout) bool { return o.Period != p })
			if !slices.Equal(alone, whole) {
				rt.Fatalf("%v alone:\n%v\nwant\n%v", p, alone, whole)
			}
		}
	})
}
