package plan_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/source"
)

// What is wrong with my plans? Everything, with its place and what to write instead.
func ExampleLoad() {
	folder := files(plan.CompanyFile, company, // or os.DirFS("companies/northwind")
		"plans/rep.yaml", strings.NewReplacer("amount * personal.rate", "amuont * personal.rate", "60_000 USD", "60_000 EUR").Replace(rep))
	_, err := plan.Load(folder)
	var found source.Diagnostics
	if errors.As(err, &found) {
		for _, d := range found.Only(source.Error) {
			fmt.Println(d)
		}
	}
	// Output:
	// plans/rep.yaml:16:11: unknown name "amuont"; did you mean "amount"? [unknown-name]
	// plans/rep.yaml:23:35: the plan is paid in USD, the cap is in EUR; write USD [currency]
}
