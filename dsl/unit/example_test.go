package unit_test

import (
	"fmt"

	"github.com/payproof/payproof/dsl/unit"
)

// What may a plan multiply and divide?
func ExampleUnit_Times() {
	perSeat := unit.MoneyPer("USD")
	fmt.Println(perSeat.Times(unit.Counted))
	fmt.Println(unit.Money("USD").Over(unit.Money("USD")))
	squared := unit.Money("USD").Times(unit.Money("USD"))
	fmt.Println(squared, squared.Meaningful())
	// Output:
	// money[USD]
	// ratio
	// money^2 × count^0 false
}
