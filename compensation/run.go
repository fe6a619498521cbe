package compensation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/payproof/payproof/compensation/internal/holding"
	"github.com/payproof/payproof/compensation/internal/past"
	"github.com/payproof/payproof/compensation/internal/placing"

	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/fold"
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
	digits   uint8 // of the currency
	staff    *placing.Staff
	kept     []hold.Kept
	left     []holding.Balance
	payouts  func() []Payout  // by period and payee
	desks    sync.Pool        // those at which nobody is
	sums     []ledger.KindSum // of entries, payee by payee
	entries  []ledger.Entry   // none where credits were added up, and not kept
	findings source.Diagnostics
	listed   *listed // nil: credits were added up, and not kept
	fold     *fold.Fold
	again    []Restated           // where credits were added up, without events
	spared   []money.Amount       // what late facts do not take, by currency
	floor    *Run                 // without facts that only raise pay; nil: there are none
	results  []settled            // of the payees in order
	whole    func() (*Run, error) // the same with all credits listed

	overridden []Overridden // who has overrides in force
}

func (b *Book) newRun(r Request, s span) *Run {
	digits := uint8(max(0, b.program.Currency.Digits()))
	return &Run{book: b, request: r, span: s, digits: digits, staff: b.placing().Staff(r.AsOf)}
}

