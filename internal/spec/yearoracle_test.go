package spec

import (
	"maps"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/ledger"
)

// posting is an entry of the oracle without its amount, in cents; of is the month it was earned for from 0, and −1 for none.
type posting struct {
	kind                          ledger.Kind
	payee, plan, component, event string
	of                            int
}

// yearOracle computes a year by hand, from the facts alone: no part of the engine is used. It keeps what it posted, by month.
type yearOracle struct {
	first, next int // the first month that was closed, and the next to be
	reopened    bool
	posted      [12]map[posting]int64
}

// worth is what months come to: by group of kinds, so that what is posted by several kinds is one.
type worth struct {
	group, payee, plan, component, event string
	of                                   int
}

func groupOf(k ledger.Kind) string {
	switch k {
	case ledger.Earned, ledger.PriorPeriod:
		return "earned"
	case ledger.Capped:
		return "capped"
	case ledger.GuaranteeTopUp:
		return "guaranteed"
	}
	return ""
}

func cents(d decimal.Decimal) int64 { return d.RoundBank(2).Shift(2).IntPart() }

// close posts the next month.
func (o *yearOracle) close(w *world) map[posting]int64 {
	now, was := o.derive(w), map[worth]int64{}
	for m := o.first; m < o.next; m++ {
		for p, v := range o.posted[m] {
			if g := groupOf(p.kind); g != "" {
				was[worth{g, p.payee, p.plan, p.component, p.event, p.of}] += v
			}
		}
	}
	out := map[posting]int64{}
	kinds := map[string][2]ledger.Kind{ // of the month, and of those before
		"earned": {ledger.Earned, ledger.PriorPeriod}, "capped": {ledger.Capped, ledger.Capped}, "guaranteed": {ledger.GuaranteeTopUp, ledger.GuaranteeTopUp},
	}
	for k, v := range now {
		switch {
		case k.of == o.next:
			out[posting{kinds[k.group][0], k.payee, k.plan, k.component, k.event, k.of}] += v
		case k.of >= o.first && k.of < o.next:
			out[posting{kinds[k.group][1], k.payee, k.plan, k.component, k.event, k.of}] += v - was[k]
		}
		delete(was, k)
	}
	for k, v := range was {
		out[posting{kinds[k.group][1], k.payee, k.plan, k.component, k.event, k.of}] -= v
	}
	for _, p := range yearPayees {
		o.pay(p, w.roles[p][o.next], out)
	}
	maps.DeleteFunc(out, func(_ posting, v int64) bool { return v == 0 })
	o.posted[o.next] = out
	o.next++
	return maps.Clone(out)
}

// pay decides what balances do.
func (o *yearOracle) pay(payee, role string, out map[posting]int64) {
	payable, owed, carried := int64(0), int64(0), int64(0)
	for p, v := range out {
		if p.payee == payee {
			payable += v
		}
	}
	for m := o.first; m < o.next; m++ {
		for p, v := range o.posted[m] {
			switch {
			case p.payee != payee:
			case p.kind == ledger.CarriedForward:
				carried -= v
			case p.kind == ledger.DrawAdvanced, p.kind == ledger.DrawRecovered:
				owed += v
			}
		}
	}
	post := func(k ledger.Kind, v int64) { out[posting{k, payee, "", "", "", -1}] += v }
	payable += carried
	draw := int64(0)
	if role == "Rep" {
		draw = 400_00
	}
	if back := min(owed, max(0, payable-draw)); back > 0 {
		post(ledger.DrawRecovered, -back)
		payable -= back
	}
	below := min(payable, 0)
	payable -= below
	if more := draw - payable; draw > 0 && more > 0 {
		post(ledger.DrawAdvanced, more)
		payable += more
	}
	post(ledger.CarriedForward, carried-below)
	post(ledger.Paid, payable)
}

// derive computes all months up to the next one from the facts.
func (o *yearOracle) derive(w *world) map[worth]int64 {
	out := map[worth]int64{}
	for _, payee := range yearPayees {
		var mine []string
		for id, d := range w.deals {
			who := ownerOn(w, d)
			if !d.withdrawn && (who == payee || payee == "cy") {
				mine = append(mine, id)
			}
		}
		slices.SortFunc(mine, func(a, b string) int {
			if c := w.deals[a].day.Compare(w.deals[b].day); c != 0 {
				return c
			}
			return strings.Compare(a, b)
		})
		exact, rounded := map[string]decimal.Decimal{}, map[string]int64{}
		gross := map[string]int64{}
		cut := int64(0)
		for m := 0; m <= o.next; m++ {
			role, sold, earned := w.roles[payee][m], decimal.Zero, int64(0)
			component := map[string]string{"Rep": "commission", "Junior": "flat", "Manager": "override"}[role]
			for _, id := range mine {
				d := w.deals[id]
				if monthOf(d) != m {
					continue
				}
				amount := decimal.New(d.cents, -2)
				exact[role] = exact[role].Add(rate(role, sold.Add(amount)).Sub(rate(role, sold)))
				sold = sold.Add(amount)
				line := cents(exact[role]) - rounded[role]
				rounded[role] += line
				earned += line
				gross[role] += line
				out[worth{"earned", payee, role, component, id, m}] += line
			}
			if role == "Rep" {
				if sold.GreaterThanOrEqual(decimal.New(12_000, 0)) {
					out[worth{"earned", payee, role, "bonus", "", m}] += 250_00
				}
				over := min(0, 1_500_00-gross[role])
				out[worth{"capped", payee, role, "commission", "", m}] += over - cut
				cut = over
			}
			if role == "Junior" && earned < 300_00 {
				out[worth{"guaranteed", payee, "", "", "", m}] += 300_00 - earned
			}
		}
	}
	maps.DeleteFunc(out, func(_ worth, v int64) bool { return v == 0 })
	return out
}

// rate is what a month's sales earn in all.
func rate(role string, sold decimal.Decimal) decimal.Decimal {
	switch role {
	case "Junior":
		return sold.Mul(decimal.New(525, -4))
	case "Manager":
		return sold.Mul(decimal.New(15, -3))
	}
	edge := decimal.New(10_000, 0)
	low := decimal.Min(sold, edge)
	return low.Mul(decimal.New(6, -2)).Add(sold.Sub(low).Mul(decimal.New(125, -3)))
}

func ownerOn(w *world, d deal) (who string) {
	for _, o := range w.owners[d.account] {
		if !d.day.Before(o.from) {
			who = o.who
		}
	}
	return who
}

func monthOf(d deal) int { return d.day.Month() - 1 }
