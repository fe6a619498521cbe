package folder

import (
	"io/fs"
	"strings"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/manual"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
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
	scored, err := l.scores()
	if err != nil {
		return compensation.Facts{}, err
	}
	adjustments, err := l.adjustments()
	if err != nil {
		return compensation.Facts{}, err
	}
	overrides, err := l.overrides()
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
		Quotas: fact.Of(quotas...), FX: fact.Of(rates...), Scores: fact.Of(scored...), Adjustments: fact.Of(adjustments...), Overrides: fact.Of(overrides...), Events: events,
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

// adjustments reads adjustments.csv.
func (l *loader) adjustments() ([]manual.Adjustment, error) {
	var versions []version[manual.Adjustment]
	list, _, _, err := rows(l, layoutOf("adjustments"), func(r *row) manual.Adjustment {
		a := manual.Adjustment{
			ID: r.key("id"), Payee: l.payee(r, "payee"), Reason: strings.TrimSpace(r.name("reason")), Author: r.key("author"), Approver: strings.TrimSpace(r.name("approved by")), Known: r.known(),
		}
		if r.text("event") != "" {
			a.Event = fact.EventID(r.key("event"))
		}
		if a.Period = l.period(r); !a.Period.IsZero() && a.Period.Unit != calendar.UnitMonth {
			r.fail("period", "period", "name one month, such as 2026-03", "%s is no pay period", r.text("period"))
		}
		if a.Reason == "" {
			r.fail("reason", "adjustment-reason", "say in words why it is paid", "there is no reason")
		}
		var err error
		currency := l.paidIn(string(a.Payee))
		amount, ok := r.number("amount", uint8(max(0, currency.Digits())))
		if a.Amount, err = money.FromDecimal(amount, currency); ok && err != nil {
			r.fail("amount", "number", "", "%v", err)
		}
		if !r.bad {
			versions = append(versions, version[manual.Adjustment]{a.ID, fact.Stamp{Known: a.Known}, a, r.line()})
		}
		return a
	})
	if err != nil {
		return nil, err
	}
	found := findings{}
	conflicts(&found, "adjustment-conflict", "", versions, func(a, b manual.Adjustment) bool { return a == b })
	for _, d := range found.all {
		d.Message = "this id has another adjustment already"
		d.Hint = "give each an id of its own; if one replaces the other, give it a higher number in the column known"
		l.found.add(d)
	}
	return list, nil
}
