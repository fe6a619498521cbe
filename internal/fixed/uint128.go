package fixed

import "math/bits"

// uint128 is a magnitude, hi·2^64 + lo.
type uint128 struct{ hi, lo uint64 }

// magnitude is |a|. It holds for −2^127 too.
func (a Int128) magnitude() uint128 {
	if a.Hi >= 0 {
		return uint128{uint64(a.Hi), a.Lo}
	}
	return uint128{}.sub(uint128{uint64(a.Hi), a.Lo})
}

// signed gives the magnitude a sign, false when it does not fit.
func (u uint128) signed(negative bool) (Int128, bool) {
	if !negative {
		return Int128{int64(u.hi), u.lo}.ifSo(u.hi < 1<<63)
	}
	fits := u.hi < 1<<63 || u == uint128{1 << 63, 0}
	u = uint128{}.sub(u)
	return Int128{int64(u.hi), u.lo}.ifSo(fits)
}

func (a Int128) ifSo(ok bool) (Int128, bool) {
	if !ok {
		return Int128{}, false
	}
	return a, true
}

func (u uint128) cmp(v uint128) int {
	switch {
	case u == v:
		return 0
	case u.hi < v.hi || u.hi == v.hi && u.lo < v.lo:
		return -1
	}
	return 1
}

// sub wraps around.
func (u uint128) sub(v uint128) uint128 {
	lo, borrow := bits.Sub64(u.lo, v.lo, 0)
	hi, _ := bits.Sub64(u.hi, v.hi, borrow)
	return uint128{hi, lo}
}

// mul is false on overflow of the 128 bits.
func (u uint128) mul(v uint128) (uint128, bool) {
	if u.hi != 0 && v.hi != 0 {
		return uint128{}, false
	}
	hi, lo := bits.Mul64(u.lo, v.lo)
	over, cross := bits.Mul64(u.hi, v.lo)
	if u.hi == 0 {
		over, cross = bits.Mul64(u.lo, v.hi)
	}
	hi, carry := bits.Add64(hi, cross, 0)
	return uint128{hi, lo}, over == 0 && carry == 0
}

// quoRem divides by v, which is not 0.
func (u uint128) quoRem(v uint128) (quo, rem uint128) {
	if v.hi == 0 {
		hi, left := u.hi/v.lo, u.hi%v.lo
		lo, r := bits.Div64(left, u.lo, v.lo)
		return uint128{hi, lo}, uint128{0, r}
	}
	// The quotient fits 64 bits. Dividing by the top 64 bits of v, normalised, gives
	// it or one more (Knuth, TAOCP 2, 4.3.1, theorem B); halving u first keeps
	// Div64 from overflowing, and one less than the estimate is never too much.
	shift := bits.LeadingZeros64(v.hi)
	top := v.hi<<shift | v.lo>>1>>(63-shift)
	estimate, _ := bits.Div64(u.hi>>1, u.hi<<63|u.lo>>1, top)
	estimate >>= 63 - shift
	if estimate > 0 {
		estimate--
	}
	product, _ := v.mul(uint128{0, estimate})
	rem = u.sub(product)
	if rem.cmp(v) >= 0 {
		estimate++
		rem = rem.sub(v)
	}
	return uint128{0, estimate}, rem
}
