package quota

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

func quota(t testing.TB, period, amount string, known fact.Revision) Quota {
	t.Helper()
	p, err := calendar.Calendar{}.ParsePeriod(period)
	if err != nil {
		t.Fatal(err)
	}
	return Quota{Payee: "ana", Measure: "bookings", Period: p, Amount: decimal.RequireFromString(amount), Known: known}
}

func set(t testing.TB, quotas ...Quota) *Set {
	t.Helper()
	s, err := NewSet(calendar.Calendar{}, fact.Of(quotas...))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// found is "amount of n parts", or "absent".
func found(s *Set, period calendar.Period, asOf fact.Revision) string {
	amount, parts, ok := s.Find("ana", "bookings", period, asOf)
	if !ok {
		return "absent"
	}
	return fmt.Sprintf("%s of %d", amount, len(parts))
}

func TestAQuotaIsStatedOrTheSumOfItsParts(t *testing.T) {
	months := []Quota{quota(t, "2026-01", "10", 0), quota(t, "2026-02", "20", 0), quota(t, "2026-03", "30.5", 0)}
	quarters := []Quota{quota(t, "2026-Q1", "1", 0), quota(t, "2026-Q2", "2", 0), quota(t, "2026-Q3", "3", 0), quota(t, "2026-Q4", "4", 0)}
	for name, c := range map[string]struct {
		quotas []Quota
		period calendar.Period
		want   string
	}{
		"stated":                         {months, calendar.Month(2026, 2), "20 of 1"},
		"a quarter of months":            {months, calendar.Quarter(2026, 1), "60.5 of 3"},
		"one month is missing":           {months[:2], calendar.Quarter(2026, 1), "absent"},
		"another quarter":                {months, calendar.Quarter(2026, 2), "absent"},
		"another year":                   {months, calendar.Month(2025, 2), "absent"},
		"a half of quarters":             {quarters, calendar.Half(2026, 2), "7 of 2"},
		"a year of quarters":             {quarters, calendar.Year(2026), "10 of 4"},
		"a year of halves":               {[]Quota{quota(t, "2026-H1", "1", 0), quota(t, "2026-H2", "2", 0)}, calendar.Year(2026), "3 of 2"},
		"a quarter is not cut":           {quarters, calendar.Month(2026, 1), "absent"},
		"what is stated beats the sum":   {append(slices.Clone(months), quota(t, "2026-Q1", "100", 0)), calendar.Quarter(2026, 1), "100 of 1"},
		"zero is stated":                 {[]Quota{quota(t, "2026-01", "0", 0)}, calendar.Month(2026, 1), "0 of 1"},
		"zero counts as a part":          {[]Quota{months[0], months[1], quota(t, "2026-03", "0", 0)}, calendar.Quarter(2026, 1), "30 of 3"},
		"none":                           {nil, calendar.Month(2026, 1), "absent"},
		"no period":                      {months, calendar.Period{}, "absent"},
		"the period of another calendar": {months, calendar.Period{Calendar: "fiscal", Unit: calendar.UnitQuarter, Index: calendar.Quarter(2026, 1).Index}, "absent"},
	} {
		if got := found(set(t, c.quotas...), c.period, 0); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestPartsComeInOrderOfTime(t *testing.T) {
	_, parts, _ := set(t, quota(t, "2026-03", "30", 0), quota(t, "2026-01", "10", 0), quota(t, "2026-02", "20", 0)).Find("ana", "bookings", calendar.Quarter(2026, 1), 0)
	for i, p := range parts {
		if p.Period != calendar.Month(2026, i+1) {
			t.Errorf("part %d is of %s", i, p.Period)
		}
	}
}

func TestAQuotaIsOfOnePayeeAndMeasure(t *testing.T) {
	s := set(t, quota(t, "2026-01", "10", 0))
	if _, _, ok := s.Find("bob", "bookings", calendar.Month(2026, 1), 0); ok {
		t.Error("bob has the quota of ana")
	}
	if _, _, ok := s.Find("ana", "services", calendar.Month(2026, 1), 0); ok {
		t.Error("services have the quota of bookings")
	}
	if !s.Measures("bookings") || s.Measures("services") {
		t.Error("measures")
	}
	if s, err := NewSet(calendar.Calendar{}, nil); err != nil || s.Measures("bookings") {
		t.Errorf("no quotas: %v", err)
	}
}

func TestAQuotaIsLookedAtAsItWasKnown(t *testing.T) {
	s := set(t, quota(t, "2026-01", "30", 9), quota(t, "2026-01", "10", 3), quota(t, "2026-01", "20", 5), quota(t, "2026-01", "20.00", 5))
	for asOf, want := range map[fact.Revision]string{0: "30 of 1", 1: "absent", 3: "10 of 1", 4: "10 of 1", 5: "20 of 1", 8: "20 of 1", 9: "30 of 1", 99: "30 of 1"} {
		if got := found(s, calendar.Month(2026, 1), asOf); got != want {
			t.Errorf("as of %d: %s, want %s", asOf, got, want)
		}
	}
}

func TestARefusedQuotaSaysWhoseItIs(t *testing.T) {
	strange := quota(t, "2026-01", "1", 0)
	strange.Payee = "ana "
	enormous, tiny := quota(t, "2026-01", "1", 0), quota(t, "2026-01", "1", 0)
	enormous.Amount, tiny.Amount = decimal.New(1, 1_000_000_000), decimal.New(-1, -1_000_000_000)
	const path = "payee=ana measure=bookings period=2026-01: "
	for _, c := range []struct {
		quotas []Quota
		want   string
	}{
		{[]Quota{quota(t, "2026-01", "-0.01", 0)}, path + "the quota -0.01 is negative; state an amount above zero, or none"},
		{[]Quota{quota(t, "2026-01", "2", 0), quota(t, "2026-01", "1", 0)}, path + "two quotas, 1 and 2; keep one of them"},
		{[]Quota{quota(t, "2026-01", "1", 0), quota(t, "2026-01", "2", 0)}, path + "two quotas, 1 and 2; keep one of them"},
		{[]Quota{strange}, "outer space"},
		{[]Quota{enormous}, path + "amount: "},
		{[]Quota{tiny}, path + "amount: "},
	} {
		if _, err := NewSet(calendar.Calendar{}, fact.Of(c.quotas...)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
	down := errors.New("the database is down")
	var broken iter.Seq2[Quota, error] = func(yield func(Quota, error) bool) { yield(Quota{}, down) }
	if _, err := NewSet(calendar.Calendar{}, broken); !errors.Is(err, down) {
		t.Errorf("%v", err)
	}
}

func TestAnyOrderOfQuotasGivesTheSameAnswers(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var quotas []Quota
		for known := range rapid.IntRange(0, 6).Draw(rt, "quotas") {
			period := rapid.SampledFrom([]string{"2026-01", "2026-02", "2026-03", "2026-Q1"}).Draw(rt, "period")
			quotas = append(quotas, quota(t, period, fmt.Sprint(rapid.IntRange(0, 9).Draw(rt, "amount")), fact.Revision(known)))
		}
		a, b := set(t, quotas...), set(t, rapid.Permutation(append(quotas, quotas...)).Draw(rt, "order")...)
		for asOf := range fact.Revision(7) {
			if x, y := found(a, calendar.Quarter(2026, 1), asOf), found(b, calendar.Quarter(2026, 1), asOf); x != y {
				rt.Fatalf("as of %d: %s and %s", asOf, x, y)
			}
		}
	})
}

func TestBeforeTheLastChangeIsWhatWasKnownThen(t *testing.T) {
	s := set(t, quota(t, "2026-01", "10", 0), quota(t, "2026-02", "20", 0), quota(t, "2026-02", "25", 3), quota(t, "2026-02", "27", 5), quota(t, "2026-03", "30", 0))
	for _, c := range []struct {
		period calendar.Period
		asOf   fact.Revision
		want   string
	}{
		{calendar.Month(2026, 1), 0, "10"},
		{calendar.Month(2026, 2), 0, "25"},
		{calendar.Month(2026, 2), 4, "20"},
		{calendar.Month(2026, 2), 1, "20"},
		{calendar.Quarter(2026, 1), 0, "65"},
		{calendar.Quarter(2026, 2), 0, "0"},
	} {
		got, _, ok := s.Before("ana", "bookings", c.period, c.asOf)
		if got.String() != c.want || ok != (c.want != "0") {
			t.Errorf("%s as of %d: %s, %v; want %s", c.period, c.asOf, got, ok, c.want)
		}
	}
}
