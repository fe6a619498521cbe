package table

import (
	"math/big"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/unit"
	"github.com/payproof/payproof/internal/fixed"
)

// Each mechanism by its definition, in fractions: what the prepared tables are held against.

func frac(d decimal.Decimal) *big.Rat {
	r, _ := new(big.Rat).SetString(d.String())
	return r
}

// from is the edge of a tier: an amount, or a share of the quota.
func from(t Table, d decimal.Decimal, q *big.Rat) *big.Rat {
	if t.Edges == OfQuota {
		return new(big.Rat).Mul(frac(d), q)
	}
	return frac(d)
}

// tierOf is the tier that x reaches, by definition the last whose edge it has passed.
func tierOf(t Table, x, q *big.Rat) int {
	reached := -1
	for i, tier := range t.Tiers {
		c := x.Cmp(from(t, tier.From, q))
		if c > 0 || c == 0 && !tier.Above && (!t.Lower || i == 0) {
			reached = i
		}
	}
	return reached
}

// define is what a table with tiers or points gives for x, exactly.
func define(t Table, x, q *big.Rat) *big.Rat {
	zero := new(big.Rat)
	i := tierOf(t, x, q)
	switch t.Kind {
	case Marginal:
		return defineMarginal(t, x, q)
	case Whole, Step:
		if i < 0 && t.below() != Zero {
			i = 0
		}
		if i < 0 {
			return zero
		}
		return frac(t.Tiers[i].Rate)
	case Excess:
		if i < 0 && t.below() == Extend {
			i = 0
		}
		over := new(big.Rat).Sub(x, from(t, t.Base, q))
		if i < 0 || over.Sign() < 0 && t.below() != Extend {
			return zero
		}
		return over.Mul(over, frac(t.Tiers[i].Rate))
	}
	return defineLine(t, x, q, i)
}

// defineMarginal integrates the rate over the amounts from 0, or from the first edge, to x.
func defineMarginal(t Table, x, q *big.Rat) *big.Rat {
	total := new(big.Rat)
	for i, tier := range t.Tiers {
		low, high := from(t, tier.From, q), (*big.Rat)(nil)
		if i == 0 && t.below() == Extend {
			if low = new(big.Rat); x.Sign() < 0 {
				return new(big.Rat).Mul(x, frac(tier.Rate))
			}
		}
		if high = x; i+1 < len(t.Tiers) {
			if next := from(t, t.Tiers[i+1].From, q); next.Cmp(x) < 0 {
				high = next
			}
		}
		if high.Cmp(low) > 0 {
			part := new(big.Rat).Sub(high, low)
			total.Add(total, part.Mul(part, frac(tier.Rate)))
		}
	}
	return total
}

func defineLine(t Table, x, q *big.Rat, i int) *big.Rat {
	last := len(t.Tiers) - 1
	switch {
	case i < 0 && t.below() == Zero:
		return new(big.Rat)
	case i < 0 && t.below() == First || last == 0:
		return frac(t.Tiers[0].Rate)
	case i == last && t.Beyond == Flat:
		return frac(t.Tiers[last].Rate)
	}
	i = min(max(i, 0), last-1)
	a, b := t.Tiers[i], t.Tiers[i+1]
	run := new(big.Rat).Sub(from(t, b.From, q), from(t, a.From, q))
	part := new(big.Rat).Sub(x, from(t, a.From, q))
	part.Mul(part, frac(b.Rate.Sub(a.Rate)))
	part.Quo(part, run)
	return part.Add(rounded(part), frac(a.Rate))
}

// rounded is a fraction at 16 places, half-even.
func rounded(r *big.Rat) *big.Rat {
	scaled := new(big.Rat).Mul(r, new(big.Rat).SetInt(fixed.Pow10Big(DivisionPlaces)))
	return new(big.Rat).SetFrac(fixed.DivRound(scaled.Num(), scaled.Denom(), fixed.HalfEven), fixed.Pow10Big(DivisionPlaces))
}

func anyTiers(r *rapid.T, kind Kind) Table {
	t := Table{
		Kind: kind, Edges: Edges(rapid.IntRange(0, 1).Draw(r, "edges")), Lower: rapid.Bool().Draw(r, "lower"),
		Below:  rapid.SampledFrom([]Below{Usual, Zero, Extend}).Draw(r, "below"),
		Beyond: Beyond(rapid.IntRange(0, 1).Draw(r, "beyond")), Base: decimal.New(rapid.Int64Range(0, 300).Draw(r, "base"), -2),
	}
	if kind != Marginal && kind != Excess && rapid.Bool().Draw(r, "first") {
		t.Below = First
	}
	edge := rapid.Int64Range(0, 100).Draw(r, "start")
	for range rapid.IntRange(1, 5).Draw(r, "tiers") {
		above := kind != Interpolated && rapid.Bool().Draw(r, "above")
		t.Tiers = append(t.Tiers, Tier{From: decimal.New(edge, -2), Above: above, Rate: decimal.New(rapid.Int64Range(-50, 2000).Draw(r, "rate"), -4)})
		edge += rapid.Int64Range(1, 150).Draw(r, "width")
	}
	return t
}

