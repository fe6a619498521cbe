// Package proration weighs days: how much of a window they are, and what is due of it where on some days only a part
// is. Weights are exact; who divides by them rounds once.
package proration

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/calendar"
)

// Step is days of which each counts as Part of a day, and why.
type Step struct {
	Days calendar.Range
	Part decimal.Decimal
	Why  string
}

// Weight is how much of a window a run of days is: Num of Den. Due is Num where each day counts by its part.
type Weight struct {
	Num, Den int64
	Due      decimal.Decimal
	Steps    []Counted // those that made a difference
}

// Counted is a step with how many days it has.
type Counted struct {
	Step
	Num int64 // of the days
}

// Of weighs a run of days. Steps do not overlap, and are in order; on other days all is due. The days of what is cut
// come to those of the run, whatever the basis: each is what it adds to those before it.
func Of(run, window calendar.Range, b calendar.Basis, steps []Step) (w Weight, err error) {
	if w.Num, w.Den, err = calendar.Fraction(run, window, b); err != nil {
		return w, err
	}
	w.Due = decimal.New(w.Num, 0)
	run = run.Intersect(window)
	for _, s := range steps {
		days := s.Days.Intersect(run)
		if days.Empty() || !days.From.Before(days.To) {
			continue
		}
		before, err := upTo(run, days.From, window, b)
		if err != nil {
			return w, err
		}
		with, err := upTo(run, days.To, window, b)
		if err != nil {
			return w, err
		}
		n := with - before
		if n == 0 || s.Part.Equal(one) {
			continue
		}
		w.Due = w.Due.Sub(decimal.New(n, 0).Mul(one.Sub(s.Part)))
		w.Steps = append(w.Steps, Counted{Step{days, s.Part, s.Why}, n})
	}
	return w, nil
}

var one = decimal.New(1, 0)

// upTo counts the days of a run before a day.
func upTo(run calendar.Range, day calendar.Date, window calendar.Range, b calendar.Basis) (int64, error) {
	if !run.From.Before(day) {
		return 0, nil
	}
	run.To = day
	n, _, err := calendar.Fraction(run, window, b)
	return n, err
}

// Days says what a basis counts.
func Days(b calendar.Basis) string {
	switch b.Method {
	case calendar.WorkingDays:
		return "working days"
	case calendar.WholeMonths:
		return "months"
	case calendar.Thirty360US, calendar.Thirty360EU:
		return "days of " + b.Method.String()
	}
	return "days"
}

// Text is days as explanations write them: "15 of 30 days".
func (w Weight) Text(b calendar.Basis) string {
	return fmt.Sprintf("%d of %d %s", w.Num, w.Den, Days(b))
}

// Combine joins two lists of steps, each in order and without overlaps: on days that both have, both parts count.
func Combine(a, b []Step) (out []Step) {
	if len(a) == 0 || len(b) == 0 {
		return append(a, b...)
	}
	var cuts []calendar.Date
	open := false // a step never ends
	for _, s := range slices.Concat(a, b) {
		cuts = append(cuts, s.Days.From)
		if open = open || s.Days.To.IsZero(); !s.Days.To.IsZero() {
			cuts = append(cuts, s.Days.To)
		}
	}
	slices.SortFunc(cuts, calendar.Date.Compare)
	cuts = slices.Compact(cuts)
	if open {
		cuts = append(cuts, calendar.Date{})
	}
	for i := range len(cuts) - 1 {
		s := Step{Days: calendar.Range{From: cuts[i], To: cuts[i+1]}, Part: one}
		for _, of := range [][]Step{a, b} {
			for _, o := range of {
				if o.Days.Covers(s.Days) {
					s.Part = s.Part.Mul(o.Part)
					if s.Why != "" {
						s.Why += ", "
					}
					s.Why += o.Why
				}
			}
		}
		if s.Why != "" || !s.Part.Equal(one) {
			out = append(out, s)
		}
	}
	return out
}
