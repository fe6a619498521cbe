// Package dsl compiles and evaluates the formulas of a plan.
//
// A formula is a scalar expression over declared inputs: exact, unit-safe, bounded, and
// able to explain its result. It is written in expr-lang syntax restricted to what
// can be exact:
//
//	f, problems := dsl.Compile("amount * 6%", dsl.Env{Inputs: inputs})
//	row := f.NewRow()
//	row.SetDecimal(0, decimal.New(8000, 0))
//	pay, err := f.Eval(row)                // 480
//	why, _, err := f.Explain(row, nil)     // the evaluated tree
//
// Terms. An [Env] declares what a formula may name. An [Input] has a [Unit] and a number of
// decimal places. A [Row] holds one value for each input. A compiled [Formula] is
// immutable and safe for concurrent use; a Row belongs to one goroutine.
//
// Numbers. + − × min max and comparisons are exact; ÷ rounds half-even to 16 places and is
// the only inexact operation; round(x, places, mode) rounds where the plan says so.
// Every part of a formula has a number of decimal places known when it is compiled, so a value at
// run time is a whole coefficient: an int64, or a big.Int where that is too small, with
// equal results.
//
// Traps. A bare name of a running measure does not exist in a formula for each credit: say
// before(m) or after(m), or let a table take this event's own slices with
// marginal(m, table). attainment(m) is a pair, not a quotient: comparisons and
// tables multiply out, so that no cent is lost to a rounded ratio.
package dsl

import (
	"math/big"
	"slices"
	"strings"
	"sync"

	"github.com/payproof/payproof/dsl/internal/syntax"
	"github.com/payproof/payproof/dsl/source"
)

// Formula is a compiled formula. It is immutable and safe for concurrent use.
type Formula struct {
	src    string
	env    Env
	root   *node
	nodes  int
	narrow evalFn
	traced func() evalFn // compiled when first asked to explain
	used   []int
}

// Compile reads src, checks its names and units against env, and compiles it.
// The formula is nil if and only if one of the findings is an error. Findings are
// sorted by place; all of a formula's faults are found at once.
func Compile(src string, env Env) (*Formula, source.Diagnostics) {
	tree, problems := syntax.Parse(src, env.Limits.syntax())
	if len(problems) > 0 {
		return nil, misread(src, env, problems)
	}
	c := checker{src: src, env: env, seen: map[*syntax.Node]*node{}}
	root := c.number(c.node(tree))
	if !isBroken(root) {
		root = c.wanted(tree, root)
	}
	if found := c.found.Sorted(); found.HasErrors() {
		return nil, found
	}
	f := &Formula{src: src, env: env, root: root, nodes: c.nodes + 1}
	uses := map[*node]int{}
	countUses(root, uses)
	f.used = usedInputs(uses)
	f.narrow = (&compiler{uses: uses, done: map[*node]evalFn{}}).compile(root)
	f.traced = sync.OnceValue(func() evalFn {
		return (&compiler{uses: uses, done: map[*node]evalFn{}, traced: true}).compile(root)
	})
	return f, c.found.Sorted()
}

func misread(src string, env Env, problems []syntax.Problem) source.Diagnostics {
	var ds source.Diagnostics
	for _, p := range problems {
		d := source.Errorf(p.Code, env.Origin.Span(src, p.From, p.To), "%s", p.Message)
		d.Hint = p.Hint
		ds = append(ds, d)
	}
	return ds.Sorted()
}

// wanted checks the unit of the whole, and gives a plain number its unit.
func (c *checker) wanted(s *syntax.Node, root *node) *node {
	want := c.env.Want
	if want == nil {
		return root
	}
	switch {
	case root.untyped && want.Kind == Number && root.op == opConst:
		typed := *root
		typed.unit, typed.untyped = *want, false
		return &typed
	case root.untyped && want.Kind == Number:
		return c.make(s, node{op: opLet, unit: *want, scale: root.scale, args: []*node{root}})
	case root.unit == *want:
		return root
	}
	return c.fail(s, "unit-mismatch", wantHint(*want, root), "the result must be %s, this is %s", *want, c.unitOf(root))
}

func wantHint(want Unit, root *node) string {
	switch {
	case want.Kind == Bool:
		return "compare it with something"
	case want.Money == 1 && root.unit == Ratio:
		return "multiply it with an amount"
	case want.Money == 1 && root.unit.Kind == Bool:
		return "write if condition { amount } else { 0 " + want.Currency + " }"
	}
	return ""
}

// usedInputs lists the inputs that a formula reads, in order.
func usedInputs(uses map[*node]int) []int {
	var out []int
	for n := range uses { // order: sorted below
		if n.op == opInput || n.op == opMissing {
			out = append(out, n.input)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Source is the formula's text.
func (f *Formula) Source() string { return f.src }

// Unit is what the result measures.
func (f *Formula) Unit() Unit { return f.root.unit }

// Scale is the number of decimal places of every result.
func (f *Formula) Scale() uint8 { return f.root.scale }

// Used lists the inputs that the formula reads, as indices into Env.Inputs in
// ascending order.
func (f *Formula) Used() []int { return slices.Clone(f.used) }

// Uses reports whether the formula reads the input of that name.
func (f *Formula) Uses(name string) bool {
	return slices.ContainsFunc(f.used, func(i int) bool { return f.env.Inputs[i].Name == name })
}

// NewRow is an empty row for the formula's inputs.
func (f *Formula) NewRow() *Row { return f.env.NewRow() }

// Eval computes the formula over a row of its Env. It allocates nothing while numbers
// fit 64 bits. The error is an *EvalError.
func (f *Formula) Eval(r *Row) (Value, error) {
	r.begin(f.nodes)
	if v := f.narrow(r); !r.run.bad {
		return Value{coef: v, scale: f.root.scale, unit: f.root.unit}, nil
	}
	w := wide{f: f, row: r, done: map[*node]*big.Int{}}
	return w.result(f.root)
}

func (f *Formula) span(n *node) source.Span { return f.env.Origin.Span(f.src, n.from, n.to) }

func (f *Formula) text(n *node) string { return excerpt(f.src, n.from, n.to) }

// excerpt is src[from:to], widened over the brackets that belong to its ends:
// brackets leave no trace in the tree.
func excerpt(src string, from, to int) string {
	from, to = max(0, from), min(to, len(src))
	opened, unopened := 0, 0
	for _, r := range src[from:to] {
		switch {
		case r == '(':
			opened++
		case r == ')' && opened > 0:
			opened--
		case r == ')':
			unopened++
		}
	}
	for ; unopened > 0 && from > 0; from-- {
		if src[from-1] == '(' {
			unopened--
		}
	}
	for ; opened > 0 && to < len(src); to++ {
		if src[to] == ')' {
			opened--
		}
	}
	return strings.TrimSpace(src[from:to])
}
