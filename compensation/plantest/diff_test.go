package plantest

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestADiffLeadsFromOneTextToTheOther(t *testing.T) {
	lines := rapid.SliceOf(rapid.SampledFrom([]string{"a", "b", "c"}))
	rapid.Check(t, func(t *rapid.T) {
		from, to := lines.Draw(t, "from"), lines.Draw(t, "to")
		var before, after []string
		for _, e := range diff(from, to) {
			if e.op != added {
				before = append(before, e.line)
			}
			if e.op != dropped {
				after = append(after, e.line)
			}
		}
		if !slices.Equal(before, from) || !slices.Equal(after, to) {
			t.Fatalf("from %q to %q", before, after)
		}
		if same := slices.Equal(from, to); same == slices.ContainsFunc(diff(from, to), changed) {
			t.Fatalf("equal: %v", same)
		}
	})
}

func TestADiffIsShortest(t *testing.T) {
	edits := diff(strings.Split("abcabba", ""), strings.Split("cbabac", ""))
	n := 0
	for _, e := range edits {
		if changed(e) {
			n++
		}
	}
	if n != 5 {
		t.Errorf("%d changes, 5 are enough", n)
	}
}

func TestADiffTooLargeForItsTableReplacesAll(t *testing.T) {
	from := slices.Repeat([]string{"x"}, 2100)
	to := slices.Repeat([]string{"y"}, 2100)
	edits := diff(append(from, "z"), append(to, "z"))
	if len(edits) != 4202 {
		t.Errorf("%d edits", len(edits))
	}
}

func TestFarFromAChangeNothingIsShown(t *testing.T) {
	from := strings.Split("123456789", "")
	got := unified(diff(from, append(slices.Clone(from[:8]), "x")))
	if want := "  …\n  6\n  7\n  8\n- 9\n+ x\n"; got != want {
		t.Errorf("got\n%s", got)
	}
}
