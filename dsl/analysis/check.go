package analysis

import (
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/analysis/internal/interval"
	"github.com/payproof/payproof/dsl/analysis/internal/model"
	"github.com/payproof/payproof/dsl/analysis/internal/prove"
	"github.com/payproof/payproof/dsl/analysis/internal/rat"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/unit"
)

// Asked is a formula with a question.
type Asked struct {
	Formula  *dsl.Formula
	Question Question // its Ranges say what inputs may be
}

// Check finds what can never be, by the ranges of inputs: conditions that always hold or never
// (condition-constant), branches that are never taken (branch-unreachable), tiers that none of
// the formulas reaches (tier-unreachable), and divisions by 0 and quotas that are not above 0
// (division-by-zero, quota-not-positive): a warning where it is always so, and information where
// it can be. The error says that a question does not fit its formula.
func Check(all ...Asked) (source.Diagnostics, error) {
	c := checker{reached: map[tier]bool{}}
	for _, a := range all {
		p, m, err := a.Question.resolve(a.Formula)
		if err != nil {
			return nil, err
		}
		shown := prove.Formula(p, m)
		for k := range p.Parts {
			if shown.Reached[k] {
				c.part(p, shown, k)
			}
		}
	}
	for i, d := range c.tiers {
		if !c.reached[c.missed[i]] {
			c.found = append(c.found, d)
		}
	}
	return c.found.Sorted(), nil
}

type checker struct {
	found   source.Diagnostics
	tiers   source.Diagnostics // of tiers that a formula does not reach
	missed  []tier             // those tiers
	reached map[tier]bool      // by some formula
}

// tier names a tier: the same in all formulas that read its table.
type tier struct {
	table string
	i     int
	at    source.Span
}

func (c *checker) part(p model.Program, shown prove.Result, k int) {
	part := p.Parts[k]
	switch {
	case part.Op == "if":
		c.branches(p, shown, k)
	case part.Unit == unit.BoolUnit && part.Op != "const" && part.Op != "let" && part.Op != "input":
		c.condition(p, shown, k)
	case len(part.Args) > 0 && part.Table != nil && len(part.Table.Tiers) > 0:
		c.table(p, shown, k)
	}
	c.divisor(p, shown, k)
}

// generated reports whether the parts of a choice stand behind one function, which nobody wrote
// as a choice.
func generated(p model.Program, k int) bool {
	return p.Parts[k].At == p.Parts[p.Parts[k].Args[0]].At && !(p.Gated && k == len(p.Parts)-1)
}

// branches finds the branch of a choice that is never taken.
func (c *checker) branches(p model.Program, shown prove.Result, k int) {
	part := p.Parts[k]
	gate := p.Gated && k == len(p.Parts)-1
	if generated(p, k) || gate || shown.Taken[k][0] && shown.Taken[k][1] {
		return
	}
	branch, how := part.Args[2], "always holds"
	if !shown.Taken[k][0] {
		branch, how = part.Args[1], "never holds"
	}
	test := p.Parts[part.Args[0]]
	c.found = append(c.found, source.Warnf("branch-unreachable", p.Parts[branch].At, "`%s` is never reached, because `%s` %s", p.Parts[branch].Text, test.Text, how).
		WithNote(test.At, "the condition").WithHint("correct the condition, or leave out what is never paid"))
}

// condition finds a condition that always holds, or never; of several inside each other, the
// innermost. The condition of a choice is reported with its branch.
func (c *checker) condition(p model.Program, shown prove.Result, k int) {
	if !shown.Ranges[k].IsPoint() {
		return
	}
	for _, a := range p.Parts[k].Args {
		if p.Parts[a].Unit == unit.BoolUnit && shown.Reached[a] && shown.Ranges[a].IsPoint() {
			return
		}
	}
	for j, other := range p.Parts {
		if other.Op == "if" && other.Args[0] == k && (generated(p, j) || !p.Gated || j < len(p.Parts)-1) {
			return
		}
	}
	how := "never holds"
	if shown.Ranges[k].Low.At.Sign() > 0 {
		how = "always holds"
	}
	d := source.Warnf("condition-constant", p.Parts[k].At, "`%s` %s", p.Parts[k].Text, how).WithHint("correct the condition, or leave it out")
	if part := p.Parts[k]; part.Op == "compare" {
		for _, a := range part.Args[:2] {
			if arg := p.Parts[a]; arg.Op != "const" && shown.Ranges[a] != interval.Everything() && !shown.Ranges[a].None {
				d = d.WithNote(arg.At, "%s is %s here", arg.Text, shown.Ranges[a].Text())
				break
			}
		}
	}
	c.found = append(c.found, d)
}

// table notes the tiers that are reached, and those that are not.
func (c *checker) table(p model.Program, shown prove.Result, k int) {
	part := p.Parts[k]
	for i, t := range part.Table.Tiers {
		name := tier{part.Table.Name, i, t.At}
		if shown.Tiers[k][i] {
			c.reached[name] = true
			continue
		}
		c.missed = append(c.missed, name)
		key := shown.Ranges[part.Args[0]].Text()
		c.tiers = append(c.tiers, source.Warnf("tier-unreachable", t.At, "this tier of %q is never reached: what is looked up is %s", part.Table.Name, key).
			WithNote(part.At, "it is looked up here").WithHint("correct its edge, or leave it out"))
	}
}

// divisor finds what is divided by, and can be 0.
func (c *checker) divisor(p model.Program, shown prove.Result, k int) {
	by, part := shown.Divisor[k], p.Parts[k]
	quota := part.Op != "div" || part.Name != ""
	bad := by.Intersect(interval.Point(rat.Zero()))
	if quota {
		bad = by.Intersect(interval.UpTo(rat.Zero()))
	}
	if by.None || bad.None {
		return
	}
	always := by.IsPoint() || quota && by.NotPositive()
	divisor := p.Parts[part.Args[len(part.Args)-1]]
	d := source.Infof("division-by-zero", part.At, "`%s` can divide by zero: %s is %s", part.Text, divisor.Text, by.Text()).
		WithHint("write safe_div(a, b, when b is zero), or a condition before it")
	if quota {
		d = source.Infof("quota-not-positive", part.At, "the quota of `%s` is %s, and an attainment needs one above zero", part.Text, by.Text())
	}
	if always {
		d.Severity = source.Warning
	}
	c.found = append(c.found, d)
}
