package earning

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/internal/leaf"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/trace"
)

// Measures are those that the formulas of a program read, each once.
func Measures(p *plan.Program) (out []measure.Measure) {
	for i := range p.Plans {
		for k := range p.Plans[i].Components {
			c := &p.Plans[i].Components[k]
			for _, at := range slots(c) {
				if !folds(c.Slots[at].From) {
					continue
				}
				if m, ok := p.Measured(c.Slots[at].Name); ok && !slices.Contains(out, m) {
					out = append(out, m)
				}
			}
		}
	}
	return out
}

// folds reports whether a slot is filled with a measure.
func folds(s plan.Source) bool {
	return s == plan.FromMeasure || s == plan.FromBefore || s == plan.FromAfter
}

// Carries reports whether the value of a measure may depend on all windows before.
func Carries(p *plan.Program) bool {
	for i := range p.Plans {
		if slices.ContainsFunc(p.Plans[i].Components, func(c plan.Component) bool { return len(c.Carried) > 0 }) {
			return true
		}
	}
	return false
}

// reading is a measure read on a day, and what it folds.
type reading struct {
	m     *measure.Measure
	value decimal.Decimal
	days  calendar.Range
	items []measure.Item
	opens *reading // the window before, whose value below zero is part of this one's; nil: none
}

// read folds the measure of an input for the segment at the end of a day.
func (f *filler) read(i int, day calendar.Date) reading { return f.over(i, day, f.window(i, day)) }

// over folds the measure of an input over some days that end with a day, or before it.
func (f *filler) over(i int, day calendar.Date, days calendar.Range) reading {
	m := &f.measures[i].Measure
	r := reading{m: m, days: days}
	r.value, r.items = f.series(m, day).Over(r.days)
	r.open(f.opening(m, r.days.From))
	return r
}

// open adds what a window opens with.
func (r *reading) open(before *reading) {
	if r.opens = before; before != nil {
		r.value = r.value.Add(before.value)
	}
}

// windowKey is a window of a measure.
type windowKey struct {
	name string
	from calendar.Date
}

// opening is the window before the one that begins on a day, if it closed below zero and the component
// carries that; nil: there is nothing to carry.
func (f *filler) opening(m *measure.Measure, from calendar.Date) *reading {
	if !slices.Contains(f.c.Carried, m.Name) {
		return nil
	}
	key := windowKey{m.Name, from}
	last, ok := f.openings[key]
	if ok {
		return last
	}
	for _, days := range f.closed(m, from) {
		r := reading{m: m, days: days}
		r.value, r.items = f.series(m, days.From).Over(days)
		r.open(last)
		if last = nil; r.value.IsNegative() {
			last = &r
		}
	}
	f.openings[key] = last
	return last
}

// closed are the windows of a measure before a day, in order, from the first that has anything in it, while the
// payee is on the plan.
func (f *filler) closed(m *measure.Measure, before calendar.Date) (out []calendar.Range) {
	first, ok := f.series(m, before).First()
	if !ok || !first.Before(before) {
		return nil
	}
	all, at := f.w.history(f.segment)
	if at < 0 {
		return nil
	}
	var last calendar.Range
	for i, s := range all[start(all, at) : at+1] {
		own := s.group()
		if i > 0 && own == last { // it goes on
			continue
		}
		last = own
		days := own.Intersect(calendar.Range{From: first, To: before})
		for p := range f.program().Calendar.Periods(m.Window, days) {
			if whole, err := f.program().Calendar.Range(p); err == nil {
				out = append(out, whole.Intersect(own))
			}
		}
	}
	return out
}

// window is the days of the measure of an input that count for the segment on a day. A period is cut at the
// segment's days; what looks back over them says so itself.
func (f *filler) window(i int, day calendar.Date) calendar.Range {
	segment, m := &f.w.Segments[f.segment], &f.measures[i]
	days := f.days(i, day)
	if !m.periodic {
		return days
	}
	if m.Window == calendar.UnitWeek { // which may begin before the fiscal year, where Segments begin
		whole := f.w.whole(f.segment)
		segment = &whole
	}
	own := segment.group()
	if !f.from.IsZero() && f.from.Before(own.From) {
		own.From = f.from
	}
	return days.Intersect(own)
}

