package dsl

import (
	"slices"
	"testing"

	"github.com/payproof/payproof/dsl/source"
)

func geo() Env {
	want := BoolUnit
	return Env{Want: &want, Inputs: []Input{
		{
			Name: "region", Unit: TextUnit, Enum: []string{"EMEA", "DACH", "DE", "FR", "North America", "US"},
			Below: map[string][]string{"EMEA": {"DACH", "DE", "FR"}, "DACH": {"DE"}, "North America": {"US"}},
		},
		{Name: "seats", Unit: Counted},
	}}
}

// A member of a hierarchy is asked for with all that stand below it, in each way to write it.
func TestInReachesTheSubtree(t *testing.T) {
	for text, want := range map[string][]string{
		`region in EMEA`:                        {"EMEA", "DACH", "DE", "FR"},
		`region in "EMEA"`:                      {"EMEA", "DACH", "DE", "FR"},
		`region in ["EMEA"]`:                    {"EMEA", "DACH", "DE", "FR"},
		`region in ["DACH", "EMEA"]`:            {"EMEA", "DACH", "DE", "FR"},
		`region in North America and seats > 0`: {"North America", "US"},
		`region in FR`:                          {"FR"},
		`region == "EMEA"`:                      {"EMEA"},
		`not (region in EMEA)`:                  {"North America", "US"},
	} {
		f, found := Compile(text, geo())
		if f == nil {
			t.Errorf("%s: %v", text, found)
			continue
		}
		var got []string
		r := geo().NewRow()
		r.SetInt(1, 1)
		for i, member := range geo().Inputs[0].Enum {
			r.SetMember(0, i)
			if _, text, has := r.Field(0); text != member || !has {
				t.Errorf("the row has %q, not %q", text, member)
			}
			if v, err := f.Eval(r); err != nil {
				t.Error(err)
			} else if v.Bool() {
				got = append(got, member)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s holds for %q, not %q", text, got, want)
		}
	}
}

// Conditions that share a program are those whose members have nothing below them.
func TestSharedConditionsReachTheirOwnSubtrees(t *testing.T) {
	shapes := NewShapes(geo())
	for _, c := range []struct{ text, holds, fails string }{
		{`region in ["FR"]`, "FR", "DE"},
		{`region in ["EMEA"]`, "DE", "US"},
		{`region in ["US"]`, "US", "DE"},
		{`region in ["DACH"]`, "DE", "FR"},
	} {
		f, found := shapes.Compile(c.text, source.Map{})
		if f == nil {
			t.Fatal(found)
		}
		for member, want := range map[string]bool{c.holds: true, c.fails: false} {
			r := geo().NewRow()
			if err := r.SetText(0, member); err != nil {
				t.Fatal(err)
			}
			if v, err := f.Eval(r); err != nil || v.Bool() != want {
				t.Errorf("%s for %s: %v, %v", c.text, member, v.Bool(), err)
			}
		}
	}
}

// A misspelt member is found, with the one that was meant.
func TestAMisspeltMemberIsFound(t *testing.T) {
	for text, want := range map[string]string{
		`region in EMAE`:        `1:11: region is never "EMAE"; did you mean "EMEA"? [unknown-member]`,
		`region in ["DE","DA"]`: `1:17: region is never "DA"; did you mean "DE"? [unknown-member]`,
		`region in [EMEA]`:      "1:12: region is compared with texts; write it in quotes: \"…\" [unit-mismatch]",
		`seats in EMEA`:         "1:10: after in stands a list; write in [\"a\", \"b\"] [not-allowed]",
	} {
		f, found := Compile(text, geo())
		if f != nil || len(found) != 1 || found[0].Error() != want {
			t.Errorf("%s:\n got %v\nwant %s", text, found, want)
		}
	}
}
