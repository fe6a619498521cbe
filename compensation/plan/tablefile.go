package plan

import (
	"slices"
	"strings"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/compensation/plan/internal/shape"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/table"
)

func (p *planLoader) allTables(n *doc.Node) {
	for _, t := range n.Pairs("a mapping of tables") {
		r := tableLoader{planLoader: p, table: table.Table{Name: t.Name, At: t.Key.Span()}}
		r.table.Faulty = !readable(t) || !r.read(t.Value)
		if !r.table.Faulty {
			found := append(r.table.Check(), r.covered()...)
			n.File().Found, r.table.Faulty = append(n.File().Found, found...), found.HasErrors()
		}
		p.tables[t.Name] = r.table // also with a fault, so that formulas know its name
	}
}

// tableLoader reads one table. One mistake is one finding: the order of broken tiers means
// nothing.
type tableLoader struct {
	*planLoader
	table table.Table
	gives bool // the unit of what it gives is known
}

// kindOf is the kind of table that has the key, and whether there is just one.
func (t *tableLoader) kindOf(n *doc.Node) (kind table.Kind, ok bool) {
	var known []string
	for _, k := range table.Kinds() {
		known = append(known, k.String()+" by")
	}
	first, near, wrong := -1, "", n
	for name, key := range n.Keys() {
		at := slices.Index(known, name)
		switch {
		case at < 0:
			if like := source.Nearest(name, known); near == "" && like != "" {
				near, wrong = like, key
			}
		case first >= 0:
			key.Fail("table-kind", "keep one of them", "a table is %s or %s, not both", table.Kinds()[first], table.Kinds()[at])
			return 0, false
		default:
			first = at
		}
	}
	switch {
	case first >= 0:
		return table.Kinds()[first], true
	case near != "":
		wrong.Fail("unknown-key", "did you mean `"+near+":`?", "no key of the table says of what kind it is")
	default:
		n.Fail("key-missing", "write `marginal by:` and the name of a measure, or another kind", "the table has no `marginal by:`, `whole by:`, `step by:` or other key that says of what kind it is")
	}
	return 0, false
}

func (t *tableLoader) read(n *doc.Node) bool {
	before := len(n.File().Found)
	if !n.IsMapping() {
		n.Pairs("a table (`marginal by: …` and `tiers: …`)")
		return false
	}
	kind, ok := t.kindOf(n)
	if !ok {
		return false
	}
	t.table.Kind = kind
	block := shape.TableBlock(kind.String())
	fields, ok := keys(n, block)
	if !ok || !t.one(n, block, fields) {
		return false
	}
	t.by(fields[kind.String()+" by"])
	t.words(fields)
	t.content(fields)
	if v := fields["versions"]; v != nil {
		t.versions(v, block)
	}
	return !n.File().Found[before:].HasErrors()
}

// one checks that just one of the keys stands that exclude each other.
func (t *tableLoader) one(n *doc.Node, b shape.Block, fields map[string]*doc.Node) bool {
	content := b.OneOf[0]
	switch {
	case fields[content] == nil && fields["versions"] == nil:
		n.Fail("key-missing", "write `"+content+":`, or `versions:` if it changes with time", "the table has no `%s:`", content)
		return false
	case fields[content] != nil && fields["versions"] != nil:
		fields["versions"].Fail("table-versions", "move it into a version", "a table with versions has its `%s:` in them", content)
		return false
	}
	return true
}

// by reads what the table is looked up with: measures, fields, or what a formula computes.
func (t *tableLoader) by(n *doc.Node) {
	t.table.By = n.Texts("what the table is looked up with")
	if len(t.table.By) > 1 && t.table.Kind != table.Matrix && t.table.Kind != table.Lookup {
		n.Fail("table-axes", "name one; several keys are of a matrix or a lookup", "%s tables have one key", t.table.Kind)
	}
	known := t.keyNames()
	for _, name := range t.table.By {
		if !slices.Contains(known, name) {
			t.unknownKey(n, name, known)
		}
	}
}

