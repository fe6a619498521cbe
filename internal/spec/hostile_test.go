package spec

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/source"
)

// A company that loads and pays; cases replace its files.
var sound = map[string]string{
	"payproof.yaml": `company: Errors
currency: USD
events:
  deal: {closed: date, amount: money, seller: payee}
credit:
  - {rule: sellers, to: seller, as: sales}
measures:
  sold: sum of sales, month
`,
	"plans/rep.yaml": `plan: Rep
version: "1"
for: role Rep
components:
  commission: {for each: credit of sales, pays: amount * 10%}
`,
	"people.csv":      "payee,name,role,start,end\nann,Ann,Rep,,\n",
	"events/deal.csv": "id,closed,amount,seller\nd1,2026-01-10,1000.00,ann\n",
}

// company is the sound one with some files replaced; an empty text removes one.
func company(with map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for _, files := range []map[string]string{sound, with} {
		for name, text := range files { // order: into a map
			if fsys[name] = (&fstest.MapFile{Data: []byte(text)}); text == "" {
				delete(fsys, name)
			}
		}
	}
	return fsys
}

// found loads and runs a company, as far as it goes.
func found(ctx context.Context, fsys fs.FS) (source.Diagnostics, error) {
	run := func() error {
		program, err := plan.Load(fsys)
		if err != nil {
			return err
		}
		facts, err := folder.Facts(fsys, program)
		if err != nil {
			return err
		}
		book, err := compensation.Open(ctx, program, facts)
		if err != nil {
			return err
		}
		_, err = book.Run(ctx, compensation.Request{})
		return err
	}
	err := run()
	var ds source.Diagnostics
	if errors.As(err, &ds) {
		return ds, nil
	}
	return nil, err
}

func aliasBomb() string {
	var b strings.Builder
	b.WriteString("company: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := range 30 {
		fmt.Fprintf(&b, "k%d: &a%d [%s]\n", i, i+1, strings.Join(slices.Repeat([]string{fmt.Sprintf("*a%d", i)}, 10), ", "))
	}
	return b.String()
}

