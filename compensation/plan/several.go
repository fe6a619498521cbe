package plan

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/compensation/plan/internal/shape"
	"github.com/payproof/payproof/compensation/scores"
	"github.com/payproof/payproof/compensation/terms"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// rolledScale is how many decimal places credit has whose amount is a formula: as many as a quotient.
const rolledScale = 16

// rollUp reads a rule that passes credit up.
func (l *loader) rollUp(id fact.RuleID, fields map[string]*doc.Node) {
	r := crediting.RollUp{ID: id, At: fields["rule"].Span()}
	r.Of, _ = fields["roll up"].Text("a credit type")
	r.As, _ = fields["as"].Text("a credit type")
	r.Along, _ = fields["along"].Text("a relationship")
	l.later = append(l.later, later{node: fields["along"], is: shape.Type{Kind: shape.Name, Ref: shape.RelationshipName}})
	l.levels(&r, fields)
	c := l.chosen(fields)
	r.Group, r.Priority, r.Exclude = c.group, c.priority, c.exclude
	r.DeDuplicate = crediting.DeDuplicate(oneOf(fields["de-duplicate"], "up to the event", "sum", "largest"))
	r.Vacant = crediting.Vacant(oneOf(fields["vacant"], "next level", "stop", "error"))
	if o := fields["overlays"]; o != nil {
		r.Overlays = o.Bool()
	}
	if e := fields["effective"]; e != nil {
		r.Effective = dateRange(e)
	}
	of, ok := l.program.Type(r.Of)
	direct := slices.ContainsFunc(l.program.Rules.Rules, func(other crediting.Rule) bool { return gives(&other, []string{r.Of}) })
	switch {
	case !ok:
		l.unknownType(fields["roll up"], r.Of, "no rule above gives credit of type %q", r.Of)
		return
	case !direct:
		fields["roll up"].Fail("unknown-credit-type", "pass up what the rules give, along this relationship, too, or further by `levels:`", "credit of type %q is passed up itself: only what rules give can be", r.Of)
		return
	}
	if !l.rolledType(fields["as"], r, of, fields["amount"] != nil) {
		return
	}
	if fields["when"] != nil || fields["amount"] != nil {
		l.rising = append(l.rising, rising{len(l.program.Rules.RollUps), of, fields["when"], fields["amount"]})
	}
	l.program.Rules.RollUps = append(l.program.Rules.RollUps, r)
	if h := fields["hold"]; h != nil {
		kinds, _ := l.kinds(r.Of)
		l.ruleHold(r.ID, h, kinds...)
	}
}

// levels reads how far credit climbs, and what it passes over.
func (l *loader) levels(r *crediting.RollUp, fields map[string]*doc.Node) {
	if v := fields["levels"]; v != nil {
		t, _ := v.Text("a number of levels")
		levels, err := strconv.Atoi(t)
		if err != nil || levels < 1 || levels > 100 {
			v.Fail("levels", "leave it out to go to the top", "levels is a whole number from 1 to 100")
		}
		r.Levels = levels
	}
	if v := fields["skip"]; v != nil {
		if r.Skip = wholeNumber(v, shape.RollUp(), "skip"); r.Levels > 0 && r.Skip >= r.Levels {
			v.Fail("levels", "skip fewer levels than credit climbs: levels are counted from the credit up", "%d levels are skipped, and credit climbs %d: it would count for nobody", r.Skip, r.Levels)
		}
	}
}

// oneOf is the place of a word among those that may stand there, the first being the default.
func oneOf(n *doc.Node, words ...string) uint8 {
	if n == nil {
		return 0
	}
	t, ok := n.Text("one of some words")
	at := slices.Index(words, t)
	if at < 0 {
		if ok {
			n.Fail("wrong-shape", source.DidYouMean(t, words), "%q stands here, where one of %q is expected", t, words)
		}
		return 0
	}
	return uint8(at)
}