// unknownKey reports what a table cannot be looked up with, when all declared measures are sound.
func (t *tableLoader) unknownKey(n *doc.Node, name string, known []string) {
	if !t.measuresVague {
		n.Fail("unknown-measure", source.DidYouMean(name, known), "%q is no measure, field or personal value", name)
	}
}

// keyNames are what a table may be looked up with: measures, fields of events, personal values,
// and what formulas compute of them.
func (t *tableLoader) keyNames() []string {
	known := append(t.measureNames(), "amount", "attainment", "days", "months", "tenure")
	for _, s := range t.program.Rules.Schemas {
		known = append(known, s.Names()...)
	}
	for _, v := range t.plan.Personal {
		known = append(known, v.Name)
	}
	return known
}

// words reads the keys behind which one of some words stands.
func (t *tableLoader) words(fields map[string]*doc.Node) {
	choose := func(key string, words ...string) int {
		n := fields[key]
		if n == nil {
			return 0
		}
		text, _ := n.Text(words[0])
		i := slices.Index(words, text)
		if i < 0 {
			hint := "write " + strings.Join(words, ", or ")
			if key == "edge" && text == "% of quota" {
				hint = "did you mean `edges:`?"
			}
			n.Fail("wrong-shape", hint, "%q is no word for `%s:`", text, key)
		}
		return max(i, 0)
	}
	if e := fields["edges"]; e != nil {
		switch text, _ := e.Text("what the edges are"); text {
		case "% of quota":
			t.table.Edges = table.OfQuota
		case "amount":
		default:
			e.Fail("wrong-shape", "write \"% of quota\" in quotes, or amount", "%q does not say what the edges are", text)
		}
	}
	t.table.Lower = choose("edge", "upper", "lower") == 1
	t.table.Beyond = table.Beyond(choose("beyond", "flat", "slope"))
	t.table.Bilinear = choose("mode", "step", "bilinear") == 1
	if n := fields["below"]; n != nil {
		t.table.Below = t.below(n)
	}
}

func (t *tableLoader) below(n *doc.Node) table.Below {
	words := []string{"zero", "carry", "extend first rate", "first value"}
	switch t.table.Kind {
	case table.Marginal, table.Excess:
		words = words[:3]
	case table.Matrix:
		words = []string{"zero", "first value"}
	}
	text, _ := n.Text("zero")
	switch {
	case !slices.Contains(words, text):
		n.Fail("wrong-shape", "write "+strings.Join(words, ", or "), "%q does not say what holds below the first edge", text)
	case text == "carry":
		t.table.Carry = true
	case text == "extend first rate":
		return table.Extend
	case text == "first value":
		return table.First
	}
	return table.Zero
}

// content reads what the table says: its tiers, points, values or rows.
func (t *tableLoader) content(fields map[string]*doc.Node) {
	if n := fields["base"]; n != nil {
		t.table.Base = t.edgeNumber(n, &t.table.In)
	}
	if n := fields["max"]; n != nil {
		most := t.value(n)
		t.table.Max = &most
	}
	for _, key := range []string{"tiers", "points"} {
		if n := fields[key]; n != nil {
			for tier := range n.List("a list of " + key + " (each on a line with a dash)") {
				t.table.Tiers = append(t.table.Tiers, t.tier(tier))
			}
		}
	}
	if n := fields["axes"]; n != nil {
		t.axes(n)
	}
	if n := fields["values"]; n != nil {
		t.cells(n, 0)
	}
	if n := fields["default"]; n != nil {
		d := t.value(n)
		t.table.Default = &d
	}
	if n := fields["rows"]; n != nil {
		t.rows(n)
	}
}

