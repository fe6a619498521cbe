package table

import (
	"math/big"

	"github.com/payproof/payproof/internal/fixed"
)

// Marginal is the pay for an amount x, each slice at its own tier's rate, at
// w.Scale places. Below zero the first tier's rate goes on, so that pay taken back
// mirrors pay given. ok is false when a step leaves int64: ask MarginalWide.
func (w *Walk) Marginal(x, quota int64) (pay int64, ok bool) {
	if !w.fits {
		return 0, false
	}
	x, ok = fixed.MulInt64(x, w.xFactor)
	if !ok {
		return 0, false
	}
	low, okLow := w.edge(0, quota)
	for i := range w.edges {
		top, high, okHigh := x, int64(0), true
		if i+1 < len(w.edges) {
			high, okHigh = w.edge(i+1, quota)
			top = min(x, high)
		}
		part, okPart := fixed.MulInt64(top-low, w.rates[i]) // low is never negative, and is 0 when top is
		var okSum bool
		pay, okSum = fixed.AddInt64(pay, part)
		if !okLow || !okHigh || !okPart || !okSum {
			return 0, false
		}
		if x <= high && i+1 < len(w.edges) {
			break
		}
		low = high
	}
	return pay, true
}

// Slice is the part of an amount that lay in one tier: from Low to High, at the
// tier's rate. All are coefficients: Low, High and Amount at AmountScale, Pays at
// the walk's Scale.
type Slice struct {
	Tier              int
	Low, High, Amount *big.Int
	Pays              *big.Int
	AmountScale       uint8
}

// Slices is how Marginal's pay for x comes about: their Pays add up to it.
func (w *Walk) Slices(x, quota *big.Int) []Slice {
	x = new(big.Int).Mul(x, fixed.Pow10Big(w.xShift))
	var out []Slice
	low := w.wideEdge(0, quota)
	for i := range w.wideEdges {
		top, last := x, i+1 == len(w.wideEdges)
		var high *big.Int
		if !last {
			if high = w.wideEdge(i+1, quota); high.Cmp(x) < 0 {
				top = high
			}
		}
		amount := new(big.Int).Sub(top, low)
		out = append(out, Slice{i, low, top, amount, new(big.Int).Mul(amount, w.wideRates[i]), uint8(w.common)})
		if last || x.Cmp(high) <= 0 {
			break
		}
		low = high
	}
	return out
}

// MarginalWide is Marginal for any size of number.
func (w *Walk) MarginalWide(x, quota *big.Int) *big.Int {
	total := new(big.Int)
	for _, s := range w.Slices(x, quota) {
		total.Add(total, s.Pays)
	}
	return total
}
