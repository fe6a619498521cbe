package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/ledger/closing"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
)

// The commands in this file take pay periods into the ledger: approve, close, reopen, disburse; and say what is in it, and what has
// changed since: ledger and restate.

// actOptions are the flags of who does something to a pay period.
type actOptions struct {
	period, actor, at, reason string
	unapproved                bool
	begins                    bool // a ledger, where there is none
}

// act adds the flags of who does something to a pay period.
func (a *app) act(c *cobra.Command, o *actOptions) *cobra.Command {
	c.Args, c.ValidArgsFunction = cobra.ExactArgs(1), completeFolder
	c.Flags().StringVar(&o.period, "period", "", "the pay period, such as 2026-03")
	c.Flags().StringVar(&o.actor, "actor", "", "who answers for it")
	c.Flags().StringVar(&o.at, "at", "", "when, such as 2026-04-03T09:00:00Z (default: not recorded)")
	c.Flags().StringVar(&o.reason, "reason", "", "why, in words")
	_ = c.MarkFlagRequired("period")
	_ = c.MarkFlagRequired("actor")
	_ = c.RegisterFlagCompletionFunc("period", a.completePeriod)
	a.ledgerFlag(c)
	return c
}

func (o actOptions) act() (closing.Act, error) {
	act := closing.Act{Actor: o.actor, Reason: o.reason}
	var err error
	if o.at != "" {
		if act.At, err = time.Parse(time.RFC3339, o.at); err != nil {
			return act, usageError{fmt.Errorf("--at: write a time with its zone, such as 2026-04-03T09:00:00Z: %w", err)}
		}
	}
	return act, nil
}

// prepare opens the company with its ledger, and reads the flags.
func (a *app) prepare(ctx context.Context, path string, o actOptions) (*compensation.Book, calendar.Period, closing.Act, error) {
	act, err := o.act()
	if err != nil {
		return nil, calendar.Period{}, act, err
	}
	store, err := a.books(path, o.begins)
	if err != nil {
		return nil, calendar.Period{}, act, err
	}
	if store == nil {
		return nil, calendar.Period{}, act, usageError{fmt.Errorf("%s has no ledger to write to; `payproof close` begins one", path)}
	}
	book, err := a.open(ctx, path, store)
	if err != nil {
		return nil, calendar.Period{}, act, err
	}
	period, err := book.Program().Calendar.ParsePeriod(o.period)
	if err != nil {
		return nil, period, act, usageError{fmt.Errorf("--period: %w", err)}
	}
	return book, period, act, nil
}

// proposal opens the company, and computes what is approved or closed.
func (a *app) proposal(ctx context.Context, path string, o actOptions) (*compensation.Book, *compensation.Run, closing.Act, error) {
	book, period, act, err := a.prepare(ctx, path, o)
	if err != nil {
		return nil, nil, act, err
	}
	run, err := a.propose(ctx, book, period)
	return book, run, act, err
}

// propose computes what is approved or closed. With errors it is neither; with findings it may be.
func (a *app) propose(ctx context.Context, book *compensation.Book, p calendar.Period) (*compensation.Run, error) {
	cal := book.Program().Calendar
	switch open, ok, err := book.FirstOpen(ctx); {
	case err != nil:
		return nil, err
	case ok && p.Unit == open.Unit && p.Compare(open) < 0:
		return nil, &compensation.CommittedError{Period: cal.Format(p)}
	case ok && p.Unit == open.Unit && p.Compare(open) > 0:
		return nil, &compensation.OrderError{Period: cal.Format(p), First: cal.Format(open)}
	}
	run, err := book.Run(ctx, compensation.Request{Period: p})
	if err != nil {
		return nil, err
	}
	found := run.Findings()
	looked, err := a.prepay(ctx, run)
	if err != nil {
		return nil, err
	}
	if found = append(found, looked...); len(found) > 0 {
		a.render(found)
		a.code = exitFindings
	}
	return run, nil
}

func (a *app) approveCommand() *cobra.Command {
	o := actOptions{begins: true}
	return a.act(&cobra.Command{
		Use:   "approve FOLDER",
		Short: "Agree with what a pay period is to post",
		Long: `Agree with what a pay period is to post. The approval is written to the ledger and names the entries by
their hash: when facts change, it is of other entries and does not count any more.`,
		Example: "  payproof approve examples/ledger-year --period 2026-01 --actor bo@example.com",
		RunE: func(cmd *cobra.Command, args []string) error {
			book, run, act, err := a.proposal(cmd.Context(), args[0], o)
			if err != nil {
				return err
			}
			head, err := book.Approve(cmd.Context(), run, act)
			if err != nil {
				return err
			}
			name, err := run.Proposal()
			if err != nil {
				return err
			}
			fmt.Fprintf(a.out, "%s approves %s of %s\nthe head of the ledger is %s\n", act.Actor, name, o.period, head)
			return nil
		},
	}, &o)
}

