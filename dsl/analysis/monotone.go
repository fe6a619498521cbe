package analysis

import (
	"math/big"

	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/analysis/internal/prove"
	"github.com/payproof/payproof/dsl/analysis/internal/rat"
	"github.com/payproof/payproof/dsl/source"
)

// Outcome is how a question about a formula ends. The zero value is NotFound.
type Outcome uint8

// The outcomes.
const (
	NotFound Outcome = iota // neither proved, nor was a fall found
	Proved                  // more never gives less
	Falls                   // two rows show that more gives less
)

// String is "proved", "falls" or "not found".
func (o Outcome) String() string { return [...]string{"not found", "proved", "falls"}[o] }

// invisible is the decimal place from which on roundings inside of a formula are no fall, if the
// question names no least one.
const invisible = 9

// Fall is two rows of which the second has more and gives less. Both were evaluated.
type Fall struct{ From, To Sample }

// Verdict answers whether more never gives less.
type Verdict struct {
	Outcome Outcome
	// Within is what Proved is true but for: roundings inside of the formula can take away this
	// much, at most the question's Least or 0.000000001. 0, when nothing.
	Within *big.Rat
	// Where and Why are where the proof ended that did not come about, and Text what stands there.
	Where source.Span
	Text  string
	Why   string
	Falls []Fall // of Falls, along one line of x, from low to high
	Tries int    // rows that were evaluated
}

// Monotone answers whether a formula never gives less when the moves of a question rise and
// everything else stays. It proves it for all values within the ranges; where only x moves and all
// else is fixed it looks at the exact shape; and otherwise it searches for two rows that show the
// opposite, first where the formula and its tables have their numbers, then at numbers drawn from
// the seed. Rows on which the formula has no value are not compared.
//
// Proved holds for all rows; Falls is shown by rows that were evaluated; NotFound proves nothing.
// The error says that the question does not fit the formula.
func Monotone(f *dsl.Formula, q Question) (Verdict, error) {
	p, m, err := q.resolve(f)
	if err != nil {
		return Verdict{}, err
	}
	shown := prove.Formula(p, m)
	out := Verdict{Within: rat.Zero()}
	if m.First < 0 || shown.Dir&prove.Falls == 0 {
		out.Outcome = Proved
		return out, nil
	}
	if why := shown.Why; why != nil {
		out.Where, out.Text, out.Why = p.Parts[why.Part].At, p.Parts[why.Part].Text, why.Text
	}
	s := search{evaluator: newEvaluator(p, m, f, q.Gate), least: rat.Of(q.Least), tries: q.Tries, dice: dice(q.Seed), marks: marks(p)}
	if q.Tries == 0 {
		const usual = 2000
		s.tries = usual
	}
	if s.isFixed() {
		if ok, within := newShape(p, s.fixed(s.point(0))).Monotone(); ok && within.Cmp(rat.Max(s.least, rat.Unit(invisible))) <= 0 {
			out.Outcome, out.Within = Proved, within
			return out, nil
		}
	}
	if found, ok := s.find(); ok {
		out.Outcome = Falls
		for _, f := range s.along(found.at) {
			out.Falls = append(out.Falls, Fall{s.sample(f.at, f.from), s.sample(f.at, f.to)})
		}
	}
	out.Tries = s.evaluator.tries
	return out, nil
}
