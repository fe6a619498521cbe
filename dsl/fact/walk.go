package fact

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/payproof/payproof/dsl/calendar"
)

// Step is one edge of a walk.
type Step struct {
	Edge  Edge // the edge that was followed
	Level int  // how far from the start: 1 for the edges that leave it
}

// CycleError is a relationship that leads back to a key it passed, so that
// nobody is at its end.
type CycleError struct {
	Name string        // the relationship
	Date calendar.Date // a date on which it does so
	Path []string      // the loop; its first and its last key are the same
}

// Error prints the loop: "bob → cy → bob".
func (e *CycleError) Error() string {
	return fmt.Sprintf("%s on %s goes in a circle: %s; end or correct one of these edges", e.Name, e.Date, strings.Join(e.Path, " → "))
}

// Up follows a relationship from a key, as of one date and revision, up to depth
// levels; a depth of 0 is without limit. Steps come depth first: each edge is
// followed by those that leave its To, targets of one key in order of their bytes.
// So the path of a step is itself and the last step before it of each lower level.
// A key reached by two paths is walked twice.
//
// A walk that comes back to a key of its own path yields a [*CycleError] in place
// of the edge that closes the loop, and ends.
func (x *Edges) Up(name, from string, date calendar.Date, asOf Revision, depth int) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		w := walk{edges: x, name: name, date: date, asOf: asOf, depth: depth, yield: yield}
		w.climb([]string{from})
	}
}

type walk struct {
	edges *Edges
	name  string
	date  calendar.Date
	asOf  Revision
	depth int
	yield func(Step, error) bool
}

// climb visits what leaves the end of the path; it is false when the walk is over.
func (w *walk) climb(path []string) bool {
	level := len(path)
	if w.depth > 0 && level > w.depth {
		return true
	}
	for _, e := range w.edges.To(w.name, path[level-1], w.date, w.asOf) {
		if at := slices.Index(path, e.To); at >= 0 {
			w.yield(Step{}, &CycleError{Name: w.name, Date: w.date, Path: append(slices.Clone(path[at:]), e.To)})
			return false
		}
		if !w.yield(Step{Edge: e, Level: level}, nil) || !w.climb(append(path, e.To)) {
			return false
		}
	}
	return true
}
