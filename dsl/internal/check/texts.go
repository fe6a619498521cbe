package check

import (
	"slices"

	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/dsl/internal/syntax"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/unit"
)

func (c *checker) compareText(s *syntax.Node, x, y *ir.Node) *ir.Node {
	if x.Unit.Kind != unit.Text || y.Unit.Kind != unit.Text {
		_, _ = c.unify(s, "compare", x, y)
		return c.brokenNode(s, unit.BoolUnit)
	}
	if s.Text != "==" && s.Text != "!=" {
		return c.fail(s, "unit-mismatch", "compare texts with == or in", "texts have no order")
	}
	if x.Op == ir.Text {
		x, y = y, x
	}
	if x.Op != ir.Input || y.Op != ir.Text {
		return c.fail(s, "unit-mismatch", `compare a field with a quoted text: kind == "new"`, "texts are compared with a literal only")
	}
	return c.oneOf(s, x, []*syntax.Node{{Kind: syntax.Text, Text: y.Texts[0], From: y.From, To: y.To}}, s.Text == "!=")
}

func (c *checker) in(s *syntax.Node) *ir.Node {
	x := c.node(s.Args[0])
	list := s.Args[1]
	switch {
	case isBroken(x):
		return x
	case list.Kind != syntax.List && x.Op == ir.Input && c.env.Inputs[x.Input].Below != nil && (list.Kind == syntax.Name || list.Kind == syntax.Text):
		return c.within(s, x, []*syntax.Node{{Kind: syntax.Text, Text: list.Text, From: list.From, To: list.To}})
	case list.Kind != syntax.List:
		return c.fail(list, "not-allowed", `write in ["a", "b"]`, "after in stands a list")
	case x.Op != ir.Input || x.Unit.Kind != unit.Text:
		return c.fail(s.Args[0], "unit-mismatch", "compare numbers with == or >= and <=", "in works on texts, %s is %s", c.text(x), c.unitOf(x))
	}
	if c.env.Inputs[x.Input].Below != nil {
		return c.within(s, x, list.Args)
	}
	return c.oneOf(s, x, list.Args, false)
}

// within asks for members of a hierarchy and all that stand below them. How many these are depends
// on the literals, so that the program is not shared with formulas that have others.
func (c *checker) within(s *syntax.Node, x *ir.Node, literals []*syntax.Node) *ir.Node {
	c.fixed = true
	below := c.env.Inputs[x.Input].Below
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