func (a *app) closeCommand() *cobra.Command {
	o := actOptions{begins: true}
	c := a.act(&cobra.Command{
		Use:   "close FOLDER",
		Short: "Post a pay period to the ledger",
		Long: `Post a pay period to the ledger, for ever. Somebody else has to have approved exactly what is posted, or
--unapproved says that nobody has. What is known later of a closed period is paid in the first one that is open.`,
		Example: "  payproof close examples/ledger-year --period 2026-01 --actor ana@example.com",
		RunE: func(cmd *cobra.Command, args []string) error {
			book, run, act, err := a.proposal(cmd.Context(), args[0], o)
			if err != nil {
				return err
			}
			who, err := run.Approvers()
			if err != nil {
				return err
			}
			if !slices.ContainsFunc(who, func(w string) bool { return w != act.Actor }) {
				if !o.unapproved {
					return fmt.Errorf("%w: nobody but %s has approved what %s is to post; run `payproof approve` as somebody else, or write --unapproved", errBadInput, act.Actor, o.period)
				}
				act.Reason = strings.TrimPrefix(act.Reason+", without approval", ", ")
			}
			head, err := book.Close(cmd.Context(), run, act)
			if err != nil {
				return err
			}
			total, n := purse{money.FromMinor(0, book.Program().Currency)}, 0
			for p := range run.Payouts() {
				n++
				total.put(p.Amount)
			}
			fmt.Fprintf(a.out, "%s is closed: %s paid in %s\nthe head of the ledger is %s\n", o.period, total.each(), counted(n, "payout"), head)
			return nil
		},
	}, &o)
	c.Flags().BoolVar(&o.unapproved, "unapproved", false, "close it although nobody else has approved it, which the ledger notes")
	return c
}

// onClosed makes a command that does something to a closed pay period.
func (a *app) onClosed(c *cobra.Command, done string, do func(*compensation.Book, context.Context, calendar.Period, closing.Act) (ledger.Head, error)) *cobra.Command {
	var o actOptions
	c.RunE = func(cmd *cobra.Command, args []string) error {
		book, period, act, err := a.prepare(cmd.Context(), args[0], o)
		if err != nil {
			return err
		}
		head, err := do(book, cmd.Context(), period, act)
		if err != nil {
			return err
		}
		fmt.Fprintf(a.out, "%s %s\nthe head of the ledger is %s\n", o.period, done, head)
		return nil
	}
	return a.act(c, &o)
}

func (a *app) reopenCommand() *cobra.Command {
	return a.onClosed(&cobra.Command{
		Use:   "reopen FOLDER",
		Short: "Let the last pay period that is closed be closed once more",
		Long: `Let the last pay period that is closed be closed once more: what is posted then are the differences to what
it holds. Nothing is taken out of the ledger. A period whose payments are with payroll stays closed.`,
		Example: "  payproof reopen examples/ledger-year --period 2026-01 --actor ana@example.com --reason \"the deals of acme were missing\"",
	}, "is open again", (*compensation.Book).Reopen)
}

func (a *app) disburseCommand() *cobra.Command {
	return a.onClosed(&cobra.Command{
		Use:     "disburse FOLDER",
		Short:   "Note that the payments of a closed pay period are with payroll",
		Long:    "Note that the payments of a closed pay period are with payroll: it can't be reopened any more.",
		Example: "  payproof disburse examples/ledger-year --period 2026-01 --actor payroll@example.com",
	}, "is with payroll", (*compensation.Book).Disburse)
}

func (a *app) restateCommand() *cobra.Command {
	format := "text"
	c := &cobra.Command{
		Use:   "restate FOLDER",
		Short: "Say what has changed of pay periods that are closed",
		Long: `Say what has changed of pay periods that are closed: what each key comes to with what is known now, what was
posted of it, and the difference, which is paid in the first pay period that is open. Nothing is written.`,
		Example: "  payproof restate examples/ledger-year\n  payproof restate examples/ledger-year --format csv",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.restate(cmd.Context(), args[0], format) },

		ValidArgsFunction: completeFolder,
	}
	c.Flags().StringVar(&format, "format", format, "what to print: text or csv")
	a.ledgerFlag(c)
	return c
}

