package plan

import (
	"slices"
	"strings"

	"github.com/payproof/payproof/compensation/plan/internal/conform"
	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/compensation/plan/internal/shape"
	"github.com/payproof/payproof/compensation/terms"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/source"
	"github.com/shopspring/decimal"
)

// later is what stands behind a key that this version does not compute, or a name of
// what such a block declares. It is checked when all is known that it may name.
type later struct {
	node *doc.Node
	is   shape.Type
	of   *Component // in a component, once it is known what that pays for
}

// keys are the values of a block by key, as the function keys has them. What stands
// behind a key for later is noted, to be checked by package conform.
func (l *loader) keys(n *doc.Node, b shape.Block) (fields map[string]*doc.Node, ok bool) {
	fields, ok = keys(n, b)
	for _, k := range b.Later {
		v := fields[k.Name]
		if v == nil {
			continue
		}
		if k.Beside != "" && fields[k.Beside] == nil {
			v.Fail("key-alone", "add `"+k.Beside+":`, or remove it", "`%s:` means nothing without `%s:`", k.Name, k.Beside)
		}
		l.later = append(l.later, later{node: v, is: k.Type})
	}
	return fields, ok
}

// conform notes what stands behind a key that is computed, to be held against its shape when all is known
// that it may name.
func (l *loader) conform(n *doc.Node, b shape.Block, key string) {
	for _, k := range b.Keys {
		if k.Name == key {
			l.later = append(l.later, later{node: n, is: k.Type})
		}
	}
}

// laterOfCompany checks the blocks of payproof.yaml that are still to come.
func (l *loader) laterOfCompany() {
	p := planLoader{loader: l}
	for _, r := range l.rising {
		p.rollUpFormulas(r)
	}
	p.checkLater(l.companyLater)
	if l.companyRoot != nil {
		l.take(l.companyRoot.File())
	}
}

// checkLater holds what is still to come against its shape.
func (p *planLoader) checkLater(all []later) {
	var of *Component
	c := conform.New(conform.World{
		Currency: p.program.Currency,
		Names:    p.declared,
		Formula:  func(n *doc.Node, t shape.Type) { p.laterFormula(n, t, of) },
	})
	for _, part := range all {
		of = part.of
		c.Check(part.node, part.is)
	}
	p.originalOfPeriods()
}

// originalOfPeriods refuses a clawback at the original rate of a component that pays by
// the period: it has no rate of its own for each event, and is computed again.
func (p *planLoader) originalOfPeriods() {
	if p.clawback == nil || p.clawback.Get("rate") == nil || p.clawback.Get("rate").Raw() != "original" {
		return
	}
	named := textsIn(p.clawback.Get("of"))
	for _, c := range p.plan.Components {
		if c.Credit == "" && slices.Contains(named, c.Name) {
			d := source.Errorf("clawback-original", p.clawback.Get("rate").Span(), "%s pays by the period, so that no event has a rate at which it was paid", c.Name)
			p.clawback.File().Found = append(p.clawback.File().Found, d.WithNote(c.At, "the component").WithHint("write rate: current, or leave it out: the period is computed again"))
		}
	}
}

// preciseHeld refuses that what is held is finer than can be paid: releases are of what can.
func (p *planLoader) preciseHeld(components *doc.Node) {
	for i := range p.plan.Components {
		c := &p.plan.Components[i]
		if p.program.Exchange.Current && p.program.MayHold(&p.plan, c.Name) {
			d := source.Errorf("recovery-held", p.program.Exchange.At, "what %s pays may be held, and this version takes back what is held as it was recorded", c.Name)
			components.File().Found = append(components.File().Found, d.WithNote(c.At, "the component").WithHint("leave `recovery:` out"))
			return
		}
		if p.program.Late.Any(terms.GainsOnly) && p.program.MayHold(&p.plan, c.Name) {
			components.Get(c.Name).Fail("late-held", "restate them, or hold credit", "what %s pays may be held, and this version cannot keep what is held from late facts that only raise pay", c.Name)
			return
		}
		if c.Precision.Finer(p.program.Currency) && p.program.MayHold(&p.plan, c.Name) {
			components.Get(c.Name).Get("precision").Fail("precision-held", "leave it out, or name other components with `of:` of the hold", "what %s pays may be held, and releases are in the currency's minor unit", c.Name)
		}
	}
}

// clawbacks refuses terms that are not computed yet: of what is held, and of measures that others move.
func (p *planLoader) clawbacks() {
	c := p.plan.Clawback
	if c.Recovery.Later() && !slices.ContainsFunc(p.plan.Components, func(of Component) bool { return of.Credit != "" && c.Covers(of.Name) }) {
		p.clawback.Get("recovery").Fail("clawback-recovery", "remove it, or name components that pay for each credit with `of:`",
			"no component that it is about pays for each credit: what the others lose is computed again, and comes back at once")
		return
	}
	for i := range p.plan.Components {
		of := &p.plan.Components[i]
		if !c.Covers(of.Name) {
			continue
		}
		partly := c.Steps != nil || c.Term != "" || c.Since != "" || !c.Share.Equal(decimal.New(1, 0))
		capped := slices.ContainsFunc(p.plan.Caps, func(cap Cap) bool { return slices.Contains(cap.Of, of.Name) })
		if p.program.MayHold(&p.plan, of.Name) && (c.Current || partly && (!c.Paid || capped)) {
			hint := "name other components with `of:`"
			if !c.Current && !capped {
				hint = "write limit: paid so far, so that what is held is cancelled and a part is taken of what was paid; or " + hint
			}
			p.clawback.Fail("clawback-held", hint, "this version takes back of %s, which is held, at the original rate and all of it", of.Name)
			return
		}
		for k, s := range of.Slots {
			m, ok := p.program.Measured(s.Name)
			keeps := c.Keep || c.Reached && of.Credit == "" && of.Uses(of.Inputs[k].Name)
			if ok && keeps && (s.From == FromMeasure || s.From == FromBefore || s.From == FromAfter) && (m.Whose.Who != measure.Payee || m.Kind != "") {
				p.clawback.Fail("clawback-keep", "name other components with `of:`", "%s uses %s, which is no measure of the payee's own credits: this version cannot keep it from falling", of.Name, m.Name)
				return
			}
		}
	}
}

