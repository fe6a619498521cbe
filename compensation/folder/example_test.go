package folder_test

import (
	"errors"
	"fmt"

	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/source"
)

// What is wrong with my files? Every finding of all of them, each with its place.
func Example() {
	company := files{"payproof.yaml": company, "plans/rep.yaml": rep}.fs() // or os.DirFS("companies/northwind")
	program, err := plan.Load(company)
	if err != nil {
		fmt.Println(err)
		return
	}
	data := files{
		"people.csv":      "payee,name,role,start,end\nana,Ana Silva,Rep,2026-01-01,\n",
		"quotas.csv":      "payee,measure,period,amount\nana,bokings,2026-Q1,90000\nanna,bookings,2026-Q1,90000\n",
		"events/deal.csv": "id,closed,amount,seller\nd1,2026-03-31,100.00,ana\n",
	}.fs()
	_, err = folder.Facts(data, program)
	var found source.Diagnostics
	if errors.As(err, &found) {
		for _, d := range found {
			fmt.Println(d)
		}
	}
	// Output:
	// quotas.csv:2:5: measure: there is no measure "bokings"; did you mean "bookings"? [unknown-measure]
	// quotas.csv:3:1: payee: "anna" is nobody in people.csv; add it to people.csv, or correct it; did you mean "ana"? [unknown-payee]
}
