package spec

import (
	"testing/fstest"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
)

// opened is the book of a folder.
func opened(rt *rapid.T, files map[string]string) *compensation.Book {
	fsys := fstest.MapFS{}
	for name, text := range files { // order: each is another file
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	program, err := plan.Load(fsys)
	if err != nil {
		rt.Fatal(err)
	}
	facts, err := folder.Facts(fsys, program)
	if err != nil {
		rt.Fatal(err)
	}
	book, err := compensation.Open(rt.Context(), program, facts)
	if err != nil {
		rt.Fatal(err)
	}
	return book
}

// paidOf is what a folder pays for a period, by pay period, payee and component. Adding credits up and listing them has to come to
// the same, and every payout is explained by what it is.
func paidOf(rt *rapid.T, period string, files map[string]string) map[string]decimal.Decimal {
	return ranOf(rt, period, opened(rt, files))
}

func ranOf(rt *rapid.T, period string, book *compensation.Book) map[string]decimal.Decimal {
	cal := book.Program().Calendar
	of, err := cal.ParsePeriod(period)
	if err != nil {
		rt.Fatal(err)
	}
	run, err := book.Run(rt.Context(), compensation.Request{Period: of})
	if err != nil {
		rt.Fatal(err)
	}
	if err := run.Err(); err != nil {
		rt.Fatal(err)
	}
	got := map[string]decimal.Decimal{}
	for p := range run.Payouts() {
		got[cal.Format(p.Period)+" "+string(p.Payee)+" "+p.Component] = p.Amount.Decimal()
		if n, err := run.Explain(rt.Context(), p.ID); err != nil || n.Value != p.Amount.Text() || addsUp(n) != nil {
			rt.Fatal(p.ID, n, err, addsUp(n))
		}
	}
	return got
}

// differs fails where two listings of payouts are not the same.
func differs(rt *rapid.T, got, want map[string]decimal.Decimal) {
	for key, amount := range want { // order: the first that differs is as good as another
		if paid, is := got[key]; !is || !paid.Equal(amount) {
			rt.Fatalf("%s pays %s (%t), want %s: all %v, want %v", key, paid, is, amount, got, want)
		}
	}
	if len(got) != len(want) {
		rt.Fatalf("%v, want %v", got, want)
	}
}

// dayOf is a day of 2026, from 0.
func dayOf(n int) calendar.Date { return calendar.MustDate("2026-01-01").AddDays(n) }

// latestOf is what the run pays that Apply has brought up to date.
func latestOf(rt *rapid.T, book *compensation.Book) map[string]decimal.Decimal {
	run := book.Latest()
	if run == nil {
		rt.Fatal("nothing was brought up to date")
	}
	got := map[string]decimal.Decimal{}
	for p := range run.Payouts() {
		got[book.Program().Calendar.Format(p.Period)+" "+string(p.Payee)+" "+p.Component] = p.Amount.Decimal()
	}
	return got
}
