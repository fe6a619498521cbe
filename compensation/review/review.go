// Package review says of every component of a program whether selling more can pay less, and
// finds in its formulas what can never be.
//
// It needs the plans alone: no facts, and nobody is paid. What it says holds for whoever will be
// on a plan, with whatever quota.
//
// Terms. "Selling more" is, for a component that pays for each credit, that the credit's amount
// grows, and the measures that count it with it. For a component that pays every period it is
// that a measure grows: a sale in the shortest window counts in all longer ones of its credit
// type, and one more deal may count without an amount. What a measure leaves out, by a filter or because it
// is of other people, it leaves out here. A component is proved when no way of selling more can pay less.
//
// The ranges behind a proof: amounts and measures from 0, quotas above 0, personal values from 0,
// shares from 0 to 1. Everything but what is sold stays as it is: the quota, personal values,
// other fields of the event. A gate counts: where it does not hold, nothing is paid.
//
// Traps. A proof is about formulas, before amounts are rounded to the minor unit and before
// caps. Cancellations have negative amounts: that they pay less is no fall. A field of the event
// such as event.amount stays as it is; a formula that reads it in the place of amount pays, to
// this package, the same for whatever is sold.
package review

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/analysis"
	"github.com/payproof/payproof/dsl/source"
)

// Component is what was found about one component.
type Component struct {
	Plan      *plan.Plan       // the plan it belongs to
	Component *plan.Component  // of the plan
	Verdict   analysis.Verdict // the worst over all ways of selling more
	Still     bool             // the component pays the same whatever is sold
	Cliffs    []analysis.Cliff // where one step more pays a lump, at ordinary quotas and values
}

// Report is what was found about a program.
type Report struct {
	Components []Component // in the order of the plans
	// Findings are the falls (pay-falls) and what can never be (condition-constant,
	// branch-unreachable, tier-unreachable, divisions by zero), as warnings.
	Findings source.Diagnostics
	// Details are cliffs and divisions by what can be 0: information, and nothing to change.
	Details source.Diagnostics
}

// Of reviews a program. The work is bounded for each component, and the result always the same.
func Of(p *plan.Program) (Report, error) {
	var out Report
	for i := range p.Plans {
		pl := &p.Plans[i]
		var asked []analysis.Asked
		for k := range pl.Components {
			c := &pl.Components[k]
			made, err := component(p, pl, c)
			if err != nil {
				return out, err
			}
			out.Components = append(out.Components, made)
			out.Findings = append(out.Findings, made.Verdict.Findings()...)
			if len(made.Cliffs) > 0 {
				out.Details = append(out.Details, analysis.CliffFinding(c.At, made.Cliffs))
			}
			asked = append(asked, analysis.Asked{Formula: c.Pays, Question: analysis.Question{Ranges: possible(c), Gate: c.Gate}})
			if c.Multiplier != nil {
				asked = append(asked, analysis.Asked{Formula: c.Multiplier, Question: analysis.Question{Ranges: possible(c)}})
			}
		}
		found, err := analysis.Check(asked...)
		if err != nil {
			return out, err
		}
		out.Findings = append(out.Findings, found.Only(source.Warning)...)
		out.Details = append(out.Details, found.Only(source.Info)...)
	}
	out.Findings, out.Details = out.Findings.Sorted(), out.Details.Sorted()
	return out, nil
}

// component asks for each way of selling more.
func component(p *plan.Program, pl *plan.Plan, c *plan.Component) (Component, error) {
	out := Component{Plan: pl, Component: c}
	out.Verdict.Outcome = analysis.Proved
	all := ways(p, c)
	out.Still = len(all) == 0
	for i, q := range all {
		v, err := analysis.Monotone(c.Pays, q.Question)
		if err != nil {
			return out, err
		}
		if v.Outcome == analysis.Falls && q.maybe != "" {
			v.Outcome, v.Falls, v.Why = analysis.NotFound, nil, q.maybe
		}
		if v.Outcome == analysis.Proved && q.unproved != "" {
			v.Outcome, v.Why = analysis.NotFound, q.unproved
		}
		if q.unproved != "" && v.Why == q.unproved {
			f := c.Pays // which reads what others earned
			if c.Multiplier != nil {
				f = c.Multiplier
			}
			parts := f.Parts()
			v.Where, v.Text = parts[len(parts)-1].At, f.Source()
		}
		out.worse(v, i == 0)
		if q.maybe != "" {
			continue
		}
		cliffs, err := analysis.Cliffs(c.Pays, q.Question)
		if err != nil {
			return out, err
		}
		for _, c := range cliffs {
			if !slices.ContainsFunc(out.Cliffs, func(old analysis.Cliff) bool { return old.Before.Text() == c.Before.Text() }) {
				out.Cliffs = append(out.Cliffs, c)
			}
		}
	}
	return out, nil
}

// worse takes in a verdict: falls count more than what was not found, and that more than a proof.
func (c *Component) worse(v analysis.Verdict, first bool) {
	rank := []analysis.Outcome{analysis.Proved, analysis.NotFound, analysis.Falls}
	old := c.Verdict
	if first || slices.Index(rank, v.Outcome) > slices.Index(rank, old.Outcome) {
		c.Verdict = v
	}
	if !first {
		c.Verdict.Tries = old.Tries + v.Tries
		if old.Within != nil && old.Outcome == v.Outcome && old.Within.Cmp(v.Within) > 0 {
			c.Verdict.Within = old.Within
		}
	}
}

// least is the smallest fall that counts: one minor unit of the currency.
func least(p *plan.Program) decimal.Decimal {
	return decimal.New(1, -int32(max(0, p.Currency.Digits())))
}
