package crediting

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/mapping"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/internal/fixed"
)

// export is a mapping of deals in dollars with the month first.
func export(t testing.TB, read ...string) mapping.File {
	t.Helper()
	dates, err := mapping.ParseDates("M/D/YYYY")
	if err != nil {
		t.Fatal(err)
	}
	return mapping.File{
		Of: "deal", Read: read, Numbers: mapping.PointComma, Sign: "$", Negative: mapping.Parentheses, Dates: dates,
		Columns: map[string]string{"id": "Deal ID", "closed": "Close Date", "amount": "Amount", "seller": "owner.email", "region": "Region"},
		Values:  map[string]map[string]string{"region": {"Pacific": "west"}},
		Always:  map[string]string{"partner": "", "account": "acme", "units": "2"},
	}
}

// shows is the events of a feed, each with what it says.
func shows(t testing.TB, f Feed) (out []string, ds source.Diagnostics) {
	t.Helper()
	events, err := Load(t.Context(), f, []*Schema{deals()})
	if err != nil {
		if !errors.As(err, &ds) {
			t.Fatal(err)
		}
		return nil, ds
	}
	for _, e := range slices.Collect(events.All()) {
		text := string(e.ID)
		for i := range e.Cells {
			text += " " + e.Show(i)
		}
		out = append(out, text)
	}
	return out, nil
}

func TestAnExportSaysTheSameAsCSVAndAsJSONLines(t *testing.T) {
	csv := "Deal ID,Note,Close Date,Amount,owner.email,Region\nd1,x,3/1/2026,\"($1,234.50)\",ana,Pacific\nd2,,12/31/2026,5,bob,east\n"
	json := `{"Deal ID":"d1","Close Date":"3/1/2026","Amount":-1234.50,"owner":{"email":"ana"},"Region":"Pacific"}` + "\n" +
		`{"Region":"east","Deal ID":"d2","Close Date":"12/31/2026","Amount":"$5","owner":{"email":"bob"},"Amount (raw)":[1]}`
	want := []string{"d1 2026-03-01 -1234.5 ana  acme west 2", "d2 2026-12-31 5 bob  acme east 2"}
	for name, folder := range map[string]fstest.MapFS{
		"csv":  folderOf("out/deals.csv", csv),
		"json": folderOf("out/deals.jsonl", json),
		"both": folderOf("out/deals.csv", csv, "out/deals.ndjson", json),
	} {
		got, ds := shows(t, FromFiles(folder, export(t, "out/deals.*")))
		if d := cmp.Diff(want, got); d != "" || len(ds) > 0 {
			t.Errorf("%s: %v %s", name, ds, d)
		}
	}
}

func TestWhatIsNotAsDeclaredIsRefusedWithItsPlace(t *testing.T) {
	const head = "Deal ID,Close Date,Amount,owner.email,Region\n"
	for _, c := range []struct{ file, text, want string }{
		{"x.csv", head + "d1,3/1/2026,\"1,23\",ana,east\n", `x.csv:2:13: amount: "1,23" is not written like 1,234.50 and (12.00), with $ or without: groups have three digits`},
		{"x.csv", head + "d1,3/1/2026,-5,ana,east\n", "x.csv:2:13: amount"},
		{"x.csv", head + "d1,2026-03-01,5,ana,east\n", "x.csv:2:4: closed"},
		{"x.csv", head + "d1,3/1/2026,€5,ana,east\n", "x.csv:2:13: amount"},
		{"x.csv", head + "ö1,3/1/2026,5,ana,pacific\n", "x.csv:2:19: region"},
		{"x.csv", head + "d1,3/1/2026,5,ana,east,\n", "x.csv:2:1: the line has 6 fields"},
		{"x.csv", strings.Replace(head, "Region", "region", 1), "x.csv:1:1: there is no column \"Region\"; it is the region: write `region: region`"},
		{"x.jsonl", `{"Deal ID":"ö1","Close Date":"3/1/2026","Amount":1e2,"owner":{"email":"ana"},"Region":"east"}`, `x.jsonl:1:50: amount: "1e2" is not a decimal`},
		{"x.jsonl", `{"Deal ID":"d1","Close Date":"3/1/2026","Amount":"-1","owner":{"email":"ana"},"Region":"east"}`, `x.jsonl:1:50: amount: "-1" is not written like`},
		{"x.jsonl", `{"Deal ID":"d1","Close Date":"3/1/2026","Amount":0.001,"owner":{"email":"ana"},"Region":"east"}`, `x.jsonl:1:50: amount: 0.001 has 3 decimal places`},
		{"x.jsonl", `{"Deal ID":"d1","Close Date":"3/1/2026","Amount":1,"owner":"ana","Region":"east"}`, `x.jsonl:1:1: seller is empty`},
		{"x.jsonl", `{"Deal ID":7,"Close Date":null,"Amount":1,"owner":{"email":"ana"},"Region":"east"}`, `x.jsonl:1:27: closed is empty`},
	} {
		_, ds := shows(t, FromFiles(folderOf(c.file, c.text), export(t, "x.*")))
		if ds == nil || !strings.Contains(ds.Error(), c.want) {
			t.Errorf("%s\n got %v\nwant %s", c.text, ds, c.want)
		}
	}
}

