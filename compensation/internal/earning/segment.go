package earning

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/internal/exact"
	"github.com/payproof/payproof/compensation/internal/pooling"
	"github.com/payproof/payproof/compensation/internal/proration"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/trace"
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

// Segment is a run of days that a payee spends on one plan. A change of plan cuts, and whatever else the plan says that
// it does. Unless it is joined to others, a segment has its own quota, and its measures begin at zero.
type Segment struct {
	Plan     *plan.Plan
	Days     calendar.Range
	Personal []Personal // runs of days in order, together the segment's
	// Joined says that it may go on from the one before. Group is the days over which measures and quotas count then,
	// and Unit those of Group that are blended: paid together, for one attainment. Otherwise both are Days.
	Joined      bool
	Group, Unit calendar.Range
}

// group is the days over which measures and quotas count.
func (s *Segment) group() calendar.Range {
	if s.Joined {
		return s.Group
	}
	return s.Days
}

// unit is the days that are paid together.
func (s *Segment) unit() calendar.Range {
	if s.Joined {
		return s.Unit
	}
	return s.Days
}

// Personal is the values that an assignment sets for a run of days.
type Personal struct {
	Days   calendar.Range
	Values map[string]decimal.Decimal // by the name that the plan declares
	// Overridden are those that an override stands in the place of, and why.
	Overridden map[string]string
}

