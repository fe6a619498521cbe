package plantest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/payproof/payproof/compensation/plantest/internal/archive"
	"github.com/payproof/payproof/dsl/source"
)

// tens is a small company that pays 10 %, with room for wanted blocks.
const tens = `Ten percent
source: https://example.com/tens
vector: X1
verdict: source is wrong because
  it is invented

Everything is paid 10 %.

-- payproof.yaml --
company: Tens
currency: USD
calendar: months from 2026-01

events:
  deal:
    closed: date
    amount: money
    seller: payee

credit:
  - rule: sellers
    when: amount > 1 USD
    to: seller
    as: sales

measures:
  sold: sum of sales, month
-- plans/rep.yaml --
plan: Rep
version: "1"
for: role Rep

components:
  commission:
    for each: credit of sales
    pays: amount * 10%
-- people.csv --
payee,name,role,start,end
ann,Ann,Rep,2026-01-01,
bob,Bob,Rep,2026-01-01,
-- events/deal.csv --
id,closed,amount,seller
d1,2026-01-05,100.00,ann
d2,2026-01-06,200.00,bob
d3,2026-02-07,300.00,ann
d4,2026-02-08,0.50,ann
`

const tensPayouts = `-- want/payouts --
# period  payee  component  amount
2026-01  ann  commission  10.00
2026-01  bob  commission  20.00  # twice Ann's
2026-02  ann  commission  30.00
`

func parse(t testing.TB, text string) Script {
	t.Helper()
	s, err := Parse("tens.txtar", text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func run(t testing.TB, s Script) Got {
	t.Helper()
	got, err := s.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestParseReadsHeaderProseAndFiles(t *testing.T) {
	s := parse(t, strings.Replace(tens, "vector: X1", "vector: X1\nperiod: 2026-01", 1)+tensPayouts)
	header := []string{s.Title, s.Source, s.Vector, s.Verdict, s.Period, s.Prose}
	want := []string{"Ten percent", "https://example.com/tens", "X1", "source is wrong because it is invented", "2026-01", "Everything is paid 10 %."}
	for i := range want {
		if header[i] != want[i] {
			t.Errorf("header %d: %q, want %q", i, header[i], want[i])
		}
	}
	if len(s.Files) != 4 || s.Files[0].Name != "payproof.yaml" || s.Files[0].Line != 10 {
		t.Errorf("files: %+v", s.Files)
	}
	if len(s.Wants) != 1 || s.Wants[0].Name != "want/payouts" || s.Wants[0].Line != 48 {
		t.Errorf("wants: %+v", s.Wants)
	}
}

func TestFaultsOfAScriptAreFoundAtTheirLines(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing wanted", "Title\n\n-- people.csv --\n", "s.txtar:1:1 nothing-wanted"},
		{"no title", "\n-- want/payouts --\n", "s.txtar:1:1 script-title"},
		{"empty", "", "s.txtar:1:1 nothing-wanted,s.txtar:1:1 script-title"},
		{"header", "Title\nsauce: x\n\n-- want/payouts --\n", "s.txtar:2:1 script-header"},
		{"unread file", "Title\n\n-- quota.csv --\n-- want/payouts --\n", "s.txtar:3:1 script-file"},
		{"nested plan", "Title\n\n-- plans/a/b.yaml --\n-- want/payouts --\n", "s.txtar:3:1 script-file"},
		{"unknown block", "Title\n\n-- want/payout --\n-- want/payouts --\n", "s.txtar:3:1 script-want"},
		{"explain without payee", "Title\n\n-- want/explain/2026-01 --\n-- want/payouts --\n", "s.txtar:3:1 script-want"},
		{"why not without event", "Title\n\n-- want/whynot/ann --\n-- want/payouts --\n", "s.txtar:3:1 script-want"},
		{"twice", "Title\n\n-- want/payouts --\n-- people.csv --\n-- want/payouts --\n", "s.txtar:5:1 script-twice"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse("s.txtar", c.text)
			var found source.Diagnostics
			if !errors.As(err, &found) {
				t.Fatalf("no findings: %v", err)
			}
			var got []string
			for _, d := range found {
				got = append(got, d.Span.String()+" "+d.Code)
				if d.Hint == "" {
					t.Errorf("%s has no hint", d.Code)
				}
			}
			if strings.Join(got, ",") != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestMisspeltNamesAreSuggested(t *testing.T) {
	_, err := Parse("s.txtar", "Title\n\n-- want/payout --\n-- quota.csv --\n")
	for _, want := range []string{"want/payouts", "quotas.csv"} {
		if err == nil || !strings.Contains(err.Error(), `did you mean "`+want+`"`) {
			t.Errorf("%v does not suggest %s", err, want)
		}
	}
}

func TestSectionsKeepEveryByte(t *testing.T) {
	for _, text := range []string{"", "a", "a\n-- b --", "-- b --\n-- c --\nx", "a\n-- b --\r\nx\r\n--  --\n -- d --\n-- e\n", tens} {
		prose, files := archive.Sections(text)
		at := len(prose)
		for _, f := range files {
			if mark := text[at:f.From]; !strings.HasPrefix(mark, "-- ") || strings.Count(text[:at], "\n")+1 != f.Line {
				t.Errorf("%q: %s is said to be marked in line %d by %q", text, f.Name, f.Line, mark)
			}
			at = f.To
		}
		if at != len(text) {
			t.Errorf("%q: %d of %d bytes belong to something", text, at, len(text))
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"", tens + tensPayouts, "Title\nperiod: x\n\n-- want/payouts --\n# a\n-- want/explain/a/b --\n", "a\r\n-- b --\r\n"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse("s.txtar", text)
		var found source.Diagnostics
		if err != nil && !errors.As(err, &found) {
			t.Fatalf("no findings: %v", err)
		}
		if err != nil {
			return
		}
		once := s.Updated(Got{})
		again, err := Parse("s.txtar", string(once))
		if err != nil {
			t.Fatalf("an update made of %q a script that is none: %v", text, err)
		}
		if differ := again.Check(Got{}); len(differ) > 0 && len(again.expectations()) == 0 {
			t.Fatalf("an update made of %q %q, which differs: %v", text, once, differ)
		}
	})
}