// rolledType declares the type of what is passed up. Several roll-ups may give it, if they agree.
func (l *loader) rolledType(as *doc.Node, r crediting.RollUp, of CreditType, formula bool) bool {
	scale := of.Scale + shareScale
	if formula {
		scale = max(scale, rolledScale)
	}
	var first *crediting.RollUp
	if i := slices.IndexFunc(l.program.Rules.RollUps, func(u crediting.RollUp) bool { return u.As == r.As }); i >= 0 {
		first = &l.program.Rules.RollUps[i]
	}
	for i := range l.program.Types {
		t := &l.program.Types[i]
		switch {
		case t.Name != r.As:
			continue
		case first == nil:
			as.Fail("unit-mismatch", "use a name of its own, such as `team "+r.Of+"`", "credit of type %q is given by another rule", r.As)
			return false
		case t.Unit != of.Unit:
			as.Fail("unit-mismatch", "use another name for one of them", "credit of type %q is %s here and %s in another rule", r.As, of.Unit, t.Unit)
			return false
		case first.DeDuplicate != r.DeDuplicate:
			l.found = append(l.found, source.Errorf("de-duplicate", r.At, "%q and %q both give credit of type %q, and de-duplicate in different ways", first.ID, r.ID, r.As).
				WithNote(first.At, "the other rule").WithHint("one credit counts once for a recipient, whichever rule passes it up: say the same in both, or use two types"))
			return false
		}
		t.Scale = max(t.Scale, scale)
		return true
	}
	l.program.Types = append(l.program.Types, CreditType{r.As, of.Unit, scale})
	return true
}

// rising is a roll-up whose formulas wait for the plans: personal values are theirs.
type rising struct {
	at           int // of the program's roll-ups
	of           CreditType
	when, amount *doc.Node
}

// rollUpFormulas compiles the formulas of a roll-up.
func (p *planLoader) rollUpFormulas(r rising) {
	up := &p.program.Rules.RollUps[r.at]
	up.Inputs = p.rollUpInputs(r.of)
	defer p.oneUnit(r, up)
	if r.when != nil {
		want := dsl.BoolUnit
		up.When = p.formula(r.when, dsl.Env{Inputs: up.Inputs, Want: &want})
	}
	if r.amount == nil {
		return
	}
	want := r.of.Unit
	up.Amount = p.formula(r.amount, dsl.Env{Inputs: up.Inputs, Want: &want})
	if t, _ := p.program.Type(up.As); up.Amount != nil && up.Amount.Scale() > t.Scale {
		r.amount.Fail("too-many-places", "write round(…, 2)", "the amount has %d decimal places, credit has at most %d", up.Amount.Scale(), t.Scale)
	}
}

// oneUnit refuses a personal value that two plans declare in different units: those on one path may be on either.
func (p *planLoader) oneUnit(r rising, up *crediting.RollUp) {
	for _, in := range up.Inputs {
		for n, f := range map[*doc.Node]*dsl.Formula{r.when: up.When, r.amount: up.Amount} { // order: findings are sorted
			if f == nil || !f.Uses(in.Name) {
				continue
			}
			_, name, personal := strings.Cut(in.Name, ".")
			for _, plan := range p.program.Plans {
				other := slices.IndexFunc(plan.Personal, func(v Personal) bool { return v.Name == name && v.Unit != in.Unit })
				if personal && other >= 0 {
					n.Fail("unit-mismatch", "give it one unit in all plans, or another name in one", "%s is %s in one plan and %s in the plan %q", in.Name, in.Unit, plan.Personal[other].Unit, plan.ID)
				}
			}
		}
	}
}

// rollUpInputs are what a formula of a roll-up may name: the amount below, the level, the fields of the
// events of which credit is passed up, and the personal values of those on the way.
func (p *planLoader) rollUpInputs(of CreditType) (inputs []dsl.Input) {
	add := func(in dsl.Input) {
		if !hasInput(inputs, in.Name) {
			inputs = append(inputs, in)
		}
	}
	add(dsl.Input{Name: "amount", Unit: of.Unit, Scale: of.Scale + shareScale, Doc: "what was credited below"})
	add(dsl.Input{Name: "level", Unit: dsl.Ratio, Doc: "how many levels above the credit the recipient is, from 1"})
	kinds, _ := p.kinds(of.Name)
	for _, s := range kinds {
		for _, in := range s.Inputs("") {
			in.Optional = in.Optional || len(kinds) > 1 // the credit may be of another kind of event
			add(in)
		}
	}
	for _, plan := range p.program.Plans {
		for _, v := range plan.Personal {
			for _, who := range []string{"from.", "to.", "best."} {
				add(dsl.Input{Name: who + v.Name, Unit: v.Unit, Scale: v.Scale, Doc: "a personal value"})
			}
		}
	}
	return inputs
}

