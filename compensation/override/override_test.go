package override

import (
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

func of(value, days string, known fact.Revision) Override {
	r, _ := calendar.ParseRange(days)
	return Override{Payee: "ann", Plan: "Rep", Value: value, Amount: decimal.New(int64(known), 0), Reason: "because", Author: "mia", Stamp: fact.Stamp{Effective: r, Known: known}}
}

func TestOfTwoOverridesTheLaterKnownHolds(t *testing.T) {
	s, err := NewSet(fact.Of(of("rate", "2026-01-01..2026-03-31", 1), of("rate", "2026-02-01..2026-02-28", 2), of("target", "2026-01-01..2026-12-31", 3)))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		day   string
		asOf  fact.Revision
		want  int64
		holds bool
	}{{"2026-01-31", 0, 1, true}, {"2026-02-10", 0, 2, true}, {"2026-02-10", 1, 1, true}, {"2026-03-31", 0, 1, true}, {"2026-04-01", 0, 0, false}} {
		got, ok := s.At("ann", "Rep", "rate", calendar.MustDate(c.day), c.asOf)
		if ok != c.holds || !got.Equal(decimal.New(c.want, 0)) {
			t.Errorf("%s as of %d: %s, %v", c.day, c.asOf, got, ok)
		}
	}
	year, err := calendar.ParseRange("2026-01-01..2026-12-31")
	if err != nil {
		t.Fatal(err)
	}
	var runs []string
	for days, o := range s.Within("ann", year, 0) {
		runs = append(runs, o.Value+" "+days.String())
	}
	if want := []string{"rate 2026-01-01..2026-01-31", "rate 2026-02-01..2026-02-28", "rate 2026-03-01..2026-03-31", "target 2026-01-01..2026-12-31"}; !slices.Equal(runs, want) {
		t.Errorf("%q, want %q", runs, want)
	}
	if !s.Has("ann") || s.Has("bo") || (*Set)(nil).Has("ann") || len(slices.Collect(s.All())) != 3 || len(slices.Collect((*Set)(nil).All())) != 0 {
		t.Error("whose overrides there are")
	}
}

func TestAnOverrideThatLacksSomethingIsRefused(t *testing.T) {
	for want, change := range map[string]func(*Override){
		"it is nobody's":             func(o *Override) { o.Payee = "" },
		"it is of no value":          func(o *Override) { o.Value = "" },
		"it has no reason":           func(o *Override) { o.Reason = " " },
		"it has no author":           func(o *Override) { o.Author = "" },
		"payee=ann plan=Rep value=r": func(o *Override) { o.Amount, o.Stamp.Known = decimal.New(7, 0), 2 },
	} {
		o := of("r", "2026-01-01..2026-03-31", 1)
		change(&o)
		if _, err := NewSet(fact.Of(o, of("r", "2026-03-01..2026-04-30", 2))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
