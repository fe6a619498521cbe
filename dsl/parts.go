package dsl

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/table"
)

// Part is one step of a compiled formula, for programs that reason about formulas instead of
// evaluating them. Op is one of
//
//	const          Value; a bool is 0 or 1, a date its day number
//	input          Input
//	text           Texts, one
//	neg abs        of one part
//	add sub mul    of two
//	div            of two, half-even to 16 places; where Name begins with "attainment(" the second
//	               is a quota, which is above zero
//	mod min max    of two
//	round          to Places, by Mode; Places may be negative
//	rescale        the same value with more places
//	compare        of two by Sign; a third part is the quota of an attainment, above zero
//	one of         an input and Texts
//	and or not     of conditions
//	if             condition, then, else
//	let            the same value under a name
//	missing        whether Input is missing
//	coalesce       the input, and what stands in for it
//	curve          Table at an amount, with the quota that its edges are shares of, or without: what
//	               it pays, or the rate of the tier reached where Rates is true
//	slices         Table between two amounts, after and before, with or without the quota
//	line           the value or rate of Table on the line between two points, like curve
//	grid           the value of Table by its keys in order; KeyQuotas tells which of them have a
//	               quota behind them
//	months         a date moved by months
//	call           a function of the embedder's, Name
//
// The set may grow in a minor version.
type Part struct {
	Op        string          // what it does, see above
	Unit      Unit            // of its value
	Scale     uint8           // decimal places of its value
	Args      []int           // the parts that it is made of, by their index; all stand before it
	Value     decimal.Decimal // const
	Input     int             // input, missing, coalesce: the index in Env.Inputs
	Texts     []string        // text, one of
	Sign      string          // compare
	Places    int             // round
	Mode      money.Rounding  // round
	Table     *table.Table    // curve, slices, line, grid
	Rates     bool            // curve
	KeyQuotas []bool          // grid
	Name      string          // the name of an input, let, table or function
	Text      string          // its words in the formula
	At        source.Span     // where they stand
}

// Parts are the steps of the formula, arguments before what is made of them; the last is the
// formula's value. A part that is used twice stands once. The parts of a formula that shares its
// program, see [Shapes], all have the words and the place of the whole.
func (f *Formula) Parts() []Part {
	p := parts{f: f, nodes: make([]*ir.Node, 0, len(f.graph.Uses)), list: make([]Part, 0, len(f.graph.Uses))}
	if f.literals != nil {
		p.whole = f.origin.Span(f.src, 0, len(f.src))
	}
	if len(f.graph.Uses) > fewParts {
		p.at = make(map[*ir.Node]int, len(f.graph.Uses))
	}
	p.add(f.graph.Root)
	return p.list
}

// fewParts are looked through one by one: most formulas have no more.
const fewParts = 24

// Inputs are the inputs that the formula was compiled with.
func (f *Formula) Inputs() []Input { return slices.Clone(f.env.Inputs) }

type parts struct {
	f     *Formula
	nodes []*ir.Node       // by place in list
	at    map[*ir.Node]int // of these; nil: they are few
	list  []Part
	whole source.Span // of a shared program
}

func (p *parts) add(n *ir.Node) int {
	if p.at == nil {
		if i := slices.Index(p.nodes, n); i >= 0 {
			return i
		}
	} else if i, ok := p.at[n]; ok {
		return i
	}
	made := Part{
		Op: n.Op.String(), Unit: n.Unit, Scale: n.Scale, Input: n.Input, Texts: n.Texts, Sign: n.Cmp.Text,
		Places: int(n.Places), Mode: n.Mode, Rates: n.Rates, Name: n.Label,
	}
	if p.f.literals == nil {
		made.Text, made.At = p.f.text(n), p.f.span(n)
	} else {
		made.Text, made.At = p.f.src, p.whole
		made.Texts = p.f.textsOf(n)
	}
	if len(n.Args) > 0 {
		made.Args = make([]int, 0, len(n.Args))
	}
	for _, a := range n.Args {
		made.Args = append(made.Args, p.add(a))
	}
	for _, k := range n.Keys {
		made.KeyQuotas = append(made.KeyQuotas, k.Quota)
	}
	switch {
	case n.Slot > 0:
		made.Value = decimal.New(p.f.literals[n.Slot-1], -int32(n.Scale))
	case n.Value != nil:
		made.Value = decimal.NewFromBigInt(n.Value, -int32(n.Scale))
	}
	made.Table = tableOf(n)
	if p.at != nil {
		p.at[n] = len(p.list)
	}
	p.nodes, p.list = append(p.nodes, n), append(p.list, made)
	return len(p.list) - 1
}

// textsOf are the texts of a node of a shared program, with those of this formula in its slots.
func (f *Formula) textsOf(n *ir.Node) []string {
	if len(n.Slots) == 0 {
		return n.Texts
	}
	var out []string
	for _, slot := range n.Slots {
		if enum := f.env.Inputs[n.Args[0].Input].Enum; enum != nil {
			out = append(out, enum[f.literals[slot]])
		} else {
			out = append(out, f.texts[slot])
		}
	}
	return out
}

func tableOf(n *ir.Node) *table.Table {
	switch {
	case n.Curve != nil:
		t := n.Curve.Table()
		return &t
	case n.Line != nil:
		t := n.Line.Table()
		return &t
	case n.Grid != nil:
		t := n.Grid.Table()
		return &t
	}
	return nil
}
