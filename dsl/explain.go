package dsl

import (
	"github.com/payproof/payproof/dsl/internal/eval"
	"github.com/payproof/payproof/dsl/internal/explain"
	"github.com/payproof/payproof/dsl/trace"
)

// Explain computes the formula and gives the evaluated tree behind the result.
// The value is the one Eval gives: the same program runs, with its parts recorded.
// inputs, which may be nil, gives the tree behind an input by name; where it gives
// nil the input is a leaf. A part used twice is explained where it stands first.
func (f *Formula) Explain(r *Row, inputs func(name string) *trace.Node) (*trace.Node, Value, error) {
	s, v, err := f.Trace(r)
	if err != nil {
		return nil, Value{}, err
	}
	return s.Tree(inputs), v, nil
}

// Trace computes the formula and keeps what every part came out as, without making a tree of
// it: the tree is made when it is asked for. It allocates nothing while the result fits 64 bits,
// and the value is the one Eval gives. The error is an *EvalError.
func (f *Formula) Trace(r *Row) (Steps, Value, error) {
	f = f.own()
	s, v, fault := f.program.Trace(r.frame)
	if fault != nil {
		return Steps{}, Value{}, f.fault(fault)
	}
	return Steps{f: f, row: r, steps: s}, f.value(r, v), nil
}

// Steps are what the parts of a formula came out as in one evaluation. They hold until the row
// is changed or used again.
type Steps struct {
	f     *Formula
	row   *Row
	steps eval.Steps
}

// Tree is the evaluated tree. inputs is as for [Formula.Explain].
func (s Steps) Tree(inputs func(name string) *trace.Node) *trace.Node {
	return explain.Tree(s.f.graph.Root, s.row.frame, s.steps, explain.Words{
		Text: s.f.text, Span: s.f.span, Inputs: inputs,
		Unit: func(u Unit) string {
			if s.row.bound != nil && u.Money != 0 {
				u.Currency = s.row.currency(u)
			}
			return u.Short()
		},
	})
}
