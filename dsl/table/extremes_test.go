package table

import (
	"math"
	"math/big"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/internal/fixed"
)

// extremes are the ends of 64 and of 128 bits, and the numbers around zero.
func extremes() (out []*big.Int) {
	top := new(big.Int).Lsh(big.NewInt(1), 127)
	for _, x := range []int64{math.MinInt64, math.MinInt64 + 1, -2, -1, 0, 1, 2, math.MaxInt64 - 1, math.MaxInt64} {
		out = append(out, big.NewInt(x))
	}
	for _, off := range []int64{0, 1} {
		out = append(out, new(big.Int).Sub(big.NewInt(off), top))
	}
	return append(out, new(big.Int).Sub(top, big.NewInt(1)))
}

// agrees fails when a smaller program claims another value than the one in any size.
func agrees(t *testing.T, name string, p prepared, x, q *big.Int) {
	t.Helper()
	want := p.Big(x, q)
	if x.IsInt64() && q.IsInt64() {
		if v, ok := p.Int64(x.Int64(), q.Int64()); ok && want.Cmp(big.NewInt(v)) != 0 {
			t.Errorf("%s: %s of %s is %s, 64 bits claim %d", name, x, q, want, v)
		}
	}
	if x128, q128, fits := both128(x, q); fits {
		if v, ok := p.Int128(x128, q128); ok && want.Cmp(v.Big()) != 0 {
			t.Errorf("%s: %s of %s is %s, 128 bits claim %s", name, x, q, want, v.Big())
		}
	}
}

// Amounts at the ends of what 64 and 128 bits hold: a step that does not fit is noticed.
func TestTheEndsOfWhatAProgramHolds(t *testing.T) {
	apart := func(a, b, rateA, rateB string) []Tier {
		return []Tier{{From: decimal.RequireFromString(a), Rate: decimal.RequireFromString(rateA)}, {From: decimal.RequireFromString(b), Rate: decimal.RequireFromString(rateB)}}
	}
	for name, points := range map[string][]Tier{
		"near":             apart("1", "3", "0", "0.0000000000000001"),
		"near, falling":    apart("1", "3", "0.0000000000000001", "0"),
		"wide":             apart("-4000000000000000000", "4000000000000000000", "0", "0.0000000000000001"),
		"very wide":        apart("-70000000000000000000000000000000000000", "70000000000000000000000000000000000000", "0", "0.0000000000000001"),
		"too wide for 128": apart("-99999999999999999999999999999999999999", "99999999999999999999999999999999999999", "0", "0.0000000000000001"),
		"high":             apart("1", "3", "0", "99999999999999999999999999999999999999"),
		"high, then low":   apart("1", "3", "99999999999999999999999999999999999999", "1"),
	} {
		for _, edges := range []Edges{Amounts, OfQuota} {
			tab := Table{Kind: Interpolated, Edges: edges, Below: Extend, Beyond: Slope, Tiers: points}
			line, err := tab.Line(0, 0)
			if err != nil {
				t.Fatal(err)
			}
			tab.Kind = Marginal
			pay := curve(t, tab, 0, 0)
			for _, q := range extremes() {
				if q.Sign() <= 0 {
					continue
				}
				for _, x := range extremes() {
					agrees(t, name, line, x, q)
					agrees(t, name+", marginal", pay, x, q)
				}
			}
		}
	}
}

// The same for a grid, whose edges lie as far apart.
func TestTheEndsOfWhatAGridHolds(t *testing.T) {
	for _, width := range []string{"1", "4000000000000000000", "70000000000000000000000000000000000000", "99999999999999999999999999999999999999"} {
		edges := numbers("-"+width, width)
		for _, cell := range []string{"4", "99999999999999999999999999999999999999"} {
			tab := Table{Kind: Matrix, Bilinear: true, Axes: []Axis{{Edges: edges}, {Edges: edges}}, Cells: numbers("1", "2", "3", cell)}
			for _, bilinear := range []bool{true, false} {
				tab.Bilinear = bilinear
				g, err := tab.Grid([]KeyScale{{}, {}})
				if err != nil {
					t.Fatal(err)
				}
				for _, x := range extremes() {
					for _, y := range extremes() {
						want := g.Big([]Key[*big.Int]{{X: x}, {X: y}})
						x128, y128, fits := both128(x, y)
						if v, ok := g.Int128([]Key[fixed.Int128]{{X: x128}, {X: y128}}); fits && ok && want.Cmp(v.Big()) != 0 {
							t.Errorf("%s at %s, %s holds %s, 128 bits claim %s", width, x, y, want, v.Big())
						}
					}
				}
			}
		}
	}
}

// An edge belongs to the lower band where the table says so; below the first there is none, so
// that the first edge belongs to the first band either way.
func TestTheFirstEdgeOfAGridBelongsToTheFirstBand(t *testing.T) {
	for lower, want := range map[bool][]int64{false: {0, 5, 5, 6, 6}, true: {0, 5, 5, 5, 6}} {
		tab := Table{Kind: Matrix, Lower: lower, Axes: []Axis{{Edges: numbers("10", "20")}}, Cells: numbers("5", "6")}
		g, err := tab.Grid([]KeyScale{{}})
		if err != nil {
			t.Fatal(err)
		}
		for i, x := range []int64{9, 10, 11, 20, 21} {
			if v, ok := g.Int64([]Key[int64]{{X: x}}); !ok || v != want[i] || g.Big([]Key[*big.Int]{{X: big.NewInt(x)}}).Int64() != want[i] {
				t.Errorf("lower %v: %d gives %d, want %d", lower, x, v, want[i])
			}
		}
	}
}
