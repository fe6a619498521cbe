package doc

import (
	"strings"
	"testing"
)

// formula reads the only value of a one-key file, and says where the first
// occurrence of mark stands.
func formula(t *testing.T, text, mark string) (string, string, *File) {
	t.Helper()
	f, root := Open("p.yaml", []byte(text))
	if root == nil {
		return "", "", f
	}
	got, at, ok := root.Pairs("a file")[0].Value.Formula()
	if !ok {
		return "", "", f
	}
	i := strings.Index(got, mark)
	return got, at.Span(got, i, i+1).String(), f
}

func TestFormulasKeepTheirPlaces(t *testing.T) {
	for _, c := range []struct{ text, mark, want, at string }{
		{"pays: amount * rate\n", "rate", "amount * rate", "p.yaml:1:16"},
		{"pays: amount * rate # a note\n", "rate", "amount * rate", "p.yaml:1:16"},
		{"pays: 'kind == \"new\"'\n", "new", `kind == "new"`, "p.yaml:1:17"},
		{"pays: 'a ''b'' rate'\n", "rate", "a 'b' rate", "p.yaml:1:16"},
		{"pays: \"a\\tb \\\"c\\\" rate\"\n", "rate", "a\tb \"c\" rate", "p.yaml:1:19"},
		{"pays: |\n\n  amount\n    * rate\n", "rate", "\namount\n  * rate\n", "p.yaml:4:7"},
	} {
		got, at, f := formula(t, c.text, c.mark)
		if got != c.want || at != c.at {
			t.Errorf("%q: %q at %s, want %q at %s (%v)", c.text, got, at, c.want, c.at, f.Found)
		}
	}
}

func TestWhatYAMLCutsIsRefused(t *testing.T) {
	for text, code := range map[string]string{
		"pays: amount *\n  rate\n": "yaml-cut",
		"pays: >\n  amount\n":      "yaml-cut",
		"pays: a ? b : c\n":        "yaml",
		"pays: \"new\" == kind\n":  "yaml",
		"pays: !x\n":               "yaml-tag",
		"pays: &a b\n":             "yaml-anchor",
		"pays:\n":                  "wrong-shape",
		"pays: [1]\n":              "wrong-shape",
		"a: 1\n\tb: 2\n":           "yaml",
		"":                         "file-empty",
		"pays: \xff\n":             "not-utf8",
		strings.Repeat("x", 5<<20): "file-too-large",
		"pays: 'a\n  b'\n":         "yaml-cut",
	} {
		_, _, f := formula(t, text, "")
		if len(f.Found) == 0 || f.Found[0].Code != code {
			t.Errorf("%.30q: %v, want %s", text, f.Found, code)
		}
	}
}

func TestUnknownAndRepeatedKeysAreFound(t *testing.T) {
	f, root := Open("p.yaml", []byte("plan: x\nversoin: 1\nplan: y\ndraw: z\n"))
	root.Fields("a plan", []string{"plan", "version"}, []string{"draw"}, nil)
	var codes []string
	for _, d := range f.Found {
		codes = append(codes, d.Span.String()+" "+d.Code+" "+d.Hint)
	}
	want := "p.yaml:3:1 key-twice keep one of them|p.yaml:2:1 unknown-key did you mean \"version\"?|p.yaml:4:1 not-yet remove it; it is never ignored"
	if got := strings.Join(codes, "|"); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
