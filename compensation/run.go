package compensation

import (
	"iter"
	"net/url"
	"slices"
	"strings"

	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/compensation/internal/holding"

	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/hold"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
)

// Run is the result of computing a period: a proposal, until it is committed. It
// is immutable and safe for concurrent use.
type Run struct {
	book     *Book
	request  Request
	span     span
	credited *crediting.Crediting
	credits  map[fact.PayeeID]*own
	groups   *measure.Groups
	lines    []earning.Line
	cuts     []earning.Cut
	kept     []hold.Kept
	moves    []holding.Move
	left     []holding.Balance
	payouts  []Payout
	index    map[payoutKey]int
	entries  []ledger.Entry
	findings source.Diagnostics
}

// Payout is what one component of a plan pays a payee for a pay period. Its ID is
// made from the period, the payee, the plan and the component, never from a counter.
type Payout struct {
	ID        string
	Payee     fact.PayeeID
	Plan      fact.PlanID
	Component string
	Period    calendar.Period // the pay period
	Amount    money.Amount
}

// payoutID is period/payee/plan/component, with what would disturb a path escaped.
func payoutID(period string, payee fact.PayeeID, p fact.PlanID, component string) string {
	return period + "/" + escape(string(payee)) + "/" + escape(string(p)) + "/" + escape(component)
}

func escape(s string) string {
	return strings.ReplaceAll(url.PathEscape(s), "%20", " ")
}

// Payouts are the payouts by period, payee, plan and component. A component that
// was computed and paid nothing is there, with zero.
func (r *Run) Payouts() iter.Seq[Payout] { return slices.Values(r.payouts) }

// Entries are the ledger entries of the run, in the canonical order of listings.
func (r *Run) Entries() iter.Seq[ledger.Entry] { return slices.Values(r.entries) }

// Periods are the pay periods that the run computed.
func (r *Run) Periods() []calendar.Period { return slices.Clone(r.span.periods) }

// Findings are the warnings of the run: what was computed, but should be looked at.
func (r *Run) Findings() source.Diagnostics { return slices.Clone(r.findings) }

// Credits are the credits of the run's periods, in declared order of their events.
func (r *Run) Credits() iter.Seq[crediting.Credit] {
	return func(yield func(crediting.Credit) bool) {
		for _, c := range r.credited.Credits {
			if r.span.days.Contains(c.Date()) && !yield(c) {
				return
			}
		}
	}
}

// Uncredited are the events of the run's periods, or parts of them, that nobody
// was credited with.
func (r *Run) Uncredited() iter.Seq[crediting.Uncredited] {
	return func(yield func(crediting.Uncredited) bool) {
		for _, u := range r.credited.Uncredited {
			if r.span.days.Contains(u.Event.Date()) && !yield(u) {
				return
			}
		}
	}
}

// Suspense are those of Uncredited that wait for the owner of a territory: they are credited in a
// run of the same periods once an owner is entered for their dates.
func (r *Run) Suspense() iter.Seq[crediting.Uncredited] {
	return func(yield func(crediting.Uncredited) bool) {
		for u := range r.Uncredited() {
			if u.Suspense != "" && !yield(u) {
				return
			}
		}
	}
}

// Book is the book that was run.
func (r *Run) Book() *Book { return r.book }

// Payout is the payout of an ID.
func (r *Run) Payout(id string) (Payout, bool) {
	at := slices.IndexFunc(r.payouts, func(p Payout) bool { return p.ID == id })
	if at < 0 {
		return Payout{}, false
	}
	return r.payouts[at], true
}

func negative(path string, a money.Amount) source.Diagnostic {
	return source.Warnf("negative-payout", source.Span{File: path}, "the payee would have to pay back %s", a.Neg()).
		WithHint("look at the cancelled events, or carry the amount into the next period by hand")
}
