package crediting

import (
	"errors"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting/internal/index"
	"github.com/payproof/payproof/crediting/territory"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
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
	rules *Rules
	edges *fact.Edges
	known func(fact.PayeeID) bool
	asOf  fact.Revision
	kinds map[*Schema]*kindOf
	tried []int // the rules that may hold for the event at hand
	out   *Crediting
	// waiting is the territory without an owner for which credit at hand is kept; empty: none.
	waiting fact.TerritoryID
}

// kindOf is what applying rules to a kind of event takes.
type kindOf struct {
	row   *dsl.Row
	of    []int // by place in the index, the rule
	index *index.Index
}

// NewApplier prepares to apply the rules with the relationships as known at
// asOf. known tells whether a key is a payee.
func (r *Rules) NewApplier(edges *fact.Edges, known func(fact.PayeeID) bool, asOf fact.Revision) *Applier {
	a := &Applier{rules: r, edges: edges, known: known, asOf: asOf, kinds: map[*Schema]*kindOf{}, out: &Crediting{}}
	for _, s := range r.Schemas {
		of, x := r.index(s.Kind)
		a.kinds[s] = &kindOf{dsl.Env{Inputs: s.Inputs("")}.NewRow(), of, x}
	}
	return a
}

// Apply credits the events, given in declared order. Faults of the data are
// findings of severity error, with the event as their path.
func (a *Applier) Apply(events []*Event) *Crediting {
	for _, e := range events {
		a.event(e)
	}
	a.out.Findings = a.out.Findings.Sorted()
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
	first, matched := len(a.out.Credits), false
	a.tried = kind.index.Candidates(e.field, a.tried[:0])
	for _, i := range a.tried {
		r := &a.rules.Rules[kind.of[i]]
		if !r.Effective.Contains(e.Date()) {
			continue
		}
		ok, err := matches(r, row)
		if err != nil {
			a.evaluation(e, "rule "+string(r.ID), err)
			continue
		}
		if ok {
			matched = true
			a.credit(e, r, row)
		}
	}
	if !matched {
		a.uncredited(e, "", value(e), "no rule matched")
	}
	a.warnTwice(e, a.out.Credits[first:])
	for i := range a.rules.RollUps {
		a.rollUp(e, &a.rules.RollUps[i], a.out.Credits[first:])
	}
}

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

func matches(r *Rule, row *dsl.Row) (bool, error) {
	if r.When == nil {
		return true, nil
	}
	v, err := r.When.Eval(row)
	return v.Bool(), err
}

// recipient is a payee found for an entry of a rule.
type recipient struct {
	payee fact.PayeeID
	share decimal.Decimal // of the entry's part
	via   string
}

