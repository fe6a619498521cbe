package tidy

import "testing"

func TestMapRanges(t *testing.T) {
	const finding = ": map order is random: go over slices.Sorted(maps.Keys(m)), or say"
	ranging := "package main\nfunc f(m map[string]int) { for range m { }; for k := range m { _ = k } }\n"
	for _, s := range []sample{
		one("a map", body("", "m := map[string]int{}\nfor k := range m {\n_ = k\n}"), "dsl/money/a.go:4"+finding),
		one("a slice, a string, a number", body("", "for range []int{} {\n}\nfor i := range \"a\" {\n_ = i\n}\nfor i := range 3 {\n_ = i\n}")),
		one("a field behind a pointer", "package money\ntype S struct { m map[string]int }\n"+
			"func (s *S) f() {\nfor k := range s.m {\n_ = k\n}\n}\n", "dsl/money/a.go:4"+finding),
		one("a named map of a type from elsewhere", "package money\nimport \""+shopspring+"\"\n"+
			"type M map[string]decimal.Decimal\nfunc f(m M) {\nfor _, v := range m {\n_ = v\n}\n}\n", "dsl/money/a.go:5"+finding),
		one("a type parameter", "package money\nfunc f[M ~map[K]V, K comparable, V any](m M) {\nfor k := range m {\n_ = k\n}\n}\n",
			"dsl/money/a.go:3"+finding),
		one("only counting", body("", "m := map[string]int{}\nfor range m {\n}")),
		one("a reason before it", body("", "m := map[string]int{}\n// the sum is exact\n// order: so it does not matter\nfor k := range m {\n_ = k\n}")),
		one("a reason of two lines", body("", "m := map[string]int{}\n// order: the sum is\n// exact\nfor k := range m {\n_ = k\n}")),
		one("a reason behind it", body("", "m := map[string]int{}\nfor k := range m { // order: a map goes into a map\n_ = k\n}")),
		one("a reason without one", body("", "m := map[string]int{}\n// order:\nfor k := range m {\n_ = k\n}"), "dsl/money/a.go:5"+finding),
		one("a reason elsewhere", body("", "// order: yes\nm := map[string]int{}\n_ = m\nfor k := range m {\n_ = k\n}"), "dsl/money/a.go:6"+finding),
		one("iterators", body("maps slices", "m := map[string]int{}\nfor k := range maps.Keys(m) {\n_ = k\n}\n"+
			"_ = slices.Sorted(maps.Keys(m))\n_ = slices.Collect(maps.Values[map[string]int](m))"),
			"dsl/money/a.go:6"+finding, "dsl/money/a.go:10"+finding),
		{"programs and tests", map[string]string{"examples/saas/a.go": ranging, "dsl/money/a_test.go": ranging}, nil},
		{"a map of another package", map[string]string{
			"dsl/fact/a.go":  "package fact\nimport \"payproof.test/dsl/money\"\nfunc f() {\nfor k := range money.All() {\n_ = k\n}\n}\n",
			"dsl/money/a.go": "package money\nfunc All() map[string]int { return nil }\n",
		}, []string{"dsl/fact/a.go:4" + finding}},
	} {
		s.run(t, mapRanges)
	}
}
