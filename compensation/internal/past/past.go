// Package past tells by how much what pay periods come to now differs from what the ledger holds of them (semantics, §8,
// "Prior period").
//
// Terms. [Books] are what a ledger holds, by payee. What was posted before a pay period is its past. A [Key] is what is
// compared: a component of a plan, an event or a period, and the period that it was earned for; all entries of a key count,
// wherever they were posted. A [Difference] is what a key comes to now less what was posted of it.
//
// Trap. A key that has no value now is not one without a fact: who compares has to know that the facts of the past are there.
package past

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/ledger/closing"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// Books are what a ledger holds, up to a head. They are immutable.
type Books struct {
	Head      ledger.Head // up to which they go
	standings []closing.Standing
	of        map[fact.PayeeID][]Posting
}

// Posting is an entry without what nothing is computed from: its Key, Kind, and the pay period that it was PostedIn.
type Posting struct {
	Key
	Kind     ledger.Kind
	PostedIn calendar.Period
	Amount   money.Amount // in the currency that the payee is paid in
	Stated   money.Amount // the same in the company's currency, where the payee is paid in another one
}

// Key is what entries of the past and what they come to now have in common: a Group of kinds, the Plan and the Component, and what
// it was EarnedFor.
type Key struct {
	Group     Group
	Plan      fact.PlanID
	Component string
	Event     fact.EventID // empty: of a period
	EarnedFor calendar.Period
}

// Group is the kinds of which one makes up for another.
type Group uint8

// The groups. What is in none moves balances, which are never derived again.
const (
	Balances  Group = iota
	Earned          // Earned is gross: Earned, ClawedBack, PriorPeriod.
	Capped          // Capped is what caps take and give back.
	ToppedUp        // ToppedUp is what guarantees add.
	Held            // Held is what is held, less what is released.
	Cancelled       // Cancelled is what is taken back while it is held.
	Adjusted        // Adjusted is what was entered by hand.
	Forfeited       // Forfeited is what is lost by who leaves.
)

// String says what the group is.
func (g Group) String() string {
	return [...]string{"balances", "earned", "capped", "guaranteed", "held", "cancelled", "adjusted", "forfeited"}[g]
}

// GroupOf is the group of a kind.
func GroupOf(k ledger.Kind) Group {
	switch k {
	case ledger.Earned, ledger.ClawedBack, ledger.FXDifference, ledger.PriorPeriod:
		return Earned
	case ledger.Capped:
		return Capped
	case ledger.GuaranteeTopUp:
		return ToppedUp
	case ledger.Held, ledger.Released:
		return Held
	case ledger.HoldCancelled:
		return Cancelled
	case ledger.Adjusted:
		return Adjusted
	case ledger.Forfeited:
		return Forfeited
	}
	return Balances
}

// PostingOf is what counts of an entry.
func PostingOf(e *ledger.Entry) Posting {
	return Posting{Key{GroupOf(e.Kind), e.Plan, e.Component, e.Event, e.EarnedFor}, e.Kind, e.PostedIn, e.Amount, e.PlanAmount}
}

// Kind is how a difference is posted. What was earned for a period that is closed is a kind of its own.
func (g Group) Kind(amount money.Amount) ledger.Kind {
	switch g {
	case Earned:
		return ledger.PriorPeriod
	case Capped:
		return ledger.Capped
	case ToppedUp:
		return ledger.GuaranteeTopUp
	case Cancelled:
		return ledger.HoldCancelled
	case Adjusted:
		return ledger.Adjusted
	case Forfeited:
		return ledger.Forfeited
	}
	if amount.Sign() < 0 {
		return ledger.Held
	}
	return ledger.Released
}

// Read reads a ledger. The error is that of the store, or says that its pay periods are not those of the calendar.
func Read(ctx context.Context, store ledger.Store, cal calendar.Calendar, unit calendar.Unit) (*Books, error) {
	head, err := store.Head(ctx)
	if err != nil {
		return nil, err
	}
	b := &Books{Head: head, of: map[fact.PayeeID][]Posting{}}
	names := map[string]string{} // one text for each name, and not one for each entry
	known := func(name string) string {
		if same, ok := names[name]; ok {
			return same
		}
		names[name] = name
		return name
	}
	b.standings, err = closing.Standings(func(yield func(ledger.Entry, error) bool) {
		for e, err := range store.Scan(ctx, ledger.Head{}) {
			if same := cal.PeriodOf(unit, calendar.MustDate("2000-01-01")); err == nil && (e.PostedIn.Calendar != same.Calendar || e.PostedIn.Unit != unit) {
				err = fmt.Errorf("the ledger has the pay period %s, which is none of the company's calendar: is it the ledger of this company?", e.PostedIn)
			}
			if err == nil && !e.Kind.Mark() {
				e.Plan, e.Component = fact.PlanID(known(string(e.Plan))), known(e.Component)
				b.of[e.Payee] = append(b.of[e.Payee], PostingOf(&e))
			}
			if !yield(e, err) {
				return
			}
		}
	})
	return b, err
}

