package crediting

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/fact"
)

// lifted is what reaches one recipient by one path.
type lifted struct {
	from   Credit
	payee  fact.PayeeID
	amount decimal.Decimal
	path   []fact.PayeeID
	level  int
}

// rollUp passes the direct credits of an event up a relationship.
func (a *Applier) rollUp(e *Event, r *RollUp, credits []Credit) {
	own, limit := map[fact.PayeeID]decimal.Decimal{}, decimal.Zero
	byPayee := map[fact.PayeeID][]lifted{}
	var order []fact.PayeeID
	for _, c := range credits {
		if c.Type != r.Of || c.Origin != Direct {
			continue
		}
		own[c.Payee] = own[c.Payee].Add(c.Amount)
		if c.Whole.Abs().GreaterThan(limit.Abs()) {
			limit = c.Whole
		}
		ups, err := a.climb(e, r, c)
		if err != nil {
			a.fail(e, "relationship-cycle", "remove one of the edges", "%v", err)
			return
		}
		for _, up := range ups {
			if _, ok := byPayee[up.payee]; !ok {
				order = append(order, up.payee)
			}
			byPayee[up.payee] = append(byPayee[up.payee], up)
		}
	}
	for _, payee := range order {
		a.give(e, r, byPayee[payee], limit.Sub(own[payee]), limit)
	}
}

// climb is whom a credit reaches, and with how much: each once, also when several
// paths lead there.
func (a *Applier) climb(e *Event, r *RollUp, c Credit) (out []lifted, err error) {
	// amounts[n] is what stands at level n of the path being walked.
	amounts, path := []decimal.Decimal{c.Amount}, []fact.PayeeID{c.Payee}
	seen := map[fact.PayeeID]bool{c.Payee: true}
	for step, err := range a.edges.Up(r.Along, string(c.Payee), e.Date(), a.asOf, r.Levels) {
		if err != nil {
			return nil, err
		}
		amounts, path = amounts[:step.Level], path[:step.Level]
		up := fact.PayeeID(step.Edge.To)
		amount := amounts[step.Level-1].Mul(step.Edge.Share)
		if !seen[up] {
			seen[up] = true
			out = append(out, lifted{c, up, amount, append([]fact.PayeeID{}, path...), step.Level})
		}
		amounts, path = append(amounts, amount), append(path, up)
	}
	return out, nil
}

// give credits a recipient with what came up, up to room: the event's amount less
// the recipient's own direct credit.
func (a *Applier) give(e *Event, r *RollUp, ups []lifted, room, whole decimal.Decimal) {
	if !a.known(ups[0].payee) {
		a.fail(e, "unknown-payee", "add it to people.csv, or correct the edge", "the %s of %s, %q, is nobody known", r.Along, ups[0].from.Payee, ups[0].payee)
		return
	}
	if room.Sign() != whole.Sign() {
		room = decimal.Zero // the recipient has more than the event's amount already
	}
	for _, up := range ups {
		amount, why := up.amount, ""
		if beyond(amount, room, whole) {
			amount, why = room, fmt.Sprintf("limited to %s: the event's %s less what the recipient has of it", fact.DecimalText(room), fact.DecimalText(whole))
		}
		room = room.Sub(amount)
		a.out.Credits = append(a.out.Credits, Credit{
			Event: e, Payee: up.payee, Type: r.As, Rule: r.ID, Origin: RolledUp, Amount: amount, Whole: up.from.Amount,
			Share: decimal.New(1, 0), Via: r.Along, Path: up.path, Limit: why,
		})
	}
}

// beyond reports whether amount goes over room, in the direction of the whole.
func beyond(amount, room, whole decimal.Decimal) bool {
	if whole.IsNegative() {
		return amount.LessThan(room)
	}
	return amount.GreaterThan(room)
}
