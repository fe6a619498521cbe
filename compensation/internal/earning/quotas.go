package earning

import (
	"fmt"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/internal/proration"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/trace"
	"github.com/payproof/payproof/internal/fixed"
	"github.com/payproof/payproof/quota"
)

// dueQuota is the quota of a segment for a window: the stated one, or the part
// of it that belongs to the segment's days.
type dueQuota struct {
	segment  int
	measure  string
	window   calendar.Period
	amount   decimal.Decimal
	coef     int64 // of the amount, at so many decimal places, where it is narrow
	scale    uint8
	narrow   bool
	stated   []quota.Quota
	whole    decimal.Decimal
	num, den int64  // the part of the window, where the quota is prorated
	how      string // of the part, for explanations
	days     string // what is counted
	missing  bool
}

// noQuotaError says that a quota is needed and not there.
type noQuotaError struct{ measure, window string }

// Error names the measure and its window.
func (e *noQuotaError) Error() string {
	return fmt.Sprintf("there is no quota of %s for %s", e.measure, e.window)
}

// quota fills a quota input, and notes where there is none.
func (f *filler) quota(i int, day calendar.Date) error {
	q, err := f.due(i, day)
	if err != nil {
		return err
	}
	if q.missing {
		f.skip = true
		f.row.SetMissing(i)
		return nil
	}
	if q.narrow {
		return f.set(i, q.coef, q.scale)
	}
	return f.row.SetDecimal(i, q.amount)
}

// mostDigits always fit 64 bits.
const mostDigits = 18

// due finds the quota of an input for the measure's window around a day. Components of a segment that read it find it
// once. It is good until the next one is asked for.
func (f *filler) due(i int, day calendar.Date) (*dueQuota, error) {
	name, m := f.c.Slots[i].Name, &f.measures[i]
	window := f.w.Clock.periodOf(m.Window, day)
	known := &f.w.Room.quotas
	for k := len(*known) - 1; k >= 0; k-- {
		if q := &(*known)[k]; q.segment == f.segment && q.window == window && q.measure == name {
			return q, nil
		}
	}
	q := dueQuota{segment: f.segment, measure: name, window: window}
	rule, _ := f.w.Segments[f.segment].Plan.Quota(name)
	var ok bool
	if q.whole, q.stated, ok = f.w.Quotas.Find(f.w.Payee, name, window, f.w.AsOf); !ok {
		q.missing = true
		if rule.Without == plan.WithoutError {
			return nil, &noQuotaError{name, f.program().Calendar.Format(window)}
		}
		*known = append(*known, q)
		return &(*known)[len(*known)-1], nil
	}
	q.amount = q.whole
	if rule.Prorate {
		unit, _ := f.program().MeasureUnit(m.Measure)
		if err := f.prorate(&q, rule, unit); err != nil {
			return nil, err
		}
	}
	if e := q.amount.Exponent(); e <= 0 && e >= -mostDigits && q.amount.NumDigits() <= mostDigits { // as most are
		q.coef, q.scale, q.narrow = q.amount.CoefficientInt64(), uint8(-e), true
	}
	*known = append(*known, q)
	return &(*known)[len(*known)-1], nil
}

// prorate gives the segment its days' part. The parts of all segments of the
// window, and of the days without a plan, sum to the whole.
func (f *filler) prorate(q *dueQuota, rule plan.QuotaRule, unit dsl.Unit) error {
	window, err := f.program().Calendar.Range(q.window)
	if err != nil {
		return err
	}
	var weights []decimal.Decimal
	mine, covered, total := -1, int64(0), int64(1)
	for i, s := range f.w.Around(window) {
		num, den, err := calendar.Fraction(s.Days.Intersect(window), window, rule.Basis)
		if err != nil {
			return err
		}
		if s.Plan == f.w.Segments[f.segment].Plan && s.Days.Overlaps(f.w.Segments[f.segment].Days) {
			mine, q.num, q.den = i, num, den
		}
		weights, covered, total = append(weights, decimal.New(num, 0)), covered+num, den
	}
	if mine < 0 || q.num == q.den {
		return nil
	}
	weights = append(weights, decimal.New(max(0, total-covered), 0))
	q.how, q.days = "by largest remainder", proration.Days(rule.Basis)
	if unit.Money == 0 {
		q.how = "half-even"
	}
	if rule.Basis.StartDayNotCounted {
		q.how += ", the start day not counted"
	}
	if unit.Money == 0 {
		scaled := q.whole.Mul(decimal.New(q.num, plan.QuotaScale))
		q.amount = decimal.NewFromBigInt(fixed.DivRound(scaled.BigInt(), big.NewInt(q.den), fixed.HalfEven), -plan.QuotaScale)
		return nil
	}
	amount, err := money.FromDecimal(q.whole, f.program().Currency)
	if err != nil {
		return err
	}
	parts, err := money.Allocate(amount, weights, money.Policy{})
	if err != nil {
		return err
	}
	q.amount = parts[mine].Decimal()
	return nil
}

// node explains a quota.
func (q *dueQuota) node(f *filler, name string, unit string) *trace.Node {
	cal := f.program().Calendar
	stated := &trace.Node{Op: trace.Quota, Label: name, Value: fact.DecimalText(q.whole), Unit: unit, Detail: string(f.w.Payee) + ", " + cal.Format(q.window)}
	if len(q.stated) > 1 {
		stated.Op = trace.Sum
		for _, part := range q.stated {
			stated.Args = append(stated.Args, &trace.Node{Op: trace.Quota, Label: name, Value: fact.DecimalText(part.Amount), Unit: unit, Detail: string(part.Payee) + ", " + cal.Format(part.Period)})
		}
	}
	if q.den == 0 || q.num == q.den {
		return stated
	}
	return &trace.Node{
		Op: trace.Prorated, Label: name, Value: fact.DecimalText(q.amount), Unit: unit, Flags: trace.WasPart,
		Detail: fmt.Sprintf("%d of %d %s, %s", q.num, q.den, q.days, q.how), Args: []*trace.Node{stated},
	}
}
