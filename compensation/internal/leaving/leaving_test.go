package leaving

import (
	"testing"

	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/compensation/terms"
	"github.com/payproof/payproof/dsl/calendar"
)

func days(t *testing.T, text string) calendar.Range {
	t.Helper()
	r, err := calendar.ParseRange(text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAPlanGoesOnUpToTheEndOfThePayPeriodOfTheLastDay(t *testing.T) {
	earns := &plan.Plan{Terms: terms.Terms{Leaving: terms.Leaving{EarnOn: true}}}
	stops := &plan.Plan{Terms: earns.Terms, Stops: true, Effective: days(t, "2026-01-01..2026-02-25")}
	for name, c := range map[string]struct {
		of    *plan.Plan
		there []string // the days on which the payee is there
		want  string   // the last day of the first run
	}{
		"who leaves":                           {earns, []string{"2026-01-01..2026-02-20"}, "2026-02-28"},
		"on the last day of a pay period":      {earns, []string{"2026-01-01..2026-02-28"}, "2026-02-28"},
		"where the plan does not say so":       {&plan.Plan{}, []string{"2026-01-01..2026-02-20"}, "2026-02-20"},
		"where the plan ends before":           {stops, []string{"2026-01-01..2026-02-20"}, "2026-02-25"},
		"who is back in the same pay period":   {earns, []string{"2026-01-01..2026-02-10", "2026-02-20..2026-05-01"}, "2026-02-10"},
		"who is back on the day after its end": {earns, []string{"2026-01-01..2026-02-20", "2026-03-01..2026-05-01"}, "2026-02-20"},
		"who is back later":                    {earns, []string{"2026-01-01..2026-02-20", "2026-03-02..2026-05-01"}, "2026-02-28"},
	} {
		var all []earning.Segment
		for _, text := range c.there {
			all = append(all, earning.Segment{Plan: c.of, Days: days(t, text), Personal: []earning.Personal{{Days: days(t, text)}}})
		}
		there := func(d calendar.Date) bool {
			for _, text := range c.there {
				if days(t, text).Contains(d) {
					return true
				}
			}
			return false
		}
		got := Extend(all, calendar.Calendar{}, there)[0]
		if last := got.Days.To.AddDays(-1).String(); last != c.want || got.Personal[0].Days.To != got.Days.To {
			t.Errorf("%s: on the plan up to %s, want %s", name, last, c.want)
		}
	}
}
