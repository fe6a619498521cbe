package dsl

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/table"
)

// A function of the embedding program is called with decimals, checked for its units, and what it
// gives wrongly is an error of the row.
func TestFunctionsOfTheEmbedder(t *testing.T) {
	broken := errors.New("the price list is closed")
	e := env()
	e.Funcs = []Func{
		{Name: "list_price", Params: []Unit{Counted}, Result: Money("USD"), Scale: 2, Call: func(a []decimal.Decimal) (decimal.Decimal, error) {
			switch n := a[0].IntPart(); n {
			case 0:
				return decimal.Zero, broken
			case 1:
				return dec("0.001"), nil
			default:
				return decimal.New(n*1050, -2), nil
			}
		}},
	}
	f, ds := Compile("bookings - list_price(families)", e)
	if f == nil {
		t.Fatal(ds)
	}
	r := usual(t, e)
	if v, err := f.Eval(r); err != nil || v.String() != "1168.5" {
		t.Errorf("%s, %v", v, err)
	}
	_ = r.SetDecimal(e.input("families"), dec("1"))
	if _, err := f.Eval(r); err == nil || !strings.Contains(err.Error(), "list_price gave a number that is finer than 2 decimal places") {
		t.Errorf("too fine: %v", err)
	}
	_ = r.SetDecimal(e.input("families"), dec("0"))
	var failed *EvalError
	if _, err := f.Eval(r); !errors.Is(err, broken) || !errors.As(err, &failed) || failed.Diagnostic.Code != "function-failed" {
		t.Errorf("failed: %v", err)
	}
	for src, says := range map[string]string{
		"list_price(bookings)":  "takes count here",
		"list_price(1, 2)":      "other arguments",
		"list_prise(families)":  `did you mean "list_price"?`,
		"list_price(families)%": "stands alone",
	} {
		if f, ds := Compile(src, e); f != nil || !strings.Contains(ds[0].Error()+ds[0].Hint, says) {
			t.Errorf("%s: %v", src, ds)
		}
	}
	why, _, err := f.Explain(usual(t, e), nil)
	if err != nil || why.Args[1].Op != "function" || why.Args[1].Label != "list_price" || why.Args[1].Value != "31.5" {
		t.Errorf("%+v, %v", why, err)
	}
}

// A place's currency is bound row by row; amounts of two places do not add, a conversion
// multiplies with the rate that the row has, and a literal fits only where the place is pinned.
func TestCurrenciesOfPlaces(t *testing.T) {
	e := Env{Inputs: []Input{
		{Name: "amount", Unit: Money("event"), Scale: 2},
		{Name: "quota", Unit: Money("quota"), Scale: 2},
		{Name: "fx(event, pay)", Unit: Ratio, Scale: 6},
	}}
	for src, says := range map[string]string{
		"amount + quota":          "different currencies",
		"amount / quota":          "convert one of them first",
		"amount + 250 USD":        "different currencies",
		"amount + fx(quota, pay)": "no rate from quota to pay",
		"fx(fx(event, pay), pay)": "unknown name",
		"fx(amount)":              "write fx(amount, pay)",
		"fx(0.5, pay)":            "fx converts amounts of money",
	} {
		if f, ds := Compile(src, e); f != nil || !strings.Contains(ds[0].Error()+ds[0].Hint, says) {
			t.Errorf("%s: %v", src, ds)
		}
	}
	f, ds := Compile("fx(amount, pay) * 10%", e)
	if f == nil {
		t.Fatal(ds)
	}
	r := f.NewRow()
	gbp, eur := money.MustCurrency("GBP"), money.MustCurrency("EUR")
	r.Bind("event", gbp)
	r.Bind("pay", eur)
	if err := r.SetAmount(0, money.MustParse("200.00 EUR")); err == nil || !strings.Contains(err.Error(), "is not in GBP") {
		t.Errorf("an amount of another currency: %v", err)
	}
	if err := errors.Join(r.SetAmount(0, money.MustParse("200.00 GBP")), r.SetDecimal(2, dec("1.15"))); err != nil {
		t.Fatal(err)
	}
	v, err := f.Eval(r)
	if a, amountErr := v.Amount(); err != nil || amountErr != nil || a != money.MustParse("23 EUR") {
		t.Errorf("%s, %v, %v", a, err, amountErr)
	}
	why, _, err := f.Explain(r, nil)
	if err != nil || why.Unit != "EUR" || why.Args[0].Args[0].Unit != "GBP" {
		t.Errorf("%+v, %v", why, err)
	}
	e.Pins = map[string]string{"event": "USD"}
	if f, ds := Compile("amount + 250 USD", e); f == nil || f.Unit() != Money("event") {
		t.Errorf("a pinned place: %v", ds)
	}
	if f, ds := Compile("amount + 250 EUR", e); f != nil {
		t.Errorf("a pinned place took another currency: %v", ds)
	}
	usd := Money("USD")
	e.Want = &usd
	if f, ds := Compile("amount * 2", e); f == nil {
		t.Errorf("a pinned place as the result: %v", ds)
	}
}

