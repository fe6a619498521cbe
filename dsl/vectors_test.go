package dsl

import (
	"testing"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fx"
	"github.com/payproof/payproof/dsl/money"
)

// Published conversions as formulas. An embedding program fills the rate, from the set and for
// the date that its policy names: plan files know one currency so far.
func TestPublishedConversions(t *testing.T) {
	usd, eur, gbp, iqd := money.MustCurrency("USD"), money.MustCurrency("EUR"), money.MustCurrency("GBP"), money.MustCurrency("IQD")
	invoice, payment := calendar.MustDate("2026-01-10"), calendar.MustDate("2026-02-27")
	rates, err := fx.NewTable([]fx.Rate{
		{Set: "spot", From: usd, To: eur, Value: dec("0.89"), On: invoice},
		{Set: "spot", From: usd, To: iqd, Value: dec("1199"), On: invoice},
		{Set: "spot", From: gbp, To: usd, Value: dec("1.22"), On: invoice},
		{Set: "spot", From: gbp, To: usd, Value: dec("1.30"), On: payment},
		{Set: "per dollar", From: usd, To: eur, Value: dec("0.956803"), On: invoice},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, formula, set string
		from, to           money.Currency
		amount             string
		on                 calendar.Date
		want               string
	}{
		// G14, dinerojs/dinero.js packages/dinero.js/src/api/__tests__/convert.test.ts @76b969e519dc:
		// nothing is rounded, 4.4500.
		{"G14 to euros", "fx(amount, EUR)", "spot", usd, eur, "5.00", invoice, "4.45"},
		{"G14 to dinars", "fx(amount, IQD)", "spot", usd, iqd, "5.00", invoice, "5995"},
		// G15, https://docs.idynamics.es/en/commissions/settlements/currency.html: 10 % of GBP 1,000
		// at the invoice's rate of 1.22; or settled in GBP, and what it costs floats to the
		// payment's rate, for which the source has no number: 1.30 is ours.
		{"G15 in the sale's currency", "amount * 10%", "spot", gbp, gbp, "1000", invoice, "100"},
		{"G15 by the invoice's date", "fx(amount * 10%, USD)", "spot", gbp, usd, "1000", invoice, "122"},
		{"G15 by the payment's date", "fx(amount * 10%, USD)", "spot", gbp, usd, "1000", payment, "130"},
		// G16, GitHub exercise test ex11_currency_exchange (index id 32331176622): rates quoted for
		// one dollar, so that euros are divided.
		{"G16", "round(amount / per_dollar, 2)", "per dollar", usd, eur, "81", invoice, "84.66"},
	} {
		env := Env{Inputs: []Input{
			{Name: "amount", Unit: Money(c.from.String()), Scale: 2},
			{Name: "fx(" + c.from.String() + ", " + c.to.String() + ")", Scale: 6},
			{Name: "per_dollar", Scale: 6},
		}}
		f, problems := Compile(c.formula, env)
		if f == nil {
			t.Fatalf("%s: %v", c.name, problems)
		}
		values := map[string]string{"amount": c.amount}
		if c.from != c.to {
			quote, err := rates.Find(c.set, c.from, c.to, c.on, 0, fx.Policy{})
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			values[env.Inputs[1].Name], values["per_dollar"] = quote.Legs[0].Rate.Value.String(), quote.Legs[0].Rate.Value.String()
		}
		if got, err := f.Eval(row(t, env, values)); err != nil || got.String() != c.want {
			t.Errorf("%s: %v, %v, want %s", c.name, got, err, c.want)
		}
	}
}
