package folder_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/source"
)

// mappedFacts are the facts of a company whose payproof.yaml has these files.
func mappedFacts(t *testing.T, block string, f files) (compensation.Facts, *plan.Program, error) {
	t.Helper()
	p, err := plan.Load(files{"payproof.yaml": company + block, "plans/rep.yaml": rep, "plans/lead.yaml": lead}.fs())
	if err != nil {
		t.Fatal(err)
	}
	facts, err := folder.Facts(f.fs(), p)
	return facts, p, err
}

const hr = `files:
  people:
    read: hr/people.csv
    columns: {payee: Mail, name: Name, role: Title, start: Joined, end: Left}
    values: {role: {Sales Rep: Rep, Team Lead: Lead}}
    separator: ;
    dates: DD.MM.YYYY
  edges:
    read: hr/people.csv
    columns: {from: Mail, to: Boss, start: Joined, end: Left}
    always: {edge: manager, share: ""}
    separator: ;
    dates: DD.MM.YYYY
  assignments:
    read: hr/targets.jsonl
    columns: {payee: who, plan: scheme, target: pay.target, weight: pay.weight}
    always: {start: 2026-01-01, end: ""}
    numbers: 1.234,50
    currency sign: €
  quotas:
    read: [hr/quotas-*.csv]
    columns: {amount: Ziel}
    numbers: 1.234,50
    currency sign: €
    separator: ;
`

const staff = "Mail;Name;Title;Joined;Left;Boss\nana;Ana;Sales Rep;01.01.2026;;bo\nbo;Bo Li;Team Lead;01.01.2026;30.06.2026;\n"

// export is what the HR system of the small company writes; with replaces or adds.
func export(with ...string) files {
	out := files{
		"hr/people.csv":      staff,
		"hr/targets.jsonl":   `{"who":"bo","scheme":"Lead","pay":{"target":"1.000,50 €","weight":"60 %"}}`,
		"hr/quotas-2026.csv": "payee;measure;period;Ziel\nana;bookings;2026-Q1;100.000,00 €\n",
		"events/deal.csv":    good()["events/deal.csv"],
	}
	for i := 0; i < len(with); i += 2 {
		out[with[i]] = with[i+1]
	}
	return out
}

