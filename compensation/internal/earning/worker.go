// Package earning computes what one payee earns: each component of each plan the
// payee was on, over the payee's credits, rounded and capped. It reads facts and posts
// nothing; the same program explains what it computes, when asked.
package earning

import (
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/internal/exact"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/fx"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/trace"
	"github.com/payproof/payproof/quota"
)

// Line is one earning of a component: for one credit, or for one period.
type Line struct {
	Payee     fact.PayeeID      // who earned
	Plan      *plan.Plan        // the plan that the payee was on
	Component *plan.Component   // what it pays for
	Credit    *crediting.Credit // nil: of a period
	EarnedFor calendar.Period   // the period that it belongs to
	PostedIn  calendar.Period   // the pay period whose payment it is part of
	Exact     Exact             // what the formula gave
	Amount    money.Amount      // what is posted: rounded, cumulatively unless the component says otherwise
	Before    Rounding          // what the rounding started from
	Why       *trace.Node       // the evaluated formula, when explaining
	Of        *Line             // the earning that a reversal takes back in part; nil: it is an earning itself
	Taken     bool              // it is taken back at the rate that is reached now
	Portion   string            // Of: how much is taken back, where not all is
	Whole     money.Amount      // Of: what would be taken back otherwise
	PaidOnly  bool              // Of: Portion is of what was paid; what is held is cancelled
	Converted *Conversion       // into the currency of the payee, in which Amount is then; nil: that is the company's
}

// Conversion is how an amount of the company's currency became one of the payee's.
type Conversion struct {
	Stated     money.Amount // in the company's currency
	Quote      fx.Quote     // by which it was converted
	Whole      money.Amount // Recorded: of the line, in the company's currency
	Recorded   bool         // it takes back what was converted by Quote, by the part that Stated is of Of
	Of         money.Amount // Recorded: what was earned, in the company's currency
	Paid       money.Amount // Recorded: the same in the payee's
	Before     money.Amount // Recorded: what was taken of Of before, in the company's currency, without its sign
	Taken      money.Amount // Recorded: the same in the payee's
	Now        *fx.Quote    // Recorded: the rate of the day, where the difference to it is posted
	Difference money.Amount // Recorded: what Stated comes to by Now, less what it does by Quote
}

// Rounding is the state of cumulative rounding before a line.
type Rounding struct {
	Exact  Exact        // the sum of what formulas gave
	Posted money.Amount // the sum of what was posted
}

// Job is one payee to compute, and all it depends on.
type Job struct {
	Program  *plan.Program
	Quotas   *quota.Set    // the numbers to reach
	AsOf     fact.Revision // what is known
	Payee    fact.PayeeID
	Segments []Segment                                                                 // of the fiscal years that Horizon touches, in order
	Around   func(calendar.Range) []Segment                                            // the segments of any range
	Relief   func(fact.PayeeID, calendar.Range) iter.Seq2[calendar.Range, []fact.Edge] // the causes of a quota's relief, by days
	Came     func(fact.PayeeID, *plan.Plan, calendar.Date) calendar.Date               // since when a payee, who is on a plan on a day, has had its role
	Credits  []*crediting.Credit                                                       // of the payee, in declared order
	Places   []int                                                                     // of each of Credits among all credits
	Groups   *measure.Groups                                                           // of all that the measures fold
	Totals   Totals                                                                    // in place of Credits, Places and Groups; nil: those are there
	Forms    *Forms                                                                    // of the program
	Clock    *Clock                                                                    // of its calendar
	Horizon  calendar.Range                                                            // the days computed: from the first day of a fiscal year
	Path     bool                                                                      // what reversals take is what they would leave out, whatever plans say of clawbacks
	Since    calendar.Date                                                             // before it in Horizon, only what is held is computed
	Asked    calendar.Range                                                            // the days asked for, at the end of Horizon
	Room     *Room                                                                     // nil: there is none
	Explain  func(*plan.Component, calendar.Period) bool                               // what to explain, by component and pay period; nil is nothing
}

// Result is everything computed for one payee.
type Result struct {
	Lines []Line             // by pay period, then segment, component and declared order
	Cuts  []Cut              // what caps took and gave back
	Found source.Diagnostics // errors and warnings, each with its path
	// Unclear says that Totals do not decide what is earned: the rest is worth nothing, and the credits are needed.
	Unclear bool
}

