package main

import (
	"fmt"
	"math/bits"
	"runtime"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/table"
)

// chance is a small generator with a fixed seed: every run measures the same numbers.
type chance struct{ state uint64 }

func (c *chance) next() uint64 {
	c.state ^= c.state << 13
	c.state ^= c.state >> 7
	c.state ^= c.state << 17
	return c.state
}

// many is the number of rows that contestants go through: so many that no processor learns them
// by heart.
const many = 1 << 20

// amounts are cents below a limit.
func amounts(below uint64) []int64 {
	out, c := make([]int64, many), chance{88172645463325252}
	for i := range out {
		out[i] = int64(c.next() % below)
	}
	return out
}

func dslRows() ([]row, error) {
	var rows []row
	for _, part := range []func() ([]row, error){scalarRows, columnRows, quotientRows, compileRows} {
		more, err := part()
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

// tiersEnv is the scope of the contestants' formula, with the tiers as a table too.
func tiersEnv() dsl.Env {
	t := table.Table{Name: "tiers"}
	for i := range edges {
		t.Tiers = append(t.Tiers, table.Tier{From: decimal.RequireFromString(edges[i]), Rate: decimal.RequireFromString(rates[i])})
	}
	return dsl.Env{
		Inputs: []dsl.Input{{Name: "revenue", Unit: dsl.Money("USD"), Scale: 2}, {Name: "base", Unit: dsl.Money("USD"), Scale: 2}, {Name: "quota", Unit: dsl.Money("USD"), Scale: 2}, {Name: "rate", Unit: dsl.Ratio, Scale: 4}},
		Tables: map[string]table.Table{"tiers": t},
	}
}

func formula(env dsl.Env, src string) (*dsl.Formula, error) {
	f, found := dsl.Compile(src, env)
	if f == nil {
		return nil, found
	}
	return f, nil
}

// evaluating computes a formula row by row.
func evaluating(f *dsl.Formula, env dsl.Env, revenue []int64) func(n int) {
	r := env.NewRow()
	return func(n int) {
		for k := range n {
			r.SetInt(0, revenue[k%len(revenue)])
			_, _ = f.Eval(r)
		}
	}
}

func scalarRows() ([]row, error) {
	env, revenue := tiersEnv(), amounts(70_000_000)
	f, err := formula(env, tiersText)
	if err != nil {
		return nil, err
	}
	machine, err := exprMachine(revenue)
	if err != nil {
		return nil, err
	}
	celDoubles, err := celProgram(revenue)
	if err != nil {
		return nil, err
	}
	r := env.NewRow()
	ours := evaluating(f, env, revenue)
	m := race(
		contestant{name: "ours", do: ours},
		contestant{name: "traced", do: func(n int) {
			for k := range n {
				r.SetInt(0, revenue[k%len(revenue)])
				_, _, _ = f.Trace(r)
			}
		}},
		contestant{name: "tree", do: func(n int) {
			for k := range n {
				r.SetInt(0, revenue[k%len(revenue)])
				_, _, _ = f.Explain(r, nil)
			}
		}},
		contestant{name: "shopspring", do: byHandShopspring(revenue)},
		contestant{name: "expr", do: machine},
		contestant{name: "cel", do: celDoubles},
	)
	allocs := allocations(ours)
	return []row{
		{"scalar, 4 tiers, allocations", fmt.Sprintf("%.3f", allocs), "0", allocs < 0.01},
		atLeast("scalar, 4 tiers, shopspring by hand / ours", m["shopspring"]/m["ours"], 8),
		atLeast("scalar, 4 tiers, expr's VM with decimals / ours", m["expr"]/m["ours"], 15),
		atLeast("scalar, 4 tiers, cel-go with doubles / ours", m["cel"]/m["ours"], 3),
		atMostTimes("traced / untraced", m["traced"]/m["ours"], 2),
		forReading("scalar, 4 tiers", fmt.Sprintf("%.0f ns", m["ours"])),
		forReading("explained into a tree / evaluated", fmt.Sprintf("%.0fx", m["tree"]/m["ours"])),
	}, nil
}

// inColumns computes a formula over all rows at once, n times.
func inColumns(f *dsl.Formula, env dsl.Env, columns ...[]int64) (func(n int), error) {
	cols := env.NewColumns(many)
	for i, c := range columns {
		if err := cols.SetInt(i, c, nil); err != nil {
			return nil, err
		}
	}
	var out dsl.Results
	return func(n int) {
		for range n {
			f.EvalColumns(cols, &out)
		}
	}, nil
}

// columnRows hold columns against the loops that one would write in Go for whole cents, with
// nothing checked.
func columnRows() ([]row, error) {
	env, out := tiersEnv(), make([]int64, many)
	revenue, limit, rate := amounts(70_000_000), amounts(5_000_000), amounts(1500)
	loops := []struct {
		name, src string
		hand      func()
	}{
		{"4 tiers as a chain of ?:", tiersText, func() { byHandColumn(out, revenue) }},
		{"4 tiers as a table", "marginal(revenue, tiers)", func() { byHandColumn(out, revenue) }},
		{"4 tiers as a table, to cents", "round(marginal(revenue, tiers), 2)", func() { byHandRounded(out, revenue) }},
		{"revenue * rate, to cents", "round(revenue * rate, 2)", func() { byHandRate(out, revenue, rate) }},
		{"min(cap, revenue * rate), to cents", "min(base, round(revenue * rate, 2))", func() { byHandCapped(out, revenue, rate, limit) }},
	}
	var contestants []contestant
	for _, l := range loops {
		f, err := formula(env, l.src)
		if err != nil {
			return nil, err
		}
		ours, err := inColumns(f, env, revenue, limit, revenue, rate)
		if err != nil {
			return nil, err
		}
		contestants = append(contestants, contestant{name: l.name, do: ours}, contestant{name: l.name + " by hand", do: func(n int) {
			for range n {
				l.hand()
			}
		}})
	}
	m := race(contestants...)
	var rows []row
	for _, l := range loops {
		ours, hand := m[l.name], m[l.name+" by hand"]
		made := atMostTimes("columns, "+l.name+" / int64 loop", ours/hand, 2)
		made.measured += fmt.Sprintf(" (%.1f ns a row)", ours/many)
		rows = append(rows, made)
	}
	return rows, nil
}

// quotientRows measure base × (revenue ÷ quota): a product of cents and 16 places leaves 64 bits when
// base is over nine dollars.
func quotientRows() ([]row, error) {
	env := tiersEnv()
	f, err := formula(env, "base * (revenue / quota)")
	if err != nil {
		return nil, err
	}
	revenue, quota := amounts(70_000_000), amounts(60_000_000)
	for i := range quota {
		quota[i] += 10_000_000
	}
	small, quarter := amounts(130), amounts(130)
	for i := range quarter {
		if i%4 == 0 {
			quarter[i] = 5_000_000
		}
	}
	run := func(base []int64) func(n int) {
		r := env.NewRow()
		return func(n int) {
			for k := range n {
				i := k % many
				r.SetInt(0, revenue[i])
				r.SetInt(1, base[i])
				r.SetInt(2, quota[i])
				_, _ = f.Eval(r)
			}
		}
	}
	m := race(
		contestant{name: "none", do: run(small)},
		contestant{name: "quarter", do: run(quarter)},
		contestant{name: "hand", do: func(n int) {
			sum := uint64(0)
			for k := range n {
				i := k % many
				hi, lo := bits.Mul64(uint64(revenue[i]), 10_000_000_000_000_000)
				q, rest := bits.Div64(hi, lo, uint64(quota[i]))
				if half := uint64(quota[i]) - rest; rest > half || rest == half && q&1 == 1 {
					q++
				}
				hi, lo = bits.Mul64(q, uint64(quarter[i]))
				sum += hi + lo
			}
			runtime.KeepAlive(sum)
		}},
	)
	return []row{
		atMostTimes("base * (revenue / quota), a quarter of rows past int64 / none", m["quarter"]/m["none"], 3),
		forReading("base * (revenue / quota)", fmt.Sprintf("%.0f ns, %.1fx a loop by hand in 128 bits", m["quarter"], m["quarter"]/m["hand"])),
	}, nil
}

func compileRows() ([]row, error) {
	env := tiersEnv()
	if _, err := formula(env, tiersText); err != nil {
		return nil, err
	}
	rules := make([]string, 20_000)
	c := chance{42}
	for i := range rules {
		rules[i] = fmt.Sprintf(`product == "P%d" and region in ["R%d", "R%d"] and amount >= %d USD`, c.next()%4000, c.next()%600, c.next()%600, c.next()%100_000)
	}
	ruleEnv := dsl.Env{Inputs: []dsl.Input{{Name: "product", Unit: dsl.TextUnit}, {Name: "region", Unit: dsl.TextUnit}, {Name: "amount", Unit: dsl.Money("USD"), Scale: 2}}}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := cpu()
	shapes, kept := dsl.NewShapes(ruleEnv), make([]*dsl.Formula, 0, len(rules))
	for _, src := range rules {
		f, found := shapes.Compile(src, source.Map{})
		if f == nil {
			return nil, found
		}
		kept = append(kept, f)
	}
	took := cpu() - start
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(kept)
	each := float64(after.HeapAlloc-before.HeapAlloc) / float64(len(rules))
	m := race(contestant{name: "compile", do: func(n int) {
		for range n {
			_, _ = formula(env, tiersText)
		}
	}})
	return []row{
		{"compile, 4 tiers", fmt.Sprintf("%.0f us", m["compile"]/1000), "<= 100 us", m["compile"] <= 100_000},
		{"compile 20,000 conditions of one shape", fmt.Sprintf("%.0f ms", float64(took.Microseconds())/1000), "<= 1 s", took.Seconds() <= 1},
		{"memory of each", fmt.Sprintf("%.0f B", each), "<= 2048 B", each <= 2048},
	}, nil
}
