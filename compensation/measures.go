package compensation

import (
	"slices"

	"github.com/payproof/payproof/compensation/internal/earning"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// reach is the days whose events a run has to know: those that it computes, and as far back
// as the longest window of any measure looks from the first of them.
func (b *Book) reach(horizon calendar.Range) calendar.Range {
	days := horizon
	if earning.Carries(b.program) {
		days.From = calendar.Date{}
		return days
	}
	for _, m := range earning.Measures(b.program) {
		if from := m.Days(b.program.Calendar, horizon.From, calendar.Date{}).From; from.Before(days.From) {
			days.From = from
		}
	}
	return days
}

// origin is some days, and before them the fiscal years of what reversals of these days take back: what
// that earned has to be computed once more.
func (b *Book) origin(days calendar.Range) calendar.Range {
	first, ok := b.events.Origin(days)
	if !ok || !first.Before(days.From) {
		return days
	}
	if year, err := b.program.Calendar.Range(b.program.Calendar.PeriodOf(calendar.UnitYear, first)); err == nil {
		days.From = year.From
	}
	return days
}

// groups gathers what measures fold for several people, and what they fold of events.
func (b *Book) groups(credited *crediting.Crediting, events []*crediting.Event, asOf fact.Revision) (*measure.Groups, source.Diagnostics) {
	used := earning.Measures(b.program)
	if found := b.nobody(used); len(found) > 0 {
		return nil, found
	}
	return measure.NewGroups(measure.Facts{
		Credits: credited.Credits, Events: events, Edges: b.edges, AsOf: asOf, Known: b.people.Has,
		Role: func(id fact.PayeeID, day calendar.Date) string {
			p, _ := b.people.At(id, day, asOf)
			return p.Role
		},
	}, used)
}

// nobody reports the measures of people who belong together by an edge or a role that
// nobody has: they would be zero in silence.
func (b *Book) nobody(used []measure.Measure) (found source.Diagnostics) {
	names := b.edges.Names()
	roles, _ := b.roles()
	for _, m := range used {
		if role := m.Whose.Role; role != "" && !slices.Contains(roles, role) {
			found = append(found, source.Errorf("unknown-role", m.At, "%s is of the role %s, but nobody has it", m.Name, role).
				WithHint("%s", source.DidYouMean(role, roles)))
		}
		if along := m.Whose.Along; along != "" && !slices.Contains(names, along) {
			found = append(found, source.Errorf("unknown-relationship", m.At, "%s is of people who belong together by the edge %s, but nobody has one", m.Name, along).
				WithHint("add them to edges.csv; %s", source.DidYouMean(along, names)))
		}
	}
	return found
}
