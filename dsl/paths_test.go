package dsl

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/table"
	"github.com/payproof/payproof/dsl/unit"
)

// Every formula is computed by several programs: closures in 64 bits, closures in 128, a walk over
// integers of any size, the same while traced, columns, and the program that formulas of one
// outline share. They have to agree on every value and on every fault. The walk is the simple
// one: it is the oracle.
//
// Each check is of 32 rows; a long run, of over 20,000 rows for every shape:
//
//	go test ./dsl -run TestProgramsAgree -rapid.checks=640

// slowly computes over integers of any size alone.
func (f *Formula) slowly(r *Row) (Value, error) {
	r.frame.Literals, r.frame.Texts = f.literals, f.texts
	v, fault := f.program.Walk(r.frame)
	if fault != nil {
		return Value{}, f.failed(r, fault)
	}
	return f.value(r, v), nil
}

// pathsEnv has an input of every kind, and a table of every kind.
func pathsEnv() Env {
	points := func(pairs ...string) []table.Tier { return tiers(pairs...) }
	cells := func(values ...string) (out []decimal.Decimal) {
		for _, v := range values {
			out = append(out, dec(v))
		}
		return out
	}
	usd := Money("USD")
	most := dec("900")
	return Env{
		Inputs: []Input{
			{Name: "bookings", Unit: usd, Scale: 2},
			{Name: "quota(bookings)", Unit: usd, Scale: 2},
			{Name: "rate", Unit: Ratio, Scale: 4},
			{Name: "families", Unit: Counted},
			{Name: "kind", Unit: TextUnit, Enum: []string{"new", "renewal", "cancel"}},
			{Name: "account", Unit: TextUnit},
			{Name: "closed", Unit: DateUnit},
			{Name: "bonus", Unit: usd, Scale: 2, Optional: true},
			{Name: "annual sales", Unit: usd, Scale: 2},
			{Name: "sold", Unit: usd, Scale: 2, Running: true},
			{Name: "before(sold)", Unit: usd, Scale: 2},
			{Name: "after(sold)", Unit: usd, Scale: 2},
			{Name: "quota(sold)", Unit: usd, Scale: 2},
			{Name: "fine", Unit: Ratio, Scale: 16},
		},
		Tables: map[string]table.Table{
			"bands":    {Name: "bands", Tiers: tiers("0", "0.02", "200", "0.03", "500", "0.04", "1000", "0.055")},
			"accel":    {Name: "accel", Edges: table.OfQuota, Tiers: tiers("0", "0.06", "1", "0.09", "1.5", "0.12")},
			"late":     {Name: "late", Below: table.Zero, Lower: true, Tiers: tiers("100", "0.02", "500.5", "0.03")},
			"curve":    {Name: "curve", Kind: table.Whole, Edges: table.OfQuota, Tiers: tiers("0", "0", "0.8", "0.5", "1", "1")},
			"over":     {Name: "over", Kind: table.Excess, Base: dec("300"), Tiers: tiers("0", "0.05", "200", "0.01", "1000", "0.1")},
			"overpart": {Name: "overpart", Kind: table.Excess, Edges: table.OfQuota, Base: dec("1"), Lower: true, Tiers: tiers("0", "0.05", "1.25", "0.1")},
			"grow":     {Name: "grow", Kind: table.Proportional, Tiers: points("100", "0.01", "400", "0.05", "900", "0.11")},
			"line":     {Name: "line", Kind: table.Interpolated, Gives: usd, Beyond: table.Slope, Max: &most, Tiers: points("100", "0", "400", "70.5", "900", "600")},
			"payout":   {Name: "payout", Kind: table.Interpolated, Edges: table.OfQuota, Below: table.Extend, Tiers: points("0.8", "0.5", "1", "1", "1.5", "2.25")},
			"lumps":    {Name: "lumps", Kind: table.Step, Gives: usd, Below: table.First, Tiers: tiers("0", "5", "250", "10.25", "700", "99")},
			"grid": {
				Name: "grid", Kind: table.Matrix, By: []string{"sold", "rate"},
				Axes:  []table.Axis{{By: "sold", Edges: cells("0", "200", "600")}, {By: "rate", Edges: cells("0", "0.5")}},
				Cells: cells("0.01", "0.02", "0.03", "0.04", "0.05", "0.06"),
			},
			"plane": {
				Name: "plane", Kind: table.Matrix, Bilinear: true, Edges: table.OfQuota, By: []string{"sold", "rate"},
				Axes:  []table.Axis{{By: "sold", Edges: cells("0", "0.5", "1.1")}, {By: "rate", Edges: cells("0", "0.5", "2")}},
				Cells: cells("0.01", "0.02", "0.33", "0.04", "0.05", "0.06", "0.17", "0", "0.5"),
			},
			"kinds": {
				Name: "kinds", Kind: table.Lookup, By: []string{"kind", "account"}, Default: ptr(dec("0.003")),
				Axes:  []table.Axis{{By: "kind", Members: []string{"new", "cancel"}}, {By: "account", Members: []string{"acme"}}},
				Cells: cells("0.1", "0.2"),
			},
		},
		Funcs: []Func{{
			Name: "half", Params: []Unit{usd}, Result: usd, Scale: 3,
			Call: func(args []decimal.Decimal) (decimal.Decimal, error) {
				if args[0].IsNegative() {
					return decimal.Zero, errors.New("nothing to halve")
				}
				return args[0].Mul(dec("0.5")), nil
			},
		}},
	}
}

