package paying

import (
	"errors"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/compensation/internal/holding"
	"github.com/payproof/payproof/compensation/internal/past"
	"github.com/payproof/payproof/compensation/terms"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// Facts are what one payee was to be paid in some pay periods.
type Facts struct {
	Rules
	Lines    []earning.Line                              // what was earned, and taken back
	Cuts     []earning.Cut                               // what caps took
	Moves    []holding.Move                              // what was held and released
	Adjusted []Adjusted                                  // what was entered by hand
	Segments []earning.Segment                           // of all days
	Since    calendar.Date                               // from which terms count that were always there
	Left     func(last calendar.Date) bool               // whether the payee is gone after a day
	Again    []past.Difference                           // what the first pay period posts of those before it
	Event    func(fact.EventID) (*crediting.Event, bool) // by its id
	// Convert makes an amount that a plan states one of the payee's currency, for a pay period; nil: it is one.
	Convert func(money.Amount, calendar.Period) (money.Amount, error)
}

// Adjusted is an Amount that was entered by hand for a pay period.
type Adjusted struct {
	calendar.Period
	Event  fact.EventID // that it stands in for
	Amount money.Amount
	Cause  string // of the entry
}

// Month is the postings of a pay period.
type Month struct {
	calendar.Period
	Postings []Posting
	After    State // the balances with which it ends
	Leaves   bool  // it is the one in which the payee leaves
}

// Compute takes a payee, and the balances with which the first begins, through pay periods, which are in order and without a gap.
// More is what the first pays of those before it.
func (f Facts) Compute(periods []calendar.Period, s State, more decimal.Decimal) (out []Month, err error) {
	sums, owing := f.payable(periods), f.owing(periods[0])
	sums[0] = sums[0].Add(more)
	gone := false
	if days, err := f.Calendar.Range(periods[0]); err == nil && !days.From.IsZero() {
		gone = f.Left(days.From.AddDays(-1))
	}
	for i, p := range periods {
		next, err := f.period(p)
		if err != nil {
			return nil, err
		}
		next.Payable, next.Final, next.Taken = sums[i], f.Left(next.Days.To.AddDays(-1)), owing[p]
		postings, err := s.Pay(f.Rules, next)
		if err != nil {
			return nil, err
		}
		after := s
		after.Reserve, after.Owing = slices.Clone(s.Reserve), slices.Clone(s.Owing)
		out = append(out, Month{p, postings, after, next.Final && !gone})
		gone = next.Final
	}
	return out, nil
}

// period is what is known of a pay period without the periods before it.
func (f Facts) period(p calendar.Period) (next Period, err error) {
	next.Period = p
	if next.Days, err = f.Calendar.Range(p); err != nil {
		return next, err
	}
	f.terms(&next)
	if err := f.convert(&next); err != nil {
		return next, err
	}
	if next.Terms != nil && next.Terms.Guarantee != nil {
		next.Base = f.base(next.Terms.Guarantee, p)
	}
	return next, nil
}

// payable is what is due of each pay period, before balances.
func (f Facts) payable(periods []calendar.Period) []decimal.Decimal {
	out := make([]decimal.Decimal, len(periods))
	add := func(p calendar.Period, v decimal.Decimal) {
		if i := int(p.Index - periods[0].Index); i >= 0 && i < len(periods) && periods[i] == p {
			out[i] = out[i].Add(v)
		}
	}
	for i := range f.Lines {
		add(f.Lines[i].PostedIn, paid(&f.Lines[i]))
	}
	for i := range f.Cuts {
		add(f.Cuts[i].PostedIn, f.Cuts[i].Amount.Decimal())
	}
	for i := range f.Moves {
		add(f.Moves[i].PostedIn, f.Moves[i].Paid().Decimal())
	}
	for i := range f.Adjusted {
		add(f.Adjusted[i].Period, f.Adjusted[i].Amount.Decimal())
	}
	return out
}

// base is what a guarantee looks at: what was earned, after caps.
func (f Facts) base(g *terms.Guarantee, p calendar.Period) (sum decimal.Decimal) {
	counts := func(component string) bool { return g.Of == nil || slices.Contains(g.Of, component) }
	for i := range f.Lines {
		if l := &f.Lines[i]; l.PostedIn == p && counts(l.Component.Name) && (l.Of == nil && !l.Taken || g.Clawbacks) {
			sum = sum.Add(paid(l))
		}
	}
	for i := range f.Cuts {
		if c := &f.Cuts[i]; c.PostedIn == p && counts(c.Component) {
			sum = sum.Add(c.Amount.Decimal())
		}
	}
	return sum
}

// Gone reports whether the payee has left at the end of a pay period.
func (f Facts) Gone(p calendar.Period) bool {
	days, err := f.Calendar.Range(p)
	return err == nil && f.Left(days.To.AddDays(-1))
}

// HeldOf is what happens to what is held at the end of a pay period: nothing while the payee is there.
func (f Facts) HeldOf(p calendar.Period) terms.HeldPay {
	next, err := f.period(p)
	if err != nil || next.Terms == nil || !f.Gone(p) {
		return terms.PayWhenDue
	}
	return next.Terms.Leaving.Held
}

// afterwards are the terms for who has left: what the last plan says of leaving, and of debts, holds for what comes after, too.
func (f Facts) afterwards(p *Period) *terms.Terms {
	if len(f.Segments) == 0 || !f.Left(p.Days.To.AddDays(-1)) {
		return nil
	}
	last := &f.Segments[len(f.Segments)-1]
	if last.Days.To.IsZero() || last.Days.To.After(p.Days.From) || !last.Plan.Terms.Any() {
		return nil
	}
	t := last.Plan.Terms
	t.Guarantee = nil
	return &t
}

// terms finds those of the plan that the payee was on last in a pay period. Versions of a plan that follow each other are
// one: a draw goes on with the next.
func (f Facts) terms(p *Period) {
	at := -1
	for i := range f.Segments {
		if s := &f.Segments[i]; s.Plan.Terms.Any() && s.Days.Overlaps(p.Days) {
			at = i
		}
	}
	if at < 0 {
		p.Terms = f.afterwards(p)
		return
	}
	s := &f.Segments[at]
	p.Terms = &s.Plan.Terms
	first := at
	for first > 0 && f.Segments[first-1].Plan.ID == s.Plan.ID && f.Segments[first-1].Days.To == f.Segments[first].Days.From {
		first--
	}
	since := f.Segments[first].Days.From
	if since.IsZero() {
		since = f.Since
	}
	p.Nth = max(0, int(p.Index-f.Calendar.PeriodOf(p.Unit, since).Index))
	end := s.Days.To
	for i := at + 1; i < len(f.Segments) && f.Segments[i].Plan.ID == s.Plan.ID && f.Segments[i].Days.From == end; i++ {
		end = f.Segments[i].Days.To
	}
	p.Last = !end.IsZero() && !p.Days.To.Before(end)
}

// paid is what a line changes of the payment.
func paid(l *earning.Line) decimal.Decimal {
	if l.Converted == nil {
		return l.Amount.Decimal()
	}
	return l.Amount.Decimal().Add(l.Converted.Difference.Decimal())
}

// convert makes the amounts of a pay period's terms ones of the payee's currency.
func (f Facts) convert(p *Period) (err error) {
	if f.Convert == nil || p.Terms == nil {
		return nil
	}
	to := func(a *money.Amount) {
		converted, bad := f.Convert(*a, p.Period)
		*a, err = converted, errors.Join(err, bad)
	}
	t := *p.Terms
	if t.Draw != nil {
		draw := *t.Draw
		draw.Steps = slices.Clone(draw.Steps)
		for i := range draw.Steps {
			to(&draw.Steps[i].Amount)
		}
		to(&draw.Keep.Amount)
		to(&draw.Limit)
		t.Draw = &draw
	}
	if t.Guarantee != nil {
		guarantee := *t.Guarantee
		to(&guarantee.Amount)
		t.Guarantee = &guarantee
	}
	if t.Reserve != nil {
		reserve := *t.Reserve
		to(&reserve.AtMost)
		t.Reserve = &reserve
	}
	if t.Minimum != nil {
		least := *t.Minimum
		to(&least.Amount)
		t.Minimum = &least
	}
	p.Terms = &t
	return err
}
