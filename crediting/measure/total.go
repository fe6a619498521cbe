package measure

import (
	"math/bits"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/internal/fixed"
)

// total is a sum of decimals, the same to its last place as decimal.Add and Sub give it. It
// allocates nothing while the coefficient fits in 64 bits.
type total struct {
	coef  int64
	scale int32           // decimal places, the most of all that was added
	wide  decimal.Decimal // instead, once something did not fit
	big   bool
}

// most is how many digits a summand may have to be added in 64 bits.
const most = 18

func (t *total) add(d decimal.Decimal) {
	if c, scale, ok := narrow(d); t.big || !ok || !t.addInt64(c, scale) {
		t.wide, t.big = t.value().Add(d), true
	}
}

// sub takes d away.
func (t *total) sub(d decimal.Decimal) {
	if c, scale, ok := narrow(d); t.big || !ok || !t.addInt64(-c, scale) {
		t.wide, t.big = t.value().Sub(d), true
	}
}

// narrow is the coefficient and the places of d, where both are small.
func narrow(d decimal.Decimal) (c int64, scale int32, ok bool) {
	scale = -d.Exponent()
	if scale < 0 || scale > most || d.NumDigits() > most {
		return 0, 0, false
	}
	return d.CoefficientInt64(), scale, true
}

// addInt64 reports whether the sum fits; if not, nothing is added.
func (t *total) addInt64(c int64, scale int32) bool {
	sum, of := t.coef, t.scale
	var ok bool
	if of < scale {
		sum, ok = shift(sum, scale-of)
		of = scale
	} else {
		c, ok = shift(c, of-scale)
	}
	next := sum + c
	if !ok || (next > sum) != (c > 0) && c != 0 {
		return false
	}
	t.coef, t.scale = next, of
	return true
}

// shift is n × 10^places.
func shift(n int64, places int32) (int64, bool) {
	if places == 0 {
		return n, true
	}
	hi, lo := bits.Mul64(uint64(max(n, -n)), uint64(fixed.Pow10Int64(int(places))))
	if hi != 0 || lo >= 1<<63 || n == -1<<63 || places > most {
		return 0, false
	}
	if n < 0 {
		return -int64(lo), true
	}
	return int64(lo), true
}

func (t *total) value() decimal.Decimal {
	if t.big {
		return t.wide
	}
	return decimal.New(t.coef, -t.scale)
}
