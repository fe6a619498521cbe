// Package workload makes "the quarter": a sales organisation of a thousand, with
// a plan folder that the product loads and as many events as one wants, so that
// speed and memory are measured on one and the same thing, and payouts can be
// compared with those of a program that shares no code with the product.
//
// A [Quarter] is parameters; its zero value is the quarter: 1,000,000 events of
// 2026-Q1 (40 products in 6 families, 60 regions in 8 geos, 5 channels; 40 % new,
// 25 % expansions, 32 % renewals and 3 % cancellations, which are negative),
// 50,000 accounts of which 5 % move to another rep in the middle, 1,000 reps, 100 managers,
// 10 directors and 20 engineers, and 20 uplift rules. The same parameters give the
// same bytes, on every machine: all is drawn from a seed by counters.
//
// What is credited: each event to who owns its account on its day, as bookings or as
// renewals; uplift rules, half of them equalities and half ranges of the amount, of
// which one each matches an event (five in six events of equalities at 20,000 rules, since
// there are 12,000 cells of product, region and channel); engineers an overlay for two of
// the families; and all but overlays rolls up two levels. That is nine credits and a
// third for an event.
//
// What is paid: reps marginal tiers on bookings, a rate on renewals up to a cap,
// their uplifts, and a bonus for the quarter behind a gate; managers and directors
// a share of their target by attainment, and overrides; engineers a share of what they
// support.
//
// What the language cannot say yet, and the form that stands for it here:
//
//   - A rate that is capped is a cap (caps:) over the component, by quarter.
//   - Regions in geos are two fields, region and geo, for there is no dimension with
//     members below members.
//   - An overlay does not roll up, so uplifts are credit of two types of their own
//     (campaigns and bands), each rolled up by a roll-up of its own.
//
// Variants, for not fitting to the quarter: Fields (200 fields, four of them
// used), Whale (one payee has 30 % of the events), Late (the feed runs from the last day
// to the first), Levels (a deeper hierarchy, 8 say).
package workload

// Quarter is the parameters; a zero is the default that stands behind each. It is
// not changed by what it makes.
type Quarter struct {
	Seed      uint64 // of all that is drawn
	Events    int    // 1,000,000
	Rules     int    // of uplift: 20
	Reps      int    // 1,000
	Managers  int    // 100, who have reps below them
	Directors int    // 10, who have managers below them
	Engineers int    // 20
	Accounts  int    // 50,000
	Levels    int    // of managers: 2. Above the directors each level has half as many as the one below
	Fields    int    // of an event: 10. With more, only four are used: closed, account, kind and amount
	Whale     bool   // one payee has 30 % of the events
	Late      bool   // the last day comes first
}

// The shape of what is sold.
const (
	Products = 40
	Families = 6
	Regions  = 60
	Geos     = 8
	Channels = 5
	Days     = 90 // of 2026-Q1, which begins on a Thursday
)

// coreFields is the number of fields without filler.
const coreFields = 10

// Kind is what happened.
type Kind uint8

// The kinds, in the order of the enum.
const (
	New Kind = iota
	Renewal
	Expansion
	Cancel
)

// kinds are the words of the plan files.
var kinds = [...]string{"new", "renewal", "expansion", "cancel"}

// String is the word that plan files use.
func (k Kind) String() string { return kinds[k] }

// orDefault fills in what is zero.
func (q Quarter) orDefault() Quarter {
	for _, p := range []struct {
		at    *int
		value int
	}{
		{&q.Events, 1_000_000},
		{&q.Rules, 20},
		{&q.Reps, 1_000},
		{&q.Managers, 100},
		{&q.Directors, 10},
		{&q.Engineers, 20},
		{&q.Accounts, 50_000},
		{&q.Levels, 2},
		{&q.Fields, coreFields},
	} {
		if *p.at == 0 {
			*p.at = p.value
		}
	}
	return q
}

// Wide tells whether events have more fields than plans look at.
func (q Quarter) Wide() bool { return q.Fields > coreFields }
