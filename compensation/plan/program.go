// Package plan reads a company's plan files and makes a checked program of them.
//
// A folder holds payproof.yaml (the company: its events, territories, credit rules
// and measures) and plans/*.yaml (one plan each, for one kind of people). [Load]
// reads them all, checks every name, unit and table, and compiles every formula; a
// folder that loads can be run. All findings are collected, each with file, line and column.
//
// Terms. A [Plan] is immutable: its content has a hash. A [Component] is one thing that a
// plan pays for: for each credit, or every period. A [Slot] says what the engine
// puts into an input of a component's formulas.
//
// Blocks that this version does not compute, such as a draw, are refused by name, and what
// stands inside them is checked all the same: see later.go, and the pages of the
// reference that say "checked, not computed yet".
//
// Under files:, payproof.yaml says how exports of other systems are written: each
// entry is a [mapping.File], whose package documents the grammar. Columns, words, patterns and
// zones are checked here; the files themselves are read by compensation/folder.
//
// Trap: a measure over a whole window ("quarter") is known only when the window ends. A
// component that pays earlier must use the measure "to date".
package plan

import (
	_ "embed" // of the schemas
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan/internal/format"
	"github.com/payproof/payproof/compensation/terms"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/convert"
	"github.com/payproof/payproof/crediting/hold"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/mapping"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
)

// Semantics is the version of the money contract that this program computes
// under. It is stored with every result.
const Semantics = "1"

// Program is a company's checked plans. It is immutable and safe for concurrent
// use; don't change its fields.
type Program struct {
	Company  string
	Currency money.Currency
	Calendar calendar.Calendar
	Rounding money.Rounding
	Rules    crediting.Rules
	Types    []CreditType      // in the order in which rules give them
	Measures []measure.Measure // in the order of the file
	Plans    []Plan
	Files    []mapping.File // how exports are written, in the order of the file
	// Conversion is how events that are stated in other currencies are converted; without a Set, none are.
	Conversion convert.Rule
	Exchange   terms.Exchange  // how what is earned is converted for payees who are paid in another currency; without a Set, nobody is
	Late       terms.LateFacts // what facts do that come after their pay period was closed
	// Relations are those that edges may be of; nil: any.
	Relations []Relation
	Hash      string                     // SHA-256 of the plan files' names and contents, in hex
	holds     map[fact.RuleID]*hold.Hold // of rules and roll-ups
	// ruleHoldsPay: one of holds is of pay.
	ruleHoldsPay bool
	findings     source.Diagnostics
}

// Relation is a relationship that edges may be of. From and To are "payee", "account", "territory" or "team"; empty:
// anything.
type Relation struct {
	Name     string // as edges.csv has it
	From, To string
	AtMost   int         // edges from one on a day; 0: any number
	Whole    bool        // the shares of a day come to 100 %
	At       source.Span // where it stands
}

// Hold is a hold of a plan: of the pay of components, or of credit of types.
type Hold struct {
	*hold.Hold
	Components []string // of which pay is held
	Types      []string // of which credit is held
}

// Holds are all holds: of the rules, of the roll-ups and of the plans, in the order of the files.
func (p *Program) Holds() (out []*hold.Hold) {
	add := func(h *hold.Hold) {
		if h != nil {
			out = append(out, h)
		}
	}
	for _, r := range p.Rules.Rules {
		add(p.holds[r.ID])
	}
	for _, r := range p.Rules.RollUps {
		add(p.holds[r.ID])
	}
	for i := range p.Plans {
		for _, h := range p.Plans[i].Holds {
			add(h.Hold)
		}
	}
	return out
}

// RuleHold is the hold of the rule that gave a credit, or that gave what was passed up; nil: there is none.
func (p *Program) RuleHold(c *crediting.Credit) *hold.Hold {
	if h := p.holds[c.Rule]; h != nil {
		return h
	}
	return p.holds[c.Below]
}

// PayHold is the hold of what a component of a plan pays for a credit: that of the rule, or else the plan's. It is
// nil where it is paid at once; credit that was held is.
func (p *Program) PayHold(of *Plan, component string, c *crediting.Credit) *hold.Hold {
	if h := p.RuleHold(c); h != nil {
		return onlyIf(h, hold.Payment)
	}
	for _, h := range of.Holds {
		if c.Release == nil && slices.Contains(h.Components, component) {
			return h.Hold
		}
	}
	return nil
}

// MayHold reports whether something of what a component of a plan pays may be held.
func (p *Program) MayHold(of *Plan, component string) bool {
	i := slices.IndexFunc(of.Components, func(c Component) bool { return c.Name == component })
	if i < 0 || of.Components[i].Credit == "" {
		return false
	}
	return p.ruleHoldsPay || slices.ContainsFunc(of.Holds, func(h Hold) bool { return slices.Contains(h.Components, component) })
}

