package analysis_test

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/analysis"
	"github.com/payproof/payproof/dsl/table"
)

func compile(src string, env dsl.Env) *dsl.Formula {
	f, problems := dsl.Compile(src, env)
	if f == nil {
		fmt.Println(problems)
	}
	return f
}

func bonus() (*dsl.Formula, analysis.Question) {
	usd := dsl.Money("USD")
	f := compile("attainment >= 1 ? min(cap, base * (1 + 0.5*(attainment-1))) : base*attainment", dsl.Env{Inputs: []dsl.Input{
		{Name: "attainment", Scale: 4}, {Name: "base", Unit: usd, Scale: 2}, {Name: "cap", Unit: usd, Scale: 2},
	}})
	return f, analysis.Question{
		Moves: []analysis.Move{{Input: "attainment"}},
		Ranges: map[string]analysis.Range{
			"attainment": analysis.AtLeast(decimal.Zero), "base": analysis.Exactly(decimal.New(50_000, 0)), "cap": analysis.Exactly(decimal.New(40_000, 0)),
		},
	}
}

// Does selling more ever pay less? The cap holds above 100 % only.
func ExampleMonotone() {
	f, q := bonus()
	v, _ := analysis.Monotone(f, q)
	fmt.Println(v.Outcome)
	for _, fall := range v.Falls {
		fmt.Println(fall.From.X, "pays", fall.From.Value)
		fmt.Println(fall.To.X, "pays", fall.To.Value)
	}
	q.Ranges["cap"] = analysis.Exactly(decimal.New(60_000, 0))
	v, _ = analysis.Monotone(f, q)
	fmt.Println("with a cap of 60,000:", v.Outcome)
	// Output:
	// falls
	// 0.9999 pays 49995
	// 1 pays 40000
	// with a cap of 60,000: proved
}

// What exactly is a formula, as a function of one input? The exact limit at the break is 50,000.
func ExampleShapeOf() {
	f, q := bonus()
	s, _ := analysis.ShapeOf(f, q)
	fmt.Print(s)
	for _, b := range s.Jumps() {
		fmt.Println("at", b.At.FloatString(0), "from", b.Before.FloatString(0), "to", b.On.FloatString(0), "and on from", b.Behind.FloatString(0))
	}
	// Output:
	// attainment 0: 0
	// attainment above 0 below 1: 50000 x
	// attainment 1: 40000
	// attainment above 1: 40000
	// at 1 from 50000 to 40000 and on from 40000
}

// Where does one more dollar pay a lump?
func ExampleCliffs() {
	usd := dsl.Money("USD")
	f := compile("bookings >= 80_000 USD ? 2_500 USD : 0 USD", dsl.Env{Inputs: []dsl.Input{{Name: "bookings", Unit: usd, Scale: 2}}})
	cliffs, _ := analysis.Cliffs(f, analysis.Question{Moves: []analysis.Move{{Input: "bookings"}}})
	for _, c := range cliffs {
		fmt.Println(c.Before.X, "pays", c.Before.Value, "and", c.At.X, "pays", c.At.Value)
	}
	// Output:
	// 79999.99 pays 0 and 80000 pays 2500
}

// What in a formula can never be?
func ExampleCheck() {
	usd := dsl.Money("USD")
	rates := table.Table{Name: "rates", Kind: table.Marginal, Tiers: []table.Tier{{Rate: decimal.New(5, -2)}, {From: decimal.New(100, 0), Rate: decimal.New(8, -2)}}}
	env := dsl.Env{Inputs: []dsl.Input{{Name: "bookings", Unit: usd, Scale: 2}}, Tables: map[string]table.Table{"rates": rates}}
	f := compile("bookings < 0 USD ? 1 USD : marginal(min(bookings, 50 USD), rates)", env)
	found, _ := analysis.Check(analysis.Asked{Formula: f, Question: analysis.Question{
		Ranges: map[string]analysis.Range{"bookings": analysis.AtLeast(decimal.Zero)},
	}})
	for _, d := range found {
		fmt.Println(d)
	}
	// Output:
	// warning: this tier of "rates" is never reached: what is looked up is from 0 up to 50; correct its edge, or leave it out [tier-unreachable]
	// 1:20: warning: `1 USD` is never reached, because `bookings < 0 USD` never holds; correct the condition, or leave out what is never paid [branch-unreachable]
}

// Which formulas read each other in a circle?
func ExampleGraph_Cycle() {
	g := analysis.Graph{
		{Name: "bonus", Reads: []string{"bookings"}},
		{Name: "cap", Reads: []string{"payout"}},
		{Name: "payout", Reads: []string{"bonus", "cap"}},
	}
	fmt.Println(g.CycleText())
	_, ok := g[:2].Order()
	fmt.Println(ok)
	// Output:
	// cap → payout → cap
	// true
}
