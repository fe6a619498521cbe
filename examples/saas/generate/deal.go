package main

import (
	"fmt"

	"github.com/payproof/payproof/dsl/calendar"
)

// dealCount is how many order lines the half year has.
const dealCount = 5200

// deal is one order line; a cancellation takes back part of an earlier one.
type deal struct {
	id              string
	closed          calendar.Date
	account         account
	product, kind   string
	cents           int
	seller, partner string
	termMonths      int
}

// pace is how many order lines an owner of a segment closes, relative to the others.
var pace = map[string]int{"Enterprise": 60, "Commercial": 95, "SMB": 205}

// market draws deals: it knows what every account has bought.
type market struct {
	dice     *dice
	company  company
	patches  [][]account // the accounts of each territory
	weights  []int       // the demand in each territory
	customer map[string]bool
	open     map[string][]deal // what an account could still cancel
}

// newDeals draws the deals in the order of time.
func newDeals(d *dice, c company) []deal {
	m := newMarket(d, c)
	var out []deal
	for i, day := range closingDays(d, dealCount) {
		next := m.next(day)
		next.id = fmt.Sprintf("d%06d", i+1)
		out = append(out, next)
	}
	return out
}

func newMarket(d *dice, c company) *market {
	m := &market{dice: d, company: c, customer: map[string]bool{}, open: map[string][]deal{}}
	for _, t := range c.territories {
		var patch []account
		for _, a := range c.accounts {
			if a.territory == t.id {
				patch = append(patch, a)
			}
		}
		m.patches = append(m.patches, patch)
		m.weights = append(m.weights, pace[t.segment]*t.heads*t.heat)
	}
	for _, a := range c.accounts {
		m.customer[a.id] = d.chance(60)
	}
	return m
}

// next draws one deal. The lower of two draws makes some accounts buy more often.
func (m *market) next(day calendar.Date) deal {
	patch := m.patches[m.dice.pick(m.weights)]
	a := patch[min(m.dice.below(len(patch)), m.dice.below(len(patch)))]
	owners := m.company.ownersOn(a.territory, day)
	next := deal{closed: day, account: a, seller: m.seller(owners)}
	if m.dice.chance(3) && m.cancel(&next) {
		return next
	}
	next.kind = m.kind(a)
	next.product = []string{"Core", "Security", "Services"}[m.dice.pick([]int{60, 26, 14})]
	next.termMonths = m.term(next.product)
	next.cents = newAmount(m.dice, a.segment, next.product, next.kind)
	next.partner = m.partner(next, owners)
	if next.product != "Services" {
		m.open[a.id] = append(m.open[a.id], next)
	}
	return next
}

func (m *market) seller(owners []owner) string {
	weights := make([]int, len(owners))
	for i, o := range owners {
		weights[i] = o.share
	}
	return owners[m.dice.pick(weights)].payee
}

// kind is new for the first order of an account that is not a customer yet, and for
// some that open another part of the customer's company.
func (m *market) kind(a account) string {
	if !m.customer[a.id] {
		m.customer[a.id] = true
		return "new"
	}
	return []string{"new", "expansion", "renewal"}[m.dice.pick([]int{18, 52, 30})]
}

func (m *market) term(product string) int {
	if product == "Services" {
		return []int{1, 3, 6}[m.dice.pick([]int{50, 35, 15})]
	}
	return []int{12, 24, 36}[m.dice.pick([]int{64, 14, 22})]
}

// cancel makes the deal take back part of an earlier one of its account, in whole
// dollars; it reports whether there was one.
func (m *market) cancel(next *deal) bool {
	open := m.open[next.account.id]
	if len(open) == 0 || !open[0].closed.Before(next.closed) {
		return false
	}
	earlier := open[0]
	m.open[next.account.id] = open[1:]
	next.product, next.kind, next.termMonths = earlier.product, "cancel", earlier.termMonths
	next.cents = -max(earlier.cents*m.dice.between(20, 65)/10_000*100, 20_00)
	return true
}

// partner is, for a few larger new and expansion deals, an account executive of the
// same region who owns another territory.
func (m *market) partner(next deal, owners []owner) string {
	if next.account.segment == "SMB" || next.product == "Services" || next.kind == "renewal" || !m.dice.chance(7) {
		return ""
	}
	var candidates []string
	for _, t := range m.company.territories {
		if t.region != next.account.region || t.id == next.account.territory {
			continue
		}
		for _, o := range m.company.ownersOn(t.id, next.closed) {
			if !owns(owners, o.payee) {
				candidates = append(candidates, o.payee)
			}
		}
	}
	return candidates[m.dice.below(len(candidates))]
}

func owns(owners []owner, payee string) bool {
	for _, o := range owners {
		if o.payee == payee {
			return true
		}
	}
	return false
}
