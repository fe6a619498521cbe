package crediting

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting/internal/index"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// Crediting is what the rules made of a set of events: credits in declared order
// of events, then of rules, then of recipients.
type Crediting struct {
	Credits    []Credit
	Uncredited []Uncredited       // what nobody was credited with
	Findings   source.Diagnostics // sorted by place
}

// Applier applies rules. It belongs to one goroutine.
type Applier struct {
	rules    *Rules
	edges    *fact.Edges
	known    func(fact.PayeeID) bool
	asOf     fact.Revision
	kinds    map[*Schema]*kindOf
	payees   Payees
	rising   []rising
	climbs   map[climbKey]*climbed
	only     *onlyFor     // nil: for everybody
	asked    bool         // why is asked: what is passed over is noted
	passed   []passedOver // of the event at hand
	tried    []int        // the rules that may hold for the event at hand
	held     []*Rule      // those that hold
	beats    []beaten
	outdone  []outdone  // roll-ups that make way, of the event at hand
	resolved []resolved // of the event at hand
	edgesTo  []fact.Edge
	found    []recipient // of the event at hand
	dividing dividing
	lifting  lifting
	mirrors  map[*Event]*takenBack // of events that are taken back in part
	waiting  fact.TerritoryID      // the one without an owner for which the entry at hand keeps its credit; empty: none
	out      *Crediting
}

// kindOf is what applying rules to a kind of event takes.
type kindOf struct {
	row   *dsl.Row
	of    []int // by place in the index, the rule
	index *index.Index
}

// Payees is what roll-ups ask of payees, by incentive date. The zero value knows of nobody away, and of no
// values.
type Payees struct {
	There func(p fact.PayeeID, on calendar.Date) bool                                      // false: away
	Value func(p fact.PayeeID, name string, on calendar.Date) (v decimal.Decimal, ok bool) // a personal value
}

// Knowing makes the applier ask p, and returns it.
func (a *Applier) Knowing(p Payees) *Applier {
	a.payees = p
	return a
}

// NewApplier prepares to apply the rules with the relationships as known at
// asOf. known tells whether a key is a payee.
func (r *Rules) NewApplier(edges *fact.Edges, known func(fact.PayeeID) bool, asOf fact.Revision) *Applier {
	a := &Applier{rules: r, edges: edges, known: known, asOf: asOf, kinds: map[*Schema]*kindOf{}, rising: r.risings(), out: &Crediting{}}
	for _, s := range r.Schemas {
		of, x := r.index(s.Kind)
		a.kinds[s] = &kindOf{dsl.Env{Inputs: s.Inputs("")}.NewRow(), of, x}
	}
	return a
}

// Apply credits the events, given in declared order; what reversals among them take back need not be. Faults of the data are
// findings of severity error, with the event as their path.
func (a *Applier) Apply(events []*Event) *Crediting {
	next := sample
	for i, e := range events {
		if i == next {
			next *= sample
			a.expect(i, min(next, len(events)))
		}
		a.event(e)
	}
	a.out.Findings = a.out.Findings.Sorted()
	return a.out
}

// sample events tell how many credits so many times more will have.
const sample = 32

// expect makes room for the credits of events up to one, judged by those that are done:
// to copy credits each time that the room has become too small costs more than to credit.
func (a *Applier) expect(done, upTo int) {
	each := len(a.out.Credits)/done + 1
	a.out.Credits = slices.Grow(a.out.Credits, each*(upTo-done))
}

// Each is what the rules make of one event alone, valid until the next is asked for.
func (a *Applier) Each(e *Event) *Crediting {
	a.out = &Crediting{Credits: a.out.Credits[:0], Uncredited: a.out.Uncredited[:0]}
	a.event(e)
	return a.out
}

func (a *Applier) fail(e *Event, code, hint, format string, args ...any) {
	at := e.At
	if at.IsZero() {
		at.File = "event=" + string(e.ID)
	}
	d := source.Errorf(code, at, "event %s: %s", e.ID, fmt.Sprintf(format, args...))
	d.Hint = hint
	a.out.Findings = append(a.out.Findings, d)
}

// evaluation reports a formula that has no value for an event.
func (a *Applier) evaluation(e *Event, what string, err error) {
	var bad *dsl.EvalError
	if !errors.As(err, &bad) {
		a.fail(e, "rule-evaluation", "", "%s: %v", what, err)
		return
	}
	a.fail(e, "rule-evaluation", bad.Diagnostic.Hint, "%s: %s", what, bad.Diagnostic.Message)
	last := &a.out.Findings[len(a.out.Findings)-1]
	*last = last.WithNote(bad.Diagnostic.Span, "in this formula")
}

