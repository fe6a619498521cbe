package earning

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/internal/proration"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/trace"
	"github.com/payproof/payproof/internal/fixed"
)

// PayUnit is the pay period.
const PayUnit = calendar.UnitMonth

// Clock is the periods of a calendar with their days, found once for all payees.
type Clock struct {
	calendar calendar.Calendar
	days     calendar.Range
	periods  [calendar.UnitYear + 1][]dated
	begin    [calendar.UnitYear + 1][]calendar.Date // their first days: many are looked at, and periods are large
}

// dated is a period with its days.
type dated struct {
	calendar.Period
	days calendar.Range
	in   [calendar.UnitYear + 1]calendar.Period // by unit, that in which it begins; only of those found for all
}

// NewClock finds the periods that have a day in some days, which end.
func NewClock(c calendar.Calendar, days calendar.Range) *Clock {
	clock := &Clock{calendar: c, days: days}
	for unit := PayUnit; unit <= calendar.UnitYear && days.Bounded(); unit++ {
		all := clock.find(unit, days)
		for i := range all {
			for in := PayUnit; in <= calendar.UnitYear; in++ {
				all[i].in[in] = c.PeriodOf(in, all[i].days.From)
			}
			clock.begin[unit] = append(clock.begin[unit], all[i].days.From)
		}
		clock.periods[unit] = all
	}
	return clock
}

func (c *Clock) find(unit calendar.Unit, days calendar.Range) (out []dated) {
	for p := range c.calendar.Periods(unit, days) {
		if whole, err := c.calendar.Range(p); err == nil {
			out = append(out, dated{Period: p, days: whole})
		}
	}
	return out
}

// within are the periods of a unit that have a day in some days, in order.
func (c *Clock) within(unit calendar.Unit, days calendar.Range) []dated {
	if !c.days.Covers(days) || len(c.periods[unit]) == 0 {
		return c.find(unit, days)
	}
	all := c.periods[unit]
	for len(all) > 0 && !all[0].days.Overlaps(days) {
		all = all[1:]
	}
	for len(all) > 0 && !all[len(all)-1].days.Overlaps(days) {
		all = all[:len(all)-1]
	}
	return all
}

// Range is the days of a period.
func (c *Clock) Range(p calendar.Period) (calendar.Range, error) {
	if known := c.known(p); known != nil {
		return known.days, nil
	}
	return c.calendar.Range(p)
}

// known is a period that was found for all, or nil.
func (c *Clock) known(p calendar.Period) *dated {
	if p.Unit <= calendar.UnitYear && len(c.periods[p.Unit]) > 0 {
		all := c.periods[p.Unit]
		if i := int(p.Index) - int(all[0].Index); i >= 0 && i < len(all) && all[i].Period == p {
			return &all[i]
		}
	}
	return nil
}

// periodOf is the period of a unit that holds a day.
func (c *Clock) periodOf(unit calendar.Unit, day calendar.Date) calendar.Period {
	if unit <= calendar.UnitYear && c.days.Contains(day) {
		at, is := slices.BinarySearchFunc(c.begin[unit], day, calendar.Date.Compare)
		if !is {
			at--
		}
		if at >= 0 && c.periods[unit][at].days.Contains(day) {
			return c.periods[unit][at].Period
		}
	}
	return c.calendar.PeriodOf(unit, day)
}

// in is the period of a unit in which another one begins.
func (c *Clock) in(p calendar.Period, unit calendar.Unit) calendar.Period {
	if known := c.known(p); known != nil && unit >= PayUnit && unit <= calendar.UnitYear {
		return known.in[unit]
	}
	days, err := c.Range(p)
	if err != nil {
		return calendar.Period{}
	}
	return c.calendar.PeriodOf(unit, days.From)
}

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
	if len(s.Personal) == 1 { // as most do not change
		v, found := s.Personal[0].Values[name]
		days, bounded := s.Personal[0].Days.Intersect(period).Days()
		if !bounded || days == 0 {
			return value, nil, false
		}
		return v, nil, found
	}
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
	value = divided(sum, int64(total), int32(scale))
	return value, &trace.Node{Op: trace.Prorated, Label: "personal." + name, Value: fact.DecimalText(value), Detail: fmt.Sprintf("by days of %d, half-even to %d places", total, scale), Flags: trace.WasPart, Args: parts}, true
}

// targetOf is the window of which a personal value is prorated target pay in a component; 0: it is not.
func targetOf(p *plan.Plan, c *plan.Component, name string) calendar.Unit {
	if !p.Prorate.TargetPay || !slices.ContainsFunc(p.Personal, func(v plan.Personal) bool { return v.Name == name && v.Per != 0 }) {
		return 0
	}
	if c.Credit != "" {
		return c.Target
	}
	return c.Every
}

// targetPart is what of target pay is due for the days of a segment.
type targetPart struct {
	input  int
	window calendar.Period
	value  decimal.Decimal
	why    *trace.Node
	ok     bool // the payee has a value on all of these days
}