// A table with versions is read by the date that the env names.
func TestVersionsOfATable(t *testing.T) {
	e := env()
	e.On = "closed"
	rate := func(r string) table.Table { return table.Table{Name: "dated", Kind: table.Whole, Tiers: tiers("0", r)} }
	dated := rate("0")
	dated.Versions = []table.Version{
		{Effective: inclusive("2026-04-01", ""), Table: rate("0.2")},
		{Effective: inclusive("", "2026-03-31"), Table: rate("0.1")},
	}
	e.Tables["dated"] = dated
	f, ds := Compile("bookings * tier_rate(bookings, dated)", e)
	if f == nil {
		t.Fatal(ds)
	}
	for day, want := range map[string]string{"2026-03-31": "120", "2026-04-01": "240"} {
		r := usual(t, e)
		r.SetDate(e.input("closed"), mustDate(day))
		if v, err := f.Eval(r); err != nil || v.String() != want {
			t.Errorf("%s: %s, %v", day, v, err)
		}
	}
	e.On = ""
	if _, ds := Compile("bookings * tier_rate(bookings, dated)", e); len(ds) != 1 || ds[0].Code != "table-versions" {
		t.Errorf("without a date: %v", ds)
	}
}

// Formulas of one outline share a program, and are as independent as others: values, faults and
// explanations are in their own words.
func TestShapesShareProgramsAndNothingElse(t *testing.T) {
	e := env()
	s := NewShapes(e)
	compile := func(src string, line int) *Formula {
		t.Helper()
		f, ds := s.Compile(src, source.Map{File: "rules.yaml", Anchors: []source.Anchor{{Pos: source.Pos{Line: line, Col: 9}}}})
		if f == nil {
			t.Fatal(src, ds)
		}
		return f
	}
	a := compile(`kind == "new" and bookings / rate > 1_000 USD`, 3)
	b := compile(`kind == "renewal" and bookings / rate > 25_000 USD`, 4)
	c := compile(`kind == "new" and bookings / rate > 1_000.5 USD`, 5)
	if a.program != b.program || a.program == c.program {
		t.Error("formulas of one outline share a program, and 1000.5 is of another")
	}
	r := usual(t, e) // new, 1200 / 0.05 = 24,000
	for f, want := range map[*Formula]bool{a: true, b: false, c: true} {
		if v, err := f.Eval(r); err != nil || v.Bool() != want {
			t.Errorf("%s: %v, %v", f.Source(), v, err)
		}
	}
	r.SetMember(e.input("kind"), 1)
	if v, err := b.Eval(r); err != nil || v.Bool() {
		t.Errorf("24,000 is over 25,000: %v", err)
	}
	_ = r.SetDecimal(e.input("rate"), dec("0"))
	if _, err := b.Eval(r); err == nil || !strings.HasPrefix(err.Error(), "rules.yaml:4:31: bookings / rate divides by zero") {
		t.Errorf("fault: %v", err)
	}
	_ = r.SetDecimal(e.input("rate"), dec("0.01"))
	why, v, err := b.Explain(r, nil)
	if err != nil || !v.Bool() || why.Args[1].Args[1].Value != "25000" || why.Args[1].Args[1].Text != "25_000 USD" {
		t.Errorf("%+v, %v", why, err)
	}
	parts := b.Parts() // with this formula's texts and numbers, not those of the one whose program it shares
	if last := parts[len(parts)-1]; last.Op != "and" || last.At.From.Line != 4 || last.Text != b.Source() {
		t.Errorf("parts: %+v", parts)
	}
	renewal := slices.ContainsFunc(parts, func(p Part) bool { return p.Op == "one of" && slices.Equal(p.Texts, []string{"renewal"}) })
	if over := slices.ContainsFunc(parts, func(p Part) bool { return p.Op == "const" && p.Value.Equal(dec("25000")) }); !renewal || !over {
		t.Errorf("parts: %+v", parts)
	}
	for _, src := range []string{`kind == "nwe"`, "bookings > 01", "round(bookings, 2) > 5", `closed > date("2026-01-31")`, "attainment(bookings) > 90", "bookings >", "// note\nrate > 1"} {
		f, ds := s.Compile(src, source.Map{})
		alone, aloneFound := Compile(src, e)
		if (f == nil) != (alone == nil) || ds.Error() != aloneFound.Error() {
			t.Errorf("%s: %v, alone %v", src, ds, aloneFound)
		}
	}
}

