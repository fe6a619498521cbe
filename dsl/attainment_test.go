package dsl

import (
	"testing"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/table"
	"github.com/payproof/payproof/dsl/trace"
)

// The measure and quota of the contract: through a quotient of 16 places this
// pays 2,999.89.
func TestAttainmentIsAPairNotAQuotient(t *testing.T) {
	e := env()
	r := row(t, e, map[string]string{"bookings": "49998.25", "quota(bookings)": "300000"})
	f, ds := Compile("marginal(bookings, accelerator)", e)
	if f == nil {
		t.Fatal(ds)
	}
	if v, err := f.Eval(r); err != nil || v.String() != "2999.895" {
		t.Errorf("pays %s (%v), exactly 2999.895", v, err)
	}
}

// 49,998.25 of a quota of 300,000 at 6 %: through a quotient of 16 places it pays 2,999.89, exactly
// 2,999.90 (semantics 1.5).
func TestAQuotientThatIsUndoneIsPointedOut(t *testing.T) {
	e := env()
	for src, want := range map[string]int{
		"bookings / quota(bookings) * quota(bookings) * 6%":       1,
		"quota(bookings) * (1 + attainment(bookings))":            1,
		"(let a = attainment(bookings) - 1; quota(bookings) * a)": 1,
		"bookings * quota(bookings) / quota(bookings) | round(2)": -1,
		"bookings / quota(bookings) * annual sales":               0,
		"bookings * (bookings / quota(bookings))":                 0,
		"(bookings + annual sales) / quota(bookings) * 2_000 USD": 0,
	} {
		f, ds := Compile(src, e)
		switch {
		case want < 0 && f == nil: // money × money has no meaning
		case f == nil || len(ds) != want || want > 0 && ds[0].Code != "quotient-undone":
			t.Errorf("%s: %v", src, ds)
		}
	}
}

func TestARunningMeasureIsPaidByItsOwnSlices(t *testing.T) {
	e := Env{
		Inputs: []Input{
			{Name: "amount", Unit: Money("USD"), Scale: 2},
			{Name: "bookings", Unit: Money("USD"), Scale: 2, Running: true},
			{Name: "before(bookings)", Unit: Money("USD"), Scale: 2},
			{Name: "after(bookings)", Unit: Money("USD"), Scale: 2},
		},
		Tables: map[string]table.Table{"t": {Name: "t", Tiers: tiers("0", "0.06", "100000", "0.12")}},
	}
	f, ds := Compile("marginal(bookings, t)", e)
	if f == nil {
		t.Fatal(ds)
	}
	r := row(t, e, map[string]string{"amount": "60000", "before(bookings)": "80000", "after(bookings)": "140000"})
	n, v, err := f.Explain(r, nil)
	if err != nil || v.String() != "6000" {
		t.Fatalf("the second deal of the contract pays %s (%v), want 1,200 + 4,800", v, err)
	}
	total := decimal.Zero
	for _, a := range n.Args {
		if a.Op == trace.Slice {
			total = total.Add(dec(a.Value))
		}
	}
	if !total.Equal(dec("6000")) {
		t.Errorf("the slices add up to %s", total)
	}
	if _, ds := Compile("bookings * 2", e); len(ds) == 0 || ds[0].Code != "running-measure" {
		t.Errorf("a running measure has no one value: %v", ds)
	}
	// Given back: from 140,000 down to 80,000.
	r = row(t, e, map[string]string{"before(bookings)": "140000", "after(bookings)": "80000"})
	if n, v, err := f.Explain(r, nil); err != nil || v.String() != "-6000" || len(n.Args) != 4 {
		t.Errorf("giving back pays %v (%v) in %v", v, err, n)
	}
}