// many is a text for each of n numbers.
func many(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

func pays(formula string) map[string]string {
	return map[string]string{"plans/rep.yaml": strings.Replace(sound["plans/rep.yaml"], "amount * 10%", formula, 1)}
}

// Nothing that a file says can hang the process, exhaust its memory or overflow
// its stack, and no message repeats the file.
func TestHostileFilesAreRefusedAtOnce(t *testing.T) {
	placed := strings.Replace(sound["payproof.yaml"], "seller: payee", "seller: payee, region: key", 1)
	long := strings.Repeat("x", 10<<20)
	for name, c := range map[string]struct {
		with map[string]string
		code string
	}{
		"a plan file of 4 MB and a byte":        {map[string]string{"plans/rep.yaml": "#" + strings.Repeat("x", 4<<20)}, "file-too-large"},
		"a line of 10 MB in a plan file":        {map[string]string{"plans/rep.yaml": "plan: " + long}, "file-too-large"},
		"a line of 3 MB in a plan file":         {map[string]string{"plans/rep.yaml": "plans: " + long[:3<<20]}, "unknown-key"},
		"a name of 3 MB in a plan file":         {map[string]string{"plans/rep.yaml": long[:3<<20] + ": x"}, "unknown-key"},
		"a key of 1 MB in people.csv":           {map[string]string{"people.csv": "payee,name,role,start,end\n" + long[:1_000_000] + ",Ann,Rep,,\n"}, "key"},
		"a day of 1 MB in people.csv":           {map[string]string{"people.csv": "payee,name,role,start,end\nann,Ann,Rep," + long[:1_000_000] + ",\n"}, "date"},
		"a header of 1 MB in people.csv":        {map[string]string{"people.csv": long[:1_000_000] + "\n"}, "csv-header"},
		"a key of 10 MB in people.csv":          {map[string]string{"people.csv": "payee,name,role,start,end\n" + long + ",Ann,Rep,,\n"}, "row-too-long"},
		"a line of 10 MB in JSON lines":         {map[string]string{"events/deal.csv": "", "events/deal.jsonl": "{\"id\": \"" + long + "\"}\n"}, "row-too-long"},
		"lists in lists in JSON lines":          {map[string]string{"events/deal.csv": "", "events/deal.jsonl": "{\"id\": " + strings.Repeat("[", 500_000) + "\n"}, "json-form"},
		"an amount of 10 MB in an event":        {map[string]string{"events/deal.csv": "id,closed,amount,seller\nd1,2026-01-10," + long + ",ann\n"}, "row-too-long"},
		"an amount of 10 million digits":        {map[string]string{"events/deal.csv": "id,closed,amount,seller\nd1,2026-01-10," + strings.Repeat("9", 10<<20) + ",ann\n"}, "row-too-long"},
		"a header of 10 MB in an event":         {map[string]string{"events/deal.csv": long + "\n"}, "row-too-long"},
		"a quote never closed over 10 MB":       {map[string]string{"events/deal.csv": "id,closed,amount,seller\n\"" + strings.Repeat("x\n", 5<<20)}, "row-too-long"},
		"an amount of 1 MB in an event":         {map[string]string{"events/deal.csv": "id,closed,amount,seller\nd1,2026-01-10," + long[:1_000_000] + ",ann\n"}, "event-field"},
		"an amount of a million digits":         {map[string]string{"events/deal.csv": "id,closed,amount,seller\nd1,2026-01-10," + strings.Repeat("9", 1_000_000) + ",ann\n"}, "event-field"},
		"aliases of aliases of aliases":         {map[string]string{"payproof.yaml": aliasBomb()}, "yaml-anchor"},
		"500,000 brackets in a formula":         {pays(strings.Repeat("(", 500_000) + "1" + strings.Repeat(")", 500_000)), "formula-too-long"},
		"4,000 brackets in a formula":           {pays(strings.Repeat("(", 4000) + "1" + strings.Repeat(")", 4000)), "formula-too-long"},
		"900 brackets in a formula":             {pays(strings.Repeat("(", 900) + "1" + strings.Repeat(")", 900)), "too-deep"},
		"100,000 lists in lists":                {map[string]string{"payproof.yaml": strings.Repeat("[", 100_000)}, "yaml"},
		"100,000 blocks in blocks":              {map[string]string{"payproof.yaml": strings.Repeat("- ", 100_000)}, "yaml"},
		"10,000 components, 10,000 unknown":     {map[string]string{"plans/rep.yaml": sound["plans/rep.yaml"] + many("  c%d: {every: month, pays: sold * 1%%}\n", 10_000) + "caps: [{at: 5 USD per year, of: [" + many("x%d, ", 10_000) + "x]}]\n"}, "unknown-component"},
		"10,000 unknown in one text":            {map[string]string{"plans/rep.yaml": sound["plans/rep.yaml"] + many("  c%d: {every: month, pays: sold * 1%%}\n", 10_000) + "hold: {until: closed, of: \"" + many("x%d, ", 10_000) + "x\"}\n"}, "unknown-component"},
		"100,000 members, 100,000 unknown":      {map[string]string{"payproof.yaml": placed + "dimensions: {geo: {of: region, members: [" + many("m%d, ", 100_000) + "m]}}\nterritories: [{territory: T, when: amount > 0 USD, dimension: {geo: [" + many("x%d, ", 100_000) + "x]}}]\n"}, "unknown-member"},
		"a member below 5,000 others":           {map[string]string{"payproof.yaml": placed + "dimensions: {geo: {of: region, members: " + many("{m%d: ", 5000) + "[m]" + strings.Repeat("}", 5000) + "}}\n"}, "too-deep"},
		"a phrase of 3 MB":                      {map[string]string{"plans/rep.yaml": sound["plans/rep.yaml"] + "minimum payment: " + strings.Repeat("5 USD ", 500_000) + "\n"}, "phrase"},
		"a number with 8,000 digits, a formula": {pays(strings.Repeat("9", 8000)), "number"},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			ds, err := found(t.Context(), company(c.with))
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("it took %s", took)
			}
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(ds, func(d source.Diagnostic) bool { return d.Code == c.code }) {
				t.Errorf("got %.300v, want %s", ds, c.code)
			}
			for _, d := range ds {
				if len(d.Error()) > 1500 {
					t.Errorf("a message of %d bytes: %.200s", len(d.Error()), d)
				}
			}
		})
	}
}

func TestAFolderWithoutDataSaysWhatToWrite(t *testing.T) {
	for code, without := range map[string]string{"no-people": "people.csv", "no-events": "events/deal.csv"} {
		ds, err := found(t.Context(), company(map[string]string{without: ""}))
		if err != nil || len(ds) != 1 || ds[0].Code != code || ds[0].Hint == "" {
			t.Errorf("without %s: %v %v, want one finding %s with a hint", without, ds, err, code)
		}
	}
}

