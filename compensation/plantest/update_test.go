package plantest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAnUpdateKeepsCommentsAndEveryOtherByte(t *testing.T) {
	text := tens + `-- want/payouts --
# by hand
2026-01 ann commission 10.00 
# an error of Bob's
2026-01 bob commission 19.00  # was it 19?
2026-02 ann commission 30.00  # half of it late

-- want/credits --
d1   ann   sales 100
d2 bob sales 200
d3 ann sales 300
`
	want := tens + `-- want/payouts --
# by hand
2026-01  ann  commission  10.00
# an error of Bob's
2026-01  bob  commission  20.00
2026-02  ann  commission  30.00  # half of it late

-- want/credits --
d1   ann   sales 100
d2 bob sales 200
d3 ann sales 300
`
	s := parse(t, text)
	if got := string(s.Updated(run(t, s))); got != want {
		t.Errorf("got\n%s", strings.TrimPrefix(got, tens))
	}
}

func TestAnUpdateOfAScriptThatHoldsIsTheScript(t *testing.T) {
	s := parse(t, tens+tensPayouts)
	if got := string(s.Updated(run(t, s))); got != tens+tensPayouts {
		t.Errorf("got\n%s", got)
	}
}

func TestAnUpdateAddsFindingsThatNobodyWanted(t *testing.T) {
	text := strings.Replace(tens, "amount * 10%", "amount + 10%", 1) + "-- want/payouts --"
	s := parse(t, text)
	got := string(s.Updated(run(t, s)))
	want := text + "\n-- want/findings --\nplans/rep.yaml:8:11  unit-mismatch  "
	if !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s", strings.TrimPrefix(got, tens))
	}
	if again := parse(t, got); len(again.Check(run(t, again))) > 0 {
		t.Errorf("it does not hold: %v", again.Check(run(t, again)))
	}
}

func TestUpdatingTwiceIsUpdatingOnceAndThenTheScriptHolds(t *testing.T) {
	got := run(t, parse(t, tens+tensPayouts+"-- want/explain/2026-01/ann/commission --\n"))
	lines := rapid.SampledFrom([]string{
		"", "# a", "#", "  # b", "2026-01  ann  commission  10.00", "2026-01 bob commission 20.00  # c", "2026-02  ann  commission  30.00",
		"d1 ann sales 100", "x", "#1 y", "a #b", "  ", "\t# d",
	})
	names := []string{"want/payouts", "want/credits", "want/uncredited", "want/findings", "want/explain/2026-01/ann/commission"}
	rapid.Check(t, func(t *rapid.T) {
		text := tens
		for _, name := range names {
			if name == "want/payouts" || rapid.Bool().Draw(t, "has") {
				text += "-- " + name + " --\n" + strings.Join(rapid.SliceOfN(lines, 0, 8).Draw(t, "block"), "\n")
				if !strings.HasSuffix(text, "\n") {
					text += rapid.SampledFrom([]string{"\n", "\n\n"}).Draw(t, "end")
				}
			}
		}
		s, err := Parse("s.txtar", text)
		if err != nil {
			t.Fatal(err)
		}
		once := string(s.Updated(got))
		if !strings.HasPrefix(once, tens) {
			t.Fatal("the company has changed")
		}
		again, err := Parse("s.txtar", once)
		if err != nil {
			t.Fatal(err)
		}
		if differ := again.Check(got); len(differ) > 0 {
			t.Fatalf("%s\nstill differs: %v", once, differ)
		}
		if twice := string(again.Updated(got)); twice != once {
			t.Fatalf("once %q\ntwice %q", once, twice)
		}
		for _, w := range s.Wants {
			for _, line := range []string{"# a", "# b"} {
				if textual(w.Name) {
					continue
				}
				if n := strings.Count(text, line); strings.Count(once, line) < n-strings.Count(explanations(s), line) {
					t.Fatalf("a comment is lost:\n%s", once)
				}
			}
		}
	})
}

// explanations are the texts that have no comments.
func explanations(s Script) (text string) {
	for _, w := range s.Wants {
		if textual(w.Name) {
			text += w.Text
		}
	}
	return text
}

func TestRunRewritesScriptsThatDiffer(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "deep", "tens.txtar")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(tens+"-- want/payouts --\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	Run(t, folder, true)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := "2026-01  bob  commission  20.00\n"; !strings.Contains(string(text), want) {
		t.Errorf("got\n%s", text)
	}
	Run(t, folder, false)
}
