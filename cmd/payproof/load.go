package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/spf13/cobra"
)

// errBadInput marks errors of the input that are not diagnostics.
var errBadInput = errors.New("bad input")

// pathOf is where a file named by a finding lies. Files of events are named
// within their own folder.
func (a *app) pathOf(file string) string {
	direct := filepath.Join(a.folder, filepath.FromSlash(file))
	if _, err := os.Stat(direct); err != nil {
		return filepath.Join(a.folder, "events", filepath.FromSlash(file))
	}
	return direct
}

// booksFolder is where the ledger of a company lies, in its folder.
const booksFolder = "ledger"

// ledgerFlag adds --ledger to a command.
func (a *app) ledgerFlag(c *cobra.Command) {
	c.Flags().StringVar(&a.ledger, "ledger", "", "folder of the ledger (default: the folder `ledger` of the company, if it is there; - is none)")
}

// asOfFlag adds --as-of to a command.
func (a *app) asOfFlag(c *cobra.Command) {
	c.Flags().Uint64Var(&a.asOf, "as-of", 0, "use only lines with at most this number in the column known: what was closed then can be asked for again (default: all)")
}

// books opens the ledger of a company; nil where there is none. With make, one is made.
func (a *app) books(path string, make bool) (ledger.Store, error) {
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return nil, notAFolder(path)
	}
	at := a.ledger
	switch at {
	case "-":
		return nil, nil
	case "":
		at = filepath.Join(path, booksFolder)
		if _, err := os.Stat(at); err != nil && !make {
			return nil, nil
		}
	default:
		if info, err := os.Stat(at); err != nil || !info.IsDir() { // a new one in a place that was mistyped would be paid into again
			return nil, usageError{fmt.Errorf("--ledger: %s is not a folder; make it first, if a ledger is to begin there", at)}
		}
	}
	return ledger.Dir(at)
}

func notAFolder(path string) error {
	return fmt.Errorf("%w: %s is not a folder; name one with %s, plans/ and events/", errBadInput, path, plan.CompanyFile)
}

// open reads a company's folder.
func (a *app) open(ctx context.Context, path string, store ledger.Store) (*compensation.Book, error) {
	a.folder = path
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return nil, notAFolder(path)
	}
	fsys := os.DirFS(path)
	program, err := plan.Load(fsys)
	if err != nil {
		return nil, err
	}
	facts, err := folder.Facts(fsys, program)
	if err != nil {
		return nil, err
	}
	facts = facts.AsOf(fact.Revision(a.asOf))
	facts.Ledger, a.store = store, store
	if a.keepGoing {
		facts.Events = a.rejects.Feed(facts.Events)
	}
	book, err := compensation.Open(ctx, program, facts)
	if err != nil {
		return nil, input(err)
	}
	return book, nil
}

// input marks an error of the data as one, keeping diagnostics as they are.
func input(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	return errors.Join(err, errBadInput)
}

// isUsage recognises cobra's errors about the command line, which have no type.
func isUsage(err error) bool {
	for _, sign := range []string{"unknown command", "unknown flag", "unknown shorthand", "accepts ", "requires ", "invalid argument", "flag needs an argument", "required flag"} {
		if strings.Contains(err.Error(), sign) {
			return true
		}
	}
	return false
}

// calendar is the one that a company's pay periods are of.
func (a *app) calendar(path string) (calendar.Calendar, error) {
	a.folder = path
	program, err := plan.Load(os.DirFS(path))
	if err != nil {
		return calendar.Calendar{}, err
	}
	return program.Calendar, nil
}
