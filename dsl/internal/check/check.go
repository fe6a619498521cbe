// Package check turns the tree of a formula into its compiled form: it finds what names mean,
// checks that units fit, and fixes the decimal places of every part.
//
// It goes on after a fault, so that all of a formula's faults are found at once, each once:
// a part with a fault fits everywhere.
package check

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/dsl/internal/syntax"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/unit"
)

// Formula checks a tree against a scope and compiles it. The formula is nil when one of the
// findings is an error; all of a formula's faults are found at once.
func Formula(src string, tree *syntax.Node, scope Scope) (*ir.Formula, source.Diagnostics) {
	c := checker{src: src, env: scope, seen: map[*syntax.Node]*ir.Node{}}
	return c.formula(tree)
}

func (c *checker) formula(tree *syntax.Node) (*ir.Formula, source.Diagnostics) {
	root := c.number(c.node(tree))
	if root.Op == ir.Coalesce && root.Unit.Kind == unit.Text {
		root = c.fail(tree, "unit-mismatch", "compare it: ("+c.text(root)+") == \"…\"", "a text alone has no use here")
	}
	if !isBroken(root) {
		root = c.wanted(tree, root)
	}
	f := ir.New(root, c.nodes+1)
	c.guard(f)
	found := c.found.Sorted()
	if found.HasErrors() {
		return nil, found
	}
	return f, found
}

// guard refuses a formula that holds a part with a fault which nobody has reported: it would
// silently count as zero. No formula is known to come here.
func (c *checker) guard(f *ir.Formula) {
	if c.found.HasErrors() {
		return
	}
	for n := range f.Uses { // order: one finding, whatever the part
		if isBroken(n) {
			c.found = append(c.found, source.Errorf("formula-fault", c.span(0, len(c.src)), "this formula has a fault that cannot be named").
				WithHint("write it in smaller parts; and please report it"))
			return
		}
	}
}

// wanted checks the unit of the whole, and gives a plain number its unit.
func (c *checker) wanted(s *syntax.Node, root *ir.Node) *ir.Node {
	want := c.env.Want
	if want == nil {
		return root
	}
	switch {
	case root.Untyped && want.Kind == unit.Number && root.Op == ir.Const:
		typed := *root
		typed.Unit, typed.Untyped = *want, false
		return &typed
	case root.Untyped && want.Kind == unit.Number:
		return c.make(s, ir.Node{Op: ir.Let, Unit: *want, Scale: root.Scale, Args: []*ir.Node{root}})
	case c.same(root.Unit, *want):
		return root
	}
	return c.fail(s, "unit-mismatch", wantHint(*want, root), "the result must be %s, this is %s", *want, c.unitOf(root))
}

func wantHint(want unit.Unit, root *ir.Node) string {
	switch {
	case want.Kind == unit.Bool:
		return "compare it with something"
	case want.Money == 1 && root.Unit == unit.Ratio:
		return "multiply it with an amount"
	case want.Money == 1 && root.Unit.Kind == unit.Bool:
		return "write if condition { amount } else { 0 " + want.Currency + " }"
	case want.Money == 1 && root.Unit.Money == 1 && root.Op == ir.Const && want.Currency != root.Unit.Currency:
		return "write the amount in " + want.Currency
	}
	return ""
}

// checker lowers a syntax tree to nodes, checking names and units. It goes on
// after a fault, so that all of a formula's faults are found at once.
type checker struct {
	src   string
	env   Scope
	nodes int
	seen  map[*syntax.Node]*ir.Node
	scope []binding // let names, innermost last
	found source.Diagnostics
	bad   bool        // the node limit was passed: stop making nodes
	slots map[int]int // of a shape: the slot of the literal at a byte of the source
	bound []Slot      // of a shape: what each slot is for
	fixed bool        // of a shape: what was made depends on the value of a literal
}

type binding struct {
	name string
	node *ir.Node
}

// broken stands for a part with a fault: it fits everywhere, so that one
// mistake is reported once.
const broken = "\x00broken"

func isBroken(n *ir.Node) bool { return n.Label == broken }

