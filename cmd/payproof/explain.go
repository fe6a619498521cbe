package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/trace"
)

// explainOptions are the flags of `payproof explain`.
type explainOptions struct {
	format   string
	depth    int
	siblings int
	columns  int
	open     int
	notTaken bool
}

func (a *app) explainCommand() *cobra.Command {
	var o explainOptions
	c := &cobra.Command{
		Use:   "explain FOLDER PAYOUT",
		Short: "Explain a payout, down to the events",
		Long: `Explain a payout, down to the lines of events it came from.

PAYOUT is period/payee/component, or period/payee for all that somebody is paid then.

The text is for a terminal, Markdown for a ticket or a wiki, HTML for a browser, a printer
or a mail: one file, with nodes that open and close. JSON is for programs, and for an auditor who
re-derives the number: ` + "`payproof schema explanation`" + ` describes it. It is always whole.`,
		Example: "  payproof explain examples/saas 2026-03/p007/commission\n  payproof explain examples/saas 2026-03/p007 --depth 3\n  payproof explain examples/saas 2026-03/p007 --format html > why.html",
		Args:    cobra.ExactArgs(2),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.explain(cmd, args[0], args[1], o) },

		ValidArgsFunction: a.completePayout,
	}
	c.Flags().StringVar(&o.format, "format", "text", "what to print: text, markdown, html or json")
	a.ledgerFlag(c)
	a.asOfFlag(c)
	c.Flags().IntVar(&o.depth, "depth", 0, "levels below the payout (default: all)")
	c.Flags().IntVar(&o.siblings, "width", 0, "children of a node before the rest is only counted (default: all)")
	c.Flags().IntVar(&o.columns, "columns", 0, "columns that no line of text exceeds, at least 24 (default: no bound)")
	c.Flags().IntVar(&o.open, "open", 0, "levels of an HTML page that are open at first, -1 for all (default: 2)")
	c.Flags().BoolVar(&a.keepGoing, "keep-going", false, "leave out lines of events that can't be read, as run --keep-going did")
	c.Flags().BoolVar(&o.notTaken, "not-taken", false, "show the branches that were not taken, too")
	return c
}

func (a *app) explain(cmd *cobra.Command, path, id string, o explainOptions) error {
	write, ok := o.writer()
	if !ok {
		return usageError{fmt.Errorf("--format %q; write text, markdown, html or json", o.format)}
	}
	store, err := a.books(path, false)
	if err != nil {
		return err
	}
	book, err := a.open(cmd.Context(), path, store)
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
	run, err := book.Run(cmd.Context(), compensation.Request{Period: period, AsOf: fact.Revision(a.asOf)})
	if err != nil {
		return err
	}
	why, err := run.Explain(cmd.Context(), id)
	if err != nil {
		return err
	}
	return write(a.out, why)
}

// writer is how the format is written.
func (o explainOptions) writer() (write func(io.Writer, *trace.Node) error, ok bool) {
	switch o.format {
	case "text":
		return func(w io.Writer, n *trace.Node) error {
			return n.WriteText(w, trace.TextOptions{Depth: o.depth, Width: o.columns, Siblings: o.siblings, NotTaken: o.notTaken})
		}, true
	case "markdown":
		return func(w io.Writer, n *trace.Node) error {
			return n.WriteMarkdown(w, trace.MarkdownOptions{Depth: o.depth, Siblings: o.siblings, NotTaken: o.notTaken})
		}, true
	case "html":
		return func(w io.Writer, n *trace.Node) error {
			return n.WriteHTML(w, trace.HTMLOptions{Open: o.open, Depth: o.depth, Siblings: o.siblings, NotTaken: o.notTaken})
		}, true
	case "json":
		return func(w io.Writer, n *trace.Node) error { return n.WriteJSON(w) }, true
	}
	return nil, false
}

func (a *app) whyNotCommand() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "whynot FOLDER PAYEE EVENT",
		Short: "Say why somebody was, or was not, credited with an event",
		Long: `Say why somebody was, or was not, credited with an event.

Each credit rule stands with what it made of the event: the first part of its condition that
failed, with the values it had; the days on which it holds; or who took the credit, and how they
were found on the event's date.`,
		Example: "  payproof whynot examples/saas p007 d000012\n  payproof whynot examples/saas p007 d000012 --format json",
		Args:    cobra.ExactArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.whyNot(cmd, args[0], fact.PayeeID(args[1]), fact.EventID(args[2]), format)
		},
	}
	c.Flags().StringVar(&format, "format", "text", "what to print: text or json")
	c.Flags().BoolVar(&a.keepGoing, "keep-going", false, "leave out lines of events that can't be read, as run --keep-going did")
	return c
}

// answer is what whynot says, for programs.
type answer struct {
	Payee    string        `json:"payee"`
	Event    string        `json:"event"`
	Date     string        `json:"date"`
	Credited bool          `json:"credited"`
	Rules    []*trace.Node `json:"rules"`
}

func (a *app) whyNot(cmd *cobra.Command, path string, payee fact.PayeeID, event fact.EventID, format string) error {
	if format != "text" && format != "json" {
		return usageError{fmt.Errorf("--format %q; write text or json", format)}
	}
	book, err := a.open(cmd.Context(), path, nil)
	if err != nil {
		return err
	}
	period := calendar.Period{}
	if e, ok := book.Events().Find(event); ok {
		period = book.Program().Calendar.PeriodOf(calendar.UnitMonth, e.Date())
	}
	run, err := book.Run(cmd.Context(), compensation.Request{Period: period, AsOf: fact.Revision(a.asOf)})
	if err != nil {
		return err
	}
	rules, err := run.WhyNot(cmd.Context(), payee, event)
	if err != nil {
		return err
	}
	e, _ := book.Events().Find(event)
	found := answer{Payee: string(payee), Event: string(event), Date: e.Date().String(), Rules: rules}
	for _, r := range rules {
		found.Credited = found.Credited || r.Value != "0"
	}
	if format == "json" {
		enc := json.NewEncoder(a.out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(found)
	}
	a.printAnswer(found, book.People().Name(payee))
	return nil
}

// printAnswer prints the answer for a person: what was credited first.
func (a *app) printAnswer(found answer, name string) {
	verdict := "was not credited with"
	if found.Credited {
		verdict = "was credited with"
	}
	fmt.Fprintf(a.out, "%s (%s) %s event %s of %s:\n\n", found.Payee, name, verdict, found.Event, found.Date)
	for _, r := range found.Rules {
		fmt.Fprintf(a.out, "  %-32s %12s %-5s %s\n", r.Label, r.Value, r.Unit, r.Detail)
	}
}
