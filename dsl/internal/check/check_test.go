package check

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/dsl/internal/syntax"
	"github.com/payproof/payproof/dsl/table"
	"github.com/payproof/payproof/dsl/unit"
)

var update = flag.Bool("update", false, "rewrite testdata/units.txt")

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func tiers(pairs ...string) (out []table.Tier) {
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, table.Tier{From: dec(pairs[i]), Rate: dec(pairs[i+1])})
	}
	return out
}

// scope is that of the formulas in testdata/units.txt, which begins with a word on it.
func scope() Scope {
	usd, eur := unit.Money("USD"), unit.Money("EUR")
	dated := table.Table{Name: "dated", Kind: table.Whole, Tiers: tiers("0", "0.1")}
	first, second := dated, dated
	second.Tiers = tiers("0", "0.125")
	dated.Versions = []table.Version{
		{Effective: calendar.Inclusive(calendar.Date{}, calendar.MustDate("2026-06-30")), Table: first},
		{Effective: calendar.Inclusive(calendar.MustDate("2026-07-01"), calendar.Date{}), Table: second},
	}
	most := dec("900")
	return Scope{
		Inputs: []Input{
			{Name: "amount", Unit: usd, Scale: 2},
			{Name: "euros", Unit: eur, Scale: 2},
			{Name: "rate", Unit: unit.Ratio, Scale: 4},
			{Name: "seats", Unit: unit.Counted},
			{Name: "price", Unit: unit.MoneyPer("USD"), Scale: 2},
			{Name: "closed", Unit: unit.DateUnit},
			{Name: "term", Unit: unit.DayCount},
			{Name: "kind", Unit: unit.TextUnit, Enum: []string{"new", "renewal"}},
			{Name: "account", Unit: unit.TextUnit},
			{Name: "large", Unit: unit.BoolUnit},
			{Name: "bonus", Unit: usd, Scale: 2, Optional: true},
			{Name: "partner", Unit: unit.TextUnit, Optional: true},
			{Name: "event.list price", Unit: usd, Scale: 2},
			{Name: "local", Unit: unit.Money("event"), Scale: 2},
			{Name: "paid", Unit: unit.Money("pay"), Scale: 2},
			{Name: "fx(event, pay)", Unit: unit.Ratio, Scale: 6},
			{Name: "sold", Unit: usd, Scale: 2, Running: true},
			{Name: "before(sold)", Unit: usd, Scale: 2},
			{Name: "after(sold)", Unit: usd, Scale: 2},
			{Name: "quota(sold)", Unit: usd, Scale: 2},
			{Name: "booked", Unit: usd, Scale: 2},
			{Name: "quota(booked)", Unit: usd, Scale: 2},
			{Name: "deals", Unit: unit.Counted},
			{Name: "quota(deals)", Unit: unit.Counted},
			{Name: "odd", Unit: unit.Counted},
			{Name: "quota(odd)", Unit: usd, Scale: 2},
			{Name: "earned(commission, year to date)", Unit: usd, Scale: 2},
		},
		Tables: map[string]table.Table{
			"bands":   {Name: "bands", Tiers: tiers("0", "0.02", "200", "0.035")},
			"perUnit": {Name: "perUnit", Gives: unit.MoneyPer("USD"), Tiers: tiers("0", "2.50", "10", "3")},
			"accel":   {Name: "accel", Edges: table.OfQuota, Tiers: tiers("0", "0.06", "1", "0.09")},
			"reached": {Name: "reached", Kind: table.Whole, Tiers: tiers("0", "0.5", "3", "1")},
			"over":    {Name: "over", Kind: table.Excess, Edges: table.OfQuota, Base: dec("1"), Tiers: tiers("0", "0.1")},
			"grow":    {Name: "grow", Kind: table.Proportional, Tiers: tiers("0", "0.01", "100", "0.05")},
			"line":    {Name: "line", Kind: table.Interpolated, Gives: usd, Max: &most, Tiers: tiers("0", "0", "1000", "600")},
			"curve":   {Name: "curve", Kind: table.Interpolated, Edges: table.OfQuota, Tiers: tiers("0.8", "0.5", "1", "1")},
			"lumps":   {Name: "lumps", Kind: table.Step, Gives: usd, Tiers: tiers("0", "5", "250", "10.25")},
			"grid":    {Name: "grid", Kind: table.Matrix, By: []string{"seats", "rate"}, Axes: []table.Axis{{By: "seats", Edges: []decimal.Decimal{dec("0")}}, {By: "rate", Edges: []decimal.Decimal{dec("0")}}}, Cells: []decimal.Decimal{dec("0.01")}},
			"kinds":   {Name: "kinds", Kind: table.Lookup, By: []string{"kind"}, Axes: []table.Axis{{By: "kind", Members: []string{"new", "renewal"}}}, Cells: []decimal.Decimal{dec("0.1"), dec("0.2")}},
			"some":    {Name: "some", Kind: table.Lookup, By: []string{"kind"}, Axes: []table.Axis{{By: "kind", Members: []string{"new"}}}, Cells: []decimal.Decimal{dec("0.1")}},
			"wrong":   {Name: "wrong", Kind: table.Lookup, By: []string{"kind"}, Axes: []table.Axis{{By: "kind", Members: []string{"new", "renewl"}}}, Cells: []decimal.Decimal{dec("0.1"), dec("0.2")}},
			"fine":    {Name: "fine", Tiers: tiers("0", "0.0000000000000000000000000000000000001")},
			"dated":   dated,
		},
		Funcs:     []Func{{Params: []unit.Unit{unit.Counted, usd}, Result: usd, Scale: 3, Run: &ir.Function{Name: "list_price"}}},
		On:        "closed",
		Pins:      map[string]string{"pay": "USD"},
		Elsewhere: map[string]string{"bookings": "it is a credit type: declare a measure of it"},
		Nodes:     200,
	}
}

