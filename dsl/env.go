package dsl

import (
	"slices"

	"github.com/payproof/payproof/dsl/internal/syntax"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/table"
)

// Input is one name that a formula may use. Scale is its number of decimal
// places: a row's value may not be finer. Enum lists the members of a text; nil
// is any text. Names may have several words, parts are joined by a dot
// ("event.amount"), and the engine's slots are written as they are called:
// "quota(bookings)", "before(bookings)".
type Input struct {
	Name     string
	Unit     Unit
	Scale    uint8
	Enum     []string
	Optional bool   // may be missing: must be used with ?? or `is missing`
	Doc      string // shown in messages and by editors
	// Running marks a measure in a formula for each credit: it has no one value, and
	// is named only through before(m), after(m), or a table's own slices.
	Running bool
}

// Limits bound what a formula may cost. A zero field means the default.
type Limits struct {
	Bytes  int // of source, 8192
	Tokens int // 2000
	Depth  int // nesting of brackets, 64
	Nodes  int // of the compiled formula, 4000
}

// Env declares what a formula may name and what it must give.
type Env struct {
	Inputs []Input                // what a formula may name
	Tables map[string]table.Table // by name
	// Elsewhere are names that mean something, but not here, and what to do instead.
	Elsewhere map[string]string
	Want      *Unit // the unit the result must have; nil is any
	Limits    Limits
	Origin    source.Map // where the formula's text stands
}

func (e Env) input(name string) int {
	return slices.IndexFunc(e.Inputs, func(in Input) bool { return in.Name == name })
}

func (e Env) names() []string {
	out := make([]string, len(e.Inputs))
	for i, in := range e.Inputs {
		out[i] = in.Name
	}
	return out
}

func (e Env) tableNames() []string {
	out := make([]string, 0, len(e.Tables))
	for n := range e.Tables { // order: suggestions sort their candidates
		out = append(out, n)
	}
	return out
}

func (l Limits) syntax() syntax.Limits {
	return syntax.Limits{Bytes: l.Bytes, Tokens: l.Tokens, Depth: l.Depth}
}
