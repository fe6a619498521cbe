package table

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/unit"
)

func ptr(text string) *decimal.Decimal {
	d := decimal.RequireFromString(text)
	return &d
}

func numbers(texts ...string) (out []decimal.Decimal) {
	for _, t := range texts {
		out = append(out, decimal.RequireFromString(t))
	}
	return out
}

func line(n int) source.Span { return source.Span{From: source.Pos{Line: n, Col: 1}} }

// placed puts a table on line 1, and its tiers or keys on the lines below.
func placed(t Table) Table {
	t.Name, t.At = "t", line(1)
	for i := range t.Tiers {
		t.Tiers[i].At = line(i + 2)
	}
	for i := range t.Axes {
		t.Axes[i].At = line(i + 2)
	}
	return t
}

// ending says where the tiers end, "" where the author does not say.
func ending(tiers []Tier, ends ...string) []Tier {
	for i, e := range ends {
		if e != "" {
			tiers[i].To = ptr(e)
		}
	}
	return tiers
}

// finds fails when a check gives other findings than these, in this order.
func finds(t *testing.T, says string, tab Table, want ...string) {
	t.Helper()
	if got := tab.Check().Error(); got != strings.Join(want, "\n") {
		t.Errorf("%s:\n got %s\nwant %s", says, got, strings.Join(want, "\n"))
	}
}

func TestATableSaysWhatIsPaidEverywhere(t *testing.T) {
	start := `2:1: the first tier of "t" starts at 50, and nothing says what is paid below; start it at 0, or say ` +
		"`below: zero` or `below: extend first rate` [table-start]"
	for _, k := range []Kind{Marginal, Whole} {
		finds(t, k.String()+" from 50", placed(Table{Kind: k, Tiers: tiers("50 1%")}), start)
		finds(t, k.String()+" from above 0", placed(Table{Kind: k, Tiers: tiers(">0 1%")}), strings.Replace(start, "starts at 50", "starts at 0", 1))
		finds(t, k.String()+" from 50, nothing below", placed(Table{Kind: k, Below: Zero, Tiers: tiers("50 1%")}))
	}
	for _, k := range []Kind{Excess, Proportional, Interpolated, Step} {
		finds(t, k.String()+" pays nothing below, unless it says otherwise", placed(Table{Kind: k, Tiers: tiers("50 1%, 60 2%")}))
	}
	finds(t, "a top that is closed", placed(Table{Tiers: ending(tiers("0 1%, 50 2%"), "", "80")}),
		`3:1: the last tier of "t" ends at 80, and nothing says what is paid above; leave out its `+"`to:`; a limit on pay is a cap [table-closed]")
	finds(t, "a gap", placed(Table{Tiers: ending(tiers("0 1%, 50 2%"), "40")}),
		`3:1: no tier of "t" says what is paid from 40 to 50; a tier ends where the next one starts: leave out `+"`to:` [table-gap]")
	finds(t, "an overlap", placed(Table{Tiers: ending(tiers("0 1%, 50 2%"), "60")}),
		`3:1: two tiers of "t" say what is paid from 50 to 60; a tier ends where the next one starts: leave out `+"`to:` [table-overlap]")
	finds(t, "a tier that ends where the next one starts", placed(Table{Tiers: ending(tiers("0 1%, 50 2%"), "50")}))
	finds(t, "no tiers", placed(Table{}), `1:1: table "t" has no tiers; write tiers, the first of them `+"`{from: 0, rate: …}` [table-empty]")
}