// Room is what computing one payee needs, for one after another. A result that was computed in it is good until the
// next one is.
type Room struct {
	worker worker
	lines  []Line
	cuts   []Cut
	plans  []*plan.Plan
	states []capState
	quotas []dueQuota // that were found
}

// worker computes one payee. It belongs to one goroutine.
type worker struct {
	Job
	out    Result
	series map[string]*measure.Series // by measure
	byType map[string][]int           // places of credits; nil until it is asked for
	alone  map[string]bool            // measures of a team for which the payee was found to be in none
	undone undone
}

// Compute runs every component of the payee's plans over the payee's credits.
func Compute(j Job) Result {
	w := newWorker(j)
	w.undone.find(w.Job)
	w.room()
	for i := range w.Segments {
		s := &w.Segments[i]
		for k := range s.Plan.Components {
			c := &s.Plan.Components[k]
			switch {
			case w.Totals != nil && len(c.Carried) > 0:
				w.doubt()
			case c.Credit == "":
				w.perPeriod(i, c)
			case w.Totals != nil:
				w.perSpan(i, c)
			default:
				w.perCredit(i, c)
			}
			if w.out.Unclear {
				return w.out
			}
		}
	}
	w.round()
	w.takeBack()
	w.offPlan()
	w.caps()
	w.Room.lines, w.Room.cuts = w.out.Lines[:0], w.out.Cuts[:0]
	return w.out
}

func newWorker(j Job) *worker {
	if j.Room == nil {
		j.Room = &Room{}
	}
	clear(j.Room.quotas)
	j.Room.quotas = j.Room.quotas[:0]
	w := &j.Room.worker
	*w = worker{Job: j, out: Result{Cuts: j.Room.cuts}}
	if j.Totals == nil {
		w.series, w.alone = map[string]*measure.Series{}, map[string]bool{}
	}
	return w
}

// room makes room for the lines of components that have one a period.
func (w *worker) room() {
	lines := 0
	for i := range w.Segments {
		days := w.Segments[i].Days.Intersect(w.Horizon)
		for k := range w.Segments[i].Plan.Components {
			switch c := &w.Segments[i].Plan.Components[k]; {
			case !c.Once.IsZero():
				lines++
			case c.Credit == "":
				lines += len(w.Clock.within(c.Every, days))
			case w.Totals != nil:
				lines += len(w.Clock.within(PayUnit, days))
			}
		}
	}
	w.out.Lines = slices.Grow(w.Room.lines, lines)
}

// horizon is the days for which a component is computed: in years that only what is still held looks back to,
// no other component is.
func (w *worker) horizon(of *plan.Plan, c *plan.Component) calendar.Range {
	days := w.Horizon
	if !days.From.Before(w.Since) {
		return days
	}
	needed := w.Program.MayHold(of, c.Name)
	for i := range of.Caps {
		if capped := of.Caps[i].Of; slices.Contains(capped, c.Name) && slices.ContainsFunc(capped, func(name string) bool { return w.Program.MayHold(of, name) }) {
			needed = true
		}
	}
	if !needed {
		days.From = w.Since
	}
	return days
}

// path names a place in the data.
func (w *worker) path(period calendar.Period, event fact.EventID) string {
	p := "payee=" + string(w.Payee)
	if event != "" {
		p += " event=" + string(event)
	}
	return p + " period=" + w.Program.Calendar.Format(period)
}

// offPlan reports credits on days on which the payee is on no plan: they earn
// nothing, and nobody may learn that from silence.
func (w *worker) offPlan() {
	if len(w.Segments) == 1 && w.Segments[0].Days.Covers(w.Asked) {
		return
	}
	if w.Totals != nil {
		w.offPlanTotals()
		return
	}
	total, n := decimal.Zero, 0
	var first *crediting.Credit
	for _, c := range w.Credits {
		if w.at(c.Date()) >= 0 || !w.Asked.Contains(c.Date()) || w.undone.paid[c] {
			continue
		}
		if n++; first == nil {
			first = c
		}
		total = total.Add(c.Amount)
	}
	if n > 0 {
		w.out.Found = append(w.out.Found, source.Warnf("credit-without-plan", source.Span{File: "payee=" + string(w.Payee)},
			"%s, %s in all, on days without a plan, the first on %s of event %s", credits(n), fact.DecimalText(total), first.Date(), first.Event.ID).
			WithHint("give the payee's role a plan for these days, or end the edge that credits the payee"))
	}
}

