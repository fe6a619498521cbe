// Package model is a formula and a question about it, with names made into numbers: what the
// prover, the shape and the search read.
package model

import (
	"math/big"

	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/analysis/internal/interval"
	"github.com/payproof/payproof/dsl/analysis/internal/rat"
	"github.com/payproof/payproof/dsl/unit"
	"github.com/shopspring/decimal"
)

// Program are the parts of a formula, the last its value. With a gate they are those of
// `if gate { formula } else { 0 }`.
type Program struct {
	Parts  []dsl.Part
	Inputs []dsl.Input // that both formulas were compiled with
	// Gated tells that the last part is the gate's, and not written anywhere.
	Gated bool
}

// New takes formulas apart. gate may be nil; else it reads the same inputs.
func New(pays, gate *dsl.Formula) Program {
	p := Program{Parts: pays.Parts(), Inputs: pays.Inputs()}
	if gate == nil {
		return p
	}
	value := len(p.Parts) - 1
	for _, part := range gate.Parts() {
		args := make([]int, len(part.Args))
		for i, a := range part.Args {
			args[i] = a + value + 1
		}
		part.Args = args
		p.Parts = append(p.Parts, part)
	}
	condition := len(p.Parts) - 1
	p.Parts = append(p.Parts, dsl.Part{Op: "const", Unit: pays.Unit(), Scale: pays.Scale(), Value: decimal.Zero, Text: "0", At: p.Parts[condition].At})
	p.Parts = append(p.Parts, dsl.Part{
		Op: "if", Unit: pays.Unit(), Scale: pays.Scale(), Args: []int{condition, value, condition + 1},
		Text: "gate " + p.Parts[condition].Text, At: p.Parts[condition].At,
	})
	p.Gated = true
	return p
}

// Tie says that an input is made of others.
type Tie struct {
	Of      []int // the inputs
	Largest bool  // the largest of them, and not their sum
}

// Question is what is asked, by the index of inputs.
type Question struct {
	First  int                 // the input that is x; −1 is none
	Rate   []*big.Rat          // how an input moves when x rises by 1; nil stays where it is
	Start  []interval.Interval // of an input that moves besides x, where it is when x is lowest
	Given  []bool              // Start, or Text, was given
	Text   []string            // of a text that is fixed
	Ties   []*Tie              // nil is none
	Covers [][2]int            // the first is never below the second
}

// Whole is every value that an input may have.
func (q *Question) Whole(i int) interval.Interval {
	switch t := q.Ties[i]; {
	case t != nil:
		out := q.Whole(t.Of[0])
		for _, of := range t.Of[1:] {
			if t.Largest {
				out = out.Max(q.Whole(of))
			} else {
				out = out.Add(q.Whole(of))
			}
		}
		return out
	case q.Rate[i] == nil || i == q.First:
		return q.Start[i]
	}
	return q.Start[i].Add(q.Walk().Scale(q.Rate[i]))
}

// Walk is how far x goes from where it is lowest: from 0 on, or anything where it has no end
// below.
func (q *Question) Walk() interval.Interval {
	x := q.Start[q.First]
	if x.Low.At == nil {
		return x
	}
	return x.Sub(interval.Point(x.Low.At)).Hull(interval.Point(rat.Zero()))
}

// Origin is the x at which inputs that move besides it are at their Start.
func (q *Question) Origin() *big.Rat {
	if low := q.Start[q.First].Low.At; low != nil {
		return low
	}
	return rat.Zero()
}

// Moves tells for each input whether it depends on x.
func (q *Question) Moves(i int) bool {
	if t := q.Ties[i]; t != nil {
		for _, of := range t.Of {
			if q.Moves(of) {
				return true
			}
		}
		return false
	}
	return q.Rate[i] != nil
}

// Moving tells for each part whether it depends on x.
func Moving(p Program, q *Question) []bool {
	out := make([]bool, len(p.Parts))
	for k, part := range p.Parts {
		switch part.Op {
		case "input", "coalesce":
			out[k] = q.Moves(part.Input)
		}
		for _, a := range part.Args {
			out[k] = out[k] || out[a]
		}
	}
	return out
}

// IsText reports whether an input holds a text.
func (p Program) IsText(i int) bool { return p.Inputs[i].Unit.Kind == unit.Text }

// Unit is the smallest step of an input.
func (p Program) Unit(i int) *big.Rat { return rat.Unit(int(p.Inputs[i].Scale)) }
