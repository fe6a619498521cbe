package review

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/analysis"
	"github.com/payproof/payproof/dsl/unit"
)

// way is a way of selling more.
type way struct {
	analysis.Question
	maybe    string // why there may be no such sale, so that a fall is none for certain; empty: there is
	unproved string // why that it never falls is not certain, either; empty: it is
}

// ways are the ways of selling more that a component can see; none when it pays the same
// whatever is sold.
func ways(p *plan.Program, c *plan.Component) []way {
	base := analysis.Question{Ranges: selling(c), Gate: c.Gate, Least: least(p)}
	var all []way
	if c.Pool != nil {
		for i, s := range c.Slots {
			if s.From == plan.FromMeasure && uses(c, c.Inputs[i].Name) {
				all = append(all, way{Question: base, unproved: "it is divided among several, and a cent that is left over may go to another one"})
				all[len(all)-1].Moves = []analysis.Move{{Input: c.Inputs[i].Name}}
			}
		}
	} else if c.Credit != "" {
		all = perCredit(p, c, base)
	} else {
		all = perPeriod(p, c, base)
	}
	earned, why := earnings(c)
	for _, in := range earned { // which grow with what is sold, too
		all = append(all, way{Question: base})
		all[len(all)-1].Moves = []analysis.Move{{Input: in}}
	}
	for i := range all {
		all[i].unproved = cmp.Or(multiplied(c), why, windfalls(p, c), all[i].unproved)
		all[i].maybe = cmp.Or(all[i].maybe, all[i].unproved)
	}
	return all
}

// uses reports whether a component reads an input.
func uses(c *plan.Component, name string) bool { return c.Uses(name) }

// earnings are the inputs that are what other components earned, and why nothing is proved then; empty: there are none.
func earnings(c *plan.Component) (inputs []string, why string) {
	for i, s := range c.Slots {
		if in := c.Inputs[i].Name; s.From == plan.FromEarned && uses(c, in) {
			inputs, why = append(inputs, in), "it reads what "+s.Name+" earned, and the two are not looked at together"
		}
	}
	return inputs, why
}

// windfalls says why nothing is proved of a component whose plan has windfalls; empty: it is not about them.
func windfalls(p *plan.Program, c *plan.Component) string {
	for i := range p.Plans {
		of := &p.Plans[i]
		mine := slices.ContainsFunc(of.Components, func(o plan.Component) bool { return o.At == c.At && o.Name == c.Name })
		if mine && of.Windfall != nil && of.Windfall.Covers(c.Name) {
			return "a deal above the size of a windfall is paid, or counts, in another way, and that is not looked at"
		}
	}
	return ""
}

