package spec

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/dsl/calendar"
)

// Where a reversal takes what was earned, and the measure falls by it, the year comes to what the table gives for what is left of the measure, and the
// path differences: of whatever deals and cancellations, in whatever order.
func TestAYearIsWhatIsLeftOfItAndThePath(t *testing.T) {
	differ := 0
	rapid.Check(t, func(r *rapid.T) {
		deals, cancels, net := "", "", decimal.Zero
		for i := range rapid.IntRange(1, 7).Draw(r, "deals") {
			amount := rapid.Int64Range(1, 150_000_00).Draw(r, "cents")
			month := rapid.IntRange(1, 12).Draw(r, "month")
			d := decimal.New(amount, -2)
			deals += fmt.Sprintf("d%d,2026-%02d-05,%s,ann\n", i, month, d)
			net = net.Add(d)
			for k, left := 0, amount; k < 2 && left > 0 && rapid.Bool().Draw(r, "cancelled"); k++ {
				part := rapid.Int64Range(1, left).Draw(r, "part")
				left -= part
				cancels += fmt.Sprintf("c%d-%d,2026-%02d-2%d,d%d,%s\n", i, k, rapid.IntRange(month, 12).Draw(r, "later"), k, i, decimal.New(part, -2))
				net = net.Sub(decimal.New(part, -2))
			}
		}
		run := pathRun(r, deals, cancels)
		got := decimal.Zero
		for e := range run.Entries() {
			if e.Kind == ledger.Earned || e.Kind == ledger.ClawedBack {
				got = got.Add(e.Amount.Decimal())
			}
		}
		paths, err := run.PathDifferences()
		if err != nil {
			r.Fatal(err)
		}
		path := decimal.Zero
		for _, p := range paths {
			path = path.Add(p.Amount.Decimal())
			differ++
		}
		limit := decimal.New(100_000, 0)
		want := decimal.Min(net, limit).Mul(decimal.New(6, -2))
		if net.GreaterThan(limit) {
			want = want.Add(net.Sub(limit).Mul(decimal.New(12, -2)))
		}
		if off := got.Sub(path).Sub(want).Abs(); off.GreaterThan(decimal.New(1, -2)) { // cumulative rounding is within a cent of it
			r.Fatalf("the year pays %s, of which the path is %s; %s are left, which is worth %s\n%s%s", got, path, net, want, deals, cancels)
		}
	})
	if differ == 0 {
		t.Error("the path never made a difference")
	}
}

func pathRun(r *rapid.T, deals, cancels string) *compensation.Run {
	book := opened(r, map[string]string{
		"payproof.yaml": `company: Paths
currency: USD
events:
  deal: {closed: date, amount: money, seller: payee}
  cancel: {on: date, of: key, amount: money, reversal of: of}
credit:
  - {rule: sellers, of: deal, to: seller, as: bookings}
measures:
  sold: sum of bookings, year to date
`,
		"plans/rep.yaml": `plan: Rep
version: "1"
for: role Rep
tables:
  tiers: {marginal by: sold, tiers: [{from: 0 USD, rate: 6%}, {from: 100_000 USD, rate: 12%}]}
components:
  commission: {for each: credit of bookings, pays: "marginal(sold, tiers)"}
`,
		"people.csv":        "payee,name,role,start,end\nann,,Rep,2026-01-01,\n",
		"events/deal.csv":   "id,closed,amount,seller\n" + deals,
		"events/cancel.csv": "id,on,of,amount\n" + cancels,
	})
	run, err := book.Run(r.Context(), compensation.Request{Period: calendar.Year(2026)})
	if err != nil {
		r.Fatal(err)
	}
	return run
}
