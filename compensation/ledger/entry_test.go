package ledger

import (
	"errors"
	"testing"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/money"
)

func TestCheckNamesTheColumnAtFault(t *testing.T) {
	good := lineCases[0].entry
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for column, spoil := range map[string]func(*Entry){
		"kind":          func(e *Entry) { e.Kind = 0 },
		"payee":         func(e *Entry) { e.Payee = "" },
		"posted_in":     func(e *Entry) { e.PostedIn = calendar.Period{} },
		"earned_for":    func(e *Entry) { e.EarnedFor.Unit = 99 },
		"currency":      func(e *Entry) { e.Amount = money.Amount{} },
		"plan_currency": func(e *Entry) { e.PlanAmount = money.FromMinor(1, money.Currency{}) },
		"amount":        func(e *Entry) { e.Kind, e.Amount = Paid, money.MustParse("0.005 USD") },
		"plan":          func(e *Entry) { e.Plan = "\xff" },
		"component":     func(e *Entry) { e.Component = "a\xc3" },
		"event":         func(e *Entry) { e.Event = "\xed\xa0\x80" }, // half of a surrogate pair
		"cause":         func(e *Entry) { e.Cause = "\x80" },
		"actor":         func(e *Entry) { e.Actor = "\xfe" },
	} {
		e := good
		spoil(&e)
		err := checkAll([]Entry{good, e})
		var bad *EntryError
		if !errors.As(err, &bad) || bad.Column != column || bad.Index != 1 || bad.Entry != e {
			t.Errorf("%s: got %v", column, err)
		}
		if err := e.Check(); !errors.As(err, &bad) || bad.Column != column {
			t.Errorf("%s: Check gives %v", column, err)
		}
	}
}

func TestTheErrorOfAnEntryLeadsToIt(t *testing.T) {
	e := lineCases[0].entry
	e.Kind, e.Amount = Paid, money.MustParse("0.005 USD")
	want := `ledger: entry 0 (Paid payee="ana" event="D-17" period=2026-03), amount: 0.005 USD is finer than the minor unit and can't be paid: round before`
	if err := e.Check(); err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
