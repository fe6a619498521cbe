package format

import (
	"io/fs"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
)

func TestTheLayout(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{
			"keys go in the order of the language, comments with them",
			"# The company's file.\n\nmeasures:\n    sold: sum of sales, month\n    # more to come\n# who gets it\ncredit:\n-   as: sales\n    # every deal\n    rule: all   # of them\n    to: seller\ncurrency: \"EUR\"\ncompany: X\n",
			"# The company's file.\n\ncompany: X\ncurrency: EUR\n\n# who gets it\ncredit:\n  # every deal\n  - rule: all   # of them\n    to: seller\n    as: sales\n\nmeasures:\n  sold: sum of sales, month\n  # more to come\n",
		},
		{
			"a company's own order is meant",
			"company: X\nevents:\n  deal:\n    b: date\n\n\n    a: money\n",
			"company: X\n\nevents:\n  deal:\n    b: date\n\n    a: money\n",
		},
		{
			"formulas are not touched",
			"plan: P\ncomponents:\n    a:\n        pays: |\n            if x {\n              1 USD   \n            }\n\n        every: month\n    b:\n        pays: 'a == \"x\"'   # note\n        for each: 'credit of x'\n",
			"plan: P\n\ncomponents:\n  a:\n    every: month\n    pays: |\n      if x {\n        1 USD   \n      }\n  b:\n    for each: credit of x\n    pays: 'a == \"x\"'   # note\n",
		},
		{
			"words need no quotes, what YAML would re-type does",
			"plan: 'Rep'\nversion: \"2026.10\"\nfor: \"role AE\"\npersonal: {a: 'no', b: \"money\"}\n",
			"plan: Rep\nversion: \"2026.10\"\nfor: role AE\npersonal: {a: 'no', b: money}\n",
		},
		{
			"brackets over lines keep their shape",
			"company: X\nterritories:\n    -   accounts: [a, # one\n          b]\n        territory: T\ncredit:\n    - {to: seller,\n       rule: r}\n",
			"company: X\n\nterritories:\n  - territory: T\n    accounts: [a, # one\n      b]\n\ncredit:\n  - {to: seller,\n     rule: r}\n",
		},
	} {
		got, err := Text("p.yaml", c.in)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s:\n%s", c.name, d)
		}
	}
}

func TestWhatCannotBeLaidOutIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"no YAML":          "a: [\n",
		"nothing":          "# only words\n",
		"an anchor":        "plan: &a x\nfor: *a\n",
		"a tag":            "plan: !x y\n",
		"a flow file":      "{plan: x}\n",
		"two documents":    "plan: x\n---\nplan: y\n",
		"a question":       "? plan\n: x\n",
		"a comment at a -": "plan: x\ncaps:\n  - # lost\n    of: a\n",
		"a text":           "plan\n",
	} {
		if got, err := Text("p.yaml", text); err == nil {
			t.Errorf("%s: laid out as %q", name, got)
		}
	}
}

