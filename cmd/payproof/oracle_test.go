package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
)

// oracle computes the account executives' commission of examples/saas from the
// CSVs alone, the slow and obvious way: it knows nothing of the engine.
type oracle struct {
	deals, people, edges, quotas []map[string]string
}

func list(t *testing.T, files ...string) (out []map[string]string) {
	t.Helper()
	for _, name := range files {
		f, err := os.Open(saas + "/" + name)
		if err != nil {
			t.Fatal(err)
		}
		all, err := csv.NewReader(f).ReadAll()
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range all[1:] {
			m := map[string]string{}
			for i, name := range all[0] {
				m[name] = r[i]
			}
			out = append(out, m)
		}
	}
	return out
}

func holds(r map[string]string, day string) bool {
	return r["start"] <= day && (r["end"] == "" || day <= r["end"])
}

// territory follows the conditions of payproof.yaml.
func territory(d map[string]string) string {
	if d["account"] <= "a0016" {
		return "T-STRATEGIC"
	}
	segment := map[string]string{"Enterprise": "ENT", "Commercial": "COM", "SMB": "SMB"}[d["segment"]]
	id := "T-" + strings.ToUpper(d["region"]) + "-" + segment
	switch {
	case d["region"] == "APAC", segment == "SMB" && d["region"] != "AMER-East":
		return id
	case slices.Contains([]string{"Finance", "Healthcare", "Public"}, d["industry"]):
		return id + "-1"
	}
	return id + "-2"
}

type weighted struct {
	payee  string
	weight decimal.Decimal
}

func (o *oracle) owners(d map[string]string, of decimal.Decimal) (out []weighted) {
	for _, e := range o.edges {
		if e["edge"] == "owner" && e["from"] == territory(d) && holds(e, d["closed"]) {
			share := decimal.New(1, 0)
			if e["share"] != "" {
				share = decimal.RequireFromString(e["share"])
			}
			out = append(out, weighted{e["to"], share.Mul(of)})
		}
	}
	slices.SortFunc(out, func(a, b weighted) int { return strings.Compare(a.payee, b.payee) })
	return out
}

// who is credited with a deal's bookings, and with how much.
func (o *oracle) who(d map[string]string) ([]weighted, decimal.Decimal) {
	part := func(s string) decimal.Decimal { return decimal.RequireFromString(s) }
	amount := part(d["amount"])
	switch {
	case d["product"] == "Services":
		return nil, amount
	case d["kind"] == "renewal":
		return o.owners(d, part("1")), amount.Mul(part("0.5"))
	case d["kind"] == "cancel", d["partner"] == "":
		return o.owners(d, part("1")), amount
	case d["kind"] == "new":
		return []weighted{{d["seller"], part("0.6")}, {d["partner"], part("0.4")}}, amount
	}
	return append([]weighted{{d["partner"], part("0.3")}}, o.owners(d, part("0.7"))...), amount
}

// divide is largest remainder in cents, ties to the one listed first.
func divide(amount decimal.Decimal, to []weighted) []decimal.Decimal {
	cents := amount.Shift(2)
	out := make([]decimal.Decimal, len(to))
	order, left := make([]int, len(to)), cents.Abs()
	for i, w := range to {
		order[i] = i
		out[i] = cents.Abs().Mul(w.weight).Floor()
		left = left.Sub(out[i])
	}
	rest := func(i int) decimal.Decimal { return cents.Abs().Mul(to[i].weight).Sub(out[i]) }
	remainders := make([]decimal.Decimal, len(to))
	for i := range to {
		remainders[i] = rest(i)
	}
	slices.SortStableFunc(order, func(a, b int) int { return remainders[b].Cmp(remainders[a]) })
	for _, i := range order[:int(left.IntPart())] {
		out[i] = out[i].Add(decimal.New(1, 0))
	}
	for i := range out {
		out[i] = out[i].Shift(-2)
		if cents.IsNegative() {
			out[i] = out[i].Neg()
		}
	}
	return out
}

// commission is 6, 9 and 12 % up to 100 %, up to 150 % and beyond of the quota.
func commission(x, quota decimal.Decimal) decimal.Decimal {
	at := func(s string) decimal.Decimal { return decimal.RequireFromString(s) }
	first, second := decimal.Min(x, quota), decimal.Min(x, quota.Mul(at("1.5")))
	pay := first.Mul(at("0.06"))
	if x.GreaterThan(quota) {
		pay = pay.Add(second.Sub(quota).Mul(at("0.09")))
	}
	if x.GreaterThan(second) {
		pay = pay.Add(x.Sub(second).Mul(at("0.12")))
	}
	return pay
}

func TestCommissionsAreWhatAnObviousProgramComputes(t *testing.T) {
	o := &oracle{
		deals:  list(t, "events/deal-2026-q1.csv", "events/deal-2026-q2.csv"),
		people: list(t, "people.csv"), edges: list(t, "edges.csv"), quotas: list(t, "quotas.csv"),
	}
	booked := map[string]map[int]decimal.Decimal{} // by payee and month
	for _, d := range o.deals {
		to, amount := o.who(d)
		if len(to) == 0 {
			continue
		}
		var month int
		_, _ = fmt.Sscanf(d["closed"], "2026-%d", &month)
		for i, part := range divide(amount, to) {
			if booked[to[i].payee] == nil {
				booked[to[i].payee] = map[int]decimal.Decimal{}
			}
			booked[to[i].payee][month] = booked[to[i].payee][month].Add(part)
		}
	}
	paid := commissions(t)
	checked := 0
	for _, p := range o.people {
		if p["role"] != "AE" || p["start"] > "2026-01-01" || p["end"] != "" { // whole quarters only
			continue
		}
		exact := decimal.Zero
		for month := 1; month <= 6; month++ {
			quarter := (month + 2) / 3
			quota := decimal.Zero
			for _, q := range o.quotas {
				if q["payee"] == p["payee"] && q["measure"] == "bookings" && q["period"] == fmt.Sprintf("2026-Q%d", quarter) {
					quota = decimal.RequireFromString(q["amount"])
				}
			}
			before, after := decimal.Zero, decimal.Zero
			for m := 3*quarter - 2; m <= month; m++ {
				after = after.Add(booked[p["payee"]][m])
				if m < month {
					before = after
				}
			}
			earlier := exact.RoundBank(2)
			exact = exact.Add(commission(after, quota).Sub(commission(before, quota)))
			id := fmt.Sprintf("2026-%02d/%s", month, p["payee"])
			if want := exact.RoundBank(2).Sub(earlier); !want.Equal(paid[id]) {
				t.Errorf("%s: paid %s, the obvious program says %s", id, paid[id], want)
			}
			checked++
		}
	}
	if checked < 250 {
		t.Errorf("only %d months were compared", checked)
	}
}

// commissions are what the command pays, by period and payee.
func commissions(t *testing.T) map[string]decimal.Decimal {
	t.Helper()
	code, out, errs := call("run", saas, "--format", "json")
	var run struct {
		Payouts []struct{ Period, Payee, Component, Amount string }
	}
	if err := json.Unmarshal([]byte(out), &run); err != nil || code != exitFine {
		t.Fatal(code, err, errs)
	}
	paid := map[string]decimal.Decimal{}
	for _, p := range run.Payouts {
		if p.Component == "commission" {
			paid[p.Period+"/"+p.Payee] = decimal.RequireFromString(p.Amount)
		}
	}
	return paid
}
