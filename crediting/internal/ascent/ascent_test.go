package ascent

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// edges reads "ana bob 0.5", the share being optional.
func edges(t testing.TB, texts ...string) *fact.Edges {
	t.Helper()
	var all []fact.Edge
	for _, text := range texts {
		w := strings.Fields(text)
		e := fact.Edge{Name: "manager", From: w[0], To: w[1]}
		if len(w) > 2 {
			e.Share = decimal.RequireFromString(w[2])
		}
		all = append(all, e)
	}
	x, err := fact.NewEdges(all)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

var day = calendar.MustDate("2026-03-10")

// away is true of whoever's name begins with v.
func away(p fact.PayeeID) bool { return strings.HasPrefix(string(p), "v") }

func shown(places []Place) string {
	var out []string
	for _, p := range places {
		out = append(out, fmt.Sprintf("%d %s %s %v", p.Level, p.Key, p.Part, p.Path))
	}
	return strings.Join(out, ", ")
}

func TestWhoIsAbove(t *testing.T) {
	for name, c := range map[string]struct {
		edges  string
		levels int
		stop   bool
		want   string
		vacant string
	}{
		"nobody":                     {"", 0, false, "", "[]"},
		"a chain":                    {"ana bob, bob cy", 0, false, "1 bob 1 [ana], 2 cy 1 [ana bob]", "[]"},
		"one level":                  {"ana bob, bob cy", 1, false, "1 bob 1 [ana]", "[]"},
		"halves make the whole":      {"ana bob 0.5, ana cy 0.5, bob dee, cy dee", 0, false, "1 bob 0.5 [ana], 1 cy 0.5 [ana], 2 dee 1 [ana bob]", "[]"},
		"wholes make it once":        {"ana bob, ana cy, bob dee, cy dee", 0, false, "1 bob 1 [ana], 1 cy 1 [ana], 2 dee 1 [ana bob]", "[]"},
		"part of a half":             {"ana bob 0.5, bob cy 0.4", 0, false, "1 bob 0.5 [ana], 2 cy 0.2 [ana bob]", "[]"},
		"the lowest level counts":    {"ana bob, bob cy, cy dee, ana cy", 2, false, "1 bob 1 [ana], 1 cy 1 [ana], 2 dee 1 [ana cy]", "[]"},
		"who is away is passed over": {"ana v1, v1 bob, bob cy", 1, false, "1 bob 1 [ana]", "[v1]"},
		"two who are away":           {"ana v1, v1 v2, v2 bob", 1, false, "1 bob 1 [ana]", "[v1 v2]"},
		"nothing passes who is away": {"ana v1, v1 bob, ana cy", 0, true, "1 cy 1 [ana]", "[v1]"},

		"a way past a vacant place is a short one": {"ana bob, bob cy, ana v1, v1 v2, v2 cy, cy dee", 2, false, "1 bob 1 [ana], 1 cy 1 [ana], 2 dee 1 [ana cy]", "[v1 v2]"},
		"a vacant place at the last level":         {"ana bob, bob v1, v1 cy", 1, false, "1 bob 1 [ana]", "[v1]"},
		"a circle out of reach":                    {"ana bob, bob ana", 1, false, "1 bob 1 [ana]", "[]"},
	} {
		var list []string
		if c.edges != "" {
			list = strings.Split(c.edges, ", ")
		}
		above, vacant, err := Walk{Along: "manager", Date: day, Edges: edges(t, list...), Levels: c.levels, Vacant: away, Stop: c.stop}.From("ana")
		if shown(above) != c.want || fmt.Sprint(vacant) != c.vacant || err != nil {
			t.Errorf("%s: %s, vacant %v, %v; want %s", name, shown(above), vacant, err, c.want)
		}
	}
}

func TestACircleIsPrinted(t *testing.T) {
	for list, want := range map[string]string{
		"ana ana":                     "ana → ana",
		"ana bob, bob cy, cy bob":     "bob → cy → bob",
		"ana v1, v1 v2, v2 v1":        "v1 → v2 → v1",
		"ana bob, ana cy, cy ana":     "ana → cy → ana",
		"ana bob, bob v1, v1 ana":     "ana → bob → v1 → ana",
		"ana b, b c, c d, d c, a b":   "c → d → c",
		"ana x, ana b, b x, x y, y b": "b → x → y → b",
	} {
		_, _, err := Walk{Along: "manager", Date: day, Edges: edges(t, strings.Split(list, ", ")...), Vacant: away}.From("ana")
		var cycle *fact.CycleError
		if !errors.As(err, &cycle) || !strings.Contains(err.Error(), ": "+want+";") {
			t.Errorf("%s: %v, want %s", list, err, want)
		}
	}
}

// paths goes every path, the slow and plain way: the lowest level of each who is there.
func paths(x *fact.Edges, from fact.PayeeID, level, levels int, lowest map[fact.PayeeID]int) {
	for _, e := range x.To("manager", string(from), day, 0) {
		to := fact.PayeeID(e.To)
		next := level + step(away(to))
		if levels > 0 && next > levels {
			continue
		}
		if known, ok := lowest[to]; !away(to) && (!ok || next < known) {
			lowest[to] = next
		}
		paths(x, to, next, levels, lowest)
	}
}

func TestEveryPathLeadsToWhoIsAboveAndWholeEdgesMakeOneWhole(t *testing.T) {
	names := []string{"ana", "b", "v1", "c", "v2", "d", "e"}
	rapid.Check(t, func(rt *rapid.T) {
		var list []string
		for from := range names {
			for to := from + 1; to < len(names); to++ {
				if rapid.IntRange(0, 2).Draw(rt, "edge") == 0 {
					list = append(list, names[from]+" "+names[to])
				}
			}
		}
		levels := rapid.IntRange(0, 4).Draw(rt, "levels")
		x := edges(t, rapid.Permutation(list).Draw(rt, "order")...)
		above, _, err := Walk{Along: "manager", Date: day, Edges: x, Levels: levels, Vacant: away}.From("ana")
		want := map[fact.PayeeID]int{}
		paths(x, "ana", 0, levels, want)
		if err != nil || len(above) != len(want) {
			rt.Fatalf("%v: %s, want %v, %v", list, shown(above), want, err)
		}
		for _, p := range above {
			if want[p.Key] != p.Level || !p.Part.Equal(decimal.New(1, 0)) || len(p.Path) != p.Level {
				rt.Fatalf("%v: %s: level %d, part %s, path %v; want level %d", list, p.Key, p.Level, p.Part, p.Path, want[p.Key])
			}
		}
	})
}

// In a tree there is one path: the part is the product of its shares.
func TestInATreeThePartIsTheProductOfShares(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		shares := rapid.SliceOfN(rapid.Int64Range(1, 100), 1, 8).Draw(rt, "shares")
		var list []string
		want := decimal.New(1, 0)
		for i, s := range shares {
			share := decimal.New(s, -2)
			want = want.Mul(share)
			list = append(list, fmt.Sprintf("p%d p%d %s", i, i+1, share))
		}
		above, _, err := Walk{Along: "manager", Date: day, Edges: edges(t, list...)}.From("p0")
		if err != nil || len(above) != len(shares) || !above[len(above)-1].Part.Equal(want) {
			rt.Fatalf("%s, %v; want %s", shown(above), err, want)
		}
		if !slices.IsSortedFunc(above, func(a, b Place) int { return a.Level - b.Level }) {
			rt.Fatal(shown(above))
		}
	})
}

