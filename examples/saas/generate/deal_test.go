package main

import (
	"slices"
	"testing"

	"github.com/payproof/payproof/dsl/calendar"
)

func TestDealsAreInOrderAndInTheHalfYear(t *testing.T) {
	eachCompany(t, func(t *testing.T, c company) {
		for i, d := range c.deals {
			if d.closed.Before(calendar.MustDate(firstDay)) || d.closed.After(calendar.MustDate(lastDay)) {
				t.Errorf("%s closed on %s", d.id, d.closed)
			}
			if i > 0 && (d.closed.Before(c.deals[i-1].closed) || d.id <= c.deals[i-1].id) {
				t.Errorf("%s comes after %s", d.id, c.deals[i-1].id)
			}
		}
	})
}

func TestTheSellerOwnsTheTerritoryAndThePartnerDoesNot(t *testing.T) {
	eachCompany(t, func(t *testing.T, c company) {
		partners := 0
		for _, d := range c.deals {
			owners := c.ownersOn(d.account.territory, d.closed)
			if !owns(owners, d.seller) {
				t.Errorf("%s: %s doesn't own %s on %s", d.id, d.seller, d.account.territory, d.closed)
			}
			if d.partner == "" {
				continue
			}
			partners++
			if owns(owners, d.partner) || c.jobOn(d.partner, d.closed) != "AE" {
				t.Errorf("%s: partner %s owns the territory or is no account executive", d.id, d.partner)
			}
			if d.kind != "new" && d.kind != "expansion" || d.product == "Services" {
				t.Errorf("%s: a partner on a %s of %s", d.id, d.kind, d.product)
			}
		}
		if partners < 80 {
			t.Errorf("%d deals have a partner", partners)
		}
	})
}

func TestEveryAccountButSMBHasOneEngineer(t *testing.T) {
	c := newCompany(seed)
	for _, a := range c.accounts {
		for _, day := range halfYear() {
			n := 0
			for _, e := range a.engineers {
				if e.on(day) {
					n++
				}
			}
			if want := a.segment != "SMB"; n > 1 || (n == 1) != want {
				t.Fatalf("%s (%s) has %d engineers on %s", a.id, a.segment, n, day)
			}
			if e := a.engineerOn(day); e != "" && c.jobOn(e, day) != "SE" {
				t.Fatalf("%s on %s: %s is no sales engineer", a.id, day, e)
			}
		}
	}
}

func TestACancellationTakesBackLessThanAnEarlierDeal(t *testing.T) {
	eachCompany(t, func(t *testing.T, c company) {
		earlier, cancelled := map[string][]deal{}, 0
		for _, d := range c.deals {
			key := d.account.id + d.product
			if d.kind != "cancel" {
				if d.cents <= 0 {
					t.Errorf("%s: a %s of %s", d.id, d.kind, money(d.cents))
				}
				earlier[key] = append(earlier[key], d)
				continue
			}
			cancelled++
			covers := func(e deal) bool { return e.cents > -d.cents && e.closed.Before(d.closed) }
			if d.cents >= 0 || !slices.ContainsFunc(earlier[key], covers) {
				t.Errorf("%s: nothing earlier covers %s", d.id, money(d.cents))
			}
		}
		if cancelled < dealCount/100 || cancelled > dealCount*4/100 {
			t.Errorf("%d cancellations", cancelled)
		}
	})
}

// Half a renewal is credited: it must be whole cents before it is split.
func TestRenewalsAreWholeTensOfDollars(t *testing.T) {
	for _, d := range newCompany(seed).deals {
		if d.kind == "renewal" && d.cents%1000 != 0 {
			t.Errorf("%s: %s", d.id, money(d.cents))
		}
	}
}

func TestNoTerritoryHasANegativeMonth(t *testing.T) {
	sums := map[string]int{}
	for _, d := range newCompany(seed).deals {
		if d.product != "Services" {
			sums[d.account.territory+d.closed.String()[:7]] += d.cents
		}
	}
	for key, cents := range sums {
		if cents <= 0 {
			t.Errorf("%s: %s", key, money(cents))
		}
	}
	if want := 25 * 6; len(sums) != want {
		t.Errorf("deals in %d months of territories, want %d", len(sums), want)
	}
}

// The last days of two quarters hold twice what the ten first ones do.
func TestQuartersEndBusierThanTheyBegin(t *testing.T) {
	count := map[bool]int{}
	for _, d := range newCompany(seed).deals {
		if d.closed.Month()%3 == 0 && d.closed.Day() >= 26 {
			count[true]++
		}
		if d.closed.Month()%3 == 1 && d.closed.Day() <= 10 {
			count[false]++
		}
	}
	if count[true] < 2*count[false] {
		t.Errorf("%d deals in the last days of quarters, %d in the first", count[true], count[false])
	}
}
