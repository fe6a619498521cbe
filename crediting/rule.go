// Package crediting turns sales events into credits: the part of an event's value
// that counts for a payee, of a credit type, by a rule.
//
// The way of the data: a [Feed] yields the lines of a [Schema] in batches of
// columns; [Load] checks them and drops repeats; [Applier.Apply] matches each event
// with the rules, finds the recipients on the incentive date, divides the amount,
// and passes it up relationships. What nobody was credited with is kept, with the
// money it carries, in [Uncredited].
//
// The result depends on neither the order of the lines, nor on how they are
// spread over files and batches, nor on lines given twice: events are put in their
// declared order, the incentive date and then the id, before anything is computed.
//
// Traps. An id may come again: the same content is ignored and counted, another
// content under the same revision is an error, a higher revision is a correction, or a
// withdrawal. A split divides an amount exactly: its parts always sum to the whole.
// An event that takes another one back passes no rule: see [Reversal].
package crediting

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting/internal/index"
	"github.com/payproof/payproof/crediting/territory"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// Rule gives credit: for an event that fulfils When, the recipients of To get
// Amount, divided by their shares, as credit of type As. Formulas name the fields of
// the event's schema. An Overlay is deliberate extra credit.
//
// Of the rules of one Group that hold for an event, the one with the lowest Priority gives
// credit, and the others don't; two of the same priority are a fault. A rule that
// Excludes others gives none where one of those holds, whatever became of that one.
type Rule struct {
	ID        fact.RuleID  // its name in the file
	Kind      string       // the kind of event
	When      *dsl.Formula // nil: every event of the kind
	To        []Recipient
	Amount    *dsl.Formula
	As        string
	Also      []Given // further types, each divided among the same recipients
	Overlay   bool
	AnyShares bool           // the shares need not come to the whole
	Effective calendar.Range // by incentive date
	Group     string         // empty: none
	Priority  int            // within the group, the lowest first
	Exclude   []fact.RuleID  // rules that keep this one out
	At        source.Span    // where it stands
}

// Given is one type of credit that a rule gives, and how much.
type Given struct {
	As     string       // the type
	Amount *dsl.Formula // money, or a count
}

// Gives are the types of credit that the rule gives, As first.
func (r *Rule) Gives() []Given { return append([]Given{{r.As, r.Amount}}, r.Also...) }

// Rules are the rules of a company.
type Rules struct {
	Schemas     []*Schema // the kinds of event
	Rules       []Rule
	RollUps     []RollUp       // applied after the rules, in this order
	Territories *territory.Map // nil: none
	// Account is the field that names the account, for territories of named
	// accounts; empty is none.
	Account string
}

// Scanned are the rules whose condition asks for no text and no interval of a field: they are tried
// for every event, while of the others only those are that may hold.
func (r *Rules) Scanned() (scanned []Rule) {
	for _, s := range r.Schemas {
		for _, rule := range r.Rules {
			if rule.Kind == s.Kind && rule.When != nil && index.Scans(rule.When) {
				scanned = append(scanned, rule)
			}
		}
	}
	return scanned
}

// index finds the rules of a kind of event that may hold for one: the places in of are those of
// Rules.
func (r *Rules) index(kind string) (of []int, x *index.Index) {
	var conditions []*dsl.Formula
	for i, rule := range r.Rules {
		if rule.Kind == kind {
			of, conditions = append(of, i), append(conditions, rule.When)
		}
	}
	return of, index.New(conditions)
}

// Origin says how a payee came to a credit.
type Origin uint8

// The origins.
const (
	Direct   Origin = iota // a rule names the payee
	Overlay                // deliberate extra credit
	RolledUp               // passed up a relationship
)

// String is the word that listings use.
func (o Origin) String() string {
	switch o {
	case Overlay:
		return "overlay"
	case RolledUp:
		return "roll-up"
	}
	return "direct"
}

// Credit is the part of an event's value that counts for a payee. Amount is in
// the unit of the credit type, money or a count.
type Credit struct {
	Event  *Event
	Payee  fact.PayeeID
	Type   string
	Rule   fact.RuleID // the rule, or the roll-up
	Origin Origin
	Amount decimal.Decimal
	Whole  decimal.Decimal // what the rule gave out for the event, before shares
	Share  decimal.Decimal // the recipient's part of the whole
	Via    string          // the territory, role or field by which the payee was found
	Path   []fact.PayeeID  // RolledUp: from the direct recipient up to below the payee
	Limit  string          // RolledUp: why the amount is less than what came up; empty if it is not
	From   int32           // RolledUp: which of the event's credits was passed up, from 0
	Nth    int32           // of a reversal: which of the payee's credits for the event it takes back, from 0
	// Below is, where RolledUp, the rule that gave what was passed up.
	Below fact.RuleID
	// Release is the release of credit that was held, of which this is a part; nil: it was not held.
	Release *Release
}

// Release is a part of held credit that counts from a day on. Of a reversal it is what is taken back of such a part:
// Whole is the part, and Before what was taken of it before.
type Release struct {
	On       calendar.Date   // the incentive date of the part
	Whole    decimal.Decimal // the credit that was held
	Reversed decimal.Decimal // what reversals had taken back of Whole
	Before   decimal.Decimal // what of the rest was released before
	Fraction string          // what is released in all, with this part, for people to read
	By       []*Event        // what released it; none: a date of the event itself
	Of       calendar.Date   // of a reversal: the day from which the part counts
}

// Date is the incentive date: that of the event, or of the release where the credit was held.
func (c *Credit) Date() calendar.Date {
	if c.Release != nil {
		return c.Release.On
	}
	return c.Event.Date()
}

// Uncredited is an event, or a part of one, that nobody was credited with. What is in suspense, for a
// territory without an owner, is one of these and not of a list of its own, since every event is
// credited or not, once.
type Uncredited struct {
	Event  *Event
	Rule   fact.RuleID     // empty: no rule matched
	Amount decimal.Decimal // the money it carries, or the count, where the rule gives nothing but counts
	// Counted says that Amount is a count: it has no place in a sum of money.
	Counted bool
	Reason  string // for people to read
	// Suspense is the territory for whose owner it is kept; empty: for none.
	Suspense fact.TerritoryID
}

// Money is the money it carries: none, where Amount is a count.
func (u Uncredited) Money() decimal.Decimal {
	if u.Counted {
		return decimal.Zero
	}
	return u.Amount
}

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
