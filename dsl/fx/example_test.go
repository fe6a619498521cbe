package fx_test

import (
	"fmt"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fx"
	"github.com/payproof/payproof/dsl/money"
	"github.com/shopspring/decimal"
)

// A deal of 81 EUR closed on a Sunday, and rates are published on working days as
// EUR for one USD. What is it in USD, and by which rate?
func Example() {
	usd, eur := money.MustCurrency("USD"), money.MustCurrency("EUR")
	table, err := fx.NewTable([]fx.Rate{
		{Set: "spot", From: usd, To: eur, Value: decimal.RequireFromString("0.956803"), On: calendar.MustDate("2026-03-13")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	sunday := calendar.MustDate("2026-03-15")
	policy := fx.Policy{Missing: fx.OnOrBefore{MaxDays: 3}, Inverse: true}
	quote, err := table.Find("spot", eur, usd, sunday, 0, policy)
	if err != nil {
		fmt.Println(err)
		return
	}
	dollars, exact, err := quote.Convert(money.MustParse("81 EUR"))
	fmt.Println(dollars.RoundMinor(money.HalfEven), exact, err)
	fmt.Println(quote)
	// Output:
	// 84.66 USD false <nil>
	// EUR→USD on 2026-03-15 by ÷ spot USD→EUR 2026-03-13 0.956803
}
