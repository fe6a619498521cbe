package fx

import (
	"fmt"
	"strings"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/money"
	"github.com/shopspring/decimal"
)

// DivisionPlaces is how many decimal places a conversion by an inverse rate keeps.
const DivisionPlaces = 16

// Quote is the answer to what one currency is worth in another on a day: none, one
// or two rates, in the order in which they apply. It is made by [Table.Find].
type Quote struct {
	Set      string         // the set that was asked
	From, To money.Currency // one unit of From is worth the rates in To
	On       calendar.Date  // the day asked for; each rate bears its own
	Legs     []Leg          // none if From and To are the same
}

// Leg is one step of a quote.
type Leg struct {
	Rate    Rate
	Inverse bool // the amount is divided by the rate, which is for the opposite pair
}

// DaysBefore is how many days before the day asked for the oldest of the rates is.
func (q Quote) DaysBefore() int {
	days := 0
	for _, leg := range q.Legs {
		days = max(days, q.On.Sub(leg.Rate.On))
	}
	return days
}

// Convert is the amount in the quote's other currency. By direct rates it is exact
// and its scale is the sum of the scales; by an inverse it is rounded half-even to
// [DivisionPlaces] after all multiplications, and exact tells whether that lost
// nothing. It is not rounded to the places of the currency. The error is an amount
// of another currency than the quote's From, or a result of too many digits.
//
// An amount of zero without a currency becomes zero of the quote's To.
func (q Quote) Convert(a money.Amount) (converted money.Amount, exact bool, err error) {
	if a.Currency() != q.From && a != (money.Amount{}) {
		return money.Amount{}, false, fmt.Errorf("converting %s by a quote from %s to %s: ask for a quote from %s", a, q.From, q.To, a.Currency())
	}
	value, divisor, exact := a.Decimal(), decimal.NewFromInt(1), true
	for _, leg := range q.Legs {
		if leg.Inverse {
			divisor = divisor.Mul(leg.Rate.Value)
		} else {
			value = value.Mul(leg.Rate.Value)
		}
	}
	if !divisor.Equal(decimal.NewFromInt(1)) {
		value, exact = divideHalfEven(value, divisor)
	}
	converted, err = money.FromDecimal(value, q.To)
	if err != nil {
		return money.Amount{}, false, fmt.Errorf("converting %s by %s: %w", a, q, err)
	}
	return converted, exact, nil
}

// divideHalfEven takes a positive divisor.
func divideHalfEven(value, divisor decimal.Decimal) (quotient decimal.Decimal, exact bool) {
	quotient, rest := value.QuoRem(divisor, DivisionPlaces)
	if rest.IsZero() {
		return quotient, true
	}
	step := decimal.New(int64(rest.Sign()), -DivisionPlaces)
	double := rest.Abs().Mul(decimal.NewFromInt(2)).Shift(DivisionPlaces)
	odd := quotient.Shift(DivisionPlaces).BigInt().Bit(0) == 1
	if c := double.Cmp(divisor); c > 0 || c == 0 && odd {
		quotient = quotient.Add(step)
	}
	return quotient, false
}

// String shows the quote for messages and traces: "USD→EUR on 2026-03-14 by plan
// rate USD→EUR 2026-03-13 0.89", with "÷" before a rate that divides.
func (q Quote) String() string {
	text := fmt.Sprintf("%s→%s on %s", q.From, q.To, q.On)
	if len(q.Legs) == 0 {
		return text + " without a rate"
	}
	var steps []string
	for _, leg := range q.Legs {
		sign := ""
		if leg.Inverse {
			sign = "÷ "
		}
		steps = append(steps, sign+leg.Rate.String())
	}
	return text + " by " + strings.Join(steps, ", then ")
}
