package terms

import (
	"testing"

	"github.com/payproof/payproof/dsl/calendar"
)

func TestATimeEndsWithItsLastDay(t *testing.T) {
	day := func(text string) calendar.Date {
		d, err := calendar.ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct {
		time     Time
		from, on string
		want     bool
	}{
		{Time{Days: 90}, "2026-01-10", "2026-04-10", true},
		{Time{Days: 90}, "2026-01-10", "2026-04-11", false},
		{Time{Months: 1}, "2026-01-31", "2026-02-28", true},
		{Time{Months: 1}, "2026-01-31", "2026-03-01", false},
		{Time{Months: 6}, "2026-01-10", "2026-07-10", true},
		{Time{Months: 6}, "2026-01-10", "2026-07-11", false},
	} {
		if got := c.time.Contains(day(c.from), day(c.on)); got != c.want {
			t.Errorf("%v from %s to %s: %v", c.time, c.from, c.on, got)
		}
	}
}

func TestAClawbackCoversAllUnlessItNamesSome(t *testing.T) {
	var none *Clawback
	all, some, nobody := &Clawback{}, &Clawback{Of: []string{"commission"}}, &Clawback{Of: []string{}}
	if none.Covers("commission") || !all.Covers("bonus") || !some.Covers("commission") || some.Covers("bonus") || nobody.Covers("commission") {
		t.Error("it covers others than it says")
	}
}
