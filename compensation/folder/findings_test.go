package folder_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/source"
)

// found are the findings of a folder.
func found(t *testing.T, f files) source.Diagnostics {
	t.Helper()
	_, err := folder.Facts(f.fs(), program(t))
	var ds source.Diagnostics
	if err != nil && !errors.As(err, &ds) {
		t.Fatalf("not findings: %v", err)
	}
	return ds
}

// Each fault is one finding, at its place, and tells what to write instead.
func TestFaults(t *testing.T) {
	const (
		people      = "people.csv"
		edges       = "edges.csv"
		assignments = "assignments.csv"
		quotas      = "quotas.csv"
		pHead       = "payee,name,role,start,end\nbo,,,,\n"
		eHead       = "edge,from,to,share,start,end\n"
		aHead       = "payee,plan,start,end,target,weight\n"
		qHead       = "payee,measure,period,amount\n"
		ana         = "ana,Ana,Rep,,\n"
	)
	for _, c := range []struct{ file, text, want, says string }{
		{people, "", "people.csv: csv-empty", "payee,name,role,start,end"},
		{people, "payee,nme,role,start,end\n", "people.csv:1:1: csv-header", `rename the column "nme"`},
		{people, "payee,name,role,start,end,name\n", "people.csv:1:27: csv-header", "twice"},
		{people, "payee;name;role;start;end\n", "people.csv:1:1: csv-form", "commas"},
		{people, "\xff\xfep\x00", "people.csv:1:1: csv-form", "UTF-16"},
		{people, pHead + ana + "cy,Cy\n", "people.csv:4:1: csv-form", "2 fields"},
		{people, pHead + ana + "cy,C\"y,,,\n", "people.csv:4:5: csv-form", "double the quotes"},
		{people, pHead + ana + " cy,,,,\n", "people.csv:4:1: key", "trim it"},
		{people, pHead + ana + ",Cy,,,\n", "people.csv:4:1: key", "is empty"},
		{people, pHead + ana + "cy,\xff,,,\n", "people.csv:4:4: name", "UTF-8"},
		{people, pHead + ana + "cy,a\tb,,,\n", "people.csv:4:4: name", "control"},
		{people, pHead + ana + "zoë,\"Ö, Z\",Rep,1.2.2026,\n", "people.csv:4:16: date", "YYYY-MM-DD"},
		{people, pHead + ana + "cy,,,2026-02-01,2026-01-31\n", "people.csv:4:17: date-order", "swap"},
		{people, "payee,name,role,start,end,known\nbo,,,,,\nana,,,,,-1\n", "people.csv:3:9: revision", "whole number"},
		{people, pHead + "ana,,Rep,,2026-03-31\nana,,Lead,2026-03-31,\n", "people.csv:4:1: people-conflict", "2026-03-31..2026-03-31"},

		{edges, eHead + "manager,ana,boo,,,\n", "edges.csv:2:13: unknown-payee", `did you mean "bo"?`},
		{edges, eHead + "manager,West,bo,,,\n", "edges.csv:2:9: unknown-payee", `"West"`},
		{edges, eHead + "mentor,West,bo,,,\n", "edges.csv:2:8: unknown-payee", `"West"`},
		{edges, eHead + "owner,West,ana,0,,\n", "edges.csv:2:16: share", "above 0"},
		{edges, eHead + "owner,West,ana,-5%,,\n", "edges.csv:2:16: share", "above 0"},
		{edges, eHead + "owner,West,ana,60,,\n", "edges.csv:2:16: share", "60%"},
		{edges, eHead + "owner,West,ana,\"0,6\",,\n", "edges.csv:2:16: number", "decimal point"},
		{edges, eHead + "owner,West,ana,0.12345678901234567,,\n", "edges.csv:2:16: number", "17 decimal places"},
		{edges, eHead + ",West,ana,,,\n", "edges.csv:2:1: key", "is empty"},
		{edges, eHead + "owner,W,ana,50%,,\nowner,W,ana,0.5,,\nowner,W,ana,0.6,2026-01-01,\n", "edges.csv:4:1: edge-conflict", "2026-01-01.."},

		{assignments, "payee,plan,start,end,target\n", "assignments.csv:1:1: csv-header", `"weight"`},
		{assignments, "payee,plan,start,end,target,wieght\n", "assignments.csv:1:1: csv-header", `rename the column "wieght"`},
		{assignments, "payee,plan,start,end,target,weight,bonus\n", "assignments.csv:1:36: unknown-column", `"bonus"`},
		{assignments, aHead + "bo,Laed,,,,\n", "assignments.csv:2:4: unknown-plan", `did you mean "Lead"?`},
		{assignments, aHead + "zz,Lead,,,,\n", "assignments.csv:2:1: unknown-payee", "people.csv"},
		{assignments, aHead + "ana,Rep,,,5,\n", "assignments.csv:2:11: personal-value", "no such personal value"},
		{assignments, aHead + "bo,Lead,,,1.005,\n", "assignments.csv:2:11: number", "3 decimal places"},
		{assignments, aHead + "bo,Lead,,,,60.12345%\n", "assignments.csv:2:12: number", "4 are held"},
		{assignments, aHead + "bo,Lead,,,60%,\n", "assignments.csv:2:11: number", "%"},
		{assignments, aHead + "bo,Lead,,2026-03-31,1,\nbo,Lead,2026-03-01,,2,\n", "assignments.csv:3:1: assignment-conflict", "2026-03-01..2026-03-31"},

		{quotas, qHead + "ana,bokings,2026-Q1,1\n", "quotas.csv:2:5: unknown-measure", `did you mean "bookings"?`},
		{quotas, qHead + "an,bookings,2026-Q1,1\n", "quotas.csv:2:1: unknown-payee", `did you mean "ana"?`},
		{quotas, qHead + "ana,bookings,Q1,1\n", "quotas.csv:2:14: period", "is no period"},
		{quotas, qHead + "ana,bookings,2026,1\n", "quotas.csv:2:14: quota-window", "each quarter"},
		{quotas, qHead + "ana,bookings,2026-01-05,1\n", "quotas.csv:2:14: quota-window", "is a day"},
		{quotas, qHead + "ana,bookings,2026-Q1,1.005\n", "quotas.csv:2:22: number", "3 decimal places"},
		{quotas, qHead + "ana,bookings,2026-Q1,-1\n", "quotas.csv:2:22: quota-negative", "negative"},
		{quotas, qHead + "ana,bookings,2026-Q1,\"1,000\"\n", "quotas.csv:2:22: number", "thousands"},
		{quotas, qHead + "ana,bookings,2026-Q1,1\nana,bookings,2026-Q1,1.00\nana,bookings,2026-Q1,2\n", "quotas.csv:4:1: quota-conflict", "keep one"},

		{"events/deals.csv", "", "events/deals.csv: unknown-events", `did you mean "deal"?`},
	} {
		ds := found(t, good(c.file, c.text))
		if len(ds) != 1 {
			t.Errorf("%q has %d findings:\n%v\nwant %s", c.text, len(ds), ds, c.want)
			continue
		}
		if got := ds[0].Span.String() + ": " + ds[0].Code; got != c.want {
			t.Errorf("%q is %s, want %s", c.text, got, c.want)
		}
		if !strings.Contains(ds[0].Error(), c.says) {
			t.Errorf("%q: %q does not say %q", c.text, ds[0].Error(), c.says)
		}
	}
}

