package dsl

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/payproof/payproof/dsl/internal/syntax"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/table"
)

// functionNames is the closed table of what a formula may call.
var functionNames = []string{
	"abs", "after", "attainment", "before", "ceil_to", "clamp", "date", "days_between", "floor_to",
	"marginal", "max", "min", "quota", "round", "safe_div", "tier_rate",
}

func (c *checker) call(s *syntax.Node) *node {
	switch s.Text {
	case "min":
		return c.extreme(s, opMin)
	case "max":
		return c.extreme(s, opMax)
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
	case "marginal":
		return c.marginal(s)
	case "tier_rate":
		return c.tierRate(s)
	case "attainment":
		return c.attainment(s)
	case "before", "after", "quota", "earned":
		return c.slot(s)
	}
	if strings.EqualFold(s.Text, "if") {
		return c.fail(s, "unknown-function", "write if condition { amount } else { 0 USD }", "%s(…) is written in another way here", s.Text)
	}
	return c.fail(s, "unknown-function", source.DidYouMean(s.Text, functionNames), "unknown function %q", s.Text)
}

// arity checks the number of arguments, and evaluates them as numbers.
func (c *checker) arguments(s *syntax.Node, least, most int, shape string) ([]*node, bool) {
	if n := len(s.Args); n < least || most >= 0 && n > most {
		c.fail(s, "arity", "write "+shape, "%s takes other arguments", s.Text)
		return nil, false
	}
	out := make([]*node, len(s.Args))
	whole := true
	for i, a := range s.Args {
		out[i] = c.number(c.node(a))
		whole = whole && !isBroken(out[i])
	}
	return out, whole
}

// fold makes a chain of two-sided nodes of one unit and scale.
func (c *checker) fold(s *syntax.Node, o op, args []*node) *node {
	acc := args[0]
	for _, y := range args[1:] {
		u, ok := c.unify(s, "choose between", acc, y)
		if !ok || u.Kind == Text || u.Kind == Bool {
			return c.brokenNode(s, u)
		}
		acc, y = c.align(acc, y)
		acc = c.make(s, node{op: o, unit: u, untyped: acc.untyped && y.untyped, scale: acc.scale, args: []*node{acc, y}})
	}
	return acc
}

func (c *checker) extreme(s *syntax.Node, o op) *node {
	args, ok := c.arguments(s, 2, -1, s.Text+"(a, b, …)")
	if !ok {
		return c.brokenNode(s, Ratio)
	}
	return c.fold(s, o, args)
}

func (c *checker) clamp(s *syntax.Node) *node {
	args, ok := c.arguments(s, 3, 3, "clamp(x, lowest, highest)")
	if !ok {
		return c.brokenNode(s, Ratio)
	}
	low := c.fold(s, opMax, args[:2])
	if isBroken(low) {
		return low
	}
	return c.fold(s, opMin, []*node{low, args[2]})
}

func (c *checker) abs(s *syntax.Node) *node {
	args, ok := c.arguments(s, 1, 1, "abs(x)")
	if !ok {
		return c.brokenNode(s, Ratio)
	}
	x := args[0]
	if x.unit.Kind != Number {
		return c.fail(s, "unit-mismatch", "", "abs needs a number, %s is %s", c.text(x), c.unitOf(x))
	}
	return c.make(s, node{op: opAbs, unit: x.unit, untyped: x.untyped, scale: x.scale, args: []*node{x}})
}

// round reads round(x, places), round(x, places, "mode"), floor_to(x, places)
// and ceil_to(x, places). Places may be negative: −2 is hundreds.
func (c *checker) round(s *syntax.Node) *node {
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
		return c.fail(s.Args[1], "round-places", "write it as digits: round(x, 2)", "places is a whole number from -18 to %d", maxDigits)
	}
	mode, ok := c.roundingMode(s)
	if isBroken(x) || !ok {
		return c.brokenNode(s, x.unit)
	}
	if x.unit.Kind != Number {
		return c.fail(s, "unit-mismatch", "", "%s needs a number, %s is %s", s.Text, c.text(x), c.unitOf(x))
	}
	return c.make(s, node{op: opRound, unit: x.unit, untyped: x.untyped, scale: uint8(max(0, min(places, int(x.scale)))), places: int8(places), mode: mode, args: []*node{x}})
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
	return n, n <= maxDigits
}

// safeDiv is a / b, or d where b is zero.
func (c *checker) safeDiv(s *syntax.Node) *node {
	args, ok := c.arguments(s, 3, 3, "safe_div(a, b, when b is zero)")
	if !ok {
		return c.brokenNode(s, Ratio)
	}
	quotient := c.product(&syntax.Node{Text: "/", From: s.From, To: s.To}, args[0], args[1])
	if isBroken(quotient) {
		return quotient
	}
	zero := c.make(s, node{op: opConst, unit: args[1].unit, scale: args[1].scale, value: new(big.Int)})
	test := c.make(s, node{op: opCompare, unit: BoolUnit, cmp: comparisons["=="], args: []*node{args[1], zero}})
	u, ok := c.unify(s, "choose between", args[2], quotient)
	if !ok {
		return c.brokenNode(s, u)
	}
	x, y := c.align(args[2], quotient)
	return c.make(s, node{op: opCond, unit: u, scale: x.scale, args: []*node{test, x, y}})
}

func (c *checker) daysBetween(s *syntax.Node) *node {
	args, ok := c.arguments(s, 2, 2, "days_between(from, to)")
	if !ok {
		return c.brokenNode(s, DayCount)
	}
	if args[0].unit != DateUnit || args[1].unit != DateUnit {
		return c.fail(s, "unit-mismatch", "", "days_between needs two dates")
	}
	return c.make(s, node{op: opSub, unit: DayCount, args: []*node{args[1], args[0]}})
}

