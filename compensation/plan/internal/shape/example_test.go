package shape_test

import (
	"fmt"

	"github.com/payproof/payproof/compensation/plan/internal/shape"
)

// Which keys may a cap have, and what do they mean?
func Example() {
	for _, k := range shape.Cap().Keys {
		fmt.Printf("%s (required: %t): %s\n", k.Name, k.Required, k.About)
	}
	// Output:
	// of (required: true): The components, by name.
	// at (required: true): The most that they pay together over a window.
	// spread (required: false): Who gives way: the component that is named last first, which is the default, or each by what it earned.
}
