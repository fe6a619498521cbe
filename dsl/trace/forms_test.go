package trace

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/source"
)

func textOf(t interface{ Fatal(...any) }, n *Node, o TextOptions) string {
	var b bytes.Buffer
	if err := n.WriteText(&b, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func htmlOf(t interface{ Fatal(...any) }, n *Node, o HTMLOptions) string {
	var b bytes.Buffer
	if err := n.WriteHTML(&b, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// anyTree draws trees of any words, a few levels deep.
func anyTree(t *rapid.T, levels int) *Node {
	word := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z 幅한\t\n<>&"'|_*]{0,90}`))
	n := &Node{
		Op: rapid.SampledFrom(Ops()).Draw(t, "op"), Label: word.Draw(t, "label"), Text: word.Draw(t, "text"), Value: word.Draw(t, "value"),
		Unit: rapid.SampledFrom([]string{"", "USD", "ratio"}).Draw(t, "unit"), Detail: word.Draw(t, "detail"),
		Flags: Flags(rapid.IntRange(0, 1<<len(flagNames)-1).Draw(t, "flags")),
	}
	if rapid.Bool().Draw(t, "placed") {
		n.At = source.Span{File: word.Draw(t, "file"), From: source.Pos{Line: 1, Col: 2}, To: source.Pos{Line: 3, Col: 4}}
	}
	if levels > 0 {
		for range rapid.IntRange(0, 3).Draw(t, "args") {
			n.Args = append(n.Args, anyTree(t, levels-1))
		}
		for range rapid.IntRange(0, 1).Draw(t, "roads") {
			n.NotTaken = append(n.NotTaken, anyTree(t, levels-1))
		}
	}
	return n
}

func TestNoLineIsWiderThanAsked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := anyTree(t, rapid.IntRange(0, 4).Draw(t, "levels"))
		for range rapid.IntRange(0, 60).Draw(t, "deeper") {
			n = &Node{Op: Neg, Label: n.Label, Args: []*Node{n}}
		}
		o := TextOptions{Width: rapid.IntRange(1, 130).Draw(t, "width"), NotTaken: true, Siblings: rapid.IntRange(0, 2).Draw(t, "siblings")}
		for line := range strings.Lines(textOf(t, n, o)) {
			if got := columns(strings.TrimSuffix(line, "\n")); got > max(o.Width, minWidth) {
				t.Fatalf("%d columns, not %d: %q", got, o.Width, line)
			}
		}
	})
}

// squeezed is a text without spaces and without the lines of the tree.
func squeezed(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \n│├└", r) {
			return -1
		}
		return r
	}, s)
}

func TestValueOpAndLabelAreNeverCut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := anyTree(t, 0)
		h := headlineOf(n, false)
		got := squeezed(textOf(t, n, TextOptions{Width: rapid.IntRange(1, 60).Draw(t, "width")}))
		want := squeezed(h.quantity() + h.op + h.label)
		if !strings.HasPrefix(got, want) {
			t.Fatalf("%q does not begin with %q", got, want)
		}
		for _, whole := range append(h.flags, h.at) {
			if !strings.Contains(got, squeezed(whole)) {
				t.Fatalf("%q lacks %q", got, whole)
			}
		}
	})
}

func TestWideCharactersTakeTwoColumns(t *testing.T) {
	for s, want := range map[string]int{"": 0, "abc": 3, "営業": 4, "한국": 4, "é": 1, "e\u0301": 1, "…·│": 3, "👍": 2, "ｗ": 2, "עמלה": 4} {
		if got := columns(s); got != want {
			t.Errorf("%q takes %d columns, want %d", s, got, want)
		}
	}
	for _, c := range []struct {
		s    string
		room int
		want string
	}{{"営業部", 6, "営業部"}, {"営業部", 5, "営業…"}, {"営業部", 4, "営…"}, {"営業部", 2, "…"}, {"ab cd", 4, "ab…"}, {"abc", 0, "…"}, {"e\u0301x", 2, "e\u0301x"}} {
		if got := cut(c.s, c.room); got != c.want {
			t.Errorf("cut(%q, %d) = %q, want %q", c.s, c.room, got, c.want)
		}
	}
}

