// Package exchange converts what a payee earned into the currency in which the payee is paid: step 3 of the ledger's order
// (semantics, §8), after caps, and before guarantees, holds and balances, all of which are in that currency.
//
// Terms. A line or cut is converted on its own, by the rate of one day, and rounded as the component pays: what one event is worth
// does not depend on others. What a reversal takes back moves what was recorded: the same part of it, cumulatively, so that
// all reversals of an event together take exactly what it was paid.
//
// Trap. What a cap takes of a component and pay period is rounded on its own, too, unless it takes all that is left: then nothing is.
package exchange

import (
	"errors"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/compensation/terms"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/fx"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
)

// Desk converts for payees of one currency.
type Desk struct {
	By       terms.Exchange // the company's rule
	Rates    *fx.Table      // all that there are
	AsOf     fact.Revision  // what is known of the rates
	Calendar calendar.Calendar
	Rounding money.Rounding
	From, To money.Currency             // of the company, and of the payee
	Idle     func(calendar.Period) bool // whether nobody looks at what is posted in a pay period, so that it may lack a rate; nil: at all is looked
}

// earned is what a line earned, to be taken back in parts.
type earned struct {
	credit    *crediting.Credit
	plan      fact.PlanID
	component string
	whole     bool // what is taken before a portion is
}

// pot is a component of a plan in a pay period.
type pot struct {
	plan      fact.PlanID
	component string
	period    calendar.Period
}

// sums are of one pot or earning, in both currencies.
type sums struct{ stated, paid decimal.Decimal }

// Convert converts lines and cuts in place; they are in the order of their pay periods. What it can't convert is a
// finding each.
func (d Desk) Convert(lines []earning.Line, cuts []earning.Cut) (found source.Diagnostics) {
	taken, pots, said := map[earned]sums{}, map[pot]sums{}, map[pot]bool{}
	for i := range lines {
		l := &lines[i]
		k := pot{l.Plan.ID, l.Component.Name, l.PostedIn}
		if err := d.line(l, taken); err != nil {
			if !said[k] {
				said[k], found = true, append(found, d.fault(l.Payee, l.Component.Name+" pays", l.PostedIn, err))
			}
			continue
		}
		s := pots[k]
		pots[k] = sums{s.stated.Add(l.Converted.Stated.Decimal()), s.paid.Add(l.Amount.Decimal())}
	}
	for i := range cuts {
		c := &cuts[i]
		k := pot{c.Plan.ID, c.Component, c.PostedIn}
		if err := d.cut(c, pots[k]); err != nil {
			if !said[k] {
				said[k], found = true, append(found, d.fault(c.Payee, c.Component+" pays", c.PostedIn, err))
			}
			continue
		}
		s := pots[k]
		pots[k] = sums{s.stated.Add(c.Converted.Stated.Decimal()), s.paid.Add(c.Amount.Decimal())}
	}
	return found
}

func (d Desk) line(l *earning.Line, taken map[earned]sums) error {
	places, exact := l.Component.Precision.Of(d.To)
	if l.Of != nil {
		return d.takenBack(l, taken, places, exact)
	}
	amount, c, err := d.convert(l.Amount, d.day(l), places, exact)
	if err == nil {
		l.Amount, l.Converted = amount, c
	}
	return err
}

// takenBack converts what a reversal takes of an earning: the part of what was recorded of it.
func (d Desk) takenBack(l *earning.Line, taken map[earned]sums, places int, exact bool) error {
	paid, of, err := d.convert(l.Of.Amount, d.day(l.Of), places, exact)
	if err != nil {
		return err
	}
	if exact { // parts are as fine as quotients are
		places = fx.DivisionPlaces
	}
	k := earned{l.Of.Credit, l.Of.Plan.ID, l.Of.Component.Name, false}
	before := taken[k]
	amount, err := d.part(l.Amount, l.Of.Amount, paid, k, taken, places)
	if err != nil {
		return err
	}
	c := &earning.Conversion{Stated: l.Amount, Quote: of.Quote, Recorded: true, Of: l.Of.Amount, Paid: paid}
	var bad, bad2 error
	c.Before, bad = money.FromDecimal(before.stated, d.From)
	c.Taken, bad2 = money.FromDecimal(before.paid, d.To)
	if err := errors.Join(bad, bad2); err != nil {
		return err
	}
	if d.By.Current {
		today, at, err := d.convert(l.Amount, d.day(l), places, exact)
		if err != nil {
			return err
		}
		c.Now = &at.Quote
		if c.Difference, err = today.Sub(amount); err != nil {
			return err
		}
	}
	if c.Whole = l.Whole; l.PaidOnly { // what is held is cancelled by it
		k.whole = true
		if l.Whole, err = d.part(l.Whole, l.Of.Amount, paid, k, taken, places); err != nil {
			return err
		}
	}
	l.Amount, l.Converted = amount, c
	return nil
}

