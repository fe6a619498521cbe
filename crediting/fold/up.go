package fold

import (
	"cmp"
	"errors"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/internal/ascent"
	"github.com/payproof/payproof/dsl"
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
	nth   int
	sums  bool // all that is made of the type is sums and counts
}

// bit is that of a type.
func bit(typ int) uint64 { return 1 << min(typ, 63) }

type upRule struct {
	*crediting.RollUp
	of       int
	factor   int64 // from the scale of what is passed up to that of what is given
	from, to int32
	ways     int // the kind of walk
	as       int
	nth      int // of all roll-ups
	formulas bool
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
		u := upRule{RollUp: &all[i], of: b.layout.typ(all[i].Of), as: b.layout.typ(all[i].As), nth: i}
		as := u.as
		u.factor = factor(b.layout.scales[u.of], b.layout.scales[as])
		u.from, u.to = bounds(u.Effective)
		u.formulas = u.When != nil || u.Amount != nil
		key := u.walk()
		if _, ok := ways[key]; !ok {
			ways[key] = len(ways)
		}
		u.ways = ways[key]
		k, ok := at[as]
		if !ok {
			k = len(out)
			at[as] = k
			out = append(out, rising{as: as, same: u.DeDuplicate, nth: k, sums: b.layout.onlySums(as)})
		}
		out[k].rules, out[k].sums = append(out[k].rules, u), out[k].sums && !u.formulas
		out[k].of |= bit(u.of)
	}
	return out
}

func (u *upRule) walk() walkKey {
	return walkKey{u.Along, u.Levels, u.Skip, u.RollUp.Vacant == crediting.Stop, u.RollUp.Vacant == crediting.Fault}
}

// way is who is above a payee on some days, and for which part; plain is false where something is at fault.
type way struct {
	from, to int32
	above    []reached
	plain    bool
	whole    bool   // all has the whole, and the spans of everybody
	who      uint64 // a bit for each who is above; some have it in common
	sums     []cell // of what is passed up as a whole, by roll-up and span; nil: nothing yet
}

// mark is the bit of a payee.
func mark(payee int32) uint64 { return 1 << (payee & 63) }

// reached is somebody above, and for which part.
type reached struct {
	member
	place ascent.Place
}

// above finds who is above a payee along a roll-up's edges.
func (w *worker) above(u *upRule, payee int32) *way {
	if l := &w.lastWay; l.way != nil && l.payee == payee && l.kind == u.ways {
		return l.way
	}
	for len(w.ways) <= u.ways {
		w.ways = append(w.ways, make([][]way, len(w.book.facts.Payees)))
	}
	known := slices.Clip(w.ways[u.ways][payee]) // what is there may be another's, too
	from := min(w.book.layout.first, w.day)     // listings may be of other days
	for i := range known {
		if known[i].from <= w.day && w.day < known[i].to {
			w.lastWay = lastWay{&known[i], u.ways, payee}
			return &known[i]
		}
		if to := known[i].to; to <= w.day {
			from = max(from, to)
		}
	}
	if w.book.few {
		from = w.day
	}
	next := w.walk(u, payee, from) // events come in any order of their days: no run of days is found by halves
	for next.to <= w.day {
		if from = next.to; !next.plain {
			from = w.day
		}
		known = append(known, next)
		next = w.walk(u, payee, from)
	}
	known = append(known, next)
	w.ways[u.ways][payee] = known
	return &known[len(known)-1]
}

// lastWay is what above gave last for the event: several roll-ups mostly ask for the same. It is of one event, since ways
// move as more of them are found.
type lastWay struct {
	way   *way
	kind  int
	payee int32
}

