package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/review"
	"github.com/payproof/payproof/dsl/analysis"
	"github.com/payproof/payproof/dsl/source"
)

func (a *app) checkCommand() *cobra.Command {
	var how checking
	c := &cobra.Command{
		Use:   "check FOLDER",
		Short: "Find what is wrong with a company's folder, without paying anybody",
		Long: `Read the plans and the facts of a folder, compute every period with events, and say what is
wrong, where, and what to write instead. Nobody is paid and nothing is written.

For every component it says whether selling more can pay less: proved that it never does, or two
rows that show where (pay-falls, a warning), or neither, and how many rows were tried. With --detail
also where one step more pays a lump (cliff), and what else is worth to know.

With --json, an array of findings for editors and scripts, [] when there are none. Each has file
(below FOLDER, with slashes), line, column, endLine, endColumn, severity (error, warning, or info
with --detail), code, message, hint, and notes with places of their own. Lines and columns count from
1, columns in characters; the end is the place behind the last character; 0 is no place.

Exit codes: 0 fine, 1 warnings, 2 errors.`,
		Example: "  payproof check examples/saas\n  payproof check examples/saas --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.check(cmd.Context(), args[0], how)
		},
	}
	c.Flags().BoolVar(&how.detail, "detail", false, "also say what is worth to know, and nothing to change")
	c.Flags().BoolVar(&how.json, "json", false, "print an array of findings, for editors")
	return c
}

// checking is how a folder is checked.
type checking struct{ detail, json bool }

// computing finds what only shows when everything is computed: a payee nobody
// knows, a missing quota, shares over the whole, a circle of managers.
func computing(ctx context.Context, book *compensation.Book) (source.Diagnostics, error) {
	run, err := book.Run(ctx, compensation.Request{})
	if errors.Is(err, compensation.ErrNothing) {
		return nil, nil
	}
	if err != nil {
		return findingsOf(err)
	}
	return run.Findings(), nil
}

func (a *app) check(ctx context.Context, path string, how checking) error {
	book, err := a.open(ctx, path, nil)
	found, err := findingsOf(err)
	if err != nil {
		return err
	}
	var reviewed review.Report
	if book != nil {
		if reviewed, err = review.Of(book.Program()); err != nil {
			return err
		}
		found = append(found, reviewed.Findings...)
		found = append(found, book.Program().Findings()...)
		found = append(found, book.Findings()...)
		computed, err := computing(ctx, book)
		if err != nil {
			return err
		}
		found = append(found, computed...)
	}
	found = found.Sorted()
	switch {
	case found.HasErrors():
		a.code = exitInput
	case len(found) > 0:
		a.code = exitFindings
	}
	if how.detail {
		found = append(found, reviewed.Details...).Sorted()
	}
	if how.json {
		return a.findingsJSON(found)
	}
	a.render(found)
	if len(found.Only(source.Error))+len(found.Only(source.Warning)) > 0 {
		fmt.Fprintf(a.errs, "\n%s, %s\n", counted(len(found.Only(source.Error)), "error"), counted(len(found.Only(source.Warning)), "warning"))
	}
	if book != nil {
		a.checked(book)
		a.reviewed(reviewed)
	}
	return nil
}

// reviewed says for each component whether selling more can pay less.
func (a *app) reviewed(r review.Report) {
	width := 0
	for _, c := range r.Components {
		width = max(width, len([]rune(c.Component.Name)))
	}
	for i, c := range r.Components {
		if i == 0 || r.Components[i-1].Plan != c.Plan {
			fmt.Fprintf(a.out, "\n%s\n", c.Plan.ID)
		}
		fmt.Fprintf(a.out, "  %-*s  %s\n", width, c.Component.Name, inWords(c))
	}
}

