package table

import (
	"math/big"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// tiers reads "0 6%, >100 9%": edge, then rate.
func tiers(text string) (out []Tier) {
	for part := range strings.SplitSeq(text, ",") {
		f := strings.Fields(part)
		above := strings.HasPrefix(f[0], ">")
		out = append(out, Tier{
			From: decimal.RequireFromString(strings.TrimPrefix(f[0], ">")), Above: above,
			Rate: decimal.RequireFromString(strings.TrimSuffix(f[1], "%")).Shift(-2),
		})
	}
	return out
}

func curve(t interface{ Fatal(...any) }, tab Table, x, q uint8) *Curve {
	w, err := tab.Curve(x, q)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestMarginalPaysEachSliceAtItsOwnRate(t *testing.T) {
	w := curve(t, Table{Tiers: tiers("0 2%, 200 3%, 500 4%, 1000 5.5%")}, 2, 0)
	for _, c := range []struct {
		cents int64
		want  string
	}{{120_000, "44"}, {0, "0"}, {20_000, "4"}, {-10_000, "-2"}, {100_000, "33"}} {
		pay, ok := w.Int64(c.cents, 0)
		if got := decimal.New(pay, -int32(w.Scale)).String(); !ok || got != c.want {
			t.Errorf("%d cents pay %s (%v), want %s", c.cents, got, ok, c.want)
		}
	}
}

func TestEdgesOfQuotaAreMultipliedOutExactly(t *testing.T) {
	w := curve(t, Table{Edges: OfQuota, Tiers: tiers("0 6%, 1 9%")}, 2, 2)
	// 49,998.25 of a quota of 300,000.10: far below; then 10 cents above quota.
	pay, ok := w.Int64(30_000_020, 30_000_010)
	if got := decimal.New(pay, -int32(w.Scale)).String(); !ok || got != "18000.015" {
		t.Errorf("pays %s (%v), want 18000.006 + 0.009", got, ok)
	}
}

func TestAnEdgeBelongsToTheUpperTierUnlessItSaysAbove(t *testing.T) {
	tab := Table{Kind: Whole, Tiers: tiers("0 1%, 100 2%, >200 3%")}
	for _, c := range []struct {
		lower bool
		tiers map[int64]int
	}{
		{false, map[int64]int{-1: -1, 0: 0, 99: 0, 100: 1, 200: 1, 201: 2}},
		{true, map[int64]int{-1: -1, 0: 0, 99: 0, 100: 0, 101: 1, 200: 1, 201: 2}},
	} {
		tab.Lower = c.lower
		w := curve(t, tab, 0, 0)
		for x, want := range c.tiers {
			if got := w.Reached(big.NewInt(x), nil); got != want {
				t.Errorf("%d reaches tier %d, want %d", x, got, want)
			}
			rate := int64(0)
			if want >= 0 {
				rate = int64(want + 1)
			}
			if got, ok := w.Int64(x, 0); !ok || got != rate {
				t.Errorf("%d has the rate %d %% (%v), want %d %%", x, got, ok, rate)
			}
		}
	}
}

func TestCheckNamesWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ tiers, code string }{
		{"50 1%", "table-start"},
		{"0 1%, 50 2%, 50 3%", "table-overlap"},
		{"0 1%, 50 2%, 40 3%", "table-order"},
		{"0 2%, 50 1%", "table-falls"},
		{">0 2%", "table-start"},
	} {
		ds := Table{Name: "t", Kind: Whole, Tiers: tiers(c.tiers)}.Check()
		if len(ds) == 0 || ds[0].Code != c.code {
			t.Errorf("%s: %v, want %s", c.tiers, ds, c.code)
		}
	}
	if ds := (Table{Name: "t"}).Check(); len(ds) != 1 || ds[0].Code != "table-empty" {
		t.Errorf("no tiers: %v", ds)
	}
	if ds := (Table{Name: "t", Tiers: tiers("0 6%, 100 9%")}).Check(); len(ds) != 0 {
		t.Errorf("a good table: %v", ds)
	}
}

func TestResultsOfTooManyPlacesAreRefused(t *testing.T) {
	tab := Table{Tiers: []Tier{{Rate: decimal.New(1, -30)}}}
	if _, err := tab.Curve(12, 0); err == nil {
		t.Error("42 places were accepted")
	}
}

func anyTable(r *rapid.T, e Edges) Table {
	tab := Table{Edges: e, Tiers: []Tier{{Rate: decimal.New(rapid.Int64Range(0, 2000).Draw(r, "rate"), -4)}}}
	edge := int64(0)
	for range rapid.IntRange(0, 4).Draw(r, "more") {
		edge += rapid.Int64Range(1, 1<<40).Draw(r, "width")
		tab.Tiers = append(tab.Tiers, Tier{From: decimal.New(edge, -2), Rate: decimal.New(rapid.Int64Range(0, 2000).Draw(r, "rate"), -4)})
	}
	return tab
}

func TestNarrowAndWideAgreeAndMatchShopspring(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		tab := anyTable(r, Edges(rapid.IntRange(0, 1).Draw(r, "edges")))
		x, q := rapid.Int64().Draw(r, "x"), rapid.Int64Range(1, 1<<62).Draw(r, "quota")
		w := curve(r, tab, 2, 2)
		wide := w.Big(big.NewInt(x), big.NewInt(q))
		if pay, ok := w.Int64(x, q); ok && wide.Cmp(big.NewInt(pay)) != 0 {
			r.Fatalf("narrow %d, wide %s", pay, wide)
		}
		got := decimal.NewFromBigInt(wide, -int32(w.Scale))
		if want := byHand(tab, decimal.New(x, -2), decimal.New(q, -2)); !got.Equal(want) {
			r.Fatalf("pays %s, by hand %s", got, want)
		}
	})
}

// byHand is the definition: the sum over tiers of what lies in each × its rate.
func byHand(tab Table, x, quota decimal.Decimal) decimal.Decimal {
	edge := func(i int) decimal.Decimal {
		if tab.Edges == OfQuota {
			return tab.Tiers[i].From.Mul(quota)
		}
		return tab.Tiers[i].From
	}
	if x.IsNegative() {
		return x.Mul(tab.Tiers[0].Rate)
	}
	total := decimal.Zero
	for i, tier := range tab.Tiers {
		top := x
		if i+1 < len(tab.Tiers) {
			top = decimal.Min(x, edge(i+1))
		}
		if top.GreaterThan(edge(i)) {
			total = total.Add(top.Sub(edge(i)).Mul(tier.Rate))
		}
	}
	return total
}

func TestMoreNeverPaysLessWhenRatesAreNotNegative(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := curve(r, anyTable(r, Amounts), 2, 0)
		x := rapid.Int64Range(-1<<50, 1<<50).Draw(r, "x")
		more := x + rapid.Int64Range(0, 1<<50).Draw(r, "more")
		if w.Big(big.NewInt(more), nil).Cmp(w.Big(big.NewInt(x), nil)) < 0 {
			r.Fatalf("%d pays more than %d", x, more)
		}
	})
}
