package fixed

import (
	"math/big"
	"math/bits"
)

// Int128 is a signed 128-bit integer, Hi·2^64 + Lo in two's complement. Two of them
// are equal exactly when == says so. The zero value is 0.
type Int128 struct {
	// Hi holds the upper 64 bits and the sign.
	Hi int64
	// Lo holds the lower 64 bits.
	Lo uint64
}

// FromInt64 widens v.
func FromInt64(v int64) Int128 { return Int128{Hi: v >> 63, Lo: uint64(v)} }

// FromBig narrows v, false when it does not fit.
func FromBig(v *big.Int) (Int128, bool) {
	if v.BitLen() > 127 {
		return fromWideBig(v)
	}
	var bytes [16]byte
	v.FillBytes(bytes[:])
	u := uint128{be64(bytes[:8]), be64(bytes[8:])}
	return u.signed(v.Sign() < 0)
}

// fromWideBig finds −2^127, the only value of 128 bits that fits.
func fromWideBig(v *big.Int) (Int128, bool) {
	if v.Sign() < 0 && v.BitLen() == 128 && v.TrailingZeroBits() == 127 {
		return minInt128(), true
	}
	return Int128{}, false
}

func minInt128() Int128 { return Int128{Hi: -1 << 63} }

func be64(b []byte) (v uint64) {
	for _, x := range b {
		v = v<<8 | uint64(x)
	}
	return v
}

// Big is a fresh big integer of the same value.
func (a Int128) Big() *big.Int {
	hi := new(big.Int).Lsh(big.NewInt(a.Hi), 64)
	return hi.Add(hi, new(big.Int).SetUint64(a.Lo))
}

// IsInt64 reports whether the value fits int64.
func (a Int128) IsInt64() bool { return a.Hi == int64(a.Lo)>>63 }

// Int64 narrows the value, false when it does not fit.
func (a Int128) Int64() (int64, bool) {
	if !a.IsInt64() {
		return 0, false
	}
	return int64(a.Lo), true
}

// Sign is −1, 0 or 1.
func (a Int128) Sign() int {
	switch {
	case a.Hi < 0:
		return -1
	case a == Int128{}:
		return 0
	}
	return 1
}

// Cmp is −1, 0 or 1 as a is below, equal to or above b.
func (a Int128) Cmp(b Int128) int {
	switch {
	case a == b:
		return 0
	case a.Hi < b.Hi || a.Hi == b.Hi && a.Lo < b.Lo:
		return -1
	}
	return 1
}

// Add is a + b, false on overflow.
func (a Int128) Add(b Int128) (Int128, bool) {
	lo, carry := bits.Add64(a.Lo, b.Lo, 0)
	hi, _ := bits.Add64(uint64(a.Hi), uint64(b.Hi), carry)
	sum := Int128{int64(hi), lo}
	if (a.Hi < 0) == (b.Hi < 0) && (sum.Hi < 0) != (a.Hi < 0) {
		return Int128{}, false
	}
	return sum, true
}

// Sub is a − b, false on overflow.
func (a Int128) Sub(b Int128) (Int128, bool) {
	lo, borrow := bits.Sub64(a.Lo, b.Lo, 0)
	hi, _ := bits.Sub64(uint64(a.Hi), uint64(b.Hi), borrow)
	diff := Int128{int64(hi), lo}
	if (a.Hi < 0) != (b.Hi < 0) && (diff.Hi < 0) != (a.Hi < 0) {
		return Int128{}, false
	}
	return diff, true
}

// Neg is −a, false for −2^127.
func (a Int128) Neg() (Int128, bool) { return Int128{}.Sub(a) }

// MulInt64 is a × b, false on overflow.
func (a Int128) MulInt64(b int64) (Int128, bool) { return a.Mul(FromInt64(b)) }

// MulWide is a × b of two int64. It cannot overflow.
func MulWide(a, b int64) Int128 {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	// The unsigned product counts 2^64 too much for each negative factor.
	return Int128{int64(hi) - a>>63&b - b>>63&a, lo}
}

// Mul is a × b, false on overflow.
func (a Int128) Mul(b Int128) (Int128, bool) {
	if a.IsInt64() && b.IsInt64() {
		return MulWide(int64(a.Lo), int64(b.Lo)), true
	}
	product, ok := a.magnitude().mul(b.magnitude())
	if !ok {
		return Int128{}, false
	}
	return product.signed(a.Hi < 0 != (b.Hi < 0))
}

// QuoRem divides toward zero: a = quo×b + rem, and rem has a's sign. It is false for
// b = 0 and for −2^127 ÷ −1.
func (a Int128) QuoRem(b Int128) (quo, rem Int128, ok bool) {
	if b == (Int128{}) {
		return Int128{}, Int128{}, false
	}
	q, r := a.magnitude().quoRem(b.magnitude())
	quo, ok = q.signed(a.Hi < 0 != (b.Hi < 0))
	if !ok {
		return Int128{}, Int128{}, false
	}
	rem, _ = r.signed(a.Hi < 0)
	return quo, rem, true
}
