package conform

import (
	"strings"
	"testing"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/compensation/plan/internal/shape"
	"github.com/payproof/payproof/dsl/money"
)

// world knows the currency USD and a few names.
var world = World{
	Currency: money.MustCurrency("USD"),
	Names: func(r shape.Ref) Names {
		return map[shape.Ref]Names{
			shape.DateFieldName: {Known: []string{"closed"}}, shape.NumberFieldName: {Known: []string{"term_months"}},
			shape.MomentName: {Known: []string{"closed", "customer paid"}}, shape.RelationshipName: {Known: []string{"manager"}},
		}[r]
	},
	Formula: func(n *doc.Node, _ shape.Type) { n.Formula() },
}

// found are the findings about a value of a type: place, code and message, and the hint.
func found(t *testing.T, text string, is shape.Type) (lines []string) {
	t.Helper()
	f, root := doc.Open("p.yaml", []byte("key: "+text+"\n"))
	if root == nil {
		t.Fatalf("%q: %v", text, f.Found)
	}
	New(world).Check(root.Get("key"), is)
	for _, d := range f.Found {
		lines = append(lines, strings.TrimPrefix(d.Span.String(), "p.yaml:")+" "+d.Code+" "+d.Message+" | "+d.Hint)
	}
	return lines
}

func TestTheSampleOfEverySlotFitsIt(t *testing.T) {
	for _, s := range shape.Slots() {
		is := shape.Type{Kind: shape.Phrase, Forms: []string{"up to {" + s.Name + "} more"}}
		if lines := found(t, "up to "+s.Sample+" more", is); len(lines) > 0 {
			t.Errorf("{%s}: %q", s.Name, lines)
		}
		if lines := found(t, "up to ! more", is); len(lines) == 0 && s.Name != "set" {
			t.Errorf("{%s}: anything fits", s.Name)
		}
	}
}

func TestAPhraseIsFaultedAtTheWordThatIsWrong(t *testing.T) {
	is := shape.Type{Kind: shape.Phrase, Forms: []string{"{n} days|day of {moment}", "{money} per month|year", "never"}}
	for text, want := range map[string]string{
		"180 days of closed":         "",
		"1 day of customer paid":     "",
		`"180 days of  closed"`:      "",
		"1_000.50 USD per year":      "",
		"never":                      "",
		"180 days of closde":         "1:18 unknown-event \"closde\" is neither a kind of event nor a date field of one | did you mean \"closed\"?",
		"'180 days of closde'":       "1:19 unknown-event \"closde\" is neither a kind of event nor a date field of one | did you mean \"closed\"?",
		"180 weeks of closed":        "1:10 phrase \"weeks\" stands where `days` or `day` is expected",
		"180 days":                   "1:6 phrase behind \"180 days\" something is missing: `of closed`",
		"0 days of closed":           "1:6 number \"0\" is not a whole number from 1 to 10000",
		"3_000 EUR per month":        "1:12 currency the plan is paid in USD, this is in EUR | write USD",
		"3__000 USD per month":       "1:6 number \"3__000\" is not a number",
		"-3 USD per month":           "1:6 number \"-3\" is below zero",
		"1e9 USD per month":          "1:6 number \"1e9\" is not a number",
		"3_000 USD per month, often": "1:20 phrase \"month,\" stands where `month` or `year` is expected",
		"maybe":                      "1:6 phrase \"maybe\" is none of what may stand here",
		"nver":                       "1:6 phrase \"nver\" is none of what may stand here | did you mean \"never\"?",
		"":                           "1:5 wrong-shape nothing stands here",
		"[180 days of closed]":       "1:6 wrong-shape a list stands here",
	} {
		lines := found(t, text, is)
		if got := strings.Join(lines, "\n"); !strings.HasPrefix(got, want) || want == "" && got != "" || len(lines) > 1 {
			t.Errorf("%q:\n got %s\nwant %s", text, got, want)
		}
	}
}

func TestEveryFaultOfABlockComesAtOnce(t *testing.T) {
	block := shape.Block{Name: "step", One: "a step", The: "the step", OneOf: []string{"share", "rate"}, Keys: []shape.Key{
		{Name: "for", Required: true, Type: shape.Type{Kind: shape.Phrase, Forms: []string{"{n} months|month"}}},
		{Name: "share", Type: shape.Type{Kind: shape.Rate}},
		{Name: "rate", Type: shape.Type{Kind: shape.Number}},
		{Name: "levels", Type: shape.Type{Kind: shape.Whole, From: 1, To: 9}},
		{Name: "way", Type: shape.Type{Kind: shape.Word, Words: []string{"floor", "top"}}},
	}}
	is := shape.Type{Kind: shape.List, Of: []shape.Type{{Kind: shape.Nested, Block: &block}}}
	if lines := found(t, "[{for: 6 months, share: 0.5, levels: 2, way: top}, {for: 1 month, rate: 60_000 USD}]", is); len(lines) > 0 {
		t.Errorf("a sound list: %q", lines)
	}
	got := strings.Join(found(t, "[{share: half, rate: 5, levels: 10, way: flor, wey: top}]", is), "\n")
	for _, want := range []string{"key-missing", "one-of", "phrase \"half\"", "number \"10\"", "did you mean \"floor\"?", "unknown-key"} {
		if strings.Count(got, want) != 1 {
			t.Errorf("%s is not found once in\n%s", want, got)
		}
	}
}
