package compensation

import (
	"context"
	"fmt"

	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/trace"
)

// UnknownError says that the facts have no such payee or event.
type UnknownError struct {
	What string // "payee" or "event"
	ID   string // what was asked for
	Hint string // what was probably meant
}

// Error names what is not known, and what was probably meant.
func (e *UnknownError) Error() string {
	return fmt.Sprintf("there is no %s %q; %s", e.What, e.ID, e.Hint)
}

// WhyNot says why a payee was, or was not, credited with an event: a node for each rule and
// roll-up, in their order, as [crediting.Applier.Why] describes them. Owners and other
// relationships are those of the event's date, as known at the run's AsOf. The error is an
// *UnknownError for a payee or an event that the facts don't have.
func (r *Run) WhyNot(ctx context.Context, p fact.PayeeID, e fact.EventID) ([]*trace.Node, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !r.book.people.Has(p) {
		var known []string
		for _, id := range r.book.people.IDs() {
			known = append(known, string(id))
		}
		return nil, &UnknownError{"payee", string(p), nearest(string(p), known, "payees are those of people.csv, by their key")}
	}
	event, ok := r.book.events.Find(e)
	if !ok {
		var known []string
		for _, ev := range r.book.events.All {
			known = append(known, string(ev.ID))
		}
		return nil, &UnknownError{"event", string(e), nearest(string(e), known, "events are named by their id")}
	}
	nodes := r.book.applier(r.request.AsOf).Why(event, p)
	r.book.whyHeld(nodes, event, p, r.request.AsOf)
	return nodes, nil
}

// nearest is what was probably meant, or else a word of advice.
func nearest(id string, known []string, advice string) string {
	if near := source.Nearest(id, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return advice
}
