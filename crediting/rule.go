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
// content under the same revision is an error, a higher revision is a correction. A
// split divides an amount exactly: its parts always sum to the whole.
package crediting

import (
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
		of, x := r.index(s.Kind)
		for _, i := range x.Scanned() {
			scanned = append(scanned, r.Rules[of[i]])
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
	// Below is, where RolledUp, the rule that gave what was passed up.
	Below fact.RuleID
	// Release is the release of credit that was held, of which this is a part; nil: it was not held.
	Release *Release
}

// Release is a part of held credit that counts from a day on.
type Release struct {
	On       calendar.Date   // the incentive date of the part
	Whole    decimal.Decimal // the credit that was held
	Before   decimal.Decimal // what of it was released before
	Fraction string          // what is released in all, with this part, for people to read
	By       []*Event        // what released it; none: a date of the event itself
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
