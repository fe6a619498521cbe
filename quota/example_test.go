package quota_test

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/quota"
)

// Quotas are stated by month. What is Ana's for the first quarter, and for the second?
func Example() {
	month := func(m int, amount int64) quota.Quota {
		return quota.Quota{Payee: "ana", Measure: "bookings", Period: calendar.Month(2026, m), Amount: decimal.New(amount, 0)}
	}
	quotas, err := quota.NewSet(calendar.Calendar{}, fact.Of(month(1, 80_000), month(2, 90_000), month(3, 130_000), month(4, 100_000)))
	if err != nil {
		fmt.Println(err)
		return
	}
	for q := 1; q <= 2; q++ {
		amount, parts, ok := quotas.Find("ana", "bookings", calendar.Quarter(2026, q), 0)
		fmt.Println(amount, "from", len(parts), "months, stated:", ok)
	}
	// Output:
	// 300000 from 3 months, stated: true
	// 0 from 0 months, stated: false
}
