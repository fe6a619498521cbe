// Package trace is the evaluated tree that explains a number.
//
// A tree is plain data made by the evaluator that pays, never by a second
// computation beside it: every node says what it did (its [Op]), to which part of
// the plan that belongs, which inputs it took (its children) and what came out. Numbers
// are text in canonical decimal form, so that a tree can be read, hashed and
// re-derived without this library. Renderers turn one tree into text, Markdown, HTML or
// JSON; they compute nothing, and the printed three show the same headline of a node.
// [Schema] describes the JSON, and how each op's value follows from its children.
//
// Trap: a node's children explain its value exactly, up to the operation named by
// its Op. The roads that were not taken are kept apart, in NotTaken, and never count.
package trace

import (
	"iter"

	"github.com/payproof/payproof/dsl/source"
)

// Node is one step of an explanation. Value is a canonical decimal, "true",
// "false" or text; Unit is written as in the language ("USD", "ratio").
type Node struct {
	Op     Op
	Label  string      // the name of what is evaluated: a component, measure, input, tier
	Text   string      // the words of the plan file, when the node stands for a formula or part of one
	At     source.Span // where those words stand
	Value  string      // canonical decimal, "true", "false", or text
	Unit   string      // "USD", "ratio", "count", "USD per count", "date", "text", "bool"
	Detail string      // what else is needed to redo the step: rounding mode, tier edges, weights, date
	Flags  Flags
	Args   []*Node // what the value follows from
	// NotTaken holds branches and rules that were looked at or skipped and do not count.
	NotTaken []*Node
}

// Flags mark what an auditor looks for first.
type Flags uint16

// The flags.
const (
	Rounded    Flags = 1 << iota // a digit was lost by rounding here
	WasCapped                    // a cap took effect
	Floored                      // a floor took effect
	WasPart                      // a fact counted only for a part of its time
	Defaulted                    // a default stood in for a missing fact
	Overridden                   // a personal override took effect
	Converted                    // a currency conversion took place
)

var flagNames = [...]string{"rounded", "capped", "floored", "prorated", "defaulted", "overridden", "converted"}

// Names lists the flags that are set, in a fixed order.
func (f Flags) Names() []string {
	var out []string
	for i, n := range flagNames {
		if f&(1<<i) != 0 {
			out = append(out, n)
		}
	}
	return out
}

// All is every node that counts, parents before children; NotTaken is left out.
func (n *Node) All() iter.Seq[*Node] {
	return func(yield func(*Node) bool) { n.walk(yield) }
}

func (n *Node) walk(yield func(*Node) bool) bool {
	if n == nil {
		return true
	}
	if !yield(n) {
		return false
	}
	for _, a := range n.Args {
		if !a.walk(yield) {
			return false
		}
	}
	return true
}
