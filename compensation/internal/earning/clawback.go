package earning

import (
	"errors"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/internal/exact"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/compensation/terms"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/trace"
)

// ClawbackOf are the terms of a plan for what an event takes back of a component; nil: the original rate, and all of it.
func ClawbackOf(p *plan.Plan, component string, taking *crediting.Event) *terms.Clawback {
	if c := p.Clawback; c.Covers(component) && isBy(c, taking) {
		return c
	}
	return nil
}

// clawbackOf are the terms that hold for a job.
func (w *worker) clawbackOf(p *plan.Plan, component string, taking *crediting.Event) *terms.Clawback {
	if w.Path {
		return &terms.Clawback{Current: true, Share: decimal.New(1, 0)}
	}
	return ClawbackOf(p, component, taking)
}

// isBy reports whether an event is of the kind that takes back, or has the member.
func isBy(c *terms.Clawback, taking *crediting.Event) bool {
	s := taking.Schema()
	if s.Kind == c.By {
		return true
	}
	for i := range s.Fields {
		if s.Fields[i].Type == crediting.Enum && taking.Cells[i].Has && taking.Cells[i].Text == c.By {
			return true
		}
	}
	return false
}

// portion is how much is taken back, as a fraction, and why it is not all.
type portion struct {
	part, whole decimal.Decimal
	why         string
}

func (p portion) all() bool { return p.why == "" }

// of is the portion of an amount, rounded to decimal places.
func (p portion) of(v Exact, w *worker, places int32) (Exact, error) {
	if p.all() {
		return v, nil
	}
	a, err := v.Amount(w.Program.Currency)
	if err == nil {
		a, err = a.Mul(p.part)
	}
	if err == nil {
		a, err = a.Div(p.whole, int(places), w.Program.Rounding)
	}
	return exact.From(a.Decimal()), err
}

// portionOf is how much of what an event earned another one takes back.
func portionOf(c *terms.Clawback, of, taking *crediting.Event) portion {
	all := portion{part: one, whole: one}
	if c == nil {
		return all
	}
	on := taking.Date()
	if c.Since != "" {
		if since, ok := dateOf(of, c.Since); ok && !c.Within.Contains(since, on) {
			return portion{decimal.Zero, one, fmt.Sprintf("nothing: it is later than %s after %s of %s", timeText(c.Within), c.Since, since)}
		}
	}
	switch {
	case c.Term != "":
		i := of.Schema().Index(c.Term)
		if i < 0 || !of.Cells[i].Has {
			return all
		}
		term := decimal.New(of.Cells[i].Int, -int32(of.Schema().Fields[i].Scale))
		served := decimal.New(int64(months(of.Date(), on)), 0)
		left := decimal.Max(term.Sub(served), decimal.Zero)
		if term.Sign() <= 0 || left.Equal(term) {
			return all
		}
		return portion{left, term, fmt.Sprintf("%s of %s months are left", fact.DecimalText(left), fact.DecimalText(term))}
	case c.Steps != nil:
		for _, s := range c.Steps {
			if s.Within.Contains(of.Date(), on) {
				return shareOf(s.Share, fmt.Sprintf("%s%% up to %s", fact.DecimalText(s.Share.Shift(2)), timeText(s.Within)))
			}
		}
		return portion{decimal.Zero, one, fmt.Sprintf("nothing: it is %d days later", on.Sub(of.Date()))}
	}
	return shareOf(c.Share, fact.DecimalText(c.Share.Shift(2))+"%")
}

var one = decimal.New(1, 0)

func shareOf(share decimal.Decimal, why string) portion {
	if share.Equal(one) {
		why = ""
	}
	return portion{share, one, why}
}

func timeText(t terms.Time) string {
	if t.Months > 0 {
		return fmt.Sprintf("%d months", t.Months)
	}
	return fmt.Sprintf("%d days", t.Days)
}

// months is how many whole months lie between two days.
func months(from, to calendar.Date) (n int) {
	for !to.Before(from.AddMonths(n + 1)) {
		n++
	}
	return n
}

func dateOf(e *crediting.Event, field string) (day calendar.Date, ok bool) {
	i := e.Schema().Index(field)
	if i < 0 || !e.Cells[i].Has {
		return day, false
	}
	return calendar.FromOrdinal(int32(e.Cells[i].Int)), true
}

// gross reports whether the measures of a component do not fall by what is taken back.
func gross(p *plan.Plan, component string) *terms.Clawback {
	if c := p.Clawback; c.Covers(component) && c.Keep {
		return c
	}
	return nil
}

// withoutTaken are the credits, with their places, that are not of events that take back.
func (w *worker) withoutTaken(c *terms.Clawback) (credits []*crediting.Credit, places []int) {
	for i, credit := range w.Credits {
		if credit.Event.Reversal() == nil || !isBy(c, credit.Event) {
			credits, places = append(credits, credit), append(places, w.Places[i])
		}
	}
	return credits, places
}

