package trace_test

import (
	"os"

	"github.com/payproof/payproof/dsl/trace"
)

// How does an explanation read?
func ExampleNode_WriteText() {
	why := &trace.Node{Op: trace.Mul, Text: "amount * 6%", Value: "480", Unit: "USD", Args: []*trace.Node{
		{Op: trace.Input, Label: "amount", Value: "8000", Unit: "USD"},
		{Op: trace.Literal, Text: "6%", Value: "0.06", Unit: "ratio"},
	}}
	_ = why.WriteText(os.Stdout, trace.TextOptions{})
	// Output:
	// 480 USD  mul  `amount * 6%`
	// ├ 8000 USD  input amount
	// └ 0.06  literal  `6%`
}