// answer is what a formula comes to: its unit and decimal places, or what was found in it.
func answer(src string, want *unit.Unit) string {
	s := scope()
	s.Want = want
	tree, problems := syntax.Parse(src, syntax.Limits{})
	if len(problems) > 0 {
		return "! syntax: " + problems[0].Message
	}
	f, found := Formula(src, tree, s)
	var b strings.Builder
	if f != nil {
		fmt.Fprintf(&b, "= %s, %d places", f.Root.Unit, f.Root.Scale)
		if f.Root.Untyped {
			b.WriteString(", plain")
		}
	}
	for _, d := range found {
		at := src[min(len(src), d.Span.From.Col-1):min(len(src), d.Span.To.Col-1)]
		if b.Len() > 0 {
			b.WriteString("\n    ")
		}
		fmt.Fprintf(&b, "! %s `%s`: %s", d.Code, at, d.Message)
		if d.Hint != "" {
			fmt.Fprintf(&b, "; %s", d.Hint)
		}
	}
	return b.String()
}

// wants are the units that a section of the file asks for.
var wants = map[string]*unit.Unit{"USD": ptr(unit.Money("USD")), "condition": ptr(unit.BoolUnit), "ratio": ptr(unit.Ratio)}

func ptr[T any](v T) *T { return &v }

// Every rule of units and names, with what a formula that breaks it is told: a table to be
// read. Run with -update and read the difference.
func TestUnitsAreWhatTheTableSays(t *testing.T) {
	text, err := os.ReadFile("testdata/units.txt")
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	var want *unit.Unit
	formulas := 0
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "    "):
			continue
		case strings.HasPrefix(line, "## wanted: "):
			want = wants[strings.TrimPrefix(line, "## wanted: ")]
		case line != "" && !strings.HasPrefix(line, "#"):
			formulas++
			line += "\n    " + answer(line, want)
		}
		got.WriteString(line + "\n")
	}
	if *update {
		if err := os.WriteFile("testdata/units.txt", []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if d := cmp.Diff(string(text), got.String()); d != "" && !*update {
		t.Errorf("testdata/units.txt (- as it stands, + as it is):\n%s", d)
	}
	if formulas < 200 {
		t.Errorf("only %d formulas", formulas)
	}
}

// A formula that is too long says so once, whatever else is wrong behind it.
func TestAFormulaIsBoundedInItsOperations(t *testing.T) {
	sum := func(n int) string { return strings.Repeat("rate + ", n) + "rate" }
	if got := answer(sum(99), nil); got != "= ratio, 4 places" { // 100 names, 99 sums
		t.Error(got)
	}
	if got := answer(sum(100), nil); strings.Count(got, "formula-too-long") != 1 || !strings.Contains(got, "over 200 operations") {
		t.Error(got)
	}
}

// Brackets leave no trace in the tree: an excerpt takes in those that belong to its ends.
func TestExcerptsTakeInTheirBrackets(t *testing.T) {
	for _, c := range []struct {
		src      string
		from, to int
		want     string
	}{
		{"a + (b * c)", 5, 10, "b * c"},
		{"(a + b) * c", 1, 11, "(a + b) * c"},
		{"a * (b + c)", 0, 10, "a * (b + c)"},
		{"((a) + b)", 2, 8, "(a) + b"},
		{"(a)", 1, 3, "(a)"},
		{"f(a", 0, 3, "f(a"},
		{"a)", 0, 2, "a)"},
		{"a + b", -3, 99, "a + b"},
		{" a ", 0, 3, "a"},
		{"x (a) + ((b)", 8, 11, "((b)"},
	} {
		if got := Excerpt(c.src, c.from, c.to); got != c.want {
			t.Errorf("%q[%d:%d] is %q, want %q", c.src, c.from, c.to, got, c.want)
		}
	}
}

// A shape is shared only when nothing in it depends on its literals.
func TestShapesThatDependOnTheirLiteralsAreNotShared(t *testing.T) {
	for src, shared := range map[string]bool{
		`amount > 5 USD and kind == "new"`:      true,
		`account in ["a", "b"] or rate < 5%`:    true,
		"amount * 2 + 3 USD > 9 USD":            true,
		"seats > -3":                            true,
		"1 < seats < 5":                         true,
		"round(amount, 2) > 5 USD":              false, // places
		`closed > date("2026-01-31")`:           false, // a date
		"attainment(booked) > 90":               false, // a warning, by the number
		"attainment(booked) > 3":                false, // no warning, by the number
		`kind == "nwe"`:                         false, // a fault
		"bonus > 5":                             false, // a fault
		`kind == "new" or account == "new"`:     true,
		`round(amount, 2, "half-up") > 5.5 USD`: false,
	} {
		o, ok := syntax.ReadOutline(src)
		tree, problems := syntax.Parse(src, syntax.Limits{})
		if !ok || len(problems) > 0 {
			t.Fatal(src, problems)
		}
		_, slots, got := Shape(src, tree, scope(), o.Literals)
		if got != shared {
			t.Errorf("%s: shared %v, want %v (%+v)", src, got, shared, slots)
		}
	}
}
