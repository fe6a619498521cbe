package compensation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/compensation/internal/past"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/ledger/closing"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/trace"
)

// books reads the ledger, or takes what was read of it before.
func (b *Book) books(ctx context.Context) (*past.Books, error) {
	if b.ledger == nil {
		return nil, nil
	}
	root := b
	if b.root != nil {
		root = b.root
	}
	head, err := b.ledger.Head(ctx)
	if err != nil {
		return nil, err
	}
	if read := root.read.Load(); read != nil && read.Head == head {
		return read, nil
	}
	read, err := past.Read(ctx, b.ledger, b.program.Calendar, earning.PayUnit)
	if err != nil {
		return nil, err
	}
	root.read.Store(read)
	return read, nil
}

// link finds the pay periods that are computed: those asked for that are open, and before them others that are, since
// balances go from one to the next. Where all that is asked for is closed, it is computed as it would be closed now.
func (s *span) link(cal calendar.Calendar) error {
	s.chain = s.periods
	if s.books != nil {
		open, ok := s.books.Open()
		s.first, _ = s.books.First()
		at := slices.IndexFunc(s.periods, func(p calendar.Period) bool { return p.Compare(open) >= 0 })
		switch {
		case !ok:
		case at < 0:
			s.skipped = s.periods
		case at > 0:
			days, err := cal.Range(s.periods[at])
			if err != nil {
				return err
			}
			s.skipped, s.periods, s.days.From = s.periods[:at], s.periods[at:], days.From
			s.chain = s.periods
		default:
			s.chain = nil
			for p := open; p.Compare(s.periods[0]) < 0; p = p.Next() {
				s.chain = append(s.chain, p)
			}
			s.chain = append(s.chain, s.periods...)
		}
	}
	for _, p := range s.chain {
		s.names = append(s.names, cal.Format(p))
	}
	return nil
}

// hidden is how many pay periods are computed before those asked for.
func (s *span) hidden() int { return len(s.chain) - len(s.periods) }

// closed reports whether a pay period is in the ledger, and before those that are computed.
func (s *span) closed(p calendar.Period) bool {
	return s.books != nil && !s.first.IsZero() && p.Compare(s.first) >= 0 && p.Compare(s.chain[0]) < 0
}

// told warns of pay periods that are closed, and of such that follow from others that are open.
func (s *span) told(cal calendar.Calendar) (found source.Diagnostics) {
	warn := func(p calendar.Period, code, hint, format string, args ...any) {
		found = append(found, source.Warnf(code, source.Span{File: "period=" + cal.Format(p)}, format, args...).WithHint("%s", hint))
	}
	switch n := len(s.skipped); {
	case n == 0:
	case s.skipped[0] == s.periods[0]:
		warn(s.periods[0], "period-closed", "what was paid is in the ledger; differences are posted to the first pay period that is open",
			"the pay period is closed: this is what it would be if it were closed with what is known now")
	default:
		warn(s.skipped[0], "period-closed", "ask for it alone to see what it would be with what is known now",
			"pay periods up to %s are closed, and not part of this run", cal.Format(s.skipped[n-1]))
	}
	if s.hidden() > 0 {
		warn(s.periods[0], "period-provisional", "close "+cal.Format(s.chain[0])+" first, to be sure of it",
			"the pay period begins with balances that may change: %s is open", cal.Format(s.chain[0]))
	}
	return found
}

