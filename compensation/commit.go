package compensation

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/dsl/calendar"
)

// ErrNoLedger says that the book was opened without a ledger.
var ErrNoLedger = errors.New("the book has no ledger; open it with Facts.Ledger")

// CommittedError says that a pay period is in the ledger already.
type CommittedError struct{ Period string }

// Error names the period and why it is not written again.
func (e *CommittedError) Error() string {
	return fmt.Sprintf("%s is in the ledger already; a committed period is never written again", e.Period)
}

// Commit writes the run's entries to the book's ledger in one batch, signed by
// the actor, and returns the new head. It is the only call that writes. The error
// is a *CommittedError if one of the periods is there already, and ledger.ErrHeadMoved if
// somebody else has written in the meantime: run again.
func (b *Book) Commit(ctx context.Context, r *Run, actor string) (ledger.Head, error) {
	switch {
	case b.ledger == nil:
		return ledger.Head{}, ErrNoLedger
	case actor == "":
		return ledger.Head{}, errors.New("a commit needs an actor: who answers for it")
	case r.Book() != b:
		return ledger.Head{}, errors.New("the run is of another book")
	}
	if r.book != b.now() {
		return ledger.Head{}, errors.New("facts were applied since the run was computed; run again")
	}
	head, err := b.ledger.Head(ctx)
	if err != nil {
		return head, err
	}
	written := map[calendar.Period]bool{}
	for e, err := range b.ledger.Scan(ctx, ledger.Head{}) {
		if err != nil {
			return head, err
		}
		written[e.PostedIn] = true
	}
	for _, p := range r.span.periods {
		if written[p] {
			return head, &CommittedError{b.program.Calendar.Format(p)}
		}
	}
	whole, err := r.whole()
	if err != nil {
		return head, err
	}
	entries := slices.Clone(whole.entries)
	for i := range entries {
		entries[i].Actor = actor
	}
	return b.ledger.Append(ctx, head, entries)
}