// days are those of the measure of an input on a day. They are the same for all payees, unless they begin with the
// payee's run on the plan.
func (f *filler) days(i int, day calendar.Date) calendar.Range {
	m := &f.measures[i]
	if m.Reach == measure.PlanDate {
		return m.Days(f.program().Calendar, day, f.since)
	}
	return f.windows[i].get(day, func() calendar.Range { return m.Days(f.program().Calendar, day, f.since) })
}

// windows are the days of a measure by the day of reading.
type windows struct {
	few  [8][2]calendar.Range // as most are the ends of months: the day alone, and its window
	n    int
	many map[calendar.Date]calendar.Range
}

func (w *windows) get(day calendar.Date, find func() calendar.Range) calendar.Range {
	for i := range w.n {
		if w.few[i][0].From == day {
			return w.few[i][1]
		}
	}
	days, ok := w.many[day]
	switch {
	case ok:
		return days
	case w.n < len(w.few):
		days = find()
		w.few[w.n] = [2]calendar.Range{{From: day}, days}
		w.n++
		return days
	case w.many == nil:
		w.many = map[calendar.Date]calendar.Range{}
	}
	w.many[day] = find()
	return w.many[day]
}

// history is the payee's segments from the beginning of time.
func (w *worker) history(segment int) (all []Segment, at int) {
	all = w.Around(calendar.Range{To: w.Segments[segment].Days.To})
	at = slices.IndexFunc(all, func(s Segment) bool {
		return s.Plan == w.Segments[segment].Plan && s.Days.Contains(w.Segments[segment].Days.From)
	})
	return all, at
}

// whole is a segment with the days that it has before the fiscal year.
func (w *worker) whole(segment int) Segment {
	if all, at := w.history(segment); at >= 0 {
		return all[at]
	}
	return w.Segments[segment]
}

// joined is the first day of the payee's run on the plan, through its versions.
func (w *worker) joined(segment int) calendar.Date {
	all, at := w.history(segment)
	if at < 0 {
		return w.Segments[segment].Days.From
	}
	return all[start(all, at)].Days.From
}

// start is the first segment of the run on a plan, through its versions.
func start(all []Segment, at int) int {
	for at > 0 && all[at-1].Plan.ID == all[at].Plan.ID && all[at-1].Days.To == all[at].Days.From {
		at--
	}
	return at
}

// series is seriesOf, without what is taken back where measures do not fall by that.
func (f *filler) series(m *measure.Measure, day calendar.Date) *measure.Series {
	if f.cuts(m) {
		return f.countedSeries(m)
	}
	back := gross(f.w.Segments[f.segment].Plan, f.c.Name)
	if back == nil {
		return f.w.seriesOf(m, day)
	}
	key := m.Name + "\x00" + back.By // which no measure is called
	if f.w.series[key] == nil {
		credits, places := f.w.withoutTaken(back)
		f.w.series[key] = f.w.Groups.Own(*m, credits, places)
	}
	return f.w.series[key]
}

// seriesOf is what a measure folds for the payee, made once.
func (w *worker) seriesOf(m *measure.Measure, day calendar.Date) *measure.Series {
	if m.Whose.Who == measure.Team && !w.alone[m.Name] && w.Asked.Contains(day) && !w.Groups.InTeam(*m, w.Payee, day) {
		w.alone[m.Name] = true
		w.out.Found = append(w.out.Found, source.Warnf("no-team", source.Span{File: w.path(w.month(day), "")},
			"%s is of a team, but no edge %s leads from the payee on %s", m.Name, m.Whose.Along, day).
			WithHint("add the edge to edges.csv, with its dates"))
	}
	if s := w.series[m.Name]; s != nil {
		return s
	}
	w.series[m.Name] = w.Groups.Of(*m, w.Payee, func() *measure.Series { return w.Groups.Own(*m, w.Credits, w.Places) })
	return w.series[m.Name]
}

