package plantest

import (
	"strings"
	"testing"
	"testing/fstest"
)

// tensFolder is the company of tens as a folder.
func tensFolder(t *testing.T) fstest.MapFS {
	t.Helper()
	s, err := Parse("s.txtar", tens+tensPayouts)
	if err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{}
	for _, f := range s.Files {
		fsys[f.Name] = &fstest.MapFile{Data: []byte(f.Text)}
	}
	return fsys
}

func TestWhatAScriptTakesFromItsFolder(t *testing.T) {
	folder := tensFolder(t)
	for _, c := range []struct{ name, script, want string }{
		{"plans only", "T\n\n-- want/payouts --\n", "payproof.yaml plans/rep.yaml"},
		{"data too", "T\ndata: folder\n\n-- want/payouts --\n", "events/deal.csv payproof.yaml people.csv plans/rep.yaml"},
		{"its own events", "T\ndata: folder\n\n-- events/deal-1.csv --\n-- want/payouts --\n", "payproof.yaml people.csv plans/rep.yaml"},
		{"a company of its own", "T\n\n-- payproof.yaml --\n-- plans/x.yaml --\n-- want/payouts --\n", ""},
		{"another company, the same plans", "T\n\n-- payproof.yaml --\n-- want/payouts --\n", "payproof.yaml plans/rep.yaml"},
	} {
		s, err := Parse("s.txtar", c.script)
		if err != nil {
			t.Fatal(err)
		}
		if s, err = s.In(folder); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, name := range []string{"events/deal.csv", "payproof.yaml", "people.csv", "plans/rep.yaml"} {
			if _, ok := s.base[name]; ok {
				got = append(got, name)
			}
		}
		if strings.Join(got, " ") != c.want || len(got) != len(s.base) {
			t.Errorf("%s: took %v, want %s", c.name, got, c.want)
		}
	}
}

func TestAScriptRunsInItsFolder(t *testing.T) {
	s, err := Parse("s.txtar", "T\ndata: folder\n\n"+tensPayouts)
	if err != nil {
		t.Fatal(err)
	}
	got, _ := s.Run(t.Context())
	if len(got.Findings) != 1 || !strings.Contains(got.Findings[0][2], "payproof test") {
		t.Errorf("without a folder: %v", got.Findings)
	}
	if s, err = s.In(tensFolder(t)); err != nil {
		t.Fatal(err)
	}
	if got, err = s.Run(t.Context()); err != nil || len(got.Payouts) == 0 {
		t.Errorf("%v %v", got, err)
	}
	for _, m := range s.Check(got) {
		t.Error(m)
	}
}
