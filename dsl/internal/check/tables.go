package check

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/dsl/internal/syntax"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/table"
	"github.com/payproof/payproof/dsl/unit"
)

// tableKinds are the kinds of table that a function reads, and what it is for in a
// message; none is any kind with tiers.
var tableKinds = map[string][]table.Kind{
	"marginal":     {table.Marginal},
	"excess":       {table.Excess},
	"proportional": {table.Proportional},
	"blended_rate": {table.Marginal, table.Excess, table.Proportional},
	"tier_rate":    {table.Marginal, table.Whole, table.Excess, table.Step},
	"ramp":         {table.Whole, table.Step},
	"step":         {table.Step},
	"interpolate":  {table.Interpolated},
	"lookup":       {table.Matrix, table.Lookup},
}

// slicing are the functions that pay an amount: of a running measure, this credit's own
// part.
var slicing = []string{"marginal", "excess", "proportional"}

// key is what a table is read with: an amount (in a formula for each credit after and
// before it), and a quota where edges are shares of one.
type key struct {
	x, before, quota *ir.Node
}

// tableCall reads a table: marginal(bookings, accelerator), lookup(product, rates).
func (c *checker) tableCall(s *syntax.Node) *ir.Node {
	if len(s.Args) < 2 || len(s.Args) > 2 && s.Text != "lookup" || s.Args[len(s.Args)-1].Kind != syntax.Name {
		shape := s.Text + "(amount, table)"
		if s.Text == "lookup" {
			shape = "lookup(key, table), or lookup(key, key, table)"
		}
		return c.fail(s, "arity", "write "+shape, "%s takes what is looked up, and then the name of a table", s.Text)
	}
	last := s.Args[len(s.Args)-1]
	t, ok := c.env.Tables[last.Text]
	if !ok {
		return c.fail(last, "unknown-table", source.DidYouMean(last.Text, c.env.tableNames()), "unknown table %q", last.Text)
	}
	if t.Faulty {
		return c.fail(last, "table-faulty", "correct the table first", "table %q has a fault", t.Name)
	}
	if kinds := tableKinds[s.Text]; !slices.Contains(kinds, t.Kind) {
		return c.fail(last, "table-kind", kindHint(t), "table %q is %s, and %s reads a table that is %s", t.Name, t.Kind, s.Text, words(kinds))
	}
	if len(t.Versions) == 0 {
		return c.read(s, t)
	}
	return c.versions(s, t)
}

func words(kinds []table.Kind) string {
	var out []string
	for _, k := range kinds {
		out = append(out, k.String())
	}
	return strings.Join(out, " or ")
}

// kindHint says how a table of that kind is used.
func kindHint(t table.Table) string {
	switch t.Kind {
	case table.Whole:
		return fmt.Sprintf("multiply with the rate of the tier reached: amount * tier_rate(amount, %s)", t.Name)
	case table.Interpolated:
		return fmt.Sprintf("write interpolate(amount, %s)", t.Name)
	case table.Matrix, table.Lookup:
		return fmt.Sprintf("write lookup(key, %s)", t.Name)
	}
	return fmt.Sprintf("write %s(amount, %s)", t.Kind, t.Name)
}

// versions chooses among the versions of a table by date, latest first.
func (c *checker) versions(s *syntax.Node, t table.Table) *ir.Node {
	on := c.env.input(c.env.On)
	if on < 0 {
		return c.fail(s.Args[len(s.Args)-1], "table-versions", "use a table without versions", "table %q has versions, and nothing says which date counts here", t.Name)
	}
	sorted := slices.Clone(t.Versions)
	slices.SortStableFunc(sorted, func(a, b table.Version) int { return a.Effective.From.Compare(b.Effective.From) })
	out := c.read(s, sorted[0].Table)
	for _, v := range sorted[1:] {
		later := c.read(s, v.Table)
		if isBroken(out) || isBroken(later) {
			return out
		}
		out = c.pick(s, c.input(s, on), v.Effective.From, later, out)
	}
	return out
}

