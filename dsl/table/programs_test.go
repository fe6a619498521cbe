package table

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/internal/fixed"
)

// The programs in 64 and in 128 bits give the value of the one in any size, or none: whatever the
// sizes of the amount, the quota, the edges and the rates, and above all at an edge.

// anySize is a number of up to 126 bits, as often small as large.
func anySize(r *rapid.T, label string) *big.Int {
	v := new(big.Int).SetUint64(rapid.Uint64().Draw(r, label))
	v.Lsh(v, 62).Add(v, new(big.Int).SetUint64(rapid.Uint64().Draw(r, label+", the rest")))
	return v.Rsh(v, uint(rapid.IntRange(1, 126).Draw(r, label+", smaller by bits")))
}

// grows makes numbers larger by a power of ten that itself grows, so that their order stays.
type grows struct{ by int32 }

func (g *grows) next(r *rapid.T, d decimal.Decimal) decimal.Decimal {
	if rapid.IntRange(0, 3).Draw(r, "leaps") == 0 {
		g.by = min(g.by+rapid.Int32Range(1, 20).Draw(r, "places"), 34)
	}
	return d.Shift(g.by)
}

func anyWideTiers(r *rapid.T, kind Kind) Table {
	t := anyTiers(r, kind)
	var edges, rates grows
	for i := range t.Tiers {
		t.Tiers[i].From = edges.next(r, t.Tiers[i].From)
		t.Tiers[i].Rate = rates.next(r, t.Tiers[i].Rate)
	}
	return t
}

// probes are amounts of any size, and those at, just below and just above each edge. An edge has
// 5 places with those of a quota, an amount as many or fewer.
func probes(r *rapid.T, places uint8, edges []*big.Int, quota *big.Int) (out []*big.Int) {
	for range 5 {
		x := anySize(r, "amount")
		if rapid.Bool().Draw(r, "negative") {
			x.Neg(x)
		}
		out = append(out, x)
	}
	for _, e := range edges {
		x := new(big.Int).Mul(e, quota)
		x.Div(x, fixed.Pow10Big(5-int(places)))
		for off := int64(-1); off <= 1; off++ {
			out = append(out, new(big.Int).Add(x, big.NewInt(off)))
		}
	}
	return out
}

// anyQuota is above zero, with 3 places; an edge that is an amount has a quota of 1.
func anyQuota(r *rapid.T, ofQuota bool) (quota, forEdges *big.Int) {
	quota = anySize(r, "quota")
	quota.Add(quota, big.NewInt(1))
	if ofQuota {
		return quota, quota
	}
	return quota, big.NewInt(1000)
}

// claims fails when a program gives another value than the one in any size.
func claims(r *rapid.T, want *big.Int, narrow int64, narrowOK bool, mid fixed.Int128, midOK bool) {
	if narrowOK && (want == nil || want.Cmp(big.NewInt(narrow)) != 0) {
		r.Fatalf("64 bits claim %d, any size %s", narrow, want)
	}
	if midOK && (want == nil || want.Cmp(mid.Big()) != 0) {
		r.Fatalf("128 bits claim %s, any size %s", mid.Big(), want)
	}
}

func TestNoProgramClaimsAWrongValue(t *testing.T) {
	for _, kind := range []Kind{Marginal, Whole, Excess, Step, Interpolated} {
		t.Run(kind.String(), func(t *testing.T) {
			rapid.Check(t, func(r *rapid.T) {
				tab, places := anyWideTiers(r, kind), rapid.SampledFrom([]uint8{0, 2, 5}).Draw(r, "places")
				p, scale := program(r, tab, places)
				var edges []*big.Int
				for _, tier := range tab.Tiers {
					edges = append(edges, coefficient(tier.From, 2))
				}
				q, forEdges := anyQuota(r, tab.Edges == OfQuota)
				for _, x := range probes(r, places, edges, forEdges) {
					want := p.Big(x, q)
					var narrow int64
					var mid fixed.Int128
					var narrowOK, midOK bool
					if x.IsInt64() && q.IsInt64() {
						narrow, narrowOK = p.Int64(x.Int64(), q.Int64())
					}
					if x128, q128, fits := both128(x, q); fits {
						mid, midOK = p.Int128(x128, q128)
					}
					claims(r, want, narrow, narrowOK, mid, midOK)
					exact := define(tab, new(big.Rat).SetFrac(x, fixed.Pow10Big(int(places))), new(big.Rat).SetFrac(q, big.NewInt(1000)))
					if got := new(big.Rat).SetFrac(want, fixed.Pow10Big(int(scale))); got.Cmp(exact) != 0 {
						r.Fatalf("%+v at %s of %s gives %s, by definition %s", tab, x, q, got.FloatString(20), exact.FloatString(20))
					}
				}
			})
		})
	}
}

