package dsl_test

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/source"
)

// How does a service compute a formula for many rows at once?
func ExampleFormula_EvalColumns() {
	env := dsl.Env{Inputs: []dsl.Input{{Name: "amount", Unit: dsl.Money("USD"), Scale: 2}, {Name: "rate", Unit: dsl.Ratio, Scale: 4}}}
	f, _ := dsl.Compile("round(amount * rate, 2)", env)
	cols := env.NewColumns(3)
	_ = cols.SetInt(0, []int64{100_000, 250_050, -5_000}, nil)            // cents
	_ = cols.SetInt(1, []int64{500, 625, 500}, []bool{true, true, false}) // ten-thousandths; the last row has none
	var out dsl.Results
	f.EvalColumns(cols, &out)
	fmt.Println(out.Coef)
	for _, o := range out.Others {
		fmt.Println("row", o.Row, o.Err)
	}
	// Output:
	// [5000 15628 0]
	// row 2 1:16: rate has no value; give it one in the data [missing-value]
}

// How do thousands of rules share compiled programs?
func ExampleShapes() {
	env := dsl.Env{Inputs: []dsl.Input{{Name: "product", Unit: dsl.TextUnit}, {Name: "seats", Unit: dsl.Counted}}}
	rules := dsl.NewShapes(env)
	small, _ := rules.Compile(`product == "Core" and seats >= 10`, source.Map{})
	large, _ := rules.Compile(`product == "Security" and seats >= 500`, source.Map{}) // compiles nothing
	row := env.NewRow()
	_ = row.SetText(0, "Core")
	row.SetInt(1, 12)
	for _, f := range []*dsl.Formula{small, large} {
		v, _ := f.Eval(row)
		fmt.Println(f.Source(), v)
	}
	// Output:
	// product == "Core" and seats >= 10 true
	// product == "Security" and seats >= 500 false
}

// How does an embedder add a function of its own to the language?
func ExampleFunc() {
	env := dsl.Env{
		Inputs: []dsl.Input{{Name: "seats", Unit: dsl.Counted}},
		Funcs: []dsl.Func{{
			Name: "list_price", Params: []dsl.Unit{dsl.Counted}, Result: dsl.Money("USD"), Scale: 2,
			Call: func(args []decimal.Decimal) (decimal.Decimal, error) { return args[0].Mul(decimal.New(1050, -2)), nil },
		}},
	}
	f, _ := dsl.Compile("list_price(seats) * 6%", env)
	row := env.NewRow()
	row.SetInt(0, 100)
	pay, _ := f.Eval(row)
	fmt.Println(pay, pay.Unit())
	_, problems := dsl.Compile("list_price(5%)", env)
	fmt.Println(problems[0].Message)
	// Output:
	// 63 money[USD]
	// list_price takes count here, 5% is ratio
}
