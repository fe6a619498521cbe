package analysis

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/analysis/internal/prove"
	"github.com/payproof/payproof/dsl/analysis/internal/rat"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/table"
)

func num(s string) decimal.Decimal { return decimal.RequireFromString(s) }

// tiersOf are "from rate", or "above rate" with an exclamation mark before.
func tiersOf(texts ...string) (out []table.Tier) {
	for _, s := range texts {
		var from, rate string
		above := s[0] == '!'
		if above {
			s = s[1:]
		}
		if _, err := fmt.Sscan(s, &from, &rate); err != nil {
			panic(err)
		}
		out = append(out, table.Tier{From: num(from), Rate: num(rate), Above: above})
	}
	return out
}

func dec(s string) *decimal.Decimal {
	d := num(s)
	return &d
}

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

func compiled(r *rapid.T, depth int) *dsl.Formula {
	return compiledFrom(r, anyMoney(r, depth))
}

func compiledFrom(r *rapid.T, src string) *dsl.Formula {
	f, ds := dsl.Compile(src, world())
	if f == nil && ds.Only(source.Error)[0].Code != "too-many-places" && ds.Only(source.Error)[0].Code != "unit-mismatch" {
		r.Fatalf("%s: %v", src, ds)
	}
	return f
}

// The shape is the formula: at its breaks, beside them and between them, within the error it states;
// and what it says never falls does not.
func TestTheShapeIsTheFormula(t *testing.T) {
	known, all := 0, 0
	rapid.Check(t, func(r *rapid.T) {
		if f := compiled(r, rapid.IntRange(1, 4).Draw(r, "depth")); f != nil {
			all++
			if whole, _ := shapeAgrees(r, f); whole {
				known++
			}
		}
	})
	t.Logf("%d of %d shapes known throughout", known, all)
}

// Each kind of formula, for many rows: the shape is the formula, and nothing proved is contradicted.
func TestEachKindOfFormula(t *testing.T) {
	rows := 20_000
	if testing.Short() {
		rows = 1_000
	}
	for kind := range shapes {
		t.Run(fmt.Sprint(kind), func(t *testing.T) {
			sampled, formulas := 0, 0
			for sampled < rows && !t.Failed() {
				rapid.Check(t, func(r *rapid.T) {
					f := compiledFrom(r, moneyOf(r, rapid.IntRange(1, 3).Draw(r, "depth"), kind))
					if f == nil {
						return
					}
					formulas++
					if rapid.Bool().Draw(r, "one line") {
						_, n := shapeAgrees(r, f)
						sampled += n
					} else {
						_, n := provedHolds(r, f, 2)
						sampled += n
					}
				})
			}
			t.Logf("%d rows of %d formulas", sampled, formulas)
		})
	}
}

func shapeAgrees(r *rapid.T, f *dsl.Formula) (known bool, rows int) {
	q := anyQuestion(r, false)
	p, m, err := q.resolve(f)
	if err != nil {
		r.Fatal(err)
	}
	s := newShape(p, m)
	e := newEvaluator(p, m, f, nil)
	pt := point{values: make([]*big.Rat, len(p.Inputs)), texts: m.Text}
	for i, in := range m.Start {
		if m.Given[i] && in.IsPoint() {
			pt.values[i] = in.Low.At
		}
	}
	domain := m.Whole(m.First)
	xs := s.places()
	for range 4 {
		xs = append(xs, big.NewRat(rapid.Int64Range(-30000, 60000).Draw(r, "x"), 100))
	}
	xs = ascending(xs, s.unit, domain.Has)
	up, within := s.Monotone()
	var top *big.Rat
	for _, x := range xs {
		v, ok := e.value(pt, x)
		if e.failed != nil && strings.Contains(e.failed.Error(), "[too-large]") {
			continue // exact, but of more digits than the formula may give
		}
		s.agrees(r, f.Source(), x, v, ok)
		if !ok {
			continue
		}
		if up && top != nil && rat.Sub(top, v).Cmp(within) > 0 {
			r.Fatalf("%s: said to rise within %s, falls from %s to %s at %s\n%s", f.Source(), within, top.FloatString(20), v.FloatString(20), x.FloatString(2), s)
		}
		if top == nil || v.Cmp(top) > 0 {
			top = v
		}
	}
	return s.Outside() == nil, e.tries
}

