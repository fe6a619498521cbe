package quota_test

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/quota"
)

func TestAWholeAndItsPartsContradictEachOther(t *testing.T) {
	cal, err := calendar.Parse("months from 2026-01")
	if err != nil {
		t.Fatal(err)
	}
	for stated, want := range map[string]string{
		"2026=40 2026-Q1=10 2026-Q2=10 2026-Q3=10 2026-Q4=10":                          "",
		"2026=40 2026-Q1=10 2026-Q2=10":                                                "",
		"2026=40":                                                                      "",
		"2026-Q1=10 2026-Q2=10 2026-Q3=10 2026-Q4=10":                                  "",
		"2026=40 2026-Q1=10 2026-Q2=10 2026-Q3=10 2026-Q4=11":                          "2026 40 4 41",
		"2026=40 2026-Q1=10 2026-Q2=10 2026-Q3=10 2026-Q4=9":                           "2026 40 4 39",
		"2026=40 2026-Q1=41":                                                           "2026 40 1 41",
		"2026-Q1=30 2026-01=10 2026-02=10 2026-03=11":                                  "2026-Q1 30 3 31",
		"2026=40@1 2026-Q1=10 2026-Q2=10 2026-Q3=10 2026-Q4=10 2026=44@2":              "2026 44 4 40",
		"2026=40@1 2026-Q1=10 2026-Q2=10 2026-Q3=10 2026-Q4=10 2026=44@2 2026-Q1=14@2": "",
		"2026=1 2026-H1=2 2026-Q1=2":                                                   "2026 1 1 2, 2026 1 1 2",
	} {
		var quotas []quota.Quota
		for _, one := range strings.Fields(stated) {
			name, rest, _ := strings.Cut(one, "=")
			amount, known, _ := strings.Cut(rest, "@")
			p, err := cal.ParsePeriod(name)
			if err != nil {
				t.Fatal(err)
			}
			quotas = append(quotas, quota.Quota{Payee: "ann", Measure: "sold", Period: p, Amount: decimal.RequireFromString(amount), Known: fact.Revision(("0" + known)[len(known)] - '0')})
		}
		set, err := quota.NewSet(cal, fact.Of(quotas...))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range set.Contradictions() {
			got = append(got, cal.Format(c.Whole.Period)+" "+c.Whole.Amount.String()+" "+decimal.NewFromInt(int64(len(c.Parts))).String()+" "+c.Sum.String())
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s:\n got %s\nwant %s", stated, strings.Join(got, ", "), want)
		}
	}
}
