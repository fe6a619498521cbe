package store

import (
	"context"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/ledger/closing"
	"github.com/payproof/payproof/compensation/ledger/ledgertest"
	"github.com/payproof/payproof/compensation/manual"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/people"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/fx"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/quota"
)

var ana = closing.Act{Actor: "ana", At: time.Date(2026, 2, 3, 9, 0, 0, 0, time.UTC), Reason: "the file of Monday"}

// one is a batch with a fact of each kind, with all that it may say.
func one() Batch {
	stamp := fact.Stamp{Effective: calendar.Range{From: calendar.MustDate("2026-01-01"), To: calendar.MustDate("2026-07-01")}, Actor: "bo", Reason: "hired \"late\"\n"}
	fields := map[string]string{"closed": "2026-01-10", "amount": "1000.50", "region": "Zürich\x00"}
	return Batch{
		People:      []people.Payee{{ID: "ann", Name: "Ann Ö", Role: "Rep", Currency: money.MustCurrency("EUR"), Stamp: stamp}, {ID: "bob"}},
		Edges:       []fact.Edge{{Name: "owner", From: "north", To: "ann", Share: decimal.New(1, 0), Stamp: stamp}, {Name: "owner", From: "south", To: "ann", Void: true}},
		Assignments: []compensation.Assignment{{Payee: "ann", Plan: "Rep", Personal: map[string]decimal.Decimal{"target": decimal.New(12345678901, -4), "none": {}}, Stamp: stamp}},
		Quotas:      []quota.Quota{{Payee: "ann", Measure: "sold", Period: calendar.Quarter(2026, 1), Amount: decimal.New(50, 3)}},
		Rates:       []fx.Rate{{Set: "spot", From: money.MustCurrency("USD"), To: money.MustCurrency("EUR"), Value: decimal.New(9213, -4), On: calendar.MustDate("2026-01-30")}},
		Adjustments: []manual.Adjustment{{ID: "A-1", Payee: "ann", Period: calendar.Month(2026, 1), Event: "d9", Amount: money.MustParse("-10.25 EUR"), Reason: "prize", Author: "bo", Approver: "cy"}},
		Events: []crediting.Line{
			{Kind: "deal", ID: "d1", Revision: 7, Fields: fields, At: source.Span{File: "deal.csv", From: source.Pos{Line: 2, Col: 1}, To: source.Pos{Line: 2, Col: 1}}},
			{Kind: "deal", ID: "d2", Withdrawn: true},
		},
	}
}