// files are all plan files of the examples and of the scenarios.
func files(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, root := range []string{"../../../../examples", "../../../../testdata/spec", "../../../../cmd"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if ext := filepath.Ext(path); err != nil || ext != ".yaml" && ext != ".txtar" {
				return err
			}
			text, err := os.ReadFile(path)
			for name, part := range parts(path, string(text)) {
				out[name] = part
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(out) < 50 {
		t.Fatalf("only %d files", len(out))
	}
	return out
}

// parts are the YAML files in a script, or the file itself.
func parts(path, text string) map[string]string {
	if filepath.Ext(path) == ".yaml" {
		return map[string]string{path: text}
	}
	out := map[string]string{}
	for section := range strings.SplitSeq("\n"+text, "\n-- ") {
		name, body, _ := strings.Cut(section, " --\n")
		if strings.HasSuffix(name, ".yaml") {
			out[path+":"+name] = strings.TrimRight(body, "\n") + "\n"
		}
	}
	return out
}

func TestFormattingTwiceIsFormattingOnce(t *testing.T) {
	for name, text := range files(t) {
		once, err := Text(name, text)
		if err != nil {
			if _, root := doc.Open(name, []byte(text)); root != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if twice, err := Text(name, once); err != nil || twice != once {
			t.Errorf("%s: %v\n%s", name, err, cmp.Diff(once, twice))
		}
	}
}

// Any order of keys, indentation and empty lines, with comments between them, ends in
// one layout, that says the same.
func TestAnyLayoutOfAFileFormatsToTheSameMeaning(t *testing.T) {
	var names []string
	all := files(t)
	for name := range all {
		names = append(names, name)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := all[rapid.SampledFrom(names).Draw(t, "file")]
		root, err := parse("p.yaml", text)
		if err != nil {
			return
		}
		r := rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed")))
		shuffle(root, orderOf(root), r)
		var b strings.Builder
		e := yaml.NewEncoder(&b)
		e.SetIndent(2 + r.Intn(4))
		if err := e.Encode(root); err != nil {
			t.Fatal(err)
		}
		text = b.String()
		if root, err = parse("p.yaml", text); err != nil { // anew: the encoder changes its input
			t.Fatal(err)
		}
		if noted := sprinkle(text, r); reads(noted, root) {
			text = noted
		}
		once, err := Text("p.yaml", text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		twice, err := Text("p.yaml", once)
		if err != nil || twice != once || !reads(once, root) {
			t.Fatalf("%v\n%s\n%s", err, text, cmp.Diff(once, twice))
		}
	})
}

// shuffle puts the keys that the language orders into any order.
func shuffle(n *yaml.Node, s order, r *rand.Rand) {
	if n.Kind != yaml.MappingNode {
		for _, c := range n.Content {
			shuffle(c, s.of(""), r)
		}
		return
	}
	all := sorted(n, order{})
	if len(s.keys) > 0 && isBlock(n) {
		r.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
	}
	n.Content = nil
	for _, p := range all {
		n.Content = append(n.Content, p.key, p.value)
		shuffle(p.value, s.of(p.key.Value), r)
	}
}

// reads reports whether a text says what a tree does.
func reads(text string, root *yaml.Node) bool {
	again, err := parse("p.yaml", text)
	return err == nil && same(again, root, orderOf(root))
}

// sprinkle adds empty lines, and comments at any indentation.
func sprinkle(text string, r *rand.Rand) string {
	if strings.Contains(text, ": |") {
		return text
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		switch r.Intn(8) {
		case 0:
			b.WriteString("\n")
		case 1:
			b.WriteString(strings.Repeat(" ", r.Intn(9)) + "# a note\n")
		}
		b.WriteString(line)
	}
	return b.String()
}

func FuzzText(f *testing.F) {
	f.Add("plan: x\ncomponents:\n  a:\n    pays: |\n      x\n")
	f.Add("company: x\ncredit:\n- {a: \"b c\"}\n-   b: [1,\n 2]\n")
	f.Add("a: 'it''s'\nb: \"\\\"\"\n# end\n")
	f.Fuzz(func(t *testing.T, text string) {
		once, err := Text("p.yaml", text)
		if err != nil {
			return
		}
		if twice, err := Text("p.yaml", once); err != nil || twice != once {
			t.Errorf("%q is %q and then %q, %v", text, once, twice, err)
		}
	})
}

func TestKeysOfJSONLoseTheirQuotesAndGetASpace(t *testing.T) {
	got, err := Text("plans/p.yaml", "plan: x\nversion: \"1\"\ndraw: {\"paid\":\"on top\",\"amount\":\"3_000 USD per month\"}\n")
	if want := "draw: {paid: on top,amount: \"3_000 USD per month\"}\n"; err != nil || !strings.HasSuffix(got, want) {
		t.Errorf("%s, %v\nwant …%s", got, err, want)
	}
}
