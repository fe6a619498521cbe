package syntax

import (
	"strings"
	"testing"
)

// show prints a tree with every bracket.
func show(n *Node) string {
	parts := []string{}
	for _, a := range n.Args {
		parts = append(parts, show(a))
	}
	list := strings.Join(parts, " ")
	switch n.Kind {
	case Number:
		s := n.Text
		if n.Percent {
			s += "%"
		}
		if n.Currency != "" {
			s += n.Currency
		}
		if n.Per != "" {
			s += "/" + n.Per
		}
		return s
	case Text:
		return "'" + n.Text + "'"
	case Bool:
		return n.Text
	case Name:
		return "<" + n.Text + ">"
	case Cond:
		return "(if " + list + ")"
	case Let:
		return "(let <" + n.Text + "> " + list + ")"
	case Call:
		return "(" + n.Text + "! " + list + ")"
	case List:
		return "[" + list + "]"
	case Missing:
		return "(missing " + list + ")"
	}
	return "(" + n.Text + " " + list + ")"
}

func TestParseReadsWhatPlansWrite(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"amount * 6%", "(* <amount> 6%)"},
		{"5%-revenue", "(- 5% <revenue>)"},
		{".5% + 12.50%", "(+ .5% 12.50%)"},
		{"1_000.50", "1000.50"},
		{"250 USD", "250USD"},
		{"40 USD per meeting * meetings", "(* 40USD/meeting <meetings>)"},
		{"99999999999999999999999999", "99999999999999999999999999"},
		{"0.10", "0.10"},
		{"a < b < c", "(and (< <a> <b>) (< <b> <c>))"},
		{`kind in ["new", "expansion"] and product != "Services"`, "(and (in <kind> ['new' 'expansion']) (!= <product> 'Services'))"},
		{"max(0 USD, marginal(annual, annual accelerator) - earned(commission, year to date))", "(max! 0USD (- (marginal! <annual> <annual accelerator>) (earned! <commission> <year to date>)))"},
		{"if families >= 3 { 2_500 USD } else { 0 USD }", "(if (>= <families> 3) 2500USD 0USD)"},
		{"if x >= 80% { 1 } else { 2 }", "(if (>= <x> 80%) 1 2)"},
		{"if a { 1 } else if b { 2 } else { 3 }", "(if <a> 1 (if <b> 2 3))"},
		{"a ? b : c", "(if <a> <b> <c>)"},
		{"let my rate = 5%; amount * my rate", "(let <my rate> 5% (* <amount> <my rate>))"},
		{"amount * 1.234 | round(2)", "(round! (* <amount> 1.234) 2)"},
		{"!a && not b || c", "(or (and (not <a>) (not <b>)) <c>)"},
		{"territory is missing", "(missing <territory>)"},
		{"event.account is not missing and x", "(and (not (missing <event.account>)) <x>)"},
		{"payee.region == 'EMEA' // comment", "(== <payee.region> 'EMEA')"},
		{"bonus ?? 0 USD", "(?? <bonus> 0USD)"},
		{`date("2026-01-31")`, "(date! '2026-01-31')"},
		{"-x + +y", "(+ (- <x>) (+ <y>))"},
		{"x not in ['a']", "(not (in <x> ['a']))"},
	} {
		n, problems := Parse(c.src, Limits{})
		if len(problems) > 0 {
			t.Errorf("%s: %v", c.src, problems)
			continue
		}
		// expr reads .5 as a number with an empty whole part; ours completes it.
		if got := show(n); got != strings.ReplaceAll(c.want, "(+ .5%", "(+ 0.5%") {
			t.Errorf("%s:\n got %s\nwant %s", c.src, got, c.want)
		}
	}
}