// pick is later from a date on.
func (c *checker) pick(s *syntax.Node, date *ir.Node, from calendar.Date, later, earlier *ir.Node) *ir.Node {
	start := c.make(s, ir.Node{Op: ir.Const, Unit: unit.DateUnit, Value: big.NewInt(int64(from.Ordinal()))})
	test := c.make(s, ir.Node{Op: ir.Compare, Unit: unit.BoolUnit, Cmp: ir.Comparisons(">="), Args: []*ir.Node{date, start}})
	later, earlier = c.align(later, earlier)
	label := fmt.Sprintf("version from %s", from)
	return c.make(s, ir.Node{Op: ir.Cond, Unit: later.Unit, Untyped: later.Untyped && earlier.Untyped, Scale: later.Scale, Args: []*ir.Node{test, later, earlier}, Label: label})
}

// read reads one table.
func (c *checker) read(s *syntax.Node, t table.Table) *ir.Node {
	if t.Kind == table.Matrix || t.Kind == table.Lookup {
		return c.grid(s, t)
	}
	k, t, ok := c.key(s, t)
	if !ok {
		return c.brokenNode(s, unit.Ratio)
	}
	switch s.Text {
	case "marginal", "excess":
		return c.pay(s, t, k)
	case "proportional":
		return c.proportional(s, t, k)
	case "blended_rate":
		return c.blended(s, t, k)
	case "interpolate":
		return c.line(s, t, k.x, k.quota)
	}
	return c.rate(s, t, k)
}

// key finds the amount, and the quota that its edges are shares of. The table that comes
// back says so where an attainment is looked up.
func (c *checker) key(s *syntax.Node, t table.Table) (key, table.Table, bool) {
	first := s.Args[0]
	k := key{}
	measure := first
	if first.Kind == syntax.Call && first.Text == "attainment" && len(first.Args) == 1 {
		measure = first.Args[0]
	}
	i := c.env.input(measure.Text)
	running := measure.Kind == syntax.Name && i >= 0 && c.env.Inputs[i].Running
	switch {
	case running && slices.Contains(slicing, s.Text):
		k.x, k.before = c.slotOf(measure, "after"), c.slotOf(measure, "before")
		if measure != first {
			t.Edges = table.OfQuota
		}
	default:
		k.x = c.node(first)
		if k.x.Op == ir.Attain { // edges are shares of the quota either way
			k.x, k.quota, t.Edges = k.x.Args[0], k.x.Args[1], table.OfQuota
		}
	}
	if isBroken(k.x) {
		return k, t, false
	}
	if t.Edges == table.OfQuota && c.env.standsIn(measure.Text) {
		if slices.Contains(slicing, s.Text) || s.Text == "blended_rate" && t.Kind != table.Proportional {
			c.fail(s, "quota-amount", "pay amounts at tier_rate(…) or interpolate(…), or write `without quota: skip`", "%s pays parts of the quota's amount, which may not be there: what stands in for it is an attainment", s.Text)
			return k, t, false
		}
		k.x, k.quota = c.input(measure, c.env.input(attained(measure.Text))), c.input(measure, c.env.input(goal(measure.Text)))
	}
	if t.Edges == table.OfQuota && k.quota == nil {
		if k.quota = c.slotOf(measure, "quota"); isBroken(k.quota) {
			return k, t, false
		}
	}
	return k, t, c.keyUnits(first, t, &k)
}

func (c *checker) keyUnits(first *syntax.Node, t table.Table, k *key) bool {
	k.x = c.number(k.x)
	if k.quota != nil && !c.same(k.x.Unit, k.quota.Unit) {
		c.fail(first, "unit-mismatch", "look it up with the measure itself, or with attainment(measure)", "%s is %s, and the table's edges are shares of a quota in %s", c.text(k.x), c.unitOf(k.x), k.quota.Unit)
		return false
	}
	if !c.edgesFit(first, k.x, t.Name, t.In, k.quota != nil) {
		return false
	}
	if k.x.Unit.Kind != unit.Number && k.x.Unit != unit.DayCount {
		c.fail(first, "unit-mismatch", "", "a table is looked up with a number, %s is %s", c.text(k.x), c.unitOf(k.x))
		return false
	}
	if k.before != nil {
		k.x, k.before = c.align(k.x, k.before)
	}
	return true
}

