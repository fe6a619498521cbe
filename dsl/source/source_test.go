package source

import (
	"errors"
	"strings"
	"testing"
)

func TestMapPlacesEmbeddedText(t *testing.T) {
	formula := "amount\n  * ratio"
	m := Map{File: "p.yaml", Anchors: []Anchor{{0, Pos{7, 11}}, {7, Pos{8, 5}}}}
	if got := m.Span(formula, 9, 10).String(); got != "p.yaml:8:7" {
		t.Errorf("the star stands at %s, want p.yaml:8:7", got)
	}
	if got := At("p.yaml", Pos{3, 9}).Span("é + b", 3, 4).String(); got != "p.yaml:3:11" {
		t.Errorf("columns count runes: got %s, want p.yaml:3:11", got)
	}
}

func TestRenderPutsTheCaretUnderThePlace(t *testing.T) {
	d := Errorf("unknown-name", Span{"p.yaml", Pos{2, 9}, Pos{2, 15}}, "unknown name %q", "revnue").
		WithHint("did you mean %q?", "revenue").
		WithNote(Span{File: "p.yaml", From: Pos{1, 1}, To: Pos{1, 5}}, "declared here")
	var b strings.Builder
	if err := Render(&b, Diagnostics{d}, func(string) (string, bool) { return "plan: x\n  pays: revnue * 2\n", true }); err != nil {
		t.Fatal(err)
	}
	want := `error[unknown-name]: unknown name "revnue"
  --> p.yaml:2:9
  2 |   pays: revnue * 2
    |         ^^^^^^
  note: declared here
  --> p.yaml:1:1
  1 | plan: x
    | ----
  fix: did you mean "revenue"?
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestRenderBoundsAnExcerptOfAHugeLine(t *testing.T) {
	line := strings.Repeat("x", 10<<20)
	var b strings.Builder
	d := Errorf("c", Span{"f", Pos{1, 5_000_000}, Pos{1, 5_000_001}}, "m")
	if err := Render(&b, Diagnostics{d}, func(string) (string, bool) { return line, true }); err != nil {
		t.Fatal(err)
	}
	if b.Len() > 1000 {
		t.Errorf("%d bytes for one finding", b.Len())
	}
}

func TestWarningsAreNotAnError(t *testing.T) {
	ds := Diagnostics{Warnf("w", Span{File: "f"}, "odd")}
	if ds.Err() != nil {
		t.Error("a warning became an error")
	}
	ds = append(ds, Errorf("e", Span{File: "f"}, "bad"))
	var back Diagnostics
	if !errors.As(ds.Err(), &back) || len(back) != 2 {
		t.Error("the findings do not come back with errors.As")
	}
}

func TestSortedIsByPlaceAndDropsRepeats(t *testing.T) {
	a := Errorf("a", Span{"f", Pos{2, 1}, Pos{}}, "x")
	b := Errorf("b", Span{"f", Pos{1, 9}, Pos{}}, "y")
	got := Diagnostics{a, b, a}.Sorted()
	if len(got) != 2 || got[0].Code != "b" {
		t.Errorf("got %v", got)
	}
}

func TestNearest(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"revnue", "revenue"}, {"boookings", "bookings"}, {"quaota", "quota"}, {"zzz", ""}, {"Amount", "amount"},
	} {
		if got := Nearest(c.name, []string{"revenue", "bookings", "quota", "amount"}); got != c.want {
			t.Errorf("Nearest(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}

func TestAtMostCountsWhatItCutsOff(t *testing.T) {
	var ds Diagnostics
	for i := range 5 {
		ds = append(ds, Warnf("w", Span{"f", Pos{i + 1, 1}, Pos{}}, "odd"))
	}
	got := append(ds, Errorf("e", Span{File: "g"}, "bad")).AtMost(2)
	if len(got) != 4 || got[2].Message != "and 3 more of this kind" || got[2].Severity != Warning || got[2].Span != got[1].Span || got[3].Code != "e" {
		t.Errorf("got %v", got)
	}
}
