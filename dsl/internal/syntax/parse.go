package syntax

import (
	"fmt"
	"slices"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/parser/lexer"
)

// Parse reads a formula. It returns the tree, or every problem that could be
// found; it never panics, and never recurses deeper than the limits allow.
func Parse(src string, limits Limits) (root *Node, problems []Problem) {
	s := &scan{
		src: src, limits: limits.withDefaults(), closing: map[int]int{},
		numbers: map[int]Node{}, names: map[int]string{}, nameEnds: map[int]int{},
	}
	if !s.text() || !s.lex() || !s.nesting() {
		return nil, s.problems
	}
	if s.rewrite(); len(s.problems) > 0 {
		return nil, s.problems
	}
	defer func() {
		if r := recover(); r != nil {
			root, problems = nil, []Problem{{"syntax", fmt.Sprintf("the formula can't be read: %v", r), "", 0, len(src)}}
		}
	}()
	tree, err := parser.Parse(string(s.copy))
	if err != nil {
		s.parserError(err)
		return nil, s.problems
	}
	b := builder{scan: s, seen: map[ast.Node]*Node{}}
	root = b.node(tree.Node)
	if len(s.problems) > 0 {
		return nil, s.problems
	}
	return root, nil
}

// builder turns expr's tree into ours, each node once.
type builder struct {
	*scan
	seen map[ast.Node]*Node
}

func (b *builder) node(n ast.Node) *Node {
	if done, ok := b.seen[n]; ok {
		return done
	}
	out := b.convert(n)
	b.seen[n] = out
	return out
}

func (b *builder) convert(n ast.Node) *Node {
	loc := n.Location()
	switch n := n.(type) {
	case *ast.IntegerNode, *ast.FloatNode:
		return b.literal(loc.From)
	case *ast.StringNode:
		return b.leaf(Text, n.Value, loc.From, loc.To)
	case *ast.BoolNode:
		return b.leaf(Bool, fmt.Sprint(n.Value), loc.From, loc.To)
	case *ast.IdentifierNode:
		return b.name(n.Value, loc.From, loc.To)
	case *ast.MemberNode:
		return b.member(n)
	case *ast.UnaryNode:
		return b.unary(n)
	case *ast.BinaryNode:
		return b.binary(n)
	case *ast.ConditionalNode:
		return b.cond(n)
	case *ast.VariableDeclaratorNode:
		v, body := b.node(n.Value), b.node(n.Expr)
		name := b.name(n.Name, loc.From, loc.To)
		return &Node{Kind: Let, Text: name.Text, Args: []*Node{v, body}, From: name.From, To: body.To}
	case *ast.CallNode:
		return b.call(n.Callee, n.Arguments)
	case *ast.BuiltinNode:
		return b.callNamed(n.Name, loc.From, loc.To, n.Arguments)
	case *ast.ArrayNode:
		args := b.nodes(n.Nodes)
		return &Node{Kind: List, Args: args, From: b.byteAt(loc.From), To: b.byteAt(b.closing[loc.From])}
	}
	b.fail("not-allowed", loc.From, max(loc.To, loc.From+1), "see the language reference for what is", "this construct is not part of formulas")
	return &Node{Kind: Bool, From: b.byteAt(loc.From), To: b.byteAt(loc.To)}
}

// cond is a choice. expr does not place the words of `if … { } else { }`: they are
// found among the tokens.
func (b *builder) cond(n *ast.ConditionalNode) *Node {
	c, x, y := b.node(n.Cond), b.node(n.Exp1), b.node(n.Exp2)
	out := &Node{Kind: Cond, Args: []*Node{c, x, y}, From: c.From, To: y.To}
	if n.Ternary {
		return out
	}
	for _, t := range b.tokens {
		if t.Is(lexer.Operator, "if") && b.byteAt(t.To) <= c.From {
			out.From = b.byteAt(t.From)
		}
	}
	if again, ok := n.Exp2.(*ast.ConditionalNode); ok && !again.Ternary {
		return out
	}
	for _, t := range b.tokens {
		if t.Is(lexer.Bracket, "}") && b.byteAt(t.From) >= y.To {
			out.To = b.byteAt(t.To)
			break
		}
	}
	return out
}