// inWords is what was found about a component.
func inWords(c review.Component) string {
	switch v := c.Verdict; {
	case v.Outcome == analysis.Falls:
		return "selling more can pay less: " + v.Falls[0].Text()
	case v.Outcome == analysis.NotFound:
		return fmt.Sprintf("not proved, no fall found in %d tries (%s: `%s`: %s)", v.Tries, v.Where, v.Text, v.Why)
	case c.Still:
		return "proved: it pays the same, whatever is sold"
	case v.Within.Sign() > 0:
		return "proved: selling more never pays less, but for roundings inside of the formula"
	}
	return "proved: selling more never pays less"
}

// findingsOf takes an error of the input apart. What is not about the content of
// the folder comes back as the error.
func findingsOf(err error) (source.Diagnostics, error) {
	if several, ok := err.(interface{ Unwrap() []error }); ok { // each of them on its own
		var all source.Diagnostics
		for _, e := range several.Unwrap() {
			found, err := findingsOf(e)
			if err != nil {
				return nil, err
			}
			all = append(all, found...)
		}
		return all, nil
	}
	var found source.Diagnostics
	var file *fs.PathError
	switch {
	case err == nil, err == errBadInput: // the mark of a join says nothing of its own
		return nil, nil
	case errors.As(err, &found):
		return found, nil
	case errors.As(err, &file) && errors.Is(err, fs.ErrNotExist):
		return source.Diagnostics{source.Errorf("file-missing", source.Span{File: file.Path}, "%v", err)}, nil
	case file != nil, errors.Is(err, errBadInput), errors.Is(err, context.Canceled):
		return nil, err
	}
	return source.Diagnostics{source.Errorf("facts", source.Span{}, "%v", err)}, nil
}

// checked says what a folder without errors holds.
func (a *app) checked(book *compensation.Book) {
	p := book.Program()
	components, formulas := 0, 0
	for _, q := range p.Plans {
		for _, c := range q.Components {
			components++
			formulas += len(c.Formulas())
		}
	}
	for _, r := range p.Rules.Rules {
		if formulas++; r.When != nil {
			formulas++
		}
	}
	for _, t := range p.Rules.Territories.All() {
		if t.When != nil {
			formulas++
		}
	}
	fmt.Fprintf(a.out, "%s: checked %s with %s, %s, %s, %s and %s\n", p.Company, counted(len(p.Plans), "plan"), counted(components, "component"),
		counted(len(p.Rules.Rules)+len(p.Rules.RollUps), "credit rule"), counted(formulas, "formula"), counted(len(book.People().IDs()), "payee"), counted(book.Events().Len(), "event"))
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// jsonFinding is a finding as `check --json` prints it.
type jsonFinding struct {
	File      string     `json:"file"`
	Line      int        `json:"line"`
	Column    int        `json:"column"`
	EndLine   int        `json:"endLine"`
	EndColumn int        `json:"endColumn"`
	Severity  string     `json:"severity"`
	Code      string     `json:"code"`
	Message   string     `json:"message"`
	Hint      string     `json:"hint"`
	Notes     []jsonNote `json:"notes"`
}

type jsonNote struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
}

func (a *app) findingsJSON(found source.Diagnostics) error {
	out := []jsonFinding{}
	for _, d := range found {
		to := d.Span.To
		if to.Before(d.Span.From) {
			to = d.Span.From
		}
		f := jsonFinding{a.fileOf(d.Span), d.Span.From.Line, d.Span.From.Col, to.Line, to.Col, d.Severity.String(), d.Code, d.Message, d.Hint, []jsonNote{}}
		for _, n := range d.Notes {
			f.Notes = append(f.Notes, jsonNote{a.fileOf(n.Span), n.Span.From.Line, n.Span.From.Col, n.Text})
		}
		out = append(out, f)
	}
	return writeJSON(a.out, out)
}

// fileOf is the file of a place as seen from the folder.
func (a *app) fileOf(s source.Span) string {
	if s.File == "" {
		return ""
	}
	rel, err := filepath.Rel(a.folder, a.pathOf(s.File))
	if _, missing := os.Stat(a.pathOf(s.File)); err != nil || missing != nil {
		return s.File
	}
	return filepath.ToSlash(rel)
}

func writeJSON(w io.Writer, value any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(value)
}