func TestAConflictShowsBothPlaces(t *testing.T) {
	ds := found(t, good("quotas.csv", "payee,measure,period,amount\nana,bookings,2026-Q1,2\nana,deals,2026-01,2\nana,bookings,2026-Q1,1\n"))
	if len(ds) != 1 || ds[0].Span.From.Line != 4 || len(ds[0].Notes) != 1 || ds[0].Notes[0].Span.From.Line != 2 {
		t.Errorf("got %+v", ds)
	}
}

func TestAConflictIsReportedAtTheLaterLine(t *testing.T) {
	ds := found(t, good("people.csv", "payee,name,role,start,end\nana,,,,\nbo,,Rep,2026-02-01,\nbo,,Lead,2026-01-01,\n"))
	if len(ds) != 1 || ds[0].Span.From.Line != 4 || ds[0].Notes[0].Span.From.Line != 3 {
		t.Errorf("got %+v", ds)
	}
}

func TestAFindingCoversItsField(t *testing.T) {
	for text, want := range map[string]int{"100": 0, "\"1,0\"": 5, "\u00bd": 1} {
		ds := found(t, good("quotas.csv", "payee,measure,period,amount\nana,bookings,2026-Q1,"+text+"\n"))
		if want == 0 && len(ds) == 0 {
			continue
		}
		if got := ds[0].Span.To.Col - ds[0].Span.From.Col; got != want {
			t.Errorf("%s is covered over %d columns, want %d", text, got, want)
		}
	}
}

