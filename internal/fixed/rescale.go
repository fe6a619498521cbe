package fixed

import "math/big"

// RescaleInt64 writes coef ÷ 10^from as a coefficient at scale to, rounded with m
// when places are lost. Scales may be negative. It is false on overflow.
func RescaleInt64(coef int64, from, to int, m Mode) (int64, bool) {
	shift := to - from
	switch {
	case shift == 0 || coef == 0:
		return coef, true
	case 0 < shift && shift <= 18:
		return MulWide(coef, Pow10Int64(shift)).Int64()
	case -18 <= shift && shift < 0:
		return DivRoundInt64(coef, Pow10Int64(-shift), m)
	}
	wide, ok := RescaleInt128(FromInt64(coef), from, to, m)
	if !ok {
		return 0, false
	}
	return wide.Int64()
}

// RescaleInt128 writes coef ÷ 10^from as a coefficient at scale to, rounded with m
// when places are lost. Scales may be negative. It is false on overflow.
func RescaleInt128(coef Int128, from, to int, m Mode) (Int128, bool) {
	shift := to - from
	switch {
	case shift == 0 || coef == Int128{}:
		return coef, true
	case shift > MaxDigits:
		return Int128{}, false
	case shift > 0:
		return coef.Mul(Pow10(shift))
	case shift < -MaxDigits:
		// 10^39 is more than twice any coefficient: less than half is left.
		return FromInt64(crumb(coef.Sign() < 0, m)), true
	}
	return coef.DivRound(Pow10(-shift), m)
}

// RescaleBig is a fresh coefficient at scale to of coef ÷ 10^from, rounded with m
// when places are lost. Scales may be negative. Going to a finer scale makes as many
// digits as it is asked for: the caller bounds to − from.
func RescaleBig(coef *big.Int, from, to int, m Mode) *big.Int {
	shift := to - from
	switch {
	case shift == 0 || coef.Sign() == 0:
		return new(big.Int).Set(coef)
	case shift > 0:
		return new(big.Int).Mul(coef, Pow10Big(shift))
	case -shift > coef.BitLen():
		// 10^n is more than twice 2^n: less than half is left, whatever the power.
		return big.NewInt(crumb(coef.Sign() < 0, m))
	}
	return DivRound(coef, Pow10Big(-shift), m)
}

// crumb rounds a value that is not 0 but less than a half.
func crumb(negative bool, m Mode) int64 {
	if m.away(place{negative: negative, half: -1}) {
		return step(negative)
	}
	return 0
}

// Strip drops trailing decimal zeros of coef while scale is above 0, and gives the
// smallest coefficient and scale of the same value.
func Strip(coef Int128, scale uint8) (Int128, uint8) {
	if coef == (Int128{}) {
		return coef, 0
	}
	if coef.IsInt64() {
		v := int64(coef.Lo)
		for scale > 0 && v%10 == 0 {
			v, scale = v/10, scale-1
		}
		return FromInt64(v), scale
	}
	for scale > 0 && coef.Lo&1 == 0 {
		quo, rem, _ := coef.QuoRem(FromInt64(10))
		if rem != (Int128{}) {
			break
		}
		coef, scale = quo, scale-1
	}
	return coef, scale
}
