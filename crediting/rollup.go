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
	below  fact.PayeeID // who has the credit
	whole  decimal.Decimal
	payee  fact.PayeeID
	amount decimal.Decimal
	share  decimal.Decimal // of the shares of the edges
	path   []fact.PayeeID
	next   int // the index of the next one to the same payee, or 0
}

// rollUp passes the direct credits of an event up a relationship.
func (a *Applier) rollUp(e *Event, r *RollUp, credits []Credit) {
	w := &a.climb
	w.event, w.rule, w.out = e, r, w.out[:0]
	limit := decimal.Zero
	for i := range credits {
		c := &credits[i]
		if c.Type != r.Of || c.Origin != Direct {
			continue
		}
		if c.Whole.Abs().GreaterThan(limit.Abs()) {
			limit = c.Whole
		}
		if err := w.from(c); err != nil {
			a.fail(e, "relationship-cycle", "remove one of the edges", "%v", err)
			return
		}
	}
	for _, first := range w.recipients() {
		room := limit
		for i := range credits {
			if c := &credits[i]; c.Payee == w.out[first].payee && c.Type == r.Of && c.Origin == Direct {
				room = room.Sub(c.Amount)
			}
		}
		a.give(e, r, first, room, limit)
	}
}

// climb is a walk up a relationship, as fact.Edges.Up takes it, that does not go twice
// where it can reach nobody new: paths may be many more than people. It is used for one
// event after the other.
type climb struct {
	applier *Applier
	event   *Event
	rule    *RollUp
	credit  *Credit
	path    []fact.PayeeID
	edges   []fact.Edge // of all levels below the one at hand
	reached roster      // from one credit
	levels  []int       // the lowest level at which each of them was reached
	out     []lifted
	heads   roster // the recipients of out
	firsts  []int  // the first of out for each of them
	lasts   []int
}

// from is whom a credit reaches, and with how much: each once, also when several
// paths lead there.
func (w *climb) from(c *Credit) error {
	w.credit, w.path, w.levels, w.edges = c, append(w.path[:0], c.Payee), w.levels[:0], w.edges[:0]
	w.reached.reset()
	return w.up(c.Amount, w.applier.one)
}

// recipients are the first of out of each payee, in the order in which they were
// reached; each leads on to the next one of its payee.
func (w *climb) recipients() []int {
	w.heads.reset()
	w.firsts, w.lasts = w.firsts[:0], w.lasts[:0]
	for i := range w.out {
		n, isNew := w.heads.add(w.out[i].payee)
		if isNew {
			w.firsts, w.lasts = append(w.firsts, i), append(w.lasts, i)
			continue
		}
		w.out[w.lasts[n]].next, w.lasts[n] = i, i
	}
	return w.firsts
}

// up passes an amount on from the end of the path, where it is a share of what
// set out.
func (w *climb) up(amount, share decimal.Decimal) error {
	level, last := len(w.path), w.path[len(w.path)-1]
	if w.rule.Levels > 0 && level > w.rule.Levels {
		return nil
	}
	date := w.event.Date()
	first := len(w.edges)
	w.edges = w.applier.edges.AppendTo(w.edges, w.rule.Along, string(last), date, w.applier.asOf)
	for i := first; i < len(w.edges); i++ {
		edge := w.edges[i]
		to := fact.PayeeID(edge.To)
		if at := slices.Index(w.path, to); at >= 0 {
			return w.cycle(at, date)
		}
		n, isNew := w.reached.add(to)
		passed, part := w.applier.times(amount, edge.Share), w.applier.times(share, edge.Share)
		if isNew {
			w.levels = append(w.levels, level)
			w.out = append(w.out, lifted{w.credit.Payee, w.credit.Amount, to, passed, part, w.applier.keep(w.path), 0})
		} else if w.levels[n] <= level {
			continue
		}
		w.levels[n] = level
		w.path = append(w.path, to)
		if err := w.up(passed, part); err != nil {
			return err
		}
		w.path = w.path[:level]
	}
	w.edges = w.edges[:first]
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
func (a *Applier) give(e *Event, r *RollUp, first int, room, whole decimal.Decimal) {
	ups := a.climb.out
	if !a.known(ups[first].payee) {
		a.fail(e, "unknown-payee", "add it to people.csv, or correct the edge", "the %s of %s, %q, is nobody known", r.Along, ups[first].below, ups[first].payee)
		return
	}
	if room.Sign() != whole.Sign() {
		room = decimal.Zero // the recipient has more than the event's amount already
	}
	for i := first; i >= 0; {
		up := &ups[i]
		if i = up.next; i == 0 {
			i = -1
		}
		amount, why := up.amount, ""
		if beyond(amount, room, whole) {
			amount, why = room, fmt.Sprintf("limited to %s: the event's %s less what the recipient has of it", fact.DecimalText(room), fact.DecimalText(whole))
		}
		if amount.IsZero() && why != "" { // nothing is left of the event to count for the recipient
			continue
		}
		if i > 0 { // somebody asks for the rest
			room = room.Sub(amount)
		}
		a.out.Credits = append(a.out.Credits, Credit{
			Event: e, Payee: up.payee, Type: r.As, Rule: r.ID, Origin: RolledUp, Amount: amount, Whole: up.whole,
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

// times multiplies. Most shares are the whole, which changes nothing.
func (a *Applier) times(x, share decimal.Decimal) decimal.Decimal {
	if share.Exponent() == 0 && share.Equal(a.one) {
		return x
	}
	return x.Mul(share)
}

// keep copies a path, which a credit holds. Many share one block.
func (a *Applier) keep(path []fact.PayeeID) []fact.PayeeID {
	const block = 1024
	if cap(a.paths)-len(a.paths) < len(path) {
		a.paths = make([]fact.PayeeID, 0, max(block, len(path)))
	}
	at := len(a.paths)
	a.paths = append(a.paths, path...)
	return a.paths[at:len(a.paths):len(a.paths)]
}

// roster numbers payees in the order in which they come. It is made for the few
// that an event concerns, again and again; of many it is a map.
type roster struct {
	ids   []fact.PayeeID
	index map[fact.PayeeID]int // nil while they are few
}

// few is how many payees are faster found one by one.
const few = 16

func (r *roster) reset() { r.ids, r.index = r.ids[:0], nil }

// add is the number of a payee, and whether it is a new one.
func (r *roster) add(id fact.PayeeID) (n int, isNew bool) {
	if r.index != nil {
		if n, ok := r.index[id]; ok {
			return n, false
		}
		r.index[id] = len(r.ids)
	} else if n := slices.Index(r.ids, id); n >= 0 {
		return n, false
	}
	if r.ids = append(r.ids, id); len(r.ids) == few {
		r.index = make(map[fact.PayeeID]int, 2*few)
		for i, id := range r.ids {
			r.index[id] = i
		}
	}
	return len(r.ids) - 1, true
}
