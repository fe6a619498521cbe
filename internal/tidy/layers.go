package tidy

import "strings"

// layer places packages on the page: imports point down it.
type layer struct {
	// Pattern is a dir, or dir/... for the dir and all below it.
	Pattern string
	// Number grows upward; kernel packages are below 0.
	Number int
}

// kernel is the layer of the number and ordering kernels.
const kernel = -1

// layers is the law of arrows as data. dir/internal/... needs no entry.
var layers = []layer{
	{"internal/fixed", kernel},
	{"internal/ordered", kernel},
	{"internal/detmath", kernel},

	{"dsl/money", 0},
	{"dsl/calendar", 0},
	{"dsl/source", 0},

	{"internal/zone", 1},
	{"internal/sheet", 1},
	{"dsl/fact", 1},
	{"dsl/unit", 1},
	{"dsl/trace", 1},

	{"dsl/mapping", 2},
	{"dsl/table", 2},
	{"dsl/fx", 2},
	{"compensation/ledger", 2},
	{"compensation/ledger/closing", 3},
	{"compensation/evidence", 2},

	{"internal/mapped", 3},

	{"dsl", 3},
	{"dsl/analysis", 3},
	{"compensation/proof", 3},

	{"crediting", 4},
	{"crediting/convert", 4},
	{"crediting/people", 4},
	{"crediting/territory", 4},
	{"crediting/reject", 4},
	{"crediting/fold", 4},
	{"crediting/measure", 4},
	{"crediting/hold", 4},
	{"compensation/terms", 4},
	{"compensation/manual", 4},
	{"compensation/scores", 4},
	{"compensation/override", 4},
	{"quota", 4},
	{"quota/cascade", 4},
	{"quota/alignment", 4},
	{"quota/capacity", 4},
	{"forecast", 4},
	{"forecast/hierarchy", 4},
	{"forecast/pipeline", 4},
	{"forecast/attainment", 4},
	{"forecast/retention", 4},

	{"compensation/plan", 5},
	{"compensation/contest", 5},

	{"compensation", 6},
	{"compensation/review", 6},

	{"compensation/folder", 7},
	{"compensation/plantest", 7},
	{"compensation/ledger/ledgertest", 7},
	{"compensation/statement", 7},
	{"compensation/plandoc", 7},
	{"compensation/prepay", 7},
	{"compensation/notice", 7},
	{"compensation/dispute", 7},
	{"compensation/estimate", 7},
	{"compensation/standing", 7},
	{"compensation/budget", 7},
	{"compensation/accrual", 7},
	{"compensation/modeling", 7},

	{"cmd/payproof", 8},
	{"examples/...", 8},
	{"testdata/...", 8},
	{"internal/bench/...", 9},
	{"internal/workload/...", 8},
	{"internal/tidy", 8},
	{"internal/spec", 8},
	{"compensation/store/...", 8},
}

// Who may do what most may not.
var (
	// silos do not import each other: they meet in compensation.
	silos = []string{"crediting", "quota", "forecast"}
	// publicOnly shows users what users can do.
	publicOnly = []string{"cmd", "examples"}
	// detmathUsers may use rounding-free but inexact mathematics.
	detmathUsers = []string{
		"forecast", "quota/capacity", "quota/alignment", "compensation/modeling",
		"internal/bench", "internal/workload",
	}
	// floatUsers may hold binary fractions.
	floatUsers = []string{"forecast", "quota/alignment", "internal/detmath", "internal/bench"}
	// edges of the library: programs, which meet a clock, a terminal and a user.
	programs = []string{"cmd", "examples", "internal/bench"}
)

// layerOf returns the layer of a dir, and false for one not in the table.
func layerOf(dir string) (int, bool) {
	if parent, _, ok := strings.Cut(dir+"/", "/internal/"); ok {
		return layerOf(parent)
	}
	for _, l := range layers {
		base, below := strings.CutSuffix(l.Pattern, "/...")
		if dir == base || below && strings.HasPrefix(dir, base+"/") {
			return l.Number, true
		}
	}
	return 0, false
}

// within reports whether a dir is one of the zones or lies below one.
func within(dir string, zones []string) bool {
	return zoneOf(dir, zones) != ""
}

// zoneOf returns the zone that a dir lies in, or "".
func zoneOf(dir string, zones []string) string {
	for _, z := range zones {
		if dir == z || strings.HasPrefix(dir, z+"/") {
			return z
		}
	}
	return ""
}

// topFolder returns the first element of a dir.
func topFolder(dir string) string {
	top, _, _ := strings.Cut(dir, "/")
	return top
}
