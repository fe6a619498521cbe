package table

import "github.com/shopspring/decimal"

// Gives reports the value of a step table, and of any other with tiers the rate, for a
// number that reaches the tier of that index; -1 is below the first.
func (c *Curve) Gives(tier int) decimal.Decimal {
	if tier >= 0 {
		return c.table.Tiers[tier].Rate
	}
	if below := c.table.below(); below == Extend || below == First {
		return c.table.Tiers[0].Rate
	}
	return decimal.Zero
}
