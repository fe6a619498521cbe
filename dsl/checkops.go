package dsl

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/payproof/payproof/internal/fixed"

	"github.com/payproof/payproof/dsl/internal/syntax"
	"github.com/payproof/payproof/dsl/source"
)

// quotientScale is the number of decimal places of every division.
const quotientScale = 16

func (c *checker) unary(s *syntax.Node) *node {
	x := c.number(c.node(s.Args[0]))
	switch {
	case isBroken(x):
		return x
	case s.Text == "not":
		if x.unit != BoolUnit {
			return c.fail(s, "unit-mismatch", "", "not needs true or false, %s is %s", c.text(x), c.unitOf(x))
		}
		return c.make(s, node{op: opNot, unit: BoolUnit, args: []*node{x}})
	case x.unit.Kind != Number && x.unit.Kind != Days:
		return c.fail(s, "unit-mismatch", "", "%s%s has no meaning: it is %s", s.Text, c.text(x), c.unitOf(x))
	case s.Text == "+":
		return x
	}
	return c.make(s, node{op: opNeg, unit: x.unit, untyped: x.untyped, scale: x.scale, args: []*node{x}})
}

func (c *checker) binary(s *syntax.Node) *node {
	switch s.Text {
	case "??":
		return c.coalesce(s)
	case "in":
		return c.in(s)
	}
	x, y := c.node(s.Args[0]), c.node(s.Args[1])
	if isBroken(x) || isBroken(y) {
		return c.brokenResult(s, x, y)
	}
	switch s.Text {
	case "and", "or":
		return c.logic(s, x, y)
	case "==", "!=", "<", "<=", ">", ">=":
		return c.compare(s, x, y)
	}
	x, y = c.number(x), c.number(y)
	switch s.Text {
	case "+", "-":
		return c.additive(s, x, y)
	case "*", "/":
		return c.product(s, x, y)
	}
	return c.fail(s, "not-allowed", "", "the operator %q is not part of formulas", s.Text)
}

// brokenResult lets the comparison around a broken part stay a condition.
func (c *checker) brokenResult(s *syntax.Node, x, y *node) *node {
	n := *x
	if !isBroken(x) {
		n = *y
	}
	n.from, n.to = s.From, s.To
	return &n
}

// number turns the pair measure ÷ quota into a number where one is needed.
func (c *checker) number(n *node) *node {
	if n.op != opAttain {
		return n
	}
	at := &syntax.Node{From: n.from, To: n.to}
	return c.make(at, node{op: opDiv, unit: Ratio, scale: quotientScale, args: n.args, label: n.label})
}

func (c *checker) unitOf(n *node) string {
	if n.untyped {
		return "a plain number"
	}
	return n.unit.String()
}

// unify gives the unit that x and y share; plain numbers take the other's.
func (c *checker) unify(s *syntax.Node, verb string, x, y *node) (Unit, bool) {
	switch {
	case isBroken(x):
		return y.unit, true
	case isBroken(y):
		return x.unit, true
	case x.untyped && y.untyped:
		return Ratio, true
	case x.untyped && (y.unit.Kind == Number || y.unit.Kind == Days):
		return y.unit, true
	case y.untyped && (x.unit.Kind == Number || x.unit.Kind == Days):
		return x.unit, true
	case x.unit == y.unit && !x.untyped && !y.untyped:
		return x.unit, true
	}
	c.fail(s, "unit-mismatch", c.mismatchHint(s, x, y), "cannot %s %s (%s) and %s (%s)", verb, c.text(x), c.unitOf(x), c.text(y), c.unitOf(y))
	return x.unit, false
}

func (c *checker) mismatchHint(s *syntax.Node, x, y *node) string {
	switch {
	case x.unit.Kind == Number && y.unit.Kind == Number && x.unit.Money == y.unit.Money && x.unit.Currency != y.unit.Currency:
		return "they are of different currencies"
	case s.Text == "+" && x.unit.Money == 1 && y.unit == Ratio:
		return fmt.Sprintf("did you mean %s * (1 + %s)?", c.text(x), c.text(y))
	case y.unit == Ratio && x.unit.Money == 1 && y.op == opConst:
		return fmt.Sprintf("multiply it: %s of what?", c.text(y))
	}
	return ""
}

func (c *checker) additive(s *syntax.Node, x, y *node) *node {
	o := opAdd
	verb := "add"
	if s.Text == "-" {
		o, verb = opSub, "subtract"
	}
	if u, ok := dateArithmetic(o, x, y); ok {
		return c.make(s, node{op: o, unit: u, args: []*node{x, y}})
	}
	u, ok := c.unify(s, verb, x, y)
	if ok && u.Kind != Number && u.Kind != Days {
		return c.fail(s, "unit-mismatch", "", "cannot %s values of kind %s", verb, u)
	}
	if !ok {
		return c.brokenNode(s, u)
	}
	x, y = c.align(x, y)
	return c.make(s, node{op: o, unit: u, untyped: x.untyped && y.untyped, scale: x.scale, args: []*node{x, y}})
}

