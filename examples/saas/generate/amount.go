package main

// quantiles is the size of a deal in thousandths of its segment's median, at every
// twentieth of the way: a log-normal curve with σ = 0.9, and a longer last step for
// the few very large deals.
var quantiles = []int{
	80, 228, 316, 394, 469, 545, 624, 707, 796, 893, 1000,
	1120, 1256, 1415, 1603, 1835, 2133, 2541, 3170, 4394, 11500,
}

// medians is the middle new Core deal of a segment, in whole dollars.
var medians = map[string]int{"Enterprise": 10_600, "Commercial": 4350, "SMB": 1270}

// Sizes of the other products and kinds, in percent of a new Core deal.
var (
	productSizes = map[string]int{"Core": 100, "Security": 75, "Services": 40}
	kindSizes    = map[string]int{"new": 115, "expansion": 75, "renewal": 105}
)

// newAmount draws the amount of a deal in cents.
func newAmount(d *dice, segment, product, kind string) int {
	step, along := d.below(len(quantiles)-1), d.below(1000)
	size := quantiles[step] + (quantiles[step+1]-quantiles[step])*along/1000
	cents := medians[segment] * size / 10 * productSizes[product] * kindSizes[kind] / 10_000
	return priced(d, cents, kind)
}

// priced rounds an amount as price lists and discounts leave it. Renewals stay on
// the list price in tens of dollars, so that half of one is whole cents.
func priced(d *dice, cents int, kind string) int {
	cents = max(cents, 90_00)
	switch draw := d.below(100); {
	case kind == "renewal" || draw < 55:
		return cents / 1000 * 1000
	case draw < 80:
		return cents/1000*1000 + 9_50
	case draw < 90:
		return cents / 100 * 100
	}
	return cents
}
