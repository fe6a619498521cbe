package money_test

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/money"
)

// Three reps split a commission of 10.55 USD at 25, 50 and 25 %. Who gets the cents
// that are left over?
func Example() {
	commission := money.MustParse("10.55 USD")
	shares := []decimal.Decimal{decimal.New(25, -2), decimal.New(50, -2), decimal.New(25, -2)}

	fair, _ := money.Allocate(commission, shares, money.Policy{})
	first, _ := money.Allocate(commission, shares, money.Policy{Remainder: money.EachFromFirst})
	fmt.Println(fair)
	fmt.Println(first)
	// Output:
	// [2.64 USD 5.27 USD 2.64 USD]
	// [2.64 USD 5.28 USD 2.63 USD]
}

// Does 6 % of 49,998.25 USD round, and to what?
func ExampleAmount_RoundMinor() {
	exact, _ := money.MustParse("49998.25 USD").Mul(decimal.New(6, -2))
	paid := exact.RoundMinor(money.HalfEven)
	fmt.Println(exact, paid, "rounded:", exact != paid)
	// Output: 2999.895 USD 2999.90 USD rounded: true
}
