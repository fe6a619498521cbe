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
	mine := &f.w.Segments[f.segment]
	name, basis, scale := f.c.Slots[i].Name, mine.Plan.Prorate.Basis, int32(f.c.Inputs[i].Scale)
	if mine.Joined {
		if err := f.joinedTarget(&part, name, window, scale); err != nil {
			return nil, err
		}
		f.parts = append(f.parts, part)
		return &f.parts[len(f.parts)-1], nil
	}
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
		how := "half-even"
		if len(weights) > 1 {
			how = "by largest remainder"
		}
		part.explain(name, num, den, how, basis)
	}
	f.parts = append(f.parts, part)
	return &f.parts[len(f.parts)-1], nil
}

// joinedTarget is the part for the days of all that the segment goes on from, at what is the mean of its own: position in
// tables, or the share of time, make the segment's part of it.
func (f *filler) joinedTarget(part *targetPart, name string, window calendar.Range, scale int32) error {
	mine := f.own
	if mine == nil {
		mine = &f.w.Segments[f.segment]
	}
	basis := mine.Plan.Prorate.Basis
	due, n, den, runs, ok, err := mine.due(name, window, basis)
	if err != nil {
		return err
	}
	all, err := proration.Of(mine.group(), window, basis, nil)
	if part.ok = ok; err != nil || !ok || n == 0 {
		return err
	}
	part.value = divided(due.Mul(decimal.New(all.Num, 0)), n*den, scale)
	part.why = &trace.Node{Args: runs}
	part.explain(name, all.Num, den, "half-even", basis)
	return nil
}

// explain says how the part follows; nothing where it is the value as it stands.
func (p *targetPart) explain(name string, num, den int64, how string, b calendar.Basis) {
	why := p.why
	if num == den && len(why.Args) == 1 {
		p.why = nil
		return
	}
	why.Op, why.Label, why.Value, why.Flags = trace.Prorated, "personal."+name, fact.DecimalText(p.value), trace.WasPart
	why.Detail = fmt.Sprintf("%d of %d %s, %s", num, den, proration.Days(b), how)
	if len(why.Args) == 1 {
		why.Args[0].Detail = ""
	}
	if b.StartDayNotCounted {
		why.Detail += ", the start day not counted"
	}
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