// CreditHold is the hold of a credit of a payee on a plan, nil where it counts at once. The plan may be nil.
func (p *Program) CreditHold(of *Plan, c *crediting.Credit) *hold.Hold {
	if h := p.RuleHold(c); h != nil || of == nil {
		return onlyIf(h, hold.Credit)
	}
	for _, h := range of.Holds {
		if slices.Contains(h.Types, c.Type) {
			return h.Hold
		}
	}
	return nil
}

func onlyIf(h *hold.Hold, what hold.What) *hold.Hold {
	if h != nil && h.What == what {
		return h
	}
	return nil
}

// CreditType is a kind of credit: what it measures, and its decimal places.
type CreditType struct {
	Name  string // as rules write it behind `as:`
	Unit  dsl.Unit
	Scale uint8 // decimal places of amounts
}

// Findings are the warnings of a program that loads.
func (p *Program) Findings() source.Diagnostics { return p.findings }

// Measure is the measure of a name.
func (p *Program) Measure(name string) (measure.Measure, bool) {
	for _, m := range p.Measures {
		if m.Name == name {
			return m, true
		}
	}
	return measure.Measure{}, false
}

// Measured is the measure that a slot names: a declared one, or one of other people, as
// team(bookings), company(bookings) and of(role AE, bookings) are of bookings.
func (p *Program) Measured(slot string) (measure.Measure, bool) {
	if m, ok := p.Measure(slot); ok {
		return m, true
	}
	who, name, ok := strings.Cut(strings.TrimSuffix(slot, ")"), "(")
	if who == "of" && ok {
		who, name, ok = strings.Cut(name, ", ")
	}
	m, known := p.Measure(name)
	w, err := measure.ParseWhose(who)
	if !ok || !known || err != nil || !others(m, w) {
		return measure.Measure{}, false
	}
	m = m.For(w)
	m.Name = slot
	return m, true
}

// others reports whether formulas can make a measure of other people of one: of a payee's, whose
// events say whom they are of.
func others(m measure.Measure, w measure.Whose) bool {
	return m.Whose.Who == measure.Payee && (m.Kind == "" || m.Whose.Field != "" || w.Who == measure.Company)
}

// Type is the credit type of a name.
func (p *Program) Type(name string) (CreditType, bool) {
	for _, t := range p.Types {
		if t.Name == name {
			return t, true
		}
	}
	return CreditType{}, false
}

// MeasureUnit is what a measure measures, and its decimal places.
func (p *Program) MeasureUnit(m measure.Measure) (dsl.Unit, uint8) {
	if m.Counts() {
		return dsl.Counted, 0
	}
	t, _ := p.Type(m.Of)
	for _, s := range p.Rules.Schemas {
		if i := s.Index(m.Value); s.Kind == m.Kind && i >= 0 {
			t.Unit, t.Scale = s.Unit(s.Fields[i]), s.Fields[i].Scale
		}
	}
	if m.By != nil {
		t.Scale += m.By.Scale
	}
	return t.Unit, t.Scale
}

// Plan is a compensation plan for the payees of some roles, or those assigned
// to it by name.
type Plan struct {
	ID         fact.PlanID    // the name that stands behind `plan:`
	Version    string         // text, such as "2026.1"
	Effective  calendar.Range // the days on which it pays
	Stops      bool           // after these days nothing is paid; otherwise it goes on where no other plan follows
	Roles      []string
	Personal   []Personal      // what assignments may set
	Prorate    terms.Proration // what shrinks for a part of a period
	Segments   *terms.Segments // what changes inside a period do; nil: a change of plan begins anew, others do not cut
	Quotas     []QuotaRule     // the measures that have a quota
	Components []Component     // in the order of the file
	Caps       []Cap           // applied in this order
	Holds      []Hold          // what is kept back: hold:, then pay:
	Terms      terms.Terms     // how what is earned becomes what is paid
	Clawback   *terms.Clawback // nil: the original rate, and all of it
	Hash       string          // SHA-256 of its file, in hex, as sha256sum gives it
	At         source.Span     // where its name stands
}

// Quota is the plan's rule for the quota of a measure.
func (p *Plan) Quota(name string) (QuotaRule, bool) {
	for _, q := range p.Quotas {
		if q.Measure == name {
			return q, true
		}
	}
	return QuotaRule{}, false
}

// Pays reports whether the plan has a component of a name.
func (p *Plan) Pays(component string) bool {
	return slices.ContainsFunc(p.Components, func(c Component) bool { return c.Name == component })
}

