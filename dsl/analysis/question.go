package analysis

import (
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/analysis/internal/interval"
	"github.com/payproof/payproof/dsl/analysis/internal/model"
	"github.com/payproof/payproof/dsl/analysis/internal/rat"
	"github.com/payproof/payproof/dsl/source"
)

// Range is what an input may be. The zero value is any number. A date is the number of its
// day, [calendar.Date.Ordinal].
type Range struct {
	Low, High         *decimal.Decimal // nil is no end
	LowOpen, HighOpen bool             // the end itself does not belong
}

// Exactly is one number.
func Exactly(d decimal.Decimal) Range { return Range{Low: &d, High: &d} }

// AtLeast is a number and all above it.
func AtLeast(d decimal.Decimal) Range { return Range{Low: &d} }

// Above is all above a number.
func Above(d decimal.Decimal) Range { return Range{Low: &d, LowOpen: true} }

// Between is two numbers and all between them.
func Between(low, high decimal.Decimal) Range { return Range{Low: &low, High: &high} }

// interval is the range in fractions.
func (r Range) interval() interval.Interval {
	out := interval.Everything()
	if r.Low != nil {
		out.Low = interval.End{At: rat.Of(*r.Low), Open: r.LowOpen}
	}
	if r.High != nil {
		out.High = interval.End{At: rat.Of(*r.High), Open: r.HighOpen}
	}
	return out.Intersect(interval.Everything())
}

// Move is an input that rises.
type Move struct {
	Input string
	// Rate is how much it rises for each unit of the first of the moves; 0 means 1. It is above 0.
	Rate decimal.Decimal
}

// Tie says that an input is always the sum of others, or the largest of them: after(bookings) is
// before(bookings) + amount. A tied input has no range of its own, and moves as they do.
type Tie struct {
	Input   string
	Of      []string
	Largest bool
}

// Cover says that an input is never below another: the year's bookings cover the quarter's. The
// search tries no rows on which it is; proofs do without.
type Cover struct{ Input, Of string }

// Question is what is asked about a formula.
type Question struct {
	// Moves are the inputs that rise together; the first is x. All others stay as they are.
	Moves []Move
	// Ranges say by name what inputs may be; without one an input may be anything, and an
	// optional one may be missing. The range of an input that moves, but for x, is where it is when x
	// is lowest, or 0 where x has no lowest.
	Ranges map[string]Range
	Texts  map[string]string // what texts are; without one a text may be anything
	Ties   []Tie             // inputs that are made of others
	Covers []Cover           // what the search keeps to
	// Gate is a condition over the same inputs; where it does not hold, the value is 0.
	Gate *dsl.Formula
	// Least is the smallest fall that the search reports: what is lost in rounding is no fall.
	Least decimal.Decimal
	Tries int    // of the search; 0 means 2,000, below 0 none
	Seed  uint64 // of the search's numbers
}

// resolve finds the names of a question in a formula's inputs. It finds what is asked wrongly.
func (q Question) resolve(f *dsl.Formula) (model.Program, *model.Question, error) {
	p := model.New(f, q.Gate)
	n := len(p.Inputs)
	out := &model.Question{
		First: -1, Rate: make([]*big.Rat, n), Start: make([]interval.Interval, n), Given: make([]bool, n), Text: make([]string, n), Ties: make([]*model.Tie, n),
	}
	var bad []error
	find := func(name string) int {
		i := slices.IndexFunc(p.Inputs, func(in dsl.Input) bool { return in.Name == name })
		if i < 0 {
			var names []string
			for _, in := range p.Inputs {
				names = append(names, in.Name)
			}
			bad = append(bad, fmt.Errorf("the question names %q, which is no input; %s", name, source.DidYouMean(name, names)))
			return 0
		}
		return i
	}
	for i, in := range p.Inputs {
		if r, ok := q.Ranges[in.Name]; ok {
			out.Start[i], out.Given[i] = r.interval(), true
		}
		if t, ok := q.Texts[in.Name]; ok {
			out.Text[i], out.Given[i] = t, true
		}
	}
	for i, m := range q.Moves {
		at, rate := find(m.Input), rat.Int(1)
		if i == 0 {
			out.First = at
		} else if !m.Rate.IsZero() {
			rate = rat.Of(m.Rate)
		}
		if out.Rate[at] = rate; rate.Sign() < 0 {
			bad = append(bad, fmt.Errorf("%s moves down: a rate is above 0", m.Input))
		}
		out.Given[at] = true
	}
	for _, t := range q.Ties {
		made := &model.Tie{Largest: t.Largest}
		for _, of := range t.Of {
			made.Of = append(made.Of, find(of))
		}
		at := find(t.Input)
		if len(made.Of) == 0 || slices.ContainsFunc(made.Of, func(of int) bool { return of == at || out.Ties[of] != nil }) || out.Rate[at] != nil {
			bad = append(bad, fmt.Errorf("%s is tied to nothing, to itself, to what is tied, or moves on its own", t.Input))
			continue
		}
		out.Ties[at], out.Given[at] = made, true
	}
	for _, c := range q.Covers {
		out.Covers = append(out.Covers, [2]int{find(c.Input), find(c.Of)})
	}
	return p, out, errors.Join(bad...)
}
