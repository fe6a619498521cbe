package hold

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/internal/mirror"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/internal/fixed"
)

// given is what a payee is credited with for an event.
type given struct {
	payee fact.PayeeID
	event fact.EventID
}

// reversals are the credits that take others back.
type reversals struct {
	all   []*crediting.Credit
	taken map[given]*taken
}

// taken is what a payee is credited with for an event that is taken back.
type taken struct {
	back    map[int32][]*crediting.Credit         // by the place of what each takes back among what was given
	next    int32                                 // that place, of the credits so far
	counts  map[*crediting.Credit]decimal.Decimal // what each takes of what counts; only where something was held
	counted []counted
	sorted  bool
}

// counted is what counts of a credit from a day on: all of it, or a part that was released.
type counted struct {
	credit crediting.Credit
	nth    int32           // of the credit
	gone   decimal.Decimal // taken back
}

func mirrored(credits []crediting.Credit) *reversals {
	r := &reversals{}
	for i := range credits {
		c := &credits[i]
		by := c.Event.Reversal()
		if by == nil {
			continue
		}
		if r.taken == nil {
			r.taken = map[given]*taken{}
		}
		g := given{c.Payee, by.Of.ID}
		if r.taken[g] == nil {
			r.taken[g] = &taken{back: map[int32][]*crediting.Credit{}}
		}
		r.taken[g].back[c.Nth] = append(r.taken[g].back[c.Nth], c)
		r.all = append(r.all, c)
	}
	return r
}

// of are those that take back a credit, in order. It is asked for each credit once, in order; nil: it is not taken back.
func (r *reversals) of(c *crediting.Credit) (*taken, []*crediting.Credit) {
	t := r.taken[given{c.Payee, c.Event.ID}]
	if t == nil {
		return nil, nil
	}
	t.next++
	return t, t.back[t.next-1]
}

// count notes what counts of the last credit that was asked for.
func (t *taken) count(c crediting.Credit) {
	if t != nil {
		t.counted = append(t.counted, counted{credit: c, nth: t.next - 1})
	}
}

// cancel notes what a reversal of held credit takes of what counts.
func (t *taken) cancel(m *crediting.Credit, counts decimal.Decimal) {
	if t.counts == nil {
		t.counts = map[*crediting.Credit]decimal.Decimal{}
	}
	t.counts[m] = counts
}

// divide appends what reversals take of what counts.
func (r *reversals) divide(out []crediting.Credit, d Division) []crediting.Credit {
	for _, m := range r.all {
		t := r.taken[given{m.Payee, m.Event.Reversal().Of.ID}]
		switch {
		case t.counts == nil: // nothing of it was held
			out = append(out, *m)
		case m.Nth == 0:
			out = t.divide(out, m.Event, d)
		}
	}
	return out
}

// divide appends a credit for each part that counts by the time of a reversal, in their order.
func (t *taken) divide(out []crediting.Credit, by *crediting.Event, d Division) []crediting.Credit {
	if !t.sorted {
		slices.SortStableFunc(t.counted, func(a, b counted) int { return declared(a.credit, b.credit) })
		t.sorted = true
	}
	so := len(t.counted)
	if after := slices.IndexFunc(t.counted, func(p counted) bool { return p.credit.Date().After(by.Date()) }); after >= 0 {
		so = after
	}
	amounts := make([]decimal.Decimal, so)
	mirrors := make([]*crediting.Credit, t.next)
	for nth := range t.next {
		if i := slices.IndexFunc(t.back[nth], func(m *crediting.Credit) bool { return m.Event == by }); i >= 0 {
			mirrors[nth] = t.back[nth][i]
			t.share(nth, mirrors[nth], amounts, d)
		}
	}
	place := int32(0)
	for i := range amounts {
		p := &t.counted[i]
		if mirrors[p.nth] == nil {
			continue
		}
		m := *mirrors[p.nth]
		m.Amount, m.Nth = amounts[i].Neg(), place
		m.Release = &crediting.Release{On: by.Date(), Whole: p.credit.Amount, Before: p.gone, Of: p.credit.Date()}
		p.gone = p.gone.Add(amounts[i])
		out, place = append(out, m), place+1
	}
	return out
}

// share divides what a reversal takes of what counts of a credit among its parts, by what is left of each: rounded
// cumulatively, so that they come to it.
func (t *taken) share(nth int32, m *crediting.Credit, amounts []decimal.Decimal, d Division) {
	takes, held := t.counts[m]
	if !held {
		takes = m.Amount.Neg()
	}
	all := decimal.Zero
	for i := range amounts {
		if p := &t.counted[i]; p.nth == nth {
			all = all.Add(p.credit.Amount).Sub(p.gone)
		}
	}
	last := takes.Equal(all) && m.Event.Reversal().Last() // then nothing is left of any part, also where they come to nothing
	if !last && (all.IsZero() || takes.IsZero()) {
		return
	}
	if last {
		all, takes = one, one
	}
	if all.IsNegative() {
		all, takes = all.Neg(), takes.Neg()
	}
	places := max(int32(d.Places(m)), mirror.Places(takes))
	sum, before := decimal.Zero, decimal.Zero
	for i := range amounts {
		p := &t.counted[i]
		if p.nth != nth {
			continue
		}
		sum = sum.Add(p.credit.Amount).Sub(p.gone)
		upTo := mirror.Portion(sum, places, takes, all, fixed.HalfEven)
		amounts[i], before = upTo.Sub(before), upTo
	}
}
