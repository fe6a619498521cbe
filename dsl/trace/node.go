// Package trace is the evaluated tree that explains a number.
//
// A tree is plain data made by the evaluator that pays, never by a second
// computation beside it: every node says what it did (its [Op]), to which part of
// the plan that belongs, which inputs it took (its children) and what came out. Numbers
// are text in canonical decimal form, so that a tree can be read, hashed and
// re-derived without this library. Renderers turn one tree into text or JSON;
// they compute nothing.
//
// Trap: a node's children explain its value exactly, up to the operation named by
// its Op. The roads that were not taken are kept apart, in NotTaken, and never count.
package trace

import (
	"iter"

	"github.com/payproof/payproof/dsl/source"
)

// Op says how a node's value follows from its children. The set may grow in a
// minor version: switch with a default case.
type Op string

// The operations. Children are in the order named.
const (
	Literal    Op = "literal"    // no children: written in the formula
	Input      Op = "input"      // no children, or what the input stands for
	Add        Op = "add"        // sum of two
	Sub        Op = "sub"        // first less second
	Mul        Op = "mul"        // product
	Div        Op = "div"        // quotient, rounded half-even to 16 places
	Neg        Op = "neg"        // the negative
	Min        Op = "min"        // least
	Max        Op = "max"        // greatest
	Clamp      Op = "clamp"      // first, kept between second and third
	Abs        Op = "abs"        // without its sign
	Round      Op = "round"      // rounded; Detail names places and mode
	Compare    Op = "compare"    // true or false
	Logic      Op = "logic"      // and, or, not
	If         Op = "if"         // condition, then the branch taken
	Let        Op = "let"        // a named part
	Missing    Op = "missing"    // whether an optional input is missing
	Coalesce   Op = "coalesce"   // the input, or its default
	Attainment Op = "attainment" // measure ÷ quota as a pair
	Marginal   Op = "marginal"   // sum of slices
	Slice      Op = "slice"      // the part of an amount in one tier × its rate
	TierRate   Op = "tier rate"  // the rate of the tier reached
	Excess     Op = "excess"     // the tier's rate in Detail × what the first child has above the base in Detail (× the quota)
	Step       Op = "step"       // the value of the tier reached
	// Interpolated is the value on the straight line between the two points in Detail, at the first
	// child (÷ the second, a quota): low + (x − from) × (high − low) ÷ (to − from).
	Interpolated Op = "interpolated"
	Cell         Op = "cell"        // the value that a table has for its children
	Mod          Op = "mod"         // what is left of the first after whole multiples of the second
	Months       Op = "months"      // the first, a date, moved by the second, months
	Function     Op = "function"    // what a function of the embedding program gave for its children
	Sum          Op = "sum"         // sum of children
	Count        Op = "count"       // number of children
	Distinct     Op = "distinct"    // number of different values among children
	Largest      Op = "largest"     // greatest of children
	Credit       Op = "credit"      // a credit, from its event
	Event        Op = "event"       // a line of the feed
	Quota        Op = "quota"       // a quota fact
	Prorated     Op = "prorated"    // first child × the fraction in Detail
	Allocated    Op = "allocated"   // a part of a whole, by weights
	RolledUp     Op = "rolled up"   // credit passed up an edge
	Earning      Op = "earning"     // a component's result for a period
	Gate         Op = "gate"        // condition, then what it let pass
	Capped       Op = "capped"      // the negative posted by a cap
	Payout       Op = "payout"      // what is paid: the sum of its entries
	Cumulative   Op = "cumulative"  // rounded total so far less what was posted before
	Rule         Op = "rule"        // a credit rule and whether it matched
	Difference   Op = "difference"  // value after less value before
	Unrounded    Op = "not rounded" // a value that needed no rounding
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
