package dsl

import (
	"errors"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/table"
	"github.com/payproof/payproof/dsl/unit"
)

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func tiers(pairs ...string) (out []table.Tier) {
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, table.Tier{From: dec(pairs[i]), Rate: dec(pairs[i+1])})
	}
	return out
}

// env is the scope that the cases below share: a plan's measures, quotas and
// tables, in a formula for a period.
func env() Env {
	return Env{
		Inputs: []Input{
			{Name: "bookings", Unit: Money("USD"), Scale: 2},
			{Name: "quota(bookings)", Unit: Money("USD"), Scale: 2},
			{Name: "rate", Unit: Ratio, Scale: 4},
			{Name: "families", Unit: Counted},
			{Name: "kind", Unit: TextUnit, Enum: []string{"new", "renewal"}},
			{Name: "account", Unit: TextUnit},
			{Name: "closed", Unit: DateUnit},
			{Name: "bonus", Unit: Money("USD"), Scale: 2, Optional: true},
			{Name: "euros", Unit: Money("EUR"), Scale: 2},
			{Name: "partner", Unit: TextUnit, Optional: true},
			{Name: "helper", Unit: TextUnit, Optional: true},
			{Name: "level", Unit: TextUnit, Enum: []string{"gold", "silver"}, Optional: true},
			{Name: "annual sales", Unit: Money("USD"), Scale: 2},
		},
		Tables: map[string]table.Table{
			"accelerator": {Name: "accelerator", Edges: table.OfQuota, Tiers: tiers("0", "0.06", "1", "0.09", "1.5", "0.12")},
			"bands":       {Name: "bands", Tiers: tiers("0", "0.02", "200", "0.03", "500", "0.04", "1000", "0.055")},
			"limited":     {Name: "limited", Kind: table.Interpolated, Gives: Money("USD"), Max: ptr(dec("70.25")), Tiers: tiers("0", "0", "1000", "100")},
			"curve":       {Name: "curve", Kind: table.Whole, Tiers: tiers("0", "0", "0.8", "0.5", "1", "1")},
		},
	}
}