func (a *Applier) credit(e *Event, r *Rule, row *dsl.Row) {
	v, err := r.Amount.Eval(row)
	if err != nil {
		a.evaluation(e, "rule "+string(r.ID), err)
		a.uncredited(e, r.ID, value(e), "its amount cannot be computed")
		return
	}
	a.waiting = ""
	found, present := make([][]recipient, len(r.To)), make([]bool, len(r.To))
	reasons := make([]string, len(r.To))
	for i, to := range r.To {
		found[i], present[i], reasons[i] = a.find(e, to, row)
	}
	w := weights(r.To, present)
	var takers []recipient
	var shares []decimal.Decimal
	left := decimal.New(1, 0)
	for i := range r.To {
		for _, f := range found[i] {
			takers = append(takers, f)
			shares = append(shares, w[i].Mul(f.share))
			left = left.Sub(w[i].Mul(f.share))
		}
	}
	whole := v.Decimal()
	parts, rest, err := divide(whole, v.Unit(), e.schema, shares, left)
	if err != nil {
		a.fail(e, "split", "give the edges or the split shares that come to 100% at most", "rule %s: %v", r.ID, err)
		a.uncredited(e, r.ID, whole, "it cannot be divided")
		return
	}
	for i, t := range takers {
		if shares[i].IsZero() { // whoever gets none of it is not credited with it
			continue
		}
		a.out.Credits = append(a.out.Credits, Credit{
			Event: e, Payee: t.payee, Type: r.As, Rule: r.ID, Origin: origin(r), Amount: parts[i], Whole: whole, Share: shares[i], Via: t.via,
		})
	}
	if !left.IsZero() {
		a.uncredited(e, r.ID, rest, firstReason(reasons))
		a.suspend()
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

func firstReason(reasons []string) string {
	for _, r := range reasons {
		if r != "" {
			return r
		}
	}
	return "the shares of the owners leave a part over"
}

// divide gives each share its part of the whole, exactly, and what nobody takes.
// Money is divided at the scale of the schema's amounts, or the whole's own if finer.
func divide(whole decimal.Decimal, unit dsl.Unit, s *Schema, shares []decimal.Decimal, left decimal.Decimal) (parts []decimal.Decimal, rest decimal.Decimal, err error) {
	if left.IsNegative() {
		all := fact.DecimalText(decimal.New(1, 0).Sub(left).Shift(2))
		return nil, rest, fmt.Errorf("the shares come to more than the whole: %s%%", all)
	}
	if len(shares) == 1 && left.IsZero() {
		return []decimal.Decimal{whole}, rest, nil
	}
	if len(shares) == 0 {
		return nil, whole, nil
	}
	if unit.Money == 0 {
		for _, sh := range shares {
			parts = append(parts, whole.Mul(sh))
		}
		return parts, whole.Mul(left), nil
	}
	amount, err := money.FromDecimal(whole, s.Currency)
	if err != nil {
		return nil, rest, err
	}
	places := max(s.Currency.Digits(), int(amount.Scale()))
	all := append(append([]decimal.Decimal{}, shares...), left)
	amounts, err := money.Allocate(amount, all, money.Policy{Places: &places})
	if err != nil {
		return nil, rest, err
	}
	for _, p := range amounts[:len(shares)] {
		parts = append(parts, p.Decimal())
	}
	return parts, amounts[len(shares)].Decimal(), nil
}

// find resolves an entry of a rule on the event's date. present is false when an
// optional field is empty, so that `rest` takes its part.
func (a *Applier) find(e *Event, to Recipient, row *dsl.Row) (found []recipient, present bool, reason string) {
	switch to.By {
	case ByField:
		return a.byField(e, to)
	case ByTerritory:
		return a.byTerritory(e, to, row)
	}
	cell := e.named(to.On)
	if !cell.Has {
		return nil, false, fmt.Sprintf("%s is empty", to.On)
	}
	return a.byEdge(e, to.Name, cell.Text, to.Name+" on "+cell.Text)
}

func (a *Applier) byField(e *Event, to Recipient) ([]recipient, bool, string) {
	cell := e.named(to.Name)
	if !cell.Has {
		return nil, false, to.Name + " is empty"
	}
	payee := fact.PayeeID(cell.Text)
	if !a.known(payee) {
		a.fail(e, "unknown-payee", "add it to people.csv, or correct the event", "%s %q is nobody known", to.Name, payee)
		return nil, true, fmt.Sprintf("%s %q is nobody known", to.Name, payee)
	}
	return []recipient{{payee, decimal.New(1, 0), to.Name}}, true, ""
}

func (a *Applier) byTerritory(e *Event, to Recipient, row *dsl.Row) ([]recipient, bool, string) {
	var account fact.AccountID
	if i := e.schema.Index(a.rules.Account); i >= 0 {
		account = fact.AccountID(e.Cells[i].Text)
	}
	id, ok, err := a.rules.Territories.Of(e.schema.Kind, account, row)
	var overlap *territory.OverlapError
	switch {
	case errors.As(err, &overlap):
		a.fail(e, "territory-overlap", "", "%v", err)
		return nil, true, "two territories claim it"
	case err != nil:
		a.evaluation(e, "its territory", err)
		return nil, true, "its territory cannot be found"
	case !ok:
		return nil, true, "no territory covers it"
	}
	return a.owners(e, to, id)
}

func (a *Applier) byEdge(e *Event, name, from, via string) (found []recipient, present bool, reason string) {
	for _, edge := range a.edges.To(name, from, e.Date(), a.asOf) {
		payee := fact.PayeeID(edge.To)
		if !a.known(payee) {
			a.fail(e, "unknown-payee", "add it to people.csv, or correct the edge", "the %s of %s, %q, is nobody known", name, from, payee)
			reason = fmt.Sprintf("the %s of %s, %q, is nobody known", name, from, payee)
			continue
		}
		found = append(found, recipient{payee, edge.Share, via})
	}
	if len(found) == 0 && reason == "" {
		return nil, true, fmt.Sprintf("%s has no %s on %s", from, name, e.Date())
	}
	return found, true, reason
}

// warnTwice reports a payee whom two rules that are no overlays credit with the
// same type for one event.
func (a *Applier) warnTwice(e *Event, credits []Credit) {
	type key struct {
		payee fact.PayeeID
		typ   string
	}
	seen := map[key]fact.RuleID{}
	for _, c := range credits {
		if c.Origin != Direct {
			continue
		}
		k := key{c.Payee, c.Type}
		if first, ok := seen[k]; ok && first != c.Rule {
			at := e.At
			if at.IsZero() {
				at.File = "event=" + string(e.ID)
			}
			a.out.Findings = append(a.out.Findings, source.Warnf("double-credit", at,
				"event %s: %s is credited with %s twice, by rule %s and by rule %s", e.ID, c.Payee, c.Type, first, c.Rule).
				WithHint("make their conditions exclude each other, or mark one `overlay: true`"))
		}
		seen[k] = c.Rule
	}
}
