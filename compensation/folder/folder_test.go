package folder_test

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/source"
)

const company = `company: Small
currency: USD
events:
  deal: {closed: date, amount: money, seller: payee}
credit:
  - {rule: sold, to: seller, as: bookings}
  - {rule: mentors, roll up: bookings, as: team bookings, along: mentor, levels: 1}
measures:
  bookings: sum of bookings, quarter to date
  deals: count of bookings, month
`

const rep = `plan: Rep
version: "1"
for: role Rep
components:
  commission: {for each: credit of bookings, pays: amount * 10%}
`

const lead = `plan: Lead
version: "1"
personal: {target: money, weight: ratio}
components:
  bonus: {every: quarter, pays: personal.target * personal.weight}
`

// files are a folder by the names of its files.
type files map[string]string

func (f files) fs() fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range f {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

// good is a small company without a fault; with replaces or adds files.
func good(with ...string) files {
	out := files{
		"people.csv":       "payee,name,role,start,end\nana,Ana,Rep,2026-01-01,\nbo,Bo Li,Lead,2026-01-01,2026-06-30\n",
		"edges.csv":        "edge,from,to,share,start,end\nmanager,ana,bo,,2026-01-01,\n",
		"assignments.csv":  "payee,plan,start,end,target,weight\nbo,Lead,2026-01-01,,1000.50,60%\n",
		"quotas.csv":       "payee,measure,period,amount\nana,bookings,2026-Q1,100000.00\n",
		"events/deal.csv":  "id,closed,amount,seller\nd1,2026-03-31,100.00,ana\n",
		"events/README.md": "not a file of events",
	}
	for i := 0; i < len(with); i += 2 {
		out[with[i]] = with[i+1]
	}
	return out
}

func program(t testing.TB) *plan.Program {
	t.Helper()
	p, err := plan.Load(files{"payproof.yaml": company, "plans/rep.yaml": rep, "plans/lead.yaml": lead}.fs())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// list shows the facts of a sequence, each on its line.
func list[T any](t *testing.T, seq iter.Seq2[T, error]) (out []string) {
	t.Helper()
	for x, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprint(x))
	}
	return out
}

func TestAFolderWithoutFaultsRoundTrips(t *testing.T) {
	f, err := folder.Facts(good().fs(), program(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ what, got, want string }{
		{"people", strings.Join(list(t, f.People), "\n"), "{ana Ana Rep  2026-01-01.., known at 0}\n{bo Bo Li Lead  2026-01-01..2026-06-30, known at 0}"},
		{"edges", strings.Join(list(t, f.Edges), "\n"), "manager: ana → bo"},
		{"assignments", strings.Join(list(t, f.Assignments), "\n"), "{bo Lead map[target:1000.5 weight:0.6] 2026-01-01.., known at 0}"},
		{"quotas", strings.Join(list(t, f.Quotas), "\n"), "{ana bookings 2026-Q1 100000 0}"},
	} {
		if c.got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.what, c.got, c.want)
		}
	}
	if f.Ledger != nil {
		t.Error("the ledger is the caller's")
	}
}

func TestOpenTakesWhatTheFolderGives(t *testing.T) {
	p := program(t)
	f, err := folder.Facts(good().fs(), p)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := compensation.Open(t.Context(), p, f); err != nil {
		t.Error(err)
	}
}

func TestOnlyPeopleAndEventsHaveToBeThere(t *testing.T) {
	g := good()
	for _, name := range []string{"edges.csv", "assignments.csv", "quotas.csv"} {
		delete(g, name)
	}
	f, err := folder.Facts(g.fs(), program(t))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(list(t, f.Edges)) + len(list(t, f.Assignments)) + len(list(t, f.Quotas)); n != 0 {
		t.Errorf("%d facts from files that are not there", n)
	}
}