// multiplied says why nothing is proved of what a component pays: it is multiplied by what may change. It is empty where
// nothing, or always the same, multiplies it.
func multiplied(c *plan.Component) string {
	if c.Multiplier == nil {
		return ""
	}
	if !slices.ContainsFunc(c.Inputs, func(in dsl.Input) bool { return c.Multiplier.Uses(in.Name) }) {
		if v, err := c.Multiplier.Eval(dsl.Env{Inputs: c.Inputs}.NewRow()); err == nil && v.Decimal().Sign() > 0 {
			return ""
		}
	}
	return "it is multiplied by another formula, and the two are not looked at together"
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
		case plan.FromMeasure, plan.FromBefore, plan.FromAfter, plan.FromAmount, plan.FromPersonal, plan.FromEarned:
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
		case plan.FromWeight:
			out[in.Name] = analysis.Between(c.Weight, c.Weight)
		case plan.FromScore:
			out[in.Name] = analysis.AtLeast(decimal.Zero)
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

// perCredit are the ways of a component for each credit: its amount grows, and what counts it
// with it. Measures that count only some credits count this one, or they don't.
func perCredit(p *plan.Program, c *plan.Component, base analysis.Question) (out []way) {
	for _, some := range []bool{true, false} {
		q := way{Question: base}
		q.Moves = []analysis.Move{{Input: "amount"}}
		sees, differs := uses(c, "amount"), false
		for i, s := range c.Slots {
			m, ok := p.Measure(s.Name)
			if s.From != plan.FromAfter || !ok {
				continue
			}
			after, before := c.Inputs[i].Name, "before("+s.Name+")"
			switch {
			case m.Of != c.Credit || m.Whose.Who == measure.Below:
				q.Ties = append(q.Ties, analysis.Tie{Input: after, Of: []string{before}})
			case m.How == measure.WeightedSum && uses(c, after):
				q.maybe = "it is not known how much a weighted sum grows with an amount"
			case !sums(m):
				if m.Counts() { // one more, or none, whatever the amount
					q.Covers = append(q.Covers, analysis.Cover{Input: after, Of: before})
				}
			case !some && partial(m):
				q.Ties, differs = append(q.Ties, analysis.Tie{Input: after, Of: []string{before}}), true
			default:
				q.Ties = append(q.Ties, analysis.Tie{Input: after, Of: []string{before, "amount"}, Largest: m.How == measure.Max})
				sees = sees || uses(c, after)
			}
		}
		if sees && (some || differs) {
			out = append(out, q)
		}
	}
	return append(out, weighed(p, c, base)...)
}

// weighed are measures that grow with a credit by what is not known: its weight, or whether it is the least.
func weighed(p *plan.Program, c *plan.Component, base analysis.Question) (out []way) {
	for i, s := range c.Slots {
		m, ok := p.Measure(s.Name)
		if s.From != plan.FromAfter && s.From != plan.FromBefore || !ok || m.Of != c.Credit || m.Whose.Who == measure.Below || sums(m) || m.Counts() {
			continue
		}
		if in := c.Inputs[i].Name; s.From == plan.FromAfter && uses(c, in) {
			q := way{Question: base}
			q.Moves = []analysis.Move{{Input: in}}
			out = append(out, q)
		}
	}
	return out
}

// sums reports whether a measure grows with an amount by as much, at the most.
func sums(m measure.Measure) bool { return m.How == measure.Sum || m.How == measure.Max }

// partial reports whether a measure of a credit's type may leave the credit out.
func partial(m measure.Measure) bool {
	return m.Where != nil || m.Direct || m.Whose.Who == measure.Role
}

// perPeriod are the ways of a component for each period: each makes some measures grow.
func perPeriod(p *plan.Program, c *plan.Component, q analysis.Question) (out []way) {
	var read []measure.Measure // from the shortest window to the longest
	for i, s := range c.Slots {
		if m, ok := p.Measure(s.Name); ok && m.Moves() && s.From == plan.FromMeasure && uses(c, c.Inputs[i].Name) {
			if s.Attained { // as that moves
				q.Ties = append(q.Ties, analysis.Tie{Input: c.Inputs[i].Name, Of: []string{m.Name}})
			}
			if !slices.ContainsFunc(read, func(o measure.Measure) bool { return o.Name == m.Name }) {
				read = append(read, m)
			}
		}
	}
	slices.SortStableFunc(read, func(a, b measure.Measure) int { return int(a.Window) - int(b.Window) })
	for i, m := range read {
		for k, longer := range read {
			if k != i && longer.How == m.How && longer.Field == m.Field && weights(longer) == weights(m) && covers(longer, m) {
				q.Covers = append(q.Covers, analysis.Cover{Input: longer.Name, Of: m.Name})
			}
		}
	}
	for i := range read {
		made := way{Question: q}
		made.Moves = moves(read, i)
		out = append(out, made)
		for k := i + 1; k < len(read); k++ { // one sale may count in both, and once in what covers them
			both := way{Question: q, maybe: "it is not known whether one sale can count in several of the measures"}
			both.Moves = slices.Clone(made.Moves)
			for _, m := range moves(read, k) {
				if !slices.Contains(both.Moves, m) {
					both.Moves = append(both.Moves, m)
				}
			}
			if overlap := len(both.Moves) < len(made.Moves)+len(moves(read, k)); overlap && len(both.Moves) > max(len(made.Moves), len(moves(read, k))) {
				out = append(out, both)
			}
		}
	}
	return out
}

// moves are a measure and all that grow with it.
func moves(read []measure.Measure, i int) []analysis.Move {
	out := []analysis.Move{{Input: read[i].Name}}
	for k, other := range read {
		along := other.How == measure.Sum && sums(read[i]) || other.How == measure.WeightedSum && read[i].How == measure.WeightedSum && weights(other) == weights(read[i])
		if k != i && along && covers(other, read[i]) {
			out = append(out, analysis.Move{Input: other.Name})
		}
	}
	return out
}

func weights(m measure.Measure) string {
	if m.By == nil {
		return ""
	}
	return m.By.Text
}

// covers reports whether a measure counts all that another does.
func covers(wide, m measure.Measure) bool {
	if wide.Of != m.Of || wide.Direct && !m.Direct {
		return false
	}
	if wide.Where != nil && (m.Where == nil || wide.Where.Text != m.Where.Text) {
		return false
	}
	own := m.Whose.Who == measure.Payee && (wide.Whose.Who == measure.WithBelow || wide.Whose.Who == measure.Team)
	if wide.Whose != m.Whose && wide.Whose.Who != measure.Company && !own {
		return false
	}
	switch {
	case wide.Reach == measure.Ever:
		return true
	case wide.Reach == measure.Rolling && m.Reach == measure.Rolling:
		return wide.Window == m.Window && wide.N >= m.N
	case wide.Reach == measure.PlanDate:
		return m.Reach == measure.PlanDate || m.Reach == measure.This
	}
	return m.Reach == measure.This && wide.Window >= m.Window
}
