// Package eval computes compiled formulas over rows and over columns.
//
// There are three programs for every formula, made from the same graph: closures over
// int64, closures over 128 bits, and a walk over integers of any size. A row starts in the
// narrowest that is likely to hold it and moves up when a step does not fit; all three give the
// same value, and a property test holds them equal. Columns are computed a block of rows at a
// time in int64, and rows that do not fit, or where a part has an error, are redone one by one.
//
// Terms. A [Frame] holds the inputs of one row and the scratch space of an evaluation, so
// that evaluating costs no allocation. A [Fault] says why a row has no value.
//
// Trap: the narrow programs never say what is wrong. They mark a row as bad, and the walk
// over big integers decides whether it has a value.
package eval

import (
	"math/big"

	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/internal/fixed"
)

// Frame is one row. It belongs to one goroutine.
type Frame struct {
	Coef []int64    // by input: the coefficient at the input's places, an enum's member, a date's number
	Wide []*big.Int // by input: the coefficient where it does not fit, else nil
	Text []string   // by input
	Has  []bool     // by input

	Literals []int64  // of a shared program: its numbers and members
	Texts    []string // of a shared program: its texts

	bad   bool
	mark  uint32         // number of the evaluation, so that slots need no clearing
	have  []uint32       // by node: the evaluation that filled its slot
	slots []int64        // by node: value of a shared part; when traced, of every part
	mid   []fixed.Int128 // the same for the program over 128 bits
}

// NewFrame is an empty row for n inputs.
func NewFrame(n int) *Frame {
	return &Frame{Coef: make([]int64, n), Wide: make([]*big.Int, n), Text: make([]string, n), Has: make([]bool, n)}
}

// begin starts an evaluation of a formula with that many nodes.
func (r *Frame) begin(nodes int) {
	if len(r.have) < nodes {
		r.have, r.slots, r.mid = make([]uint32, nodes), make([]int64, nodes), make([]fixed.Int128, nodes)
		r.mark = 0
	}
	if r.mark++; r.mark == 0 {
		clear(r.have)
		r.mark = 1
	}
	r.bad = false
}

// Problem says what kept a row from having a value.
type Problem uint8

// The problems.
const (
	NoValue      Problem = iota // an input is missing
	ZeroDivision                // a division by zero
	NoQuota                     // an attainment of a quota that is not above zero
	TooLarge                    // over 76 digits on the way, or over 38 in the result
	NoRow                       // a lookup has no row for a name, and no default
	NoDate                      // a date before the first or after the last
	Failed                      // a function of the embedder's gave an error
)

// Fault is the place and the reason of a row without a value.
type Fault struct {
	Problem Problem
	Node    *ir.Node
	Of      *ir.Node // of NoQuota: the quota
	Value   *big.Int // of NoQuota: what it is
	Text    string   // of NoRow: the name
	Err     error    // of Failed
}

// Result is the value of a row: Coef, or Wide where it is not nil, at the places of the
// formula's root.
type Result struct {
	Coef int64
	Wide *big.Int
}
