package plantest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/trace"
)

// Got is what running a script gave: Payouts, Credits, Uncredited, Held and Findings are the
// rows of the tables that a script can want, and so are Entries, as the package describes them. Run is nil when the company did not load or run: then Findings say why. Explained
// has a text for each payout that the script wants explained, and for each credit that it asks about, by
// the block's name.
type Got struct {
	Run        *compensation.Run
	Payouts    []Row
	Credits    []Row
	Uncredited []Row
	Held       []Row
	Entries    []Row
	Findings   []Row
	Explained  map[string]string
}

// Row is one row of a table, cell by cell.
type Row []string

// Run loads the script's company and runs it. The error is only that of the
// context: faults of the company are among what was got.
func (s Script) Run(ctx context.Context) (Got, error) {
	run, err := s.compute(ctx)
	if ctx.Err() != nil {
		return Got{}, ctx.Err()
	}
	if err != nil {
		return Got{Findings: faults(err)}, nil
	}
	found := append(source.Diagnostics{}, run.Book().Program().Findings()...)
	got := Got{
		Run: run, Payouts: payouts(run), Credits: credits(run), Uncredited: uncredited(run), Held: held(run), Entries: posted(run),
		Findings: findings(append(found, run.Findings()...)), Explained: map[string]string{},
	}
	for _, w := range s.Wants {
		if id, ok := strings.CutPrefix(w.Name, wantExplain); ok {
			got.Explained[w.Name], err = explain(ctx, run, id)
		} else if id, ok := strings.CutPrefix(w.Name, wantWhyNot); ok {
			got.Explained[w.Name], err = whyNot(ctx, run, id)
		}
		if err != nil {
			return Got{}, err
		}
	}
	return got, nil
}

// compute opens the company, closes what the script says, and runs its period.
func (s Script) compute(ctx context.Context) (*compensation.Run, error) {
	fsys, err := s.company()
	if err != nil {
		return nil, err
	}
	store, err := s.close(ctx, fsys)
	if err != nil {
		return nil, err
	}
	book, err := open(ctx, fsys, store)
	if err != nil {
		return nil, err
	}
	return runPeriod(ctx, book, s.Period)
}

// open opens a company.
func open(ctx context.Context, fsys fs.FS, store ledger.Store) (*compensation.Book, error) {
	program, err := plan.Load(fsys)
	if err != nil {
		return nil, err
	}
	facts, err := folder.Facts(fsys, program)
	if err != nil {
		return nil, err
	}
	facts.Ledger = store
	return compensation.Open(ctx, program, facts)
}

// runPeriod runs a period, or all of them.
func runPeriod(ctx context.Context, book *compensation.Book, period string) (*compensation.Run, error) {
	var request compensation.Request
	var err error
	if period != "" {
		if request.Period, err = book.Program().Calendar.ParsePeriod(period); err != nil {
			return nil, fmt.Errorf("the period of the script: %w", err)
		}
	}
	run, err := book.Run(ctx, request)
	if err == nil { // what is added up is what is listed
		err = run.Err()
	}
	return run, err
}

// explain is a payout's trace as text; where there is no such payout, the text
// says so, for the block to differ.
func explain(ctx context.Context, run *compensation.Run, id string) (string, error) {
	why, err := run.Explain(ctx, id)
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		return "error: " + err.Error() + "\n", nil
	}
	var b bytes.Buffer
	err = why.WriteText(&b, trace.TextOptions{})
	return b.String(), err
}

// whyNot says what each rule made of an event for a payee: its name, the credit, and why.
func whyNot(ctx context.Context, run *compensation.Run, id string) (string, error) {
	payee, event, _ := strings.Cut(id, "/")
	rules, err := run.WhyNot(ctx, fact.PayeeID(payee), fact.EventID(event))
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		return "error: " + err.Error() + "\n", nil
	}
	var b strings.Builder
	for _, r := range rules {
		fmt.Fprintf(&b, "%s  %s  %s\n", r.Label, r.Value, r.Detail)
	}
	return b.String(), nil
}

// faults are the rows of an error, which may join several.
func faults(err error) []Row {
	var ds source.Diagnostics
	if errors.As(err, &ds) {
		return findings(ds)
	}
	var rows []Row
	for line := range strings.Lines(err.Error()) {
		rows = append(rows, Row{"-", "error", strings.TrimSpace(line)})
	}
	return rows
}

func findings(ds source.Diagnostics) []Row {
	var rows []Row
	for _, d := range ds.Sorted() {
		place := d.Span.String()
		if place == "" {
			place = "-"
		}
		message := strings.Join(strings.Fields(d.Message), " ")
		if d.Severity == source.Warning {
			message = "warning: " + message
		}
		rows = append(rows, Row{place, d.Code, message})
	}
	return rows
}
