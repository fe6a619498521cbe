package shape

// Table is a rate table.
func Table() Block {
	b := block("table", "A rate table: tiers over a measure, each with its rate.",
		may("marginal by", text(), "The measure whose slices are each paid at the rate of their own tier.", "bookings"),
		may("whole by", text(), "The measure whose tier reached gives the rate for the whole amount.", "bookings", "attainment"),
		may("edges", word("% of quota", "amount"), `What the tiers' edges are: parts of the quota ("% of quota", in quotes), or amounts, which is the default.`, "% of quota"),
		need("tiers", list(nested(Tier())), "The tiers, from low to high; the first starts at 0.",
			example(`[{"from": "0%", "rate": "6%"}, {"from": "100%", "rate": "9%"}]`)),
	)
	b.OneOf = []string{"marginal by", "whole by"}
	b.Later = named("excess by", "interpolated by", "lookup by", "matrix by", "proportional by", "step by", "edge", "below")
	return b
}

// Tier is a step of a table.
func Tier() Block {
	b := block("tier", "A step of a rate table.",
		may("from", number(), "The edge at which the tier starts; the edge itself belongs to it.", "100%", "450_000 USD"),
		may("above", number(), "The edge behind which the tier starts; the edge itself belongs to the tier below.", "100%"),
		need("rate", rate(), "The rate that the tier pays.", "9%", "0.5%"),
	)
	b.OneOf = []string{"from", "above"}
	b.Later = named("amount", "to")
	return b
}
