package folder

import (
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/fact"
)

// sharePlaces is how many decimal places a share may have, as formulas hold it.
const sharePlaces = 16

// team is the edge from a member to a team, which is no payee unless credit rolls up along it.
const team = "team"

// edges reads edges.csv.
func (l *loader) edges() ([]fact.Edge, error) {
	var versions []version[fact.Edge]
	between := l.relationships()
	list, _, _, err := rows(l, layoutOf("edges"), func(r *row) fact.Edge {
		if r.page.mapped && r.text("to") == "" {
			r.bad = true // an export has everybody, also those who have nobody above them
			return fact.Edge{}
		}
		e := fact.Edge{Name: r.key("edge"), From: r.key("from"), Share: r.share("share"), Stamp: r.stamp()}
		if e.Name == team && !between[team] {
			e.To = r.key("to")
		} else {
			e.To = string(l.payee(r, "to"))
		}
		if between[e.Name] || e.Name == team {
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
// whatever credit rolls up along. Others leave a territory or an account.
func (l *loader) relationships() map[string]bool {
	names := map[string]bool{"manager": true}
	for _, r := range l.program.Rules.RollUps {
		names[r.Along] = true
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
