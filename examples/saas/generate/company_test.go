package main

import (
	"fmt"
	"slices"
	"testing"

	"github.com/payproof/payproof/dsl/calendar"
)

// seeds are the company of the tree and two that share only its organisation.
var seeds = []uint64{seed, 1, 2}

func eachCompany(t *testing.T, check func(t *testing.T, c company)) {
	for _, s := range seeds {
		t.Run(fmt.Sprint(s), func(t *testing.T) { check(t, newCompany(s)) })
	}
}

// halfYear lists the days of the example.
func halfYear() []calendar.Date {
	days, _ := season()
	return days
}

func Example_quarters() {
	lines, cents := map[calendar.Period]int{}, map[calendar.Period]int{}
	for _, d := range newCompany(seed).deals {
		q := quarterOf(d.closed)
		lines[q]++
		cents[q] += d.cents
	}
	for i := 1; i <= 2; i++ {
		q := calendar.Quarter(2026, i)
		fmt.Println(q, lines[q], "lines", money(cents[q]))
	}
	// Output:
	// 2026-Q1 2564 lines 14420743.18
	// 2026-Q2 2636 lines 13419712.92
}

func TestTheCompanyHasItsSize(t *testing.T) {
	c := newCompany(seed)
	if len(c.deals) != 5200 || len(c.accounts) != 900 || len(c.territories) != 25 {
		t.Errorf("%d deals, %d accounts, %d territories", len(c.deals), len(c.accounts), len(c.territories))
	}
	count := map[string]int{}
	for _, day := range []string{"2026-01-15", "2026-06-15"} {
		for _, p := range c.payees() {
			count[day[5:7]+c.jobOn(p, calendar.MustDate(day))]++
		}
	}
	want := map[string]int{
		"01": 1, "01AE": 47, "01SE": 8, "01Manager": 7, "01Director": 2, // one has not joined yet
		"06": 1, "06AE": 46, "06SE": 8, "06Manager": 8, "06Director": 2, // one has left, one is promoted
	}
	for role, n := range want {
		if count[role] != n {
			t.Errorf("%s: %d people, want %d", role, count[role], n)
		}
	}
}

func TestNothingHasTwoOfOneID(t *testing.T) {
	eachCompany(t, func(t *testing.T, c company) {
		var deals, accounts, territories, names []string
		for _, d := range c.deals {
			deals = append(deals, d.id)
		}
		for _, a := range c.accounts {
			accounts = append(accounts, a.id)
		}
		for _, x := range c.territories {
			territories = append(territories, x.id)
		}
		for _, p := range c.payees() {
			i := slices.IndexFunc(c.people, func(j job) bool { return j.payee == p })
			names = append(names, c.people[i].name)
		}
		for _, ids := range [][]string{deals, accounts, territories, names} {
			slices.Sort(ids)
			if n := len(slices.Compact(slices.Clone(ids))); n != len(ids) {
				t.Errorf("%d of %d ids from %s to %s are different", n, len(ids), ids[0], ids[len(ids)-1])
			}
		}
	})
}

func TestSharesOfEveryTerritorySumToOneOnEveryDay(t *testing.T) {
	c := newCompany(seed)
	for _, day := range halfYear() {
		for _, x := range c.territories {
			sum, owners := 0, c.ownersOn(x.id, day)
			for _, o := range owners {
				sum += o.share
				if c.jobOn(o.payee, day) != "AE" {
					t.Errorf("%s on %s: %s is no account executive then", x.id, day, o.payee)
				}
			}
			if sum != 100 || len(owners) > 2 {
				t.Errorf("%s on %s: %d%% of it is owned, by %d people", x.id, day, sum, len(owners))
			}
		}
	}
}

func TestEveryAccountExecutiveOwnsSomethingOnEveryDay(t *testing.T) {
	c := newCompany(seed)
	for _, day := range halfYear() {
		for _, p := range c.payees() {
			holds := slices.ContainsFunc(c.holdings, func(h holding) bool { return h.payee == p && h.on(day) })
			if is := c.jobOn(p, day) == "AE"; holds != is {
				t.Errorf("%s on %s: account executive %v, owns a territory %v", p, day, is, holds)
			}
		}
	}
}

func TestEveryoneReportsToOneLeaderWhileEmployed(t *testing.T) {
	above := map[string]string{"AE": "Manager", "SE": "Manager", "Manager": "Director"}
	c := newCompany(seed)
	for _, day := range halfYear() {
		for _, p := range c.payees() {
			var leaders []string
			for _, r := range c.reports {
				if r.payee == p && r.on(day) {
					leaders = append(leaders, r.manager)
				}
			}
			role := c.jobOn(p, day)
			switch want := above[role]; {
			case want == "" && len(leaders) == 0:
			case want == "" || len(leaders) != 1:
				t.Errorf("%s (%s) on %s reports to %q", p, role, day, leaders)
			case c.jobOn(leaders[0], day) != want:
				t.Errorf("%s (%s) on %s reports to %s, who is no %s", p, role, day, leaders[0], want)
			}
		}
	}
}

func TestEveryQuotaBelongsToSomeoneInItsQuarter(t *testing.T) {
	c := newCompany(seed)
	measures := map[string]string{"AE": "bookings", "SE": "supported", "Manager": "team", "Director": "team"}
	want, got := map[string]bool{}, map[string]bool{}
	for _, day := range halfYear() {
		for _, p := range c.payees() {
			if role := c.jobOn(p, day); role != "" {
				want[p+" "+measures[role]+" "+quarterOf(day).String()] = true
			}
		}
	}
	for _, q := range c.quotas() {
		key := q.payee + " " + q.measure + " " + q.period
		if got[key] || q.dollars <= 0 {
			t.Errorf("%s: twice, or %d", key, q.dollars)
		}
		got[key] = true
	}
	for key := range want {
		if !got[key] {
			t.Errorf("%s: no quota", key)
		}
	}
	for key := range got {
		if !want[key] {
			t.Errorf("%s: a quota for a job nobody has", key)
		}
	}
}

func TestLeadersHaveOneTargetEach(t *testing.T) {
	c, days := newCompany(seed), map[string]int{}
	for _, a := range assignments() {
		for _, day := range halfYear() {
			if a.on(day) {
				days[a.payee]++
				if c.jobOn(a.payee, day) != a.plan {
					t.Errorf("%s on %s: on the plan %s without the role", a.payee, day, a.plan)
				}
			}
		}
	}
	for _, p := range c.payees() {
		for _, day := range halfYear() {
			if role := c.jobOn(p, day); role == "Manager" || role == "Director" {
				days[p]--
			}
		}
		if days[p] != 0 {
			t.Errorf("%s: target and role differ by %d days", p, days[p])
		}
	}
}
