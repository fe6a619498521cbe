package dsl

import (
	"math/big"

	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/table"
)

// op is an operation of the compiled form.
type op uint8

const (
	opConst op = iota
	opInput
	opText // a literal text
	opNeg
	opAdd
	opSub
	opMul
	opDiv
	opMin
	opMax
	opAbs
	opRound
	opRescale // exact: to more places
	opCompare
	opTextIn // text equal to one of a list
	opAnd
	opOr
	opNot
	opCond
	opLet // a shared part, evaluated once
	opMissing
	opCoalesce
	opAttain   // measure, quota: a pair
	opMarginal // amount or after, before or nil, quota or nil
	opTierRate // amount, quota or nil
)

// comparison says which orders of two values make an opCompare true.
type comparison struct {
	text               string
	less, equal, great bool
}

var comparisons = map[string]comparison{
	"==": {"==", false, true, false}, "!=": {"!=", true, false, true},
	"<": {"<", true, false, false}, "<=": {"<=", true, true, false},
	">": {">", false, false, true}, ">=": {">=", false, true, true},
}

func (c comparison) holds(order int) bool {
	switch {
	case order < 0:
		return c.less
	case order > 0:
		return c.great
	}
	return c.equal
}

// node is a part of a compiled formula: a DAG with a fixed number of decimal
// places at every node. Nodes are immutable once compiled.
type node struct {
	op       op
	id       int
	unit     Unit
	untyped  bool // a literal that takes the unit of what it meets
	scale    uint8
	args     []*node
	from, to int // bytes of the source
	label    string

	value  *big.Int // opConst, at scale
	input  int      // opInput, opMissing, opCoalesce
	texts  []string // opText, opTextIn
	codes  []int64  // opTextIn over an enum: the members' numbers
	cmp    comparison
	mode   money.Rounding
	places int8
	walk   *table.Walk
	sliced bool // opMarginal: from before to after
}
