package main

import (
	"context"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/prepay"
	"github.com/payproof/payproof/crediting/hold"
	"github.com/payproof/payproof/crediting/reject"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
)

// result is what a run is told as: payouts, and what they add up to.
type result struct {
	run     *compensation.Run
	periods []calendar.Period
	payees  []fact.PayeeID
	payouts []compensation.Payout
	events  int // with a credit
	credits int
	paid    map[fact.PayeeID]map[calendar.Period]money.Amount
	totals  map[ledger.Kind]money.Amount
	held    []compensation.Held
	rejects *reject.List // lines that were left out; nil when none may be
}

// summarise adds a run up. The sums are of its entries, so that they reconcile
// with its payouts or show that they don't.
func summarise(run *compensation.Run) (*result, error) {
	all, err := run.Summary()
	if err != nil {
		return nil, err
	}
	r := &result{
		run: run, periods: run.Periods(), payouts: slices.Collect(run.Payouts()), events: all.Events, credits: all.Credits,
		paid: map[fact.PayeeID]map[calendar.Period]money.Amount{}, totals: all.Totals,
		held: slices.Collect(run.Held()),
	}
	for _, p := range r.payouts {
		if r.paid[p.Payee] == nil {
			r.paid[p.Payee] = map[calendar.Period]money.Amount{}
			r.payees = append(r.payees, p.Payee)
		}
		r.paid[p.Payee][p.Period] = sum(r.paid[p.Payee][p.Period], p.Amount)
	}
	slices.Sort(r.payees)
	return r, nil
}

// sum adds amounts of the run's one currency; the engine has checked that they
// add.
func sum(a, b money.Amount) money.Amount {
	total, err := a.Add(b)
	if err != nil {
		return a
	}
	return total
}

// heldBy is what is kept back of pay and of credit in money, by payee; counts have no place in a sum.
func (r *result) heldBy(payee fact.PayeeID) (pay, credit decimal.Decimal) {
	for _, h := range r.held {
		switch {
		case payee != "" && h.Payee != payee:
		case h.What == hold.Payment:
			pay = pay.Add(h.Amount())
		case h.Unit.Money != 0:
			credit = credit.Add(h.Amount())
		}
	}
	return pay, credit
}

// holders are the payees of whom something is held, in order.
func (r *result) holders() (out []fact.PayeeID) {
	for _, h := range r.held {
		out = append(out, h.Payee)
	}
	return slices.Compact(out)
}

// of is what a payee is paid for a period.
func (r *result) of(payee fact.PayeeID, p calendar.Period) money.Amount { return r.paid[payee][p] }

// all is what a payee is paid for the periods together.
func (r *result) all(payee fact.PayeeID) (total money.Amount) {
	for _, p := range r.periods {
		total = sum(total, r.of(payee, p))
	}
	return total
}

// inPeriod is what everybody is paid for a period.
func (r *result) inPeriod(p calendar.Period) (total money.Amount) {
	for _, payee := range r.payees {
		total = sum(total, r.of(payee, p))
	}
	return total
}

// paidOut is what everybody is paid.
func (r *result) paidOut() (total money.Amount) {
	for _, p := range r.payouts {
		total = sum(total, p.Amount)
	}
	return total
}

func (r *result) format(p calendar.Period) string {
	return r.run.Book().Program().Calendar.Format(p)
}

func (r *result) name(payee fact.PayeeID) string { return r.run.Book().People().Name(payee) }

// prepay looks a run over before it is paid.
func (a *app) prepay(ctx context.Context, run *compensation.Run) (source.Diagnostics, error) {
	var history map[fact.PayeeID][]money.Amount
	if a.store != nil {
		var err error
		if history, err = prepay.Paid(ctx, a.store, run.Periods()[0]); err != nil {
			return nil, err
		}
	}
	return prepay.Check(ctx, run, history)
}
