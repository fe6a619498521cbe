package dsl

import (
	"testing"

	"github.com/payproof/payproof/dsl/table"
)

// One mistake is one finding: whoever reads the table has reported its own.
func TestAFormulaWithAFaultyTableSaysThatOnly(t *testing.T) {
	e := env()
	e.Tables["empty"] = table.Table{Name: "empty", Faulty: true}
	for _, src := range []string{"marginal(bookings, empty)", "bookings * lookup(kind, empty)", "excess(bookings, empty) + bookings"} {
		_, found := Compile(src, e)
		if len(found) != 1 || found[0].Code != "table-faulty" {
			t.Errorf("%s: %v", src, found)
		}
	}
}

// 100% of an amount is 1 of it: nobody means that.
func TestEdgesAreOfTheUnitTheyAreWrittenIn(t *testing.T) {
	e := env()
	add := func(name string, in table.Notation, edges table.Edges) {
		e.Tables[name] = table.Table{Name: name, Kind: table.Whole, In: in, Edges: edges, Tiers: tiers("0", "0.05", "1", "0.08")}
	}
	add("percent", table.Percent, table.Amounts)
	add("shares", table.Percent, table.OfQuota)
	add("dollars", table.Money, table.Amounts)
	add("bare", table.Bare, table.Amounts)
	for src, want := range map[string]string{
		"tier_rate(bookings, percent)":             "unit-mismatch",
		"tier_rate(attainment(bookings), percent)": "",
		"tier_rate(rate, percent)":                 "",
		"tier_rate(families, percent)":             "unit-mismatch",
		"tier_rate(bookings, shares)":              "",
		"tier_rate(bookings, dollars)":             "",
		"tier_rate(attainment(bookings), dollars)": "unit-mismatch",
		"tier_rate(rate, dollars)":                 "unit-mismatch",
		"tier_rate(families, dollars)":             "unit-mismatch",
		"tier_rate(bookings, bare)":                "",
		"tier_rate(families, bare)":                "",
		"tier_rate(attainment(bookings), bare)":    "",
	} {
		got := ""
		if _, found := Compile(src, e); len(found) > 0 {
			got = found[0].Code
		}
		if got != want {
			t.Errorf("%s: %q, want %q", src, got, want)
		}
	}
}