// laterFormula compiles a formula of a block that is still to come.
func (p *planLoader) laterFormula(n *doc.Node, t shape.Type, of *Component) {
	var env dsl.Env
	c := p.scopeOf(t.Scope, of)
	others := othersIn(n)
	p.scope(&c, others)
	env = dsl.Env{Inputs: c.Inputs, Tables: p.tables, Elsewhere: p.elsewhere(c, others)}
	switch want := dsl.Money(p.program.Currency.String()); t.Want {
	case shape.Truth:
		want = dsl.BoolUnit
		env.Want = &want
	case shape.Ratio:
		want = dsl.Ratio
		env.Want = &want
	case shape.Money:
		env.Want = &want
	}
	if f := p.formula(n, env); f != nil && t.Scope == shape.OfComponent {
		p.windows(n, c, f)
	}
}

// scopeOf is the component whose formulas may name what this one may.
func (p *planLoader) scopeOf(s shape.Scope, of *Component) Component {
	switch {
	case s == shape.OfComponent && of != nil:
		return Component{Base: of.Base}
	case s == shape.OfCredit:
		for _, c := range p.plan.Components {
			if c.Credit != "" {
				return Component{Base: terms.Base{Credit: c.Credit}}
			}
		}
		if len(p.program.Types) > 0 {
			return Component{Base: terms.Base{Credit: p.program.Types[0].Name}}
		}
	}
	return Component{}
}

// declared are the names of a kind that plan files may refer to.
func (p *planLoader) declared(ref shape.Ref) (names conform.Names) {
	switch ref {
	case shape.ComponentName:
		return conform.Names{Known: p.names, Vague: p.names == nil}
	case shape.MeasureName:
		return conform.Names{Known: p.measureNames(), Vague: p.measuresVague}
	case shape.TypeName:
		for _, t := range p.program.Types {
			names.Known = append(names.Known, t.Name)
		}
		names.Vague = p.typesVague
		return names
	case shape.RuleName, shape.TerritoryName, shape.RelationshipName:
		return p.declaredByCompany(ref)
	}
	return p.declaredByEvents(ref)
}

// declaredByCompany are names that blocks of payproof.yaml declare.
func (p *planLoader) declaredByCompany(ref shape.Ref) (names conform.Names) {
	root := p.companyRoot
	if root == nil {
		return conform.Names{Vague: true}
	}
	switch ref {
	case shape.RuleName:
		return conform.Names{Known: textsOf(root.Get("credit"), "rule")}
	case shape.TerritoryName:
		return conform.Names{Known: textsOf(root.Get("territories"), "territory")}
	}
	relations := root.Get("relations")
	return conform.Names{Known: leaves(relations), Vague: relations == nil}
}

// declaredByEvents are kinds of event, their fields and the members of their enums.
func (p *planLoader) declaredByEvents(ref shape.Ref) (names conform.Names) {
	add := func(name string, is bool) {
		if is && !slices.Contains(names.Known, name) {
			names.Known = append(names.Known, name)
		}
	}
	for _, s := range p.program.Rules.Schemas {
		add(s.Kind, ref == shape.FactsName || ref == shape.MomentName || ref == shape.ReversalName)
		for _, f := range s.Fields {
			add(f.Name, ref == shape.FieldName || (ref == shape.DateFieldName || ref == shape.MomentName) && f.Type == crediting.Date ||
				ref == shape.NumberFieldName && (f.Type == crediting.Money || f.Type == crediting.Count || f.Type == crediting.Numeric))
			for _, member := range f.Enum {
				add(member, ref == shape.ReversalName)
			}
		}
	}
	for _, facts := range factKinds {
		add(facts, ref == shape.FactsName)
	}
	names.Vague = len(p.program.Rules.Schemas) == 0
	return names
}

// textsOf are the texts behind a key in each member of a list.
func textsOf(list *doc.Node, key string) (texts []string) {
	if list == nil || !list.IsList() {
		return nil
	}
	for m := range list.List("a list") {
		if v := m.Get(key); v != nil {
			texts = append(texts, v.Raw())
		}
	}
	return texts
}

// textsIn are the members of a list, or the parts of a text with commas.
func textsIn(n *doc.Node) []string {
	if n == nil || n.IsList() {
		return leaves(n)
	}
	parts := strings.Split(n.Raw(), ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// mapped are the entries of what may be a mapping; its faults are found elsewhere.
func mapped(n *doc.Node) []doc.Pair {
	if n == nil || !n.IsMapping() {
		return nil
	}
	before := len(n.File().Found)
	pairs := n.Pairs("a mapping")
	n.File().Found = n.File().Found[:before]
	return pairs
}

// leaves are the names in a list or a mapping.
func leaves(n *doc.Node) (names []string) {
	if n == nil {
		return nil
	}
	if n.IsList() {
		for m := range n.List("a list") {
			names = append(names, strings.TrimSpace(m.Raw()))
		}
	}
	for _, p := range mapped(n) {
		names = append(names, p.Name)
	}
	return names
}
