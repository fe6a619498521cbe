package main

import (
	"fmt"

	"cel.dev/cel-go/cel"
	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
	"github.com/shopspring/decimal"
)

// The four tiers of all contestants.
var (
	edges = []string{"0", "100000", "250000", "500000"}
	rates = []string{"0.05", "0.08", "0.10", "0.12"}
)

// tiersText is the formula as a plan would write it without a table.
const tiersText = `revenue <= 100000 ? revenue * 0.05 :
	revenue <= 250000 ? 5000 + (revenue - 100000) * 0.08 :
	revenue <= 500000 ? 17000 + (revenue - 250000) * 0.10 :
	42000 + (revenue - 500000) * 0.12`

// byHandShopspring computes the tiers with decimals.
func byHandShopspring(amounts []int64) func(n int) {
	var edge, rate, base []decimal.Decimal
	for i := range edges {
		edge, rate = append(edge, decimal.RequireFromString(edges[i])), append(rate, decimal.RequireFromString(rates[i]))
		if i == 0 {
			base = append(base, decimal.Zero)
		} else {
			base = append(base, base[i-1].Add(edge[i].Sub(edge[i-1]).Mul(rate[i-1])))
		}
	}
	return func(n int) {
		for k := range n {
			x := decimal.New(amounts[k%len(amounts)], -2)
			i := len(edge) - 1
			for i > 0 && x.LessThanOrEqual(edge[i]) {
				i--
			}
			_ = base[i].Add(x.Sub(edge[i]).Mul(rate[i]))
		}
	}
}

// exprMachine runs the formula on expr's own VM, with shopspring decimals and
// operators overloaded as its documentation shows.
func exprMachine(amounts []int64) (func(n int), error) {
	d := func(s string) decimal.Decimal { return decimal.RequireFromString(s) }
	env := map[string]any{
		"revenue": decimal.Zero, "add": decimal.Decimal.Add, "sub": decimal.Decimal.Sub, "mul": decimal.Decimal.Mul, "le": decimal.Decimal.LessThanOrEqual,
	}
	names := map[string]string{"100000": "n100000", "250000": "n250000", "500000": "n500000", "5000": "n5000", "17000": "n17000", "42000": "n42000", "0.05": "r5", "0.08": "r8", "0.10": "r10", "0.12": "r12"}
	for text, name := range names {
		env[name] = d(text)
	}
	program, err := expr.Compile(`revenue <= n100000 ? revenue * r5 :
		revenue <= n250000 ? n5000 + (revenue - n100000) * r8 :
		revenue <= n500000 ? n17000 + (revenue - n250000) * r10 :
		n42000 + (revenue - n500000) * r12`, expr.Env(env),
		expr.Operator("+", "add"), expr.Operator("-", "sub"), expr.Operator("*", "mul"), expr.Operator("<=", "le"))
	if err != nil {
		return nil, err
	}
	machine := vm.VM{}
	return func(n int) {
		for k := range n {
			env["revenue"] = decimal.New(amounts[k%len(amounts)], -2)
			_, _ = machine.Run(program, env)
		}
	}, nil
}

// celProgram runs the formula in CEL with doubles, which are not exact.
func celProgram(amounts []int64) (func(n int), error) {
	env, err := cel.NewEnv(cel.Variable("revenue", cel.DoubleType))
	if err != nil {
		return nil, err
	}
	ast, issues := env.Compile(`revenue <= 100000.0 ? revenue * 0.05 :
		revenue <= 250000.0 ? 5000.0 + (revenue - 100000.0) * 0.08 :
		revenue <= 500000.0 ? 17000.0 + (revenue - 250000.0) * 0.10 :
		42000.0 + (revenue - 500000.0) * 0.12`)
	if issues.Err() != nil {
		return nil, issues.Err()
	}
	program, err := env.Program(ast)
	if err != nil {
		return nil, err
	}
	vars := map[string]any{"revenue": 0.0}
	if _, _, err := program.Eval(vars); err != nil {
		return nil, fmt.Errorf("cel: %w", err)
	}
	return func(n int) {
		for k := range n {
			vars["revenue"] = float64(amounts[k%len(amounts)]) / 100
			_, _, _ = program.Eval(vars)
		}
	}, nil
}

// byHandColumn is the loop that one would write in Go for whole cents: the pay of the tiers in
// ten-thousandths, nothing checked.
//
//go:noinline
func byHandColumn(out, revenue []int64) {
	for i, x := range revenue {
		switch {
		case x <= 100_000_00:
			out[i] = x * 5
		case x <= 250_000_00:
			out[i] = 5_000_0000 + (x-100_000_00)*8
		case x <= 500_000_00:
			out[i] = 17_000_0000 + (x-250_000_00)*10
		default:
			out[i] = 42_000_0000 + (x-500_000_00)*12
		}
	}
}

// byHandRounded is byHandColumn rounded half-even to cents.
//
//go:noinline
func byHandRounded(out, revenue []int64) {
	byHandColumn(out, revenue)
	for i, v := range out {
		out[i] = cents(v, 100)
	}
}

// cents rounds half-even by a power of ten.
func cents(v, by int64) int64 {
	q, rest := v/by, v%by
	if rest > by/2 || rest == by/2 && q&1 == 1 {
		q++
	}
	return q
}

// byHandRate is revenue × rate rounded to cents, nothing checked.
//
//go:noinline
func byHandRate(out, revenue, rate []int64) {
	for i, x := range revenue {
		out[i] = cents(x*rate[i], 10_000)
	}
}

// byHandCapped is min(cap, revenue × rate) rounded to cents, nothing checked.
//
//go:noinline
func byHandCapped(out, revenue, rate, limit []int64) {
	for i, x := range revenue {
		out[i] = min(cents(x*rate[i], 10_000), limit[i])
	}
}
