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
	reader, _ := measure.NewReader(bookings, nil)
	quarter := bookings.Fold()
	for at, amount := range []int64{80_000, 60_000, -80_000} {
		credit := &crediting.Credit{Type: "bookings", Amount: decimal.New(amount, 0)}
		if item, counts := reader.Credit(credit, at); counts {
			quarter.Add(item)
		}
		fmt.Println(quarter.Value())
	}
	// Output:
	// 80000
	// 140000
	// 60000
}
