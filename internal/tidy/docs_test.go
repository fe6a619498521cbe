package tidy

import "testing"

func TestDocs(t *testing.T) {
	const head = "// Package money is.\npackage money\n" // names begin on line 3
	wants := func(line, name string) string {
		return "dsl/money/a.go:" + line + ": " + name + " wants a comment"
	}
	for _, s := range []sample{
		one("no package comment", "package money\n", `dsl/money/a.go:1: no package comment`),
		one("a package comment that is not one", "// Some words.\npackage money\n", `dsl/money/a.go:2: no package comment`),
		{"in any of its files", map[string]string{"dsl/money/a.go": "package money\n", "dsl/money/doc.go": head}, nil},
		{"a command", map[string]string{"cmd/payproof/a.go": "// Command payproof pays.\npackage main\n"}, nil},
		{"only tests", map[string]string{"testdata/a_test.go": "package testdata\n"}, nil},
		one("a bare function", head+"func F() {}\nfunc f() {}\n", wants("3", "F")),
		one("a comment on something else", head+"// This is good.\nfunc F() {}\n", wants("4", "F")),
		one("articles and a comma", head+"// A T is.\ntype T int\n// The U is.\ntype U int\n// F, too.\nfunc F() {}\n"),
		one("a name that only begins alike", head+"// Fine is.\nfunc F() {}\n", wants("4", "F")),
		one("methods", head+"// T is.\ntype T int\nfunc (t *T) M() {}\nfunc (t T) m() {}\ntype u int\nfunc (u) M() {}\n",
			wants("5", "M")),
		one("a method of a generic type", head+"// T is.\ntype T[E any] int\nfunc (t T[E]) M() {}\n", wants("5", "M")),
		one("a group of constants", head+"// The colours.\nconst (\n\tA = 1\n\tB = 2\n)\n"),
		one("a group without", head+"const (\n\tA = 1\n\tB = 2 // B is.\n\t// C is.\n\tC = 3\n\td = 4\n)\n", wants("4", "A")),
		one("a lone variable", head+"var V = 1\n", wants("3", "V")),
		one("a group of types", head+"// These are.\ntype (\n\tT int\n)\n", wants("5", "T")),
		one("fields", head+"// T is.\ntype T struct {\n\tA int\n\tB int // B is.\n\t// C and D are.\n\tC int\n\tD int\n\n\tE int\n\tf int\n}\n",
			wants("5", "T.A"), wants("11", "T.E")),
		one("fields that the type mentions", head+"// T is at Line and Offset.\ntype T struct {\n\tLine int\n\tOff int\n}\n", wants("6", "T.Off")),
		one("a field named after its type", head+"// T is.\ntype T struct {\n\tU []U\n\tV *V\n\tW a.W\n}\ntype V int // V is.\n",
			wants("5", "T.U"), wants("9", "V")),
		one("fields on one line", head+"// T has X and Y.\ntype T struct{ X, Y int }\n"),
		one("an embedded type", head+"// T is.\ntype T struct {\n\tInner\n}\n// Inner is.\ntype Inner struct{}\n"),
		one("fields of an unexported type", head+"type t struct {\n\tA int\n}\n"),
		one("methods of an interface", head+"// I is.\ntype I interface {\n\tM()\n\t// N is.\n\tN()\n}\n", wants("5", "I.M")),
	} {
		s.run(t, docs)
	}
}
