package compensation

import (
	"slices"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/source"
)

// Findings are warnings about plans and people that do not meet: a plan for a role
// that nobody has, and a role that is almost the one of a plan; and about exchange rates
// that nothing uses. A run does not give the former, since a company may have plans and people that are not due yet.
func (b *Book) Findings() (ds source.Diagnostics) {
	have, assigned := b.roles()
	var wanted []string
	for i := range b.program.Plans {
		wanted = append(wanted, b.program.Plans[i].Roles...)
	}
	for i := range b.program.Plans {
		p := &b.program.Plans[i]
		if len(p.Roles) == 0 || slices.Contains(assigned, string(p.ID)) || slices.ContainsFunc(p.Roles, func(r string) bool { return slices.Contains(have, r) }) {
			continue
		}
		ds = append(ds, source.Warnf("plan-without-payees", p.At, "nobody has a role of the plan %q, and nobody is assigned to it", p.ID).
			WithHint("%s", source.DidYouMean(p.Roles[0], have)))
	}
	for _, role := range have {
		if near := source.Nearest(role, wanted); near != "" && !slices.Contains(wanted, role) {
			ds = append(ds, source.Warnf("role-without-plan", source.Span{File: "role=" + role}, "no plan is for the role %s", role).
				WithHint("did you mean %q?", near))
		}
	}
	return append(ds, b.unused()...).Sorted()
}

// roles are all roles that somebody has at some time, and the plans to which
// somebody is assigned.
func (b *Book) roles() (roles, plans []string) {
	for _, id := range b.people.IDs() {
		for _, p := range b.people.History(id, calendar.Range{}, 0) {
			roles = append(roles, p.Role)
		}
		for v := range b.assignments[id].All() {
			plans = append(plans, string(v.Value.Plan))
		}
	}
	slices.Sort(roles)
	return slices.Compact(roles), plans
}
