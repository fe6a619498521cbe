package earning

import (
	"cmp"
	"slices"
	"sync"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/internal/exact"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/trace"
)

// slots are the inputs that a component's formulas really read.
func slots(c *plan.Component) []int {
	var out []int
	for i, in := range c.Inputs {
		if c.Uses(in.Name) {
			out = append(out, i)
		}
	}
	return out
}

// Forms are what filling the inputs of a program's components takes, found once for all payees.
type Forms struct {
	of map[*plan.Component]*form
}

// form is what one component takes.
type form struct {
	used     []int           // the inputs that the formulas really read
	measures []measured      // by input
	late     []bool          // by input: only the gate reads it, and it is known only later
	joins    bool            // a measure begins with the payee's run on the plan
	additive bool            // what it pays for several credits is what it pays for their sum
	targets  []calendar.Unit // by input, the window of which it is prorated target pay; 0: it is not
	idle     sync.Pool       // of fillers that nobody uses
}

// measured is the measure that an input reads, or whose quota it is.
type measured struct {
	measure.Measure
	periodic bool
	nth      int // among Measures
}

// Prepare finds what the components of a program take.
func Prepare(p *plan.Program) *Forms {
	out, all := &Forms{of: map[*plan.Component]*form{}}, Measures(p)
	for at := range p.Plans {
		for k := range p.Plans[at].Components {
			c := &p.Plans[at].Components[k]
			out.of[c] = prepared(p, &p.Plans[at], c, all)
		}
		if of := p.Plans[at].Windfall; of != nil {
			for _, c := range of.Deals { // order: each is on its own
				out.of[c] = prepared(p, &p.Plans[at], c, all)
			}
		}
	}
	return out
}

// prepared is what one component takes.
func prepared(p *plan.Program, of *plan.Plan, c *plan.Component, all []measure.Measure) *form {
	f := &form{used: slots(c), measures: make([]measured, len(c.Slots)), late: make([]bool, len(c.Slots)), targets: make([]calendar.Unit, len(c.Slots)), additive: c.Credit != "" && additive(p, c)}
	for _, i := range f.used {
		m := &f.measures[i]
		switch s := c.Slots[i]; {
		case folds(s.From):
			m.Measure, _ = p.Measured(s.Name)
			m.nth = slices.Index(all, m.Measure)
			f.late[i] = s.From == plan.FromMeasure && plan.Late(*c, m.Measure)
			f.joins = f.joins || m.Reach == measure.PlanDate
		case s.From == plan.FromQuota:
			m.Measure, _ = p.Measure(s.Name)
		case s.From == plan.FromPersonal:
			f.targets[i] = targetOf(of, c, s.Name)
		}
		m.periodic = m.Periodic()
	}
	return f
}

// filler puts values into the row of a component.
type filler struct {
	*form
	w        *worker
	segment  int
	c        *plan.Component
	row      *dsl.Row
	readings []reading              // by input, of the period at hand
	windows  []windows              // by input
	openings map[windowKey]*reading // what windows of carried measures open with
	since    calendar.Date          // the first day of the payee's run on the plan, for measures that begin there
	parts    []targetPart           // of target pay, that were found
	own      *Segment               // of a period, the days of the plan that are paid
	from     calendar.Date          // before the segment's first day, from which its windows are computed again; zero: there is none
	open     bool                   // the gate is not known yet: what only it reads is left out
	known    calendar.Date          // the last day of the window of what only the gate reads
	day      calendar.Date          // as of the end of which a period is read
	until    calendar.Date          // the day before which measures are read; zero: the last of the days that are paid
	skip     bool                   // a quota is missing, and the plan skips what needs it
}

// filler is one that nobody uses, until it is released.
func (w *worker) filler(segment int, c *plan.Component) *filler {
	form := w.Forms.of[c]
	f, ok := form.idle.Get().(*filler)
	if !ok {
		f = &filler{
			form: form, c: c, row: dsl.Env{Inputs: c.Inputs}.NewRow(), openings: map[windowKey]*reading{},
			readings: make([]reading, len(c.Slots)), windows: make([]windows, len(c.Slots)),
		}
	}
	f.w, f.segment = w, segment
	if f.joins {
		f.since = w.joined(segment)
	}
	return f
}

// release forgets what is the payee's. The filler is another's from then on.
func (f *filler) release() {
	f.row.Reset()
	if f.w.Totals == nil {
		clear(f.readings)
	}
	clear(f.openings)
	clear(f.parts)
	f.day = calendar.Date{}
	f.w, f.own, f.since, f.from, f.known, f.skip, f.open, f.parts = nil, nil, calendar.Date{}, calendar.Date{}, calendar.Date{}, false, false, f.parts[:0]
	f.idle.Put(f)
}

func (f *filler) program() *plan.Program { return f.w.Program }

