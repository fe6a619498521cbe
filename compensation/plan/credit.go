package plan

import (
	"slices"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/compensation/plan/internal/shape"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/territory"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// Room for shares in the decimal places of credit that is not divided to the
// minor unit: counts, and what is passed up an edge with a share.
const shareScale = 4

// schema is the kind of event that a part of the file is about: the one it
// names, or the only one.
func (l *loader) schema(n *doc.Node, of *doc.Node) *crediting.Schema {
	schemas := l.program.Rules.Schemas
	if of == nil {
		credited := slices.DeleteFunc(slices.Clone(schemas), (*crediting.Schema).Reverses)
		if len(credited) == 1 {
			return credited[0]
		}
		if len(credited) == 0 && len(schemas) > 0 {
			n.Fail("only-reversals", "declare the events that they reverse", "all events are reversals, for which no rule is asked")
		}
		if len(credited) > 1 {
			n.Fail("which-event", "add `of:` with the kind of event", "there are several kinds of event")
		}
		return nil
	}
	name, _ := of.Text("a kind of event")
	var known []string
	for _, s := range schemas {
		if s.Kind == name && s.Reverses() {
			of.Fail("only-reversals", "name the kind of event that they reverse: reversals take back what its rules gave", "every %s is a reversal, for which no rule is asked", name)
			return nil
		}
		if s.Kind == name {
			return s
		}
		known = append(known, s.Kind)
	}
	of.Fail("unknown-event", l.didYouMean(name, known), "unknown kind of event %q", name)
	return nil
}

// territories reads the territories of the events' only kind.
func (l *loader) territories(n *doc.Node) {
	var all []territory.Territory
	block := shape.Territory()
	for t := range n.List("a list of territories") {
		fields, ok := l.keys(t, block)
		s := l.schema(t, fields["of"])
		if !ok || s == nil {
			continue
		}
		id, ok := fields["territory"].Text("a name")
		if !ok {
			continue
		}
		made := territory.Territory{ID: fact.TerritoryID(dataKey(fields["territory"], id)), Kind: s.Kind, At: fields["territory"].Span()}
		if w := fields["when"]; w != nil {
			if made.When = l.condition(w, s); made.When == nil {
				continue
			}
		}
		if d := fields["dimension"]; d != nil {
			if made.Within = l.market.Within(d, s); len(made.Within) == 0 {
				continue
			}
		}
		if p := fields["parent"]; p != nil {
			l.later = append(l.later, later{node: p, is: shape.Type{Kind: shape.Name, Ref: shape.TerritoryName}})
			above, _ := p.Text("a territory")
			made.Parent = fact.TerritoryID(dataKey(p, above))
		}
		if a := fields["accounts"]; a != nil {
			made.Accounts = accounts(a)
			if l.program.Rules.Account = "account"; s.Index("account") < 0 {
				a.Fail("unknown-field", "add `account: key` to the event", "accounts are named, but the event has no field account")
			}
		}
		all = append(all, made)
	}
	known := map[fact.TerritoryID]bool{}
	for _, t := range all {
		known[t.ID] = true
	}
	for i := range all { // a parent with a fault has its own finding, and one that is misspelt, too
		if !known[all[i].Parent] {
			all[i].Parent = ""
		}
	}
	m, found := territory.NewMap(l.market.All, all)
	for _, s := range l.program.Rules.Schemas {
		if !found.HasErrors() && !n.File().Found.HasErrors() { // what lacks a part is not compared with others
			found = append(found, m.Check(s.Kind, s.Inputs(""))...)
		}
	}
	n.File().Found = append(n.File().Found, found...)
	l.program.Rules.Territories = m
}

// credit reads the rules: those that credit events, and those that pass credit
// up.
func (l *loader) credit(n *doc.Node) {
	ids, rule, rollUp := map[string]source.Span{}, shape.Rule(), shape.RollUp()
	for r := range n.List("a list of rules") {
		block := rule
		if r.Has("roll up") {
			block = rollUp
		}
		fields, ok := l.keys(r, block)
		if !ok {
			l.typesVague = true
			continue
		}
		id, _ := fields["rule"].Text("a name")
		if first, ok := ids[id]; ok {
			n.File().Found = append(n.File().Found, source.Errorf("rule-twice", fields["rule"].Span(), "two rules are named %q", id).
				WithNote(first, "the first").WithHint("give one of them another name"))
		}
		ids[id] = fields["rule"].Span()
		before := len(l.program.Rules.Rules) + len(l.program.Rules.RollUps)
		if fields["roll up"] != nil {
			l.rollUp(fact.RuleID(id), fields)
		} else {
			l.rule(r, fact.RuleID(id), fields)
		}
		l.typesVague = l.typesVague || before == len(l.program.Rules.Rules)+len(l.program.Rules.RollUps)
	}
	l.groups()
	l.exclusions()
}

func (l *loader) rule(n *doc.Node, id fact.RuleID, fields map[string]*doc.Node) {
	s := l.schema(n, fields["of"])
	if s == nil {
		return
	}
	rule := crediting.Rule{ID: id, Kind: s.Kind, At: fields["rule"].Span()}
	if w := fields["when"]; w != nil {
		rule.When = l.condition(w, s)
	}
	if o := fields["overlay"]; o != nil {
		rule.Overlay = o.Bool()
	}
	if e := fields["effective"]; e != nil {
		rule.Effective = dateRange(e)
	}
	c := l.chosen(fields)
	rule.Group, rule.Priority, rule.Exclude = c.group, c.priority, c.exclude
	if s := fields["shares"]; s != nil {
		rule.AnyShares = oneOf(s, "whole", "any") == 1
	}
	rule.To = l.recipients(fields["to"], s, rule.AnyShares)
	if v := fields["vacant"]; v != nil {
		l.vacant(v, rule.To)
	}
	if p := fields["protect"]; p != nil {
		l.conform(p, shape.Rule(), "protect")
		l.protect(p, s, rule.To)
	}
	given := l.given(n, fields, s)
	if len(given) == 0 {
		return
	}
	rule.As, rule.Amount, rule.Also = given[0].As, given[0].Amount, given[1:]
	l.program.Rules.Rules = append(l.program.Rules.Rules, rule)
	if h := fields["hold"]; h != nil {
		l.ruleHold(id, h, s)
	}
}

// given reads the types of credit of a rule: one, several of the same amount, or a mapping of types to their
// amounts. Where one has a fault, there are none.
func (l *loader) given(n *doc.Node, fields map[string]*doc.Node, s *crediting.Schema) (out []crediting.Given) {
	as := fields["as"]
	if !as.IsMapping() {
		amount := l.amount(n, fields["amount"], s)
		if amount == nil {
			return nil
		}
		names := []*doc.Node{as}
		if as.IsList() {
			names = slices.Collect(as.List("a list of credit types"))
		}
		if len(names) == 0 {
			noType(as)
		}
		for _, name := range names {
			text, ok := name.Text("a credit type")
			g := crediting.Given{As: text, Amount: amount}
			if !ok || !l.creditType(name, out, g) {
				return nil
			}
			out = append(out, g)
		}
		return out
	}
	if fields["amount"] != nil {
		fields["amount"].Fail("amount-twice", "remove it, or write `as: [bookings, units]` for one amount of several types", "the types of `as:` have amounts of their own")
	}
	for _, p := range as.Pairs("a mapping of credit types to amounts") {
		g := crediting.Given{As: p.Name, Amount: l.amount(p.Value, p.Value, s)}
		if g.Amount == nil || !l.creditType(p.Key, out, g) {
			return nil
		}
		out = append(out, g)
	}
	if len(out) == 0 {
		noType(as)
	}
	return out
}

// noType refuses a rule that gives nothing: it would be left out in silence.
func noType(as *doc.Node) {
	as.Fail("no-credit-type", "name one, such as `as: bookings`", "the rule gives credit of no type")
}

func (l *loader) recipients(n *doc.Node, s *crediting.Schema, anyShares bool) []crediting.Recipient {
	text, ok := n.Text("recipients, such as `owner of territory`")
	if !ok {
		return nil
	}
	to, err := crediting.ParseRecipients(text, anyShares)
	if err != nil {
		n.Fail("recipient", "", "%v", err)
		return nil
	}
	for _, r := range to {
		name, want := r.Name, crediting.Payee
		if r.By == crediting.ByTeam { // data name the teams
			continue
		}
		if r.By == crediting.ByTerritory || r.By == crediting.ByRole && r.On == "territory" && s.Index("territory") < 0 {
			if l.program.Rules.Territories == nil {
				n.Fail("no-territories", "declare `territories:` above `credit:`", "the rule credits who has a territory, but there are none")
			}
			continue
		}
		if r.By == crediting.ByRole {
			name, want = r.On, crediting.Key
		}
		i := s.Index(name)
		switch {
		case i < 0:
			n.Fail("unknown-field", l.didYouMean(name, s.Names()), "%s has no field %q", s.Kind, name)
		case want == crediting.Payee && s.Fields[i].Type == crediting.PayeeList:
		case s.Fields[i].Type != want && !(want == crediting.Key && s.Fields[i].Type == crediting.Payee):
			n.Fail("field-type", "declare it as a payee (or, for a role, as a key)", "the field %q does not name who is credited", name)
		}
	}
	return to
}

// vacant reads what happens where nobody owns the territory of an event.
func (l *loader) vacant(n *doc.Node, to []crediting.Recipient) {
	text, ok := n.Text("suspense, up or none")
	if !ok {
		return
	}
	v, err := territory.ParseVacant(text)
	if err != nil {
		n.Fail("wrong-shape", "write suspense, up or none", "%v", err)
		return
	}
	owner := len(to) == 0 // which has a finding of its own
	for i := range to {
		if to[i].By == crediting.ByTerritory {
			to[i].Vacant, owner = v, true
		}
	}
	if !owner {
		n.Fail("key-alone", "remove it", "`vacant:` is about the owner of a territory, whom the rule does not credit")
	}
}

// amount is the rule's formula, or the event's field "amount".
func (l *loader) amount(n, given *doc.Node, s *crediting.Schema) *dsl.Formula {
	amounts := l.shapesOf(s).amounts
	if given != nil {
		f := l.shared(given, amounts)
		if f != nil && f.Unit() != dsl.Money(s.Currency.String()) && f.Unit() != dsl.Counted {
			given.Fail("unit-mismatch", "credit an amount of money, or a count", "credit must be money[%s] or a count, this is %s", s.Currency, f.Unit())
			return nil
		}
		return f
	}
	f, found := amounts.Compile("amount", source.Map{})
	if found.HasErrors() {
		n.Fail("amount-missing", "add `amount:` with a formula", "the rule has no amount, and the event no field of that name")
	}
	return f
}

// creditType records what a type of credit measures; two rules must agree, and one gives it once.
func (l *loader) creditType(n *doc.Node, before []crediting.Given, r crediting.Given) bool {
	if slices.ContainsFunc(before, func(g crediting.Given) bool { return g.As == r.As }) {
		n.Fail("key-twice", "remove one of them", "the rule gives credit of type %q twice", r.As)
		return false
	}
	scale := max(r.Amount.Scale(), uint8(max(0, l.program.Currency.Digits())))
	if r.Amount.Unit() == dsl.Counted {
		scale = r.Amount.Scale() + shareScale
	}
	for i := range l.program.Types {
		t := &l.program.Types[i]
		if t.Name != r.As {
			continue
		}
		if t.Unit != r.Amount.Unit() {
			n.Fail("unit-mismatch", "use another name for one of them", "credit of type %q is %s here and %s in another rule", r.As, r.Amount.Unit(), t.Unit)
		}
		t.Scale = max(t.Scale, scale)
		return true
	}
	l.program.Types = append(l.program.Types, CreditType{r.As, r.Amount.Unit(), scale})
	return true
}

// unknownType reports a credit type that no rule gives, when all rules are sound.
func (l *loader) unknownType(n *doc.Node, name, format string, args ...any) {
	if !l.typesVague {
		n.Fail("unknown-credit-type", l.didYouMeanType(name), format, args...)
	}
}

func (l *loader) didYouMeanType(name string) string {
	var known []string
	for _, t := range l.program.Types {
		known = append(known, t.Name)
	}
	return l.didYouMean(name, known)
}

func dateRange(n *doc.Node) calendar.Range {
	t, ok := n.Text("dates from..to")
	if !ok {
		return calendar.Range{}
	}
	r, err := calendar.ParseRange(t)
	if err != nil {
		n.Fail("date-range", "write 2026-01-01..2026-12-31", "%v", err)
	}
	return r
}