func TestFormsOfAFileThatSayTheSame(t *testing.T) {
	want, err := folder.Facts(good().fs(), program(t))
	if err != nil {
		t.Fatal(err)
	}
	plain := good()["people.csv"]
	for what, text := range map[string]string{
		"byte order mark":    "\ufeff" + plain,
		"CRLF":               strings.ReplaceAll(plain, "\n", "\r\n"),
		"row twice":          plain + "ana,Ana,Rep,2026-01-01,\n",
		"blank lines":        plain + "\n,,,,\n",
		"columns not read":   "note,payee,name,role,start,end\nx,ana,Ana,Rep,2026-01-01,\n,bo,Bo Li,Lead,2026-01-01,2026-06-30\n",
		"spaced header":      strings.Replace(plain, ",role,", ", role ,", 1),
		"columns in any way": "end,start,role,name,payee\n,2026-01-01,Rep,Ana,ana\n2026-06-30,2026-01-01,Lead,\"Bo Li\",bo\n",
		"known from outset":  "payee,name,role,start,end,known\nana,Ana,Rep,2026-01-01,,\nbo,Bo Li,Lead,2026-01-01,2026-06-30,0\n",
	} {
		got, err := folder.Facts(good("people.csv", text).fs(), program(t))
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if diff := cmp.Diff(list(t, want.People), slices.Compact(sorted(list(t, got.People)))); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
}

func sorted(lines []string) []string { slices.Sort(lines); return lines }

func TestAKeyIsReadInNFC(t *testing.T) {
	f, err := folder.Facts(good(
		"people.csv", "payee,name,role,start,end\nzoe\u0308,Zoë,Rep,,\nana,,,,\nbo,,,,\n",
		"quotas.csv", "payee,measure,period,amount\nzo\u00eb,bookings,2026-Q1,1\n").fs(), program(t))
	if err != nil {
		t.Fatal(err)
	}
	if got := list(t, f.Quotas)[0]; !strings.HasPrefix(got, "{zo\u00eb ") {
		t.Errorf("got %q", got)
	}
}

func TestQuotasAreStatedInPartsOfTheWindow(t *testing.T) {
	f, err := folder.Facts(good("quotas.csv", "payee,measure,period,amount\nana,bookings,2026-01,1\nana,deals,2026-02,2.25\n").fs(), program(t))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(list(t, f.Quotas), " "); got != "{ana bookings 2026-01 1 0} {ana deals 2026-02 2.25 0}" {
		t.Errorf("got %s", got)
	}
}

func TestALaterRevisionReplacesInsteadOfContradicting(t *testing.T) {
	f, err := folder.Facts(good(
		"quotas.csv", "payee,measure,period,amount,known\nana,bookings,2026-Q1,1,\nana,bookings,2026-Q1,2,7\n",
		"assignments.csv", "payee,plan,start,end,target,weight,known\nbo,Lead,,,1,1,\nbo,Lead,2026-02-01,,2,1,3\n").fs(), program(t))
	if err != nil {
		t.Fatal(err)
	}
	if got := list(t, f.Quotas); got[1] != "{ana bookings 2026-Q1 2 7}" {
		t.Errorf("got %q", got)
	}
}

func TestShares(t *testing.T) {
	for text, want := range map[string]string{"": "", "1": " 100%", "0.6": " 60%", "60%": " 60%", "12.5%": " 12.5%", "150%": " 150%"} {
		f, err := folder.Facts(good("edges.csv", "edge,from,to,share,start,end\nowner,West,ana,"+text+",,\n").fs(), program(t))
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := list(t, f.Edges)[0]; got != "owner: West → ana"+want {
			t.Errorf("%q is %q", text, got)
		}
	}
}

func TestFindingsOfEventsStandInTheFolder(t *testing.T) {
	f, err := folder.Facts(good("events/deal.csv", "id,closed,amount,seller\nd1,2026-03-31,100.00,ana\nd2,soon,1,ana\n").fs(), program(t))
	if err != nil {
		t.Fatal(err)
	}
	_, err = crediting.Load(t.Context(), f.Events, program(t).Rules.Schemas)
	var found source.Diagnostics
	if !errors.As(err, &found) || found[0].Span.String() != "events/deal.csv:3:4" {
		t.Errorf("got %v", err)
	}
	for b, err := range f.Events.Find(t.Context(), program(t).Rules.Schemas[0], "d1") {
		if err == nil && b.Place(0).String() != "events/deal.csv:2:1" {
			t.Errorf("d1 stands at %s", b.Place(0))
		}
	}
}
