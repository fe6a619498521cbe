package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// books is a company of two payees, and a function that writes its deals.
func books(t *testing.T) (dir string, deals func(lines ...string)) {
	t.Helper()
	dir = t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("payproof.yaml", "company: Harbor\ncurrency: USD\ncalendar: months from 2026-01\n\nevents:\n  deal:\n    closed: date\n    seller: payee\n    amount: money\n\n"+
		"credit:\n  - {rule: sold, of: deal, to: seller, as: bookings}\n\nmeasures:\n  bookings: sum of bookings, month\n")
	write("plans/rep.yaml", "plan: Rep\nversion: \"1\"\nfor: role Rep\n\ncomponents:\n  commission:\n    for each: credit of bookings\n    pays: amount * 10%\n")
	write("people.csv", "payee,name,role,start,end\nann,Ann,Rep,2026-01-01,\nbo,Bo,Rep,2026-01-01,\n")
	return dir, func(lines ...string) {
		write("events/deal.csv", "id,revision,withdrawn,closed,seller,amount\n"+strings.Join(lines, "\n")+"\n")
	}
}

// must runs a command that has to end with a code, and gives what it says.
func must(t *testing.T, want int, args ...string) string {
	t.Helper()
	code, out, errs := call(args...)
	if code != want {
		t.Fatalf("%q: exit code %d, want %d: %s%s", args, code, want, out, errs)
	}
	return out + errs
}

func says(t *testing.T, text string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("%q is not said:\n%s", w, text)
		}
	}
}

func TestMonthsAreApprovedClosedAndRestated(t *testing.T) {
	dir, deals := books(t)
	deals("d1,1,,2026-01-10,ann,10000.00")
	says(t, must(t, exitInput, "restate", dir), "has no ledger")
	says(t, must(t, exitInput, "ledger", dir), "has no ledger")
	says(t, must(t, exitInput, "close", dir, "--period", "2026-01", "--actor", "ana"), "nobody but ana has approved")
	must(t, exitFine, "approve", dir, "--period", "2026-01", "--actor", "ana")
	says(t, must(t, exitInput, "close", dir, "--period", "2026-01", "--actor", "ana"), "nobody but ana has approved")
	says(t, must(t, exitFine, "approve", dir, "--period", "2026-01", "--actor", "bo", "--at", "2026-02-03T09:00:00+01:00"), "bo approves proposal ")
	deals("d1,1,,2026-01-10,ann,12000.00") // what was approved is not what is there any more
	says(t, must(t, exitInput, "close", dir, "--period", "2026-01", "--actor", "ana"), "nobody but ana has approved")
	must(t, exitFine, "approve", dir, "--period", "2026-01", "--actor", "bo", "--at", "2026-02-03T09:00:00+01:00")
	says(t, must(t, exitFine, "close", dir, "--period", "2026-01", "--actor", "ana"), "2026-01 is closed: 1,200.00 USD paid in 1 payout")
	says(t, must(t, exitFine, "restate", dir), "nothing has changed of the pay periods before 2026-02")
	says(t, must(t, exitInput, "close", dir, "--period", "2026-03", "--actor", "ana", "--unapproved"), "2026-03 can't be closed before 2026-02 is")
	says(t, must(t, exitInput, "close", dir, "--period", "2026-01", "--actor", "ana", "--unapproved"), "2026-01 is in the ledger already")

	deals("d1,1,,2026-01-10,ann,12000.00", "d1,2,true,,,", "d2,1,,2026-01-12,bo,5000.00")
	says(t, must(t, exitFine, "restate", dir), "-1,200.00", "500.00", "2 differences, -700.00 USD in all, to be posted to 2026-02")
	says(t, must(t, exitFine, "restate", dir, "--format", "csv"), "2026-01,ann,Rep,commission,d1,earned,1200.00,0.00,-1200.00")
	says(t, must(t, exitFine, "run", dir, "--period", "2026-02", "--format", "csv"), "2026-02,ann,Ann,Rep,commission,USD,-1200.00", "carried forward,USD,1200.00", "2026-02,bo,Bo,Rep,commission,USD,500.00")
	says(t, must(t, exitFine, "explain", dir, "2026-02/bo/commission"), "prior period event d2 of 2026-01")
	says(t, must(t, exitFine, "run", dir, "--period", "2026-02", "--ledger", "-", "--format", "json"), `"payouts"`)
}