func dateArithmetic(o op, x, y *node) (Unit, bool) {
	switch {
	case x.unit.Kind == Date && y.unit.Kind == Date && o == opSub:
		return DayCount, true
	case x.unit.Kind == Date && (y.unit.Kind == Days || y.untyped && y.scale == 0):
		return DateUnit, true
	}
	return Unit{}, false
}

func (c *checker) brokenNode(s *syntax.Node, u Unit) *node {
	return &node{op: opConst, label: broken, untyped: true, unit: u, value: new(big.Int), from: s.From, to: s.To}
}

func (c *checker) product(s *syntax.Node, x, y *node) *node {
	if x.unit.Kind != Number || y.unit.Kind != Number {
		return c.fail(s, "unit-mismatch", "", "%s (%s) %s %s (%s) has no meaning", c.text(x), c.unitOf(x), s.Text, c.text(y), c.unitOf(y))
	}
	if x.unit.Currency != "" && y.unit.Currency != "" && x.unit.Currency != y.unit.Currency {
		return c.fail(s, "unit-mismatch", "convert one of them first", "cannot combine %s (%s) and %s (%s): different currencies", c.text(x), c.unitOf(x), c.text(y), c.unitOf(y))
	}
	n := node{op: opMul, unit: x.unit.times(y.unit, 1), untyped: x.untyped && y.untyped, scale: x.scale + y.scale, args: []*node{x, y}}
	if s.Text == "/" {
		n.op, n.unit, n.scale = opDiv, x.unit.times(y.unit, -1), quotientScale
	}
	if !n.unit.meaningful() {
		return c.fail(s, "unit-mismatch", productHint(s.Text, x, y), "%s (%s) %s %s (%s) has no meaning", c.text(x), c.unitOf(x), s.Text, c.text(y), c.unitOf(y))
	}
	return c.make(s, n)
}

func productHint(sign string, x, y *node) string {
	switch {
	case x.unit.Money != 0 && y.unit.Money != 0:
		return "multiply an amount with a ratio, or divide it by another amount"
	case sign == "*" && (x.unit.Money != 0 || y.unit.Money != 0):
		return "an amount for each is written with per: 5 USD per unit"
	}
	return "divide a count by a count, or an amount by a count"
}

// align brings two numbers to the same number of decimal places, exactly.
func (c *checker) align(x, y *node) (*node, *node) {
	top := max(x.scale, y.scale)
	return c.rescale(x, top), c.rescale(y, top)
}

func (c *checker) rescale(n *node, scale uint8) *node {
	if n.scale == scale || isBroken(n) {
		return n
	}
	if n.op == opConst {
		wider := *n
		wider.value = new(big.Int).Mul(n.value, fixed.Pow10Big(int(scale-n.scale)))
		wider.scale = scale
		return &wider
	}
	return c.make(&syntax.Node{From: n.from, To: n.to}, node{op: opRescale, unit: n.unit, untyped: n.untyped, scale: scale, args: []*node{n}})
}

func (c *checker) logic(s *syntax.Node, x, y *node) *node {
	o := opAnd
	if s.Text == "or" {
		o = opOr
	}
	for _, n := range []*node{x, y} {
		if n.unit != BoolUnit {
			return c.fail(s, "unit-mismatch", "", "%s needs true or false, %s is %s", s.Text, c.text(n), c.unitOf(n))
		}
	}
	return c.make(s, node{op: o, unit: BoolUnit, args: []*node{x, y}})
}

func (c *checker) compare(s *syntax.Node, x, y *node) *node {
	n := node{op: opCompare, unit: BoolUnit, cmp: comparisons[s.Text]}
	switch {
	case x.unit.Kind == Text || y.unit.Kind == Text:
		return c.compareText(s, x, y)
	case x.op == opAttain && y.op != opAttain:
		return c.compareAttainment(s, n, x, y, false)
	case y.op == opAttain && x.op != opAttain:
		return c.compareAttainment(s, n, y, x, true)
	}
	x, y = c.number(x), c.number(y)
	u, ok := c.unify(s, "compare", x, y)
	if !ok {
		return c.brokenNode(s, u)
	}
	if u.Kind == Bool && s.Text != "==" && s.Text != "!=" {
		return c.fail(s, "unit-mismatch", "use and, or, not", "conditions have no order")
	}
	x, y = c.align(x, y)
	n.args = []*node{x, y}
	return c.make(s, n)
}