var measureOps = map[measure.Aggregate]trace.Op{
	measure.Sum: trace.Sum, measure.Count: trace.Count, measure.CountDistinct: trace.Distinct, measure.Max: trace.Largest,
	measure.Min: trace.Min, measure.WeightedSum: trace.Sum,
}

// node lists what a measure folds.
func (r reading) node(f *filler, unit string) *trace.Node {
	n := r.total(unit)
	n.Args = f.items(*r.m, r.items, unit)
	if r.opens != nil {
		before := r.opens.node(f, unit)
		before.Detail += ": " + shown(r.opens.days) + ", which closed below zero"
		n.Args = append(n.Args, before)
	}
	return n
}

// total is the node without the list.
func (r reading) total(unit string) *trace.Node {
	n := &trace.Node{Op: measureOps[r.m.How], Label: r.m.Name, Value: fact.DecimalText(r.value), Unit: unit, Detail: r.m.String()}
	if !r.m.Periodic() {
		n.Detail += ": " + shown(r.days)
	}
	return n
}

// shown is a range of days with its last day, as people write it.
func shown(days calendar.Range) string {
	if days.Empty() {
		return "no days"
	}
	if days.From.IsZero() {
		return "up to " + days.To.AddDays(-1).String()
	}
	return days.String()
}

// items explain what a measure folds. Where reversals leave less of an item than it was, and that is what counts, it
// stands with what they take; what they leave nothing of is left out.
func (f *filler) items(m measure.Measure, items []measure.Item, unit string) (out []*trace.Node) {
	switch m.How {
	case measure.CountDistinct, measure.Max, measure.Min:
	default:
		for _, i := range items {
			out = append(out, f.item(m, i, unit))
		}
		return out
	}
	for _, net := range measure.Nets(items) {
		left, ok := net.Left()
		if !ok {
			continue
		}
		n := f.item(m, net.Item, unit)
		if len(net.Taken) > 0 && m.How != measure.CountDistinct {
			n = &trace.Node{Op: trace.Sum, Value: fact.DecimalText(left), Unit: unit, Args: []*trace.Node{n}}
			for _, i := range net.Taken {
				n.Args = append(n.Args, f.item(m, i, unit))
			}
		}
		out = append(out, n)
	}
	return out
}

// item explains what a measure counts: a credit or an event, times its weight.
func (f *filler) item(m measure.Measure, i measure.Item, unit string) *trace.Node {
	var n *trace.Node
	if i.Credit != nil {
		t, _ := f.program().Type(i.Credit.Type)
		n = f.w.creditNode(i.Credit, t.Unit.Short())
		if m.Whose.Who != measure.Payee {
			n.Detail = string(i.Credit.Payee) + ": " + n.Detail
		}
	} else {
		n = f.counted(m, i, unit)
	}
	switch m.How {
	case measure.CountDistinct:
		n.Detail = m.Field + " " + i.Key + ", " + n.Detail
	case measure.WeightedSum:
		weight := &trace.Node{Op: trace.Input, Label: strings.Join(strings.Fields(m.By.Text), " "), Value: fact.DecimalText(i.Weight), Unit: "ratio", Detail: "the weight of event " + string(i.Event.Source().ID)}
		n = &trace.Node{Op: trace.Mul, Value: fact.DecimalText(i.Amount), Unit: unit, Args: []*trace.Node{n, weight}}
	}
	return n
}

// counted is an event that counts as it is: its value is that of the field that counts.
func (f *filler) counted(m measure.Measure, i measure.Item, unit string) *trace.Node {
	at := i.Event.Source().Schema().Index(m.Value)
	if r := i.Event.Reversal(); r != nil {
		n := &trace.Node{Op: trace.Event, Label: string(i.Event.ID), Detail: "takes back " + r.String(), Args: []*trace.Node{leaf.Event(r.Of)}}
		if at >= 0 {
			n.Value, n.Unit, n.Args[0].Value, n.Args[0].Unit = fact.DecimalText(r.Field(at).Neg()), unit, r.Of.Show(at), unit
		}
		return n
	}
	n := leaf.Event(i.Event)
	if at >= 0 {
		n.Value, n.Unit = i.Event.Show(at), unit
	}
	return n
}
