package people_test

import (
	"fmt"

	"github.com/payproof/payproof/crediting/people"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// Ana was promoted in the middle of the quarter. What was she, and when?
func Example() {
	from := func(date string) fact.Stamp {
		return fact.Stamp{Effective: calendar.Range{From: calendar.MustDate(date)}}
	}
	promoted := people.Payee{ID: "ana", Name: "Ana", Role: "manager", Stamp: from("2026-05-15")}
	promoted.Stamp.Known = 2 // it was loaded later, and replaces the role from that day
	directory, err := people.NewDirectory(fact.Of(
		people.Payee{ID: "ana", Name: "Ana", Role: "rep", Stamp: from("2025-01-01")}, promoted,
	))
	if err != nil {
		fmt.Println(err)
		return
	}
	quarter := calendar.Range{From: calendar.MustDate("2026-04-01"), To: calendar.MustDate("2026-07-01")}
	for days, payee := range directory.History("ana", quarter, 0) {
		fmt.Println(days, payee.Role)
	}
	// Output:
	// 2026-04-01..2026-05-14 rep
	// 2026-05-15..2026-06-30 manager
}
