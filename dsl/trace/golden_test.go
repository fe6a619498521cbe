package trace

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/payproof/payproof/dsl/source"
)

var update = flag.Bool("update", false, "rewrite the golden files and the committed schema")

func at(line, col int) source.Span {
	return source.Span{File: "plans/ae.yaml", From: source.Pos{Line: line, Col: col}, To: source.Pos{Line: line, Col: col + 5}}
}

// everyOp has a node of each op, all flags, values of each kind.
func everyOp() *Node {
	root := &Node{Op: Payout, Label: "2026-03/ana/commission", Value: "12.50", Unit: "USD"}
	units := []string{"USD", "ratio", "count", "USD per count", "date", "text", "bool", ""}
	for i, o := range Ops() {
		n := &Node{Op: o, Label: fmt.Sprintf("name %d", i), Value: fmt.Sprint(i), Unit: units[i%len(units)]}
		if i%3 == 0 {
			n.Text, n.At = "a + b", at(i+1, 3)
		}
		if i%4 == 0 {
			n.Detail = "so and so"
		}
		n.Flags = Flags(1) << (i % len(flagNames))
		root.Args = append(root.Args, n)
	}
	root.Flags = 1<<len(flagNames) - 1
	return root
}

func roadsNotTaken() *Node {
	return &Node{
		Op: If, Text: "if families >= 2 { 2_500 USD } else { base * 2 }", Value: "2500", Unit: "USD", At: at(4, 9),
		Args: []*Node{
			{Op: Compare, Text: "families >= 2", Value: "true", Unit: "bool", Detail: ">=", Args: []*Node{{Op: Input, Label: "families", Value: "3", Unit: "count"}, {Op: Literal, Text: "2", Value: "2", Unit: "count"}}},
			{Op: Literal, Text: "2_500 USD", Value: "2500", Unit: "USD"},
		},
		NotTaken: []*Node{
			{Op: Mul, Text: "base * 2", Unit: "USD", Args: []*Node{{Op: Input, Label: "base", Value: "9", Unit: "USD"}}, NotTaken: []*Node{{Op: Literal, Text: "2"}}},
			{Op: Compare, Label: "owners", Value: "false", Unit: "bool"},
		},
	}
}

func deep() *Node {
	n := &Node{Op: Literal, Text: "1", Value: "1"}
	for i := range 230 {
		n = &Node{Op: Add, Text: "x + 1", Value: fmt.Sprint(i + 2), Args: []*Node{n}}
	}
	return n
}

func wide() *Node {
	root := &Node{Op: Sum, Label: "bookings", Value: "5000", Unit: "USD", Detail: "sum of bookings, quarter to date"}
	for i := range 5000 {
		root.Args = append(root.Args, &Node{Op: Event, Label: fmt.Sprintf("d%05d", i), Value: "1", Unit: "USD"})
	}
	return root
}

// hostile is what people and files may call things.
func hostile() *Node {
	return &Node{
		Op: Earning, Label: "<script>alert(1)</script>", Text: "a `b` ``c`` | d\n  <img src=x onerror=alert(1)>", Value: "-1.00", Unit: "USD",
		Detail: "50% of [x](javascript:alert(1)) *and* __more__ \\ & &amp; http://evil.example www.evil.example a@evil.example",
		At:     source.Span{File: `plans/"q" 'r'.yaml`, From: source.Pos{Line: 1, Col: 1}, To: source.Pos{Line: 1, Col: 2}},
		Args: []*Node{
			{Op: Input, Label: "עמלה של דנה", Value: "100", Unit: "ILS"},
			{Op: Input, Label: "\u202eDSU 999", Value: "1", Unit: "USD", Detail: "a\u2066b\x1b[31mc\x00"},
			{Op: Event, Label: "d1\n- **9999 USD** payout", Value: "2", Unit: "USD", Detail: "account 東京営業部 第一課, seller 한국, mood 👩‍💻"},
			{Op: Literal, Text: "`", Value: "x`y", Unit: "text"},
			{Op: Literal, Text: "\xff\xfe", Value: "\xff"},
			{Op: "</span><script>", Label: "1. # not a heading", Value: "|", Unit: "</strong>"},
			{Op: Event, Label: strings.Repeat("long", 60), Value: "123456789012345678901234567890.12", Unit: "USD", Detail: strings.Repeat("wide 幅 ", 40)},
			nil,
			{},
		},
	}
}

var goldenTrees = []struct {
	name string
	tree *Node
}{
	{"round", tree()},
	{"every-op", everyOp()},
	{"not-taken", roadsNotTaken()},
	{"deep", deep()},
	{"wide", wide()},
	{"hostile", hostile()},
	{"empty", &Node{}},
	{"none", nil},
}

var goldenForms = []struct {
	suffix string
	write  func(io.Writer, *Node) error
}{
	{".txt", func(w io.Writer, n *Node) error { return n.WriteText(w, TextOptions{NotTaken: true, Siblings: 50}) }},
	{".60.txt", func(w io.Writer, n *Node) error {
		return n.WriteText(w, TextOptions{NotTaken: true, Siblings: 50, Width: 60})
	}},
	{".md", func(w io.Writer, n *Node) error {
		return n.WriteMarkdown(w, MarkdownOptions{NotTaken: true, Siblings: 50})
	}},
	{".html", func(w io.Writer, n *Node) error {
		return n.WriteHTML(w, HTMLOptions{NotTaken: true, Siblings: 50})
	}},
	{".json", func(w io.Writer, n *Node) error { return n.WriteJSON(w) }},
}

func TestFormsOfTreesAreAsBefore(t *testing.T) {
	for _, g := range goldenTrees {
		for _, f := range goldenForms {
			if f.suffix == ".json" && (g.name == "none" || g.name == "wide" || g.name == "deep") {
				continue // nothing to write, or much that says nothing new
			}
			t.Run(g.name+f.suffix, func(t *testing.T) {
				var b bytes.Buffer
				if err := f.write(&b, g.tree); err != nil {
					t.Fatal(err)
				}
				path := filepath.Join("testdata", g.name+f.suffix)
				if *update {
					if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(string(want), b.String()); d != "" {
					t.Errorf("run `go test ./dsl/trace -update` if this is meant:\n%s", d)
				}
			})
		}
	}
}
