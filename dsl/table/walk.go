package table

import (
	"fmt"
	"math/big"

	"github.com/payproof/payproof/internal/fixed"
)

// Walk is a table prepared for amounts and quotas of fixed scales. It is immutable
// and safe for concurrent use. Amounts and quotas go in as coefficients at those
// scales; pay comes out at Scale, rates at RateScale.
type Walk struct {
	Scale     uint8 // decimal places of pay
	RateScale uint8 // decimal places of a rate
	table     Table
	xShift    int // places added to an amount to reach the common scale
	common    int
	wideEdges []*big.Int // at the common scale, or at common − quota scale for shares of quota
	wideRates []*big.Int
	edges     []int64
	rates     []int64
	xFactor   int64
	fits      bool // edges, rates and xFactor fit their int64 forms
}

// maxScale bounds the places of a result: more can't be held exactly.
const maxScale = 38

// Pays prepares t for amounts with xScale decimal places and, when its edges are
// shares of a quota, quotas with quotaScale places. The error says that the
// result would need more than 38 places.
func (t Table) Pays(xScale, quotaScale uint8) (*Walk, error) {
	w := &Walk{table: t}
	edgeScale, rateScale := 0, 0
	for _, tier := range t.Tiers {
		edgeScale, rateScale = max(edgeScale, places(tier.From)), max(rateScale, places(tier.Rate))
	}
	quota := 0
	if t.Edges == OfQuota {
		quota = int(quotaScale)
	}
	w.common = max(int(xScale), edgeScale+quota)
	if w.common+rateScale > maxScale {
		return nil, fmt.Errorf("table %q would pay with %d decimal places, at most %d are held; use fewer places in its edges or rates", t.Name, w.common+rateScale, maxScale)
	}
	w.xShift, w.Scale, w.RateScale = w.common-int(xScale), uint8(w.common+rateScale), uint8(rateScale)
	for _, tier := range t.Tiers {
		w.wideEdges = append(w.wideEdges, coefficient(tier.From, w.common-quota))
		w.wideRates = append(w.wideRates, coefficient(tier.Rate, rateScale))
	}
	w.narrow()
	return w, nil
}

func (w *Walk) narrow() {
	factor := fixed.Pow10Big(w.xShift)
	w.fits, w.xFactor = factor.IsInt64(), factor.Int64()
	for i, e := range w.wideEdges {
		w.fits = w.fits && e.IsInt64() && w.wideRates[i].IsInt64()
		w.edges = append(w.edges, e.Int64())
		w.rates = append(w.rates, w.wideRates[i].Int64())
	}
}

// NeedsQuota reports whether the edges are shares of a quota.
func (w *Walk) NeedsQuota() bool { return w.table.Edges == OfQuota }

// edge is the i-th edge at the common scale.
func (w *Walk) edge(i int, quota int64) (int64, bool) {
	if w.table.Edges == OfQuota {
		return fixed.MulInt64(w.edges[i], quota)
	}
	return w.edges[i], true
}

func (w *Walk) wideEdge(i int, quota *big.Int) *big.Int {
	if w.table.Edges == OfQuota {
		return new(big.Int).Mul(w.wideEdges[i], quota)
	}
	return w.wideEdges[i]
}
