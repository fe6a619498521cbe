package check

import (
	"slices"
	"strings"

	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/table"
	"github.com/payproof/payproof/dsl/unit"
)

// Input is a name that a formula may use, see dsl.Input.
type Input struct {
	Name     string
	Unit     unit.Unit
	Scale    uint8               // decimal places
	Enum     []string            // the members of a text; nil is any text
	Below    map[string][]string // of a hierarchy: by member, all that stand below it
	Optional bool                // may be missing
	Running  bool                // has no one value in a formula for each credit
}

// Func is a function of the embedder's, see dsl.Func.
type Func struct {
	Params []unit.Unit  // of the arguments, in order
	Result unit.Unit    // of the result
	Scale  uint8        // decimal places of the result
	Run    *ir.Function // what is called
}

// Scope is what a formula may name and what it must give, see dsl.Env.
type Scope struct {
	Inputs    []Input                // the names
	Tables    map[string]table.Table // by name
	Funcs     []Func                 // besides those of the language
	On        string                 // the input, a date, that picks the version of a table
	Pins      map[string]string      // the currency of a place, where every row has the same
	Elsewhere map[string]string      // names that mean something elsewhere, and what to do instead
	Want      *unit.Unit             // of the result; nil is any
	Nodes     int                    // the most that a formula may have
	Origin    source.Map             // where the formula's text stands
}

func (e *Scope) input(name string) int {
	return slices.IndexFunc(e.Inputs, func(in Input) bool { return in.Name == name })
}

func (e *Scope) names() []string {
	out := make([]string, len(e.Inputs))
	for i, in := range e.Inputs {
		out[i] = in.Name
	}
	return out
}

// attained and goal name the two numbers that are the attainment of a measure, where something stands in for a quota that is
// not there. No formula can call them.
func attained(measure string) string { return "attained(" + measure + ")" }
func goal(measure string) string     { return "goal(" + measure + ")" }

// standsIn reports whether the attainment of a measure may be one that stands in for a quota.
func (e *Scope) standsIn(measure string) bool {
	return e.input(attained(measure)) >= 0 && e.input(goal(measure)) >= 0
}

func (e *Scope) tableNames() []string {
	out := make([]string, 0, len(e.Tables))
	for n := range e.Tables { // order: suggestions sort their candidates
		out = append(out, n)
	}
	return out
}

func (e *Scope) function(name string) (Func, bool) {
	i := slices.IndexFunc(e.Funcs, func(f Func) bool { return f.Run.Name == name })
	if i < 0 {
		return Func{}, false
	}
	return e.Funcs[i], true
}

func (e *Scope) functionNames() []string {
	out := slices.Clone(functionNames)
	for _, f := range e.Funcs {
		out = append(out, f.Run.Name)
	}
	return out
}

// shape is how the function is called, by the units of its arguments.
func (f Func) shape() string {
	var params []string
	for _, p := range f.Params {
		params = append(params, p.String())
	}
	return f.Run.Name + "(" + strings.Join(params, ", ") + ")"
}
