package folder

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl/fact"
)

// sharePlaces is how many decimal places a share may have, as formulas hold it.
const sharePlaces = 16

// edges reads edges.csv.
func (l *loader) edges() ([]fact.Edge, error) {
	var versions []version[fact.Edge]
	between, teams := l.relationships(), l.teams()
	list, _, _, err := rows(l, layoutOf("edges"), func(r *row) fact.Edge {
		if r.page.mapped && r.text("to") == "" {
			r.bad = true // an export has everybody, also those who have nobody above them
			return fact.Edge{}
		}
		e := fact.Edge{Name: r.key("edge"), From: r.key("from"), Share: r.share("share"), Stamp: r.stamp()}
		team := teams[e.Name] && !between[e.Name]
		if team || l.leadsElsewhere(e.Name) {
			e.To = r.key("to")
		} else {
			e.To = string(l.payee(r, "to"))
		}
		if between[e.Name] || team {
			l.mustBePayee(r, "from", e.From)
		}
		if !r.bad {
			// No key has a line break in it.
			arrow := strings.Join([]string{e.Name, e.From, e.To}, "\n")
			versions = append(versions, version[fact.Edge]{arrow, e.Stamp, e, r.line()})
		}
		return e
	})
	if err != nil {
		return nil, err
	}
	conflicts(&l.found, "edge-conflict", "the edge", versions, fact.Edge.Equal)
	return list, nil
}

// relationships are the names of edges that lead from payee to payee: manager, and
// whatever credit rolls up along, or measures look down. Others leave a territory or an account.
func (l *loader) relationships() map[string]bool {
	names := map[string]bool{"manager": true}
	for _, r := range l.program.Rules.RollUps {
		names[r.Along] = true
	}
	for _, r := range l.program.Relations {
		if r.From == "payee" && r.To == "payee" {
			names[r.Name] = true
		}
	}
	for _, m := range l.program.Measures {
		if m.Whose.Who == measure.Below || m.Whose.Who == measure.WithBelow {
			names[m.Whose.Along] = true
		}
	}
	return names
}

// leadsElsewhere reports whether `relations:` say that edges of a name lead to something that is nobody.
func (l *loader) leadsElsewhere(name string) bool {
	return slices.ContainsFunc(l.program.Relations, func(r plan.Relation) bool { return r.Name == name && r.To != "" && r.To != "payee" })
}

// teams are the names of edges that lead from a payee to a team, which is nobody: team, and
// whatever measures name as one.
func (l *loader) teams() map[string]bool {
	names := map[string]bool{"team": true}
	for _, m := range l.program.Measures {
		if m.Whose.Who == measure.Team {
			names[m.Whose.Along] = true
		}
	}
	return names
}

// share reads the part of the whole that an edge carries: empty is all of it.
func (r *row) share(column string) decimal.Decimal {
	text := r.text(column)
	if text == "" {
		return decimal.Decimal{}
	}
	share, ok := r.ratio(column, sharePlaces)
	switch {
	case !ok:
	case !share.IsPositive():
		r.fail(column, "share", "leave the row out, or end it", "%s is not above 0", text)
	case share.GreaterThan(decimal.New(1, 0)) && !strings.HasSuffix(text, "%"):
		r.fail(column, "share", "write "+text+"% if that is meant", "%s is more than the whole", text)
	}
	return share
}
