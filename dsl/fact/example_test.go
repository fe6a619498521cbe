package fact_test

import (
	"fmt"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// In April we learn that Ana's manager changed in March. Who was it on 15 March,
// and who did we think it was when March was closed at revision 10?
func Example() {
	march := calendar.Range{From: calendar.MustDate("2026-03-01")}
	edges, err := fact.NewEdges([]fact.Edge{
		{Name: "manager", From: "ana", To: "bob"},
		{Name: "manager", From: "ana", To: "bob", Void: true, Stamp: fact.Stamp{Effective: march, Known: 11}},
		{Name: "manager", From: "ana", To: "mia", Stamp: fact.Stamp{Effective: march, Known: 11}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	date := calendar.MustDate("2026-03-15")
	fmt.Println(edges.To("manager", "ana", date, 0))
	fmt.Println(edges.To("manager", "ana", date, 10))
	// Output:
	// [manager: ana → mia 100%]
	// [manager: ana → bob 100%]
}
