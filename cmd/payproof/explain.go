package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/dsl/trace"
)

// explainOptions are the flags of `payproof explain`.
type explainOptions struct {
	format   string
	depth    int
	siblings int
	notTaken bool
}

func (a *app) explainCommand() *cobra.Command {
	var o explainOptions
	c := &cobra.Command{
		Use:   "explain FOLDER PAYOUT",
		Short: "Explain a payout, down to the events",
		Long: `Explain a payout, down to the lines of events it came from.

PAYOUT is period/payee/component, or period/payee for all that somebody is paid then.`,
		Example: "  payproof explain examples/saas 2026-03/p007/commission\n  payproof explain examples/saas 2026-03/p007 --depth 3\n  payproof explain examples/saas 2026-03/p007 --format json",
		Args:    cobra.ExactArgs(2),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.explain(cmd, args[0], args[1], o) },

		ValidArgsFunction: a.completePayout,
	}
	c.Flags().StringVar(&o.format, "format", "text", "what to print: text or json")
	c.Flags().IntVar(&o.depth, "depth", 0, "levels below the payout (default: all)")
	c.Flags().IntVar(&o.siblings, "width", 0, "children of a node before the rest is only counted (default: all)")
	c.Flags().BoolVar(&a.keepGoing, "keep-going", false, "leave out lines of events that can't be read, as run --keep-going did")
	c.Flags().BoolVar(&o.notTaken, "not-taken", false, "show the branches that were not taken, too")
	return c
}

func (a *app) explain(cmd *cobra.Command, path, id string, o explainOptions) error {
	if o.format != "text" && o.format != "json" {
		return usageError{fmt.Errorf("--format %q; write text or json", o.format)}
	}
	book, err := a.open(cmd.Context(), path, nil)
	if err != nil {
		return err
	}
	text, _, ok := strings.Cut(id, "/")
	if !ok {
		return usageError{fmt.Errorf("%q is not a payout; write period/payee/component, such as 2026-03/p007/commission", id)}
	}
	period, err := book.Program().Calendar.ParsePeriod(text)
	if err != nil {
		return usageError{fmt.Errorf("%q is not a payout: %w", id, err)}
	}
	run, err := book.Run(cmd.Context(), compensation.Request{Period: period})
	if err != nil {
		return err
	}
	why, err := run.Explain(cmd.Context(), id)
	if err != nil {
		return err
	}
	if o.format == "json" {
		return trace.WriteJSON(a.out, why)
	}
	return trace.WriteText(a.out, why, trace.TextOptions{Depth: o.depth, Siblings: o.siblings, NotTaken: o.notTaken})
}
