package check

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/dsl/internal/syntax"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/unit"
)

// functionNames is the closed table of what a formula may call, besides the functions of
// an embedder.
var functionNames = []string{
	"abs", "add_days", "add_months", "after", "attainment", "before", "blended_rate", "ceil_to", "clamp", "company", "date",
	"days_between", "earned", "excess", "floor_to", "fx", "interpolate", "lookup", "marginal", "max", "min", "mod", "of",
	"proportional", "prorate", "quota", "ramp", "round", "safe_div", "step", "team", "tier_rate",
}

func (c *checker) call(s *syntax.Node) *ir.Node {
	switch s.Text {
	case "min":
		return c.extreme(s, ir.Min)
	case "max":
		return c.extreme(s, ir.Max)
	case "clamp":
		return c.clamp(s)
	case "abs":
		return c.abs(s)
	case "round", "floor_to", "ceil_to":
		return c.round(s)
	case "safe_div":
		return c.safeDiv(s)
	case "date":
		return c.date(s)
	case "days_between":
		return c.daysBetween(s)
	case "add_days":
		return c.addDays(s)
	case "add_months":
		return c.addMonths(s)
	case "mod":
		return c.mod(s)
	case "prorate":
		return c.prorate(s)
	case "fx":
		return c.fx(s)
	case "marginal", "excess", "proportional", "blended_rate", "tier_rate", "ramp", "step", "interpolate", "lookup":
		return c.tableCall(s)
	case "attainment":
		return c.attainment(s)
	case "before", "after", "quota", "earned", "team", "company", "of":
		return c.engineSlot(s)
	}
	if f, ok := c.env.function(s.Text); ok {
		return c.callFunc(s, f)
	}
	if strings.EqualFold(s.Text, "if") {
		return c.fail(s, "unknown-function", "write if condition { amount } else { 0 USD }", "%s(…) is written in another way here", s.Text)
	}
	return c.fail(s, "unknown-function", source.DidYouMean(s.Text, c.env.functionNames()), "unknown function %q", s.Text)
}

// arity checks the number of arguments, and evaluates them as numbers.
func (c *checker) arguments(s *syntax.Node, least, most int, shape string) ([]*ir.Node, bool) {
	if n := len(s.Args); n < least || most >= 0 && n > most {
		c.fail(s, "arity", "write "+shape, "%s takes other arguments", s.Text)
		return nil, false
	}
	out := make([]*ir.Node, len(s.Args))
	whole := true
	for i, a := range s.Args {
		out[i] = c.number(c.node(a))
		whole = whole && !isBroken(out[i])
	}
	return out, whole
}

// fold makes a chain of two-sided nodes of one unit and scale.
func (c *checker) fold(s *syntax.Node, o ir.Op, args []*ir.Node) *ir.Node {
	acc := args[0]
	for _, y := range args[1:] {
		u, ok := c.unify(s, "choose between", acc, y)
		if !ok {
			return c.brokenNode(s, u)
		}
		if u.Kind == unit.Text || u.Kind == unit.Bool {
			return c.fail(s, "unit-mismatch", "compare them, or choose with if", "%s needs numbers or dates, %s is %s", s.Text, c.text(acc), c.unitOf(acc))
		}
		acc, y = c.align(acc, y)
		acc = c.make(s, ir.Node{Op: o, Unit: u, Untyped: acc.Untyped && y.Untyped, Scale: acc.Scale, Args: []*ir.Node{acc, y}})
	}
	return acc
}

func (c *checker) extreme(s *syntax.Node, o ir.Op) *ir.Node {
	args, ok := c.arguments(s, 2, -1, s.Text+"(a, b, …)")
	if !ok {
		return c.brokenNode(s, unit.Ratio)
	}
	return c.fold(s, o, args)
}

