package earning

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/internal/proration"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/trace"
	"github.com/payproof/payproof/quota"
)

// dueQuota is the quota of a segment for a window: the stated one, or what of it
// is due for the segment's days.
type dueQuota struct {
	segment int
	measure string
	window  calendar.Period
	from    calendar.Date   // before the segment's first day, from which its windows are computed again; zero: there is none
	until   calendar.Date   // the first day that is not due any more, where only a part is; zero: all of it is
	part    decimal.Decimal // of the segment: the amount, but for what is not due yet
	due     string          // of the part that is, for explanations
	amount  decimal.Decimal
	coef    int64 // of the amount, at so many decimal places, where it is narrow
	scale   uint8
	narrow  bool
	stated  []quota.Quota
	found   decimal.Decimal // what they come to
	year    calendar.Period // of which whole is a part; zero: none
	whole   decimal.Decimal // of the window
	weight  proration.Weight
	how     string // the part was divided, for explanations
	days    string // what is counted
	missing bool
	none    bool // missing: there is one, and nothing of it is due
	own     bool // for each credit, what is stated for the segment is so for all that it goes on from
	// members are the segments that it is of, where not the same is stated for all of them.
	members []member
}

// noQuotaError says that a quota is needed and not there.
type noQuotaError struct {
	measure, window string
	none            bool // it is there, and nothing of it is due
}

// Error names the measure and its window.
func (e *noQuotaError) Error() string {
	if e.none {
		return fmt.Sprintf("nothing is due of the quota of %s for %s", e.measure, e.window)
	}
	return fmt.Sprintf("there is no quota of %s for %s", e.measure, e.window)
}

