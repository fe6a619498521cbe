package territory

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

func conditions(t interface{ Fatal(...any) }, texts ...string) (all []Territory) {
	for i, text := range texts {
		f, found := dsl.Compile(text, marketEnv())
		if f == nil {
			t.Fatal(text, found)
		}
		all = append(all, Territory{ID: fact.TerritoryID(fmt.Sprint("t", i)), Kind: "deal", When: f, At: at(i + 1)})
	}
	return all
}

func TestCheckShowsAnEventOfEachTie(t *testing.T) {
	for _, c := range []struct {
		texts []string
		want  string // of the first finding; empty: none
	}{
		{[]string{`region in EMEA`, `region in AMER`}, ""},
		{[]string{`region in EMEA`, `region in ["AMER", "DACH"]`}, "t0 and territory t1 both cover an event with region DACH"},
		{[]string{`seats < 10`, `seats >= 10`}, ""},
		{[]string{`seats <= 10`, `seats >= 10`}, "both cover an event with seats 10"},
		{[]string{`seats > 3 and seats < 5`, `seats > 4`}, ""},
		{[]string{`seats > 3 and seats < 6`, `seats > 4`}, "both cover an event with seats 5"},
		{[]string{`region == "DE" or seats > 5`, `not (region in EMEA) and seats <= 6`}, "both cover an event with region AMER, seats 6"},
		{[]string{`region == "DE" or seats > 5`, `not (region in EMEA) and seats <= 5`}, ""},
		{[]string{`product is missing`, `seats == 1`}, "both cover an event with product missing, seats 1"},
		{[]string{`true`, `true`}, "both cover an event with anything"},
		{[]string{`seats * 2 > 10 and seats < 5`, `seats > 2`}, "whether t0 and t1 can cover the same event could not be decided"},
		{[]string{`seats * 2 > 10`, `seats == 100`}, "both cover an event with seats 100"},
	} {
		m, found := NewMap(market, conditions(t, c.texts...))
		if len(found) > 0 {
			t.Fatal(found)
		}
		found = m.Check("deal", marketEnv().Inputs).Only(source.Error)
		if strings.Contains(c.want, "decided") {
			found = m.Check("deal", marketEnv().Inputs).Only(source.Warning)
		}
		found = only(found, "territory-gap", false)
		switch {
		case c.want == "" && len(found) > 0:
			t.Errorf("%q: %v", c.texts, found)
		case c.want != "" && (len(found) != 1 || !strings.Contains(found[0].Message, c.want) || found[0].Notes[0].Span != at(1)):
			t.Errorf("%q: %v, want %s", c.texts, found, c.want)
		}
	}
}

// only are the findings of a code, or all others.
func only(ds source.Diagnostics, code string, of bool) (out source.Diagnostics) {
	for _, d := range ds {
		if (d.Code == code) == of {
			out = append(out, d)
		}
	}
	return out
}

func TestCheckNamesMembersThatNoTerritoryCovers(t *testing.T) {
	for want, texts := range map[string][]string{
		"no territory covers US of the dimension geo":     {`region in EMEA`},
		"no territory covers AT, US of the dimension geo": {`region in ["DE", "FR"]`, `region == "EMEA"`},
		"": {`region in EMEA`, `region in AMER and seats > 5`},
	} {
		m, _ := NewMap(market, conditions(t, texts...))
		found := only(m.Check("deal", marketEnv().Inputs), "territory-gap", true)
		if want == "" && len(found) > 0 || want != "" && (len(found) != 1 || found[0].Message != want) {
			t.Errorf("%q: %v, want %q", texts, found, want)
		}
	}
	if m, _ := NewMap(market, conditions(t, `region in EMEA`)); m.Check("refund", nil) != nil {
		t.Error("there are findings of another kind of event")
	}
	if got := some([]string{"a", "b", "c", "d", "e", "f", "g"}); got != "a, b, c, d, e and 2 more" {
		t.Error(got)
	}
}

// Thousands of territories that only share a field are no matter; what takes too long is said, not left out.
func TestCheckEnds(t *testing.T) {
	var apart, crossed []string
	for i := range 2000 {
		apart = append(apart, fmt.Sprintf(`seats >= %d and seats < %d and region != "FR"`, i*10, i*10+10))
		crossed = append(crossed, fmt.Sprintf(`not (seats < %d or seats > %d or region == "FR") and not (product is missing)`, i*10, i*10+9))
	}
	for name, c := range map[string]struct {
		texts  []string
		gaveUp bool
	}{"apart": {apart, false}, "crossed": {crossed, true}} {
		m, _ := NewMap(market, conditions(t, c.texts...))
		start := time.Now()
		found := m.Check("deal", marketEnv().Inputs)
		if gaveUp := len(only(found, "territory-undecided", true)) == 1; gaveUp != c.gaveUp || found.HasErrors() {
			t.Errorf("%s: %v", name, found)
		}
		if took := time.Since(start); took > 30*time.Second {
			t.Errorf("%s: it took %s", name, took)
		}
	}
}

// Whoever tries all events finds a tie exactly where the search does.
func TestTheSearchFindsEveryTie(t *testing.T) {
	texts := []string{"true", "seats >= 5", "seats < 3", "seats == 4", `region in DACH`, `not (region in ["FR", "AMER"])`, "seats > 2 and seats <= 6", `region == "DE" or seats > 7`, `product is missing`, `region in EMEA and not (seats == 2)`}
	rapid.Check(t, func(r *rapid.T) {
		all := conditions(r, rapid.SliceOfN(rapid.SampledFrom(texts), 2, 5).Draw(r, "conditions")...)
		for i := range all {
			for d := range market {
				if rapid.IntRange(0, 2).Draw(r, "has") == 0 {
					all[i].Within = append(all[i].Within, has(d, rapid.SampledFrom(market[d].Names()).Draw(r, "member")))
				}
			}
			if p := rapid.IntRange(-3, i-1).Draw(r, "parent"); p >= 0 {
				all[i].Parent = all[p].ID
			}
		}
		m, _ := NewMap(market, all)
		want := ""
		for _, region := range market[0].Names() {
			for _, product := range append(market[1].Names(), "") {
				for seats := range int64(12) {
					if _, _, err := m.Of("deal", "", calendar.MustDate("2026-01-01"), marketRow(r, region, product, seats-1)); err != nil {
						want = err.Error()
					}
				}
			}
		}
		found := m.Check("deal", marketEnv().Inputs)
		if found.HasErrors() != (want != "") || len(only(found, "territory-undecided", true)) > 0 {
			r.Fatalf("the search: %v; trying all: %s", found, want)
		}
	})
}
