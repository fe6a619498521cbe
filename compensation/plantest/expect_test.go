package plantest

import (
	"strings"
	"testing"
)

// script is tens with a line of its files replaced.
func script(t *testing.T, old, line string) Script {
	t.Helper()
	text := strings.Replace(tens, old, line, 1) + tensPayouts
	if text == tens+tensPayouts {
		t.Fatalf("%q is not in the script", old)
	}
	s, err := Parse("s.txtar", text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAnExpectedErrorStandsOnItsLine(t *testing.T) {
	const pays = "pays: amount * 10%"
	for _, c := range []struct{ line, want string }{
		{pays + " #! unknown-name: amount", "#! unknown-name|want/payouts"},
		{"pays: amuont * 10%  #! unknown-name: amuont", "want/payouts"},
		{"pays: amuont * 10%  #! unknown-name", "want/payouts"},
		{"pays: amuont * 10%  #! unknown-name: other words", "#! unknown-name|want/findings"},
		{"pays: amuont * 10%  #! unknown-name: #! unknown-name:", "#! unknown-name"},
		{"pays: amuont * 10%", "want/findings"},
	} {
		s := script(t, pays, c.line)
		got, err := s.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var blocks []string
		for _, m := range s.Check(got) {
			if blocks = append(blocks, m.Block); m.Block != wantPayouts && !strings.Contains(strings.Split(s.text, "\n")[m.At.From.Line-1], "pays:") {
				t.Errorf("%s: %s is not at the line", c.line, m)
			}
		}
		want := strings.Split(c.want, "|")
		if c.line == pays+" #! unknown-name: amount" {
			want = want[:1]
		}
		if strings.Join(blocks, "|") != strings.Join(want, "|") {
			t.Errorf("%s: %v, want %v", c.line, blocks, want)
		}
	}
}

func TestAnUpdateDoesNotListWhatACommentWants(t *testing.T) {
	s := script(t, "pays: amount * 10%", "pays: amuont * 10%  #! unknown-name: amuont")
	got, err := s.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if text := string(s.Updated(got)); strings.Contains(text, wantFindings) {
		t.Errorf("listed again:\n%s", text)
	}
}
