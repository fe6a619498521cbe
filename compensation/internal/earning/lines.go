package earning

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/internal/exact"
	"github.com/payproof/payproof/compensation/internal/leaf"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/trace"
)

// running is a measure that moves credit by credit.
type running struct {
	input         int
	m             *measure.Measure
	cursor        *measure.Cursor
	before, after reading
	slices        bool    // the formulas read both
	explained     bool    // the credit at hand has been
	told          reading // what the lines above explain
	paid          bool    // after is that of a windfall as it is paid
	toldPaid      bool    // and so is told
}

// runnings are the measures that a component's formulas name, by name.
func (f *filler) runnings() (byName map[string]*running, ordered []*running) {
	byName = map[string]*running{}
	for _, i := range f.used {
		s := f.c.Slots[i]
		if s.From != plan.FromBefore && s.From != plan.FromAfter {
			continue
		}
		if r := byName[s.Name]; r != nil {
			r.slices = r.slices || !s.Attained
			continue
		}
		byName[s.Name] = &running{input: i, m: &f.measures[i].Measure}
		ordered = append(ordered, byName[s.Name])
	}
	return byName, ordered
}

// move reads the measure without a credit and with it, by the credit's place among
// all.
func (r *running) move(f *filler, day calendar.Date, place int) {
	if r.cursor == nil || r.m.Whose.Who == measure.Team {
		s := f.series(r.m, day)
		if r.cursor == nil {
			r.cursor = s.Cursor()
		}
	}
	if r.explained {
		r.told, r.toldPaid, r.explained = r.after, r.paid, false
	}
	r.paid = false
	days := f.window(r.input, day)
	r.before, r.after = reading{m: r.m, days: days}, reading{m: r.m, days: days}
	r.before.value, r.before.items = r.cursor.Before(days, place)
	r.after.value, r.after.items = r.cursor.After(days, place)
	opening := f.opening(r.m, days.From)
	r.before.open(opening)
	r.after.open(opening)
}

// perCredit evaluates a component once for each credit of its type, in declared
// order.
func (w *worker) perCredit(segment int, c *plan.Component) {
	f := w.filler(segment, c)
	defer f.release()
	byName, measures := f.runnings()
	days := w.Segments[segment].Days
	if horizon := w.horizon(w.Segments[segment].Plan, c); w.Horizon.From.Before(horizon.From) {
		days = days.Intersect(horizon)
	}
	mine := w.ofType(c.Credit)
	w.out.Lines = slices.Grow(w.out.Lines, len(mine))
	for _, k := range mine {
		credit := w.Credits[k]
		if !days.Contains(credit.Date()) {
			continue
		}
		if credit.Event.Reversal() != nil {
			if back := w.clawbackOf(w.Segments[segment].Plan, c.Name, credit.Event); back != nil && back.Current {
				month := w.month(credit.Date())
				l := Line{Payee: w.Payee, Plan: w.Segments[segment].Plan, Component: c, Credit: credit, EarnedFor: month, PostedIn: month, segment: int32(segment), on: credit.Date()}
				if w.again(&l, f, back, measures, byName, w.Places[k]) {
					w.out.Lines = append(w.out.Lines, l)
				}
			}
			continue
		}
		for _, m := range measures {
			m.move(f, credit.Date(), w.Places[k])
		}
		month := w.month(credit.Date())
		l := Line{Payee: w.Payee, Plan: w.Segments[segment].Plan, Component: c, Credit: credit, EarnedFor: month, PostedIn: month, segment: int32(segment), on: credit.Date()}
		asked, deal := credit, (*windfall)(nil)
		if of := l.Plan.Windfall; of != nil && of.Covers(c.Name) {
			if deal = w.windfallOf(segment, credit); deal != nil {
				asked = f.asDeal(of, deal, credit, measures, w.Places[k])
			}
		}
		if !w.failed(&l, f.forCredit(asked, byName)) || f.skip {
			f.skip = false
			continue
		}
		var inputs func(string) *trace.Node
		if w.Explain != nil {
			inputs = func(input string) *trace.Node { return f.explainInput(input, asked, byName) }
		}
		if w.evaluate(c, f.row, &l, inputs) && (deal == nil || w.above(&l, f, deal)) {
			w.out.Lines = append(w.out.Lines, l)
		}
	}
}

// ofType are the places of the payee's credits of a type, in declared order, found once for all components.
func (w *worker) ofType(name string) []int {
	if w.byType == nil {
		w.byType = map[string][]int{}
		for k, c := range w.Credits {
			w.byType[c.Type] = append(w.byType[c.Type], k)
		}
	}
	return w.byType[name]
}

