package compensation_test

import (
	"context"
	"fmt"
	"iter"
	"testing/fstest"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/people"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/quota"
)

const company = `
company: Two Reps
currency: USD
events:
  deal: {closed: date, seller: payee, amount: money}
credit:
  - {rule: sellers, to: seller, as: bookings}
measures:
  bookings: sum of bookings, quarter to date
`

const rep = `
plan: Rep
version: "1"
for: role Rep
quota:
  bookings: {window: quarter}
tables:
  accelerator:
    marginal by: bookings
    edges: "% of quota"
    tiers:
      - {from: 0%, rate: 5%}
      - {from: 100%, rate: 8%}
components:
  commission:
    for each: credit of bookings
    pays: marginal(bookings, accelerator)
`

// How are plans run over facts of my own?
func Example() {
	program, err := plan.Load(fstest.MapFS{
		"payproof.yaml": {Data: []byte(company)}, "plans/rep.yaml": {Data: []byte(rep)},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	deals := func() iter.Seq2[crediting.Line, error] {
		return fact.Of(
			crediting.Line{ID: "1", Fields: map[string]string{"closed": "2026-01-20", "seller": "ana", "amount": "38000"}},
			crediting.Line{ID: "2", Fields: map[string]string{"closed": "2026-03-05", "seller": "ana", "amount": "17000"}},
		)
	}
	ctx := context.Background()
	book, err := compensation.Open(ctx, program, compensation.Facts{
		People: fact.Of(people.Payee{ID: "ana", Role: "Rep"}),
		Quotas: fact.Of(quota.Quota{Payee: "ana", Measure: "bookings", Period: calendar.Quarter(2026, 1), Amount: decimal.New(50_000, 0)}),
		Events: crediting.FromLines(deals),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	run, err := book.Run(ctx, compensation.Request{Period: calendar.Month(2026, 3)})
	if err != nil {
		fmt.Println(err)
		return
	}
	for p := range run.Payouts() {
		fmt.Println(p.Payee, p.Component, p.Amount)
	}
	// Output:
	// ana commission 1000.00 USD
}

// A correction that comes after the run: what it changes, for whom, and why.
func ExampleBook_Apply() {
	company := fstest.MapFS{
		"payproof.yaml": {Data: []byte("company: C\ncurrency: USD\ncalendar: months from 2026-01\nevents:\n  deal: {closed: date, seller: payee, amount: money}\n" +
			"credit:\n  - {rule: sold, to: seller, as: bookings}\nmeasures:\n  bookings: sum of bookings, month\n")},
		"plans/rep.yaml": {Data: []byte("plan: Rep\nversion: \"1\"\nfor: role Rep\ncomponents:\n  commission: {for each: credit of bookings, pays: amount * 5%}\n")},
	}
	program, err := plan.Load(company)
	if err != nil {
		fmt.Println(err)
		return
	}
	deals := func(lines ...crediting.Line) crediting.Feed {
		return crediting.FromLines(func() iter.Seq2[crediting.Line, error] { return fact.Of(lines...) })
	}
	ctx := context.Background()
	book, err := compensation.Open(ctx, program, compensation.Facts{
		People: fact.Of(people.Payee{ID: "ana", Role: "Rep"}),
		Events: deals(crediting.Line{ID: "1", Fields: map[string]string{"closed": "2026-03-20", "seller": "ana", "amount": "38000"}}),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := book.Run(ctx, compensation.Request{Period: calendar.Month(2026, 3)}); err != nil {
		fmt.Println(err)
		return
	}
	changes, err := book.Apply(ctx, compensation.Facts{Events: deals(
		crediting.Line{ID: "1", Revision: 1, Fields: map[string]string{"closed": "2026-03-20", "seller": "ana", "amount": "36000"}},
		crediting.Line{ID: "2", Fields: map[string]string{"closed": "2026-03-31", "seller": "ana", "amount": "10000"}},
	)})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range changes {
		fmt.Println(c.Payee, c.Before, "->", c.After)
		for _, why := range c.Why {
			fmt.Println("  ", why)
		}
	}
	// Output:
	// ana 1900.00 USD -> 2300.00 USD
	//    event 1 was corrected
	//    event 2 came late
}

// Who is credited with what? Lines lists it without a list in memory, however many credits there are.
func ExampleRun_Lines() {
	program, err := plan.Load(fstest.MapFS{
		"payproof.yaml": {Data: []byte(company)}, "plans/rep.yaml": {Data: []byte(rep)},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	deals := func() iter.Seq2[crediting.Line, error] {
		return fact.Of(
			crediting.Line{ID: "2", Fields: map[string]string{"closed": "2026-03-05", "seller": "bob", "amount": "17000.50"}},
			crediting.Line{ID: "1", Fields: map[string]string{"closed": "2026-01-20", "seller": "ana", "amount": "38000"}},
		)
	}
	ctx := context.Background()
	book, err := compensation.Open(ctx, program, compensation.Facts{
		People: fact.Of(people.Payee{ID: "ana", Role: "Rep"}, people.Payee{ID: "bob", Role: "Rep"}),
		Quotas: fact.Of(
			quota.Quota{Payee: "ana", Measure: "bookings", Period: calendar.Quarter(2026, 1), Amount: decimal.New(50_000, 0)},
			quota.Quota{Payee: "bob", Measure: "bookings", Period: calendar.Quarter(2026, 1), Amount: decimal.New(40_000, 0)},
		),
		Events: crediting.FromLines(deals),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	run, err := book.Run(ctx, compensation.Request{})
	if err != nil {
		fmt.Println(err)
		return
	}
	var b []byte
	for l := range run.Lines() {
		b = fmt.Append(b[:0], l.Date, ": ", l.Payee, " has ", l.Type, " of ")
		fmt.Println(string(l.AppendAmount(b)))
	}
	// Output:
	// 2026-01-20: ana has bookings of 38000
	// 2026-03-05: bob has bookings of 17000.5
}