// agrees checks one value against the piece that holds x.
func (s Shape) agrees(r *rapid.T, src string, x, v *big.Rat, ok bool) {
	for _, p := range s.Pieces {
		holds := p.IsPoint() && x.Cmp(p.From) == 0 || !p.IsPoint() && (p.From == nil || x.Cmp(p.From) > 0) && (p.To == nil || x.Cmp(p.To) < 0)
		switch {
		case !holds:
			continue
		case p.Outside != nil && p.Outside.Fault && ok:
			r.Fatalf("%s at %s: %s, but the shape says there is no value\n%s", src, x.FloatString(2), v.FloatString(20), s)
		case p.Outside != nil:
			return
		case !ok:
			r.Fatalf("%s at %s: no value, but the shape has one\n%s", src, x.FloatString(2), s)
		case rat.Abs(rat.Sub(p.At(x), v)).Cmp(p.Off) > 0:
			r.Fatalf("%s at %s: %s, the shape has %s within %s\n%s", src, x.FloatString(2), v.FloatString(20), p.At(x).FloatString(20), p.Off.FloatString(20), s)
		}
		return
	}
	r.Fatalf("%s: %s lies in no piece\n%s", src, x.FloatString(2), s)
}

// What is proved of all rows holds for every row that is drawn; and each value lies within the
// ranges of its parts.
func TestNothingProvedIsContradicted(t *testing.T) {
	proved, all := 0, 0
	rapid.Check(t, func(r *rapid.T) {
		if f := compiled(r, rapid.IntRange(1, 4).Draw(r, "depth")); f != nil {
			all++
			if yes, _ := provedHolds(r, f, 6); yes {
				proved++
			}
		}
	})
	t.Logf("%d of %d proved", proved, all)
}

func provedHolds(r *rapid.T, f *dsl.Formula, points int) (proved bool, rows int) {
	q := anyQuestion(r, true)
	p, m, err := q.resolve(f)
	if err != nil {
		r.Fatal(err)
	}
	shown := prove.Formula(p, m)
	s := search{evaluator: newEvaluator(p, m, f, nil), least: rat.Zero(), dice: dice(rapid.Uint64().Draw(r, "seed")), marks: marks(p)}
	for n := range points {
		s.contradict(r, f.Source(), s.point(n*rapid.IntRange(1, 9).Draw(r, "skip")), shown)
	}
	return shown.Dir&prove.Falls == 0, s.evaluator.tries
}

// The whole answer, with some inputs fixed, some free and a gate: a proof is not contradicted by
// rows within what roundings take away, and a fall is one.
func TestNoVerdictIsContradicted(t *testing.T) {
	var count [3]int
	rapid.Check(t, func(r *rapid.T) {
		f := compiled(r, rapid.IntRange(1, 3).Draw(r, "depth"))
		if f == nil {
			return
		}
		q := anyQuestion(r, true)
		for _, name := range []string{"y", "quota(x)", "rate", "behind", "quota(m)", "before(m)"} {
			if rapid.IntRange(0, 3).Draw(r, name) > 0 {
				q.Ranges[name] = Exactly(decimal.New(rapid.Int64Range(1, 20000).Draw(r, name), -2))
			}
		}
		if rapid.Bool().Draw(r, "gated") {
			gate, _ := dsl.Compile(anyCondition(r, 1), world())
			q.Gate = gate
		}
		q.Tries = 150
		v, err := Monotone(f, q)
		if err != nil {
			r.Fatal(err)
		}
		count[v.Outcome]++
		for _, fall := range v.Falls {
			if !fall.To.X.GreaterThan(fall.From.X) || !fall.To.Value.LessThan(fall.From.Value) {
				r.Fatalf("%s: %v is no fall", f.Source(), fall)
			}
		}
		if v.Outcome != Proved {
			return
		}
		p, m, _ := q.resolve(f)
		s := search{evaluator: newEvaluator(p, m, f, q.Gate), least: rat.Add(v.Within, rat.Unit(30)), dice: dice(rapid.Uint64().Draw(r, "seed")), marks: marks(p)}
		for n := range 5 {
			if found := s.along(s.point(n * rapid.IntRange(1, 9).Draw(r, "skip"))); len(found) > 0 {
				r.Fatalf("%s: proved within %s, but falls from %v to %v", f.Source(), v.Within, s.sample(found[0].at, found[0].from), s.sample(found[0].at, found[0].to))
			}
		}
	})
	t.Logf("%d not found, %d proved, %d fall", count[NotFound], count[Proved], count[Falls])
}

func (s *search) contradict(r *rapid.T, src string, pt point, shown prove.Result) {
	xs := newShape(s.Program, s.fixed(pt)).places()
	xs = ascending(append(xs, s.edges(pt)...), s.Unit(s.q.First), s.q.Whole(s.q.First).Has)
	var last *big.Rat
	for _, x := range xs {
		v, ok := s.value(pt, x)
		if !ok {
			continue
		}
		if !shown.In.Has(v) {
			r.Fatalf("%s is %s at %v, said to be %s", src, v.FloatString(20), s.sample(pt, x), shown.In.Text())
		}
		if last != nil && (v.Cmp(last) < 0 && shown.Dir&prove.Falls == 0 || v.Cmp(last) > 0 && shown.Dir&prove.Rises == 0) {
			r.Fatalf("%s: from %s to %s at %v, said to go %d", src, last.FloatString(20), v.FloatString(20), s.sample(pt, x), shown.Dir)
		}
		last = v
	}
}
