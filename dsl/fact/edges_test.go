package fact

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func mustEdges(t interface{ Fatal(...any) }, edges ...Edge) *Edges {
	x, err := NewEdges(edges)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func keys(edges []Edge, end func(Edge) string) string {
	var names []string
	for _, e := range edges {
		names = append(names, end(e)+" "+e.Share.String())
	}
	return strings.Join(names, ", ")
}

func to(e Edge) string   { return e.To }
func from(e Edge) string { return e.From }

func TestEdgesAreFoundByDateAndRevision(t *testing.T) {
	x := mustEdges(t,
		Edge{Name: "owner", From: "west", To: "cy", Share: decimal.RequireFromString("0.40"), Stamp: stamp("2026-01-01..", 1)},
		Edge{Name: "owner", From: "west", To: "ana", Share: decimal.RequireFromString("0.6"), Stamp: stamp("2026-01-01..", 1)},
		Edge{Name: "owner", From: "west", To: "ana", Stamp: stamp("2026-04-01..", 5)},
		Edge{Name: "owner", From: "west", To: "cy", Stamp: stamp("2026-04-01..", 5), Void: true},
		Edge{Name: "owner", From: "east", To: "ana", Stamp: stamp("..", 0)},
		Edge{Name: "manager", From: "ana", To: "mia"},
	)
	for _, c := range []struct {
		date string
		asOf Revision
		want string
	}{
		{"2025-12-31", 0, ""},
		{"2026-01-01", 0, "ana 0.6, cy 0.4"},
		{"2026-04-01", 0, "ana 1"},
		{"2026-04-01", 4, "ana 0.6, cy 0.4"},
		{"2026-04-01", 5, "ana 1"},
	} {
		if got := keys(x.To("owner", "west", calendar.MustDate(c.date), c.asOf), to); got != c.want {
			t.Errorf("owners of west on %s as of %d: %s; want %s", c.date, c.asOf, got, c.want)
		}
	}
	if got := keys(x.From("owner", "ana", calendar.MustDate("2026-04-01"), 0), from); got != "east 1, west 1" {
		t.Errorf("ana owns %s", got)
	}
	if got := x.Names(); !slices.Equal(got, []string{"manager", "owner"}) {
		t.Errorf("names: %q", got)
	}
	var segments []string
	for days, edges := range x.Segments("owner", "west", during("2025-12-01..2026-12-31"), 0) {
		segments = append(segments, fmt.Sprint(days, ": ", keys(edges, to)))
	}
	want := []string{"2025-12-01..2025-12-31: ", "2026-01-01..2026-03-31: ana 0.6, cy 0.4", "2026-04-01..2026-12-31: ana 1"}
	if !slices.Equal(segments, want) {
		t.Errorf("segments: %q, want %q", segments, want)
	}
}

func TestNoEdgesAnswerWithNothing(t *testing.T) {
	var x *Edges
	if x.To("owner", "west", day0, 0) != nil || x.From("owner", "ana", day0, 0) != nil || x.Names() != nil {
		t.Error("a nil index has an edge")
	}
	for range x.Up("manager", "ana", day0, 0, 0) {
		t.Error("a nil index can be climbed")
	}
	n := 0
	for days, edges := range x.Segments("owner", "west", during("2026-01-01..2026-01-31"), 0) {
		if n++; days != during("2026-01-01..2026-01-31") || edges != nil {
			t.Errorf("%s has %v", days, edges)
		}
	}
	if n != 1 {
		t.Errorf("%d segments", n)
	}
}

func TestWrongEdgesSayWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		edges []Edge
		want  string
	}{
		{[]Edge{{Name: "manager", From: "ana", To: ""}}, `edge "manager" from "ana" to "": to: key "": is empty`},
		{[]Edge{{Name: "manager", From: "ana ", To: "bob"}}, `from: key "ana ": has the outer space`},
		{[]Edge{{Name: "owner", From: "w", To: "a", Share: decimal.NewFromInt(-1)}}, "the share is negative"},
		{[]Edge{{Name: "owner", From: "w", To: "a", Share: decimal.New(1, 1_000_000_000)}}, "more than 38 digits"},
		{[]Edge{{Name: "owner", From: "w", To: "a", Stamp: Stamp{Effective: calendar.Range{From: day0, To: day0}}}}, "edge owner: w → a is never in effect"},
		{[]Edge{
			{Name: "owner", From: "w", To: "a", Share: decimal.RequireFromString("0.5")},
			{Name: "owner", From: "w", To: "a"},
		}, "two versions of edge owner: w → a disagree on ..: owner: w → a 100% [.., known at 0] and owner: w → a 50% ["},
		{[]Edge{
			{Name: "owner", From: "w", To: "a", Stamp: stamp("2026-01-01..", 2)},
			{Name: "owner", From: "w", To: "a", Stamp: stamp("2026-02-01..", 2), Void: true},
		}, "disagree on 2026-02-01..: owner: w → a 100% [2026-01-01.., known at 2] and withdrawn [2026-02-01.., known at 2]"},
	} {
		if _, err := NewEdges(c.edges); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v:\n got %v\nwant … %s", c.edges, err, c.want)
		}
	}
	_, err := NewEdges([]Edge{{Name: "a"}, {Name: "b"}})
	if strings.Count(err.Error(), "is empty") != 2 {
		t.Errorf("errors are not collected: %v", err)
	}
}

