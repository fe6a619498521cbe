package prepay_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/compensation/prepay"
	"github.com/payproof/payproof/dsl/calendar"
)

const (
	company = `company: Prepay
currency: USD
calendar: months from 2026-01
events:
  deal: {closed: date, account: key, seller: payee, amount: money}
  meeting: {held: date, seller: payee, minutes: count}
credit:
  - {rule: sold, of: deal, to: seller, as: bookings}
  - {rule: met, of: meeting, to: seller, amount: minutes, as: minutes}
measures:
  bookings: sum of bookings, month
`
	rep = `plan: Rep
version: "1"
for: role Rep
components:
  commission:
    for each: credit of bookings
    pays: amount * 10%
`
	people = "payee,name,role,start,end\nann,,Rep,2026-01-01,2026-04-30\nbo,,Guest,2026-01-01,\n"
)

func open(t *testing.T, store ledger.Store, deals ...string) *compensation.Book {
	t.Helper()
	fsys := fstest.MapFS{
		"payproof.yaml": {Data: []byte(company)}, "plans/rep.yaml": {Data: []byte(rep)}, "people.csv": {Data: []byte(people)},
		"events/deal.csv":    {Data: []byte("id,closed,account,seller,amount\n" + strings.Join(deals, "\n") + "\n")},
		"events/meeting.csv": {Data: []byte("id,held,seller,minutes\nm1,2026-01-05,ann,30\nm2,2026-01-05,ann,30\n")},
	}
	program, err := plan.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	facts, err := folder.Facts(fsys, program)
	if err != nil {
		t.Fatal(err)
	}
	facts.Ledger = store
	book, err := compensation.Open(t.Context(), program, facts)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// found is what is found of a period: "place code message".
func found(t *testing.T, book *compensation.Book, period calendar.Period, store ledger.Store) string {
	t.Helper()
	run, err := book.Run(t.Context(), compensation.Request{Period: period})
	if err != nil {
		t.Fatal(err)
	}
	before, err := prepay.Paid(t.Context(), store, run.Periods()[0])
	if err != nil {
		t.Fatal(err)
	}
	all, err := prepay.Check(t.Context(), run, before)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range all {
		out = append(out, d.Span.String()+" "+d.Code+" "+d.Message)
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

func TestEventsThatSayTheSameAreFound(t *testing.T) {
	none := ledger.Memory()
	for name, c := range map[string]struct {
		deals []string
		want  string
	}{
		"twice":           {[]string{"d1,2026-01-10,acme,ann,100.00", "d2,2026-01-10,acme,ann,100"}, "deal.csv:3:1 near-duplicate the event d2 says the same as d1, but for its id"},
		"another amount":  {[]string{"d1,2026-01-10,acme,ann,100.00", "d2,2026-01-10,acme,ann,100.01"}, ""},
		"another account": {[]string{"d1,2026-01-10,acme,ann,100.00", "d2,2026-01-10,acm,ann,100.00"}, ""},
		"another month":   {[]string{"d1,2026-02-10,acme,ann,100.00", "d2,2026-02-10,acme,ann,100.00"}, ""},
	} {
		if got := found(t, open(t, nil, c.deals...), calendar.Month(2026, 1), none); !strings.HasSuffix(got, c.want) || (got == "") != (c.want == "") {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestWhoIsPaidFarMoreThanEverIsFound(t *testing.T) {
	deals := []string{"a,2026-01-10,acme,ann,1000.00", "b,2026-02-10,acme,ann,2000.00", "c,2026-03-10,acme,ann,1500.00", "d,2026-04-10,acme,ann,10000.10"}
	want := "payee=ann period=2026-04 pay-unusual 1000.01 is paid, and never more than 200 in 3 pay periods before"
	if got := found(t, open(t, nil, deals...), calendar.Half(2026, 1), ledger.Memory()); got != want {
		t.Error(got)
	}
	if got := found(t, open(t, nil, append(deals[:3:3], "d,2026-04-10,acme,ann,10000.00")...), calendar.Half(2026, 1), ledger.Memory()); got != "" {
		t.Errorf("five times the most is not far more: %s", got)
	}
	if got := found(t, open(t, nil, deals[1:]...), calendar.Half(2026, 1), ledger.Memory()); got != "" {
		t.Errorf("of two pay periods before: %s", got)
	}
	store := ledger.Memory() // the months before are in the ledger
	book := open(t, store, deals...)
	for m := range 3 {
		run, err := book.Run(t.Context(), compensation.Request{Period: calendar.Month(2026, m+1)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := book.Commit(t.Context(), run, "ana"); err != nil {
			t.Fatal(err)
		}
	}
	if got := found(t, book, calendar.Month(2026, 4), store); got != want {
		t.Error(got)
	}
}

func TestWhoHasCreditAndNoPlanIsFound(t *testing.T) {
	deals := []string{"a,2026-01-10,acme,bo,1000.00", "b,2026-01-11,acme,bo,2000.00", "c,2026-01-12,acme,ann,1500.00"}
	want := "payee=bo event=a payee-without-plan bo has credit, and is on no plan on that day: nothing is paid for it; 2 credits in all"
	if got := found(t, open(t, nil, deals...), calendar.Month(2026, 1), ledger.Memory()); got != want {
		t.Error(got)
	}
}