func TestARowThatCannotBeReadMakesNobodyUnknown(t *testing.T) {
	ds := found(t, good("people.csv", "payee,name,role,start,end\nana,,,,\nbo,,\n"))
	if len(ds) != 1 || ds[0].Code != "csv-form" {
		t.Errorf("got %v", ds)
	}
}

func TestPersonalValuesOfSeveralPlansShareAColumn(t *testing.T) {
	another := strings.Replace(lead, "plan: Lead", "plan: Chief", 1)
	clash := "plan: Odd\nversion: \"1\"\npersonal: {end: money}\ncomponents:\n  bonus: {every: month, pays: personal.end}\n"
	for _, c := range []struct {
		text string
		want []string
	}{
		{another, nil},
		{clash, []string{"personal-name"}},
	} {
		p, err := plan.Load(files{"payproof.yaml": company, "plans/a.yaml": lead, "plans/b.yaml": c.text}.fs())
		if err != nil {
			t.Fatal(err)
		}
		_, err = folder.Facts(good().fs(), p)
		var ds source.Diagnostics
		errors.As(err, &ds)
		var got []string
		for _, d := range ds {
			got = append(got, d.Code)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("got %v", err)
		}
	}
	// The header names each column once, so a doubled name would be asked for twice.
	p, err := plan.Load(files{"payproof.yaml": company, "plans/a.yaml": lead, "plans/b.yaml": another}.fs())
	if err != nil {
		t.Fatal(err)
	}
	_, err = folder.Facts(good("assignments.csv", "payee,plan,start,end\n").fs(), p)
	var ds source.Diagnostics
	if errors.As(err, &ds); len(ds) != 2 || strings.Count(ds[0].Hint, "target") != 1 {
		t.Errorf("got %v", err)
	}
}

func TestFilesThatHaveToBeThere(t *testing.T) {
	for _, c := range []struct{ file, code, says string }{
		{"people.csv", "no-people", "payee,name,role,start,end"},
		{"events", "no-events", "events/deal.csv"},
	} {
		g := good()
		for name := range g {
			if strings.HasPrefix(name, c.file) {
				delete(g, name)
			}
		}
		ds := found(t, g)
		if len(ds) != 1 || ds[0].Code != c.code || !strings.Contains(ds[0].Hint, c.says) {
			t.Errorf("without %s: %v", c.file, ds)
		}
	}
}

func TestFindingsOfAllFilesComeTogetherInOrder(t *testing.T) {
	ds := found(t, good(
		"quotas.csv", "payee,measure,period,amount\nana,x,y,-1\n",
		"people.csv", "payee,name,role,start,end\nana,,,x,y\nbo,,,,\n",
		"edges.csv", "edge,from,to,share,start,end\nmanager,ana,cy,x,,\n",
		"assignments.csv", "payee,plan\n"))
	var got []string
	for _, d := range ds {
		got = append(got, d.Span.String())
	}
	want := "assignments.csv:1:1 assignments.csv:1:1 assignments.csv:1:1 assignments.csv:1:1 edges.csv:2:13 edges.csv:2:16 " +
		"people.csv:2:7 people.csv:2:9 quotas.csv:2:5 quotas.csv:2:7 quotas.csv:2:9"
	if strings.Join(got, " ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " "), want)
	}
}

func TestManyFindingsAreCounted(t *testing.T) {
	var b strings.Builder
	b.WriteString("payee,measure,period,amount\n")
	for i := range 250 {
		fmt.Fprintf(&b, "nobody%d,bookings,2026-Q1,1\n", i)
	}
	ds := found(t, good("quotas.csv", b.String()))
	if len(ds) != 101 || ds[100].Message != "and 150 more of this kind" || ds[99].Span.From.Line != 101 {
		t.Errorf("%d findings, the last: %v", len(ds), ds[len(ds)-1])
	}
}

func TestWithoutPeopleNobodyIsUnknown(t *testing.T) {
	ds := found(t, good("people.csv", "payee,name\n"))
	for _, d := range ds {
		if d.Code != "csv-header" {
			t.Errorf("%v follows from the fault before", d)
		}
	}
}
