package plantest_test

import (
	"context"
	"fmt"

	"github.com/payproof/payproof/compensation/plantest"
)

// Does the plan pay what its document promises?
func Example() {
	script, err := plantest.Parse("accelerator.txtar", `6 % up to 100,000 and 12 % above

-- payproof.yaml --
company: Northwind
currency: USD
calendar: months from 2026-01
events:
  deal: {closed: date, amount: money, seller: payee}
credit:
  - {rule: sellers, to: seller, as: bookings}
measures:
  booked: sum of bookings, quarter to date
-- plans/ae.yaml --
plan: Account Executive
version: "1"
for: role AE
tables:
  accelerator:
    marginal by: booked
    tiers:
      - {from: 0 USD, rate: 6%}
      - {from: 100_000 USD, rate: 12%}
components:
  commission:
    for each: credit of bookings
    pays: marginal(booked, accelerator)
-- people.csv --
payee,name,role,start,end
ann,Ann,AE,2026-01-01,
-- events/deal.csv --
id,closed,amount,seller
D1,2026-01-15,80000.00,ann
D2,2026-02-15,60000.00,ann
-- want/payouts --
2026-01  ann  commission  4800.00
2026-02  ann  commission  7200.00
`)
	if err != nil {
		fmt.Println(err)
		return
	}
	got, err := script.Run(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range script.Check(got) {
		fmt.Print(m)
	}
	// Output:
	// accelerator.txtar:34:1: want/payouts differs (- wanted, + got)
	//   2026-01 ann commission 4800.00
	// - 2026-02 ann commission 7200.00
	// + 2026-02 ann commission 6000.00
}
