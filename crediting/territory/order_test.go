package territory

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// geography and products are two dimensions: two levels and three.
var market = []Dimension{
	{Name: "geo", Field: "region", Members: []Member{{Name: "EMEA", Above: -1}, {Name: "DACH", Above: 0}, {Name: "DE", Above: 1}, {Name: "AT", Above: 1}, {Name: "FR", Above: 0}, {Name: "AMER", Above: -1}, {Name: "US", Above: 5}}},
	{Name: "family", Field: "product", Members: []Member{{Name: "Platform", Above: -1}, {Name: "Core", Above: 0}, {Name: "Cloud", Above: 0}, {Name: "Security", Above: -1}}},
}

func marketEnv() dsl.Env {
	want := dsl.BoolUnit
	input := func(name string, d *Dimension, optional bool) dsl.Input {
		return dsl.Input{Name: name, Unit: dsl.TextUnit, Enum: d.Names(), Below: d.Below(), Optional: optional}
	}
	return dsl.Env{Want: &want, Inputs: []dsl.Input{
		input("region", &market[0], false), input("product", &market[1], true), {Name: "seats", Unit: dsl.Counted},
	}}
}

func marketRow(t interface{ Fatal(...any) }, region, product string, seats int64) *dsl.Row {
	r := marketEnv().NewRow()
	if err := r.SetText(0, region); err != nil {
		t.Fatal(err)
	}
	if product != "" {
		if err := r.SetText(1, product); err != nil {
			t.Fatal(err)
		}
	}
	r.SetInt(2, seats)
	return r
}

func has(dimension int, members ...string) Within {
	return Within{Dimension: dimension, Field: dimension, Members: members}
}

func TestADimensionKnowsWhatIsBelow(t *testing.T) {
	geo := &market[0]
	if below := geo.Below(); !slices.Equal(below["EMEA"], []string{"DACH", "DE", "AT", "FR"}) || !slices.Equal(below["DACH"], []string{"DE", "AT"}) || below["DE"] != nil {
		t.Errorf("%q", below)
	}
	if leaves := geo.Leaves(); !slices.Equal(leaves, []int{2, 3, 4, 6}) {
		t.Errorf("%d", leaves)
	}
	if levels := geo.reached([]string{"EMEA", "DE", "nowhere"}); fmt.Sprint(levels) != "map[AT:1 DACH:1 DE:3 EMEA:1 FR:1]" {
		t.Errorf("%v", levels)
	}
}

func TestTheClosestTerritoryWins(t *testing.T) {
	compiled := func(text string) *dsl.Formula {
		f, found := dsl.Compile(text, marketEnv())
		if f == nil {
			t.Fatal(found)
		}
		return f
	}
	m, found := NewMap(market, []Territory{
		{ID: "all", Kind: "deal", When: compiled("true")},
		{ID: "emea", Kind: "deal", Within: []Within{has(0, "EMEA")}},
		{ID: "emea-sec", Kind: "deal", Within: []Within{has(0, "EMEA"), has(1, "Security")}},
		{ID: "sec", Kind: "deal", Within: []Within{has(1, "Security")}},
		{ID: "large", Kind: "deal", Parent: "dach", When: compiled("seats >= 100")},
		{ID: "huge", Kind: "deal", Parent: "large", When: compiled("seats >= 1000")},
		{ID: "dach", Kind: "deal", Parent: "emea", Within: []Within{has(0, "DACH")}},
		{ID: "fr-1", Kind: "deal", Parent: "emea", Within: []Within{has(0, "FR")}, When: compiled("seats > 5")},
		{ID: "fr-2", Kind: "deal", Within: []Within{has(0, "FR")}, When: compiled("seats < 7")},
	})
	if len(found) > 0 {
		t.Fatal(found)
	}
	for _, c := range []struct {
		region, product string
		seats           int64
		want            string
	}{
		{"US", "", 5000, "all"},
		{"US", "Security", 1, "sec"},
		{"EMEA", "Core", 5000, "emea"},
		{"EMEA", "Security", 1, "emea-sec"},
		{"DE", "Security", 1, "dach"}, // geography stands before product
		{"DE", "", 99, "dach"},
		{"AT", "Core", 100, "large"},
		{"DACH", "Core", 1000, "huge"},
		{"FR", "Core", 8, "fr-1"},
		{"FR", "Core", 6, "fr-1|fr-2"},
	} {
		id, _, err := m.Of("deal", "", calendar.MustDate("2026-01-01"), marketRow(t, c.region, c.product, c.seats))
		got := string(id)
		var tie *OverlapError
		if errors.As(err, &tie) {
			got = string(tie.First.ID) + "|" + string(tie.Second.ID)
		}
		if got != c.want {
			t.Errorf("%+v: %s, %v", c, got, err)
		}
	}
	if above, _ := m.Above("huge"); above != "large" {
		t.Errorf("above huge is %q", above)
	}
	if chain := m.Chain("huge"); !slices.Equal(chain, []fact.TerritoryID{"huge", "large", "dach", "emea"}) {
		t.Errorf("%q", chain)
	}
	if _, ok := m.Above("all"); ok {
		t.Error("something is above all")
	}
}