// again takes back at the rate that is reached now: a component is evaluated for the credit that takes back, as for any
// other. Where measures do not fall, it is evaluated as for a new event of that amount, and what it gives is taken.
func (w *worker) again(l *Line, f *filler, c *terms.Clawback, measures []*running, byName map[string]*running, place int) bool {
	credit := l.Credit
	asked := *credit
	if c.Keep {
		asked.Amount = credit.Amount.Neg()
	}
	for _, m := range measures {
		m.move(f, credit.Date(), place)
		if c.Keep {
			m.after.value = m.before.value.Add(asked.Amount)
		}
	}
	if !w.failed(l, f.forCredit(&asked, byName)) || f.skip {
		f.skip = false
		return false
	}
	var inputs func(string) *trace.Node
	if w.Explain != nil {
		inputs = func(input string) *trace.Node { return f.explainInput(input, &asked, byName) }
	}
	if !w.evaluate(l.Component, f.row, l, inputs) {
		return false
	}
	if c.Keep {
		l.Exact = exact.From(l.Exact.Decimal().Neg())
		l.wrap(trace.Neg, "takes back what a new event of this amount would earn", l.Exact.Decimal())
	}
	p := portionOf(c, credit.Event.Reversal().Of, credit.Event)
	if !p.all() {
		v, err := p.of(l.Exact, w, w.places([]Line{*l}))
		if !w.failed(l, err) {
			return false
		}
		l.Exact = v
		l.wrap(trace.Prorated, p.why, l.Exact.Decimal())
	}
	l.Taken = true
	w.undone.paid[credit] = true
	return true
}

// wrap explains that what was evaluated is changed.
func (l *Line) wrap(op trace.Op, detail string, value decimal.Decimal) {
	if l.Why != nil {
		l.Why.Args = []*trace.Node{{Op: op, Label: "clawback", Value: fact.DecimalText(value), Unit: l.Why.Unit, Detail: detail, Flags: trace.WasPart, Args: l.Why.Args}}
	}
}

// limits reports whether a plan takes back of a component at the rate of now, and no more than was paid.
func limits(p *plan.Plan, component string) bool {
	c := p.Clawback
	return c.Covers(component) && c.Current && c.Paid
}

// limited is what a component earned for an event, and what would have been taken back of it so far without a limit.
type limited struct{ earned, asked money.Amount }

// taken is what is taken back so far: at most what was earned, whatever its sign.
func (l *limited) taken() (money.Amount, error) {
	asked := l.asked.Neg()
	c, err := asked.Cmp(l.earned)
	switch {
	case err != nil:
		return money.Amount{}, err
	case asked.Sign()*l.earned.Sign() <= 0: // it gives instead
		return money.Amount{}, nil
	case c*l.earned.Sign() > 0:
		return l.earned, nil
	}
	return asked, nil
}

type limitKey struct {
	event     fact.EventID
	component string
}

// limitTaken keeps what is taken back at the rate that is reached now to what the component earned for the event: all of its reversals
// together take at most that.
func (w *worker) limitTaken(earned map[fact.EventID][]*earnings, past map[calendar.Range]*year) {
	known := map[limitKey]*limited{}
	for i := range w.out.Lines {
		l := &w.out.Lines[i]
		if !l.Taken || !limits(l.Plan, l.Component.Name) {
			continue
		}
		k := limitKey{l.Credit.Event.Reversal().Of.ID, l.Component.Name}
		var err error
		if known[k] == nil {
			known[k], err = w.limitedOf(k, l.Credit, earned, past)
		}
		if err == nil {
			err = w.limitLine(l, known[k])
		}
		if err != nil {
			w.out.Found = append(w.out.Found, fault(w.path(l.PostedIn, l.Credit.Event.ID), "too-large", "check the data", "%s: %v", l.Component.Name, err))
			return
		}
	}
}

// limitedOf is what was earned for an event, and asked back in fiscal years before those that are computed.
func (w *worker) limitedOf(k limitKey, by *crediting.Credit, earned map[fact.EventID][]*earnings, past map[calendar.Range]*year) (*limited, error) {
	out := &limited{earned: money.FromMinor(0, w.Program.Currency), asked: money.FromMinor(0, w.Program.Currency)}
	add := func(to *money.Amount, a money.Amount) (err error) {
		*to, err = to.Add(a)
		return err
	}
	var err error
	for _, day := range w.counted(by) {
		lines := earned
		if day.Before(w.Since) {
			lines = w.past(past, day).earned
		}
		for _, e := range lines[k.event] {
			for i := range e.lines {
				if e.lines[i].Component.Name == k.component {
					err = errors.Join(err, add(&out.earned, e.lines[i].Amount))
				}
			}
		}
	}
	asked := map[*crediting.Credit]bool{}
	for _, c := range w.Credits {
		r := c.Event.Reversal()
		if r == nil || r.Of.ID != k.event || !c.Date().Before(w.Since) {
			continue
		}
		for _, l := range w.past(past, c.Date()).taken {
			if l.Credit == c && l.Component.Name == k.component && !asked[c] {
				asked[c] = true
				err = errors.Join(err, add(&out.asked, l.Amount))
			}
		}
	}
	return out, err
}

// limitLine takes of a line what is over the limit.
func (w *worker) limitLine(l *Line, so *limited) error {
	before, err := so.taken()
	if err != nil {
		return err
	}
	if so.asked, err = so.asked.Add(l.Amount); err != nil {
		return err
	}
	after, err := so.taken()
	if err != nil {
		return err
	}
	amount, err := before.Sub(after)
	if err != nil {
		return err
	}
	if over, err := amount.Sub(l.Amount); err != nil || over.IsZero() {
		return err
	}
	if amount.IsZero() {
		amount = money.FromMinor(0, w.Program.Currency)
	}
	l.Amount, l.Exact, l.Before = amount, exact.From(amount.Decimal()), Rounding{}
	text := func(a money.Amount) string {
		if a.IsZero() { // which may be of no currency
			a = money.FromMinor(0, w.Program.Currency)
		}
		return a.Text()
	}
	l.wrap(trace.Prorated, "no more than what was paid: "+text(so.earned)+" for the event, of which "+text(before)+" were taken back before", amount.Decimal())
	return nil
}
