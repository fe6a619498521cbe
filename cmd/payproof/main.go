// Command payproof runs compensation plans over the facts of a folder, and
// explains what they pay.
//
//	payproof run FOLDER                        pay everybody
//	payproof explain FOLDER 2026-03/p007       why
//	payproof whynot FOLDER p007 d000012        why somebody was not credited with an event
//	payproof check FOLDER                      what is wrong with the files
//	payproof approve|close FOLDER              post a pay period to the ledger
//	payproof reopen|restate|ledger FOLDER      what is in it, and what has changed since
//	payproof schema company|plan|explanation   a JSON Schema, for editors and auditors
//
// Exit codes: 0 all is well; 1 the run has findings that somebody should look at;
// 2 the input is bad, and nothing was computed; 3 something else failed.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting/reject"
	"github.com/payproof/payproof/dsl/source"
)

// The exit codes.
const (
	exitFine     = 0
	exitFindings = 1
	exitInput    = 2
	exitFailure  = 3
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := execute(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// execute runs the command line and returns the exit code.
func execute(ctx context.Context, args []string, out, errs io.Writer) int {
	a := &app{out: out, errs: errs}
	root := &cobra.Command{
		Use:           "payproof",
		Short:         "Sales compensation that proves itself",
		Long:          "payproof runs compensation plans over the facts of a folder, and explains what they pay.\n\nExit codes: 0 fine, 1 findings, 2 bad input, 3 failure.",
		SilenceErrors: true, SilenceUsage: true, Version: version(),
	}
	root.AddCommand(a.runCommand(), a.explainCommand(), a.whyNotCommand(), a.checkCommand(), a.schemaCommand(), a.initCommand(), a.testCommand(), a.fmtCommand(),
		a.approveCommand(), a.closeCommand(), a.reopenCommand(), a.disburseCommand(), a.restateCommand(), a.ledgerCommand())
	root.SetArgs(oneDash(args))
	root.SetOut(out)
	root.SetErr(errs)
	if err := root.ExecuteContext(ctx); err != nil {
		return a.fail(err)
	}
	return a.code
}

// version is that of the module the command was built from, and of the money
// contract that it computes under.
func version() string {
	built := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		built = info.Main.Version
	}
	return built + ", semantics " + plan.Semantics
}

// app is one invocation.
type app struct {
	out, errs io.Writer
	folder    string
	ledger    string       // the folder that was asked for
	asOf      uint64       // what was known up to which position counts; 0: all
	store     ledger.Store // that was opened; nil: none
	code      int
	keepGoing bool        // lines of events that can't be read are left out
	rejects   reject.List // those lines
}

// usageError is a command line that can't be understood.
type usageError struct{ error }

// fail prints an error as its kind deserves, and returns the exit code.
func (a *app) fail(err error) int {
	var found source.Diagnostics
	var unknown *compensation.UnknownPayoutError
	var noSuch *compensation.UnknownError
	var committed *compensation.CommittedError
	var order *compensation.OrderError
	var reopened *compensation.ReopenError
	switch {
	case errors.As(err, &found):
		a.render(found)
		fmt.Fprintf(a.errs, "\n%s; nothing was computed\n", counted(len(found), "finding"))
		return exitInput
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(a.errs, "interrupted; nothing was written")
		return exitFailure
	case errors.Is(err, errBadInput), errors.As(err, &unknown), errors.As(err, &noSuch), errors.As(err, &committed), errors.As(err, &order), errors.As(err, &reopened), errors.As(err, &usageError{}), errors.Is(err, compensation.ErrNothing), errors.Is(err, os.ErrNotExist):
		fmt.Fprintln(a.errs, "error:", err)
		return exitInput
	}
	if isUsage(err) {
		fmt.Fprintf(a.errs, "error: %v\nrun `payproof --help`\n", err)
		return exitInput
	}
	fmt.Fprintln(a.errs, "error:", err)
	return exitFailure
}

// render prints findings with excerpts of the files in the folder.
func (a *app) render(found source.Diagnostics) {
	_ = source.Render(a.errs, found, func(file string) (string, bool) {
		text, err := os.ReadFile(a.pathOf(file))
		return string(text), err == nil
	})
}
