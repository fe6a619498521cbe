package analysis

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl"
)

// Formulas of the largest size, made to be hard, are looked at in bounded time: plans may come
// from people who are not trusted.
func TestHostileFormulasAreBounded(t *testing.T) {
	usd := dsl.Money("USD")
	env := dsl.Env{}
	ranges := map[string]Range{}
	for i := range 12 {
		name := fmt.Sprintf("m%d", i)
		env.Inputs = append(env.Inputs, dsl.Input{Name: name, Unit: usd, Scale: 2}, dsl.Input{Name: fmt.Sprintf("r%d", i), Scale: 2})
		ranges[name] = AtLeast(decimal.Zero)
	}
	lets, chain, nested, sum := "", "", "m0", "0 USD"
	for i := range 30 {
		lets += fmt.Sprintf("let v%d = %s; ", i, fmt.Sprintf("m%d > m%d ? v%d + m%d * 1%% : v%d - m%d", i%12, (i+5)%12, i-1, i%12, i-1, (i+1)%12))
		chain += fmt.Sprintf("m%d * r%d > %d USD ? m%d * r%d + m1 : ", i%12, (i+3)%12, i*100, i%12, i%7)
		nested = fmt.Sprintf("max(min(%s, m%d * r%d), m%d)", nested, i%12, i%12, (i+1)%12)
		sum += fmt.Sprintf(" + m%d * r%d * r%d", i%12, i%11, i%7)
	}
	lets = strings.ReplaceAll(strings.ReplaceAll(lets, "v-1", "m11"), "? m11", "? m11")
	for name, src := range map[string]string{
		"lets": lets + "v29", "chain": chain + "m0", "nested": nested, "sum": sum, "sums": "(" + sum + ") * (r1 + r2 + r3) > m1 ? " + sum + " : m2 - (" + sum + ")",
		"product": "m0" + strings.Repeat(" * (r0 + r1)", 10),
	} {
		t.Run(name, func(t *testing.T) {
			f, ds := dsl.Compile(src, env)
			if f == nil {
				t.Fatal(ds)
			}
			start := time.Now()
			v, err := Monotone(f, Question{Moves: []Move{{Input: "m0"}}, Ranges: ranges})
			if took := time.Since(start); err != nil || took > 20*time.Second {
				t.Errorf("%v after %s", err, took)
			} else {
				t.Log(v.Outcome, v.Tries, took)
			}
		})
	}
}
