package compensation

import (
	"errors"
	"fmt"
	"iter"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/people"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/fx"
	"github.com/payproof/payproof/dsl/source"
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

// Rates are the exchange rates, checked. No run of this version converts: everybody
// is paid in the currency of the company.
func (b *Book) Rates() *fx.Table { return b.rates }

// openRates reads the rates; what is wrong with them are findings, each naming the rate.
func openRates(rates iter.Seq2[fx.Rate, error]) (*fx.Table, error) {
	t, err := fx.Read(rates)
	if err == nil {
		return t, nil
	}
	several, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil, err // of the sequence itself
	}
	var found source.Diagnostics
	for _, e := range several.Unwrap() {
		var bad *fx.RateError
		var two *fx.ConflictError
		switch {
		case errors.As(e, &bad):
			found = append(found, source.Errorf("rate", rateAt(bad.Rate), "%s", bad.Problem))
		case errors.As(e, &two):
			found = append(found, source.Errorf("rate-conflict", rateAt(two.First), "two rates, known at %d, disagree: %s and %s", two.First.Known, two.First, two.Second).
				WithHint("remove one, or load the correct one at a later revision"))
		default:
			found = append(found, source.Errorf("rate", source.Span{File: "fx"}, "%v", e))
		}
	}
	return nil, found.Sorted()
}

// rateAt is the path of a rate.
func rateAt(r fx.Rate) source.Span {
	return source.Span{File: fmt.Sprintf("fx set=%s from=%s to=%s on=%s", r.Set, r.From, r.To, r.On)}
}

// unused says that there are rates which nothing uses: never silently.
func (b *Book) unused() (ds source.Diagnostics) {
	n := b.rates.Len()
	if n == 0 {
		return nil
	}
	many := fmt.Sprintf("%d exchange rates are", n)
	if n == 1 {
		many = "1 exchange rate is"
	}
	return append(ds, source.Warnf("rates-unused", source.Span{File: "fx"}, "%s read and checked, and not used: this version pays everybody in %s", many, b.program.Currency).
		WithHint("leave them, they change no payout"))
}