// Where a walk says that it holds on a later day, a walk on that day finds the same.
func TestWhatHoldsIsWhatAnotherDayFinds(t *testing.T) {
	names := []string{"a", "b", "c", "d", "e"}
	rapid.Check(t, func(rt *rapid.T) {
		var all []fact.Edge
		for i, from := range names {
			for _, to := range names[i+1:] {
				if rapid.Bool().Draw(rt, "edge") {
					first := day.AddDays(rapid.IntRange(-3, 6).Draw(rt, "first"))
					all = append(all, fact.Edge{Name: "manager", From: from, To: to, Stamp: fact.Stamp{
						Effective: calendar.Range{From: first, To: first.AddDays(rapid.IntRange(1, 9).Draw(rt, "days"))},
					}})
				}
			}
		}
		x, err := fact.NewEdges(all)
		if err != nil {
			rt.Fatal(err)
		}
		left := map[fact.PayeeID]calendar.Date{}
		for _, n := range names[1:] {
			left[fact.PayeeID(n)] = day.AddDays(rapid.IntRange(-2, 6).Draw(rt, "left"))
		}
		w := Walk{Along: "manager", Edges: x, Levels: rapid.IntRange(0, 2).Draw(rt, "levels"), Stop: rapid.Bool().Draw(rt, "stop")}
		find := func(n int) (Found, func(fact.PayeeID) bool) {
			w.Date = day.AddDays(n)
			on := w.Date
			w.Vacant = func(p fact.PayeeID) bool { return !on.Before(left[p]) }
			f, err := w.Find("a")
			if err != nil {
				rt.Fatal(err)
			}
			return f, w.Vacant
		}
		first, _ := find(0)
		for n := range 5 {
			f, vacant := find(n)
			holds := first.Holds(w.Date, vacant)
			if n == 0 && !holds {
				rt.Fatal("it does not hold on its own day")
			}
			if holds && (shown(f.Above) != shown(first.Above) || !slices.Equal(f.Vacant, first.Vacant)) {
				rt.Fatalf("day %d: %s %v, kept is %s %v", n, shown(f.Above), f.Vacant, shown(first.Above), first.Vacant)
			}
		}
		if first.Holds(day.AddDays(-1), nil) {
			rt.Fatal("it holds before its day")
		}
	})
}
