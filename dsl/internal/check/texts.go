package check

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/dsl/internal/syntax"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/unit"
)

// A text is a key or a member of an enum. It is compared with literals, never computed.

func (c *checker) compareText(s *syntax.Node, x, y *ir.Node) *ir.Node {
	if x.Unit.Kind != unit.Text || y.Unit.Kind != unit.Text {
		if isBroken(x) || isBroken(y) {
			return c.brokenNode(s, unit.BoolUnit)
		}
		return c.fail(s, "unit-mismatch", c.textHint(x, y), "cannot compare %s (%s) and %s (%s)", c.text(x), c.unitOf(x), c.text(y), c.unitOf(y))
	}
	if s.Text != "==" && s.Text != "!=" {
		return c.fail(s, "unit-mismatch", "compare texts with == or in", "texts have no order")
	}
	if x.Op == ir.Text {
		x, y = y, x
	}
	if x.Op != ir.Input && x.Op != ir.Coalesce || y.Op != ir.Text {
		return c.fail(s, "unit-mismatch", `compare a field with a quoted text: kind == "new"`, "texts are compared with a literal only")
	}
	return c.oneOf(s, x, []*syntax.Node{{Kind: syntax.Text, Text: y.Texts[0], From: y.From, To: y.To}}, s.Text == "!=")
}

// textHint says what a text can be compared with; one of the two is a text.
func (c *checker) textHint(x, y *ir.Node) string {
	if y.Unit.Kind == unit.Text {
		x, y = y, x
	}
	switch {
	case x.Op == ir.Text:
		return c.text(y) + " is no text: write what it is compared with without quotes"
	case y.Op == ir.Const:
		return fmt.Sprintf("%s is a text: compare it with one in quotes, %s == %q, or declare the field as count, number or money", c.text(x), c.text(x), c.text(y))
	}
	return fmt.Sprintf(`%s is a text: compare it with one in quotes, %s == "…"`, c.text(x), c.text(x))
}

func (c *checker) in(s *syntax.Node) *ir.Node {
	x := c.node(s.Args[0])
	list := s.Args[1]
	switch {
	case isBroken(x):
		return x
	case c.below(x) != nil && (list.Kind == syntax.Name || list.Kind == syntax.Text):
		return c.within(s, x, []*syntax.Node{{Kind: syntax.Text, Text: list.Text, From: list.From, To: list.To}})
	case list.Kind != syntax.List:
		return c.fail(list, "not-allowed", `write in ["a", "b"]`, "after in stands a list")
	case x.Op != ir.Input && x.Op != ir.Coalesce || x.Unit.Kind != unit.Text:
		return c.fail(s.Args[0], "unit-mismatch", "compare numbers with == or >= and <=", "in works on texts, %s is %s", c.text(x), c.unitOf(x))
	}
	if c.below(x) != nil {
		return c.within(s, x, list.Args)
	}
	return c.oneOf(s, x, list.Args, false)
}

// below is the hierarchy of a field, also of one that may be missing; nil: it has none.
func (c *checker) below(x *ir.Node) map[string][]string {
	if x.Op != ir.Input && x.Op != ir.Coalesce {
		return nil
	}
	return c.env.Inputs[x.Input].Below
}

// within asks for members of a hierarchy and all that stand below them. How many these are depends
// on the literals, so that the program is not shared with formulas that have others.
func (c *checker) within(s *syntax.Node, x *ir.Node, literals []*syntax.Node) *ir.Node {
	c.fixed = true
	below := c.below(x)
	var all []*syntax.Node
	seen := map[string]bool{}
	for _, l := range literals {
		if l.Kind != syntax.Text {
			all = append(all, l) // which oneOf refuses
			continue
		}
		for _, member := range append([]string{l.Text}, below[l.Text]...) {
			if !seen[member] {
				seen[member] = true
				all = append(all, &syntax.Node{Kind: syntax.Text, Text: member, From: l.From, To: l.To})
			}
		}
	}
	return c.oneOf(s, x, all, false)
}

// oneOf checks each literal against the enum, so that a typo is an error.
func (c *checker) oneOf(s *syntax.Node, x *ir.Node, literals []*syntax.Node, negate bool) *ir.Node {
	if x.Op == ir.Coalesce {
		return c.oneOfGiven(s, x, literals, negate)
	}
	in := c.env.Inputs[x.Input]
	n := ir.Node{Op: ir.TextIn, Unit: unit.BoolUnit, Args: []*ir.Node{x}}
	for _, l := range literals {
		if l.Kind != syntax.Text {
			return c.fail(l, "unit-mismatch", `write it in quotes: "…"`, "%s is compared with texts", in.Name)
		}
		if in.Enum != nil {
			code := slices.Index(in.Enum, l.Text)
			if code < 0 {
				return c.fail(l, "unknown-member", source.DidYouMean(l.Text, in.Enum), "%s is never %q", in.Name, l.Text)
			}
			n.Codes = append(n.Codes, int64(code))
		}
		n.Texts = append(n.Texts, l.Text)
		if slot, ok := c.slot(l, Slot{Used: true, Text: true, Enum: in.Enum}); ok {
			n.Slots = append(n.Slots, slot)
		}
	}
	made := c.make(s, n)
	if negate && !isBroken(made) {
		return c.make(s, ir.Node{Op: ir.Not, Unit: unit.BoolUnit, Args: []*ir.Node{made}})
	}
	return made
}

// oneOfGiven compares a field that may be missing, through the text that stands in for it. That one
// need not be a member of the field's enum.
func (c *checker) oneOfGiven(s *syntax.Node, x *ir.Node, literals []*syntax.Node, negate bool) *ir.Node {
	given := c.oneOf(s, x.Args[0], literals, negate)
	if isBroken(given) {
		return given
	}
	stands := slices.ContainsFunc(literals, func(l *syntax.Node) bool { return l.Text == x.Args[1].Texts[0] })
	value := new(big.Int)
	if stands != negate {
		value.SetInt64(1)
	}
	missing := c.make(s, ir.Node{Op: ir.Missing, Input: x.Input, Unit: unit.BoolUnit, Label: x.Label})
	other := c.make(s, ir.Node{Op: ir.Const, Unit: unit.BoolUnit, Value: value})
	c.fixed = true // by the texts
	return c.make(s, ir.Node{Op: ir.Cond, Unit: unit.BoolUnit, Args: []*ir.Node{missing, other, given}})
}

func (c *checker) coalesce(s *syntax.Node) *ir.Node {
	name := s.Args[0]
	i := c.env.input(name.Text)
	switch {
	case name.Kind != syntax.Name || i < 0:
		return c.unknown(name, name.Text)
	case !c.env.Inputs[i].Optional:
		return c.fail(s, "optional", "drop the default", "%s is never missing", name.Text)
	}
	in, alternative := c.input(name, i), c.number(c.node(s.Args[1]))
	u, ok := c.unify(s, "choose between", in, alternative)
	if !ok || isBroken(alternative) {
		return c.brokenNode(s, u)
	}
	if u.Kind == unit.Text && alternative.Op != ir.Text {
		return c.fail(s.Args[1], "unit-mismatch", "write one in quotes", "what stands in for a text is a text")
	}
	x, y := c.align(in, alternative)
	return c.make(s, ir.Node{Op: ir.Coalesce, Input: i, Unit: u, Scale: x.Scale, Args: []*ir.Node{x, y}, Label: name.Text})
}
