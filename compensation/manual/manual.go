// Package manual holds what people enter by hand: adjustments of pay, each with a reason, an author and who approved it.
//
// Terms. An [Adjustment] may name the event that it stands in for: once that event is credited to the payee, the adjustment is
// taken back. A [Set] is the adjustments that count, by payee.
package manual

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// Adjustment is an amount that is paid, or taken back, by hand.
type Adjustment struct {
	ID       string          // its own; a later revision of one replaces it
	Payee    fact.PayeeID    // whose pay it is
	Period   calendar.Period // the pay period that it is for
	Event    fact.EventID    // that it stands in for; empty: none
	Amount   money.Amount    // below zero it is taken; zero is none any more
	Reason   string          // in words
	Author   string          // who entered it
	Approver string          // who approved it; empty: nobody has
	Known    fact.Revision   // when it became known
}

// Approved reports whether somebody else than the author has approved it.
func (a *Adjustment) Approved() bool { return a.Approver != "" && a.Approver != a.Author }

// Cause is why, for the ledger.
func (a *Adjustment) Cause() string {
	text := a.ID + ": " + a.Reason + ", by " + a.Author
	if a.Approver != "" {
		text += ", approved by " + a.Approver
	}
	return text
}

func (a *Adjustment) fault() string {
	switch {
	case a.ID == "":
		return "it has no id"
	case a.Payee == "":
		return "it is nobody's"
	case a.Period.IsZero():
		return "it is for no pay period"
	case a.Amount.Currency().IsZero() && !a.Amount.IsZero():
		return "its amount has no currency"
	case !a.Amount.IsMinor():
		return a.Amount.String() + " can't be paid: round it to the minor unit"
	case strings.TrimSpace(a.Reason) == "":
		return "it has no reason"
	case a.Author == "":
		return "it has no author"
	}
	return ""
}

// Set is adjustments by payee. A nil *Set has none.
type Set struct {
	all []Adjustment
	of  map[fact.PayeeID][]Adjustment
}

// NewSet takes adjustments in any order; one that is given twice counts once, and of several revisions of an id the highest counts. The error
// joins what is wrong: an adjustment that lacks something, and two of one id and revision that differ.
func NewSet(adjustments iter.Seq2[Adjustment, error]) (*Set, error) {
	type revision struct {
		id    string
		known fact.Revision
	}
	said, latest := map[revision]Adjustment{}, map[string]Adjustment{}
	var ids []string
	var faults []error
	for a, err := range adjustments {
		if err != nil {
			return nil, err
		}
		if problem := a.fault(); problem != "" {
			faults = append(faults, fmt.Errorf("adjustment %q of payee=%s: %s", a.ID, a.Payee, problem))
			continue
		}
		key := revision{a.ID, a.Known}
		if was, known := said[key]; known && was != a {
			faults = append(faults, fmt.Errorf("adjustment %q: two that became known together differ", a.ID))
			continue
		}
		said[key] = a
		was, known := latest[a.ID]
		if !known {
			ids = append(ids, a.ID)
		}
		if !known || was.Known < a.Known {
			latest[a.ID] = a
		}
	}
	if len(faults) > 0 {
		slices.SortFunc(faults, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
		return nil, errors.Join(faults...)
	}
	slices.Sort(ids)
	s := &Set{of: map[fact.PayeeID][]Adjustment{}}
	for _, id := range ids {
		if a := latest[id]; !a.Amount.IsZero() {
			s.all = append(s.all, a)
			s.of[a.Payee] = append(s.of[a.Payee], a)
		}
	}
	for _, of := range s.of { // order: each is sorted on its own
		slices.SortStableFunc(of, func(a, b Adjustment) int { return cmp.Or(a.Period.Compare(b.Period), strings.Compare(a.ID, b.ID)) })
	}
	return s, nil
}

// Of are the adjustments of a payee, by period and id.
func (s *Set) Of(p fact.PayeeID) []Adjustment {
	if s == nil {
		return nil
	}
	return s.of[p]
}

// All are all adjustments, by id.
func (s *Set) All() []Adjustment {
	if s == nil {
		return nil
	}
	return s.all
}

// Bound reports whether an adjustment of a payee stands in for an event.
func (s *Set) Bound(p fact.PayeeID) bool {
	return slices.ContainsFunc(s.Of(p), func(a Adjustment) bool { return a.Event != "" })
}
