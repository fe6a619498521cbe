package tidy

import (
	"strings"
	"testing"
)

// body wraps statements in a function of an exact package that imports paths.
func body(imports, statements string) string {
	text := "package money\n"
	for _, path := range strings.Fields(imports) {
		text += "import \"" + path + "\"\n"
	}
	return text + "func f() {\n" + statements + "\n}\n"
}

func TestBanned(t *testing.T) {
	clock := "package main\nimport \"time\"\nvar T = time.Now()\n"
	for _, s := range []sample{
		one("the clock", body("time", "_ = time.Now()\n_ = time.Duration(3)"),
			"dsl/money/a.go:4: time.Now is banned here: take the date as an argument"),
		one("the clock under another name", "package money\nimport t \"time\"\nvar Now = t.Now\n",
			"dsl/money/a.go:3: time.Now is banned here"),
		one("the clock through a dot", "package money\nimport . \"time\"\nvar x = Since(Time{})\n",
			"dsl/money/a.go:3: time.Since is banned here"),
		one("a method of ours with a banned name", "package money\ntype A struct{}\n"+
			"func (A) Div(A) A { return A{} }\nfunc Now() A { return A{}.Div(A{}) }\n"),
		{"programs and tests have a clock", map[string]string{
			"cmd/payproof/a.go": clock, "examples/saas/a.go": clock, "internal/bench/a.go": clock,
			"dsl/money/a_test.go": clock,
		}, nil},
		one("chance", body("math/rand/v2", "_ = rand.IntN(3)\nr := rand.New(rand.NewPCG(1, 2))\n_ = r.Uint64()"),
			"dsl/money/a.go:4: math/rand/v2.IntN", "dsl/money/a.go:5: math/rand/v2.New",
			"dsl/money/a.go:5: math/rand/v2.NewPCG", "dsl/money/a.go:6: (*math/rand/v2.Rand).Uint64"),
		one("the environment", body("os", "_ = os.Getenv(\"HOME\")\n_, _ = os.LookupEnv(\"HOME\")\n_ = os.Args"),
			"dsl/money/a.go:4: os.Getenv", "dsl/money/a.go:5: os.LookupEnv"),
		one("division at somebody's precision", body(shopspring,
			"var d decimal.Decimal\n_ = d.Div(d)\n_ = d.Add(d)\n_ = decimal.DivisionPrecision\n_ = decimal.Avg(d, d)"),
			"dsl/money/a.go:5: (github.com/shopspring/decimal.Decimal).Div is banned here: it rounds",
			"dsl/money/a.go:7: github.com/shopspring/decimal.DivisionPrecision",
			"dsl/money/a.go:8: github.com/shopspring/decimal.Avg"),
		one("half an order", body("sort", "sort.Slice(nil, nil)"),
			"dsl/money/a.go:4: sort.Slice is banned here: use slices.SortFunc with a total order"),
		one("printing", body("fmt", "fmt.Println()\nprintln()\n_ = fmt.Sprint()"),
			"dsl/money/a.go:4: fmt.Println", "dsl/money/a.go:5: builtin.println"),
		one("random order of methods", body("sync", "var m sync.Map\nm.Range(nil)"),
			"dsl/money/a.go:5: (*sync.Map).Range"),
		one("panic", "package money\nfunc f() { panic(1) }\n"+
			"func MustF() { func() { panic(1) }() }\nfunc mustF() { panic(1) }\n",
			"dsl/money/a.go:2: panic outside a Must… helper: return an error"),
	} {
		s.run(t, banned)
	}
}

// TestEveryBanNamesSomethingReal catches a misspelt row, which bans nothing.
func TestEveryBanNamesSomethingReal(t *testing.T) {
	for _, b := range bans {
		if b.Instead == "" {
			t.Errorf("%s: say what to use instead", b.Name)
		}
		pkgPath := packageOf(b.Name)
		if strings.HasSuffix(b.Name, ".*") || pkgPath == "builtin" {
			continue
		}
		local := pkgPath[strings.LastIndex(pkgPath, "/")+1:]
		use := strings.Replace(b.Name, pkgPath, local, 1)
		tree := load(t, map[string]string{
			"dsl/money/a.go": "package money\nimport \"" + pkgPath + "\"\nvar x = " + use + "\n",
		})
		if got := banned(tree); len(got) != 1 {
			t.Errorf("%s: findings %q", b.Name, got)
		}
	}
}

func TestFloats(t *testing.T) {
	const text = "package a\nfunc f(x float64) float64 { return x }\n"
	for _, s := range []sample{
		one("written", "package money\ntype T struct { A float64; B complex128 }\nvar F float32\n",
			"dsl/money/a.go:2: float64 in a package of exact numbers", "dsl/money/a.go:3: float32"),
		one("implied", "package money\nvar x = 1.5\n", "dsl/money/a.go:2: float64"),
		one("by a call", body("strconv", "_, err := strconv.ParseFloat(\"1\", 64)\n_ = err"),
			"dsl/money/a.go:4: float64"),
		one("by a type of ours", "package money\ntype Ratio float64\n", "dsl/money/a.go:2: "),
		one("an untyped constant is exact", "package money\nconst c = 1e3\nvar n int64 = 1e3\nvar m = n * c\n"),
		{"where they live", map[string]string{
			"forecast/pipeline/a.go": text, "internal/detmath/a.go": text, "quota/alignment/a.go": text,
			"internal/bench/a.go": text, "dsl/money/a_test.go": text,
		}, nil},
	} {
		s.run(t, floats)
	}
}