func TestTiersStandFromLowToHigh(t *testing.T) {
	order := `4:1: this tier of "t" starts at 40, below the tier before it at 50; sort the tiers from low to high [table-order]`
	finds(t, "a tier out of order", placed(Table{Tiers: tiers("0 1%, 50 2%, 40 3%")}), order)
	twice := `3:1: two tiers of "t" start at 50; keep one of them [table-overlap]`
	both := func(k Kind, edges string) Table { return placed(Table{Kind: k, Below: Zero, Tiers: tiers(edges)}) }
	finds(t, "one edge twice", both(Marginal, "50 1%, 50 2%"), twice)
	finds(t, "one edge twice, above it", both(Step, ">50 1%, >50 2%"), twice)
	finds(t, "above an edge, then at it", both(Step, ">50 1%, 50 2%"), twice)
	finds(t, "at an edge, then above it", both(Step, "50 1%, >50 2%"))
	finds(t, "two points in one place", both(Interpolated, "50 1%, >50 2%"), twice)
	finds(t, "two points in one place", both(Proportional, "50 1%, >50 2%"), twice)
	if notes := both(Marginal, "50 1%, 50 2%").Check()[0].Notes; len(notes) != 1 || notes[0].Span.From.Line != 2 {
		t.Errorf("the other of two tiers is shown, too: %v", notes)
	}
}

// More pays less where a whole rate drops, or a rate is below zero; a marginal rate that drops
// still pays more for more.
func TestWhereMoreWouldPayLessIsAWarning(t *testing.T) {
	falls := func(how string) string {
		hint := "more gives less; if that is meant, as in a ramp, leave it"
		switch {
		case strings.Contains(how, "above is"):
			hint = "selling more pays less; give the tier a rate of 0 or more"
		case strings.Contains(how, "rate drops"):
			hint = "selling more pays less around the edge; let rates grow, or use a marginal table, where lower rates further up take nothing away"
		}
		return `3:1: warning: pay falls where "t" reaches 50: ` + how + "; " + hint + " [table-falls]"
	}
	finds(t, "a lower marginal rate", placed(Table{Tiers: tiers("0 2%, 50 1%")}))
	finds(t, "a marginal rate of zero", placed(Table{Tiers: tiers("0 2%, 50 0%")}))
	finds(t, "a marginal rate below zero", placed(Table{Tiers: tiers("0 2%, 50 -1%")}), falls("the rate above is -0.01"))
	finds(t, "a lower rate on the whole", placed(Table{Kind: Whole, Tiers: tiers("0 2%, 50 1%")}), falls("the rate drops from 0.02 to 0.01 on the whole amount"))
	finds(t, "the same rate on the whole", placed(Table{Kind: Whole, Tiers: tiers("0 2%, 50 2%")}))
	finds(t, "a lower rate above the base", placed(Table{Kind: Excess, Base: decimal.New(49, 0), Tiers: tiers("0 2%, 50 1%")}), falls("the rate drops from 0.02 to 0.01 on all above the base"))
	finds(t, "a lower rate at the base, where nothing is paid yet", placed(Table{Kind: Excess, Base: decimal.New(50, 0), Tiers: tiers("0 2%, 50 1%")}))
	finds(t, "a higher rate above the base", placed(Table{Kind: Excess, Base: decimal.New(10, 0), Tiers: tiers("0 1%, 50 2%")}))
	finds(t, "a lower value", placed(Table{Kind: Step, Tiers: tiers("0 2%, 50 1%")}), falls("it drops from 0.02 to 0.01"))
	finds(t, "a lower point", placed(Table{Kind: Interpolated, Tiers: tiers("0 2%, 50 1%")}), falls("it drops from 0.02 to 0.01"))
	// Between the points, x × (4 % − x × 2 % ÷ 50) is highest at x = 50: it does not fall before.
	finds(t, "a proportional rate that drops by half", placed(Table{Kind: Proportional, Tiers: tiers("0 4%, 50 2%")}))
	finds(t, "a proportional rate that drops by more", placed(Table{Kind: Proportional, Tiers: tiers("0 4%, 50 1.99%")}), falls("it drops from 0.04 to 0.0199"))
	finds(t, "a proportional rate that drops from its start", placed(Table{Kind: Proportional, Tiers: tiers("40 4%, 50 3.5%")}))
	finds(t, "points out of order fall nowhere", placed(Table{Kind: Proportional, Tiers: tiers("60 4%, 50 -1%")}),
		`3:1: this tier of "t" starts at 50, below the tier before it at 60; sort the tiers from low to high [table-order]`)
}

