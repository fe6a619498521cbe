package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/internal/workload"
)

// slowly makes credits.csv of whole credits by the standard library.
func slowly(run *compensation.Run) string {
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	rows := [][]string{{"event", "date", "payee", "type", "rule", "origin", "via", "share", "amount"}}
	for c := range run.Credits() {
		rows = append(rows, []string{
			string(c.Event.ID), c.Date().String(), string(c.Payee), c.Type, string(c.Rule), c.Origin.String(), c.Via,
			fact.DecimalText(c.Share), fact.DecimalText(c.Amount),
		})
	}
	_ = out.WriteAll(rows) // which a buffer takes
	return b.String()
}

func TestCreditsAreWrittenAsTheyAre(t *testing.T) {
	quarters := t.TempDir()
	if err := (workload.Quarter{Events: 3_000, Levels: 5}).Write(quarters); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{saas, "../../examples/first", "../../examples/tutorial/acme", "internal/starter/company", quarters} {
		program, err := plan.Load(os.DirFS(dir))
		if err != nil {
			t.Fatal(err)
		}
		facts, err := folder.Facts(os.DirFS(dir), program)
		if err != nil {
			t.Fatal(err)
		}
		book, err := compensation.Open(t.Context(), program, facts)
		if err != nil {
			t.Fatal(err)
		}
		run, err := book.Run(t.Context(), compensation.Request{})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := (&result{run: run}).creditsCSV(&b); err != nil {
			t.Fatal(err)
		}
		got, want := strings.SplitAfter(b.String(), "\n"), strings.SplitAfter(slowly(run), "\n")
		for i := range min(len(got), len(want)) {
			if got[i] != want[i] {
				t.Fatalf("%s: line %d is %swant %s", dir, i+1, got[i], want[i])
			}
		}
		if len(got) != len(want) || len(got) < 3 {
			t.Errorf("%s: there are %d lines, want %d", dir, len(got), len(want))
		}
	}
}

func TestFieldsAreThoseOfTheStandardLibrary(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ ,"\\.\r\na-bé\x{85}\x{a0}]{0,4}`)).Draw(rt, "text")
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		if err := w.Write([]string{text, "next"}); err != nil {
			rt.Fatal(err)
		}
		w.Flush()
		if got := string(appendField(nil, text)) + ",next\n"; got != b.String() {
			rt.Fatalf("%q is written %q, want %q", text, got, b.String())
		}
	})
}