// scan decides by trying every territory, as the rule is written: no index, no shared lists.
func scan(m *Map, row *dsl.Row) string {
	var holding []int
	for i := range m.territories {
		if ok, _ := m.covers(i, row); ok && m.parts[i].conditioned {
			holding = append(holding, i)
		}
	}
	var best []int
	for _, i := range holding {
		if !slices.ContainsFunc(holding, func(j int) bool {
			c := m.compare(j, i, row)
			return c > 0 || c == 0 && slices.Contains(m.parts[j].above, i)
		}) {
			best = append(best, i)
		}
	}
	if len(best) > 1 {
		return "tie"
	}
	if len(best) == 0 {
		return ""
	}
	return string(m.territories[best[0]].ID)
}

// The territory of an event is the same, whether it is looked up or all are tried, in any order.
func TestLookingUpFindsWhatTryingAllFinds(t *testing.T) {
	conditions := []string{"true", "seats >= 5", "seats < 3", "seats == 4", `region in DACH`, `not (region in ["FR", "AMER"])`, "seats > 2 and seats <= 6", `region == "DE" or seats > 7`}
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(r, "n")
		all := make([]Territory, n)
		for i := range all {
			all[i] = Territory{ID: fact.TerritoryID(fmt.Sprint("t", i)), Kind: "deal"}
			if p := rapid.IntRange(-3, i-1).Draw(r, "parent"); p >= 0 {
				all[i].Parent = all[p].ID
			}
			for d := range market {
				if rapid.Bool().Draw(r, "has") {
					all[i].Within = append(all[i].Within, has(d, rapid.SliceOfNDistinct(rapid.SampledFrom(market[d].Names()), 1, 3, rapid.ID).Draw(r, "members")...))
				}
			}
			if len(all[i].Within) == 0 || rapid.Bool().Draw(r, "when") {
				f, _ := dsl.Compile(rapid.SampledFrom(conditions).Draw(r, "condition"), marketEnv())
				all[i].When = f
			}
		}
		m, _ := NewMap(market, all) // some reach outside of their parent, which is a finding and no matter here
		order := rapid.Permutation(all).Draw(r, "order")
		other, _ := NewMap(market, order)
		for range 20 {
			row := marketRow(t, rapid.SampledFrom(market[0].Names()).Draw(r, "region"),
				rapid.SampledFrom(append(market[1].Names(), "")).Draw(r, "product"), rapid.Int64Range(0, 9).Draw(r, "seats"))
			want := scan(m, row)
			for _, m := range []*Map{m, other} {
				id, _, err := m.Of("deal", "", calendar.MustDate("2026-01-01"), row)
				got := string(id)
				if err != nil {
					got = "tie"
				}
				if got != want {
					r.Fatalf("looked up %q, %v; trying all: %q", got, err, want)
				}
			}
		}
	})
}

func TestAMapSaysWhatIsWrongWithItsHierarchy(t *testing.T) {
	emea := Territory{ID: "emea", Kind: "deal", Within: []Within{has(0, "EMEA")}}
	for want, all := range map[string][]Territory{
		"the parent of de, \"emae\", is not a territory; did you mean \"emea\"? [unknown-territory]":                 {emea, {ID: "de", Kind: "deal", Parent: "emae", Accounts: []Account{{ID: "x"}}}},
		"territory b is a part of itself: b → c → b; remove one `parent:` [territory-cycle]":                         {{ID: "a", Parent: "b", Accounts: []Account{{ID: "x"}}}, {ID: "b", Parent: "c", Accounts: []Account{{ID: "y"}}}, {ID: "c", Parent: "b", Accounts: []Account{{ID: "z"}}}},
		"territory us is a part of emea, which does not have US; a part narrows what the territory above it covers":  {emea, {ID: "us", Kind: "deal", Parent: "emea", Within: []Within{has(0, "US")}}},
		"territory r is about the event refund, and its parent emea about deal; give both the same `of:` [territory": {emea, {ID: "r", Kind: "refund", Parent: "emea", Accounts: []Account{{ID: "x"}}}},
	} {
		if _, ds := NewMap(market, all); len(ds) != 1 || !strings.HasPrefix(strings.TrimPrefix(ds[0].Error(), "-: "), want) {
			t.Errorf("got %v\nwant %s", ds, want)
		}
	}
}