// remembers checks that what the ledger holds of the past has facts still: otherwise all of it would be taken back.
func (b *Book) remembers(s *span) error {
	if s.books == nil || s.first.IsZero() {
		return nil
	}
	var found source.Diagnostics
	type of struct{ plan, component string }
	paid := map[of]bool{}
	for i := range b.program.Plans {
		for _, c := range b.program.Plans[i].Components {
			paid[of{string(b.program.Plans[i].ID), c.Name}] = true
		}
	}
	events := map[fact.EventID]bool{}
	for _, id := range s.books.Payees() {
		there, current := b.people.Has(id), b.PayCurrency(id)
		for p := range s.books.Before(id, s.chain[0]) {
			days, err := b.program.Calendar.Range(p.EarnedFor)
			if c := p.Amount.Currency(); c != current && c != (money.Currency{}) {
				current = c // said once
				found = append(found, source.Errorf("pay-currency-changed", source.Span{File: fmt.Sprintf("payee=%s", id)}, "the ledger has entries in %s, and the payee is paid in %s now", c, b.PayCurrency(id)).
					WithHint("balances are of one currency: give the payee another key from the day of the change on"))
			}
			if p.Group == past.Balances || p.EarnedFor.IsZero() || err != nil || days.From.Before(s.since) {
				continue
			}
			at := source.Span{File: fmt.Sprintf("payee=%s period=%s", id, b.program.Calendar.Format(p.EarnedFor))}
			if !there {
				there = true // said once
				found = append(found, source.Errorf("paid-payee-missing", at, "%s was paid, and is not among the people any more", id).
					WithHint("keep everybody in people.csv who was ever paid, with the last day under end"))
			}
			if c := (of{string(p.Plan), p.Component}); p.Plan != "" && !paid[c] {
				paid[c] = true
				found = append(found, source.Errorf("paid-component-missing", at, "%s of the plan %s was paid, and no plan has it any more", p.Component, p.Plan).
					WithHint("keep the versions of plans that something was paid by; a new version goes into a file of its own, with its own `effective:`"))
			}
			if p.Event == "" || p.Group == past.Adjusted || events[p.Event] { // what stands in for an event need not have it
				continue
			}
			events[p.Event] = true
			_, known := b.events.Find(p.Event)
			if _, withdrawn := b.events.Withdrawn(p.Event); !known && !withdrawn {
				at.File += " event=" + string(p.Event)
				found = append(found, source.Errorf("paid-event-missing", at, "the event was paid, and is not among the events any more").
					WithHint("give all events of the fiscal years from that of the first one on; withdraw one that was entered in error"))
			}
		}
	}
	return found.Sorted().AtMost(maxFindings).Err()
}

// prior is what closed pay periods come to now, less what was posted of them, for a payout of the first that is open.
func (e *explanation) prior(p Payout, add func(money.Amount, *trace.Node) error) error {
	for i := range e.again {
		d := &e.again[i]
		if d.Plan != p.Plan || componentOf(d) != p.Component || paidOf(d).IsZero() {
			continue
		}
		period := e.run.book.program.Calendar.Format(d.EarnedFor)
		n := &trace.Node{Op: trace.Prior, Label: period, Value: d.Amount.Text(), Unit: e.unit(), Detail: d.Group.String() + ": what it comes to now, less what was posted"}
		if d.Event != "" {
			n.Label = "event " + string(d.Event) + " of " + period
		}
		n.Args = []*trace.Node{e.comesTo(d), {Op: trace.Input, Label: "posted", Value: d.Posted.Text(), Unit: e.unit(), Detail: "in the ledger"}}
		if err := add(d.Amount, n); err != nil {
			return err
		}
	}
	return nil
}

// comesTo is what a key of a closed pay period comes to now.
func (e *explanation) comesTo(d *past.Difference) *trace.Node {
	n := &trace.Node{Op: trace.Sum, Value: d.Now.Text(), Unit: e.unit()}
	result, kept := &e.result, " now"
	if e.floor != nil && e.floor.kept(d.Key) {
		result, kept = &e.floor.result, " without what became known later, which only raises pay"
	}
	n.Label = strings.TrimPrefix(kept, " ")
	rest := d.Now
	add := func(a money.Amount, child *trace.Node) {
		n.Args = append(n.Args, child)
		if less, err := rest.Sub(a); err == nil { // they added up before
			rest = less
		}
	}
	for i := range result.Lines {
		l := &result.Lines[i]
		var event fact.EventID
		if l.Credit != nil {
			event = l.Credit.Event.ID
		}
		if (past.Key{Group: past.Earned, Plan: l.Plan.ID, Component: l.Component.Name, Event: event, EarnedFor: l.EarnedFor}) == d.Key && e.run.span.closed(l.PostedIn) {
			add(l.Amount, e.line(l))
		}
	}
	for i := range result.Cuts {
		c := &result.Cuts[i]
		if (past.Key{Group: past.Capped, Plan: c.Plan.ID, Component: c.Component, EarnedFor: c.PostedIn}) == d.Key && e.run.span.closed(c.PostedIn) {
			add(c.Amount, e.cut(c))
		}
	}
	switch {
	case len(n.Args) == 0 && !d.Now.IsZero(): // what is held, cancelled or guaranteed
		n.Op = trace.Input
	case !rest.IsZero():
		n.Args = append(n.Args, &trace.Node{Op: trace.Input, Label: "taken back while it was held", Value: rest.Text(), Unit: e.unit()})
	case len(n.Args) == 1:
		n.Args[0].Detail = strings.TrimPrefix(n.Args[0].Detail+"; it is what it comes to"+kept, "; ")
		return n.Args[0]
	}
	return n
}

