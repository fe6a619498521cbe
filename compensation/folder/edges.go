package folder

import (
	"cmp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/internal/mapped"
)

// sharePlaces is how many decimal places a share may have, as formulas hold it.
const sharePlaces = 16

// edges reads edges.csv.
func (l *loader) edges() ([]fact.Edge, error) {
	var at places
	between, teams := l.relationships(), l.teams()
	causes := l.program.Causes()
	layout := layoutOf("edges")
	layout.columns = append(layout.columns, mapped.Column{Name: "withdrawn", Optional: true})
	list, _, _, err := rows(l, layout, func(r *row) fact.Edge {
		if r.page.mapped && r.text("to") == "" {
			r.bad = true // an export has everybody, also those who have nobody above them
			return fact.Edge{}
		}
		e := fact.Edge{Name: r.key("edge"), From: r.key("from"), Share: r.share("share"), Stamp: r.stamp()}
		switch text := r.text("withdrawn"); text {
		case "", "false":
		case "true":
			e.Void, e.Share = true, decimal.Decimal{}
		default:
			r.fail("withdrawn", "edge-withdrawn", "write true where the edge holds no longer on the days of the line, and nothing otherwise", "%q is neither true nor false", text)
		}
		team := teams[e.Name] && !between[e.Name]
		if team || l.leadsElsewhere(e.Name) {
			e.To = r.key("to")
		} else {
			e.To = string(l.payee(r, "to"))
		}
		if team && e.Name == plan.ReliefEdge && len(causes) > 0 && !slices.Contains(causes, e.To) {
			r.fail("to", "unknown-cause", source.DidYouMean(e.To, causes), "no quota names the cause %q under `relief:`", e.To)
		}
		if between[e.Name] || team {
			l.mustBePayee(r, "from", e.From)
		}
		if !r.bad {
			at.add(r.line())
		}
		return e
	})
	if err != nil {
		return nil, err
	}
	conflicts(&l.found, "edge-conflict", "the edge", severalTimes(list, &at), fact.Edge.Equal)
	return list, nil
}

// places are where rows stand, of which there may be very many: they have no pointers.
type places struct {
	files []string
	rows  []place
}

type place struct {
	file     int32
	from, to [2]int32 // line and column
}

func (p *places) add(at source.Span) {
	if n := len(p.files); n == 0 || p.files[n-1] != at.File {
		p.files = append(p.files, at.File)
	}
	p.rows = appended(p.rows, place{int32(len(p.files) - 1), [2]int32{int32(at.From.Line), int32(at.From.Col)}, [2]int32{int32(at.To.Line), int32(at.To.Col)}})
}

func (p *places) of(i int) source.Span {
	r := &p.rows[i]
	pos := func(at [2]int32) source.Pos { return source.Pos{Line: int(at[0]), Col: int(at[1])} }
	return source.Span{File: p.files[r.file], From: pos(r.from), To: pos(r.to)}
}

// severalTimes are the edges that are not the only ones of their name between their ends: few of very many.
func severalTimes(list []fact.Edge, at *places) (out []version[fact.Edge]) {
	order := make([]int32, len(list))
	for i := range order {
		order[i] = int32(i)
	}
	compare := func(a, b int32) int {
		x, y := &list[a], &list[b]
		return cmp.Or(strings.Compare(x.Name, y.Name), strings.Compare(x.From, y.From), strings.Compare(x.To, y.To))
	}
	if !slices.IsSortedFunc(order, compare) { // as files mostly are
		slices.SortStableFunc(order, compare)
	}
	for len(order) > 0 {
		n := 1
		for n < len(order) && compare(order[0], order[n]) == 0 {
			n++
		}
		for _, i := range order[:n] {
			if e := &list[i]; n > 1 {
				// No key has a line break in it.
				arrow := strings.Join([]string{e.Name, e.From, e.To}, "\n")
				out = append(out, version[fact.Edge]{arrow, e.Stamp, *e, at.of(int(i))})
			}
		}
		order = order[n:]
	}
	return out
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
// whatever measures name as one; and relief, from a payee to its cause.
func (l *loader) teams() map[string]bool {
	names := map[string]bool{"team": true, plan.ReliefEdge: len(l.program.Causes()) > 0}
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
