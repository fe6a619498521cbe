package embed_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/examples/embed"
)

// march is what the database's March pays, a payout on each line.
func march(t *testing.T, m memory) (string, error) {
	t.Helper()
	program, err := embed.Program()
	if err != nil {
		t.Fatal(err)
	}
	db := m.open()
	t.Cleanup(func() { db.Close() })
	book, err := compensation.Open(t.Context(), program, embed.Facts(t.Context(), db))
	if err != nil {
		return "", err
	}
	run, err := book.Run(t.Context(), compensation.Request{Period: calendar.Month(2026, 3)})
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for p := range run.Payouts() {
		fmt.Fprintln(&b, p.ID, p.Amount)
	}
	return b.String(), nil
}

func TestTheOrderOfRowsDoesNotMatter(t *testing.T) {
	want, err := march(t, harbor())
	if err != nil {
		t.Fatal(err)
	}
	backwards := harbor()
	for _, name := range []string{"employees", "reporting_lines", "quotas", "deals"} {
		slices.Reverse(backwards[name].rows)
	}
	if got, err := march(t, backwards); err != nil || got != want {
		t.Errorf("backwards: %v\n%s\nwant\n%s", err, got, want)
	}
}

func TestWhatIsWrongWithTheDatabaseReachesTheCaller(t *testing.T) {
	for _, c := range []struct {
		what  string
		spoil func(m memory)
		says  string
	}{
		{"no table", func(m memory) { delete(m, "quotas") }, `there is no table "quotas"`},
		{"no deals", func(m memory) { delete(m, "deals") }, `there is no table "deals"`},
		{"a type that does not scan", func(m memory) { m["quotas"].rows[0][2] = "next" }, "year"},
		{"an amount that is none", func(m memory) { m["deals"].rows[3][3] = "12k" }, "deals id=d03"},
		{"a date before the calendar", func(m memory) { m["employees"].rows[0][3] = time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC) }, "FROM employees"},
		{"a deal of nobody", func(m memory) { m["deals"].rows[0][4] = "zed" }, "zed"},
	} {
		m := harbor()
		c.spoil(m)
		if _, err := march(t, m); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v does not say %q", c.what, err, c.says)
		}
	}
}