func TestExportsGiveTheSameFactsAsOurFiles(t *testing.T) {
	facts, p, err := mappedFacts(t, hr, export())
	if err != nil {
		t.Fatal(err)
	}
	want, err := folder.Facts(good("edges.csv", "edge,from,to,share,start,end\nmanager,ana,bo,,2026-01-01,\n").fs(), program(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what      string
		got, want []string
	}{
		{"people", list(t, facts.People), list(t, want.People)},
		{"edges", list(t, facts.Edges), list(t, want.Edges)},
		{"assignments", list(t, facts.Assignments), list(t, want.Assignments)},
		{"quotas", list(t, facts.Quotas), list(t, want.Quotas)},
	} {
		if d := cmp.Diff(c.want, c.got); d != "" {
			t.Errorf("%s: %s", c.what, d)
		}
	}
	if _, err := compensation.Open(t.Context(), p, facts); err != nil {
		t.Error(err)
	}
}

func TestFaultsOfExportsHaveAPlace(t *testing.T) {
	for _, c := range []struct{ file, text, want string }{
		{"hr/people.csv", strings.Replace(staff, "ana;Ana;Sales Rep;01.01.2026", "ana;Ana;Sales Rep;2026-01-01", 1), "hr/people.csv:2:19: start: \"2026-01-01\" is not written like DD.MM.YYYY"},
		{"hr/people.csv", strings.Replace(staff, ";bo\n", ";bu\n", 1), "hr/people.csv:2:31: to: \"bu\" is nobody"},
		{"hr/people.csv", strings.ReplaceAll(staff, ";", ","), "hr/people.csv:1:1: the columns are not separated by semicolons"},
		{"hr/quotas-2026.csv", "payee;measure;period;Ziel\nana;bookings;2026-Q1;100.00\n", `hr/quotas-2026.csv:2:22: amount: "100.00" is not written like 1.234,50, with € or without: groups have three digits, and "00" has 2`},
		{"hr/targets.jsonl", `{"who":"bo","scheme":"Lead","pay":{"target":1000.505,"weight":null}}`, "hr/targets.jsonl:1:45: target: 1000.505 has 3 decimal places"},
		{"hr/targets.jsonl", `{"who":"bo","scheme":"Led","pay":{"target":1,"weight":0.6}}`, "hr/targets.jsonl:1:22: plan: there is no plan"},
	} {
		_, _, err := mappedFacts(t, hr, export(c.file, c.text))
		var ds source.Diagnostics
		if !errors.As(err, &ds) || !strings.Contains(ds.Error(), c.want) {
			t.Errorf("%s\n got %v\nwant %s", c.text, err, c.want)
		}
	}
}

func TestAPatternThatNoFileFitsIsAFinding(t *testing.T) {
	f := export()
	delete(f, "hr/quotas-2026.csv")
	_, _, err := mappedFacts(t, hr, f)
	if err == nil || !strings.Contains(err.Error(), "payproof.yaml:") || !strings.Contains(err.Error(), "there is no file hr/quotas-*.csv") {
		t.Errorf("%v", err)
	}
	f = export()
	delete(f, "hr/people.csv")
	if _, _, err = mappedFacts(t, hr, f); err == nil || strings.Contains(err.Error(), "unknown-payee") {
		t.Errorf("nobody can be unknown without a list: %v", err)
	}
}

const crm = `files:
  deal:
    read: [crm/*.csv, events/crm-*.csv]
`

func TestMappedEventsAreReadAndNoOthers(t *testing.T) {
	deals := good()["events/deal.csv"]
	for _, c := range []struct {
		block string
		files []string
		want  string // of the findings
	}{
		{crm, []string{"crm/a.csv", deals}, "events/deal.csv: the file belongs to no kind of event"},
		{crm, []string{"crm/a.csv", deals, "events/deal.csv", ""}, "events/deal.csv: the file belongs to no kind"},
		{crm, []string{"events/crm-1.csv", deals, "events/deal.txt", "a note"}, "events/deal.csv"},
		{"files: {deal: [{read: crm/*.csv}, {read: crm/a.csv}]}\n", []string{"crm/a.csv", deals}, "the file crm/a.csv is read as events twice"},
	} {
		_, _, err := mappedFacts(t, c.block, good(c.files...))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %s", c.files, err, c.want)
		}
	}
	// Without the folder events, when everything is mapped.
	f := good("crm/a.csv", deals)
	delete(f, "events/deal.csv")
	delete(f, "events/README.md")
	facts, p, err := mappedFacts(t, crm, f)
	if err != nil {
		t.Fatal(err)
	}
	book, err := compensation.Open(t.Context(), p, facts)
	if err != nil || book.Events().Len() != 1 || slices.Collect(book.Events().All())[0].At.String() != "crm/a.csv:2:1" {
		t.Errorf("%v", err)
	}
}

func TestJSONLinesOfEventsNeedNoMapping(t *testing.T) {
	p := program(t)
	facts, err := folder.Facts(good("events/deal-api.jsonl", `{"id":"d2","closed":"2026-03-31","amount":0.10,"seller":"ana"}`).fs(), p)
	if err != nil {
		t.Fatal(err)
	}
	book, err := compensation.Open(t.Context(), p, facts)
	if err != nil || book.Events().Len() != 2 {
		t.Errorf("%v", err)
	}
}

func TestAFileOfALongerKindIsNotOneOfTheShorter(t *testing.T) {
	two := strings.Replace(company, "  deal: {closed: date, amount: money, seller: payee}\n",
		"  deal: {closed: date, amount: money, seller: payee}\n  deal-line: {closed: date, amount: money, seller: payee, sku: key}\n", 1)
	two = strings.Replace(two, "{rule: sold, to", "{rule: sold, of: deal, to", 1)
	p, err := plan.Load(files{"payproof.yaml": two, "plans/rep.yaml": rep, "plans/lead.yaml": lead}.fs())
	if err != nil {
		t.Fatal(err)
	}
	facts, err := folder.Facts(good("events/deal-line.csv", "id,closed,amount,seller,sku\nl1,2026-03-31,5,ana,x\n").fs(), p)
	if err != nil {
		t.Fatal(err)
	}
	book, err := compensation.Open(t.Context(), p, facts)
	if err != nil || book.Events().Len() != 2 {
		t.Errorf("%v", err)
	}
}
