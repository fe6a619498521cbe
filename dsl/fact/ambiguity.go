package fact

import (
	"errors"
	"fmt"
)

// AmbiguityError is two versions that became known at the same revision and both
// cover some day, so that neither can be preferred.
type AmbiguityError struct {
	What          string // the fact they are versions of; may be empty
	First, Second string // the two values
	FirstStamp    Stamp  // when the first holds, and how it became known
	SecondStamp   Stamp  // the same of the second
}

// Error shows both versions and the days on which they disagree.
func (e *AmbiguityError) Error() string {
	subject := "two versions"
	if e.What != "" {
		subject = "two versions of " + e.What
	}
	both := e.FirstStamp.Effective.Intersect(e.SecondStamp.Effective)
	return fmt.Sprintf("%s disagree on %s: %s [%s] and %s [%s]; end one before the other begins, or load the correct one at a later revision",
		subject, both, e.First, e.FirstStamp, e.Second, e.SecondStamp)
}

// problems collects errors in the order they are found: the first hundred in
// full, and the count of the rest.
type problems struct {
	shown []error
	more  int
}

func (p *problems) add(err error) {
	const most = 100
	switch {
	case err == nil:
	case len(p.shown) < most:
		p.shown = append(p.shown, err)
	default:
		p.more++
	}
}

func (p *problems) err() error {
	if p.more > 0 {
		return errors.Join(append(p.shown, fmt.Errorf("and %d more", p.more))...)
	}
	return errors.Join(p.shown...)
}
