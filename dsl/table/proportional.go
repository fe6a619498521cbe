package table

import "github.com/shopspring/decimal"

// A proportional table pays all of the amount at a rate that grows from point to point: the
// rate is that of its [Line], and the pay the amount × the rate.

// payFalls reports whether amount × rate falls somewhere before the upper of two points. It is
// a parabola between them, and falls before its end if it falls at its end.
func payFalls(lower, upper Tier) bool {
	rise, run := upper.Rate.Sub(lower.Rate), upper.From.Sub(lower.From)
	return run.IsPositive() && upper.Rate.Mul(run).Add(upper.From.Mul(rise)).LessThan(decimal.Zero)
}
