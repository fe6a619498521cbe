package compensation

import (
	"errors"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/trace"
)

// Line is one earning of a component: for one credit, or for one period.
type Line struct {
	Payee     fact.PayeeID
	Plan      *plan.Plan
	Component *plan.Component
	Credit    *crediting.Credit // nil: of a period
	EarnedFor calendar.Period
	PostedIn  calendar.Period
	Exact     decimal.Decimal // what the formula gave
	Amount    money.Amount    // what is posted: rounded, cumulatively unless the component says otherwise
	before    rounding        // what the rounding started from
	why       *trace.Node     // the evaluated formula, when explaining
}

// rounding is the state of cumulative rounding before a line.
type rounding struct {
	exact  decimal.Decimal
	posted money.Amount
}

// payeeResult is everything computed for one payee.
type payeeResult struct {
	lines []Line
	cuts  []cut
	found source.Diagnostics
}

// wanted selects what to explain.
type wanted func(c *plan.Component, posted calendar.Period) bool

// worker computes one payee. It belongs to one goroutine.
type worker struct {
	run      *Run
	payee    fact.PayeeID
	segments []segment
	credits  []*crediting.Credit
	explain  wanted // nil: nothing
	out      payeeResult
}

func (r *Run) payee(id fact.PayeeID, explain wanted) payeeResult {
	w := worker{run: r, payee: id, credits: r.credits[id], explain: explain}
	w.segments = r.book.segments(id, r.span.horizon, r.request.AsOf)
	w.offPlan()
	for i := range w.segments {
		s := &w.segments[i]
		for k := range s.plan.Components {
			c := &s.plan.Components[k]
			if c.Credit != "" {
				w.perCredit(i, c)
			} else {
				w.perPeriod(i, c)
			}
		}
	}
	w.round()
	w.caps()
	return w.out
}

// path names a place in the data.
func (w *worker) path(period calendar.Period, event fact.EventID) string {
	p := "payee=" + string(w.payee)
	if event != "" {
		p += " event=" + string(event)
	}
	return p + " period=" + w.run.book.program.Calendar.Format(period)
}

// offPlan reports credits on days on which the payee is on no plan: they earn
// nothing, and nobody may learn that from silence.
func (w *worker) offPlan() {
	total, n := decimal.Zero, 0
	var first *crediting.Credit
	for _, c := range w.credits {
		if w.at(c.Date()) >= 0 || !w.run.span.days.Contains(c.Date()) {
			continue
		}
		if n++; first == nil {
			first = c
		}
		total = total.Add(c.Amount)
	}
	if n > 0 {
		w.out.found = append(w.out.found, source.Warnf("credit-without-plan", source.Span{File: "payee=" + string(w.payee)},
			"%d credits of %s in all fall on days without a plan, the first on %s of event %s", n, fact.DecimalText(total), first.Date(), first.Event.ID).
			WithHint("give the payee's role a plan for these days, or end the edge that credits the payee"))
	}
}

// at is the index of the segment of a day, or -1.
func (w *worker) at(d calendar.Date) int {
	for i, s := range w.segments {
		if s.days.Contains(d) {
			return i
		}
	}
	return -1
}

// month is the pay period of a day.
func (w *worker) month(d calendar.Date) calendar.Period {
	return w.run.book.program.Calendar.PeriodOf(payUnit, d)
}

// evaluate runs a component's gate and formula over a row, explained if asked.
func (w *worker) evaluate(c *plan.Component, row *dsl.Row, l *Line, inputs func(string) *trace.Node) bool {
	explain := w.explain != nil && w.explain(c, l.PostedIn)
	if !explain {
		if c.Gate != nil {
			v, err := c.Gate.Eval(row)
			if err != nil || !v.Bool() {
				return w.failed(l, err)
			}
		}
		v, err := c.Pays.Eval(row)
		l.Exact = v.Decimal()
		return w.failed(l, err)
	}
	l.why = &trace.Node{Op: trace.Earning, Label: c.Name, Unit: c.Pays.Unit().Short(), At: c.At}
	if c.Gate != nil {
		gate, v, err := c.Gate.Explain(row, inputs)
		if err != nil {
			return w.failed(l, err)
		}
		l.why.Op, l.why.Args, l.why.Value = trace.Gate, []*trace.Node{gate}, "0"
		if !v.Bool() {
			l.why.NotTaken = []*trace.Node{{Op: trace.Earning, Label: c.Name, Text: c.Pays.Source(), Unit: l.why.Unit}}
			return true
		}
	}
	why, v, err := c.Pays.Explain(row, inputs)
	if err != nil {
		return w.failed(l, err)
	}
	l.Exact, l.why.Value = v.Decimal(), v.String()
	l.why.Args = append(l.why.Args, why)
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
		w.out.found = append(w.out.found, d.WithNote(bad.Diagnostic.Span, "in this formula"))
		return false
	}
	w.out.found = append(w.out.found, fault(path, "value-does-not-fit", "", "%s: %v", l.Component.Name, fmt.Sprint(err)))
	return false
}