// walk is who is above a payee from a day on.
func (w *worker) walk(u *upRule, payee, day int32) way {
	f, date := w.book.facts, calendar.FromOrdinal(day)
	vacant := func(on calendar.Date) func(fact.PayeeID) bool {
		if f.Of.There == nil {
			return nil
		}
		return func(p fact.PayeeID) bool { return w.book.payee(string(p)) >= 0 && !f.Of.There(p, on) }
	}
	out := way{from: day, to: day + 1}
	found, err := ascent.Walk{
		Along: u.Along, Edges: f.Edges, Date: date, AsOf: f.AsOf, Levels: u.Levels, Vacant: vacant(date), Stop: u.RollUp.Vacant == crediting.Stop,
	}.Find(f.Payees[payee])
	var loop *fact.CycleError
	if errors.As(err, &loop) || err != nil || u.RollUp.Vacant == crediting.Fault && len(found.Vacant) > 0 {
		return out
	}
	_, out.to = bounds(calendar.Range{To: found.Until()})
	for _, change := range f.Changes { // the first day on which somebody on the way comes or goes
		if on := change.Ordinal(); on > day && on < out.to && !found.Holds(change, vacant(change)) {
			out.to = on
			break
		}
	}
	out.plain, out.whole = true, true
	for _, p := range found.Above {
		who := w.book.payee(string(p.Key))
		part, fits := units(p.Part)
		out.plain = out.plain && who >= 0 && fits
		if p.Level > u.Skip {
			out.above = append(out.above, reached{member{payee: who, share: part}, p})
			if out.whole = out.whole && part == oneOf && who >= 0 && w.book.layout.own[who] == nil; out.whole {
				out.who |= mark(who)
			}
		}
	}
	return out
}

// passed is a credit that is passed up.
type passed struct {
	rule   *upRule
	direct int
	amount int64
	way    *way
}

// up is credit that reaches a recipient.
type up struct {
	payee  int32
	source int // of the event's direct credits
	amount int64
	rule   *upRule
}

// lift finds what is passed up of the event at hand. It is false where an Applier has to be asked.
func (w *worker) lift(r *rising) bool {
	if w.types&r.of == 0 {
		return true
	}
	first, limit := len(w.ups), int64(0)
	w.sources = w.sources[:0]
	for i := range w.direct {
		w.direct[i].counted = false
	}
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
			whole, also := fixed.MulInt64(d.whole, u.factor)
			if !ok || !also {
				return false
			}
			d.counted, d.raised = true, amount
			if abs(whole) > abs(limit) {
				limit = whole
			}
			way := w.above(u, d.payee)
			if !way.plain {
				return false
			}
			w.sources = append(w.sources, passed{u, k, amount, way})
		}
	}
	if w.defers(r, limit) {
		return true
	}
	for i := range w.sources {
		if !w.raise(&w.sources[i]) {
			return false
		}
	}
	ups := w.ups[first:]
	more := func(u up) bool { return abs(u.amount) > abs(limit) || w.has(u.payee) }
	if len(w.sources) == 1 && (r.same != crediting.UpToTheEvent || !slices.ContainsFunc(ups, more)) {
		return true // who is above somebody is there once
	}
	w.reach = append(w.reach[:0], ups...)
	w.ups = w.ups[:first]
	return w.settle(r, limit)
}

// raise finds whom a source reaches. It is false where an Applier has to be asked.
func (w *worker) raise(s *passed) bool {
	for n := range s.way.above {
		above := &s.way.above[n]
		part, ok := portion(s.amount, above.share)
		counts := true
		if ok && s.rule.formulas {
			part, counts, ok = w.formulas(s.rule, &above.place, part)
		}
		if !ok {
			return false
		}
		if counts {
			w.ups = append(w.ups, up{above.payee, s.direct, part, s.rule})
		}
	}
	return true
}

