package fx

import (
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// OnOrBefore lets the rate of an earlier day stand in.
type OnOrBefore struct {
	MaxDays int // how many days before the one asked for; 0 is that day only
}

// Policy says what may stand in for a rate that is missing. The zero value allows
// nothing: the pair as it is asked for, on the day.
type Policy struct {
	Missing OnOrBefore     // plan files: "missing day: on or before, at most N days"
	Inverse bool           // the rate of the opposite direction may divide
	Cross   money.Currency // the two rates to and from this currency may be chained; zero is none
}

// Find is the rate of a set from one currency to another on a day, as of a
// revision. For a currency to itself it is a quote without rates, whatever the set
// and the day. The error is a [*MissingRateError].
func (t *Table) Find(set string, from, to money.Currency, on calendar.Date, asOf fact.Revision, policy Policy) (Quote, error) {
	q := Quote{Set: set, From: from, To: to, On: on}
	if from == to {
		return q, nil
	}
	s := search{table: t, set: set, on: on, asOf: asOf, policy: policy}
	if leg, ok := s.leg(from, to); ok {
		q.Legs = []Leg{leg}
		return q, nil
	}
	if s.crosses(from, to) {
		first, okFirst := s.leg(from, policy.Cross)
		second, okSecond := s.leg(policy.Cross, to)
		if okFirst && okSecond {
			q.Legs = []Leg{first, second}
			return q, nil
		}
	}
	return Quote{}, s.missing(from, to)
}

// search is what stays the same while a rate is looked for.
type search struct {
	table  *Table
	set    string
	on     calendar.Date
	asOf   fact.Revision
	policy Policy
}

// leg is one step, direct or else inverse.
func (s search) leg(from, to money.Currency) (Leg, bool) {
	if rate, ok := s.nearest(from, to); ok && s.allows(rate) {
		return Leg{Rate: rate}, true
	}
	if !s.policy.Inverse {
		return Leg{}, false
	}
	rate, ok := s.nearest(to, from)
	return Leg{Rate: rate, Inverse: true}, ok && s.allows(rate)
}

func (s search) nearest(from, to money.Currency) (Rate, bool) {
	return s.table.latest(pair{s.set, from, to}, s.on, s.asOf)
}

func (s search) allows(r Rate) bool { return s.on.Sub(r.On) <= max(0, s.policy.Missing.MaxDays) }

func (s search) crosses(from, to money.Currency) bool {
	via := s.policy.Cross
	return !via.IsZero() && via != from && via != to
}

// missing gathers what would have helped.
func (s search) missing(from, to money.Currency) error {
	err := &MissingRateError{Set: s.set, From: from, To: to, On: s.on, AsOf: s.asOf, Policy: s.policy}
	err.Nearest, err.HasNearest = s.nearest(from, to)
	if !s.policy.Inverse {
		rate, ok := s.nearest(to, from)
		err.InverseHelps = ok && s.allows(rate)
	}
	if s.crosses(from, to) {
		_, err.HasFirstLeg = s.leg(from, s.policy.Cross)
		_, err.HasSecondLeg = s.leg(s.policy.Cross, to)
	}
	return err
}
