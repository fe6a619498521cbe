package tidy

import (
	"fmt"
	"strings"
	"testing"
)

func TestSize(t *testing.T) {
	lines := func(n int) string { return "package money\n" + strings.Repeat("\n", n-1) }
	function := func(n int) string { return "package money\n\nfunc f() {\n" + strings.Repeat("\n", n-2) + "}\n" }
	files := func(n int) map[string]string {
		out := map[string]string{}
		for i := range n {
			out[fmt.Sprintf("dsl/money/%02d.go", i)] = "package money\n"
			out[fmt.Sprintf("dsl/money/%02d_test.go", i)] = "package money\n"
		}
		return out
	}
	exported := func(n int) string {
		text := "package money\n\ntype T struct{}\n\nfunc (T) Method() {}\n\nvar (\n"
		for i := range n - 1 {
			text += fmt.Sprintf("\tV%d, v%d int\n", i, i)
		}
		return text + ")\n"
	}
	for _, s := range []sample{
		one("the longest file", lines(400)),
		one("a longer file", lines(401), "dsl/money/a.go:1: file has 401 lines, 400 is the most"),
		{"the longest test", map[string]string{"dsl/money/a_test.go": lines(800)}, nil},
		{"a longer test", map[string]string{"dsl/money/a_test.go": lines(801)}, []string{
			"dsl/money/a_test.go:1: file has 801 lines, 800 is the most",
		}},
		one("the longest function", function(70)),
		one("a longer function", function(71), "dsl/money/a.go:3: function f has 71 lines, 70 is the most"),
		{"a long test function", map[string]string{"dsl/money/a_test.go": function(71)}, nil},
		{"the most files", files(12), nil},
		{"more files", files(13), []string{"dsl/money/00.go:1: package has 13 files, 12 is the most"}},
		one("the most names", exported(60)),
		one("more names", exported(61), "dsl/money/a.go:1: package exports 61 names, 60 is the most"),
	} {
		s.run(t, size)
	}
}