// span is where src[from:to] stands, with the brackets that belong to its ends.
func (c *checker) span(from, to int) source.Span {
	from, to = widened(c.src, from, to)
	return c.env.Origin.Span(c.src, from, to)
}

func (c *checker) fail(s *syntax.Node, code, hint, format string, args ...any) *ir.Node {
	d := source.Errorf(code, c.span(s.From, s.To), format, args...)
	d.Hint = hint
	c.found = append(c.found, d)
	return &ir.Node{Op: ir.Const, Label: broken, Untyped: true, Value: new(big.Int), From: s.From, To: s.To}
}

func (c *checker) text(n *ir.Node) string { return Excerpt(c.src, n.From, n.To) }

// make finishes a node: numbers it, places it, and bounds the formula.
func (c *checker) make(s *syntax.Node, n ir.Node) *ir.Node {
	if c.nodes++; c.nodes > c.limit() {
		if !c.bad {
			c.bad = true
			return c.fail(s, "formula-too-long", "split it with measures or components", "the formula has over %d operations", c.limit())
		}
		return &ir.Node{Op: ir.Const, Label: broken, Untyped: true, Value: new(big.Int)}
	}
	if n.Scale > ir.MaxDigits {
		return c.fail(s, "too-many-places", "round a part with round(x, places)", "the result would need %d decimal places, at most %d are held", n.Scale, ir.MaxDigits)
	}
	n.ID, n.From, n.To = c.nodes, s.From, s.To
	return &n
}

func (c *checker) limit() int {
	return c.env.Nodes
}

func (c *checker) node(s *syntax.Node) *ir.Node {
	if n, ok := c.seen[s]; ok {
		return n
	}
	n := c.lower(s)
	c.seen[s] = n
	return n
}

func (c *checker) lower(s *syntax.Node) *ir.Node {
	switch s.Kind {
	case syntax.Number:
		return c.literal(s)
	case syntax.Text:
		return c.make(s, ir.Node{Op: ir.Text, Unit: unit.TextUnit, Texts: []string{s.Text}})
	case syntax.Bool:
		v := int64(0)
		if s.Text == "true" {
			v = 1
		}
		return c.make(s, ir.Node{Op: ir.Const, Unit: unit.BoolUnit, Value: big.NewInt(v)})
	case syntax.Name:
		return c.name(s)
	case syntax.Unary:
		return c.unary(s)
	case syntax.Binary:
		return c.binary(s)
	case syntax.Cond:
		return c.cond(s)
	case syntax.Let:
		return c.let(s)
	case syntax.Call:
		return c.call(s)
	case syntax.Missing:
		return c.missing(s)
	}
	return c.fail(s, "not-allowed", "a list stands only after `in`", "a list has no value of its own")
}

func (c *checker) literal(s *syntax.Node) *ir.Node {
	whole, fraction, _ := strings.Cut(s.Text, ".")
	digits := whole + fraction
	if len(digits) > ir.MaxDigits {
		return c.fail(s, "number", "", "the number has %d digits, at most %d are held", len(digits), ir.MaxDigits)
	}
	v, _ := new(big.Int).SetString(digits, 10)
	n := ir.Node{Op: ir.Const, Value: v, Scale: uint8(len(fraction)), Untyped: true}
	switch {
	case s.Percent:
		n.Scale, n.Untyped = n.Scale+2, false
	case s.Currency != "":
		if _, err := money.ParseCurrency(s.Currency); err != nil {
			return c.fail(s, "currency", "", "%s", strings.TrimPrefix(err.Error(), "money: "))
		}
		n.Unit, n.Untyped = unit.Money(s.Currency), false
		if s.Per != "" {
			n.Unit = unit.MoneyPer(s.Currency)
		}
	}
	if slot, ok := c.slot(s, Slot{Used: true}); ok {
		n.Slot = slot + 1
	}
	return c.make(s, n)
}

