// Package quota holds the numbers to reach: for a payee, a measure and a window.
//
// A quota is stated for a period of the company's calendar. Asked for a longer window,
// it is the sum of the quotas of its parts, if all of them are stated; a quota for a
// longer window is never cut into parts by guessing. A quota that is zero and a quota
// that is absent are different things.
package quota

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// Quota is a number to reach. Amount is in the unit of the measure.
type Quota struct {
	Payee   fact.PayeeID // whose it is
	Measure string
	Period  calendar.Period
	Amount  decimal.Decimal
	Known   fact.Revision // when it became known
}

type key struct {
	payee   fact.PayeeID
	measure string
	period  calendar.Period
}

// Set is all quotas, immutable and safe for concurrent use.
type Set struct {
	calendar calendar.Calendar
	quotas   map[key][]Quota // by Known, ascending
}

// NewSet reads the quotas, given in any order. The error is a negative quota, or
// two quotas for one payee, measure and period that became known together and
// differ.
func NewSet(cal calendar.Calendar, quotas iter.Seq2[Quota, error]) (*Set, error) {
	return (&Set{calendar: cal}).With(quotas)
}

// With is the quotas with more of them, as if NewSet had been given all, with the errors of that.
func (s *Set) With(more iter.Seq2[Quota, error]) (*Set, error) {
	s = &Set{calendar: s.calendar, quotas: maps.Clone(s.quotas)}
	if s.quotas == nil {
		s.quotas = map[key][]Quota{}
	}
	if more == nil {
		return s, nil
	}
	for q, err := range more {
		if err != nil {
			return nil, err
		}
		if err := s.add(q); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// All are all quotas that were stated, by payee, measure, period and when they became known.
func (s *Set) All() (all []Quota) {
	for _, of := range s.quotas { // order: they are sorted
		all = append(all, of...)
	}
	slices.SortFunc(all, func(a, b Quota) int {
		return cmp.Or(strings.Compare(string(a.Payee), string(b.Payee)), strings.Compare(a.Measure, b.Measure), a.Period.Compare(b.Period), cmp.Compare(a.Known, b.Known))
	})
	return all
}

func (s *Set) add(q Quota) error {
	path := func() string {
		return fmt.Sprintf("payee=%s measure=%s period=%s", q.Payee, q.Measure, s.calendar.Format(q.Period))
	}
	amount, err := fact.CanonicalDecimal(q.Amount)
	if err != nil {
		return fmt.Errorf("%s: amount: %w", path(), err)
	}
	if q.Amount = amount; amount.IsNegative() {
		return fmt.Errorf("%s: the quota %s is negative; state an amount above zero, or none", path(), fact.DecimalText(q.Amount))
	}
	if err := fact.CheckKey(string(q.Payee)); err != nil {
		return fmt.Errorf("%s: %w", path(), err)
	}
	k := key{q.Payee, q.Measure, q.Period}
	at := len(s.quotas[k])
	for i, other := range s.quotas[k] {
		if other.Known == q.Known {
			if other.Amount.Equal(q.Amount) {
				return nil
			}
			return fmt.Errorf("%s: two quotas, %s and %s; keep one of them", path(), fact.DecimalText(decimal.Min(other.Amount, q.Amount)), fact.DecimalText(decimal.Max(other.Amount, q.Amount)))
		}
		if other.Known > q.Known {
			at = i
			break
		}
	}
	list := slices.Concat(s.quotas[k], []Quota{q}) // another set may have what is there
	copy(list[at+1:], list[at:])
	list[at] = q
	s.quotas[k] = list
	return nil
}

// Find is the quota of a payee for a measure over a period, as of a revision,
// and the stated quotas it is the sum of.
func (s *Set) Find(payee fact.PayeeID, measure string, period calendar.Period, asOf fact.Revision) (amount decimal.Decimal, parts []Quota, ok bool) {
	return s.find(period, func(p calendar.Period) []Quota { return s.stated(payee, measure, p, asOf) })
}

// Before is what Find gave before the last change of each of the stated quotas: what was known before what is known
// last. One that was stated once only is what it is.
func (s *Set) Before(payee fact.PayeeID, measure string, period calendar.Period, asOf fact.Revision) (amount decimal.Decimal, parts []Quota, ok bool) {
	return s.find(period, func(p calendar.Period) []Quota {
		q := s.stated(payee, measure, p, asOf)
		list := s.quotas[key{payee, measure, p}]
		for i := len(list) - 1; i > 0 && len(q) > 0; i-- {
			if list[i].Known == q[0].Known {
				return list[i-1 : i : i]
			}
		}
		return q
	})
}

// find is Find by what was stated for a period.
func (s *Set) find(period calendar.Period, stated func(calendar.Period) []Quota) (amount decimal.Decimal, parts []Quota, ok bool) {
	if q := stated(period); len(q) > 0 {
		return q[0].Amount, q, true
	}
	for _, unit := range []calendar.Unit{calendar.UnitHalf, calendar.UnitQuarter, calendar.UnitMonth} {
		if unit >= period.Unit {
			continue
		}
		if amount, parts, ok := s.sum(period, unit, stated); ok {
			return amount, parts, true
		}
	}
	return decimal.Zero, nil, false
}

// stated is the one that was stated, or none.
func (s *Set) stated(payee fact.PayeeID, measure string, period calendar.Period, asOf fact.Revision) []Quota {
	list := s.quotas[key{payee, measure, period}]
	for i := len(list) - 1; i >= 0; i-- {
		if asOf.Sees(list[i].Known) {
			return list[i : i+1 : i+1]
		}
	}
	return nil
}

func (s *Set) sum(period calendar.Period, unit calendar.Unit, stated func(calendar.Period) []Quota) (total decimal.Decimal, parts []Quota, ok bool) {
	within, err := s.calendar.Range(period)
	if err != nil {
		return total, nil, false
	}
	for p := range s.calendar.Periods(unit, within) {
		q := stated(p)
		if len(q) == 0 {
			return total, nil, false
		}
		total, parts = total.Add(q[0].Amount), append(parts, q[0])
	}
	return total, parts, len(parts) > 0
}

// Measures reports whether any quota names the measure.
func (s *Set) Measures(measure string) bool {
	for k := range s.quotas { // order: any hit will do
		if k.measure == measure {
			return true
		}
	}
	return false
}