// overridden explains an input that is a personal value with an override on some days; why is how the value follows otherwise, if at all.
func (s *Segment) overridden(name string, days calendar.Range, unit string, why *trace.Node) *trace.Node {
	var causes []string
	var value decimal.Decimal
	for _, p := range s.Personal {
		cause, is := p.Overridden[name]
		if is && p.Days.Overlaps(days) && !slices.Contains(causes, cause) {
			causes, value = append(causes, cause), p.Values[name]
		}
	}
	if causes == nil {
		return why
	}
	detail := strings.Join(causes, "; ")
	if why == nil {
		return &trace.Node{Op: trace.Input, Label: "personal." + name, Value: fact.DecimalText(value), Unit: unit, Detail: detail, Flags: trace.Overridden}
	}
	why.Detail, why.Flags = strings.TrimPrefix(why.Detail+"; "+detail, "; "), why.Flags|trace.Overridden
	return why
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

// goesOn reports whether the next segment is of the same plan, blended, and of the days of a period: what is paid for them
// is paid once.
func (w *worker) goesOn(segment int, period calendar.Range) bool {
	if segment+1 == len(w.Segments) || !w.Segments[segment].Joined {
		return false
	}
	s, next := &w.Segments[segment], &w.Segments[segment+1]
	return next.Joined && next.Plan == s.Plan && next.Unit == s.Unit && next.Days.Overlaps(period)
}

// ownDays is a segment with the days of those before it that go on with it.
func (w *worker) ownDays(segment int, period calendar.Range) *Segment {
	first := segment
	for first > 0 && w.goesOn(first-1, period) {
		first--
	}
	if first == segment {
		return &w.Segments[segment]
	}
	own := w.Segments[segment]
	own.Personal = nil
	for _, s := range w.Segments[first : segment+1] {
		own.Personal = append(own.Personal, s.Personal...)
	}
	own.Days.From = w.Segments[first].Days.From
	return &own
}

// join makes a line of a period, which was evaluated for all that the segment goes on from, that of its own: less what the
// position was worth with which it began, and of what is blended its share of time.
func (w *worker) join(l *Line, f *filler, period, mine calendar.Range, inputs func(string) *trace.Node) bool {
	s := &w.Segments[f.segment]
	if start := s.Unit.From; period.From.Before(start) && s.Group.From.Before(start) {
		before := *l
		before.Exact, before.Why = Exact{}, nil
		if !w.failed(l, f.forPeriod(mine, start.AddDays(-1))) || !w.evaluate(l.Component, f.row, &before, inputs) {
			return false
		}
		l.Exact = exact.From(l.Exact.Decimal().Sub(before.Exact.Decimal()))
		l.follows(trace.Sub, fmt.Sprintf("less what it would be worth before %s", start), before.Why)
	}
	own := f.own.Days.Intersect(mine)
	if own == mine {
		return true
	}
	num, all, b, err := shareOfTime(own, mine, period, s.Plan.Prorate.Basis)
	if !w.failed(l, err) {
		return false
	}
	l.Exact = exact.From(divided(l.Exact.Decimal().Mul(decimal.New(num, 0)), all, quotientPlaces))
	l.follows(trace.Prorated, fmt.Sprintf("%d of %d %s, half-even to %d places", num, all, proration.Days(b), quotientPlaces), nil)
	return true
}

// shareOfTime is how many of the days of some in a period are own, as the basis counts them; where it counts months, or none of
// them, calendar days.
func shareOfTime(own, mine, period calendar.Range, b calendar.Basis) (num, all int64, by calendar.Basis, err error) {
	if b.Method == calendar.CalendarDaysOf365 || b.Method == calendar.WholeMonths {
		b = calendar.Basis{}
	}
	w, err := proration.Of(mine, period, b, []proration.Step{{Days: own}})
	if err == nil && w.Num == 0 && (b.Method != calendar.CalendarDays || b.StartDayNotCounted) {
		return shareOfTime(own, mine, period, calendar.Basis{})
	}
	if err != nil {
		return 0, 0, b, err
	}
	for _, step := range w.Steps {
		num = step.Num
	}
	return num, w.Num, b, nil
}

// follows explains that a line is what it was evaluated to, and something done with it.
func (l *Line) follows(op trace.Op, detail string, other *trace.Node) {
	if l.Why == nil {
		return
	}
	value := fact.DecimalText(l.Exact.Decimal())
	n := &trace.Node{Op: op, Label: "segment", Value: value, Unit: l.Why.Unit, Detail: detail, Args: []*trace.Node{inner(l.Why)}}
	if other != nil {
		n.Args = append(n.Args, inner(other))
	}
	if op == trace.Prorated {
		n.Flags = trace.WasPart
	}
	l.Why = &trace.Node{Op: trace.Earning, Label: l.Why.Label, Value: value, Unit: l.Why.Unit, At: l.Why.At, Args: []*trace.Node{n}}
}

// inner is what a line was evaluated to.
func inner(why *trace.Node) *trace.Node {
	if why.Op == trace.Earning && len(why.Args) == 1 {
		return why.Args[0]
	}
	return why
}

// score fills how somebody scored an objective. Who scores it is whom the relationship gives on the last day; before anybody has, it pays
// nothing, and says so.
func (f *filler) score(i int, s plan.Slot) error {
	w, period := f.w, f.w.Clock.periodOf(f.c.Every, f.day)
	score, ok := w.Scores.Find(w.Payee, s.Name, period, w.AsOf)
	path := w.path(period, "") + " objective=" + s.Name
	switch related := w.Related(w.Payee, s.Along, f.day); {
	case !ok && w.Asked.Contains(f.day):
		w.out.Found = append(w.out.Found, source.Warnf("score-missing", source.Span{File: path}, "nobody has scored it yet: it pays nothing until somebody does").
			WithHint("state it in the scores (scores.csv: %s,%s,%s,SCORE,%s)", w.Payee, s.Name, w.Program.Calendar.Format(period), cmp.Or(strings.Join(related, " or "), "BY")))
	case ok && !slices.Contains(related, string(score.By)):
		whom := "nobody"
		if len(related) > 0 {
			whom = strings.Join(related, " or ")
		}
		w.out.Found = append(w.out.Found, fault(path, "score-by", "correct who scored it, or the edge "+s.Along, "it was scored by %s, and %s leads to %s on %s", score.By, s.Along, whom, f.day))
	}
	return f.row.SetDecimal(i, score.Value)
}

// scoreNode explains a score.
func (f *filler) scoreNode(i int, unit string) *trace.Node {
	s, period := f.c.Slots[i], f.w.Clock.periodOf(f.c.Every, f.day)
	score, ok := f.w.Scores.Find(f.w.Payee, s.Name, period, f.w.AsOf)
	n := &trace.Node{Op: trace.Input, Label: s.Name, Value: fact.DecimalText(score.Value), Unit: unit, Detail: "scored for " + f.w.Program.Calendar.Format(period) + " by " + string(score.By)}
	if !ok {
		n.Flags, n.Detail = trace.Defaulted, "not scored yet for "+f.w.Program.Calendar.Format(period)
	}
	return n
}

// following are the versions of a plan that begin behind one.
func (w *worker) following(p *plan.Plan) (out []*plan.Plan) {
	for i := range w.Program.Plans {
		if o := &w.Program.Plans[i]; o != p && o.ID == p.ID && !p.Effective.To.IsZero() && !o.Effective.From.Before(p.Effective.To) {
			out = append(out, o)
		}
	}
	return out
}

// poolNode explains a share: the amount, the payee's weight, and that of all.
func (l *Line) poolNode(whole money.Amount, one pooling.Member, all *pooling.Members, mode money.Rounding) {
	unit, amount := l.Why.Unit, l.Why.Args[len(l.Why.Args)-1]
	if text := fact.DecimalText(whole.Decimal()); text != amount.Value {
		amount = &trace.Node{Op: trace.Round, Label: l.Component.Name, Value: text, Unit: unit, Detail: mode.String() + " to the minor unit", Flags: trace.Rounded, Args: []*trace.Node{amount}}
	}
	how := "weight times days"
	if l.Component.Pool.AllDays {
		how = "weight"
	}
	value := fact.DecimalText(l.Exact.Decimal())
	n := &trace.Node{
		Op: trace.Prorated, Label: l.Component.Name, Value: value, Unit: unit, Flags: trace.WasPart,
		Detail: fmt.Sprintf("%s of %s, %s of %d who divide it, by largest remainder, equal ones by payee", fact.DecimalText(one.Weight), fact.DecimalText(all.Sum), how, len(all.List)),
		Args: []*trace.Node{
			amount,
			{Op: trace.Input, Label: string(one.Payee), Value: fact.DecimalText(one.Weight), Detail: fmt.Sprintf("%s, %d days", how, one.Days)},
			{Op: trace.Input, Label: "all", Value: fact.DecimalText(all.Sum), Detail: fmt.Sprintf("%s of %d", how, len(all.List))},
		},
	}
	l.Why = &trace.Node{Op: trace.Earning, Label: l.Component.Name, Value: value, Unit: unit, At: l.Component.At, Args: []*trace.Node{n}}
}

// earnedNode lists what was earned for a window, before it was rounded.
func (w *worker) earnedNode(at *window, unit string) *trace.Node {
	n := &trace.Node{
		Op: trace.Sum, Label: "already earned", Value: fact.DecimalText(at.sum.Decimal()), Unit: unit,
		Detail: "for " + w.Program.Calendar.Format(at.Period) + ", since " + at.days.From.String() + ", before caps and draws",
	}
	for _, p := range at.earned {
		n.Args = append(n.Args, &trace.Node{Op: trace.Input, Label: "earned for " + w.Program.Calendar.Format(p.period), Value: fact.DecimalText(p.exact.Decimal()), Unit: unit})
	}
	return n
}