func (c *checker) clamp(s *syntax.Node) *ir.Node {
	args, ok := c.arguments(s, 3, 3, "clamp(x, lowest, highest)")
	if !ok {
		return c.brokenNode(s, unit.Ratio)
	}
	low := c.fold(s, ir.Max, args[:2])
	if isBroken(low) {
		return low
	}
	return c.fold(s, ir.Min, []*ir.Node{low, args[2]})
}

func (c *checker) abs(s *syntax.Node) *ir.Node {
	args, ok := c.arguments(s, 1, 1, "abs(x)")
	if !ok {
		return c.brokenNode(s, unit.Ratio)
	}
	x := args[0]
	if x.Unit.Kind != unit.Number {
		return c.fail(s, "unit-mismatch", "", "abs needs a number, %s is %s", c.text(x), c.unitOf(x))
	}
	return c.make(s, ir.Node{Op: ir.Abs, Unit: x.Unit, Untyped: x.Untyped, Scale: x.Scale, Args: []*ir.Node{x}})
}

// round reads round(x, places), round(x, places, "mode"), floor_to(x, places)
// and ceil_to(x, places). Places may be negative: −2 is hundreds.
func (c *checker) round(s *syntax.Node) *ir.Node {
	shape := s.Text + "(x, places)"
	if s.Text == "round" {
		shape = `round(x, places) or round(x, places, "half-up")`
	}
	if n := len(s.Args); n < 2 || n > 3 || n == 3 && s.Text != "round" {
		return c.fail(s, "arity", "write "+shape, "%s takes other arguments", s.Text)
	}
	x := c.number(c.node(s.Args[0]))
	places, ok := wholeNumber(s.Args[1])
	if !ok {
		return c.fail(s.Args[1], "round-places", "write it as digits: round(x, 2)", "places is a whole number from -18 to %d", ir.MaxDigits)
	}
	mode, ok := c.roundingMode(s)
	if isBroken(x) || !ok {
		return c.brokenNode(s, x.Unit)
	}
	if x.Unit.Kind != unit.Number {
		return c.fail(s, "unit-mismatch", "", "%s needs a number, %s is %s", s.Text, c.text(x), c.unitOf(x))
	}
	return c.make(s, ir.Node{Op: ir.Round, Unit: x.Unit, Untyped: x.Untyped, Scale: uint8(max(0, min(places, int(x.Scale)))), Places: int8(places), Mode: mode, Args: []*ir.Node{x}})
}

func (c *checker) roundingMode(s *syntax.Node) (money.Rounding, bool) {
	switch {
	case s.Text == "floor_to":
		return money.Floor, true
	case s.Text == "ceil_to":
		return money.Ceiling, true
	case len(s.Args) < 3:
		return money.HalfEven, true
	}
	mode, err := money.ParseRounding(s.Args[2].Text)
	if err != nil || s.Args[2].Kind != syntax.Text {
		c.fail(s.Args[2], "round-mode", `write it in quotes: round(x, 2, "half-up")`, "%q is not a rounding mode", s.Args[2].Text)
		return mode, false
	}
	return mode, true
}

func wholeNumber(s *syntax.Node) (int, bool) {
	negative := s.Kind == syntax.Unary && s.Text == "-"
	if negative {
		s = s.Args[0]
	}
	if s.Kind != syntax.Number || s.Percent || s.Currency != "" || len(s.Text) > 2 {
		return 0, false
	}
	n := 0
	for _, r := range s.Text {
		if r < '0' || r > '9' {
			return 0, false
		}
		n = n*10 + int(r-'0')
	}
	if negative {
		return -n, n <= 18
	}
	return n, n <= ir.MaxDigits
}