// common fills what depends on the segment and the day only. day decides the
// windows of quotas; days is the period for period.start and period.end.
func (f *filler) common(i int, day calendar.Date, days calendar.Range) error {
	switch s := f.c.Slots[i]; s.From {
	case plan.FromQuota:
		return f.quota(i, day)
	case plan.FromPersonal:
		return f.personal(i, s.Name, day, days)
	case plan.FromWeight:
		return f.row.SetDecimal(i, f.c.Weight)
	case plan.FromEarned:
		sum, err := f.earnedSo(s, nil)
		if err == nil {
			err = f.row.SetDecimal(i, sum.Decimal())
		}
		return err
	case plan.FromScore:
		return f.score(i, s)
	case plan.FromStart:
		f.row.SetDate(i, days.From)
	case plan.FromEnd:
		f.row.SetDate(i, days.To.AddDays(-1))
	}
	return nil
}

// personal fills a personal value: for a credit that of its day, for a period the
// one over its days.
func (f *filler) personal(i int, name string, day calendar.Date, days calendar.Range) error {
	if f.targets[i] != 0 {
		part, err := f.target(i, day)
		if err != nil || !part.ok {
			f.row.SetMissing(i)
			return err
		}
		return f.row.SetDecimal(i, part.value)
	}
	segment := &f.w.Segments[f.segment]
	v, ok := segment.at(name, day)
	if f.c.Credit == "" {
		v, _, ok = f.own.over(name, days, f.c.Inputs[i].Scale)
	}
	if !ok {
		f.row.SetMissing(i)
		return nil
	}
	return f.row.SetDecimal(i, v)
}

// weightNode explains the weight of a component.
func (f *filler) weightNode(unit string) *trace.Node {
	return &trace.Node{Op: trace.Literal, Label: "weight", Value: fact.DecimalText(f.c.Weight), Unit: unit, Detail: "the part of the target pay that " + f.c.Name + " is worth", At: f.c.At}
}

// event fills what comes from a credit and its event.
func (f *filler) event(i int, c *crediting.Credit) error {
	switch s := f.c.Slots[i]; s.From {
	case plan.FromAmount:
		return f.row.SetDecimal(i, c.Amount)
	case plan.FromShare:
		return f.row.SetDecimal(i, c.Share)
	case plan.FromDate:
		f.row.SetDate(i, c.Date())
	case plan.FromEvent:
		return f.field(i, s.Name, c.Event)
	}
	return nil
}

func (f *filler) field(i int, name string, e *crediting.Event) error {
	at := e.Schema().Index(name)
	if at < 0 || !e.Cells[at].Has {
		f.row.SetMissing(i)
		return nil
	}
	cell, field := e.Cells[at], e.Schema().Fields[at]
	switch field.Type {
	case crediting.Key, crediting.Payee, crediting.PayeeList, crediting.Enum:
		return f.row.SetText(i, cell.Text)
	case crediting.Date:
		f.row.SetDate(i, calendar.FromOrdinal(int32(cell.Int)))
		return nil
	}
	return f.row.SetDecimal(i, decimal.New(cell.Int, -int32(field.Scale)))
}

// earnedSo is what a component earned for the periods of the window around a day, up to that day: before caps and holds, and less what
// was taken back with attainment. As of measures, what counts begins with the segment, or with what that goes on from. It tells each line.
func (f *filler) earnedSo(s plan.Slot, tell func(*Line)) (sum money.Amount, err error) {
	w, mine := f.w, &f.w.Segments[f.segment]
	in, since := w.Clock.periodOf(s.Window, f.day), mine.group().From
	if !f.from.IsZero() && f.from.Before(since) {
		since = f.from
	}
	for i := range w.out.Lines {
		l := &w.out.Lines[i]
		if l.Component.Name != s.Name || l.Plan.ID != mine.Plan.ID || w.window(l.EarnedFor, s.Window) != in {
			continue
		}
		if w.Totals != nil && w.goesPast(l, f.day) { // what of the sum is earned by then, only credits tell
			w.doubt()
		}
		if l.on.Before(since) || f.day.Before(l.on) {
			continue
		}
		if !f.until.IsZero() && !l.on.Before(f.until) {
			continue
		}
		if back := l.Of != nil || l.Taken; back {
			from := l
			if l.Of != nil {
				from = l.Of
			}
			if c := ClawbackOf(from.Plan, from.Component.Name, l.Credit.Event); c != nil && c.Keep {
				continue
			}
		}
		if sum, err = sum.Add(l.Amount); err != nil {
			return sum, err
		}
		if tell != nil {
			tell(l)
		}
	}
	return sum, nil
}

// goesPast reports whether a line adds up credits of a day and of later ones.
func (w *worker) goesPast(l *Line, day calendar.Date) bool {
	month, err := w.Clock.Range(l.EarnedFor)
	return l.Component.Credit != "" && err == nil && !day.Before(later(month.From, w.Segments[l.segment].Days.From)) && day.Before(l.on)
}