func TestWhatHasNoMeaningForAKindIsRefused(t *testing.T) {
	usd := unit.Money("USD")
	for _, k := range []Kind{Marginal, Whole, Excess, Proportional} {
		finds(t, "amounts as rates", placed(Table{Kind: k, Gives: usd, Tiers: tiers("0 1%, 50 2%")}),
			`1:1: table "t" is `+k.String()+`: its tiers have rates, not amounts; write rates such as 5% or 2 USD per unit; amounts stand in step and interpolated tables [table-sense]`)
		finds(t, "an amount for each", placed(Table{Kind: k, Gives: unit.MoneyPer("USD"), Tiers: tiers("0 1%, 50 2%")}))
	}
	for _, k := range []Kind{Interpolated, Step} {
		finds(t, "amounts as values", placed(Table{Kind: k, Gives: usd, Tiers: tiers("0 1%, 50 2%")}))
	}
	for _, k := range []Kind{Marginal, Excess} {
		finds(t, "no first value", placed(Table{Kind: k, Below: First, Tiers: tiers("50 1%")}),
			"1:1: below their first tier "+k.String()+" tables have no first value; say `below: zero` or `below: extend first rate` [table-sense]")
	}
	for _, k := range []Kind{Whole, Proportional, Interpolated, Step} {
		finds(t, "a first value", placed(Table{Kind: k, Below: First, Tiers: tiers("50 1%, 60 2%")}))
	}
	point := `1:1: table "t" has one point, and a line needs two; write another point, or let the value stay as it is [table-sense]`
	for _, k := range []Kind{Interpolated, Proportional} {
		finds(t, "a line of one point, downwards", placed(Table{Kind: k, Below: Extend, Tiers: tiers("50 1%")}), point)
		finds(t, "a line of one point, upwards", placed(Table{Kind: k, Beyond: Slope, Tiers: tiers("50 1%")}), point)
		finds(t, "one point, flat", placed(Table{Kind: k, Tiers: tiers("50 1%")}))
		finds(t, "a line of two points", placed(Table{Kind: k, Below: Extend, Beyond: Slope, Tiers: tiers("50 1%, 60 2%")}))
	}
	finds(t, "a step of one tier", placed(Table{Kind: Step, Below: Extend, Tiers: tiers("50 1%")}))
	finds(t, "a point above the most", placed(Table{Kind: Interpolated, Max: ptr("0.02"), Tiers: tiers("0 1%, 50 2%, 60 3%")}),
		`4:1: this point of "t" gives 0.03, above the table's max of 0.02; lower the point, or raise the max [table-unreachable]`)
}

func TestKeysAndCellsOfAGrid(t *testing.T) {
	rows, columns := Axis{By: "sales", Edges: numbers("0", "10", "20")}, Axis{By: "product", Members: []string{"Core", "Plus"}}
	grid := func(cells int, axes ...Axis) Table {
		return placed(Table{Kind: Matrix, Axes: axes, Cells: make([]decimal.Decimal, cells)})
	}
	finds(t, "three edges and two names", grid(6, rows, columns))
	finds(t, "a value too few", grid(5, rows, columns), `1:1: table "t" has 5 values, its keys make 6 cells; write one value for each combination of the keys [table-cells]`)
	finds(t, "four keys", grid(24, rows, columns, columns, columns))
	finds(t, "five keys", grid(48, rows, columns, columns, columns, columns), `1:1: table "t" has 5 keys; a table has from 1 to 4 [table-axes]`)
	finds(t, "no keys", grid(1), `1:1: table "t" has 0 keys; a table has from 1 to 4 [table-axes]`)
	finds(t, "a key without edges", grid(0, rows, Axis{By: "region"}),
		`3:1: the key "region" of table "t" has no edges and no names; list them: [0%, 50%, 100%] [table-axes]`)
	finds(t, "edges out of order", grid(4, Axis{By: "sales", Edges: numbers("0", "20", "10", "10")}),
		`2:1: the edges of the key "sales" are not from low to high: 10 stands after 20; sort them, and the values with them [table-order]`,
		`2:1: the edges of the key "sales" are not from low to high: 10 stands after 10; sort them, and the values with them [table-order]`)
	finds(t, "names", placed(Table{Kind: Lookup, Axes: []Axis{{By: "product", Members: []string{"Core", " ", "Core"}}}, Cells: numbers("1", "2", "3")}),
		`2:1: the key "product" has an empty name; write a name, or a default [table-axes]`,
		`2:1: the key "product" has the name "Core" twice; keep one of them [table-overlap]`)
}

