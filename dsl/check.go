package dsl

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/internal/syntax"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
)

// checker lowers a syntax tree to nodes, checking names and units. It goes on
// after a fault, so that all of a formula's faults are found at once.
type checker struct {
	src   string
	env   Env
	nodes int
	seen  map[*syntax.Node]*node
	scope []binding // let names, innermost last
	found source.Diagnostics
	bad   bool // the node limit was passed: stop making nodes
}

type binding struct {
	name string
	node *node
}

// broken stands for a part with a fault: it fits everywhere, so that one
// mistake is reported once.
const broken = "\x00broken"

func isBroken(n *node) bool { return n.label == broken }

func (c *checker) span(from, to int) source.Span { return c.env.Origin.Span(c.src, from, to) }

func (c *checker) fail(s *syntax.Node, code, hint, format string, args ...any) *node {
	d := source.Errorf(code, c.span(s.From, s.To), format, args...)
	d.Hint = hint
	c.found = append(c.found, d)
	return &node{op: opConst, label: broken, untyped: true, value: new(big.Int), from: s.From, to: s.To}
}

func (c *checker) text(n *node) string { return excerpt(c.src, n.from, n.to) }

// make finishes a node: numbers it, places it, and bounds the formula.
func (c *checker) make(s *syntax.Node, n node) *node {
	if c.nodes++; c.nodes > c.limit() {
		if !c.bad {
			c.bad = true
			return c.fail(s, "formula-too-long", "split it with measures or components", "the formula has over %d operations", c.limit())
		}
		return &node{op: opConst, label: broken, untyped: true, value: new(big.Int)}
	}
	if n.scale > maxDigits {
		return c.fail(s, "too-many-places", "round a part with round(x, places)", "the result would need %d decimal places, at most %d are held", n.scale, maxDigits)
	}
	n.id, n.from, n.to = c.nodes, s.From, s.To
	return &n
}

func (c *checker) limit() int {
	if c.env.Limits.Nodes > 0 {
		return c.env.Limits.Nodes
	}
	return 4000
}

func (c *checker) node(s *syntax.Node) *node {
	if n, ok := c.seen[s]; ok {
		return n
	}
	n := c.lower(s)
	c.seen[s] = n
	return n
}

func (c *checker) lower(s *syntax.Node) *node {
	switch s.Kind {
	case syntax.Number:
		return c.literal(s)
	case syntax.Text:
		return c.make(s, node{op: opText, unit: TextUnit, texts: []string{s.Text}})
	case syntax.Bool:
		v := int64(0)
		if s.Text == "true" {
			v = 1
		}
		return c.make(s, node{op: opConst, unit: BoolUnit, value: big.NewInt(v)})
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

func (c *checker) literal(s *syntax.Node) *node {
	whole, fraction, _ := strings.Cut(s.Text, ".")
	digits := whole + fraction
	if len(digits) > maxDigits {
		return c.fail(s, "number", "", "the number has %d digits, at most %d are held", len(digits), maxDigits)
	}
	v, _ := new(big.Int).SetString(digits, 10)
	n := node{op: opConst, value: v, scale: uint8(len(fraction)), untyped: true}
	switch {
	case s.Percent:
		n.scale, n.untyped = n.scale+2, false
	case s.Currency != "":
		if _, err := money.ParseCurrency(s.Currency); err != nil {
			return c.fail(s, "currency", "", "%s", strings.TrimPrefix(err.Error(), "money: "))
		}
		n.unit, n.untyped = Money(s.Currency), false
		if s.Per != "" {
			n.unit = MoneyPer(s.Currency)
		}
	}
	return c.make(s, n)
}

func (c *checker) name(s *syntax.Node) *node {
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

func (c *checker) unknown(s *syntax.Node, name string) *node {
	known := c.env.names()
	for _, b := range c.scope {
		known = append(known, b.name)
	}
	if _, ok := c.env.Tables[name]; ok {
		return c.fail(s, "unknown-name", fmt.Sprintf("use it in marginal(x, %s) or tier_rate(x, %s)", name, name), "%s is a table, not a value", name)
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

func (c *checker) input(s *syntax.Node, i int) *node {
	in := c.env.Inputs[i]
	return c.make(s, node{op: opInput, input: i, unit: in.Unit, scale: in.Scale, label: in.Name})
}

func (c *checker) missing(s *syntax.Node) *node {
	name := s.Args[0].Text
	i := c.env.input(name)
	if i < 0 {
		return c.unknown(s.Args[0], name)
	}
	if !c.env.Inputs[i].Optional {
		return c.fail(s, "optional", "drop the question", "%s is never missing", name)
	}
	return c.make(s, node{op: opMissing, input: i, unit: BoolUnit, label: name})
}

func (c *checker) let(s *syntax.Node) *node {
	v := c.node(s.Args[0])
	if c.env.input(s.Text) >= 0 {
		c.fail(s, "shadowed-name", "choose another name", "%q is already the name of an input", s.Text)
	}
	if v.op != opConst && v.op != opInput && v.op != opText && !isBroken(v) {
		inner := *v
		v = c.make(s.Args[0], node{op: opLet, unit: inner.unit, untyped: inner.untyped, scale: inner.scale, label: s.Text, args: []*node{v}})
	}
	c.scope = append(c.scope, binding{s.Text, v})
	body := c.node(s.Args[1])
	c.scope = c.scope[:len(c.scope)-1]
	return body
}

func (c *checker) date(s *syntax.Node) *node {
	if len(s.Args) != 1 || s.Args[0].Kind != syntax.Text {
		return c.fail(s, "date", `write date("2026-01-31")`, "date takes one quoted day")
	}
	d, err := calendar.ParseDate(s.Args[0].Text)
	if err != nil {
		return c.fail(s.Args[0], "date", `write date("2026-01-31")`, "%v", err)
	}
	return c.make(s, node{op: opConst, unit: DateUnit, value: big.NewInt(int64(d.Ordinal()))})
}
