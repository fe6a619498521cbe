package spec

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// A windfall is paid as a deal of its size, and a rate for what lies above; it counts in full, up to the size, or not at all, and what
// reversals leave of it counts as a deal of that size does.
func TestAWindfallIsWhatAnObviousProgramComputes(t *testing.T) {
	type event struct {
		id      string
		day     int
		cents   int64
		of      int // the deal that it takes back; -1: it is one
		halves  int // of the deal, that were taken back with this one
		product string
	}
	type deal struct {
		amount, left int64
		windfall     bool
		earned       decimal.Decimal
	}
	rapid.Check(t, func(rt *rapid.T) {
		counts := rapid.SampledFrom([]string{"full", "up to limit", "none"}).Draw(rt, "measure")
		rated := counts == "full" || rapid.Bool().Draw(rt, "rate")
		size := rapid.Int64Range(0, 60_000).Draw(rt, "size")
		top := rapid.Int64Range(1, 150_000).Draw(rt, "top")
		var all []event
		n := rapid.IntRange(0, 7).Draw(rt, "deals")
		for i := range n {
			all = append(all, event{fmt.Sprintf("e%d", i), rapid.IntRange(0, 80).Draw(rt, "day"), 2 * rapid.Int64Range(1, 60_000).Draw(rt, "cents"), -1, 0, rapid.SampledFrom([]string{"core", "other"}).Draw(rt, "product")})
		}
		for i := range n {
			switch d := all[i]; rapid.IntRange(0, 4).Draw(rt, "taken back") {
			case 0:
				all = append(all, event{"r" + d.id, rapid.IntRange(d.day, 89).Draw(rt, "when"), d.cents, i, 2, d.product})
			case 1:
				first := rapid.IntRange(d.day, 89).Draw(rt, "when")
				all = append(all, event{"r" + d.id, first, d.cents / 2, i, 1, d.product}, event{"s" + d.id, rapid.IntRange(first, 89).Draw(rt, "when"), d.cents / 2, i, 2, d.product})
			}
		}
		text := "id,closed,amount,seller,product,of\n"
		for _, e := range all {
			of := ""
			if e.of >= 0 {
				of = all[e.of].id
			}
			text += fmt.Sprintf("%s,%s,%s,ann,%s,%s\n", e.id, dayOf(e.day), decimal.New(e.cents, -2), e.product, of)
		}
		// The deals by what they count, one after the other.
		worth := func(cents int64) decimal.Decimal { // of so much in the year, exactly
			return decimal.New(min(cents, top)*5+max(cents-top, 0)*8, -4)
		}
		counted := func(d *deal, amount int64) int64 {
			switch {
			case !d.windfall || counts == "full":
				return amount
			case counts == "none":
				return 0
			}
			return min(amount, size)
		}
		deals := make([]deal, n)
		sold, months := int64(0), map[string]decimal.Decimal{}
		var commission posted
		order := slices.Clone(all)
		slices.SortFunc(order, func(a, b event) int {
			if a.day != b.day {
				return a.day - b.day
			}
			return strings.Compare(a.id, b.id)
		})
		for _, e := range order {
			key := dayOf(e.day).String()[:7] + " ann commission"
			if e.of >= 0 {
				d := &deals[e.of]
				before := counted(d, d.left)
				d.left -= e.cents
				sold += counted(d, d.left) - before
				taken := d.earned.Mul(decimal.New(int64(e.halves*5), -1)).RoundBank(2)
				if e.halves == 2 && e.cents != d.amount {
					taken = taken.Sub(d.earned.Mul(decimal.New(5, -1)).RoundBank(2))
				}
				months[key] = months[key].Sub(taken)
				continue
			}
			i := slices.IndexFunc(all, func(o event) bool { return o.id == e.id })
			d := &deals[i]
			*d = deal{amount: e.cents, left: e.cents, windfall: e.cents > size && e.product == "core"}
			paidAs, above := e.cents, decimal.Zero
			if d.windfall && rated {
				paidAs, above = size, decimal.New((e.cents-size)*3, -4)
			}
			d.earned = commission.add(dayOf(e.day), worth(sold+paidAs).Sub(worth(sold)).Add(above))
			months[key] = months[key].Add(d.earned)
			sold += counted(d, e.cents)
		}
		months["2026-03 ann counted"] = decimal.New(sold, -2)
		rate := ""
		if rated {
			rate = ", rate: 3%"
		}
		got := paidOf(rt, "2026-Q1", map[string]string{
			"payproof.yaml": "company: Random\ncurrency: USD\nevents:\n  sale: {closed: date, amount: money, seller: payee, product: [core, other], of: \"key?\", reversal of: of}\ncredit:\n  - {rule: sellers, to: seller, as: sales}\n" +
				"measures:\n  sold: sum of sales, year to date\n",
			"plans/rep.yaml": fmt.Sprintf("plan: Rep\nversion: \"1\"\nfor: role Rep\nwindfall: {above: %s USD, when: event.product == \"core\", measure: %s%s}\n"+
				"tables: {t: {marginal by: sold, tiers: [{from: 0 USD, rate: 5%%}, {from: %s USD, rate: 8%%}]}}\n"+
				"components:\n  commission: {for each: credit of sales, pays: \"marginal(sold, t)\"}\n  counted: {every: quarter, pays: sold}\n", decimal.New(size, -2), counts, rate, decimal.New(top, -2)),
			"people.csv": "payee,name,role,start,end\nann,Ann,Rep,,\n", "events/sale.csv": text,
		})
		differs(rt, got, months)
	})
}