// Personal is a value that an assignment sets for a payee.
type Personal struct {
	Name  string // as formulas write it behind `personal.`
	Unit  dsl.Unit
	Scale uint8         // decimal places
	Per   calendar.Unit // of money: the time that it is for, so that it is target pay; 0: none
}

// Without says what happens to a payee without a quota.
type Without uint8

// The choices. The zero value is an error.
const (
	WithoutError Without = iota // the run fails, naming the payee
	WithoutSkip                 // what needs the quota pays nothing
)

// QuotaRule says how a plan uses quotas of a measure.
type QuotaRule struct {
	Measure string
	Without Without
	terms.Quota
	At source.Span // where it stands
}

// Component is one thing that a plan pays for: either for each credit of type
// Credit, or every period of a unit, at its end; with ToDate, what that window is worth by then, less
// what was earned for it before. Gate, when it is there, must hold. Its
// formulas read the same row of Inputs, filled as Slots say.
type Component struct {
	Name       string       // also the name that caps and payouts use
	terms.Base              // what it pays for
	Gate       *dsl.Formula // nil: always
	// Known is the window at whose end the gate is known, where that is longer than Every; 0: it is.
	Known    calendar.Unit
	PayFirst bool // until then it pays, and takes back in the end; otherwise it does not pay
	Pays     *dsl.Formula
	// Multiplier is a ratio that what it pays is multiplied with; nil: one.
	Multiplier *dsl.Formula
	Weight     decimal.Decimal // the part of the target pay that it is worth
	Inputs     []dsl.Input
	Slots      []Slot
	EachLine   bool // round each line on its own, instead of cumulatively
	Precision  terms.Precision
	// Carried are the measures, by the name of the slot, of which what is below zero at the end of a
	// window opens the next: those that look up a table with Carry.
	Carried []string
	// Target is, for each credit, the window of which target pay is prorated; 0: it is not.
	Target calendar.Unit
	At     source.Span
}

// Source says what a slot is filled with.
type Source uint8

// The sources.
const (
	FromMeasure  Source = iota // the measure at the period's end, or on the credit's day
	FromBefore                 // for each: the measure before this credit
	FromAfter                  // for each: the measure with this credit
	FromQuota                  // the quota of the measure's window
	FromEvent                  // a field of the credit's event
	FromAmount                 // the credit's amount
	FromShare                  // the credit's share of what its rule gave
	FromDate                   // the credit's incentive date
	FromPersonal               // a personal value
	FromStart                  // the first day of the period
	FromEnd                    // the last day of the period
	FromWeight                 // the component's weight
	FromNothing                // the running measure itself: it has no value
)

// Slot says what the engine puts into an input. Name is the measure (also of other people, as a
// formula calls it: "team(bookings)"), the field or the personal value.
type Slot struct {
	From Source // the source
	Name string
}

// Cap limits what components pay together over a window of the calendar. The
// last of Of is cut first.
type Cap struct {
	Of     []string
	Limit  money.Amount // over the window
	Window calendar.Unit
	// ProRata says that each component gives way by what it earned, and not the last one first.
	ProRata bool
	At      source.Span // where it stands
}

// String names the cap as entries and listings do: "cap 60000.00 USD per year on
// commission, mix bonus".
func (c Cap) String() string {
	return fmt.Sprintf("cap %s per %s on %s", c.Limit, c.Window, strings.Join(c.Of, ", "))
}

//go:embed schema/payproof.schema.json
var companySchema string

//go:embed schema/plan.schema.json
var planSchema string

// CompanySchema is the JSON Schema (draft 2020-12) of payproof.yaml. It is written
// from the types that [Load] reads with: an unknown key, a missing one or a value of a
// wrong form fails in both. Names, units and formulas are checked by Load alone.
//
// An editor with the YAML language server completes and checks a file that begins with the line
//
//	# yaml-language-server: $schema=payproof.schema.json
//
// where the file is what CompanySchema gave, or `payproof schema company` printed.
func CompanySchema() []byte { return []byte(companySchema) }

// PlanSchema is the JSON Schema (draft 2020-12) of a file in plans/, see
// [CompanySchema]. From there, the file of the schema is one folder up:
//
//	# yaml-language-server: $schema=../plan.schema.json
func PlanSchema() []byte { return []byte(planSchema) }

// Format lays out the text of payproof.yaml or of a plan as the language's reference
// orders it: keys in order, two spaces of indentation, an empty line between blocks, no quotes
// where a word needs none. Comments stay with what they stand at, and what a file says does
// not change; formatting twice is formatting once. name is used in messages only. The
// error is source.Diagnostics: the text is not YAML, or holds what plan files do not have.
func Format(name string, text []byte) ([]byte, error) {
	laid, err := format.Text(name, string(text))
	return []byte(laid), err
}