// slot is a name that the engine fills: quota(bookings) is the input of that name.
func (c *checker) slot(s *syntax.Node) *node {
	name, ok := c.slotName(s)
	if !ok {
		return c.brokenNode(s, Ratio)
	}
	i := c.env.input(name)
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
func (c *checker) attainment(s *syntax.Node) *node {
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
	if quota < 0 {
		return c.fail(s, "no-quota", fmt.Sprintf("declare it under `quota:` of the plan: %s: {window: quarter}", s.Args[0].Text), "%s has no quota in this plan", s.Args[0].Text)
	}
	return c.make(s, node{op: opAttain, unit: Ratio, args: []*node{c.input(s.Args[0], measure), c.input(s, quota)}, label: "attainment(" + s.Args[0].Text + ")"})
}

// lookedUp is what a table is walked with: an amount (for marginal in a formula
// for each credit, after and before), and a quota where edges are shares of it.
type lookedUp struct {
	x, before, quota *node
	table            table.Table
}

func (c *checker) lookup(s *syntax.Node, running bool) (lookedUp, bool) {
	if len(s.Args) != 2 || s.Args[1].Kind != syntax.Name {
		c.fail(s, "arity", fmt.Sprintf("write %s(amount, table)", s.Text), "%s takes an amount and the name of a table", s.Text)
		return lookedUp{}, false
	}
	t, ok := c.env.Tables[s.Args[1].Text]
	if !ok {
		c.fail(s.Args[1], "unknown-table", source.DidYouMean(s.Args[1].Text, c.env.tableNames()), "unknown table %q", s.Args[1].Text)
		return lookedUp{}, false
	}
	l := lookedUp{table: t}
	first := s.Args[0]
	if i := c.env.input(first.Text); first.Kind == syntax.Name && i >= 0 && c.env.Inputs[i].Running && running {
		l.x, l.before = c.slotOf(first, "after"), c.slotOf(first, "before")
	} else {
		l.x = c.node(first)
	}
	return c.withQuota(s, first, l)
}

func (c *checker) withQuota(s, first *syntax.Node, l lookedUp) (lookedUp, bool) {
	switch {
	case isBroken(l.x):
		return l, false
	case l.x.op == opAttain: // edges are shares of the quota either way
		l.x, l.quota, l.table.Edges = l.x.args[0], l.x.args[1], table.OfQuota
	case l.table.Edges == table.OfQuota:
		l.quota = c.slotOf(first, "quota")
		if isBroken(l.quota) {
			return l, false
		}
	}
	l.x = c.number(l.x)
	if l.quota != nil && l.x.unit != l.quota.unit {
		c.fail(first, "unit-mismatch", "look it up with the measure itself, or with attainment(measure)", "%s is %s, and the table's edges are shares of a quota in %s", c.text(l.x), c.unitOf(l.x), l.quota.unit)
		return l, false
	}
	if l.x.unit.Kind != Number {
		c.fail(first, "unit-mismatch", "", "a table is looked up with a number, %s is %s", c.text(l.x), c.unitOf(l.x))
		return l, false
	}
	return l, true
}

// slotOf is quota(m), before(m) or after(m) for the measure named by s, also
// when s itself is written before(m) or after(m).
func (c *checker) slotOf(s *syntax.Node, what string) *node {
	measure := s.Text
	if s.Kind == syntax.Call && len(s.Args) == 1 {
		measure = s.Args[0].Text
	}
	i := c.env.input(what + "(" + measure + ")")
	if i >= 0 {
		return c.input(s, i)
	}
	if what == "quota" {
		return c.fail(s, "no-quota", "declare it under `quota:` of the plan, or write the table's edges as amounts", "%s has no quota in this plan, and the table's edges are shares of one", c.src[s.From:s.To])
	}
	return c.unknown(s, what+"("+measure+")")
}

func (c *checker) prepare(s *syntax.Node, l lookedUp) (*table.Walk, []*node, bool) {
	args, quotaScale := []*node{l.x}, uint8(0)
	if l.before != nil {
		l.x, l.before = c.align(l.x, l.before)
		args = []*node{l.x, l.before}
	}
	if l.quota != nil {
		args, quotaScale = append(args, l.quota), l.quota.scale
	}
	w, err := l.table.Pays(l.x.scale, quotaScale)
	if err != nil {
		c.fail(s, "too-many-places", "", "%v", err)
		return nil, nil, false
	}
	return w, args, true
}

func (c *checker) marginal(s *syntax.Node) *node {
	l, ok := c.lookup(s, true)
	if !ok {
		return c.brokenNode(s, Ratio)
	}
	if l.table.Kind != table.Marginal {
		return c.fail(s.Args[1], "table-kind", fmt.Sprintf("multiply with the rate of the tier reached: %s * tier_rate(…, %s)", c.text(l.x), l.table.Name), "table %q is %s, not marginal", l.table.Name, l.table.Kind)
	}
	w, args, ok := c.prepare(s, l)
	if !ok {
		return c.brokenNode(s, Ratio)
	}
	return c.make(s, node{op: opMarginal, unit: l.x.unit, untyped: l.x.untyped, scale: w.Scale, args: args, walk: w, label: l.table.Name, sliced: l.before != nil})
}

func (c *checker) tierRate(s *syntax.Node) *node {
	l, ok := c.lookup(s, false)
	if !ok {
		return c.brokenNode(s, Ratio)
	}
	w, args, ok := c.prepare(s, l)
	if !ok {
		return c.brokenNode(s, Ratio)
	}
	return c.make(s, node{op: opTierRate, unit: Ratio, scale: w.RateScale, args: args, walk: w, label: l.table.Name})
}
