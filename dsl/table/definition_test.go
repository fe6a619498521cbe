package table

import (
	"math/big"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/internal/fixed"
)

// drawn is a table with edges close to each other, so that amounts hit them, with any of
// the choices for edges, and below and beyond them.
func drawn(r *rapid.T, kinds ...Kind) Table {
	tab := Table{
		Name: "t", Kind: rapid.SampledFrom(kinds).Draw(r, "kind"), Edges: Edges(rapid.IntRange(0, 1).Draw(r, "edges")),
		Lower: rapid.Bool().Draw(r, "lower"), Below: Below(rapid.IntRange(1, 3).Draw(r, "below")), Beyond: Beyond(rapid.IntRange(0, 1).Draw(r, "beyond")),
	}
	edge := rapid.Int64Range(-3, 3).Draw(r, "first")
	for range rapid.IntRange(2, 5).Draw(r, "tiers") {
		tab.Tiers = append(tab.Tiers, Tier{
			From: decimal.New(edge, -1), Above: tab.Kind != Interpolated && rapid.Bool().Draw(r, "above"),
			Rate: decimal.New(rapid.Int64Range(-20, 20).Draw(r, "rate"), -2),
		})
		edge += rapid.Int64Range(1, 4).Draw(r, "width")
	}
	if tab.Kind == Excess {
		tab.Base = decimal.New(rapid.Int64Range(-4, 12).Draw(r, "base"), -1)
	}
	if tab.Below == First && (tab.Kind == Excess || tab.Kind == Marginal) {
		tab.Below = Zero
	}
	return tab
}

// definition is the value of a table by the words of its kind, with fractions.
func definition(tab Table, x, quota *big.Rat) *big.Rat {
	edge := func(d decimal.Decimal) *big.Rat {
		e := d.Rat()
		if tab.Edges == OfQuota {
			e.Mul(e, quota)
		}
		return e
	}
	reached := -1
	for i, tier := range tab.Tiers {
		c := x.Cmp(edge(tier.From))
		if c > 0 || c == 0 && !tier.Above && (!tab.Lower || i == 0) {
			reached = i
		}
	}
	below := reached < 0
	if below && tab.Below == Zero {
		return new(big.Rat)
	}
	switch tier := tab.Tiers[max(reached, 0)]; tab.Kind {
	case Excess:
		over := new(big.Rat).Sub(x, edge(tab.Base))
		if over.Sign() <= 0 && tab.Below != Extend {
			return new(big.Rat)
		}
		return over.Mul(over, tier.Rate.Rat())
	case Interpolated:
		return between(tab, reached, x, edge)
	default:
		return tier.Rate.Rat()
	}
}

func between(tab Table, reached int, x *big.Rat, edge func(decimal.Decimal) *big.Rat) *big.Rat {
	from := max(reached, 0)
	switch last := len(tab.Tiers) - 1; {
	case reached < 0 && tab.Below == First, reached == last && tab.Beyond == Flat:
		return tab.Tiers[from].Rate.Rat()
	case reached == last:
		from = last - 1
	}
	p, q := tab.Tiers[from], tab.Tiers[from+1]
	part := new(big.Rat).Sub(x, edge(p.From))
	part.Mul(part, q.Rate.Sub(p.Rate).Rat()).Quo(part, new(big.Rat).Sub(edge(q.From), edge(p.From)))
	num := new(big.Int).Mul(part.Num(), fixed.Pow10Big(DivisionPlaces))
	rounded := new(big.Rat).SetFrac(fixed.DivRound(num, part.Denom(), fixed.HalfEven), fixed.Pow10Big(DivisionPlaces))
	return rounded.Add(rounded, p.Rate.Rat())
}

// Whatever is said of edges, and of what is below and beyond them, all three programs give what
// the words say.
func TestEveryKindIsItsDefinition(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		tab := drawn(r, Whole, Step, Excess, Interpolated)
		x, quota := rapid.Int64Range(-200, 2000).Draw(r, "x"), 10*rapid.Int64Range(1, 50).Draw(r, "quota")
		want := definition(tab, big.NewRat(x, 100), big.NewRat(quota, 100))
		var program interface {
			Int64(x, quota int64) (int64, bool)
			Int128(x, quota fixed.Int128) (fixed.Int128, bool)
			Big(x, quota *big.Int) *big.Int
		}
		scale := DivisionPlaces
		if tab.Kind == Interpolated {
			line, err := tab.Line(2, 2)
			if program = line; err != nil {
				r.Fatal(err)
			}
		} else {
			c := curve(r, tab, 2, 2)
			program, scale = c, int(c.Scale)
		}
		wide := program.Big(big.NewInt(x), big.NewInt(quota))
		if got := new(big.Rat).SetFrac(wide, fixed.Pow10Big(scale)); got.Cmp(want) != 0 {
			r.Fatalf("%s gives %s, its definition %s", tab.Kind, got.FloatString(18), want.FloatString(18))
		}
		if narrow, ok := program.Int64(x, quota); ok && wide.Cmp(big.NewInt(narrow)) != 0 {
			r.Fatalf("in 64 bits %d, in any %s", narrow, wide)
		}
		if mid, ok := program.Int128(fixed.FromInt64(x), fixed.FromInt64(quota)); !ok || mid.Big().Cmp(wide) != 0 {
			r.Fatalf("in 128 bits %s (%v), in any %s", mid.Big(), ok, wide)
		}
	})
}
