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
