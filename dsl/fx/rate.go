package fx

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/shopspring/decimal"
)

// Rate is one published exchange rate. A rate of the same set, pair and day that
// became known later corrects it.
type Rate struct {
	Set      string          // the source or purpose, for example "plan rate"
	From, To money.Currency  // different currencies
	Value    decimal.Decimal // units of To for one unit of From; positive
	On       calendar.Date   // the day for which it is published
	Known    fact.Revision   // when it became known
}

// String shows a rate for messages and traces: "plan rate USD→EUR 2026-03-13 0.89".
func (r Rate) String() string {
	return fmt.Sprintf("%s %s→%s %s %s", r.Set, r.From, r.To, r.On, fact.DecimalText(r.Value))
}

// canonical checks a rate and gives it a value in its shortest form, so that 0.890
// and 0.89 leave the same trace.
func (r Rate) canonical() (Rate, error) {
	if err := fact.CheckKey(r.Set); err != nil {
		return r, &RateError{Rate: r, Problem: fmt.Sprintf("set: %v", err)}
	}
	value, err := fact.CanonicalDecimal(r.Value)
	if err != nil {
		return r, &RateError{Rate: r, Problem: err.Error()}
	}
	switch {
	case r.From.IsZero() || r.To.IsZero():
		return r, &RateError{Rate: r, Problem: "a currency is missing; give both"}
	case r.From == r.To:
		return r, &RateError{Rate: r, Problem: "a currency has no rate to itself; leave it out, it is 1"}
	case r.On.IsZero():
		return r, &RateError{Rate: r, Problem: "the date is missing; give the day for which the rate is published"}
	case !r.Value.IsPositive():
		return r, &RateError{Rate: r, Problem: "a rate is above 0; write units of the second currency for one of the first"}
	}
	r.Value = value
	return r, nil
}

// compareDays orders by set, pair and day.
func compareDays(a, b Rate) int {
	return cmp.Or(
		strings.Compare(a.Set, b.Set),
		strings.Compare(a.From.String(), b.From.String()),
		strings.Compare(a.To.String(), b.To.String()),
		a.On.Compare(b.On),
	)
}