func credits(n int) string {
	if n == 1 {
		return "1 credit"
	}
	return fmt.Sprintf("%d credits", n)
}

// at is the index of the segment of a day, or -1.
func (w *worker) at(d calendar.Date) int {
	for i := range w.Segments {
		if w.Segments[i].Days.Contains(d) {
			return i
		}
	}
	return -1
}

// month is the pay period of a day.
func (w *worker) month(d calendar.Date) calendar.Period {
	return w.Clock.periodOf(PayUnit, d)
}

// evaluate runs a component's gate and formula over a row, explained if asked.
func (w *worker) evaluate(c *plan.Component, row *dsl.Row, l *Line, inputs func(string) *trace.Node) bool {
	explain := w.Explain != nil && (w.Explain(c, l.PostedIn) || w.undone.explains(c, l, w.Explain))
	if !explain {
		if c.Gate != nil {
			v, err := c.Gate.Eval(row)
			if err != nil || !v.Bool() {
				return w.failed(l, err)
			}
		}
		v, err := c.Pays.Eval(row)
		l.Exact = exact.Of(v)
		if err == nil && c.Multiplier != nil {
			v, err = c.Multiplier.Eval(row)
			l.Exact = l.Exact.Times(exact.Of(v))
		}
		return w.failed(l, err)
	}
	l.Why = &trace.Node{Op: trace.Earning, Label: c.Name, Unit: c.Pays.Unit().Short(), At: c.At}
	if c.Gate != nil {
		gate, v, err := c.Gate.Explain(row, inputs)
		if err != nil {
			return w.failed(l, err)
		}
		l.Why.Op, l.Why.Args, l.Why.Value = trace.Gate, []*trace.Node{gate}, "0"
		if !v.Bool() {
			l.Why.NotTaken = []*trace.Node{{Op: trace.Earning, Label: c.Name, Text: c.Pays.Source(), Unit: l.Why.Unit}}
			return true
		}
	}
	why, v, err := c.Pays.Explain(row, inputs)
	if err != nil {
		return w.failed(l, err)
	}
	l.Exact, l.Why.Value = exact.Of(v), v.String()
	if c.Multiplier != nil {
		by, v, err := c.Multiplier.Explain(row, inputs)
		if err != nil {
			return w.failed(l, err)
		}
		l.Exact = l.Exact.Times(exact.Of(v))
		l.Why.Value = fact.DecimalText(l.Exact.Decimal())
		why = &trace.Node{Op: trace.Mul, Label: "multiplier", Value: l.Why.Value, Unit: l.Why.Unit, Args: []*trace.Node{why, by}}
	}
	l.Why.Args = append(l.Why.Args, why)
	return true
}

// failed collects an error of evaluation, and reports whether there was none.
func (w *worker) failed(l *Line, err error) bool {
	if err == nil {
		return true
	}
	var event fact.EventID
	if l.Credit != nil {
		event = l.Credit.Event.ID
	}
	path := w.path(l.EarnedFor, event)
	var bad *dsl.EvalError
	if errors.As(err, &bad) {
		d := fault(path, bad.Diagnostic.Code, bad.Diagnostic.Hint, "%s: %s", l.Component.Name, bad.Diagnostic.Message)
		w.out.Found = append(w.out.Found, d.WithNote(bad.Diagnostic.Span, "in this formula"))
		return false
	}
	var missing *noQuotaError
	if errors.As(err, &missing) {
		if missing.none {
			w.out.Found = append(w.out.Found, fault(path, "quota-not-due", "say `without quota: skip` in the plan, so that what needs it pays nothing then", "%s: %v", l.Component.Name, missing))
			return false
		}
		w.out.Found = append(w.out.Found, fault(path, "no-quota", fmt.Sprintf("state one in the quotas (quotas.csv: %s,%s,%s,AMOUNT), or say `without quota: skip` in the plan", w.Payee, missing.measure, missing.window), "%s: %v", l.Component.Name, missing))
		return false
	}
	w.out.Found = append(w.out.Found, fault(path, "value-does-not-fit", "", "%s: %v", l.Component.Name, fmt.Sprint(err)))
	return false
}

// fault is a finding whose place is a path through the data.
func fault(path, code, hint, format string, args ...any) source.Diagnostic {
	d := source.Errorf(code, source.Span{File: path}, format, args...)
	d.Hint = hint
	return d
}
