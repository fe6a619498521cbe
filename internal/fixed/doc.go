// Package fixed is the number kernel: integers that stand for decimals, and the only
// code in this module that rounds.
//
// A decimal is a coefficient and a scale: the value is coefficient ÷ 10^scale. The
// caller knows the scale; the kernel only sees coefficients. They come in three
// widths, int64, [Int128] and [math/big.Int], each tried when the one before it
// overflows. The three agree on every value that they can all hold, which a property
// test proves, so a caller may change width without changing money.
//
// Terms: a [Mode] says which neighbour an inexact result goes to; rescaling writes
// the same value with another number of places; canonical text has no exponent, no
// trailing zero and no negative zero.
//
// Traps: every operation that can leave its width says so with a last result of
// false and gives 0 then, so the result must not be used unread. Division by zero is
// reported in the same way. Places may be negative where a function says so (−2
// rounds to hundreds), stored scales never are.
package fixed
