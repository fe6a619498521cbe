package ledgertest_test

import (
	"testing"

	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/ledger/ledgertest"
)

func TestEntriesAreFitForALedger(t *testing.T) {
	for _, entries := range [][]ledger.Entry{ledgertest.Entries(1000), ledgertest.OddEntries()} {
		for i, e := range entries {
			if err := e.Check(); err != nil {
				t.Errorf("entry %d: %v", i, err)
			}
		}
	}
}

func TestOddEntriesHaveEveryKind(t *testing.T) {
	seen := map[ledger.Kind]bool{}
	for _, e := range ledgertest.OddEntries() {
		seen[e.Kind] = true
	}
	for kind := range ledger.Kinds() {
		if !seen[kind] {
			t.Errorf("%s is missing", kind)
		}
	}
}

// ExampleRun shows the whole test of a store.
func ExampleRun() {
	_ = func(t *testing.T) {
		ledgertest.Run(t, func(*testing.T) ledger.Store { return ledger.Memory() })
	}
	// Output:
}
