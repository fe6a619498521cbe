package table

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/internal/fixed"
)

// marginal pays each slice at its own tier's rate: within a tier, what the tiers
// below are worth, and the tier's rate for what lies above its edge.
func (t Table) marginal() []linear {
	out := make([]linear, 1, len(t.Tiers)+1) // below the first edge: nothing, unless the first rate goes on
	worth := decimal.Zero                    // of the tiers below, for each unit of what the edges are
	for i, tier := range t.Tiers {
		from := t.start(i)
		if i > 0 {
			worth = worth.Add(from.Sub(t.start(i - 1)).Mul(t.Tiers[i-1].Rate))
		}
		out = append(out, linear{from: tier.From, above: t.above(i), rate: tier.Rate, of: worth.Sub(from.Mul(tier.Rate))})
	}
	if t.below() == Extend {
		out[0].rate, out[0].of = out[1].rate, out[1].of
	}
	return out
}

// start is where the slice of a tier begins. Where the first rate goes on below its edge, it
// begins at nothing.
func (t Table) start(i int) decimal.Decimal {
	if i == 0 && t.below() == Extend {
		return decimal.Zero
	}
	return t.Tiers[i].From
}

// Slice is the part of an amount that lay in one tier, from Low to High, at the
// tier's rate. All are coefficients: Low, High and Amount at AmountScale, Pays at
// the curve's Scale.
type Slice struct {
	Tier              int
	Low, High, Amount *big.Int
	Pays              *big.Int
	AmountScale       uint8
}

// Slices is how a marginal curve's pay for x comes about: their Pays add up to it. There
// are none where nothing is paid below the first edge.
func (c *Curve) Slices(x, quota *big.Int) []Slice {
	x = new(big.Int).Mul(x, fixed.Pow10Big(c.shift))
	tiers := c.table.Tiers
	low := c.scaled(c.table.start(0), quota)
	if c.table.below() != Extend && x.Cmp(low) <= 0 {
		return nil
	}
	var out []Slice
	for i, tier := range tiers {
		top, last := x, i+1 == len(tiers)
		var high *big.Int
		if !last {
			if high = c.scaled(tiers[i+1].From, quota); high.Cmp(x) < 0 {
				top = high
			}
		}
		amount := new(big.Int).Sub(top, low)
		pays := new(big.Int).Mul(amount, coefficient(tier.Rate, int(c.Scale)-c.common))
		out = append(out, Slice{i, low, top, amount, pays, uint8(c.common)})
		if last || x.Cmp(high) <= 0 {
			break
		}
		low = high
	}
	return out
}