// ErrNoLedger says that the book was opened without a ledger.
var ErrNoLedger = errors.New("the book has no ledger; open it with Facts.Ledger")

// CommittedError says that a pay period is in the ledger already.
type CommittedError struct{ Period string }

// Error names the period and the way on.
func (e *CommittedError) Error() string {
	return fmt.Sprintf("%s is in the ledger already; a committed period is never written again: what has changed since is posted to the first pay period that is open", e.Period)
}

// OrderError says that a pay period can't be closed before another one is.
type OrderError struct{ Period, First string }

// Error names both periods.
func (e *OrderError) Error() string {
	return fmt.Sprintf("%s can't be closed before %s is: its balances begin with what that one leaves", e.Period, e.First)
}

// Commit closes the run's pay periods, as [Book.Close] does, at no recorded time.
func (b *Book) Commit(ctx context.Context, r *Run, actor string) (ledger.Head, error) {
	return b.Close(ctx, r, closing.Act{Actor: actor})
}

// Close writes the entries of the run's pay periods to the book's ledger in one batch, signed by the actor, with a mark for each
// period that names the proposal, and returns the new head. It is the only call that writes entries. To a period that was
// reopened, the differences to what it holds are written. The error is a *CommittedError if one of the periods is closed, an
// *OrderError if an earlier one is open, and ledger.ErrHeadMoved if somebody else has written in the meantime: run again.
func (b *Book) Close(ctx context.Context, r *Run, act closing.Act) (ledger.Head, error) {
	if err := b.current(r, act); err != nil {
		return ledger.Head{}, err
	}
	entries, err := r.proposed(ctx)
	if err != nil {
		return r.span.books.Head, err
	}
	name, err := r.Proposal()
	if err != nil {
		return r.span.books.Head, err
	}
	for i := range entries {
		entries[i].Actor = act.Actor
	}
	for _, p := range r.span.periods {
		entries = append(entries, act.Mark(ledger.Closed, p, name+", "+closing.KnownText(r.book.position(r.request.AsOf))+", "+closing.PlansText(b.versions(p))))
	}
	return b.ledger.Append(ctx, r.span.books.Head, entries)
}

// Approve writes a mark for each of the run's pay periods: the actor agrees with what the run would post. The errors are those of
// Close; and source.Diagnostics with what nobody should agree with: adjustments of pay periods that have changed since.
func (b *Book) Approve(ctx context.Context, r *Run, act closing.Act) (ledger.Head, error) {
	if err := b.current(r, act); err != nil {
		return ledger.Head{}, err
	}
	if blocks := slices.DeleteFunc(r.Findings(), func(d source.Diagnostic) bool { return d.Code != "adjustment-unbound" }); len(blocks) > 0 {
		return ledger.Head{}, blocks
	}
	name, err := r.Proposal()
	if err != nil {
		return r.span.books.Head, err
	}
	var marks []ledger.Entry
	for _, p := range r.span.periods {
		marks = append(marks, act.Mark(ledger.Approved, p, name))
	}
	return b.ledger.Append(ctx, r.span.books.Head, marks)
}

