package measure_test

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/measure"
)

// How far is a payee after each credit of the quarter?
func Example() {
	bookings, err := measure.Parse("bookings", "sum of bookings, quarter to date")
	if err != nil {
		fmt.Println(err)
		return
	}
	quarter := bookings.Fold()
	for _, amount := range []int64{80_000, 60_000, -80_000} {
		quarter.Add(&crediting.Credit{Type: "bookings", Amount: decimal.New(amount, 0)})
		fmt.Println(quarter.Value())
	}
	// Output:
	// 80000
	// 140000
	// 60000
}
