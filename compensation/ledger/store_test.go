package ledger_test

import (
	"testing"

	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/ledger/ledgertest"
)

func TestMemoryKeepsThePromisesOfAStore(t *testing.T) {
	ledgertest.Run(t, func(*testing.T) ledger.Store { return ledger.Memory() })
}

func TestDirKeepsThePromisesOfAStore(t *testing.T) {
	ledgertest.Run(t, func(t *testing.T) ledger.Store { return mustDir(t, t.TempDir()) })
}

func mustDir(t *testing.T, path string) ledger.Store {
	t.Helper()
	s, err := ledger.Dir(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