// prepared is what all three programs give; ok says that they agree where they claim a
// value.
type prepared interface {
	Int64(x, quota int64) (int64, bool)
	Int128(x, quota fixed.Int128) (fixed.Int128, bool)
	Big(x, quota *big.Int) *big.Int
}

func TestMechanismsMatchTheirDefinitions(t *testing.T) {
	for _, kind := range []Kind{Marginal, Whole, Excess, Step, Interpolated} {
		t.Run(kind.String(), func(t *testing.T) {
			rapid.Check(t, func(r *rapid.T) {
				tab := anyTiers(r, kind)
				var p prepared
				scale := uint8(DivisionPlaces)
				if kind == Interpolated {
					line, err := tab.Line(2, 3)
					if err != nil {
						r.Fatal(err)
					}
					p = line
				} else {
					c := curve(r, tab, 2, 3)
					p, scale = c, c.Scale
				}
				for range 50 {
					q := rapid.Int64Range(1, 400_000).Draw(r, "quota")
					x := rapid.Int64Range(-20_000, 60_000).Draw(r, "x")
					if edge := rapid.IntRange(0, 4*len(tab.Tiers)).Draw(r, "at edge"); edge < len(tab.Tiers) {
						q -= q % 10 // so that an edge is a whole number of cents
						q += 10
						x = tab.Tiers[edge].From.Shift(2).IntPart()
						if tab.Edges == OfQuota {
							x = x * q / 1000
						}
					}
					want := define(tab, big.NewRat(x, 100), big.NewRat(q, 1000))
					wide := p.Big(big.NewInt(x), big.NewInt(q))
					if got := new(big.Rat).SetFrac(wide, fixed.Pow10Big(int(scale))); got.Cmp(want) != 0 {
						r.Fatalf("%+v at %d of %d gives %s, by definition %s", tab, x, q, got.FloatString(20), want.FloatString(20))
					}
					if v, ok := p.Int64(x, q); ok && wide.Cmp(big.NewInt(v)) != 0 {
						r.Fatalf("64 bits %d, any size %s", v, wide)
					}
					if v, ok := p.Int128(fixed.FromInt64(x), fixed.FromInt64(q)); !ok || wide.Cmp(v.Big()) != 0 {
						r.Fatalf("128 bits %s (%v), any size %s", v.Big(), ok, wide)
					}
				}
			})
		})
	}
}

// The slices that an explanation shows add up to the pay, and lie where their tiers do.
func TestSlicesAddUp(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		tab := anyTiers(r, Marginal)
		c := curve(r, tab, 2, 3)
		x, q := big.NewInt(rapid.Int64Range(-20_000, 60_000).Draw(r, "x")), big.NewInt(rapid.Int64Range(1, 400_000).Draw(r, "quota"))
		sum := new(big.Int)
		for _, s := range c.Slices(x, q) {
			sum.Add(sum, s.Pays)
			if new(big.Int).Add(s.Low, s.Amount).Cmp(s.High) != 0 {
				r.Fatalf("a slice from %s to %s has %s", s.Low, s.High, s.Amount)
			}
		}
		if pay := c.Big(x, q); pay.Cmp(sum) != 0 {
			r.Fatalf("slices pay %s, the table %s", sum, pay)
		}
	})
}

// The straight pieces of a curve are the curve.
func TestPiecesAreTheCurve(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		tab := anyTiers(r, rapid.SampledFrom([]Kind{Marginal, Whole, Excess, Step}).Draw(r, "kind"))
		c := curve(r, tab, uint8(rapid.IntRange(0, 3).Draw(r, "places")), 3)
		pieces, ok := c.Pieces()
		if ok == (tab.Edges == OfQuota) {
			r.Fatalf("edges %d: pieces %v", tab.Edges, ok)
		}
		for range 40 {
			x := rapid.Int64Range(-2_000, 60_000).Draw(r, "x")
			at := 0
			for i, p := range pieces {
				if i > 0 && x >= p.From {
					at = i
				}
			}
			if !ok {
				return
			}
			if v, fits := c.Int64(x, 1); !fits || v != pieces[at].X*x+pieces[at].K {
				r.Fatalf("%d gives %d (%v), piece %d %+v", x, v, fits, at, pieces)
			}
		}
	})
}

func anyGrid(r *rapid.T, bilinear bool) Table {
	t := Table{Kind: Matrix, Bilinear: bilinear, Lower: rapid.Bool().Draw(r, "lower"), Below: rapid.SampledFrom([]Below{Usual, First}).Draw(r, "below")}
	cells := 1
	for range 2 {
		a := Axis{}
		edge := rapid.Int64Range(-50, 50).Draw(r, "start")
		for range rapid.IntRange(1, 4).Draw(r, "edges") {
			a.Edges = append(a.Edges, decimal.New(edge, -2))
			edge += rapid.Int64Range(1, 150).Draw(r, "width")
		}
		t.Axes, cells = append(t.Axes, a), cells*len(a.Edges)
	}
	for range cells {
		t.Cells = append(t.Cells, decimal.New(rapid.Int64Range(-100, 1000).Draw(r, "cell"), -3))
	}
	return t
}

