package table

import (
	"math/big"

	"github.com/payproof/payproof/internal/fixed"
)

// Reached is the index of the tier that x reaches, or -1 below the first edge.
// ok is false when a step leaves int64: ask ReachedWide.
func (w *Walk) Reached(x, quota int64) (tier int, ok bool) {
	if !w.fits {
		return 0, false
	}
	x, ok = fixed.MulInt64(x, w.xFactor)
	tier = -1
	for i := range w.edges {
		edge, fits := w.edge(i, quota)
		if ok = ok && fits; !ok {
			return 0, false
		}
		if x < edge || x == edge && w.table.Tiers[i].Above {
			break
		}
		tier = i
	}
	return tier, ok
}

// ReachedWide is Reached for any size of number.
func (w *Walk) ReachedWide(x, quota *big.Int) int {
	x = new(big.Int).Mul(x, fixed.Pow10Big(w.xShift))
	tier := -1
	for i := range w.wideEdges {
		c := x.Cmp(w.wideEdge(i, quota))
		if c < 0 || c == 0 && w.table.Tiers[i].Above {
			break
		}
		tier = i
	}
	return tier
}

// Rate is the rate of a tier at RateScale, and zero for tier -1: below the first
// edge a whole table pays nothing. ok is false when it does not fit.
func (w *Walk) Rate(tier int) (rate int64, ok bool) {
	if tier < 0 {
		return 0, true
	}
	return w.rates[tier], w.fits
}

// RateWide is Rate for any size of number.
func (w *Walk) RateWide(tier int) *big.Int {
	if tier < 0 {
		return new(big.Int)
	}
	return w.wideRates[tier]
}

// Tier is the i-th tier as the plan wrote it.
func (w *Walk) Tier(i int) Tier { return w.table.Tiers[i] }

// Name is the table's name.
func (w *Walk) Name() string { return w.table.Name }
