package earning

import (
	"fmt"
	"math/big"

	"github.com/shopspring/decimal"

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
	from     calendar.Date // before the segment's first day, from which its windows are computed again; zero: there is none
	until    calendar.Date // the first day that is not due any more, where only a part is; zero: all of it is
	amount   decimal.Decimal
	coef     int64 // of the amount, at so many decimal places, where it is narrow
	scale    uint8
	narrow   bool
	stated   []quota.Quota
	whole    decimal.Decimal
	num, den int64           // the part of the window, where the quota is prorated
	how      string          // of the part, for explanations
	part     decimal.Decimal // of the segment: the amount, but for what is not due yet
	due      string          // of the part that is, for explanations
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
	q := dueQuota{segment: f.segment, measure: name, window: window, from: f.from}
	if f.c.QuotaToDate {
		q.until = day.AddDays(1)
	}
	for k := len(*known) - 1; k >= 0; k-- {
		if o := &(*known)[k]; o.segment == q.segment && o.window == window && o.measure == name && o.from == q.from && o.until == q.until {
			return o, nil
		}
	}
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
	unit, _ := f.program().MeasureUnit(m.Measure)
	if rule.Prorate {
		if err := f.prorate(&q, rule, unit); err != nil {
			return nil, err
		}
	}
	if q.part = q.amount; !q.until.IsZero() {
		if err := f.toDate(&q, rule, unit); err != nil {
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
		is := s.Plan == f.w.Segments[f.segment].Plan && s.Days.Overlaps(f.w.Segments[f.segment].Days)
		if again := (calendar.Range{From: f.from}); !f.from.IsZero() { // those before have what is left
			if is {
				s.Days.From = later(f.from, window.From)
			} else if s.Days.From.Before(f.w.Segments[f.segment].Days.From) && s.Days.Overlaps(again) {
				s.Days.To = later(f.from, s.Days.From)
			}
		}
		num, den, err := calendar.Fraction(s.Days.Intersect(window), window, rule.Basis)
		if err != nil {
			return err
		}
		if is {
			mine, q.num, q.den = i, num, den
		}
		weights, covered, total = append(weights, decimal.New(num, 0)), covered+num, den
	}
	if mine < 0 || q.num == q.den {
		return nil
	}
	weights = append(weights, decimal.New(max(0, total-covered), 0))
	q.how = "by largest remainder"
	if unit.Money == 0 {
		q.how = "half-even"
	}
	if rule.Basis.StartDayNotCounted {
		q.how += ", the start day not counted"
	}
	if unit.Money == 0 {
		q.amount = partOf(q.whole, big.NewInt(q.num), big.NewInt(q.den))
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

// partOf is a part of a number that is no money, half-even to the places of quotas.
func partOf(whole decimal.Decimal, num, den *big.Int) decimal.Decimal {
	scaled := whole.Mul(decimal.NewFromBigInt(num, plan.QuotaScale))
	return decimal.NewFromBigInt(fixed.DivRound(scaled.BigInt(), den, fixed.HalfEven), -plan.QuotaScale)
}

// toDate leaves of the segment's part what is due by a day: in the proportion of what is stated for the days so far to
// what is stated for all of them. The part that is due at the end of the window, or of the segment, is all of it.
func (f *filler) toDate(q *dueQuota, rule plan.QuotaRule, unit dsl.Unit) error {
	days, err := f.program().Calendar.Range(q.window)
	if err != nil {
		return err
	}
	if rule.Prorate {
		own := f.w.Segments[f.segment].Days
		if !q.from.IsZero() {
			own.From = q.from
		}
		days = days.Intersect(own)
	}
	so := days.Intersect(calendar.Range{To: q.until})
	due, num, err := f.stated(q, rule, so)
	if err != nil {
		return err
	}
	all, den, err := f.stated(q, rule, days)
	if err != nil || due.Cmp(all) >= 0 {
		return err
	}
	q.due = "due up to " + q.until.AddDays(-1).String()
	switch {
	case len(q.stated) > 1:
		q.due += ", of what is stated for each period"
	case rule.Basis.Method == calendar.CalendarDays:
		q.due += fmt.Sprintf(", %d of %d days", num, den)
	default:
		q.due += fmt.Sprintf(", %d of %d by %s", num, den, rule.Basis.Method)
	}
	ratio := new(big.Rat).Quo(due, all)
	if unit.Money == 0 {
		q.due += ", half-even"
		q.amount = partOf(q.amount, ratio.Num(), ratio.Denom())
		return nil
	}
	q.due += ", by largest remainder"
	amount, err := money.FromDecimal(q.amount, f.program().Currency)
	if err != nil {
		return err
	}
	rest := new(big.Int).Sub(ratio.Denom(), ratio.Num())
	parts, err := money.Allocate(amount, []decimal.Decimal{decimal.NewFromBigInt(ratio.Num(), 0), decimal.NewFromBigInt(rest, 0)}, money.Policy{})
	if err != nil {
		return err
	}
	q.amount = parts[0].Decimal()
	return nil
}

// stated is how much of what is stated falls on some days, and the number of these in the last of what is.
func (f *filler) stated(q *dueQuota, rule plan.QuotaRule, days calendar.Range) (total *big.Rat, counted int64, err error) {
	total = new(big.Rat)
	for _, part := range q.stated {
		whole, err := f.program().Calendar.Range(part.Period)
		if err != nil {
			return nil, 0, err
		}
		num, den, err := calendar.Fraction(days.Intersect(whole), whole, rule.Basis)
		if err != nil {
			return nil, 0, err
		}
		total.Add(total, new(big.Rat).Mul(part.Amount.Rat(), big.NewRat(num, den)))
		counted = num
	}
	return total, counted, nil
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
	part := func(of *trace.Node, value decimal.Decimal, detail string) *trace.Node {
		return &trace.Node{Op: trace.Prorated, Label: name, Value: fact.DecimalText(value), Unit: unit, Flags: trace.WasPart, Detail: detail, Args: []*trace.Node{of}}
	}
	n := stated
	if q.den != 0 && q.num != q.den {
		n = part(n, q.part, fmt.Sprintf("%d of %d days, %s", q.num, q.den, q.how))
	}
	if q.due != "" {
		n = part(n, q.amount, q.due)
	}
	return n
}
