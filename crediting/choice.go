package crediting

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
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

// outdone is a roll-up that holds for an event and passes nothing up, because of another.
type outdone struct {
	rule *RollUp
	why  string
}

func (a *Applier) isOutdone(r *RollUp) bool {
	return len(a.outdone) > 0 && slices.ContainsFunc(a.outdone, func(o outdone) bool { return o.rule == r })
}

// makeWay finds the roll-ups that make way for an event: first those that a rule or a roll-up excludes, then all but the
// first of each group. A roll-up holds for an event of its dates of which somebody has credit that it
// passes up; its condition is one on each recipient, and does not count.
func (a *Applier) makeWay(e *Event, credits []Credit) {
	a.outdone = a.outdone[:0]
	all := a.rules.RollUps
	if !slices.ContainsFunc(all, func(r RollUp) bool { return r.Group != "" || len(r.Exclude) > 0 }) {
		return
	}
	var held, left []*RollUp
	for i := range all {
		if r := &all[i]; r.Effective.Contains(e.Date()) && slices.ContainsFunc(credits, func(c Credit) bool { return r.passes(&c) }) {
			held = append(held, r)
		}
	}
	for _, r := range held {
		excluded := slices.IndexFunc(r.Exclude, func(id fact.RuleID) bool {
			return slices.ContainsFunc(a.held, func(by *Rule) bool { return by.ID == id }) || slices.ContainsFunc(held, func(by *RollUp) bool { return by.ID == id })
		})
		if excluded >= 0 {
			a.outdone = append(a.outdone, outdone{r, fmt.Sprintf("it is excluded by %s, which holds, too", r.Exclude[excluded])})
			continue
		}
		left = append(left, r)
	}
	for i, r := range left {
		if r.Group != "" {
			a.first(e, r, i, left)
		}
	}
}

// first sees whether a roll-up is the first of its group among those that are left.
func (a *Applier) first(e *Event, r *RollUp, at int, left []*RollUp) {
	for k, other := range left {
		switch {
		case other.Group != r.Group || other == r || other.Priority > r.Priority:
		case other.Priority < r.Priority:
			a.outdone = append(a.outdone, outdone{r, fmt.Sprintf("another roll-up of the group %q won: %s, priority %d before %d", r.Group, other.ID, other.Priority, r.Priority)})
			return
		default:
			a.outdone = append(a.outdone, outdone{r, fmt.Sprintf("the roll-up %s of the group %q has the same priority, %d: neither wins", other.ID, r.Group, r.Priority)})
			if at < k {
				a.fail(e, "group-tie", "give them different priorities, or dates that exclude each other",
					"roll-ups %s and %s of the group %q both hold, with priority %d", r.ID, other.ID, r.Group, r.Priority)
				last := &a.out.Findings[len(a.out.Findings)-1]
				*last = last.WithNote(r.At, "the one").WithNote(other.At, "the other")
			}
			return
		}
	}
}

// once leaves the most that each credit is worth to the recipient, by whichever roll-up it came.
func (a *Applier) once(ups []lifted) (out []lifted) {
	if ascending(ups) {
		return ups
	}
	for _, up := range ups {
		at := slices.IndexFunc(out, func(o lifted) bool { return o.source == up.source })
		if at < 0 {
			out = append(out, up)
			continue
		}
		other := out[at]
		if c := up.amount.Abs().Cmp(other.amount.Abs()); c > 0 || c == 0 && up.rule.ID < other.rule.ID {
			out[at], other = up, up
			up = ups[slices.IndexFunc(ups, func(o lifted) bool { return o.source == up.source })]
		}
		a.passOver(&up, func() string {
			return fmt.Sprintf("the credit of %s counts once, by %s", up.from.Payee, other.rule.ID)
		})
	}
	return out
}

// ascending reports whether each is of a later credit than the one before.
func ascending(ups []lifted) bool {
	for i := 1; i < len(ups); i++ {
		if ups[i].source <= ups[i-1].source {
			return false
		}
	}
	return true
}

// room is how much of an event may still count for a recipient.
type room struct {
	own   decimal.Decimal // the recipient's own direct credit
	whole decimal.Decimal // the event's creditable amount
}