// listed is credits one by one.
type listed struct {
	credited *crediting.Crediting
	kept     []hold.Kept // what is held of it
	credits  map[fact.PayeeID]*own
	groups   *measure.Groups
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

// writeID writes the ID of a payout: period/payee/plan/component, with what would disturb a path escaped.
func writeID(to *strings.Builder, period string, p *Payout) {
	to.WriteString(period)
	to.WriteByte('/')
	to.WriteString(escape(string(p.Payee)))
	to.WriteByte('/')
	to.WriteString(escape(string(p.Plan)))
	to.WriteByte('/')
	to.WriteString(escape(p.Component))
}

func escape(s string) string {
	for i := range len(s) {
		if disturbs(s[i]) {
			return strings.ReplaceAll(url.PathEscape(s), "%20", " ")
		}
	}
	return s
}

// disturbs reports whether a character may have to be escaped.
func disturbs(c byte) bool {
	return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != ' ' && c != '-' && c != '_'
}

// Payouts are the payouts by period, payee, plan and component. A component that
// was computed and paid nothing is there, with zero.
func (r *Run) Payouts() iter.Seq[Payout] { return slices.Values(r.payouts()) }

// Entries are the ledger entries of the run, in the canonical order of listings. Where the run has only added
// credits up, they are listed when this is asked for first, which takes as long as crediting every event
// again, one by one.
func (r *Run) Entries() iter.Seq[ledger.Entry] {
	return func(yield func(ledger.Entry) bool) {
		whole, err := r.whole()
		if err != nil { // Err says so
			return
		}
		for _, e := range whole.entries {
			if !yield(e) {
				return
			}
		}
	}
}

// Restated is what closed pay periods come to now for a key, where that is not what was posted of it: for a Payee, and a Component of a
// Plan, for an Event or, where that is empty, the period it is EarnedFor.
type Restated struct {
	Payee      fact.PayeeID
	Plan       fact.PlanID
	Component  string
	Event      fact.EventID
	EarnedFor  calendar.Period
	What       string       // earned, capped, guaranteed, held or cancelled
	Posted     money.Amount // in all, in the ledger
	Now        money.Amount // with what is known now
	Difference money.Amount // Now less Posted: it is posted to the first pay period that is open
}

// Restated are the differences that the run posts for pay periods that are closed, by payee. Like Entries, they may take as long as
// crediting every event again.
func (r *Run) Restated() iter.Seq[Restated] {
	return func(yield func(Restated) bool) {
		whole, err := r.whole()
		if err != nil { // Err says so
			return
		}
		for _, d := range whole.again {
			if !yield(d) {
				return
			}
		}
	}
}

// Err is nil, or says that listing the run's credits and entries gave other payouts than adding them up: a fault
// of the engine, for which they are not given.
func (r *Run) Err() error {
	_, err := r.whole()
	return err
}

// Periods are the pay periods that the run computed.
func (r *Run) Periods() []calendar.Period { return slices.Clone(r.span.periods) }

// Findings are the warnings of the run: what was computed, but should be looked at.
func (r *Run) Findings() source.Diagnostics { return slices.Clone(r.findings) }

// Credits are the credits of the run's periods, in declared order of their events. Where they were only added up,
// they are made as they are asked for.
func (r *Run) Credits() iter.Seq[crediting.Credit] {
	return func(yield func(crediting.Credit) bool) {
		if r.listed != nil {
			for _, c := range r.listed.credited.Credits {
				if r.span.days.Contains(c.Date()) && !yield(c) {
					return
				}
			}
			return
		}
		r.each(r.book.events.Declared(), func(made *crediting.Crediting) bool {
			for _, c := range made.Credits {
				if !yield(c) {
					return false
				}
			}
			return true
		})
	}
}

// Lines are Credits as listings show them, in the same order and without what explains them: they take a fraction
// of the time.
func (r *Run) Lines() iter.Seq[fold.Line] {
	if r.listed == nil {
		return r.fold.Lines(r.span.days)
	}
	return func(yield func(fold.Line) bool) {
		for c := range r.Credits() {
			if !yield(fold.LineOf(&c)) {
				return
			}
		}
	}
}

// Uncredited are the events of the run's periods, or parts of them, that nobody
// was credited with.
func (r *Run) Uncredited() iter.Seq[crediting.Uncredited] {
	return func(yield func(crediting.Uncredited) bool) {
		if r.listed != nil {
			for _, u := range r.listed.credited.Uncredited {
				if r.span.days.Contains(u.Event.Date()) && !yield(u) {
					return
				}
			}
			return
		}
		r.each(r.book.declared(r.fold.Uncredited), func(made *crediting.Crediting) bool {
			for _, u := range made.Uncredited {
				if !yield(u) {
					return false
				}
			}
			return true
		})
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
func (r *Run) Book() *Book {
	if r.book.root != nil {
		return r.book.root
	}
	return r.book
}

// Payout is the payout of an ID.
func (r *Run) Payout(id string) (Payout, bool) {
	at := slices.IndexFunc(r.payouts(), func(p Payout) bool { return p.ID == id })
	if at < 0 {
		return Payout{}, false
	}
	return r.payouts()[at], true
}

// byHand warns of what was entered by hand for a payee.
func (d *desk) byHand(payee fact.PayeeID) {
	cal := d.run.book.program.Calendar
	for _, a := range d.run.book.adjustments.Of(payee, d.run.request.AsOf) {
		at := source.Span{File: fmt.Sprintf("payee=%s period=%s adjustment=%s", payee, cal.Format(a.Period), a.ID)}
		if k, ok := d.run.span.place(a.Period); ok && k >= d.run.span.hidden() && !a.Approved() {
			d.out.warned = append(d.out.warned, source.Warnf("adjustment-unapproved", at, "%s by %s, and nobody else has approved it", a.Amount, a.Author).
				WithHint("have somebody else write the name under `approved by`"))
		}
		if d.run.missed(payee, a.Period) {
			d.out.warned = append(d.out.warned, source.Warnf("adjustment-unpaid", at, "%s is for a pay period that is not restated: it is paid in none", a.Amount).WithHint("name a pay period that is open"))
		}
		changed := slices.ContainsFunc(d.out.again, func(r Restated) bool { return r.EarnedFor == a.Period && r.What != past.Adjusted.String() })
		if a.Event == "" && d.run.span.closed(a.Period) && changed {
			d.out.warned = append(d.out.warned, source.Warnf("adjustment-unbound", at, "%s was paid by hand, and what the period comes to has changed since: it may be paid twice", a.Amount).
				WithHint("name under `event` the event that it stands in for, or take it back with a later revision of 0.00"))
		}
	}
}

// missed reports whether what was entered by hand for a pay period is paid in none: it is over, and it is not compared with the
// ledger, which holds nothing of the kind.
func (r *Run) missed(payee fact.PayeeID, p calendar.Period) bool {
	if r.span.books == nil || p.Compare(r.span.chain[0]) >= 0 {
		return false
	}
	if days, err := r.book.program.Calendar.Range(p); err != nil || r.span.closed(p) && !days.From.Before(r.span.since) {
		return false
	}
	for e := range r.span.books.Before(payee, r.span.chain[0]) {
		if e.Kind == ledger.Adjusted && e.EarnedFor == p {
			return false
		}
	}
	return true
}

func negative(path string, a money.Amount) source.Diagnostic {
	return source.Warnf("negative-payout", source.Span{File: path}, "the payee would have to pay back %s", a.Neg()).
		WithHint("look at the cancelled events, or carry the amount into the next period by hand")
}

// unused says that there are rates which nothing uses: never silently.
func (b *Book) unused() (ds source.Diagnostics) {
	n := b.rates.Len()
	if n == 0 || b.program.Conversion.Set != "" || b.program.Exchange.Set != "" {
		return nil
	}
	many := fmt.Sprintf("%d exchange rates are", n)
	if n == 1 {
		many = "1 exchange rate is"
	}
	return append(ds, source.Warnf("rates-unused", source.Span{File: "fx"}, "%s read and checked, and not used: everything is in %s", many, b.program.Currency).
		WithHint("leave them, they change no payout"))
}

// Approvers are who have approved what the run would post, for all of its pay periods, in order.
func (r *Run) Approvers() ([]string, error) {
	name, err := r.Proposal()
	if err != nil || r.span.books == nil {
		return nil, err
	}
	var all []string
	for i, p := range r.span.periods {
		s := r.span.books.Standing(p)
		who := s.Approvers(name)
		if all = slices.DeleteFunc(all, func(a string) bool { return !slices.Contains(who, a) }); i == 0 {
			all = who
		}
	}
	return all, nil
}

// Proposal names what the run would post: the SHA-256 of the lines of its entries, in the order of listings, each with its LF, as
// ledger.tsv has them. Who approves a run approves this.
func (r *Run) Proposal() (string, error) {
	whole, err := r.whole()
	if err != nil {
		return "", err
	}
	hash, line := sha256.New(), []byte(nil)
	for i := range whole.entries {
		line = append(ledger.AppendLine(line[:0], whole.entries[i]), '\n')
		hash.Write(line)
	}
	return "proposal " + hex.EncodeToString(hash.Sum(nil)), nil
}

// proposed are the run's entries; of a pay period that was reopened, what they are more than those that it holds.
func (r *Run) proposed(ctx context.Context) ([]ledger.Entry, error) {
	whole, err := r.whole()
	if err != nil {
		return nil, err
	}
	entries := slices.Clone(whole.entries)
	if len(r.span.books.Standing(r.span.periods[0]).Marks) == 0 {
		return entries, nil
	}
	key := func(e ledger.Entry) ledger.Entry {
		e.Amount, e.PlanAmount, e.Cause, e.Actor = money.Amount{}, money.Amount{}, "", ""
		return e
	}
	var bad error
	move := func(to, by *ledger.Entry, how func(a, b money.Amount) (money.Amount, error)) {
		var err, err2 error
		to.Amount, err = how(to.Amount, by.Amount)
		to.PlanAmount, err2 = how(to.PlanAmount, by.PlanAmount)
		bad = errors.Join(bad, err, err2)
	}
	held := map[ledger.Entry]int{}
	for i := range entries {
		if at, is := held[key(entries[i])]; is {
			move(&entries[at], &entries[i], money.Amount.Add)
			entries[i].Amount, entries[i].PlanAmount = money.Amount{}, money.Amount{}
			continue
		}
		held[key(entries[i])] = i
	}
	for e, err := range r.book.ledger.Scan(ctx, ledger.Head{}) {
		if err != nil {
			return nil, err
		}
		if _, ours := r.span.place(e.PostedIn); !ours || e.Kind.Mark() {
			continue
		}
		at, is := held[key(e)]
		if !is {
			at = len(entries)
			held[key(e)], entries = at, append(entries, e)
			entries[at].Amount, entries[at].PlanAmount = money.FromMinor(0, e.Amount.Currency()), money.Amount{}
		}
		move(&entries[at], &e, money.Amount.Sub)
	}
	entries = slices.DeleteFunc(entries, func(e ledger.Entry) bool { return e.Amount.IsZero() && e.PlanAmount.IsZero() })
	ledger.Sort(entries)
	return entries, bad
}