func (a *app) restate(ctx context.Context, path, format string) error {
	if format != "text" && format != "csv" {
		return usageError{fmt.Errorf("--format %q; write text or csv", format)}
	}
	store, err := a.books(path, false)
	if err != nil {
		return err
	}
	if store == nil {
		return usageError{fmt.Errorf("%s has no ledger: nothing is closed", path)}
	}
	book, err := a.open(ctx, path, store)
	if err != nil {
		return err
	}
	open, ok, err := book.FirstOpen(ctx)
	if err != nil {
		return err
	}
	if !ok {
		return usageError{fmt.Errorf("no pay period of %s is closed", path)}
	}
	run, err := book.Run(ctx, compensation.Request{Period: open})
	if err != nil {
		return err
	}
	cal := book.Program().Calendar
	t := newTable(a.out)
	t.AppendHeader(table.Row{"earned for", "payee", "plan", "component", "event", "what", "posted", "now", "difference", "currency"})
	n, total := 0, purse{money.FromMinor(0, book.Program().Currency)}
	for d := range run.Restated() {
		n++
		total.put(d.Difference)
		t.AppendRow(table.Row{cal.Format(d.EarnedFor), d.Payee, d.Plan, d.Component, d.Event, d.What, cell(d.Posted, d.Difference, format), cell(d.Now, d.Difference, format), cell(d.Difference, d.Difference, format), d.Difference.Currency()})
	}
	if err := run.Err(); err != nil {
		return err
	}
	if format == "csv" {
		t.RenderCSV()
		return nil
	}
	if n == 0 {
		fmt.Fprintf(a.out, "nothing has changed of the pay periods before %s\n", cal.Format(open))
		return nil
	}
	rightAlign(t, 7, 9)
	t.Render()
	fmt.Fprintf(a.out, "\n%s, %s in all, to be posted to %s\n", counted(n, "difference"), total.each(), cal.Format(open))
	return nil
}

// cell is an amount for people, or for programs; where it is zero, it is of the currency of another.
func cell(amount, of money.Amount, format string) string {
	if amount.IsZero() {
		amount = money.FromMinor(0, of.Currency())
	}
	if format == "csv" {
		return amount.Text()
	}
	return digits(amount)
}

func (a *app) ledgerCommand() *cobra.Command {
	var payee string
	c := &cobra.Command{
		Use:   "ledger FOLDER",
		Short: "Say what is in the ledger, and check that it adds up",
		Long: `Say how far each pay period has come, who approved and closed it, what was earned and paid in it, and what the
balances are at its end; with --payee, the entries of one. The chain of hashes is checked, and that for everybody and
every pay period nothing was made or lost: earned = paid + what balances took.`,
		Example: "  payproof ledger examples/ledger-year\n  payproof ledger examples/ledger-year --payee ann",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.showLedger(cmd.Context(), args[0], fact.PayeeID(payee))
		},

		ValidArgsFunction: completeFolder,
	}
	c.Flags().StringVar(&payee, "payee", "", "print the entries of a payee")
	a.ledgerFlag(c)
	return c
}

func (a *app) showLedger(ctx context.Context, path string, payee fact.PayeeID) error {
	store, err := a.books(path, false)
	if err != nil {
		return err
	}
	if store == nil {
		return usageError{fmt.Errorf("%s has no ledger; `payproof close` makes one", path)}
	}
	cal, err := a.calendar(path)
	if err != nil {
		return err
	}
	var all []ledger.Entry
	standings, err := closing.Standings(func(yield func(ledger.Entry, error) bool) {
		for e, err := range store.Scan(ctx, ledger.Head{}) {
			if err == nil {
				all = append(all, e)
			}
			if !yield(e, err) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	if payee != "" {
		return a.showPayee(all, payee, cal)
	}
	if err := a.showPeriods(all, standings, cal); err != nil {
		return err
	}
	head, err := store.Head(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "\nthe head of the ledger is %s\n", head)
	bad := ledger.Conserve(slices.Values(all))
	for _, b := range bad {
		fmt.Fprintln(a.errs, "error:", b.Error())
	}
	if len(bad) > 0 {
		return fmt.Errorf("the ledger does not add up for %s", counted(len(bad), "payee and pay period"))
	}
	fmt.Fprintf(a.out, "checked %s: earned = paid + what balances took, for everybody and every pay period\n", counted(len(all), "posting"))
	return a.ownApprovals(standings, cal)
}

// ownApprovals warns of pay periods that nobody else has approved.
func (a *app) ownApprovals(standings []closing.Standing, cal calendar.Calendar) error {
	var found source.Diagnostics
	for i := range standings {
		s := &standings[i]
		for at, m := range s.Marks {
			if m.Kind != ledger.Closed {
				continue
			}
			name, _, _ := strings.Cut(m.Cause, ",")
			before := closing.Standing{Marks: s.Marks[:at]}
			if !slices.ContainsFunc(before.Approvers(name), func(w string) bool { return w != m.Actor }) {
				found = append(found, source.Warnf("closed-unapproved", source.Span{File: "period=" + cal.Format(s.Period)}, "%s has closed it, and nobody else has approved it", m.Actor).
					WithHint("have it looked at by somebody else"))
			}
		}
	}
	if len(found) > 0 {
		a.render(found)
		a.code = exitFindings
	}
	return nil
}
