// Package fx holds dated exchange rates and finds the one that a conversion uses,
// so that a statement can show which rate it was, of which day, and how it was
// applied.
//
// # Terms
//
//   - [Rate] is a number of units of To for one unit of From, in a named set, on a
//     day. A set is one source or purpose: "plan rate", "spot", "month average".
//   - [Table] holds the rates of all sets. [Table.Find] answers with a [Quote].
//   - [Policy] says what may stand in for a rate that is missing: an earlier day,
//     the inverse, or a way through a third currency. By default, nothing.
//   - [Quote] is the rates that were found, and converts an amount with them.
//
// # Traps
//
// A direct rate multiplies and is exact: 5.00 USD at 0.89 is 4.4500 EUR, and
// rounding to cents is a step of its own. An inverse divides, half-even to 16
// places. A way through a third currency multiplies all that multiplies and then
// divides once. The inverse of a published rate is seldom the rate that is
// published for the other direction, so it is used only if the policy allows it.
//
// What is allowed is tried in a fixed order, and the first that answers is taken:
// direct, inverse, then through the third currency. A direct rate of an earlier
// day, if the policy allows that day, goes before an inverse of the day itself.
package fx
