// Package relations holds the edges of a company against the relationships that it says there are.
package relations

import (
	"maps"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// Facts are the edges, and what they may lead from and to.
type Facts struct {
	All     []fact.Edge // as they were given, also those that others withdraw
	Edges   *fact.Edges
	Payee   func(fact.PayeeID) bool // whether a key is a payee
	Program *plan.Program

	territories map[string]bool
}

// Check reports each edge of a relationship that there is not, each that leads from or to something else than the
// relationship does, and days on which one leads to too many, or to shares that are not the whole. A
// program that does not say which relationships there are allows all.
func Check(f Facts) (ds source.Diagnostics) {
	ds = f.causes()
	if f.Program.Relations == nil {
		return ds
	}
	f.territories = map[string]bool{}
	for _, t := range f.Program.Rules.Territories.All() {
		f.territories[string(t.ID)] = true
	}
	var known []string
	for _, r := range f.Program.Relations {
		known = append(known, r.Name)
	}
	type start struct{ name, from string }
	starts := map[start]bool{}
	unknown := map[string]int{}
	for _, e := range f.All {
		at := slices.Index(known, e.Name)
		if at < 0 && e.Name == plan.ReliefEdge && len(f.Program.Causes()) > 0 { // whose ends plans know
			continue
		}
		if at < 0 {
			if unknown[e.Name]++; unknown[e.Name] == 1 {
				ds = append(ds, source.Errorf("unknown-relationship", place(e.Name, e.From, e.To), "the edge %s is none of `relations:`", e.Name).
					WithHint("%s", source.DidYouMean(e.Name, known)))
			}
			continue
		}
		if s := (start{e.Name, e.From}); !starts[s] {
			starts[s] = true
			ds = append(ds, f.from(&f.Program.Relations[at], e.From)...)
		}
	}
	return ds.Sorted()
}

// causes checks the edges to causes of relief, if plans name some: what nobody knows would relieve of nothing.
func (f Facts) causes() (ds source.Diagnostics) {
	known := f.Program.Causes()
	if len(known) == 0 {
		return nil
	}
	for _, e := range f.All {
		switch {
		case e.Name != plan.ReliefEdge:
		case !f.Payee(fact.PayeeID(e.From)):
			ds = append(ds, source.Errorf("edge-end", place(e.Name, e.From, e.To), "an edge relief leads from a payee, but %s is nobody known", e.From).WithHint("add it to people.csv, or correct the edge"))
		case !slices.Contains(known, e.To):
			ds = append(ds, source.Errorf("unknown-cause", place(e.Name, e.From, e.To), "no quota names the cause %q under `relief:`", e.To).WithHint("%s", source.DidYouMean(e.To, known)))
		}
	}
	return ds
}

func place(name, from, to string) source.Span {
	text := "edge=" + name + " from=" + from
	if to != "" {
		text += " to=" + to
	}
	return source.Span{File: text}
}

// from checks all edges of a relationship that lead from something.
func (f Facts) from(r *plan.Relation, from string) (ds source.Diagnostics) {
	ended := map[string]bool{}
	many, parts := false, false // one finding of each
	for days, edges := range f.Edges.Segments(r.Name, from, calendar.Range{}, 0) {
		sum, names := decimal.Zero, make([]string, 0, len(edges))
		for _, e := range edges {
			sum, names = sum.Add(e.Share), append(names, e.To)
			if !ended[e.To] {
				ended[e.To] = true
				ds = append(ds, f.end(r, "from", from, r.From, e)...)
				ds = append(ds, f.end(r, "to", e.To, r.To, e)...)
			}
		}
		if r.AtMost > 0 && len(edges) > r.AtMost && !many {
			many = true
			ds = append(ds, source.Errorf("edge-count", place(r.Name, from, ""), "%s has %d edges %s on %s, to %s, and may have %d", from, len(edges), r.Name, shown(days), strings.Join(names, ", "), r.AtMost).
				WithNote(r.At, "the relation").WithHint("end one of them before the other begins"))
		}
		if r.Whole && len(edges) > 0 && !sum.Equal(one) && !parts {
			parts = true
			ds = append(ds, source.Errorf("edge-shares", place(r.Name, from, ""), "the shares of the edges %s from %s come to %s%% on %s, and should come to 100%%", r.Name, from, fact.DecimalText(sum.Shift(2)), shown(days)).
				WithNote(r.At, "the relation").WithHint("correct a share, or its dates"))
		}
	}
	return ds
}

var one = decimal.New(1, 0)

// end checks what an edge leads from or to. Accounts and teams are whatever edges and events say.
func (f Facts) end(r *plan.Relation, which, key, kind string, e fact.Edge) source.Diagnostics {
	switch {
	case kind == "payee" && !f.Payee(fact.PayeeID(key)):
		return f.wrong(r, e, which, key+" is nobody known", "add it to people.csv, or correct the edge")
	case kind == "territory" && !f.territories[key]:
		return f.wrong(r, e, which, key+" is no territory", source.DidYouMean(key, slices.Sorted(maps.Keys(f.territories))))
	}
	return nil
}

func (f Facts) wrong(r *plan.Relation, e fact.Edge, which, what, hint string) source.Diagnostics {
	kind := r.From
	if which == "to" {
		kind = r.To
	}
	d := source.Errorf("edge-end", place(e.Name, e.From, e.To), "an edge %s leads %s a %s, but %s", e.Name, which, kind, what)
	return source.Diagnostics{d.WithNote(r.At, "the relation").WithHint("%s", hint)}
}

// shown is a run of days, as people write it.
func shown(days calendar.Range) string {
	if days.From.IsZero() && days.To.IsZero() {
		return "every day"
	}
	return days.String()
}
