package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/payproof/payproof/cmd/payproof/internal/scripts"
	"github.com/payproof/payproof/cmd/payproof/internal/starter"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/trace"
)

// The commands in this file are for those who write plans: init, test, fmt and schema.

func (a *app) initCommand() *cobra.Command {
	currency := "USD"
	c := &cobra.Command{
		Use:   "init FOLDER",
		Short: "Write a small company to start from",
		Long: `Write a small, complete company into a new folder: payproof.yaml, two plans, people, quotas,
deals, and tests of what they pay. A folder that has anything in it is left alone.`,
		Example: "  payproof init mycompany\n  payproof init mycompany --currency EUR",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return a.init(args[0], currency) },
	}
	c.Flags().StringVar(&currency, "currency", currency, "the currency of its pay, such as EUR")
	return c
}

func (a *app) init(path, code string) error {
	currency, err := money.ParseCurrency(code)
	if err != nil {
		return usageError{fmt.Errorf("--currency: %w", err)}
	}
	names, err := starter.Write(path, currency)
	if errors.Is(err, starter.ErrNotEmpty) {
		return input(err)
	}
	if err != nil {
		return err
	}
	for _, name := range names {
		fmt.Fprintln(a.out, filepath.ToSlash(filepath.Join(path, name)))
	}
	fmt.Fprintf(a.out, "\nnext: payproof run %s\n", path)
	return nil
}

func (a *app) testCommand() *cobra.Command {
	var only string
	var update bool
	c := &cobra.Command{
		Use:   "test FOLDER",
		Short: "Run a company's test scripts",
		Long: `Run the scripts FOLDER/tests/*.txtar: examples, each with the payouts it must give.

A script brings people, quotas and events of its own. The company and the plans are the
folder's, but for the files that stand in the script; with "data: folder" below its title, the
data are the folder's, too. A comment "#! code: part of the message" in a plan file of a script
wants an error on its line.

Exit codes: 0 all hold, 1 one does not, 2 a script cannot be read.`,
		Example: "  payproof test mycompany\n  payproof test mycompany --run accelerator\n  payproof test mycompany --update",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.test(cmd, args[0], only, update) },
	}
	c.Flags().StringVar(&only, "run", "", "run only the scripts whose name matches a regular expression")
	c.Flags().BoolVar(&update, "update", false, "rewrite what scripts want into what they give")
	return c
}

func (a *app) test(cmd *cobra.Command, path, only string, update bool) error {
	a.folder = path
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return fmt.Errorf("%w: %s is not a folder", errBadInput, path)
	}
	r := scripts.Runner{Company: path, Update: update, Out: a.out, Render: a.render}
	if only != "" {
		var err error
		if r.Only, err = regexp.Compile(only); err != nil {
			return usageError{fmt.Errorf("--run: %w", err)}
		}
	}
	sum, err := r.Run(cmd.Context())
	if errors.Is(err, scripts.ErrNone) {
		return input(err)
	}
	if err != nil {
		return err
	}
	scripts := "scripts"
	if sum.Run == 1 {
		scripts = "script"
	}
	fmt.Fprintf(a.out, "%d %s, %d failed", sum.Run, scripts, sum.Failed+sum.Broken)
	if update {
		fmt.Fprintf(a.out, ", %d updated: read the difference, it moves money", sum.Updated)
	}
	fmt.Fprintln(a.out)
	switch {
	case sum.Broken > 0:
		a.code = exitInput
	case sum.Failed > 0:
		a.code = exitFindings
	}
	return nil
}

func (a *app) fmtCommand() *cobra.Command {
	check := false
	c := &cobra.Command{
		Use:   "fmt FOLDER|FILE...",
		Short: "Lay out plan files in one way",
		Long: `Lay out payproof.yaml and plans/*.yaml: keys in the order of the language's reference, two spaces of
indentation, an empty line between blocks, no quotes where a word needs none. Comments stay with
what they stand at; what the files say does not change. The files that change are listed.

Exit codes: 0 fine, 1 with --check: a file would change, 2 a file cannot be read.`,
		Example: "  payproof fmt mycompany\n  payproof fmt mycompany/plans/manager.yaml\n  payproof fmt mycompany --check",
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return a.fmt(args, check) },
	}
	c.Flags().BoolVar(&check, "check", false, "write nothing, and exit with 1 when a file would change")
	return c
}

func (a *app) fmt(args []string, check bool) error {
	var files []string
	for _, arg := range args {
		found, err := planFiles(arg)
		if err != nil {
			return err
		}
		files = append(files, found...)
	}
	for _, file := range files {
		if err := a.fmtFile(file, check); err != nil {
			return err
		}
	}
	return nil
}

// planFiles are the plan files of a folder, or the file itself.
func planFiles(arg string) ([]string, error) {
	info, err := os.Stat(arg)
	if err != nil || !info.IsDir() {
		return []string{arg}, err
	}
	files, err := filepath.Glob(filepath.Join(arg, "plans", "*.yaml"))
	slices.Sort(files)
	return append([]string{filepath.Join(arg, plan.CompanyFile)}, files...), err
}

// fmtFile lays out a file. One that cannot be is told, and the others go on.
func (a *app) fmtFile(file string, check bool) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	a.folder = filepath.Dir(file)
	laid, err := plan.Format(filepath.Base(file), text)
	var found source.Diagnostics
	switch {
	case errors.As(err, &found):
		a.render(found)
		a.code = exitInput
		return nil
	case err != nil:
		return err
	case bytes.Equal(laid, text):
		return nil
	}
	fmt.Fprintln(a.out, filepath.ToSlash(file))
	if check {
		a.code = max(a.code, exitFindings)
		return nil
	}
	return os.WriteFile(file, laid, 0o644)
}

// oneDash lets those who are used to the go command write -update.
func oneDash(args []string) []string {
	out := slices.Clone(args)
	for i, arg := range out {
		if arg == "-update" || strings.HasPrefix(arg, "-update=") {
			out[i] = "-" + arg
		}
	}
	return out
}

func (a *app) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema company|plan|explanation",
		Short: "Print the JSON Schema of plan files or of explanations",
		Long: `Print the JSON Schema (draft 2020-12) of payproof.yaml or of a file in plans/. Editors with the YAML
language server then complete keys, show what they mean and mark what is wrong, in files that begin with

  # yaml-language-server: $schema=payproof.schema.json      payproof.yaml
  # yaml-language-server: $schema=../plan.schema.json       plans/*.yaml

A schema sees the keys and the form of their values. Names, units and formulas are checked by
` + "`payproof check`" + `.

The schema of an explanation is that of ` + "`payproof explain --format json`" + `. It says how every value
follows from those below it.`,
		Example:   "  payproof schema company > payproof.schema.json\n  payproof schema plan > plan.schema.json",
		Args:      cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		ValidArgs: []string{"company", "plan", "explanation"},
		RunE: func(_ *cobra.Command, args []string) error {
			text := plan.CompanySchema()
			switch args[0] {
			case "plan":
				text = plan.PlanSchema()
			case "explanation":
				text = trace.Schema()
			}
			_, err := a.out.Write(text)
			return err
		},
	}
}
