package ledger

import (
	"context"
	"errors"
	"fmt"
	"iter"
)

// Store is where a ledger lies: the one storage seam of the library. [Dir] and
// [Memory] are stores; ledgertest.Run tells whether another one is. A store is safe
// for concurrent use. The interface never grows: a new ability is a new optional
// interface.
type Store interface {
	// Head is the last batch, zero for an empty ledger.
	Head(ctx context.Context) (Head, error)

	// Append writes one batch after prev, all of it or nothing, and returns its head,
	// which is prev.Next(entries). The error is a *[HeadMovedError] if prev is not the
	// head any more: somebody else has written; read what is new and calculate again.
	// It is an *[EntryError] for an entry that no ledger takes. An empty batch moves
	// the head too. The store keeps no reference to entries.
	Append(ctx context.Context, prev Head, entries []Entry) (Head, error)

	// Scan gives the entries after a head in the order in which they were appended,
	// up to the head at its beginning; the zero Head is before the first. The last
	// pair may be an error, and then nothing before it is complete:
	// *[UnknownHeadError], *[CorruptError], the context's, or one of the storage.
	Scan(ctx context.Context, after Head) iter.Seq2[Entry, error]
}

// ErrHeadMoved is what a *[HeadMovedError] is to errors.Is.
var ErrHeadMoved = errors.New("ledger: the head has moved")

// HeadMovedError is returned by Append when another batch came first.
type HeadMovedError struct {
	// Expected is the head that the caller had seen, Actual the one that is there.
	Expected, Actual Head
}

// Error names both heads and the way on.
func (e *HeadMovedError) Error() string {
	return fmt.Sprintf("ledger: the head has moved from %s to %s: scan what is new, calculate again, then append", e.Expected, e.Actual)
}

// Is makes it an [ErrHeadMoved].
func (e *HeadMovedError) Is(target error) bool { return target == ErrHeadMoved }

// UnknownHeadError is returned by Scan for a head that the ledger never had.
type UnknownHeadError struct {
	// Head is the one that was given, Actual the ledger's own.
	Head, Actual Head
}

// Error names both heads and what may have happened.
func (e *UnknownHeadError) Error() string {
	return fmt.Sprintf("ledger: %s is no head of this ledger, which stands at %s: it belongs to another one, or batches were dropped or rewritten; compare with a backup", e.Head, e.Actual)
}
