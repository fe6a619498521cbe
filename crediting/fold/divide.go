package fold

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/internal/fixed"
)

// oneOf is the whole, in units of which shares are.
const oneOf = 1_000_000

// most recipients of a rule whose shares are kept for each choice of them.
const mostTo = 6

// units are a share as so many units; ok is false where it is finer.
func units(share decimal.Decimal) (n int64, ok bool) {
	if share.Exponent() == 0 && share.IsInteger() && share.CoefficientInt64() == 1 { // as most are
		return oneOf, true
	}
	if share.NumDigits() > 12 || share.IsNegative() {
		return 0, false
	}
	exact := share.Shift(6)
	return exact.IntPart(), exact.IsInteger()
}

// shares are those of recipients, by which of them are there, a bit each. It is nil where they are too many, or
// too fine.
func shares(to []crediting.Recipient) (out [][]int64) {
	if len(to) > mostTo {
		return nil
	}
	for mask := range 1 << len(to) {
		left, of := int64(oneOf), make([]int64, len(to))
		for i, r := range to {
			part, ok := units(r.Part)
			switch {
			case !ok:
				return nil
			case r.Share == crediting.All:
				of[i] = oneOf
			case r.Share == crediting.Percent && mask>>i&1 > 0:
				of[i] = part
			}
			left -= of[i]
		}
		rest := left
		for i, r := range to {
			if r.Share == crediting.PartOfRest && mask>>i&1 > 0 {
				part, _ := units(r.Part)
				if of[i] = left * part / oneOf; left*part%oneOf != 0 {
					return nil
				}
				rest -= of[i]
			}
		}
		for i, r := range to {
			if r.Share == crediting.Rest {
				of[i] = rest
			}
		}
		if slices.Min(of) < 0 {
			return nil
		}
		out = append(out, of)
	}
	return out
}

// payeesBetween stands between the payees of a field of several.
const payeesBetween = "; "

// crew is several who are found for a recipient of a rule, or one who has a share.
type crew struct {
	members []member
	among   int64 // 1; or how many divide the part equally
	whole   bool  // each has the whole, whatever others have
}

// member is one of a crew, or who takes a part of what a rule gives.
type member struct {
	payee int32
	entry uint8 // of the rule's recipients, that by which it was found
	share int64 // in units of oneOf; or the weight
}

// division is who takes which part of what a rule gives, of the event at hand.
type division struct {
	takers []member
	left   int64 // the weight of nobody; below zero where shares come to more than the whole
	total  int64 // what all weights make up
	equal  bool  // nothing is divided equally among several
	whole  bool  // each has the whole
}

// find is whom a recipient of a rule is: one payee, several, or none.
func (w *worker) find(f *finder) (who int32, c *crew) {
	switch {
	case f.team != nil:
		return w.crew(f.team)
	case f.by == crediting.ByTerritory:
		at := w.territory()
		if at < 0 {
			return at, nil
		}
		who = f.runs.at(int(at), w.day)
		for f.up != nil && who == nobody && f.up[at] >= 0 {
			at = f.up[at]
			who = f.runs.at(int(at), w.day)
		}
	default:
		col := w.view.Column(f.field)
		if col.Has != nil && !col.Has[w.k] {
			return absent, nil
		}
		if code := col.Codes[w.k]; f.by == crediting.ByRole {
			who = w.reached(f, int(code))
		} else if who = f.who[code]; who <= several {
			return who, &f.crews[several-who]
		}
	}
	if who <= several {
		return who, &f.runs.crews[several-who]
	}
	return who, nil
}

// team is the members of a team, by day.
type team struct {
	name string
	via  string // as listings show it
	all  bool   // each has the whole
}

func teamOf(to *crediting.Recipient) *team {
	return &team{name: to.Name, via: "team " + to.Name, all: to.Share == crediting.All}
}

// crew is the members of a team on the day of the event at hand.
func (w *worker) crew(t *team) (who int32, c *crew) {
	if w.teams == nil {
		w.teams = map[*team]map[int32]*crew{}
	}
	days := w.teams[t]
	if days == nil {
		days = map[int32]*crew{}
		w.teams[t] = days
	}
	c, ok := days[w.day]
	if !ok {
		c = w.book.crewOf(t, w.day)
		days[w.day] = c
	}
	switch {
	case c == nil:
		return ask, nil
	case len(c.members) == 0:
		return nobody, nil
	}
	return several, c
}

// crewOf is nil where an Applier has to be asked.
func (b *book) crewOf(t *team, day int32) *crew {
	edges := b.facts.Edges.From("team", t.name, calendar.FromOrdinal(day), b.facts.AsOf)
	c, shared := &crew{among: 1}, false
	for _, e := range edges {
		share, fits := units(e.Share)
		p := b.payee(e.From)
		if !fits || p == ask {
			return nil
		}
		shared = shared || share != oneOf
		c.members = append(c.members, member{payee: p, share: share})
	}
	if !shared {
		c.whole, c.among = t.all, int64(max(1, len(edges)))
	}
	return c
}