// program prepares a table for amounts of so many places, and quotas of 3.
func program(r *rapid.T, tab Table, xScale uint8) (p prepared, scale uint8) {
	if tab.Kind != Interpolated {
		c := curve(r, tab, xScale, 3)
		return c, c.Scale
	}
	l, err := tab.Line(xScale, 3)
	if err != nil {
		r.Fatal(err)
	}
	return l, DivisionPlaces
}

func both128(a, b *big.Int) (x, y fixed.Int128, ok bool) {
	x, fits := fixed.FromBig(a)
	y, fitsToo := fixed.FromBig(b)
	return x, y, fits && fitsToo
}

func anyWideGrid(r *rapid.T) Table {
	tab := anyGrid(r, rapid.Bool().Draw(r, "bilinear"))
	var cells grows
	for i := range tab.Cells {
		tab.Cells[i] = cells.next(r, tab.Cells[i])
	}
	for _, a := range tab.Axes {
		var wider grows
		for i, e := range a.Edges {
			if e.IsPositive() {
				a.Edges[i] = wider.next(r, e)
			}
		}
	}
	return tab
}

func TestNoProgramOfAGridClaimsAWrongValue(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		tab, places := anyWideGrid(r), rapid.SampledFrom([]uint8{0, 2, 5}).Draw(r, "places")
		ofQuota := rapid.Bool().Draw(r, "of quota")
		g, err := tab.Grid([]KeyScale{{X: places, Quota: 3, OfQuota: ofQuota}, {X: 5}})
		if err != nil {
			r.Fatal(err)
		}
		var edges [2][]*big.Int
		for i, a := range tab.Axes {
			for _, e := range a.Edges {
				edges[i] = append(edges[i], coefficient(e, 2))
			}
		}
		q, forEdges := anyQuota(r, ofQuota)
		for _, x := range probes(r, places, edges[0], forEdges) {
			share := new(big.Rat).SetFrac(x, fixed.Pow10Big(int(places))) // of the quota, which decides where the amount lies
			if ofQuota {
				share.Quo(share, new(big.Rat).SetFrac(q, big.NewInt(1000)))
			}
			for _, y := range probes(r, 5, edges[1], big.NewInt(1000)) {
				want := g.Big([]Key[*big.Int]{{X: x, Quota: q}, {X: y}})
				var narrow int64
				var mid fixed.Int128
				var narrowOK, midOK bool
				if x.IsInt64() && y.IsInt64() && q.IsInt64() {
					narrow, narrowOK = g.Int64([]Key[int64]{{X: x.Int64(), Quota: q.Int64()}, {X: y.Int64()}})
				}
				x128, y128, fits := both128(x, y)
				if q128, fitsToo := fixed.FromBig(q); fits && fitsToo {
					mid, midOK = g.Int128([]Key[fixed.Int128]{{X: x128, Quota: q128}, {X: y128}})
				}
				claims(r, want, narrow, narrowOK, mid, midOK)
				exact := defineGrid(tab, share, new(big.Rat).SetFrac(y, fixed.Pow10Big(5)))
				if got := new(big.Rat).SetFrac(want, fixed.Pow10Big(int(g.Scale))); got.Cmp(exact) != 0 {
					r.Fatalf("%+v at %s of %s, %s gives %s, by definition %s", tab, x, q, y, got.FloatString(20), exact.FloatString(20))
				}
			}
		}
	})
}

// An explanation shows the slices that hold something: an amount at an edge has none above it.
func TestAnAmountAtAnEdgeHasNoSliceAboveIt(t *testing.T) {
	tab := Table{Below: Zero, Tiers: tiers("100 2%, 200 3%")}
	c := curve(t, tab, 0, 0)
	for x, want := range map[int64]string{99: "", 100: "", 101: "0: 100-101", 200: "0: 100-200", 201: "0: 100-200, 1: 200-201"} {
		var got []string
		for _, s := range c.Slices(big.NewInt(x), nil) {
			got = append(got, fmt.Sprintf("%d: %s-%s", s.Tier, s.Low, s.High))
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%d has the slices %q, want %q", x, got, want)
		}
	}
}

// What a tier says, in the words of the table; below the first, nothing or what the first says.
func TestWhatATierGives(t *testing.T) {
	for below, want := range map[Below]string{Usual: "0", Zero: "0", Extend: "0.02", First: "0.02"} {
		c := curve(t, Table{Kind: Step, Below: below, Tiers: tiers("100 2%, 200 3%")}, 0, 0)
		if got := c.Gives(-1).String(); got != want || c.Gives(0).String() != "0.02" || c.Gives(1).String() != "0.03" {
			t.Errorf("below %d: %s, then %s and %s", below, got, c.Gives(0), c.Gives(1))
		}
	}
}