func collect[T any](t testing.TB, all iter.Seq2[T, error]) (out []T) {
	t.Helper()
	for v, err := range all {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

// back is what a database knows at a position, without its events.
func back(t testing.TB, f *Facts, asOf fact.Revision) Batch {
	t.Helper()
	k := f.Known(t.Context(), asOf)
	return Batch{
		People: collect(t, k.People), Edges: collect(t, k.Edges), Assignments: collect(t, k.Assignments), Quotas: collect(t, k.Quotas), Rates: collect(t, k.FX), Adjustments: collect(t, k.Adjustments),
		Events: collect(t, known(t.Context(), f, max(asOf, 1<<40), kindEvent, event)),
	}
}

func TestFactsComeBackAsTheyWereLoaded(t *testing.T) {
	for name, open := range databases {
		t.Run(name, func(t *testing.T) {
			l, _ := open(t)
			f := l.Facts()
			if p, err := f.Position(t.Context()); p != 0 || err != nil {
				t.Errorf("an empty store is at %d, %v", p, err)
			}
			p, err := f.Load(t.Context(), one(), ana)
			if p != 1 || err != nil {
				t.Fatalf("%d, %v", p, err)
			}
			want := one()
			for i := range want.People {
				want.People[i].Stamp.Known = 1
			}
			for i := range want.Edges {
				want.Edges[i].Stamp.Known = 1
			}
			want.Assignments[0].Stamp.Known, want.Quotas[0].Known, want.Rates[0].Known, want.Adjustments[0].Known = 1, 1, 1, 1
			want.Events[1].Revision = 1
			if got := back(t, f, 0); fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) || !reflect.DeepEqual(got.Events[0], want.Events[0]) {
				t.Errorf("got\n%+v\nwant\n%+v", got, want)
			}
			if p, err = f.Load(t.Context(), Batch{People: []people.Payee{{ID: "cy"}}}, ana); p != 2 || err != nil {
				t.Errorf("%d, %v", p, err)
			}
			if now, then := back(t, f, 0), back(t, f, 1); len(now.People) != 3 || len(then.People) != 2 || now.People[2].Stamp.Known != 2 {
				t.Errorf("%v, %v", now.People, then.People)
			}
			for _, change := range []string{"UPDATE fact SET content = '{}'", "DELETE FROM fact", "UPDATE fact_batch SET actor = 'eve'", "DELETE FROM fact_batch"} {
				if _, err := l.db.ExecContext(t.Context(), change); err == nil || !strings.Contains(err.Error(), "append-only") {
					t.Errorf("%s: %v", change, err)
				}
			}
		})
	}
}

func TestFactsThatNothingCouldBeMadeOfAreNotLoaded(t *testing.T) {
	l, _ := databases["SQLite"](t)
	f := l.Facts()
	for want, b := range map[string]Batch{
		"nothing to load":       {},
		"leave Known zero":      {People: []people.Payee{{ID: "ann", Stamp: fact.Stamp{Known: 3}}}},
		"comes twice":           {Events: []crediting.Line{{ID: "d1"}, {ID: "d1", Fields: map[string]string{"amount": "1"}}}},
		"event":                 {Events: []crediting.Line{{ID: ""}}},
		"assignment":            {Assignments: []compensation.Assignment{{Payee: "ann"}}},
		"quota":                 {Quotas: []quota.Quota{{Payee: "ann", Measure: "sold", Period: calendar.Month(2026, 1), Amount: decimal.New(-1, 0)}}},
		"rate":                  {Rates: []fx.Rate{{Set: "spot", From: money.MustCurrency("USD"), To: money.MustCurrency("EUR"), On: calendar.MustDate("2026-01-30")}}},
		"it has no reason":      {Adjustments: []manual.Adjustment{{ID: "A-1", Payee: "ann", Period: calendar.Month(2026, 1)}}},
		"the share is negative": {Edges: []fact.Edge{{Name: "owner", From: "n", To: "ann", Share: decimal.New(-1, 0)}}},
		"is paid in EUR and in": {People: []people.Payee{{ID: "ann", Currency: money.MustCurrency("EUR")}, {ID: "ann", Currency: money.MustCurrency("USD")}}},
	} {
		if p, err := f.Load(t.Context(), b, ana); p != 0 || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %d, %v", want, p, err)
		}
	}
	if _, err := f.Load(t.Context(), one(), closing.Act{}); err == nil || !strings.Contains(err.Error(), "set Actor") {
		t.Errorf("%v", err)
	}
	if p, err := f.Position(t.Context()); p != 0 || err != nil {
		t.Errorf("something was loaded: %d, %v", p, err)
	}
}

// Who loads at the same time waits: each batch has a position of its own, and none is missing.
func TestBatchesAreLoadedOneByOne(t *testing.T) {
	for name, open := range databases {
		t.Run(name, func(t *testing.T) {
			l, address := open(t)
			other := opened(t, address)
			var wait sync.WaitGroup
			var lock sync.Mutex
			var got []int
			for i := range 12 {
				wait.Go(func() {
					p, err := []*Ledger{l, other}[i%2].Facts().Load(context.Background(), Batch{Events: []crediting.Line{{Kind: "deal", ID: fact.EventID(fmt.Sprint("d", i))}}}, ana)
					if err != nil {
						t.Error(err)
					}
					lock.Lock()
					defer lock.Unlock()
					got = append(got, int(p))
				})
			}
			wait.Wait()
			slices.Sort(got)
			for i, p := range got {
				if p != i+1 {
					t.Fatalf("positions %v", got)
				}
			}
		})
	}
}

