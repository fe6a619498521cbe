// Package explain turns the values of one evaluation into the tree that explains them.
//
// The values are those of the evaluation that pays, part by part; nothing is computed again. A
// part that is used twice is explained where it stands first, and a branch that was not taken
// stands apart, without a value.
package explain

import (
	"fmt"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/internal/eval"
	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/trace"
	"github.com/payproof/payproof/dsl/unit"
	"github.com/payproof/payproof/internal/fixed"
)

// Words say what the parts of a formula are called.
type Words struct {
	Text   func(*ir.Node) string      // the words of the formula
	Span   func(*ir.Node) source.Span // where they stand
	Inputs func(string) *trace.Node   // the tree behind an input by name; nil or giving nil: a leaf
	Unit   func(unit.Unit) string     // as traces write it
}

// Tree is the evaluated tree of a formula over the row that the steps are of.
func Tree(root *ir.Node, row *eval.Frame, steps eval.Steps, words Words) *trace.Node {
	e := explainer{row: row, steps: steps, words: words, shown: map[*ir.Node]bool{}}
	return e.node(root)
}

type explainer struct {
	row   *eval.Frame
	steps eval.Steps
	words Words
	shown map[*ir.Node]bool
}

// Show is a coefficient in canonical form: no exponent, no trailing zeros.
func Show(c *big.Int, scale uint8, u unit.Unit) string {
	switch u.Kind {
	case unit.Bool:
		return fmt.Sprint(c.Sign() != 0)
	case unit.Date:
		return calendar.FromOrdinal(int32(c.Int64())).String()
	}
	return fixed.FormatBig(c, scale)
}

// value is what a node came out as, and whether it was computed at all.
func (e *explainer) value(n *ir.Node) (*big.Int, bool) { return e.steps.Value(n) }

var traceOps = map[ir.Op]trace.Op{
	ir.Const: trace.Literal, ir.Input: trace.Input, ir.Text: trace.Literal, ir.Neg: trace.Neg, ir.Add: trace.Add, ir.Sub: trace.Sub,
	ir.Mul: trace.Mul, ir.Div: trace.Div, ir.Mod: trace.Mod, ir.Min: trace.Min, ir.Max: trace.Max, ir.Abs: trace.Abs, ir.Round: trace.Round,
	ir.Compare: trace.Compare, ir.TextIn: trace.Compare, ir.And: trace.Logic, ir.Or: trace.Logic, ir.Not: trace.Logic,
	ir.Cond: trace.If, ir.Let: trace.Let, ir.Missing: trace.Missing, ir.Coalesce: trace.Coalesce,
	ir.Slices: trace.Marginal, ir.Line: trace.Interpolated, ir.Grid: trace.Cell, ir.AddMonths: trace.Function, ir.Call: trace.Function,
}

// opOf is the operation as a tree names it: of a curve, what its table is.
func opOf(n *ir.Node) trace.Op {
	switch {
	case n.Op == ir.Slices && n.Curve.Table().Kind.String() == "excess":
		return trace.Excess
	case n.Op != ir.Curve:
		return traceOps[n.Op]
	case n.Rates:
		return trace.TierRate
	}
	switch n.Curve.Table().Kind.String() {
	case "excess":
		return trace.Excess
	case "step":
		return trace.Step
	}
	return trace.Marginal
}

func (e *explainer) node(n *ir.Node) *trace.Node {
	if n.Op == ir.Rescale {
		return e.node(n.Args[0])
	}
	t := &trace.Node{Op: opOf(n), Label: n.Label, Text: e.words.Text(n), At: e.words.Span(n), Unit: e.words.Unit(n.Unit)}
	v, ok := e.value(n)
	if !ok {
		return t // a road not taken
	}
	t.Value = Show(v, n.Scale, n.Unit)
	if n.Op == ir.Input {
		return e.input(n, t)
	}
	if e.shown[n] && len(n.Args) > 0 {
		t.Detail = "explained above"
		return t
	}
	e.shown[n] = true
	e.children(n, t)
	e.detail(n, t, v)
	return t
}

func (e *explainer) children(n *ir.Node, t *trace.Node) {
	args := n.Args
	if n.Op == ir.Compare {
		args = args[:2] // the quota of an attainment is part of the second
	}
	skipped := (*ir.Node)(nil)
	if n.Op == ir.Cond {
		if test, ok := e.value(n.Args[0]); ok && test.Sign() != 0 {
			skipped = n.Args[2]
		} else {
			skipped = n.Args[1]
		}
	}
	for _, a := range args {
		if _, ok := e.value(a); ok && a != skipped {
			t.Args = append(t.Args, e.node(a))
		} else {
			t.NotTaken = append(t.NotTaken, e.node(a))
		}
	}
}

func (e *explainer) input(n *ir.Node, t *trace.Node) *trace.Node {
	t.Text = ""
	if n.Unit.Kind == unit.Text {
		t.Value = e.row.Text[n.Input]
	}
	if e.words.Inputs == nil || e.shown[n] {
		return t
	}
	e.shown[n] = true
	if why := e.words.Inputs(n.Label); why != nil {
		t.Args = append(t.Args, why)
	}
	return t
}

func (e *explainer) detail(n *ir.Node, t *trace.Node, v *big.Int) {
	switch n.Op {
	case ir.Text:
		t.Value = n.Texts[0]
	case ir.TextIn:
		t.Detail = fmt.Sprintf("one of %q", n.Texts)
	case ir.Compare:
		t.Detail = n.Cmp.Text
	case ir.And:
		t.Detail = "and"
	case ir.Or:
		t.Detail = "or"
	case ir.Not:
		t.Detail = "not"
	case ir.Round:
		e.rounding(n, t, v)
	case ir.Div:
		t.Detail = "16 places, half-even"
	case ir.Coalesce:
		if !e.row.Has[n.Input] {
			t.Flags |= trace.Defaulted
		}
	case ir.Curve, ir.Slices, ir.Line, ir.Grid:
		e.table(n, t)
	}
}

func (e *explainer) rounding(n *ir.Node, t *trace.Node, v *big.Int) {
	t.Detail = fmt.Sprintf("%d places, %s", n.Places, n.Mode)
	before, _ := e.value(n.Args[0])
	if decimal.NewFromBigInt(before, -int32(n.Args[0].Scale)).Cmp(decimal.NewFromBigInt(v, -int32(n.Scale))) != 0 {
		t.Flags |= trace.Rounded
	}
}