// forCredit fills the row for one credit.
func (f *filler) forCredit(c *crediting.Credit, measures map[string]*running) error {
	month, err := f.w.Clock.Range(f.w.month(c.Date()))
	if err != nil {
		return err
	}
	for _, i := range f.used {
		s := f.c.Slots[i]
		switch s.From {
		case plan.FromBefore:
			err = f.row.SetDecimal(i, measures[s.Name].before.value)
		case plan.FromAfter:
			err = f.row.SetDecimal(i, measures[s.Name].after.value)
		case plan.FromMeasure:
			err = f.row.SetDecimal(i, f.read(i, c.Date()).value)
		case plan.FromAmount, plan.FromShare, plan.FromDate, plan.FromEvent:
			err = f.event(i, c)
		default:
			err = f.common(i, c.Date(), month)
		}
		if err == nil {
			err = f.attain(i, c.Date())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// explainInput is the tree behind an input of a formula for a credit.
func (f *filler) explainInput(input string, c *crediting.Credit, measures map[string]*running) *trace.Node {
	for _, i := range f.used {
		if f.c.Inputs[i].Name != input {
			continue
		}
		s, unit := f.c.Slots[i], f.c.Inputs[i].Unit.Short()
		if n := f.standInNode(i, c.Date(), unit); n != nil {
			return n
		}
		switch s.From {
		case plan.FromWeight:
			return f.weightNode(unit)
		case plan.FromAmount:
			return f.w.creditNode(c, unit)
		case plan.FromMeasure:
			return f.read(i, c.Date()).node(f, unit)
		case plan.FromBefore:
			return measures[s.Name].beforeNode(f, c, unit)
		case plan.FromAfter:
			return measures[s.Name].afterNode(f, c, unit)
		case plan.FromQuota:
			if q, err := f.due(i, c.Date()); err == nil {
				return q.node(f, s.Name, unit)
			}
		case plan.FromPersonal:
			var why *trace.Node
			if f.targets[i] != 0 {
				why = f.targetNode(i, c.Date(), unit)
			}
			return f.w.Segments[f.segment].overridden(s.Name, calendar.Range{From: c.Date(), To: c.Date().AddDays(1)}, unit, why)
		case plan.FromEvent:
			return leaf.Event(c.Event)
		}
	}
	return nil
}

// beforeNode lists what came before. Where the line above ends with the same, it goes on from
// there; but not in a rolling window, whose oldest items leave.
func (r *running) beforeNode(f *filler, c *crediting.Credit, unit string) *trace.Node {
	r.explained = true
	detail := fmt.Sprintf("%s before event %s", r.m, c.Event.ID)
	told := r.told.days.From == r.before.days.From && len(r.told.items) == len(r.before.items) && (!r.toldPaid || r.told.value.Equal(r.before.value))
	if told && len(r.told.items) > 0 && r.m.Reach != measure.Rolling {
		return r.before.goesOn(unit, detail+": as after the one above")
	}
	n := r.before.node(f, unit)
	n.Detail = detail
	return n
}

// afterNode is the measure with the credit. What it is more than before is the credit, so that
// only where nothing explains what was before, all is listed.
func (r *running) afterNode(f *filler, c *crediting.Credit, unit string) *trace.Node {
	r.explained = true
	detail := fmt.Sprintf("%s with event %s", r.m, c.Event.ID)
	if r.slices && r.m.Reach != measure.Rolling {
		return r.after.goesOn(unit, detail)
	}
	n := r.after.node(f, unit)
	n.Detail = detail
	return n
}

// goesOn is a total that the lines around it explain.
func (r reading) goesOn(unit, detail string) *trace.Node {
	n := r.total(unit)
	n.Op, n.Detail = trace.Cumulative, detail
	return n
}

// EventNode is the leaf of every explanation: the line of the feed, with its fields.
func EventNode(e *crediting.Event) *trace.Node { return leaf.Event(e) }

// dealKey is a credit, as the plan of a segment sees it.
type dealKey struct {
	segment int
	credit  *crediting.Credit
}

// windfall is a credit above a size.
type windfall struct {
	size decimal.Decimal
	why  *trace.Node // the size, when explaining
}

// windfallOf tells whether a credit is a windfall by the plan of a segment; nil: it is none.
func (w *worker) windfallOf(segment int, c *crediting.Credit) *windfall {
	of := w.Segments[segment].Plan.Windfall
	if of == nil || of.Deals[c.Type] == nil || c.Event.Reversal() != nil {
		return nil
	}
	key := dealKey{segment, c}
	known, is := w.windfalls[key]
	if !is {
		if known = w.tell(segment, of.Deals[c.Type], c); w.windfalls == nil {
			w.windfalls = map[dealKey]*windfall{}
		}
		w.windfalls[key] = known
	}
	return known
}

// tell asks the condition of windfalls, and the size.
func (w *worker) tell(segment int, by *plan.Component, c *crediting.Credit) *windfall {
	f := w.filler(segment, by)
	defer f.release()
	l := Line{Component: by, Credit: c, EarnedFor: w.month(c.Date())}
	if !w.failed(&l, f.forCredit(c, nil)) || f.skip { // without a quota there is no size
		return nil
	}
	if by.Gate != nil {
		if v, err := by.Gate.Eval(f.row); err != nil || !v.Bool() {
			w.failed(&l, err)
			return nil
		}
	}
	v, err := by.Pays.Eval(f.row)
	if !w.failed(&l, err) || c.Amount.LessThanOrEqual(v.Decimal()) {
		return nil
	}
	made := &windfall{size: v.Decimal()}
	if w.Explain != nil {
		made.why, _, err = by.Pays.Explain(f.row, func(input string) *trace.Node { return f.explainInput(input, c, nil) })
		w.failed(&l, err)
	}
	return made
}

// as is a credit as if it were of another amount.
func (w *worker) as(c *crediting.Credit, amount decimal.Decimal) *crediting.Credit {
	other := *c
	other.Amount = amount
	if w.altered == nil {
		w.altered = map[*crediting.Credit]*crediting.Credit{}
	}
	w.altered[&other] = c
	return &other
}

// creditNode explains a credit, also one that counts as if it were less.
func (w *worker) creditNode(c *crediting.Credit, unit string) *trace.Node {
	of := w.altered[c]
	if of == nil {
		return leaf.Credit(c, unit)
	}
	detail := "as much of it as lies up to the size of a windfall"
	if of.Event.Reversal() != nil {
		detail = "as much as what is left of the windfall counts less"
	}
	return &trace.Node{Op: trace.Prorated, Label: "windfall", Value: fact.DecimalText(c.Amount), Unit: unit, Flags: trace.WasPart, Detail: detail, Args: []*trace.Node{leaf.Credit(of, unit)}}
}

// asDeal is a windfall as it is paid: where what lies above has a rate of its own, as a deal of the size. It is paid as if so much of it
// counted; what it counts for others is said elsewhere.
func (f *filler) asDeal(of *plan.Windfall, deal *windfall, c *crediting.Credit, measures []*running, place int) *crediting.Credit {
	paid := c
	if of.Rate != nil {
		paid = f.w.as(c, deal.size)
	}
	for _, r := range measures {
		if !of.About(r.m.Name) || !own(r.m) {
			continue
		}
		fold := r.m.Fold()
		r.paid = true
		r.after = reading{m: r.m, days: r.before.days, items: slices.Clone(r.before.items)}
		_, mine := f.w.Groups.Own(*r.m, []*crediting.Credit{paid}, []int{place}).Over(calendar.Range{})
		r.after.items = append(r.after.items, mine...)
		for _, i := range r.after.items {
			fold.Add(i)
		}
		r.after.value = fold.Value()
		r.after.open(r.before.opens)
	}
	return paid
}

// above adds to a line what is paid of a windfall for what lies above the size, if the component pays at all.
func (w *worker) above(l *Line, f *filler, deal *windfall) bool {
	rate := l.Plan.Windfall.Rate
	if rate == nil {
		return true
	}
	if c := l.Component; c.Gate != nil {
		if v, err := c.Gate.Eval(f.row); err != nil || !v.Bool() {
			return w.failed(l, err)
		}
	}
	more := l.Credit.Amount.Sub(deal.size)
	paid := more.Mul(*rate)
	l.Exact = exact.From(l.Exact.Decimal().Add(paid))
	if l.Why == nil {
		return true
	}
	unit, n := l.Why.Unit, len(l.Why.Args)-1
	sub := &trace.Node{Op: trace.Sub, Label: "above", Value: fact.DecimalText(more), Unit: unit, Args: []*trace.Node{leaf.Credit(l.Credit, unit), deal.why}}
	part := &trace.Node{
		Op: trace.Mul, Label: "windfall", Value: fact.DecimalText(paid), Unit: unit, At: l.Plan.Windfall.At,
		Args: []*trace.Node{sub, {Op: trace.Literal, Label: "rate", Value: fact.DecimalText(*rate), Unit: "ratio", At: l.Plan.Windfall.At}},
	}
	l.Why.Value = fact.DecimalText(l.Exact.Decimal())
	l.Why.Args[n] = &trace.Node{Op: trace.Add, Label: "with what lies above", Value: l.Why.Value, Unit: unit, Args: []*trace.Node{l.Why.Args[n], part}}
	return true
}