// What was closed can be asked for again, whatever was loaded since: also where events were corrected.
func TestWhatWasClosedCanBeAskedForAgain(t *testing.T) {
	program, err := plan.Load(fstest.MapFS{
		"payproof.yaml":  {Data: []byte("company: Stored\ncurrency: USD\nevents:\n  deal: {closed: date, amount: money, region: key}\nterritories:\n  - {territory: north, when: region == \"north\"}\ncredit:\n  - {rule: owners, to: owner of territory, as: bookings}\nmeasures:\n  sold: sum of bookings, month\n")},
		"plans/rep.yaml": {Data: []byte("plan: Rep\nversion: \"1\"\nfor: role Rep\ncomponents:\n  commission: {for each: credit of bookings, pays: amount * 10%}\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	deal := func(id, amount string) crediting.Line {
		return crediting.Line{Kind: "deal", ID: fact.EventID(id), Fields: map[string]string{"closed": "2026-01-10", "amount": amount, "region": "north"}}
	}
	for name, open := range databases {
		t.Run(name, func(t *testing.T) {
			l, _ := open(t)
			f := l.Facts()
			load := func(b Batch) fact.Revision {
				p, err := f.Load(t.Context(), b, ana)
				if err != nil {
					t.Fatal(err)
				}
				return p
			}
			run := func(month int, asOf fact.Revision) (*compensation.Book, *compensation.Run) {
				book, err := compensation.Open(t.Context(), program, f.Known(t.Context(), asOf))
				if err != nil {
					t.Fatal(err)
				}
				run, err := book.Run(t.Context(), compensation.Request{Period: calendar.Month(2026, month), AsOf: asOf})
				if err != nil {
					t.Fatal(err)
				}
				return book, run
			}
			entries := func(r *compensation.Run) (out []string) {
				for e := range r.Entries() {
					out = append(out, string(ledger.AppendLine(nil, e)))
				}
				return out
			}
			load(Batch{People: []people.Payee{{ID: "ann", Role: "Rep"}, {ID: "bob", Role: "Rep"}}, Edges: []fact.Edge{{Name: "owner", From: "north", To: "ann"}}})
			noon := load(Batch{Events: []crediting.Line{deal("d1", "10000"), deal("d2", "700")}})
			book, first := run(1, 0)
			posted := entries(first)
			if _, err := book.Close(t.Context(), first, ana); err != nil {
				t.Fatal(err)
			}
			load(Batch{Events: []crediting.Line{deal("d1", "12000"), deal("d3", "50"), {Kind: "deal", ID: "d2", Withdrawn: true}}})
			load(Batch{Edges: []fact.Edge{{Name: "owner", From: "north", To: "ann", Void: true}, {Name: "owner", From: "north", To: "bob"}}})
			if _, again := run(1, noon); !slices.Equal(entries(again), posted) {
				t.Errorf("as of noon:\n%s\nwhat was posted:\n%s", strings.Join(entries(again), "\n"), strings.Join(posted, "\n"))
			}
			_, now := run(2, 0)
			paid := map[fact.PayeeID]string{}
			for p := range now.Payouts() {
				if p.Component == "commission" {
					paid[p.Payee] = p.Amount.String()
				}
			}
			if want := map[fact.PayeeID]string{"ann": "-1070.00 USD", "bob": "1205.00 USD"}; !reflect.DeepEqual(paid, want) {
				t.Errorf("February pays %v, want %v", paid, want)
			}
		})
	}
}

// An account that may only read and add keeps a ledger and facts, and can't change them, also where nobody set a trigger.
func TestAnAccountOfTheProgramCanOnlyAdd(t *testing.T) {
	owner, address := databases["PostgreSQL"](t)
	role := fmt.Sprintf("program%d", made.Add(1))
	do := func(text string) {
		if _, err := owner.db.ExecContext(t.Context(), text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	do("CREATE ROLE " + role + " LOGIN")
	do("GRANT SELECT, INSERT ON ledger_batch, ledger_entry, fact_batch, fact TO " + role)
	do("GRANT SELECT ON goose_db_version TO " + role)
	do("ALTER TABLE fact DISABLE TRIGGER ALL")
	do("ALTER TABLE ledger_entry DISABLE TRIGGER ALL")
	program := opened(t, strings.Replace(address, "payproof@", role+"@", 1))
	if _, err := program.Append(t.Context(), ledger.Head{}, ledgertest.Entries(3)); err != nil {
		t.Error(err)
	}
	if _, err := program.Facts().Load(t.Context(), one(), ana); err != nil {
		t.Error(err)
	}
	for _, table := range []string{"ledger_batch", "ledger_entry", "fact_batch", "fact"} {
		for _, change := range []string{"DELETE FROM " + table, "TRUNCATE " + table, "DROP TABLE " + table} {
			if _, err := program.db.ExecContext(t.Context(), change); err == nil {
				t.Errorf("%s was done", change)
			}
		}
	}
	if _, err := program.db.ExecContext(t.Context(), "UPDATE fact SET content = '{}'"); err == nil || !strings.Contains(err.Error(), "permission denied") {
		t.Errorf("%v", err)
	}
}