// target is the part of target pay that is due in the window around a day for the days of the segment. The parts of all
// segments come to what it is worth for their days together, rounded once.
func (f *filler) target(i int, day calendar.Date) (*targetPart, error) {
	part := targetPart{input: i, window: f.w.Clock.periodOf(f.targets[i], day)}
	for k := range f.parts {
		if known := &f.parts[k]; known.input == i && known.window == part.window {
			return known, nil
		}
	}
	window, err := f.w.Clock.Range(part.window)
	if err != nil {
		return nil, err
	}
	mine := f.w.Segments[f.segment]
	name, basis, scale := f.c.Slots[i].Name, mine.Plan.Prorate.Basis, int32(f.c.Inputs[i].Scale)
	at, sum, weights := -1, decimal.Zero, []decimal.Decimal(nil)
	var num, den int64
	for _, s := range f.w.Around(window) {
		if s.Plan != mine.Plan && !s.Plan.Prorate.TargetPay {
			continue
		}
		due, n, all, runs, ok, err := s.due(name, window, basis)
		if err != nil {
			return nil, err
		}
		den = all
		if s.Plan == mine.Plan && s.Days.Overlaps(mine.Days) {
			at, num, part.ok = len(weights), n, ok
			part.why = &trace.Node{Args: runs}
		}
		if ok {
			weights, sum = append(weights, due), sum.Add(due)
		} else {
			weights = append(weights, decimal.Zero)
		}
	}
	if at >= 0 && part.ok {
		if part.value, err = shareOfTarget(sum, den, weights, at, scale); err != nil {
			return nil, err
		}
		part.why.Op, part.why.Label, part.why.Value, part.why.Flags = trace.Prorated, "personal."+name, fact.DecimalText(part.value), trace.WasPart
		part.why.Detail = fmt.Sprintf("%d of %d %s", num, den, proration.Days(basis))
		if len(part.why.Args) == 1 {
			part.why.Args[0].Detail = ""
		}
		if len(weights) > 1 {
			part.why.Detail += ", by largest remainder"
		} else {
			part.why.Detail += ", half-even"
		}
		if basis.StartDayNotCounted {
			part.why.Detail += ", the start day not counted"
		}
		if num == den && len(part.why.Args) == 1 { // it is the value as it stands
			part.why = nil
		}
	}
	f.parts = append(f.parts, part)
	return &f.parts[len(f.parts)-1], nil
}

// due is what a personal value comes to over the days of the segment in a window: each value times its days.
func (s *Segment) due(name string, window calendar.Range, b calendar.Basis) (due decimal.Decimal, num, den int64, runs []*trace.Node, ok bool, err error) {
	steps := make([]proration.Step, 0, len(s.Personal))
	ok = true
	for _, p := range s.Personal {
		v, found := p.Values[name]
		if days := p.Days.Intersect(window).Intersect(s.Days); !days.Empty() {
			ok = ok && found
			steps = append(steps, proration.Step{Days: days, Part: v})
		}
	}
	w, err := proration.Of(s.Days, window, b, steps)
	if err != nil {
		return due, 0, 0, nil, false, err
	}
	left := w.Num
	for _, step := range w.Steps {
		left -= step.Num
		runs = append(runs, valueNode(name, step, b))
	}
	if left != 0 || len(runs) == 0 { // a value of one, which needs no step
		runs = append(runs, &trace.Node{Op: trace.Input, Label: "personal." + name, Value: "1", Detail: fmt.Sprintf("%d %s", left, proration.Days(b))})
	}
	return w.Due, w.Num, w.Den, runs, ok && len(steps) > 0, nil
}

func valueNode(name string, step proration.Counted, b calendar.Basis) *trace.Node {
	return &trace.Node{Op: trace.Input, Label: "personal." + name, Value: fact.DecimalText(step.Part), Detail: fmt.Sprintf("%d %s of %s", step.Num, proration.Days(b), step.Days)}
}

// shareOfTarget divides what all segments are worth, a sum of values times days of so many, by their weights.
func shareOfTarget(sum decimal.Decimal, den int64, weights []decimal.Decimal, at int, scale int32) (decimal.Decimal, error) {
	whole := divided(sum, den, scale)
	if len(weights) == 1 || sum.IsZero() {
		return whole, nil
	}
	units := whole.Shift(scale).BigInt()
	parts, err := money.AllocateUnits(units, weights, money.Policy{})
	if err != nil {
		return whole, err
	}
	return decimal.NewFromBigInt(parts[at], -scale), nil
}

// divided is a quotient, rounded half-even to so many places.
func divided(sum decimal.Decimal, den int64, scale int32) decimal.Decimal {
	num, by := sum.Coefficient(), big.NewInt(den)
	if shift := int(scale) + int(sum.Exponent()); shift >= 0 {
		num.Mul(num, fixed.Pow10Big(shift))
	} else {
		by.Mul(by, fixed.Pow10Big(-shift))
	}
	return decimal.NewFromBigInt(fixed.DivRound(num, by, fixed.HalfEven), -scale)
}

// targetNode explains prorated target pay; nil where it is the value as it stands.
func (f *filler) targetNode(i int, day calendar.Date, unit string) *trace.Node {
	part, err := f.target(i, day)
	if err != nil || part.why == nil {
		return nil
	}
	why := *part.why
	why.Unit = unit
	for _, run := range why.Args {
		run.Unit = unit
	}
	return &why
}
