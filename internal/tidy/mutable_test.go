package tidy

import "testing"

func TestMutable(t *testing.T) {
	const vars = "package money\nimport \"sync\"\nvar (\nn int\ns = []int{1}\nm = map[string]int{}\np = new(int)\nonce sync.Once\n)\n"
	inBody := func(statement string) string { return vars + "func f() {\n" + statement + "\n}\n" }
	changed := func(name string) string {
		return "dsl/money/a.go:11: package variable " + name + " is changed here: let the caller hold the state"
	}
	for _, s := range []sample{
		one("init", "package money\nfunc init() {}\ntype T struct{}\nfunc (T) init() {}\n", "dsl/money/a.go:2: init runs unasked"),
		one("assigned", inBody("n = 1"), changed("n")),
		one("added to", inBody("n += 1"), changed("n")),
		one("counted", inBody("n++"), changed("n")),
		one("an element", inBody("(s[0]) = 1"), changed("s")),
		one("in a map", inBody("m[\"a\"] = 1"), changed("m")),
		one("deleted", inBody("delete(m, \"a\")"), changed("m")),
		one("cleared", inBody("clear(m)"), changed("m")),
		one("copied over", inBody("copy(s[1:], s)"), changed("s")),
		one("behind a pointer", inBody("*p = 1"), changed("p")),
		one("only its address", inBody("q := &n; _ = q")),
		one("an error", "package money\nimport \"errors\"\nvar err = errors.New(\"a\")\nvar _ = err.Error()\n"),
		one("a table of ours with a pointer method", "package money\ntype T struct{ n int }\n"+
			"func (t *T) N() int { return t.n }\nvar table T\nvar _ = table.N()\n"),
		one("by a pointer method", inBody("once.Do(nil)"), changed("once")),
		one("by a loop", inBody("for n = range 3 { }"), changed("n")),
		one("a reader", inBody("q := n; q++; t := append(s, q); _ = t[0]; _ = m[\"a\"]; _ = len(s)")),
		one("a local of the same name", inBody("n := 1; n++; m := map[string]int{}; m[\"a\"] = n")),
		one("a field of the same name", vars+"type T struct { n int }\nfunc f(t *T) { t.n = 1 }\n"),
		{"from another package", map[string]string{
			"dsl/fact/a.go":  "package fact\nimport \"payproof.test/dsl/money\"\nfunc f() { money.N.X = 1 }\n",
			"dsl/money/a.go": "package money\nvar N struct { X int }\n",
		}, []string{"dsl/fact/a.go:3: package variable N is changed here"}},
		one("from another module", "package money\nimport \""+shopspring+"\"\nfunc f() { decimal.DivisionPrecision = 3 }\n",
			"dsl/money/a.go:3: package variable DivisionPrecision is changed here"),
		{"in a test", map[string]string{"dsl/money/a_test.go": inBody("n = 1")}, nil},
	} {
		s.run(t, mutable)
	}
}
