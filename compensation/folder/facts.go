package folder

import (
	"io/fs"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/fact"
)

// Facts reads the CSV files of a company's folder and checks them against its
// program. Everything but the events is in memory afterwards; Events reads its files
// anew each time. Ledger is left to the caller.
//
// The error is source.Diagnostics with what is wrong in all of the files, sorted by
// place, at most 100 findings of each code and then how many more there are; or an
// error of the file system.
func Facts(fsys fs.FS, p *plan.Program) (compensation.Facts, error) {
	return (&loader{fsys: fsys, program: p}).facts()
}

func (l *loader) facts() (compensation.Facts, error) {
	people, err := l.people()
	if err != nil {
		return compensation.Facts{}, err
	}
	// In the order of the files' names: hints are made for the first findings only.
	assignments, err := l.assignments()
	if err != nil {
		return compensation.Facts{}, err
	}
	edges, err := l.edges()
	if err != nil {
		return compensation.Facts{}, err
	}
	rates, err := l.rates()
	if err != nil {
		return compensation.Facts{}, err
	}
	quotas, err := l.quotas()
	if err != nil {
		return compensation.Facts{}, err
	}
	events, err := l.events()
	if err != nil {
		return compensation.Facts{}, err
	}
	if err := l.found.err(); err != nil {
		return compensation.Facts{}, err
	}
	return compensation.Facts{
		People: fact.Of(people...), Edges: fact.Of(edges...), Assignments: fact.Of(assignments...),
		Quotas: fact.Of(quotas...), FX: fact.Of(rates...), Events: events,
	}, nil
}

// loader reads the files one after the other, collecting findings.
type loader struct {
	fsys    fs.FS
	program *plan.Program
	found   findings
	payees  *payees
	careful bool // no row is cut; for comparing
}
