package compensation

import (
	"iter"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/people"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/fx"
	"github.com/payproof/payproof/quota"
)

// Facts are what a book is opened with. Each sequence is read once, by Open; nil
// is none. An embedder yields the rows of its own database.
type Facts struct {
	People      iter.Seq2[people.Payee, error] // payees and their roles
	Edges       iter.Seq2[fact.Edge, error]    // managers, owners of territories, roles on accounts
	Assignments iter.Seq2[Assignment, error]   // who is on which plan, with personal values
	Quotas      iter.Seq2[quota.Quota, error]  // the numbers to reach
	FX          iter.Seq2[fx.Rate, error]      // exchange rates; checked, and used by no run of this version
	Events      crediting.Feed                 // what happened; can be read again
	Ledger      ledger.Store                   // where Commit writes; nil refuses to commit
}

// Assignment puts a payee on a plan for a range of dates, with personal values. On
// days without one, a payee is on the plan for the payee's role.
type Assignment struct {
	Payee    fact.PayeeID
	Plan     fact.PlanID
	Personal map[string]decimal.Decimal // by the name that the plan declares
	Stamp    fact.Stamp
}
