package territory_test

import (
	"fmt"

	"github.com/payproof/payproof/crediting/territory"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// Acme sits in the west, but is a named account. Whose is it?
func Example() {
	condition := dsl.BoolUnit
	env := dsl.Env{Inputs: []dsl.Input{{Name: "region", Unit: dsl.TextUnit}}, Want: &condition}
	west, _ := dsl.Compile(`region == "west"`, env)
	territories, problems := territory.NewMap(nil, []territory.Territory{
		{ID: "west", Kind: "deal", When: west},
		{ID: "key accounts", Accounts: []territory.Account{{ID: "Acme"}}},
	})
	if len(problems) > 0 {
		fmt.Println(problems)
		return
	}
	row := env.NewRow()
	_ = row.SetText(0, "west")
	for _, account := range []fact.AccountID{"Acme", "Globex"} {
		id, _, err := territories.Of("deal", account, calendar.MustDate("2026-01-01"), row)
		fmt.Println(account, "→", id, err)
	}
	// Output:
	// Acme → key accounts <nil>
	// Globex → west <nil>
}