// One formula serves any number of goroutines.
func TestAFormulaIsSafeForConcurrentUse(t *testing.T) {
	e := pathsEnv()
	f, ds := Compile("marginal(bookings, accel) * (bookings / quota(bookings)) + half(bookings)", e)
	if f == nil {
		t.Fatal(ds)
	}
	var wait sync.WaitGroup
	for g := range 8 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			r, d := e.NewRow(), dice{uint64(g)}
			for range 300 {
				d.row(e, r)
				want, wantErr := f.slowly(r)
				if got, err := f.Eval(r); !same(want, got, wantErr, err) {
					t.Errorf("%s (%v), want %s (%v)", got, err, want, wantErr)
					return
				}
				if _, got, err := f.Explain(r, nil); !same(want, got, wantErr, err) {
					t.Errorf("explained %s (%v), want %s (%v)", got, err, want, wantErr)
					return
				}
			}
		}()
	}
	wait.Wait()
}

// Evaluating and tracing allocate nothing while results fit 64 bits.
func TestEvaluatingAllocatesNothing(t *testing.T) {
	e := pathsEnv()
	r := e.NewRow()
	for i, in := range e.Inputs {
		if in.Enum == nil {
			r.SetInt(i, 30_000)
		} else {
			r.SetMember(i, 0)
		}
	}
	_ = r.SetText(e.input("account"), "acme")
	for _, src := range []string{
		"marginal(bookings, accel)", "bookings * (bookings / quota(bookings)) | round(2)", "bookings > 5 ? bookings * 5% : 0 USD",
		"interpolate(bookings, line) | round(2)", "bookings * lookup(kind, account, kinds)", "excess(sold, overpart)",
	} {
		f, ds := Compile(src, e)
		if f == nil {
			t.Fatal(src, ds)
		}
		if n := testing.AllocsPerRun(100, func() {
			if _, err := f.Eval(r); err != nil {
				t.Fatal(err)
			}
			if _, _, err := f.Trace(r); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s allocates %v times", src, n)
		}
	}
}

// What is given to columns wrongly is refused.
func TestColumnsAreChecked(t *testing.T) {
	e := env()
	c := e.NewColumns(2)
	for _, err := range []error{
		c.SetInt(e.input("bookings"), []int64{1}, nil),
		c.SetInt(e.input("bookings"), []int64{1, 2}, []bool{true}),
		c.SetInt(e.input("kind"), []int64{0, 2}, nil),
		c.SetInt(e.input("account"), []int64{0, 1}, nil),
		c.SetText(e.input("kind"), []string{"new", "new"}, nil),
		c.SetText(e.input("account"), []string{"acme"}, nil),
	} {
		if err == nil {
			t.Error("a wrong column was accepted")
		}
	}
	f, _ := Compile(`if account == "acme" { bookings * 10% } else { bookings / 0 }`, e)
	if err := errors.Join(c.SetInt(0, []int64{1000, 2000}, nil), c.SetText(e.input("account"), []string{"acme", "beta"}, nil)); err != nil {
		t.Fatal(err)
	}
	var out Results
	f.EvalColumns(c, &out)
	if len(out.Others) != 1 || out.Others[0].Row != 1 || out.Others[0].Err == nil || out.Coef[0] != 10_000_000_000_000_000 {
		t.Errorf("%v, %+v", out.Coef, out.Others)
	}
}

func mustDate(s string) calendar.Date { return calendar.MustDate(s) }

// inclusive is a range of days, both ends included; an empty end is open.
func inclusive(from, to string) calendar.Range {
	var a, b calendar.Date
	if from != "" {
		a = mustDate(from)
	}
	if to != "" {
		b = mustDate(to)
	}
	return calendar.Inclusive(a, b)
}
