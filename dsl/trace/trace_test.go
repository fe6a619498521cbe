package trace

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/payproof/payproof/dsl/source"
)

func tree() *Node {
	return &Node{
		Op: Round, Text: "round(bookings * 6%, 2)", Value: "12.35", Unit: "USD", Detail: "2 places, half-even", Flags: Rounded,
		At: source.Span{File: "ae.yaml", From: source.Pos{Line: 4, Col: 9}, To: source.Pos{Line: 4, Col: 32}},
		Args: []*Node{{
			Op: Mul, Text: "bookings * 6%", Value: "12.345", Unit: "USD",
			Args: []*Node{{Op: Input, Label: "bookings", Value: "205.75", Unit: "USD"}, {Op: Literal, Text: "6%", Value: "0.06", Unit: "ratio"}},
		}},
		NotTaken: []*Node{{Op: Literal, Text: "0 USD", Unit: "USD"}},
	}
}

func TestTextShowsEveryNodeOnItsLine(t *testing.T) {
	var b bytes.Buffer
	if err := tree().WriteText(&b, TextOptions{NotTaken: true}); err != nil {
		t.Fatal(err)
	}
	want := "12.35 USD  round  `round(bookings * 6%, 2)`  (2 places, half-even) #rounded  ae.yaml:4:9\n" +
		"├ 12.345 USD  mul  `bookings * 6%`\n" +
		"│ ├ 205.75 USD  input bookings\n" +
		"│ └ 0.06  literal  `6%`\n" +
		"└ not taken: literal  `0 USD`\n"
	if d := cmp.Diff(want, b.String()); d != "" {
		t.Error(d)
	}
}

func TestTextIsBoundedInDepthAndBreadth(t *testing.T) {
	wide := &Node{Op: Sum, Value: "3"}
	for range 3 {
		wide.Args = append(wide.Args, &Node{Op: Neg, Value: "1", Args: []*Node{{Op: Literal, Value: "-1"}}})
	}
	var b bytes.Buffer
	if err := wide.WriteText(&b, TextOptions{Depth: 1, Siblings: 2}); err != nil {
		t.Fatal(err)
	}
	want := "3  sum\n├ 1  neg\n│ └ … 1 more below\n├ 1  neg\n│ └ … 1 more below\n└ … and 1 more\n"
	if d := cmp.Diff(want, b.String()); d != "" {
		t.Error(d)
	}
}

func TestJSONRoundTrips(t *testing.T) {
	var b bytes.Buffer
	if err := tree().WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var back Node
	if err := json.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(tree(), &back); d != "" {
		t.Error(d)
	}
}

func TestAllLeavesOutTheRoadsNotTaken(t *testing.T) {
	n := 0
	for range tree().All() {
		n++
	}
	if n != 4 {
		t.Errorf("%d nodes count, want 4", n)
	}
}
