package plantest

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestAScriptThatHoldsHasNoMismatch(t *testing.T) {
	s := parse(t, tens+tensPayouts+`
-- want/credits --
d1 ann sales 100
d2 bob sales 200
d3 ann sales 300
-- want/uncredited --
d4  -  0.5  no rule matched
-- want/findings --
`)
	got := run(t, s)
	for _, m := range s.Check(got) {
		t.Error(m)
	}
	if got.Run == nil {
		t.Error("the run is not there")
	}
}

func TestAWrongWantFailsAtItsBlock(t *testing.T) {
	for _, c := range []struct{ name, blocks, block, place, diff string }{
		{"amount", strings.Replace(tensPayouts, "20.00", "20.01", 1), "want/payouts", "tens.txtar:47:1", "- 2026-01 bob commission 20.01\n+ 2026-01 bob commission 20.00\n"},
		{"missing row", strings.Replace(tensPayouts, "2026-02  ann  commission  30.00\n", "", 1), "want/payouts", "tens.txtar:47:1", "+ 2026-02 ann commission 30.00\n"},
		{"empty", "-- want/payouts --\n", "want/payouts", "tens.txtar:47:1", "+ 2026-01 ann commission 10.00\n"},
		{"order", "-- want/credits --\nd2 bob sales 200\nd1 ann sales 100\nd3 ann sales 300\n", "want/credits", "tens.txtar:47:1", "d1 ann sales 100"},
		{"finding", tensPayouts + "-- want/findings --\na:1:1 code it\n", "want/findings", "tens.txtar:52:1", "- a:1:1 code it\n"},
		{"no such payout", "-- want/explain/2026-01/ann/bonus --\n", "want/explain/2026-01/ann/bonus", "tens.txtar:47:1", "+ error: "},
		{"explanation", "-- want/explain/2026-01/ann/commission --\nbecause\n", "want/explain/2026-01/ann/commission", "tens.txtar:47:1", "- because\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := parse(t, tens+c.blocks)
			differ := s.Check(run(t, s))
			if len(differ) != 1 {
				t.Fatalf("%d mismatches: %v", len(differ), differ)
			}
			if m := differ[0]; m.Block != c.block || m.At.String() != c.place || !strings.Contains(m.Diff, c.diff) {
				t.Errorf("got %s\nwant %s: %s with %q", m, c.place, c.block, c.diff)
			}
		})
	}
}

func TestNothingPassesInSilence(t *testing.T) {
	for _, c := range []struct{ name, from, to, finding string }{
		{"a plan that does not compile", "amount * 10%", "amount * 10% + 1%", "plans/rep.yaml:8:11 unit-mismatch"},
		{"an event that cannot be read", "d1,2026-01-05,100.00", "d1,2026-01-05,1OO", "events/deal.csv:2:"},
		{"a file that is not there", "-- payproof.yaml --", "-- plans/other.yaml --", "- error reading the plan files"},
		{"a warning", "200.00,bob", "-200.00,bob", "warning: the payee would have to pay back"},
		{"a period of no calendar", "vector: X1", "period: soon", "- error the period of the script"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(tens, "    when: amount > 1 USD\n", "", 1)
			s := parse(t, strings.Replace(text, c.from, c.to, 1)+"-- want/uncredited --\n")
			differ := s.Check(run(t, s))
			if len(differ) != 1 || differ[0].Block != "want/findings" || !strings.Contains(differ[0].Diff, c.finding) {
				t.Errorf("got %v, want a finding %q", differ, c.finding)
			}
		})
	}
}

func TestPeopleAndEventsMayBeMissing(t *testing.T) {
	company, _, _ := strings.Cut(tens, "-- people.csv --")
	s := parse(t, strings.Replace(company, "vector: X1", "period: 2026-01", 1)+"-- want/payouts --\n-- want/credits --\n")
	if differ := s.Check(run(t, s)); len(differ) > 0 {
		t.Error(differ)
	}
}

func TestPayoutsOfTwoPlansAreToldApart(t *testing.T) {
	text := strings.Replace(tens, "ann,Ann,Rep,2026-01-01,\n", "ann,Ann,Rep,2026-01-01,2026-02-07\nann,Ann,Senior,2026-02-08,\n", 1)
	text = strings.Replace(text, "0.50,ann", "50.00,ann", 1)
	_, rep, _ := strings.Cut(tens, "-- plans/rep.yaml --\n")
	rep, _, _ = strings.Cut(rep, "-- people.csv --\n")
	s := parse(t, text+"-- plans/senior.yaml --\n"+strings.NewReplacer("Rep", "Senior", "10%", "20%").Replace(rep)+`-- want/payouts --
2026-01  ann  commission         10.00
2026-01  bob  commission         20.00
2026-02  ann  Rep/commission     30.00
2026-02  ann  Senior/commission  10.00
`)
	if differ := s.Check(run(t, s)); len(differ) > 0 {
		t.Error(differ)
	}
}

func TestACancelledContextIsTheOnlyError(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := parse(t, tens+tensPayouts).Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