// band is the last edge that x has passed.
func band(t Table, a Axis, x *big.Rat) int {
	reached := -1
	for i, e := range a.Edges {
		if c := x.Cmp(frac(e)); c > 0 || c == 0 && (!t.Lower || i == 0) {
			reached = i
		}
	}
	return reached
}

// defineGrid is the cell, or the mean of the four corners weighted by nearness.
func defineGrid(t Table, x, y *big.Rat) *big.Rat {
	keys, at := []*big.Rat{x, y}, [2]int{}
	for i, a := range t.Axes {
		if at[i] = band(t, a, keys[i]); at[i] < 0 {
			if t.below() != First {
				return new(big.Rat)
			}
			at[i] = 0
		}
	}
	cell := func(i, j int) *big.Rat {
		i, j = min(i, len(t.Axes[0].Edges)-1), min(j, len(t.Axes[1].Edges)-1)
		return frac(t.Cells[i*len(t.Axes[1].Edges)+j])
	}
	if !t.Bilinear {
		return cell(at[0], at[1])
	}
	var near [2]*big.Rat // the share of the way to the next edge
	for i, a := range t.Axes {
		near[i] = new(big.Rat)
		if at[i]+1 < len(a.Edges) && keys[i].Cmp(frac(a.Edges[0])) > 0 {
			width := frac(a.Edges[at[i]+1].Sub(a.Edges[at[i]]))
			near[i].Sub(keys[i], frac(a.Edges[at[i]])).Quo(near[i], width)
		}
	}
	mix := func(a, b, share *big.Rat) *big.Rat {
		d := new(big.Rat).Sub(b, a)
		return d.Mul(d, share).Add(d, a)
	}
	low := mix(cell(at[0], at[1]), cell(at[0]+1, at[1]), near[0])
	high := mix(cell(at[0], at[1]+1), cell(at[0]+1, at[1]+1), near[0])
	v00 := cell(at[0], at[1])
	part := mix(low, high, near[1])
	return part.Sub(part, v00).Add(rounded(part), v00)
}

func TestGridsMatchTheirDefinition(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		tab := anyGrid(r, rapid.Bool().Draw(r, "bilinear"))
		g, err := tab.Grid([]KeyScale{{X: 2}, {X: 3}})
		if err != nil {
			r.Fatal(err)
		}
		for range 50 {
			x, y := rapid.Int64Range(-100, 500).Draw(r, "x"), rapid.Int64Range(-1000, 5000).Draw(r, "y")
			want := defineGrid(tab, big.NewRat(x, 100), big.NewRat(y, 1000))
			wide := g.Big([]Key[*big.Int]{{X: big.NewInt(x)}, {X: big.NewInt(y)}})
			if got := new(big.Rat).SetFrac(wide, fixed.Pow10Big(int(g.Scale))); got.Cmp(want) != 0 {
				r.Fatalf("%+v at %d, %d gives %s, by definition %s", tab, x, y, got.FloatString(20), want.FloatString(20))
			}
			if v, ok := g.Int64([]Key[int64]{{X: x}, {X: y}}); !ok || wide.Cmp(big.NewInt(v)) != 0 {
				r.Fatalf("64 bits %d (%v), any size %s", v, ok, wide)
			}
		}
	})
}

func TestALookupGivesTheValueOfAName(t *testing.T) {
	five := decimal.New(5, -2)
	tab := Table{
		Name: "rates", Kind: Lookup, Gives: unit.Ratio, Axes: []Axis{{By: "product", Members: []string{"Core", "Security"}}},
		Cells: []decimal.Decimal{decimal.New(6, -2), decimal.New(8, -2)},
	}
	g, err := tab.Grid([]KeyScale{{}})
	if err != nil {
		t.Fatal(err)
	}
	at := func(g *Grid, name string) string {
		v := g.Big([]Key[*big.Int]{{X: big.NewInt(int64(g.Member(0, name)))}})
		if v == nil {
			return "none"
		}
		return decimal.NewFromBigInt(v, -int32(g.Scale)).String()
	}
	if at(g, "Core") != "0.06" || at(g, "Security") != "0.08" || at(g, "Services") != "none" || g.HasDefault() {
		t.Error(at(g, "Core"), at(g, "Security"), at(g, "Services"), g.HasDefault())
	}
	if _, ok := g.Int64([]Key[int64]{{X: -1}}); ok {
		t.Error("a name without a row has a value in 64 bits")
	}
	if missing := tab.Lacks(0, []string{"Core", "Services", "Security"}); len(missing) != 1 || missing[0] != "Services" {
		t.Errorf("lacks %q", missing)
	}
	tab.Default = &five
	g, err = tab.Grid([]KeyScale{{}})
	if err != nil || at(g, "Services") != "0.05" || !g.HasDefault() || tab.Lacks(0, []string{"Services"}) != nil {
		t.Error(err, at(g, "Services"))
	}
}
