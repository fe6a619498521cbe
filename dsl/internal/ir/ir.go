// Package ir is the compiled form of a formula: a graph of operations, each with a unit and a
// number of decimal places that is known before anything is computed.
//
// The checker makes it, the evaluators and the explanation read it. A part that is used
// twice is one [Node] with two parents, so that the cost of a formula is the number of its
// nodes.
//
// Trap: nodes are immutable once compiled, and shared between goroutines.
package ir

import (
	"math/big"

	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/table"
	"github.com/payproof/payproof/dsl/unit"
)

// Op is an operation.
type Op uint8

// The operations, with their arguments in order.
const (
	Const     Op = iota // none
	Input               // none
	Text                // none: a literal text
	Neg                 // x
	Add                 // x, y
	Sub                 // x, y
	Mul                 // x, y
	Div                 // x, y: half-even to 16 places
	Mod                 // x, y: what is left of x after whole multiples of y, 0 ≤ rest < |y|
	Min                 // x, y
	Max                 // x, y
	Abs                 // x
	Round               // x
	Rescale             // x: exact, to more places
	Compare             // x, y, and for an attainment its quota
	TextIn              // an input: is it one of Texts?
	And                 // x, y
	Or                  // x, y
	Not                 // x
	Cond                // condition, x, y
	Let                 // x: a shared part, evaluated once
	Missing             // none: is the input missing?
	Coalesce            // the input, and what stands in for it
	Attain              // measure, quota: a pair; the checker turns it into what is computed
	Curve               // amount, and the quota or nothing
	Slices              // amount after, amount before, and the quota or nothing: a marginal curve
	Line                // amount, and the quota or nothing
	Grid                // for each key its amount or text, and its quota where it needs one
	AddMonths           // date, months
	Call                // arguments: a function of the embedder's
)

// Comparison says which orders of two values make a Compare true.
type Comparison struct {
	Text               string // the sign
	Less, Equal, Great bool   // the orders for which it holds
}

// Comparisons are those of the language, by their sign.
func Comparisons(sign string) Comparison {
	switch sign {
	case "==":
		return Comparison{"==", false, true, false}
	case "!=":
		return Comparison{"!=", true, false, true}
	case "<":
		return Comparison{"<", true, false, false}
	case "<=":
		return Comparison{"<=", true, true, false}
	case ">":
		return Comparison{">", false, false, true}
	}
	return Comparison{">=", false, true, true}
}

// Holds reports whether the comparison holds for an order as cmp.Compare gives it.
func (c Comparison) Holds(order int) bool {
	switch {
	case order < 0:
		return c.Less
	case order > 0:
		return c.Great
	}
	return c.Equal
}

// QuotientScale is the number of decimal places of every division.
const QuotientScale = 16

// MaxDigits bounds every number that enters or leaves a formula, and the places of any.
const MaxDigits = 38

// Node is a part of a compiled formula.
type Node struct {
	Op       Op
	ID       int // from 1; 0 is not numbered
	Unit     unit.Unit
	Untyped  bool    // a literal that takes the unit of what it meets
	Scale    uint8   // decimal places of the value
	Args     []*Node // in the order that the operation names
	From, To int     // bytes of the source
	Label    string  // the name of an input, table, let or function

	Value  *big.Int       // Const: at Scale
	Input  int            // Input, Missing, Coalesce: the index of the input
	Texts  []string       // Text, TextIn
	Codes  []int64        // TextIn over an enum: the members' numbers
	Cmp    Comparison     // Compare
	Mode   money.Rounding // Round
	Places int8           // Round
	Slot   int            // Const: 1 + the index of the literal that a shared program takes it from; 0 is none
	Slots  []int          // TextIn of a shared program: which of its literals or texts
	Rates  bool           // Curve: the rate of the tier reached, not the pay
	Curve  *table.Curve   // Curve, Slices
	Line   *table.Line    // Line
	Grid   *table.Grid    // Grid
	Keys   []GridKey      // Grid: what each key takes of Args
	Func   *Function      // Call
}

// GridKey says how a key of a grid is read.
type GridKey struct {
	Quota   bool  // a quota follows in Args
	Members []int // of a text that is an enum: for each of its members the index on the axis, or -1
	Text    bool  // the key is a text
}

// Function is a function of the embedder's.
type Function struct {
	Name string                              // as formulas call it
	Call func(args []Number) (Number, error) // pure; safe for concurrent use
}

// Number is a coefficient with its decimal places.
type Number struct {
	Coef  *big.Int // the coefficient
	Scale uint8    // its decimal places
}

// Formula is a graph with the names it was compiled for.
type Formula struct {
	Root  *Node         // what the formula gives
	Nodes int           // one more than the largest ID
	Uses  map[*Node]int // how many parents each node has
}

// New numbers how often each node is used.
func New(root *Node, nodes int) *Formula {
	f := &Formula{Root: root, Nodes: nodes, Uses: map[*Node]int{}}
	f.count(root)
	return f
}

func (f *Formula) count(n *Node) {
	if f.Uses[n]++; f.Uses[n] > 1 {
		return
	}
	for _, a := range n.Args {
		f.count(a)
	}
}

// Shared reports whether a node has to be computed once for several parents.
func (f *Formula) Shared(n *Node) bool {
	return f.Uses[n] > 1 && n.Op != Const && n.Op != Input
}
