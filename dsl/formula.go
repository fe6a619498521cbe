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
// decimal places. A [Row] holds one value for each input; [Columns] hold those of many rows. A
// compiled [Formula] is immutable and safe for concurrent use; a Row belongs to one goroutine.
// [Shapes] compiles thousands of conditions that differ in their numbers and names alone. A
// [Part] is one step of a compiled formula, for programs that reason about formulas.
//
// Numbers. + − × min max mod and comparisons are exact; ÷ rounds half-even to 16 places and is
// the only inexact operation, also inside a table that is interpolated; round(x, places, mode)
// rounds where the plan says so. Every part of a formula has a number of decimal places known when
// it is compiled, so a value at run time is a whole coefficient: 64 bits, 128 where that is too
// small, or any size, with equal results.
//
// Traps. A bare name of a running measure does not exist in a formula for each credit: say
// before(m) or after(m), or let a table take this event's own slices with
// marginal(m, table). attainment(m) is a pair, not a quotient: comparisons and
// tables multiply out, so that no cent is lost to a rounded ratio.
package dsl

import (
	"encoding/binary"
	"slices"

	"github.com/payproof/payproof/dsl/internal/check"
	"github.com/payproof/payproof/dsl/internal/eval"
	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/dsl/internal/syntax"
	"github.com/payproof/payproof/dsl/source"
)

// Formula is a compiled formula. It is immutable and safe for concurrent use.
type Formula struct {
	src      string
	env      *Env
	origin   source.Map
	graph    *ir.Formula // of a shared program: with slots in place of the literals
	program  *eval.Program
	used     []int
	literals []int64  // of a shared program: its numbers and members
	texts    []string // of a shared program: its texts
}

// Compile reads src, checks its names and units against env, and compiles it.
// The formula is nil if and only if one of the findings is an error. Findings are
// sorted by place; all of a formula's faults are found at once.
func Compile(src string, env Env) (*Formula, source.Diagnostics) {
	return compile(src, &env, env.scope(), env.Origin)
}

func compile(src string, env *Env, scope check.Scope, origin source.Map) (*Formula, source.Diagnostics) {
	tree, problems := syntax.Parse(src, env.Limits.syntax())
	if len(problems) > 0 {
		return nil, misread(src, origin, problems)
	}
	scope.Origin = origin
	graph, found := check.Formula(src, tree, scope)
	if graph == nil {
		return nil, found
	}
	return &Formula{src: src, env: env, origin: origin, graph: graph, program: eval.New(graph), used: usedInputs(graph)}, found
}

// own is the formula with a program of its own: what explaining needs, and saying what is
// wrong with a row.
func (f *Formula) own() *Formula {
	if f.literals == nil {
		return f
	}
	alone, _ := compile(f.src, f.env, f.env.scope(), f.origin)
	return alone
}

func misread(src string, origin source.Map, problems []syntax.Problem) source.Diagnostics {
	var ds source.Diagnostics
	for _, p := range problems {
		d := source.Errorf(p.Code, origin.Span(src, p.From, p.To), "%s", p.Message)
		d.Hint = p.Hint
		ds = append(ds, d)
	}
	return ds.Sorted()
}

// usedInputs lists the inputs that a formula reads, in order.
func usedInputs(graph *ir.Formula) []int {
	var out []int
	for n := range graph.Uses { // order: sorted below
		if n.Op == ir.Input || n.Op == ir.Missing {
			out = append(out, n.Input)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Source is the formula's text.
func (f *Formula) Source() string { return f.src }

// Unit is what the result measures.
func (f *Formula) Unit() Unit { return f.graph.Root.Unit }

// Scale is the number of decimal places of every result.
func (f *Formula) Scale() uint8 { return f.graph.Root.Scale }

// Used lists the inputs that the formula reads, as indices into Env.Inputs in
// ascending order.
func (f *Formula) Used() []int { return slices.Clone(f.used) }

// Uses reports whether the formula reads the input of that name.
func (f *Formula) Uses(name string) bool {
	return slices.ContainsFunc(f.used, func(i int) bool { return f.env.Inputs[i].Name == name })
}

// Identity tells formulas apart: two of one identity are the same, with the same names, numbers and texts, and have the
// same value for every row. Only formulas of one [Shapes] ever have one in common.
type Identity struct {
	graph           *ir.Formula
	literals, texts string
}

// Identity is that of the formula.
func (f *Formula) Identity() Identity {
	var literals, texts []byte
	for _, n := range f.literals {
		literals = binary.LittleEndian.AppendUint64(literals, uint64(n))
	}
	for _, t := range f.texts {
		texts = append(binary.AppendUvarint(texts, uint64(len(t))), t...)
	}
	return Identity{f.graph, string(literals), string(texts)}
}

// NewRow is an empty row for the formula's inputs.
func (f *Formula) NewRow() *Row { return f.env.NewRow() }

// Eval computes the formula over a row of its Env. It allocates nothing while the result
// fits 64 bits. The error is an *EvalError.
func (f *Formula) Eval(r *Row) (Value, error) {
	r.frame.Literals, r.frame.Texts = f.literals, f.texts
	v, fault := f.program.Eval(r.frame)
	if fault != nil {
		return Value{}, f.failed(r, fault)
	}
	return f.value(r, v), nil
}

// failed says in words what kept a row from having a value: of a shared program, in those of
// this formula.
func (f *Formula) failed(r *Row, fault *eval.Fault) error {
	if f.literals == nil {
		return f.fault(fault)
	}
	_, err := f.own().Eval(r)
	return err
}

// value gives a result its places and unit.
func (f *Formula) value(r *Row, v eval.Result) Value {
	out := Value{coef: v.Coef, wide: v.Wide, scale: f.graph.Root.Scale, unit: f.graph.Root.Unit}
	if r != nil && r.bound != nil && out.unit.Money != 0 {
		out.unit.Currency = r.currency(out.unit)
	}
	return out
}

func (f *Formula) span(n *ir.Node) source.Span { return f.origin.Span(f.src, n.From, n.To) }

func (f *Formula) text(n *ir.Node) string { return check.Excerpt(f.src, n.From, n.To) }