func (a *Applier) event(e *Event) {
	if e.reversal != nil {
		a.mirror(e)
		return
	}
	kind, ok := a.kinds[e.schema]
	if !ok {
		a.fail(e, "unknown-event", "list its schema in Rules.Schemas", "the rules do not know its kind")
		return
	}
	row := kind.row
	if err := e.schema.Fill(row, 0, e); err != nil {
		a.fail(e, "event-field", "", "%v", err)
		a.uncredited(e, "", value(e), "a field cannot be read")
		return
	}
	first := len(a.out.Credits)
	a.resolved, a.found = a.resolved[:0], a.found[:0]
	a.matches(e, kind)
	if len(a.held) == 0 {
		a.uncredited(e, "", value(e), "no rule matched")
	}
	for _, r := range a.chosen(e) {
		a.credit(e, r, row)
	}
	a.warnTwice(e, a.out.Credits[first:])
	direct := len(a.out.Credits)
	a.makeWay(e, a.out.Credits[first:direct])
	for i := range a.rising {
		a.rollUp(e, &a.rising[i], a.out.Credits[first:direct])
	}
}

// Carried is the money that the event carries: its field "amount", or else its first field of money.
func (e *Event) Carried() decimal.Decimal { return value(e) }

// value is the money that an event carries: its field "amount", or else its first
// field of money.
func value(e *Event) decimal.Decimal {
	i := e.schema.Index("amount")
	if i < 0 || e.schema.Fields[i].Type != Money {
		i = slices.IndexFunc(e.schema.Fields, func(f Field) bool { return f.Type == Money })
	}
	if i < 0 || !e.Cells[i].Has {
		return decimal.Zero
	}
	return decimal.New(e.Cells[i].Int, -int32(e.schema.Fields[i].Scale))
}

// matches finds the rules that hold for an event, in their order, among those that the index
// names.
func (a *Applier) matches(e *Event, kind *kindOf) {
	a.held = a.held[:0]
	a.tried = kind.index.Candidates(e.field, a.tried[:0])
	for _, i := range a.tried {
		r := &a.rules.Rules[kind.of[i]]
		if !r.Effective.Contains(e.Date()) {
			continue
		}
		ok, err := r.holds(kind.row)
		if err != nil {
			a.evaluation(e, "rule "+string(r.ID), err)
			continue
		}
		if ok {
			a.held = append(a.held, r)
		}
	}
}

func (r *Rule) holds(row *dsl.Row) (bool, error) {
	if r.When == nil {
		return true, nil
	}
	v, err := r.When.Eval(row)
	return v.Bool(), err
}

// credit gives what a rule gives, each type divided among the same recipients.
func (a *Applier) credit(e *Event, r *Rule, row *dsl.Row) {
	d := a.division(e, r, row)
	if len(r.Also) == 0 { // as most rules are
		a.divided(e, r, Given{r.As, r.Amount}, row, &d, true)
		return
	}
	told := r.told()
	for i, g := range r.Gives() {
		a.divided(e, r, g, row, &d, i == told)
	}
}

// told is which of the types that the rule gives is told of where nobody gets it.
func (r *Rule) told() int {
	return max(0, slices.IndexFunc(r.Gives(), func(g Given) bool { return g.Amount.Unit().Money != 0 }))
}

// divided gives one type of credit. What nobody gets is told of one type alone, the first that is money, or
// else the first: it is one event, and its money is counted once.
func (a *Applier) divided(e *Event, r *Rule, g Given, row *dsl.Row, d *division, told bool) {
	uncredited := func(amount decimal.Decimal, reason string) {
		if told {
			a.uncredited(e, r.ID, amount, reason)
			a.out.Uncredited[len(a.out.Uncredited)-1].Counted = g.Amount.Unit().Money == 0
		}
	}
	v, err := g.Amount.Eval(row)
	if err != nil {
		a.evaluation(e, "rule "+string(r.ID), err)
		if told {
			a.uncredited(e, r.ID, value(e), "its amount cannot be computed")
		}
		return
	}
	whole := v.Decimal()
	parts, rest, err := d.divide(a.dividing.parts[:0], whole, v.Unit(), e.schema)
	if err != nil {
		a.fail(e, "split", "give the edges or the split shares that come to 100% at most", "rule %s: %v", r.ID, err)
		uncredited(whole, "it cannot be divided")
		return
	}
	a.dividing.parts = parts
	for i := range d.takers {
		t := &d.takers[i]
		if d.weights[i].IsZero() { // whoever gets none of it is not credited with it
			continue
		}
		a.out.Credits = append(a.out.Credits, Credit{
			Event: e, Payee: t.payee, Type: g.As, Rule: r.ID, Origin: origin(r), Amount: parts[i], Whole: whole, Share: d.share(i), Via: t.via,
		})
	}
	if d.reported().IsZero() {
		return
	}
	uncredited(rest, d.reason)
	if told {
		a.out.Uncredited[len(a.out.Uncredited)-1].Suspense = d.waiting
	}
}

