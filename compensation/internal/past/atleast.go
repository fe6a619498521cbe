package past

import (
	"errors"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/money"
)

// units are what is decided as one: keys that stand for others and, where all of a pay period is decided together, pay periods, each
// with the first of those that it is joined with.
type units struct {
	as    func(Key) Key
	whole bool
	first map[calendar.Period]calendar.Period
}

// unitsOf joins the pay periods of keys that are decided together.
func unitsOf(as func(Key) Key, whole bool, all ...[]Posting) *units {
	u := &units{as, whole, map[calendar.Period]calendar.Period{}}
	seen := map[Key]calendar.Period{}
	for _, some := range all {
		for i := range some {
			p := &some[i]
			k := as(p.Key)
			k.Group = Earned
			before, ok := seen[k]
			if !whole || !ok {
				seen[k] = p.EarnedFor
				continue
			}
			if a, b := u.root(before), u.root(p.EarnedFor); a != b {
				u.first[b] = a
			}
		}
	}
	return u
}

func (u *units) root(p calendar.Period) calendar.Period {
	for {
		next, joined := u.first[p]
		if !joined {
			return p
		}
		p = next
	}
}

// of is the unit of a key.
func (u *units) of(k Key) Key {
	if u.whole {
		return Key{EarnedFor: u.root(k.EarnedFor)}
	}
	k = u.as(k)
	k.Group = Earned
	return k
}

// AtLeast takes, of what keys come to now and what they did without facts that came late, what pays more: for each event of a component, with
// what takes it back, and for each period of one. As gives a key that several have in common of which one makes up for another, as an
// event and its reversals do, or the periods of a window to date. Where whole is true, it is what pays more for each pay period in all, since
// caps and guarantees look at components together; pay periods that have a key in common are one. Kept are the postings that the
// late facts would have taken, and less what they would have put in their place.
func AtLeast(now, without []Posting, as func(Key) Key, whole bool) (out []Posting, kept func(Key) bool, spared money.Amount, err error) {
	units := unitsOf(as, whole, now, without)
	more := map[Key]money.Amount{} // without less now
	add := func(all []Posting, sign func(money.Amount) money.Amount) {
		for i := range all {
			if p := &all[i]; p.Group == Earned || p.Group == Capped || p.Group == ToppedUp {
				u := units.of(p.Key)
				sum, bad := more[u].Add(sign(p.Amount))
				more[u], err = sum, errors.Join(err, bad)
			}
		}
	}
	add(without, func(a money.Amount) money.Amount { return a })
	add(now, money.Amount.Neg)
	kept = func(k Key) bool { return k.Group != Adjusted && more[units.of(k)].Sign() > 0 }
	for _, p := range now {
		if !kept(p.Key) {
			out = append(out, p)
		}
	}
	for _, p := range without {
		if kept(p.Key) {
			out = append(out, p)
		}
	}
	for _, a := range more { // order: sums do not depend on it
		if a.Sign() > 0 {
			sum, bad := spared.Add(a)
			spared, err = sum, errors.Join(err, bad)
		}
	}
	return out, kept, spared, err
}