func (b *builder) nodes(in []ast.Node) []*Node {
	out := make([]*Node, len(in))
	for i, n := range in {
		out[i] = b.node(n)
	}
	return out
}

func (b *builder) leaf(k Kind, text string, from, to int) *Node {
	return &Node{Kind: k, Text: text, From: b.byteAt(from), To: b.byteAt(to)}
}

func (b *builder) literal(from int) *Node {
	n := b.numbers[from]
	n.From, n.To = b.byteAt(n.From), b.byteAt(n.To)
	return &n
}

func (b *builder) name(text string, from, to int) *Node {
	if several, ok := b.names[from]; ok {
		text, to = several, b.nameEnds[from]
	}
	return b.leaf(Name, text, from, to)
}

func (b *builder) member(n *ast.MemberNode) *Node {
	object := b.node(n.Node)
	property, ok := n.Property.(*ast.StringNode)
	if !ok || object.Kind != Name || n.Optional || n.Method {
		b.fail("not-allowed", n.Location().From, n.Location().To, "name the value itself", "only names are written with dots")
		return object
	}
	loc := property.Location()
	last := b.name(property.Value, loc.From, loc.To)
	return &Node{Kind: Name, Text: object.Text + "." + last.Text, From: object.From, To: last.To}
}

func (b *builder) unary(n *ast.UnaryNode) *Node {
	x := b.node(n.Node)
	op := n.Operator
	if op == "!" {
		op = "not"
	}
	from := min(b.byteAt(n.Location().From), x.From)
	return &Node{Kind: Unary, Text: op, Args: []*Node{x}, From: from, To: x.To}
}

func (b *builder) binary(n *ast.BinaryNode) *Node {
	x, y := b.node(n.Left), b.node(n.Right)
	op := n.Operator
	switch op {
	case "&&":
		op = "and"
	case "||":
		op = "or"
	}
	if y.Kind == Name && y.Text == "missing" && (op == "==" || op == "!=") {
		return b.missing(x, y, op)
	}
	return &Node{Kind: Binary, Text: op, Args: []*Node{x, y}, From: x.From, To: y.To}
}

func (b *builder) missing(x, y *Node, op string) *Node {
	if x.Kind != Name {
		b.problems = append(b.problems, Problem{"not-allowed", "only a name can be missing", "ask `name is missing`", x.From, y.To})
	}
	m := &Node{Kind: Missing, Args: []*Node{x}, From: x.From, To: y.To}
	if op == "==" {
		return m
	}
	return &Node{Kind: Unary, Text: "not", Args: []*Node{m}, From: x.From, To: y.To}
}

func (b *builder) call(callee ast.Node, args []ast.Node) *Node {
	id, ok := callee.(*ast.IdentifierNode)
	if !ok {
		loc := callee.Location()
		b.fail("not-allowed", loc.From, loc.To, "call functions by their name alone", "methods can't be called")
		return &Node{Kind: Call, From: b.byteAt(loc.From), To: b.byteAt(loc.To)}
	}
	return b.callNamed(id.Value, id.Location().From, id.Location().To, args)
}

func (b *builder) callNamed(name string, from, to int, args []ast.Node) *Node {
	called := b.name(name, from, to)
	n := &Node{Kind: Call, Text: called.Text, Args: b.nodes(args), From: called.From, To: b.byteAt(b.closingAfter(from))}
	if len(n.Args) > 0 {
		n.From = min(n.From, n.Args[0].From) // a pipe's first argument stands before the name
	}
	return n
}

// closingAfter is the end of the bracket that opens after the name at rune from.
func (b *builder) closingAfter(from int) int {
	i, _ := slices.BinarySearchFunc(b.tokens, from, func(t lexer.Token, f int) int { return t.From - f })
	for ; i < len(b.tokens); i++ {
		if b.tokens[i].Is(lexer.Bracket, "(") {
			return b.closing[b.tokens[i].From]
		}
	}
	return from
}
