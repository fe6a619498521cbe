package analysis

import (
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/table"
)

// world is a small place with every kind of input and table.
func world() dsl.Env {
	usd := dsl.Money("USD")
	many := map[string]table.Table{
		"slices":  {Kind: table.Marginal, Tiers: tiersOf("0 0.05", "100 0.08", "300 0.02")},
		"shares":  {Kind: table.Marginal, Edges: table.OfQuota, Below: table.Zero, Tiers: tiersOf("0.5 0.05", "!1 0.08", "1.5 -0.02")},
		"whole":   {Kind: table.Whole, Edges: table.OfQuota, Tiers: tiersOf("0 0", "0.5 0.05", "!1 0.1")},
		"drops":   {Kind: table.Whole, Below: table.First, Tiers: tiersOf("10 0.2", "100 0.1", "200 0.3")},
		"excess":  {Kind: table.Excess, Base: num("0.8"), Edges: table.OfQuota, Tiers: tiersOf("0.5 0.05", "1 0.1")},
		"extends": {Kind: table.Excess, Base: num("50"), Below: table.Extend, Tiers: tiersOf("0 0.05", "100 0.1")},
		"steps":   {Kind: table.Step, Gives: usd, Lower: true, Tiers: tiersOf("0 10", "100 20", "200 15")},
		"line":    {Kind: table.Interpolated, Edges: table.OfQuota, Below: table.Extend, Tiers: tiersOf("0.5 0", "1 1", "2 1.75")},
		"money":   {Kind: table.Interpolated, Gives: usd, Beyond: table.Slope, Tiers: tiersOf("0 0", "70 100", "100 50")},
		"grows":   {Kind: table.Proportional, Max: dec("0.2"), Tiers: tiersOf("0 0.05", "100 0.1", "300 0.15")},
		"matrix": {Kind: table.Matrix, By: []string{"a", "b"}, Axes: []table.Axis{
			{By: "a", Edges: []decimal.Decimal{num("0"), num("0.5"), num("1")}}, {By: "b", Edges: []decimal.Decimal{num("0"), num("100")}},
		}, Cells: []decimal.Decimal{num("0.01"), num("0.02"), num("0.03"), num("0.05"), num("0.04"), num("0.1")}},
		"between": {Kind: table.Matrix, Bilinear: true, Below: table.First, By: []string{"a", "b"}, Axes: []table.Axis{
			{By: "a", Edges: []decimal.Decimal{num("0"), num("0.5"), num("1")}}, {By: "b", Edges: []decimal.Decimal{num("0"), num("100")}},
		}, Cells: []decimal.Decimal{num("0.01"), num("0.02"), num("0.03"), num("0.05"), num("0.04"), num("0.1")}},
		"names": {Kind: table.Lookup, By: []string{"product"}, Default: dec("0.01"), Axes: []table.Axis{
			{By: "product", Members: []string{"core", "plus"}},
		}, Cells: []decimal.Decimal{num("0.05"), num("0.1")}},
	}
	for name, t := range many {
		t.Name = name
		many[name] = t
	}
	return dsl.Env{Inputs: []dsl.Input{
		{Name: "x", Unit: usd, Scale: 2},
		{Name: "quota(x)", Unit: usd, Scale: 2},
		{Name: "y", Unit: usd, Scale: 2},
		{Name: "rate", Unit: dsl.Ratio, Scale: 3},
		{Name: "bonus", Unit: usd, Scale: 2, Optional: true},
		{Name: "product", Unit: dsl.TextUnit, Enum: []string{"core", "plus", "more"}},
		{Name: "both", Unit: usd, Scale: 2},   // x + y
		{Name: "most", Unit: usd, Scale: 2},   // the larger of x and y
		{Name: "behind", Unit: usd, Scale: 2}, // moves with x
		{Name: "m", Unit: usd, Scale: 2, Running: true},
		{Name: "quota(m)", Unit: usd, Scale: 2},
		{Name: "before(m)", Unit: usd, Scale: 2}, // stays, or moves
		{Name: "after(m)", Unit: usd, Scale: 2},  // with x, or does not
	}, Tables: many}
}

// anyMoney draws an amount, anyCondition a condition, anyRatio a ratio.
func anyMoney(r *rapid.T, depth int) string {
	if depth <= 0 {
		return rapid.SampledFrom([]string{"x", "x", "x", "y", "quota(x)", "both", "most", "behind", "100 USD", "0 USD", "-20 USD", "12.34 USD"}).Draw(r, "leaf")
	}
	return moneyOf(r, depth, rapid.IntRange(0, shapes-1).Draw(r, "shape"))
}

// shapes is how many kinds of formula moneyOf knows.
const shapes = 25

