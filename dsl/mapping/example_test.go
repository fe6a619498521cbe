package mapping_test

import (
	"fmt"

	"github.com/payproof/payproof/dsl/mapping"
)

// What does an export of a European CRM say, which was saved in New York?
func Example() {
	dates, err := mapping.ParseDates("YYYY-MM-DDThh:mm:ssZ")
	if err != nil {
		fmt.Println(err)
	}
	zone, err := mapping.ParseZone("Europe/Berlin")
	if err != nil {
		fmt.Println(err)
	}
	export := mapping.File{Numbers: mapping.CommaPoint, Sign: "€", Dates: dates, Zone: zone}

	fmt.Println(export.Money("1.234,50 €"))
	fmt.Println(export.Date("closed", "2026-03-31T22:30:00Z"))
	fmt.Println(export.Money("1,234.50 €"))
	// Output:
	// 1234.50 <nil>
	// 2026-04-01 <nil>
	//  "1,234.50 €" is not written like 1.234,50, with € or without: behind the decimal mark stand digits, not "234.50"
}
