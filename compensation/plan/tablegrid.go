package plan

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/table"
	"github.com/payproof/payproof/internal/fixed"
)

// axes reads the edges or names of each key, in the order of `matrix by:`.
func (t *tableLoader) axes(n *doc.Node) {
	given := map[string]*doc.Node{}
	for _, p := range n.Pairs("a mapping of keys to their edges or names") {
		if !slices.Contains(t.table.By, p.Name) {
			p.Key.Fail("table-axes", source.DidYouMean(p.Name, t.table.By), "%q is no key of the table: `matrix by:` names %s", p.Name, strings.Join(t.table.By, ", "))
			continue
		}
		given[p.Name] = p.Value
	}
	for _, name := range t.table.By {
		edges := given[name]
		if edges == nil {
			n.Fail("table-axes", "write them: "+name+": [0%, 50%, 100%]", "the key %q has no edges", name)
			continue
		}
		t.table.Axes = append(t.table.Axes, t.axis(name, edges))
	}
}

// axis reads the edges of a key, or its names: it has names when the first of them is no
// number.
func (t *tableLoader) axis(name string, n *doc.Node) table.Axis {
	a := table.Axis{By: name, At: n.Span()}
	named, first := false, true
	for e := range n.List("a list of edges or names") {
		text, ok := e.Text("an edge or a name")
		if !ok {
			continue
		}
		if first {
			named, first = !startsNumber(text), false
		}
		if named {
			a.Members = append(a.Members, text)
			continue
		}
		a.Edges = append(a.Edges, t.edgeNumber(e, &a.In))
	}
	return a
}

func startsNumber(text string) bool {
	rest := strings.TrimPrefix(text, "-")
	return rest != "" && rest[0] >= '0' && rest[0] <= '9'
}

// cells reads nested lists of values: one level for each key.
func (t *tableLoader) cells(n *doc.Node, depth int) {
	if depth == len(t.table.By) {
		t.table.Cells = append(t.table.Cells, t.value(n))
		return
	}
	want := -1
	if depth < len(t.table.Axes) {
		want = len(t.table.Axes[depth].Edges) + len(t.table.Axes[depth].Members)
	}
	got := 0
	for inner := range n.List("a list of values, one for each of " + t.table.By[depth]) {
		t.cells(inner, depth+1)
		got++
	}
	if want >= 0 && got != want && n.IsList() {
		n.Fail("table-cells", "write one for each edge or name of the key", "%d stand here, the key %q has %d", got, t.table.By[depth], want)
	}
}

// rows reads the rows of a lookup: names, and for several keys names in them.
func (t *tableLoader) rows(n *doc.Node) {
	values := map[string]decimal.Decimal{}
	t.table.Axes = make([]table.Axis, len(t.table.By))
	for i, name := range t.table.By {
		t.table.Axes[i] = table.Axis{By: name, At: n.Span()}
	}
	t.row(n, 0, "", values)
	t.fill(n, 0, "", values)
}

func (t *tableLoader) row(n *doc.Node, depth int, path string, values map[string]decimal.Decimal) {
	if depth == len(t.table.By) {
		values[path] = t.value(n)
		return
	}
	axis := &t.table.Axes[depth]
	for _, p := range n.Pairs("a mapping of each " + axis.By + " to its value") {
		if !slices.Contains(axis.Members, p.Name) {
			axis.Members = append(axis.Members, p.Name)
		}
		t.row(p.Value, depth+1, path+"\x00"+p.Name, values)
	}
}

// fill orders the values by all combinations of names: each has to be there, or there is a
// default.
func (t *tableLoader) fill(n *doc.Node, depth int, path string, values map[string]decimal.Decimal) {
	if depth < len(t.table.Axes) {
		for _, m := range t.table.Axes[depth].Members {
			t.fill(n, depth+1, path+"\x00"+m, values)
		}
		return
	}
	v, ok := values[path]
	if !ok && t.table.Default == nil {
		n.Fail("table-rows", "add it, or a `default:`", "there is no value for %s", strings.ReplaceAll(strings.TrimPrefix(path, "\x00"), "\x00", " and "))
	}
	if !ok && t.table.Default != nil {
		v = *t.table.Default
	}
	t.table.Cells = append(t.table.Cells, v)
}

// value reads what a table gives: 5%, 0.05, 1_000 USD or 40 USD per unit. All values of a table
// are of one unit; 0 is of any.
func (t *tableLoader) value(n *doc.Node) decimal.Decimal {
	text, ok := n.Text("a value, such as 5%, 1_000 USD or 40 USD per unit")
	if !ok {
		return decimal.Zero
	}
	number, rest, _ := strings.Cut(text, " ")
	currency, each, per := strings.Cut(rest, " per ")
	if per && strings.TrimSpace(each) == "" || rest != "" && len(currency) != 3 {
		n.Fail("number", "write 5% without a space, 1_000 USD, or 40 USD per unit", "%q is not a value", text)
		return decimal.Zero
	}
	d, ok := t.plain(n, text, number, currency)
	if !ok || d.IsZero() && currency == "" {
		return d
	}
	u := unitOf(currency, per)
	switch {
	case !t.gives:
		t.gives, t.table.Gives = true, u
	case t.table.Gives != u:
		n.Fail("unit-mismatch", "give all values of a table in one unit", "this value is %s, the values before it are %s", u, t.table.Gives)
	}
	if one := decimal.New(1, 0); u == dsl.Ratio && d.GreaterThan(one) && !strings.HasSuffix(text, "%") {
		found := source.Warnf("rate-without-percent", n.Span(), "the rate %s is %s%%", text, fact.DecimalText(d.Shift(2))).
			WithHint("write %s%% if that is meant, or %s%%", fact.DecimalText(d.Shift(2)), text)
		if t.table.Kind > table.Proportional {
			found.Hint += ", or " + text + " " + t.program.Currency.String() + " for an amount"
		}
		n.File().Found = append(n.File().Found, found)
	}
	return d
}