// edgesFit refuses percentages that an amount is compared with, and amounts that an attainment or
// another ratio is: 100% as an amount would be 1.
func (c *checker) edgesFit(s *syntax.Node, x *ir.Node, name string, in table.Notation, ofQuota bool) bool {
	ratio := ofQuota || x.Unit == unit.Ratio
	switch {
	case x.Untyped && !ofQuota || in == table.Bare:
	case in == table.Percent && !ratio:
		c.fail(s, "unit-mismatch", "write `edges: \"% of quota\"` in the table, look it up with attainment(…), or write the edges as amounts", "the edges of table %q are percentages, %s is %s", name, c.src[s.From:s.To], c.unitOf(x))
		return false
	case in == table.Money && ratio:
		c.fail(s, "unit-mismatch", "write the edges in %, or look the table up with the amount itself", "the edges of table %q are amounts of money, %s is a ratio", name, c.src[s.From:s.To])
		return false
	case in == table.Money && !x.Unit.IsMoney():
		c.fail(s, "unit-mismatch", "write the edges without a currency", "the edges of table %q are amounts of money, %s is %s", name, c.src[s.From:s.To], c.unitOf(x))
		return false
	}
	return true
}

// args are the amounts and the quota as a node takes them, and the quota's places.
func (k key) args() (args []*ir.Node, quotaScale uint8) {
	args = []*ir.Node{k.x}
	if k.before != nil {
		args = append(args, k.before)
	}
	if k.quota != nil {
		return append(args, k.quota), k.quota.Scale
	}
	return args, 0
}

// pay is a marginal or excess table: of a running measure, what lies between before and
// after.
func (c *checker) pay(s *syntax.Node, t table.Table, k key) *ir.Node {
	args, quotaScale := k.args()
	curve, err := t.Curve(k.x.Scale, quotaScale)
	if err != nil {
		return c.fail(s, "too-many-places", "", "%v", err)
	}
	of := k.x.Unit
	if k.x.Untyped && t.Gives.Count < 0 {
		of = unit.Counted // a plain number of things
	}
	u := of.Times(t.Gives)
	if !u.Meaningful() || k.x.Unit == unit.DayCount {
		return c.fail(s.Args[0], "unit-mismatch", "rates are ratios of an amount, or amounts for each of a count", "%s (%s) cannot be paid at rates that are %s", c.text(k.x), c.unitOf(k.x), t.Gives)
	}
	n := ir.Node{Op: ir.Curve, Unit: u, Untyped: k.x.Untyped && t.Gives == unit.Ratio, Scale: curve.Scale, Args: args, Curve: curve, Label: t.Name}
	if k.before != nil {
		n.Op = ir.Slices
	}
	return c.make(s, n)
}

// rate is the rate or value of the tier that is reached.
func (c *checker) rate(s *syntax.Node, t table.Table, k key) *ir.Node {
	if s.Text == "ramp" && k.x.Unit != unit.Counted && k.x.Unit != unit.DayCount && !k.x.Untyped {
		return c.fail(s.Args[0], "unit-mismatch", "give it a number of months or days", "a ramp is looked up with a tenure, %s is %s", c.text(k.x), c.unitOf(k.x))
	}
	args, quotaScale := k.args()
	curve, err := t.Rates(k.x.Scale, quotaScale)
	if err != nil {
		return c.fail(s, "too-many-places", "", "%v", err)
	}
	return c.make(s, ir.Node{Op: ir.Curve, Rates: s.Text != "step", Unit: t.Gives, Scale: curve.Scale, Args: args, Curve: curve, Label: t.Name})
}

