package shape

// Ref is the kind of thing that a name in a plan file stands for. The zero value
// is none: the author chooses the name.
type Ref uint8

// The kinds of thing.
const (
	Chosen           Ref = iota // nothing that is declared elsewhere
	ComponentName               // a component of the plan
	MeasureName                 // a measure of the company
	TypeName                    // a type that a rule gives
	RuleName                    // a rule of the company, by its name
	RelationshipName            // one of relations:, or any where there is no such block
	FactsName                   // a kind of event, or people, edges, assignments, quotas or fx
	FieldName                   // a field of an event
	DateFieldName               // a field of an event that is a date
	NumberFieldName             // a field of an event that is an amount, a count or a number
	MomentName                  // a kind of event, or a field that is a date
	ReversalName                // a kind of event, or a member of an enum of one
	TerritoryName               // a territory
)

// Scope is what a formula may name.
type Scope uint8

// The scopes.
const (
	OfComponent Scope = iota // what the component's own formulas may
	OfPeriod                 // what a component that pays every period may
	OfCredit                 // what a component that pays for each credit may
	OfRollUp                 // the event's fields, level, and personal values of from, to and best
)

// Want is what a formula has to give.
type Want uint8

// The wants.
const (
	anything Want = iota // whatever it computes
	Truth                // a condition
	Ratio                // 0.5 or 50%
	Money                // an amount in the plan's currency
)

// Slot is a part of a form, in braces, that stands for many texts. A form is words
// and slots with spaces between; a|b is one word or the other. A slot that is a name
// goes on to the next word of the form, or to the end.
type Slot struct {
	Name   string // as forms write it in braces
	Sample string // a text that fits, for hints
	Ref    Ref    // of a name
}

// Slots are the slots that forms may have, each with a text that fits it.
func Slots() []Slot {
	return []Slot{
		{Name: "money", Sample: "3_000 USD"},              // an amount of zero or more in the plan's currency
		{Name: "percent", Sample: "50%"},                  // zero or more
		{Name: "share", Sample: "50%"},                    // from 0% to 100%
		{Name: "number", Sample: "0.05"},                  // a plain decimal
		{Name: "n", Sample: "6"},                          // a whole number from 1 on
		{Name: "date", Sample: "2026-01-31"},              // a day
		{Name: "dates", Sample: "2026-01-01..2026-06-30"}, // days, both ends included
		{Name: "currency", Sample: "EUR"},                 // an ISO 4217 code
		{Name: "set", Sample: "spot"},                     // a set of exchange rates, which the data name
		{Name: "date field", Sample: "closed", Ref: DateFieldName},
		{Name: "number field", Sample: "term_months", Ref: NumberFieldName},
		{Name: "moment", Sample: "closed", Ref: MomentName},
		{Name: "relationship", Sample: "manager", Ref: RelationshipName},
	}
}
