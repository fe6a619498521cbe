package earning

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/internal/proration"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/compensation/terms"
	"github.com/payproof/payproof/dsl"
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
	if c.ToDate != 0 {
		return c.ToDate
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

// weigh is how much of the window the days of a segment are, and what is due on them: by the rule of its own plan, if
// that counts days alike.
func (f *filler) weigh(s *Segment, window calendar.Range, measure string, rule plan.QuotaRule) (proration.Weight, error) {
	own, ok := s.Plan.Quota(measure)
	if !ok || own.Prorate != rule.Prorate || own.Basis.Method != rule.Basis.Method || own.Basis.StartDayNotCounted != rule.Basis.StartDayNotCounted {
		return proration.Of(s.Days, window, rule.Basis, nil)
	}
	steps := proration.Combine(f.w.ramp(s, own), f.w.relief(window, own))
	return proration.Of(s.Days, window, rule.Basis, steps)
}

// ramp is the months of who is new on the plan of a segment, with what is due in each.
func (w *worker) ramp(s *Segment, rule plan.QuotaRule) (steps []proration.Step) {
	if rule.Ramp == nil {
		return nil
	}
	came := w.Came(w.Payee, s.Plan, s.Days.From)
	if came.IsZero() {
		return nil
	}
	for i, part := range rule.Ramp {
		days := calendar.Range{From: came.AddMonths(i), To: came.AddMonths(i + 1)}
		steps = append(steps, proration.Step{Days: days, Part: part, Why: fmt.Sprintf("month %d of the ramp", i+1)})
	}
	return steps
}

// relief is the days of causes for which less is due. Of several on one day the one counts that relieves of most.
func (w *worker) relief(window calendar.Range, rule plan.QuotaRule) (steps []proration.Step) {
	if rule.Relief == nil {
		return nil
	}
	for days, edges := range w.Relief(w.Payee, window) {
		most, why := decimal.Zero, ""
		for _, e := range edges {
			at := slices.IndexFunc(rule.Relief, func(r terms.Relief) bool { return r.Cause == e.To })
			if at < 0 {
				continue
			}
			if share := decimal.Min(one, rule.Relief[at].Share.Mul(e.Share)); share.GreaterThan(most) {
				most, why = share, e.To
			}
		}
		if last := len(steps) - 1; last >= 0 && steps[last].Days.To == days.From && steps[last].Why == why && steps[last].Part.Equal(one.Sub(most)) {
			steps[last].Days.To = days.To
		} else if why != "" {
			steps = append(steps, proration.Step{Days: days, Part: one.Sub(most), Why: why})
		}
	}
	return steps
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
