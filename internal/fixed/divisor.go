package fixed

import "math/bits"

// Divisor divides int64 by one number many times: by multiplying with its reciprocal
// (Granlund and Montgomery, "Division by Invariant Integers using Multiplication", PLDI
// 1994). Magnitudes are below 2^63 but for −2^63, which takes the slow way.
type Divisor struct {
	den   int64
	half  uint64 // den ÷ 2, rounded down
	magic uint64
	shift uint
	mode  Mode
}

// NewDivisor prepares to divide by den, a power of ten up to 10^18, rounding with m.
func NewDivisor(den int64, m Mode) Divisor {
	d := Divisor{den: den, half: uint64(den) / 2, mode: m}
	// With l = ⌈log2 den⌉ and m = ⌊2^(63+l) ÷ den⌋ + 1, n × m >> (63+l) is n ÷ den for all
	// n below 2^63.
	l := uint(bits.Len64(uint64(den) - 1))
	if den > 1 {
		quo, _ := bits.Div64(1<<(l-1), 0, uint64(den))
		d.magic, d.shift = quo+1, l-1
	}
	return d
}

// Round is v ÷ den, rounded.
func (d *Divisor) Round(v int64) int64 {
	if v == -1<<63 || d.den == 1 || d.mode != HalfEven {
		q, _ := DivRoundInt64(v, d.den, d.mode)
		return q
	}
	sign := v >> 63
	n := uint64((v ^ sign) - sign)
	hi, _ := bits.Mul64(n, d.magic)
	q := hi >> d.shift
	rest := n - q*uint64(d.den)
	// Past the middle, or at it with an odd quotient; den is even, but for 1.
	if rest+q&1 > d.half {
		q++
	}
	return (int64(q) ^ sign) - sign
}

// RoundAll is Round of each of v into out, which is as long.
func (d *Divisor) RoundAll(out, v []int64) {
	if d.den == 1 || d.mode != HalfEven {
		for i, n := range v {
			out[i] = d.Round(n)
		}
		return
	}
	den, magic, shift, half := uint64(d.den), d.magic, d.shift&63, d.half
	for i, v := range v {
		sign := v >> 63
		n := uint64((v ^ sign) - sign)
		hi, _ := bits.Mul64(n, magic)
		q := hi >> shift
		if rest := n - q*den; rest+q&1 > half {
			q++
		}
		out[i] = (int64(q) ^ sign) - sign
	}
}