// part is that of what was paid for an earning which is taken back with an amount, rounded so that all parts together are what they
// come to; taken has what came before.
func (d Desk) part(a, of, paid money.Amount, k earned, taken map[earned]sums, places int) (money.Amount, error) {
	before := taken[k]
	now := sums{stated: before.stated.Sub(a.Decimal())}
	switch whole := of.Decimal(); {
	case now.stated.Equal(whole):
		now.paid = paid.Decimal()
	case whole.IsZero():
	default:
		part, err := d.rounded(now.stated.Mul(paid.Decimal()), whole, places)
		if err != nil {
			return a, err
		}
		now.paid = part
	}
	taken[k] = now
	return money.FromDecimal(before.paid.Sub(now.paid), d.To)
}

// rounded is a quotient of two numbers, rounded once.
func (d Desk) rounded(value, by decimal.Decimal, places int) (decimal.Decimal, error) {
	a, err := money.FromDecimal(value, d.To)
	if err == nil {
		a, err = a.Div(by, places, d.Rounding)
	}
	return a.Decimal(), err
}

func (d Desk) cut(c *earning.Cut, of sums) error {
	amount, converted, err := d.convert(c.Amount, d.last(c.PostedIn), max(0, d.To.Digits()), false)
	if err == nil && c.Amount.Sign() < 0 && of.stated.Equal(c.Amount.Decimal().Neg()) {
		amount, err = money.FromDecimal(of.paid.Neg(), d.To)
	}
	if err == nil {
		c.Amount, c.Converted = amount, converted
	}
	return err
}

// Amount converts an amount that a plan states for a payee, for a pay period: into what can be paid, by the rate of the posting
// date. The error is source.Diagnostics.
func (d Desk) Amount(of fact.PayeeID) func(money.Amount, calendar.Period) (money.Amount, error) {
	d.Idle = nil
	return func(a money.Amount, p calendar.Period) (money.Amount, error) {
		if a.IsZero() {
			return a, nil
		}
		out, _, err := d.convert(a, d.last(p), max(0, d.To.Digits()), false)
		if err != nil {
			return out, source.Diagnostics{d.fault(of, "the plan states for payments", p, err)}
		}
		return out, nil
	}
}

// at is the day of a rate, for what is posted in a pay period.
type at struct {
	day calendar.Date
	in  calendar.Period
}

// day is that of the rate for a line.
func (d Desk) day(l *earning.Line) at {
	switch {
	case d.By.Day == terms.IncentiveDate && l.Credit != nil:
		return at{l.Credit.Date(), l.PostedIn}
	case d.By.Day == terms.IncentiveDate:
		return at{d.last(l.EarnedFor).day, l.PostedIn}
	}
	return d.last(l.PostedIn)
}

// last is the last day of a pay period, or the one day of all rates.
func (d Desk) last(p calendar.Period) at {
	days, err := d.Calendar.Range(p)
	switch {
	case d.By.Day == terms.OnDate:
		return at{d.By.On, p}
	case err != nil: // the rate is missing then
		return at{in: p}
	}
	return at{days.To.AddDays(-1), p}
}

func (d Desk) convert(a money.Amount, on at, places int, exact bool) (money.Amount, *earning.Conversion, error) {
	c := &earning.Conversion{Stated: a}
	quote, err := d.Rates.Find(d.By.Set, d.From, d.To, on.day, d.AsOf, d.By.Policy)
	if err != nil {
		if a.IsZero() || d.Idle != nil && d.Idle(on.in) {
			return money.FromMinor(0, d.To), c, nil
		}
		return a, nil, err
	}
	c.Quote = quote
	out, _, err := quote.Convert(a)
	if err == nil && !exact {
		out, err = out.Round(places, d.Rounding)
	}
	return out, c, err
}

// fault is what can't be converted.
func (d Desk) fault(payee fact.PayeeID, what string, p calendar.Period, err error) source.Diagnostic {
	path := source.Span{File: fmt.Sprintf("payee=%s period=%s", payee, d.Calendar.Format(p))}
	var missing *fx.MissingRateError
	if errors.As(err, &missing) {
		return source.Errorf("rate-missing", path, "what %s is converted: %v", what, err).
			WithHint("add the rate to fx.csv, or say with `missing day:` under fx: how old it may be")
	}
	return source.Errorf("too-large", path, "what %s: %v", what, err).WithHint("check the data, and the rate")
}