// earnedSoNode explains it by the periods that it was earned for.
func (f *filler) earnedSoNode(i int, unit string) *trace.Node {
	s, day := f.c.Slots[i], f.day
	var of []calendar.Period
	parts := map[calendar.Period]money.Amount{}
	sum, err := f.earnedSo(s, func(l *Line) {
		part, is := parts[l.EarnedFor]
		if !is {
			of = append(of, l.EarnedFor)
		}
		parts[l.EarnedFor], _ = part.Add(l.Amount) // as the sum of all did
	})
	if err != nil {
		return nil
	}
	cal := f.program().Calendar
	n := &trace.Node{
		Op: trace.Sum, Label: s.Name, Value: fact.DecimalText(sum.Decimal()), Unit: unit,
		Detail: "earned for " + cal.Format(f.w.Clock.periodOf(s.Window, day)) + ", up to " + day.String() + ", before caps and holds",
	}
	slices.SortFunc(of, calendar.Period.Compare)
	for _, p := range of {
		n.Args = append(n.Args, &trace.Node{Op: trace.Input, Label: "earned for " + cal.Format(p), Value: fact.DecimalText(parts[p].Decimal()), Unit: unit})
	}
	return n
}

// inOrder puts lines into the order of their segments and components, where some were computed behind others: first by pay period, then
// what was earned, then what is taken back.
func (w *worker) inOrder() {
	nth := func(l *Line) int {
		return slices.IndexFunc(l.Plan.Components, func(c plan.Component) bool { return c.Name == l.Component.Name })
	}
	slices.SortStableFunc(w.out.Lines, func(a, b Line) int {
		if by := a.PostedIn.Compare(b.PostedIn); by != 0 || a.Of != nil || b.Of != nil {
			if by == 0 && (a.Of == nil) != (b.Of == nil) {
				by = 1
				if a.Of == nil {
					by = -1
				}
			}
			return by
		}
		return cmp.Or(cmp.Compare(a.segment, b.segment), cmp.Compare(nth(&a), nth(&b)))
	})
}

// pool pays the payee's share of a pool, for every period that ends in the horizon, or with the plan. The amount is read over all days on which the
// plan holds, whoever divides it.
func (w *worker) pool(segment int, c *plan.Component) {
	p := w.Segments[segment].Plan
	if slices.ContainsFunc(w.Segments[:segment], func(s Segment) bool { return s.Plan == p }) {
		return // which was paid with the first
	}
	for _, of := range w.Clock.within(c.Every, w.horizon(p, c)) {
		days := of.days
		if p.Stops || len(w.following(p)) > 0 {
			days = days.Intersect(p.Effective)
		} else {
			days = days.Intersect(calendar.Range{From: p.Effective.From})
		}
		if days.Empty() || !slices.ContainsFunc(w.Segments, func(s Segment) bool { return s.Plan == p && s.Days.Overlaps(days) }) {
			continue
		}
		if last := days.To.AddDays(-1); !last.Before(w.Horizon.From) && last.Before(w.Horizon.To) {
			l := Line{Payee: w.Payee, Plan: p, Component: c, EarnedFor: of.Period, PostedIn: w.month(last), segment: int32(segment), on: last}
			if w.share(&l, days) {
				w.out.Lines = append(w.out.Lines, l)
			}
		}
	}
}

// share gives a line the payee's part of a pool; it reports whether there is one.
func (w *worker) share(l *Line, days calendar.Range) bool {
	c := l.Component
	members, err := w.Pool(l.Plan, c, days)
	if err != nil {
		w.out.Found = append(w.out.Found, fault(w.path(l.EarnedFor, ""), "pool-weight", "state it in the assignments, zero or more", "%s: %v", c.Name, err))
		return false
	}
	j := w.Job
	j.Room, j.Segments = nil, []Segment{{Plan: l.Plan, Days: days, Personal: []Personal{{Days: days}}}}
	all := newWorker(j)
	f := all.filler(0, c)
	defer f.release()
	f.own = &all.Segments[0]
	if !w.failed(l, f.forPeriod(days, days.To.AddDays(-1))) {
		return false
	}
	var inputs func(string) *trace.Node
	if w.Explain != nil {
		inputs = func(input string) *trace.Node { return f.explainPeriod(input, days) }
	}
	if !all.evaluate(c, f.row, l, inputs) {
		w.out.Found = append(w.out.Found, all.out.Found...)
		return false
	}
	whole, err := l.Exact.Amount(w.Program.Currency)
	if err == nil {
		whole, err = whole.Round(max(0, w.Program.Currency.Digits()), w.Program.Rounding)
	}
	if !w.failed(l, err) {
		return false
	}
	part, one, ok, err := members.Share(whole, w.Payee)
	if !w.failed(l, err) || !ok {
		return false
	}
	if members.Sum.IsZero() && !whole.IsZero() && w.Asked.Contains(l.on) {
		w.out.Found = append(w.out.Found, source.Warnf("pool-undivided", source.Span{File: w.path(l.EarnedFor, "")}, "%s: all weights are zero, so that nobody is paid the %s", c.Name, whole).WithHint("state weights in the assignments"))
	}
	l.Exact = exact.From(part.Decimal())
	if l.Why != nil {
		l.poolNode(whole, one, members, w.Program.Rounding)
	}
	return true
}
