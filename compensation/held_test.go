package compensation_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/plantest"
	"github.com/payproof/payproof/crediting/hold"
)

// runOf runs a scenario of testdata.
func runOf(t *testing.T, name string) *compensation.Run {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := plantest.Parse(name, string(text))
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Run(t.Context())
	if err != nil || got.Run == nil {
		t.Fatal(name, err, got.Findings)
	}
	return got.Run
}

// The balance that the entries leave is the list of what is held.
func TestWhatIsHeldIsTheBalanceOfTheEntries(t *testing.T) {
	names, err := filepath.Glob("../testdata/spec/*/hold-*.txtar")
	if err != nil || len(names) < 6 {
		t.Fatal(names, err)
	}
	released := 0
	for _, name := range names {
		run, balances := runOf(t, name), map[string]decimal.Decimal{}
		for e := range run.Entries() {
			if effect := e.Kind.Effect(); effect.Balance == ledger.BalanceHeld {
				balances[string(e.Payee)] = balances[string(e.Payee)].Add(e.Amount.Decimal().Mul(decimal.New(int64(effect.Sign), 0)))
			}
			if e.Kind == ledger.Released {
				if released++; e.Event == "" || e.Cause == "" || e.EarnedFor.IsZero() || e.EarnedFor.Compare(e.PostedIn) > 0 {
					t.Errorf("%s: %+v", name, e)
				}
			}
		}
		for h := range run.Held() {
			if h.What == hold.Payment {
				balances[string(h.Payee)] = balances[string(h.Payee)].Sub(h.Amount())
			}
		}
		for payee, left := range balances {
			if !left.IsZero() {
				t.Errorf("%s: the entries of %s leave %s more than is listed", name, payee, left)
			}
		}
	}
	if released < 10 {
		t.Errorf("only %d releases", released)
	}
}

// Every payout with something held or released can be explained, and adds up.
func TestWhatIsReleasedCanBeExplained(t *testing.T) {
	names, _ := filepath.Glob("../testdata/spec/*/hold-*.txtar")
	for _, name := range append(names, "../testdata/spec/compensation/released-years-later.txtar") {
		run := runOf(t, name)
		for p := range run.Payouts() {
			if _, err := run.Explain(t.Context(), p.ID); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
