package compensation_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/people"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/fx"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
)

func TestRatesOfAnEmbedderAreFoundWithTheirPath(t *testing.T) {
	rate := func(value string, to money.Currency) fx.Rate {
		return fx.Rate{Set: "spot", From: money.MustCurrency("USD"), To: to, Value: decimal.RequireFromString(value), On: calendar.MustDate("2026-03-13")}
	}
	eur, jpy := money.MustCurrency("EUR"), money.MustCurrency("JPY")
	_, err := compensation.Open(t.Context(), &plan.Program{}, compensation.Facts{FX: fact.Of(rate("0.89", eur), rate("0", jpy), rate("0.91", eur))})
	var found source.Diagnostics
	if !errors.As(err, &found) || len(found) != 2 {
		t.Fatalf("%v", err)
	}
	for i, want := range []string{"fx set=spot from=USD to=EUR on=2026-03-13: two rates, known at 0, disagree", "fx set=spot from=USD to=JPY on=2026-03-13: a rate is above 0"} {
		if !strings.HasPrefix(found[i].Error(), want) {
			t.Errorf("got %s\nwant %s …", found[i], want)
		}
	}
	broken := errors.New("the database is gone")
	_, err = compensation.Open(t.Context(), &plan.Program{}, compensation.Facts{FX: func(yield func(fx.Rate, error) bool) { yield(fx.Rate{}, broken) }})
	if !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

func TestARateThatComesLateChangesWhatIsPaid(t *testing.T) {
	program := abroad(lateProgram(t, ""))
	rate := func(value string, known fact.Revision) fx.Rate {
		return fx.Rate{Set: "spot", From: program.Currency, To: euro, Value: decimal.RequireFromString(value), On: calendar.MustDate("2025-12-31"), Known: known}
	}
	all := baseFacts()
	all.people[0].Currency = euro
	all.lines = []crediting.Line{deal("e1", 1, "2026-01-02", "acca", "Core", "", "1000")}
	facts := all.facts()
	facts.FX = fact.Of(rate("0.9", 1))
	book, err := compensation.Open(t.Context(), program, facts)
	if err != nil {
		t.Fatal(err)
	}
	run, err := book.Run(t.Context(), compensation.Request{Period: calendar.Month(2026, 1)})
	if err != nil {
		t.Fatal(err)
	}
	paid := decimal.Zero
	for p := range run.Payouts() {
		if p.Payee == "a" {
			paid = paid.Add(p.Amount.Decimal())
		}
	}
	changes, err := book.Apply(t.Context(), compensation.Facts{FX: fact.Of(rate("0.8", 2))})
	if err != nil || paid.IsZero() || len(changes) != 1 || !changes[0].Before.Decimal().Equal(paid) ||
		!changes[0].After.Decimal().Mul(decimal.New(9, 0)).Equal(paid.Mul(decimal.New(8, 0))) || fmt.Sprint(changes[0].Why) != "[rate spot USD→EUR of 2025-12-31 changed]" {
		t.Errorf("paid %s: %v, %v", paid, changes, err)
	}
	two := fact.Of(people.Payee{ID: "z", Role: "Rep", Currency: euro, Stamp: known(1)}, people.Payee{ID: "z", Role: "Rep", Currency: program.Currency, Stamp: known(2)})
	if _, err := book.Apply(t.Context(), compensation.Facts{People: two}); err == nil || !strings.Contains(err.Error(), "in EUR and in USD") {
		t.Errorf("z is paid in two currencies: %v", err)
	}
	program.Exchange.Set = ""
	if _, err := compensation.Open(t.Context(), program, all.facts()); err == nil || !strings.Contains(err.Error(), "pay: spot") {
		t.Errorf("%v", err)
	}
}
