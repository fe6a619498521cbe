package compensation_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/manual"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting/people"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/quota"
)

func TestAYearThatItsQuartersContradictIsRefused(t *testing.T) {
	cal, err := calendar.Parse("months from 2026-01")
	if err != nil {
		t.Fatal(err)
	}
	of := func(period, amount string) quota.Quota {
		p, err := cal.ParsePeriod(period)
		if err != nil {
			t.Fatal(err)
		}
		return quota.Quota{Payee: "ann", Measure: "sold", Period: p, Amount: decimal.RequireFromString(amount)}
	}
	program := &plan.Program{Calendar: cal}
	_, err = compensation.Open(t.Context(), program, compensation.Facts{Quotas: fact.Of(of("2026", "40"), of("2026-Q1", "41"))})
	var found source.Diagnostics
	if !errors.As(err, &found) || len(found) != 1 || found[0].Code != "quota-parts" || found[0].Span.File != "payee=ann measure=sold period=2026" {
		t.Errorf("%v", err)
	}
	if _, err = compensation.Open(t.Context(), program, compensation.Facts{Quotas: fact.Of(of("2026", "40"), of("2026-Q1", "10"))}); err != nil {
		t.Errorf("a quarter that leaves room for the others: %v", err)
	}
}

func TestAnAdjustmentThatNobodyWouldBePaidIsRefused(t *testing.T) {
	program := &plan.Program{Currency: money.MustCurrency("USD")}
	people := fact.Of(people.Payee{ID: "ann"})
	for want, change := range map[string]func(*manual.Adjustment){
		"":                           func(*manual.Adjustment) {},
		"nobody among the people":    func(a *manual.Adjustment) { a.Payee = "eve" },
		"no pay period":              func(a *manual.Adjustment) { a.Period = calendar.Quarter(2026, 1) },
		"in which payee=ann is paid": func(a *manual.Adjustment) { a.Amount = money.MustParse("1.00 EUR") },
		"no reason":                  func(a *manual.Adjustment) { a.Reason = "" },
	} {
		a := manual.Adjustment{ID: "A-1", Payee: "ann", Period: calendar.Month(2026, 1), Amount: money.MustParse("1.00 USD"), Reason: "prize", Author: "bo"}
		change(&a)
		_, err := compensation.Open(t.Context(), program, compensation.Facts{People: people, Adjustments: fact.Of(a)})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}

func TestAnAdjustmentCountsAsOfWhenItBecameKnown(t *testing.T) {
	january := calendar.Month(2026, 1)
	of := func(id, amount string, known fact.Revision) manual.Adjustment {
		return manual.Adjustment{ID: id, Payee: "ann", Period: january, Amount: money.MustParse(amount), Reason: "prize", Author: "ana", Approver: "bo", Known: known}
	}
	program := &plan.Program{Currency: money.MustCurrency("USD")}
	book, err := compensation.Open(t.Context(), program, compensation.Facts{
		People: fact.Of(people.Payee{ID: "ann"}), Adjustments: fact.Of(of("A-1", "10.00 USD", 1), of("A-1", "50.00 USD", 3), of("A-2", "7.00 USD", 2)),
	})
	if err != nil {
		t.Fatal(err)
	}
	for asOf, want := range map[fact.Revision]string{0: "57.00", 1: "10.00", 2: "17.00", 3: "57.00"} {
		run, err := book.Run(t.Context(), compensation.Request{Period: january, AsOf: asOf})
		if err != nil {
			t.Fatal(err)
		}
		sum := money.FromMinor(0, program.Currency)
		for p := range run.Payouts() {
			if sum, err = sum.Add(p.Amount); err != nil {
				t.Fatal(err)
			}
		}
		if sum.Text() != want {
			t.Errorf("as of %d: %s, want %s", asOf, sum.Text(), want)
		}
	}
}
