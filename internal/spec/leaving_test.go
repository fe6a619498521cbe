package spec

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
)

// heldBy adds up, in cents, what is held of each component and deal at the end of a month, and what entries do to it in that month alone.
func heldBy(entries []ledger.Entry, refunds map[string]string, month int) (end, moved map[string]int64) {
	end, moved = map[string]int64{}, map[string]int64{}
	for _, e := range entries {
		effect := e.Kind.Effect()
		if effect.Balance != ledger.BalanceHeld || e.PostedIn.Compare(calendar.Month(2026, month)) > 0 {
			continue
		}
		deal := string(e.Event)
		if of := refunds[deal]; of != "" {
			deal = of
		}
		key := fmt.Sprintf("%s %s %s", e.Payee, e.Component, deal)
		cents, _ := e.Amount.Int64(2)
		end[key] += cents * int64(effect.Sign)
		if e.PostedIn == calendar.Month(2026, month) {
			moved[key+" "+e.Kind.String()] += cents
		}
	}
	return end, moved
}

// settledEntries are those of eight months, each run on its own.
func settledEntries(r *rapid.T, t *testing.T, program *plan.Program, facts []arriving, gone leaver) (all []ledger.Entry) {
	book := settled(r, t, program, facts, gone, 8, nil)
	for month := 1; month <= 8; month++ {
		run, err := book.Run(t.Context(), compensation.Request{Period: calendar.Month(2026, month)})
		if err != nil {
			r.Fatal(err)
		}
		all = slices.AppendSeq(all, run.Entries())
	}
	return all
}

// Until the pay period in which somebody leaves nothing changes; in it, what would be held at its end is paid, or lost; and after it nothing
// is held, whatever is paid and cancelled then. Money is conserved.
func TestWhatIsHeldOfWhoLeavesIsPaidOrLost(t *testing.T) {
	programs := settledPrograms(t)
	rapid.Check(t, func(r *rapid.T) {
		facts, gone := anyFacts(r), leaver{day: calendar.MustDate("2026-02-01").AddDays(rapid.IntRange(0, 120).Draw(r, "leaves")).String()}
		refunds := map[string]string{}
		for _, f := range facts {
			if f.file == "refund" {
				refunds[f.line[:2]] = f.line[len("r1,2026-01-01,"):][:2]
			}
		}
		leaves := calendar.MustDate(gone.day).Month()
		which, kind := 1, ledger.Released
		if rapid.Bool().Draw(r, "forfeits") {
			which, kind = 2, ledger.Forfeited
		}
		plain, got := settledEntries(r, t, programs[0], facts, gone), settledEntries(r, t, programs[which], facts, gone)
		for month := 1; month <= 8; month++ {
			was, _ := heldBy(plain, refunds, month)
			now, _ := heldBy(got, refunds, month)
			for key, cents := range was { // order: each is an error of its own
				if key[:2] == "bo" && month >= leaves {
					cents = 0
				}
				if now[key] != cents {
					r.Fatalf("%s at the end of %d: %d are held, want %d", key, month, now[key], cents)
				}
			}
		}
		was, before := heldBy(plain, refunds, leaves)
		_, moved := heldBy(got, refunds, leaves)
		for key, cents := range was { // order: each is an error of its own
			if key[:2] != "bo" {
				continue
			}
			if kind == ledger.Forfeited {
				cents = -cents
			}
			if with := key + " " + kind.String(); moved[with] != before[with]+cents {
				r.Fatalf("%s: %s is %d, and would be %d without %d that are held", key, kind, moved[with], before[with], cents)
			}
		}
		if bad := ledger.Conserve(slices.Values(got)); len(bad) > 0 {
			r.Fatal(bad[0])
		}
	})
}

// To earn until the last payment is to be there until the end of the pay period of the last day.
func TestWhoEarnsUntilTheLastPaymentIsThereUntilThen(t *testing.T) {
	program := settledPrograms(t)[3]
	rapid.Check(t, func(r *rapid.T) {
		facts, day := anyFacts(r), calendar.MustDate("2026-02-01").AddDays(rapid.IntRange(0, 120).Draw(r, "leaves"))
		month, err := program.Calendar.Range(calendar.Month(2026, day.Month()))
		if err != nil {
			r.Fatal(err)
		}
		got := settledEntries(r, t, program, facts, leaver{day: day.String()})
		want := settledEntries(r, t, program, facts, leaver{day: month.To.AddDays(-1).String()})
		if !slices.Equal(got, want) {
			r.Fatalf("leaving on %s:\n%v\nwant\n%v", day, got, want)
		}
	})
}
