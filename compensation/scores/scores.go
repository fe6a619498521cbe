// Package scores holds how people scored the objectives of others.
//
// Terms. A [Score] is of a payee, an objective of the payee's plan and a period of the company's calendar, and of who gave it. A [Set]
// finds the one that counts: of several, what became known last.
package scores

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// Places are the decimal places that a score may have.
const Places = 6

// Score is how well a payee did in an objective.
type Score struct {
	Payee     fact.PayeeID    // who is scored
	Objective string          // as the plan calls it
	Period    calendar.Period // that it is for
	Value     decimal.Decimal // 1 is 100 %
	By        fact.PayeeID    // who scored it
	Known     fact.Revision   // when it became known
}

type key struct {
	payee     fact.PayeeID
	objective string
	period    calendar.Period
}

// Set is all scores, immutable and safe for concurrent use. A nil *Set has none.
type Set struct {
	of  map[key][]Score // by Known, ascending
	all []Score
}

// NewSet takes scores in any order; one that is given twice counts once. The error joins what is wrong: a score that lacks something, is below
// zero or too fine, and two that became known together and differ.
func NewSet(all iter.Seq2[Score, error]) (*Set, error) {
	s := &Set{of: map[key][]Score{}}
	var faults []error
	for one, err := range all {
		if err != nil {
			return nil, err
		}
		if problem := one.fault(); problem != "" {
			faults = append(faults, fmt.Errorf("payee=%s objective=%s: %s", one.Payee, one.Objective, problem))
			continue
		}
		k := key{one.Payee, one.Objective, one.Period}
		at, known := slices.BinarySearchFunc(s.of[k], one.Known, func(o Score, at fact.Revision) int { return int(min(1, max(-1, int64(o.Known)-int64(at)))) })
		switch {
		case !known:
			s.of[k] = slices.Insert(s.of[k], at, one)
			s.all = append(s.all, one)
		case !s.of[k][at].Value.Equal(one.Value) || s.of[k][at].By != one.By:
			faults = append(faults, fmt.Errorf("payee=%s objective=%s: two scores that became known together differ", one.Payee, one.Objective))
		}
	}
	slices.SortFunc(faults, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return s, errors.Join(faults...)
}

func (s *Score) fault() string {
	switch {
	case s.Payee == "":
		return "it is nobody's"
	case s.Objective == "":
		return "it is of no objective"
	case s.Period.IsZero():
		return "it is for no period"
	case s.By == "":
		return "nobody gave it"
	case s.Value.IsNegative():
		return "a score is zero or more"
	case s.Value.Exponent() < -Places && !s.Value.Equal(s.Value.Truncate(Places)):
		return fmt.Sprintf("a score has at most %d decimal places", Places)
	}
	return ""
}

// Find is the score of a payee for an objective and a period, as known.
func (s *Set) Find(payee fact.PayeeID, objective string, period calendar.Period, asOf fact.Revision) (score Score, ok bool) {
	if s == nil {
		return score, false
	}
	list := s.of[key{payee, objective, period}]
	for i := len(list) - 1; i >= 0; i-- {
		if asOf.Sees(list[i].Known) {
			return list[i], true
		}
	}
	return score, false
}

// All are all scores, in the order in which they came.
func (s *Set) All() []Score {
	if s == nil {
		return nil
	}
	return s.all
}
