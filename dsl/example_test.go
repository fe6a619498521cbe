package dsl_test

import (
	"fmt"
	"os"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/trace"
)

// What does a formula pay, and why?
func ExampleCompile() {
	env := dsl.Env{Inputs: []dsl.Input{{Name: "amount", Unit: dsl.Money("USD"), Scale: 2}}}
	f, problems := dsl.Compile("amount * 6%", env)
	if f == nil {
		fmt.Println(problems)
		return
	}
	row := f.NewRow()
	_ = row.SetDecimal(0, decimal.New(8000, 0))
	why, pay, _ := f.Explain(row, nil)
	fmt.Println(pay, pay.Unit())
	_ = why.WriteText(os.Stdout, trace.TextOptions{})
	// Output:
	// 480 money[USD]
	// 480 USD  mul  `amount * 6%`  1:1
	// ├ 8000 USD  input amount  1:1
	// └ 0.06  literal  `6%`  1:10
}

// What does a plan designer see who mixes up money and a rate?
func ExampleCompile_unitMismatch() {
	env := dsl.Env{Inputs: []dsl.Input{
		{Name: "revenue", Unit: dsl.Money("USD"), Scale: 2}, {Name: "rate", Scale: 4},
	}}
	_, problems := dsl.Compile("revenue + rate", env)
	fmt.Println(problems)
	// Output:
	// 1:1: cannot add revenue (money[USD]) and rate (ratio); did you mean revenue * (1 + rate)? [unit-mismatch]
}