// versions reads the versions: each is the table with its own content.
func (t *tableLoader) versions(n *doc.Node, b shape.Block) {
	var version shape.Block
	for _, k := range b.Keys {
		if k.Name == "versions" {
			version = *k.Type.Of[0].Block
		}
	}
	for v := range n.List("a list of versions") {
		fields, ok := keys(v, version)
		if !ok {
			continue
		}
		one := *t
		one.table.At, one.table.Versions = v.Span(), nil
		one.content(fields)
		t.gives, t.table.Gives = one.gives, one.table.Gives
		t.table.Axes = one.table.Axes
		t.table.Versions = append(t.table.Versions, table.Version{Effective: dateRange(fields["effective"]), Table: one.table})
	}
	for i := range t.table.Versions { // the first typed value says it for all
		t.table.Versions[i].Table.Gives = t.table.Gives
	}
	t.table.Axes = nil
}

// covered reports days of the plan for which no version holds.
func (t *tableLoader) covered() (ds source.Diagnostics) {
	if len(t.table.Versions) == 0 {
		return nil
	}
	first, last := t.table.Versions[0].Effective.From, t.table.Versions[0].Effective.To
	for _, v := range t.table.Versions[1:] {
		if v.Effective.From.Before(first) {
			first = v.Effective.From
		}
		if v.Effective.To.IsZero() || !last.IsZero() && v.Effective.To.After(last) {
			last = v.Effective.To
		}
	}
	if have := (calendar.Range{From: first, To: last}); !have.Covers(t.plan.Effective) {
		ds = append(ds, source.Errorf("table-versions", t.table.At, "the plan pays on %s, but %q has versions for %s only", t.plan.Effective, t.table.Name, have).
			WithHint("let the first version begin with the plan, and the last end with it: 2026-01-01..2026-06-30, then 2026-07-01.."))
	}
	return ds
}

// tier reads a tier or a point.
func (t *tableLoader) tier(n *doc.Node) table.Tier {
	out := table.Tier{At: n.Span()}
	block := shape.TierOf(t.table.Kind.String())
	if t.otherWord(n, block.Names()) {
		return out
	}
	fields, _ := keys(n, block)
	if at := fields["at"]; at != nil {
		out.From = t.edgeNumber(at, &t.table.In)
	} else if block.Keys[0].Name != "at" {
		t.edge(n, fields, &out)
	}
	if to := fields["to"]; to != nil {
		if text, _ := to.Text("where the tier ends"); text == "null" {
			to.Fail("number", "leave out `to:` where a tier has no end", "%q is not a number", text)
			return out
		}
		end := t.edgeNumber(to, &t.table.In)
		out.To = &end
	}
	switch rate, amount := fields["rate"], fields["amount"]; {
	case rate != nil && amount != nil:
		amount.Fail("tier-edge", "keep one of them", "a point has a `rate:` or an `amount:`, not both")
	case rate != nil:
		out.Rate = t.value(rate)
	case amount != nil:
		out.Rate = t.value(amount)
	case t.table.Kind == table.Interpolated:
		n.Fail("key-missing", "write one of them", "the point has neither `rate:` nor `amount:`")
	}
	return out
}

// otherWord finds a key of another kind of table, whose own has another word for it.
func (t *tableLoader) otherWord(n *doc.Node, known []string) bool {
	words := map[string]string{"from": "at", "above": "at", "at": "from", "amount": "rate", "rate": "amount"}
	for name, key := range n.Keys() {
		if own := words[name]; own != "" && !slices.Contains(known, name) && slices.Contains(known, own) && !n.Has(own) {
			key.Fail("unknown-key", "write `"+own+":`", "%s tables have no `%s:`", t.table.Kind, name)
			return true
		}
	}
	return false
}

// edge reads where a tier starts.
func (t *tableLoader) edge(n *doc.Node, fields map[string]*doc.Node, out *table.Tier) {
	edge := fields["from"]
	if above := fields["above"]; above != nil {
		if edge != nil {
			above.Fail("tier-edge", "keep one of them", "a tier starts `from:` an edge or `above:` it, not both")
		} else {
			edge, out.Above = above, true
		}
	}
	if edge == nil {
		n.Fail("key-missing", "write `from: 0` in the first tier", "the tier has neither `from:` nor `above:`")
		return
	}
	out.From = t.edgeNumber(edge, &t.table.In)
}