func ptr[T any](v T) *T { return &v }

// shapesOf are formulas of money by what they are built of; A and B are parts of money.
var shapesOf = []string{
	"(A + B)", "(A - B)", "(-A)", "abs(A)", "min(A, B)", "max(A, B)", "(A * rate)", "(A * 12.5%)", "round(A, 1)",
	`round(A, -2, "half-up")`, `round(A, 0, "ceiling")`, "floor_to(A, 0)", "(A > B ? A : B)", "safe_div(A, rate, 0)", "(A / (rate + 1))",
	"mod(A, B)", "clamp(A, 0 USD, B)", "(let x = A; x + x)", "(bonus ?? A)", "half(A)",
	`(if kind == "new" and account != "beta" { A } else if kind in ["renewal", "cancel"] or bonus is missing { B } else { 0 USD })`,
	`(if add_months(closed, families) > add_days(date("2026-02-28"), families) { A } else { B })`,
	"(if attainment(bookings) >= 80% { A } else { B })", "(A * (bookings / quota(bookings)))", "(A * attainment(bookings))",
	"prorate(A, days_between(date(\"2026-01-01\"), closed), days_between(date(\"2026-01-01\"), closed + 90))",
	"marginal(A, bands)", "marginal(bookings, accel)", "marginal(A, late)", "marginal(sold, accel)", "marginal(sold, bands)", "(A * blended_rate(A, bands))",
	"(A * tier_rate(attainment(bookings), curve))", "excess(A, over)", "excess(bookings, overpart) ", "excess(sold, overpart)",
	"proportional(A, grow)", "proportional(sold, grow)", "interpolate(A, line)", "(A * interpolate(attainment(bookings), payout))", "step(A, lumps)",
	"(A * lookup(B, rate, grid))", "(A * lookup(attainment(bookings), rate, plane))", "(A * lookup(kind, account, kinds))", "(A * fine)",
}

func anyPart(r *rapid.T, depth int) string {
	if depth == 0 {
		return rapid.SampledFrom([]string{"bookings", "quota(bookings)", "annual sales", "after(sold)", "12.34 USD", "0 USD", "99_999_999_999.99 USD"}).Draw(r, "leaf")
	}
	shape := rapid.SampledFrom(shapesOf).Draw(r, "shape")
	return fill(shape, anyPart(r, depth-1), anyPart(r, depth-1))
}

