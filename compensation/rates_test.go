package compensation_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/plan"
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