func TestBandsAndCellsAreNamedForAPerson(t *testing.T) {
	tab := Table{Kind: Matrix, Axes: []Axis{{Edges: numbers("0", "10.5", "20")}, {Members: []string{"Core", "Plus"}}}, Cells: numbers("1", "2", "3", "4", "5", "6")}
	g, err := tab.Grid([]KeyScale{{X: 1}, {}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		x, name int64
		bands   []int
		says    string
		cell    string
	}{
		{0, 0, []int{0, 0}, "0 Core", "1"},
		{104, 1, []int{0, 1}, "0 Plus", "2"},
		{105, 0, []int{1, 0}, "10.5 Core", "3"},
		{900, 1, []int{2, 1}, "20 Plus", "6"},
		{-1, -1, []int{-1, -1}, "none none", ""},
	} {
		bands := g.Bands([]Key[*big.Int]{{X: big.NewInt(c.x)}, {X: big.NewInt(c.name)}})
		if says := g.Band(0, bands[0]) + " " + g.Band(1, bands[1]); !slices.Equal(bands, c.bands) || says != c.says {
			t.Errorf("%d, %d lies in %v %q, want %v %q", c.x, c.name, bands, says, c.bands, c.says)
		}
		if c.cell != "" && g.Cell(bands).String() != c.cell {
			t.Errorf("%v holds %s, want %s", bands, g.Cell(bands), c.cell)
		}
	}
}

// 38 digits and places are held, between points and lines 16; one more is refused.
func TestTheMostDigitsAndPlaces(t *testing.T) {
	tier := func(from, rate decimal.Decimal) []Tier { return []Tier{{From: from, Rate: rate}} }
	one, zero, nines := decimal.New(1, 0), decimal.Zero, strings.Repeat("9", 38)
	curveOf := func(tab Table, x uint8) error { _, err := tab.Curve(x, 0); return err }
	lineOf := func(tab Table, x uint8) error { _, err := tab.Line(x, 0); return err }
	gridOf := func(tab Table, x uint8) error { _, err := tab.Grid([]KeyScale{{X: x}, {X: x}}); return err }
	cell := func(d decimal.Decimal, bilinear bool) Table {
		edges := []decimal.Decimal{zero}
		return Table{Kind: Matrix, Bilinear: bilinear, Axes: []Axis{{Edges: edges}, {Edges: edges}}, Cells: []decimal.Decimal{d}}
	}
	for _, c := range []struct {
		says          string
		prepare       func(Table, uint8) error
		held, refused Table
		x, tooMany    uint8
	}{
		{"digits", curveOf, Table{Tiers: tier(zero, decimal.RequireFromString(nines))}, Table{Tiers: tier(zero, decimal.RequireFromString(nines+"9"))}, 0, 0},
		{"zeros", curveOf, Table{Tiers: tier(zero, decimal.New(1, 38))}, Table{Tiers: tier(zero, decimal.New(1, 39))}, 0, 0},
		{"places of a value", curveOf, Table{Kind: Step, Tiers: tier(zero, decimal.New(1, -38))}, Table{Kind: Step, Tiers: tier(zero, decimal.New(1, -39))}, 0, 0},
		{"places of a pay", curveOf, Table{Tiers: tier(zero, decimal.New(1, -30))}, Table{Tiers: tier(zero, decimal.New(1, -30))}, 8, 9},
		{"places of a point", lineOf, Table{Tiers: tier(zero, decimal.New(1, -16))}, Table{Tiers: tier(zero, decimal.New(1, -17))}, 0, 0},
		{"places of a line's edge", lineOf, Table{Tiers: tier(decimal.New(1, -38), one)}, Table{Tiers: tier(zero, one)}, 0, 39},
		{"places of a cell", gridOf, cell(decimal.New(1, -38), false), cell(decimal.New(1, -39), false), 0, 0},
		{"places of a cell between lines", gridOf, cell(decimal.New(1, -16), true), cell(decimal.New(1, -17), true), 0, 0},
		{"places of a key", gridOf, cell(one, false), cell(one, false), 38, 39},
	} {
		if err := c.prepare(c.held, c.x); err != nil {
			t.Errorf("%s: %v", c.says, err)
		}
		if err := c.prepare(c.refused, c.tooMany); err == nil {
			t.Errorf("%s: one too many was accepted", c.says)
		}
	}
}
