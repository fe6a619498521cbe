// Command ledger-year plays a year of a company month by month, as it became known: each month reads the events that came in by
// its end, some of them late or corrected, and closes the month. What is known late of a closed month is paid in the next.
//
//	go run ./examples/ledger-year
package main

import (
	"context"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/ledger/closing"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

//go:embed payproof.yaml plans *.csv events
var company embed.FS

func main() {
	if err := play(context.Background(), os.Stdout, ledger.Memory()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// play closes the months of the year, and checks that the ledger adds up.
func play(ctx context.Context, out io.Writer, books ledger.Store) error {
	for month := 1; month <= 12; month++ {
		if err := closeMonth(ctx, out, books, month); err != nil {
			return fmt.Errorf("2026-%02d: %w", month, err)
		}
	}
	var all []ledger.Entry
	for e, err := range books.Scan(ctx, ledger.Head{}) {
		if err != nil {
			return err
		}
		all = append(all, e)
	}
	if bad := ledger.Conserve(func(yield func(ledger.Entry) bool) {
		for _, e := range all {
			if !yield(e) {
				return
			}
		}
	}); len(bad) > 0 {
		return bad[0]
	}
	head, err := books.Head(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d entries add up for everybody and every month; the head of the ledger is %s\n", len(all), head)
	return err
}

// known is the company's folder as it was at the end of a month: the files of events that came in by then.
type known struct {
	fs.FS
	month int
}

// ReadDir leaves out what came later.
func (k known) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(k.FS, name)
	var out []fs.DirEntry
	for _, e := range all {
		if text, ok := strings.CutSuffix(e.Name(), ".csv"); name != "events" || ok && text[len(text)-2:] <= fmt.Sprintf("%02d", k.month) {
			out = append(out, e)
		}
	}
	return out, err
}

// closeMonth reads what is known, and proposes, approves and closes the month.
func closeMonth(ctx context.Context, out io.Writer, books ledger.Store, month int) error {
	fsys := known{company, month}
	program, err := plan.Load(fsys)
	if err != nil {
		return err
	}
	facts, err := folder.Facts(fsys, program)
	if err != nil {
		return err
	}
	facts.Ledger = books
	book, err := compensation.Open(ctx, program, facts)
	if err != nil {
		return err
	}
	proposal := compensation.Request{Period: calendar.Month(2026, month)}
	run, err := book.Run(ctx, proposal)
	if err != nil {
		return err
	}
	if _, err := book.Approve(ctx, run, closing.Act{Actor: "cfo@tidewater.example"}); err != nil {
		return err
	}
	if run, err = book.Run(ctx, proposal); err != nil { // the ledger has moved
		return err
	}
	if _, err := book.Commit(ctx, run, "payroll@tidewater.example"); err != nil {
		return err
	}
	return show(out, book, run)
}

// groups are the columns: what a payee has of which kinds of entries.
var groups = []struct {
	title string
	kinds []ledger.Kind
}{
	{"earned", []ledger.Kind{ledger.Earned}},
	{"prior", []ledger.Kind{ledger.PriorPeriod}},
	{"clawed back", []ledger.Kind{ledger.ClawedBack}},
	{"guarantee", []ledger.Kind{ledger.GuaranteeTopUp}},
	{"by hand", []ledger.Kind{ledger.Adjusted}},
	{"draw", []ledger.Kind{ledger.DrawAdvanced, ledger.DrawRecovered}},
	{"carried", []ledger.Kind{ledger.CarriedForward}},
	{"written off", []ledger.Kind{ledger.WrittenOff}},
	{"paid", []ledger.Kind{ledger.Paid}},
}

// show prints what the month posts for each payee, and what it restates.
func show(out io.Writer, book *compensation.Book, run *compensation.Run) error {
	cal := book.Program().Calendar
	sums := map[fact.PayeeID][]money.Amount{}
	for e := range run.Entries() {
		if sums[e.Payee] == nil {
			sums[e.Payee] = make([]money.Amount, len(groups))
		}
		for i, g := range groups {
			for _, k := range g.kinds {
				if e.Kind != k {
					continue
				}
				var err error
				if sums[e.Payee][i], err = sums[e.Payee][i].Add(e.Amount); err != nil {
					return err
				}
			}
		}
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "%s\t", cal.Format(run.Periods()[0]))
	for _, g := range groups {
		fmt.Fprintf(w, "%s\t", g.title)
	}
	fmt.Fprintln(w, "in\t")
	for _, id := range book.People().IDs() {
		if sums[id] == nil {
			continue
		}
		fmt.Fprintf(w, "%s\t", id)
		for _, a := range sums[id] {
			if a.IsZero() {
				fmt.Fprint(w, "\t")
			} else {
				fmt.Fprintf(w, "%s\t", a.Text())
			}
		}
		fmt.Fprintf(w, "%s\t\n", book.PayCurrency(id))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for d := range run.Restated() {
		of := string(d.Event)
		if of == "" {
			of = d.Component
		}
		fmt.Fprintf(out, "  restated for %s: %s of %s, %s\n", cal.Format(d.EarnedFor), of, d.Payee, d.Difference)
	}
	for _, f := range run.Findings() {
		fmt.Fprintf(out, "  %s: %s\n", f.Code, f.Message)
	}
	_, err := fmt.Fprintln(out)
	return err
}
