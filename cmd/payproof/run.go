package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// runOptions are the flags of `payproof run`.
type runOptions struct {
	period, format, out, commit, actor string
	workers                            int
	detail                             bool
}

func (a *app) runCommand() *cobra.Command {
	var o runOptions
	c := &cobra.Command{
		Use:   "run FOLDER",
		Short: "Compute payouts from a company's folder",
		Long: `Compute payouts from a folder with payproof.yaml, plans/*.yaml, people.csv, edges.csv,
quotas.csv, assignments.csv, fx.csv and events/*.csv.

With --keep-going, lines of events that can't be read are left out: they are written to rejects.csv
in the folder of --out, with what is wrong with them, and it is said how much money they carry.

Without --period, every pay period from the first event to the last is computed. Nothing is
written unless --out or --commit say so.

Where the company has a ledger, balances begin with those that it holds; pay periods that are closed
are left out, and what has changed of them is paid in the first one that is open.`,
		Example: "  payproof run examples/saas\n  payproof run examples/saas --period 2026-Q1 --format csv\n  payproof run examples/saas --period 2026-03 --out result --commit books --actor ana@example.com",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.run(cmd, args[0], o) },

		ValidArgsFunction: completeFolder,
	}
	c.Flags().StringVar(&o.period, "period", "", "what to compute: 2026-03, 2026-Q1, 2026 (default: all periods with events)")
	_ = c.RegisterFlagCompletionFunc("period", a.completePeriod)
	c.Flags().StringVar(&o.format, "format", "text", "what to print: text, json or csv")
	c.Flags().BoolVar(&o.detail, "detail", false, "print a line for each component too")
	c.Flags().StringVar(&o.out, "out", "", "folder to write payouts.csv, credits.csv, uncredited.csv, ledger.tsv and manifest.json to")
	c.Flags().StringVar(&o.commit, "commit", "", "folder of the ledger to commit the entries to")
	c.Flags().StringVar(&o.actor, "actor", "", "who answers for the commit")
	a.ledgerFlag(c)
	a.asOfFlag(c)
	c.Flags().BoolVar(&a.keepGoing, "keep-going", false, "leave out lines of events that can't be read, and write them to rejects.csv in --out")
	c.Flags().IntVar(&o.workers, "workers", 0, "goroutines to use (default: one for each processor)")
	return c
}

func (a *app) run(cmd *cobra.Command, path string, o runOptions) error {
	ctx := cmd.Context()
	switch o.format {
	case "text", "json", "csv":
	default:
		return usageError{fmt.Errorf("--format %q; write text, json or csv", o.format)}
	}
	var store ledger.Store
	if o.commit != "" {
		if o.actor == "" {
			return usageError{fmt.Errorf("--commit needs --actor: who answers for it")}
		}
		var err error
		if store, err = ledger.Dir(o.commit); err != nil {
			return err
		}
	} else {
		var err error
		if store, err = a.books(path, false); err != nil {
			return err
		}
	}
	if a.keepGoing && o.out == "" {
		return usageError{fmt.Errorf("--keep-going needs --out: the folder for rejects.csv")}
	}
	book, err := a.open(ctx, path, store)
	if err != nil {
		return err
	}
	if err := a.leftOut(o.out); err != nil {
		return err
	}
	request := compensation.Request{Workers: o.workers, AsOf: fact.Revision(a.asOf)}
	if o.period != "" {
		if request.Period, err = book.Program().Calendar.ParsePeriod(o.period); err != nil {
			return usageError{fmt.Errorf("--period: %w", err)}
		}
	}
	bar := a.progress("computing payees")
	request.Progress = bar.tell
	run, err := book.Run(ctx, request)
	bar.stop()
	if err != nil {
		return err
	}
	return a.report(cmd, book, run, o)
}

// leftOut writes the lines that were left out, before anything is computed without
// them, and says how much money they carry.
func (a *app) leftOut(out string) error {
	if !a.keepGoing {
		return nil
	}
	var b bytes.Buffer
	if err := a.rejects.WriteCSV(&b); err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	path := filepath.Join(out, "rejects.csv")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil || a.rejects.Len() == 0 {
		return err
	}
	a.code = exitFindings
	amounts, unreadable, err := a.rejects.Carried()
	if err != nil {
		return err
	}
	carried := "no amount that can be read"
	for i, amount := range amounts {
		if i == 0 {
			carried = ""
		} else {
			carried += " and "
		}
		carried += digits(amount) + " " + amount.Currency().String()
	}
	fmt.Fprintf(a.errs, "%s of events left out, carrying %s", counted(a.rejects.Len(), "line"), carried)
	if unreadable > 0 && len(amounts) > 0 {
		fmt.Fprintf(a.errs, ", and %s without an amount that can be read", counted(unreadable, "line"))
	}
	fmt.Fprintf(a.errs, "; see %s\n", path)
	return nil
}

// report prints and writes the result, and commits it if asked.
func (a *app) report(cmd *cobra.Command, book *compensation.Book, run *compensation.Run, o runOptions) error {
	result, err := summarise(run)
	if err != nil {
		return err
	}
	if a.keepGoing {
		result.rejects = &a.rejects
	}
	if o.out != "" {
		if err := write(o.out, result); err != nil {
			return err
		}
	}
	if err := result.print(a.out, o.format, o.detail, a.folder); err != nil {
		return err
	}
	if n := book.Events().Repeated; n > 0 {
		fmt.Fprintf(a.errs, "%d lines of events said again what was known; they count once\n", n)
	}
	if o.commit != "" {
		head, err := book.Commit(cmd.Context(), run, o.actor)
		if err != nil {
			return err
		}
		fmt.Fprintln(a.errs, "committed; the head of the ledger is", head)
	}
	found := append(source.Diagnostics{}, book.Program().Findings()...)
	looked, err := a.prepay(cmd.Context(), run)
	if err != nil {
		return err
	}
	if found = append(append(found, run.Findings()...), looked...); len(found) > 0 {
		a.render(found)
		a.code = exitFindings
	}
	return nil
}
