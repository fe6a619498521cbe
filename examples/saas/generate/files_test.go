package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"
)

func TestTheFilesInTheTreeAreThoseTheGeneratorWrites(t *testing.T) {
	for _, f := range newCompany(seed).files() {
		want, err := f.bytes()
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(f.name)))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs from what the generator writes: run `go run ./examples/saas/generate`, or undo the edit by hand", f.name)
		}
	}
}

func TestWritingPutsTheSameFilesIntoAFolder(t *testing.T) {
	folder := t.TempDir()
	if err := write(folder); err == nil {
		t.Fatal("write filled a folder that isn't the example's")
	}
	if err := os.WriteFile(filepath.Join(folder, "payproof.yaml"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := write(folder); err != nil {
		t.Fatal(err)
	}
	for _, f := range newCompany(seed).files() {
		want, _ := f.bytes()
		if got, err := os.ReadFile(filepath.Join(folder, f.name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: not as generated (%v)", f.name, err)
		}
	}
}

func TestEveryRowHasTheWidthOfItsHeader(t *testing.T) {
	for _, f := range newCompany(seed).files() {
		text, err := f.bytes()
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil {
			t.Errorf("%s: %v", f.name, err)
		}
		if len(rows) != len(f.rows) || len(rows) < 2 {
			t.Errorf("%s reads back as %d rows, wrote %d", f.name, len(rows), len(f.rows))
		}
	}
}

func TestAmountsAreWrittenWithTwoPlaces(t *testing.T) {
	for cents, want := range map[int]string{0: "0.00", 5: "0.05", 123450: "1234.50", -7: "-0.07", -98_765: "-987.65"} {
		if got := money(cents); got != want {
			t.Errorf("money(%d) = %s, want %s", cents, got, want)
		}
	}
	for percent, want := range map[int]string{100: "", 60: "0.6", 45: "0.45", 5: "0.05"} {
		if got := share(percent); got != want {
			t.Errorf("share(%d) = %q, want %q", percent, got, want)
		}
	}
}
