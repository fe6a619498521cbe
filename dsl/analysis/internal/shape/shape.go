// Package shape makes the exact function of one number that a formula is when its other inputs
// stay where they are.
package shape

import (
	"fmt"
	"math/big"

	"github.com/payproof/payproof/dsl/analysis/internal/interval"
	"github.com/payproof/payproof/dsl/analysis/internal/model"
	"github.com/payproof/payproof/dsl/analysis/internal/piecewise"
	"github.com/payproof/payproof/dsl/analysis/internal/prove"
	"github.com/payproof/payproof/dsl/analysis/internal/rat"
	"github.com/payproof/payproof/dsl/analysis/internal/tiers"
	"github.com/payproof/payproof/dsl/table"
	"github.com/payproof/payproof/internal/fixed"
)

// maker makes the function of each part.
type maker struct {
	model.Program
	q      *model.Question
	domain interval.Interval
	made   []piecewise.Func
}

// Of is the function that a formula is of x. An input that is needed and neither moves nor is
// one number makes it bad.
func Of(p model.Program, q *model.Question) piecewise.Func {
	m := &maker{Program: p, q: q, domain: q.Whole(q.First)}
	for k := range p.Parts {
		m.made = append(m.made, m.part(k))
	}
	return m.made[len(m.made)-1]
}

// constant is a function that is one number everywhere.
func (m *maker) constant(x *big.Rat) piecewise.Func {
	return piecewise.On(m.domain, piecewise.Const(x))
}

// outside is a function of which nothing is known.
func (m *maker) outside(k int, format string, args ...any) piecewise.Func {
	f := m.constant(rat.Zero())
	for i := range f {
		f[i].Bad = &piecewise.Bad{Part: k, Text: fmt.Sprintf(format, args...)}
	}
	return f
}

func (m *maker) truth(b bool) piecewise.Func {
	if b {
		return m.constant(rat.Int(1))
	}
	return m.constant(rat.Zero())
}

// input is what an input is for each x.
func (m *maker) input(k, i int) piecewise.Func {
	switch t := m.q.Ties[i]; {
	case t != nil:
		out := m.input(k, t.Of[0])
		for _, of := range t.Of[1:] {
			if t.Largest {
				out = piecewise.Extreme(out, m.input(k, of), true, piecewise.Why(k))
			} else {
				out = piecewise.Add(out, m.input(k, of))
			}
		}
		return out
	case i == m.q.First:
		return piecewise.On(m.domain, piecewise.Line(rat.Zero(), rat.Int(1)))
	case !m.q.Given[i] || !m.q.Start[i].IsPoint():
		return m.outside(k, "%s is not fixed", m.Inputs[i].Name)
	case m.q.Rate[i] == nil:
		return m.constant(m.q.Start[i].Low.At)
	}
	start := rat.Sub(m.q.Start[i].Low.At, rat.Mul(m.q.Rate[i], m.q.Origin()))
	return piecewise.On(m.domain, piecewise.Line(start, m.q.Rate[i]))
}

func (m *maker) arg(k, i int) piecewise.Func { return m.made[m.Parts[k].Args[i]] }

func (m *maker) part(k int) piecewise.Func {
	p := m.Parts[k]
	switch p.Op {
	case "const":
		return m.constant(rat.Of(p.Value))
	case "text":
		return m.constant(rat.Zero())
	case "input":
		if m.IsText(p.Input) {
			return m.constant(rat.Zero()) // read by the parts that compare it
		}
		return m.input(k, p.Input)
	case "missing":
		return m.truth(!m.q.Given[p.Input])
	case "coalesce":
		if m.q.Given[p.Input] {
			return m.arg(k, 0)
		}
		return m.arg(k, 1)
	case "one of":
		return m.oneOf(k)
	case "let", "rescale":
		return m.arg(k, 0)
	case "curve", "slices", "line":
		return m.table(k)
	case "grid":
		return m.grid(k)
	}
	return m.operation(k)
}

func (m *maker) oneOf(k int) piecewise.Func {
	p := m.Parts[k]
	i := m.Parts[p.Args[0]].Input
	if !m.q.Given[i] {
		return m.outside(k, "%s is not fixed", m.Inputs[i].Name)
	}
	for _, t := range p.Texts {
		if t == m.q.Text[i] {
			return m.truth(true)
		}
	}
	return m.truth(false)
}

func (m *maker) operation(k int) piecewise.Func {
	p, w := m.Parts[k], piecewise.Why(k)
	switch p.Op {
	case "neg":
		return piecewise.Neg(m.arg(k, 0))
	case "add":
		return piecewise.Add(m.arg(k, 0), m.arg(k, 1))
	case "sub":
		return piecewise.Add(m.arg(k, 0), piecewise.Neg(m.arg(k, 1)))
	case "mul":
		return piecewise.Mul(m.arg(k, 0), m.arg(k, 1), w)
	case "div":
		return piecewise.Div(m.arg(k, 0), m.arg(k, 1), p.Name != "", w)
	case "min", "max":
		return piecewise.Extreme(m.arg(k, 0), m.arg(k, 1), p.Op == "max", w)
	case "abs":
		return piecewise.Extreme(m.arg(k, 0), piecewise.Neg(m.arg(k, 0)), true, w)
	case "round":
		if p.Places >= int(m.Parts[p.Args[0]].Scale) {
			return m.arg(k, 0)
		}
		return piecewise.Rounded(m.arg(k, 0), p.Places, fixed.Mode(p.Mode))
	case "compare":
		return m.compare(k)
	case "not":
		return piecewise.If(m.arg(k, 0), m.truth(false), m.truth(true))
	case "and":
		return piecewise.If(m.arg(k, 0), m.arg(k, 1), m.truth(false))
	case "or":
		return piecewise.If(m.arg(k, 0), m.truth(true), m.arg(k, 1))
	case "if":
		return piecewise.If(m.arg(k, 0), m.arg(k, 1), m.arg(k, 2))
	}
	return m.outside(k, "%s is not made of straight pieces", p.Op)
}

