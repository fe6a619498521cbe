// Package tiers reads a rate table as straight pieces, in exact fractions.
//
// It knows what the kinds of table mean on its own, without the programs that pay: an error in
// one of the two shows as a disagreement in the tests of the analysis.
package tiers

import (
	"math/big"

	"github.com/payproof/payproof/dsl/analysis/internal/rat"
	"github.com/payproof/payproof/dsl/table"
)

// Piece holds from an edge to the next: the value is By × amount + Of × (the quota, or 1) + Plus.
// The first piece lies below all edges, and has no From.
type Piece struct {
	From  *big.Rat // an amount, or a share of the quota
	Above bool     // the edge itself belongs to the piece below
	By    *big.Rat
	Of    *big.Rat // already divided by the run, where a line rises
	Plus  *big.Rat
	// Over is what the rise is divided by besides, where it is a share of the quota: the value is
	// (By × amount + Of × quota) ÷ quota + Plus, rounded to 16 places.
	Over bool
	Tier int // the index of the tier or point reached, −1 below the first
	// Divides tells that the value is rounded to 16 places.
	Divides bool
}

// Pieces are a table with tiers, as it is read for its pay (or value), or for the rate that
// is reached. ok is false for kinds without tiers and lines.
func Pieces(t *table.Table, rates bool) ([]Piece, bool) {
	if len(t.Tiers) == 0 {
		return nil, false
	}
	switch {
	case rates || t.Kind == table.Whole || t.Kind == table.Step:
		return values(t), true
	case t.Kind == table.Marginal:
		return marginal(t), true
	case t.Kind == table.Excess:
		return excess(t), true
	}
	return nil, false
}

// flat is a piece of one value.
func flat(t *table.Table, i int, value *big.Rat) Piece {
	p := Piece{By: rat.Zero(), Of: rat.Zero(), Plus: value, Tier: i}
	if i >= 0 {
		p.From, p.Above = rat.Of(t.Tiers[i].From), above(t, i)
	}
	return p
}

// above reports whether an amount equal to an edge lies below it.
func above(t *table.Table, i int) bool { return t.Tiers[i].Above || t.Lower && i > 0 }

// below is what holds below the first edge.
func below(t *table.Table) table.Below {
	switch {
	case t.Below != table.Usual:
		return t.Below
	case t.Kind == table.Marginal:
		return table.Extend
	}
	return table.Zero
}

func values(t *table.Table) []Piece {
	first := rat.Zero()
	if b := below(t); b == table.Extend || b == table.First {
		first = rat.Of(t.Tiers[0].Rate)
	}
	out := []Piece{flat(t, -1, first)}
	for i, tier := range t.Tiers {
		out = append(out, flat(t, i, rat.Of(tier.Rate)))
	}
	return out
}

func marginal(t *table.Table) []Piece {
	extends := below(t) == table.Extend
	out := []Piece{flat(t, -1, rat.Zero())}
	paid, start := rat.Zero(), rat.Zero() // up to start the tiers before pay this
	for i, tier := range t.Tiers {
		rate, p := rat.Of(tier.Rate), flat(t, i, rat.Zero())
		switch {
		case i > 0:
			paid = rat.Add(paid, rat.Mul(rat.Sub(p.From, start), rat.Of(t.Tiers[i-1].Rate)))
			start = p.From
		case !extends:
			start = p.From
		}
		p.By, p.Of = rate, rat.Sub(paid, rat.Mul(rate, start))
		out = append(out, p)
	}
	if extends {
		out[0].By, out[0].Of = out[1].By, out[1].Of
	}
	return out
}

func excess(t *table.Table) []Piece {
	base := rat.Of(t.Base)
	extends := below(t) == table.Extend
	var out []Piece
	for i := -1; i < len(t.Tiers); i++ {
		p := flat(t, i, rat.Zero())
		if i >= 0 || extends {
			rate := rat.Of(t.Tiers[max(i, 0)].Rate)
			p.By, p.Of = rate, rat.Neg(rat.Mul(rate, base))
		}
		if extends {
			out = append(out, p)
			continue
		}
		// Nothing is paid up to the base: a piece that holds it is cut there.
		ends := i+1 < len(t.Tiers) && rat.Of(t.Tiers[i+1].From).Cmp(base) <= 0
		starts := i < 0 || p.From.Cmp(base) <= 0
		switch {
		case ends:
			out = append(out, flat(t, i, rat.Zero()))
		case starts && i >= 0:
			rest := p
			rest.From, rest.Above = base, false
			out = append(out, flat(t, i, rat.Zero()), rest)
		default:
			out = append(out, p)
		}
	}
	return out
}

// Line are an interpolated or proportional table's pieces, before its most is taken.
func Line(t *table.Table) ([]Piece, bool) {
	last := len(t.Tiers) - 1
	if last < 0 {
		return nil, false
	}
	out := []Piece{flat(t, -1, rat.Zero())}
	switch b := below(t); {
	case b == table.Extend && last > 0:
		out[0] = slope(t, -1, 0)
	case b != table.Zero:
		out[0].Plus = rat.Of(t.Tiers[0].Rate)
	}
	for i := range last {
		out = append(out, slope(t, i, i))
	}
	if t.Beyond == table.Slope && last > 0 {
		return append(out, slope(t, last, last-1)), true
	}
	return append(out, flat(t, last, rat.Of(t.Tiers[last].Rate))), true
}

// slope is the piece of a tier on the line from a point to the next.
func slope(t *table.Table, i, first int) Piece {
	p := flat(t, i, rat.Of(t.Tiers[first].Rate))
	x := rat.Of(t.Tiers[first].From)
	run := rat.Sub(rat.Of(t.Tiers[first+1].From), x)
	p.By = rat.Quo(rat.Sub(rat.Of(t.Tiers[first+1].Rate), p.Plus), run)
	p.Of = rat.Neg(rat.Mul(p.By, x))
	p.Over, p.Divides = t.Edges == table.OfQuota, true
	return p
}
