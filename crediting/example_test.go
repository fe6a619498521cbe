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