// page of allowed elements and attributes only, and well-formed: text could not become markup.
func TestAPageHasNoMarkupButItsOwn(t *testing.T) {
	allowed := strings.Fields("html head meta title style body main h1 h2 p ul li details summary div span strong bdi code a dl dt dd")
	check := func(t interface{ Fatal(...any) }, n *Node) (text string) {
		page := htmlOf(t, n, HTMLOptions{NotTaken: true, Title: n.Label, Lang: n.Label})
		d := xml.NewDecoder(strings.NewReader(page))
		for {
			tok, err := d.Token()
			if errors.Is(err, io.EOF) {
				return text
			}
			if err != nil {
				t.Fatal(err, page)
			}
			switch tok := tok.(type) {
			case xml.StartElement:
				if !slices.Contains(allowed, tok.Name.Local) {
					t.Fatal("an element ", tok.Name.Local)
				}
				for _, a := range tok.Attr {
					if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "src" || a.Name.Local == "href" && !strings.HasPrefix(a.Value, "#") {
						t.Fatal("an attribute ", a)
					}
				}
			case xml.CharData:
				text += string(tok)
			}
		}
	}
	for _, want := range []string{"<script>alert(1)</script>", "a `b` ``c`` | d <img src=x onerror=alert(1)>", "</strong>", `plans/"q" 'r'.yaml:1:1`} {
		if !strings.Contains(check(t, hostile()), want) {
			t.Errorf("the page does not say %s", want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := anyTree(t, 2)
		for x := range n.All() {
			x.Value = strings.Map(noXML, x.Value)
			x.Label, x.Text, x.Detail, x.At.File = strings.Map(noXML, x.Label), strings.Map(noXML, x.Text), strings.Map(noXML, x.Detail), strings.Map(noXML, x.At.File)
			x.NotTaken = nil
		}
		text := check(t, n)
		for x := range n.All() {
			if !strings.Contains(text, visible(x.Label)) {
				t.Fatalf("the page does not say %q", x.Label)
			}
		}
	})
}

// noXML drops the two characters that HTML has and XML does not.
func noXML(r rune) rune {
	if r == 0xfffe || r == 0xffff {
		return -1
	}
	return r
}

func TestWhatIsClosedIsInThePage(t *testing.T) {
	shut, open := htmlOf(t, everyOp(), HTMLOptions{Open: 1}), htmlOf(t, everyOp(), HTMLOptions{Open: -1})
	if strings.ReplaceAll(open, ` open=""`, "") != strings.ReplaceAll(shut, ` open=""`, "") {
		t.Error("opening nodes changes what is there")
	}
	n := tree()
	for levels, want := range map[int]int{1: 1, 2: 2, 0: 2, -1: 2} {
		if got := strings.Count(htmlOf(t, n, HTMLOptions{Open: levels}), "<details open"); got != want {
			t.Errorf("Open: %d opens %d nodes, want %d", levels, got, want)
		}
	}
	bounded := htmlOf(t, n, HTMLOptions{Depth: 1})
	if strings.Contains(bounded, "205.75") || !strings.Contains(bounded, "… 2 more below") {
		t.Error("Depth does not bound the page")
	}
	if all := htmlOf(t, wide(), HTMLOptions{}); strings.Count(all, "<li>") != 5001 {
		t.Error("of 5,000 children not all are there")
	}
}

// Elements nest no deeper than browsers build, and all parts are linked.
func TestADeepPageGoesOnInParts(t *testing.T) {
	page := htmlOf(t, deep(), HTMLOptions{})
	depth, most := 0, 0
	d := xml.NewDecoder(strings.NewReader(page))
	for {
		tok, err := d.Token()
		if err != nil {
			break
		}
		switch tok.(type) {
		case xml.StartElement:
			depth++
			most = max(most, depth)
		case xml.EndElement:
			depth--
		}
	}
	if most > 400 {
		t.Errorf("elements nest %d deep", most)
	}
	for _, part := range []string{"part-2", "part-3"} {
		if strings.Count(page, `href="#`+part+`"`) != 1 || strings.Count(page, `id="`+part+`"`) != 1 {
			t.Errorf("%s is not linked", part)
		}
	}
	for i := range 231 {
		if !strings.Contains(page, fmt.Sprintf("<bdi>%d</bdi>", i+1)) {
			t.Fatalf("node %d is missing", i+1)
		}
	}
}

// brokenWriter fails after some bytes.
type brokenWriter struct{ left int }

func (b *brokenWriter) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

func TestAFailedWriteIsReported(t *testing.T) {
	for _, f := range goldenForms {
		for _, left := range []int{0, 100} {
			if err := f.write(&brokenWriter{left}, everyOp()); !errors.Is(err, io.ErrShortWrite) {
				t.Errorf("%s after %d bytes: %v", f.suffix, left, err)
			}
		}
	}
}

func TestTheJSONOfNothingAndOfTooMuchIsAnError(t *testing.T) {
	if err := (*Node)(nil).WriteJSON(io.Discard); err == nil {
		t.Error("no tree was written")
	}
	n := &Node{}
	for range 4900 {
		n = &Node{Op: Neg, Args: []*Node{n}}
	}
	if err := n.WriteJSON(io.Discard); err != nil {
		t.Error(err)
	}
	for range 200 {
		n = &Node{Op: Neg, Args: []*Node{n}}
	}
	if err := n.WriteJSON(io.Discard); err == nil {
		t.Error("a tree that no reader can read was written")
	}
}

func TestAnotherFormatIsRefused(t *testing.T) {
	var n Node
	if err := json.Unmarshal([]byte(`{"format":"payproof/trace/2","op":"sum","value":"1"}`), &n); err == nil || !strings.Contains(err.Error(), format) {
		t.Errorf("a document of another format was read: %v", err)
	}
	if err := json.Unmarshal([]byte(`{"op":"sum","value":"1","new key":[2],"flags":["new flag","capped"],"args":[null]}`), &n); err != nil {
		t.Error(err)
	}
	if d := cmp.Diff(Node{Op: Sum, Value: "1", Flags: WasCapped}, n); d != "" {
		t.Error(d)
	}
}

func TestANodeWritesItselfWithoutAFormat(t *testing.T) {
	b, err := json.Marshal(struct{ Why, None *Node }{Why: &Node{Op: Sum, Value: "1"}})
	if err != nil || string(b) != `{"Why":{"op":"sum","value":"1"},"None":null}` {
		t.Errorf("%s %v", b, err)
	}
	if b, err := (*Node)(nil).MarshalJSON(); err != nil || string(b) != "null" {
		t.Errorf("%s %v", b, err)
	}
	var f Flags
	if err := json.Unmarshal([]byte(`["floored","converted"]`), &f); err != nil || f != Floored|Converted {
		t.Errorf("%v %v", f, err)
	}
	if err := json.Unmarshal([]byte(`7`), &f); err == nil {
		t.Error("a number was read as flags")
	}
	if b, err := json.Marshal(f); err != nil || string(b) != `["floored","converted"]` {
		t.Errorf("%s %v", b, err)
	}
}

func TestTextSaysHowMuchIsLeftOutBeforeTheRoadsNotTaken(t *testing.T) {
	n := &Node{Op: Sum, Value: "3", Args: []*Node{{Op: Literal, Value: "1"}, {Op: Literal, Value: "2"}}, NotTaken: []*Node{{Op: Neg}}}
	want := "3  sum\n├ 1  literal\n├ … and 1 more\n└ not taken: neg\n"
	if d := cmp.Diff(want, textOf(t, n, TextOptions{Siblings: 1, NotTaken: true, Width: 40})); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff("3  sum\n└ … 3 more below\n", textOf(t, &Node{Op: Sum, Value: "3", Args: []*Node{n}}, TextOptions{Depth: math.MaxInt})); d == "" {
		t.Error("nothing is left out")
	}
}

// Any JSON is read without panic, and what was read is written and read back the same.
func FuzzJSON(f *testing.F) {
	for _, g := range goldenTrees {
		if g.tree != nil && len(g.tree.Args) < 100 {
			b, err := json.Marshal(g.tree)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(b)
		}
	}
	for _, s := range []string{"", "null", `{"args":[null,{"span":[1]}]}`, `{"span":[-1,2,3,4,5],"flags":["x"]}`, `{"format":"x"}`, `[[[`, `{"args":{"op":1}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var n Node
		if json.Unmarshal(b, &n) != nil {
			return
		}
		var out bytes.Buffer
		if err := (&n).WriteJSON(&out); err != nil {
			t.Fatal(err)
		}
		var back Node
		if err := json.Unmarshal(out.Bytes(), &back); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(n, back) { // cmp takes for ever over deep trees
			t.Fatalf("%s is read back as another tree", out.Bytes())
		}
		for _, form := range goldenForms {
			if err := form.write(io.Discard, &n); err != nil {
				t.Fatal(err)
			}
		}
	})
}
