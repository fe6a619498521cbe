package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/ledger"
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
quotas.csv, assignments.csv and events/*.csv.

Without --period, every pay period from the first event to the last is computed. Nothing is
written unless --out or --commit say so.`,
		Example: "  payproof run examples/saas\n  payproof run examples/saas --period 2026-Q1 --format csv\n  payproof run examples/saas --period 2026-03 --out result --commit books --actor ana@example.com",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.run(cmd, args[0], o) },
	}
	c.Flags().StringVar(&o.period, "period", "", "what to compute: 2026-03, 2026-Q1, 2026 (default: all periods with events)")
	c.Flags().StringVar(&o.format, "format", "text", "what to print: text, json or csv")
	c.Flags().BoolVar(&o.detail, "detail", false, "print a line for each component too")
	c.Flags().StringVar(&o.out, "out", "", "folder to write payouts.csv, credits.csv, uncredited.csv, ledger.tsv and manifest.json to")
	c.Flags().StringVar(&o.commit, "commit", "", "folder of the ledger to commit the entries to")
	c.Flags().StringVar(&o.actor, "actor", "", "who answers for the commit")
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
	}
	book, err := a.open(ctx, path, store)
	if err != nil {
		return err
	}
	request := compensation.Request{Workers: o.workers}
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

// report prints and writes the result, and commits it if asked.
func (a *app) report(cmd *cobra.Command, book *compensation.Book, run *compensation.Run, o runOptions) error {
	result := summarise(run)
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
	if found = append(found, run.Findings()...); len(found) > 0 {
		a.render(found)
		a.code = exitFindings
	}
	return nil
}
