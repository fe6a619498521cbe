package crediting

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// lifted is what reaches one recipient by one path.
type lifted struct {
	from   Credit
	payee  fact.PayeeID
	amount decimal.Decimal
	share  decimal.Decimal // of the shares of the edges
	path   []fact.PayeeID
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
func (a *Applier) climb(e *Event, r *RollUp, c Credit) ([]lifted, error) {
	w := climb{applier: a, event: e, rule: r, from: c, path: []fact.PayeeID{c.Payee}, levels: map[fact.PayeeID]int{}}
	err := w.up(c.Amount, decimal.New(1, 0))
	return w.out, err
}

// climb is a walk up a relationship, as fact.Edges.Up takes it, that does not go twice
// where it can reach nobody new: paths may be many more than people.
type climb struct {
	applier *Applier
	event   *Event
	rule    *RollUp
	from    Credit
	path    []fact.PayeeID
	levels  map[fact.PayeeID]int // the lowest level at which each was reached
	out     []lifted
}

// up passes an amount on from the end of the path, where it is a share of what
// set out.
func (w *climb) up(amount, share decimal.Decimal) error {
	level, last := len(w.path), w.path[len(w.path)-1]
	if w.rule.Levels > 0 && level > w.rule.Levels {
		return nil
	}
	date := w.event.Date()
	for _, edge := range w.applier.edges.To(w.rule.Along, string(last), date, w.applier.asOf) {
		to := fact.PayeeID(edge.To)
		if at := slices.Index(w.path, to); at >= 0 {
			return w.cycle(at, date)
		}
		before, seen := w.levels[to]
		passed, part := amount.Mul(edge.Share), share.Mul(edge.Share)
		if !seen {
			w.out = append(w.out, lifted{w.from, to, passed, part, slices.Clone(w.path)})
		} else if before <= level {
			continue
		}
		w.levels[to] = level
		w.path = append(w.path, to)
		if err := w.up(passed, part); err != nil {
			return err
		}
		w.path = w.path[:level]
	}
	return nil
}

func (w *climb) cycle(at int, date calendar.Date) error {
	var loop []string
	for _, p := range w.path[at:] {
		loop = append(loop, string(p))
	}
	return &fact.CycleError{Name: w.rule.Along, Date: date, Path: append(loop, loop[0])}
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
		if amount.IsZero() && why != "" { // nothing is left of the event to count for the recipient
			continue
		}
		room = room.Sub(amount)
		a.out.Credits = append(a.out.Credits, Credit{
			Event: e, Payee: up.payee, Type: r.As, Rule: r.ID, Origin: RolledUp, Amount: amount, Whole: up.from.Amount,
			Share: up.share, Via: r.Along, Path: up.path, Limit: why,
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
