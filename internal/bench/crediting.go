package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/internal/workload"
)

// creditingRows are the promises about crediting, each at a size that takes
// seconds today; the name says which. Nothing is extrapolated.
func creditingRows() ([]row, error) {
	var out []row
	for _, measure := range []func() ([]row, error){
		endToEnd, variants, manyRules, compileRules, linear, overCredits, incremental, payAlone, workers,
	} {
		rows, err := measure()
		if err != nil {
			return out, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

// over is a ratio with a bar that may have a fraction.
func over(name string, ratio, bar float64) row {
	return row{name, fmt.Sprintf("%.2fx", ratio), fmt.Sprintf("<= %gx", bar), ratio <= bar}
}

// endToEnd is the quarter against the baseline, from files and from memory.
func endToEnd() ([]row, error) {
	const events = 1_000_000
	d, err := written(workload.Quarter{Events: events})
	if err != nil {
		return nil, err
	}
	defer d.remove()
	t, err := inTurn(3, d.byHand, d.toPayouts)
	if err != nil {
		return nil, err
	}
	program, facts, err := d.facts()
	if err != nil {
		return nil, err
	}
	facts.Events = d.q.Feed()
	unique := facts
	unique.Events = d.q.UniqueFeed()
	typed, err := inTurn(3, func() error { return openAndPay(program, facts) }, func() error { return openAndPay(program, unique) })
	if err != nil {
		return nil, err
	}
	each, ofUnique := typed[0].Nanoseconds()/events, typed[1].Nanoseconds()/events
	return []row{
		over("1M events, R = 20, CSV to payouts, against the baseline", ratio(t[1], t[0]), 2.5),
		{"1M events typed in memory, ids declared unique, CPU per event", fmt.Sprintf("%d ns", ofUnique), "<= 250 ns", ofUnique <= 250},
		{"1M events typed in memory, Open and Run, CPU per event", fmt.Sprintf("%d ns", each), "<= 350 ns", each <= 350},
	}, nil
}

func openAndPay(program *plan.Program, facts compensation.Facts) error {
	book, err := compensation.Open(context.Background(), program, facts)
	if err == nil {
		_, err = payQuarter(book, 0)
	}
	return err
}

// variants are the workloads that are unlike the quarter.
func variants() (out []row, err error) {
	for _, v := range []struct {
		name string
		q    workload.Quarter
	}{
		{"100k events of 200 fields, 4 used", workload.Quarter{Fields: 200, Events: 100_000}},
		{"1M events, one payee has 30 %", workload.Quarter{Whale: true, Events: 1_000_000}},
		{"1M events, all late", workload.Quarter{Late: true, Events: 1_000_000}},
		{"1M events, 8 levels of managers", workload.Quarter{Levels: 8, Events: 1_000_000}},
	} {
		d, err := written(v.q)
		if err != nil {
			return out, err
		}
		t, err := inTurn(3, d.byHand, d.toPayouts)
		d.remove()
		if err != nil {
			return out, err
		}
		out = append(out, over(v.name+", against the baseline", ratio(t[1], t[0]), 2.5))
	}
	return out, nil
}

// manyRules is what a thousand times as many rules cost, all in all.
func manyRules() ([]row, error) {
	var all []func() error
	for _, rules := range []int{20, 20_000} {
		d, err := written(workload.Quarter{Events: 1_000_000, Rules: rules})
		if err != nil {
			return nil, err
		}
		defer d.remove()
		all = append(all, d.toPayouts)
	}
	t, err := inTurn(1, all...)
	if err != nil {
		return nil, err
	}
	return []row{over("R = 20 -> 20,000, 1M events, CSV to payouts", ratio(t[1], t[0]), 2)}, nil
}

// compileRules is what rules cost before any event comes.
func compileRules() ([]row, error) {
	const rules = 20_000
	d, err := written(workload.Quarter{Events: 1, Rules: rules})
	if err != nil {
		return nil, err
	}
	defer d.remove()
	load := func() (*plan.Program, error) { return plan.Load(d.fsys) }
	t, err := inTurn(1, func() error { _, err := load(); return err })
	if err != nil {
		return nil, err
	}
	bytes, err := retained(load)
	each := bytes / rules
	return []row{
		atMost("20,000 rules compile, CPU", t[0], time.Second),
		{"20,000 rules, memory of each", fmt.Sprintf("%d B", each), "<= 2048 B", each <= 2048},
	}, err
}

// linear is ten times the events, and the memory of it.
func linear() ([]row, error) {
	const few, many = 100_000, 1_000_000
	var all []func() error
	for _, events := range []int{few, many} {
		d, err := written(workload.Quarter{Events: events})
		if err != nil {
			return nil, err
		}
		defer d.remove()
		all = append(all, d.toPayouts)
	}
	t, err := inTurn(2, all...)
	if err != nil {
		return nil, err
	}
	bytes, err := peak(all[1])
	const bar = 64<<20 + 16*many
	return []row{
		over("100k -> 1M events, CPU per event", ratio(t[1], t[0])*few/many, 1.1),
		{"1M events, CSV to payouts, peak of the heap", megabytes(bytes), "<= " + megabytes(bar), bytes <= bar},
	}, err
}

func megabytes(n uint64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }

// overCredits is what explaining and listing cost beside the run. Nothing is kept for explanations but the sums
// that a run has anyway: what is explained is credited again, payee by payee.
func overCredits() ([]row, error) {
	const events = 1_000_000
	d, err := written(workload.Quarter{Events: events})
	if err != nil {
		return nil, err
	}
	defer d.remove()
	var explained *compensation.Run
	if explained, err = d.run(); err != nil {
		return nil, err
	}
	book, n, id := explained.Book(), 0, ""
	for p := range explained.Payouts() {
		id = p.ID
	}
	t, err := inTurn(3, d.toPayouts,
		func() error {
			run, err := d.run()
			if err == nil {
				_, err = run.Explain(context.Background(), id)
			}
			return err
		},
		func() error {
			run, err := d.run()
			if err == nil {
				n, err = list(run, io.Discard)
			}
			return err
		})
	if err != nil {
		return nil, err
	}
	bytes, err := retained(func() (*compensation.Run, error) { return payQuarter(book, 0) })
	runtime.KeepAlive(explained)
	each := bytes / events
	return []row{
		over("1M events, CSV to payouts and one payout explained, against none", ratio(t[1], t[0]), 1.25),
		{"1M events, what a run keeps of each beside the book, to explain any", fmt.Sprintf("%d B", each), "<= 32 B", each <= 32},
		over(fmt.Sprintf("1M events, CSV to payouts and %d credit lines written, against none", n), ratio(t[2], t[0]), 3),
	}, err
}

// list writes a line for each credit.
func list(run *compensation.Run, to io.Writer) (n int, err error) {
	w := bufio.NewWriter(to)
	var b []byte
	for l := range run.Lines() {
		n++
		b = append(append(b[:0], l.Event...), '\t')
		b = append(append(b, l.Payee...), '\t')
		b = append(append(b, l.Type...), '\t')
		b = append(append(b, l.Rule...), '\t')
		b = append(l.AppendAmount(b), '\n')
		if _, err = w.Write(b); err != nil {
			return n, err
		}
	}
	return n, w.Flush()
}

// incremental is what facts that come later cost: CPU of Apply against that of a full run.
func incremental() ([]row, error) {
	const what = "1M events: 1,000 late events, 5 quota and 10 owner changes"
	d, err := written(workload.Quarter{Events: 1_000_000})
	if err != nil {
		return nil, err
	}
	defer d.remove()
	program, facts, err := d.facts()
	if err != nil {
		return nil, err
	}
	facts.Events = d.q.Feed()
	state, err := retained(func() (*compensation.Book, error) {
		book, err := compensation.Open(context.Background(), program, facts)
		if err == nil {
			_, err = payQuarter(book, 0)
		}
		return book, err
	})
	if err != nil {
		return nil, err
	}
	book, err := compensation.Open(context.Background(), program, facts)
	if err != nil {
		return nil, err
	}
	const rounds = 5
	var late []compensation.Facts
	for n := range rounds + 1 {
		late = append(late, d.q.Later(n+1, 1_000, 5, 10))
	}
	n := 0
	t, err := inTurn(rounds,
		func() error { _, err := payQuarter(book, 0); return err },
		func() error {
			changes, err := book.Apply(context.Background(), late[n])
			n++
			if err == nil && len(changes) == 0 {
				err = errors.New("nothing changed")
			}
			return err
		})
	if err != nil {
		return nil, err
	}
	each := state / 1_000_000
	faster := ratio(t[0], t[1])
	return []row{
		atMost(what, t[1], 10*time.Millisecond),
		{what + ", over a full run", fmt.Sprintf("%.1fx", faster), ">= 30x", faster >= 30},
		{"state kept for changes, per event, the events included", fmt.Sprintf("%d B", each), "<= 96 B", each <= 96},
	}, err
}

// payAlone is a run in which people have one event each.
func payAlone() ([]row, error) {
	d, err := written(workload.Quarter{Events: 1_000, Accounts: 2_000})
	if err != nil {
		return nil, err
	}
	defer d.remove()
	book, err := d.book()
	if err != nil {
		return nil, err
	}
	t, err := inTurn(10, func() error { _, err := payQuarter(book, 0); return err })
	if err != nil {
		return nil, err
	}
	return []row{atMost("pay: 1,130 payees, 3 months, a run of 1,000 events", t[0], 10*time.Millisecond)}, nil
}

// workers is the wall time of a run from the files on one processor against that on two: the best of some
// rounds, since others use the machine, too.
func workers() ([]row, error) {
	d, err := written(workload.Quarter{Events: 1_000_000})
	if err != nil {
		return nil, err
	}
	defer d.remove()
	program, facts, err := d.facts()
	if err != nil {
		return nil, err
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	best := map[int]time.Duration{}
	for range 3 {
		for _, n := range []int{1, 2} {
			runtime.GC()
			runtime.GOMAXPROCS(n)
			start := time.Now()
			if err := openAndPay(program, facts); err != nil {
				return nil, err
			}
			if took := time.Since(start); best[n] == 0 || took < best[n] {
				best[n] = took
			}
		}
	}
	x := ratio(best[1], best[2])
	return []row{{"1M events, 2 processors against 1, parse and credit and pay, wall", fmt.Sprintf("%.2fx", x), ">= 1.6x", x >= 1.6}}, nil
}
