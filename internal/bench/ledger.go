package main

import (
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing/fstest"
	"time"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/compensation/store"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// year is a company of payees who each sell some deals a month, in eleven months.
type year struct {
	payees, deals int
	program       *plan.Program
}

const (
	yearCompany = `company: Year
currency: USD
calendar: months from 2026-01
events:
  deal: {closed: date, seller: payee, amount: money}
credit:
  - {rule: sold, to: seller, as: bookings}
  - {rule: team, roll up: bookings, as: team, along: manager}
measures:
  bookings: sum of bookings, quarter to date
  team: sum of team, month
`
	yearPlan = `plan: Rep
version: "1"
for: role Rep
tables:
  rates:
    marginal by: bookings
    tiers:
      - {from: 0 USD, rate: 6%}
      - {from: 60_000 USD, rate: 9.5%}
components:
  commission:
    for each: credit of bookings
    pays: marginal(bookings, rates)
  override:
    every: month
    pays: team * 0.5%
`
)

// facts are those of the year, with a ledger.
func (y *year) facts(books ledger.Store) (compensation.Facts, error) {
	people, edges := "payee,name,role,start,end\n", "edge,from,to,share,start,end\n"
	for i := range y.payees {
		people += fmt.Sprintf("p%04d,,Rep,2026-01-01,\n", i)
		if i > 0 {
			edges += fmt.Sprintf("manager,p%04d,p%04d,,,\n", i, i/10)
		}
	}
	fsys := fstest.MapFS{
		"payproof.yaml": {Data: []byte(yearCompany)}, "plans/rep.yaml": {Data: []byte(yearPlan)},
		"people.csv": {Data: []byte(people)}, "edges.csv": {Data: []byte(edges)}, "events": {Mode: os.ModeDir},
	}
	var err error
	if y.program == nil {
		if y.program, err = plan.Load(fsys); err != nil {
			return compensation.Facts{}, err
		}
	}
	facts, err := folder.Facts(fsys, y.program)
	facts.Events, facts.Ledger = crediting.FromLines(y.lines), books
	return facts, err
}

// lines are the deals.
func (y *year) lines() iter.Seq2[crediting.Line, error] {
	return func(yield func(crediting.Line, error) bool) {
		for month := range 11 {
			for p := range y.payees {
				for n := range y.deals {
					if !yield(y.deal(month, p, n, 1, 1_000_00+(month*7919+p*104_729+n*1_299_709)%900_000), nil) {
						return
					}
				}
			}
		}
	}
}

func (y *year) deal(month, payee, n int, revision uint64, cents int) crediting.Line {
	return crediting.Line{ID: fact.EventID(fmt.Sprintf("d%02d-%04d-%03d", month, payee, n)), Revision: revision, Fields: map[string]string{
		"closed": fmt.Sprintf("2026-%02d-%02d", month+1, 1+(payee+n)%28), "seller": fmt.Sprintf("p%04d", payee), "amount": fmt.Sprintf("%d.%02d", cents/100, cents%100),
	}}
}

// late are corrections of ten deals.
func (y *year) late(round int) crediting.Feed {
	return crediting.FromLines(func() iter.Seq2[crediting.Line, error] {
		return func(yield func(crediting.Line, error) bool) {
			for i := range 10 {
				if !yield(y.deal(i, (i*97)%y.payees, 0, uint64(round+2), 5_000_00+round*100+i), nil) {
					return
				}
			}
		}
	})
}

// ledgerRows time a month's close, and what restating closed months costs.
func ledgerRows() ([]row, error) {
	ctx := context.Background()
	y := &year{payees: 1000, deals: 20}
	dir, err := os.MkdirTemp("", "payproof-ledger")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	var rows []row
	for _, s := range []struct {
		name string
		open func(path string) (ledger.Store, error)
		bar  time.Duration
	}{
		{"Dir", ledger.Dir, time.Second},
		{"SQLite", func(path string) (ledger.Store, error) { return store.SQLite(ctx, path+".db") }, 3 * time.Second},
	} {
		took, entries, err := y.close(ctx, func(round int) (ledger.Store, error) {
			return s.open(filepath.Join(dir, fmt.Sprintf("%s-%d", strings.ToLower(s.name), round)))
		})
		if err != nil {
			return nil, err
		}
		rows = append(rows, atMost(fmt.Sprintf("close of a month, 1,000 payees, %d entries, on %s", entries, s.name), took, s.bar))
	}
	restated, err := y.restate(ctx)
	return append(rows, restated), err
}

// close closes a month in five new ledgers: the middle of how long that took, once the month was computed, and how many entries it has.
func (y *year) close(ctx context.Context, open func(round int) (ledger.Store, error)) (time.Duration, int, error) {
	facts, err := y.facts(nil)
	if err != nil {
		return 0, 0, err
	}
	var all []time.Duration
	entries := 0
	for round := range 5 {
		if facts.Ledger, err = open(round); err != nil {
			return 0, 0, err
		}
		book, err := compensation.Open(ctx, y.program, facts)
		if err != nil {
			return 0, 0, err
		}
		run, err := book.Run(ctx, compensation.Request{Period: calendar.Month(2026, 1)})
		if err != nil {
			return 0, 0, err
		}
		runtime.GC()
		start := time.Now()
		if _, err := book.Commit(ctx, run, "ana"); err != nil {
			return 0, 0, err
		}
		all, entries = append(all, time.Since(start)), 0
		for range run.Entries() {
			entries++
		}
	}
	slices.Sort(all)
	return all[len(all)/2], entries, nil
}

// restate closes eleven months, and then corrects ten deals of them.
func (y *year) restate(ctx context.Context) (row, error) {
	facts, err := y.facts(ledger.Memory())
	if err != nil {
		return row{}, err
	}
	book, err := compensation.Open(ctx, y.program, facts)
	if err != nil {
		return row{}, err
	}
	for m := range 11 {
		run, err := book.Run(ctx, compensation.Request{Period: calendar.Month(2026, m+1)})
		if err == nil {
			_, err = book.Commit(ctx, run, "ana")
		}
		if err != nil {
			return row{}, err
		}
	}
	december := compensation.Request{Period: calendar.Month(2026, 12)}
	round := 0
	took, err := inTurn(5, func() error {
		_, err := book.Run(ctx, december)
		return err
	}, func() error {
		changes, err := book.Apply(ctx, compensation.Facts{Events: y.late(round)})
		if round++; err == nil && len(changes) == 0 {
			err = fmt.Errorf("ten corrections changed nothing")
		}
		return err
	})
	if err != nil {
		return row{}, err
	}
	share := 100 * ratio(took[1], took[0])
	return row{fmt.Sprintf("restating 11 closed months for 10 changed events, of %s for all", took[0].Round(time.Millisecond)), fmt.Sprintf("%.2f %%", share), "<= 5 %", share <= 5}, nil
}
