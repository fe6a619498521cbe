package fact

import (
	"fmt"
	"iter"

	"github.com/payproof/payproof/dsl/calendar"
)

// Revision is a position in the order of knowing: a number given when facts are
// loaded, the same for all that were loaded together, and growing. As the
// revision to look from, zero asks for all that is known; as the revision of a
// fact, zero is known from the outset.
type Revision uint64

// Sees tells whether a fact known at the given revision counts as of r.
func (r Revision) Sees(known Revision) bool { return r == 0 || known <= r }

// Stamp says when a fact holds and how it came to be known. The zero Stamp is
// always in effect and known from the outset.
type Stamp struct {
	Effective calendar.Range // days on which the fact holds; zero is always
	Known     Revision       // when it became known
	Actor     string         // who said so
	Reason    string         // why
}

// String shows a stamp for messages: "2026-01-01..2026-12-31, known at 7, by ana
// (new hire)".
func (s Stamp) String() string {
	text := fmt.Sprintf("%s, known at %d", s.Effective, s.Known)
	if s.Actor != "" {
		text += ", by " + s.Actor
	}
	if s.Reason != "" {
		text += " (" + s.Reason + ")"
	}
	return text
}

// Of makes facts in memory into the sequence that the engine reads; none of its
// items has an error.
func Of[T any](xs ...T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, x := range xs {
			if !yield(x, nil) {
				return
			}
		}
	}
}
