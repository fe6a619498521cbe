package fixed_test

import (
	"fmt"

	"github.com/payproof/payproof/internal/fixed"
)

// What is 2/3 of a cent-exact 10.01, rounded half-even to cents?
func Example() {
	coef, scale, _ := fixed.Parse("10.01")
	twoThirds, _ := coef.MulInt64(2)
	cents, _ := twoThirds.DivRound(fixed.FromInt64(3), fixed.HalfEven)
	fmt.Println(fixed.Format(cents, scale))
	// Output: 6.67
}
