// Package coverage tells where there is nobody: territories that no one owns, accounts that are in none, and plans on which no
// one has the quota that they count on.
package coverage

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/territory"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// Facts are what is known of the market.
type Facts struct {
	Program *plan.Program
	Edges   *fact.Edges
	Events  *crediting.Events
	All     func() []*crediting.Event // the same, in declared order
}

// Check reports both, as warnings.
func Check(f Facts) source.Diagnostics {
	return append(f.vacancies(), f.uncovered()...)
}

// vacancies are territories with days without an owner, where a rule would credit one. Where all
// such rules say `vacant: up`, an owner above does, too. A territory with parts that nobody owns on
// any day is taken for one that only groups them.
func (f Facts) vacancies() (ds source.Diagnostics) {
	first, last, ok := f.Events.Span()
	if !ok {
		return nil
	}
	span := calendar.Range{From: first, To: last.AddDays(1)}
	all := f.Program.Rules.Territories.All()
	parts := map[fact.TerritoryID]bool{}
	for _, t := range all {
		parts[t.Parent] = true
	}
	for _, t := range all {
		credited, up := f.ownersOf(t.Kind)
		if !credited {
			continue
		}
		chain := []fact.TerritoryID{t.ID}
		if up {
			chain = f.Program.Rules.Territories.Chain(t.ID)
		}
		open := f.unowned(chain, span)
		if len(open) == 0 || parts[t.ID] && len(open) == 1 && open[0] == span {
			continue
		}
		text := make([]string, 0, len(open))
		for _, r := range open {
			text = append(text, r.String())
		}
		if more := len(text) - 3; more > 0 {
			text = append(text[:3], fmt.Sprintf("%d more times", more))
		}
		ds = append(ds, source.Warnf("territory-vacant", t.At, "nobody owns territory %s on %s", t.ID, strings.Join(text, ", ")).
			WithHint("say who does in edges.csv, or `vacant: none` in the rule"))
	}
	return ds
}

// uncovered are the accounts that no territory covers on the date of one of their events, where a rule would
// credit its owner: one finding for all.
func (f Facts) uncovered() (ds source.Diagnostics) {
	rules := &f.Program.Rules
	all, events, carried := map[fact.AccountID]int{}, 0, decimal.Zero
	var accounts []fact.AccountID
	for _, s := range rules.Schemas {
		credited := slices.ContainsFunc(rules.Rules, func(r crediting.Rule) bool {
			return r.Kind == s.Kind && slices.ContainsFunc(r.To, func(to crediting.Recipient) bool { return to.By == crediting.ByTerritory })
		})
		at := s.Index("account")
		if !credited || at < 0 {
			continue
		}
		row := dsl.Env{Inputs: s.Inputs("")}.NewRow()
		for _, e := range f.All() {
			if e.Schema() != s || !e.Cells[at].Has || s.Fill(row, 0, e) != nil {
				continue
			}
			id := fact.AccountID(e.Cells[at].Text)
			if _, covered, err := rules.Territories.Of(s.Kind, id, e.Date(), row); covered || err != nil { // which a run reports
				continue
			}
			if all[id] == 0 {
				accounts = append(accounts, id)
			}
			all[id]++
			events, carried = events+1, carried.Add(e.Carried())
		}
	}
	if events == 0 {
		return nil
	}
	slices.Sort(accounts)
	const most = 5
	named := make([]string, 0, most+1)
	for i, id := range accounts {
		if i == most {
			named = append(named, fmt.Sprintf("%d more", len(accounts)-most))
			break
		}
		named = append(named, fmt.Sprintf("%s (%d)", id, all[id]))
	}
	at := source.Span{File: plan.CompanyFile}
	if t := rules.Territories.All(); len(t) > 0 {
		at = t[0].At
	}
	return append(ds, source.Warnf("account-uncovered", at, "no territory covers events of %s: %s, with %d events in all, carrying %s", counted(len(accounts), "account"), strings.Join(named, ", "), events, fact.DecimalText(carried)).
		WithHint("name the accounts in a territory, or add one for the rest of the market; a run lists the events in uncredited.csv"))
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// ownersOf tells whether rules for a kind of event credit the owner of its territory, and whether all
// of these credit the one above in a vacancy.
func (f Facts) ownersOf(kind string) (credited, up bool) {
	up = true
	for _, r := range f.Program.Rules.Rules {
		for _, to := range r.To {
			if r.Kind == kind && to.By == crediting.ByTerritory && to.Vacant != territory.Forgone {
				credited, up = true, up && to.Vacant == territory.Up
			}
		}
	}
	return credited, up
}

// unowned are the days of a range on which none of some territories has an owner.
func (f Facts) unowned(some []fact.TerritoryID, within calendar.Range) (out []calendar.Range) {
	for days, edges := range f.Edges.Segments("owner", string(some[0]), within, 0) {
		if len(edges) > 0 {
			continue
		}
		open := []calendar.Range{days}
		if len(some) > 1 {
			open = f.unowned(some[1:], days)
		}
		for _, r := range open {
			if last := len(out) - 1; last >= 0 && out[last].To == r.From {
				out[last].To = r.To
			} else {
				out = append(out, r)
			}
		}
	}
	return out
}
