package spec

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/crediting/people"
	"github.com/payproof/payproof/dsl/fact"
)

// A pool is divided to the cent by weights and days, whoever is asked for; and who is known late changes what all are paid.
func TestAPoolIsWhatAnObviousProgramComputes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		cents := rapid.Int64Range(-10_000, 100_000).Draw(rt, "amount")
		byDays, ofCompany := rapid.Bool().Draw(rt, "days"), rapid.Bool().Draw(rt, "of the company")
		type member struct {
			id          string
			from, to    int // days of the quarter; to is the first without
			weight      int64
			num         *big.Int
			cents, rest *big.Int
		}
		var all []*member
		staff, assigned := "payee,name,role,start,end\n", "payee,plan,start,end,weight\n"
		for i := range rapid.IntRange(1, 6).Draw(rt, "people") {
			from := rapid.IntRange(0, 89).Draw(rt, "from")
			m := &member{id: fmt.Sprintf("p%d", i), from: from, to: rapid.IntRange(from+1, 90).Draw(rt, "to"), weight: rapid.Int64Range(0, 4).Draw(rt, "weight")}
			all = append(all, m)
			staff += fmt.Sprintf("%s,%s,Rep,%s,%s\n", m.id, m.id, dayOf(m.from), dayOf(m.to-1))
			assigned += fmt.Sprintf("%s,Rep,,,%d\n", m.id, m.weight)
		}
		late := &member{id: "late", from: 0, to: 90, weight: 1}
		amount, days := fmt.Sprintf("%s USD", decimal.New(cents, -2)), "all"
		if strings.HasPrefix(amount, "-") {
			amount = "0 USD - " + amount[1:]
		}
		if ofCompany {
			amount = "company(sold) * 50%"
		}
		if byDays {
			days = "on the plan"
		}
		wanted := func(all []*member) map[string]decimal.Decimal {
			want, sum := map[string]decimal.Decimal{}, new(big.Int)
			for _, m := range all {
				m.num = big.NewInt(m.weight)
				if byDays {
					m.num.Mul(m.num, big.NewInt(int64(m.to-m.from)))
				}
				sum.Add(sum, m.num)
			}
			whole := big.NewInt(max(cents, -cents))
			left := new(big.Int).Set(whole)
			for _, m := range all {
				m.cents, m.rest = new(big.Int), new(big.Int)
				if sum.Sign() > 0 {
					m.cents.QuoRem(new(big.Int).Mul(whole, m.num), sum, m.rest)
				}
				left.Sub(left, m.cents)
			}
			order := slices.Clone(all)
			slices.SortFunc(order, func(a, b *member) int {
				if c := b.rest.Cmp(a.rest); c != 0 {
					return c
				}
				return strings.Compare(a.id, b.id)
			})
			for _, m := range order {
				if left.Sign() > 0 && sum.Sign() > 0 {
					m.cents.Add(m.cents, big.NewInt(1))
					left.Sub(left, big.NewInt(1))
				}
			}
			for _, m := range all {
				d := decimal.NewFromBigInt(m.cents, -2)
				if cents < 0 {
					d = d.Neg()
				}
				want["2026-03 "+m.id+" pool"] = d
			}
			return want
		}
		files := map[string]string{
			"payproof.yaml": "company: Random\ncurrency: USD\nevents:\n  sale: {closed: date, amount: money, seller: payee}\ncredit:\n  - {rule: sellers, to: seller, as: sales}\n" +
				"measures:\n  sold: sum of sales, quarter\n",
			"plans/rep.yaml": fmt.Sprintf("plan: Rep\nversion: \"1\"\nfor: role Rep\npersonal: {weight: count}\npool:\n  pool: {every: quarter, amount: %s, weight: personal.weight, days: %s}\n"+
				"components:\n  other: {for each: credit of sales, gate: 1 > 2, pays: amount}\n", amount, days),
			"plans/seller.yaml": "plan: Seller\nversion: \"1\"\nfor: role Seller\ncomponents:\n  other: {once: 2027-01-01, pays: 1 USD}\n",
			"people.csv":        staff + "seller,Sue,Seller,,\n", "assignments.csv": assigned,
			"events/sale.csv": fmt.Sprintf("id,closed,amount,seller\ns,2026-02-10,%s,seller\n", decimal.New(cents*2, -2)),
		}
		book := opened(rt, files)
		differs(rt, ranOf(rt, "2026-Q1", book), wanted(all))

		late.id = rapid.SampledFrom([]string{"a", "z"}).Draw(rt, "who comes late")
		facts := compensation.Facts{
			People:      fact.Of(people.Payee{ID: fact.PayeeID(late.id), Name: "Late", Role: "Rep"}),
			Assignments: fact.Of(compensation.Assignment{Payee: fact.PayeeID(late.id), Plan: "Rep", Personal: map[string]decimal.Decimal{"weight": decimal.New(1, 0)}}),
		}
		if _, err := book.Apply(rt.Context(), facts); err != nil {
			rt.Fatal(err)
		}
		want := wanted(append(all, late))
		if book.Latest() != nil {
			differs(rt, latestOf(rt, book), want)
		}
		differs(rt, ranOf(rt, "2026-Q1", book), want)
	})
}