// edgeNumber reads an edge. All edges of a key are written in one way, but for a bare 0.
func (t *tableLoader) edgeNumber(n *doc.Node, in *table.Notation) decimal.Decimal {
	before := len(n.File().Found)
	d := t.number(n)
	if n.File().Found[before:].HasErrors() {
		return d
	}
	text, _ := n.Text("a number")
	how := table.Bare
	switch _, currency, _ := strings.Cut(text, " "); {
	case strings.HasSuffix(text, "%"):
		how = table.Percent
	case currency != "":
		how = table.Money
	}
	switch {
	case how == table.Bare && t.table.Edges == table.OfQuota && d.GreaterThan(decimal.New(1, 0)):
		n.File().Found = append(n.File().Found, source.Warnf("edge-without-percent", n.Span(), "the edge %s is %s%% of the quota", text, fact.DecimalText(d.Shift(2))).
			WithHint("write %s%% if that is meant, or %s%%", fact.DecimalText(d.Shift(2)), text))
	case how == table.Bare:
	case t.table.Edges == table.OfQuota && how == table.Money:
		n.Fail("unit-mismatch", "write a percentage, or leave out `edges: \"% of quota\"`", "the edges are parts of the quota, %s is an amount", text)
	case *in == table.Bare:
		*in = how
	case *in != how:
		n.Fail("unit-mismatch", "write all edges as amounts, or all in %", "this edge is %s, and the ones before it are written in another unit", text)
	}
	return d
}

// number reads 5%, 0.05, 60_000 or 60_000 USD.
func (p *planLoader) number(n *doc.Node) decimal.Decimal {
	text, ok := n.Text("a number, such as 5% or 60_000")
	if !ok {
		return decimal.Zero
	}
	plain, currency, _ := strings.Cut(text, " ")
	d, _ := p.plain(n, text, plain, currency)
	return d
}

// plain reads the digits of a number, and checks the currency behind it.
func (p *planLoader) plain(n *doc.Node, text, number, currency string) (decimal.Decimal, bool) {
	digits, percent := strings.CutSuffix(number, "%")
	coef, scale, err := fixed.Parse(strings.ReplaceAll(digits, "_", ""))
	if err != nil || percent && currency != "" || strings.Contains(digits, "__") || strings.HasSuffix(digits, "_") || strings.HasPrefix(digits, "_") {
		n.Fail("number", "write 5%, 0.05, 60_000 or 60_000 USD", "%q is not a number", text)
		return decimal.Zero, false
	}
	if currency == "%" {
		n.Fail("number", "write "+number+"% without a space", "%q is not a number", text)
		return decimal.Zero, false
	}
	if currency != "" && currency != p.program.Currency.String() && !p.program.Currency.IsZero() {
		n.Fail("number", "write 5%, 0.05, 60_000 or 60_000 "+p.program.Currency.String(), "behind %s stands %q, which is not the plan's currency", number, currency)
		return decimal.Zero, false
	}
	if percent {
		return decimal.NewFromBigInt(coef.Big(), -int32(scale)-2), true
	}
	return decimal.NewFromBigInt(coef.Big(), -int32(scale)), true
}

// unitOf is the unit that a value has by what stands behind its number.
func unitOf(currency string, perCount bool) dsl.Unit {
	switch {
	case currency == "":
		return dsl.Ratio
	case perCount:
		return dsl.MoneyPer(currency)
	}
	return dsl.Money(currency)
}

// carried notes the measures with which a formula looks up a table that carries what is below
// zero to the next window.
func (p *planLoader) carried(n *doc.Node, c *Component, f *dsl.Formula) {
	parts := f.Parts()
	for _, part := range parts {
		if part.Table == nil || !part.Table.Carry {
			continue
		}
		keys := part.Args[:1]
		if part.Op == "slices" {
			keys = part.Args[:2]
		}
		for _, at := range keys {
			name := p.carriedBy(c, parts, at)
			if name == "" {
				d := source.Errorf("table-carry", n.Span(), "%s is no sum over a period: nothing of it can open the next one", parts[at].Text)
				n.File().Found = append(n.File().Found, d.WithNote(part.Table.At, "the table with `below: carry`").
					WithHint("look the table up with a measure such as `sum of bookings, quarter`, or write `below: zero`"))
				return
			}
			if !slices.Contains(c.Carried, name) {
				c.Carried = append(c.Carried, name)
			}
		}
	}
}

// carriedBy is the slot of the measure that a part is, or is the attainment of; empty: it is
// none that sums over a period.
func (p *planLoader) carriedBy(c *Component, parts []dsl.Part, at int) string {
	part := parts[at]
	switch {
	case part.Op == "rescale" || part.Op == "let" || part.Op == "div" && strings.HasPrefix(part.Name, "attainment("):
		return p.carriedBy(c, parts, part.Args[0])
	case part.Op != "input":
		return ""
	}
	s := c.Slots[part.Input]
	if s.From != FromMeasure && s.From != FromBefore && s.From != FromAfter {
		return ""
	}
	if m, ok := p.program.Measured(s.Name); !ok || !m.Periodic() || m.How != measure.Sum && m.How != measure.WeightedSum {
		return ""
	}
	return s.Name
}
