package terms

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/source"
)

// Counted is how much of a windfall counts in measures.
type Counted uint8

// The choices. The zero value is all of it.
const (
	CountedFull Counted = iota
	CountedUpTo         // as much as the size above which it is one
	CountedNone
)

// Windfall is what single deals above a size pay and count.
type Windfall struct {
	Of       []string // components; nil is all of the plan
	Measures []string // that count as Counts says; nil is all
	Counts   Counted  // how much of it counts
	// Rate is for what lies above the size; nil: what the component pays for all of it.
	Rate *decimal.Decimal
	At   source.Span
}

// Covers reports whether a component is meant.
func (w *Windfall) Covers(component string) bool {
	return w.Of == nil || slices.Contains(w.Of, component)
}

// Moves reports whether a measure counts less of a windfall than there is.
func (w *Windfall) Moves(measure string) bool {
	return w.Counts != CountedFull && w.About(measure)
}

// About reports whether a measure is meant.
func (w *Windfall) About(measure string) bool {
	return w.Measures == nil || slices.Contains(w.Measures, measure)
}