func TestTheSameEdgeTwiceIsOneEdge(t *testing.T) {
	half := Edge{Name: "owner", From: "w", To: "a", Share: decimal.RequireFromString("0.5")}
	again := half
	again.Share = decimal.RequireFromString("0.500")
	for _, edges := range [][]Edge{{half, again}, {again, half}} {
		got := mustEdges(t, edges...).To("owner", "w", day0, 0)
		if len(got) != 1 || got[0].Share.Exponent() != -1 {
			t.Errorf("edges: %v with exponent %d", got, got[0].Share.Exponent())
		}
	}
}

func climb(x *Edges, start string, depth int) (string, error) {
	var path []string
	for step, err := range x.Up("manager", start, day0, 0, depth) {
		if err != nil {
			return strings.Join(path, " "), err
		}
		path = append(path, fmt.Sprint(step.Level, step.Edge.To))
	}
	return strings.Join(path, " "), nil
}

func TestUpGoesDepthFirst(t *testing.T) {
	x := mustEdges(t,
		Edge{Name: "manager", From: "ana", To: "cy"},
		Edge{Name: "manager", From: "ana", To: "bob"},
		Edge{Name: "manager", From: "bob", To: "vp"},
		Edge{Name: "manager", From: "cy", To: "vp"},
		Edge{Name: "manager", From: "vp", To: "ceo"},
		Edge{Name: "mentor", From: "ceo", To: "ana"},
	)
	for depth, want := range map[int]string{
		0: "1bob 2vp 3ceo 1cy 2vp 3ceo",
		1: "1bob 1cy",
		2: "1bob 2vp 1cy 2vp",
	} {
		if got, err := climb(x, "ana", depth); got != want || err != nil {
			t.Errorf("to depth %d: %s, %v; want %s", depth, got, err, want)
		}
	}
	for step, err := range x.Up("manager", "ana", day0, 0, 0) {
		if err != nil || step.Edge.To != "bob" {
			t.Errorf("first step: %v, %v", step, err)
		}
		break
	}
}

func TestACycleShowsItsLoop(t *testing.T) {
	x := mustEdges(t,
		Edge{Name: "manager", From: "ana", To: "bob"},
		Edge{Name: "manager", From: "bob", To: "cy"},
		Edge{Name: "manager", From: "cy", To: "bob"},
		Edge{Name: "manager", From: "me", To: "me"},
	)
	got, err := climb(x, "ana", 0)
	var cycle *CycleError
	want := "manager on 2026-01-01 goes in a circle: bob → cy → bob; end or correct one of these edges"
	if !errors.As(err, &cycle) || err.Error() != want || got != "1bob 2cy" {
		t.Errorf("%s, %v", got, err)
	}
	if _, err := climb(x, "ana", 2); err != nil {
		t.Errorf("two levels do not reach the loop, and yet: %v", err)
	}
	if _, err := climb(x, "me", 1); !errors.As(err, &cycle) || !slices.Equal(cycle.Path, []string{"me", "me"}) {
		t.Errorf("me: %v", err)
	}
}

func TestAnyOrderOfEdgesGivesTheSameAnswers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var edges []Edge
		name := rapid.SampledFrom([]string{"a", "b", "c"})
		for i := range rapid.IntRange(0, 8).Draw(t, "edges") {
			edges = append(edges, Edge{
				Name: "owner", From: name.Draw(t, "from"), To: name.Draw(t, "to"),
				Stamp: Stamp{Effective: anyRange(t, "effective"), Known: Revision(i)},
				Void:  rapid.IntRange(0, 3).Draw(t, "void") == 0,
			})
		}
		x := mustEdges(t, edges...)
		y := mustEdges(t, rapid.Permutation(edges).Draw(t, "order")...)
		for _, key := range []string{"a", "b", "c"} {
			for i := range 16 {
				date, asOf := day0.AddDays(i), Revision(i%9)
				if got, want := fmt.Sprint(y.To("owner", key, date, asOf), y.From("owner", key, date, asOf)), fmt.Sprint(x.To("owner", key, date, asOf), x.From("owner", key, date, asOf)); got != want {
					t.Fatalf("on %s as of %d: %s, want %s", date, asOf, got, want)
				}
			}
			at := day0
			for days, edges := range x.Segments("owner", key, during("2026-01-01..2026-01-20"), 0) {
				if days.From != at {
					t.Fatalf("a segment begins at %s, want %s", days.From, at)
				}
				for ; days.Contains(at); at = at.AddDays(1) {
					if got := fmt.Sprint(x.To("owner", key, at, 0)); got != fmt.Sprint(edges) {
						t.Fatalf("%s has %s, its segment %v", at, got, edges)
					}
				}
			}
			if at != calendar.MustDate("2026-01-21") {
				t.Fatalf("segments end at %s", at)
			}
		}
	})
}

