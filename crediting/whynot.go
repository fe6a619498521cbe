package crediting

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/trace"
)

// Why says, for an event and a payee, what each rule and each roll-up made of it, in their order:
// a node whose label is the rule, whose value is what the payee is credited with, and whose detail
// says why: the first part of the condition that failed with the values it had, the dates on
// which the rule holds, or who took the credit instead and how they were found. The tree of the
// condition is the node's child; credits that others took stand among its roads not taken.
//
// It applies the rules to this event alone, by the same program that credits events. Of a reversal it says which
// event it mirrors, and what each rule made of that one; the values are those of the reversal.
func (a *Applier) Why(e *Event, payee fact.PayeeID) []*trace.Node {
	alone := *a
	alone.out, alone.asked, alone.passed, alone.climbs, alone.mirrors = &Crediting{}, true, nil, nil, nil
	alone.event(e.Source())
	w := why{applier: a, event: e.Source(), payee: payee, made: alone.out, beaten: alone.beats, outdone: alone.outdone, passed: alone.passed}
	if e.reversal != nil {
		alone.out = &Crediting{}
		alone.mirror(e)
		w.made = alone.out
	}
	var out []*trace.Node
	for i := range a.rules.Rules {
		if r := &a.rules.Rules[i]; r.Kind == w.event.schema.Kind {
			out = append(out, w.rule(r))
		}
	}
	for i := range a.rules.RollUps {
		out = append(out, w.rollUp(&a.rules.RollUps[i]))
	}
	if e.reversal != nil {
		for _, n := range out {
			n.Detail = fmt.Sprintf("mirrors %s: %s", e.reversal, n.Detail)
		}
	}
	return out
}

type why struct {
	applier *Applier
	event   *Event
	payee   fact.PayeeID
	made    *Crediting // of this event
	beaten  []beaten   // rules that hold, and give no credit because of others
	outdone []outdone  // roll-ups that make way
	passed  []passedOver
}

// rule says what a rule made of the event.
func (w *why) rule(r *Rule) *trace.Node {
	n := &trace.Node{Op: trace.Credit, Label: string(r.ID), Value: "0", At: r.At, Unit: unit(r.Gives(), r.As)}
	if !r.Effective.Contains(w.event.Date()) {
		n.Detail = fmt.Sprintf("not in effect on %s: the rule holds %s", w.event.Date(), r.Effective)
		return n
	}
	if r.When != nil {
		kind := w.applier.kinds[w.event.schema]
		if err := w.event.schema.Fill(kind.row, 0, w.event); err != nil {
			n.Detail = fmt.Sprintf("a field of the event cannot be read: %v", err)
			return n
		}
		tree, v, err := r.When.Explain(kind.row, nil)
		if err != nil {
			n.Detail = fmt.Sprintf("its condition has no value for this event: %v", err)
			return n
		}
		n.Args = []*trace.Node{tree}
		if !v.Bool() {
			n.Detail = "its condition does not hold: " + firstFailed(tree)
			return n
		}
	}
	for _, b := range w.beaten {
		if b.rule == r {
			n.Detail = "the rule holds, but " + b.why
			return n
		}
	}
	w.taken(n, r.ID, "the rule holds, but credits ")
	return n
}

// gives are the types of credit that a rule gives; none: it is a roll-up.
func (w *why) gives(id fact.RuleID) []Given {
	for i := range w.applier.rules.Rules {
		if r := &w.applier.rules.Rules[i]; r.ID == id {
			return r.Gives()
		}
	}
	return nil
}

// unit is that of a type of credit; empty: none of these.
func unit(gives []Given, typ string) string {
	for _, g := range gives {
		if g.As == typ && g.Amount != nil {
			return g.Amount.Unit().Short()
		}
	}
	return ""
}

// rollUp says whom the credit for the event was passed up to.
func (w *why) rollUp(r *RollUp) *trace.Node {
	n := &trace.Node{Op: trace.RolledUp, Label: string(r.ID), Value: "0", At: r.At}
	if !r.Effective.Contains(w.event.Date()) {
		n.Detail = fmt.Sprintf("not in effect on %s: the rule holds %s", w.event.Date(), r.Effective)
		return n
	}
	if !slices.ContainsFunc(w.made.Credits, func(c Credit) bool { return r.passes(&c) }) {
		n.Detail = fmt.Sprintf("nobody has credit of %s for this event that could be passed up", r.Of)
		return n
	}
	for _, o := range w.outdone {
		if o.rule == r {
			n.Detail = "the roll-up holds, but " + o.why
			return n
		}
	}
	w.taken(n, r.ID, fmt.Sprintf("passed up along %s to ", r.Along))
	if slices.ContainsFunc(w.made.Credits, func(c Credit) bool { return c.Rule == r.ID && c.Payee == w.payee }) {
		return n
	}
	for _, p := range w.passed {
		if p.rule == r && p.payee == w.payee {
			n.Detail = p.why
		}
	}
	if vacant := w.applier.vacant(w.event.Date()); vacant != nil && vacant(w.payee) {
		n.Detail = fmt.Sprintf("%s is away on %s; %s", w.payee, w.event.Date(), n.Detail)
	}
	return n
}