func TestALineErrorHasTheLineAndWhatItCarries(t *testing.T) {
	text := "Deal ID,Close Date,Amount,owner.email,Region\nd1,soon,\"$1,234.50\",ana,east\nd2,3/1/2026,much,ana,east\nd3\n"
	var got []string
	for _, err := range FromFiles(folderOf("x.csv", text), export(t, "x.csv")).Scan(t.Context(), deals()) {
		var l *LineError
		if errors.As(err, &l) {
			got = append(got, fmt.Sprintf("%s|%s|%t|%s", l.Raw, l.Amount.Text(), l.Reads, codes(l.Found)))
		}
	}
	want := []string{`d1,soon,"$1,234.50",ana,east|1234.50|true|event-field`, "d2,3/1/2026,much,ana,east|0|false|event-field", "d3|0|false|csv-form"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestAMappedExportSaysTheSameAsAFileOfOurs(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		ours, theirs := "id,closed,amount,seller,partner,account,region,units\n", "Deal ID,Close Date,Amount,owner.email,Region\n"
		for i := range rapid.IntRange(0, 5).Draw(r, "rows") {
			n := rapid.Int64Range(-9_999_999, 9_999_999).Draw(r, "cents")
			plain := fixed.Format(fixed.FromInt64(n), 2)
			day := rapid.IntRange(1, 28).Draw(r, "day")
			ours += fmt.Sprintf("d%d,2026-02-%02d,%s,ana,,acme,west,2\n", i, day, plain)
			theirs += fmt.Sprintf("d%d,2/%d/2026,\"%s\",ana,Pacific\n", i, day, dollars(plain))
		}
		want, _ := shows(t, FromCSV(folderOf("deal.csv", ours)))
		got, ds := shows(t, FromFiles(folderOf("x.csv", theirs), export(t, "x.csv")))
		if d := cmp.Diff(want, got); d != "" || len(ds) > 0 {
			r.Fatalf("%v %s", ds, d)
		}
	})
}

// dollars is a plain decimal as an accountant writes it.
func dollars(plain string) string {
	digits, negative := strings.CutPrefix(plain, "-")
	whole, fraction, dotted := strings.Cut(digits, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if text := "$" + whole; dotted {
		whole = text + "." + fraction
	} else {
		whole = text
	}
	if negative {
		return "(" + whole + ")"
	}
	return whole
}

func FuzzJSONLines(f *testing.F) {
	for _, seed := range []string{"", `{"id":"d1","closed":"2026-03-10","amount":5,"seller":"ana","region":"east"}`, "{}\n{\"id\":1}", `{"id":"d1","closed":null,"amount":1e400}`, "[]"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data string) {
		feed := FromFiles(fstest.MapFS{"x.jsonl": {Data: []byte(data)}}, mapping.File{Of: "deal", Read: []string{"x.jsonl"}})
		for b, err := range feed.Scan(t.Context(), deals()) {
			var ds source.Diagnostics
			switch {
			case err == nil:
				if err := b.check(deals()); err != nil {
					t.Fatal(err)
				}
			case !errors.As(err, &ds) || len(ds) == 0:
				t.Fatalf("not findings: %v", err)
			}
		}
	})
}
