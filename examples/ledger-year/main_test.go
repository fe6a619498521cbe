package main

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/payproof/payproof/compensation/ledger"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestTheYear(t *testing.T) {
	var out bytes.Buffer
	if err := play(t.Context(), &out, ledger.Memory()); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/year.txt"
	if *update {
		if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), out.String()); d != "" {
		t.Errorf("run with -update to rewrite:\n%s", d)
	}
}

// A ledger of files holds the same as one in memory.
func TestTheYearInFiles(t *testing.T) {
	var memory, files bytes.Buffer
	store, err := ledger.Dir(t.TempDir() + "/ledger")
	if err != nil {
		t.Fatal(err)
	}
	if err := play(t.Context(), &memory, ledger.Memory()); err != nil {
		t.Fatal(err)
	}
	if err := play(t.Context(), &files, store); err != nil {
		t.Fatal(err)
	}
	if memory.String() != files.String() {
		t.Error(cmp.Diff(memory.String(), files.String()))
	}
}
