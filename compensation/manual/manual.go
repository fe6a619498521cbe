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
	all   []Adjustment
	of    map[fact.PayeeID][]Adjustment
	every map[string][]Adjustment   // the revisions of an id
	ids   map[fact.PayeeID][]string // of which some revision is of a payee
}

// NewSet takes adjustments in any order; one that is given twice counts once, and of several revisions of an id the highest counts. The error
// joins what is wrong: an adjustment that lacks something, and two of one id and revision that differ.
func NewSet(adjustments iter.Seq2[Adjustment, error]) (*Set, error) {
	type revision struct {
		id    string
		known fact.Revision
	}
	s := &Set{of: map[fact.PayeeID][]Adjustment{}, every: map[string][]Adjustment{}, ids: map[fact.PayeeID][]string{}}
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
		if _, twice := said[key]; !twice {
			said[key] = a
			s.every[a.ID] = append(s.every[a.ID], a)
		}
		if !slices.Contains(s.ids[a.Payee], a.ID) {
			s.ids[a.Payee] = append(s.ids[a.Payee], a.ID)
		}
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
	for _, id := range ids {
		if a := latest[id]; !a.Amount.IsZero() {
			s.all = append(s.all, a)
			s.of[a.Payee] = append(s.of[a.Payee], a)
		}
	}
	for _, of := range s.of { // order: each is sorted on its own
		slices.SortFunc(of, compare)
	}
	return s, nil
}

// compare orders adjustments by period and id.
func compare(a, b Adjustment) int {
	return cmp.Or(a.Period.Compare(b.Period), strings.Compare(a.ID, b.ID))
}

// Of are the adjustments of a payee as far as they were known as of a revision, by period and id; zero is all that is known.
func (s *Set) Of(p fact.PayeeID, asOf fact.Revision) (out []Adjustment) {
	if s == nil {
		return nil
	}
	if asOf == 0 {
		return s.of[p]
	}
	for _, id := range s.ids[p] {
		var then *Adjustment
		for i, a := range s.every[id] {
			if asOf.Sees(a.Known) && (then == nil || then.Known < a.Known) {
				then = &s.every[id][i]
			}
		}
		if then != nil && then.Payee == p && !then.Amount.IsZero() {
			out = append(out, *then)
		}
	}
	slices.SortFunc(out, compare)
	return out
}

// All are all adjustments, by id.
func (s *Set) All() []Adjustment {
	if s == nil {
		return nil
	}
	return s.all
}

// Bound reports whether an adjustment of a payee stands in for an event, or did.
func (s *Set) Bound(p fact.PayeeID) bool {
	return s != nil && slices.ContainsFunc(s.ids[p], func(id string) bool {
		return slices.ContainsFunc(s.every[id], func(a Adjustment) bool { return a.Event != "" })
	})
}
