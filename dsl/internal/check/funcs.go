package check

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/dsl/internal/syntax"
	"github.com/payproof/payproof/dsl/unit"
	"github.com/payproof/payproof/internal/fixed"
)

// decimal is a constant.
func (c *checker) decimal(s *syntax.Node, d decimal.Decimal, u unit.Unit) *ir.Node {
	places := max(0, -int(d.Exponent()))
	v := d.Coefficient()
	v.Mul(v, fixed.Pow10Big(places+int(d.Exponent())))
	return c.make(s, ir.Node{Op: ir.Const, Unit: u, Scale: uint8(places), Value: v})
}

// addDays moves a date by a number of days.
func (c *checker) addDays(s *syntax.Node) *ir.Node {
	args, ok := c.dateAndNumber(s, "days")
	if !ok {
		return c.brokenNode(s, unit.DateUnit)
	}
	return c.make(s, ir.Node{Op: ir.Add, Unit: unit.DateUnit, Args: args})
}

// addMonths moves a date by months; where the month has no such day, to its last.
func (c *checker) addMonths(s *syntax.Node) *ir.Node {
	args, ok := c.dateAndNumber(s, "months")
	if !ok {
		return c.brokenNode(s, unit.DateUnit)
	}
	return c.make(s, ir.Node{Op: ir.AddMonths, Unit: unit.DateUnit, Args: args, Label: "add_months"})
}

func (c *checker) dateAndNumber(s *syntax.Node, what string) ([]*ir.Node, bool) {
	args, ok := c.arguments(s, 2, 2, fmt.Sprintf("%s(date, %s)", s.Text, what))
	if !ok {
		return nil, false
	}
	n := args[1]
	whole := n.Scale == 0 && (n.Untyped || n.Unit == unit.Counted || n.Unit == unit.DayCount && what == "days")
	if args[0].Unit != unit.DateUnit || !whole {
		c.fail(s, "unit-mismatch", "", "%s needs a date and a whole number of %s", s.Text, what)
		return nil, false
	}
	return args, true
}

// mod is what is left of a after whole multiples of b.
func (c *checker) mod(s *syntax.Node) *ir.Node {
	args, ok := c.arguments(s, 2, 2, "mod(a, b)")
	if !ok {
		return c.brokenNode(s, unit.Ratio)
	}
	u, ok := c.unify(s, "divide", args[0], args[1])
	if !ok {
		return c.brokenNode(s, u)
	}
	if u.Kind != unit.Number && u != unit.DayCount {
		return c.fail(s, "unit-mismatch", "give it amounts, counts, ratios or days", "mod needs two numbers, %s is %s", c.text(args[0]), c.unitOf(args[0]))
	}
	x, y := c.align(args[0], args[1])
	return c.make(s, ir.Node{Op: ir.Mod, Unit: u, Untyped: x.Untyped && y.Untyped, Scale: x.Scale, Args: []*ir.Node{x, y}})
}

// prorate is x × part ÷ whole: one rounding, at the end.
func (c *checker) prorate(s *syntax.Node) *ir.Node {
	args, ok := c.arguments(s, 3, 3, "prorate(amount, part, whole)")
	if !ok {
		return c.brokenNode(s, unit.Ratio)
	}
	x := args[0]
	u, ok := c.unify(s, "divide", args[1], args[2])
	if !ok {
		return c.brokenNode(s, x.Unit)
	}
	if x.Unit.Kind != unit.Number || u.Kind != unit.Number && u != unit.DayCount {
		return c.fail(s, "unit-mismatch", "write prorate(amount, days, days)", "prorate takes an amount and two numbers of one kind")
	}
	product := c.make(s, ir.Node{Op: ir.Mul, Unit: x.Unit, Untyped: x.Untyped, Scale: x.Scale + args[1].Scale, Args: []*ir.Node{x, args[1]}})
	if isBroken(product) {
		return product
	}
	return c.make(s, ir.Node{Op: ir.Div, Unit: x.Unit, Untyped: x.Untyped, Scale: ir.QuotientScale, Args: []*ir.Node{product, args[2]}})
}

// fx converts an amount into the currency of a place, at the rate that the engine fills
// into the input fx(from, to).
func (c *checker) fx(s *syntax.Node) *ir.Node {
	if len(s.Args) != 2 || s.Args[1].Kind != syntax.Name {
		return c.fail(s, "arity", "write fx(amount, pay)", "fx takes an amount, and the name of a place whose currency it becomes")
	}
	x, to := c.number(c.node(s.Args[0])), s.Args[1].Text
	switch {
	case isBroken(x):
		return x
	case !x.Unit.IsMoney() || x.Untyped:
		return c.fail(s.Args[0], "unit-mismatch", "", "fx converts amounts of money, %s is %s", c.text(x), c.unitOf(x))
	case c.same(x.Unit, unit.Money(to)):
		return x
	}
	name := fmt.Sprintf("fx(%s, %s)", x.Unit.Currency, to)
	i := c.env.input(name)
	if i < 0 {
		return c.fail(s, "unknown-name", "", "no rate from %s to %s is known here", x.Unit.Currency, to)
	}
	rate := c.input(s, i)
	return c.make(s, ir.Node{Op: ir.Mul, Unit: unit.Money(to), Scale: x.Scale + rate.Scale, Args: []*ir.Node{x, rate}, Label: name})
}

// callFunc calls a function of the embedder's.
func (c *checker) callFunc(s *syntax.Node, f Func) *ir.Node {
	args, ok := c.arguments(s, len(f.Params), len(f.Params), f.shape())
	if !ok {
		return c.brokenNode(s, f.Result)
	}
	for i, p := range f.Params {
		if p.Kind == unit.Text {
			return c.fail(s.Args[i], "unit-mismatch", "declare it with numbers, dates or conditions", "functions of the embedding program take no texts, and %s is declared with one", f.Run.Name)
		}
		if !args[i].Untyped && !c.same(args[i].Unit, p) || args[i].Untyped && p.Kind != unit.Number {
			return c.fail(s.Args[i], "unit-mismatch", "", "%s takes %s here, %s is %s", f.Run.Name, p, c.text(args[i]), c.unitOf(args[i]))
		}
	}
	return c.make(s, ir.Node{Op: ir.Call, Unit: f.Result, Scale: f.Scale, Args: args, Label: f.Run.Name, Func: f.Run})
}

// same reports whether two units are one: also where a place is pinned to the other's
// currency.
func (c *checker) same(u, v unit.Unit) bool { return c.pinned(u) == c.pinned(v) }

func (c *checker) pinned(u unit.Unit) unit.Unit {
	if code, ok := c.env.Pins[u.Currency]; ok && u.Money != 0 {
		u.Currency = code
	}
	return u
}
