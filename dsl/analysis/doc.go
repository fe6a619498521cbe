// Package analysis proves things about compiled formulas: that selling more never pays less,
// what a part can be, which branch or tier is never reached, what depends on what.
//
//	verdict, err := analysis.Monotone(formula, analysis.Question{
//		Moves:  []analysis.Move{{Input: "bookings"}},
//		Ranges: map[string]analysis.Range{"bookings": analysis.AtLeast(decimal.Zero)},
//	})
//
// Terms. A [Question] says which inputs rise together, what the others may be, and which are
// made of others. A [Verdict] is proved, or shows two rows of which the second has more and
// pays less, or says how many rows were tried: that none was found is no proof. A [Shape] is the
// exact function of one input that a formula is when all else is fixed, with each jump's value
// before, at and behind it. [Check] finds conditions that never change, branches and tiers that
// are never reached, and divisions by what can be 0. A [Graph] of named formulas tells what they
// read, and finds circles.
//
// Numbers are exact fractions. What a formula rounds inside of itself is taken for exact by a
// shape, which says how far it may be off: within half a unit of the last place. A proof over all
// values takes roundings as they are, because a rounding keeps the order.
//
// Traps. A proof is about rows on which the formula has a value: a division by zero is no fall.
// It is about the formula, before it is rounded to cents and before caps. It holds for the ranges
// of the question alone: state that a quota is above zero and that amounts are not negative. And
// what is "more" is the question's to say: for each credit, after(bookings) is before(bookings) +
// amount, and rises with the amount, as [Tie] says.
package analysis
