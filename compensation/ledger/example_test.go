package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/money"
)

// What does Ana still have coming after March, and why was she paid 500?
func Example() {
	ctx, store, march := context.Background(), ledger.Memory(), calendar.Month(2026, 3)
	post := func(kind ledger.Kind, amount, cause string) ledger.Entry {
		return ledger.Entry{Kind: kind, Payee: "ana", EarnedFor: march, PostedIn: march, Amount: money.MustParse(amount), Cause: cause}
	}
	entries := []ledger.Entry{
		post(ledger.Earned, "1200 USD", "commission on D-17"),
		post(ledger.Capped, "-200 USD", "monthly cap"),
		post(ledger.Held, "-500 USD", "half on go-live"),
		post(ledger.Paid, "500 USD", "payroll of March"),
	}
	if bad := ledger.Conserve(slices.Values(entries)); bad != nil {
		fmt.Println(bad)
	}
	if _, err := store.Append(ctx, ledger.Head{}, entries); err != nil {
		fmt.Println(err)
	}

	var balances ledger.Balances
	for e, err := range store.Scan(ctx, ledger.Head{}) {
		if err == nil {
			balances, err = balances.Post(e)
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%-7s %12s  %s\n", e.Kind, e.Amount, e.Cause)
	}
	fmt.Println("held:", balances.Held)
	// Output:
	// Earned   1200.00 USD  commission on D-17
	// Capped   -200.00 USD  monthly cap
	// Held     -500.00 USD  half on go-live
	// Paid      500.00 USD  payroll of March
	// held: 500.00 USD
}

// Where does the cent come from?
func ExampleConserve() {
	march := calendar.Month(2026, 3)
	entries := []ledger.Entry{
		{Kind: ledger.Earned, Payee: "ana", PostedIn: march, Amount: money.MustParse("99.99 USD")},
		{Kind: ledger.Held, Payee: "ana", PostedIn: march, Amount: money.MustParse("-50 USD")},
		{Kind: ledger.Paid, Payee: "ana", PostedIn: march, Amount: money.MustParse("50 USD")},
	}
	for _, imbalance := range ledger.Conserve(slices.Values(entries)) {
		fmt.Println(imbalance.Payee, imbalance.PostedIn, imbalance.Difference)
	}
	// Output: ana 2026-03 -0.01 USD
}

// Somebody else has closed the period while we were calculating.
func ExampleStore() {
	ctx, store := context.Background(), ledger.Memory()
	seen, _ := store.Head(ctx)
	_, _ = store.Append(ctx, seen, nil) // somebody else
	_, err := store.Append(ctx, seen, nil)
	fmt.Println(errors.Is(err, ledger.ErrHeadMoved))
	// Output: true
}