func row(t testing.TB, e Env, values map[string]string) *Row {
	t.Helper()
	r := e.NewRow()
	for name, v := range values {
		i := e.input(name)
		var err error
		switch e.Inputs[i].Unit.Kind {
		case unit.Text:
			err = r.SetText(i, v)
		case unit.Date:
			r.SetDate(i, calendar.MustDate(v))
		default:
			err = r.SetDecimal(i, dec(v))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func usual(t testing.TB, e Env) *Row {
	return row(t, e, map[string]string{
		"bookings": "1200.00", "quota(bookings)": "1000.00", "rate": "0.05", "families": "3", "kind": "new",
		"account": "acme", "helper": "ann", "closed": "2026-03-31", "euros": "7", "annual sales": "99.99",
	})
}

func TestFormulasGiveExactValues(t *testing.T) {
	e := env()
	r := usual(t, e)
	for _, c := range []struct{ src, want string }{
		{"bookings * 6%", "72"},
		{"marginal(bookings, bands)", "44"},
		{"marginal(bookings, accelerator)", "78"},
		{"bookings * tier_rate(bookings, bands)", "66"},
		{"tier_rate(attainment(bookings), curve)", "1"},
		{"tier_rate(attainment(bookings), accelerator)", "0.09"},
		{"tier_rate(bookings, accelerator)", "0.09"},
		{"marginal(attainment(bookings), accelerator)", "78"},
		{"attainment(bookings)", "1.2"},
		{"attainment(bookings) >= 120%", "true"},
		{"attainment(bookings) > 1.2", "false"},
		{"1 < attainment(bookings)", "true"},
		{"if families >= 3 { 2_500 USD } else { 0 USD }", "2500"},
		{"families > 3 ? 1 USD : 40 USD per family * families", "120"},
		{"let r = rate * 2; bookings * r + bookings * r", "240"},
		{"bookings / 7", "171.4285714285714286"},
		{"-bookings / 7", "-171.4285714285714286"},
		{"round(bookings / 7, 2)", "171.43"},
		{`round(171.425 USD, 2, "half-up")`, "171.43"},
		{"round(171.425 USD, 2)", "171.42"},
		{"round(bookings, -2)", "1200"},
		{"round(1_250 USD, -2)", "1200"},
		{`round(1_250 USD, -2, "half-up")`, "1300"},
		{"bookings / 7 | round(0)", "171"},
		{"ceil_to(bookings / 7, 0)", "172"},
		{"floor_to(bookings / -7, 0)", "-172"},
		{"clamp(bookings, 0 USD, 1_000 USD)", "1000"},
		{"min(bookings, 900 USD, 950.5 USD)", "900"},
		{"max(0 USD, bookings - 2000 USD)", "0"},
		{"abs(-bookings)", "1200"},
		{"safe_div(bookings, bookings - 1200, 0)", "0"},
		{"safe_div(bookings, quota(bookings), 0)", "1.2"},
		{`kind == "new" and account != "beta"`, "true"},
		{`kind in ["renewal"] or not (rate > 1)`, "true"},
		{`kind not in ["new"]`, "false"},
		{"0 < rate < 1", "true"},
		{`closed >= date("2026-03-31")`, "true"},
		{`days_between(date("2026-03-01"), closed)`, "30"},
		{"closed + 1", "2026-04-01"},
		{"add_days(closed, 1)", "2026-04-01"},
		{"add_months(closed, 1)", "2026-04-30"},
		{"add_months(closed, -1)", "2026-02-28"},
		{`days_between(closed, add_months(closed, 1)) / days_between(closed, closed + 60)`, "0.5"},
		{"prorate(bookings, 10, 30)", "400"},
		{`prorate(bookings, days_between(date("2026-03-01"), closed), 31)`, "1161.2903225806451613"},
		{"mod(families, 2)", "1"},
		{"mod(-families, 2)", "1"},
		{"mod(bookings, 500 USD)", "200"},
		{"blended_rate(bookings, bands)", "0.0366666666666667"},
		{"bonus ?? 25 USD", "25"},
		{"true", "true"},
		{"false", "false"},
		{"false or not true", "false"},
		{"interpolate(bookings, limited)", "70.25"},
		{"interpolate(families, limited)", "0.3"},
		{"bonus is missing", "true"},
		{`(partner ?? "none") == "none"`, "true"},
		{`(partner ?? "none") == "ann"`, "false"},
		{`(partner ?? "none") != "ann"`, "true"},
		{`(partner ?? "none") in ["ann", "none"]`, "true"},
		{`(helper ?? "none") == "ann"`, "true"},
		{`(helper ?? "none") not in ["ann"]`, "false"},
		{`(level ?? "none") == "gold"`, "false"},
		{`(level ?? "none") != "gold"`, "true"},
		{"bonus is not missing", "false"},
		{"annual sales + 0.01", "100"},
		{"bookings - 1_000 > 100", "true"},
		{"bookings / quota(bookings) == 1.2", "true"},
		{"0.1 + 0.2 == 0.3", "true"},
		{"99999999999999999999 * bookings", "119999999999999999998800"},
		{"kind == \"renewal\" ? bookings / 0 : 1 USD", "1"},
		{"rate > 1 and bookings / 0 > 1", "false"},
	} {
		f, ds := Compile(c.src, e)
		if f == nil {
			t.Errorf("%s: %v", c.src, ds)
			continue
		}
		v, err := f.Eval(r)
		if err != nil || v.String() != c.want {
			t.Errorf("%s = %s (%v), want %s", c.src, v, err, c.want)
		}
		n, traced, err := f.Explain(r, nil)
		if err != nil || traced.String() != c.want || n.Value != c.want {
			t.Errorf("%s: explained as %s (%v), want %s", c.src, traced, err, c.want)
		}
	}
}

func TestFaultsAreFoundWhenCompiling(t *testing.T) {
	for _, c := range []struct{ src, code, at, says string }{
		{"revnue * 2", "unknown-name", "revnue", "revnue"},
		{"min(kind, account)", "unit-mismatch", "min(kind, account)", "needs numbers or dates, kind is text"},
		{"max(rate > 1, rate > 2)", "unit-mismatch", "max(rate > 1, rate > 2)", "needs numbers or dates"},
		{"clamp(kind, account, kind)", "unit-mismatch", "clamp(kind, account, kind)", "needs numbers or dates"},
		{"mod(closed, closed)", "unit-mismatch", "mod(closed, closed)", "mod needs two numbers"},
		{"mod(kind, kind)", "unit-mismatch", "mod(kind, kind)", "mod needs two numbers"},
		{"boookings", "unknown-name", "boookings", "boookings"},
		{"bookings + rate", "unit-mismatch", "bookings + rate", "cannot add bookings (money[USD]) and rate (ratio)"},
		{"bookings + euros", "unit-mismatch", "bookings + euros", "money[EUR]"},
		{"bookings * bookings", "unit-mismatch", "bookings * bookings", "has no meaning"},
		{"bookings * euros", "unit-mismatch", "bookings * euros", "different currencies"},
		{"bookings + 5%", "unit-mismatch", "bookings + 5%", "cannot add"},
		{"bookings + 250 EUR", "unit-mismatch", "bookings + 250 EUR", "money[EUR]"},
		{"250 XQZ", "currency", "250 XQZ", "XQZ"},
		{"min(bookings, rate)", "unit-mismatch", "min(bookings, rate)", "cannot"},
		{"rate > 1 ? bookings : rate", "unit-mismatch", "rate > 1 ? bookings : rate", "cannot"},
		{"bookings ? 1 : 2", "unit-mismatch", "bookings", "condition"},
		{`kind == "nwe"`, "unknown-member", `"nwe"`, "never"},
		{`kind in ["new", "nwe"]`, "unknown-member", `"nwe"`, "never"},
		{`kind < "new"`, "unit-mismatch", `kind < "new"`, "no order"},
		{"bonus * 2", "optional", "bonus", "may be missing"},
		{"bookings ?? 1 USD", "optional", "bookings ?? 1 USD", "never missing"},
		{"marginal(bookings, acelerator)", "unknown-table", "acelerator", "acelerator"},
		{"marginal(bookings, curve)", "table-kind", "curve", "whole"},
		{"marginal(families, accelerator)", "no-quota", "families", "quota"},
		{"attainment(families)", "no-quota", "attainment(families)", "quota"},
		{"rond(bookings, 2)", "unknown-function", "rond(bookings, 2)", "rond"},
		{"round(bookings)", "arity", "round(bookings)", "round"},
		{"round(bookings, 1.5)", "round-places", "1.5", "places"},
		{`round(bookings, 2, "halfup")`, "round-mode", `"halfup"`, "halfup"},
		{`date("2026-02-30")`, "date", `"2026-02-30"`, "2026-02-30"},
		{"not bookings", "unit-mismatch", "not bookings", "true or false"},
		{"let bookings = 1; bookings", "shadowed-name", "bookings = 1; bookings", "already"},
		{"accelerator * 2", "unknown-name", "accelerator", "table"},
		{"rate in [1]", "unit-mismatch", "rate", "in works on texts"},
		{"0.00000000000000000001 * rate * 0.00000000000000000001", "too-many-places", "0.00000000000000000001 * rate * 0.00000000000000000001", "44 decimal places"},
	} {
		f, ds := Compile(c.src, env())
		if f != nil || len(ds) == 0 {
			t.Errorf("%s was accepted", c.src)
			continue
		}
		d := ds[0]
		got := c.src[d.Span.From.Col-1 : d.Span.To.Col-1]
		if d.Code != c.code || !strings.Contains(d.Message, c.says) || got != c.at {
			t.Errorf("%s:\n got %s at %q: %s\nwant %s at %q: … %s", c.src, d.Code, got, d.Message, c.code, c.at, c.says)
		}
	}
}

func TestAllFaultsOfAFormulaAreFoundAtOnce(t *testing.T) {
	_, ds := Compile(`revnue * 2 > bookings + rate and kind == "nwe"`, env())
	if len(ds) != 3 {
		t.Errorf("found %d of 3:\n%v", len(ds), ds)
	}
}

func TestTheResultMustHaveTheUnitThatIsWanted(t *testing.T) {
	e := env()
	usd := Money("USD")
	e.Want = &usd
	for src, ok := range map[string]bool{"bookings": true, "0": true, "1 + 2": true, "rate": false, "5%": false, "bookings > 1": false, "euros": false} {
		f, ds := Compile(src, e)
		if (f != nil) != ok {
			t.Errorf("%s: %v", src, ds)
		}
		if f != nil && f.Unit() != usd {
			t.Errorf("%s gives %s", src, f.Unit())
		}
	}
}

func TestRowsThatCanNotBeEvaluatedSayWhy(t *testing.T) {
	e := env()
	for _, c := range []struct {
		src, code string
		values    map[string]string
	}{
		{"1 / (rate - 0.05)", "division-by-zero", map[string]string{"rate": "0.05"}},
		{"bookings * 2", "missing-value", nil},
		{"attainment(bookings) > 1", "quota-not-positive", map[string]string{"bookings": "1", "quota(bookings)": "0"}},
		{"marginal(bookings, accelerator)", "quota-not-positive", map[string]string{"bookings": "1", "quota(bookings)": "-5"}},
		{"bookings * 99999999999999999999999999999999999999", "too-large", map[string]string{"bookings": "99"}},
		{`account == "x"`, "missing-value", nil},
	} {
		f, ds := Compile(c.src, e)
		if f == nil {
			if ds[0].Code != c.code {
				t.Errorf("%s: %v", c.src, ds)
			}
			continue
		}
		_, err := f.Eval(row(t, e, c.values))
		var bad *EvalError
		if !errors.As(err, &bad) || bad.Diagnostic.Code != c.code {
			t.Errorf("%s: %v, want %s", c.src, err, c.code)
		}
	}
}

func TestEvaluationDoesNotAllocate(t *testing.T) {
	e := env()
	f, ds := Compile(`kind == "new" ? marginal(bookings, accelerator) : bookings * rate`, e)
	if f == nil {
		t.Fatal(ds)
	}
	r := usual(t, e)
	if n := testing.AllocsPerRun(100, func() { _, _ = f.Eval(r) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestALetIsEvaluatedOnce(t *testing.T) {
	var b strings.Builder
	b.WriteString("let v0 = rate;")
	for i := 1; i <= 30; i++ {
		b.WriteString(" let v" + string(rune('a'+i%26)) + string(rune('a'+i/26)) + " = " + prev(i) + " + " + prev(i) + ";")
	}
	b.WriteString(" " + prev(31))
	f, ds := Compile(b.String(), env())
	if f == nil {
		t.Fatal(ds)
	}
	n, v, err := f.Explain(usual(t, env()), nil)
	if err != nil || v.String() != "53687091.2" || n == nil {
		t.Errorf("2^30 × 0.05 = %s (%v)", v, err)
	}
}

func prev(i int) string {
	if i == 1 {
		return "v0"
	}
	i--
	return "v" + string(rune('a'+i%26)) + string(rune('a'+i/26))
}

func TestProductsOfIntegersAreBounded(t *testing.T) {
	src := "let a0 = 99999; "
	for i := range 24 {
		src += "let a" + strings.Repeat("x", i+1) + " = a" + strings.Repeat("x", i) + suffix(i) + " * a" + strings.Repeat("x", i) + suffix(i) + "; "
	}
	f, ds := Compile(src+"a"+strings.Repeat("x", 24), Env{})
	if f == nil {
		t.Fatal(ds)
	}
	var bad *EvalError
	if _, err := f.Eval(f.NewRow()); !errors.As(err, &bad) || bad.Diagnostic.Code != "too-large" {
		t.Errorf("99999^(2^24): %v", err)
	}
}

func suffix(i int) string {
	if i == 0 {
		return "0"
	}
	return ""
}

func TestPositionsAreThoseOfTheFile(t *testing.T) {
	e := env()
	e.Origin = source.At("plan.yaml", source.Pos{Line: 7, Col: 11})
	_, ds := Compile("bookings * rte", e)
	if got := ds[0].Span.String(); got != "plan.yaml:7:22" {
		t.Errorf("points at %s", got)
	}
}

func TestBranchesNotTakenAreKeptApart(t *testing.T) {
	f, ds := Compile("if families >= 3 { 2_500 USD } else { bookings }", env())
	if f == nil {
		t.Fatal(ds)
	}
	for families, taken := range map[string]string{"3": "2500", "2": "1200"} {
		r := usual(t, env())
		if err := r.SetDecimal(3, dec(families)); err != nil {
			t.Fatal(err)
		}
		n, _, err := f.Explain(r, nil)
		if err != nil || len(n.Args) != 2 || n.Args[1].Value != taken || len(n.NotTaken) != 1 {
			t.Errorf("%s families: %v, not taken %v (%v)", families, n.Args, n.NotTaken, err)
		}
	}
}
