package check

import (
	"fmt"
	"math/big"

	"github.com/payproof/payproof/internal/fixed"

	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/dsl/internal/syntax"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/unit"
)

func (c *checker) unary(s *syntax.Node) *ir.Node {
	x := c.number(c.node(s.Args[0]))
	switch {
	case isBroken(x):
		return x
	case s.Text == "not":
		if x.Unit != unit.BoolUnit {
			return c.fail(s, "unit-mismatch", "", "not needs true or false, %s is %s", c.text(x), c.unitOf(x))
		}
		return c.make(s, ir.Node{Op: ir.Not, Unit: unit.BoolUnit, Args: []*ir.Node{x}})
	case x.Unit.Kind != unit.Number && x.Unit.Kind != unit.Days:
		return c.fail(s, "unit-mismatch", "", "%s%s has no meaning: it is %s", s.Text, c.text(x), c.unitOf(x))
	case s.Text == "+":
		return x
	}
	return c.make(s, ir.Node{Op: ir.Neg, Unit: x.Unit, Untyped: x.Untyped, Scale: x.Scale, Args: []*ir.Node{x}})
}

func (c *checker) binary(s *syntax.Node) *ir.Node {
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
func (c *checker) brokenResult(s *syntax.Node, x, y *ir.Node) *ir.Node {
	n := *x
	if !isBroken(x) {
		n = *y
	}
	n.From, n.To = s.From, s.To
	return &n
}

// number turns the pair measure ÷ quota into a number where one is needed.
func (c *checker) number(n *ir.Node) *ir.Node {
	if n.Op != ir.Attain {
		return n
	}
	at := &syntax.Node{From: n.From, To: n.To}
	return c.make(at, ir.Node{Op: ir.Div, Unit: unit.Ratio, Scale: ir.QuotientScale, Args: n.Args, Label: n.Label})
}

func (c *checker) unitOf(n *ir.Node) string {
	if n.Untyped {
		return "a plain number"
	}
	return n.Unit.String()
}

// unify gives the unit that x and y share; plain numbers take the other's.
func (c *checker) unify(s *syntax.Node, verb string, x, y *ir.Node) (unit.Unit, bool) {
	switch {
	case isBroken(x):
		return y.Unit, true
	case isBroken(y):
		return x.Unit, true
	case x.Untyped && y.Untyped:
		return unit.Ratio, true
	case x.Untyped && (y.Unit.Kind == unit.Number || y.Unit.Kind == unit.Days):
		return y.Unit, true
	case y.Untyped && (x.Unit.Kind == unit.Number || x.Unit.Kind == unit.Days):
		return x.Unit, true
	case c.same(x.Unit, y.Unit) && !x.Untyped && !y.Untyped:
		if x.Op == ir.Const {
			return y.Unit, true // of a place and its pinned currency, the place
		}
		return x.Unit, true
	}
	c.fail(s, "unit-mismatch", c.mismatchHint(s, x, y), "cannot %s %s (%s) and %s (%s)", verb, c.text(x), c.unitOf(x), c.text(y), c.unitOf(y))
	return x.Unit, false
}

func (c *checker) mismatchHint(s *syntax.Node, x, y *ir.Node) string {
	switch {
	case x.Unit.Kind == unit.Number && y.Unit.Kind == unit.Number && x.Unit.Money == y.Unit.Money && x.Unit.Currency != y.Unit.Currency:
		return "they are of different currencies"
	case s.Text == "+" && x.Unit.Money == 1 && y.Unit == unit.Ratio:
		return fmt.Sprintf("did you mean %s * (1 + %s)?", c.text(x), c.text(y))
	case y.Unit == unit.Ratio && x.Unit.Money == 1 && y.Op == ir.Const:
		return fmt.Sprintf("multiply it: %s of what?", c.text(y))
	}
	return ""
}

func (c *checker) additive(s *syntax.Node, x, y *ir.Node) *ir.Node {
	o := ir.Add
	verb := "add"
	if s.Text == "-" {
		o, verb = ir.Sub, "subtract"
	}
	if u, ok := dateArithmetic(o, x, y); ok {
		return c.make(s, ir.Node{Op: o, Unit: u, Args: []*ir.Node{x, y}})
	}
	u, ok := c.unify(s, verb, x, y)
	if ok && u.Kind != unit.Number && u.Kind != unit.Days {
		return c.fail(s, "unit-mismatch", "", "cannot %s values of kind %s", verb, u)
	}
	if !ok {
		return c.brokenNode(s, u)
	}
	x, y = c.align(x, y)
	return c.make(s, ir.Node{Op: o, Unit: u, Untyped: x.Untyped && y.Untyped, Scale: x.Scale, Args: []*ir.Node{x, y}})
}

func dateArithmetic(o ir.Op, x, y *ir.Node) (unit.Unit, bool) {
	switch {
	case x.Unit.Kind == unit.Date && y.Unit.Kind == unit.Date && o == ir.Sub:
		return unit.DayCount, true
	case x.Unit.Kind == unit.Date && (y.Unit.Kind == unit.Days || y.Untyped && y.Scale == 0):
		return unit.DateUnit, true
	}
	return unit.Unit{}, false
}

func (c *checker) brokenNode(s *syntax.Node, u unit.Unit) *ir.Node {
	return &ir.Node{Op: ir.Const, Label: broken, Untyped: true, Unit: u, Value: new(big.Int), From: s.From, To: s.To}
}

func (c *checker) product(s *syntax.Node, x, y *ir.Node) *ir.Node {
	if s.Text == "/" && x.Unit.Kind == unit.Days && y.Unit.Kind == unit.Days {
		return c.make(s, ir.Node{Op: ir.Div, Unit: unit.Ratio, Scale: ir.QuotientScale, Args: []*ir.Node{x, y}})
	}
	if x.Unit.Kind != unit.Number || y.Unit.Kind != unit.Number {
		return c.fail(s, "unit-mismatch", "", "%s (%s) %s %s (%s) has no meaning", c.text(x), c.unitOf(x), s.Text, c.text(y), c.unitOf(y))
	}
	if a, b := c.pinned(x.Unit).Currency, c.pinned(y.Unit).Currency; a != "" && b != "" && a != b {
		return c.fail(s, "unit-mismatch", "convert one of them first", "cannot combine %s (%s) and %s (%s): different currencies", c.text(x), c.unitOf(x), c.text(y), c.unitOf(y))
	}
	n := ir.Node{Op: ir.Mul, Unit: x.Unit.Times(y.Unit), Untyped: x.Untyped && y.Untyped, Scale: x.Scale + y.Scale, Args: []*ir.Node{x, y}}
	if s.Text == "/" {
		n.Op, n.Unit, n.Scale = ir.Div, x.Unit.Over(y.Unit), ir.QuotientScale
	}
	if !n.Unit.Meaningful() {
		return c.fail(s, "unit-mismatch", productHint(s.Text, x, y), "%s (%s) %s %s (%s) has no meaning", c.text(x), c.unitOf(x), s.Text, c.text(y), c.unitOf(y))
	}
	if n.Op == ir.Mul {
		c.undone(s, x, y)
		c.undone(s, y, x)
	}
	return c.make(s, n)
}

// undone warns of a quotient that is multiplied with what it was divided by: the quotient has been
// rounded to 16 places, and the product is a cent off where it lies on a half.
func (c *checker) undone(s *syntax.Node, x, y *ir.Node) {
	if y.Op != ir.Input || !dividedBy(x, y.Input) {
		return
	}
	c.found = append(c.found, source.Warnf("quotient-undone", c.span(s.From, s.To), "%s is divided by %s and multiplied with it again", c.text(x), c.text(y)).
		WithHint("the quotient is rounded to 16 places, so a cent may be lost: multiply first, or use what was divided itself"))
}

// dividedBy reports whether a ratio has been divided by an input, at the top or below products and
// sums.
func dividedBy(n *ir.Node, input int) bool {
	switch n.Op {
	case ir.Div:
		if d := n.Args[1]; d.Op == ir.Input && d.Input == input {
			return true
		}
		return dividedBy(n.Args[0], input)
	case ir.Mul, ir.Add, ir.Sub, ir.Min, ir.Max, ir.Neg, ir.Let, ir.Rescale:
		for _, a := range n.Args {
			if dividedBy(a, input) {
				return true
			}
		}
	}
	return false
}

func productHint(sign string, x, y *ir.Node) string {
	switch {
	case x.Unit.Money != 0 && y.Unit.Money != 0:
		return "multiply an amount with a ratio, or divide it by another amount"
	case sign == "*" && (x.Unit.Money != 0 || y.Unit.Money != 0):
		return "an amount for each is written with per: 5 USD per unit"
	}
	return "divide a count by a count, or an amount by a count"
}

// align brings two numbers to the same number of decimal places, exactly.
func (c *checker) align(x, y *ir.Node) (*ir.Node, *ir.Node) {
	top := max(x.Scale, y.Scale)
	return c.rescale(x, top), c.rescale(y, top)
}

func (c *checker) rescale(n *ir.Node, scale uint8) *ir.Node {
	if n.Scale == scale || isBroken(n) {
		return n
	}
	if n.Op == ir.Const && n.Slot == 0 {
		wider := *n
		wider.Value = new(big.Int).Mul(n.Value, fixed.Pow10Big(int(scale-n.Scale)))
		wider.Scale = scale
		return &wider
	}
	return c.make(&syntax.Node{From: n.From, To: n.To}, ir.Node{Op: ir.Rescale, Unit: n.Unit, Untyped: n.Untyped, Scale: scale, Args: []*ir.Node{n}})
}

func (c *checker) logic(s *syntax.Node, x, y *ir.Node) *ir.Node {
	o := ir.And
	if s.Text == "or" {
		o = ir.Or
	}
	for _, n := range []*ir.Node{x, y} {
		if n.Unit != unit.BoolUnit {
			return c.fail(s, "unit-mismatch", "", "%s needs true or false, %s is %s", s.Text, c.text(n), c.unitOf(n))
		}
	}
	return c.make(s, ir.Node{Op: o, Unit: unit.BoolUnit, Args: []*ir.Node{x, y}})
}

func (c *checker) compare(s *syntax.Node, x, y *ir.Node) *ir.Node {
	n := ir.Node{Op: ir.Compare, Unit: unit.BoolUnit, Cmp: ir.Comparisons(s.Text)}
	switch {
	case x.Unit.Kind == unit.Text || y.Unit.Kind == unit.Text:
		return c.compareText(s, x, y)
	case x.Op == ir.Attain && y.Op != ir.Attain:
		return c.compareAttainment(s, n, x, y, false)
	case y.Op == ir.Attain && x.Op != ir.Attain:
		return c.compareAttainment(s, n, y, x, true)
	}
	x, y = c.number(x), c.number(y)
	u, ok := c.unify(s, "compare", x, y)
	if !ok {
		return c.brokenNode(s, u)
	}
	if u.Kind == unit.Bool && s.Text != "==" && s.Text != "!=" {
		return c.fail(s, "unit-mismatch", "use and, or, not", "conditions have no order")
	}
	x, y = c.align(x, y)
	n.Args = []*ir.Node{x, y}
	return c.make(s, n)
}

// compareAttainment compares measure with y × quota: nothing is divided.
func (c *checker) compareAttainment(s *syntax.Node, n ir.Node, pair, y *ir.Node, swapped bool) *ir.Node {
	if !y.Untyped && y.Unit != unit.Ratio {
		return c.fail(s, "unit-mismatch", "compare it with a percentage", "cannot compare %s (ratio) and %s (%s)", c.text(pair), c.text(y), c.unitOf(y))
	}
	c.fixed = c.fixed || y.Slot > 0
	if y.Op == ir.Const && y.Untyped && y.Value.Cmp(new(big.Int).Mul(big.NewInt(5), fixed.Pow10Big(int(y.Scale)))) >= 0 {
		c.found = append(c.found, source.Warnf("attainment-without-percent", c.span(y.From, y.To), "an attainment of %s is %s00%%", c.text(y), c.text(y)).
			WithHint("write %s%%, or %s00%% if that is meant", c.text(y), c.text(y)))
	}
	measure, quota := pair.Args[0], pair.Args[1]
	product := c.make(s, ir.Node{Op: ir.Mul, Unit: measure.Unit, Scale: y.Scale + quota.Scale, Args: []*ir.Node{y, quota}, Label: "of quota"})
	measure, product = c.align(measure, product)
	n.Args, n.Label = []*ir.Node{measure, product, quota}, pair.Label
	if swapped {
		n.Args[0], n.Args[1] = n.Args[1], n.Args[0]
	}
	return c.make(s, n)
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
	if u.Kind == unit.Text {
		return c.fail(s, "unit-mismatch", "ask `"+name.Text+" is missing`, or compare it with a text", "a choice between texts has no use here")
	}
	x, y := c.align(in, alternative)
	return c.make(s, ir.Node{Op: ir.Coalesce, Input: i, Unit: u, Scale: x.Scale, Args: []*ir.Node{x, y}, Label: name.Text})
}

func (c *checker) cond(s *syntax.Node) *ir.Node {
	test, x, y := c.node(s.Args[0]), c.number(c.node(s.Args[1])), c.number(c.node(s.Args[2]))
	if !isBroken(test) && test.Unit != unit.BoolUnit {
		return c.fail(s.Args[0], "unit-mismatch", "compare it with something", "a condition is true or false, %s is %s", c.text(test), c.unitOf(test))
	}
	u, ok := c.unify(s, "choose between", x, y)
	if !ok || isBroken(test) || isBroken(x) || isBroken(y) {
		return c.brokenNode(s, u)
	}
	if u.Kind == unit.Text {
		return c.fail(s, "unit-mismatch", "choose between amounts instead", "a choice between texts has no use here")
	}
	x, y = c.align(x, y)
	return c.make(s, ir.Node{Op: ir.Cond, Unit: u, Untyped: x.Untyped && y.Untyped, Scale: x.Scale, Args: []*ir.Node{test, x, y}})
}