// safeDiv is a / b, or d where b is zero.
func (c *checker) safeDiv(s *syntax.Node) *ir.Node {
	args, ok := c.arguments(s, 3, 3, "safe_div(a, b, when b is zero)")
	if !ok {
		return c.brokenNode(s, unit.Ratio)
	}
	quotient := c.product(&syntax.Node{Text: "/", From: s.From, To: s.To}, args[0], args[1])
	if isBroken(quotient) {
		return quotient
	}
	zero := c.make(s, ir.Node{Op: ir.Const, Unit: args[1].Unit, Scale: args[1].Scale, Value: new(big.Int)})
	test := c.make(s, ir.Node{Op: ir.Compare, Unit: unit.BoolUnit, Cmp: ir.Comparisons("=="), Args: []*ir.Node{args[1], zero}})
	u, ok := c.unify(s, "choose between", args[2], quotient)
	if !ok {
		return c.brokenNode(s, u)
	}
	x, y := c.align(args[2], quotient)
	return c.make(s, ir.Node{Op: ir.Cond, Unit: u, Scale: x.Scale, Args: []*ir.Node{test, x, y}})
}

func (c *checker) daysBetween(s *syntax.Node) *ir.Node {
	args, ok := c.arguments(s, 2, 2, "days_between(from, to)")
	if !ok {
		return c.brokenNode(s, unit.DayCount)
	}
	if args[0].Unit != unit.DateUnit || args[1].Unit != unit.DateUnit {
		return c.fail(s, "unit-mismatch", "", "days_between needs two dates")
	}
	return c.make(s, ir.Node{Op: ir.Sub, Unit: unit.DayCount, Args: []*ir.Node{args[1], args[0]}})
}

// engineSlot is a name that the engine fills: quota(bookings) is the input of that name.
func (c *checker) engineSlot(s *syntax.Node) *ir.Node {
	name, ok := c.slotName(s)
	if !ok {
		return c.brokenNode(s, unit.Ratio)
	}
	if s.Text == "quota" && len(s.Args) == 1 && c.env.standsIn(s.Args[0].Text) {
		return c.fail(s, "quota-amount", "write attainment("+s.Args[0].Text+"), or `without quota: skip`", "%s may not be there: what stands in for it is an attainment, and no amount", name)
	}
	i := c.env.input(name)
	if why, ok := c.env.Elsewhere[name]; i < 0 && ok {
		return c.fail(s, "unknown-name", why, "%s can't be used here", name)
	}
	if i < 0 {
		return c.fail(s, "unknown-name", source.DidYouMean(name, c.env.names()), "%s is not known here", name)
	}
	return c.input(s, i)
}

func (c *checker) slotName(s *syntax.Node) (string, bool) {
	name := s.Text + "("
	for i, a := range s.Args {
		if a.Kind != syntax.Name {
			c.fail(a, "arity", "write the measure's name", "%s takes names", s.Text)
			return "", false
		}
		if i > 0 {
			name += ", "
		}
		name += a.Text
	}
	return name + ")", true
}

// attainment is the pair of a measure and its quota.
func (c *checker) attainment(s *syntax.Node) *ir.Node {
	if len(s.Args) != 1 || s.Args[0].Kind != syntax.Name {
		return c.fail(s, "arity", "write attainment(measure)", "attainment takes the name of a measure")
	}
	measure := c.env.input(s.Args[0].Text)
	if measure >= 0 && c.env.Inputs[measure].Running {
		measure = c.env.input("after(" + s.Args[0].Text + ")")
	}
	if measure < 0 {
		return c.unknown(s.Args[0], s.Args[0].Text)
	}
	quota := c.env.input("quota(" + s.Args[0].Text + ")")
	if c.env.standsIn(s.Args[0].Text) {
		measure, quota = c.env.input(attained(s.Args[0].Text)), c.env.input(goal(s.Args[0].Text))
	}
	if quota < 0 {
		return c.fail(s, "no-quota", fmt.Sprintf("declare it under `quota:` of the plan: %s: {window: quarter}", s.Args[0].Text), "%s has no quota in this plan", s.Args[0].Text)
	}
	return c.make(s, ir.Node{Op: ir.Attain, Unit: unit.Ratio, Args: []*ir.Node{c.input(s.Args[0], measure), c.input(s, quota)}, Label: "attainment(" + s.Args[0].Text + ")"})
}