// taken fills a node with the credits that came of a rule: of the payee, or else of others.
func (w *why) taken(n *trace.Node, id fact.RuleID, instead string) {
	var others []string
	var mine []*Credit
	gives := w.gives(id)
	for i := range w.made.Credits {
		c := &w.made.Credits[i]
		if c.Rule != id {
			continue
		}
		if c.Payee == w.payee {
			mine = append(mine, c)
			continue
		}
		text := way(c)
		if len(gives) > 1 {
			text = c.Type + " " + text
		}
		if other := string(c.Payee) + " (" + way(c) + ")"; !slices.Contains(others, other) { // of each type alike
			others = append(others, other)
		}
		n.NotTaken = append(n.NotTaken, &trace.Node{Op: trace.Credit, Label: string(c.Payee), Value: fact.DecimalText(c.Amount), Unit: unit(gives, c.Type), Detail: text})
	}
	if len(mine) > 0 {
		own(n, mine)
		return
	}
	for _, u := range w.made.Uncredited {
		if u.Rule == id {
			others = append(others, "nobody with "+fact.DecimalText(u.Amount)+": "+u.Reason)
		}
	}
	if len(others) == 0 {
		for _, d := range w.made.Findings { // of the event: whom a rule names may be nobody known
			if d.Severity == source.Error {
				others = append(others, "nobody: "+d.Message)
			}
		}
	}
	if len(others) == 0 {
		n.Detail = instead + "nobody"
		return
	}
	n.Detail = instead + strings.Join(others, ", ")
}

// own fills a node with the payee's credits of a rule. Where they are of several types, the value is that of the
// first.
func own(n *trace.Node, mine []*Credit) {
	sum := decimal.Zero
	var ways []string
	several := mine[0].Type != mine[len(mine)-1].Type
	for _, c := range mine {
		text := way(c)
		if several {
			text = c.Type + " " + fact.DecimalText(c.Amount) + " " + text
		}
		if ways = append(ways, text); c.Type == mine[0].Type {
			sum = sum.Add(c.Amount)
		}
	}
	n.Value, n.Detail = fact.DecimalText(sum), strings.Join(ways, "; ")
}

// way is how the payee of a credit was found, and with which part.
func way(c *Credit) string {
	text := c.Origin.String() + " by " + c.Via
	if c.Origin == RolledUp {
		path := make([]string, len(c.Path))
		for i, p := range c.Path {
			path[i] = string(p)
		}
		text = "up " + c.Via + " from " + strings.Join(path, " → ")
	}
	if !c.Amount.Equal(c.Whole) {
		text += ", share " + fact.DecimalText(c.Share) + " of " + fact.DecimalText(c.Whole)
	}
	if c.Limit != "" {
		text += ", " + c.Limit
	}
	return text
}

// firstFailed is the first part of a condition that does not hold, with the values it compares.
func firstFailed(n *trace.Node) string {
	if n.Op == trace.Logic && n.Detail == "and" {
		for _, a := range n.Args {
			if a.Value == "false" {
				return firstFailed(a)
			}
		}
	}
	if n.Op == trace.Let && len(n.Args) == 1 {
		return firstFailed(n.Args[0])
	}
	var values []string
	seen := map[string]bool{}
	for in := range n.All() {
		if in.Op == trace.Input && in.Value != "" && !seen[in.Label] {
			seen[in.Label] = true
			values = append(values, in.Label+" is "+in.Value)
		}
	}
	text := "`" + strings.Join(strings.Fields(n.Text), " ") + "`"
	if len(values) == 0 {
		return text
	}
	return text + ", where " + strings.Join(values, " and ")
}

// onlyFor is a payee, and who is below along relationships on some day.
type onlyFor struct {
	payee fact.PayeeID
	below map[string]map[string]bool
}

// Only makes the applier pass credit up to one payee alone, and returns it: for who looks at what that one has. What others
// have by roll-up, and what is at fault on the way to them, is left out.
func (a *Applier) Only(p fact.PayeeID) *Applier {
	a.only = &onlyFor{payee: p, below: map[string]map[string]bool{}}
	return a
}

// mayReach reports whether credit that is passed up from a payee may reach whom it is looked at for.
func (a *Applier) mayReach(along string, from fact.PayeeID) bool {
	if a.only == nil {
		return true
	}
	below, ok := a.only.below[along]
	if !ok {
		below = a.edges.Below(along, []string{string(a.only.payee)})
		a.only.below[along] = below
	}
	return below[string(from)]
}