func fill(shape, a, b string) string {
	var out []byte
	for i := range len(shape) {
		isA, isB := shape[i] == 'A', shape[i] == 'B'
		if (isA || isB) && (i+1 == len(shape) || !letter(shape[i+1])) && (i == 0 || !letter(shape[i-1])) {
			out = append(out, map[bool]string{true: a, false: b}[isA]...)
			continue
		}
		out = append(out, shape[i])
	}
	return string(out)
}

func letter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// dice throws numbers from a seed: rows are too many to draw each of their values.
type dice struct{ state uint64 }

func (d *dice) next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	z := d.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (d *dice) below(n int) int { return int(d.next() % uint64(n)) }

// value is any of int64, more often near zero and at the edges of tables.
func (d *dice) value() int64 {
	switch d.below(6) {
	case 0:
		edges := []int64{0, 1, -1, 20_000, 19_999, 50_000, 100_000, 100_001, math.MaxInt64, math.MinInt64, math.MinInt64 + 1}
		return edges[d.below(len(edges))]
	case 1:
		return int64(d.below(400_000)) - 200_000
	case 2:
		return int64(d.next()) >> 40
	}
	return int64(d.next()) >> d.below(50)
}

func (d *dice) row(e Env, in *Row) {
	in.Reset()
	for i, input := range e.Inputs {
		switch {
		case d.below(40) == 0:
			in.SetMissing(i)
		case input.Enum != nil:
			in.SetMember(i, d.below(len(input.Enum)))
		case input.Unit.Kind == unit.Text:
			_ = in.SetText(i, []string{"acme", "beta", "gamma"}[d.below(3)])
		case input.Unit.Kind == unit.Date:
			in.SetDate(i, calendar.FromOrdinal(int32(d.below(3_652_059))+1))
		case d.below(30) == 0:
			_ = in.SetDecimal(i, decimal.New(d.value(), int32(d.below(12+int(input.Scale)))-int32(input.Scale)))
		default:
			in.SetInt(i, d.value())
		}
	}
}

// compiled compiles in both ways, and skips formulas that are refused for their places.
func compiled(r *rapid.T, e Env, src string) []*Formula {
	f, ds := Compile(src, e)
	shared, sharedFound := NewShapes(e).Compile(src, e.Origin)
	if (f == nil) != (shared == nil) || len(ds) != len(sharedFound) {
		r.Fatalf("%s: alone %v, as a shape %v", src, ds, sharedFound)
	}
	if f == nil {
		if ds[0].Code != "too-many-places" {
			r.Fatalf("%s: %v", src, ds)
		}
		return nil
	}
	return []*Formula{f, shared}
}

func same(a, b Value, aErr, bErr error) bool {
	return (aErr == nil) == (bErr == nil) && (aErr != nil && aErr.Error() == bErr.Error() || aErr == nil && a.String() == b.String() && a.scale == b.scale)
}

func agree(r *rapid.T, e Env, src string, rows int) {
	d := dice{rapid.Uint64().Draw(r, "seed")}
	for _, f := range compiled(r, e, src) {
		in := e.NewRow()
		cols := e.NewColumns(rows)
		coef, text, has := make([][]int64, len(e.Inputs)), make([][]string, len(e.Inputs)), make([][]bool, len(e.Inputs))
		var want []Value
		var faults []error
		for range rows {
			d.row(e, in)
			v, err := f.slowly(in)
			if got, gotErr := f.Eval(in); !same(v, got, err, gotErr) {
				r.Fatalf("%s: %s (%v), slowly %s (%v)", src, got, gotErr, v, err)
			}
			n, traced, tracedErr := f.Explain(in, nil)
			if !same(v, traced, err, tracedErr) || err == nil && n.Value != v.String() {
				r.Fatalf("%s: traced %s (%v), slowly %s (%v)", src, traced, tracedErr, v, err)
			}
			for i := range e.Inputs { // columns hold what fits them; the rest is missing there
				wide := in.frame.Wide[i] != nil
				has[i] = append(has[i], in.frame.Has[i] && !wide)
				coef[i], text[i] = append(coef[i], in.frame.Coef[i]), append(text[i], in.frame.Text[i])
				if wide {
					in.SetMissing(i)
				}
			}
			v, err = f.slowly(in)
			want, faults = append(want, v), append(faults, err)
		}
		for i, input := range e.Inputs {
			var err error
			if input.Unit.Kind == unit.Text && input.Enum == nil {
				err = cols.SetText(i, text[i], has[i])
			} else {
				err = cols.SetInt(i, coef[i], has[i])
			}
			if err != nil {
				r.Fatal(err)
			}
		}
		var out Results
		f.EvalColumns(cols, &out)
		got := columnValues(f, &out)
		for row := range rows {
			if !same(want[row], got[row].Value, faults[row], got[row].Err) {
				r.Fatalf("%s: columns give %s (%v), slowly %s (%v)", src, got[row].Value, got[row].Err, want[row], faults[row])
			}
		}
	}
}

