package doc

import (
	"strings"
	"testing"
)

// Where a space is missing, YAML gives up lines later: the finding is where the space
// should be, and a line out of step is shown with those that it could belong to.
func TestMissingSpacesAreFoundWhereTheyAreMissing(t *testing.T) {
	for text, want := range map[string]string{
		"c:\n  b:\n    pays:500 USD\n    round: up\n":                 `3:9 no space behind the colon of "pays" | write a space after the colon: ` + "`pays: 500 USD`",
		"c:\n  b:\n    pays:500 USD\n\n    # a note\n    round: up\n": `3:9 no space behind the colon of "pays"`,
		"plan:Rep\nversion: x\n":                                      `1:5 no space behind the colon of "plan"`,
		"c: {every: month, pays:500 USD}\n":                           `1:23 no space behind the colon of "pays" | write a space after the colon: ` + "`pays: 500 USD`",
		"c:\n  every: month\n pays: x\n":                              `3:1 indented by 1 space, which is in step with no line above | indent it by 2 spaces, like line 2, or correct that line | 2:3 this one by 2 spaces | 1:1 this one by no space`,
		"c:\n  every: month\n   pays: x\n":                            `3:1 indented by 3 spaces, which is in step with no line above | indent it by 2 spaces, like line 2, or correct that line | 2:3 this one by 2 spaces`,
		"c:\n   every: month\n  pays: x\n":                            `3:1 indented by 2 spaces, which is in step with no line above | indent it by 3 spaces, like line 2, or correct that line | 2:4 this one by 3 spaces | 1:1 this one by no space`,
		"c:\n  - {from: 0}\n   - {from: 1}\n":                         `3:1 indented by 3 spaces, which is in step with no line above | indent it by 2 spaces, like line 2, or correct that line | 2:3 this one by 2 spaces`,
		"c:\n  - {from: 0}\n  -{from: 1}\n":                           `3:3 no space behind the dash of this member of a list | write a space after the dash`,
		"a: x ? y : z\n":                                              `1:10 YAML reads a second key on this line, behind the colon`,
		"a: http://x: y\n":                                            `1:12 YAML reads a second key on this line, behind the colon`,
		"a:\n\tb: x\n":                                                `2:1 the line is indented with a tab`,
	} {
		f, root := Open("p.yaml", []byte(text))
		for root != nil && root.IsMapping() { // to the innermost
			pairs := root.Pairs("a mapping")
			if root = nil; len(pairs) > 0 {
				root = pairs[len(pairs)-1].Value
			}
		}
		if len(f.Found) != 1 {
			t.Errorf("%q: %v", text, f.Found)
			continue
		}
		d := f.Found[0]
		got := []string{strings.TrimPrefix(d.Span.String(), "p.yaml:") + " " + strings.TrimPrefix(strings.TrimPrefix(d.Message, "there is "), "this line is "), d.Hint}
		for _, n := range d.Notes {
			got = append(got, strings.TrimPrefix(n.Span.String(), "p.yaml:")+" "+n.Text)
		}
		if !strings.HasPrefix(strings.Join(got, " | "), want) {
			t.Errorf("%q:\n got %s\nwant %s", text, strings.Join(got, " | "), want)
		}
	}
}
