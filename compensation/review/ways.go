package review

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/analysis"
	"github.com/payproof/payproof/dsl/unit"
)

// ways are the ways of selling more that a component can see; none when it pays the same
// whatever is sold.
func ways(p *plan.Program, c *plan.Component) []analysis.Question {
	base := analysis.Question{Ranges: selling(c), Gate: c.Gate, Least: least(p)}
	if c.Credit != "" {
		return perCredit(p, c, base)
	}
	return perPeriod(p, c, base)
}

// uses reports whether a component reads an input.
func uses(c *plan.Component, name string) bool {
	return c.Pays.Uses(name) || c.Gate != nil && c.Gate.Uses(name)
}

// selling are the ranges that a proof supposes.
func selling(c *plan.Component) map[string]analysis.Range {
	out := possible(c)
	for i, s := range c.Slots {
		in := c.Inputs[i]
		if _, ok := out[in.Name]; ok || in.Unit.Kind != unit.Number {
			continue
		}
		switch s.From {
		case plan.FromMeasure, plan.FromBefore, plan.FromAfter, plan.FromAmount, plan.FromPersonal:
			out[in.Name] = analysis.AtLeast(decimal.Zero)
		case plan.FromEvent:
			if !in.Optional {
				out[in.Name] = analysis.AtLeast(decimal.Zero)
			}
		}
	}
	return out
}

// possible are the ranges of what inputs can be, cancellations included.
func possible(c *plan.Component) map[string]analysis.Range {
	out := map[string]analysis.Range{}
	for i, s := range c.Slots {
		in := c.Inputs[i]
		switch s.From {
		case plan.FromQuota:
			out[in.Name] = analysis.Above(decimal.Zero)
		case plan.FromShare:
			out[in.Name] = analysis.Between(decimal.Zero, decimal.New(1, 0))
		case plan.FromMeasure, plan.FromBefore, plan.FromAfter:
			if in.Unit == dsl.Counted && in.Scale == 0 {
				out[in.Name] = analysis.AtLeast(decimal.Zero)
			}
		}
	}
	return out
}

// perCredit is the one way of a component for each credit: its amount grows, and what it counts
// for with it.
func perCredit(p *plan.Program, c *plan.Component, q analysis.Question) []analysis.Question {
	q.Moves = []analysis.Move{{Input: "amount"}}
	sees := uses(c, "amount")
	for i, s := range c.Slots {
		m, ok := p.Measure(s.Name)
		if s.From != plan.FromAfter || !ok {
			continue
		}
		after, before := c.Inputs[i].Name, "before("+s.Name+")"
		switch {
		case m.Of != c.Credit:
			q.Ties = append(q.Ties, analysis.Tie{Input: after, Of: []string{before}})
		case m.How == measure.Sum || m.How == measure.Max:
			q.Ties = append(q.Ties, analysis.Tie{Input: after, Of: []string{before, "amount"}, Largest: m.How == measure.Max})
			sees = sees || uses(c, after)
		default: // one more, or none, whatever the amount
			q.Covers = append(q.Covers, analysis.Cover{Input: after, Of: before})
		}
	}
	if !sees {
		return nil
	}
	return []analysis.Question{q}
}

// perPeriod are the ways of a component for each period: each makes some measures grow.
func perPeriod(p *plan.Program, c *plan.Component, q analysis.Question) []analysis.Question {
	var read []measure.Measure // from the shortest window to the longest
	for i, s := range c.Slots {
		if m, ok := p.Measure(s.Name); ok && s.From == plan.FromMeasure && uses(c, c.Inputs[i].Name) {
			read = append(read, m)
		}
	}
	slices.SortStableFunc(read, func(a, b measure.Measure) int { return int(a.Window) - int(b.Window) })
	for i, m := range read {
		for _, longer := range read[i+1:] {
			if longer.Of == m.Of && longer.How == m.How && longer.Field == m.Field {
				q.Covers = append(q.Covers, analysis.Cover{Input: longer.Name, Of: m.Name})
			}
		}
	}
	var out []analysis.Question
	for i, m := range read {
		made := q
		made.Moves = []analysis.Move{{Input: m.Name}}
		for k, other := range read {
			sums := other.How == measure.Sum && (m.How == measure.Sum || m.How == measure.Max)
			if k != i && other.Of == m.Of && sums && other.Window >= m.Window {
				made.Moves = append(made.Moves, analysis.Move{Input: other.Name})
			}
		}
		out = append(out, made)
	}
	return out
}
