package table_test

import (
	"fmt"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/table"
)

// What does each tier pay for a sale of 15,000.00?
func ExampleCurve_Slices() {
	tiers := table.Table{Name: "two tiers", Tiers: []table.Tier{
		{From: decimal.Zero, Rate: decimal.RequireFromString("0.10")},
		{From: decimal.New(10_000, 0), Rate: decimal.RequireFromString("0.20")},
	}}
	curve, _ := tiers.Curve(2, 0)
	for _, s := range curve.Slices(big.NewInt(1_500_000), nil) {
		fmt.Println(decimal.NewFromBigInt(s.Amount, -2), "pays", decimal.NewFromBigInt(s.Pays, -int32(curve.Scale)))
	}
	// Output:
	// 10000 pays 1000
	// 5000 pays 1000
}
