package exchange

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/fx"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/trace"
)

// Explain is how an amount of the company's currency, which the node explains, became one of the payee's.
func Explain(a money.Amount, c *earning.Conversion, mode money.Rounding, of *trace.Node) *trace.Node {
	if !c.Recorded {
		return exchanged(a, c.Stated, c.Quote, mode, of)
	}
	n := &trace.Node{
		Op: trace.Prorated, Label: of.Label, Value: a.Text(), Unit: a.Currency().String(), Flags: trace.Converted | trace.WasPart,
		Detail: fmt.Sprintf("as it was recorded: %s were paid as %s, and the same part of it is taken back", c.Of, c.Paid),
		Args:   []*trace.Node{of, exchanged(c.Paid, c.Of, c.Quote, mode, leaf("earned", c.Of))},
	}
	if !c.Before.IsZero() {
		n.Detail += fmt.Sprintf(", together with %s before, which were %s", c.Before, c.Taken)
	}
	return n
}

// Difference is by how much what is taken back is worth more, or less, by the rate of its own day than as it was recorded.
func Difference(l *earning.Line, mode money.Rounding) *trace.Node {
	c := l.Converted
	now, err := l.Amount.Add(c.Difference)
	if err != nil { // the difference was made from it
		now = l.Amount
	}
	return &trace.Node{
		Op: trace.Sub, Label: "exchange difference", Value: c.Difference.Text(), Unit: c.Difference.Currency().String(),
		Args: []*trace.Node{exchanged(now, c.Stated, *c.Now, mode, leaf("taken back", c.Stated)), leaf("as it was recorded", l.Amount)},
	}
}

func leaf(label string, a money.Amount) *trace.Node {
	return &trace.Node{Op: trace.Input, Label: label, Value: a.Text(), Unit: a.Currency().String()}
}

// exchanged is what a quote makes of what the node explains: multiplied with rates, then divided by those of the opposite
// direction, and rounded once.
func exchanged(a, stated money.Amount, by fx.Quote, mode money.Rounding, of *trace.Node) *trace.Node {
	if len(by.Legs) == 0 { // of nothing
		return of
	}
	n, value := of, stated.Decimal()
	var under *trace.Node // what divides
	divisor := decimal.New(1, 0)
	for _, leg := range by.Legs {
		rate := &trace.Node{Op: trace.Input, Label: leg.Rate.String(), Value: fact.DecimalText(leg.Rate.Value)}
		switch {
		case !leg.Inverse:
			value = value.Mul(leg.Rate.Value)
			n = &trace.Node{Op: trace.Mul, Value: fact.DecimalText(value), Unit: by.To.String(), Args: []*trace.Node{n, rate}}
		case under == nil:
			divisor, under = leg.Rate.Value, rate
		default:
			divisor = divisor.Mul(leg.Rate.Value)
			under = &trace.Node{Op: trace.Mul, Value: fact.DecimalText(divisor), Args: []*trace.Node{under, rate}}
		}
	}
	whole, _, err := by.Convert(stated)
	if err != nil { // it was converted before
		whole = a
	}
	if under != nil {
		n = &trace.Node{Op: trace.Div, Value: fact.DecimalText(whole.Decimal()), Unit: by.To.String(), Args: []*trace.Node{n, under}}
	}
	if n.Flags |= trace.Converted; whole.Decimal().Equal(a.Decimal()) {
		n.Label, n.Value = of.Label, a.Text()
		return n
	}
	return &trace.Node{
		Op: trace.Round, Label: of.Label, Value: a.Text(), Unit: by.To.String(), Flags: trace.Converted | trace.Rounded,
		Detail: mode.String() + " to the minor unit", Args: []*trace.Node{n},
	}
}
