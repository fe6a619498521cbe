package dsl

import (
	"fmt"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/trace"
)

// Explain computes the formula and gives the evaluated tree behind the result.
// The value is the one Eval gives: the same program runs, with its parts recorded.
// inputs, which may be nil, gives the tree behind an input by name; where it gives
// nil the input is a leaf. A part used twice is explained where it stands first.
func (f *Formula) Explain(r *Row, inputs func(name string) *trace.Node) (*trace.Node, Value, error) {
	r.begin(f.nodes)
	e := explainer{f: f, row: r, inputs: inputs, shown: map[*node]bool{}}
	v := Value{coef: f.traced()(r), scale: f.root.scale, unit: f.root.unit}
	if r.run.bad {
		e.wide = &wide{f: f, row: r, done: map[*node]*big.Int{}}
		var err error
		if v, err = e.wide.result(f.root); err != nil {
			return nil, Value{}, err
		}
	}
	return e.node(f.root), v, nil
}

type explainer struct {
	f      *Formula
	row    *Row
	inputs func(string) *trace.Node
	wide   *wide // nil when everything fitted 64 bits
	shown  map[*node]bool
}

// value is what a node came out as, and whether it was computed at all.
func (e *explainer) value(n *node) (*big.Int, bool) {
	switch {
	case n.op == opConst:
		return n.value, true
	case e.wide != nil:
		v, ok := e.wide.done[n]
		return v, ok
	case e.row.run.have[n.id] == e.row.run.mark:
		return big.NewInt(e.row.run.slots[n.id]), true
	}
	return nil, false
}

var traceOps = map[op]trace.Op{
	opConst: trace.Literal, opInput: trace.Input, opText: trace.Literal, opNeg: trace.Neg, opAdd: trace.Add, opSub: trace.Sub,
	opMul: trace.Mul, opDiv: trace.Div, opMin: trace.Min, opMax: trace.Max, opAbs: trace.Abs, opRound: trace.Round,
	opCompare: trace.Compare, opTextIn: trace.Compare, opAnd: trace.Logic, opOr: trace.Logic, opNot: trace.Logic,
	opCond: trace.If, opLet: trace.Let, opMissing: trace.Missing, opCoalesce: trace.Coalesce,
	opMarginal: trace.Marginal, opTierRate: trace.TierRate,
}

func (e *explainer) node(n *node) *trace.Node {
	if n.op == opRescale {
		return e.node(n.args[0])
	}
	t := &trace.Node{Op: traceOps[n.op], Label: n.label, Text: e.f.text(n), At: e.f.span(n), Unit: n.unit.Short()}
	v, ok := e.value(n)
	if !ok {
		return t // a road not taken
	}
	t.Value = show(v, n.scale, n.unit)
	if n.op == opInput {
		return e.input(n, t)
	}
	if e.shown[n] && len(n.args) > 0 {
		t.Detail = "explained above"
		return t
	}
	e.shown[n] = true
	e.children(n, t)
	e.detail(n, t, v)
	return t
}

func (e *explainer) children(n *node, t *trace.Node) {
	args := n.args
	if n.op == opCompare {
		args = args[:2] // the quota of an attainment is part of the second
	}
	skipped := (*node)(nil)
	if n.op == opCond {
		if test, ok := e.value(n.args[0]); ok && test.Sign() != 0 {
			skipped = n.args[2]
		} else {
			skipped = n.args[1]
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

func (e *explainer) input(n *node, t *trace.Node) *trace.Node {
	t.Text = ""
	if n.unit.Kind == Text {
		t.Value = e.row.text[n.input]
	}
	if e.inputs == nil || e.shown[n] {
		return t
	}
	e.shown[n] = true
	if why := e.inputs(n.label); why != nil {
		t.Args = append(t.Args, why)
	}
	return t
}

func (e *explainer) detail(n *node, t *trace.Node, v *big.Int) {
	switch n.op {
	case opText:
		t.Value = n.texts[0]
	case opTextIn:
		t.Detail = fmt.Sprintf("one of %q", n.texts)
	case opCompare:
		t.Detail = n.cmp.text
	case opAnd:
		t.Detail = "and"
	case opOr:
		t.Detail = "or"
	case opNot:
		t.Detail = "not"
	case opRound:
		e.rounding(n, t, v)
	case opDiv:
		t.Detail = "16 places, half-even"
	case opCoalesce:
		if !e.row.has[n.input] {
			t.Flags |= trace.Defaulted
		}
	case opTierRate:
		e.reached(n, t)
	case opMarginal:
		e.slices(n, t)
	}
}

func (e *explainer) rounding(n *node, t *trace.Node, v *big.Int) {
	t.Detail = fmt.Sprintf("%d places, %s", n.places, n.mode)
	before, _ := e.value(n.args[0])
	if decimal.NewFromBigInt(before, -int32(n.args[0].scale)).Cmp(decimal.NewFromBigInt(v, -int32(n.scale))) != 0 {
		t.Flags |= trace.Rounded
	}
}

// tableArgs are the amounts and quota a table was walked with.
func (e *explainer) tableArgs(n *node) (x, before, quota *big.Int) {
	x, _ = e.value(n.args[0])
	rest := n.args[1:]
	if n.sliced {
		before, _ = e.value(rest[0])
		rest = rest[1:]
	}
	if len(rest) > 0 {
		quota, _ = e.value(rest[0])
	}
	return x, before, quota
}

func (e *explainer) reached(n *node, t *trace.Node) {
	x, _, quota := e.tableArgs(n)
	tier := n.walk.ReachedWide(x, quota)
	if tier < 0 {
		t.Detail = "below the first tier"
		return
	}
	t.Detail = fmt.Sprintf("tier %d from %s", tier+1, fact.DecimalText(n.walk.Tier(tier).From))
	t.At = n.walk.Tier(tier).At
}

// slices adds a node for each tier in which the amount, or this event's part of
// it, lay: they add up to the value.
func (e *explainer) slices(n *node, t *trace.Node) {
	x, before, quota := e.tableArgs(n)
	after := n.walk.Slices(x, quota)
	earlier := make([]*big.Int, 0, len(after))
	sign := int64(1)
	low := new(big.Int)
	if before != nil {
		low = before
	}
	base := n.walk.Slices(low, quota)
	if len(base) > len(after) { // going down: show the tiers that are given back
		after, base, sign = base, after, -1
	}
	for i := range after {
		amount := new(big.Int)
		if i < len(base) {
			amount = base[i].Amount
		}
		earlier = append(earlier, amount)
	}
	for i, s := range after {
		amount := new(big.Int).Sub(s.Amount, earlier[i])
		if amount.Sign() == 0 {
			continue
		}
		amount.Mul(amount, big.NewInt(sign))
		tier := n.walk.Tier(s.Tier)
		of := decimal.NewFromBigInt(amount, -int32(s.AmountScale))
		t.Args = append(t.Args, &trace.Node{
			Op: trace.Slice, Label: fmt.Sprintf("tier %d", s.Tier+1), At: tier.At, Unit: n.unit.Short(),
			Value:  fact.DecimalText(of.Mul(tier.Rate)),
			Detail: fmt.Sprintf("%s at %s from %s", fact.DecimalText(of), fact.DecimalText(tier.Rate), fact.DecimalText(tier.From)),
		})
	}
}