func TestParseRefusesWhatCouldBeMisread(t *testing.T) {
	for _, c := range []struct{ src, code, at, says string }{
		{"1__0.5_", "number", "1__0.5_", "not a number"},
		{"01.5", "number", "01.5", "not a number"},
		{"1e-400", "number", "1e-400", "not a number"},
		{"0x10 + a", "number", "0x10", "not a number"},
		{"closed >= 2026-01-31", "number", "01", "not a number"},
		{"a % b", "not-allowed", "%", "alone"},
		{"a ** 2", "not-allowed", "**", "**"},
		{"a ^ 2", "not-allowed", "^", "^"},
		{"name matches 'x'", "not-allowed", "matches", "matches"},
		{"name contains 'x'", "not-allowed", "contains", "contains"},
		{"1..3", "not-allowed", "..", ".."},
		{"deals[0]", "not-allowed", "[", "indexing"},
		{"{a: 1}", "not-allowed", "{", "maps"},
		{"sum(deals)", "not-allowed", "sum", "sum"},
		{"count(deals, # > 1)", "not-allowed", "count", "count"},
		{"now()", "not-allowed", "now", "now"},
		{"$env", "name", "$env", "$"},
		{"bonus == nil", "not-allowed", "nil", "nil"},
		{"a.b()", "not-allowed", "b", "methods"},
		{"a +", "syntax", "+", "ends too early"},
		{"if a { 1 }", "syntax", "}", "ends too early"},
		{"(a", "bracket", "(", "never closed"},
		{"a)", "bracket", ")", "closes nothing"},
		{"", "empty-formula", "", "empty"},
		{"a \u202e b", "hidden-character", "\u202e", "U+202E"},
		{"аmount", "name", "аmount", "contains"},
		{"a = b", "not-allowed", "=", "="},
		{"a; b", "not-allowed", "a", "not part"},
	} {
		_, problems := Parse(c.src, Limits{})
		if len(problems) == 0 {
			t.Errorf("%q was accepted", c.src)
			continue
		}
		p := problems[0]
		if p.Code != c.code || !strings.Contains(p.Message, c.says) {
			t.Errorf("%q: got %s %q, want %s … %q", c.src, p.Code, p.Message, c.code, c.says)
		}
		if got := c.src[p.From:min(p.To, len(c.src))]; got != c.at {
			t.Errorf("%q: points at %q, want %q", c.src, got, c.at)
		}
	}
}

func TestParseSpansAreBytesOfTheSource(t *testing.T) {
	src := `"é" == kind ? round(a + b, 2) : (c * 5%)`
	n, problems := Parse(src, Limits{})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	text := func(n *Node) string { return src[n.From:n.To] }
	for _, c := range []struct {
		node *Node
		want string
	}{
		{n.Args[0], `"é" == kind`},
		{n.Args[1], "round(a + b, 2)"},
		{n.Args[1].Args[0], "a + b"},
		{n.Args[2], "c * 5%"},
		{n, src[:len(src)-1]},
	} {
		if got := text(c.node); got != c.want {
			t.Errorf("span covers %q, want %q", got, c.want)
		}
	}
}

func TestAnIfIsPlacedWithItsWords(t *testing.T) {
	src := "1 + (if a { 2 } else if b { 3 } else { 4 }) * 2"
	n, problems := Parse(src, Limits{})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	outer := n.Args[1].Args[0]
	if got := src[outer.From:outer.To]; got != "if a { 2 } else if b { 3 } else { 4 }" {
		t.Errorf("the choice covers %q", got)
	}
	if inner := outer.Args[2]; src[inner.From:inner.To] != "if b { 3 } else { 4 }" {
		t.Errorf("the inner choice covers %q", src[inner.From:inner.To])
	}
}

// expr's parser overflows the stack of the process on these: reaching the end of
// this test is the point.
func TestParseSurvivesHostileNesting(t *testing.T) {
	for _, src := range []string{
		strings.Repeat("(", 500_000), strings.Repeat("[", 500_000), strings.Repeat("-", 1_000_000),
		strings.Repeat("(", 100) + "1" + strings.Repeat(")", 100),
		strings.Repeat("!", 9) + "a", strings.Repeat("a+", 1500) + "a",
	} {
		if _, problems := Parse(src, Limits{}); len(problems) == 0 {
			t.Errorf("%.10s… of %d bytes was accepted", src, len(src))
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"amount * 6%", "if a { 1 } else { 2 }", "let x = 1; x + x", "a < b < c", "250 USD per meeting", "x is not missing", "[", "\"", "a.b.c", "a|b(c)|d()"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		n, problems := Parse(src, Limits{})
		if (n == nil) != (len(problems) > 0) {
			t.Fatalf("%q: node %v, problems %v", src, n, problems)
		}
		if n != nil {
			checkSpans(t, src, n, 0)
		}
		for _, p := range problems {
			if p.From < 0 || p.To > len(src) || p.From > p.To {
				t.Fatalf("%q: problem at %d..%d", src, p.From, p.To)
			}
		}
	})
}

func checkSpans(t *testing.T, src string, n *Node, depth int) {
	if n.From < 0 || n.To > len(src) || n.From > n.To {
		t.Fatalf("%q: node %v at %d..%d", src, n, n.From, n.To)
	}
	if depth > 12 { // a DAG may be walked many times over
		return
	}
	for _, a := range n.Args {
		checkSpans(t, src, a, depth+1)
	}
}