// moneyOf draws an amount of one kind.
func moneyOf(r *rapid.T, depth, kind int) string {
	a, b := anyMoney(r, depth-1), anyMoney(r, depth-1)
	switch kind {
	case 0, 1:
		return "(" + a + " + " + b + ")"
	case 2, 3:
		return "(" + a + " - " + b + ")"
	case 4:
		return "-(" + a + ")"
	case 5:
		return "abs(" + a + ")"
	case 6, 7:
		return "min(" + a + ", " + b + ")"
	case 8, 9:
		return "max(" + a + ", " + b + ")"
	case 10, 11:
		return "(" + a + ") * " + anyRatio(r, depth-1)
	case 12, 13, 14:
		return "(" + anyCondition(r, depth-1) + " ? " + a + " : " + b + ")"
	case 15:
		return "round(" + a + ", " + rapid.SampledFrom([]string{"0", "1", "-2", "0, \"up\"", "0, \"floor\"", "0, \"half-up\""}).Draw(r, "places") + ")"
	case 16:
		return "(" + a + ") / " + rapid.SampledFrom([]string{"3", "0.7", "rate", "-4"}).Draw(r, "by")
	case 17:
		return "(let v = " + a + "; v + min(v, " + b + "))"
	case 18:
		return "(bonus ?? (" + a + "))"
	case 19, 20:
		return "marginal(" + a + ", slices)"
	case 21:
		return "excess(" + a + ", extends)"
	case 22:
		return rapid.SampledFrom([]string{
			"step(" + a + ", steps)", "interpolate(" + a + ", money)", "proportional(" + a + ", grows)", "marginal(x, shares)", "excess(x, excess)",
			"marginal(m, slices)", "marginal(m, shares)", "excess(m, excess)", "proportional(m, grows)", "marginal(m, slices)",
		}).Draw(r, "table")
	case 23:
		return "mod(" + a + ", 7 USD)"
	}
	return "safe_div(" + a + ", rate, " + b + ")"
}

func anyRatio(r *rapid.T, depth int) string {
	if depth <= 0 {
		return rapid.SampledFrom([]string{"rate", "10%", "1.5", "-0.25", "attainment(x)"}).Draw(r, "ratio")
	}
	a := anyMoney(r, depth-1)
	switch rapid.IntRange(0, 10).Draw(r, "ratio") {
	case 0:
		return "(1 - " + anyRatio(r, depth-1) + ")"
	case 1:
		return "min(2, " + anyRatio(r, depth-1) + ")"
	case 2:
		return "(" + anyCondition(r, depth-1) + " ? 1 : 0.5)"
	}
	return rapid.SampledFrom([]string{
		"tier_rate(x, whole)", "tier_rate(" + a + ", drops)", "interpolate(x, line)", "(" + a + " / quota(x))", "(" + a + " / " + anyMoney(r, 0) + ")", "(y / x)",
		"lookup(attainment(x), " + a + ", matrix)", "lookup(attainment(x), " + a + ", between)", "lookup(product, names)", "blended_rate(x, slices)",
	}).Draw(r, "ratio")
}

func anyCondition(r *rapid.T, depth int) string {
	sign := rapid.SampledFrom([]string{"<", "<=", ">", ">=", "==", "!="}).Draw(r, "sign")
	if depth <= 0 {
		return rapid.SampledFrom([]string{
			"x " + sign + " 100 USD", "x " + sign + " y", "attainment(x) " + sign + " 100%", "both " + sign + " 150 USD", `product == "core"`, "bonus is missing", "rate " + sign + " 0.1",
		}).Draw(r, "condition")
	}
	if rapid.Bool().Draw(r, "compare") {
		return anyMoney(r, depth-1) + " " + sign + " " + anyMoney(r, depth-1)
	}
	a, b := anyCondition(r, depth-1), anyCondition(r, depth-1)
	return rapid.SampledFrom([]string{
		"(" + a + " and " + b + ")", "(" + a + " or " + b + ")", "not (" + a + ")",
	}).Draw(r, "condition")
}

// anyQuestion asks about x, with some of the rest fixed and some free.
func anyQuestion(r *rapid.T, free bool) Question {
	zero := decimal.Zero
	q := Question{
		Moves: []Move{{Input: "x"}, {Input: "behind", Rate: num("2")}},
		Ties:  []Tie{{Input: "both", Of: []string{"x", "y"}}, {Input: "most", Of: []string{"x", "y"}, Largest: true}},
		Texts: map[string]string{"product": rapid.SampledFrom([]string{"core", "plus", "more"}).Draw(r, "product")},
	}
	switch rapid.IntRange(0, 3).Draw(r, "credit") {
	case 0: // a credit of another kind
		q.Ties = append(q.Ties, Tie{Input: "after(m)", Of: []string{"before(m)"}})
	case 1: // what came before moves too
		q.Moves = append(q.Moves, Move{Input: "before(m)", Rate: num("2")})
		fallthrough
	default:
		q.Ties = append(q.Ties, Tie{Input: "after(m)", Of: []string{"before(m)", "x"}})
	}
	if free {
		q.Ranges = map[string]Range{"quota(x)": Above(zero), "quota(m)": Above(zero), "behind": AtLeast(zero)}
		for _, name := range []string{"x", "y", "before(m)"} {
			if rapid.Bool().Draw(r, name) {
				q.Ranges[name] = AtLeast(zero)
			}
		}
		if rapid.Bool().Draw(r, "rate") {
			q.Ranges["rate"] = Between(num("0.1"), num("2"))
		}
		if _, ok := q.Ranges["x"]; !ok {
			delete(q.Ranges, "behind")
		}
		return q
	}
	cents := func(name string, low, high int64) decimal.Decimal {
		return decimal.New(rapid.Int64Range(low, high).Draw(r, name), -2)
	}
	q.Ranges = map[string]Range{
		"x": {}, "quota(x)": Exactly(cents("quota", 1, 30000)), "y": Exactly(cents("y", -5000, 30000)),
		"rate": Exactly(decimal.New(rapid.Int64Range(-500, 2000).Draw(r, "rate"), -3)), "behind": Exactly(cents("behind", 0, 5000)),
		"quota(m)": Exactly(cents("quota of m", 1, 30000)), "before(m)": Exactly(cents("before", -1000, 20000)),
	}
	if rapid.Bool().Draw(r, "from 0") {
		q.Ranges["x"] = AtLeast(zero)
	}
	if rapid.Bool().Draw(r, "bonus") {
		q.Ranges["bonus"] = Exactly(cents("bonus", 0, 5000))
	}
	return q
}