// Lines of JSON in the folder events: a script has none.
func TestJSONLinesThatCannotBeReadAreFoundWithTheirPlace(t *testing.T) {
	const line = `{"id": "d1", "closed": "2026-01-10", "amount": 1000.00, "seller": "ann"}` + "\n"
	paths := strings.Replace(sound["payproof.yaml"], "credit:\n", "files: {deal: {read: events/*.jsonl, columns: {seller: owner.key}}}\ncredit:\n", 1)
	for name, c := range map[string]struct{ company, line, want string }{
		"no object":          {sound["payproof.yaml"], `["d2"]`, "events/deal.jsonl:2:1 json-form"},
		"no JSON":            {sound["payproof.yaml"], `{"id": d2}`, "events/deal.jsonl:2:8 json-form"},
		"a key twice":        {sound["payproof.yaml"], `{"id": "d2", "id": "d3"}`, "events/deal.jsonl:2:20 json-key-twice"},
		"a list as a value":  {sound["payproof.yaml"], `{"id": "d2", "closed": "2026-01-10", "amount": [1], "seller": "ann"}`, "events/deal.jsonl:2:48 json-value"},
		"an exponent":        {sound["payproof.yaml"], `{"id": "d2", "closed": "2026-01-10", "amount": 1e5, "seller": "ann"}`, "events/deal.jsonl:2:48 event-field"},
		"a path with a typo": {paths, "", "events/deal.jsonl:1:1 json-key"},
	} {
		ds, err := found(t.Context(), company(map[string]string{"payproof.yaml": c.company, "events/deal.csv": "", "events/deal.jsonl": line + c.line + "\n"}))
		if err != nil || !slices.ContainsFunc(ds, func(d source.Diagnostic) bool { return d.Span.String()+" "+d.Code == c.want }) {
			t.Errorf("%s: got %v %v, want %s", name, ds, err, c.want)
		}
	}
}

// Ten mistakes in the plan files come at once, sorted by place, each once; so do
// ten in the data.
func TestTenMistakesComeAtOnceAndSorted(t *testing.T) {
	plans, err := found(t.Context(), company(map[string]string{
		"payproof.yaml": `company: Errors
curency: USD
calendar: fiscal
rounding: nearest
events:
  deal: {closed: date, amount: money, seller: payee, product: [Core]}
credit:
  - {rule: sellers, when: product == "Coer", to: saler, as: sales}
measures:
  sold: sum of sales, month
`,
		"plans/rep.yaml": `plan: Rep
version: "1"
for: role Rep
accrual: {of: commission, over: 36 months}
tables:
  bands:
    marginal by: sold
    tiers: [{from: 100 USD, rate: 5%}]
components:
  commission: {for each: credit of sales, pays: amuont * 10%}
  bonus: {every: month, pays: sold + 5%}
caps:
  - {of: comission, at: 60_000 USD per year}
`,
	}))
	if err != nil {
		t.Fatal(err)
	}
	wantPlaces(t, plans, `payproof.yaml:2:1 unknown-key
payproof.yaml:3:11 calendar
payproof.yaml:4:11 rounding
payproof.yaml:8:38 unknown-member
payproof.yaml:8:50 unknown-field
plans/rep.yaml:4:1 not-yet
plans/rep.yaml:8:13 table-start
plans/rep.yaml:10:49 unknown-name
plans/rep.yaml:11:31 unit-mismatch
plans/rep.yaml:13:10 unknown-component`)
	data, err := found(t.Context(), company(map[string]string{
		"people.csv":      "payee,name,role,start,end\nann,Ann,Rep,2026-02-30,\nbob,Bob,Rep,2026-03-01,2026-02-01\n,Cy,Rep,,\n",
		"edges.csv":       "edge,from,to,share,start,end\nmanager,ann,maxx,,,\nowner,T-1,ann,60,,\n",
		"assignments.csv": "payee,plan,start,end\nann,Reps,,\n",
		"quotas.csv":      "payee,measure,period,amount\nann,sodl,2026-01,1000\nann,sold,January,1000\nann,sold,2026-01,-1\n",
		"events/lead.csv": "id\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	wantPlaces(t, data, `assignments.csv:2:5 unknown-plan
edges.csv:2:13 unknown-payee
edges.csv:3:15 share
events/lead.csv unknown-events
people.csv:2:13 date
people.csv:3:24 date-order
people.csv:4:1 key
quotas.csv:2:5 unknown-measure
quotas.csv:3:10 period
quotas.csv:4:18 quota-negative`)
}

func wantPlaces(t *testing.T, ds source.Diagnostics, want string) {
	t.Helper()
	var got []string
	for _, d := range ds {
		got = append(got, d.Span.String()+" "+d.Code)
	}
	if text := strings.Join(got, "\n"); text != want {
		t.Errorf("got\n%s\nwant\n%s\n%v", text, want, ds)
	}
}