// compareAttainment compares measure with y × quota: nothing is divided.
func (c *checker) compareAttainment(s *syntax.Node, n node, pair, y *node, swapped bool) *node {
	if !y.untyped && y.unit != Ratio {
		return c.fail(s, "unit-mismatch", "compare it with a percentage", "cannot compare %s (ratio) and %s (%s)", c.text(pair), c.text(y), c.unitOf(y))
	}
	if y.op == opConst && y.untyped && y.value.Cmp(new(big.Int).Mul(big.NewInt(5), fixed.Pow10Big(int(y.scale)))) >= 0 {
		c.found = append(c.found, source.Warnf("attainment-without-percent", c.span(y.from, y.to), "an attainment of %s is %s00%%", c.text(y), c.text(y)).
			WithHint("write %s%%, or %s00%% if that is meant", c.text(y), c.text(y)))
	}
	measure, quota := pair.args[0], pair.args[1]
	product := c.make(s, node{op: opMul, unit: measure.unit, scale: y.scale + quota.scale, args: []*node{y, quota}, label: "of quota"})
	measure, product = c.align(measure, product)
	n.args, n.label = []*node{measure, product, quota}, pair.label
	if swapped {
		n.args[0], n.args[1] = n.args[1], n.args[0]
	}
	return c.make(s, n)
}

func (c *checker) compareText(s *syntax.Node, x, y *node) *node {
	if x.unit.Kind != Text || y.unit.Kind != Text {
		_, _ = c.unify(s, "compare", x, y)
		return c.brokenNode(s, BoolUnit)
	}
	if s.Text != "==" && s.Text != "!=" {
		return c.fail(s, "unit-mismatch", "compare texts with == or in", "texts have no order")
	}
	if x.op == opText {
		x, y = y, x
	}
	if x.op != opInput || y.op != opText {
		return c.fail(s, "unit-mismatch", `compare a field with a quoted text: kind == "new"`, "texts are compared with a literal only")
	}
	return c.oneOf(s, x, []*syntax.Node{{Kind: syntax.Text, Text: y.texts[0], From: y.from, To: y.to}}, s.Text == "!=")
}

func (c *checker) in(s *syntax.Node) *node {
	x := c.node(s.Args[0])
	list := s.Args[1]
	switch {
	case isBroken(x):
		return x
	case list.Kind != syntax.List:
		return c.fail(list, "not-allowed", `write in ["a", "b"]`, "after in stands a list")
	case x.op != opInput || x.unit.Kind != Text:
		return c.fail(s.Args[0], "unit-mismatch", "compare numbers with == or >= and <=", "in works on texts, %s is %s", c.text(x), c.unitOf(x))
	}
	return c.oneOf(s, x, list.Args, false)
}

// oneOf checks each literal against the enum, so that a typo is an error.
func (c *checker) oneOf(s *syntax.Node, x *node, literals []*syntax.Node, negate bool) *node {
	in := c.env.Inputs[x.input]
	n := node{op: opTextIn, unit: BoolUnit, args: []*node{x}}
	for _, l := range literals {
		if l.Kind != syntax.Text {
			return c.fail(l, "unit-mismatch", `write it in quotes: "…"`, "%s is compared with texts", in.Name)
		}
		if in.Enum != nil {
			code := slices.Index(in.Enum, l.Text)
			if code < 0 {
				return c.fail(l, "unknown-member", source.DidYouMean(l.Text, in.Enum), "%s is never %q", in.Name, l.Text)
			}
			n.codes = append(n.codes, int64(code))
		}
		n.texts = append(n.texts, l.Text)
	}
	made := c.make(s, n)
	if negate && !isBroken(made) {
		return c.make(s, node{op: opNot, unit: BoolUnit, args: []*node{made}})
	}
	return made
}

func (c *checker) coalesce(s *syntax.Node) *node {
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
	x, y := c.align(in, alternative)
	return c.make(s, node{op: opCoalesce, input: i, unit: u, scale: x.scale, args: []*node{x, y}, label: name.Text})
}

func (c *checker) cond(s *syntax.Node) *node {
	test, x, y := c.node(s.Args[0]), c.number(c.node(s.Args[1])), c.number(c.node(s.Args[2]))
	if !isBroken(test) && test.unit != BoolUnit {
		return c.fail(s.Args[0], "unit-mismatch", "compare it with something", "a condition is true or false, %s is %s", c.text(test), c.unitOf(test))
	}
	u, ok := c.unify(s, "choose between", x, y)
	if !ok || isBroken(test) || isBroken(x) || isBroken(y) {
		return c.brokenNode(s, u)
	}
	if u.Kind == Text {
		return c.fail(s, "unit-mismatch", "choose between amounts instead", "a choice between texts has no use here")
	}
	x, y = c.align(x, y)
	return c.make(s, node{op: opCond, unit: u, untyped: x.untyped && y.untyped, scale: x.scale, args: []*node{test, x, y}})
}