// objectives is the component that pays for objectives.
const objectives = "objectives"

// pieced is a formula that is put together of those of others, each part of which keeps its place.
type pieced struct {
	text strings.Builder
	at   source.Map
}

// words adds text of the language itself; it stands at a place of the file.
func (f *pieced) words(text string, at source.Span) {
	f.at.File = at.File
	f.at.Anchors = append(f.at.Anchors, source.Anchor{Offset: f.text.Len(), Pos: at.From})
	f.text.WriteString(text)
}

// formula adds what stands behind a key, in brackets.
func (f *pieced) formula(n *doc.Node) bool {
	text, at, ok := n.Formula()
	f.words("(", n.Span())
	for _, a := range at.Anchors {
		a.Offset += f.text.Len()
		f.at.Anchors = append(f.at.Anchors, a)
	}
	f.text.WriteString(text)
	f.words(")", n.Span())
	return ok
}

var noWord = regexp.MustCompile(`[^a-z0-9]+`)

// goal adds the weight of a goal times its score, and declares the score where somebody gives it.
func (f *pieced) goal(c *Component, g doc.Pair, i int) (ok bool) {
	ok = true
	part := func(key, usual string) string {
		if v := g.Value.Get(key); v != nil {
			return strings.ReplaceAll(strings.TrimSpace(v.Raw()), " ", "")
		}
		return usual
	}
	name := "score." + strings.Trim(noWord.ReplaceAllString(strings.ToLower(g.Name), "_"), "_")
	if name == "score." || hasInput(c.Inputs, name) {
		name += "_" + strconv.Itoa(i+1)
	}
	before, after := "", ""
	if i > 0 {
		before = " + "
	}
	if least := part("least", ""); least != "" {
		before += "(let scored" + strconv.Itoa(i+1) + " = "
		after = "; scored" + strconv.Itoa(i+1) + " >= " + least + " ? scored" + strconv.Itoa(i+1) + " : 0%)"
	}
	after = ", " + part("most", "100%") + ")" + after
	if score := g.Value.Get("score"); score != nil {
		f.words(before+"max(0%, min(", g.Key.Span())
		ok = f.formula(score)
		after = strings.Replace(after, ")", "))", 1)
	} else if by := g.Value.Get("scored by"); by == nil {
		return false // which its shape says
	} else {
		f.words(before+"min("+name, g.Key.Span())
		c.Inputs = append(c.Inputs, dsl.Input{Name: name, Unit: dsl.Ratio, Scale: scores.Places, Doc: "the score of " + g.Name})
		c.Slots = append(c.Slots, Slot{From: FromScore, Name: g.Name, Along: strings.Join(strings.Fields(by.Raw()), " ")})
	}
	f.words(after+" * "+part("weight", "0%"), g.Key.Span())
	return ok
}

// scoredGoals makes the component that pays for objectives: what is paid at target, times the weights and scores of the goals. A score is at least
// zero, at most 100 % or what the goal says, and nothing below its least.
func (p *planLoader) scoredGoals() {
	n := p.objectives
	if n == nil {
		return
	}
	p.conform(n, shape.Plan(), objectives)
	if slices.ContainsFunc(p.plan.Components, func(c Component) bool { return c.Name == objectives }) {
		n.Fail("key-twice", "give the component another name", "what `objectives:` pays has the name of a component")
	}
	if !n.IsMapping() || n.Get("goals") == nil || !n.Get("goals").IsMapping() || n.Get("at target") == nil {
		return // which its shape says
	}
	every, err := calendar.ParseUnit(n.Get("every").Raw())
	c := Component{Name: objectives, Base: terms.Base{Every: every}, At: n.Span()}
	goals := mapped(n.Get("goals"))
	if err != nil || len(goals) == 0 {
		return
	}
	formulas := []*doc.Node{n.Get("at target")}
	for _, g := range goals {
		if g.Value.IsMapping() && g.Value.Get("score") != nil {
			formulas = append(formulas, g.Value.Get("score"))
		}
	}
	others := othersIn(formulas...)
	p.scope(&c, others)
	wrong := p.earnings(&c, formulas...)
	f := pieced{}
	ok := f.formula(n.Get("at target"))
	f.words(" * (", n.Get("goals").Span())
	for i, g := range goals {
		ok = ok && g.Value.IsMapping() && g.Value.Get("weight") != nil && f.goal(&c, g, i)
	}
	f.words(")", n.Get("goals").Span())
	want := dsl.Money(p.program.Currency.String())
	env := dsl.Env{Inputs: c.Inputs, Tables: p.tables, Elsewhere: p.elsewhere(c, others, wrong), On: "period.end", Want: &want, Origin: f.at}
	if c.Pays, _ = dsl.Compile(f.text.String(), env); c.Pays == nil || !ok {
		return // its parts are compiled by themselves, and say what is wrong
	}
	p.windows(n.Get("at target"), c, c.Pays)
	p.carried(n.Get("at target"), &c, c.Pays)
	p.targets(n.Get("at target"), &c)
	p.plan.Components = append(p.plan.Components, c)
}

