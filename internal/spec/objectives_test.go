package spec

import (
	"fmt"
	"math/big"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/scores"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// Objectives pay what they are worth at target, times weights and scores: at most what a goal says, nothing below its least, and nothing
// before somebody has scored. Scores that come late give what they would have given before.
func TestObjectivesAreWhatAnObviousProgramComputes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		target := rapid.Int64Range(0, 900_000).Draw(rt, "target") // in cents
		first := rapid.IntRange(1, 99).Draw(rt, "weight")
		want, goals := map[string]decimal.Decimal{}, ""
		type goal struct {
			name               string
			weight, least, top int
		}
		var all []goal
		for i, weight := range []int{first, 100 - first} {
			g := goal{[]string{"Pipeline", "new hires"}[i], weight, rapid.IntRange(0, 90).Draw(rt, "least"), rapid.SampledFrom([]int{0, 100, 120}).Draw(rt, "most")}
			line := fmt.Sprintf("    %s: {weight: %d%%, scored by: manager", g.name, g.weight)
			if g.least > 0 {
				line += fmt.Sprintf(", least: %d%%", g.least)
			}
			if g.top > 0 {
				line += fmt.Sprintf(", most: %d%%", g.top)
			} else {
				g.top = 100
			}
			goals += line + "}\n"
			all = append(all, g)
		}
		var late []scores.Score
		header := "payee,objective,period,score,by\n"
		before, after := header, header
		exact, posted := new(big.Rat), decimal.Zero
		for month := 1; month <= 3; month++ {
			for _, g := range all {
				score := int64(rapid.IntRange(0, 150).Draw(rt, "score"))
				row := fmt.Sprintf("ann,%s,2026-%02d,%d%%,bob\n", g.name, month, score)
				s := scores.Score{Payee: "ann", Objective: g.name, Period: calendar.Month(2026, month), Value: decimal.New(score, -2), By: "bob"}
				switch rapid.IntRange(0, 2).Draw(rt, "scored") {
				case 0:
					continue
				case 1:
					before += row
				default:
					late = append(late, s)
				}
				after += row
				if score >= int64(g.least) && int64(g.top) >= int64(g.least) {
					exact.Add(exact, big.NewRat(target*min(score, int64(g.top))*int64(g.weight), 1_000_000))
				}
			}
			now := decimal.RequireFromString(exact.FloatString(12)).RoundBank(2)
			want[fmt.Sprintf("2026-%02d ann objectives", month)] = now.Sub(posted)
			posted = now
		}
		files := func(scored string) map[string]string {
			return map[string]string{
				"payproof.yaml": "company: Random\ncurrency: USD\nevents:\n  sale: {closed: date, amount: money, seller: payee}\ncredit:\n  - {rule: sellers, to: seller, as: sales}\n" +
					"measures:\n  sold: sum of sales, month\n",
				"plans/rep.yaml": fmt.Sprintf("plan: Rep\nversion: \"1\"\nfor: role Rep\nobjectives:\n  every: month\n  at target: %s USD\n  goals:\n%scomponents:\n  commission: {for each: credit of sales, pays: amount * 1%%}\n", decimal.New(target, -2), goals),
				"people.csv":     "payee,name,role,start,end\nann,Ann,Rep,,\nbob,Bob,Manager,,\n", "edges.csv": "edge,from,to,share,start,end\nmanager,ann,bob,,,\n",
				"events/sale.csv": "id,closed,amount,seller\ns,2026-01-10,1.00,bob\n", "scores.csv": scored,
			}
		}
		differs(rt, paidOf(rt, "2026-Q1", files(after)), want)

		book := opened(rt, files(before))
		ranOf(rt, "2026-Q1", book)
		if _, err := book.Apply(rt.Context(), compensation.Facts{Scores: fact.Of(late...)}); err != nil {
			rt.Fatal(err)
		}
		differs(rt, latestOf(rt, book), want)
		differs(rt, ranOf(rt, "2026-Q1", book), want)
	})
}
