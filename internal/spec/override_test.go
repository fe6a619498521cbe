package spec

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/money"
)

const overrideCompany = `company: Override
currency: USD
calendar: months from 2026-01
events:
  deal: {closed: date, seller: payee, amount: money}
credit:
  - {rule: sold, of: deal, to: seller, as: bookings}
measures:
  bookings: sum of bookings, quarter
`

const overridePlan = `plan: Rep
version: "1"
for: role Rep
personal: {target: money per year, rate: ratio}
prorate: {what: target pay, by: calendar days}
components:
  commission:
    for each: credit of bookings
    pays: amount * personal.rate
  bonus:
    every: quarter
    pays: "if bookings >= 5_000 USD { personal.target * 25% } else { 0 USD }"
caps:
  - {of: commission, at: 900 USD per quarter}
`

// exception is an override of ann's on some days of the year, counted from 0.
type exception struct {
	value, amount string
	from, to      int
}

// overrideYear is a company with overrides; or one in which assignments say what overrides do, day by day.
func overrideYear(deals string, all []exception, assigned bool) fstest.MapFS {
	first := calendar.MustDate("2026-01-01")
	day := func(n int) string { return first.AddDays(n).String() }
	files := fstest.MapFS{
		"payproof.yaml": {Data: []byte(overrideCompany)}, "plans/rep.yaml": {Data: []byte(overridePlan)},
		"people.csv":      {Data: []byte("payee,name,role,start,end\nann,,Rep,2026-01-01,\nbo,,Rep,2026-01-01,\n")},
		"events/deal.csv": {Data: []byte("id,closed,seller,amount\n" + deals)},
	}
	rows := "payee,plan,start,end,target,rate\nbo,Rep,2026-01-01,,40000.00,0.05\n"
	if !assigned {
		overrides := "payee,plan,value,amount,start,end,reason,author,known\n"
		for i, e := range all {
			overrides += fmt.Sprintf("ann,Rep,%s,%s,%s,%s,because,mia,%d\n", e.value, e.amount, day(e.from), day(e.to), i+1)
		}
		files["overrides.csv"] = &fstest.MapFile{Data: []byte(overrides)}
		files["assignments.csv"] = &fstest.MapFile{Data: []byte(rows + "ann,Rep,2026-01-01,,60000.00,0.05\n")}
		return files
	}
	const days = 365
	for n := 0; n < days; {
		says := func(n int) string {
			target, rate := "60000.00", "0.05"
			for _, e := range all {
				switch {
				case n < e.from || n > e.to:
				case e.value == "target":
					target = e.amount
				default:
					rate = e.amount
				}
			}
			return target + "," + rate
		}
		last := n
		for last+1 < days && says(last+1) == says(n) {
			last++
		}
		rows += fmt.Sprintf("ann,Rep,%s,%s,%s\n", day(n), day(last), says(n))
		n = last + 1
	}
	files["assignments.csv"] = &fstest.MapFile{Data: []byte(rows)}
	return files
}

// An override is what an assignment that says the same on the same days would be; what it costs is what is earned less than without; and one
// that comes later is as if it had been there.
func TestAnOverrideIsAnotherAssignment(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var deals strings.Builder
		for i := range rapid.IntRange(1, 8).Draw(rt, "deals") {
			on := calendar.MustDate("2026-01-01").AddDays(rapid.IntRange(0, 180).Draw(rt, "day"))
			fmt.Fprintf(&deals, "d%d,%s,%s,%d.37\n", i, on, rapid.SampledFrom([]string{"ann", "bo"}).Draw(rt, "seller"), rapid.IntRange(1, 9_000).Draw(rt, "amount"))
		}
		var all []exception
		for range rapid.IntRange(1, 4).Draw(rt, "overrides") {
			from := rapid.IntRange(0, 200).Draw(rt, "from")
			e := exception{"rate", fmt.Sprintf("0.%03d", rapid.IntRange(10, 200).Draw(rt, "rate")), from, rapid.IntRange(from, 300).Draw(rt, "to")}
			if rapid.Bool().Draw(rt, "of target") {
				e.value, e.amount = "target", fmt.Sprintf("%d.00", rapid.IntRange(10_000, 90_000).Draw(rt, "target"))
			}
			all = append(all, e)
		}
		open := func(files fstest.MapFS) (*compensation.Book, compensation.Facts) {
			program, err := plan.Load(files)
			if err != nil {
				rt.Fatal(err)
			}
			facts, err := folder.Facts(files, program)
			if err != nil {
				rt.Fatal(err)
			}
			late := facts
			if rapid.Bool().Draw(rt, "late") {
				facts.Overrides = nil
			}
			book, err := compensation.Open(rt.Context(), program, facts)
			if err != nil {
				rt.Fatal(err)
			}
			if facts.Overrides == nil {
				if _, err := book.Apply(rt.Context(), compensation.Facts{Overrides: late.Overrides}); err != nil {
					rt.Fatal(err)
				}
			}
			return book, facts
		}
		one, _ := open(overrideYear(deals.String(), all, false))
		other, _ := open(overrideYear(deals.String(), all, true))
		none, _ := open(overrideYear(deals.String(), nil, false))
		for month := 1; month <= 6; month++ {
			request := compensation.Request{Period: calendar.Month(2026, month)}
			runs := make([]*compensation.Run, 3)
			for i, b := range []*compensation.Book{one, other, none} {
				var err error
				if runs[i], err = b.Run(rt.Context(), request); err != nil {
					rt.Fatal(err)
				}
			}
			got, want := slices.Collect(runs[0].Payouts()), slices.Collect(runs[1].Payouts())
			if !slices.Equal(got, want) || runs[0].Err() != nil || !slices.Equal(slices.Collect(runs[0].Entries()), slices.Collect(runs[1].Entries())) {
				rt.Fatalf("%d:\n%v\nwant\n%v (%v)", month, got, want, runs[0].Err())
			}
			cost := money.FromMinor(0, money.MustCurrency("USD"))
			for i, run := range []*compensation.Run{runs[0], runs[2]} {
				for p := range run.Payouts() {
					var err error
					if i == 0 {
						cost, err = cost.Add(p.Amount)
					} else {
						cost, err = cost.Sub(p.Amount)
					}
					if err != nil {
						rt.Fatal(err)
					}
				}
			}
			for o := range runs[0].Overridden() {
				if d, err := cost.Sub(o.Cost); err != nil || o.Unknown || o.Payee != "ann" {
					rt.Fatal(o, d, err)
				}
				if cost, _ = cost.Sub(o.Cost); !cost.IsZero() {
					rt.Fatalf("%d: the cost of %v is off by %s", month, all, cost)
				}
			}
			first := calendar.MustDate("2026-01-01")
			days, _ := calendar.Calendar{}.Range(calendar.Month(2026, month))
			in := slices.ContainsFunc(all, func(e exception) bool {
				return first.AddDays(e.from).Before(days.To) && !first.AddDays(e.to).Before(days.From)
			})
			if listed := len(slices.Collect(runs[0].Overridden())) > 0; listed != in { // what is over may still work through caps and roundings
				rt.Fatalf("%d: listed %v, in force %v", month, listed, in)
			}
			for p := range runs[0].Payouts() {
				if n, err := runs[0].Explain(rt.Context(), p.ID); err != nil || n.Value != p.Amount.Text() {
					rt.Fatal(p.ID, n, err)
				}
			}
		}
	})
}
