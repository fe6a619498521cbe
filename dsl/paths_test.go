package dsl

import (
	"testing"

	"pgregory.net/rapid"
)

// anyMoney draws a formula of money from every construct that keeps the unit.
func anyMoney(r *rapid.T, depth int) string {
	if depth == 0 {
		return rapid.SampledFrom([]string{"bookings", "quota(bookings)", "annual sales", "12.34 USD", "0 USD", "99_999_999_999.99 USD"}).Draw(r, "leaf")
	}
	a, b := anyMoney(r, depth-1), anyMoney(r, depth-1)
	return rapid.SampledFrom([]string{
		"(" + a + " + " + b + ")", "(" + a + " - " + b + ")", "(-" + a + ")", "abs(" + a + ")",
		"min(" + a + ", " + b + ")", "max(" + a + ", " + b + ")", "(" + a + ") * rate", "(" + a + ") * 12.5%",
		"round(" + a + ", 1)", "round(" + a + ", -2, \"half-up\")", "floor_to(" + a + ", 0)",
		"(" + a + " > " + b + " ? " + a + " : " + b + ")", "safe_div(" + a + ", rate, 0)",
		"marginal(" + a + ", bands)", "(let x = " + a + "; x + x)", "(bonus ?? (" + a + "))",
	}).Draw(r, "shape")
}

// slowly computes over integers of any size alone.
func (f *Formula) slowly(r *Row) (Value, error) {
	v, fault := f.program.Walk(r.frame)
	if fault != nil {
		return Value{}, f.fault(fault)
	}
	return f.value(r, v), nil
}

// The narrow and the wide evaluator are two programs: they must agree on every
// row that the narrow one claims to hold, and so must the traced one.
func TestNarrowWideAndTracedAgree(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		e := env()
		src := anyMoney(r, rapid.IntRange(1, 4).Draw(r, "depth"))
		f, ds := Compile(src, e)
		if f == nil {
			if ds[0].Code == "too-many-places" {
				return
			}
			r.Fatalf("%s: %v", src, ds)
		}
		in := e.NewRow()
		for i := range e.Inputs {
			if v := rapid.Int64().Draw(r, "value"); i != 7 {
				in.SetInt(i, v>>rapid.IntRange(0, 50).Draw(r, "shift"))
			}
		}
		v, err := f.Eval(in)
		want, wideErr := f.slowly(in)
		if (err == nil) != (wideErr == nil) || v.String() != want.String() {
			r.Fatalf("%s: %s (%v), wide %s (%v)", src, v, err, want, wideErr)
		}
		if err != nil {
			return
		}
		if n, traced, err := f.Explain(in, nil); err != nil || traced.String() != want.String() || n.Value != want.String() {
			r.Fatalf("%s: %s, traced %s (%v)", src, want, traced, err)
		}
	})
}

func FuzzCompile(f *testing.F) {
	for _, s := range []string{"bookings * 6%", "marginal(bookings, accelerator)", "let x = rate; x * x", "attainment(bookings) >= 80%", "if families > 3 { 1 } else { 2 }"} {
		f.Add(s, int64(12345))
	}
	e := env()
	f.Fuzz(func(t *testing.T, src string, v int64) {
		formula, ds := Compile(src, e)
		if (formula == nil) != ds.HasErrors() {
			t.Fatalf("%q: formula %v, findings %v", src, formula, ds)
		}
		if formula == nil {
			return
		}
		r := e.NewRow()
		for i, in := range e.Inputs {
			if in.Enum == nil {
				r.SetInt(i, v)
			} else {
				r.SetMember(i, 0)
			}
		}
		a, err := formula.Eval(r)
		b, wideErr := formula.slowly(r)
		if (err == nil) != (wideErr == nil) || err == nil && a.String() != b.String() {
			t.Fatalf("%q: %s (%v), wide %s (%v)", src, a, err, b, wideErr)
		}
	})
}
