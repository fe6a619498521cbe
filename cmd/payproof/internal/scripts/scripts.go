// Package scripts runs the test scripts of a company's folder for `payproof test`.
//
// A script is a txtar archive in the folder tests, as compensation/plantest describes it, run in
// the company's folder: what it lacks of payproof.yaml and plans is the folder's.
//
// Trap: lines that are printed carry no times, so that two runs can be compared.
package scripts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/payproof/payproof/compensation/plantest"
	"github.com/payproof/payproof/dsl/source"
)

// Folder is where scripts lie in a company's folder.
const Folder = "tests"

// ErrNone is a folder without a script to run: a test of nothing would pass for ever.
var ErrNone = errors.New("no script to run")

// Runner runs the scripts of a company.
type Runner struct {
	Company string         // the folder
	Only    *regexp.Regexp // the scripts whose name it matches; nil: all
	Update  bool           // rewrite wanted blocks that differ
	Out     io.Writer      // a line for each script, and what differs
	// Render prints findings about a script itself, with excerpts.
	Render func(source.Diagnostics)
}

// Result counts scripts.
type Result struct {
	Run     int // all that were tried
	Failed  int // gave something else than they want, after any update
	Broken  int // are no scripts at all; not in Failed
	Updated int // were rewritten
}

// Run runs the scripts in order of name. The error is ErrNone, or one of the file
// system or of the context.
func (r Runner) Run(ctx context.Context) (sum Result, err error) {
	company := os.DirFS(r.Company)
	tests, err := fs.Sub(company, Folder)
	if err != nil {
		return sum, err
	}
	names, err := plantest.Scripts(tests)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return sum, err
	}
	for _, name := range names {
		if r.Only != nil && !r.Only.MatchString(strings.TrimSuffix(name, ".txtar")) {
			continue
		}
		sum.Run++
		if err := r.script(ctx, company, path.Join(Folder, name), &sum); err != nil {
			return sum, err
		}
	}
	if sum.Run == 0 {
		why := fmt.Sprintf("there is no %s in %s", path.Join(Folder, "*.txtar"), r.Company)
		if r.Only != nil && len(names) > 0 {
			why = fmt.Sprintf("none of %d has a name that matches %s", len(names), r.Only)
		}
		return sum, fmt.Errorf("%w: %s", ErrNone, why)
	}
	return sum, nil
}

func (r Runner) script(ctx context.Context, company fs.FS, name string, sum *Result) error {
	text, err := fs.ReadFile(company, name)
	if err != nil {
		return err
	}
	s, err := plantest.Parse(name, string(text))
	if err != nil {
		return r.broken(name, err, sum)
	}
	if s, err = s.In(company); err != nil {
		return err
	}
	got, err := s.Run(ctx)
	if err != nil {
		return err
	}
	differ := s.Check(got)
	word := "ok     "
	if r.Update && len(differ) > 0 {
		if s, err = r.rewrite(s, got); err != nil {
			return err
		}
		differ, word = s.Check(got), "updated"
		sum.Updated++
	}
	if len(differ) > 0 {
		word = "FAIL   "
		sum.Failed++
	}
	fmt.Fprintf(r.Out, "%s  %s  %s\n", word, name, s.Title)
	for _, m := range differ {
		fmt.Fprint(r.Out, indent(m.String()))
	}
	return nil
}

func (r Runner) broken(name string, err error, sum *Result) error {
	var found source.Diagnostics
	if !errors.As(err, &found) {
		return err
	}
	sum.Broken++
	fmt.Fprintf(r.Out, "FAIL     %s  is not a script\n", name)
	r.Render(found)
	return nil
}

// rewrite updates the script's file and reads it again. What differs then can be
// changed by its author only.
func (r Runner) rewrite(s plantest.Script, got plantest.Got) (plantest.Script, error) {
	text := s.Updated(got)
	if err := os.WriteFile(filepath.Join(r.Company, filepath.FromSlash(s.Name)), text, 0o644); err != nil {
		return s, err
	}
	return plantest.Parse(s.Name, string(text))
}

func indent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("    " + line)
	}
	return b.String()
}
