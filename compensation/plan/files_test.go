package plan

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/payproof/payproof/dsl/mapping"
)

const filesCompany = `company: Small
currency: USD
events:
  deal: {closed: date, made: date?, amount: money, seller: payee, kind: [new, old]}
credit:
  - {rule: sold, to: seller, as: bookings}
measures:
  bookings: sum of bookings, month
`

const filesPlan = `plan: Rep
version: "1"
for: role Rep
personal: {target: money}
components:
  commission: {for each: credit of bookings, pays: amount * 10%}
`

func loadFiles(block string) (*Program, error) {
	return Load(fstest.MapFS{"payproof.yaml": {Data: []byte(filesCompany + block)}, "plans/rep.yaml": {Data: []byte(filesPlan)}})
}

func TestMappingsOfFilesAreReadWhole(t *testing.T) {
	p, err := loadFiles(`files:
  deal:
    - read: [a/*.csv, b.jsonl]
      columns: {id: "Deal, ID", seller: owner.email}
      always: {kind: new}
      values: {seller: {Ann Smith: ann}}
      numbers: 1'234.50
      currency sign: CHF
      negative: 12.00-
      dates: {closed: "YYYY-MM-DDThh:mmZ", made: D-MMM-YYYY}
      zone: Europe/Zurich
      separator: tab
      encoding: UTF-8
    - {read: c.csv, dates: MM/DD/YYYY}
  assignments: {read: d.csv, columns: {target: Target}}
`)
	if err != nil {
		t.Fatal(err)
	}
	deals := p.FilesOf("deal")
	if len(p.Files) != 3 || len(deals) != 2 || deals[1].Dates.String() != "MM/DD/YYYY" || deals[1].At.From.Line != 22 || p.FilesOf("people") != nil {
		t.Fatalf("%+v", p.Files)
	}
	f := deals[0]
	got := fmt.Sprintln(f.Read, f.Columns, f.Always, f.Values, f.Numbers, f.Sign, f.Negative, f.Dates, f.DatesOf["closed"], f.DatesOf["made"], f.Zone, string(f.Separator))
	want := "[a/*.csv b.jsonl] map[id:Deal, ID seller:owner.email] map[kind:new] map[seller:map[Ann Smith:ann]] 1'234.50 CHF 12.00- YYYY-MM-DD YYYY-MM-DDThh:mmZ D-MMM-YYYY Europe/Zurich \t\n"
	if got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if got := p.FilesOf("assignments")[0].Column("target"); got != "Target" {
		t.Errorf("a personal value is read from %q", got)
	}
}

func TestMappingsOfFilesThatMeanNothingAreRefused(t *testing.T) {
	for block, want := range map[string]string{
		"files: {deal: {columns: {id: x}}}\n":                                   "key-missing",
		"files: {deal: {read: a.csv, reed: b}}\n":                               "unknown-key",
		"files: {deal: [1]}\n":                                                  "wrong-shape",
		"files: {deal: {read: a.csv, dates: {closd: MM/DD/YYYY}}}\n":            "files-column",
		"files: {deal: {read: a.csv, dates: {seller: MM/DD/YYYY}}}\n":           "files-column",
		"files: {people: {read: a.csv, columns: {target: x}}}\n":                "files-column",
		"files: {people: {read: a.csv, dates: {role: MM/DD/YYYY}}}\n":           "files-column",
		"files: {assignments: {read: a.csv, columns: {trget: x}}}\n":            "files-column",
		"files: {deal: {read: a.csv, values: {amount: {x: y}}}}\n":              "files-value",
		"files: {deal: {read: a.csv, negative: red}}\n":                         "files-form",
		"files: {deal: {read: a.csv, separator: x}}\n":                          "files-form",
		"files: {deal: {read: '[.csv'}}\n":                                      "files-read",
		"files: {deal: {read: /etc/x.csv}}\n":                                   "files-read",
		"files: {deal: {read: a.csv, zone: UTC}}\n":                             "files-zone",
		"files: {deal: {read: a.csv, dates: 'MM/DD/YYYY hh:mm'}}\n":             "files-zone",
		"files: {deal: {read: a.csv, dates: 'MM/DD/YYYY hh:mm', zone: Mars}}\n": "files-zone",
	} {
		_, err := loadFiles(block)
		if err == nil || strings.Count(err.Error(), "\n") > 0 || !strings.Contains(err.Error(), "["+want+"]") || !strings.Contains(err.Error(), "payproof.yaml:9:") {
			t.Errorf("%s is %v, want %s alone", block, err, want)
		}
	}
}

func TestAKindOfEventNamedLikeFactsCannotBeMapped(t *testing.T) {
	text := strings.Replace(filesCompany, "  deal:", "  quotas:", 1) + "files: {quotas: {read: a.csv}}\n"
	_, err := Load(fstest.MapFS{"payproof.yaml": {Data: []byte(text)}, "plans/rep.yaml": {Data: []byte(filesPlan)}})
	if err == nil || !strings.Contains(err.Error(), "files-kind") {
		t.Errorf("%v", err)
	}
}

func TestTheColumnsOfFactsAreKnown(t *testing.T) {
	for _, kind := range factKinds {
		if len(mapping.FactColumns(kind)) == 0 {
			t.Errorf("%s has no columns", kind)
		}
	}
}