func (m *maker) compare(k int) piecewise.Func {
	p := m.Parts[k]
	out := piecewise.Compare(m.arg(k, 0), m.arg(k, 1), func(sign int) bool {
		switch p.Sign {
		case "==":
			return sign == 0
		case "!=":
			return sign != 0
		case "<":
			return sign < 0
		case "<=":
			return sign <= 0
		case ">":
			return sign > 0
		}
		return sign >= 0
	}, piecewise.Why(k))
	if len(p.Args) < 3 {
		return out
	}
	return piecewise.Zip(out, m.arg(k, 2), func(a, quota piecewise.Cell) piecewise.Func {
		if quota.Is.At(quota.Inside()).Sign() <= 0 {
			a.Bad = &piecewise.Bad{Part: k, Fault: true, Text: "a quota that is not above 0"}
		}
		return piecewise.Func{a}
	})
}

// quota is the quota that a table's edges are shares of, which has to be one number; 1 without
// one.
func (m *maker) quota(k, at int) (q *big.Rat, bad piecewise.Func) {
	if len(m.Parts[k].Args) <= at {
		return rat.Int(1), nil
	}
	f := m.arg(k, at)
	is := f[0].Is
	for _, c := range f {
		if c.Bad != nil {
			return nil, m.outside(k, "%s", c.Bad.Text)
		}
		if !c.Is.IsConst() || c.Is.K.Cmp(is.K) != 0 || c.Off.Sign() != 0 {
			return nil, m.outside(k, "the quota moves too")
		}
	}
	if is.K.Sign() <= 0 {
		bad = m.outside(k, "a quota that is not above 0")
		for i := range bad {
			bad[i].Bad.Fault = true
		}
	}
	return is.K, bad
}

// steps are pieces of a table for a quota.
func steps(pieces []tiers.Piece, quota *big.Rat) []piecewise.Step {
	var out []piecewise.Step
	for _, p := range pieces {
		s := piecewise.Step{Above: p.Above, By: p.By, Plus: rat.Add(p.Plus, rat.Mul(p.Of, quota)), Off: rat.Zero()}
		if p.Over {
			s.By, s.Plus = rat.Quo(p.By, quota), rat.Add(p.Plus, p.Of)
		}
		if p.From != nil {
			s.From = rat.Mul(p.From, quota)
		}
		if p.Divides {
			s.Off = piecewise.Half(table.DivisionPlaces)
		}
		out = append(out, s)
	}
	return out
}

func (m *maker) table(k int) piecewise.Func {
	p := m.Parts[k]
	pieces, ok := tiers.Pieces(p.Table, p.Rates)
	if p.Op == "line" {
		pieces, ok = tiers.Line(p.Table)
	}
	if !ok {
		return m.outside(k, "a table of an unknown kind")
	}
	amounts := 1
	if p.Op == "slices" {
		amounts = 2
	}
	quota, bad := m.quota(k, amounts)
	if bad != nil {
		return bad
	}
	s := steps(pieces, quota)
	out := piecewise.Steps(m.arg(k, 0), s, piecewise.Why(k))
	if p.Op == "slices" {
		out = piecewise.Add(out, piecewise.Neg(piecewise.Steps(m.arg(k, 1), s, piecewise.Why(k))))
	}
	return out
}

// grid is a matrix or lookup: at each x a cell, or a value between cells.
func (m *maker) grid(k int) piecewise.Func {
	p := m.Parts[k]
	t, at := p.Table, 0
	var keys []gridKey
	for i, axis := range t.Axes {
		key := gridKey{}
		input := m.Parts[p.Args[at]].Input
		switch {
		case len(axis.Members) == 0:
			key.x = m.arg(k, at)
		case !m.q.Given[input]:
			return m.outside(k, "%s is not fixed", m.Inputs[input].Name)
		default:
			key.x, key.member = m.constant(rat.Zero()), member(axis.Members, m.q.Text[input])
		}
		at++
		if p.KeyQuotas[i] {
			quota, bad := m.quota(k, at)
			if bad != nil {
				return bad
			}
			key.quota = quota
			at++
		}
		keys = append(keys, key.prepared(t, i))
	}
	return m.cells(k, keys)
}

func member(names []string, name string) int {
	for i, n := range names {
		if n == name {
			return i
		}
	}
	return -1
}

// cell is what stands in a table, see [prove.Cell].
func cell(t *table.Table, bands []int) *big.Rat { return prove.Cell(t, bands) }
