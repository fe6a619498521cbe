package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/payproof/payproof/dsl/calendar"
)

// quota is a row of quotas.csv: what a payee should reach in a quarter, in whole
// dollars, as if the payee were there for all of it. The plan prorates.
type quota struct {
	payee, measure, period string
	dollars                int
}

// standards is the quota of one account executive for the first quarter.
var standards = map[string]int{"Enterprise": 300_000, "Commercial": 190_000, "SMB": 125_000}

// growth is what every quarter asks of the first, in percent.
var growth = []int{100, 106}

// engineerQuotas is the quota of a sales engineer: enterprise and commercial
// software closed in the accounts supported, for the first quarter.
var engineerQuotas = map[string]int{
	"p049": 1_050_000, "p050": 980_000, "p051": 850_000, "p052": 700_000,
	"p053": 1_200_000, "p054": 640_000, "p055": 820_000, "p056": 720_000,
}

// quotas returns every payee's quotas by payee and quarter.
func (c company) quotas() []quota {
	var out []quota
	for i, percent := range growth {
		q := quarter{calendar.Quarter(2026, i+1), percent, c.territoryTable()}
		out = append(out, c.executiveQuotas(q)...)
		out = append(out, c.engineerQuotas(q)...)
		out = append(out, c.leaderQuotas(q)...)
	}
	slices.SortStableFunc(out, func(a, b quota) int { return strings.Compare(a.payee, b.payee) })
	return out
}

// quarter is what quotas of one quarter need to know.
type quarter struct {
	calendar.Period
	growth      int
	territories map[string]territory
}

// days lists the days of the quarter.
func (q quarter) days() []calendar.Date {
	r := calendar.Inclusive(calendar.MustDate(firstDay), calendar.MustDate(lastDay))
	var out []calendar.Date
	for day := r.From; day.Before(r.To); day = day.AddDays(1) {
		if quarterOf(day) == q.Period {
			out = append(out, day)
		}
	}
	return out
}

// quarterOf returns the quarter of the calendar year that a day is in.
func quarterOf(day calendar.Date) calendar.Period {
	return calendar.Quarter(day.Year(), (day.Month()+2)/3)
}

func (c company) territoryTable() map[string]territory {
	out := map[string]territory{}
	for _, t := range c.territories {
		out[t.id] = t
	}
	return out
}

// executiveQuotas gives who holds territory a quota: the segment's standard, moved
// by half of what the coverage differs from one head, averaged over the days held.
func (c company) executiveQuotas(q quarter) []quota {
	var out []quota
	for _, p := range c.payees() {
		sum, days := 0, 0
		for _, day := range q.days() {
			if c.jobOn(p, day) == "AE" {
				sum, days = sum+c.dailyStandard(q, p, day), days+1
			}
		}
		if days > 0 {
			out = append(out, quota{p, "bookings", q.String(), nearest(sum/days, 5_000)})
		}
	}
	return out
}

// dailyStandard is the quota for a quarter of days like this one.
func (c company) dailyStandard(q quarter, payee string, day calendar.Date) int {
	standard, coverage := 0, 0
	for _, h := range c.holdings {
		if h.payee == payee && h.on(day) {
			t := q.territories[h.territory]
			standard, coverage = max(standard, standards[t.segment]), coverage+h.share*t.heads
		}
	}
	return standard * q.growth / 100 * (100 + coverage) / 200
}

func (c company) engineerQuotas(q quarter) []quota {
	var out []quota
	for _, p := range c.payees() {
		if base, ok := engineerQuotas[p]; ok {
			out = append(out, quota{p, "supported", q.String(), nearest(base*q.growth/100, 10_000)})
		}
	}
	return out
}

// leaderQuotas gives managers 95 % and directors 92 % of what the account
// executives below them carry, day by day: the difference is the leaders' cushion.
func (c company) leaderQuotas(q quarter) []quota {
	carried := c.carriedBelow(q)
	var out []quota
	for _, p := range c.payees() {
		days := 0
		for _, day := range q.days() {
			if role := c.jobOn(p, day); role == "Manager" || role == "Director" {
				days++
			}
		}
		if days > 0 {
			out = append(out, quota{p, "team", q.String(), nearest(carried[p]/100/days, 10_000)})
		}
	}
	return out
}

// carriedBelow sums, for every leader, the quotas below on every day, in hundredths
// of a dollar for each day of the quarter.
func (c company) carriedBelow(q quarter) map[string]int {
	sum := map[string]int{}
	for _, own := range c.executiveQuotas(q) {
		for _, day := range q.days() {
			if c.jobOn(own.payee, day) == "AE" {
				manager := c.managerOn(own.payee, day)
				sum[manager] += own.dollars * 95
				sum[c.managerOn(manager, day)] += own.dollars * 92
			}
		}
	}
	return sum
}

// payees returns every payee once, in order.
func (c company) payees() []string {
	var out []string
	for _, j := range c.people {
		out = append(out, j.payee)
	}
	return slices.Compact(out)
}

func nearest(n, step int) int { return (n + step/2) / step * step }

// assignment is a row of assignments.csv: target pay for a quarter, in dollars.
type assignment struct {
	payee, plan string
	span
	target int
}

// assignments are needed only for those whose plan asks for a personal target.
func assignments() []assignment {
	year := span{firstDay, "2026-12-31"}
	return []assignment{
		{promoted, "Manager", span{promotedOn, year.until}, 8_000},
		{"p057", "Manager", year, 12_000},
		{"p058", "Manager", year, 10_500},
		{"p059", "Manager", year, 11_500},
		{"p060", "Manager", year, 11_000},
		{"p061", "Manager", year, 9_500},
		{"p062", "Manager", year, 10_500},
		{"p063", "Manager", year, 9_000},
		{"p064", "Director", year, 24_000},
		{"p065", "Director", year, 22_000},
	}
}

func dollars(n int) string { return strconv.Itoa(n) + ".00" }
