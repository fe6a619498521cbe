package plan

import (
	"slices"
	"strconv"
	"strings"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/compensation/plan/internal/shape"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/territory"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// chosen reads which other rules a rule makes way for.
func (l *loader) chosen(r *crediting.Rule, fields map[string]*doc.Node) {
	if g := fields["group"]; g != nil {
		r.Group, _ = g.Text("the name of a group")
	}
	if p := fields["priority"]; p != nil {
		if fields["group"] == nil {
			p.Fail("key-alone", "add `group:`, or remove it", "`priority:` means nothing without `group:`")
		}
		r.Priority = wholeNumber(p, shape.Rule(), "priority")
	}
	if x := fields["exclude"]; x != nil {
		for _, name := range x.Texts("the names of rules") {
			r.Exclude = append(r.Exclude, fact.RuleID(name))
		}
		names := shape.Type{Kind: shape.Name, Ref: shape.RuleName}
		l.later = append(l.later, later{node: x, is: shape.Type{Kind: shape.Texts, Of: []shape.Type{names}}})
	}
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

// groups gives the rules of a group without priorities those of the file's order. Where only some
// have one, nobody can say where the others stand.
func (l *loader) groups() {
	rules := l.program.Rules.Rules
	members := map[string][]int{}
	for i, r := range rules {
		if r.Group == "" {
			continue
		}
		others := members[r.Group]
		if len(others) > 0 && (rules[others[0]].Priority > 0) != (r.Priority > 0) {
			l.found = append(l.found, source.Errorf("group-priority", r.At, "in the group %q, some rules have a priority and others have none", r.Group).
				WithNote(rules[others[0]].At, "another rule of the group").WithHint("give all of them `priority:`, or none: then the order of the file counts"))
			continue
		}
		members[r.Group] = append(others, i)
	}
	for _, of := range members { // order: each group on its own
		for place, i := range of {
			if rules[i].Priority == 0 {
				rules[i].Priority = place + 1
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
		w.rules[u.ID] = &crediting.Rule{ID: u.ID, At: u.At}
	}
	for i := range l.program.Rules.Rules {
		w.follow(&l.program.Rules.Rules[i])
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
		if by.Kind != r.Kind {
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
