package folder_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/dsl/source"
)

const ratesHeader = "set,from,to,on,rate,known\n"

func TestRatesAreReadIntoATable(t *testing.T) {
	text := "rate,on,note,to,from,set,known\n0.89,2026-03-13,a note,EUR,USD,plan rate,\n0.890,2026-03-13,again,EUR,USD,plan rate,\n0.91,2026-03-13,corrected,EUR,USD,plan rate,2\n149.25,2026-03-13,,JPY,USD,spot,\n"
	facts, err := folder.Facts(good("fx.csv", text).fs(), program(t))
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(list(t, facts.FX), "\n")
	want := "plan rate USD→EUR 2026-03-13 0.89\nplan rate USD→EUR 2026-03-13 0.89\nplan rate USD→EUR 2026-03-13 0.91\nspot USD→JPY 2026-03-13 149.25"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	book, err := compensation.Open(t.Context(), program(t), facts)
	if err != nil || book.Rates().Len() != 3 {
		t.Fatalf("%d rates, %v; the row that stands twice counts once", book.Rates().Len(), err)
	}
	for what, found := range map[string]source.Diagnostics{"the book": book.Findings(), "a run": mustRun(t, book).Findings()} {
		n := 0
		for _, d := range found {
			if d.Code == "rates-unused" && d.Severity == source.Warning && strings.Contains(d.Message, "3 exchange rates") {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s says %d times that no rate is used: %v", what, n, found)
		}
	}
}

func mustRun(t *testing.T, b *compensation.Book) *compensation.Run {
	t.Helper()
	run, err := b.Run(t.Context(), compensation.Request{})
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func TestAFileOfRatesWithoutRowsSaysNothing(t *testing.T) {
	facts, err := folder.Facts(good("fx.csv", "set,from,to,on,rate\n").fs(), program(t))
	if err != nil {
		t.Fatal(err)
	}
	book, err := compensation.Open(t.Context(), program(t), facts)
	if err != nil || book.Rates().Len() != 0 {
		t.Fatal(book.Rates().Len(), err)
	}
	for _, d := range book.Findings() {
		if d.Code == "rates-unused" {
			t.Error(d)
		}
	}
}

func TestEveryDoubtfulRateIsRefusedAtItsColumn(t *testing.T) {
	for row, want := range map[string]string{
		"spot,USD,EUR,2026-03-13,0,":                                                  "fx.csv:2:25 rate",
		"spot,USD,EUR,2026-03-13,-0.89,":                                              "fx.csv:2:25 rate",
		"spot,USD,EUR,2026-03-13,,":                                                   "fx.csv:2:25 number",
		"spot,USD,EUR,2026-03-13,NaN,":                                                "fx.csv:2:25 number",
		"spot,USD,EUR,2026-03-13,8.9e-1,":                                             "fx.csv:2:25 number",
		"spot,USD,EUR,2026-03-13,89%,":                                                "fx.csv:2:25 number",
		"spot,USD,EUR,2026-03-13,\"0,89\",":                                           "fx.csv:2:25 number",
		"spot,USD,EUR,,0.89,":                                                         "fx.csv:2:14 date",
		"spot,USD,EUR,13.03.2026,0.89,":                                               "fx.csv:2:14 date",
		"spot,USD,EUR,2026-02-30,0.89,":                                               "fx.csv:2:14 date",
		"spot,USD,USD,2026-03-13,1,":                                                  "fx.csv:2:10 rate",
		"spot,usd,EUR,2026-03-13,0.89,":                                               "fx.csv:2:6 currency",
		"spot,USD,€,2026-03-13,0.89,":                                                 "fx.csv:2:10 currency",
		",USD,EUR,2026-03-13,0.89,":                                                   "fx.csv:2:1 key",
		" spot,USD,EUR,2026-03-13,0.89,":                                              "fx.csv:2:1 key",
		"spot,USD,EUR,2026-03-13,0.89,tomorrow":                                       "fx.csv:2:30 revision",
		"spot,USD,EUR,2026-03-13,0.12345678901234567,":                                "fx.csv:2:25 number",
		"spot,USD,EUR,2026-03-13,123456789012345678901234567890123456789012345678,":   "fx.csv:2:25 number",
		"spot,USD,EUR,2026-03-13,0.89,\nspot,USD,EUR,2026-03-13,0.90,":                "fx.csv:3:1 rate-conflict",
		"spot,USD,EUR,2026-03-13,0.89,1\nspot,USD,EUR,2026-03-13,0.890,1\nx,x,x,x,x,": "fx.csv:4:3 currency",
	} {
		ds := found(t, good("fx.csv", ratesHeader+row+"\n"))
		if len(ds) == 0 || ds[0].Span.String()+" "+ds[0].Code != want {
			t.Errorf("%s:\n got %v\nwant %s", row, ds, want)
		}
	}
}

func TestRatesOfAnExportAreReadAsTheMappingSays(t *testing.T) {
	const block = `files:
  fx:
    - {read: exports/rates.csv, columns: {from: Base, to: Quote, on: Date, rate: Close}, always: {set: spot}, dates: DD.MM.YYYY, numbers: "1.234,50", separator: ";"}
    - {read: exports/rates.jsonl, columns: {from: pair.base, to: pair.quote}, values: {set: {ECB: plan rate}}}
`
	f := good("exports/rates.csv", "Date;Base;Quote;Close\n13.03.2026;USD;JPY;1.049,25\n",
		"exports/rates.jsonl", `{"set": "ECB", "pair": {"base": "USD", "quote": "EUR"}, "on": "2026-03-13", "rate": 0.890}`+"\n")
	facts, _, err := mappedFacts(t, block, f)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(list(t, facts.FX), "\n")
	if want := "spot USD→JPY 2026-03-13 1049.25\nplan rate USD→EUR 2026-03-13 0.89"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	f["exports/rates.csv"] = "Date;Base;Quote;Close\n2026-03-13;USD;JPY;1,049.25\n"
	_, _, err = mappedFacts(t, block, f)
	var ds source.Diagnostics
	if !errors.As(err, &ds) || len(ds) != 2 || ds[0].Span.String() != "exports/rates.csv:2:1" || ds[1].Span.String() != "exports/rates.csv:2:20" {
		t.Errorf("%v", err)
	}
}

// Whatever stands in fx.csv: findings with their place, or rates that the table takes.
func FuzzRates(f *testing.F) {
	f.Add(ratesHeader + "spot,USD,EUR,2026-03-13,0.89,\nspot,USD,EUR,2026-03-13,0.91,1\n")
	f.Add("rate,on,to,from,set\n1.0e5,2026-13-13,€,usd,\"a\nb\"\n0.00000000000000001,,,,\n")
	f.Add("\ufeffset,from,to,on,rate\r\nspot,USD,JPY,2026-03-13,149.250\r\nspot,USD,JPY,2026-03-13,149.25\r\n")
	p := program(f)
	f.Fuzz(func(t *testing.T, text string) {
		facts, err := folder.Facts(good("fx.csv", text).fs(), p)
		var found source.Diagnostics
		switch {
		case err == nil:
			facts.Events = nil
			if _, err := compensation.Open(t.Context(), p, facts); err != nil {
				t.Fatalf("no finding, but Open says %v", err)
			}
		case !errors.As(err, &found):
			t.Fatalf("not findings: %v", err)
		}
		for _, d := range found {
			if d.Span.File != "fx.csv" && !strings.HasPrefix(d.Message, "and ") {
				t.Errorf("no place: %v", d)
			}
		}
	})
}

func TestRatesContradictEachOtherIfAndOnlyIfTheTableSaysSo(t *testing.T) {
	p := program(t)
	rapid.Check(t, func(t *rapid.T) {
		text := ratesHeader
		few := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
		says, conflict := map[string]string{}, false
		for range rapid.IntRange(1, 5).Draw(t, "rows") {
			set, to, on := few("set", "spot", "plan rate"), few("to", "EUR", "JPY"), few("on", "2026-03-13", "2026-03-14")
			rate, known := few("rate", "2", "2.0", "3"), few("known", "", "0", "1")
			text += strings.Join([]string{set, "USD", to, on, rate, known}, ",") + "\n"
			key, value := set+to+on+strings.TrimLeft(known, "0"), strings.TrimSuffix(rate, ".0")
			conflict = conflict || says[key] != "" && says[key] != value
			says[key] = value
		}
		facts, err := folder.Facts(good("fx.csv", text).fs(), p)
		if (err != nil) != conflict {
			t.Fatalf("the rows contradict each other: %t, the folder says %v\n%s", conflict, err, text)
		}
		if err != nil {
			return
		}
		if _, err := compensation.Open(t.Context(), p, facts); err != nil {
			t.Fatalf("no finding, but Open says %v\n%s", err, text)
		}
	})
}
