package spec

import (
	"fmt"
	"math/big"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// An attainment of 0 % or 100 % stands in for a quota that is not there: in conditions, formulas and tables, by the month and deal by
// deal; what was sold stays what it is.
func TestAnAttainmentThatStandsInIsWhatAnObviousProgramComputes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		without := rapid.SampledFrom([]string{"0%", "100%"}).Draw(rt, "without quota")
		gate := rapid.Int64Range(0, 150).Draw(rt, "gate")
		edge := rapid.Int64Range(1, 150).Draw(rt, "edge")
		quotas, events := "payee,measure,period,amount\n", "id,closed,amount,seller\n"
		want := map[string]decimal.Decimal{}
		for _, payee := range []string{"ann", "bob", "cy"} {
			quota := rapid.SampledFrom([]int64{0, 0, 700, 1000}).Draw(rt, "quota")
			if quota > 0 {
				quotas += fmt.Sprintf("%s,sold,2026-01,%d\n", payee, quota)
			}
			// attained is whether so many cents are at least so many percent of the quota.
			attained := func(cents, percent int64) bool {
				if quota == 0 {
					return without == "100%" && percent <= 100 || percent <= 0
				}
				return cents >= quota*percent
			}
			sold, commission := int64(0), decimal.Zero
			for i := range rapid.IntRange(0, 4).Draw(rt, "deals") {
				cents := rapid.Int64Range(1, 60_000).Draw(rt, "cents")
				events += fmt.Sprintf("%s%d,2026-01-%02d,%s,%s\n", payee, i, i+1, decimal.New(cents, -2), payee)
				sold += cents
				rate := int64(5)
				if attained(sold, edge) {
					rate = 8
				}
				commission = commission.Add(decimal.New(cents*rate, -4))
			}
			if sold > 0 {
				want["2026-01 "+payee+" deals"] = commission.RoundBank(2)
			}
			bonus, share := new(big.Rat), decimal.New(sold, -4)
			switch {
			case quota > 0:
				bonus.SetFrac64(sold*10, quota) // 1,000 × cents ÷ 100 ÷ quota
			case without == "100%":
				bonus.SetInt64(1000)
			}
			if !attained(sold, gate) {
				share = decimal.Zero
			}
			want["2026-01 "+payee+" bonus"] = decimal.RequireFromString(bonus.FloatString(20)).RoundBank(16).RoundBank(2)
			want["2026-01 "+payee+" share"] = share.RoundBank(2)
		}
		got := paidOf(rt, "2026-01", map[string]string{
			"payproof.yaml": "company: Random\ncurrency: USD\nevents:\n  sale: {closed: date, amount: money, seller: payee}\ncredit:\n  - {rule: sellers, to: seller, as: sales}\n" +
				"measures:\n  sold: sum of sales, month to date\n",
			"plans/rep.yaml": fmt.Sprintf("plan: Rep\nversion: \"1\"\nfor: role Rep\nquota:\n  sold: {without quota: %s}\n"+
				"tables:\n  rates:\n    whole by: sold\n    edges: \"%% of quota\"\n    tiers: [{from: 0%%, rate: 5%%}, {from: %d%%, rate: 8%%}]\n"+
				"components:\n  deals: {for each: credit of sales, pays: \"amount * tier_rate(attainment(sold), rates)\"}\n"+
				"  bonus: {every: month, pays: \"1_000 USD * attainment(sold)\"}\n  share: {every: month, gate: attainment(sold) >= %d%%, pays: sold * 1%%}\n", without, edge, gate),
			"people.csv": "payee,name,role,start,end\nann,Ann,Rep,,\nbob,Bob,Rep,,\ncy,Cy,Rep,,\n", "quotas.csv": quotas, "events/sale.csv": events,
		})
		differs(rt, got, want)
	})
}