// divide finds the recipients of a rule and their parts. It is false where an Applier has to be asked.
func (w *worker) divide(t *boundTerms) bool {
	d := &w.division
	d.takers, d.equal, d.whole = d.takers[:0], true, false
	var who [mostTo]int32
	var crews [mostTo]*crew
	mask, among := 0, int64(1)
	for i := range t.who {
		if !t.who[i].plain {
			return false
		}
		who[i], crews[i] = w.find(t.who[i])
		if who[i] != absent {
			mask |= 1 << i
		}
		if who[i] == ask || t.anyShares && (who[i] == absent || who[i] == nobody) {
			return false
		}
		if crews[i] != nil {
			among *= crews[i].among
			d.equal = d.equal && crews[i].among == 1
			d.whole = d.whole || crews[i].whole && len(t.who) == 1
		}
		if among > 1<<20 {
			return false
		}
	}
	d.total = oneOf * oneOf * among
	d.left = d.total
	take := func(entry int, payee int32, weight int64, ok bool) bool {
		if d.left -= weight; weight != 0 {
			d.takers = append(d.takers, member{payee, uint8(entry), weight})
		}
		return ok
	}
	for i := range t.who {
		share, ok := fixed.MulInt64(t.shares[mask][i], among)
		switch c := crews[i]; {
		case !ok:
			return false
		case c != nil:
			for _, m := range c.members {
				each := share
				if !c.whole {
					each /= c.among
				}
				weight, ok := fixed.MulInt64(each, m.share)
				if !take(i, m.payee, weight, ok) {
					return false
				}
			}
		case who[i] >= 0:
			weight, ok := fixed.MulInt64(share, oneOf)
			if !take(i, who[i], weight, ok) {
				return false
			}
		}
	}
	if d.whole {
		d.left = 0
	}
	return d.left >= 0 || t.anyShares
}

// parts divides an amount at some decimal places among the takers, exactly as an Applier does. It is false where one
// has to be asked.
func (w *worker) parts(t *boundTerms, k int, amount int64, scale uint8) bool {
	d, g := &w.division, &t.gives[k]
	w.part = w.part[:0]
	up := factor(scale, w.book.layout.scales[t.types[k]])
	switch {
	case d.whole || len(d.takers) == 1 && d.left == 0:
		whole, ok := fixed.MulInt64(amount, up)
		for range d.takers {
			w.part = append(w.part, whole)
		}
		return ok && up > 0
	case !g.money && !d.equal:
		return false
	case !g.money:
		whole, ok := fixed.MulInt64(amount, up)
		for _, taker := range d.takers {
			hi, lo := bits.Mul64(uint64(abs(whole)), uint64(taker.share))
			if ok = ok && hi < uint64(d.total); !ok {
				return false
			}
			part, rest := bits.Div64(hi, lo, uint64(d.total))
			if rest != 0 || part > 1<<62 {
				return false
			}
			w.part = append(w.part, signed(part, whole < 0))
		}
		return ok && up > 0
	}
	digits := w.table.digits
	for ; scale > digits && amount%10 == 0; scale-- {
		amount /= 10
	}
	for ; scale < digits; scale++ {
		var ok bool
		if amount, ok = fixed.MulInt64(amount, 10); !ok {
			return false
		}
	}
	up = factor(scale, w.book.layout.scales[t.types[k]])
	return up > 0 && w.allocate(amount) && w.scaled(up)
}

// scaled brings parts to the scale of their type.
func (w *worker) scaled(up int64) bool {
	for i := range w.part {
		var ok bool
		if w.part[i], ok = fixed.MulInt64(w.part[i], up); !ok {
			return false
		}
	}
	return true
}

func signed(n uint64, negative bool) int64 {
	if negative {
		return -int64(n)
	}
	return int64(n)
}

// allocate divides whole units by weights, that of nobody the last: each gets what is sure, and then those with
// the largest remainders one more, the first of equal ones before others. It is what money.AllocateUnits does.
func (w *worker) allocate(amount int64) bool {
	d := &w.division
	left, wholes := d.left, int64(1)
	if left < 0 {
		wholes += -left / d.total
		if left = -(-left % d.total); left < 0 {
			wholes, left = wholes+1, left+d.total
		}
	}
	total, ok := fixed.MulInt64(d.total, wholes)
	if !ok {
		return false
	}
	if amount, ok = fixed.MulInt64(amount, wholes); !ok || amount < -1<<62 {
		return false
	}
	w.rests = w.rests[:0]
	open := abs(amount)
	for i := range len(d.takers) + 1 {
		weight := left
		if i < len(d.takers) {
			weight = d.takers[i].share
		}
		hi, lo := bits.Mul64(uint64(abs(amount)), uint64(weight))
		part, rest := bits.Div64(hi, lo, uint64(total))
		open -= int64(part)
		w.part, w.rests = append(w.part, int64(part)), append(w.rests, remainder{rest, i})
	}
	if open > 0 {
		slices.SortStableFunc(w.rests, func(a, b remainder) int { return cmp.Compare(b.rest, a.rest) })
		for _, r := range w.rests[:open] {
			w.part[r.at]++
		}
	}
	w.part = w.part[:len(d.takers)]
	for i := range w.part {
		w.part[i] = signed(uint64(w.part[i]), amount < 0)
	}
	return true
}

// remainder is what is left of a part that is no whole unit.
type remainder struct {
	rest uint64
	at   int
}
