package crediting

import (
	"fmt"
	"slices"
)

// beaten is a rule that holds for an event and gives no credit, because of another.
type beaten struct {
	rule *Rule
	why  string
}

// chosen are those of the rules that hold for an event which give credit, in their order.
// First the excluded go, then all but the first of each group: so that the next of a
// group stands in for one that is excluded. Only rules that hold are looked at.
func (a *Applier) chosen(e *Event) []*Rule {
	a.beats = a.beats[:0]
	if !slices.ContainsFunc(a.held, func(r *Rule) bool { return r.Group != "" || len(r.Exclude) > 0 }) {
		return a.held
	}
	left := make([]*Rule, 0, len(a.held))
	for _, r := range a.held {
		if by := a.excludes(r); by != nil {
			a.beats = append(a.beats, beaten{r, fmt.Sprintf("it is excluded by %s, which holds, too", by.ID)})
			continue
		}
		left = append(left, r)
	}
	out := make([]*Rule, 0, len(left))
	for _, r := range left {
		if a.wins(e, r, left) {
			out = append(out, r)
		}
	}
	return out
}

// excludes is the first rule that holds and keeps r out, or nil.
func (a *Applier) excludes(r *Rule) *Rule {
	for _, id := range r.Exclude {
		for _, by := range a.held {
			if by.ID == id {
				return by
			}
		}
	}
	return nil
}

// wins reports whether a rule is the first of its group among those that are left.
func (a *Applier) wins(e *Event, r *Rule, left []*Rule) bool {
	if r.Group == "" {
		return true
	}
	best := r
	for _, other := range left {
		if other.Group == r.Group && other.Priority < best.Priority {
			best = other
		}
	}
	if best != r {
		a.beats = append(a.beats, beaten{r, fmt.Sprintf("another rule of the group %q won: %s, priority %d before %d", r.Group, best.ID, best.Priority, r.Priority)})
		return false
	}
	tie := slices.IndexFunc(left, func(other *Rule) bool { return other != r && other.Group == r.Group && other.Priority == r.Priority })
	if tie < 0 {
		return true
	}
	other := left[tie]
	a.beats = append(a.beats, beaten{r, fmt.Sprintf("the rule %s of the group %q has the same priority, %d: neither wins", other.ID, r.Group, r.Priority)})
	if slices.Index(left, r) < tie {
		a.tied(e, r, other)
	}
	return false
}

// tied reports two rules of a group that would both be the first.
func (a *Applier) tied(e *Event, r, other *Rule) {
	a.fail(e, "group-tie", "give them different priorities, or conditions that exclude each other",
		"rules %s and %s of the group %q both hold, with priority %d", r.ID, other.ID, r.Group, r.Priority)
	last := &a.out.Findings[len(a.out.Findings)-1]
	*last = last.WithNote(r.At, "the one").WithNote(other.At, "the other")
	a.uncredited(e, r.ID, value(e), "two rules of a group have the same priority")
}
