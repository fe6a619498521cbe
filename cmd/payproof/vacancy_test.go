package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const vacancyCompany = `company: Vacancies
currency: USD
events:
  deal: {closed: date, amount: money, region: key}
dimensions: {geo: {of: region, members: {EMEA: [DE, FR], AMER: [US]}}}
territories:
  - {territory: T-EMEA, dimension: {geo: EMEA}}
  - {territory: T-DE, parent: T-EMEA, dimension: {geo: DE}}
  - {territory: T-FR, parent: T-EMEA, dimension: {geo: FR}}
  - {territory: T-US, dimension: {geo: US}}
credit:
  - {rule: owners, to: owner of territory, VACANT as: sales}
measures: {sold: "sum of sales, month"}
`

// vacancies is a company in which Germany is vacant in February and nobody ever owned all of EMEA.
func vacancies(t *testing.T, vacant, more string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"payproof.yaml":   strings.Replace(vacancyCompany, "VACANT", vacant, 1),
		"plans/rep.yaml":  "plan: Rep\nversion: \"1\"\nfor: role Rep\ncomponents:\n  commission: {for each: credit of sales, pays: amount * 10%}\n",
		"people.csv":      "payee,name,role,start,end\nann,Ann,Rep,,\n",
		"edges.csv":       "edge,from,to,share,start,end\nowner,T-DE,ann,,,2026-01-31\nowner,T-DE,ann,,2026-03-01,\nowner,T-FR,ann,,,\nowner,T-US,ann,,,2026-03-30\n" + more,
		"events/deal.csv": "id,closed,amount,region\nd1,2026-01-05,100.00,DE\nd2,2026-02-28,200.00,DE\nd3,2026-03-31,300.00,FR\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestCheckFindsTerritoriesWithoutAnOwner(t *testing.T) {
	de, us := "nobody owns territory T-DE on 2026-02-01..2026-02-28", "nobody owns territory T-US on 2026-03-31..2026-03-31"
	for _, c := range []struct {
		name, vacant, more string
		want               []string
	}{
		{"kept", "", "", []string{de, us}},
		{"nobody above either", "vacant: up,", "", []string{de, us}},
		{"an owner above", "vacant: up,", "owner,T-EMEA,ann,,,\n", []string{us}},
		{"an owner above for some days", "vacant: up,", "owner,T-EMEA,ann,,2026-02-11,\n", []string{"T-EMEA on 2026-01-05..2026-02-10", "T-DE on 2026-02-01..2026-02-10", us}},
		{"an owner above who is not asked", "", "owner,T-EMEA,ann,,,\n", []string{de, us}},
		{"nobody is awaited", "vacant: none,", "", nil},
	} {
		_, _, errs := call("check", vacancies(t, c.vacant, c.more))
		if n := strings.Count(errs, "territory-vacant"); n != len(c.want) {
			t.Errorf("%s: %d vacancies:\n%s", c.name, n, errs)
		}
		for _, want := range c.want {
			if !strings.Contains(errs, want) {
				t.Errorf("%s: not found: %s\n%s", c.name, want, errs)
			}
		}
	}
}

func TestARunSaysWhatIsInSuspense(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	code, text, errs := call("run", vacancies(t, "", ""), "--out", out)
	if code != exitFine || !strings.Contains(text, "; of these 1 event or part carrying 200 in suspense") {
		t.Errorf("exit code %d\n%s%s", code, text, errs)
	}
	file, err := os.Open(filepath.Join(out, "uncredited.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil || len(rows) != 2 || strings.Join(rows[1], "|") != "d2|2026-02-28|owners|200|T-DE has no owner on 2026-02-28|T-DE" {
		t.Errorf("%q, %v", rows, err)
	}
	manifest, err := os.ReadFile(filepath.Join(out, "manifest.json"))
	if err != nil || !strings.Contains(string(manifest), `"suspense": 1,`) || !strings.Contains(string(manifest), `"suspense_amount": "200"`) {
		t.Errorf("%s, %v", manifest, err)
	}
}

func TestCheckCountsAccountsThatNoTerritoryCovers(t *testing.T) {
	dir := vacancies(t, "", "owner,T-KEY,ann,,,\n")
	company := strings.NewReplacer("amount: money,", "amount: money, account: key,", "credit:\n", "  - {territory: T-KEY, accounts: {acme: ..2026-02-14}}\ncredit:\n").Replace(strings.Replace(vacancyCompany, "VACANT", "vacant: none,", 1))
	events := "id,closed,amount,account,region\nd1,2026-02-14,100.00,acme,AMER\nd2,2026-02-15,200.00,acme,AMER\nd3,2026-02-16,300.00,birch,AMER\nd4,2026-02-17,400.00,birch,AMER\nd5,2026-02-18,500.00,birch,DE\n"
	for name, text := range map[string]string{"payproof.yaml": company, "events/deal.csv": events} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	code, _, errs := call("check", dir)
	if want := "no territory covers events of 2 accounts: acme (1), birch (2), with 3 events in all, carrying 900"; code != exitFindings || !strings.Contains(errs, want) {
		t.Errorf("exit code %d, not found: %s\n%s", code, want, errs)
	}
	rest := strings.Replace(company, "  - {territory: T-KEY", "  - {territory: T-REST, when: 'region == \"AMER\"'}\n  - {territory: T-KEY", 1)
	if err := os.WriteFile(filepath.Join(dir, "payproof.yaml"), []byte(rest), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, errs = call("check", dir); strings.Contains(errs, "no territory covers events") {
		t.Errorf("all are covered:\n%s", errs)
	}
}