// columnValues are the results in the order of rows.
func columnValues(f *Formula, out *Results) []Other {
	all := make([]Other, len(out.Coef))
	for i, c := range out.Coef {
		all[i] = Other{Row: i, Value: Value{coef: c, scale: f.Scale(), unit: f.Unit()}}
	}
	for _, o := range out.Others {
		all[o.Row] = o
	}
	return all
}

func TestProgramsAgree(t *testing.T) {
	e, rows := pathsEnv(), 32
	if testing.Short() {
		rows = 4
	}
	for i, shape := range shapesOf {
		t.Run(fmt.Sprintf("%02d", i), func(t *testing.T) {
			rapid.Check(t, func(r *rapid.T) {
				depth := rapid.SampledFrom([]int{0, 0, 1, 2}).Draw(r, "depth")
				agree(r, e, fill(shape, anyPart(r, depth), anyPart(r, depth)), rows)
			})
		})
	}
}

func FuzzCompile(f *testing.F) {
	for _, s := range []string{"bookings * 6%", "marginal(bookings, accel)", "let x = rate; x * x", "attainment(bookings) >= 80%", "if families > 3 { 1 } else { 2 }", `kind in ["new"] and account == "acme"`, "lookup(kind, account, kinds)", "closed + 1 > date(\"2026-01-31\")"} {
		f.Add(s, int64(12345))
	}
	for _, s := range shapesOf {
		f.Add(fill(s, "bookings", "after(sold)"), int64(-7))
	}
	e := pathsEnv()
	f.Fuzz(func(t *testing.T, src string, v int64) {
		formula, ds := Compile(src, e)
		if (formula == nil) != ds.HasErrors() {
			t.Fatalf("%q: formula %v, findings %v", src, formula, ds)
		}
		if slices.ContainsFunc(ds, func(d source.Diagnostic) bool { return d.Code == "formula-fault" }) {
			t.Fatalf("%q: a fault that nobody reports", src)
		}
		shared, sharedFound := NewShapes(e).Compile(src, e.Origin)
		if (shared == nil) != (formula == nil) || len(sharedFound) != len(ds) {
			t.Fatalf("%q: alone %v, as a shape %v", src, ds, sharedFound)
		}
		if formula == nil {
			return
		}
		r := e.NewRow()
		for i, in := range e.Inputs {
			switch {
			case in.Enum != nil:
				r.SetMember(i, int(uint64(v)%uint64(len(in.Enum))))
			case in.Unit.Kind == unit.Text:
				_ = r.SetText(i, "acme")
			case in.Unit.Kind == unit.Date:
				r.SetDate(i, calendar.FromOrdinal(int32(uint64(v)%3_652_059)+1))
			default:
				r.SetInt(i, v>>(i%4*16))
			}
		}
		want, wantErr := formula.slowly(r)
		for _, f := range []*Formula{formula, shared} {
			if got, err := f.Eval(r); !same(want, got, wantErr, err) {
				t.Fatalf("%q: %s (%v), slowly %s (%v)", src, got, err, want, wantErr)
			}
			if n, got, err := f.Explain(r, nil); !same(want, got, wantErr, err) || err == nil && n == nil {
				t.Fatalf("%q: traced %s (%v), slowly %s (%v)", src, got, err, want, wantErr)
			}
		}
	})
}