// First is the first pay period that was ever closed; false: none was.
func (b *Books) First() (first calendar.Period, ok bool) {
	for i := range b.standings {
		if wasClosed(&b.standings[i]) {
			return b.standings[i].Period, true
		}
	}
	return first, false
}

// Open is the first pay period that is not closed: the one that was reopened, or the one after the last. False: none was ever
// closed.
func (b *Books) Open() (open calendar.Period, ok bool) {
	for i := range b.standings {
		s := &b.standings[i]
		if !wasClosed(s) {
			continue
		}
		if open, ok = s.Period.Plus(1), true; s.State < closing.StateClosed {
			return s.Period, true
		}
	}
	return open, ok
}

// wasClosed reports whether entries were ever posted to a period.
func wasClosed(s *closing.Standing) bool {
	return s.State >= closing.StateClosed || slices.ContainsFunc(s.Marks, func(e ledger.Entry) bool { return e.Kind == ledger.Reopened })
}

// Standing is what the ledger says of a pay period.
func (b *Books) Standing(p calendar.Period) closing.Standing {
	at, ok := slices.BinarySearchFunc(b.standings, p, func(s closing.Standing, p calendar.Period) int { return s.Period.Compare(p) })
	if !ok {
		return closing.Standing{Period: p}
	}
	return b.standings[at]
}

// Standings are the pay periods that the ledger knows, in order.
func (b *Books) Standings() []closing.Standing { return b.standings }

// Payees are those who have entries, in order.
func (b *Books) Payees() []fact.PayeeID { return slices.Sorted(maps.Keys(b.of)) }

// Before are the entries of a payee that were posted before a pay period, in the order in which they were.
func (b *Books) Before(payee fact.PayeeID, p calendar.Period) iter.Seq[Posting] {
	return func(yield func(Posting) bool) {
		for _, e := range b.of[payee] {
			if e.PostedIn.Compare(p) < 0 && !yield(e) {
				return
			}
		}
	}
}

// In are the entries of a payee that were posted in a pay period.
func (b *Books) In(payee fact.PayeeID, p calendar.Period) iter.Seq[Posting] {
	return func(yield func(Posting) bool) {
		for _, e := range b.of[payee] {
			if e.PostedIn == p && !yield(e) {
				return
			}
		}
	}
}

// Difference is by how much what a key comes to Now is more than what was Posted of it.
type Difference struct {
	Key
	Now, Posted, Amount money.Amount
	Stated              money.Amount // what Amount is in the company's currency, where the payee is paid in another one
}

// Differences compares what keys come to now with what was posted, for one payee: those that are not zero, in the order of their
// keys. Summed leaves events aside: where they were only added up, what one has gained may be what another has lost. The error is
// money.ErrOverflow, or that of two currencies.
func Differences(now, posted iter.Seq[Posting], summed bool) (out []Difference, err error) {
	all := map[Key]*Difference{}
	take := func(p Posting, stated money.Amount, into func(*Difference) *money.Amount) {
		if p.Group == Balances || err != nil {
			return
		}
		if summed {
			p.Event = ""
		}
		d := all[p.Key]
		if d == nil {
			d = &Difference{Key: p.Key}
			all[p.Key] = d
		}
		sum := into(d)
		if *sum, err = sum.Add(p.Amount); err == nil {
			d.Stated, err = d.Stated.Add(stated)
		}
	}
	for p := range now {
		take(p, p.Stated, func(d *Difference) *money.Amount { return &d.Now })
	}
	for p := range posted {
		take(p, p.Stated.Neg(), func(d *Difference) *money.Amount { return &d.Posted })
	}
	if err != nil {
		return nil, err
	}
	for _, k := range slices.SortedFunc(maps.Keys(all), Key.Compare) {
		d := all[k]
		if d.Amount, err = d.Now.Sub(d.Posted); err != nil {
			return nil, err
		}
		if !d.Amount.IsZero() {
			out = append(out, *d)
		}
	}
	return out, nil
}

// Compare orders keys by period, plan, component, event and group.
func (k Key) Compare(o Key) int {
	return cmp.Or(k.EarnedFor.Compare(o.EarnedFor), strings.Compare(string(k.Plan), string(o.Plan)), strings.Compare(k.Component, o.Component),
		strings.Compare(string(k.Event), string(o.Event)), cmp.Compare(k.Group, o.Group))
}

// Since is the first day of the pay periods that were open when a fact became known: what was closed before did not see it. It is no
// date where it came before all that is closed.
func (b *Books) Since(known fact.Revision, cal calendar.Calendar) (since calendar.Date, err error) {
	for i := range b.standings {
		s := &b.standings[i]
		if saw, ok := s.Known(); !ok || saw >= known {
			continue
		}
		days, err := cal.Range(s.Period)
		if err != nil {
			return since, err
		}
		since = days.To
	}
	return since, nil
}
