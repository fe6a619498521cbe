package dsl

import (
	"slices"

	"github.com/payproof/payproof/dsl/internal/check"
	"github.com/payproof/payproof/dsl/internal/eval"
	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/dsl/internal/syntax"
	"github.com/payproof/payproof/dsl/source"
)

// Shapes compiles many formulas over one Env, such as the conditions of thousands of
// rules: those that differ in their numbers and texts alone share one compiled program. The
// formulas are like those that [Compile] gives, and as independent; Shapes itself belongs to one
// goroutine.
type Shapes struct {
	env   *Env
	scope check.Scope
	byKey map[string]*shape
}

// shape is what formulas of one outline share; without a program, they share nothing.
type shape struct {
	graph   *ir.Formula
	program *eval.Program
	used    []int
	slots   []check.Slot
}

// NewShapes are shapes for formulas over env. Its Origin does not count: each formula has its
// own.
func NewShapes(env Env) *Shapes {
	return &Shapes{env: &env, scope: env.scope(), byKey: map[string]*shape{}}
}

// Compile is [Compile] for a formula whose text stands at origin.
func (s *Shapes) Compile(src string, origin source.Map) (*Formula, source.Diagnostics) {
	outline, ok := syntax.ReadOutline(src)
	if !ok || len(src) > s.bytes() {
		return compile(src, s.env, s.scope, origin)
	}
	known, ok := s.byKey[outline.Key]
	if !ok {
		known = s.make(src, outline)
		s.byKey[outline.Key] = known
	}
	f := &Formula{src: src, env: s.env, origin: origin, graph: known.graph, program: known.program, used: known.used}
	if known.program == nil || !f.bind(known.slots, outline.Literals) {
		return compile(src, s.env, s.scope, origin)
	}
	return f, nil
}

// bytes is the most that a formula may have.
func (s *Shapes) bytes() int {
	if s.env.Limits.Bytes > 0 {
		return s.env.Limits.Bytes
	}
	return syntax.MaxBytes
}

// make compiles a shape from the first formula that has it.
func (s *Shapes) make(src string, outline syntax.Outline) *shape {
	tree, problems := syntax.Parse(src, s.env.Limits.syntax())
	if len(problems) > 0 {
		return &shape{}
	}
	graph, slots, ok := check.Shape(src, tree, s.scope, outline.Literals)
	if !ok {
		return &shape{}
	}
	return &shape{graph: graph, program: eval.New(graph), used: usedInputs(graph), slots: slots}
}

// bind gives a formula its literals. ok is false when one of them does not fit its slot.
func (f *Formula) bind(slots []check.Slot, literals []syntax.Literal) (ok bool) {
	if len(slots) == 0 {
		return true
	}
	f.literals = make([]int64, len(slots))
	for i, slot := range slots {
		l := literals[i]
		switch {
		case !slot.Text:
			f.literals[i] = l.Value
		case slot.Enum != nil:
			member := slices.Index(slot.Enum, l.Text)
			if member < 0 {
				return false
			}
			f.literals[i] = int64(member)
		default:
			if f.texts == nil {
				f.texts = make([]string, len(slots))
			}
			f.texts[i] = l.Text
		}
	}
	return true
}