// formulas evaluates those of a roll-up for a recipient, as an Applier does: what is passed up, and whether it counts.
// ok is false where one has to be asked.
func (w *worker) formulas(u *upRule, place *ascent.Place, amount int64) (part int64, counts, ok bool) {
	for len(w.upRows) <= u.nth {
		w.upRows = append(w.upRows, nil)
	}
	if w.upRows[u.nth] == nil {
		w.upRows[u.nth] = dsl.Env{Inputs: u.Inputs}.NewRow()
	}
	row, scale := w.upRows[u.nth], w.book.layout.scales[u.as]
	row.Reset()
	for i := range u.Inputs {
		if !w.fillUp(row, i, u.Inputs[i].Name, place, decimal.New(amount, -int32(scale))) {
			return 0, false, false
		}
	}
	if u.When != nil {
		if v, err := u.When.Eval(row); err != nil || !v.Bool() {
			return 0, false, err == nil
		}
	}
	if u.Amount == nil {
		return amount, true, true
	}
	v, err := u.Amount.Eval(row)
	if err != nil {
		return 0, false, false
	}
	part, ok = coefficient(v.Decimal(), scale)
	return part, true, ok
}

// portion is a share of an amount; ok is false where it has more decimal places.
func portion(amount, share int64) (part int64, ok bool) {
	if share == oneOf {
		return amount, true
	}
	part, ok = fixed.MulInt64(amount, share)
	return part / oneOf, ok && part%oneOf == 0
}

// settle leaves what counts of what reaches each recipient, as an Applier does. It is false where one has to be asked.
func (w *worker) settle(r *rising, limit int64) bool {
	if len(w.reach) > 4*few {
		return false
	}
	for i := range w.reach {
		payee := w.reach[i].payee
		if payee == nobody {
			continue
		}
		w.mine = w.mine[:0]
		for k := i; k < len(w.reach); k++ {
			up := w.reach[k]
			if up.payee != payee {
				continue
			}
			if n := len(w.mine); n > 0 && w.mine[n-1].source >= up.source {
				return false // one credit comes by several roll-ups
			}
			w.mine = append(w.mine, up)
			w.reach[k].payee = nobody
		}
		ok := true
		switch r.same {
		case crediting.Sum:
			w.ups = append(w.ups, w.mine...)
		case crediting.Largest:
			w.canonical()
			best := 0
			for k := range w.mine {
				if abs(w.mine[k].amount) > abs(w.mine[best].amount) {
					best = k
				}
			}
			w.ups = append(w.ups, w.mine[best])
		default:
			ok = w.upTo(payee, limit)
		}
		if !ok {
			return false
		}
	}
	return true
}

// upTo limits what reaches a payee to the event's amount less the payee's own direct credit.
func (w *worker) upTo(payee int32, limit int64) (ok bool) {
	left := limit
	for i := range w.direct {
		if d := &w.direct[i]; d.counted && !d.overlay && d.payee == payee {
			if left, ok = fixed.SubInt64(left, d.raised); !ok {
				return false
			}
		}
	}
	if cmp.Compare(left, 0) != cmp.Compare(limit, 0) {
		left = 0
	}
	w.canonical()
	for _, up := range w.mine {
		if limit < 0 && up.amount < left || limit >= 0 && up.amount > left {
			if up.amount = left; left == 0 {
				continue
			}
		}
		if left, ok = fixed.SubInt64(left, up.amount); !ok {
			return false
		}
		w.ups = append(w.ups, up)
	}
	return true
}

// canonical orders what reaches a recipient by names, as an Applier does.
func (w *worker) canonical() {
	if len(w.mine) < 2 {
		return
	}
	types := w.book.layout.types
	slices.SortStableFunc(w.mine, func(x, y up) int {
		a, b := &w.direct[x.source], &w.direct[y.source]
		return cmp.Or(int(truth(a.overlay))-int(truth(b.overlay)), cmp.Compare(a.rule.of.of.ID, b.rule.of.of.ID), cmp.Compare(a.payee, b.payee), cmp.Compare(types[a.typ], types[b.typ]), cmp.Compare(x.rule.ID, y.rule.ID))
	})
}

// few is how many recipients are compared with one another.
const few = 16
