package crediting_test

import (
	"context"
	"fmt"
	"slices"
	"testing/fstest"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// A partner helped with one of two deals. Who gets credit for how much, and what did
// nobody get?
func Example() {
	deal := &crediting.Schema{Kind: "deal", Currency: money.MustCurrency("USD"), Fields: []crediting.Field{
		{Name: "closed", Type: crediting.Date},
		{Name: "amount", Type: crediting.Money, Scale: 2},
		{Name: "seller", Type: crediting.Payee, Optional: true},
		{Name: "partner", Type: crediting.Payee, Optional: true},
	}}
	folder := fstest.MapFS{"deal.csv": {Data: []byte(`id,closed,amount,seller,partner
D1,2026-03-10,1000.01,ana,pat
D2,2026-03-11,500.00,ana,
D3,2026-03-12,80.00,,
`)}}
	events, err := crediting.Load(context.Background(), crediting.FromCSV(folder), []*crediting.Schema{deal})
	if err != nil {
		fmt.Println(err)
		return
	}
	to, err := crediting.ParseRecipients("partner 30%, seller rest", false)
	if err != nil {
		fmt.Println(err)
		return
	}
	amount, _ := dsl.Compile("amount", dsl.Env{Inputs: deal.Inputs("")})
	rules := crediting.Rules{Schemas: []*crediting.Schema{deal}, Rules: []crediting.Rule{
		{ID: "bookings", Kind: "deal", To: to, Amount: amount, As: "bookings"},
	}}
	everybody := func(fact.PayeeID) bool { return true }
	result := rules.NewApplier(nil, everybody, 0).Apply(slices.Collect(events.All()))
	for _, c := range result.Credits {
		fmt.Println(c.Event.ID, c.Payee, c.Amount)
	}
	for _, u := range result.Uncredited {
		fmt.Println(u.Event.ID, "uncredited", u.Amount, "because", u.Reason)
	}
	// Output:
	// D1 pat 300
	// D1 ana 700.01
	// D2 ana 500
	// D3 uncredited 80 because partner is empty
}

// A third of a deal is refunded, and then the rest. Who loses what?
func ExampleReversal() {
	usd := money.MustCurrency("USD")
	deal := &crediting.Schema{Kind: "deal", Currency: usd, Fields: []crediting.Field{
		{Name: "closed", Type: crediting.Date},
		{Name: "amount", Type: crediting.Money, Scale: 2},
		{Name: "seller", Type: crediting.Payee},
		{Name: "partner", Type: crediting.Payee},
	}}
	refund := &crediting.Schema{Kind: "refund", Currency: usd, Reversal: "original", Fields: []crediting.Field{
		{Name: "on", Type: crediting.Date},
		{Name: "amount", Type: crediting.Money, Scale: 2, Optional: true},
		{Name: "original", Type: crediting.Key},
	}}
	schemas := []*crediting.Schema{deal, refund}
	folder := fstest.MapFS{
		"deal.csv":   {Data: []byte("id,closed,amount,seller,partner\nD1,2026-03-10,100.00,ana,pat\n")},
		"refund.csv": {Data: []byte("id,on,amount,original\nR1,2026-04-10,33.33,D1\nR2,2026-05-10,,D1\n")},
	}
	events, err := crediting.Load(context.Background(), crediting.FromCSV(folder), schemas)
	if err != nil {
		fmt.Println(err)
		return
	}
	to, err := crediting.ParseRecipients("seller 50%, partner 50%", false)
	if err != nil {
		fmt.Println(err)
		return
	}
	amount, _ := dsl.Compile("amount", dsl.Env{Inputs: deal.Inputs("")})
	rules := crediting.Rules{Schemas: schemas, Rules: []crediting.Rule{{ID: "shared", Kind: "deal", To: to, Amount: amount, As: "bookings"}}}
	everybody := func(fact.PayeeID) bool { return true }
	for _, c := range rules.NewApplier(nil, everybody, 0).Apply(slices.Collect(events.All())).Credits {
		fmt.Print(c.Event.ID, " ", c.Payee, " ", c.Amount)
		if r := c.Event.Reversal(); r != nil {
			fmt.Print(" takes back ", r)
		}
		fmt.Println()
	}
	// Output:
	// D1 ana 50
	// D1 pat 50
	// R1 ana -16.67 takes back 33.33 of 100 of event D1
	// R1 pat -16.66 takes back 33.33 of 100 of event D1
	// R2 ana -33.33 takes back 66.67 of 100 of event D1, after 33.33 before
	// R2 pat -33.34 takes back 66.67 of 100 of event D1, after 33.33 before
}
