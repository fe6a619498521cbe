package earning

import (
	"fmt"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/trace"
	"github.com/payproof/payproof/internal/fixed"
)

// PayUnit is the pay period.
const PayUnit = calendar.UnitMonth

// Segment is a run of days that a payee spends on one plan. A change of plan or
// role cuts: each segment has its own quota, and its measures begin at zero. A change of
// personal values does not cut.
type Segment struct {
	Plan     *plan.Plan
	Days     calendar.Range
	Personal []Personal // runs of days in order, together the segment's
}

// Personal is the values that an assignment sets for a run of days.
type Personal struct {
	Days   calendar.Range
	Values map[string]decimal.Decimal // by the name that the plan declares
}

// at is a personal value on a day.
func (s *Segment) at(name string, day calendar.Date) (decimal.Decimal, bool) {
	for _, p := range s.Personal {
		if p.Days.Contains(day) {
			v, ok := p.Values[name]
			return v, ok
		}
	}
	return decimal.Zero, false
}

// over is a personal value over a period: where it changes inside, each value
// counts for its days, and the mean is rounded half-even to the value's places.
func (s *Segment) over(name string, period calendar.Range, scale uint8) (value decimal.Decimal, why *trace.Node, ok bool) {
	var parts []*trace.Node
	sum, total, same := decimal.Zero, 0, true
	for _, p := range s.Personal {
		days, bounded := p.Days.Intersect(period).Days()
		if !bounded || days == 0 {
			continue
		}
		v, found := p.Values[name]
		if !found {
			return value, nil, false
		}
		same = same && (total == 0 || v.Equal(value))
		value, total = v, total+days
		sum = sum.Add(v.Mul(decimal.New(int64(days), 0)))
		parts = append(parts, &trace.Node{Op: trace.Input, Label: "personal." + name, Value: fact.DecimalText(v), Detail: fmt.Sprintf("%d days of %s", days, p.Days.Intersect(period))})
	}
	if same {
		return value, nil, total > 0
	}
	num, den := sum.Coefficient(), big.NewInt(int64(total))
	if shift := int(scale) + int(sum.Exponent()); shift >= 0 {
		num.Mul(num, fixed.Pow10Big(shift))
	} else {
		den.Mul(den, fixed.Pow10Big(-shift))
	}
	value = decimal.NewFromBigInt(fixed.DivRound(num, den, fixed.HalfEven), -int32(scale))
	return value, &trace.Node{Op: trace.Prorated, Label: "personal." + name, Value: fact.DecimalText(value), Detail: fmt.Sprintf("by days of %d, half-even to %d places", total, scale), Flags: trace.WasPart, Args: parts}, true
}