// pool makes a component of each pool.
func (p *planLoader) pool() {
	if p.pools == nil {
		return
	}
	p.conform(p.pools, shape.Plan(), "pool")
	for _, n := range mapped(p.pools) {
		if !n.Value.IsMapping() || n.Value.Get("amount") == nil || n.Value.Get("every") == nil {
			continue // which its shape says
		}
		if slices.ContainsFunc(p.plan.Components, func(c Component) bool { return c.Name == n.Name }) {
			n.Key.Fail("key-twice", "give one of them another name", "the pool has the name of a component")
			continue
		}
		every, err := calendar.ParseUnit(n.Value.Get("every").Raw())
		c := Component{Name: n.Name, Base: terms.Base{Every: every}, Pool: &Pool{}, At: n.Key.Span()}
		if d := n.Value.Get("days"); d != nil {
			c.Pool.AllDays = d.Raw() == "all"
		}
		if among := n.Value.Get("among"); among != nil {
			for _, role := range textsIn(among) {
				if c.Pool.Among = append(c.Pool.Among, role); !slices.Contains(p.plan.Roles, role) {
					among.Fail("pool-roles", p.didYouMean(role, p.plan.Roles), "the plan is not for the role %q: its people are paid by another plan", role)
				}
			}
		}
		all := func(s Slot) bool {
			m, ok := p.program.Measured(s.Name)
			return s.From == FromStart || s.From == FromEnd || ok && s.From == FromMeasure && (m.Whose.Who == measure.Company || m.Whose.Who == measure.Role)
		}
		money := dsl.Money(p.program.Currency.String())
		ok := p.narrowed(n.Value.Get("amount"), &c, &money, all, "the amount of a pool is the same for all who divide it: write a measure of the company or of a role, such as company(sold)")
		if w := n.Value.Get("weight"); w != nil {
			c.Pool.Weight = &Component{Name: n.Name, Base: c.Base, At: c.At}
			own := func(s Slot) bool { return s.From == FromStart || s.From == FromEnd || s.From == FromPersonal }
			ok = p.narrowed(w, c.Pool.Weight, nil, own, "who divides a pool is weighted by personal values") && ok
		}
		if ok && err == nil {
			p.windows(n.Value.Get("amount"), c, c.Pays)
			p.plan.Components = append(p.plan.Components, c)
		}
	}
}

// narrowed compiles a formula that may name only some of what others by the period may.
func (p *planLoader) narrowed(n *doc.Node, c *Component, want *dsl.Unit, keep func(Slot) bool, why string) bool {
	text, at, ok := n.Formula()
	if !ok {
		return false
	}
	full, elsewhere := Component{Base: c.Base}, map[string]string{}
	others := othersIn(n)
	p.scope(&full, others)
	for i, s := range full.Slots {
		if keep(s) {
			c.Inputs, c.Slots = append(c.Inputs, full.Inputs[i]), append(c.Slots, s)
		} else {
			elsewhere[full.Inputs[i].Name] = why
		}
	}
	env := dsl.Env{Inputs: c.Inputs, Tables: p.tables, Elsewhere: elsewhere, On: "period.end", Want: want, Origin: at}
	var found source.Diagnostics
	if c.Pays, found = dsl.Compile(text, env); c.Pays == nil {
		env.Inputs, env.Elsewhere = full.Inputs, nil
		if f, _ := dsl.Compile(text, env); f != nil { // otherwise conform says what is wrong
			n.File().Found = append(n.File().Found, found...)
		}
	}
	return c.Pays != nil
}
