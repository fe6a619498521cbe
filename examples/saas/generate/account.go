package main

import (
	"fmt"

	"github.com/payproof/payproof/dsl/calendar"
)

// account is a customer; where it is and what it does never changes.
type account struct {
	id, region, segment, industry string
	territory                     string
	engineers                     []engagement
}

// engagement is an SE edge of an account.
type engagement struct {
	payee string
	span
}

// The sales engineer who hands accounts to a colleague in mid-quarter.
const (
	handsOver, takesOver = "p052", "p051"
	handoverOn           = "2026-04-20"
	handoverAccounts     = 24
)

// engineers are the sales engineers of a region; SMB is sold without them.
func engineers(region string) []string {
	switch region {
	case "AMER-East":
		return []string{"p049", "p050"}
	case "AMER-West":
		return []string{"p051", "p052"}
	case "EMEA-North":
		return []string{"p053"}
	case "EMEA-South":
		return []string{"p054", "p055"}
	}
	return []string{"p056"}
}

// newAccounts numbers the accounts of all territories in a mixed order, the named
// ones first.
func newAccounts(d *dice, territories []territory) []account {
	var named, rest []territory
	for _, t := range territories {
		for range t.accounts {
			if t.industries == nil {
				named = append(named, t)
			} else {
				rest = append(rest, t)
			}
		}
	}
	shuffle(d, rest)
	var out []account
	for i, t := range append(named, rest...) {
		out = append(out, newAccount(d, i+1, t))
	}
	handOver(out)
	return out
}

func newAccount(d *dice, number int, t territory) account {
	industries := t.industries
	if industries == nil {
		industries = both
	}
	a := account{
		id: fmt.Sprintf("a%04d", number), region: t.region, segment: t.segment,
		industry: industries[d.below(len(industries))], territory: t.id,
	}
	if t.segment != "SMB" {
		team := engineers(t.region)
		a.engineers = []engagement{{team[number%len(team)], span{from: firstDay}}}
	}
	return a
}

// handOver moves the first accounts of one sales engineer to another.
func handOver(accounts []account) {
	left := handoverAccounts
	for i, a := range accounts {
		if left == 0 || len(a.engineers) == 0 || a.engineers[0].payee != handsOver {
			continue
		}
		accounts[i].engineers = []engagement{
			{handsOver, span{firstDay, dayBefore(handoverOn)}},
			{takesOver, span{from: handoverOn}},
		}
		left--
	}
}

// engineerOn returns the sales engineer of an account on a day, or "".
func (a account) engineerOn(day calendar.Date) string {
	for _, e := range a.engineers {
		if e.on(day) {
			return e.payee
		}
	}
	return ""
}
