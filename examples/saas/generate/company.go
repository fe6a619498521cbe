package main

import "github.com/payproof/payproof/dsl/calendar"

// The half year that the deals cover.
const (
	firstDay = "2026-01-01"
	lastDay  = "2026-06-30"
)

// company is all the facts before they become text.
type company struct {
	people      []job
	territories []territory
	holdings    []holding
	reports     []report
	accounts    []account
	deals       []deal
}

// newCompany draws the accounts and deals of the fixed organisation.
func newCompany(seed uint64) company {
	c := company{people: roster(), territories: territories(), holdings: holdings(), reports: reports()}
	c.accounts = newAccounts(newDice(seed, 1), c.territories)
	c.deals = newDeals(newDice(seed, 2), c)
	return c
}

// span is a range of days as the files write it: inclusive, an empty until is open.
type span struct{ from, until string }

// days returns the span as a half-open range.
func (s span) days() calendar.Range {
	if s.until == "" {
		return calendar.Range{From: calendar.MustDate(s.from)}
	}
	return calendar.Inclusive(calendar.MustDate(s.from), calendar.MustDate(s.until))
}

// on reports whether the span holds on a day.
func (s span) on(day calendar.Date) bool { return s.days().Contains(day) }

// jobOn returns the role of a payee on a day, or "" where there is none.
func (c company) jobOn(payee string, day calendar.Date) string {
	for _, j := range c.people {
		if j.payee == payee && j.on(day) {
			return j.role
		}
	}
	return ""
}

// owner is a payee with a share, in percent, of a territory on a day.
type owner struct {
	payee string
	share int
}

// ownersOn returns who owns a territory on a day, in the order of the table.
func (c company) ownersOn(territory string, day calendar.Date) []owner {
	var out []owner
	for _, h := range c.holdings {
		if h.territory == territory && h.on(day) {
			out = append(out, owner{h.payee, h.share})
		}
	}
	return out
}

// managerOn returns who a payee reports to on a day, or "".
func (c company) managerOn(payee string, day calendar.Date) string {
	for _, r := range c.reports {
		if r.payee == payee && r.on(day) {
			return r.manager
		}
	}
	return ""
}
