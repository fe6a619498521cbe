package analysis

import (
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/analysis/internal/interval"
	"github.com/payproof/payproof/dsl/analysis/internal/model"
	"github.com/payproof/payproof/dsl/analysis/internal/rat"
)

// Setting is an input with its value, as a person writes it.
type Setting struct{ Name, Value string }

// Sample is a row that the formula was evaluated over, and what it gave.
type Sample struct {
	X     decimal.Decimal // what the first of the moves is
	Value decimal.Decimal // what the formula gives
	Row   []Setting       // what the formula reads, in the order of its inputs
}

// point is a row before x is known: where each input is, nil for one that is missing.
type point struct {
	values []*big.Rat
	texts  []string
}

// evaluator evaluates a formula, and its gate, over points.
type evaluator struct {
	model.Program
	q          *model.Question
	pays, gate *dsl.Formula
	row        *dsl.Row
	used       []int
	tries      int
	failed     error // of the last row's formula
}

func newEvaluator(p model.Program, q *model.Question, pays, gate *dsl.Formula) *evaluator {
	e := &evaluator{Program: p, q: q, pays: pays, gate: gate, row: pays.NewRow(), used: pays.Used()}
	if gate != nil {
		e.used = append(e.used, gate.Used()...)
		slices.Sort(e.used)
		e.used = slices.Compact(e.used)
	}
	return e
}

// at is what an input is at an x.
func (e *evaluator) at(pt point, i int, x *big.Rat) *big.Rat {
	switch t := e.q.Ties[i]; {
	case t != nil:
		out := e.at(pt, t.Of[0], x)
		for _, of := range t.Of[1:] {
			if v := e.at(pt, of, x); t.Largest {
				out = rat.Max(out, v)
			} else {
				out = rat.Add(out, v)
			}
		}
		return out
	case i == e.q.First:
		return x
	case e.q.Rate[i] == nil || pt.values[i] == nil:
		return pt.values[i]
	}
	return rat.Add(pt.values[i], rat.Mul(e.q.Rate[i], rat.Sub(x, e.q.Origin())))
}

// value is what the formula gives, and whether it gives anything at this row.
func (e *evaluator) value(pt point, x *big.Rat) (*big.Rat, bool) {
	e.tries++
	for _, c := range e.q.Covers {
		if a, b := e.at(pt, c[0], x), e.at(pt, c[1], x); a != nil && b != nil && a.Cmp(b) < 0 {
			return nil, false
		}
	}
	for _, i := range e.used {
		if e.IsText(i) {
			if e.row.SetText(i, pt.texts[i]) != nil {
				e.row.SetMissing(i)
			}
			continue
		}
		v := e.at(pt, i, x)
		if v == nil {
			e.row.SetMissing(i)
			continue
		}
		d, ok := rat.Decimal(v)
		if !ok || e.row.SetDecimal(i, d) != nil {
			return nil, false
		}
	}
	if e.gate != nil {
		if v, err := e.gate.Eval(e.row); err != nil {
			return nil, false
		} else if !v.Bool() {
			return rat.Zero(), true
		}
	}
	v, err := e.pays.Eval(e.row)
	if e.failed = err; err != nil {
		return nil, false
	}
	c, places := v.Big()
	return rat.Mul(new(big.Rat).SetInt(c), rat.Unit(int(places))), true
}

// sample is a row for a person.
func (e *evaluator) sample(pt point, x *big.Rat) Sample {
	var out Sample
	v, _ := e.value(pt, x)
	out.Value, _ = rat.Decimal(v)
	out.X, _ = rat.Decimal(x)
	for _, i := range e.used {
		s := Setting{Name: e.Inputs[i].Name, Value: "missing"}
		if v := e.at(pt, i, x); e.IsText(i) {
			s.Value = pt.texts[i]
		} else if v != nil {
			s.Value = rat.Text(v)
		}
		out.Row = append(out.Row, s)
	}
	return out
}

// fixed is the question with everything but x where a point says.
func (e *evaluator) fixed(pt point) *model.Question {
	q := *e.q
	q.Start, q.Given, q.Text = slices.Clone(q.Start), slices.Clone(q.Given), pt.texts
	for i := range e.Inputs {
		switch {
		case i == q.First || q.Ties[i] != nil:
		case e.IsText(i):
			q.Given[i] = true
		case pt.values[i] == nil:
			q.Given[i] = false
		default:
			q.Given[i], q.Start[i] = true, interval.Point(pt.values[i])
		}
	}
	return &q
}