// canonical orders what reaches a recipient by names, so that the order of rules in the file does not decide
// which credit is limited.
func canonical(ups []lifted) {
	if len(ups) < 2 {
		return
	}
	slices.SortStableFunc(ups, func(x, y lifted) int {
		return cmp.Or(cmp.Compare(x.from.Origin, y.from.Origin), cmp.Compare(x.from.Rule, y.from.Rule), cmp.Compare(x.from.Payee, y.from.Payee), cmp.Compare(x.from.Type, y.from.Type), cmp.Compare(x.rule.ID, y.rule.ID))
	})
}

// largest leaves the largest alone.
func (a *Applier) largest(ups []lifted) []lifted {
	canonical(ups)
	best := 0
	for i, up := range ups {
		if up.amount.Abs().GreaterThan(ups[best].amount.Abs()) {
			best = i
		}
	}
	for i := range ups {
		if i != best {
			a.passOver(&ups[i], func() string { return fmt.Sprintf("only the largest counts, that of %s", ups[best].from.Payee) })
		}
	}
	return ups[best : best+1]
}

// upToTheEvent limits the sum to the event's amount less the recipient's own direct credit.
func (a *Applier) upToTheEvent(ups []lifted, of room) (out []lifted) {
	left := of.whole
	if !of.own.IsZero() {
		left = left.Sub(of.own)
	}
	if left.Sign() != of.whole.Sign() {
		left = decimal.Zero // the recipient has more than the event's amount already
	}
	canonical(ups)
	out = ups[:0]
	for i := range ups {
		up := ups[i]
		if beyond(up.amount, left, of.whole) {
			up.limit = fmt.Sprintf("limited to %s: the event's %s less what the recipient has of it", fact.DecimalText(left), fact.DecimalText(of.whole))
			up.amount = left
		}
		if up.amount.IsZero() && up.limit != "" { // nothing is left of the event to count for the recipient
			a.passOver(&up, func() string { return up.limit })
			continue
		}
		if i < len(ups)-1 { // somebody asks for the rest
			left = left.Sub(up.amount)
		}
		out = append(out, up)
	}
	return out
}

// beyond reports whether amount goes over room, in the direction of the whole.
func beyond(amount, room, whole decimal.Decimal) bool {
	if whole.IsNegative() {
		return amount.LessThan(room)
	}
	return amount.GreaterThan(room)
}

// passedOver is a credit that is not passed up to a recipient.
type passedOver struct {
	rule  *RollUp
	payee fact.PayeeID
	why   string
}

// passOver notes it for who asks why; a run does not.
func (a *Applier) passOver(l *lifted, why func() string) {
	if a.asked {
		a.passed = append(a.passed, passedOver{l.rule, l.place.Key, why()})
	}
}

// ownerDay is the day whose owner of the territory counts for an event, and how it is shown where that is not the
// incentive date: who has left by then is protected no longer.
func (a *Applier) ownerDay(e *Event, to *Recipient, account fact.AccountID, row *dsl.Row) (day calendar.Date, via string) {
	if to.By != ByTerritory || to.Protect.Since == "" {
		return e.Date(), ""
	}
	since := e.named(to.Protect.Since)
	if !since.Has {
		return e.Date(), ""
	}
	opened := calendar.FromOrdinal(int32(since.Int))
	day, moved := to.Protect.Day(opened, e.Date(), func(on calendar.Date) (who string, next calendar.Date) {
		next = a.rules.Territories.Next(account, on)
		id, ok, err := a.rules.Territories.Of(e.schema.Kind, account, on, row)
		if err != nil || !ok {
			return "", next
		}
		for days, edges := range a.edges.Segments(to.Name, string(id), calendar.Range{From: on, To: e.Date().AddDays(1)}, a.asOf) {
			for _, owner := range edges {
				who += owner.To + "\x00" + fact.DecimalText(owner.Share) + "\x00"
			}
			if next.IsZero() || !days.To.IsZero() && days.To.Before(next) {
				next = days.To
			}
			break
		}
		return who, next
	})
	if moved.IsZero() {
		return day, ""
	}
	if away := a.vacant(e.Date()); away != nil {
		id, _, _ := a.rules.Territories.Of(e.schema.Kind, account, day, row)
		for _, owner := range a.edges.To(to.Name, string(id), day, a.asOf) {
			if away(fact.PayeeID(owner.To)) {
				return e.Date(), ""
			}
		}
	}
	return day, fmt.Sprintf(", protected: it was opened on %s and moved on %s", opened, moved)
}