func TestABilinearTableHasTwoKeysOfNumbers(t *testing.T) {
	sales, rate := Axis{By: "sales", Edges: numbers("0", "10")}, Axis{By: "rate", Edges: numbers("0", "1")}
	names := Axis{By: "product", Members: []string{"Core", "Plus"}}
	flat := func(cells int, axes ...Axis) Table {
		return placed(Table{Kind: Matrix, Bilinear: true, Axes: axes, Cells: make([]decimal.Decimal, cells)})
	}
	const bad = "1:1: table \"t\" is bilinear, which needs two keys that are numbers; write `mode: step`, or two keys with edges [table-axes]"
	finds(t, "two", flat(4, sales, rate))
	finds(t, "one", flat(2, sales), bad)
	finds(t, "three", flat(8, sales, rate, sales), bad)
	finds(t, "two and a name", flat(8, sales, rate, names), bad)
	finds(t, "one and a name", flat(4, sales, names), bad)
}

func day(text string) calendar.Date { return calendar.MustDate(text) }

func TestVersionsFollowOneAnother(t *testing.T) {
	version := func(n int, from, to string) Version {
		v := Version{Table: placed(Table{Kind: Whole, Tiers: tiers("0 1%")})}
		v.Table.At = line(n)
		if from != "" {
			v.Effective.From = day(from)
		}
		if to != "" {
			v.Effective.To = day(to)
		}
		return v
	}
	versions := func(all ...Version) Table { return Table{Name: "t", Versions: all} }
	const apart = `9:1: no version of "t" holds from 2026-04-01 to 2026-04-30; let one begin where the other ends [table-versions]`
	const both = `9:1: two versions of "t" hold on the same days; end one where the other begins [table-versions]`
	finds(t, "one after the other", versions(version(7, "", "2026-04-01"), version(9, "2026-04-01", "2026-07-01"), version(11, "2026-07-01", "")))
	finds(t, "written in any order", versions(version(9, "2026-04-01", ""), version(7, "", "2026-04-01")))
	finds(t, "days between", versions(version(7, "", "2026-04-01"), version(9, "2026-05-01", "2026-07-01"), version(11, "2026-07-01", "")), apart)
	finds(t, "days twice", versions(version(7, "2026-01-01", "2026-04-02"), version(9, "2026-04-01", "")), both)
	broken := version(9, "2026-04-01", "")
	broken.Table.Tiers = nil
	finds(t, "a version with a fault", versions(version(7, "", "2026-04-01"), broken),
		`9:1: table "t" has no tiers; write tiers, the first of them `+"`{from: 0, rate: …}` [table-empty]")

	t1 := versions(version(7, "2026-01-01", "2026-04-01"), version(9, "2026-04-01", "2026-07-01"))
	for d, want := range map[string]int{"2025-12-31": 0, "2026-01-01": 7, "2026-03-31": 7, "2026-04-01": 9, "2026-06-30": 9, "2026-07-01": 0} {
		if on, ok := t1.On(day(d)); ok != (want > 0) || on.At.From.Line != want {
			t.Errorf("on %s holds the version of line %d (%v), want %d", d, on.At.From.Line, ok, want)
		}
	}
	if on, ok := (Table{Name: "always"}).On(day("2026-01-01")); !ok || on.Name != "always" {
		t.Errorf("a table without versions holds on every day: %v", ok)
	}
}
