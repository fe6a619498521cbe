package fixed

import "math/bits"

// MulInt64 is a × b, and whether it fits.
func MulInt64(a, b int64) (product int64, ok bool) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	h := int64(hi) - (a>>63)&b - (b>>63)&a
	return int64(lo), h == int64(lo)>>63
}

// AddInt64 is a + b, and whether it fits.
func AddInt64(a, b int64) (sum int64, ok bool) {
	s := a + b
	return s, (a^s)&(b^s) >= 0
}

// SubInt64 is a − b, and whether it fits.
func SubInt64(a, b int64) (difference int64, ok bool) {
	d := a - b
	return d, (a^b)&(a^d) >= 0
}

// DivScaledInt64 is a × factor ÷ b rounded half-even, with the product held in 128
// bits, and whether it is less than 2^62 in size. b = 0 gives none.
func DivScaledInt64(a, b int64, factor uint64) (quotient int64, ok bool) {
	den := magnitude64(b)
	hi, lo := bits.Mul64(magnitude64(a), factor)
	if hi >= den { // so it is for b = 0
		return 0, false
	}
	q, rest := bits.Div64(hi, lo, den)
	if q >= 1<<62 { // before rounding: the largest q would become 0
		return 0, false
	}
	if half := den - rest; rest > half || rest == half && q&1 == 1 {
		q++
	}
	if (a < 0) != (b < 0) {
		return -int64(q), true
	}
	return int64(q), true
}