func (a *Applier) uncredited(e *Event, rule fact.RuleID, amount decimal.Decimal, reason string) {
	a.out.Uncredited = append(a.out.Uncredited, Uncredited{Event: e, Rule: rule, Amount: amount, Reason: reason})
}

func origin(r *Rule) Origin {
	if r.Overlay {
		return Overlay
	}
	return Direct
}

// warnTwice reports a payee whom two rules that are no overlays credit with the
// same type for one event.
func (a *Applier) warnTwice(e *Event, credits []Credit) {
	if len(credits) <= few {
		for i := range credits {
			for k := i - 1; k >= 0 && credits[i].Origin == Direct; k-- {
				if c, first := &credits[i], &credits[k]; first.Origin == Direct && first.Payee == c.Payee && first.Type == c.Type {
					a.twice(e, c, first.Rule)
					break
				}
			}
		}
		return
	}
	type key struct {
		payee fact.PayeeID
		typ   string
	}
	seen := make(map[key]fact.RuleID, len(credits))
	for i := range credits {
		c := &credits[i]
		if c.Origin != Direct {
			continue
		}
		k := key{c.Payee, c.Type}
		if first, ok := seen[k]; ok {
			a.twice(e, c, first)
		}
		seen[k] = c.Rule
	}
}

// twice reports a credit whose payee has one of the type already, by the rule first.
func (a *Applier) twice(e *Event, c *Credit, first fact.RuleID) {
	if first == c.Rule {
		return
	}
	at := e.At
	if at.IsZero() {
		at.File = "event=" + string(e.ID)
	}
	a.out.Findings = append(a.out.Findings, source.Warnf("double-credit", at,
		"event %s: %s is credited with %s twice, by rule %s and by rule %s", e.ID, c.Payee, c.Type, first, c.Rule).
		WithHint("make their conditions exclude each other, put them in one `group:`, or mark one `overlay: true`"))
}

func (l *loader) conflict(known, e *Event, hint, format string, args ...any) {
	at := e.At
	if at.IsZero() {
		at.File = "event=" + string(e.ID)
	}
	l.found = append(l.found, source.Errorf("event-conflict", at, format, args...).
		WithNote(known.At, "the other line").WithHint("%s", hint))
}

// note adds a place to the last finding.
func (l *loader) note(at source.Span, what string) {
	last := &l.found[len(l.found)-1]
	*last = last.WithNote(at, "%s", what)
}

// fail reports an event that contradicts others.
func (l *loader) fail(e *Event, code, hint, format string, args ...any) {
	at := e.At
	if at.IsZero() {
		at.File = "event=" + string(e.ID)
	}
	l.found = append(l.found, source.Errorf(code, at, "event %s: %s", e.ID, fmt.Sprintf(format, args...)).WithHint("%s", hint))
}

// differs keeps what is said about an id beside the first.
func (l *loader) differs(e *Event) {
	v := version{e.ID, e.Revision, e.schema, e.content()}
	other, ok := l.others[v]
	if !ok {
		l.others[v] = e
		return
	}
	l.out.Repeated++
	if e.At.Compare(other.At) < 0 {
		other.At = e.At
	}
}

// Compare orders two events as they are declared: by incentive date, then by id; on one day, what takes others back comes
// after them.
func (e *Event) Compare(o *Event) int { return e.compare(o) }

// CompareOnDay is the declared order of events as if they were of one date, and neither or both took others back.
func (e *Event) CompareOnDay(o *Event) int {
	return cmp.Or(e.byFields(o), fact.CompareIDs(string(e.ID), string(o.ID)))
}
