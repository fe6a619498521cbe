package crediting

import (
	"testing"

	"github.com/payproof/payproof/crediting/territory"
	"github.com/payproof/payproof/dsl/fact"
)

// What is kept says for which territory; what is given up, or left over for another reason, does not.
func TestWhatIsInSuspenseSaysForWhom(t *testing.T) {
	s := deals()
	west := territory.Territory{ID: "west", Kind: "deal", When: condition(t, s, `region == "west"`)}
	part := territory.Territory{ID: "part", Kind: "deal", Parent: "west", When: condition(t, s, `true`)}
	for name, c := range map[string]struct {
		to       string
		vacant   territory.Vacant
		edges    []fact.Edge
		suspense fact.TerritoryID // of the one part that is not credited
		credited int
	}{
		"kept":                          {to: "owner of territory", suspense: "part"},
		"given up":                      {to: "owner of territory", vacant: territory.Forgone},
		"passed up":                     {to: "owner of territory", vacant: territory.Up, edges: arrows(t, "owner west bob 0.6", "owner west cy 0.4"), credited: 2},
		"nobody above":                  {to: "owner of territory", vacant: territory.Up, suspense: "part"},
		"not passed up unless asked":    {to: "owner of territory", edges: arrows(t, "owner west bob"), suspense: "part"},
		"the owners leave a part over":  {to: "owner of territory", edges: arrows(t, "owner part bob 0.6"), credited: 1},
		"an owner whom nobody knows":    {to: "owner of territory", vacant: territory.Up, edges: arrows(t, "owner part xeno", "owner west bob")},
		"the other part of a split":     {to: "seller 50%, owner of territory rest", suspense: "part", credited: 1},
		"an empty role":                 {to: "role SE on seller"},
		"the owner's own part, in full": {to: "owner of territory", edges: arrows(t, "owner part bob"), credited: 1},
	} {
		r := rule(t, s, "r", c.to)
		for i := range r.To {
			r.To[i].Vacant = c.vacant
		}
		got := company{schema: s, rules: []Rule{r}, territories: []territory.Territory{west, part}, edges: c.edges}.apply(t, line("d1", "region=west"))
		if len(got.Credits) != c.credited {
			t.Errorf("%s: %q", name, shown(got))
		}
		for _, u := range got.Uncredited {
			if u.Suspense != c.suspense {
				t.Errorf("%s: in suspense for %q, not %q", name, u.Suspense, c.suspense)
			}
		}
		if c.suspense != "" && len(got.Uncredited) != 1 {
			t.Errorf("%s: %q", name, shown(got))
		}
	}
}
