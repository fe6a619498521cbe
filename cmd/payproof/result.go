package main

import (
	"context"
	"slices"
	"strings"

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
	totals  []ledger.KindSum
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

// sum adds amounts of one currency; the engine has checked that they add.
func sum(a, b money.Amount) money.Amount {
	total, err := a.Add(b)
	if err != nil {
		return a
	}
	return total
}

// purse is amounts of several currencies: that of the company first, then in order of their codes.
type purse []money.Amount

// newPurse has nothing of the company's currency.
func (r *result) newPurse() purse { return purse{money.FromMinor(0, r.currency())} }

// put puts an amount in.
func (p *purse) put(a money.Amount) {
	if a.IsZero() { // it may have no currency
		return
	}
	for i := range *p {
		if (*p)[i].Currency() == a.Currency() {
			(*p)[i] = sum((*p)[i], a)
			return
		}
	}
	at := 1
	for at < len(*p) && (*p)[at].Currency().String() < a.Currency().String() {
		at++
	}
	*p = slices.Insert(*p, at, a)
}

// some are those that are not zero, or else the first.
func (p purse) some() purse {
	out := slices.DeleteFunc(slices.Clone(p), money.Amount.IsZero)
	if len(out) == 0 {
		out = p[:1]
	}
	return out
}

// words are the amounts for people, each with its currency where it is not the only one.
func (p purse) words() string {
	if len(p) == 1 {
		return digits(p[0])
	}
	return p.each()
}

// each are the amounts for people, each with its currency.
func (p purse) each() string {
	var all []string
	for _, a := range p.some() {
		all = append(all, digits(a)+" "+a.Currency().String())
	}
	return strings.Join(all, ", ")
}

// others are the amounts in other currencies than that of the company, by currency.
func (p purse) others() map[string]string {
	out := map[string]string{}
	for _, a := range p[1:] {
		out[a.Currency().String()] = fact.DecimalText(a.Decimal())
	}
	return out
}

// of is what there is of a currency.
func (p purse) of(c money.Currency) money.Amount {
	for _, a := range p {
		if a.Currency() == c {
			return a
		}
	}
	return money.FromMinor(0, c)
}

// currency is that of the company.
func (r *result) currency() money.Currency { return r.run.Book().Program().Currency }

// currencies are those in which somebody is paid, that of the company first.
func (r *result) currencies() []money.Currency {
	out := []money.Currency{r.currency()}
	for _, payee := range r.payees {
		if c := r.run.Book().PayCurrency(payee); !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	slices.SortFunc(out[1:], func(a, b money.Currency) int { return strings.Compare(a.String(), b.String()) })
	return out
}

// total is what the entries of a kind come to in a currency.
func (r *result) total(c money.Currency, kind ledger.Kind) money.Amount {
	for _, t := range r.totals {
		if t.Kind == kind && t.Amount.Currency() == c {
			return t.Amount
		}
	}
	return money.FromMinor(0, c)
}

// totalTexts are what the entries come to, by currency and kind.
func (r *result) totalTexts() map[string]map[string]string {
	out := map[string]map[string]string{r.currency().String(): {}}
	for _, t := range r.totals {
		c := t.Amount.Currency().String()
		if out[c] == nil {
			out[c] = map[string]string{}
		}
		out[c][t.Kind.String()] = t.Amount.Text()
	}
	return out
}

// heldBy is what is kept back of pay, and of credit in money, by payee; counts have no place in a sum.
func (r *result) heldBy(payee fact.PayeeID) (pay purse, credit money.Amount) {
	pay, credit = r.newPurse(), money.FromMinor(0, r.currency())
	for _, h := range r.held {
		if payee != "" && h.Payee != payee || h.Unit.Money == 0 {
			continue
		}
		of := r.currency()
		if h.What == hold.Payment {
			of = r.run.Book().PayCurrency(h.Payee)
		}
		a, err := money.FromDecimal(h.Amount(), of)
		switch {
		case err != nil: // it was an amount before
		case h.What == hold.Payment:
			pay.put(a)
		default:
			credit = sum(credit, a)
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
func (r *result) all(payee fact.PayeeID) money.Amount {
	total := money.FromMinor(0, r.run.Book().PayCurrency(payee))
	for _, p := range r.periods {
		total = sum(total, r.of(payee, p))
	}
	return total
}

// inPeriod is what everybody is paid for a period.
func (r *result) inPeriod(p calendar.Period) purse {
	total := r.newPurse()
	for _, payee := range r.payees {
		total.put(r.of(payee, p))
	}
	return total
}

// paidOut is what everybody is paid.
func (r *result) paidOut() purse {
	total := r.newPurse()
	for _, p := range r.payouts {
		total.put(p.Amount)
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

// amount is that of a payout with its minor unit's places, also when it has no currency because nothing was added up.
func (r *result) amount(p compensation.Payout) string {
	if p.Amount.IsZero() {
		return money.FromMinor(0, r.run.Book().PayCurrency(p.Payee)).Text()
	}
	return p.Amount.Text()
}