func TestOfYieldsEachItem(t *testing.T) {
	var got []int
	for x, err := range Of(1, 2, 3) {
		if got = append(got, x); err != nil || x == 2 {
			break
		}
	}
	if !slices.Equal(got, []int{1, 2}) {
		t.Errorf("got %v", got)
	}
}

// Edges that come later give what all of them would have given at once.
func TestLateEdgesAreAsIfTheyHadBeenThere(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		any := func(r *rapid.T) Edge {
			from := calendar.MustDate("2026-01-01").AddDays(rapid.IntRange(0, 20).Draw(r, "day"))
			e := Edge{
				Name: rapid.SampledFrom([]string{"owner", "manager"}).Draw(r, "name"), From: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(r, "from"),
				To: rapid.SampledFrom([]string{"x", "y", "z"}).Draw(r, "to"), Void: rapid.Bool().Draw(r, "void"),
				Stamp: Stamp{Effective: calendar.Range{From: from, To: from.AddDays(rapid.IntRange(1, 20).Draw(r, "days"))}, Known: Revision(rapid.IntRange(1, 4).Draw(r, "known"))},
			}
			return e
		}
		all := rapid.SliceOfN(rapid.Custom(any), 1, 12).Draw(r, "edges")
		first, second := rapid.IntRange(0, len(all)).Draw(r, "first"), rapid.IntRange(0, len(all)).Draw(r, "second")
		first, second = min(first, second), max(first, second)
		want, wrong := NewEdges(all)
		got, err := NewEdges(all[:first])
		for _, more := range [][]Edge{all[first:second], all[second:]} {
			if err == nil {
				got, err = got.With(more)
			}
		}
		if (err != nil) != (wrong != nil) {
			r.Fatalf("%v; at once %v", err, wrong)
		}
		if err != nil {
			return
		}
		if fmt.Sprint(got.Names()) != fmt.Sprint(want.Names()) {
			r.Fatalf("names %v, want %v", got.Names(), want.Names())
		}
		for _, name := range []string{"owner", "manager"} {
			for _, key := range []string{"a", "b", "c", "x", "y", "z"} {
				for day := range 41 {
					on, asOf := calendar.MustDate("2026-01-01").AddDays(day), Revision(day%5)
					if g, w := fmt.Sprint(got.To(name, key, on, asOf), got.From(name, key, on, asOf)), fmt.Sprint(want.To(name, key, on, asOf), want.From(name, key, on, asOf)); g != w {
						r.Fatalf("%s of %s on %s as of %d: %s, want %s", name, key, on, asOf, g, w)
					}
				}
			}
		}
	})
}

func TestArrivingEdgesCutWhereAnyOfThemChanges(t *testing.T) {
	x := mustEdges(t,
		Edge{Name: "owner", From: "west", To: "ana", Stamp: stamp("2026-02-01..2026-03-31", 0)},
		Edge{Name: "owner", From: "east", To: "ana", Stamp: stamp("2026-03-01..", 0)},
		Edge{Name: "owner", From: "north", To: "cy", Stamp: stamp("2026-01-15..", 0)},
	)
	within, err := calendar.ParseRange("2026-01-01..2026-06-30")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for days, edges := range x.Arriving("owner", "ana", within, 0) {
		got = append(got, days.String()+" "+keys(edges, from))
	}
	want := []string{"2026-01-01..2026-01-31 ", "2026-02-01..2026-02-28 west 1", "2026-03-01..2026-03-31 east 1, west 1", "2026-04-01..2026-06-30 east 1"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	n := 0
	for days, edges := range (*Edges)(nil).Arriving("owner", "ana", within, 0) {
		if n++; days != within || len(edges) > 0 {
			t.Errorf("%s: %v", days, edges)
		}
	}
	if n != 1 {
		t.Errorf("no edges have %d runs", n)
	}
}
