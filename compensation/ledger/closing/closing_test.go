package closing_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/ledger/closing"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// standing tells what entries, written as "Kind month actor cause", make of pay periods.
func standing(t *testing.T, lines ...string) string {
	t.Helper()
	var entries []ledger.Entry
	for _, line := range lines {
		w := strings.Fields(line + " - -")
		kind, err := ledger.ParseKind(w[0])
		if err != nil {
			t.Fatal(err)
		}
		e := ledger.Entry{Kind: kind, PostedIn: calendar.Month(2026, int(w[1][0]-'0')), Actor: w[2], Cause: w[3]}
		if !kind.Mark() {
			e.Payee, e.Amount = "ana", money.FromMinor(100, money.MustCurrency("USD"))
		}
		if err := e.Check(); err != nil {
			t.Fatal(err)
		}
		entries = append(entries, e)
	}
	all, err := closing.Standings(fact.Of(entries...))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, s := range all {
		out = append(out, fmt.Sprintf("%s %s by %q of %d", calendar.Calendar{}.Format(s.Period), s.State, s.Approvers("x"), len(s.Marks)))
	}
	return strings.Join(out, "; ")
}

func TestMarksSayHowFarAPeriodHasCome(t *testing.T) {
	for _, c := range []struct{ entries, want string }{
		{"Earned 1", "2026-01 closed by [] of 0"},
		{"Closed 1", "2026-01 closed by [] of 1"},
		{"Approved 1 bo x", `2026-01 approved by ["bo"] of 1`},
		{"Approved 1 bo x|Approved 1 cy x|Approved 1 bo x|Approved 1 di y", `2026-01 approved by ["bo" "cy"] of 4`},
		{"Approved 1 bo x|Earned 1|Closed 1", "2026-01 closed by [] of 2"},
		{"Earned 1|Closed 1|Reopened 1", "2026-01 open by [] of 2"},
		{"Earned 1|Closed 1|Reopened 1|Earned 1|Closed 1", "2026-01 closed by [] of 3"},
		{"Closed 1|Disbursed 1", "2026-01 disbursed by [] of 2"},
		{"Closed 2|Closed 1|Approved 3 bo x", `2026-01 closed by [] of 1; 2026-02 closed by [] of 1; 2026-03 approved by ["bo"] of 1`},
	} {
		if got := standing(t, strings.Split(c.entries, "|")...); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.entries, got, c.want)
		}
	}
}

func TestAMarkIsOfAPeriodAndOfNobody(t *testing.T) {
	good := ledger.Entry{Kind: ledger.Closed, PostedIn: calendar.Month(2026, 1), Actor: "ana"}
	for column, spoil := range map[string]func(*ledger.Entry){
		"posted_in": func(e *ledger.Entry) { e.PostedIn = calendar.Period{} },
		"payee":     func(e *ledger.Entry) { e.Payee = "p" },
		"amount":    func(e *ledger.Entry) { e.Amount = money.MustParse("1 USD") },
		"actor":     func(e *ledger.Entry) { e.Actor = "" },
		"cause":     func(e *ledger.Entry) { e.Cause = "\xff" },
	} {
		e := good
		spoil(&e)
		var bad *ledger.EntryError
		if err := e.Check(); !errors.As(err, &bad) || bad.Column != column {
			t.Errorf("%s: %v", column, err)
		}
	}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	if bad := ledger.Conserve(slices.Values([]ledger.Entry{good})); bad != nil {
		t.Errorf("a mark is money: %v", bad)
	}
}

func TestStandingsOfABrokenLedgerAreNone(t *testing.T) {
	broken := errors.New("broken")
	if _, err := closing.Standings(func(yield func(ledger.Entry, error) bool) { yield(ledger.Entry{}, broken) }); !errors.Is(err, broken) {
		t.Error(err)
	}
}

func TestAMarkNamesTheVersionsOfPlans(t *testing.T) {
	all := []closing.Version{{Plan: "Rep", Version: "2026.1", Hash: "9f86"}, {Plan: "a, \"b\" at", Version: "", Hash: "00"}}
	for name, act := range map[string]closing.Act{"no more": {Actor: "ana"}, "a time": {Actor: "ana", At: time.Unix(0, 0), Reason: "late, plans \"x\""}} {
		if got := closing.PlansOf(act.Mark(ledger.Closed, calendar.Month(2026, 1), "proposal 1, "+closing.PlansText(all)).Cause); !slices.Equal(got, all) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	for _, cause := range []string{"", "proposal 1", "proposal 1, plans", "proposal 1, plans \"Rep", "proposal 1, plans \"Rep\" x"} {
		if got := closing.PlansOf(cause); got != nil {
			t.Errorf("%s: %+v", cause, got)
		}
	}
}