// quota fills a quota input, and notes where there is none.
func (f *filler) quota(i int, day calendar.Date) error {
	q, err := f.due(i, day)
	if err != nil {
		return err
	}
	if q.missing && f.rule(i).Without.StandsIn() {
		return f.set(i, 1, 0)
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
	known, own := &f.w.Room.quotas, f.c.Credit != ""
	q := dueQuota{segment: f.segment, measure: name, window: window, own: own, from: f.from}
	if f.c.QuotaToDate {
		q.until = day.AddDays(1)
	}
	for k := len(*known) - 1; k >= 0; k-- {
		if o := &(*known)[k]; o.segment == q.segment && o.window == window && o.measure == name && o.own == own && o.from == q.from && o.until == q.until {
			return o, nil
		}
	}
	rule := f.rule(i)
	if err := f.find(&q, rule, m); err != nil {
		return nil, err
	}
	if q.missing {
		if rule.Without == plan.WithoutError {
			return nil, &noQuotaError{name, f.program().Calendar.Format(window), q.none}
		}
		*known = append(*known, q)
		return &(*known)[len(*known)-1], nil
	}
	if e := q.amount.Exponent(); e <= 0 && e >= -mostDigits && q.amount.NumDigits() <= mostDigits { // as most are
		q.coef, q.scale, q.narrow = q.amount.CoefficientInt64(), uint8(-e), true
	}
	*known = append(*known, q)
	return &(*known)[len(*known)-1], nil
}

// find finds what of the quota is due.
func (f *filler) find(q *dueQuota, rule plan.QuotaRule, m *measured) error {
	window, err := f.w.Clock.Range(q.window)
	if err != nil {
		return err
	}
	mine := &f.w.Segments[f.segment]
	ok, err := f.state(q, rule, early(rule, mine, window))
	if q.missing = !ok; q.missing || err != nil {
		return err
	}
	q.amount = q.whole
	if rule.Prorate || rule.Ramp != nil || rule.Relief != nil || mine.Joined && !rule.From.IsZero() {
		err = f.prorate(q, rule, m, window)
		q.none = err == nil && q.weight.Due.IsZero() && (q.weight.Num > 0 || rule.Basis.Method == calendar.WorkingDays)
	}
	q.none = q.none || err == nil && q.year != calendar.Period{} && q.whole.IsZero() && !q.found.IsZero()
	if q.missing = q.none; q.missing || err != nil {
		return err
	}
	if q.part = q.amount; !q.until.IsZero() {
		unit, _ := f.program().MeasureUnit(m.Measure)
		err = f.toDate(q, rule, unit)
	}
	return err
}

// early reports whether on the days of a segment in a window the quota holds that was known before the last change.
func early(rule plan.QuotaRule, s *Segment, window calendar.Range) bool {
	return s.Days.Intersect(window).From.Before(rule.From)
}

// state finds what is stated for the window, or that part of what is stated for the year.
func (f *filler) state(q *dueQuota, rule plan.QuotaRule, early bool) (ok bool, err error) {
	find := f.w.Quotas.Find
	if early {
		find = f.w.Quotas.Before
	}
	q.year = calendar.Period{}
	q.found, q.stated, ok = find(f.w.Payee, q.measure, q.window, f.w.AsOf)
	if q.whole = q.found; !ok && rule.Season != nil {
		q.year = f.w.Clock.in(q.window, calendar.UnitYear)
		if q.found, q.stated, ok = find(f.w.Payee, q.measure, q.year, f.w.AsOf); ok {
			q.whole, err = f.season(q, rule)
		}
	}
	return ok, err
}

// season is the part of a year's quota that the window has. The parts of all windows come to the year's.
func (f *filler) season(q *dueQuota, rule plan.QuotaRule) (decimal.Decimal, error) {
	first, err := f.program().Calendar.First(q.year, q.window.Unit)
	if err != nil {
		return decimal.Zero, err
	}
	return f.divide(q.found, rule.Season, int(q.window.Index-first.Index))
}

// divide is a part of a quota, by largest remainder.
func (f *filler) divide(whole decimal.Decimal, weights []decimal.Decimal, at int) (decimal.Decimal, error) {
	places := int32(max(plan.QuotaScale, f.program().Currency.Digits()))
	units := whole.Shift(places)
	if !units.IsInteger() {
		return decimal.Zero, fmt.Errorf("the quota %s is finer than the %d places at which it is divided", fact.DecimalText(whole), places)
	}
	parts, err := money.AllocateUnits(units.BigInt(), weights, money.Policy{})
	if err != nil {
		return decimal.Zero, err
	}
	return decimal.NewFromBigInt(parts[at], -places), nil
}

// prorate gives the segment what is due for its days, and for those of others that it goes on from. The parts of all segments
// of the window, of the days without a plan, and of what is not due, sum to the whole.
func (f *filler) prorate(q *dueQuota, rule plan.QuotaRule, m *measured, window calendar.Range) (err error) {
	me := &f.w.Segments[f.segment]
	var weights []decimal.Decimal
	var members []member
	covered, due := decimal.Zero, decimal.Zero
	for i, s := range f.w.Around(window) {
		ours := s.group().Overlaps(me.group()) && (me.Joined || s.Plan == me.Plan)
		f.again(&s, ours && len(members) == 0, ours, window)
		w, err := f.weigh(&s, window, q.measure, rule)
		if err != nil {
			return err
		}
		weights, covered = append(weights, w.Due), covered.Add(w.Due)
		if !ours {
			continue
		}
		other := member{at: i, weight: w, dueQuota: *q}
		if !q.own && s.Joined && s.Unit.Overlaps(me.Unit) && early(rule, &s, window) != early(rule, me, window) {
			if _, err := f.state(&other.dueQuota, rule, early(rule, &s, window)); err != nil {
				return err
			}
		}
		members = append(members, other)
		due = due.Add(w.Due)
		q.weight.Num, q.weight.Den, q.weight.Steps = q.weight.Num+w.Num, w.Den, append(q.weight.Steps, w.Steps...)
	}
	if len(members) == 0 {
		return nil
	}
	q.weight.Due = due
	q.how, q.days = "by largest remainder", proration.Days(rule.Basis)
	rest := decimal.Max(decimal.Zero, decimal.New(q.weight.Den, 0).Sub(covered))
	if !rule.Prorate { // the days of the members stand for all of the window
		q.weight.Den, rest = q.weight.Num, decimal.New(q.weight.Num, 0).Sub(due)
		mine := make([]decimal.Decimal, 0, len(members))
		for i := range members {
			mine, members[i].at = append(mine, weights[members[i].at]), i
		}
		weights = mine
	}
	same := !slices.ContainsFunc(members, func(o member) bool { return !o.whole.Equal(q.whole) })
	if q.weight.Den == 0 || same && due.Equal(decimal.New(q.weight.Den, 0)) {
		return nil
	}
	if !same {
		q.members = members
	}
	unit, _ := f.program().MeasureUnit(m.Measure)
	if unit.Money == 0 {
		q.how = "half-even"
	}
	if rule.Basis.StartDayNotCounted {
		q.how += ", the start day not counted"
	}
	if unit.Money == 0 {
		sum := decimal.Zero
		for _, o := range members {
			sum = sum.Add(o.whole.Mul(o.weight.Due))
		}
		q.amount = divided(sum, q.weight.Den, plan.QuotaScale)
		return nil
	}
	q.amount, err = f.together(members, append(weights, rest))
	return err
}

// again gives a segment that computes its windows again from an earlier day the days since, and takes them from those before.
func (f *filler) again(s *Segment, first, ours bool, window calendar.Range) {
	switch {
	case f.from.IsZero():
	case first:
		s.Days.From = later(f.from, window.From)
	case !ours && s.Days.From.Before(f.w.Segments[f.segment].Days.From) && s.Days.Overlaps(calendar.Range{From: f.from}):
		s.Days.To = later(f.from, s.Days.From)
	}
}

// together is what members have of what is stated for each, divided by the weights of all.
func (f *filler) together(members []member, weights []decimal.Decimal) (sum decimal.Decimal, err error) {
	for _, o := range members {
		amount, err := money.FromDecimal(o.whole, f.program().Currency)
		if err != nil {
			return sum, err
		}
		parts, err := money.Allocate(amount, weights, money.Policy{})
		if err != nil {
			return sum, err
		}
		sum = sum.Add(parts[o.at].Decimal())
	}
	return sum, nil
}

// member is a segment whose quota is part of one: its place among all of the window, and what is stated for it.
type member struct {
	dueQuota
	at     int
	weight proration.Weight
}

// node explains a quota.
func (q *dueQuota) node(f *filler, name string, unit string) *trace.Node {
	n := q.partNode(f, name, unit)
	if q.due != "" {
		n = &trace.Node{Op: trace.Prorated, Label: name, Value: fact.DecimalText(q.amount), Unit: unit, Flags: trace.WasPart, Detail: q.due, Args: []*trace.Node{n}}
	}
	return n
}

// rule is what the plan says of the quota of an input.
func (f *filler) rule(i int) plan.QuotaRule {
	rule, _ := f.w.Segments[f.segment].Plan.Quota(f.c.Slots[i].Name)
	return rule
}

// attain sets what attainment holds against a quota that is not there, if something stands in for that.
func (f *filler) attain(i int, day calendar.Date) error {
	if !f.c.Slots[i].Attained {
		return nil
	}
	q, err := f.due(i, day)
	if err != nil || !q.missing {
		return err
	}
	return f.set(i, attainment(f.rule(i)), 0)
}

// attainment is what stands in for a quota that is not there.
func attainment(rule plan.QuotaRule) int64 {
	if rule.Without == plan.WithoutAll {
		return 1
	}
	return 0
}

// standInNode explains an input whose value follows from what stands in for a quota; nil: it does not.
func (f *filler) standInNode(i int, day calendar.Date, unit string) *trace.Node {
	rule := f.rule(i)
	if s := f.c.Slots[i]; !s.Attained && s.From != plan.FromQuota || !rule.Without.StandsIn() {
		return nil
	}
	q, err := f.due(i, day)
	if err != nil || !q.missing {
		return nil
	}
	value, none := int64(1), noQuotaError{q.measure, f.program().Calendar.Format(q.window), q.none}
	if f.c.Slots[i].Attained {
		value = attainment(rule)
	}
	return &trace.Node{
		Op: trace.Literal, Label: q.measure, Value: strconv.FormatInt(value, 10), Unit: unit, Flags: trace.Defaulted, At: rule.At,
		Detail: fmt.Sprintf("%s: `without quota` makes the attainment %d%%", none.Error(), 100*attainment(rule)),
	}
}

// partNode explains what of a quota is the segment's.
func (q *dueQuota) partNode(f *filler, name string, unit string) *trace.Node {
	if q.weight.Den == 0 || len(q.members) == 0 && q.weight.Due.Equal(decimal.New(q.weight.Den, 0)) {
		return q.statedNode(f, name, unit)
	}
	n := &trace.Node{
		Op: trace.Prorated, Label: name, Value: fact.DecimalText(q.part), Unit: unit, Flags: trace.WasPart,
		Detail: fmt.Sprintf("%s of %d %s, %s", fact.DecimalText(q.weight.Due), q.weight.Den, q.days, q.how),
	}
	for i := range q.members {
		o := &q.members[i]
		stated := o.statedNode(f, name, unit)
		stated.Detail += fmt.Sprintf(", for %s %s", fact.DecimalText(o.weight.Due), q.days)
		n.Args = append(n.Args, stated)
	}
	if len(q.members) == 0 {
		n.Args = append(n.Args, q.statedNode(f, name, unit))
	}
	for _, s := range q.weight.Steps {
		n.Args = append(n.Args, &trace.Node{Op: trace.Input, Label: s.Why, Value: fact.DecimalText(decimal.New(s.Num, 0).Mul(s.Part)), Unit: "days", Detail: fmt.Sprintf("%d %s of %s, each at %s%%", s.Num, q.days, s.Days, fact.DecimalText(s.Part.Shift(2)))})
	}
	return n
}

// statedNode is what is stated for the window, or that part of what is stated for the year.
func (q *dueQuota) statedNode(f *filler, name, unit string) *trace.Node {
	cal := f.program().Calendar
	window := q.window
	if q.year != (calendar.Period{}) {
		window = q.year
	}
	stated := &trace.Node{Op: trace.Quota, Label: name, Value: fact.DecimalText(q.found), Unit: unit, Detail: string(f.w.Payee) + ", " + cal.Format(window)}
	if len(q.stated) > 1 {
		stated.Op = trace.Sum
		for _, part := range q.stated {
			stated.Args = append(stated.Args, &trace.Node{Op: trace.Quota, Label: name, Value: fact.DecimalText(part.Amount), Unit: unit, Detail: string(part.Payee) + ", " + cal.Format(part.Period)})
		}
	}
	if window == q.window {
		return stated
	}
	rule, _ := f.w.Segments[f.segment].Plan.Quota(name)
	first, _ := cal.First(q.year, q.window.Unit)
	return &trace.Node{
		Op: trace.Prorated, Label: name, Value: fact.DecimalText(q.whole), Unit: unit, Flags: trace.WasPart,
		Detail: fmt.Sprintf("%s%% of the year for %s, by largest remainder", fact.DecimalText(rule.Season[q.window.Index-first.Index].Shift(2)), cal.Format(q.window)), Args: []*trace.Node{stated},
	}
}