// line is the value between two points.
func (c *checker) line(s *syntax.Node, t table.Table, x, quota *ir.Node) *ir.Node {
	args, quotaScale := key{x: x, quota: quota}.args()
	line, err := t.Line(x.Scale, quotaScale)
	if err != nil {
		return c.fail(s, "too-many-places", "", "%v", err)
	}
	n := c.make(s, ir.Node{Op: ir.Line, Unit: t.Gives, Scale: table.DivisionPlaces, Args: args, Line: line, Label: t.Name})
	if t.Max == nil || isBroken(n) {
		return n
	}
	most := c.decimal(s, *t.Max, t.Gives)
	n, most = c.align(n, most)
	return c.make(s, ir.Node{Op: ir.Min, Unit: t.Gives, Scale: n.Scale, Args: []*ir.Node{n, most}, Label: "max"})
}

// proportional is the amount × the rate between two points: of a running measure, after
// less before.
func (c *checker) proportional(s *syntax.Node, t table.Table, k key) *ir.Node {
	whole := func(x *ir.Node) *ir.Node {
		rate := c.line(s, t, x, k.quota)
		if isBroken(rate) {
			return rate
		}
		return c.product(&syntax.Node{Kind: syntax.Binary, Text: "*", From: s.From, To: s.To}, x, rate)
	}
	after := whole(k.x)
	if k.before == nil || isBroken(after) {
		return after
	}
	before := whole(k.before)
	if isBroken(before) {
		return before
	}
	return c.make(s, ir.Node{Op: ir.Sub, Unit: after.Unit, Scale: after.Scale, Args: []*ir.Node{after, before}, Label: t.Name})
}

// blended is what a table pays for each of the amount: the rate of the tier reached where
// the amount is 0.
func (c *checker) blended(s *syntax.Node, t table.Table, k key) *ir.Node {
	if t.Kind == table.Proportional {
		return c.line(s, t, k.x, k.quota)
	}
	pay, first := c.pay(s, t, k), c.rate(s, t, k)
	if isBroken(pay) || isBroken(first) {
		return pay
	}
	rate := c.product(&syntax.Node{Kind: syntax.Binary, Text: "/", From: s.From, To: s.To}, pay, k.x)
	if isBroken(rate) {
		return rate
	}
	zero := c.make(s, ir.Node{Op: ir.Const, Unit: k.x.Unit, Scale: k.x.Scale, Value: new(big.Int)})
	test := c.make(s, ir.Node{Op: ir.Compare, Unit: unit.BoolUnit, Cmp: ir.Comparisons("=="), Args: []*ir.Node{k.x, zero}})
	first, rate = c.align(first, rate)
	return c.make(s, ir.Node{Op: ir.Cond, Unit: t.Gives, Scale: rate.Scale, Args: []*ir.Node{test, first, rate}})
}

// slotOf is quota(m), before(m) or after(m) for the measure named by s, also
// when s itself is written before(m) or after(m).
func (c *checker) slotOf(s *syntax.Node, what string) *ir.Node {
	measure := s.Text
	if s.Kind == syntax.Call && len(s.Args) == 1 {
		measure = s.Args[0].Text
	}
	i := c.env.input(what + "(" + measure + ")")
	if i >= 0 {
		return c.input(s, i)
	}
	if what == "quota" && c.env.standsIn(measure) {
		return c.fail(s, "quota-amount", "look it up with attainment("+measure+"), or write `without quota: skip`", "the table's edges are parts of the quota's amount, which may not be there: what stands in for it is an attainment")
	}
	if what == "quota" {
		return c.fail(s, "no-quota", "declare it under `quota:` of the plan, or write the table's edges as amounts", "%s has no quota in this plan, and the table's edges are shares of one", c.src[s.From:s.To])
	}
	return c.unknown(s, what+"("+measure+")")
}
