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
		out = append(out, source.Warnf("pay-falls", v.Where, "more pays less: %s", f.Text()).WithHint("%s", v.hint()))
	}
	return out
}

func (v Verdict) hint() string {
	if v.Why == "" {
		return "compare what is paid on both sides"
	}
	return v.Why + ": compare what is paid before and behind"
}

// CliffFinding is information about the cliffs of a formula, of which there is one at least: a
// note for each.
func CliffFinding(at source.Span, cliffs []Cliff) source.Diagnostic {
	d := source.Infof("cliff", at, "one more step pays a lump: %s", cliffs[0].Text())
	if len(cliffs) > 1 {
		d = source.Infof("cliff", at, "one more step pays a lump, at %d places", len(cliffs))
		for _, c := range cliffs {
			d = d.WithNote(source.Span{}, "%s", c.Text())
		}
	}
	return d
}

// Text is the fall in one line: "50 with bookings 9, but 40 with bookings 10 (target 100)".
func (f Fall) Text() string { return both(f.From, f.To) }

// Text is the cliff in one line: "0 with deals 9, but 100 with deals 10".
func (c Cliff) Text() string { return both(c.Before, c.At) }

// both are two rows: what differs with each value, and what does not behind them.
func both(a, b Sample) string {
	var first, second, same Sample
	for i, in := range a.Row {
		if in == b.Row[i] {
			same.Row = append(same.Row, in)
			continue
		}
		first.Row, second.Row = append(first.Row, in), append(second.Row, b.Row[i])
	}
	text := fact.DecimalText(a.Value) + " with " + first.Text() + ", but " + fact.DecimalText(b.Value) + " with " + second.Text()
	if len(same.Row) > 0 {
		text += " (" + same.Text() + ")"
	}
	return text
}

// Text is the row in one line: "bookings 99999.99, quota(bookings) 100000".
func (s Sample) Text() string {
	var b strings.Builder
	for i, in := range s.Row {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(in.Name + " " + in.Value)
	}
	return b.String()
}
