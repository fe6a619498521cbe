package table

import "slices"

// excess pays what lies above the base at the rate of the tier reached. At and below
// the base nothing is paid, unless the first rate goes on.
func (t Table) excess() []linear {
	out := make([]linear, 1, len(t.Tiers)+2)
	for i, tier := range t.Tiers {
		out = append(out, linear{from: tier.From, above: t.above(i), rate: tier.Rate, of: t.Base.Mul(tier.Rate).Neg()})
	}
	if t.below() == Extend {
		out[0].rate, out[0].of = out[1].rate, out[1].of
		return out
	}
	return t.nothingBelowBase(out)
}

// nothingBelowBase cuts the piece that holds the base, and pays nothing below.
func (t Table) nothingBelowBase(pieces []linear) []linear {
	at := len(pieces)
	for i := 1; i < len(pieces); i++ {
		if pieces[i].from.GreaterThan(t.Base) {
			at = i
			break
		}
	}
	for i := range pieces[:at] {
		if i+1 < at || i == 0 {
			pieces[i] = linear{from: pieces[i].from, above: pieces[i].above}
		}
	}
	if at == 1 {
		return pieces // the base lies below the first edge, where nothing is paid anyway
	}
	from := pieces[at-1]
	pieces[at-1] = linear{from: from.from, above: from.above}
	from.from, from.above = t.Base, false
	return slices.Insert(pieces, at, from)
}