func TestAMonthIsReopenedUntilItIsWithPayroll(t *testing.T) {
	dir, deals := books(t)
	deals("d1,1,,2026-01-10,ann,10000.00")
	must(t, exitFine, "close", dir, "--period", "2026-01", "--actor", "ana", "--unapproved")
	says(t, must(t, exitInput, "reopen", dir, "--period", "2026-01", "--actor", "ana"), "say why")
	says(t, must(t, exitInput, "reopen", dir, "--period", "2026-02", "--actor", "ana", "--reason", "late"), "it is not closed")
	must(t, exitFine, "reopen", dir, "--period", "2026-01", "--actor", "ana", "--reason", "late")
	deals("d1,1,,2026-01-10,ann,11000.00")
	says(t, must(t, exitFine, "close", dir, "--period", "2026-01", "--actor", "ana", "--unapproved"), "1,100.00 USD paid")
	text := must(t, exitFine, "ledger", dir, "--payee", "ann")
	says(t, text, "1,000.00", "100.00")
	if strings.Contains(text, "1,100.00") {
		t.Errorf("what a reopened month holds is posted again:\n%s", text)
	}
	must(t, exitFine, "disburse", dir, "--period", "2026-01", "--actor", "payroll")
	says(t, must(t, exitInput, "reopen", dir, "--period", "2026-01", "--actor", "ana", "--reason", "late"), "its payments are with payroll")
	must(t, exitFine, "close", dir, "--period", "2026-02", "--actor", "ana", "--unapproved")
	says(t, must(t, exitInput, "ledger", dir, "--payee", "nobody"), "no entry of nobody")
}

func TestAClosedPeriodThatNobodyElseApprovedIsShown(t *testing.T) {
	dir, deals := books(t)
	deals("d1,1,,2026-01-10,ann,10000.00")
	must(t, exitFine, "close", dir, "--period", "2026-01", "--actor", "ana", "--unapproved")
	must(t, exitFine, "approve", dir, "--period", "2026-02", "--actor", "bo")
	must(t, exitFine, "close", dir, "--period", "2026-02", "--actor", "ana")
	text := must(t, exitFindings, "ledger", dir)
	says(t, text, "closed-unapproved", "period=2026-01", "2026-02  closed  bo", "earned = paid + what balances took")
	if strings.Contains(text, "period=2026-02") {
		t.Errorf("an approved period is found:\n%s", text)
	}
}

func TestALedgerThatWasChangedIsRefused(t *testing.T) {
	dir, deals := books(t)
	deals("d1,1,,2026-01-10,ann,10000.00")
	must(t, exitFine, "close", dir, "--period", "2026-01", "--actor", "ana", "--unapproved")
	page := filepath.Join(dir, booksFolder, "000000000001.tsv")
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(page, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(page, []byte(strings.Replace(string(text), "1000.00", "9000.00", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"ledger", dir}, {"run", dir}, {"restate", dir}} {
		says(t, must(t, exitFailure, args...), "000000000001.tsv")
	}
}

func TestAPlaceThatWasMistypedBeginsNoLedger(t *testing.T) {
	dir, deals := books(t)
	deals("d1,1,,2026-01-10,ann,10000.00")
	nowhere := filepath.Join(t.TempDir(), "nowhere")
	says(t, must(t, exitInput, "close", dir, "--period", "2026-01", "--actor", "ana", "--unapproved", "--ledger", nowhere), "is not a folder")
	says(t, must(t, exitInput, "close", nowhere, "--period", "2026-01", "--actor", "ana", "--unapproved"), nowhere+" is not a folder")
	says(t, must(t, exitInput, "reopen", dir, "--period", "2026-01", "--actor", "ana", "--reason", "late"), "has no ledger to write to")
	if _, err := os.Stat(nowhere); err == nil {
		t.Error("it is there now")
	}
	if err := os.Mkdir(nowhere, 0o755); err != nil {
		t.Fatal(err)
	}
	must(t, exitFine, "close", dir, "--period", "2026-01", "--actor", "ana", "--unapproved", "--ledger", nowhere)
}
