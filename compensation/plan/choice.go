package plan

import (
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/compensation/plan/internal/shape"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/territory"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// choice is which other rules a rule or a roll-up makes way for.
type choice struct {
	group    string
	priority int
	exclude  []fact.RuleID
}

// chosen reads it.
func (l *loader) chosen(fields map[string]*doc.Node) (c choice) {
	if g := fields["group"]; g != nil {
		c.group, _ = g.Text("the name of a group")
	}
	if p := fields["priority"]; p != nil {
		if fields["group"] == nil {
			p.Fail("key-alone", "add `group:`, or remove it", "`priority:` means nothing without `group:`")
		}
		c.priority = wholeNumber(p, shape.Rule(), "priority")
	}
	if x := fields["exclude"]; x != nil {
		for _, name := range x.Texts("the names of rules") {
			c.exclude = append(c.exclude, fact.RuleID(name))
		}
		names := shape.Type{Kind: shape.Name, Ref: shape.RuleName}
		l.later = append(l.later, later{node: x, is: shape.Type{Kind: shape.Texts, Of: []shape.Type{names}}})
	}
	return c
}

// wholeNumber is a number within the bounds of a block's key; 0 when it is none, which is found.
func wholeNumber(n *doc.Node, b shape.Block, key string) int {
	most := b.Keys[slices.Index(b.Names(), key)].Type.To
	text, ok := n.Text("a whole number")
	if !ok {
		return 0
	}
	v, err := strconv.Atoi(text)
	if err != nil || v < 1 || v > most {
		n.Fail("number", "write a number such as 1", "%q is not a whole number from 1 to %d", text, most)
		return 0
	}
	return v
}

// member is a rule, or a roll-up, of a group.
type member struct {
	group    string
	priority *int
	at       source.Span
}

// groups settles the groups of rules, and those of roll-ups: the two have nothing to do with each other.
func (l *loader) groups() {
	var rules, rollUps []member
	for i := range l.program.Rules.Rules {
		r := &l.program.Rules.Rules[i]
		rules = append(rules, member{r.Group, &r.Priority, r.At})
	}
	for i := range l.program.Rules.RollUps {
		r := &l.program.Rules.RollUps[i]
		rollUps = append(rollUps, member{r.Group, &r.Priority, r.At})
	}
	l.settle(rules)
	l.settle(rollUps)
}

// settle gives the members of a group without priorities those of the file's order. Where only some
// have one, nobody can say where the others stand.
func (l *loader) settle(rules []member) {
	members := map[string][]member{}
	for _, r := range rules {
		if r.group == "" {
			continue
		}
		others := members[r.group]
		if len(others) > 0 && (*others[0].priority > 0) != (*r.priority > 0) {
			l.found = append(l.found, source.Errorf("group-priority", r.at, "in the group %q, some rules have a priority and others have none", r.group).
				WithNote(others[0].at, "another rule of the group").WithHint("give all of them `priority:`, or none: then the order of the file counts"))
			continue
		}
		members[r.group] = append(others, r)
	}
	for _, of := range members { // order: each group on its own
		for place, r := range of {
			if *r.priority == 0 {
				*r.priority = place + 1
			}
		}
	}
}

// exclusions checks that what a rule excludes can keep it out, and that no rules keep out each other.
func (l *loader) exclusions() {
	w := exclusion{loader: l, rules: map[fact.RuleID]*crediting.Rule{}, done: map[fact.RuleID]bool{}}
	for i := range l.program.Rules.Rules {
		w.rules[l.program.Rules.Rules[i].ID] = &l.program.Rules.Rules[i]
	}
	for _, u := range l.program.Rules.RollUps {
		w.rules[u.ID] = &crediting.Rule{ID: u.ID, At: u.At, Exclude: u.Exclude}
	}
	for i := range l.program.Rules.Rules {
		w.follow(&l.program.Rules.Rules[i])
	}
	for _, u := range l.program.Rules.RollUps {
		w.follow(w.rules[u.ID])
	}
}

// exclusion is a walk along what rules exclude, which goes to each rule once.
type exclusion struct {
	loader *loader
	rules  map[fact.RuleID]*crediting.Rule
	done   map[fact.RuleID]bool
	path   []fact.RuleID
}

func (w *exclusion) follow(r *crediting.Rule) {
	if w.done[r.ID] {
		return
	}
	w.done[r.ID] = true
	w.path = append(w.path, r.ID)
	for _, id := range r.Exclude {
		by := w.rules[id]
		if by == nil { // which is found as an unknown name
			continue
		}
		if r.Kind != "" && by.Kind != r.Kind { // a roll-up is about events of any kind
			w.never(r, by)
			continue
		}
		if at := slices.Index(w.path, id); at >= 0 {
			w.loop(by, w.path[at:])
			continue
		}
		w.follow(by)
	}
	w.path = w.path[:len(w.path)-1]
}

// never reports a rule that cannot keep out another, for it holds for none of its events.
func (w *exclusion) never(r, by *crediting.Rule) {
	why := "is about another kind of event, " + by.Kind
	if by.Kind == "" {
		why = "passes credit up"
	}
	w.loader.found = append(w.loader.found, source.Errorf("exclude", r.At, "the rule %q excludes %q, which %s", r.ID, by.ID, why).
		WithNote(by.At, "the other rule").WithHint("name a rule that credits events of the kind %s", r.Kind))
}

func (w *exclusion) loop(first *crediting.Rule, path []fact.RuleID) {
	var names []string
	for _, id := range path {
		names = append(names, string(id))
	}
	names = append(names, names[0])
	w.loader.found = append(w.loader.found, source.Errorf("exclude", first.At, "rules exclude each other: %s", strings.Join(names, " → ")).
		WithHint("where all of them hold, nobody would be credited: remove one `exclude:`, or put the rules in a `group:`"))
}

// accounts reads those that a territory names: a list, or a mapping to the days on which it does.
func accounts(n *doc.Node) (out []territory.Account) {
	if !n.IsMapping() {
		for _, key := range n.Texts("a list of accounts") {
			out = append(out, territory.Account{ID: fact.AccountID(dataKey(n, key))})
		}
		return out
	}
	for _, p := range n.Pairs("a mapping of accounts to days") {
		out = append(out, territory.Account{ID: fact.AccountID(dataKey(p.Key, p.Name)), Days: dateRange(p.Value)})
	}
	return out
}

// protect reads which deals stay with the owner of before. What has not its shape is found by package conform.
func (l *loader) protect(n *doc.Node, s *crediting.Schema, to []crediting.Recipient) {
	since, made := n.Get("since"), territory.Protection{}
	if since == nil {
		return
	}
	made.Since = since.Raw()
	isDate := func(s *crediting.Schema) bool {
		i := s.Index(made.Since)
		return i >= 0 && s.Fields[i].Type == crediting.Date
	}
	if !isDate(s) && slices.ContainsFunc(l.program.Rules.Schemas, isDate) {
		since.Fail("unknown-field", "add `"+made.Since+": date?` to it", "%s has no date field %q", s.Kind, made.Since)
	}
	if !isDate(s) {
		return
	}
	if f := n.Get("for"); f != nil {
		if words := strings.Fields(f.Raw()); len(words) == 2 {
			count, _ := strconv.Atoi(words[0])
			if made.Days = count; strings.HasPrefix(words[1], "month") {
				made.Days, made.Months = 0, count
			}
		}
	}
	if u := n.Get("until"); u != nil {
		made.Until, _ = calendar.ParseDate(u.Raw())
	}
	owner := len(to) == 0 // which has a finding of its own
	for i := range to {
		if to[i].By == crediting.ByTerritory {
			to[i].Protect, owner = made, true
		}
	}
	if !owner {
		n.Fail("key-alone", "remove it", "`protect:` is about the owner of a territory, whom the rule does not credit")
	}
}

// dueSoFar refuses the part of a quota that is due so far where its days are not alike: in which order they are due nobody has said.
func (p *planLoader) dueSoFar(n *doc.Node, c *Component) {
	if n == nil || !c.QuotaToDate {
		return
	}
	for i, s := range c.Slots {
		if s.From != FromQuota || !c.Uses(c.Inputs[i].Name) {
			continue
		}
		if rule, ok := p.plan.Quota(s.Name); ok && (rule.Ramp != nil || rule.Relief != nil) {
			d := source.Errorf("quota-to-date", n.Span(), "the quota of %s has a ramp or relief, and what of it is due so far is counted by days that are alike", s.Name)
			n.File().Found = append(n.File().Found, d.WithNote(rule.At, "the quota").WithHint("leave `quota: to date` out, or state the quota by the month"))
		}
	}
}

// earnedCall is a call of what a component earned.
var earnedCall = regexp.MustCompile(`\bearned\(([^(),]*),([^(),]*)\)`)

// earnings declares what components earned, as some formulas call it; wrong are calls that mean nothing, and what to do instead.
func (p *planLoader) earnings(c *Component, formulas ...*doc.Node) (wrong map[string]string) {
	for _, n := range formulas {
		if n == nil {
			continue
		}
		for _, call := range earnedCall.FindAllStringSubmatch(n.Raw(), -1) {
			of, window := strings.Join(strings.Fields(call[1]), " "), strings.Join(strings.Fields(call[2]), " ")
			in := dsl.Input{Name: "earned(" + of + ", " + window + ")", Unit: dsl.Money(p.program.Currency.String()), Doc: "what " + of + " earned"}
			s := Slot{From: FromEarned, Name: of}
			unit, toDate := strings.CutSuffix(window, " to date")
			var err error
			s.ToDate = toDate
			s.Window, err = calendar.ParseUnit(unit)
			var why string
			switch fine, known := p.fine[of]; {
			case hasInput(c.Inputs, in.Name):
				continue
			case c.Credit != "":
				why = "a credit is paid before it is known what components earn: write it in a component that pays by the period"
			case !known:
				why = of + " is no component of the plan: " + p.didYouMean(of, p.names)
			case err != nil || s.Window < calendar.UnitMonth:
				why = "write earned(" + of + ", WINDOW) with month, quarter, half or year, or one of them `to date`"
			default:
				in.Scale = fine
				c.Inputs, c.Slots = append(c.Inputs, in), append(c.Slots, s)
				continue
			}
			if wrong == nil {
				wrong = map[string]string{}
			}
			wrong[in.Name] = why
		}
	}
	return wrong
}

// fineness is how many decimal places each component earns with, and that formulas hold of what has no end of them.
func (p *planLoader) fineness(components []doc.Pair) map[string]uint8 {
	out := make(map[string]uint8, len(components))
	for _, c := range components {
		out[c.Name] = uint8(max(0, p.program.Currency.Digits()))
		if !c.Value.IsMapping() || c.Value.Get("precision") == nil {
			continue
		}
		words := strings.Fields(c.Value.Get("precision").Raw())
		if places, err := strconv.Atoi(words[0]); err == nil && places >= 0 {
			out[c.Name] = uint8(min(places, 16))
		}
	}
	return out
}

// reading is a place where a component reads what another one earned.
type reading struct {
	component *Component
	slot      Slot
	at        source.Span
}

// readings are those of a component.
func (c *Component) readings() (out []reading) {
	for _, f := range c.Formulas() {
		for _, part := range f.Parts() {
			if part.Op == "input" && c.Slots[part.Input].From == FromEarned {
				out = append(out, reading{c, c.Slots[part.Input], part.At})
			}
		}
	}
	return out
}

// earned checks what components of a plan read of each other.
func (p *planLoader) earned() {
	for i := range p.plan.Components {
		for _, r := range p.plan.Components[i].readings() {
			at := slices.IndexFunc(p.plan.Components, func(c Component) bool { return c.Name == r.slot.Name })
			if at < 0 {
				continue // which has a fault of its own
			}
			if d, wrong := r.doubt(&p.plan.Components[at], p.program.Calendar); wrong {
				p.found = append(p.found, d)
			}
		}
	}
}

// doubt is what is wrong with what a reading asks of a component.
func (r reading) doubt(of *Component, cal calendar.Calendar) (d source.Diagnostic, wrong bool) {
	c, name, unit := r.component, r.slot.Name, r.slot.Window
	fail := func(code, hint, format string, args ...any) (source.Diagnostic, bool) {
		return source.Errorf(code, r.at, format, args...).WithNote(of.At, "what earned").WithHint("%s", hint), true
	}
	toDate := "write earned(" + name + ", " + unit.String() + " to date)"
	switch {
	case of.Precision.Exact:
		return fail("earned-exact", "give "+name+" a `precision:` of some places", "%s earns with as many places as it takes, and a formula holds no such amount", name)
	case of.Every > unit:
		return fail("earned-window", "write earned("+name+", "+of.Every.String()+" to date), or a longer window", "%s pays for a %s, and no %s has a part of that", name, of.Every, unit)
	case c.Every == 0:
		days, err := cal.Range(cal.PeriodOf(unit, c.Once))
		if !r.slot.ToDate && err == nil && days.To != c.Once.AddDays(1) {
			return fail("window-longer", toDate, "what %s earned is known only at the end of the %s, the component pays on %s", name, unit, c.Once)
		}
	case !r.slot.ToDate && unit > c.Every:
		return fail("window-longer", toDate, "what %s earned is known only at the end of the %s, the component pays every %s", name, unit, c.Every)
	case unit < max(c.Every, c.ToDate):
		return fail("window-shorter", "write earned("+name+", "+max(c.Every, c.ToDate).String()+" to date)", "what %s earned for a %s is only of the last one in each %s that the component pays for", name, unit, max(c.Every, c.ToDate))
	}
	return d, false
}

// Formulas are the gate, what it pays and the multiplier, as far as they are there.
func (c *Component) Formulas() []*dsl.Formula {
	return slices.DeleteFunc([]*dsl.Formula{c.Gate, c.Pays, c.Multiplier}, func(f *dsl.Formula) bool { return f == nil })
}

// Uses reports whether one of the formulas reads an input.
func (c *Component) Uses(input string) bool {
	return slices.ContainsFunc(c.Formulas(), func(f *dsl.Formula) bool { return f.Uses(input) })
}

// nameOthers names what pays beside components, and finds how fine all of it is.
func (p *planLoader) nameOthers(components []doc.Pair) {
	p.fine = p.fineness(components)
	others := mapped(p.pools)
	if p.objectives != nil {
		others = append(others, doc.Pair{Name: objectives})
	}
	for _, o := range others {
		p.names, p.fine[o.Name] = append(p.names, o.Name), uint8(max(0, p.program.Currency.Digits()))
	}
}

// Scored are the objectives that somebody scores, with the period for which, in the order of the files.
func (p *Program) Scored() iter.Seq2[string, calendar.Unit] {
	return func(yield func(string, calendar.Unit) bool) {
		for i := range p.Plans {
			for _, c := range p.Plans[i].Components {
				for _, s := range c.Slots {
					if s.From == FromScore && !yield(s.Name, c.Every) {
						return
					}
				}
			}
		}
	}
}
