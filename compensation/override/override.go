// Package override holds exceptions that people agree for single payees: another amount for a personal value of a plan, on some days, with a
// reason and who entered it.
//
// Terms. An [Override] stands in the place of what an assignment says, up to its last day; one without a last day holds until somebody
// ends it. A [Set] is the overrides that count, by payee.
package override

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
)

// Override is another amount for a personal value.
type Override struct {
	Payee  fact.PayeeID    // whose it is
	Plan   fact.PlanID     // that declares the value
	Value  string          // its name
	Amount decimal.Decimal // in the unit of the value
	Reason string          // in words
	Author string          // who entered it
	Stamp  fact.Stamp      // when it holds, and since when it is known
}

// Cause is why, for explanations.
func (o *Override) Cause() string { return "override by " + o.Author + ": " + o.Reason }

func (o *Override) fault() string {
	switch {
	case o.Payee == "":
		return "it is nobody's"
	case o.Plan == "" || o.Value == "":
		return "it is of no value of a plan"
	case strings.TrimSpace(o.Reason) == "":
		return "it has no reason"
	case o.Author == "":
		return "it has no author"
	}
	return ""
}

// Set is overrides by payee. A nil *Set has none. It is immutable.
type Set struct {
	of map[fact.PayeeID][]value
}

// value is the overrides of one value of a payee.
type value struct {
	plan fact.PlanID
	name string
	line fact.Timeline[Override]
}

// NewSet takes overrides in any order. Of two of a value that hold on one day, the one that became known later counts. The error joins what
// is wrong: an override that lacks something, and two that contradict each other.
func NewSet(overrides iter.Seq2[Override, error]) (*Set, error) {
	type key struct {
		payee fact.PayeeID
		plan  fact.PlanID
		name  string
	}
	versions, keys := map[key][]fact.Version[Override]{}, []key(nil)
	var faults []error
	for o, err := range overrides {
		if err != nil {
			return nil, err
		}
		if f := o.fault(); f != "" {
			faults = append(faults, fmt.Errorf("payee=%s plan=%s value=%s: %s", o.Payee, o.Plan, o.Value, f))
			continue
		}
		k := key{o.Payee, o.Plan, o.Value}
		if versions[k] == nil {
			keys = append(keys, k)
		}
		versions[k] = append(versions[k], fact.Version[Override]{Value: o, Stamp: o.Stamp})
	}
	slices.SortFunc(keys, func(a, b key) int {
		return cmp.Or(cmp.Compare(a.payee, b.payee), cmp.Compare(a.plan, b.plan), cmp.Compare(a.name, b.name))
	})
	s := &Set{of: map[fact.PayeeID][]value{}}
	for _, k := range keys {
		line, err := fact.NewTimeline(versions[k])
		if err != nil {
			faults = append(faults, fmt.Errorf("payee=%s plan=%s value=%s: %w", k.payee, k.plan, k.name, err))
			continue
		}
		s.of[k.payee] = append(s.of[k.payee], value{k.plan, k.name, line})
	}
	return s, errors.Join(faults...)
}

// Has reports whether a payee has overrides.
func (s *Set) Has(p fact.PayeeID) bool { return s != nil && len(s.of[p]) > 0 }

// Within are a payee's overrides that hold on some days of a range, as known at a revision: by plan, value and day, each with those days.
func (s *Set) Within(p fact.PayeeID, days calendar.Range, asOf fact.Revision) iter.Seq2[calendar.Range, Override] {
	return func(yield func(calendar.Range, Override) bool) {
		if s == nil {
			return
		}
		for _, v := range s.of[p] {
			for run, o := range v.line.Segments(days, asOf) {
				if !yield(run, o.Value) {
					return
				}
			}
		}
	}
}

// At is the override of a value that holds on a day, if there is one.
func (s *Set) At(p fact.PayeeID, of fact.PlanID, name string, day calendar.Date, asOf fact.Revision) (decimal.Decimal, bool) {
	if s == nil {
		return decimal.Zero, false
	}
	for _, v := range s.of[p] {
		if v.plan == of && v.name == name {
			o, ok := v.line.At(day, asOf)
			return o.Value.Amount, ok
		}
	}
	return decimal.Zero, false
}

// All are all overrides as they were given, by payee, plan and value, and then as they became known.
func (s *Set) All() iter.Seq[Override] {
	return func(yield func(Override) bool) {
		if s == nil {
			return
		}
		var ids []fact.PayeeID
		for id := range s.of { // order: sorted below
			ids = append(ids, id)
		}
		slices.Sort(ids)
		for _, id := range ids {
			for _, v := range s.of[id] {
				for o := range v.line.All() {
					if !yield(o.Value) {
						return
					}
				}
			}
		}
	}
}

// Is reports whether two overrides are one.
func (o Override) Is(other Override) bool {
	return o.Payee == other.Payee && o.Plan == other.Plan && o.Value == other.Value && o.Stamp == other.Stamp
}

// Findings say of each override of a payee that it is in force, and what all of them cost; unknown: that can't be told.
func Findings(of []Override, cost money.Amount, unknown bool) (found source.Diagnostics) {
	text := "which costs nothing"
	switch {
	case unknown:
		text = "without which the payee can't be computed"
	case cost.Sign() > 0:
		text = "with which the payee earns " + cost.String() + " more in these pay periods"
	case cost.Sign() < 0:
		text = "with which the payee earns " + cost.Neg().String() + " less in these pay periods"
	}
	if n := len(of); n > 1 {
		text = fmt.Sprintf("one of %d of the payee, %s", n, text)
	}
	for i := range of {
		o := &of[i]
		at := source.Span{File: fmt.Sprintf("payee=%s plan=%s value=%s", o.Payee, o.Plan, o.Value)}
		end := "until somebody ends it"
		if to := o.Stamp.Effective.To; !to.IsZero() {
			end = "until " + to.AddDays(-1).String()
		}
		found = append(found, source.Warnf("override-in-force", at, "%s %s, %s; %s", fact.DecimalText(o.Amount), end, o.Cause(), text).
			WithHint("nothing has to be done; what all of them cost stands in the manifest"))
		if o.Stamp.Effective.To.IsZero() {
			found = append(found, source.Warnf("override-without-end", at, "the override of %s by %s has no last day", o.Value, o.Author).
				WithHint("write the last day under `end` of overrides.csv; where it is for good, change the assignment"))
		}
	}
	return found
}
