package table

// values gives what the tier reached says: the rate of a whole table, which a formula
// multiplies with all of the amount.
func (t Table) values() []linear {
	out := make([]linear, 1, len(t.Tiers)+1)
	for i, tier := range t.Tiers {
		out = append(out, linear{from: tier.From, above: t.above(i), value: tier.Rate})
	}
	if below := t.below(); below == Extend || below == First {
		out[0].value = out[1].value
	}
	return out
}