// current reports why a run can't be approved or closed.
func (b *Book) current(r *Run, act closing.Act) error {
	switch {
	case b.ledger == nil:
		return ErrNoLedger
	case act.Actor == "":
		return errors.New("a commit needs an actor: who answers for it")
	case r.Book() != b:
		return errors.New("the run is of another book")
	case r.book != b.now() && r.book.viewed != b.now():
		return errors.New("facts were applied since the run was computed; run again")
	}
	for _, p := range slices.Concat(r.span.skipped, r.span.periods) { // also where some of what was asked for is left out
		if s := r.span.books.Standing(p); s.State >= closing.StateClosed {
			return &CommittedError{b.program.Calendar.Format(p)}
		}
	}
	if r.span.hidden() > 0 {
		return &OrderError{b.program.Calendar.Format(r.span.periods[0]), b.program.Calendar.Format(r.span.chain[0])}
	}
	return nil
}

// ReopenError says why a pay period can't be reopened.
type ReopenError struct{ Period, Problem string }

// Error names the period and the way on.
func (e *ReopenError) Error() string {
	return fmt.Sprintf("%s can't be reopened: %s; what has changed since is posted to the first pay period that is open", e.Period, e.Problem)
}

// Reopen lets the last pay period that is closed be closed once more, with differences. The error is a *ReopenError where a later
// one is closed or its payments are with payroll.
func (b *Book) Reopen(ctx context.Context, p calendar.Period, act closing.Act) (ledger.Head, error) {
	refuse := func(problem string) (ledger.Head, error) {
		return ledger.Head{}, &ReopenError{b.program.Calendar.Format(p), problem}
	}
	if act.Reason == "" {
		return refuse("say why")
	}
	return b.markClosed(ctx, ledger.Reopened, p, act, func(s *closing.Standing, last bool) (ledger.Head, error) {
		switch {
		case s.State == closing.StateDisbursed:
			return refuse("its payments are with payroll")
		case s.State < closing.StateClosed:
			return refuse("it is not closed")
		case !last:
			return refuse("a later one is closed")
		}
		return ledger.Head{}, nil
	})
}

// Disburse notes that the payments of a pay period are with payroll: it can't be reopened any more. The error is a *ReopenError where
// the period is not closed.
func (b *Book) Disburse(ctx context.Context, p calendar.Period, act closing.Act) (ledger.Head, error) {
	return b.markClosed(ctx, ledger.Disbursed, p, act, func(s *closing.Standing, _ bool) (ledger.Head, error) {
		if s.State != closing.StateClosed {
			return ledger.Head{}, fmt.Errorf("the payments of %s can't go to payroll: it is %s, and has to be closed", b.program.Calendar.Format(p), s.State)
		}
		return ledger.Head{}, nil
	})
}

// markClosed writes a mark for a pay period that the ledger knows, unless it is refused.
func (b *Book) markClosed(ctx context.Context, kind ledger.Kind, p calendar.Period, act closing.Act, refused func(s *closing.Standing, last bool) (ledger.Head, error)) (ledger.Head, error) {
	if b.ledger == nil {
		return ledger.Head{}, ErrNoLedger
	}
	if act.Actor == "" {
		return ledger.Head{}, errors.New("a mark needs an actor: who answers for it")
	}
	books, err := b.books(ctx)
	if err != nil {
		return ledger.Head{}, err
	}
	s := books.Standing(p)
	open, ok := books.Open()
	if _, err := refused(&s, ok && p.Next() == open); err != nil {
		return books.Head, err
	}
	return b.ledger.Append(ctx, books.Head, []ledger.Entry{act.Mark(kind, p, "")})
}

// FirstOpen is the first pay period that is not closed: the one that was reopened, or the one after the last. False: none was ever
// closed.
func (b *Book) FirstOpen(ctx context.Context) (calendar.Period, bool, error) {
	books, err := b.books(ctx)
	if err != nil || books == nil {
		return calendar.Period{}, false, err
	}
	p, ok := books.Open()
	return p, ok, nil
}

// Standings are the pay periods that the book's ledger knows, in order.
func (b *Book) Standings(ctx context.Context) ([]closing.Standing, error) {
	books, err := b.books(ctx)
	if err != nil || books == nil {
		return nil, err
	}
	return slices.Clone(books.Standings()), nil
}