func (c *checker) name(s *syntax.Node) *ir.Node {
	for i := len(c.scope) - 1; i >= 0; i-- {
		if c.scope[i].name == s.Text {
			return c.scope[i].node
		}
	}
	i := c.env.input(s.Text)
	if i < 0 {
		return c.unknown(s, s.Text)
	}
	in := c.env.Inputs[i]
	if in.Running {
		return c.fail(s, "running-measure", fmt.Sprintf("say before(%s) or after(%s), or let a table take this event's slices", in.Name, in.Name),
			"%s has no one value in a formula for each credit", in.Name)
	}
	if in.Optional {
		return c.fail(s, "optional", fmt.Sprintf("give a default: %s ?? …, or ask `%s is missing`", in.Name, in.Name), "%s may be missing", in.Name)
	}
	return c.input(s, i)
}

func (c *checker) unknown(s *syntax.Node, name string) *ir.Node {
	known := c.env.names()
	for _, b := range c.scope {
		known = append(known, b.name)
	}
	if t, ok := c.env.Tables[name]; ok {
		return c.fail(s, "unknown-name", kindHint(t), "%s is a table, not a value", name)
	}
	if why, ok := c.env.Elsewhere[name]; ok {
		return c.fail(s, "unknown-name", why, "%s can't be used here", name)
	}
	return c.fail(s, "unknown-name", c.meant(name, known), "unknown name %q", name)
}

// meant guesses what a name that is not known was to be: a member of an enum
// without its quotes, a field without the place it is in, or a misspelling.
func (c *checker) meant(name string, known []string) string {
	for word := range strings.FieldsSeq(name) {
		if word == "AND" || word == "OR" || word == "NOT" {
			return "write " + strings.ToLower(word) + " in small letters"
		}
	}
	for _, in := range c.env.Inputs {
		if strings.HasSuffix(in.Name, "."+name) {
			return fmt.Sprintf("did you mean %q?", in.Name)
		}
	}
	for _, in := range c.env.Inputs {
		if slices.Contains(in.Enum, name) {
			return fmt.Sprintf("texts stand in quotes: write %q", name)
		}
	}
	return source.DidYouMean(name, known)
}

func (c *checker) input(s *syntax.Node, i int) *ir.Node {
	in := c.env.Inputs[i]
	return c.make(s, ir.Node{Op: ir.Input, Input: i, Unit: in.Unit, Scale: in.Scale, Label: in.Name})
}

func (c *checker) missing(s *syntax.Node) *ir.Node {
	name := s.Args[0].Text
	i := c.env.input(name)
	if i < 0 {
		return c.unknown(s.Args[0], name)
	}
	if !c.env.Inputs[i].Optional {
		return c.fail(s, "optional", "drop the question", "%s is never missing", name)
	}
	return c.make(s, ir.Node{Op: ir.Missing, Input: i, Unit: unit.BoolUnit, Label: name})
}

func (c *checker) let(s *syntax.Node) *ir.Node {
	v := c.node(s.Args[0])
	if c.env.input(s.Text) >= 0 {
		c.fail(s, "shadowed-name", "choose another name", "%q is already the name of an input", s.Text)
	}
	if v.Op != ir.Const && v.Op != ir.Input && v.Op != ir.Text && !isBroken(v) {
		inner := *v
		v = c.make(s.Args[0], ir.Node{Op: ir.Let, Unit: inner.Unit, Untyped: inner.Untyped, Scale: inner.Scale, Label: s.Text, Args: []*ir.Node{v}})
	}
	c.scope = append(c.scope, binding{s.Text, v})
	body := c.node(s.Args[1])
	c.scope = c.scope[:len(c.scope)-1]
	return body
}

func (c *checker) date(s *syntax.Node) *ir.Node {
	if len(s.Args) != 1 || s.Args[0].Kind != syntax.Text {
		return c.fail(s, "date", `write date("2026-01-31")`, "date takes one quoted day")
	}
	d, err := calendar.ParseDate(s.Args[0].Text)
	if err != nil {
		return c.fail(s.Args[0], "date", `write date("2026-01-31")`, "%v", err)
	}
	return c.make(s, ir.Node{Op: ir.Const, Unit: unit.DateUnit, Value: big.NewInt(int64(d.Ordinal()))})
}
