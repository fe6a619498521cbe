// Package closing tells how far pay periods have come on their way into a ledger, by the marks that stand in it: approvals,
// closes, reopenings, and payments that are with payroll.
//
// Terms. A mark is an entry about a pay period as a whole, which moves no money; a [Standing] is what marks and entries say of
// a period. An [Act] is who did it, when and why.
package closing

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// State is how far a pay period has come on its way into the ledger. The zero value is open.
type State uint8

// The states, in their order. A period that is reopened is open again.
const (
	StateOpen      State = iota // StateOpen takes what is calculated as a proposal.
	StateApproved               // StateApproved has a proposal that somebody agrees with.
	StateClosed                 // StateClosed has its entries in the ledger.
	StateDisbursed              // StateDisbursed has its payments with payroll, and can't be reopened.
)

// String is "open", "approved", "closed" or "disbursed".
func (s State) String() string {
	switch s {
	case StateApproved:
		return "approved"
	case StateClosed:
		return "closed"
	case StateDisbursed:
		return "disbursed"
	}
	return "open"
}

// Standing is what a ledger says of one pay period.
type Standing struct {
	// Period is the pay period.
	Period calendar.Period
	// State is how far it has come.
	State State
	// Marks are its approvals, closes and reopenings, in the order in which they were written.
	Marks []ledger.Entry
}

// Approvers are who approved a proposal, by marks whose cause begins with it, in order, each once. An approval holds until the
// period is closed.
func (s *Standing) Approvers(proposal string) (who []string) {
	for _, m := range s.Marks {
		switch {
		case m.Kind == ledger.Closed:
			who = nil
		case m.Kind == ledger.Approved && strings.HasPrefix(m.Cause, proposal) && !slices.Contains(who, m.Actor):
			who = append(who, m.Actor)
		}
	}
	return who
}

// Standings are the pay periods that a ledger knows, in order. A period that has entries is closed, also where no mark says so.
// The error is that of the entries.
func Standings(entries iter.Seq2[ledger.Entry, error]) ([]Standing, error) {
	var out []Standing
	for e, err := range entries {
		if err != nil {
			return nil, err
		}
		at, known := slices.BinarySearchFunc(out, e.PostedIn, func(s Standing, p calendar.Period) int { return s.Period.Compare(p) })
		if !known {
			out = slices.Insert(out, at, Standing{Period: e.PostedIn})
		}
		out[at].take(e)
	}
	return out, nil
}

// take notes an entry.
func (s *Standing) take(e ledger.Entry) {
	if e.Kind.Mark() {
		s.Marks = append(s.Marks, e)
	}
	switch e.Kind {
	case ledger.Reopened:
		s.State = StateOpen
	case ledger.Approved:
		s.State = max(s.State, StateApproved)
	case ledger.Disbursed:
		s.State = StateDisbursed
	default:
		s.State = max(s.State, StateClosed)
	}
}

// Act is who does something to a pay period, and when: a time in UTC to the second, or none where nobody needs to know.
type Act struct {
	// Actor is who answers for it.
	Actor string
	// At is when; the zero time is not recorded.
	At time.Time
	// Reason is why, in words; it may be empty but when a period is reopened.
	Reason string
}

// Mark is an entry about a pay period. What it is about comes first.
func (a Act) Mark(kind ledger.Kind, p calendar.Period, what string) ledger.Entry {
	parts := []string{}
	if what != "" {
		parts = append(parts, what)
	}
	if !a.At.IsZero() {
		parts = append(parts, "at "+a.At.UTC().Format(time.RFC3339))
	}
	if a.Reason != "" {
		parts = append(parts, a.Reason)
	}
	return ledger.Entry{Kind: kind, PostedIn: p, Cause: strings.Join(parts, ", "), Actor: a.Actor}
}

// Version is a version of a plan that a pay period was closed with: Plan and Version, and the Hash of its file.
type Version struct{ Plan, Version, Hash string }

// knownWord begins what a mark says of facts.
const knownWord = "known"

// KnownText is the position up to which facts were known, as a mark names it: known 12.
func KnownText(r fact.Revision) string { return knownWord + " " + strconv.FormatUint(uint64(r), 10) }

// Known is the position up to which facts were known when the period was closed for the last time; false: it is open, or no mark says so.
func (s *Standing) Known() (fact.Revision, bool) {
	for _, m := range slices.Backward(s.Marks) {
		switch m.Kind {
		case ledger.Reopened:
			return 0, false
		case ledger.Closed:
			_, text, _ := strings.Cut(m.Cause, ", "+knownWord+" ")
			text, _, _ = strings.Cut(text, ",")
			n, err := strconv.ParseUint(text, 10, 64)
			return fact.Revision(n), err == nil
		}
	}
	return 0, false
}

// plansWord begins what a mark says of plans.
const plansWord = "plans"

// PlansText is versions as a mark names them, in the order given: plans "Rep" "2026.1" 9f86…, …
func PlansText(all []Version) string {
	text := plansWord
	for _, v := range all {
		text += " " + strconv.Quote(v.Plan) + " " + strconv.Quote(v.Version) + " " + v.Hash
	}
	return text
}

// PlansOf are the versions that the cause of a mark names.
func PlansOf(cause string) (out []Version) {
	_, text, _ := strings.Cut(cause, ", "+plansWord+" ")
	for {
		name, err := strconv.QuotedPrefix(text)
		if err != nil {
			return out
		}
		rest := strings.TrimPrefix(text[len(name):], " ")
		version, err := strconv.QuotedPrefix(rest)
		if err != nil {
			return out
		}
		rest = strings.TrimPrefix(rest[len(version):], " ")
		hash, after, _ := strings.Cut(rest, " ")
		v := Version{Hash: strings.TrimSuffix(hash, ",")}
		if v.Plan, err = strconv.Unquote(name); err == nil {
			v.Version, err = strconv.Unquote(version)
		}
		if err != nil {
			return out
		}
		if out, text = append(out, v), after; v.Hash != hash {
			return out
		}
	}
}
