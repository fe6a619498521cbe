package analysis

import (
	"strings"

	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/analysis/internal/rat"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// Cliff is a place where one more step pays a lump: the rows before it and at it. Both were
// evaluated.
type Cliff struct{ Before, At Sample }

// Cliffs are the jumps upwards of a formula along the first of the question's moves, of at least
// the question's Least and from low to high. What the question leaves open is put to an ordinary
// value, which the samples show. The error says that the question does not fit the formula.
func Cliffs(f *dsl.Formula, q Question) ([]Cliff, error) {
	p, m, err := q.resolve(f)
	if err != nil {
		return nil, err
	}
	if m.First < 0 {
		return nil, errNoMove
	}
	s := search{evaluator: newEvaluator(p, m, f, q.Gate), marks: marks(p), dice: dice(q.Seed)}
	pt := s.point(0)
	shape := newShape(p, s.fixed(pt))
	var out []Cliff
	for _, b := range shape.Jumps() {
		at := rat.Mul(rat.Ceil(rat.Quo(b.At, shape.unit), 0), shape.unit)
		if b.On != nil && !differs(b.Before, b.On) && at.Cmp(b.At) == 0 {
			at = rat.Add(at, shape.unit) // the edge belongs to what is below
		}
		before := rat.Sub(at, shape.unit)
		v, ok1 := s.value(pt, before)
		w, ok2 := s.value(pt, at)
		if !ok1 || !ok2 || !m.Whole(m.First).Has(before) || w.Cmp(v) <= 0 || rat.Sub(w, v).Cmp(rat.Of(q.Least)) < 0 {
			continue
		}
		out = append(out, Cliff{s.sample(pt, before), s.sample(pt, at)})
	}
	return out, nil
}

// Findings are the falls of a verdict as warnings (pay-falls), each with both rows.
func (v Verdict) Findings() source.Diagnostics {
	var out source.Diagnostics
	for _, f := range v.Falls {
		out = append(out, source.Warnf("pay-falls", v.Where, "more pays less: %s pays %s, and %s pays %s",
			text(f.From), fact.DecimalText(f.From.Value), text(f.To), fact.DecimalText(f.To.Value)).
			WithHint("%s", v.hint()))
	}
	return out
}

func (v Verdict) hint() string {
	if v.Why == "" {
		return "compare what is paid on both sides"
	}
	return v.Why + ": compare what is paid before and behind"
}

// Finding is the cliff as information.
func (c Cliff) Finding(at source.Span) source.Diagnostic {
	return source.Infof("cliff", at, "one more step pays a lump: %s pays %s, and %s pays %s",
		text(c.Before), fact.DecimalText(c.Before.Value), text(c.At), fact.DecimalText(c.At.Value))
}

// text is a row in one line.
func text(s Sample) string {
	var b strings.Builder
	for i, in := range s.Row {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(in.Name + " " + in.Value)
	}
	return b.String()
}
