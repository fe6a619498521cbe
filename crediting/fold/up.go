package fold

import (
	"errors"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/internal/ascent"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/internal/fixed"
)

// rising is the roll-ups that give one type of credit.
type rising struct {
	as    int
	rules []upRule
	same  crediting.DeDuplicate
	of    uint64 // the types that it passes up, a bit each; types above share the last
}

// bit is that of a type.
func bit(typ int) uint64 { return 1 << min(typ, 63) }

type upRule struct {
	*crediting.RollUp
	of       int
	factor   int64 // from the scale of what is passed up to that of what is given
	from, to int32
	ways     int // the kind of walk
	plain    bool
}

// walkKey is a kind of walk: roll-ups that have it in common find the same people.
type walkKey struct {
	along        string
	levels, skip int
	stop, fault  bool
}

func (b *book) risings() (out []rising) {
	at, ways := map[int]int{}, map[walkKey]int{}
	all := b.facts.Rules.from.RollUps
	for i := range all {
		u := upRule{RollUp: &all[i], of: b.layout.typ(all[i].Of)}
		as := b.layout.typ(u.As)
		u.factor = factor(b.layout.scales[u.of], b.layout.scales[as])
		u.from, u.to = bounds(u.Effective)
		u.plain = u.When == nil && u.Amount == nil
		key := u.walk()
		if _, ok := ways[key]; !ok {
			ways[key] = len(ways)
		}
		u.ways = ways[key]
		k, ok := at[as]
		if !ok {
			k = len(out)
			at[as] = k
			out = append(out, rising{as: as, same: u.DeDuplicate})
		}
		out[k].rules = append(out[k].rules, u)
		out[k].of |= bit(u.of)
	}
	return out
}

func (u *upRule) walk() walkKey {
	return walkKey{u.Along, u.Levels, u.Skip, u.RollUp.Vacant == crediting.Stop, u.RollUp.Vacant == crediting.Fault}
}

// way is who is above a payee on some days; plain is false where parts are divided, or something is at fault.
type way struct {
	from, to int32
	above    []int32
	plain    bool
}

// above finds who is above a payee along a roll-up's edges.
func (w *worker) above(u *upRule, payee int32) *way {
	for len(w.ways) <= u.ways {
		w.ways = append(w.ways, make([][]way, len(w.book.facts.Payees)))
	}
	known := w.ways[u.ways][payee]
	for i := range known {
		if known[i].from <= w.day && w.day < known[i].to {
			return &known[i]
		}
	}
	w.ways[u.ways][payee] = append(known, w.walk(u, payee))
	all := w.ways[u.ways][payee]
	return &all[len(all)-1]
}

func (w *worker) walk(u *upRule, payee int32) way {
	f, date := w.book.facts, calendar.FromOrdinal(w.day)
	vacant := func(on calendar.Date) func(fact.PayeeID) bool {
		if f.Of.There == nil {
			return nil
		}
		return func(p fact.PayeeID) bool { return w.book.payee(string(p)) != nobody && !f.Of.There(p, on) }
	}
	out := way{from: w.day, to: w.day + 1}
	found, err := ascent.Walk{
		Along: u.Along, Edges: f.Edges, Date: date, AsOf: f.AsOf, Levels: u.Levels, Vacant: vacant(date), Stop: u.RollUp.Vacant == crediting.Stop,
	}.Find(f.Payees[payee])
	var loop *fact.CycleError
	if errors.As(err, &loop) || err != nil || u.RollUp.Vacant == crediting.Fault && len(found.Vacant) > 0 {
		return out
	}
	_, out.to = bounds(calendar.Range{To: found.Until()})
	for _, change := range f.Changes { // the first day on which somebody on the way comes or goes
		if day := change.Ordinal(); day > w.day && day < out.to && !found.Holds(change, vacant(change)) {
			out.to = day
			break
		}
	}
	out.plain = true
	for _, p := range found.Above {
		who := w.book.payee(string(p.Key))
		out.plain = out.plain && who != nobody && p.Part.Exponent() == 0 && p.Part.IsInteger() && p.Part.CoefficientInt64() == 1
		if p.Level > u.Skip {
			out.above = append(out.above, who)
		}
	}
	return out
}

// up is credit that reaches a recipient.
type up struct {
	payee  int32
	source int // of the event's direct credits
	amount int64
}

// lift finds what is passed up of the event at hand. It is false where an Applier has to be asked.
func (w *worker) lift(r *rising) bool {
	if w.types&r.of == 0 {
		return true
	}
	first, limit, sources := len(w.ups), int64(0), 0
	for i := range r.rules {
		u := &r.rules[i]
		if w.day < u.from || w.day >= u.to {
			continue
		}
		for k := range w.direct {
			d := &w.direct[k]
			if d.typ != u.of || d.overlay && !u.Overlays {
				continue
			}
			amount, ok := fixed.MulInt64(d.amount, u.factor)
			if !ok || !u.plain {
				return false
			}
			if abs(amount) > abs(limit) {
				limit = amount
			}
			way := w.above(u, d.payee)
			if !way.plain {
				return false
			}
			sources++
			for _, p := range way.above {
				w.ups = append(w.ups, up{p, k, amount})
			}
		}
	}
	ups := w.ups[first:]
	if sources > 1 {
		return w.fits(r, ups, limit)
	}
	for i := range ups { // who is above somebody is there once
		if r.same == crediting.UpToTheEvent && w.has(ups[i].payee) {
			return false
		}
	}
	return true
}

// has reports whether a payee has direct credit of the event.
func (w *worker) has(payee int32) bool {
	for i := range w.direct {
		if w.direct[i].payee == payee {
			return true
		}
	}
	return false
}

// fits reports whether what reaches each recipient counts as it is: it comes once, and is within the event.
func (w *worker) fits(r *rising, ups []up, limit int64) bool {
	if len(ups) > 2*few {
		return false
	}
	for i := range ups {
		sum, several := ups[i].amount, false
		for k := range ups {
			if k == i || ups[k].payee != ups[i].payee {
				continue
			}
			if ups[k].source == ups[i].source || ups[k].amount < 0 != (ups[i].amount < 0) {
				return false
			}
			several = true
			var ok bool
			if sum, ok = fixed.AddInt64(sum, ups[k].amount); !ok {
				return false
			}
		}
		switch r.same {
		case crediting.Sum:
		case crediting.Largest:
			if several {
				return false
			}
		default:
			if w.has(ups[i].payee) || abs(sum) > abs(limit) || sum < 0 != (limit < 0) && sum != 0 {
				return false
			}
		}
	}
	return true
}

// few is how many recipients are compared with one another.
const few = 16
