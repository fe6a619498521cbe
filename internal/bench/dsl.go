package main

import (
	"fmt"
	"slices"
	"testing"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/table"
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

// revenues are what every contestant is fed: cents spread over the tiers.
func revenues() []int64 {
	out := make([]int64, 1024)
	x := uint64(88172645463325252)
	for i := range out {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		out[i] = int64(x % 70_000_000)
	}
	return out
}

// nanoseconds is the median time of one operation over n benchmarks, and its
// allocations.
func nanoseconds(n int, op func(b *testing.B)) (ns float64, allocs int64) {
	var all []float64
	for range n {
		r := testing.Benchmark(op)
		all = append(all, float64(r.T.Nanoseconds())/float64(r.N))
		allocs = r.AllocsPerOp()
	}
	slices.Sort(all)
	return all[n/2], allocs
}

func dslRows() ([]row, error) {
	f, inputs, err := formula(tiersText)
	if err != nil {
		return nil, err
	}
	const rounds = 5
	amounts := revenues()
	r := inputs.NewRow()
	ours, allocs := nanoseconds(rounds, func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			r.SetInt(0, amounts[i&1023])
			_, _ = f.Eval(r)
		}
	})
	traced, _ := nanoseconds(rounds, func(b *testing.B) {
		for i := range b.N {
			r.SetInt(0, amounts[i&1023])
			_, _, _ = f.Explain(r, nil)
		}
	})
	byHand, _ := nanoseconds(rounds, shopspringByHand(amounts))
	machine, err := exprMachine()
	if err != nil {
		return nil, err
	}
	overloads, _ := nanoseconds(rounds, machine(amounts))
	compile, _ := nanoseconds(rounds, func(b *testing.B) {
		for range b.N {
			_, _, _ = formula(tiersText)
		}
	})
	return []row{
		{"scalar, 4 tiers, allocations", fmt.Sprint(allocs), "0", allocs == 0},
		atLeast("scalar, against shopspring by hand", byHand/ours, 8),
		atLeast("scalar, against expr's VM with decimals", overloads/ours, 15),
		{"scalar, 4 tiers", fmt.Sprintf("%.0f ns", ours), "(for reading)", true},
		{"explained into a tree", fmt.Sprintf("%.1fx", traced/ours), "(for reading)", true},
		{"compile", fmt.Sprintf("%.0f us", compile/1000), "<= 100 us", compile <= 100_000},
	}, nil
}

func atLeast(name string, ratio, bar float64) row {
	return row{name, fmt.Sprintf("%.1fx", ratio), fmt.Sprintf(">= %.0fx", bar), ratio >= bar}
}

func formula(src string) (*dsl.Formula, dsl.Env, error) {
	env := dsl.Env{Inputs: []dsl.Input{{Name: "revenue", Unit: dsl.Money("USD"), Scale: 2}}, Tables: map[string]table.Table{}}
	f, found := dsl.Compile(src, env)
	if f == nil {
		return nil, env, found
	}
	return f, env, nil
}

func shopspringByHand(amounts []int64) func(b *testing.B) {
	var edge, rate, base []decimal.Decimal
	for i := range edges {
		edge, rate = append(edge, decimal.RequireFromString(edges[i])), append(rate, decimal.RequireFromString(rates[i]))
		if i == 0 {
			base = append(base, decimal.Zero)
		} else {
			base = append(base, base[i-1].Add(edge[i].Sub(edge[i-1]).Mul(rate[i-1])))
		}
	}
	return func(b *testing.B) {
		for n := range b.N {
			x := decimal.New(amounts[n&1023], -2)
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
func exprMachine() (func([]int64) func(*testing.B), error) {
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
	return func(amounts []int64) func(*testing.B) {
		return func(b *testing.B) {
			machine := vm.VM{}
			for n := range b.N {
				env["revenue"] = decimal.New(amounts[n&1023], -2)
				_, _ = machine.Run(program, env)
			}
		}
	}, nil
}
