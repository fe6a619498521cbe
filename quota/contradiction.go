package quota

import (
	"cmp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// Contradiction is a quota of a period, and quotas of its parts that come to another
// number. [Set.Find] would take the one that is stated for the period that is asked
// for, and the others would be ignored.
type Contradiction struct {
	Whole Quota           // of the longer period
	Parts []Quota         // in order; all of them, or some that are more than the whole already
	Sum   decimal.Decimal // of the parts
}

// Contradictions are all of them, or those of some payees, by what is known last, ordered by payee, measure and
// period. Parts that are not all stated and come to less than the whole leave room for the
// others, and are none.
func (s *Set) Contradictions(of ...fact.PayeeID) (out []Contradiction) {
	for k, list := range s.quotas { // order: sorted below
		if len(of) > 0 && !slices.Contains(of, k.payee) {
			continue
		}
		whole := list[len(list)-1]
		for _, unit := range []calendar.Unit{calendar.UnitHalf, calendar.UnitQuarter, calendar.UnitMonth} {
			if unit >= k.period.Unit {
				continue
			}
			parts, sum, complete := s.within(k, unit)
			if complete && !sum.Equal(whole.Amount) || sum.GreaterThan(whole.Amount) {
				out = append(out, Contradiction{whole, parts, sum})
			}
		}
	}
	slices.SortFunc(out, func(a, b Contradiction) int {
		return cmp.Or(strings.Compare(string(a.Whole.Payee), string(b.Whole.Payee)), strings.Compare(a.Whole.Measure, b.Whole.Measure),
			strings.Compare(s.calendar.Format(a.Whole.Period), s.calendar.Format(b.Whole.Period)), cmp.Compare(b.Parts[0].Period.Unit, a.Parts[0].Period.Unit))
	})
	return out
}

// within are the stated quotas of a unit within a period, and whether they are all.
func (s *Set) within(k key, unit calendar.Unit) (parts []Quota, sum decimal.Decimal, complete bool) {
	days, err := s.calendar.Range(k.period)
	if err != nil {
		return nil, sum, false
	}
	complete = true
	for p := range s.calendar.Periods(unit, days) {
		q := s.stated(k.payee, k.measure, p, 0)
		if len(q) == 0 {
			complete = false
			continue
		}
		parts, sum = append(parts, q[0]), sum.Add(q[0].Amount)
	}
	return parts, sum, complete && len(parts) > 0
}
